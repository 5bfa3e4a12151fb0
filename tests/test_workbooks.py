"""Workbooks of institutions with traits that real ones have: read rightly, or refused with a line; never in silence."""

import datetime

import openpyxl
import pandas as pd
import pytest
import samples
from openpyxl.comments import Comment
from test_incidents import ALL, WORDS, counts

from helpers import schema
from helpers.ingest import counts as cells
from helpers.ingest import crosswalks, dates, incidents, readers
from helpers.ingest.crosswalks import Crosswalk
from helpers.ingest.problems import Unreadable
from helpers.ingest.readers import ooxml, workbook
from helpers.ingest.words import nearest, same, tidy, visible

CROSSWALK = crosswalks.load("incidents")
LIST = ["Schooljaar", "Soort", "Aantal"]
FIRST, SECOND = schema.INCIDENT_CATEGORIES[:2]


def rows(year="2021-2022", count=3, words=ALL):
    return [[year, word, count] for word in words]


@pytest.fixture
def registration(tmp_path):
    """Read one institution's workbook: sheets by title, each a list of rows or a function that fills it."""

    def read(sheets, change=lambda book: None, suffix="xlsx"):
        path = tmp_path / f"incidenten_99AA.{suffix}"
        if isinstance(sheets, dict) and suffix == "ods":
            samples.ods(path, sheets)
        elif isinstance(sheets, dict):
            book = openpyxl.Workbook()
            book.remove(book.active)
            for title, content in sheets.items():
                sheet = book.create_sheet(title)
                for row in content:
                    sheet.append(row)
            change(book)
            book.save(path)
        else:
            sheets(path)
        overview = openpyxl.Workbook()
        for row in (["BRIN", "Geleverd", "Toelichting"], ["99AA", "ja", None]):
            overview.active.append(row)
        overview.save(tmp_path / "overzicht.xlsx")
        files = {name: tmp_path / name for name in ("overzicht.xlsx", path.name)}
        found = incidents.read(files, CROSSWALK)
        for parts in found.parts.values():
            assert [each for each in parts if each.open or each.used < 0] == []
        return found

    return read


def rules(found):
    return sorted({defect.rule for defect in found.defects})


def total(found):
    return int(found.frame["count"].fillna(0).sum())


def reasons(found, kind):
    own = [each for parts in found.parts.values() for each in parts if each.kind == kind]
    return {rest.where: rest.reason for each in own for rest in each.rest}


# counts


@pytest.mark.parametrize(
    ("cell", "number"),
    [
        (7, 7),
        (7.0, 7),
        (2.000000000001, 2),
        (0, 0),
        (1e3, 1000),
        ("7", 7),
        ("1.204", 1204),
        (" 12 ", 12),
        ("12\u200b", 12),
    ],
)
def test_a_count_is_a_whole_number(cell, number):
    found = cells.read(cell, CROSSWALK.unknown, CROSSWALK.censored, CROSSWALK.thousands)
    assert (found.number, found.status) == (number, "exact")


@pytest.mark.parametrize(
    "cell",
    [0.125, 1.234, 2.4, -3, 1e300, 1e-7, 12_000_000, float("nan"), float("inf"), True, "1,204", "7,5", "7.0", "1e3",
     "12 stuks", "#N/A", "€ 5", "½", "²", datetime.datetime(2021, 4, 1), datetime.date(2021, 4, 1),
     datetime.time(12, 30), datetime.timedelta(hours=3)],
)  # fmt: skip
def test_what_is_no_count_is_refused(cell):
    found = cells.read(cell, CROSSWALK.unknown, CROSSWALK.censored, CROSSWALK.thousands)
    assert (found.number, found.status) == (None, "wrong")
    assert found.word


