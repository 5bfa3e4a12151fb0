"""Incident registrations: every institution in a layout of its own, to one table and one taxonomy.

Not delivered is a fact with a reason, never a zero; an empty cell, ``n.v.t.`` and ``<5`` are not zero either.
"""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass, field
from pathlib import Path

import pandas as pd

from helpers import schema
from helpers.ingest.account import Parts
from helpers.ingest.crosswalks import IncidentCrosswalk, Layout, Overview
from helpers.ingest.dates import as_date
from helpers.ingest.mapping import dtype_of, key_of
from helpers.ingest.problems import Defect, Unreadable
from helpers.ingest.readers import workbook
from helpers.ingest.readers.containers import check_container

SEARCHED_ROWS = 20
"""A header stands within this many rows, or the layout is unknown."""

FIRST_YEAR, LAST_YEAR = 2000, 2100
EXACT, CENSORED, UNKNOWN = "exact", "censored", "unknown"


@dataclass
class Registrations:
    """What was read: the canonical table, what is wrong, and of each file its rows, account and layout."""

    frame: pd.DataFrame
    defects: list[Defect] = field(default_factory=list)
    rows: dict[str, int] = field(default_factory=dict)
    parts: dict[str, tuple[Parts, ...]] = field(default_factory=dict)
    layouts: dict[str, str] = field(default_factory=dict)


def read(files: dict[str, Path], crosswalk: IncidentCrosswalk, without: dict[str, str] | None = None) -> Registrations:
    """All registrations of an edition.

    ``files``: path by the name to use in messages; one of them is the overview. ``without``: institutions whose
    file is left aside, with the reason that then stands for not having delivered.
    """
    without = without or {}
    overview = next((name for name in files if Path(name).name == crosswalk.overview.file), None)
    result = Registrations(_frame([]))
    if overview is None:
        remedy = "Voeg het overzicht toe van wie leverde, en waarom anderen dat niet deden."
        found = f"{len(files)} bestanden zonder {crosswalk.overview.file}"
        allowed = f"een bestand {crosswalk.overview.file}"
        result.defects.append(Defect("incidenten", "", found, allowed, remedy, rule="incident_overview"))
        return result
    told = _Overview(files[overview], overview, crosswalk.overview)
    result.defects += told.defects
    result.rows[overview] = len(told.delivered)
    records: list[dict] = []
    present: set[str] = set()
    for name, path in files.items():
        if name == overview:
            continue
        match = re.fullmatch(crosswalk.file, Path(name).name)
        if match is None:
            allowed = f"een naam als {crosswalk.file}"
            result.defects.append(
                Defect(name, "", "een naam die niemand verwacht", allowed, "Hernoem het bestand.", rule="incident_file")
            )
            continue
        code = match.group(1)
        present.add(code)
        if code in without:
            continue
        try:
            book = _Book(path, name, code, crosswalk)
        except Unreadable as error:
            result.defects += [_at(defect, code) for defect in error.problems]
            continue
        records += book.records()
        result.defects += [_at(defect, code) for defect in book.defects]
        result.rows[name] = book.rows
        result.layouts[name] = book.layout.name if book.layout else ""
    result.defects += told.disagreements(present, crosswalk.file)
    for code, yes in told.delivered.items():
        if code in without:
            records.append(_not_delivered(code, without[code]))
        elif not yes:
            records.append(_not_delivered(code, told.reasons.get(code)))
    result.frame = _frame(records)
    return result


def _at(defect: Defect, code: str) -> Defect:
    return Defect(**{**defect.to_dict(), "institution": code})


