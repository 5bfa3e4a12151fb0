"""Nothing confidential goes into git: an allow-list of places, kinds of file and contents, held to what is staged.

``python scripts/guard.py [--staged | file…]``: what a commit would change (as the hook does), the files given, or all
that git tracks. Read is what git has staged, or the disk for a file that git does not know. All refusals are told.
``--store notebook…`` is what `make notebooks` does when it made the outputs of notebooks.
"""

import ast
import hashlib
import json
import os
import re
import subprocess
import sys
from contextlib import suppress
from pathlib import Path

import contents
import yaml

ROOT = Path(__file__).resolve().parents[1]
KINDS = {
    ".cfg",
    ".cff",
    ".css",
    ".csv",
    ".editorconfig",
    ".gitattributes",
    ".gitignore",
    ".html",
    ".ini",
    ".ipynb",
    ".js",
    ".json",
    ".lua",
    ".md",
    ".py",
    ".r",
    ".rst",
    ".sh",
    ".smk",
    ".svg",
    ".toml",
    ".tsv",
    ".txt",
    ".typ",
    ".yaml",
    ".yml",
    *contents.PICTURES,
    *contents.LETTERS,
}
"""Endings of files that may be there; another kind is added here by hand."""
NAMES = {"LICENSE", "Makefile", "Snakefile", ".ci/run"}
"""Files without one."""
PICTURES = ("docs/", "reports/", "tests/pictures/")
"""Where pictures may be; those of ``reports/`` are a brand's."""
KEPT = ("data/deliveries/README.md", "outputs/README.md")
"""All that may be in the folders of what arrives and what is made."""
UNSEEN = re.compile("[\x00-\x1f\x7f-\x9f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]")
"""Marks in a name that make it show as another than it is."""
STORED = "notebooks/outputs.json"
"""Checksums of the notebooks' outputs as `make notebooks` stored them; it stores none of a real edition."""
REMEDY = "Take it out of the commit: git rm --cached '{}'"


def git(root, *words, text=True, given=None):
    """What git says; empty where it fails, as in a folder that is no checkout."""
    done = subprocess.run(["git", *words], cwd=root, capture_output=True, text=text, input=given, check=False)
    return done.stdout if done.returncode == 0 else ("" if text else b"")


def tracked(root=ROOT):
    """Files that git tracks or is about to."""
    return git(root, "ls-files", "-z").split("\0")[:-1]


def staged(root=ROOT):
    """Files that a commit would add or change, renamed ones among them."""
    if not git(root, "rev-parse", "--verify", "-q", "HEAD"):
        return tracked(root)
    return git(root, "diff", "--cached", "--name-only", "--no-renames", "--diff-filter=d", "-z", "HEAD").split("\0")[
        :-1
    ]


def index(root):
    """Mode and object of every staged file."""
    lines = git(root, "ls-files", "-s", "-z").split("\0")[:-1]
    entries = (line.partition("\t") for line in lines)
    return {name: (about.split()[0], about.split()[1]) for about, _, name in entries}


def objects(root, names):
    """Contents of objects of git, in their order."""
    given = "".join(f"{name}\n" for name in names).encode()
    said, found = git(root, "cat-file", "--batch", text=False, given=given), []
    for _ in names:
        head, _, said = said.partition(b"\n")
        size = int(head.split()[2])
        found.append(said[:size])
        said = said[size + 1 :]
    return found


def refusals(names, root=ROOT):
    """What may not be committed, one line each: which file, what was found, what to do."""
    known, found = index(root), []
    there = [name for name in names if name in known and known[name][0].startswith("100")]
    content = dict(zip(there, objects(root, [known[name][1] for name in there]), strict=True))
    copies, stored = Copies(root), None
    for name in names:
        if name in known and name not in content:
            kind = "a symbolic link" if known[name][0] == "120000" else "another repository"
            found.append(f"{shown(name)}: is {kind}, and only files go into git. {REMEDY.format(shown(name))}")
            continue
        if name not in content:
            path = root / name
            if path.is_symlink():
                found.append(f"{shown(name)}: is a symbolic link, and only files go into git.")
            content[name] = path.read_bytes() if path.is_file() else b""
        why = place(name) or copies.of(name, content[name])
        if why is None and is_notebook(name, content[name]):
            stored = kept(root) if stored is None else stored
            why = notebook(content[name], root, stored)
            if why:
                found.append(f"{shown(name)}: {why}")
            continue
        why = why or contents.objection(name, content[name])
        if why:
            found.append(f"{shown(name)}: {why}. {REMEDY.format(shown(name))}")
    return found


