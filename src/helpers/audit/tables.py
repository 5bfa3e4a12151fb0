"""Tables and figures as data, on pages and in documents: each has a known meaning, every column holds what it should.

A column that is not declared fails, whatever it holds; one that tells respondents holds none fewer than the minimum,
and over institutions multiples; any other number is no whole one, and no more precise than its respondents allow; what
names a row is declared; in a hidden row every cell but its keys is empty.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from helpers.audit import precise
from helpers.audit.bundle import Bundle, Sheet, Table, page_captions
from helpers.audit.declared import Finding, among, expected, fits, short
from helpers.audit.keys import listed, may_name
from helpers.audit.published import OWN, SCOPES, written

DASH, FIGURE_SPACES = "–", "\u2007\u2008\u00a0"
MEND = "Say what it is in src/helpers/audit/expected/tables.yml, or take it out"
NAME = "Add the word to src/helpers/audit/expected/words.yml or data/characteristics.yml if it names nobody"
HIDE = "Release the table again: a hidden row has no figures"
COUNT = re.compile(r"\d{1,3}")
NAMES = ("key", "code", "words")


@dataclass(frozen=True)
class Limits:
    """Least respondents, the multiples in which a row tells them, and below how many shares are whole percents."""

    minimum: int
    rounding: int
    coarse: int

    @classmethod
    def of(cls, rules: dict) -> Limits:
        """As the rules of an edition have them."""
        steps = [step["below"] for step in rules["percent_rounding"]]
        return cls(rules["minimum_respondents"], rules["benchmark_rounding"], max(steps, default=0))


@dataclass(frozen=True)
class Column:
    """What a column of one table holds: its kind (none: not declared) and what may name a row in it."""

    kind: str | None
    names: tuple[str, ...] = ()


def check(bundle: Bundle, rules: dict) -> Iterator[Finding]:
    """What is wrong with the tables of a report; ``rules``: those of disclosure control, by name."""
    limits = Limits.of(rules)
    counted = Counted(bundle, limits)
    for label, sheet in bundle.data.items():
        yield from _data(bundle, label, sheet, limits, counted)
    yield from _overviews(bundle, counted)
    for name, text in bundle.web.items():
        for table in text.tables:
            yield from _written(bundle, name, table, limits, counted)


def meaning(label: str) -> dict | None:
    """What is declared of the table or figure with a label."""
    return next((one for one in expected("tables")["tables"].values() if among(one["labels"], label)), None)


def columns_of(about: dict, heads: Iterable[str], *, page: bool) -> dict[str, Column]:
    """What each column (or head of a page) of a table holds."""
    rules = expected("tables")
    given, kinds = about.get("heads" if page else "columns", ()), rules["heads" if page else "columns"]
    own, values = about.get("head kinds" if page else "kinds", {}), rules["values"] | about.get("values", {})
    found = {}
    for head in heads:
        if about.get("crossed") and head != "hidden" and listed(given, head):
            found[head] = Column("key", ("@label",)) if may_name(("@subject",), head) else Column("persons")
        elif head in given:
            found[head] = Column(own.get(head) or kinds.get(head), tuple(values.get(head, ())))
        else:
            found[head] = Column(None)
    return found


def _data(bundle: Bundle, label: str, sheet: Sheet, limits: Limits, counted: Counted) -> Iterator[Finding]:
    file = f"data/{label}.csv"
    allowed = expected("bundle")["comment"]
    for line in sheet.comments:
        if not fits(allowed, line):
            yield Finding(bundle.unit, file, "comment", short(line), allowed)
    if label == "codeboek":
        if sheet.heads != expected("tables")["codebook"]:
            yield Finding(bundle.unit, file, "heads", short(";".join(sheet.heads)), "the columns of the codebook", MEND)
        return
    about = meaning(label)
    if about is None:
        yield Finding(bundle.unit, file, "", "a table or figure that the audit does not know", "those declared", MEND)
        about = {}
    columns = columns_of(about, sheet.heads, page=False)
    for head in [one for one, column in columns.items() if column.kind is None and about]:
        allowed = ", ".join(about["columns"])
        yield Finding(bundle.unit, file, head, f"a column '{head}' that is not declared", allowed, MEND)
    if len(set(sheet.heads)) != len(sheet.heads):
        yield Finding(bundle.unit, file, "heads", "two columns of one name", "each name once")
    for number, row in enumerate(sheet.rows, start=1):
        if len(row) != len(sheet.heads):
            yield Finding(bundle.unit, file, f"row {number}", f"{len(row)} cells", f"{len(sheet.heads)} cells")
            continue
        cells = dict(zip(sheet.heads, row, strict=True))
        own = _limits(about, bundle.unit, cells, limits)
        few = counted.few(about, label, cells, columns)
        yield from _row(bundle.unit, file, f"row {number}", cells, columns, own, few=few)


def _limits(about: dict, unit: str, cells: dict[str, str], limits: Limits) -> Limits:
    """The limits of a row; any number of respondents where one institution tells it."""
    over = unit == "sector" or SCOPES.get(cells.get("scope") or cells.get("Waar") or "", OWN) != OWN
    return limits if over and about.get("rounded") else replace(limits, rounding=1)


def _row(
    unit: str, file: str, place: str, cells: dict, columns: dict[str, Column], limits: Limits, *, few: bool
) -> Iterator[Finding]:
    blank = expected("tables")["missing"]
    missing = cells.get(blank["column"]) == blank["value"]
    for head, value in cells.items():
        kind, where = columns[head].kind, f"{place}, {head}"
        if value == "":
            continue
        if kind is None:
            yield from _stray(unit, file, where, value, limits)
        elif cells.get("hidden") and not (kind in (*NAMES, "mark", "wave") or (missing and head in blank["shown"])):
            yield Finding(unit, file, where, f"{short(value)} in a hidden row", "an empty cell", HIDE)
        elif not fits(expected("tables")["kinds"][kind]["csv"], value):
            yield Finding(unit, file, where, short(value), f"what is told as '{kind}'", MEND)
        elif kind in NAMES and not may_name(columns[head].names, value):
            yield Finding(unit, file, where, short(value), _told(columns[head].names), NAME)
        elif kind == "persons" and not (missing and head in blank["shown"]):
            yield from _small(unit, file, where, int(value), limits)
        elif what := precise.too_fine(kind, value, few=few):
            yield Finding(unit, file, where, f"{short(value)} on {_so_many(limits, few=few)}", what, HIDE)


def _so_many(limits: Limits, *, few: bool) -> str:
    return f"fewer than {limits.coarse} respondents" if few else "so many respondents"


def _told(names: tuple[str, ...]) -> str:
    return "a name that is declared: " + (", ".join(names) or "none")


def _stray(unit: str, file: str, place: str, value: str, limits: Limits) -> Iterator[Finding]:
    """A small number in a column of which nothing is known may count respondents."""
    if COUNT.fullmatch(value) and 0 < int(value) < limits.minimum:
        yield Finding(unit, file, place, f"{value}, which may count respondents", "nothing that is not declared", MEND)


def _small(unit: str, file: str, place: str, number: int, limits: Limits) -> Iterator[Finding]:
    if 0 < number < limits.minimum:
        yield Finding(unit, file, place, f"{number} respondents", f"none, or {limits.minimum} or more", HIDE)
    elif number % limits.rounding:
        allowed = f"multiples of {limits.rounding}"
        yield Finding(unit, file, place, f"{number} respondents over institutions", allowed, HIDE)


def _written(bundle: Bundle, name: str, table: Table, limits: Limits, counted: Counted) -> Iterator[Finding]:
    place = table.label or "a table without a label"
    special = among(expected("tables")["about"], table.label)
    if special is not None:
        for head in [one for one in table.heads if one not in expected("tables")["about"][special]]:
            yield Finding(bundle.unit, name, place, f"a column '{head}' that the audit does not know", special, MEND)
        return
    about = (meaning(table.label) if table.label else None) or {}
    if "heads" not in about:
        yield Finding(bundle.unit, name, place, "a table that the audit does not know", "those declared", MEND)
        about = {}
    columns = columns_of(about, table.heads, page=True)
    for head in [one for one, column in columns.items() if column.kind is None and about]:
        what = f"a column '{head}' that the audit does not know"
        yield Finding(bundle.unit, name, f"{place}, {head}", what, ", ".join(about["heads"]), MEND)
    for number, row in enumerate(table.rows, start=1):
        if len(row) != len(table.heads):
            yield Finding(bundle.unit, name, f"{place}, row {number}", f"{len(row)} cells", f"{len(table.heads)} cells")
            continue
        cells = {head: cell.strip(FIGURE_SPACES) for head, cell in zip(table.heads, row, strict=True)}
        own = _limits(about, bundle.unit, cells, limits)
        few = counted.row_is_few(table.label, number - 1)
        yield from _cells(bundle.unit, name, f"{place}, row {number}", cells, columns, own, few=few)


def _cells(
    unit: str, name: str, place: str, cells: dict, columns: dict[str, Column], limits: Limits, *, few: bool
) -> Iterator[Finding]:
    blank = expected("tables")["missing"]["words"] in cells.values()
    before = ""
    for head, value in cells.items():
        kind, where = columns[head].kind, f"{place}, {head}"
        before = before if kind in ("interval", *NAMES) else kind or before
        if value in (DASH, ""):
            continue
        if kind is None:
            yield from _stray(unit, name, where, value, limits)
        elif not fits(expected("tables")["kinds"][kind]["page"], value):
            yield Finding(unit, name, where, short(value), f"what is told as '{kind}'", MEND)
        elif kind in NAMES and not may_name(columns[head].names, value):
            yield Finding(unit, name, where, short(value), _told(columns[head].names), NAME)
        elif kind == "persons" and not blank:
            yield from _small(unit, name, where, int(written(value) or 0), limits)
        elif what := precise.too_fine_on_page(before if kind == "interval" else kind, value, few=few):
            yield Finding(unit, name, where, f"{short(value)} on {_so_many(limits, few=few)}", what, HIDE)


class Counted:
    """How many respondents stand behind the rows of a report's tables."""

    def __init__(self, bundle: Bundle, limits: Limits) -> None:
        self.bundle, self.limits = bundle, limits
        self.captions = page_captions(bundle.pages)
        self._few: dict[str, list[bool]] = {}

    def few(self, about: dict, label: str, cells: dict[str, str], columns: dict[str, Column]) -> bool:
        """Whether a row of a CSV file is about so few that shares are told in whole percents; if in doubt it is."""
        counts = self._counts(about, label, cells, columns)
        half = self.limits.rounding / 2 if _limits(about, self.bundle.unit, cells, self.limits).rounding > 1 else 0
        few = any(count is None or count + half < self.limits.coarse for count in counts)
        self._few.setdefault(label, []).append(few)
        return few

    def row_is_few(self, label: str, place: int) -> bool:
        """The same of a row of a table on a page, which has the rows of its CSV file."""
        rows = self._few.get(label, [])
        return place < len(rows) and rows[place]

    def _counts(self, about: dict, label: str, cells: dict, columns: dict[str, Column]) -> list[float | None]:
        if about.get("groups") == "by subject":
            groups = {row.get("label"): row for row in self.groups(label, cells["label"])}
            return [_number(groups.get(cells[end], {})) for end in ("most", "least") if cells.get(end)]
        if about.get("groups"):
            sheet = self.bundle.data.get(f"{label.rsplit('-', 1)[0]}")
            rows = [dict(zip(sheet.heads, row, strict=False)) for row in sheet.rows] if sheet else []
            return [_number(row) for row in rows if row.get("label") == cells["label"]] or [None]
        if columns.get("n", Column(None)).kind == "persons":
            return [_number(cells)]
        return []

    def groups(self, overview: str, subject: str) -> list[dict[str, str]]:
        """Rows of the report's own in the table by a subject of an overview."""
        start, ending = "-".join(overview.split("-")[:2]) + "-", f"naar {subject.lower()}"
        scope = "alle instellingen" if self.bundle.unit == "sector" else "eigen instelling"
        found = []
        for label, sheet in self.bundle.data.items():
            words = self.captions.get(label, "").lower()
            words = words.partition(" (")[0].partition(", met")[0].rstrip(".")
            if label.startswith(start) and words.endswith(ending):
                rows = [dict(zip(sheet.heads, row, strict=False)) for row in sheet.rows]
                found += [row for row in rows if row.get("scope") == scope]
        return found


def _number(cells: dict[str, str]) -> float | None:
    return float(cells["n"]) if cells.get("n", "").isdecimal() else None


def _overviews(bundle: Bundle, counted: Counted) -> Iterator[Finding]:
    """A row of an overview names the safest and the least safe group; neither may be hidden in its own table."""
    for label, sheet in bundle.data.items():
        if not {"label", "most", "least", "difference"} <= set(sheet.heads):
            continue
        for number, row in enumerate(sheet.rows, start=1):
            cells = dict(zip(sheet.heads, row, strict=False))
            hidden = {row["label"] for row in counted.groups(label, cells["label"]) if row.get("hidden")}
            named = sorted({cells["most"], cells["least"]} & hidden)
            told = [head for head in sheet.heads if head not in ("label", "hidden", "unknown") and cells[head]]
            if named and told:
                what = f"row '{cells['label']}' tells of {', '.join(named)}, which is hidden in its own table"
                yield Finding(bundle.unit, f"data/{label}.csv", f"row {number}", what, "an empty row", HIDE)
