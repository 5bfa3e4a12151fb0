"""The one page that shows where an institution stands, whatever is there to show."""

from __future__ import annotations

import json
from dataclasses import replace

import pandas as pd
import pytest
from cells import annex, run_cells
from pypdf import PdfReader
from test_chapters import change_students, keep_of

from helpers import execute, paths, report, settings, tables
from helpers.chapters import picture
from helpers.render import preview
from helpers.render.stitch import Part, metadata, write_source

PICTURE = "0-picture"
OWN, SECTOR, EXPECTED = "eigen instelling", "alle instellingen", picture.EXPECTED


def told(monkeypatch, unit):
    """What the page says, and the data behind its figure."""
    text = run_cells(monkeypatch, "0-picture", "small", unit)
    return text, annex(paths.EditionPaths("small").unit(unit), "fig-beeld")


def now(data, people="studenten"):
    """Rows of the last measurement of a population, by scope."""
    rows = data[data["people"] == people]
    return rows[(rows["wave"] == rows["wave"].max()) | rows["wave"].isna()].set_index("scope")


def test_students_and_staff_stand_beside_the_sector_and_earlier_waves(ready, monkeypatch):
    text, data = told(monkeypatch, "99AA")
    assert text.count("![") == 1
    assert set(data["people"]) == {"studenten", "medewerkers"}
    assert set(data.loc[data["people"] == "studenten", "wave"].dropna()) == {2016, 2018, 2020, 2022}
    assert {OWN, SECTOR} <= set(now(data).index)
    assert "tussen 2016 en 2022" in text
    assert "te weinig vergelijkbare instellingen" in text


def test_the_page_tells_the_same_shares_as_the_chapters(ready, monkeypatch):
    _, data = told(monkeypatch, "99AA")
    run_cells(monkeypatch, "1-student-safety", "small", "99AA")
    state = annex(paths.EditionPaths("small").unit("99AA"), "tbl-studenten-stand").set_index("scope")
    for scope in (OWN, SECTOR):
        assert now(data).loc[scope, ["safe", "n"]].tolist() == state.loc[scope, ["safe", "n"]].tolist()


def test_without_staff_the_page_shows_students_and_the_sectors_staff(ready, monkeypatch):
    text, data = told(monkeypatch, "99AC")
    assert OWN in now(data).index
    assert list(now(data, "medewerkers").index) == [SECTOR]
    assert "Over medewerkers van deze instelling mag niets worden getoond" in text


@pytest.mark.parametrize("count", [0, 1, 9])
def test_too_few_respondents_are_not_shown(ready, monkeypatch, count):
    change_students(keep_of("99AB", count))
    text, data = told(monkeypatch, "99AB")
    assert "Over studenten van deze instelling mag niets worden getoond" in text
    own = data[(data["people"] == "studenten") & data["scope"].isin((OWN, EXPECTED))]
    assert own[["n", "safe", "safe_low", "safe_high", "observed", "excess"]].isna().all(None)


def test_one_wave_only_has_no_trend(ready, monkeypatch):
    change_students(lambda rows: rows.iloc[:0], waves=(2016, 2018, 2020))
    text, data = told(monkeypatch, "99AA")
    shown = data[data["safe"].notna()]
    assert set(shown.loc[shown["people"] == "studenten", "wave"]) == {2022}
    assert "Per meting" not in text


def test_a_source_that_is_left_out_is_told(ready, monkeypatch):
    about = settings.load_edition("small")
    left = about.model_copy(update={"without": [settings.Without(source="staff", reason="niet afgenomen")]})
    monkeypatch.setattr(report.Report, "about", left)
    text, data = told(monkeypatch, "99AA")
    assert set(data["people"]) == {"studenten"}
    assert "niet afgenomen" in text


def expectation(monkeypatch, **changes):
    """The composition model's row of 99AA, as it would be with enough institutions."""
    row = {
        "institution_id": "99AA",
        "n_model": 400,
        "observed": 0.784,
        "observed_low": 0.76,
        "observed_high": 0.806,
        "expected": 0.84,
        "excess": -0.056,
        "excess_low": -0.08,
        "excess_high": -0.03,
        **changes,
    }
    read = tables.read_analysis

    def with_row(edition, name):
        found = read(edition, name)
        return pd.DataFrame([row]) if name == "expected_students" else found

    monkeypatch.setattr(tables, "read_analysis", with_row)


