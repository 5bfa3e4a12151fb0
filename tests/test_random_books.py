"""Random workbooks of known content in many layouts: read as what was put in, or refused with a line."""

import datetime
import tempfile
from pathlib import Path

import openpyxl
import pytest
import samples
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from openpyxl.styles import numbers

from helpers import schema
from helpers.ingest import crosswalks, dates, incidents, readers, rules
from helpers.ingest.crosswalks import Crosswalk

CROSSWALK = crosswalks.load("incidents")
WORDS = {code: word for word, code in CROSSWALK.categories.items()}
LEVELS = rules.load()
YEARS = ["2019-2020", "2020-2021", "2021-2022", "2022-2023"]
LIST = ["Schooljaar", "Soort", "Aantal"]

figures = st.dictionaries(
    st.tuples(st.sampled_from(YEARS), st.sampled_from(schema.INCIDENT_CATEGORIES)),
    st.one_of(st.integers(0, 5000), st.none()),
    min_size=3,
    max_size=24,
)
"""Counts by period and category; ``None`` is an empty cell."""

title = st.lists(st.sampled_from([[], ["Registratie"], ["Peildatum", 2023], ["", "Schoolveiligheid"]]), max_size=4)


def as_list(content):
    return [[year, WORDS[kind], count] for (year, kind), count in content.items()]


def as_cross(content, head="Categorie"):
    years = sorted({year for year, _ in content})
    kinds = list(dict.fromkeys(kind for _, kind in content))
    return [[head, *years], *([WORDS[kind], *(content.get((year, kind)) for year in years)] for kind in kinds)]


def plain(book, content, above):
    put(book.active, [*above, LIST, *as_list(content)])


def put(sheet, rows, right=0):
    """Write rows from the first on."""
    for number, row in enumerate(rows, start=1):
        for place, value in enumerate(row, start=1 + right):
            sheet.cell(number, place, value)


def shifted(book, content, above):
    put(book.active, [*above, LIST, *as_list(content)], right=2)


def capitals(book, content, above):
    rows = [[year, word.upper(), count] for year, word, count in as_list(content)]
    put(book.active, [*above, [name.upper() for name in LIST], *rows])


def invisible(book, content, above):
    rows = [[f"\u200b{year}", f"{word}\u00a0", count] for year, word, count in as_list(content)]
    put(book.active, [*above, [f"{name}\ufeff" for name in LIST], *rows])


def gaps(book, content, above):
    rows = [each for row in as_list(content) for each in (row, [])]
    put(book.active, [*above, LIST, [], *rows])


def as_text(book, content, above):
    rows = [[year, word, None if count is None else f" {count} "] for year, word, count in as_list(content)]
    put(book.active, [*above, LIST, *rows])


def thousands(book, content, above):
    rows = [
        [year, word, None if count is None else f"{count:,}".replace(",", ".")]
        for year, word, count in as_list(content)
    ]
    put(book.active, [*above, LIST, *rows])


def floats(book, content, above):
    rows = [[year, word, None if count is None else count + 1e-11] for year, word, count in as_list(content)]
    put(book.active, [*above, LIST, *rows])


def notes(book, content, above):
    put(book.active, [*above, LIST, *as_list(content), [], ["* voorlopige cijfers"], ["Bron: eigen registratie"]])


def totals(book, content, above):
    rows = as_list(content)
    for year in sorted({year for year, _ in content}):
        counts = [count for (when, _), count in content.items() if when == year]
        if None not in counts:
            rows.append([year, "Totaal", sum(counts)])
    put(book.active, [*above, LIST, *rows])


def more_columns(book, content, above):
    rows = [[number, *row, "opmerking"] for number, row in enumerate(as_list(content), start=1)]
    put(book.active, [*above, ["Nr", *LIST, "Opmerking"], *rows])


def cross(book, content, above):
    put(book.active, [*above, *as_cross(content)])


def a_sheet_a_year(book, content, above):
    sheets = iter([book.active])
    for year in sorted({year for year, _ in content}):
        own = {key: count for key, count in content.items() if key[0] == year}
        put(next(sheets, None) or book.create_sheet(year), [*above, LIST, *as_list(own)])