@pytest.mark.parametrize(
    "cell",
    ["<5", "< 5", "≤4", "<=5", "1-4", "1–4", "minder dan 5", "onder de 10", "x", "X", "*", ".", "-1", -1, -1.0],
)
def test_a_number_that_was_made_unreadable_is_never_a_number(cell):
    found = cells.read(cell, CROSSWALK.unknown, CROSSWALK.censored, CROSSWALK.thousands)
    assert (found.number, found.status) == (None, "censored")


@pytest.mark.parametrize("cell", [None, "", " ", "n.v.t.", "N.B.", "onbekend", "-", "?"])
def test_what_is_not_known_is_not_known(cell):
    found = cells.read(cell, CROSSWALK.unknown, CROSSWALK.censored, CROSSWALK.thousands)
    assert (found.number, found.status) == (None, "unknown")


def test_spaces_between_thousands_only_where_declared():
    assert cells.read("1 204", [], [], " ").number == 1204
    assert cells.read("1 204", [], [], ".").status == "wrong"
    assert cells.read("1.204", [], [], None).status == "wrong"


@pytest.mark.parametrize(
    ("value", "form", "shown"),
    [
        (0.125, "0.0%", "12,5%"),
        (1, "0%", "100%"),
        (12, "€ #,##0", "€ 12"),
        (12, "[$€-413] #,##0", "€ 12"),
        (44300, "d-m-yyyy", "14-04-2021"),
        (0.5, "h:mm", "12:00:00"),
    ],
)
def test_a_number_shown_as_something_else_is_no_count(registration, value, form, shown):
    def change(book):
        book.active["C2"].value = value
        book.active["C2"].number_format = form

    found = registration({"x": [LIST, *rows()]}, change)
    (defect,) = found.defects
    assert (defect.rule, defect.found) == ("incident_count", f"aantal ‘{shown}’")


@pytest.mark.parametrize("form", ["0", "#,##0", "0.00", "0.00E+00", "General", '0" stuks"', "[Red]0"])
def test_a_number_in_a_form_of_numbers_is_a_count(registration, form):
    def change(book):
        book.active["C2"].number_format = form

    found = registration({"x": [LIST, *rows()]}, change)
    assert (rules(found), total(found)) == ([], 30)


@pytest.mark.parametrize("cell", [("percentage", 0.12), ("currency", 12), ("boolean", True), datetime.date(2021, 4, 1)])
def test_an_opendocument_cell_that_is_no_count(registration, cell):
    found = registration({"x": [LIST, ["2021-2022", ALL[0], cell], *rows(words=ALL[1:])]}, suffix="ods")
    assert rules(found) == ["incident_count"]


def test_a_hidden_part_leaves_the_sum_unknown(registration):
    head = ["Locatie", *LIST]
    body = [["N", "2021-2022", ALL[0], 9], ["Z", "2021-2022", ALL[0], "x"], ["N", "2021-2022", "Totaal", 9]]
    found = registration({"x": [head, *body]})
    assert found.frame["status"].astype(str).tolist() == ["censored"]
    assert found.frame["count"].isna().all()
    assert rules(found) == ["incident_censored"]


# sheets, tables, rows and columns


def test_sheets_that_fit_are_one_table(registration):
    sheets = {"Uitleg": [["Lees dit"]], "2021": [LIST, *rows()], "2022": [["Titel"], LIST, *rows("2022-2023", 4)]}
    found = registration(sheets)
    assert (rules(found), total(found)) == ([], 70)
    assert "geen registratie" in reasons(found, "bladen")["blad ‘Uitleg’"]


def test_the_same_figure_on_two_sheets_is_not_added(registration):
    found = registration({"A": [LIST, *rows()], "B": [LIST, *rows(count=4)]})
    assert rules(found) == ["incident_double"]
    assert "blad ‘A’, rij 2" in str(found.defects[0]) and "blad ‘B’, rij 2" in str(found.defects[0])


