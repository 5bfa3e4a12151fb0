"""Incident registrations: every institution in a layout of its own, to one table and one taxonomy.

Not delivered is a fact with a reason, never a zero; an empty cell, ``n.v.t.`` and ``<5`` are not zero either.
``overview`` reads who delivered, ``registration`` one table, ``counts`` one cell; here they come together.
"""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass, field, replace
from pathlib import Path

import pandas as pd

from helpers import schema
from helpers.ingest import whose
from helpers.ingest.account import Parts, Rest
from helpers.ingest.counts import CENSORED, EXACT, UNKNOWN
from helpers.ingest.crosswalks import IncidentCrosswalk, Layout
from helpers.ingest.mapping import dtype_of
from helpers.ingest.overview import Delivery
from helpers.ingest.problems import Defect, Unreadable
from helpers.ingest.readers import workbook
from helpers.ingest.readers.containers import WORKBOOKS, guard
from helpers.ingest.readers.sheets import Sheet, is_number, rows_named
from helpers.ingest.registration import Cell, Log, Table, header_at, is_whole
from helpers.ingest.words import nearest, same, tidy, visible

SEARCHED_ROWS = 20
"""A header stands within this many rows, or the layout is unknown."""


@dataclass
class Registrations:
    """What was read: the canonical table, what is wrong, and of each file its rows, account and layout."""

    frame: pd.DataFrame
    defects: list[Defect] = field(default_factory=list)
    rows: dict[str, int] = field(default_factory=dict)
    parts: dict[str, tuple[Parts, ...]] = field(default_factory=dict)
    layouts: dict[str, str] = field(default_factory=dict)


def read(
    files: dict[str, Path],
    crosswalk: IncidentCrosswalk,
    without: dict[str, str] | None = None,
    names: dict[str, str] | None = None,
) -> Registrations:
    """All registrations of an edition.

    ``files``: path by the name to use in messages; one of them is the overview. ``without``: institutions whose
    file is left aside, with the reason that then stands for not having delivered. ``names``: of institutions by code,
    as the register has them.
    """
    without = without or {}
    overviews = [name for name in files if _is_overview(name, crosswalk)]
    result = Registrations(_frame([]))
    if len(overviews) != 1:
        remedy = "Voeg het overzicht toe van wie leverde, en waarom anderen dat niet deden."
        found = f"{len(files)} bestanden zonder {crosswalk.overview.file}" if not overviews else ", ".join(overviews)
        allowed = f"één bestand {crosswalk.overview.file}"
        result.defects.append(Defect("incidenten", "", found, allowed, remedy, rule="incident_overview"))
        return result
    overview = overviews[0]
    told = Delivery(files[overview], overview, crosswalk.overview)
    result.defects += told.defects
    known = dict.fromkeys(told.delivered, "") | (names or {})
    result.rows[overview], result.parts[overview] = len(told.delivered), told.parts
    records: list[dict] = []
    present: set[str] = set()
    for name, path in files.items():
        if name == overview:
            continue
        match = re.fullmatch(crosswalk.file, path.stem, re.IGNORECASE)
        if match is None:
            _unplaced(path, name, crosswalk, result)
            continue
        code = match.group(1).upper()
        if code in present:
            found = f"een tweede bestand van {code}"
            remedy = "Haal een van de twee weg."
            result.defects.append(
                Defect(name, "", found, "één bestand", remedy, rule="incident_file", institution=code)
            )
            continue
        present.add(code)
        if code not in without:
            records += _one(path, name, code, crosswalk, known, result)
        else:
            result.parts[name] = _left_file("van een instelling die deze editie weglaat")
    result.defects += told.disagreements(present, crosswalk.file)
    for code, yes in told.delivered.items():
        if code in without:
            records.append(_not_delivered(code, without[code]))
        elif not yes:
            records.append(_not_delivered(code, told.reasons.get(code)))
    result.frame = _frame(records)
    return result


def _unplaced(path: Path, name: str, crosswalk: IncidentCrosswalk, result: Registrations) -> None:
    """A file that is nobody's: a workbook must be placed, anything else is only told."""
    rule = "incident_file" if path.suffix.lower() in WORKBOOKS else "file_unexpected"
    allowed = f"een naam als {crosswalk.file}"
    remedy = "Hernoem het bestand, of haal het weg."
    result.defects.append(Defect(name, "", "een naam die niemand verwacht", allowed, remedy, rule=rule))
    result.parts[name] = _left_file("van geen instelling")


