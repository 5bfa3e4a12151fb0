"""Incident registrations: any layout to one taxonomy, and whose figures can be compared with whose."""

import datetime

import openpyxl
import pandas as pd
import pytest

from helpers import schema
from helpers.ingest import comparability, crosswalks, incidents
from helpers.ingest.registration import calendar_year, school_year

WORDS = {code: word for word, code in crosswalks.load("incidents").categories.items()}
ALL = [WORDS[code] for code in schema.INCIDENT_CATEGORIES]


def write(folder, name, sheets):
    book = openpyxl.Workbook()
    book.remove(book.active)
    for title, rows in sheets.items():
        sheet = book.create_sheet(title)
        for row in rows:
            sheet.append(row)
    book.save(folder / name)
    return name, folder / name


def read(folder, delivered, without=None, names=None):
    """Read workbooks by code; institutions with a text instead of sheets gave that reason."""
    overview = [["BRIN", "Geleverd", "Toelichting"]]
    files = {}
    for code, content in delivered.items():
        given = isinstance(content, dict)
        overview.append([code, "ja" if given else "nee", None if given else content])
        if given:
            name, path = write(folder, f"incidenten_{code}.xlsx", content)
            files[name] = path
    name, path = write(folder, "overzicht.xlsx", {"Overzicht": overview})
    return incidents.read({name: path, **files}, crosswalks.load("incidents"), without, names)


def long(year="2021-2022", count=3, words=ALL):
    return {"Blad1": [["Schooljaar", "Soort", "Aantal"], *([year, word, count] for word in words)]}


def counts(frame, code="99AA"):
    own = frame[frame["institution_id"] == code]
    return {(row.period, str(row.category)): row.count_ for row in own.rename(columns={"count": "count_"}).itertuples()}


@pytest.mark.parametrize(
    ("word", "year"),
    [
        ("2021/22", "2021-2022"),
        ("2021-2022", "2021-2022"),
        ("Schooljaar 2021-'22", "2021-2022"),
        ("2099/00", None),
        ("21/22", "2021-2022"),
        ("2021", None),
        ("2021-2023", None),
        ("", None),
    ],
)
def test_a_school_year(word, year):
    assert school_year(word) == ("2099-2100" if word == "2099/00" else year)


@pytest.mark.parametrize(
    ("word", "year"), [("2021", "2021"), ("Kalenderjaar 2021", "2021"), ("2021-2022", None), ("1", None)]
)
def test_a_calendar_year(word, year):
    assert calendar_year(word) == year


def test_what_is_not_known_is_never_zero(tmp_path):
    rows = [["Schooljaar", "Soort", "Aantal"]]
    given = [0, None, "n.v.t.", "<5", "1.204", 7.0]
    rows += [["2021-2022", word, count] for word, count in zip(ALL, given, strict=False)]
    found = read(tmp_path, {"99AA": {"x": rows}})
    own = found.frame.set_index(found.frame["category"].astype(str)).loc[list(schema.INCIDENT_CATEGORIES[: len(given)])]
    assert own["status"].astype(str).tolist() == ["exact", "unknown", "unknown", "censored", "exact", "exact"]
    assert own["count"].isna().tolist() == [False, True, True, True, False, False]
    assert own["count"].dropna().tolist() == [0, 1204, 7]
    assert [defect.rule for defect in found.defects] == ["incident_censored"]


def test_not_delivered_has_a_reason(tmp_path):
    found = read(tmp_path, {"99AA": long(), "99AB": "Geen centrale registratie", "99AC": ""})
    told = found.frame[~found.frame["delivered"]].set_index("institution_id")
    assert told.loc["99AB", "reason"] == "Geen centrale registratie"
    assert pd.isna(told.loc["99AC", "reason"]) and pd.isna(told.loc["99AC", "count"])


def test_locations_are_added_and_one_unknown_leaves_the_sum_unknown(tmp_path):
    head = ["Locatie", "Schooljaar", "Soort", "Aantal"]
    rows = [head, ["N", "2021-2022", ALL[0], 3], ["Z", "2021-2022", ALL[0], 4], ["N", "2021-2022", ALL[1], 3]]
    rows += [["Z", "2021-2022", ALL[1], "onbekend"]]
    found = read(tmp_path, {"99AA": {"x": rows}})
    first, second = schema.INCIDENT_CATEGORIES[:2]
    assert counts(found.frame)["2021-2022", first] == 7
    assert pd.isna(counts(found.frame)["2021-2022", second])


