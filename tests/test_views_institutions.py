"""Views on differences between institutions and on the multilevel models: what they release, and what is told of it."""

import pandas as pd
import pytest
from cells import run_cells
from test_chapters import change_students, keep_of

from helpers import paths, settings
from helpers.chapters import modelled, places
from helpers.chapters.view import Absent
from helpers.errors import MonitorError
from helpers.models import specification
from helpers.story import Report, template
from helpers.values import Hidden, Label


@pytest.fixture
def chapter(ready, tmp_path, monkeypatch):
    """A chapter on students or staff of a unit of the small world."""
    monkeypatch.setenv(paths.UNIT_FOLDER, str(tmp_path / "unit"))
    return lambda unit, name="1-student-safety": Report(edition="small", unit=unit, wave=2022, chapter=name)


def told(sentence, **names):
    return template.render(sentence, names).text


def all_safe(unit, count):
    """A few students of a unit, who all feel safe."""
    keep = keep_of(unit, count)

    def change(rows):
        rows = keep(rows)
        rows.loc[rows["institution_id"] == unit, "feels_safe"] = 5
        return rows

    return change


def institutions(monkeypatch, shares, untold=()):
    """As if the world had so many institutions, some of which may not be shown."""
    names = [f"98{place:02d}" for place in range(len(shares))]
    rows = pd.DataFrame({"institution_id": names, "safe": shares, "n": 400, "n_effective": 390.5})
    monkeypatch.setattr(places, "institution_table", lambda *_: rows)
    monkeypatch.setattr(places, "untold", lambda *_: {names[i] for i in untold})


def test_institutions_that_may_not_be_shown_count_nowhere_in_the_spread(chapter, monkeypatch):
    shares = [0.69, 0.7, 0.71, 0.72, *[0.8 + 0.001 * i for i in range(9)], 0.9, 0.91, 0.92, 0.93]
    institutions(monkeypatch, shares)
    before = chapter("sector").spread("students")
    institutions(monkeypatch, shares, untold=[0, 16])
    after = chapter("sector").spread("students")
    assert (str(before.n), str(after.n)) == ("17", "15")
    assert before.data["institutions"].sum() == 17
    assert after.data["institutions"].sum() == 15
    assert int(str(after.outside)) == int(str(before.outside)) - 2
    assert str(after.quarter.whole).endswith("%")


def test_the_data_behind_the_spread_tell_of_no_single_institution(chapter, monkeypatch):
    institutions(monkeypatch, [0.6123, *[0.75 + 0.0123 * i for i in range(12)], 0.9876])
    view = chapter("sector").spread("students")
    assert list(view.data.columns) == ["label", "institutions", "low", "high", "decimals", "hidden"]
    assert view.data["institutions"].min() >= 3
    text = told("{{ spread_text(view) }} {{ spread_short(view) }} {{ spread_title(view) }}", view=view)
    assert not any(number in text for number in ("61", "98,8", "99%"))
    assert view.figure("fig-x") is not None


def test_of_one_institution_there_is_no_spread(chapter):
    change_students(lambda rows: keep_of("99AA", 9)(keep_of("99AB", 9)(rows)))
    view = chapter("sector").spread("students")
    assert view.figure("fig-x") is None
    with pytest.raises(Hidden):
        told("{{ spread_text(view) }}", view=view)
    assert "te weinig instellingen" in told("{{ spread_few(view) }}", view=view)


@pytest.mark.parametrize(
    ("safe", "people", "said", "title"),
    [
        (
            0.801,
            20_000,
            "Dat verschil is klein, maar valt buiten de 95%-grenzen",
            "ligt iets onder de sector, buiten de 95%",
        ),
        (0.86, 20_000, "Dat verschil valt buiten de 99,8%-grenzen", "ligt boven de sector, buiten de 99,8%"),
        (0.86, 40, "Dat verschil valt binnen de grenzen", "ligt binnen de grenzen"),
    ],
)
def test_a_small_difference_outside_the_limits_of_chance_is_called_small(
    chapter, monkeypatch, safe, people, said, title
):
    """Beside "ongeveer even vaak", which the same report says of it."""
    row = {"label": "eigen instelling", "safe": safe, "n": people, "n_effective": people, "untold": False}
    monkeypatch.setattr(places, "_own_row", lambda *_: pd.DataFrame([row]))
    monkeypatch.setattr(places, "_sector_share", lambda *_: 0.808)
    view = chapter("99AA").place("students")
    assert said in told("{{ place_short(view) }}", view=view)
    assert title in told("{{ place_title(view) }}", view=view)


