"""Excel workbooks: title rows above the names, names over two rows with merged cells, several sheets."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Sequence
from pathlib import Path

import openpyxl
import pandas as pd

from helpers.ingest.crosswalks import Crosswalk
from helpers.ingest.problems import Unreadable
from helpers.ingest.readers.delivered import Delivered

SEARCHED = 20
"""Names of columns stand within so many rows, or are not found."""

JOINT = " | "
"""Between the two parts of a name that stands in two rows: ``2022 | aantal``."""

Rows = list[list[object]]


def read(path: Path, name: str, crosswalk: Crosswalk | None) -> Delivered:
    """One sheet as a table. Raises :class:`Unreadable`."""
    sheets = read_sheets(path, name)
    if crosswalk is not None and crosswalk.sheet is not None:
        sheets = {crosswalk.sheet: choose_sheet(sheets, crosswalk.sheet, name)}
    expected = list(crosswalk.expected()) if crosswalk is not None else []
    places = {
        sheet: find_header(rows, expected, crosswalk.header_row if crosswalk else None)
        for sheet, rows in sheets.items()
        if any(any(cell is not None for cell in row) for row in rows)
    }
    if not places:
        raise Unreadable(
            name, "alleen lege bladen", "een blad met een tabel", "Vraag de afzender het opnieuw te sturen."
        )
    best = max(score for _, _, score in places.values())
    fitting = [sheet for sheet, (_, _, score) in places.items() if score == best]
    if len(fitting) > 1 and expected:
        raise Unreadable(
            name,
            f"{len(fitting)} bladen die alle passen: {', '.join(fitting)}",
            "één blad met deze kolommen",
            "Noem `sheet` in de crosswalk.",
        )
    sheet = fitting[0]
    row, header, _ = places[sheet]
    facts = [f"blad ‘{sheet}’, kolomnamen in rij {row + 1}"]
    if len(sheets) > 1:
        facts.append(f"{len(sheets) - 1} andere bladen niet gelezen")
    return Delivered(frame=_table(sheets[sheet], row, header), first_row=row + 2, sheet=sheet, facts=tuple(facts))


def choose_sheet(sheets: dict[str, Rows], wanted: str, name: str) -> Rows:
    """The sheet of that name; raises :class:`Unreadable` naming those there are."""
    if wanted not in sheets:
        raise Unreadable(
            name,
            f"de bladen {', '.join(sheets)}",
            f"een blad ‘{wanted}’",
            "Hernoem het blad, of verander `sheet` in de crosswalk.",
        )
    return sheets[wanted]


def read_sheets(path: Path, name: str) -> dict[str, Rows]:
    """Values of every sheet; raises :class:`Unreadable` also for formulas that were never computed."""
    content = path.read_bytes()
    sheets = _values(content, name, data_only=True)
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        formulas = any(
            b"<f>" in archive.read(entry) or b"<f " in archive.read(entry)
            for entry in archive.namelist()
            if re.fullmatch(r"xl/worksheets/[^/]+\.xml", entry)
        )
    if formulas:
        _check_formulas(sheets, _values(content, name, data_only=False), name)
    return sheets


def _values(content: bytes, name: str, data_only: bool) -> dict[str, Rows]:
    book = openpyxl.load_workbook(io.BytesIO(content), read_only=True, data_only=data_only)
    try:
        sheets = {}
        for sheet in book.worksheets:
            sheet.reset_dimensions()  # some programs write a wrong size; the cells themselves are right
            sheets[sheet.title] = _without_empty_edges([list(row) for row in sheet.iter_rows(values_only=True)])
        return sheets
    finally:
        book.close()


def _without_empty_edges(rows: Rows) -> Rows:
    while rows and all(cell is None for cell in rows[-1]):
        rows.pop()
    return rows


def _check_formulas(values: dict[str, Rows], formulas: dict[str, Rows], name: str) -> None:
    for sheet, rows in formulas.items():
        for number, row in enumerate(rows):
            for place, cell in enumerate(row):
                if isinstance(cell, str) and cell.startswith("=") and _at(values[sheet], number, place) is None:
                    raise Unreadable(
                        name,
                        "een formule zonder uitkomst",
                        "waarden",
                        "Open het bestand in Excel, sla het op, en stuur het opnieuw.",
                        where=f"blad ‘{sheet}’, rij {number + 1}",
                    )


def _at(rows: Rows, number: int, place: int) -> object:
    return rows[number][place] if number < len(rows) and place < len(rows[number]) else None


def find_header(rows: Rows, expected: Sequence[str], given: int | None = None) -> tuple[int, list[str], int]:
    """Row of the names (from 0), the names, and how many of the expected ones stand there.

    Without expectations: the first row that has names in at least half of the widest row's columns.
    """
    candidates = [given - 1] if given is not None else list(range(min(SEARCHED, len(rows))))
    best: tuple[int, list[str], int] = (candidates[0] if candidates else 0, [], -1)
    for number in candidates:
        if number >= len(rows):
            continue
        for header in _readings(rows, number):
            score = sum(name in header for name in expected)
            if score > best[2]:
                best = (number, header, score)
    if not expected and given is None:
        width = max(sum(cell is not None for cell in row) for row in rows)
        for number in candidates:
            header = names(rows[number])
            if sum(bool(name) for name in header) * 2 >= width and all(isinstance(c, str) for c in rows[number] if c):
                return number, header, 0
    return best


def _readings(rows: Rows, number: int) -> list[list[str]]:
    """The names of one row, and those of two rows in which the upper has merged cells."""
    plain = names(rows[number])
    if number == 0:
        return [plain]
    above, last = [], ""
    upper_row = names(rows[number - 1], len(plain))
    for place in range(len(plain)):
        last = (upper_row[place] if place < len(upper_row) else "") or last
        above.append(last)
    joined = [
        f"{upper}{JOINT}{lower}" if upper and lower else upper or lower
        for upper, lower in zip(above, plain, strict=True)
    ]
    return [plain, joined]


def names(row: Sequence[object], width: int = 0) -> list[str]:
    """Cells as names, without empty ones at the end."""
    header = ["" if cell is None else " ".join(str(cell).split()) for cell in row]
    while len(header) > width and header and header[-1] == "":
        header.pop()
    return header


def _table(rows: Rows, place: int, header: list[str]) -> pd.DataFrame:
    width = len(header)
    body = []
    for row in rows[place + 1 :]:
        cells = [*row[:width], *([None] * (width - len(row)))]
        body.append(cells)
    frame = pd.DataFrame(body, columns=header, dtype=object)
    # rows without anything keep their number, so that messages name the row that the sender sees
    while len(frame) and frame.iloc[-1].isna().all():
        frame = frame.iloc[:-1]
    unnamed = [i for i, name in enumerate(header) if not name and frame.iloc[:, i].isna().all()]
    return frame.iloc[:, [i for i in range(width) if i not in unnamed]]
