"""Incident registrations: every institution in a layout of its own, to one table.

Not delivered is a fact with a reason, never a zero.
"""

from __future__ import annotations

import datetime
import re
from pathlib import Path

import pandas as pd

from helpers import schema
from helpers.errors import Problem
from helpers.ingest import readers
from helpers.ingest.registry import IncidentCrosswalk, Layout, Overview

SEARCHED_ROWS = 20
"""A header stands within this many rows, or the layout is unknown."""


def read(files: dict[str, Path], crosswalk: IncidentCrosswalk) -> tuple[pd.DataFrame, list[Problem], int]:
    """The canonical table, what is wrong, and the number of delivered rows read.

    ``files``: path by the name to use in messages; one of them is the overview.
    """
    problems: list[Problem] = []
    overview_name = next((name for name in files if Path(name).name == crosswalk.overview.file), None)
    if overview_name is None:
        found = f"{len(files)} files without {crosswalk.overview.file}"
        remedy = "Add the overview of which institutions delivered, and why others did not."
        problem = Problem("incidenten", "", found, f"a file {crosswalk.overview.file}", remedy)
        return _frame([]), [problem], 0
    delivered, reasons = _overview(files[overview_name], overview_name, crosswalk.overview, problems)
    records: list[dict] = []
    rows_read = len(delivered)
    present: set[str] = set()
    for name, path in files.items():
        if name == overview_name:
            continue
        match = re.fullmatch(crosswalk.file, Path(name).name)
        if match is None:
            problems.append(Problem(name, "", "a name that is not expected", crosswalk.file, "Rename the file."))
            continue
        code = match.group(1)
        present.add(code)
        try:
            found, problem, count = _registration(path, name, code, crosswalk)
        except readers.Unreadable as error:
            problems += error.problems
            continue
        records += found
        problems += problem
        rows_read += count
    problems += _disagreements(delivered, present, overview_name)
    records += [_not_delivered(code, reasons.get(code)) for code, yes in delivered.items() if not yes]
    return _frame(records), problems, rows_read


def _overview(
    path: Path, name: str, about: Overview, problems: list[Problem]
) -> tuple[dict[str, bool], dict[str, str]]:
    try:
        rows = readers.sheet_rows(path, name, None) if readers.check_container(path, name) else []
    except readers.Unreadable as error:
        problems += error.problems
        return {}, {}
    header = [_text(cell) for cell in rows[0]] if rows else []
    lacking = [column for column in (about.institution_id, about.delivered, about.reason) if column not in header]
    if lacking:
        found = f"columns {', '.join(header) or 'none'}"
        problems.append(Problem(name, "row 1", found, f"also {', '.join(lacking)}", "Restore the column names."))
        return {}, {}
    places = [header.index(column) for column in (about.institution_id, about.delivered, about.reason)]
    delivered: dict[str, bool] = {}
    reasons: dict[str, str] = {}
    for number, row in enumerate(rows[1:], start=2):
        if all(cell is None for cell in row):
            continue
        code, answer, reason = (_text(row[place]) for place in places)
        if not re.fullmatch(schema.INSTITUTION_PATTERN, code):
            problems.append(Problem(name, f"row {number}", f"'{code}'", "a BRIN code", "Correct the code."))
        elif code in delivered:
            problems.append(
                Problem(name, f"row {number}", f"{code} a second time", "each institution once", "Take one out.")
            )
        elif answer.lower() not in about.delivered_values:
            allowed = ", ".join(about.delivered_values)
            problems.append(Problem(name, f"row {number}", f"'{answer}'", allowed, "Correct the answer."))
        else:
            delivered[code] = about.delivered_values[answer.lower()]
            if reason:
                reasons[code] = reason
    return delivered, reasons


def _disagreements(delivered: dict[str, bool], present: set[str], overview: str) -> list[Problem]:
    problems = []
    for code in sorted(code for code, yes in delivered.items() if yes and code not in present):
        remedy = "Ask for the file, or change the overview."
        problems.append(
            Problem(overview, code, "delivered: yes, but there is no file", f"incidenten_{code}.xlsx", remedy)
        )
    for code in sorted(present):
        if not delivered.get(code, False):
            said = "delivered: no" if code in delivered else "nothing"
            remedy = "Change the overview, or take the file out."
            problems.append(Problem(overview, code, f"{said}, but there is a file", "delivered: yes", remedy))
    return problems


def _registration(
    path: Path, name: str, code: str, crosswalk: IncidentCrosswalk
) -> tuple[list[dict], list[Problem], int]:
    readers.check_container(path, name)
    rows = readers.sheet_rows(path, name, None)
    for layout in crosswalk.layouts:
        for number, row in enumerate(rows[:SEARCHED_ROWS]):
            cells = [_text(cell) for cell in row]
            if all(word in cells for word in layout.header):
                reader = {"long": _long, "wide": _wide, "log": _log}[layout.shape]
                sheet = _Sheet(name, code, crosswalk, cells, rows[number + 1 :], number + 2)
                return (*reader(sheet, layout), len(rows) - number - 1)
    allowed = "; ".join(f"{layout.name} ({', '.join(layout.header)})" for layout in crosswalk.layouts)
    remedy = "Add this institution's layout to data/crosswalks/incidents.yml."
    return [], [Problem(name, "", "a layout that is not known", allowed, remedy)], len(rows)