def two_tables_below(book, content, above):
    items = list(content.items())
    first, second = dict(items[: len(items) // 2]), dict(items[len(items) // 2 :])
    put(book.active, [*above, LIST, *as_list(first), [], LIST, *as_list(second)])


def cover_sheet(book, content, above):
    put(book.active, [["Lees dit eerst"], ["Zie het andere blad"]])
    put(book.create_sheet("Data"), [*above, LIST, *as_list(content)])
    book.create_sheet("Leeg")


def merged_years(book, content, above):
    rows = sorted(as_list(content), key=lambda row: row[0])
    put(book.active, [LIST, *rows])
    for year in {row[0] for row in rows}:
        places = [number for number, row in enumerate(rows, start=2) if row[0] == year]
        if len(places) > 1:
            book.active.merge_cells(f"A{places[0]}:A{places[-1]}")


def hidden_row(book, content, above):
    plain(book, content, above)
    book.active.row_dimensions[book.active.max_row].hidden = True


def hidden_sheet(book, content, above):
    plain(book, content, above)
    put(book.create_sheet("Oud"), [LIST, *as_list(content)])
    book["Oud"].sheet_state = "hidden"


def table_beside(book, content, above):
    put(book.active, [LIST, *as_list(content)])
    put(book.active, [["Jaar", "n"], *([year, count] for year, _, count in as_list(content))], right=4)


def percentages(book, content, above):
    plain(book, content, above)
    for row in book.active.iter_rows(min_col=3, max_col=3):
        row[0].number_format = numbers.FORMAT_PERCENTAGE


def fractions(book, content, above):
    rows = [[year, word, None if count is None else count + 0.25] for year, word, count in as_list(content)]
    put(book.active, [*above, LIST, *rows])


def twice(book, content, above):
    put(book.active, [*above, LIST, *as_list(content), *as_list(content)[:1]])


READ = [plain, shifted, capitals, invisible, gaps, as_text, thousands, floats, notes, totals, more_columns, cross,
        a_sheet_a_year, two_tables_below, cover_sheet, merged_years, hidden_row]  # fmt: skip
"""Layouts that must be read."""
ASKED = [hidden_sheet, table_beside, percentages, fractions, twice]
"""Layouts that must not be read as they are."""
MANY = settings(
    max_examples=12, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True, database=None
)


def read(book):
    """The registrations of a workbook of one institution."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "incidenten_99AA.xlsx"
        if callable(book):
            path = book(path.with_suffix(".ods"))
        else:
            book.save(path)
        overview = openpyxl.Workbook()
        put(overview.active, [["BRIN", "Geleverd", "Toelichting"], ["99AA", "ja", None]])
        overview.save(Path(folder) / "overzicht.xlsx")
        return incidents.read({each.name: each for each in Path(folder).iterdir()}, CROSSWALK)


def refused(found):
    return [defect for defect in found.defects if LEVELS.level(defect.rule) == "refuse"]


def values(found):
    rows = found.frame[["period", "category", "count", "status"]].itertuples(index=False)
    return {(row.period, str(row.category)): int(row.count_) if row.status == "exact" else None for row in _named(rows)}


def _named(rows):
    for row in rows:
        yield type("Row", (), {"period": row[0], "category": row[1], "count_": row[2], "status": str(row[3])})


def is_closed(parts_by_file):
    return all(each.open == 0 and each.used >= 0 for parts in parts_by_file.values() for each in parts)


@pytest.mark.parametrize("layout", READ, ids=lambda each: each.__name__)
@MANY
@given(content=figures, above=title)
def test_what_was_put_in_is_what_comes_out(layout, content, above):
    book = openpyxl.Workbook()
    layout(book, content, above)
    found = read(book)
    assert refused(found) == []
    expected = content
    if layout is cross:  # a cell that is not there is empty there
        expected = {
            (year, kind): content.get((year, kind))
            for year in {y for y, _ in content}
            for kind in {k for _, k in content}
        }
    assert values(found) == expected
    assert is_closed(found.parts)


@pytest.mark.parametrize("layout", ASKED, ids=lambda each: each.__name__)
@MANY
@given(content=figures, above=title)
def test_what_cannot_be_told_is_refused_with_a_line(layout, content, above):
    if all(count is None for count in content.values()):
        content[YEARS[0], schema.INCIDENT_CATEGORIES[0]] = 1
    book = openpyxl.Workbook()
    layout(book, content, above)
    found = read(book)
    assert refused(found)
    assert is_closed(found.parts)


@MANY
@given(content=figures, above=title)
def test_opendocument_gives_what_was_put_in(content, above):
    found = read(lambda path: samples.ods(path, {"Uitleg": [["x"]], "Data": [*above, LIST, *as_list(content)]}))
    assert refused(found) == []
    assert values(found) == content
    assert is_closed(found.parts)


days = st.dates(datetime.date(2018, 8, 1), datetime.date(2023, 7, 31))


incidents_logged = st.lists(
    st.tuples(days, st.sampled_from(schema.INCIDENT_CATEGORIES), st.integers(0, 40)), min_size=1, max_size=30
)
forms = ("%d-%m-%Y", "%d-%m-%y", "%Y-%m-%d", "%Y-%m-%dT%H:%M:%S", "%d-%m-%Y %H:%M", "%Y%m%d", None, "serial")


@MANY
@given(rows=incidents_logged, form=st.sampled_from(forms), counted=st.booleans())
def test_a_log_of_any_form_of_dates_adds_up(rows, form, counted):
    assume(not dates.far_off((day for day, *_ in rows), datetime.date(2026, 1, 1)))  # asked about: a mistyped year
    book = openpyxl.Workbook()
    head = ["Datum", "Soort incident", *(["Aantal"] if counted else [])]
    written = {None: lambda day: day, "serial": lambda day: (day - datetime.date(1899, 12, 30)).days}
    write = written.get(form, lambda day: day.strftime(form))
    put(book.active, [head, *([write(day), WORDS[kind], *([n] if counted else [])] for day, kind, n in rows)])
    found = read(book)
    assert refused(found) == []
    expected: dict = {}
    for day, kind, n in rows:
        year = day.year if day.month >= 8 else day.year - 1
        key = (f"{year}-{year + 1}", kind)
        expected[key] = expected.get(key, 0) + (n if counted else 1)
    told = values(found)
    assert {key: told[key] for key in expected} == expected
    assert sum(told.values()) == sum(expected.values())


WALK = Crosswalk.model_validate(
    {
        "table": "staff",
        "columns": {"institution_id": {"from": "brin"}, "weight": {"from": "gewicht"}},
        "ignore": ["opmerking"],
    }
)
table_rows = st.lists(
    st.tuples(st.sampled_from(["99AA", "99AB"]), st.floats(0.1, 5), st.sampled_from(["x", None])),
    min_size=1,
    max_size=20,
)


@pytest.mark.parametrize("names", [["brin", "gewicht", "opmerking"], ["BRIN", " Gewicht", "Opmerking\u200b"]])
@MANY
@given(rows=table_rows, above=title, gap=st.integers(0, 2))
def test_an_ordinary_table_gives_its_rows(names, rows, above, gap):
    book = openpyxl.Workbook()
    put(book.active, [*above, names, *([] for _ in range(gap)), *map(list, rows)])
    put(book.create_sheet("Anders"), [["kolom"], [1]])
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "x.xlsx"
        book.save(path)
        found = readers.read(path, "x.xlsx", WALK)
    frame = found.frame.dropna(how="all")
    assert frame["brin"].tolist() == [row[0] for row in rows]
    assert frame["gewicht"].tolist() == pytest.approx([row[1] for row in rows])
    assert (frame.index + found.first_row).tolist() == [len(above) + gap + 2 + place for place in range(len(rows))]
    assert is_closed({"x": found.parts})
    (sheets,) = (each for each in found.parts if each.kind == "bladen")
    assert [rest.where for rest in sheets.rest] == ["blad ‘Anders’"]
