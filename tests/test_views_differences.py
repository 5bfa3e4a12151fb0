"""What is told of differences by characteristics and of the older survey: of the sector, of an institution, hidden."""

import json

import pandas as pd
import pytest

from helpers import characteristics, disclosure, paths
from helpers.chapters import common, differences, older_survey
from helpers.errors import MonitorError
from helpers.files import write_parquet
from helpers.story import Report, publishing


@pytest.fixture
def told(ready, monkeypatch, tmp_path):
    """A chapter of a unit, the list of what it shows, and what it gives to the summary."""
    shown: list[str] = []
    monkeypatch.setattr(publishing, "display", lambda bundle, raw, metadata: shown.append(bundle["text/markdown"]))
    monkeypatch.setenv(paths.UNIT_FOLDER, str(tmp_path / "unit"))

    def chapter(unit: str, name: str = "1-student-safety"):
        made = Report(edition="small", unit=unit, wave=2022, chapter=name)
        path = tmp_path / "unit" / f"{name}.findings.json"
        return made, shown, lambda: json.loads(path.read_text(encoding="utf-8"))

    return chapter


def tell(made: Report, groep, treats=()) -> None:
    made.tell(
        "{{ difference_by(groep) }}",
        groep=groep,
        hidden="{{ too_few_by(groep) }}",
        short="{{ difference_by_short(groep) }}",
        finding=groep.finding,
        treats=treats,
        question=3,
        weight=groep.weight,
        show=[groep.dots(), groep.table()],
    )


def test_the_sector_tells_the_difference_that_was_computed_once(told):
    made, shown, found = told("sector")
    groep = made.groups("students", "gender", "persoon")
    pairs = made.analysis("contrasts_students")
    pairs = pairs[(pairs["by"] == "gender") & (pairs["share"] == "safe")].set_index(["a", "b"])
    codes = {label: code for code, label in characteristics.load().words("gender").items()}
    gap = pairs.loc[(codes[repr(groep.most.label)], codes[repr(groep.least.label)])]
    tell(made, groep, ["S06"])
    decimals = differences.compared(groep.data)[disclosure.DECIMALS].min()  # here of the smallest group
    assert f"{abs(gap['difference']) * 100:.{decimals}f}".replace(".", ",") in repr(groep.gap)
    assert shown[0].startswith("Naar geslacht is er bij studenten een duidelijk verschil. Het aandeel dat zich veilig")
    assert f"loopt van {groep.least.safe} ({groep.least.label}) tot {groep.most.safe} ({groep.most.label})" in shown[0]
    assert "Onveilig voelt zich" in shown[0]
    assert "Per groep: " in shown[0]
    assert shown[0].endswith("Zie @fig-studenten-persoon-gender en @tbl-studenten-persoon-gender.")
    (one,) = found()
    assert one["id"] == "studenten-persoon-gender"
    assert one["at"] == "fig-studenten-persoon-gender"
    assert one["short"].startswith(f"{str(groep.least.whom).capitalize()} voelen zich duidelijk minder vaak veilig")
    assert f"Bij {groep.third.whom} is dat {groep.third.safe}." in one["short"]


def test_an_institution_tells_of_its_own_groups(told):
    made, shown, found = told("99AA")
    tell(made, made.groups("students", "grade_programme", "tevredenheid"), ["S17"])
    assert "Naar het cijfer voor de opleiding is er bij studenten een duidelijk verschil." in shown[0]
    assert found()[0]["short"].startswith("Bij deze instelling voelen studenten die hun opleiding")
    assert found()[0]["short"].count(", zich ") == 1  # the comma of a relative clause
    assert "De tabel heeft ook de cijfers van anderen." in "".join(shown)


def test_groups_that_do_not_clearly_differ_are_told_so_that_the_summary_can_take_them_together(told):
    made, shown, found = told("99AA", "2-staff-safety")
    tell(made, made.groups("staff", "age_group", "persoon"))
    assert "Naar leeftijd is er bij medewerkers geen duidelijk verschil. Veilig voelt zich" in shown[0]
    assert found()[0]["nothing"] == {
        "by": "leeftijd",
        "people": "medewerkers van deze instelling",
        "crossing": False,
    }
    assert found()[0]["short"] == "Naar leeftijd is er bij medewerkers van deze instelling geen duidelijk verschil."


def test_of_hidden_groups_nothing_is_told(told):
    made, shown, found = told("99AB")
    groep = made.groups("students", "gender", "persoon")
    tell(made, groep, ["S06"])
    assert shown[0].startswith("Er mogen te weinig groepen worden getoond om studenten naar geslacht te vergelijken.")
    assert not groep.enough
    assert not groep.most.safe.shown
    assert not groep.gap.shown
    assert found()[0]["sentence"] == found()[0]["short"] == ""
    assert found()[0]["treats"] == ["S06"]