class _Overview:
    """Who delivered, and why others did not."""

    def __init__(self, path: Path, name: str, about: Overview) -> None:
        self.name, self.defects = name, []
        self.delivered: dict[str, bool] = {}
        self.reasons: dict[str, str] = {}
        wanted = (about.institution_id, about.delivered, about.reason)
        try:
            check_container(path, name)
            sheets = workbook.read_sheets(path, name)
        except Unreadable as error:
            self.defects = list(error.problems)
            return
        rows = next(iter(sheets.values()), [])
        place, header, score = workbook.find_header(rows, wanted) if rows else (0, [], 0)
        if score < len(wanted):
            lacking = [column for column in wanted if column not in header]
            found = f"de kolommen {', '.join(header) or 'geen'}"
            self._tell("", found, f"ook {', '.join(lacking)}", "Herstel de kolomnamen.")
            return
        places = [header.index(column) for column in wanted]
        for number, row in enumerate(rows[place + 1 :], start=place + 2):
            if any(cell is not None for cell in row):
                code, answer, reason = (_text(row[at]) if at < len(row) else "" for at in places)
                self._row(number, code, answer, reason, about)

    def _row(self, number: int, code: str, answer: str, reason: str, about: Overview) -> None:
        where = f"rij {number}"
        if not re.fullmatch(schema.INSTITUTION_PATTERN, code):
            self._tell(where, f"‘{code[:40]}’", "een BRIN-code", "Verbeter de code.")
        elif code in self.delivered:
            self._tell(where, f"{code} een tweede keer", "elke instelling één keer", "Haal een van de twee weg.")
        elif answer.lower() not in about.delivered_values:
            self._tell(where, f"‘{answer[:40]}’", ", ".join(about.delivered_values), "Verbeter het antwoord.")
        else:
            self.delivered[code] = about.delivered_values[answer.lower()]
            if reason:
                self.reasons[code] = reason

    def _tell(self, where: str, found: str, allowed: str, remedy: str, code: str = "") -> None:
        self.defects.append(
            Defect(self.name, where, found, allowed, remedy, rule="incident_overview", institution=code)
        )

    def disagreements(self, present: set[str], pattern: str) -> list[Defect]:
        """What the overview says against the files that are there; adds to :attr:`defects` nothing."""
        before, self.defects = self.defects, []
        for code in sorted(code for code, yes in self.delivered.items() if yes and code not in present):
            remedy = "Vraag om het bestand, of verander het overzicht."
            self._tell(code, "geleverd: ja, maar er is geen bestand", f"een bestand van {code}", remedy, code)
        for code in sorted(code for code in present if not self.delivered.get(code, False)):
            said = "geleverd: nee" if code in self.delivered else "niets"
            remedy = "Verander het overzicht, of haal het bestand weg."
            self._tell(code, f"{said}, maar er is een bestand", "geleverd: ja", remedy, code)
        found, self.defects = self.defects, before
        return found


@dataclass(frozen=True)
class _Cell:
    """One figure of a registration, and where it stands."""

    period: str
    category: str
    location: str
    count: int | None
    status: str
    where: str