def test_a_sheet_a_location_and_a_sheet_of_totals(tmp_path):
    head = ["Soort incident per locatie", "2021/22"]
    sheets = {"A": [head, [ALL[0], 3]], "B": [head, [ALL[0], 4]], "Totaal": [head, [ALL[0], 8]]}
    found = read(tmp_path, {"99AA": sheets})
    assert counts(found.frame)["2021-2022", schema.INCIDENT_CATEGORIES[0]] == 7
    (defect,) = found.defects
    assert defect.rule == "incident_total"
    assert "8" in defect.found and "7" in str(defect)


@pytest.mark.parametrize("word", ["Totaal", "alle locaties", "Hele instelling", "Instelling totaal", "Samen"])
def test_all_locations_together_are_no_location(tmp_path, word):
    head = ["Locatie", "Schooljaar", "Soort", "Aantal"]
    rows = [head, *([place, "2021-2022", ALL[0], count] for place, count in (("N", 3), ("Z", 4), (word, 7)))]
    found = read(tmp_path, {"99AA": {"x": [*rows, [word, "2021-2022", ALL[1], 5]]}})
    first, second = schema.INCIDENT_CATEGORIES[:2]
    assert (found.defects, counts(found.frame)["2021-2022", first]) == ([], 7)
    assert counts(found.frame)["2021-2022", second] == 5  # no parts are there
    head = ["Soort incident per locatie", "2021/22"]
    sheets = {"A": [head, [ALL[0], 3]], word: [head, [ALL[0], 8]], "B": [head, [ALL[0], 4]]}
    found = read(tmp_path, {"99AA": sheets})
    assert counts(found.frame)["2021-2022", first] == 7
    assert [defect.rule for defect in found.defects] == ["incident_total"]


def test_a_total_that_adds_up_is_silent_and_one_that_does_not_is_named(tmp_path):
    head = ["Categorie (kalenderjaar)", "2020", "2021"]
    rows = [["Titel"], head, [ALL[0], 1, 2], [ALL[1], 3, 4], ["Totaal", 4, 7]]
    found = read(tmp_path, {"99AA": {"x": rows}})
    (defect,) = found.defects
    assert (defect.rule, defect.institution) == ("incident_total", "99AA")
    assert "2021" in str(defect) and "2020" not in str(defect)
    assert set(found.frame["period_kind"].astype(str)) == {"calendar_year"}


def test_a_log_counts_days_by_school_year(tmp_path):
    days = [datetime.date(2021, 7, 31), datetime.date(2021, 8, 1), datetime.date(2022, 7, 31)]
    rows = [["Datum", "Soort incident", "Locatie"], *([day, ALL[0], "x"] for day in days)]
    found = counts(read(tmp_path, {"99AA": {"x": rows}}).frame)
    first, second = schema.INCIDENT_CATEGORIES[:2]
    assert (found["2020-2021", first], found["2021-2022", first]) == (1, 2)
    assert found["2021-2022", second] == 0  # who keeps a log and wrote nothing down, registered none


def title(sheets):
    return {"99AC": sheets["Blad1"]}


def in_rows(change):
    """One text among the rows of a registration."""

    def put(sheets):
        change(sheets["Blad1"])
        return sheets

    return put


NAMES = {"99AA": "ROC Proefstad", "99AC": "Groencollege Modelveld"}


