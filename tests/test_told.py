"""What senders write in their own words, and numbers that they hide: neither is told as it is."""

import pandas as pd
import pytest
from books import LIST, rows, write

from helpers import ingest, paths, settings
from helpers.errors import MonitorError
from helpers.ingest import crosswalks, derived, incidents, rules
from helpers.ingest.overview import UNTOLD
from helpers.ingest.problems import judge

CROSSWALK = crosswalks.load("incidents")
ALLOWED = CROSSWALK.overview.reasons
LIMITS = rules.load().limits

REMARKS = {
    "Neem contact op met mevrouw De Vries, 050-1234567, d.devries@school.example": {"identifier_text", "name_in_text"},
    "Mail d.devries@school.example": {"identifier_text"},
    "Bel 06-12345678 voor vragen": {"identifier_text"},
    "Meneer Jansen is met pensioen": {"name_in_text"},
    "Jan is ziek": {"incident_reason"},
    "Nog bezig": {"incident_reason"},
    f"  {ALLOWED[0].upper()}\u200b ": set(),
    ALLOWED[1]: set(),
    "": set(),
}


@pytest.fixture
def delivered(tmp_path):
    """The registrations of two institutions, of which the second gave this remark instead of a file."""

    def read(remark, answer="nee"):
        overview = [["BRIN", "Geleverd", "Toelichting"], ["99AA", "ja", None], ["99AB", answer, remark]]
        write(tmp_path / "overzicht.xlsx", {"x": overview})
        for code in ("99AA", *(["99AB"] if answer == "ja" else [])):
            write(tmp_path / f"incidenten_{code}.xlsx", {"x": [LIST, *rows()]})
        return incidents.read({path.name: path for path in tmp_path.iterdir()}, CROSSWALK)

    return read


@pytest.mark.parametrize("remark", REMARKS)
@pytest.mark.parametrize("answer", ["nee", "ja"])
def test_a_remark_is_told_only_if_it_stands_in_the_list(delivered, remark, answer):
    found = delivered(remark, answer)
    told = found.frame["reason"].dropna().unique().tolist()
    assert set(told) <= {*ALLOWED, UNTOLD}
    words = " ".join(map(str, found.frame.to_numpy().ravel()))
    assert not any(word in words for word in ("Vries", "Jan", "@", "050", "06-", "bezig"))
    expected = REMARKS[remark] - ({"incident_reason"} if answer == "ja" else set())
    assert {defect.rule for defect in found.defects} == expected


@pytest.mark.parametrize("remark", [remark for remark, told in REMARKS.items() if told])
def test_no_message_shows_who_is_meant(delivered, remark):
    for defect in judge(delivered(remark).defects, {}):
        assert not any(word in str(defect) for word in ("Vries", "Jansen", "school.example", "1234567", "12345678"))


def test_a_name_of_an_institution_with_an_address_of_a_person_is_refused_in_public_data_too(world):
    path = paths.EditionPaths("small").deliveries / "register.csv"
    text = path.read_text(encoding="cp1252")
    path.write_text(text.replace("Proefstad", "Proefstad (mail jan@school.example)"), encoding="cp1252")
    found = [defect for defect in ingest.ingest_source("small", "register") if defect.rule == "identifier_text"]
    assert [defect.level for defect in found] == ["refuse"]
    assert "jan@" not in str(found[0])


@pytest.mark.parametrize("reason", ["Vraag het jan@school.example", "Volgens mevrouw De Vries te laat"])
def test_a_reason_in_the_parameters_names_nobody(monkeypatch, reason):
    about = settings.load_edition("small")
    without = [settings.Without(source="staff", reason=reason), settings.Without(source="staff", reason="Te laat.")]
    with pytest.raises(MonitorError, match=r"without\.0\.reason") as caught:
        ingest.check_left_out(about.model_copy(update={"without": without}))
    assert "without.1" not in str(caught.value)
    assert reason not in str(caught.value)


def numbers(**cells):
    """Numbers of students of 2022, bol and bbl in turn, by institution."""
    found = [
        {"institution_id": code, "year": 2022, "track": "bol" if place % 2 == 0 else "bbl", "n_students": value}
        for code, values in cells.items()
        for place, value in enumerate(values)
    ]
    earlier = [{**found[0], "year": 2021, "n_students": None}]
    return pd.DataFrame(found + earlier).astype({"n_students": "Int32"})


def test_a_sum_without_hidden_numbers_is_used_in_silence():
    values, told = derived.of_latest_year(numbers(A=[600, 400]), "n_students", LIMITS)
    assert (values.to_dict(), told) == ({"A": 1000.0}, [])
    assert derived.of_latest_year(numbers(A=[600, 400]), "share_bol", LIMITS)[0].to_dict() == {"A": 0.6}


@pytest.mark.parametrize(
    ("cells", "column", "known"),
    [
        ([600, 400, None], "n_students", True),
        ([600, 400, None, None, None], "n_students", False),
        ([600, 400, None, None, None], "share_bol", False),
        ([20, None], "n_students", False),
        ([None, None], "n_students", False),
    ],
)
def test_a_sum_over_hidden_numbers_is_told_and_missing_where_much_can_be_hidden(cells, column, known):
    values, (told,) = derived.of_latest_year(numbers(A=cells, B=[5000, 5000]), column, LIMITS)
    assert values.notna().to_dict() == {"A": known, "B": True}
    assert told.rule == "enrolment_hidden"
    assert f"A {sum(cell is None for cell in cells)} van {len(cells)}" in told.found
    assert "B" not in told.found and "nan" not in told.found


@pytest.mark.parametrize(("limit", "value"), [("hidden_most", 40), ("hidden_share", 0.001)])
def test_the_limits_of_hidden_numbers_have_their_effect(limit, value):
    cells = numbers(A=[600, 400, None])
    assert derived.of_latest_year(cells, "n_students", LIMITS)[0].notna().all()
    other = LIMITS.model_copy(update={limit: value})
    assert derived.of_latest_year(cells, "n_students", other)[0].isna().all()
