"""Whose file it is: codes and names of other institutions outside of the figures of a registration."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from helpers import schema
from helpers.ingest.readers.sheets import Sheet
from helpers.ingest.registration import Table
from helpers.ingest.words import same, tidy, visible

SHORTEST = 5
"""Shorter names of institutions are also other words."""


def others(sheet: Sheet, tables: list[Table], code: str, names: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """Where another institution than ``code`` is named, and how.

    ``names``: what the register calls institutions, by code. In the table only a whole cell counts, of a column that
    is not used: what a remark says of another institution is no sign of whose file it is.
    """
    told = set()
    for where, place, said, whole in _said(sheet, tables):
        for found in (*_codes(said, code, names, whole), *_named(said, code, names, whole)):
            if found not in told:
                told.add(found)
                yield where, f"{found} {place}"


def _said(sheet: Sheet, tables: list[Table]) -> Iterator[tuple[str, str, str, bool]]:
    """Texts outside of the figures: the place, in words too, the text, and whether only all of it counts."""
    title = f"blad ‘{sheet.title}’"
    yield title, "in de naam van het blad", tidy(sheet.title), False
    bodies = {row: table for table in tables for row in range(table.place + 1, table.end)}
    for row, cells in enumerate(sheet.rows):
        table = bodies.get(row)
        above = row < tables[0].place
        for at, cell in enumerate(cells):
            within = table is not None and not table.fates.get(row)
            if isinstance(cell, str) and not (within and at in table.used):
                place = "boven de tabel" if above else "naast of onder de tabel"
                yield title if above else f"{title}, rij {row + 1}", place, tidy(cell), within


def _codes(said: str, code: str, names: Mapping[str, str], whole: bool) -> Iterator[str]:
    """Codes in capitals; in small letters only of institutions that are known, or where nothing else is said."""
    for match in re.finditer(rf"\b{schema.INSTITUTION_PATTERN}\b", said, re.IGNORECASE):
        found, alone = match[0].upper(), match[0] == said
        if found != code and (alone or not whole and (found == match[0] or found in names)):
            yield f"de code {found}"


def _named(said: str, code: str, names: Mapping[str, str], whole: bool) -> Iterator[str]:
    text, own = same(said), same(names.get(code, ""))
    for name in {same(name): name for other, name in names.items() if other != code}.values():
        form = same(name)
        if len(form) < SHORTEST or form in own or own and own in text:
            continue
        if text == form or not whole and re.search(rf"\b{re.escape(form)}\b", text):
            yield f"de naam ‘{visible(name)}’"
