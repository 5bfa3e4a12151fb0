"""Nothing confidential goes into git: no microdata, nothing delivered or made, no outputs of a real edition.

``python scripts/guard.py [file…]``: the files given (as pre-commit does), or all tracked ones. All refusals are told.
"""

import ast
import json
import subprocess
import sys
from pathlib import Path

import yaml

ROOT = Path(__file__).resolve().parents[1]
MICRODATA = {".sav", ".zsav", ".por", ".dta", ".parquet", ".feather", ".qdpx", ".qdc", ".sas7bdat", ".rds", ".rdata"}
IGNORED = ("data/deliveries/", "outputs/")
REMEDY = "Take it out of the commit: git rm --cached '{}'"


def tracked():
    """Files that git tracks or is about to."""
    done = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True)
    return done.stdout.split("\0")[:-1]


def refusals(names, root=ROOT):
    """What may not be committed, one line each: which file, what was found, what to do."""
    found = []
    for name in names:
        path = Path(name)
        if path.suffix.lower() in MICRODATA:
            found.append(f"{name}: looks like microdata ({path.suffix}). {REMEDY.format(name)}")
        elif name.startswith(IGNORED) and path.name != "README.md":
            found.append(f"{name}: what arrives and what is made is never committed. {REMEDY.format(name)}")
        elif path.suffix == ".ipynb" and (root / name).is_file():
            found += [f"{name}: {why}" for why in notebook(root / name, root)]
    return found


def notebook(path, root=ROOT):
    """Why a notebook may not be committed; empty if it may."""
    try:
        book = json.loads(path.read_text(encoding="utf-8"))
        cells = [cell for cell in book["cells"] if cell["cell_type"] == "code"]
    except (ValueError, KeyError):
        return ["is not readable as a notebook. Restore it from git."]
    tags = [tag for cell in cells for tag in cell.get("metadata", {}).get("tags", [])]
    if "injected-parameters" in tags:
        return ["was executed by the pipeline; commit the chapter in notebooks/, not what was made from it."]
    if not any(cell.get("outputs") for cell in cells):
        return []
    edition = next(
        (edition_of(cell) for cell in cells if "parameters" in cell.get("metadata", {}).get("tags", [])), None
    )
    if edition is None or is_synthetic(edition, root):
        return []
    return [f"its outputs come from edition '{edition}', which is not synthetic. Run `make notebooks` to renew them."]


def edition_of(cell):
    """The edition that a parameters cell sets."""
    for node in ast.parse("".join(cell["source"])).body:
        if isinstance(node, ast.Assign) and getattr(node.targets[0], "id", "") == "edition":
            return ast.literal_eval(node.value)
    return None


def is_synthetic(edition, root=ROOT):
    """Whether an edition's parameters say that it is made up; an edition without parameters does not count as such."""
    path = root / "parameters" / "editions" / f"{edition}.yml"
    return path.is_file() and bool((yaml.safe_load(path.read_text(encoding="utf-8")) or {}).get("synthetic"))


def main():
    """Tell all refusals; exit code 1 if there are any."""
    found = refusals(sys.argv[1:] or tracked())
    print("\n".join(found) or "Nothing confidential in git.")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
