"""Counts and dates as institutions write them: what they are, what they are not, and what is asked."""

import datetime

import openpyxl
import pytest
from books import (
    ALL,
    CROSSWALK,
    FIRST,
    LIST,
    rows,
    rules,
    total,
)
from test_incidents import counts

from helpers.ingest import counts as cells
from helpers.ingest import dates

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


@pytest.mark.parametrize("year", [2012, 2099])
def test_a_mistyped_year_in_a_log_is_asked_about(registration, year):
    days = [*[datetime.date(2020, 9, 1)] * 5, *[datetime.date(2022, 9, 1)] * 5, datetime.date(year, 9, 1)]
    found = registration({"Log": [["Datum", "Soort incident"], *([day, ALL[0]] for day in days)]})
    assert rules(found) == ["incident_period"]
    assert "rij 12" in str(found.defects[0]) and f"01-09-{year}" in str(found.defects[0])
    assert {period for period, _ in counts(found.frame)} == {"2020-2021", "2021-2022", "2022-2023"}


def test_a_log_with_an_incident_here_and_there_is_no_mistake(registration):
    days = [datetime.date(2018, 9, 1), datetime.date(2022, 9, 1)]
    found = registration({"Log": [["Datum", "Soort incident"], *([day, ALL[0]] for day in days)]})
    assert rules(found) == []


def test_a_log_with_numbers_of_days(registration):
    found = registration({"Log": [["Datum", "Soort incident"], [44453, ALL[0]]]})
    assert counts(found.frame)["2021-2022", FIRST] == 1


def test_dates_since_1904(registration):
    def change(book):
        book.epoch = openpyxl.utils.datetime.CALENDAR_MAC_1904

    found = registration({"Log": [["Datum", "Soort incident"], [datetime.datetime(2021, 9, 14), ALL[0]]]}, change)
    assert counts(found.frame)["2021-2022", FIRST] == 1
    bare = registration({"Log": [["Datum", "Soort incident"], [44453 - 1462, ALL[0]]]}, change)
    assert counts(bare.frame)["2021-2022", FIRST] == 1