@pytest.mark.parametrize(
    ("change", "found"),
    [
        (title, "de code 99AC in de naam van het blad"),
        (lambda sheets: {"Groencollege modelveld": sheets["Blad1"]}, "de naam ‘Groencollege Modelveld’ in de naam"),
        (in_rows(lambda rows: rows.insert(0, ["incidenten 99ac"])), "de code 99AC boven de tabel"),
        (in_rows(lambda rows: rows.insert(0, ["Opgave van Groencollege Modelveld"])), "de naam ‘Groencollege"),
        (in_rows(lambda rows: rows[0].append("98ZZ")), "de code 98ZZ naast of onder de tabel"),
        (in_rows(lambda rows: rows[1].extend([None, "99ac"])), "de code 99AC naast of onder de tabel"),
        (in_rows(lambda rows: rows.extend([[], ["* opgave van 99AC"]])), "de code 99AC naast of onder de tabel"),
    ],
)
def test_another_institution_is_named_anywhere_outside_of_the_figures(tmp_path, change, found):
    delivered = {"99AA": change(long()), "99AC": "Geen capaciteit om aan te leveren"}
    defects = read(tmp_path, delivered, names=NAMES).defects
    assert [defect.rule for defect in defects] == ["incident_other_code"]
    assert found in str(defects[0])


@pytest.mark.parametrize("said", ["ROC Proefstad, 99AA", "op de 18de en 31st", "sinds de fusie"])
def test_what_names_no_other_institution(tmp_path, said):
    sheets = {"Blad1": [[said], *long()["Blad1"]]}
    assert read(tmp_path, {"99AA": sheets}, names=NAMES).defects == []


def test_a_double_cell_is_not_added(tmp_path):
    rows = [["Schooljaar", "Soort", "Aantal"], ["2021-2022", ALL[0], 3], ["2021/22", ALL[0].upper(), 3]]
    found = read(tmp_path, {"99AA": {"x": rows}})
    assert [defect.rule for defect in found.defects] == ["incident_double"]


def test_who_can_be_compared_with_whom_and_why_not(tmp_path):
    calendar = {"x": [["Categorie (kalenderjaar)", "2021"], *([word, 1] for word in ALL)]}
    found = read(
        tmp_path,
        {
            "99AA": long(),
            "99AB": long(words=ALL[:-1]),
            "99AC": calendar,
            "99AD": "Geen capaciteit om aan te leveren",
            "99AF": long("2019-2020"),
        },
    )
    assert comparability.reference(found.frame) == ("school_year", "2021-2022")
    table = comparability.comparability(found.frame, ["99AA", "99AB", "99AC", "99AD", "99AE", "99AF"])
    table = table.set_index("institution_id")
    assert table["comparable"].tolist() == ["full", "partial", "none", "none", "none", "none"]
    assert "registreert per kalenderjaar" in table.loc["99AC", "reason"]
    assert table.loc["99AD", "reason"] == "Geen capaciteit om aan te leveren"
    assert table.loc["99AE", "reason"] == comparability.NO_NEWS
    assert table.loc["99AF", "reason"] == "heeft geen cijfers over 2021-2022"
    assert schema.LABELS["category"][schema.INCIDENT_CATEGORIES[-1]] in table.loc["99AB", "reason"]


def test_rates_are_given_only_where_figures_compare(tmp_path):
    calendar = {"x": [["Categorie (kalenderjaar)", "2021"], *([word, 100] for word in ALL)]}
    found = read(tmp_path, {"99AA": long(count=3), "99AB": long(count=5, words=ALL[:1]), "99AC": calendar})
    register = pd.DataFrame({"institution_id": ["99AA", "99AB", "99AC"], "n_students": [1000, 3000, 500]})
    rates = comparability.rates(found.frame, register).set_index("category")
    first, second = schema.INCIDENT_CATEGORIES[:2]
    assert rates.loc[first, ["institutions", "count", "students"]].tolist() == [2, 8, 4000]
    assert rates.loc[first, "rate"] == pytest.approx(2.0)
    assert rates.loc[second, ["institutions", "count", "students"]].tolist() == [1, 3, 1000]


def test_nobody_delivered(tmp_path):
    found = read(tmp_path, {"99AA": "Geen capaciteit om aan te leveren"})
    assert comparability.reference(found.frame) is None
    register = pd.DataFrame({"institution_id": ["99AA"], "n_students": [1000]})
    assert comparability.rates(found.frame, register).empty


def test_an_institution_that_is_left_out(tmp_path):
    found = read(tmp_path, {"99AA": long(), "99AB": {"x": [["onzin"]]}}, {"99AB": "bestand onleesbaar"})
    assert found.defects == []
    assert found.frame.set_index("institution_id").loc["99AB", "reason"] == "bestand onleesbaar"
