"""Workbooks that are not what they say, other formats, and ordinary tables: every part accounted for."""

import datetime

import openpyxl
import pytest
import samples
from books import (
    CROSSWALK,
    LIST,
    WORDS,
    hidden_column,
    hidden_rows,
    listed,
    rows,
    rules,
    total,
    write,
)
from openpyxl.cell.rich_text import CellRichText, TextBlock
from openpyxl.cell.text import InlineFont

from helpers import schema
from helpers.ingest import incidents, readers
from helpers.ingest.crosswalks import Crosswalk
from helpers.ingest.problems import Unreadable
from helpers.ingest.readers import ooxml, workbook

# files that are not what they say


@pytest.mark.parametrize(
    "change",
    [
        samples.strict,
        lambda path: samples.repacked(path, lambda name, part: b"<half" if name.startswith("docProps") else part),
        lambda path: samples.repacked(path, lambda name, part: None if name.startswith("docProps") else part),
        lambda path: samples.repacked(path, lambda name, part: b"<half" if "theme" in name else part),
    ],
)
def test_what_excel_opens_is_read(registration, change):
    found = registration(lambda path: change(listed(path)))
    assert (rules(found), total(found)) == ([], 30)


def odt(path):
    samples.ods(path, {"x": []})
    samples.repacked(path, lambda name, part: part.replace(b"spreadsheet", b"text") if name == "mimetype" else part)


def docx(path):
    import docx

    docx.Document().save(path)


def password(path):
    from msoffcrypto.format.ooxml import OOXMLFile

    plain = listed(path.with_name("plain.xlsx"))
    with plain.open("rb") as source, path.open("wb") as target:
        OOXMLFile(source).encrypt("geheim", target)
    plain.unlink()


@pytest.mark.parametrize(
    ("make", "word"),
    [
        (lambda path: samples.ods(path, {"x": [LIST, *rows()]}), "OpenDocument-werkmap"),
        (odt, "geen werkmap"),
        (docx, "Word-document"),
        (password, "wachtwoord"),
        (lambda path: path.write_bytes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600)), "oud Excel-bestand"),
        (lambda path: path.write_bytes(listed(path).read_bytes()[:900]), "beschadigd"),
        (lambda path: path.write_bytes(b""), "leeg bestand"),
        (lambda path: path.write_text("a;b"), "iets anders"),
        (lambda path: samples.repacked(listed(path), lambda n, p: b"<half" if "sheet1" in n else p), "beschadigd"),
        (lambda path: samples.repacked(listed(path), lambda n, p: None if "sheet1" in n else p), "beschadigd"),
        (lambda path: samples.repacked(listed(path), lambda n, p: None if n == "xl/workbook.xml" else p), "beschadigd"),
    ],
)
@pytest.mark.parametrize("role", ["incidenten_99AA.xlsx", "overzicht.xlsx"])
def test_a_bad_workbook_is_one_line_about_that_file(tmp_path, make, word, role):
    listed(tmp_path / "incidenten_99AA.xlsx")
    overview = openpyxl.Workbook()
    for row in (["BRIN", "Geleverd", "Toelichting"], ["99AA", "ja", None]):
        overview.active.append(row)
    overview.save(tmp_path / "overzicht.xlsx")
    make(tmp_path / role)
    files = {path.name: path for path in sorted(tmp_path.iterdir())}
    found = incidents.read(files, CROSSWALK)
    told = [defect for defect in found.defects if defect.rule == "file_unreadable"]
    assert [defect.file for defect in told] == [role]
    assert word in told[0].found


@pytest.mark.parametrize("reader", sorted(readers.READERS))
def test_no_reader_lets_another_error_through(tmp_path, monkeypatch, reader):
    def fail(*_):
        raise RecursionError("diep")

    path = samples.every(tmp_path)[reader.strip(".")] if reader not in (".txt", ".tsv") else tmp_path / f"x{reader}"
    if not path.is_file():
        path.write_text("a;b\n1;2\n")
    monkeypatch.setitem(readers.READERS, reader, fail)
    with pytest.raises(Unreadable, match="diep"):
        readers.read(path, path.name)


def test_opendocument_gives_the_same_as_excel(registration):
    sheets = {"Uitleg": [["Lees dit"]], "R": [["Titel"], [], LIST, *rows(), [None, "Totaal & meer", None]]}
    sheets["R"].pop()
    both = [registration(sheets, suffix=suffix) for suffix in ("xlsx", "ods")]
    assert both[0].frame.equals(both[1].frame)
    assert [list(found.parts.values())[1] for found in both][0] == [list(found.parts.values())[1] for found in both][1]
    assert total(both[1]) == 30