@pytest.mark.parametrize("state", ["hidden", "veryHidden"])
@pytest.mark.parametrize(
    ("content", "expected"),
    [
        ([LIST, *rows("2019-2020")], ["incident_sheet"]),
        ([["Soort", "n"], [ALL[0], 12]], ["incident_sheet"]),
        ([["Keuzelijst"], *([word] for word in ALL)], []),
        ([["Kamer", 12]], ["account_doubt"]),
    ],
)
def test_a_hidden_sheet_is_asked_about_if_it_may_count(registration, state, content, expected):
    def change(book):
        book["Oud"].sheet_state = state

    found = registration({"Nu": [LIST, *rows()], "Oud": content}, change)
    told = [defect.rule for defect in found.defects] + [
        "account_doubt" for parts in found.parts.values() for each in parts for rest in each.rest
        if rest.doubt and "incident_sheet" not in rules(found)
    ]  # fmt: skip
    assert told == expected
    assert total(found) == 30
    assert "verborgen" in reasons(found, "bladen")["blad ‘Oud’"]


def test_a_summary_in_another_form_is_a_question(registration):
    found = registration({"Nu": [LIST, *rows()], "Samenvatting": [["Soort", "n"], [ALL[0], 12]]})
    assert rules(found) == ["incident_sheet"]


def test_a_chart_and_an_empty_sheet_are_named(registration):
    def change(book):
        book.create_chartsheet("Grafiek")
        book.create_sheet("Leeg")

    found = registration({"Nu": [LIST, *rows()]}, change)
    assert rules(found) == []
    assert reasons(found, "bladen") == {
        "blad ‘Grafiek’": "een blad met alleen een grafiek",
        "blad ‘Leeg’": "een leeg blad",
    }


def beside(book):
    for number, row in enumerate([LIST, *rows("2022-2023")], start=1):
        for column, value in enumerate(row, start=5):
            book.active.cell(number, column, value)


def lower(book):
    for number, row in enumerate(rows("2022-2023"), start=14):
        for column, value in enumerate(row, start=8):
            book.active.cell(number, column, value)


def other(book):
    book.active["F1"], book.active["G1"], book.active["F2"], book.active["G2"] = "Jaar", "Telling", "2022-2023", 5


def above(book):
    book.active.insert_rows(1, 3)
    book.active["A1"], book.active["B1"] = ALL[0], 40


@pytest.mark.parametrize("change", [beside, lower, other, above])
def test_a_second_table_beside_or_above_is_refused(registration, change):
    found = registration({"x": [LIST, *rows()]}, change)
    assert rules(found) == ["table_second"]


def test_a_second_table_below_is_read(registration):
    found = registration({"x": [LIST, *rows(), [], LIST, *rows("2022-2023", 4)]})
    assert (rules(found), total(found)) == ([], 70)
    head = ["Categorie", "2020-2021"]
    body = [[word, 1] for word in ALL]
    found = registration({"x": [head, *body, [], ["Categorie", "2021-2022"], *body]})
    assert (rules(found), total(found)) == ([], 20)


def test_a_table_of_another_place_below_is_refused(registration):
    found = registration({"x": [LIST, *rows(), [], ["Locatie Noord"], LIST, *rows(count=4)]})
    assert "incident_double" in rules(found)


@pytest.mark.parametrize(
    ("name", "values", "expected"),
    [
        ("Opmerking", ["x", "y"], []),
        ("Nr", [1, 2], []),
        ("Leeftijd", [17, 21], ["incident_column"]),
        ("Aantal betrokkenen", [1, 2], ["incident_column"]),
        ("Aantal", [12, 9], []),
        ("AANTAL ", [12, 9], []),
        ("Aantal", [12, "onbekend"], []),
        ("Aantal", [12, 0.5], ["incident_count"]),
    ],
)
def test_a_column_of_a_log_is_counted_left_out_or_asked_about(registration, name, values, expected):
    body = [[datetime.date(2021, 9, 1), ALL[0], values[0]], [datetime.date(2021, 10, 1), ALL[0], values[1]]]
    found = registration({"Log": [["Datum", "Soort incident", name], *body]})
    assert rules(found) == expected
    known = counts(found.frame)["2021-2022", FIRST]
    if name.strip().lower() == "aantal":
        assert (known == 21) if values == [12, 9] else pd.isna(known)
    elif not expected:
        assert known == 2
        assert f"kolom ‘{name}’" in reasons(found, "kolommen")