def test_what_is_expected_stands_beside_what_was_found(ready, monkeypatch):
    expectation(monkeypatch)
    text, data = told(monkeypatch, "99AA")
    assert now(data).loc[EXPECTED, "safe"] == 0.84
    assert "was 84,0% te verwachten; wat is gevonden, ligt duidelijk lager." in text
    assert "samenstelling van de groep past" in text


def test_nothing_is_expected_on_too_few_respondents(ready, monkeypatch):
    expectation(monkeypatch, n_model=9)
    text, data = told(monkeypatch, "99AA")
    assert EXPECTED not in set(data["scope"])
    assert "te verwachten;" not in text


def test_an_expectation_does_not_tell_a_share_that_is_hidden_for_being_extreme(ready, monkeypatch):
    few = keep_of("99AA", 20)

    def all_safe(rows):
        kept = few(rows)
        return kept.assign(feels_safe=kept["feels_safe"].where(kept["institution_id"] != "99AA", 5))

    change_students(all_safe)
    expectation(monkeypatch, n_model=12)
    _, data = told(monkeypatch, "99AA")
    assert EXPECTED not in set(data["scope"])


def test_each_population_is_released_by_the_rules_of_its_own_source(ready, monkeypatch):
    rules = settings.load_settings()
    stricter = rules.rulebook.model_dump()
    stricter["sources"] = {"staff": {"minimum_respondents": {"value": 500, "reason": "Strenger voor medewerkers."}}}
    book = type(rules.rulebook).model_validate(stricter)
    monkeypatch.setattr(settings, "load_settings", lambda: replace(rules, rulebook=book))
    _, data = told(monkeypatch, "99AA")
    assert OWN in now(data).index
    assert OWN not in now(data, "medewerkers").index


def test_an_institution_that_joined_later_has_its_own_trend(ready, monkeypatch):
    change_students(lambda rows: rows[rows["institution_id"] != "99AA"].reset_index(drop=True), waves=(2016,))
    text, _ = told(monkeypatch, "99AA")
    assert "van deze instelling dat zich veilig voelt is tussen 2018 en 2022" in text


def test_comparable_institutions_stand_there_where_there_are_enough(ready, monkeypatch):
    read = tables.read_analysis

    def with_group(edition, name):
        found = read(edition, name)
        if name == "comparable":
            return found.assign(group="roc|<5000", label="roc's met minder dan 5.000 studenten", n_institutions=4)
        if name.startswith("benchmarks_"):
            return pd.concat([found, found.assign(scope="comparable:roc|<5000")], ignore_index=True)
        return found

    monkeypatch.setattr(tables, "read_analysis", with_group)
    text, data = told(monkeypatch, "99AA")
    assert (now(data).loc["vergelijkbare instellingen", "n"] % 20) == 0
    assert "bij vergelijkbare instellingen is het" in text
    assert "roc's met minder dan 5.000 studenten (4 instellingen" in text


@pytest.mark.nation
@pytest.mark.parametrize("unit", ["90AA", "91EB"])
def test_with_all_that_can_be_there_it_is_one_page(nation, monkeypatch, tmp_path, unit):
    """Comparable institutions, what is expected, both populations, four waves. Both renderers' PDFs have one frame."""
    monkeypatch.setattr(paths.EditionPaths, "unit", lambda self, unit: tmp_path / "unit")
    for table in tables.OWN_TABLES:
        tables.write_slices(nation, table, [unit])
    text = run_cells(monkeypatch, "0-picture", nation, unit)
    data = annex(tmp_path / "unit", "fig-beeld")
    assert data.groupby("people")["scope"].nunique().to_dict() == {"medewerkers": 4, "studenten": 4}
    title = json.loads(execute.notebook_path("0-picture").read_text(encoding="utf-8"))["cells"][0]["source"]
    parts = [Part("0", "".join(title) + "\n\n" + text), Part("1", "# Wat daarna komt\n\nEen zin.\n")]
    meta = {**metadata(settings.load_edition(nation), unit), "data": []}
    write_source(tmp_path / "source", parts, meta, tmp_path / "unit", several=False)
    (tmp_path / "made").mkdir()
    preview.render(tmp_path / "source", tmp_path / "made")
    reader = PdfReader(tmp_path / "made" / "report.pdf")
    starts = [reader.get_destination_page_number(each) for each in reader.outline]
    assert starts[2] == starts[1] + 1