def shown(name):
    """A name as it can be told: marks that cannot be seen as their codes."""
    return UNSEEN.sub(lambda mark: f"<U+{ord(mark[0]):04X}>", name)


def place(name):
    """Why a file may not have this name in this place; ``None`` if it may."""
    parts = [part.casefold() for part in name.split("/")]
    suffix = contents.ending(name)
    if UNSEEN.search(name):
        return "has marks in its name that cannot be seen or turn it around"
    if name not in KEPT and {"outputs", "deliveries"} & set(parts[:-1]):
        return "what arrives and what is made is never committed"
    if name not in NAMES and suffix not in KINDS:
        return f"is of a kind ('{suffix}') that is not among KINDS in scripts/guard.py; microdata perhaps"
    if suffix in (".svg", *contents.PICTURES) and not name.startswith(PICTURES):
        return f"is a picture, and these stand in {', '.join(PICTURES)} only"
    return None


class Copies:
    """Files that arrived or were made, by size, to compare with; read when one of the same size is to be committed."""

    def __init__(self, root):
        self.folders = [
            Path(os.environ.get("MIV_DELIVERIES", root / "data" / "deliveries")),
            Path(os.environ.get("MIV_OUTPUTS", root / "outputs")),
        ]
        self.root, self.sizes = root, None

    def of(self, name, content):
        """Why a file is a copy of one of them; ``None`` if it is not, or if they are copies of it."""
        if self.sizes is None:
            self.sizes = {}
            for folder in self.folders:
                for path in folder.rglob("*"):
                    if path.is_file() and path != self.root / name:
                        self.sizes.setdefault(path.stat().st_size, []).append(path)
        for path in self.sizes.get(len(content), []) if content.strip() else ():
            own = (name in KEPT or name.startswith(("reports/", "_"))) and path.name == Path(name).name
            if not own and path != self.root / name and path.read_bytes() == content:
                return f"is a copy of {path.relative_to(self.root) if path.is_relative_to(self.root) else path}"
        return None


def is_notebook(name, content):
    """Whether it is one by its name, or by what it holds."""
    return name.lower().endswith(".ipynb") or (content.lstrip()[:1] == b"{" and b'"cells"' in content)


def notebook(content, root=ROOT, stored=frozenset()):
    """Why a notebook may not be committed; empty if it may. ``stored``: checksums of outputs that may stand in one."""
    try:
        book = json.loads(content.decode("utf-8"))
        cells = [(cell["cell_type"], "".join(cell["source"]), cell) for cell in book["cells"]]
    except (ValueError, KeyError, TypeError):
        return "is not readable as a notebook. Restore it from git."
    if any("injected-parameters" in cell.get("metadata", {}).get("tags", []) for _, _, cell in cells):
        return "was executed by the pipeline; commit the chapter in notebooks/, not what was made from it."
    if any(cell.get("attachments") for _, _, cell in cells) or book.get("metadata", {}).get("widgets"):
        return "holds attachments or states of widgets. Run `make notebooks` to write it anew, and link to pictures."
    why = unknown_parts(book)
    if why:
        return f"{why}. Run `make notebooks` to write it anew."
    sources = "\n\n".join(source for _, source, _ in cells)
    why = contents.encoded(sources) or contents.records(sources)
    if why:
        return f"{why}. {REMEDY.format('<the notebook>')}"
    real = [name for kind, source, _ in cells if kind == "code" for name in editions(source) if is_real(name, root)]
    if not any(cell.get("outputs") for _, _, cell in cells):
        return ""
    if real:
        return f"its outputs come from edition '{real[0]}', which is not synthetic. Set another; run `make notebooks`."
    if checksum(book) in stored:
        return ""
    return "its outputs are not those that `make notebooks` stored, so nobody knows of which edition they are. Run it."


