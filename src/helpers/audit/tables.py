"""Tables and figures as data, on pages and in documents: each has a known meaning, every column holds what it should.

A column that is not declared fails, whatever it holds; one that tells respondents holds none fewer than the minimum,
and over institutions multiples; in a hidden row every cell but its keys is empty.
"""

from __future__ import annotations

from collections.abc import Iterator

from helpers.audit.bundle import Bundle, Sheet, Table, page_captions
from helpers.audit.declared import Finding, among, expected, fits, short
from helpers.audit.published import OWN, SCOPES, written

DASH, FIGURE_SPACES = "–", "\u2007\u2008\u00a0"
MEND = "Say what it is in src/helpers/audit/expected/tables.yml, or take it out"
HIDE = "Release the table again: a hidden row has no figures"


def check(bundle: Bundle, minimum: int, rounding: int) -> Iterator[Finding]:
    """What is wrong with the tables of a report.

    ``minimum``: respondents that a told group has at least; ``rounding``: multiples in which several institutions tell.
    """
    limits = minimum, rounding
    for label, sheet in bundle.data.items():
        yield from _data(bundle, label, sheet, limits)
    yield from _overviews(bundle)
    for name, text in bundle.web.items():
        for table in text.tables:
            yield from _written(bundle, name, table, limits)


def meaning(label: str) -> dict | None:
    """What is declared of the table or figure with a label."""
    return next((one for one in expected("tables")["tables"].values() if among(one["labels"], label)), None)


def kind_of(about: dict, column: str, *, head: bool) -> str | None:
    """The kind of a column (or of a head), where this table has it."""
    if column not in about.get("heads" if head else "columns", ()):
        return None
    own = about.get("head kinds" if head else "kinds", {})
    return own.get(column) or expected("tables")["heads" if head else "columns"].get(column)


def _data(bundle: Bundle, label: str, sheet: Sheet, limits: tuple[int, int]) -> Iterator[Finding]:
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
        return
    kinds = {head: kind_of(about, head, head=False) for head in sheet.heads}
    for head in [one for one, kind in kinds.items() if kind is None]:
        yield Finding(bundle.unit, file, head, f"a column '{head}' that is not declared", _list(about["columns"]), MEND)
    if len(set(sheet.heads)) != len(sheet.heads):
        yield Finding(bundle.unit, file, "heads", "two columns of one name", "each name once")
    for number, row in enumerate(sheet.rows, start=1):
        if len(row) != len(sheet.heads):
            yield Finding(bundle.unit, file, f"row {number}", f"{len(row)} cells", f"{len(sheet.heads)} cells")
            continue
        cells = dict(zip(sheet.heads, row, strict=True))
        own = _limits(about, bundle.unit, cells, limits)
        yield from _row(bundle.unit, file, f"row {number}", cells, kinds, own)


def _limits(about: dict, unit: str, cells: dict[str, str], limits: tuple[int, int]) -> tuple[int, int]:
    """The minimum, and the multiples in which this row tells respondents; any number where one institution does."""
    over = unit == "sector" or SCOPES.get(cells.get("scope") or cells.get("Waar") or "", OWN) != OWN
    return limits[0], limits[1] if over and about.get("rounded") else 1


def _list(names: list[str]) -> str:
    return ", ".join(names)


def _row(unit: str, file: str, place: str, cells: dict, kinds: dict, limits: tuple[int, int]) -> Iterator[Finding]:
    blank = expected("tables")["missing"]
    missing = cells.get(blank["column"]) == blank["value"]
    for head, value in cells.items():
        kind = kinds[head]
        if kind is None or value == "":
            continue
        where = f"{place}, {head}"
        if cells.get("hidden") and not _stays(kind, head, missing=missing):
            yield Finding(unit, file, where, f"{short(value)} in a hidden row", "an empty cell", HIDE)
        elif not fits(expected("tables")["kinds"][kind]["csv"], value):
            yield Finding(unit, file, where, short(value), f"what is told as '{kind}'", MEND)
        elif kind == "persons" and not (missing and head in blank["shown"]):
            yield from _small(unit, file, where, int(value), limits)


def _stays(kind: str, head: str, *, missing: bool) -> bool:
    return kind in ("key", "code", "mark", "wave") or (missing and head in expected("tables")["missing"]["shown"])


