"""The code on which something depends: the modules of this package that it imports, and what these import.

Found in the syntax trees; nothing is run. ``from helpers.x import y`` depends on the submodule ``y`` where there is
one, else on ``helpers.x``. The ``__init__`` of a package of which only a submodule is wanted runs too, but changes
nothing in other modules: modules only import and define, which a test checks.
"""

from __future__ import annotations

import ast
import hashlib
import importlib.util
import json
import os
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

PACKAGE = "helpers"
SOURCE = Path(__file__).resolve().parents[1]
MAGIC = re.compile(r"^\s*[%!].*$", re.M)
"""A line of a notebook that is IPython's, not Python's."""


@dataclass(frozen=True)
class Module:
    """A module: the checksum of its file, and what its import statements name."""

    checksum: str
    imports: tuple[tuple[str, str], ...]
    """Pairs of a module and a name from it (empty: the module itself)."""


def of(*names: str) -> set[str]:
    """Modules with these names, and all modules of this package that they import, directly or not.

    Raises ``KeyError`` for a module that is not there.
    """
    every = modules()
    found: set[str] = set()
    left = [*names, *_resolved(every[PACKAGE].imports)]  # the package itself is imported with any of its modules
    while left:
        name = left.pop()
        if name not in found:
            found.add(name)
            left += _resolved(every[name].imports)
    return found


def notebook_imports(notebook: Path) -> set[str]:
    """Modules of this package that a notebook's cells import; all there are where its cells cannot be read."""
    try:
        cells = json.loads(notebook.read_text(encoding="utf-8"))["cells"]
        code = ["".join(cell["source"]) for cell in cells if cell["cell_type"] == "code"]
        trees = [ast.parse(MAGIC.sub("", cell)) for cell in code]
    except (ValueError, KeyError, SyntaxError):
        return set(modules())
    return set(_resolved(pair for tree in trees for pair in _imports(tree, PACKAGE)))


def checksum(names: Iterable[str]) -> str:
    """One checksum over the files of some modules."""
    every = modules()
    text = "\n".join(f"{name} {every[name].checksum}" for name in sorted(names))
    return hashlib.sha256(text.encode()).hexdigest()


@cache
def modules() -> dict[str, Module]:
    """All modules of this package by name. What their trees gave is kept beside Python's own compiled files."""
    texts = {_name(path): path.read_bytes() for path in sorted((SOURCE / PACKAGE).rglob("*.py"))}
    sums = {name: hashlib.sha256(text).hexdigest() for name, text in texts.items()}
    store = Path(importlib.util.cache_from_source(__file__)).with_suffix(".json")
    known = _load(store, sums[__name__])
    imports = {name: known[sums[name]] if sums[name] in known else _read(name, text) for name, text in texts.items()}
    if not known.keys() >= set(sums.values()):
        kept = {sums[name]: pairs for name, pairs in imports.items()}
        _store(store, {"by": sums[__name__], "imports": kept})
    return {name: Module(sums[name], tuple(map(tuple, imports[name]))) for name in texts}


def _name(path: Path) -> str:
    parts = path.relative_to(SOURCE).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def _load(store: Path, by: str) -> dict[str, list]:
    try:
        content = json.loads(store.read_text(encoding="utf-8"))
        return content["imports"] if content["by"] == by else {}
    except (OSError, ValueError, KeyError):
        return {}


def _store(store: Path, content: dict) -> None:
    temporary = store.with_name(f".{store.name}.{os.getpid()}")
    try:
        store.parent.mkdir(exist_ok=True)
        temporary.write_text(json.dumps(content), encoding="utf-8")
        os.replace(temporary, store)
    except OSError:
        temporary.unlink(missing_ok=True)  # nothing is lost but a tenth of a second


def _read(name: str, text: bytes) -> list[tuple[str, str]]:
    package = name if (SOURCE / name.replace(".", "/")).is_dir() else name.rpartition(".")[0]
    try:
        return sorted(set(_imports(ast.parse(text), package)))
    except SyntaxError:  # what imports it will not run
        return []


def _imports(tree: ast.Module, package: str) -> Iterator[tuple[str, str]]:
    """Pairs of module and name of every import of this package, those inside functions too."""
    for node in _statements(tree):
        if isinstance(node, ast.Import):
            for alias in node.names:  # binds the top package: what is between can be reached from it
                parts = alias.name.split(".")
                if parts[0] == PACKAGE:
                    yield from ((".".join(parts[:end]), "") for end in range(1, len(parts) + 1))
        elif isinstance(node, ast.ImportFrom):
            module = importlib.util.resolve_name("." * node.level + (node.module or ""), package)
            if module.split(".")[0] == PACKAGE:
                yield from ((module, alias.name) for alias in node.names)


def _statements(node: ast.AST) -> Iterator[ast.stmt]:
    for field in ("body", "orelse", "finalbody", "handlers", "cases"):
        for child in getattr(node, field, ()):
            if isinstance(child, ast.stmt):
                yield child
            yield from _statements(child)


def _resolved(pairs: Iterable[tuple[str, str]]) -> list[str]:
    every = modules()
    found = (f"{module}.{name}" if f"{module}.{name}" in every else module for module, name in pairs)
    return [module for module in found if module in every]