@pytest.mark.parametrize(
    ("count", "said"), [(0, "deden geen studenten mee"), (9, "mag niet worden getoond"), (20, "te weinig")]
)
def test_a_place_that_may_not_be_shown_is_not_told(ready, monkeypatch, count, said):
    change_students(all_safe("99AB", count))
    text = run_cells(monkeypatch, "1-student-safety", "small", "99AB")
    section = text[text.index("Instellingen\n") if "Instellingen\n" in text else 0 :]
    assert said in section
    assert "{#fig-studenten-plaats" not in text


def test_views_are_for_the_sector_or_for_an_institution(chapter):
    for name in ("spread", "after_composition", "models"):
        with pytest.raises(MonitorError, match=rf"report.{name}.*is for the sector report"):
            getattr(chapter("99AA"), name)("students")
    for name in ("place", "expected"):
        with pytest.raises(MonitorError, match=rf"report.{name}.*if not report.is_sector"):
            getattr(chapter("sector"), name)("students")


def test_a_source_that_is_left_out_gives_a_reason(chapter, monkeypatch):
    about = settings.load_edition("small")
    left = about.model_copy(update={"without": [settings.Without(source="staff", reason="niet afgenomen")]})
    monkeypatch.setattr(Report, "about", left)
    report = chapter("sector", "2-staff-safety")
    own = report.association("students", "safe", "share_non_western", "Studenten")
    other = report.association("students", "safe", "staff.safe", "Studenten en medewerkers")
    found = [report.spread("staff"), report.models("staff"), report.least_safe(), other]
    found.append(report.associations(own, other))
    assert all(isinstance(each, Absent) and "niet afgenomen" in each.reason for each in found)


def test_an_association_is_of_figures_of_institutions(chapter):
    report = chapter("sector")
    with pytest.raises(MonitorError, match="no figure 'grade'.*satisfaction_institution"):
        report.association("students", "grade", "safe", "Cijfer en veiligheid")
    with pytest.raises(MonitorError, match="not of 'teachers'"):
        report.association("students", "teachers.safe", "safe", "Docenten en studenten")
    few = report.association("students", "satisfaction_institution", "safe", "Cijfer en veiligheid")
    assert not few.r.shown
    assert not report.associations(few).known


def test_an_association_is_told_with_its_direction(chapter, monkeypatch):
    data = pd.DataFrame(
        {
            "institution_id": list("abcdefgh"),
            "safe": [0.1 * i for i in range(8)],
            "grade": [7 - 0.1 * i for i in range(8)],
            "n": 100,
        }
    )
    monkeypatch.setattr(places, "institution_table", lambda *_: data)
    view = chapter("sector").association("students", "grade", "safe", "Cijfer en veiligheid")
    names = {"view": view, "between": Label("a en b"), "rising": Label("waar meer"), "falling": Label("waar minder")}
    assert (
        told("{{ association_short(view, between, rising, falling) }}", **names) == "Waar minder: een sterke samenhang."
    )
    text = told("{{ association_text(view, between, rising, falling) }}", **names)
    assert text.startswith("Over 8 instellingen is er een sterke samenhang: waar minder (r = −1,00, interval")


EXPECTED = {
    "observed": 0.8,
    "observed_low": 0.76,
    "observed_high": 0.84,
    "expected": 0.75,
    "excess": 0.05,
    "excess_low": 0.01,
    "excess_high": 0.09,
    "shrunken": 0.79,
    "shrunken_low": 0.77,
    "shrunken_high": 0.81,
    "rank": 2,
    "rank_low": 1,
    "rank_high": 3,
}


def expect(monkeypatch, **counts):
    rows = [{"institution_id": unit, "n_model": count, **EXPECTED} for unit, count in counts.items()]
    monkeypatch.setattr(places, "_expected", lambda *_: pd.DataFrame(rows))


def test_an_expectation_that_would_tell_a_share_that_may_not_be_told_is_hidden(chapter, monkeypatch):
    expect(monkeypatch, **{"99AA": 400, "99AB": 300, "99AC": 200})
    assert told("{{ expected_text(view) }}", view=chapter("99AA").expected("students")).startswith(
        "Bij de samenstelling"
    )
    monkeypatch.setattr(places, "untold", lambda *_: {"99AA"})
    view = chapter("99AA").expected("students")
    hidden = (view.observed, view.expected, view.excess, view.shrunken, view.first, view.last)
    assert not any(value.shown for value in hidden)


