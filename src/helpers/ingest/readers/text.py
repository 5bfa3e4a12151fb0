"""Text tables: encoding, delimiter and decimal sign are recognised and reported; in doubt, nothing is guessed."""

from __future__ import annotations

import csv
import io
import re
from pathlib import Path

import pandas as pd

from helpers.ingest.crosswalks import Crosswalk, Csv
from helpers.ingest.problems import Defect, Unreadable
from helpers.ingest.readers.delivered import Delivered

DELIMITERS = {";": "puntkomma", ",": "komma", "\t": "tab", "|": "staande streep"}
LOOKED_AT = 200
"""Rows on which a delimiter is tried."""

COMMA = re.compile(r"-?\d+,\d+|-?\d{1,3}(\.\d{3})+,\d+")
POINT = re.compile(r"-?\d+\.\d+|-?\d{1,3}(,\d{3})+\.\d+")
THOUSANDS = re.compile(r"-?\d{1,3}\.\d{3}|-?\d{1,3},\d{3}")
"""Could be a thousand or a fraction."""


def read(path: Path, name: str, crosswalk: Crosswalk | None) -> Delivered:
    """All cells as text. Raises :class:`Unreadable`: unknown characters, an unclear dialect, uneven rows."""
    given = crosswalk.csv if crosswalk is not None else Csv()
    content = path.read_bytes()
    text, encoding = _decode(content, name, given.encoding)
    delimiter = given.delimiter or _delimiter(text, name)
    rows = _rows(text, delimiter, name)
    header = [column.strip() for column in rows[0]]
    body = [row for row in rows[1:] if any(cell.strip() for cell in row)]
    decimal = given.decimal or _decimal(body, delimiter, name)
    frame = pd.DataFrame(body, columns=header, dtype=object)
    words = f"decimaalteken {'komma' if decimal == ',' else 'punt'}" if decimal else "geen decimalen gezien"
    facts = (f"tekst: {encoding}, kolommen gescheiden door {DELIMITERS.get(delimiter, delimiter)}, {words}",)
    end = "\r\n" if "\r\n" in text else "\n" if "\n" in text else "\r"
    doubts = () if text.endswith(end) else (_unfinished(name, len(rows)),)
    return Delivered(frame=frame, first_row=2, facts=facts, decimal=decimal, doubts=doubts)


def _unfinished(name: str, rows: int) -> Defect:
    """A table that was cut off in transfer may end like this; so may a whole one, made by hand."""
    return Defect(
        name,
        f"rij {rows}",
        "een laatste regel zonder regeleinde",
        "een regeleinde na elke rij",
        "Is het bestand heel? Tel de rijen na bij de afzender.",
        rule="file_unfinished",
    )


def _decode(content: bytes, name: str, given: str | None) -> tuple[str, str]:
    if given is not None:
        try:
            return content.decode(given), given
        except (UnicodeDecodeError, LookupError) as error:
            where = f"byte {error.start}" if isinstance(error, UnicodeDecodeError) else ""
            raise Unreadable(
                name,
                "een teken dat daarin niet bestaat",
                f"tekst in {given}",
                "Sla het bestand zo op, of verander `csv.encoding` in de crosswalk.",
                where=where,
            ) from error
    for mark, encoding, words in (
        (b"\xef\xbb\xbf", "utf-8-sig", "UTF-8 met BOM"),
        (b"\xff\xfe", "utf-16", "UTF-16"),
        (b"\xfe\xff", "utf-16", "UTF-16"),
    ):
        if content.startswith(mark):
            return _strictly(content, encoding, name), words
    if b"\x00" in content:
        raise Unreadable(
            name,
            f"een nulbyte op plaats {content.index(0)}",
            "gewone tekst",
            "Dit is geen tekstbestand, of het is beschadigd: vraag de afzender het opnieuw te sturen.",
        )
    try:
        text = content.decode("utf-8")
        return text, "ASCII" if text.isascii() else "UTF-8"
    except UnicodeDecodeError:
        return _strictly(content, "cp1252", name), "Windows-1252"


def _strictly(content: bytes, encoding: str, name: str) -> str:
    try:
        return content.decode(encoding)
    except UnicodeDecodeError as error:
        raise Unreadable(
            name,
            f"een teken dat in UTF-8 noch Windows-1252 bestaat, op plaats {error.start}",
            "UTF-8 of Windows-1252",
            "Sla het bestand op als UTF-8, of noem `csv.encoding` in de crosswalk.",
        ) from error


