"""One table of an incident registration: its figures by period, category and location, and what became of its rows.

A sheet holds as many tables as it has rows with the names of its layout; what stands beside a table is refused if it
holds numbers.
"""

from __future__ import annotations

import datetime
import re
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from helpers.ingest import counts, dates
from helpers.ingest.account import Rest
from helpers.ingest.counts import CENSORED, EXACT, UNKNOWN, WRONG
from helpers.ingest.crosswalks import Layout
from helpers.ingest.mapping import key_of
from helpers.ingest.readers.sheets import Sheet, is_filled, is_number, letters, rows_named, shown
from helpers.ingest.words import nearest, same, tidy, visible

if TYPE_CHECKING:
    from helpers.ingest.incidents import Book

FIRST_YEAR, LAST_YEAR = 2000, 2100
USED = ""
COUNTING = ("aantal", "hoeveel", "frequentie", "keer", "totaal", "som")
"""Parts of names of columns that hold counts."""
WHOLE = {"totaal", "totalen", "alle", "hele", "gehele", "samen"}
PLACES = {"locaties", "vestigingen", "scholen", "instelling", "organisatie", "school", "de", "van", "per"}
"""Words that with one of :data:`WHOLE` mean all locations together, where a location is named."""


@dataclass(frozen=True)
class Cell:
    """One figure of a registration, and where it stands."""

    period: str
    category: str
    location: str
    count: int | None
    status: str
    where: str


def header_at(row: list[object], layout: Layout) -> bool:
    """Whether the names of a layout stand in a row, in whichever capitals."""
    forms = {same(cell) for cell in row if isinstance(cell, str)}
    return all(same(word) in forms for word in layout.header)


def is_whole(word: str, layout: Layout) -> bool:
    """Whether the name of a location or sheet means all of them: ``Totaal``, ``Alle locaties``, ``hele instelling``."""
    words = set(re.findall(r"\w+", same(word)))
    return same(word) in map(same, layout.totals) or bool(words & WHOLE) and words <= WHOLE | PLACES