def test_a_log_over_two_sheets_is_one_log(registration):
    head = ["Datum", "Soort incident"]
    sheets = {str(year): [head, [datetime.date(year, 9, 1), ALL[0]]] for year in (2021, 2022)}
    found = registration(sheets)
    assert rules(found) == []
    assert (counts(found.frame)["2021-2022", FIRST], counts(found.frame)["2022-2023", FIRST]) == (1, 1)


def test_figures_of_a_list_that_are_not_used_are_in_doubt(registration):
    found = registration({"x": [[*LIST, "Gemeld bij politie"], *([*row, 9] for row in rows())]})
    assert (rules(found), total(found)) == ([], 30)
    assert reasons(found, "kolommen") == {"kolom ‘Gemeld bij politie’": "getallen die niet zijn gebruikt"}


def hidden_rows(book):
    book.active.row_dimensions[3].hidden = True


def hidden_column(book):
    book.active.column_dimensions["B"].hidden = True


def filtered(book):
    hidden_rows(book)
    book.active.auto_filter.ref = "A1:C11"
    book.active.auto_filter.add_filter_column(1, [ALL[0]])


@pytest.mark.parametrize(
    ("change", "found", "where"),
    [
        (hidden_rows, "verborgen rijen", "rij 3"),
        (hidden_column, "verborgen kolommen", "kolom B"),
        (filtered, "filter", "rij 3"),
    ],
)
def test_what_excel_does_not_show_is_read_and_told(registration, change, found, where):
    read = registration({"x": [LIST, *rows()]}, change)
    (defect,) = read.defects
    assert defect.rule == "account_doubt"
    assert found in defect.found and where in defect.where
    assert total(read) == 30


def test_comments_on_cells_are_counted(registration):
    def change(book):
        book.active["C2"].comment = Comment("vraag Jan", "wij")

    found = registration({"x": [LIST, *rows()]}, change)
    (parts,) = (each for each in found.parts["incidenten_99AA.xlsx"] if each.kind == "opmerkingen")
    assert (parts.total, parts.used) == (1, 0)


def test_notes_under_a_table_are_left_out_and_what_may_be_a_kind_is_not(registration):
    found = registration(
        {"x": [LIST, *rows(), [], ["* voorlopige cijfers"], ["Bron: eigen registratie van de school"]]}
    )
    assert (rules(found), total(found)) == ([], 30)
    assert reasons(found, "rijen")["rij 13-14"] == "een toelichting onder de tabel"
    found = registration({"x": [LIST, *rows(), ["2021-2022", "stalking", 4]]})
    assert rules(found) == ["incident_category"]


def test_rows_are_those_of_excel(registration):
    def change(book):
        book.active.row_dimensions[6].hidden = True

    found = registration(
        {"x": [["Titel"], [], LIST, [], *rows(words=ALL[:3]), [], ["2021-2022", "stalking", 1]]}, change
    )
    assert "rij 9" in next(each.where for each in found.defects if each.rule == "incident_category")


NUMBERED = [(not number, word) for number, word in enumerate(ALL)]


# merged cells, capitals, what cannot be seen


def test_merged_labels_hold_in_every_row(registration):
    head = ["Locatie", *LIST]
    body = [
        [place, "2021-2022", ALL[0], 1] if first else [None, None, word, 1]
        for place in "NZ"
        for first, word in NUMBERED
    ]

    def change(book):
        for column in "AB":
            book.active.merge_cells(f"{column}2:{column}11")
            book.active.merge_cells(f"{column}12:{column}21")

    found = registration({"x": [head, *body]}, change)
    assert (rules(found), total(found)) == ([], 20)