def _small(unit: str, file: str, place: str, number: int, limits: tuple[int, int]) -> Iterator[Finding]:
    minimum, rounding = limits
    if 0 < number < minimum:
        yield Finding(unit, file, place, f"{number} respondents", f"none, or {minimum} or more", HIDE)
    elif number % rounding:
        yield Finding(unit, file, place, f"{number} respondents over institutions", f"multiples of {rounding}", HIDE)


def _written(bundle: Bundle, name: str, table: Table, limits: tuple[int, int]) -> Iterator[Finding]:
    place = table.label or "a table without a label"
    special = among(expected("tables")["about"], table.label)
    if special is not None:
        for head in [one for one in table.heads if one not in expected("tables")["about"][special]]:
            yield Finding(bundle.unit, name, place, f"a column '{head}' that the audit does not know", special, MEND)
        return
    about = meaning(table.label) if table.label else None
    if about is None or "heads" not in about:
        yield Finding(bundle.unit, name, place, "a table that the audit does not know", "those declared", MEND)
        return
    kinds = {head: kind_of(about, head, head=True) for head in table.heads}
    for head in [one for one, kind in kinds.items() if kind is None]:
        what = f"a column '{head}' that the audit does not know"
        yield Finding(bundle.unit, name, f"{place}, {head}", what, _list(about["heads"]), MEND)
    for number, row in enumerate(table.rows, start=1):
        if len(row) != len(table.heads):
            yield Finding(bundle.unit, name, f"{place}, row {number}", f"{len(row)} cells", f"{len(table.heads)} cells")
            continue
        cells = dict(zip(table.heads, row, strict=True))
        own = _limits(about, bundle.unit, cells, limits)
        yield from _cells(bundle.unit, name, f"{place}, row {number}", cells, kinds, own)


def _cells(unit: str, name: str, place: str, cells: dict, kinds: dict, limits: tuple[int, int]) -> Iterator[Finding]:
    blank = expected("tables")["missing"]["words"] in cells.values()
    for head, value in cells.items():
        kind, value = kinds[head], value.strip(FIGURE_SPACES)
        if kind is None or value in (DASH, ""):
            continue
        where = f"{place}, {head}"
        if not fits(expected("tables")["kinds"][kind]["page"], value):
            yield Finding(unit, name, where, short(value), f"what is told as '{kind}'", MEND)
        elif kind == "persons" and not blank:
            yield from _small(unit, name, where, int(written(value) or 0), limits)


def _overviews(bundle: Bundle) -> Iterator[Finding]:
    """A row of an overview names the safest and the least safe group; neither may be hidden in its own table."""
    captions = page_captions(bundle.pages)
    for label, sheet in bundle.data.items():
        if not {"label", "most", "least", "difference"} <= set(sheet.heads):
            continue
        for number, row in enumerate(sheet.rows, start=1):
            cells = dict(zip(sheet.heads, row, strict=False))
            hidden = _hidden_groups(bundle, captions, label, cells["label"])
            named = sorted({cells["most"], cells["least"]} & hidden)
            told = [head for head in sheet.heads if head not in ("label", "hidden", "unknown") and cells[head]]
            if named and told:
                what = f"row '{cells['label']}' tells of {', '.join(named)}, which is hidden in its own table"
                yield Finding(bundle.unit, f"data/{label}.csv", f"row {number}", what, "an empty row", HIDE)


def _hidden_groups(bundle: Bundle, captions: dict[str, str], overview: str, subject: str) -> set[str]:
    """Groups of the report's own that the table by a subject hides."""
    start, ending = "-".join(overview.split("-")[:2]) + "-", f"naar {subject.lower()}"
    scope = "alle instellingen" if bundle.unit == "sector" else "eigen instelling"
    found = set()
    for label, sheet in bundle.data.items():
        words = captions.get(label, "").lower()
        words = words.partition(" (")[0].partition(", met")[0].rstrip(".")
        if not label.startswith(start) or not words.endswith(ending):
            continue
        for row in sheet.rows:
            cells = dict(zip(sheet.heads, row, strict=False))
            if cells.get("hidden") and cells.get("scope") == scope:
                found.add(cells.get("label", ""))
    return found
