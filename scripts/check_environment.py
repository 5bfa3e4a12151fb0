"""Say whether the Python that runs this has everything that the project needs; the last line says what is missing.

Exit code 0: every version of pyproject.toml is there, the project itself too, and R has its packages.
"""

import shutil
import subprocess
import sys
from importlib import metadata
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]


def problems():
    """What is missing or different, one line each."""
    if sys.version_info[:2] != (3, 11):
        return ["Python {}.{} instead of 3.11".format(*sys.version_info[:2])]
    import tomllib

    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    found = []
    for pin in [*project["dependencies"], *project["optional-dependencies"]["dev"]]:
        name, wanted = pin.split("==")
        try:
            version = metadata.version(name)
        except metadata.PackageNotFoundError:
            found.append(f"{name} {wanted} is not there")
            continue
        if version != wanted:
            found.append(f"{name} {version} instead of {wanted}")
    if not found:
        found.extend(own_problems(project["name"]))
    return found


def own_problems(name):
    """Whether this project and R can be used."""
    try:
        metadata.version(name)
    except metadata.PackageNotFoundError:
        return ["this project is not installed in it (pip install --no-deps -e .)"]
    if not shutil.which("Rscript"):
        return ["R is not there"]
    needed = "'lme4', 'lmerTest', 'emmeans', 'mlmRev', 'survey'"
    test = f"for (p in c({needed})) if (!requireNamespace(p, quietly = TRUE)) cat(p, '')"
    done = subprocess.run(["Rscript", "-e", test], capture_output=True, text=True, check=False)
    missing = done.stdout.split() if done.returncode == 0 else ["a working R"]
    return [f"R lacks {', '.join(missing)}"] if missing else []


if __name__ == "__main__":
    lines = problems()
    print("; ".join(lines[:3]) + (f" and {len(lines) - 3} more" if len(lines) > 3 else "") if lines else "all there")
    sys.exit(1 if lines else 0)
