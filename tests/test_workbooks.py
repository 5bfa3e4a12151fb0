"""Registrations in workbooks with traits that real ones have: read rightly, or refused with a line."""

import datetime

import openpyxl
import pandas as pd
import pytest
import samples
from books import (
    ALL,
    CROSSWALK,
    FIRST,
    LIST,
    hidden_column,
    hidden_rows,
    reasons,
    rows,
    rules,
    total,
)
from openpyxl.comments import Comment
from test_incidents import counts

from helpers.ingest.words import nearest, same, tidy, visible

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
        ("Keer", ["12", "9"], ["incident_column"]),
        ("Toelichting op aantal", ["12 jaar", "geen"], []),
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


@pytest.mark.parametrize("place", ["F1048576", "XFD9000"])
def test_a_cell_far_from_the_table_is_refused(registration, place):
    found = registration({"x": [LIST, *rows()]}, lambda book: book.active.__setitem__(place, "x"))
    assert rules(found) == ["file_unreadable"]
    assert "die bijna alle leeg zijn" in found.defects[0].found


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