class _Book:
    """One institution's workbook: its layout, its figures, and what is wrong with it."""

    def __init__(self, path: Path, name: str, code: str, crosswalk: IncidentCrosswalk) -> None:
        self.name, self.code, self.crosswalk = name, code, crosswalk
        self.defects: list[Defect] = []
        self.cells: list[_Cell] = []
        self.totals: list[tuple[dict[str, str], int, str]] = []
        self.rows = 0
        self.layout: Layout | None = None
        self.words = {word.lower(): value for word, value in crosswalk.categories.items()}
        self.counted_all: set[str] = set()
        check_container(path, name)
        sheets = {title: rows for title, rows in workbook.read_sheets(path, name).items() if rows}
        if not sheets:
            self.tell("", "alleen lege bladen", "een blad met incidenten", "Vraag het opnieuw.", "incident_layout")
            return
        self._read(sheets)

    def tell(self, where: str, found: str, allowed: str, remedy: str, rule: str) -> None:
        self.defects.append(Defect(self.name, where, found, allowed, remedy, rule=rule))

    def _read(self, sheets: dict[str, list[list[object]]]) -> None:
        first = next(iter(sheets))
        found = self._recognise(sheets[first])
        if found is None:
            allowed = "; ".join(f"{layout.name} ({', '.join(layout.header)})" for layout in self.crosswalk.layouts)
            remedy = "Voeg de indeling van deze instelling toe aan data/crosswalks/incidents.yml."
            self.tell("", "een indeling die niemand kent", allowed, remedy, "incident_layout")
            return
        self.layout = found[0]
        if self.layout.sheets == "first":
            sheets = {first: sheets[first]}
        of_totals = {title for title in sheets if title.lower() in {word.lower() for word in self.layout.totals}}
        for title, rows in sheets.items():
            place = self._recognise(rows, self.layout)
            if place is None:
                remedy = "Maak het blad gelijk aan de andere, of haal het weg."
                self.tell(f"blad ‘{title}’", "een andere indeling", self.layout.name, remedy, "incident_layout")
                continue
            self._check_code(rows[: place[1]], title)
            sheet = _Sheet(self, self.layout, title, rows, place[1], len(sheets) > 1 and self.layout.sheets == "all")
            before = len(self.cells)
            {"long": sheet.long, "wide": sheet.wide, "log": sheet.log}[self.layout.shape]()
            if title in of_totals and len(sheets) > len(of_totals):
                self._take_as_totals(before)
                continue
            self.rows += len(rows) - place[1] - 1
        self._check_totals()

    def _take_as_totals(self, before: int) -> None:
        """Figures of a sheet of totals are to be checked against those of the locations, not counted with them."""
        stated = self.cells[before:]
        del self.cells[before:]
        self.totals += [
            ({"period": cell.period, "category": cell.category}, cell.count, cell.where)
            for cell in stated
            if cell.count is not None
        ]

    def _recognise(self, rows, only: Layout | None = None) -> tuple[Layout, int] | None:
        """The layout whose header stands in these rows, the one with the most words first."""
        layouts = [only] if only else sorted(self.crosswalk.layouts, key=lambda each: -len(each.header))
        for layout in layouts:
            for number, row in enumerate(rows[:SEARCHED_ROWS]):
                cells = [_text(cell) for cell in row]
                if all(word in cells for word in layout.header):
                    return layout, number
        return None

    def _check_code(self, above, title: str) -> None:
        codes = re.findall(rf"\b{schema.INSTITUTION_PATTERN}\b", " ".join(_text(c) for row in above for c in row))
        for code in sorted(set(codes) - {self.code}):
            remedy = "Vraag na van welke instelling dit bestand is."
            where = f"blad ‘{title}’"
            self.tell(where, f"de code {code} boven de tabel", self.code, remedy, "incident_other_code")

    def _check_totals(self) -> None:
        """Stated totals against the sum of what they are about; only where every part is known."""
        for about, stated, where in self.totals:
            parts = [cell for cell in self.cells if all(getattr(cell, key) == value for key, value in about.items())]
            if parts and all(cell.count is not None for cell in parts):
                added = sum(cell.count for cell in parts)
                if added != stated:
                    remedy = "Vraag de instelling welk getal klopt; de delen worden gebruikt, het totaal niet."
                    self.tell(
                        where, f"een totaal van {stated}", f"{added}, de som van de delen", remedy, "incident_total"
                    )

    def records(self) -> list[dict]:
        """Canonical rows: locations added up; a sum with an unknown part is unknown."""
        if self.layout is None:
            return []
        parts: dict[tuple[str, str], list[_Cell]] = defaultdict(list)
        for cell in self.cells:
            parts[cell.period, cell.category].append(cell)
        return [self._record(period, category, cells) for (period, category), cells in parts.items()]

    def _record(self, period: str, category: str, cells: list[_Cell]) -> dict:
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