class _Sheet:
    """Rows below a header, and the collecting of counts and problems."""

    def __init__(self, file, code, crosswalk: IncidentCrosswalk, header, rows, first) -> None:
        self.file, self.code, self.crosswalk = file, code, crosswalk
        self.header, self.rows, self.first = header, rows, first
        self.problems: list[Problem] = []

    def place(self, column: str) -> int:
        return self.header.index(column)

    def numbered(self):
        for number, row in enumerate(self.rows, start=self.first):
            if any(cell is not None for cell in row):
                yield number, row

    def category(self, word: str, number: int) -> str | None:
        found = {key.lower(): value for key, value in self.crosswalk.categories.items()}.get(word.lower())
        if found is None:
            allowed = ", ".join(self.crosswalk.categories)
            self.tell(number, f"kind of incident '{word}'", allowed, "Add it to `categories` in the crosswalk.")
        return found

    def year(self, word: str, number: int) -> str | None:
        match = re.fullmatch(r"(\d{4})\s*[-/]\s*(\d{2}|\d{4})", word)
        if match and int(match[2]) % 100 == (int(match[1]) + 1) % 100:
            return f"{match[1]}-{int(match[1]) + 1}"
        self.tell(number, f"school year '{word}'", "a school year such as 2021-2022", "Correct it.")
        return None

    def count(self, cell: object, number: int) -> int | None:
        word = _text(cell)
        if word in self.crosswalk.unknown:
            return None
        if word in self.crosswalk.censored:
            self.tell(number, f"count '{word}'", "a whole number", "It is kept as not known.", level="warn")
            return None
        if re.fullmatch(r"\d+(\.0+)?", word):
            return int(float(word))
        self.tell(number, f"count '{word}'", "a whole number of 0 or more", "Correct it, or add it to `unknown`.")
        return None

    def tell(self, number: int, found: str, allowed: str, remedy: str, level: str = "refuse") -> None:
        self.problems.append(Problem(self.file, f"row {number}", found, allowed, remedy, level))

    def record(self, year: str, category: str, count: int | None) -> dict:
        return {
            "institution_id": self.code,
            "school_year": year,
            "category": category,
            "count": count,
            "delivered": True,
        }


def _long(sheet: _Sheet, layout: Layout) -> tuple[list[dict], list[Problem]]:
    places = [sheet.place(column) for column in (layout.school_year, layout.category, layout.count)]
    records = []
    for number, row in sheet.numbered():
        year, category = sheet.year(_text(row[places[0]]), number), sheet.category(_text(row[places[1]]), number)
        count = sheet.count(row[places[2]], number)
        if year and category:
            records.append(sheet.record(year, category, count))
    return records, sheet.problems


def _wide(sheet: _Sheet, layout: Layout) -> tuple[list[dict], list[Problem]]:
    place = sheet.place(layout.category)
    columns = [
        (index, sheet.year(word, sheet.first - 1))
        for index, word in enumerate(sheet.header)
        if index != place and word and word not in layout.ignore
    ]
    records = []
    for number, row in sheet.numbered():
        category = sheet.category(_text(row[place]), number)
        for index, year in columns:
            count = sheet.count(row[index] if index < len(row) else None, number)
            if category and year:
                records.append(sheet.record(year, category, count))
    return records, sheet.problems


def _log(sheet: _Sheet, layout: Layout) -> tuple[list[dict], list[Problem]]:
    """One row an incident: counted per school year (August to July) and category.

    A log covers the school years from its first to its last incident; a category without incidents
    in them is zero, because the log would have held it.
    """
    places = sheet.place(layout.date), sheet.place(layout.category)
    counts: dict[tuple[int, str], int] = {}
    for number, row in sheet.numbered():
        date, category = row[places[0]], sheet.category(_text(row[places[1]]), number)
        if not isinstance(date, (datetime.date, datetime.datetime)):
            sheet.tell(number, f"date '{_text(date)}'", "a date", "Correct the date.")
            continue
        start = date.year if date.month >= 8 else date.year - 1
        if category:
            counts[start, category] = counts.get((start, category), 0) + 1
    years = range(min(year for year, _ in counts), max(year for year, _ in counts) + 1) if counts else ()
    categories = sorted(set(sheet.crosswalk.categories.values()))
    records = [
        sheet.record(f"{year}-{year + 1}", category, counts.get((year, category), 0))
        for year in years
        for category in categories
    ]
    return records, sheet.problems


def _not_delivered(code: str, reason: str | None) -> dict:
    return {
        "institution_id": code,
        "school_year": "",
        "category": None,
        "count": None,
        "delivered": False,
        "reason": reason,
    }


def _frame(records: list[dict]) -> pd.DataFrame:
    columns = schema.TABLES["incidents"]
    frame = pd.DataFrame(records, columns=list(columns))
    categories = pd.CategoricalDtype(list(schema.INCIDENT_CATEGORIES), ordered=True)
    types = {"category": categories, "count": "Int32", "delivered": "boolean"}
    frame = frame.astype({name: types.get(name, "string") for name in columns})
    return frame.sort_values(["institution_id", "school_year", "category"], kind="stable").reset_index(drop=True)


def _text(cell: object) -> str:
    return "" if cell is None else str(cell).strip()