class Table:
    """The rows under one row of names, up to the next row of names or the end of the sheet."""

    def __init__(
        self, book: Book, layout: Layout, sheet: Sheet, place: int, end: int, location: str, many: bool
    ) -> None:
        self.book, self.layout, self.sheet, self.place, self.end = book, layout, sheet, place, end
        self.location, self.many = location, many
        self.header = ["" if cell is None else tidy(_word(cell)) for cell in sheet.rows[place]]
        self.forms = [same(name) for name in self.header]
        self.totals = {same(word) for word in layout.totals}
        self.fates: dict[int, str] = {}
        self.used: set[int] = set()
        self.columns_told: dict[int, Rest] = {}

    def read(self) -> None:
        """Read the table by the shape of its layout, and account for its rows and columns."""
        if not self._is_one():
            self.fates = dict.fromkeys(range(self.place + 1, self.end), "geweigerd: meer dan één tabel")
            self.columns_told = {0: Rest(f"rij {self.place + 1}", self._width(), "geweigerd: meer dan één tabel")}
            return
        {"long": self._long, "wide": self._wide, "log": self._log}[self.layout.shape]()
        self._left_columns()

    def _width(self) -> int:
        return max(len(row) for row in self.sheet.rows[self.place : self.end])

    def _where(self, number: int) -> str:
        return f"blad ‘{self.sheet.title}’, rij {number + 1}" if self.many else f"rij {number + 1}"

    def _column(self, name: str | None) -> int | None:
        """Where a column of the layout stands, which is then used."""
        if name is None or same(name) not in self.forms:
            return None
        place = self.forms.index(same(name))
        self.used.add(place)
        return place

    def _is_one(self) -> bool:
        """Whether no second table stands beside this one; tells it if there is."""
        own = {same(name) for name in self._named() if name}
        double = sorted(
            {self.header[at] for at, form in enumerate(self.forms) if form in own and self.forms.count(form) > 1}
        )
        beside = {
            row
            for at in self._foreign()
            for row in range(self.place + 1, self.end)
            if is_number(self.sheet.at(row, at))
        }
        remedy = "Zet elke tabel op een eigen blad, of haal haar weg."
        if double:
            found = f"{', '.join(f'‘{visible(name)}’' for name in double)} meer dan één keer in de kolomnamen"
            self.book.tell(self._where(self.place), found, "één tabel", remedy, "table_second")
        elif beside:
            where = (f"blad ‘{self.sheet.title}’, " if self.many else "") + rows_named(beside)
            self.book.tell(where, "getallen naast de tabel", "één tabel", remedy, "table_second")
        return not double and not beside

    def _named(self) -> list[str | None]:
        layout = self.layout
        return [layout.category, layout.period, layout.count, layout.date, layout.location]

    def _foreign(self) -> list[int]:
        """Columns without a name, and those behind one: what stands there belongs to something else.

        Where periods stand across, a named column behind an empty one is still a period, or told as none.
        """
        last = max(self.forms.index(same(name)) for name in self._named() if name and same(name) in self.forms)
        gap = next((at for at in range(last, len(self.forms)) if not self.forms[at]), len(self.forms))
        behind = range(gap, len(self.forms)) if self.layout.shape != "wide" else ()
        unnamed = [at for at in range(self._width()) if at >= len(self.forms) or not self.forms[at]]
        return [at for at in sorted({*behind, *unnamed}) if not _running(self._values(at))]

    def _values(self, at: int) -> list[object]:
        return [self.sheet.at(row, at) for row in range(self.place + 1, self.end)]

    def _left_columns(self) -> None:
        """Columns that were not used: left out, or asked about if they hold numbers that may be counts."""
        ignored = {same(word) for word in self.layout.ignore}
        for at in sorted(set(range(self._width())) - self.used - set(self.columns_told)):
            name = self.header[at] if at < len(self.header) else ""
            where = f"kolom ‘{visible(name)}’" if name else f"kolom {letters(at)}"
            values = self._values(at)
            figures = [value for value in values if is_number(value)]
            told = [value for value in values if value is not None]
            if all(value is None for value in values) and not name:
                rest = Rest(where, 1, "zonder naam en leeg")
            elif same(name) in ignored or not figures or (len(figures) * 2 < len(told) and not self._counts(name)):
                rest = Rest(where, 1, "genegeerd volgens de crosswalk" if same(name) in ignored else "niet gebruikt")
            else:
                rest = self._with_figures(where, name, figures)
            self.columns_told[at] = rest

    def _counts(self, name: str) -> bool:
        """Whether a column is called as one that holds counts."""
        return any(part in same(name) for part in COUNTING)

    def _with_figures(self, where: str, name: str, figures: list[float]) -> Rest:
        counting = self._counts(name)
        if _running(figures) and not counting:
            return Rest(where, 1, "een volgnummer")
        if self.layout.shape == "log" or counting:
            remedy = "Noem de kolom in de crosswalk: onder `count` als het aantallen zijn, anders onder `ignore`."
            at = f"blad ‘{self.sheet.title}’, {where}" if self.many else where
            found = "een kolom met getallen, waarvan niemand zei wat zij zijn"
            self.book.tell(at, found, "kolommen van de indeling", remedy, "incident_column")
        return Rest(where, 1, "getallen die niet zijn gebruikt", doubt=True)

    def _rows(self, *labels: int | None) -> Iterator[int]:
        """Rows with anything in them; notes under the table are told, and left out."""
        filled = [row for row in range(self.place + 1, self.end) if is_filled(self.sheet.rows[row])]
        for row in range(self.place + 1, self.end):
            self.fates[row] = USED if row in filled else "lege rijen"
        while len(filled) > 1 and self._is_note(filled[-1], filled[-2], labels):
            self.fates[filled.pop()] = "een toelichting onder de tabel"
        yield from filled

    def _is_note(self, row: int, before: int, labels: tuple[int | None, ...]) -> bool:
        """A single text that is no category, under an empty row or under another note."""
        cells = [cell for cell in self.sheet.rows[row] if cell is not None]
        if len(cells) != 1 or not isinstance(cells[0], str) or is_number(cells[0]):
            return False
        if same(cells[0]) in self.book.words or same(cells[0]) in self.totals:
            return False
        apart = row - before > 1 or self._is_text(before)
        return apart and len(cells[0].split()) > 2 or cells[0].lstrip().startswith("*")

    def _is_text(self, row: int) -> bool:
        cells = [cell for cell in self.sheet.rows[row] if cell is not None]
        return len(cells) == 1 and same(cells[0]) not in self.book.words

    def _label(self, row: int, column: int | None) -> str:
        """A word that names a row, of merged cells that of the first."""
        if column is None:
            return ""
        merged = self.sheet.merged_at(row, column)
        cell = self.sheet.at(merged[0], merged[1]) if merged and merged[0] > self.place else self.sheet.at(row, column)
        return tidy(_word(cell))

    def _long(self) -> None:
        category, period, count, location = (
            self._column(name)
            for name in (self.layout.category, self.layout.period, self.layout.count, self.layout.location)
        )
        for row in self._rows(category):
            where = self._where(row)
            word = self._label(row, category)
            when = self._period(self._label(row, period), where)
            place = self.location or self._label(row, location)
            number, status = self._count(row, count, where)
            if same(word) in self.totals:
                self.fates[row] = "een totaal: gecontroleerd, niet geteld"
                self._total({"period": when} | self._of(place), number, where)
            elif (found := self._category(word, where)) and when:
                self._add(when, found, place, number, status, where)

    def _of(self, place: str) -> dict[str, str]:
        """What a total stands for beside its period or category: one location, or nothing less than all."""
        return {"location": place} if place and not is_whole(place, self.layout) else {}

    def _wide(self) -> None:
        category, location = self._column(self.layout.category), self._column(self.layout.location)
        skipped = {
            category,
            location,
            *(at for at, form in enumerate(self.forms) if form in map(same, self.layout.ignore)),
        }
        columns, sums = [], []
        for at, name in enumerate(self.header):
            if self.forms[at] in self.totals:
                sums.append(at)
                self.columns_told[at] = Rest(f"kolom ‘{visible(name)}’", 1, "een totaal: gecontroleerd, niet geteld")
            elif name and at not in skipped and (self._is_period(name) or any(map(is_number, self._values(at)))):
                columns.append((at, self._period(name, f"{self._where(self.place)}, kolom {letters(at)}")))
                self.used.add(at)
        for row in self._rows(category):
            self._wide_row(row, category, location, columns, sums)

    def _wide_row(self, row: int, category: int | None, location: int | None, columns, sums) -> None:
        where = self._where(row)
        word = self._label(row, category)
        place = self.location or self._label(row, location)
        here = self._of(place)
        is_total = same(word) in self.totals
        found = None if is_total else self._category(word, where)
        if is_total:
            self.fates[row] = "een totaal: gecontroleerd, niet geteld"
        for at, period in columns:
            spot = f"{where}, kolom ‘{visible(self.header[at])}’"
            number, status = self._count(row, at, spot)
            if period and is_total:
                self._total({"period": period, **here}, number, spot)
            elif period and found:
                self._add(period, found, place, number, status, spot)
        for at in sums:
            if found:
                self._total({"category": found, **here}, self._count(row, at, where)[0], where)

    def _log(self) -> None:
        """One row an incident, or as many as its count says: added to what the book counts by period and category."""
        date, category, count = (
            self._column(name) for name in (self.layout.date, self.layout.category, self.layout.count)
        )
        rows = list(self._rows(category))
        given = [self.sheet.at(row, date) for row in rows]
        if self.sheet.since_1904:
            given = [dates.since_1904(value) for value in given]
        found = dates.read(given, self.layout.dates)
        if found.question:
            remedy = "Vraag de instelling hoe de datums zijn geschreven, en noem de vorm in de crosswalk onder `dates`."
            where = f"kolom ‘{self.layout.date}’"
            self.book.tell(where, found.question, "één vorm, die zeker is", remedy, "incident_period")
        odd = dates.far_off(found.values, datetime.date.today())
        for row, value, day in zip(rows, given, found.values, strict=True):
            where = self._where(row)
            kind = self._category(self._label(row, category), where)
            number, status = (1, EXACT) if count is None else self._count(row, count, where)
            if day is None or not FIRST_YEAR <= day.year < LAST_YEAR:
                told = f"datum ‘{visible(_word(value), 40)}’"
                self.book.tell(where, told, "een datum", "Verbeter de datum.", "incident_period")
            elif day in odd:
                told, allowed = f"{day:%d-%m-%Y}, ver van de andere datums of in de toekomst", "een datum bij de andere"
                self.book.tell(where, told, allowed, "Vraag de instelling of het jaar klopt.", "incident_period")
            elif kind:
                self.book.log(self._starts(day), kind, number, status)

    def _starts(self, date) -> int:
        """Year in which the period of a date starts: a school year runs from August to July."""
        return date.year if self.layout.period_kind == "calendar_year" or date.month >= 8 else date.year - 1

    def _add(self, period: str, category: str, place: str, count: int | None, status: str, where: str) -> None:
        self.book.add(Cell(period, category, place, count, status, where))

    def _total(self, about: dict[str, str | None], stated: int | None, where: str) -> None:
        if stated is not None and None not in about.values():
            self.book.totals.append((about, stated, where))

    def _category(self, word: str, where: str) -> str | None:
        found = self.book.words.get(same(word))
        if found is None:
            near = nearest(word, self.book.crosswalk.categories)
            allowed = f"‘{near}’?" if near else ", ".join(self.book.crosswalk.categories)
            remedy = "Zet het woord onder `categories` in de crosswalk."
            self.book.tell(where, f"soort incident ‘{visible(word)}’", allowed, remedy, "incident_category")
        return found

    def _is_period(self, word: str) -> str | None:
        return school_year(word) if self.layout.period_kind == "school_year" else calendar_year(word)

    def _period(self, word: str, where: str) -> str | None:
        found = self._is_period(word)
        if found is None:
            example = (
                "een schooljaar als 2021-2022" if self.layout.period_kind == "school_year" else "een jaar als 2021"
            )
            remedy = "Verbeter het, of noem `period_kind` in de crosswalk."
            self.book.tell(where, f"periode ‘{visible(word, 40)}’", example, remedy, "incident_period")
        return found

    def _count(self, row: int, column: int | None, where: str) -> tuple[int | None, str]:
        about = self.book.crosswalk
        if column is not None and self.sheet.merged_at(row, column):
            remedy = "Vraag de instelling wat het aantal van elke rij is."
            self.book.tell(where, "een aantal in samengevoegde cellen", "een aantal", remedy, "incident_count")
            return None, UNKNOWN
        read = counts.read(self.sheet.at(row, column), about.unknown, about.censored, about.thousands)
        if read.status == CENSORED:
            remedy = "Het blijft onbekend; vraag zo nodig het aantal."
            self.book.tell(where, f"aantal ‘{read.word}’", "een heel getal", remedy, "incident_censored")
        if read.status == WRONG:
            remedy = "Verbeter het, of zet het woord onder `unknown` in de crosswalk."
            allowed = "een heel getal van 0 of meer"
            self.book.tell(where, f"aantal ‘{visible(read.word, 40)}’", allowed, remedy, "incident_count")
            return None, UNKNOWN
        return read.number, read.status

    def rests(self) -> list[Rest]:
        """Rows of the table that were not used, by reason."""
        by_reason: dict[str, set[int]] = defaultdict(set)
        for row, reason in self.fates.items():
            if reason != USED:
                by_reason[reason].add(row)
        prefix = f"blad ‘{self.sheet.title}’, " if self.many else ""
        return [Rest(prefix + rows_named(rows), len(rows), reason) for reason, rows in by_reason.items()]