class _Sheet:
    """One sheet of a registration, read by its layout's shape."""

    def __init__(self, book: _Book, layout: Layout, title: str, rows, place: int, is_location: bool) -> None:
        self.book, self.layout, self.title = book, layout, title
        self.header = [_text(cell) for cell in rows[place]]
        self.body = list(enumerate(rows[place + 1 :], start=place + 2))
        self.place = place + 1
        self.location = title if is_location else ""
        self.totals = {word.lower() for word in layout.totals}
        self.seen: set[tuple[str, str, str]] = set()

    def _where(self, number: int) -> str:
        return f"blad ‘{self.title}’, rij {number}" if self.location else f"rij {number}"

    def _numbered(self):
        for number, row in self.body:
            if any(cell is not None for cell in row):
                yield number, [*row, *([None] * (len(self.header) - len(row)))]

    def _at(self, row, column: str | None) -> object:
        return row[self.header.index(column)] if column in self.header else None

    def long(self) -> None:
        for number, row in self._numbered():
            where = self._where(number)
            word = _text(self._at(row, self.layout.category))
            period = self._period(_text(self._at(row, self.layout.period)), where)
            place = self.location or _text(self._at(row, self.layout.location))
            count, status = self._count(self._at(row, self.layout.count), where)
            if word.lower() in self.totals:
                self._total({"period": period} | ({"location": place} if place else {}), count, where)
            elif (category := self._category(word, where)) and period:
                self._add(period, category, place, count, status, where)

    def wide(self) -> None:
        skipped = {self.layout.category, self.layout.location, *self.layout.ignore, ""}
        columns, sums = [], []
        for index, word in enumerate(self.header):
            if word.lower() in self.totals:
                sums.append(index)
            elif word not in skipped:
                columns.append((index, self._period(word, f"rij {self.place}")))
        for number, row in self._numbered():
            self._wide_row(number, row, columns, sums)

    def _wide_row(self, number: int, row, columns, sums) -> None:
        where = self._where(number)
        word = _text(self._at(row, self.layout.category))
        place = self.location or _text(self._at(row, self.layout.location))
        here = {"location": place} if place else {}
        is_total = word.lower() in self.totals
        category = None if is_total else self._category(word, where)
        for index, period in columns:
            at = f"{where}, kolom ‘{self.header[index]}’"
            count, status = self._count(row[index], at)
            if period and is_total:
                self._total({"period": period, **here}, count, at)
            elif period and category:
                self._add(period, category, place, count, status, at)
        for index in sums:
            if category:
                self._total({"category": category, **here}, self._count(row[index], where)[0], where)

    def log(self) -> None:
        """One row an incident: counted per period and category.

        A log covers the periods from its first to its last incident; a category without incidents in them is
        zero, because the log would have held it.
        """
        counts: dict[tuple[int, str], int] = defaultdict(int)
        for number, row in self._numbered():
            where = self._where(number)
            given = self._at(row, self.layout.date)
            category = self._category(_text(self._at(row, self.layout.category)), where)
            date = as_date(given)
            if date is None or not FIRST_YEAR <= date.year < LAST_YEAR:
                remedy = "Verbeter de datum."
                self.book.tell(where, f"datum ‘{_text(given)[:40]}’", "een datum", remedy, "incident_period")
            elif category:
                counts[self._starts(date), category] += 1
        if not counts:
            return
        years = range(min(year for year, _ in counts), max(year for year, _ in counts) + 1)
        categories = sorted(set(self.book.crosswalk.categories.values()))
        for year in years:
            for category in categories:
                self._add(self._name(year), category, self.location, counts.get((year, category), 0), EXACT, "")

    def _starts(self, date) -> int:
        """Year in which the period of a date starts: a school year runs from August to July."""
        return date.year if self.layout.period_kind == "calendar_year" or date.month >= 8 else date.year - 1

    def _name(self, year: int) -> str:
        return str(year) if self.layout.period_kind == "calendar_year" else f"{year}-{year + 1}"

    def _add(self, period: str, category: str, place: str, count: int | None, status: str, where: str) -> None:
        key = (period, category, place)
        if key in self.seen:
            remedy = "Haal een van de twee weg, of noem `location` in de crosswalk."
            word = schema.LABELS["category"][category]
            self.book.tell(where, f"{word} in {period} een tweede keer", "één keer", remedy, "incident_double")
            return
        self.seen.add(key)
        self.book.cells.append(_Cell(period, category, place, count, status, where))

    def _total(self, about: dict[str, str | None], stated: int | None, where: str) -> None:
        if stated is not None and None not in about.values():
            self.book.totals.append((about, stated, where))

    def _category(self, word: str, where: str) -> str | None:
        found = self.book.words.get(word.lower())
        if found is None:
            allowed = ", ".join(self.book.crosswalk.categories)
            remedy = "Zet het woord onder `categories` in de crosswalk."
            self.book.tell(where, f"soort incident ‘{word[:60]}’", allowed, remedy, "incident_category")
        return found

    def _period(self, word: str, where: str) -> str | None:
        found = school_year(word) if self.layout.period_kind == "school_year" else calendar_year(word)
        if found is None:
            example = (
                "een schooljaar als 2021-2022" if self.layout.period_kind == "school_year" else "een jaar als 2021"
            )
            remedy = "Verbeter het, of noem `period_kind` in de crosswalk."
            self.book.tell(where, f"periode ‘{word[:40]}’", example, remedy, "incident_period")
        return found

    def _count(self, cell: object, where: str) -> tuple[int | None, str]:
        word = key_of(cell)
        if word.lower() in self.book.crosswalk.unknown:
            return None, UNKNOWN
        if word.replace(" ", "") in self.book.crosswalk.censored:
            remedy = "Het blijft onbekend; vraag zo nodig het aantal."
            self.book.tell(where, f"aantal ‘{word}’", "een heel getal", remedy, "incident_censored")
            return None, CENSORED
        if re.fullmatch(r"\d{1,7}|\d{1,3}(\.\d{3})+", word):
            return int(word.replace(".", "")), EXACT
        remedy = "Verbeter het, of zet het woord onder `unknown` in de crosswalk."
        self.book.tell(where, f"aantal ‘{word[:40]}’", "een heel getal van 0 of meer", remedy, "incident_count")
        return None, UNKNOWN