def _left_file(reason: str) -> tuple[Parts, ...]:
    return (Parts("bestanden", 1, 0, (Rest("", 1, reason),)),)


def _is_overview(name: str, crosswalk: IncidentCrosswalk) -> bool:
    path = Path(name)
    return same(path.stem) == same(Path(crosswalk.overview.file).stem) and path.suffix.lower() in WORKBOOKS


def _one(
    path: Path, name: str, code: str, crosswalk: IncidentCrosswalk, known: dict[str, str], result: Registrations
) -> list[dict]:
    """The records of one institution; what is wrong with its file is told in ``result``."""
    book = Book(name, code, crosswalk, known)
    try:
        sheets = workbook.read_sheets(path, name)
        with guard(path, name):
            book.read(sheets)
    except Unreadable as error:
        result.defects += [replace(defect, institution=code) for defect in error.problems]
        return []
    result.defects += [replace(defect, institution=code) for defect in book.defects]
    result.rows[name], result.parts[name] = book.rows, book.parts
    result.layouts[name] = book.layout.name if book.layout else ""
    return book.records()


class Book:
    """One institution's workbook: its layout, its figures, and what is wrong with it."""

    def __init__(self, name: str, code: str, crosswalk: IncidentCrosswalk, known: dict[str, str]) -> None:
        self.name, self.code, self.crosswalk, self.known = name, code, crosswalk, known
        self.defects: list[Defect] = []
        self.cells: dict[tuple[str, str, str], Cell] = {}
        self.totals: list[tuple[dict[str, str], int, str]] = []
        self.logged = Log()
        self.rows = 0
        self.parts: tuple[Parts, ...] = ()
        self.layout: Layout | None = None
        self.words = {same(word): value for word, value in crosswalk.categories.items()}

    def tell(self, where: str, found: str, allowed: str, remedy: str, rule: str) -> None:
        """Note something that is wrong."""
        self.defects.append(Defect(self.name, where, found, allowed, remedy, rule=rule))

    def log(self, year: int, category: str, number: int | None, status: str) -> None:
        """Count incidents of a log."""
        self.logged.add(year, category, number, status)

    def add(self, cell: Cell) -> None:
        """Take a figure, once; a second of the same period, category and location is not added."""
        key = (cell.period, cell.category, cell.location)
        if key in self.cells:
            remedy = "Haal een van de twee weg, of noem `location` in de crosswalk."
            found = f"{schema.LABELS['category'][cell.category]} in {cell.period} een tweede keer"
            self.tell(cell.where, found, f"één keer (ook in {self.cells[key].where})", remedy, "incident_double")
            return
        self.cells[key] = cell

    def read(self, sheets: list[Sheet]) -> None:
        """Every sheet: read as a registration, left out with a reason, or asked about."""
        filled = [sheet for sheet in sheets if sheet.rows]
        found = {sheet.title: each for sheet in filled if (each := self._recognise(sheet)) is not None}
        if not any(sheet.visible and sheet.title in found for sheet in filled):
            self._unknown(filled)
            return
        self.layout = next(found[sheet.title][0] for sheet in filled if sheet.visible and sheet.title in found)
        for sheet in filled:
            if sheet.title in found and sheet.visible and found[sheet.title][0] is not self.layout:
                other = found[sheet.title][0].name
                self._ask(sheet, f"de indeling ‘{other}’", f"overal ‘{self.layout.name}’", "incident_layout")
        taken = [
            sheet for sheet in filled if sheet.visible and sheet.title in found and found[sheet.title][0] is self.layout
        ]
        others = [self._other(sheet, sheet.title in found) for sheet in sheets if sheet not in taken]
        of_totals = [sheet for sheet in taken if is_whole(sheet.title, self.layout)]
        accounts = []
        for sheet in taken:
            workbook.check_computed(sheet, self.name)
            self.defects += workbook.hidden(sheet, found[sheet.title][1], self.name)
            before = dict(self.cells)
            tables = self._tables(sheet, found[sheet.title][1], len(taken) > 1)
            if sheet in of_totals and len(taken) > len(of_totals):
                self._take_as_totals(before)
            accounts.append((sheet, tables))
        for cell in self.logged.cells(self.layout.period_kind, sorted(set(self.words.values()))):
            self.add(cell)
        self._take_wholes()
        self._check_totals()
        self._account(sheets, others, accounts)

    def _unknown(self, filled: list[Sheet]) -> None:
        """No sheet that can be read: what is there, and what comes nearest."""
        if not filled:
            self.tell("", "alleen lege bladen", "een blad met incidenten", "Vraag het opnieuw.", "incident_layout")
            return
        known = [word for layout in self.crosswalk.layouts for word in layout.header]
        forms = {same(word) for word in known}
        cells = [
            cell for sheet in filled for row in sheet.rows[:SEARCHED_ROWS] for cell in row if isinstance(cell, str)
        ]
        near = [
            f"‘{visible(word)}’ lijkt op ‘{nearest(word, known)}’"
            for word in dict.fromkeys(map(tidy, cells))
            if same(word) not in forms and nearest(word, known)
        ]
        allowed = "; ".join(f"{layout.name} ({', '.join(layout.header)})" for layout in self.crosswalk.layouts)
        remedy = "Voeg de indeling van deze instelling toe aan data/crosswalks/incidents.yml."
        hidden = " op zichtbare bladen" if any(self._recognise(sheet) for sheet in filled) else ""
        found = f"een indeling die niemand kent{hidden}" + (f" ({'; '.join(near[:3])})" if near else "")
        self.tell("", found, allowed, remedy, "incident_layout")

    def _ask(self, sheet: Sheet, found: str, allowed: str, rule: str) -> None:
        remedy = "Maak het blad gelijk aan de andere, of haal het weg."
        if not sheet.visible:
            remedy = "Vraag of het erbij hoort: maak het dan zichtbaar, of haal het weg."
        self.tell(f"blad ‘{sheet.title}’", found, allowed, remedy, rule)

    def _other(self, sheet: Sheet, recognised: bool) -> Rest:
        """A sheet that is not read: why, and whether that must be asked."""
        where = f"blad ‘{sheet.title}’"
        figures = sheet.rows and (recognised or self._has_figures(sheet.rows))
        if figures and not sheet.visible:
            self._ask(sheet, "een verborgen blad met incidenten", "alleen zichtbare bladen", "incident_sheet")
        elif figures and not recognised and not self._told(where):
            self._ask(sheet, "soorten incidenten met getallen, anders ingedeeld", self.layout.name, "incident_sheet")
        hidden = "" if sheet.visible else "verborgen, "
        if not sheet.rows:
            return Rest(where, 1, workbook.why_not(sheet))
        why = "een vraag" if figures else "geen registratie van incidenten"
        reason = f"{hidden}{workbook.rows_left(sheet)}: {why}"
        return Rest(where, 1, reason, doubt=sheet.has_numbers())

    def _told(self, where: str) -> bool:
        return any(defect.where == where for defect in self.defects)

    def _has_figures(self, rows: list[list[object]]) -> bool:
        """Whether kinds of incident stand there, and numbers, whichever way."""
        cells = [cell for row in rows for cell in row if cell is not None]
        return any(isinstance(cell, str) and same(cell) in self.words for cell in cells) and any(map(is_number, cells))

    def _tables(self, sheet: Sheet, first: int, many: bool) -> list[Table]:
        """The tables of one sheet, from the first row of names on."""
        if self._has_figures(sheet.rows[:first]):
            remedy = "Zet elke tabel op een eigen blad, of haal haar weg."
            where = f"blad ‘{sheet.title}’, {rows_named(set(range(first)))}"
            self.tell(where, "soorten incidenten met getallen boven de tabel", "één tabel", remedy, "table_second")
        starts = [row for row in range(first, len(sheet.rows)) if header_at(sheet.rows[row], self.layout)]
        tables = []
        location = sheet.title if many and self.layout.sheets == "all" else ""
        for start, end in zip(starts, [*starts[1:], len(sheet.rows)], strict=True):
            tables.append(Table(self, self.layout, sheet, start, end, location, many))
            tables[-1].read()
        for where, found in whose.others(sheet, tables, self.code, self.known):
            remedy = "Vraag na van welke instelling dit bestand is."
            self.tell(where, found, self.code, remedy, "incident_other_code")
        return tables

    def _take_as_totals(self, before: dict[tuple[str, str, str], Cell]) -> None:
        """Figures of a sheet of totals are to be checked against those of the locations, not counted with them."""
        stated = [cell for key, cell in self.cells.items() if key not in before]
        self.cells = before
        for cell in stated:
            self._state(cell)

    def _take_wholes(self) -> None:
        """Figures of all locations together are checked against those of each, and count only where there are none."""
        parted = {
            (cell.period, cell.category) for cell in self.cells.values() if not is_whole(cell.location, self.layout)
        }
        given, self.cells = self.cells, {}
        for key, cell in given.items():
            if not is_whole(cell.location, self.layout) or (cell.period, cell.category) not in parted:
                self.cells[key] = cell
                parted.add((cell.period, cell.category))
            else:
                self._state(cell)

    def _state(self, cell: Cell) -> None:
        if cell.count is not None:
            self.totals.append(({"period": cell.period, "category": cell.category}, cell.count, cell.where))

    def _recognise(self, sheet: Sheet) -> tuple[Layout, int] | None:
        """The layout whose header stands in a sheet, the one with the most words first, and the row."""
        for layout in sorted(self.crosswalk.layouts, key=lambda each: -len(each.header)):
            for number, row in enumerate(sheet.rows[:SEARCHED_ROWS]):
                if header_at(row, layout):
                    return layout, number
        return None

    def _check_totals(self) -> None:
        """Stated totals against the sum of what they are about; only where every part is known."""
        for about, stated, where in self.totals:
            parts = [
                cell for cell in self.cells.values() if all(getattr(cell, key) == value for key, value in about.items())
            ]
            if parts and all(cell.count is not None for cell in parts):
                added = sum(cell.count for cell in parts)
                if added != stated:
                    remedy = "Vraag de instelling welk getal klopt; de delen worden gebruikt, het totaal niet."
                    found, allowed = f"een totaal van {stated}", f"{added}, de som van de delen"
                    self.tell(where, found, allowed, remedy, "incident_total")

    def _account(self, sheets: list[Sheet], others: list[Rest], taken: list[tuple[Sheet, list[Table]]]) -> None:
        """What became of all sheets, and of the rows and columns of those that were read."""
        rows, columns, used_columns, total_columns = [], [], 0, 0
        for sheet, tables in taken:
            prefix = f"blad ‘{sheet.title}’, " if len(taken) > 1 else ""
            first = tables[0].place
            above = [Rest(prefix + rows_named(set(range(first))), first, "boven de tabel")] if first else []
            heads = {table.place for table in tables}
            rows += [*above, Rest(prefix + rows_named(heads), len(heads), "kolomnamen")]
            rows += [rest for table in tables for rest in table.rests()]
            self.rows += sum(table.end - table.place - 1 for table in tables)
            for table in tables:
                columns += [replace(rest, where=prefix + rest.where) for rest in table.columns_told.values()]
                used_columns += len(table.used - set(table.columns_told))
                total_columns += max(len(row) for row in sheet.rows[table.place : table.end])
        total = sum(len(sheet.rows) for sheet, _ in taken)
        used = sum(fate == "" for _, tables in taken for table in tables for fate in table.fates.values())
        self.parts = (
            Parts("bladen", len(sheets), len(taken), tuple(others)),
            Parts("tabellen", sum(len(tables) for _, tables in taken), sum(len(tables) for _, tables in taken)),
            Parts("rijen", total, used, tuple(rows)),
            Parts("kolommen", total_columns, used_columns, tuple(columns)),
            *workbook.comments(sheets),
        )

    def records(self) -> list[dict]:
        """Canonical rows: locations added up; a sum with an unknown part is unknown."""
        if self.layout is None:
            return []
        parts: dict[tuple[str, str], list[Cell]] = defaultdict(list)
        for cell in self.cells.values():
            parts[cell.period, cell.category].append(cell)
        return [self._record(period, category, cells) for (period, category), cells in parts.items()]

    def _record(self, period: str, category: str, cells: list[Cell]) -> dict:
        status = next((kind for kind in (UNKNOWN, CENSORED) if any(cell.status == kind for cell in cells)), EXACT)
        return {
            "institution_id": self.code,
            "period": period,
            "period_kind": self.layout.period_kind,
            "category": category,
            "count": sum(cell.count for cell in cells) if status == EXACT else None,
            "status": status,
            "delivered": True,
            "layout": self.layout.name,
        }


def _not_delivered(code: str, reason: str | None) -> dict:
    return {"institution_id": code, "delivered": False, "reason": reason}


def _frame(records: list[dict]) -> pd.DataFrame:
    columns = schema.TABLES["incidents"]
    frame = pd.DataFrame(records, columns=list(columns), dtype=object)
    for name, about in columns.items():
        frame[name] = frame[name].astype(dtype_of(about))
    return frame.sort_values(["institution_id", "period", "category"], kind="stable").reset_index(drop=True)
