"""Back-tests: every published finding, computed by the pipeline from the national edition's deliveries."""

import json
import re

import pytest
from cells import CHAPTERS, run_cells

from helpers import findings, paths, tables
from helpers.findings import answers

REGISTER = {finding.id: finding for finding in findings.load_register()}


def test_every_finding_is_computed():
    assert set(REGISTER) == set(answers.PERCENTAGES) | set(answers.ANSWERS)
    assert {one.id for one in REGISTER.values() if one.kind in ("value", "bound")} == set(answers.PERCENTAGES)


@pytest.fixture(scope="module")
def evidence(nation):
    return findings.Evidence(nation)


@pytest.mark.nation
@pytest.mark.parametrize("finding", list(REGISTER))
def test_the_national_edition_agrees_with(evidence, finding):
    outcome = findings.answer(REGISTER[finding], evidence)
    assert outcome.agrees, f"{finding}, {REGISTER[finding].what}: {outcome.computed}"


@pytest.mark.parametrize(
    ("finding", "percent", "holds"),
    [("S01", 80.9, True), ("S01", 82.0, False), ("S14", 91.0, True), ("S14", 90.0, False), ("S15", 76.0, False)],
)
def test_a_value_or_bound_can_disagree(finding, percent, holds):
    assert REGISTER[finding].holds(percent) is holds


def test_a_direction_can_disagree(evidence, monkeypatch):
    assert answers._higher(evidence, "students", "disability", "False", "True").agrees
    assert not answers._higher(evidence, "students", "disability", "True", "False").agrees


@pytest.mark.parametrize(
    ("finding", "table", "change"),
    [
        ("S03", "benchmarks_students", lambda t: t.assign(safe=t["safe"].where(t["wave"] != 2022, 0.5))),
        ("S19", "models_students", lambda t: t.assign(icc=0.4)),
        ("T04", "institutions_staff", lambda t: t.assign(share_non_western=-t["share_non_western"])),
        ("T14", "least_safe", lambda t: t.assign(west=0.1)),
        ("I01", "models_students", lambda t: t.assign(pcv=0.2)),
        ("I03", "registration", lambda t: t.assign(delivered=True)),
        ("I04", "coordinators", lambda t: t.assign(share=0.5)),
        ("I05", "coordinators", lambda t: t.assign(share=t["share"].where(t["category"] != "undermining_crime", 0.01))),
        ("I06", "agreement", lambda t: t.assign(none=False)),
        ("I08", "maturity", lambda t: t.assign(low=-0.1)),
        ("F01", "fragments", lambda t: t[t["theme"] != "online_safety"]),
        ("F04", "fragment_codes", lambda t: t[t["participants"] == "students"]),
    ],
)
def test_other_data_disagree(nation, finding, table, change):
    other = findings.Evidence(nation)
    other._tables[table] = change(other.table(table))
    assert not findings.answer(REGISTER[finding], other).agrees


def test_what_an_edition_cannot_answer_is_not_made_up(nation):
    bare = findings.Evidence(nation)
    for table in ("coordinators", "agreement", "maturity", "fragments", "fragment_codes", "models_students"):
        bare._tables[table] = bare.table(table).iloc[:0]
    for finding in ("I01", "I02", "I04", "I06", "I08", "S19", "F01", "F03"):
        with pytest.raises(LookupError, match=f"{finding} cannot be computed"):
            findings.answer(REGISTER[finding], bare)


def test_a_value_without_a_tolerance_is_no_finding():
    entry = {
        "id": "S01",
        "kind": "value",
        "what": "x",
        "nl": "x",
        "table": "students",
        "sources": ["nota"],
        "value": 81,
    }
    with pytest.raises(ValueError, match="needs a value and a tolerance"):
        findings.Published.model_validate(entry)


