"""What the columns of the data annex mean: ``reports/columns.yml``, and values read by it."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Literal

import yaml
from pydantic import BaseModel, ConfigDict, ValidationError

from helpers import paths
from helpers.errors import MonitorError

Kind = Literal["text", "code", "boolean", "year", "count", "share", "points", "number", "limit"]
Value = str | int | float | bool | None
WORDS = ("text", "code")
WHOLE = ("year", "count")
TRUTH = {"True": True, "False": False}
FORMULA = ("=", "+", "-", "@", "\t")


class About(BaseModel):
    """What one column means."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)

    title: str
    kind: Kind
    about: str


class _Book(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)

    columns: dict[str, About]
    files: dict[str, dict[str, About]] = {}


@dataclass(frozen=True)
class Column:
    """A column of one file; ``kind`` is never ``limit``, ``known`` says whether ``reports/columns.yml`` has it."""

    code: str
    title: str
    kind: str
    about: str
    known: bool = True


@dataclass(frozen=True)
class Data:
    """One file of the annex, as it was released: typed values by row, ``None`` where a cell is empty."""

    name: str
    columns: list[Column]
    rows: list[list[Value]]

    @property
    def hidden(self) -> int:
        """Rows whose figures are not shown."""
        place = next((i for i, column in enumerate(self.columns) if column.code == "hidden"), None)
        return 0 if place is None else sum(row[place] is not None for row in self.rows)


@cache
def _book(path: Path) -> _Book:
    try:
        return _Book.model_validate(yaml.safe_load(path.read_text(encoding="utf-8")))
    except (OSError, yaml.YAMLError, ValidationError) as error:
        raise MonitorError(f"{path} cannot be used: {error}. Restore it, or correct what is named here.") from error


def read(path: Path) -> Data:
    """A CSV file of the annex with its columns explained; raises :class:`MonitorError` for a value of another kind."""
    lines = path.read_text(encoding="utf-8-sig").split("\n", 1)
    text = lines[1] if lines[0].startswith("#") else "\n".join(lines)
    head, *rows = csv.reader(io.StringIO(text), delimiter=";")
    columns = explain(path.stem, head, rows)
    return Data(path.stem, columns, [_typed(row, columns, path) for row in rows])


def explain(name: str, codes: Sequence[str], rows: Sequence[Sequence[str]] = ()) -> list[Column]:
    """The columns of a file, each with its title; an unknown one is known by its code, and its values tell its kind."""
    book = _book(paths.REPORT_PARTS / "columns.yml")
    found: list[Column] = []
    kind = "number"
    for place, code in enumerate(codes):
        about = book.files.get(name, {}).get(code) or book.columns.get(code)
        if about is None:
            found.append(Column(code, code, _guess([row[place] for row in rows]), "", known=False))
            continue
        kind = kind if about.kind == "limit" else about.kind
        found.append(Column(code, about.title, kind, about.about))
    return found


def _guess(values: Sequence[str]) -> str:
    try:
        [_number(value) for value in values if value]
    except ValueError:
        return "text"
    return "number"


def _typed(row: Sequence[str], columns: Sequence[Column], path: Path) -> list[Value]:
    try:
        return [_value(text, column.kind) for text, column in zip(row, columns, strict=True)]
    except (ValueError, KeyError) as error:
        raise MonitorError(
            f"{path.name}: a value in {';'.join(row)} is not of the kind that reports/columns.yml gives ({error}). "
            "Correct the kind there, or give the column another name."
        ) from error


def _value(text: str, kind: str) -> Value:
    if text == "":
        return None
    if kind in WORDS:
        return plain(text)
    if kind == "boolean":
        return TRUTH[text]
    return int(text) if kind in WHOLE else _number(text)


def _number(text: str) -> float:
    return float(text.replace(",", "."))


def plain(text: str) -> str:
    """A text without the apostrophe that kept a spreadsheet from taking it for a formula."""
    return text[1:] if text[:1] == "'" and text[1:].lstrip()[:1] in FORMULA else text
