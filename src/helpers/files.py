"""Files that are whole or not there, and files that a person writes, read with every fault at once."""

from __future__ import annotations

import os
import re
import stat
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING

import yaml
from pydantic import BaseModel, ConfigDict, TypeAdapter, ValidationError

from helpers import paths
from helpers.errors import MonitorError, Problem, Problems

if TYPE_CHECKING:
    import pandas as pd

LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
"""The safe loader, by libyaml where PyYAML has it: an intake reads a hundred of these files."""


class Strict(BaseModel):
    """A part of a configuration file in which an unknown key is an error."""

    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)


MARKS = re.compile("[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")
"""Marks that turn the direction of text, so that a name shows as another than it is."""
OTHERS = stat.S_IRWXG | stat.S_IRWXO


def marks(text: str) -> str:
    """Which of :data:`MARKS` stand in a name, as ``U+202E``; empty if none does."""
    return ", ".join(sorted({f"U+{ord(mark):04X}" for mark in MARKS.findall(text)}))


def close(folder: Path) -> list[Path]:
    """Let only the owner open a folder and all that is in it; gives what others can open all the same.

    That is what belongs to somebody else, or stands on a disk that keeps no modes. Links are left as they are.
    """
    left = []
    for path in (folder, *folder.rglob("*")) if folder.is_dir() else ():
        if path.is_symlink() or not path.lstat().st_mode & OTHERS:
            continue
        with suppress(OSError):
            path.chmod(stat.S_IMODE(path.lstat().st_mode) & ~OTHERS)
        if path.lstat().st_mode & OTHERS:
            left.append(path)
    return left


@contextmanager
def _whole(path: Path) -> Iterator[Path]:
    """A temporary name beside ``path``, whose folder is made if need be; renamed to it when all is written."""
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        yield temporary
        os.replace(temporary, path)
    finally:
        temporary.unlink(missing_ok=True)


def write_bytes(path: Path, content: bytes) -> None:
    """Write to a temporary name, then rename: a file is whole or not there."""
    with _whole(path) as temporary:
        temporary.write_bytes(content)


def write_text(path: Path, text: str) -> None:
    """The same for a text, in UTF-8, its line ends as they are."""
    write_bytes(path, text.encode("utf-8"))


def write_parquet(path: Path, frame: pd.DataFrame) -> None:
    """The same for a table, without its index; the same bytes for the same content."""
    with _whole(path) as temporary:
        frame.to_parquet(temporary, index=False, compression="zstd")


def read_yaml(path: Path) -> object:
    """Content of a YAML file; raises :class:`MonitorError` if it is not there or not YAML."""
    try:
        return yaml.load(path.read_text(encoding="utf-8"), Loader=LOADER)
    except FileNotFoundError:
        raise MonitorError(
            f"{display(path)} is not there; restore it, or correct the name (data/sources.yml names crosswalks)."
        ) from None
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        mark = getattr(error, "problem_mark", None)
        where = f", line {mark.line + 1}" if mark else ""
        raise MonitorError(
            f"{display(path)}{where} is not YAML: check indentation, quotes and colons there."
        ) from error


def validated(adapter: TypeAdapter, content: object, path: Path):
    """``content`` as the adapter's type; raises :class:`Problems` with every fault at once."""
    try:
        return adapter.validate_python(content)
    except ValidationError as error:
        problems = [
            Problem(
                display(path),
                ".".join(str(part) for part in item["loc"]),
                repr(item.get("input")),
                item["msg"],
                "Correct it.",
            )
            for item in error.errors()
        ]
        raise Problems("This file cannot be used:", problems) from None


def display(path: Path) -> str:
    """A path as a person wants to read it: from the project's root where it is inside it."""
    return str(path.relative_to(paths.ROOT)) if path.is_relative_to(paths.ROOT) else str(path)