def changed(old, new):
    """Writes a registration as an OpenDocument workbook in which the first cell with a count is another."""

    def make(path):
        samples.ods(path, {"x": [LIST, *rows(count=11)]})
        samples.repacked(path, lambda _, part: part.decode().replace(*old, 1).replace(COUNT, new, 1).encode())

    return make


COUNT = '<table:table-cell office:value-type="float" office:value="11"/>'
CALC = "urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0"


@pytest.mark.parametrize(
    "cell",
    [
        'table:formula="of:=1/0" office:value-type="float" office:value="0"><text:p>#DEEL/0!</text:p>',
        'table:formula="of:=X" office:value-type="string" office:string-value=""><text:p>#NAAM?</text:p>',
        'table:formula="of:=X" office:value-type="float" office:value="0"><text:p>#N/B</text:p>',
        'table:formula="of:=X" office:value-type="float" office:value="0"><text:p>Err:502</text:p>',
        f'xmlns:calcext="{CALC}" calcext:value-type="error" office:value-type="float" office:value="0">',
    ],
)
def test_an_error_of_opendocument_is_no_count(registration, cell):
    made = changed(("", ""), f"<table:table-cell {cell}</table:table-cell>")
    assert rules(registration(made, suffix="ods")) == ["incident_count"]


def test_a_raised_digit_is_no_part_of_a_number(registration):
    def change(book):
        mark = TextBlock(InlineFont(vertAlign="superscript"), "1")
        book.active["C2"] = CellRichText("11", mark)
        book.active["B2"] = CellRichText(book.active["B2"].value)

    found = registration({"x": [LIST, *rows()]}, change)
    assert rules(found) == ["incident_count"] and "11¹" in str(found.defects[0])
    style = '<style:style style:name="T1"><style:text-properties style:text-position="super 58%"/></style:style>'
    cell = '<text:p>11<text:span text:style-name="T1">1</text:span></text:p>'
    head = "<office:automatic-styles>"
    made = changed((head, head + style), f'<table:table-cell office:value-type="string">{cell}</table:table-cell>')
    found = registration(made, suffix="ods")
    assert rules(found) == ["incident_count"] and "11¹" in str(found.defects[0])


def test_a_hidden_sheet_of_opendocument(registration):
    made = {"Nu": [LIST, *rows()], "Oud": [LIST, *rows("2019-2020")]}
    found = registration(lambda path: samples.ods(path, made, ("Oud",)), suffix="ods")
    assert rules(found) == ["incident_sheet"]


# ordinary tables


def crosswalk(**keys) -> Crosswalk:
    return Crosswalk.model_validate({"table": "staff", "columns": {}, **keys})


WALK = crosswalk(columns={"institution_id": {"from": "brin"}, "weight": {"from": "gewicht"}}, ignore=["opmerking"])


@pytest.fixture
def table(tmp_path):
    def read(sheets, change=lambda book: None):
        path = tmp_path / "x.xlsx"
        book = openpyxl.Workbook()
        book.remove(book.active)
        for title, content in sheets.items():
            sheet = book.create_sheet(title)
            for row in content:
                sheet.append(row)
        change(book)
        book.save(path)
        delivered = readers.read(path, "x.xlsx", WALK)
        assert [each for each in delivered.parts if each.open] == []
        return delivered

    return read


BODY = [["99AA", 1.5], ["99AB", 0.5]]


def test_other_sheets_are_named_with_their_rows(table):
    found = table(
        {"Lees mij": [["x"], ["y"]], "Data": [["brin", "gewicht"], *BODY], "Kopie": [["brin", "gewichten"], *BODY]}
    )
    (sheets,) = (each for each in found.parts if each.kind == "bladen")
    assert {rest.where: rest.doubt for rest in sheets.rest} == {"blad ‘Lees mij’": False, "blad ‘Kopie’": True}
    assert "2 rijen niet gelezen" in sheets.rest[0].reason