def test_two_groups_are_compared_by_the_gap_that_allows_for_all_pairs_only(told):
    made, _, _ = told("sector")
    with pytest.raises(MonitorError, match="use the difference that their view has"):
        made.tell("{{ most.safe | compared(least.safe) }}", made.groups("students", "gender"), hidden="x")


def test_a_region_is_drawn_on_a_map_and_named_without_a_section(told):
    made, shown, _ = told("sector")
    groep = made.groups("students", "region")
    assert (groep.dots().id, groep.table().id, groep.finding) == (
        "fig-studenten-region",
        "tbl-studenten-region",
        "studenten-region",
    )
    assert type(groep.dots().draw).__name__ == "Regions"
    tell(made, groep)
    assert "naar de regio van de instelling" in shown[0]  # three institutions: too few to tell of a region
    assert "studenten die zich veilig voelen, naar regio van de instelling" in shown[-1].lower()


@pytest.mark.parametrize(
    ("unit", "by", "told_of"),
    [
        ("99AA", "gender*disability", "report of an institution .* 'gender\\*disability'.*if report.is_sector"),
        ("99AA", "region", "report of an institution .* Put it under .if report.is_sector"),
        ("sector", "role", "report of the sector there are no figures on students by 'role'; there are by gender, "),
        ("sector", "gendr", "no characteristic 'gendr'.*'gender'"),
    ],
)
def test_a_characteristic_by_which_the_report_has_no_figures_is_refused(told, unit, by, told_of):
    made, _, _ = told(unit)
    with pytest.raises(MonitorError, match=f"(?s){told_of}"):
        made.groups("students", by)
    with pytest.raises(MonitorError, match=f"(?s){told_of}"):
        made.overview("students", ["gender", by])


def frames(*rows):
    """Released rows of groups, the shares as given, and their differences: uncertain where one is small."""
    shown = pd.DataFrame([{"category": code, "label": code, "safe": safe, "hidden": ""} for code, safe, _ in rows])
    pairs = [
        {"share": "safe", "a": a, "b": b, "difference": x - y, "low": x - y - wide, "high": x - y + wide}
        for a, x, small in rows
        for b, y, tiny in rows
        if a != b
        for wide in [0.5 if small or tiny else 0.01]
    ]
    return differences.compared(shown), pd.DataFrame(pairs)


def test_where_the_ends_may_be_chance_the_largest_clear_difference_is_told():
    most, least, gap = differences.told_pair(*frames(("a", 0.8, False), ("b", 0.7, False), ("c", 0.6, True)))
    assert (most["category"], least["category"]) == ("a", "b")
    assert gap["low"] > 0
    most, least, gap = differences.told_pair(*frames(("a", 0.8, True), ("b", 0.6, True)))
    assert (most["category"], least["category"]) == ("a", "b")
    assert gap["low"] < 0
    shown, pairs = frames(("a", 0.8, False), ("b", 0.6, False))
    assert differences.told_pair(shown, pairs[pairs["a"] == "none"])[2] is None


def test_groups_that_were_not_compared_are_told_as_such(told, monkeypatch):
    none = differences.common.own_contrasts
    monkeypatch.setattr(differences.common, "own_contrasts", lambda *about: none(*about).iloc[:0])
    made, shown, found = told("sector")
    tell(made, made.groups("students", "gender"))
    assert shown[0].startswith("Naar geslacht zijn de groepen studenten niet met elkaar te vergelijken.")
    assert found()[0]["short"] == "Naar geslacht zijn de groepen studenten niet met elkaar te vergelijken."


def test_characteristics_stand_beside_each_other_the_largest_difference_first(told):
    made, shown, _ = told("sector")
    naast = made.overview("students", ["gender", "field", *characteristics.load().institution()])
    made.tell("{{ overview_reading(naast) }}", naast=naast, show=[naast.table("tbl-studenten-overzicht")])
    assert "Een effect (h) van 0,2 heet klein, van 0,5 middelgroot." in shown[0]
    size = naast.data["difference"]
    assert len(size) == 2  # of so few institutions none is compared by its own characteristics
    assert size.is_monotonic_decreasing
    assert [str(row.topic) for row in naast.rows] == list(naast.data["label"])


def test_without_groups_that_may_be_shown_there_is_no_overview(told):
    made, shown, _ = told("99AC", "2-staff-safety")
    naast = made.overview("staff", ["gender", "role"])
    made.tell("{{ overview_reading(naast) }}", naast=naast, show=[naast.table("tbl-medewerkers-overzicht")])
    assert shown == ["Er mogen te weinig groepen van medewerkers worden getoond om kenmerken naast elkaar te zetten."]