@pytest.fixture(scope="module")
def sector_text(nation, tmp_path_factory):
    """What the sector's chapters publish for the national edition, by chapter."""
    folder = tmp_path_factory.mktemp("sector")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(paths.EditionPaths, "unit", lambda self, unit: folder)
        texts = {chapter: run_cells(patch, chapter, nation, "sector") for chapter in CHAPTERS}
    found = [json.loads((folder / f"{chapter}.findings.json").read_text(encoding="utf-8")) for chapter in CHAPTERS]
    every = [one for part in found for one in part]
    return texts, {one["id"]: one["sentence"] for one in every}, every


@pytest.fixture(scope="module")
def treated(sector_text):
    """Labels of figures and tables by the published finding that they treat."""
    places = {}
    for one in sector_text[2]:
        for id in one["treats"]:
            places.setdefault(id, set()).update([one["at"]] if one["at"] else [])
    return places


STATED = {
    "I03": ["registreren verschillend", "konden die niet aanleveren"],
    "I05": ["ondermijn", "ongewenst gedrag", "grensoverschrijdend gedrag"],
    "I06": ["geen consensus", "invloeden van buiten"],
    "I07": ["gemeente", "politie", "De evaluatie van het veiligheidsplan verschilt"],
    "I09": ["fysieke veiligheid", "ongewenst gedrag", "grensoverschrijdend gedrag"],
    "I10": ["zicht op incidenten", "kennis van hoe te handelen"],
}


@pytest.mark.parametrize("finding", list(STATED))
def test_the_role_chapter_treats(sector_text, finding):
    text = sector_text[0]["3-institutions-role"].lower()
    for words in STATED[finding]:
        assert words.lower() in text, words


def test_the_focus_group_chapter_treats_its_findings(sector_text, nation):
    text, stated = sector_text[0]["4-focus-groups"], sector_text[1]
    assert "7 thema’s" in stated["F01"]
    assert "niet representatief" in stated["F01"] and "niet hoe vaak iets voorkomt" in stated["F01"]  # F02
    codes = tables.read_analysis(nation, "fragment_codes").groupby("code")["fragments"].sum()
    for finding, code in (("F03", "accepted_unsafety"), ("F04", "mutual_support"), ("F06", "work_placement")):
        assert codes[code] > 0
        assert stated[finding] in text
    assert text.count("**1.") + text.count("**2.") + text.count("**3.") == 3  # F05


def test_directions_are_stated_with_size_and_interval(sector_text):
    stated = sector_text[1]
    for finding in ("S03", "S12", "S13", "S18", "S19", "T04", "T07", "T08", "T09", "T15"):
        assert "interval" in stated[finding], finding
    for finding in (
        "studenten-persoon-gender",
        "studenten-opleiding-level_track",
        "studenten-region",
        "studenten-size_class",
        "medewerkers-region",
        "medewerkers-size_class",
        "medewerkers-persoon-role",
        "medewerkers-werk-search_group",
    ):
        assert re.search(r"procentpunt(,| \() ?interval", stated[finding]), finding


def test_findings_on_feeling_unsafe_are_stated_with_size_and_interval(sector_text):
    text = sector_text[0]["2-staff-safety"]
    for by in ("geslacht", "functie", "het aantal stappen richting ander werk", "slachtofferschap van verbaal geweld"):
        assert re.search(rf"Naar {by} .*Onveilig voelt zich .* procentpunt, interval", text), by


def test_every_finding_is_treated_by_a_chapter_at_a_figure_or_table(sector_text, treated):
    assert set(treated) == set(REGISTER)
    text = "".join(sector_text[0].values())
    for finding, labels in treated.items():
        assert any(f"{{#{label}" in text for label in labels), finding


def test_every_figure_and_table_is_referred_to(sector_text):
    for chapter, text in sector_text[0].items():
        anchors, references = (
            set(re.findall(mark, text)) for mark in (r"\{#((?:fig|tbl)-[\w-]+)", r"@((?:fig|tbl)-[\w-]+)")
        )
        assert anchors == references, chapter


def test_the_sector_chapters_name_no_institution(sector_text, nation):
    register = tables.read_table(nation, "institutions")
    text = "".join(sector_text[0].values())
    assert not [name for name in register["name"] if name in text]
    assert not [code for code in register["institution_id"] if code in text]
