"""Reading delivered files as they are, with an error a researcher can act on when they are not."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import openpyxl
import pandas as pd
import pyreadstat

from helpers.errors import Problem, Problems
from helpers.ingest.registry import Crosswalk

OLE = bytes.fromhex("d0cf11e0a1b11ae1")
"""First bytes of an OLE container: an old Excel file, or a modern one with a password."""

SIGNATURES = {".sav": (b"$FL2", b"$FL3"), ".xlsx": (b"PK\x03\x04",)}
WORDS = {".sav": "an SPSS file (.sav)", ".xlsx": "an Excel workbook (.xlsx)", ".csv": "a text file (.csv)"}


class Unreadable(Problems):
    """A delivered file that cannot be read; carries one :class:`Problem`."""

    def __init__(self, file: str, found: str, allowed: str, remedy: str, where: str = "") -> None:
        super().__init__("A delivery cannot be read:", [Problem(file, where, found, allowed, remedy)])


def read(path: Path, name: str, crosswalk: Crosswalk) -> pd.DataFrame:
    """The delivered table with the sender's columns and codes.

    ``name`` is the file's name for messages. Raises :class:`Unreadable`.
    """
    suffix = check_container(path, name)
    if suffix == ".sav":
        return _read_sav(path, name)
    if suffix == ".xlsx":
        rows = sheet_rows(path, name, crosswalk.sheet)
        return _table(rows, crosswalk.header_row, name)
    return _read_csv(path, name, crosswalk)


def check_container(path: Path, name: str) -> str:
    """The suffix, if the file's first bytes agree with it; raises :class:`Unreadable` otherwise."""
    suffix = path.suffix.lower()
    if suffix not in WORDS:
        raise Unreadable(
            name, f"a file of type '{suffix}'", ", ".join(WORDS), "Ask the sender for one of these formats."
        )
    head = path.read_bytes()[:8] if path.stat().st_size < 64 else _head(path)
    if not head:
        raise Unreadable(name, "an empty file (0 bytes)", WORDS[suffix], "Ask the sender to send it again.")
    expected = SIGNATURES.get(suffix)
    if expected is not None and not head.startswith(expected):
        raise Unreadable(name, *_what_it_is(path, head, suffix))
    return suffix


def _head(path: Path) -> bytes:
    with path.open("rb") as file:
        return file.read(8)


def _what_it_is(path: Path, head: bytes, suffix: str) -> tuple[str, str, str]:
    if head.startswith(OLE):
        if "EncryptedPackage".encode("utf-16-le") in path.read_bytes():
            return ("a workbook with a password", "a workbook without one", "Ask the sender to take the password off.")
        return (
            "an old Excel file (.xls) with the wrong suffix",
            WORDS[suffix],
            "Open it in Excel and save it as .xlsx.",
        )
    kind = "something else: its first bytes are those of " + (
        "a zip archive or Excel workbook"
        if head.startswith(b"PK")
        else "an SPSS file"
        if head[:3] == b"$FL"
        else "a text or unknown file"
    )
    return (kind, WORDS[suffix], "Check what the sender exported; the suffix and the content do not agree.")


def _read_sav(path: Path, name: str) -> pd.DataFrame:
    try:
        frame, meta = pyreadstat.read_sav(str(path), user_missing=True, apply_value_formats=False)
    except Exception as error:
        raise Unreadable(
            name,
            f"a damaged SPSS file ({str(error).strip() or type(error).__name__})",
            "a whole SPSS file",
            "It may have been cut off in transfer: ask the sender to send it again.",
        ) from error
    promised = meta.number_rows
    if promised is not None and promised != len(frame):
        raise Unreadable(
            name,
            f"{len(frame)} rows where the file's head promises {promised}",
            "a whole SPSS file",
            "It was cut off in transfer: ask the sender to send it again.",
        )
    return frame


def sheet_rows(path: Path, name: str, sheet: str | None) -> list[list[object]]:
    """Values of one sheet (the first if ``sheet`` is None); raises :class:`Unreadable`."""
    try:
        with path.open("rb") as file:
            book = openpyxl.load_workbook(io.BytesIO(file.read()), read_only=True, data_only=True)
            if sheet is not None and sheet not in book.sheetnames:
                raise Unreadable(
                    name,
                    f"sheets {', '.join(book.sheetnames)}",
                    f"a sheet called '{sheet}'",
                    "Rename the sheet, or change `sheet` in the crosswalk.",
                )
            return [list(row) for row in book[sheet or book.sheetnames[0]].iter_rows(values_only=True)]
    except Unreadable:
        raise
    except (zipfile.BadZipFile, KeyError, ValueError, OSError, EOFError, SyntaxError) as error:
        raise Unreadable(
            name,
            f"a damaged workbook ({type(error).__name__})",
            "a whole Excel workbook",
            "It may have been cut off in transfer: ask the sender to send it again.",
        ) from error


def _table(rows: list[list[object]], header_row: int, name: str) -> pd.DataFrame:
    if len(rows) < header_row:
        raise Unreadable(name, f"{len(rows)} rows", f"column names in row {header_row}", "Check the file's layout.")
    header = ["" if cell is None else str(cell).strip() for cell in rows[header_row - 1]]
    while header and header[-1] == "":
        header.pop()
    body = [row[: len(header)] for row in rows[header_row:] if any(cell is not None for cell in row)]
    return pd.DataFrame([row + [None] * (len(header) - len(row)) for row in body], columns=header, dtype=object)


def _read_csv(path: Path, name: str, crosswalk: Crosswalk) -> pd.DataFrame:
    dialect = crosswalk.csv
    if dialect is None:
        raise Unreadable(name, "a csv file", "a crosswalk that says its `csv` dialect", "Add `csv` to the crosswalk.")
    try:
        text = path.read_bytes().decode(dialect.encoding)
    except UnicodeDecodeError as error:
        raise Unreadable(
            name,
            f"byte {error.object[error.start]:#04x} at position {error.start}",
            f"text in {dialect.encoding}",
            "Save it in that encoding, or change `csv.encoding` in the crosswalk.",
        ) from error
    first = text.splitlines()[0] if text.strip() else ""
    if dialect.delimiter not in first:
        raise Unreadable(
            name,
            f"a first line without '{dialect.delimiter}': {first[:60]!r}",
            f"columns separated by '{dialect.delimiter}'",
            "Check how the file was exported, or change `csv.delimiter` in the crosswalk.",
            where="row 1",
        )
    try:
        return pd.read_csv(io.StringIO(text), sep=dialect.delimiter, dtype=str, keep_default_na=False)
    except (pd.errors.ParserError, ValueError) as error:
        raise Unreadable(
            name, f"rows that do not fit the header ({error})", "equal columns in each row", "Mend the row."
        ) from error