def tell_older(made: Report, population: str) -> tuple:
    veilig, slachtoffers = made.lhb(population), made.victims(population)
    made.tell(
        "{{ lhb_safe(veilig) }}",
        veilig=veilig,
        hidden="{{ lhb_too_few(veilig) }}",
        short=["{{ lhb_safe_short(veilig) }}", "{{ lhb_too_few(veilig) }}"],
        finding="S12",
        at="fig-slachtoffers",
    )
    made.tell(
        "{{ victims_told(slachtoffers) }}",
        slachtoffers=slachtoffers,
        hidden="{{ victims_too_few(slachtoffers) }}",
        short="{{ victims_short(slachtoffers) }}",
        finding="S13",
        show=[slachtoffers.dots("fig-slachtoffers"), slachtoffers.differences("tbl-slachtoffers-verschil")],
    )
    return veilig, slachtoffers


def test_the_older_survey_is_the_sectors_in_every_report(told):
    made, shown, found = told("99AB")
    veilig, slachtoffers = tell_older(made, "students")
    first, second = slachtoffers.told
    assert shown[0].startswith(
        f"In de Monitor Sociale Veiligheid 2017-2018 voelden LHB-studenten zich {veilig.gap.compared_safe} andere "
        f"studenten: {veilig.lhb.safe} tegen {veilig.others.safe}, {veilig.gap}."
    )
    assert f"slachtoffer van {first.label} {first.gap.than} andere studenten ({first.lhb} tegen" in shown[1]
    assert f"LHB-studenten waren {second.gap.compared} slachtoffer van psychisch-fysiek geweld" in shown[1]
    safe, victims = found()
    assert safe["at"] == victims["at"] == "fig-slachtoffers"  # shown after the first of them was told
    assert f"Van psychisch-fysiek geweld waren zij {second.gap.compared} slachtoffer (" in victims["short"]
    clear = slachtoffers.differences("tbl-x").cells.data["words"].eq("ja").sum()
    assert f"**Bij {clear or 'geen'} van de {len(older_survey.VIOLENCE)} soorten geweld zijn LHB-studenten" in shown[2]


def test_of_few_lhb_respondents_nothing_is_told(told):
    path = paths.EditionPaths("small").data
    for file in path.glob("students_msv*.parquet"):
        rows = pd.read_parquet(file)
        few = rows.index[rows["lhb"].fillna(False).astype(bool)][5:]
        write_parquet(file, rows.drop(few).reset_index(drop=True))
    made, shown, found = told("sector")
    tell_older(made, "students")
    assert shown[0].startswith("LHB-studenten en andere studenten mogen niet naast elkaar worden getoond (de methode")
    assert shown[1].startswith("Slachtofferschap van studenten mag niet worden getoond")
    assert found()[0]["short"] == shown[0]
    assert "Er zijn geen cijfers die getoond mogen worden." in shown[2]


def test_a_source_that_is_left_out_is_told_once_a_cell_and_shows_nothing(told, monkeypatch):
    made, shown, _ = told("sector")
    monkeypatch.setattr(made, "left_out", lambda table: "te laat")
    for by in ("gender", "age_group"):
        groep = made.groups("students", by)
        made.tell("{{ difference_by(groep) }}", groep=groep, hidden="x", show=[groep.dots(), groep.table()])
    tell_older(made, "students")
    assert set(shown) == {"Deze bron is in deze editie niet gebruikt (te laat)."}


def test_limits_of_the_sector_count_only_groups_that_may_be_shown(told):
    """Limits that hold for all pairs together would tell that there is one more, and how it answered."""
    made, _, _ = told("sector")
    rows = differences.compared(made.groups("students", "age_group").data)
    every, some = (common.own_contrasts(made, "students", "age_group", each) for each in (rows, rows.iloc[1:]))
    gone = str(rows["category"].iloc[0])
    assert gone in {*every["a"], *every["b"]}
    assert gone not in {*some["a"], *some["b"]}
    pair = [str(code) for code in rows["category"].iloc[1:3]]
    before, after = (common.pair(each, *pair) for each in (every, some))
    assert after["difference"] == pytest.approx(before["difference"])
    assert after["high"] - after["low"] < before["high"] - before["low"]


def test_the_share_that_is_unknown_is_made_of_told_numbers(told):
    made, _, _ = told("sector")
    (row,) = made.overview("students", ["disability"]).data.to_dict("records")
    groups = made.groups("students", "disability").data
    blank = groups.loc[groups["label"] == characteristics.UNKNOWN, "n"].iloc[0]
    total = 20 * round(made.rows("students").query("wave == 2022")["feels_safe"].notna().sum() / 20)
    assert row["unknown"] == pytest.approx(blank / total, abs=0.0006)