PARTS = {"cells", "metadata", "nbformat", "nbformat_minor"}
CELL_PARTS = {"attachments", "cell_type", "execution_count", "id", "metadata", "outputs", "source"}
ABOUT = {"kernelspec", "language_info"}
ABOUT_MOST = 700
"""So many characters may tell of a notebook's kernel and language."""


def unknown_parts(book):
    """What a notebook or a cell of it has besides what runs and shows; empty if nothing."""
    cells, about = book["cells"], book.get("metadata", {})
    names = {*set(book) - PARTS, *(set(about) - ABOUT), *(name for cell in cells for name in set(cell) - CELL_PARTS)}
    names |= {name for cell in cells for name in cell.get("metadata", {}) if name != "tags"}
    if names:
        return f"holds what no chapter needs ({', '.join(sorted(names)[:3])})"
    words = [word for cell in cells for word in [cell.get("id", ""), *cell.get("metadata", {}).get("tags", [])]]
    numbers = [cell.get("execution_count") for cell in cells]
    plain = all(isinstance(word, str) and re.fullmatch(r"[\w-]{0,40}", word) for word in words)
    if not plain or any(not isinstance(one, int | None) for one in numbers) or len(json.dumps(about)) > ABOUT_MOST:
        return "holds something in the names or tags of its cells, or in what is told of its kernel"
    return ""


def checksum(book):
    """Checksum of all that a notebook shows, cell by cell."""
    outputs = [cell["outputs"] for cell in book["cells"] if cell.get("outputs")]
    return hashlib.sha256(json.dumps(outputs, sort_keys=True).encode()).hexdigest()


def kept(root):
    """Checksums of outputs that may stand in a notebook: of those in commits on which this one stands, and of those
    that `make notebooks` stored.
    """
    found = set()
    for commit in ("HEAD", "MERGE_HEAD", "CHERRY_PICK_HEAD"):
        names = [
            name for name in git(root, "ls-tree", "-r", "--name-only", "-z", commit).split("\0") if ".ipynb" in name
        ]
        for content in objects(root, [f"{commit}:{name}" for name in names]):
            with suppress(ValueError, KeyError, TypeError):
                found.add(checksum(json.loads(content)))
    return found | set(load(root).values())


def load(root):
    """What `make notebooks` stored: checksums of outputs by notebook."""
    path = root / STORED
    return json.loads(path.read_text(encoding="utf-8")) if path.is_file() else {}


def store(names, root=ROOT):
    """Keep the checksums of notebooks' outputs as they are now; called when they were made, of a synthetic edition."""
    sums = {**load(root), **{name: checksum(json.loads((root / name).read_text(encoding="utf-8"))) for name in names}}
    there = {name: sums[name] for name in sorted(sums) if (root / name).is_file()}
    (root / STORED).write_text(json.dumps(there, indent=1) + "\n", encoding="utf-8")


def editions(source):
    """Every text in a cell's code that could name an edition, and what it calls one."""
    try:
        nodes = list(ast.walk(ast.parse(source)))
    except SyntaxError:
        return re.findall(r"[\w-]+", source)
    return [node.value for node in nodes if isinstance(node, ast.Constant) and isinstance(node.value, str)]


def is_real(name, root=ROOT):
    """Whether this names an edition that is not made up."""
    path = root / "parameters" / "editions" / f"{name}.yml"
    return bool(re.fullmatch(r"[\w-]+", name)) and path.is_file() and not is_synthetic(path)


def is_synthetic(path):
    """Whether an edition's parameters say that it is made up."""
    return bool((yaml.safe_load(path.read_text(encoding="utf-8")) or {}).get("synthetic"))


def main(arguments):
    """Tell all refusals; exit code 1 if there are any."""
    sys.stdout.reconfigure(errors="backslashreplace")  # a name may have a letter that the terminal lacks
    if arguments[:1] == ["--store"]:
        store(arguments[1:])
        return 0
    names = staged() if arguments == ["--staged"] else arguments or tracked()
    found = refusals(names)
    print("\n".join(found) or "Nothing confidential in git.")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