def test_a_second_sheet_of_answers_is_a_doubt_where_the_crosswalk_names_the_first(tmp_path):
    head = ["brin", "gewicht"]
    path = tmp_path / "x.xlsx"
    write(path, {"Data": [head, *BODY], "Nagekomen": [["x"], head, *BODY], "Lees mij": [["y"]]})
    found = readers.read(path, "x.xlsx", WALK.model_copy(update={"sheet": "Data"}))
    (sheets,) = (each for each in found.parts if each.kind == "bladen")
    assert {rest.where: rest.doubt for rest in sheets.rest} == {"blad ‘Nagekomen’": True, "blad ‘Lees mij’": False}
    assert "2 van de 2 verwachte kolommen" in sheets.rest[0].reason


def test_names_in_other_capitals_or_with_invisible_marks_are_the_expected_ones(table):
    found = table({"Data": [["BRIN\u200b", "Gewicht "], *BODY]})
    assert list(found.frame.columns) == ["brin", "gewicht"]
    assert any("gelezen als ‘brin’" in fact for fact in found.facts)


@pytest.mark.parametrize("row", [["brin", "gewicht"], [None, None, None, 12]])
def test_a_second_table_on_the_sheet_is_told(table, row):
    found = table({"Data": [["brin", "gewicht"], *BODY, [], row, *BODY]})
    assert "table_second" in [doubt.rule for doubt in found.doubts]


def test_a_name_merged_down_beside_names_under_a_group(table):
    found = table({"Data": [["brin", "meting", None], [None, "gewicht", "opmerking"], *([*row, "x"] for row in BODY)]})
    assert list(found.frame.columns) == ["brin", "gewicht", "opmerking"]
    assert (found.first_row, len(found.frame)) == (3, 2)


def test_a_number_in_merged_cells_is_told_and_not_repeated(table):
    def change(book):
        book.active["B3"] = None
        book.active.merge_cells("B2:B3")

    found = table({"Data": [["brin", "gewicht"], *BODY]}, change)
    assert found.frame["gewicht"].isna().tolist() == [False, True]
    assert [doubt.where for doubt in found.doubts] == ["rij 2-3"]


def test_a_percentage_is_a_number_but_no_code(table):
    def change(book):
        book.active["A2"], book.active["A2"].number_format = 1, "0%"
        book.active["B2"].number_format = "0%"

    found = table({"Data": [["brin", "gewicht"], *BODY]}, change)
    assert found.frame.iloc[0].tolist() == ["100%", 1.5]


def test_merged_words_are_repeated_and_told(table):
    def change(book):
        book.active["A3"] = None
        book.active.merge_cells("A2:A3")

    found = table({"Data": [["brin", "gewicht"], *BODY]}, change)
    assert found.frame["brin"].tolist() == ["99AA", "99AA"]
    assert [doubt.rule for doubt in found.doubts] == ["account_doubt"]


@pytest.mark.parametrize("change", [hidden_rows, hidden_column])
def test_hidden_rows_and_columns_of_a_table_are_told(table, change):
    found = table({"Data": [["brin", "gewicht"], *BODY]}, change)
    assert [doubt.rule for doubt in found.doubts] == ["account_doubt"]
    assert len(found.frame) == 2


def test_the_rows_of_a_table_are_accounted_for(table):
    found = table({"Data": [["Titel"], [], ["brin", "gewicht"], *BODY[:1], [], *BODY[1:]]})
    (parts,) = (each for each in found.parts if each.kind == "rijen")
    assert (parts.total, parts.used) == (6, 3)
    assert [(rest.where, rest.reason) for rest in parts.rest] == [
        ("rij 1-2", "boven de tabel"),
        ("rij 3", "kolomnamen"),
    ]


def test_our_own_reader_of_excel_agrees_with_openpyxl(tmp_path):
    path = tmp_path / "x.xlsx"
    book = openpyxl.Workbook()
    moments = [datetime.datetime(2021, 9, 14, 10, 15), datetime.time(10, 15)]
    values = ["a", " b ", 1, -2.5, True, None, *moments, "é\u200b", "a\nb", 1e300, 12345678901]
    for number in range(3):
        book.active.append(values[number:] + values[:number])
    book.save(path)
    (sheet,) = ooxml.read(path.read_bytes())
    again = openpyxl.load_workbook(path).active
    assert [row + [None] * (len(values) - len(row)) for row in sheet.rows] == [list(row) for row in again.values]


def test_a_workbook_of_categories_is_read_by_the_words_of_the_crosswalk():
    assert set(WORDS) == set(schema.INCIDENT_CATEGORIES)
    assert workbook.find_header([["x"], ["BRIN", "Gewicht"]], ["brin", "gewicht"])[0] == 1