def test_a_merged_count_is_refused(registration):
    def change(book):
        book.active.merge_cells("C2:C3")

    found = registration({"x": [LIST, *rows()]}, change)
    assert rules(found) == ["incident_count"]
    assert "samengevoegde cellen" in found.defects[0].found


@pytest.mark.parametrize("mark", ["\u200b", "\ufeff", "\u00a0", "\u00ad", "\u2060", "\u200e", "\t", "\n", "  "])
def test_what_cannot_be_seen_makes_no_other_word(registration, mark):
    head = ["Schooljaar", f"Soort{mark}", f"{mark}AANTAL"]
    body = [[f"2021-2022{mark}", mark + word.upper(), 3] for word in ALL]
    found = registration({"x": [head, *body]})
    assert (rules(found), total(found)) == ([], 30)


def test_a_message_shows_what_cannot_be_seen_and_says_what_is_nearest(registration):
    found = registration({"x": [LIST, ["2021-2022", "fysiek\u200b gewelt", 3]]})
    (defect,) = found.defects
    assert "fysiek gewelt" in defect.found and "fysiek geweld" in defect.allowed
    found = registration({"x": [["Schooljar", "Soort", "Aantal"], *rows()]})
    assert "‘Schooljar’ lijkt op ‘Schooljaar’" in found.defects[0].found


def test_words():
    assert tidy(" a\u200b\u00a0 b\n") == "a b"
    assert same("ÉÉN") == same("één")
    assert visible("Soort\u200b ") == "Soort‹U+200B›‹U+0020›"
    assert visible("a\u00a0b") == "a‹U+00A0›b"
    assert nearest("drugs & alcohol", CROSSWALK.categories) == "drugs en alcohol"
    assert nearest("xyz", CROSSWALK.categories) == ""


# formulas


def stored(path, outcome, kind=""):
    """Two formulas, of which the file holds this outcome."""
    book = openpyxl.Workbook()
    for row in [LIST, *rows()]:
        book.active.append(row)
    book.active["C2"] = "=1+1"
    book.save(path)

    def change(name, part):
        if name != "xl/worksheets/sheet1.xml":
            return part
        for empty in (b"<v></v>", b"<v/>", b"<v />"):
            part = part.replace(b"<f>1+1</f>" + empty, b"<f>1+1</f>" + outcome)
        return part.replace(b'<c r="C2">', f'<c r="C2"{kind}>'.encode())

    samples.repacked(path, change)


@pytest.mark.parametrize(
    ("outcome", "kind", "expected", "status"),
    [
        (b"<v>5</v>", "", [], "exact"),
        (b"<v></v>", ' t="str"', [], "unknown"),
        (b"<v/>", ' t="str"', [], "unknown"),
        (b"", ' t="str"', [], "unknown"),
        (b"<v></v>", "", ["file_unreadable"], None),
        (b"<v>0</v>", "", ["file_unreadable"], None),
        (b"<v>#N/A</v>", ' t="e"', ["incident_count"], "unknown"),
    ],
)
def test_the_outcome_of_a_formula_is_what_the_file_holds(registration, outcome, kind, expected, status):
    found = registration(lambda path: stored(path, outcome, kind))
    assert rules(found) == expected
    own = found.frame[found.frame["category"].astype(str) == FIRST]
    assert own["status"].astype(str).tolist() == ([status] if status else [])


# dates


@pytest.mark.parametrize(
    "text",
    [
        *("14-09-2021", "14-9-2021", "14/9/2021", "14.09.2021", "14-09-21", "20210914", "2021-09-14", "2021/09/14"),
        *("14-09-2021 10:15:30", "14-09-2021 10:15", "2021-09-14 10:15:30.123", "14 September 2021 10:15"),
        *("2021-09-14T10:15:30", "2021-09-14T10:15:30Z", "2021-09-14T10:15:30+02:00"),
        *("14 september 2021", "14 sep 2021", "14 sept. 2021", "dinsdag 14 september 2021", "14-sep-2021"),
        *(44453, 44453.4, datetime.datetime(2021, 9, 14, 10)),
    ],
)
def test_usual_forms_of_a_date(text):
    found = dates.read([text, None])
    assert found.values == [datetime.date(2021, 9, 14), None]
    assert found.question == ""


