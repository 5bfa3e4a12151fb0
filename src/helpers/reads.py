"""The files that a job reads: found while it runs, by Python's audit events, and kept beside its outputs.

The workflow runs a chapter or a part of the analysis again when one of these changes, or its code (see
:mod:`helpers.closure`). In the record files have the names that :func:`helpers.paths.name_of` gives.
"""

from __future__ import annotations

import importlib.util
import json
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from helpers import paths
from helpers.files import write_bytes

NOTED = "MIV_READS"
"""Environment variable with the file in which a job's processes note what they open; without it they do not."""
INSTALLED = Path(sys.prefix)
_watching = False
_seen: set[Path] = set()


@contextmanager
def recording(record: Path) -> Iterator[None]:
    """Record what is read inside, by this process and those it starts, if it ends well."""
    notes = record.with_name(f".{record.name}.{os.getpid()}")
    record.parent.mkdir(parents=True, exist_ok=True)
    os.environ[NOTED] = str(notes)
    _seen.clear()
    watch()
    try:
        yield
        names = set(notes.read_text(encoding="utf-8").splitlines()) if notes.is_file() else set()
        read = sorted(name for name in names if paths.located(name).is_file())
        write_bytes(record, (json.dumps(read, ensure_ascii=False, indent=1) + "\n").encode("utf-8"))
    finally:
        del os.environ[NOTED]
        notes.unlink(missing_ok=True)


def watch() -> None:
    """Note from now on what this process and its forks open to read, wherever :data:`NOTED` says so."""
    global _watching
    if not _watching:
        _watching = True
        sys.addaudithook(_opened)


def load(record: Path) -> set[Path]:
    """Files of a record; empty if there is none."""
    names = json.loads(record.read_text(encoding="utf-8")) if record.is_file() else []
    return {paths.located(name) for name in names}


def _opened(event: str, arguments: tuple) -> None:
    if event != "open":
        return
    notes = os.environ.get(NOTED)
    path, _, flags = arguments
    if notes is None or not isinstance(path, str | bytes | os.PathLike) or flags & os.O_ACCMODE != os.O_RDONLY:
        return
    path = Path(os.path.normpath(Path(os.fsdecode(path)).absolute()))
    if path in _seen:
        return
    _seen.add(path)
    name = _name(path)
    if name is not None:
        with open(notes, "a", encoding="utf-8") as file:
            file.write(f"{name}\n")


def _name(path: Path) -> str | None:
    """What the record calls a file; ``None`` for what is outside, installed, hidden, or code of the package."""
    if path.parent.name == "__pycache__":
        with suppress(ValueError):
            path = Path(importlib.util.source_from_cache(str(path)))
    if path.is_relative_to(INSTALLED) or (path.suffix == ".py" and path.is_relative_to(paths.CODE)):
        return None
    name = paths.name_of(path)
    return None if name is None or any(part.startswith(".") for part in name.split("/")) else name
