"""The parameter gate: everything that is wrong, at once, with file and key."""

import json
import shutil

import pytest
import yaml

from helpers import execute, paths, settings
from helpers.errors import MonitorError, Problems


@pytest.fixture
def project(tmp_path, monkeypatch):
    """Copies of parameters and notebooks that a test may spoil."""
    for name in ("PARAMETERS", "NOTEBOOKS"):
        target = tmp_path / name.lower()
        shutil.copytree(getattr(paths, name), target)
        monkeypatch.setattr(paths, name, target)
    monkeypatch.setattr(paths, "CHAPTERS", tmp_path / "parameters" / "chapters.yml")
    return tmp_path


def change(path, **keys):
    content = yaml.safe_load(path.read_text(encoding="utf-8"))
    content.update(keys)
    path.write_text(yaml.safe_dump(content), encoding="utf-8")


def refused(edition="small"):
    with pytest.raises(Problems) as caught:
        execute.check_parameters(edition)
    return str(caught.value)


def test_the_parameters_as_they_are_pass():
    for path in sorted((paths.PARAMETERS / "editions").glob("*.yml")):
        execute.check_parameters(path.stem)


def test_everything_that_is_wrong_is_told_at_once(project):
    parameters = project / "parameters"
    change(parameters / "settings.yml", confidence="0.95")
    rules = yaml.safe_load((parameters / "disclosure.yml").read_text(encoding="utf-8"))["rules"]
    change(parameters / "disclosure.yml", rules={**rules, "minimum_respondent": {"value": 10, "reason": "x" * 20}})
    change(parameters / "sector.yml", parameters={"wave": 2021})
    change(parameters / "institution.yml", colour="red")
    change(parameters / "chapters.yml", chapters={"1-student-safety": "both", "2-staf-safety": "sector"})
    message = refused()
    for told in (
        "disclosure.yml, key rules.minimum_respondent: found an unknown key",
        "Did you mean 'minimum_respondents'?",
        "settings.yml, key confidence: found '0.95'",
        "sector.yml, key parameters.wave: found 2021; allowed: 2016, 2018, 2020, 2022",
        "institution.yml, key colour: found an unknown key",
        "chapters.yml, key chapters.2-staf-safety: found a chapter without a notebook; allowed: 0-picture, 1-student",
        "Did you mean 2-staff-safety",
    ):
        assert told in message


def test_a_chapter_that_is_no_notebook(project):
    change(project / "parameters" / "chapters.yml", chapters={"0-picture": "both", "9-zzz": "institution"})
    message = refused()
    assert "key chapters.9-zzz: found a chapter without a notebook; allowed: 0-picture, 1-student-safety" in message
    assert "make chapter NAME=9-zzz" in message


@pytest.mark.parametrize(
    ("chapters", "told"),
    [
        ({"0-picture": "institutions"}, "key chapters.0-picture: found 'institutions'"),
        ({"0-picture": "institution"}, "reports without a chapter: sector"),
        ({}, "reports without a chapter: institution, sector"),
        (["0-picture"], "key chapters: found ['0-picture']"),
    ],
)
def test_a_list_of_chapters_that_cannot_be(project, chapters, told):
    change(project / "parameters" / "chapters.yml", chapters=chapters)
    assert told in refused()


def test_a_wrong_type_is_told_with_file_and_key(project):
    change(project / "parameters" / "editions" / "small.yml", waves=["2016"])
    assert "small.yml, key waves.0: found '2016'" in refused()


def test_parameters_cell_and_parameter_file_must_agree(project):
    path = project / "notebooks" / "1-student-safety.ipynb"
    book = json.loads(path.read_text(encoding="utf-8"))
    cell = next(cell for cell in book["cells"] if "parameters" in cell["metadata"].get("tags", []))
    cell["source"] = ['edition = "small"\n', 'unit = "sector"\n', "year = 2022"]
    path.write_text(json.dumps(book), encoding="utf-8")
    message = refused()
    assert "1-student-safety.ipynb, parameters cell: found 'year'" in message
    assert "key parameters: found 'wave'" in message


def test_a_notebook_without_a_parameters_cell(project):
    path = project / "notebooks" / "4-focus-groups.ipynb"
    book = json.loads(path.read_text(encoding="utf-8"))
    for cell in book["cells"]:
        cell["metadata"].pop("tags", None)
    path.write_text(json.dumps(book), encoding="utf-8")
    assert "4-focus-groups.ipynb: found 0 cells tagged 'parameters'" in refused()


def test_text_that_is_not_yaml(project):
    (project / "parameters" / "settings.yml").write_text("disclosure: [", encoding="utf-8")
    assert "settings.yml, line 1: found text that is not YAML" in refused()


def test_an_edition_that_does_not_exist():
    with pytest.raises(MonitorError, match="no edition 'autumn'.*nation, small"):
        settings.load_edition("autumn")


def test_an_edition_whose_name_is_not_its_file(project):
    change(project / "parameters" / "editions" / "small.yml", edition="other")
    with pytest.raises(MonitorError, match="key edition says 'other'"):
        settings.load_edition("small")