def school_year(word: str) -> str | None:
    """``2021/22``, ``2021-2022``, ``Schooljaar 2021-'22`` -> ``2021-2022``; ``None`` for anything else."""
    match = re.fullmatch(r"(?:schooljaar|sj|jaar)?\s*(\d{4}|'?\d{2})\s*[-–/]\s*(\d{4}|'?\d{2})", word.strip().lower())
    if match is None:
        return None
    first, second = (int(part.strip("'")) % 100 for part in match.groups())
    century = int(match[1]) // 100 * 100 if len(match[1]) == 4 else 2000
    if second != (first + 1) % 100:
        return None
    return f"{century + first}-{century + first + 1}"


def calendar_year(word: str) -> str | None:
    """``2021``, ``Kalenderjaar 2021`` -> ``2021``; ``None`` for anything else."""
    match = re.fullmatch(r"(?:kalenderjaar|jaar)?\s*(\d{4})", word.strip().lower())
    return match[1] if match and FIRST_YEAR <= int(match[1]) < LAST_YEAR else None


def _not_delivered(code: str, reason: str | None) -> dict:
    return {"institution_id": code, "delivered": False, "reason": reason}


def _frame(records: list[dict]) -> pd.DataFrame:
    columns = schema.TABLES["incidents"]
    frame = pd.DataFrame(records, columns=list(columns), dtype=object)
    for name, about in columns.items():
        frame[name] = frame[name].astype(dtype_of(about))
    return frame.sort_values(["institution_id", "period", "category"], kind="stable").reset_index(drop=True)


def _text(cell: object) -> str:
    return key_of(cell)