def _running(values: list[object]) -> bool:
    """Whether the numbers among values are those of rows: each one more than the one before."""
    numbers = [value for value in values if is_number(value)]
    if len(numbers) < 2 or not all(isinstance(value, int | float) for value in numbers):
        return False
    return all(after == before + 1 for before, after in zip(numbers, numbers[1:], strict=False))


class Log:
    """Incidents counted by the year in which their period starts, and category."""

    def __init__(self) -> None:
        self.counts: Counter[tuple[int, str]] = Counter()
        self.open: dict[tuple[int, str], str] = {}

    def add(self, year: int, category: str, number: int | None, status: str) -> None:
        """Add incidents; one unknown number leaves the sum unknown."""
        self.counts[year, category] += number or 0
        if status != EXACT:
            self.open[year, category] = UNKNOWN if UNKNOWN in (status, self.open.get((year, category))) else CENSORED

    def cells(self, kind: str, categories: list[str]) -> Iterator[Cell]:
        """Figures of every period from the first to the last incident.

        A category without incidents in them is zero, because the log would have held it.
        """
        years = [year for year, _ in self.counts]
        for year in range(min(years), max(years) + 1) if years else ():
            name = str(year) if kind == "calendar_year" else f"{year}-{year + 1}"
            for category in categories:
                status = self.open.get((year, category), EXACT)
                number = self.counts.get((year, category), 0) if status == EXACT else None
                yield Cell(name, category, "", number, status, "")


def _word(cell: object) -> str:
    """A cell as text: a whole number without its decimals, a date as it is shown."""
    return shown(cell) if hasattr(cell, "strftime") else key_of(cell)


def school_year(word: str) -> str | None:
    """``2021/22``, ``2021-2022``, ``Schooljaar 2021-'22`` -> ``2021-2022``; ``None`` for anything else."""
    match = re.fullmatch(r"(?:schooljaar|sj|jaar)?\s*(\d{4}|'?\d{2})\s*[-–‑/]\s*(\d{4}|'?\d{2})", same(word))
    if match is None:
        return None
    first, second = (int(part.strip("'")) % 100 for part in match.groups())
    century = int(match[1]) // 100 * 100 if len(match[1]) == 4 else 2000
    if second != (first + 1) % 100:
        return None
    return f"{century + first}-{century + first + 1}"


def calendar_year(word: str) -> str | None:
    """``2021``, ``Kalenderjaar 2021`` -> ``2021``; ``None`` for anything else."""
    match = re.fullmatch(r"(?:kalenderjaar|jaar)?\s*(\d{4})", same(word))
    return match[1] if match and FIRST_YEAR <= int(match[1]) < LAST_YEAR else None