def test_what_differs_from_the_expected_is_counted_over_institutions_that_may_be_shown(chapter, monkeypatch):
    expect(monkeypatch, **{"99AA": 400, "99AB": 300, "99AC": 9})
    few = chapter("sector").after_composition("students")
    assert not few.n.shown
    assert "niet te tonen" in told("{{ after_few(view) }}", view=few)
    expect(monkeypatch, **{"99AA": 400, "99AB": 300, "99AC": 9}, **{f"98{place}": 100 for place in "ABCDEF"})
    every = places._expected(None, "students")
    every["excess"] = [0.05, -0.03, 0.9, *[0.01 * place for place in range(6)]]
    monkeypatch.setattr(places, "_expected", lambda *_: every)
    view = chapter("sector").after_composition("students")
    assert (str(view.n), str(view.above), str(view.below)) == ("8", "8", "0")
    assert "Bij 8 instellingen ligt het erboven" in told("{{ after_text(view) }}", view=view)
    assert "bij 8 instellingen duidelijk boven en bij 0" in told("{{ after_title(view) }}", view=view)
    assert view.data["institutions"].sum() == 8
    own = chapter("99AB").expected("students")
    assert told("{{ expected_short(view) }}", view=own).endswith("Dat is duidelijk hoger dan verwacht.")
    hidden = chapter("99AC").expected("students")
    with pytest.raises(Hidden):
        told("{{ expected_text(view) }}", view=hidden)


def test_where_there_is_no_model_the_report_says_why(chapter):
    view = chapter("sector").models("students")
    assert view.table("tbl-x", "Modellen") is None
    with pytest.raises(Hidden):
        told("{{ models_variance(view) }}", view=view)
    assert "niet te schatten: er zijn 3 instellingen" in told("{{ models_none(view) }}", view=view)
    assert not chapter("sector").composition().there


def test_tables_of_models_name_the_group_with_which_others_are_compared():
    numbers = dict.fromkeys(specification.TERM_NUMBERS, 0.5)
    rows = [("gender", "female", "male"), ("gender", "other", "male"), ("non_western", "", "")]
    terms = pd.DataFrame([{"term": a, "category": b, "reference": c, **numbers} for a, b, c in rows])
    found = modelled.terms_cells(modelled.with_references(terms)).data
    assert list(found["label"]) == ["man (ijkgroep)", "vrouw", "anders", "per 10 procentpunt meer"]
    assert found.loc[0, ["odds_ratio", "points"]].tolist() == [1.0, 0.0]
    assert found.loc[0, ["low", "high"]].isna().all()


def test_what_models_say_of_people_and_institutions_reads_as_sentences():
    row = {"points": 0.2, "points_low": 0.18, "points_high": 0.22, "odds_ratio": 0.8, "low": 0.7, "high": 0.9}
    work = pd.DataFrame(
        [{**row, "subject": "Cijfer", "label": "-", "term": "grade_work", "category": "8 tot en met 10"}]
    )
    text = told("{{ models_satisfaction(most, 'medewerkers') }}", most=modelled.satisfied(work, "medewerkers"))
    assert "Medewerkers die hun werk een 8 of hoger geven, voelen zich duidelijk vaker veilig dan de laagste" in text
    regions = pd.DataFrame([{**row, "points": -0.2, "subject": "Regio", "label": label} for label in ("West", "Zuid")])
    sentence = "{{ models_institution(clear, 'studenten') }}"
    text = told(sentence, clear=modelled.clear_characteristics(regions))
    assert "hangt dit kenmerk van de instelling nog samen" in text
    assert "regio (West: duidelijk minder vaak veilig, 20,0 procentpunt; Zuid: duidelijk minder vaak" in text
    unclear = modelled.clear_characteristics(regions.assign(high=1.1))
    assert "hangt geen kenmerk van de instelling" in told(sentence, clear=unclear)


def test_a_fit_that_did_not_converge_or_is_singular_is_told_in_plain_words():
    base = {"n": 1000.0, "n_dropped": 50.0, "n_institutions": 20.0, "notes": "[]"}
    data = pd.DataFrame(
        [
            {**base, "label": "zonder kenmerken", "singular": True, "converged": True},
            {**base, "label": "met samenstelling", "singular": False, "converged": False},
        ]
    )
    text = told("{{ models_quality(quality, 'studenten') }}", quality=modelled.quality(data))
    assert "De berekening van het model met samenstelling is niet goed afgerond" in text
    assert "In het model zonder kenmerken is de variantie tussen instellingen op nul geschat" in text
    assert "ongeveer 50 (4,8%) vallen af" in text


def test_where_the_linear_check_differs_the_report_says_so():
    data = pd.DataFrame(
        {
            "label": ["vrouw (geslacht)", "24 en ouder (leeftijd)"],
            "logistic": ["lager", "hoger"],
            "linear": ["lager", "onduidelijk"],
            "icc": [0.01, 0.01],
        }
    )
    sentence = "{{ models_check(check, 'studenten') }}"
    text = told(sentence, check=modelled.linear_check(data))
    assert "behalve bij 24 en ouder (leeftijd): hoger, maar op de schaal onduidelijk" in text
    assert "zijn dezelfde." in told(sentence, check=modelled.linear_check(data.iloc[:1]))
    assert told(sentence, check=modelled.linear_check(data.iloc[:0])) == ""
