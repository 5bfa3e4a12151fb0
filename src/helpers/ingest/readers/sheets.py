"""What a sheet of a workbook holds, whichever program wrote it."""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from helpers.ingest.words import tidy

Rows = list[list[object]]

SHORT = 8
"""Longer texts hold more than invisible characters."""


RAISED = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")
"""Digits that a cell shows raised: the mark of a note, which must not become part of a number."""


class Amount(float):
    """A number whose cell shows it with a unit: a percentage (0.125 for 12.5 %), or money."""

    unit: str

    def __new__(cls, value: float, unit: str) -> Amount:
        """A number with its unit, ``%`` or ``€``."""
        made = super().__new__(cls, value)
        made.unit = unit
        return made

    def __getnewargs__(self) -> tuple[float, str]:
        """What a copy is made of."""
        return float(self), self.unit


@dataclass
class Sheet:
    """One sheet: values as typed in the file, by row and column as a person counts them, from 0.

    ``state``: ``visible``, ``hidden`` or ``veryHidden``; ``is_table``: false for a sheet with only a chart;
    ``hidden_rows`` and ``hidden_columns`` count from 0; ``filtered``: a filter hides rows; ``merged``: first and
    last row and column of merged cells; ``comments``: how many cells have one; ``uncomputed``: the first row with a
    formula whose outcome the file does not hold; ``guessed``: every outcome of a formula is 0 in a file that asks for
    computation, as programs write it that do not compute; ``since_1904``: numbers of days count from 1904.
    """

    title: str
    rows: Rows = field(default_factory=list)
    state: str = "visible"
    is_table: bool = True
    hidden_rows: set[int] = field(default_factory=set)
    hidden_columns: set[int] = field(default_factory=set)
    filtered: bool = False
    merged: list[tuple[int, int, int, int]] = field(default_factory=list)
    comments: int = 0
    uncomputed: int | None = None
    guessed: bool = False
    since_1904: bool = False

    @property
    def visible(self) -> bool:
        """Whether a person sees the sheet."""
        return self.state == "visible"

    @property
    def filled_rows(self) -> int:
        """Rows with anything in them."""
        return sum(map(is_filled, self.rows))

    def at(self, row: int, column: int) -> object:
        """The value of a cell, ``None`` beyond what the sheet holds."""
        cells = self.rows[row] if row < len(self.rows) else []
        return cells[column] if column < len(cells) else None

    def merged_at(self, row: int, column: int) -> tuple[int, int, int, int] | None:
        """The merged cells, over more than one row, to which a cell belongs."""
        for first, left, last, right in self.merged:
            if first < last and first <= row <= last and left <= column <= right:
                return first, left, last, right
        return None

    def has_numbers(self) -> bool:
        """Whether any cell holds a number, also one as text; a year counts, a date does not."""
        return any(is_number(cell) for row in self.rows for cell in row)


def is_filled(row: list[object]) -> bool:
    """Whether a row has anything in it."""
    return any(cell is not None for cell in row)


def is_number(cell: object) -> bool:
    """Whether a cell holds a number, or text that is one."""
    if isinstance(cell, bool):
        return False
    return isinstance(cell, int | float) or isinstance(cell, str) and bool(re.fullmatch(r"\s*[-+]?\d[\d.,]*\s*", cell))


def trimmed(rows: Rows) -> Rows:
    """Rows without empty cells and rows at the end; a cell in which nothing can be seen is empty."""
    for row in rows:
        for place, cell in enumerate(row):
            if isinstance(cell, str) and (not cell.strip() or len(cell) < SHORT and not tidy(cell)):
                row[place] = None
        while row and row[-1] is None:
            row.pop()
    while rows and not rows[-1]:
        rows.pop()
    return rows


def letters(column: int) -> str:
    """The letters of a column as Excel shows them: 0 is ``A``."""
    word = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        word = chr(65 + rest) + word
    return word


def spans(places: set[int]) -> Iterator[tuple[int, int]]:
    """Runs of consecutive numbers, as first and last."""
    start = last = None
    for place in sorted(places):
        if last is not None and place == last + 1:
            last = place
            continue
        if start is not None:
            yield start, last
        start = last = place
    if start is not None:
        yield start, last


def rows_named(places: set[int], listed: int = 5) -> str:
    """Rows (from 0) in the numbers that a person sees: ``rij 3-9, 12``."""
    runs = [f"{first + 1}" if first == last else f"{first + 1}-{last + 1}" for first, last in spans(places)]
    return "rij " + ", ".join(runs[:listed]) + (" …" if len(runs) > listed else "")


def shown(cell: object) -> str:
    """A value as the cell shows it, for a message."""
    if isinstance(cell, Amount):
        number = f"{cell * 100:.6g}%" if cell.unit == "%" else f"{cell.unit} {float(cell):.6g}"
        return number.replace(".", ",")
    if isinstance(cell, bool):
        return "WAAR" if cell else "ONWAAR"
    if isinstance(cell, datetime.datetime):
        return f"{cell:%d-%m-%Y}" if cell.time() == datetime.time() else f"{cell:%d-%m-%Y %H:%M:%S}"
    if isinstance(cell, datetime.date):
        return f"{cell:%d-%m-%Y}"
    if isinstance(cell, float):
        return f"{cell:.12g}".replace(".", ",")
    return str(cell)
