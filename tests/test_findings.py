"""Back-tests: every published finding, computed by the pipeline from the national edition's deliveries."""

import json

import pytest
from cells import CHAPTERS, run_cells

from helpers import findings, paths, tables
from helpers.chapters import focus_groups

REGISTER = {finding.id: finding for finding in findings.load_register()}
COMPUTED = [one.id for one in REGISTER.values() if one.kind != "statement"]


def test_every_finding_that_can_be_computed_is_computed():
    assert set(COMPUTED) == set(findings.PERCENTAGES) | set(findings.DIRECTIONS)
    assert {one.id for one in REGISTER.values() if one.kind in ("value", "bound")} == set(findings.PERCENTAGES)


@pytest.fixture(scope="module")
def evidence(nation):
    return findings.Evidence(nation)


@pytest.mark.nation
@pytest.mark.parametrize("finding", COMPUTED)
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
    rows = evidence.rows("students", "disability")
    turned = rows.rename(index={"True": "False", "False": "True"})
    assert findings._certainly_higher(rows, "False", "True").agrees
    assert not findings._certainly_higher(turned, "False", "True").agrees


@pytest.fixture(scope="module")
def sector_text(nation, tmp_path_factory):
    """What the sector's chapters publish for the national edition, by chapter."""
    folder = tmp_path_factory.mktemp("sector")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(paths.EditionPaths, "unit", lambda self, unit: folder)
        texts = {chapter: run_cells(patch, chapter, nation, "sector") for chapter in CHAPTERS}
    found = [json.loads((folder / f"{chapter}.findings.json").read_text(encoding="utf-8")) for chapter in CHAPTERS]
    return texts, {one["id"]: one["sentence"] for part in found for one in part}


STATED = {
    "I03": ["registreren verschillend", "konden dat niet"],
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
    assert "7 thema's" in stated["F01"]
    assert focus_groups.CAUTION in stated["F01"]  # F02
    codes = tables.read_analysis(nation, "fragment_codes").set_index("code")["fragments"]
    for finding, code in (("F03", "accepted_unsafety"), ("F04", "mutual_support"), ("F06", "work_placement")):
        assert codes[code] > 0
        assert stated[finding] in text
    assert text.count("**1.") + text.count("**2.") + text.count("**3.") == 3  # F05


def test_directions_are_stated_with_size_and_interval(sector_text):
    stated = sector_text[1]
    for finding in ("S03", "S12", "T08", "S18", "T04", "T15"):
        assert "interval" in stated[finding], finding
    for finding in ("studenten-persoon-gender", "studenten-opleiding-level_track", "medewerkers-region"):
        assert "procentpunt (interval" in stated[finding], finding


def test_the_sector_chapters_name_no_institution(sector_text, nation):
    register = tables.read_table(nation, "institutions")
    text = "".join(sector_text[0].values())
    assert not [name for name in register["name"] if name in text]
    assert not [code for code in register["institution_id"] if code in text]