@pytest.mark.parametrize(
    "text", ["202111", 202111, "2021", 2021, "14", 14, "31-02-2021", "14-09", "september 2021", "2021-9", "1-2021",
             "00000000", "14-09-2021 25:15", True, "gisteren", "44453", 12.5, datetime.time(10)],
)  # fmt: skip
def test_what_is_no_date(text):
    assert dates.read([text]).values == [None]


@pytest.mark.parametrize(
    ("values", "question"),
    [
        (["09/14/2021", "03/04/2021"], "Amerika"),
        (["9-14-2021", "9-15-2021"], "Amerika"),
        (["03/04/2021", "05/06/2021"], "verwisseld"),
        ([datetime.date(2021, 4, 3), "14-09-2021"], "Excel dag en maand verwisseld"),
        (["03-04-2021", "05-06-2021"], ""),
        (["03/04/2021", "14/09/2021"], ""),
        ([datetime.date(2021, 4, 30), "14-09-2021"], ""),
        (["21-09-14", "21-10-03"], "dag en jaar verwisseld"),
        (["14-09-21", "03-10-21"], ""),
    ],
)
def test_day_and_month_are_asked_where_they_cannot_be_told(values, question):
    assert (question in dates.read(values).question) if question else dates.read(values).question == ""


def test_a_form_that_the_crosswalk_names_is_no_question():
    found = dates.read(["03/04/2021"], "mdy")
    assert (found.values, found.question) == ([datetime.date(2021, 3, 4)], "")


def test_day_and_month_have_one_order_in_a_column():
    found = dates.read(["14-09-2021", "15-09-2021", "2021-09-16", "9-17-2021"])
    assert found.values == [*(datetime.date(2021, 9, day) for day in (14, 15, 16)), None]


def test_an_evening_in_another_zone_is_the_next_day_here():
    assert dates.read(["2021-07-31T22:30:00Z"]).values == [datetime.date(2021, 8, 1)]


@pytest.mark.parametrize("value", [202111, "202111", "09/14/2021"])
def test_a_log_with_dates_that_cannot_be_told_is_refused(registration, value):
    found = registration({"Log": [["Datum", "Soort incident"], [value, ALL[0]], [value, ALL[1]]]})
    assert rules(found) == ["incident_period"]


def test_a_log_with_numbers_of_days(registration):
    found = registration({"Log": [["Datum", "Soort incident"], [44453, ALL[0]]]})
    assert counts(found.frame)["2021-2022", FIRST] == 1


def test_dates_since_1904(registration):
    def change(book):
        book.epoch = openpyxl.utils.datetime.CALENDAR_MAC_1904

    found = registration({"Log": [["Datum", "Soort incident"], [datetime.datetime(2021, 9, 14), ALL[0]]]}, change)
    assert counts(found.frame)["2021-2022", FIRST] == 1


# files that are not what they say


def listed(path):
    book = openpyxl.Workbook()
    for row in [LIST, *rows()]:
        book.active.append(row)
    book.save(path)
    return path


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


def test_names_in_other_capitals_or_with_invisible_marks_are_the_expected_ones(table):
    found = table({"Data": [["BRIN\u200b", "Gewicht "], *BODY]})
    assert list(found.frame.columns) == ["brin", "gewicht"]
    assert any("gelezen als ‘brin’" in fact for fact in found.facts)


@pytest.mark.parametrize("row", [["brin", "gewicht"], [None, None, None, 12]])
def test_a_second_table_on_the_sheet_is_told(table, row):
    found = table({"Data": [["brin", "gewicht"], *BODY, [], row, *BODY]})
    assert "table_second" in [doubt.rule for doubt in found.doubts]


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