def _delimiter(text: str, name: str) -> str:
    """The one delimiter that gives every row as many cells as the header, and more than one."""
    fitting: list[str] = []
    sizes: dict[str, int] = {}
    head = "\n".join(text.splitlines()[:LOOKED_AT])
    for delimiter in DELIMITERS:
        try:
            rows = [row for row in csv.reader(io.StringIO(head), delimiter=delimiter) if row]
        except csv.Error:
            continue
        sizes[delimiter] = len(rows[0]) if rows else 0
        if sizes[delimiter] > 1 and all(len(row) == sizes[delimiter] for row in rows):
            fitting.append(delimiter)
    if len(fitting) == 1:
        return fitting[0]
    if len(fitting) > 1:
        words = " en ".join(DELIMITERS[delimiter] for delimiter in fitting)
        raise Unreadable(
            name,
            f"{words} passen alle als scheidingsteken",
            "één scheidingsteken",
            "Noem `csv.delimiter` in de crosswalk.",
        )
    best = max(sizes, key=sizes.get, default=";")
    if sizes.get(best, 0) > 1:
        return best  # uneven rows: told, with their numbers, by whoever reads them
    first = text.splitlines()[0][:40] if text.strip() else ""
    raise Unreadable(
        name,
        f"een eerste regel zonder scheidingsteken ({len(first)} tekens gezien)",
        "kolommen gescheiden door puntkomma, komma, tab of staande streep",
        "Kijk hoe het bestand is geëxporteerd.",
        where="rij 1",
    )


def _rows(text: str, delimiter: str, name: str) -> list[list[str]]:
    try:
        reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
        numbered = [(reader.line_num, row) for row in reader if row]
    except csv.Error as error:
        raise Unreadable(
            name,
            f"een cel die niet te lezen is ({error})",
            "aanhalingstekens die sluiten",
            "Herstel de rij, of vraag het bestand opnieuw.",
        ) from error
    if not numbered:
        raise Unreadable(name, "geen enkele rij", "kolomnamen en rijen", "Vraag de afzender het opnieuw te sturen.")
    width = len(numbered[0][1])
    uneven = [(number, len(row)) for number, row in numbered if len(row) != width]
    if uneven:
        shown = ", ".join(f"rij {number}: {size}" for number, size in uneven[:5])
        more = f" en {len(uneven) - 5} andere" if len(uneven) > 5 else ""
        raise Unreadable(
            name,
            f"rijen met een ander aantal cellen dan de kop ({shown}{more})",
            f"{width} cellen in elke rij",
            "Herstel deze rijen; staat er een scheidingsteken in een cel, dan horen er aanhalingstekens omheen.",
        )
    return [row for _, row in numbered]


def _decimal(rows: list[list[str]], delimiter: str, name: str) -> str | None:
    """The decimal sign that the cells show, ``None`` if none does; raises :class:`Unreadable` in doubt."""
    cells = {cell.strip() for row in rows for cell in row}
    numbers = [cell for cell in cells if cell[-1:].isdigit() and ("," in cell or "." in cell)]
    clear_comma = [cell for cell in numbers if COMMA.fullmatch(cell) and not THOUSANDS.fullmatch(cell)]
    clear_point = [cell for cell in numbers if POINT.fullmatch(cell) and not THOUSANDS.fullmatch(cell)]
    unclear = [cell for cell in numbers if THOUSANDS.fullmatch(cell)]
    if clear_comma and clear_point:
        raise Unreadable(
            name,
            f"getallen met een decimale komma ({clear_comma[0]}) en met een decimale punt ({clear_point[0]})",
            "één decimaalteken",
            "Laat de afzender één teken gebruiken, of noem `csv.decimal` in de crosswalk.",
        )
    if clear_comma or clear_point:
        return "," if clear_comma else "."
    if unclear:
        raise Unreadable(
            name,
            f"getallen zoals {sorted(unclear)[0]}: een duizendtal of een breuk is niet te zeggen",
            "getallen waaraan het decimaalteken te zien is",
            "Noem `csv.decimal` in de crosswalk.",
        )
    return None
