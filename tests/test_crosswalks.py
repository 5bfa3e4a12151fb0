"""Crosswalks: told what is wrong with them, drafted for a new wave, and the codebook that follows from them."""

import copy
import shutil

import pandas as pd
import pyreadstat
import pytest
import yaml

from helpers import codebook, ingest, paths, schema, settings
from helpers.errors import MonitorError, Problems
from helpers.ingest import crosswalks, draft, rules
from helpers.ingest.problems import RULES
from helpers.sources import load_sources


@pytest.fixture
def own(tmp_path, monkeypatch):
    """A folder of crosswalks, registry and rules that the test may change."""
    shutil.copytree(paths.CROSSWALKS, tmp_path / "crosswalks")
    monkeypatch.setattr(paths, "CROSSWALKS", tmp_path / "crosswalks")
    return tmp_path / "crosswalks"


def change(folder, name, edit):
    path = folder / f"{name}.yml"
    content = yaml.safe_load(path.read_text(encoding="utf-8"))
    edit(content)
    path.write_text(yaml.safe_dump(content, allow_unicode=True), encoding="utf-8")


def test_every_crosswalk_is_good_and_every_source_has_one():
    named = {name for source in load_sources() for name in source.crosswalk}
    there = {path.stem for path in paths.CROSSWALKS.glob("*.yml")}
    assert named <= there
    for name in there:
        crosswalks.load(name)


def test_all_faults_of_a_crosswalk_are_told_at_once(own):
    def spoil(content):
        content["columns"]["gender"]["values"][1] = "man"
        content["columns"]["disability"]["missing"].append(1)
        content["columns"]["shoe_size"] = {"from": "maat"}
        content["columns"]["feels_safe"]["from"] = "brin"
        del content["columns"]["weight"]
        content["breaks"] = {"mood": {"kind": "wording", "note": "Een andere vraag dan voorheen."}}

    change(own, "students_2022", spoil)
    with pytest.raises(Problems) as caught:
        crosswalks.load("students_2022")
    words = str(caught.value)
    assert "columns, gender, values: found 'man'; allowed: male, female, other" in words
    assert "code '1' in `values` and in `missing`" in words
    assert "shoe_size" in words and "no canonical column" in words
    assert "'brin' mapped twice" in words
    assert "nothing for 'weight'" in words
    assert "breaks: found 'mood'" in words


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("table: students\n  columns: {", "is not YAML: check indentation"),
        ("table: students\ncolumns: {}\ncolums: {}", "colums"),
        ("table: pupils\ncolumns: {}", "'pupils'"),
        ("table: students\ncolumns: {}\nbreaks: {x: {kind: mood, note: 'iets anders dan'}}", "breaks.x.kind"),
    ],
)
def test_a_file_that_is_no_crosswalk(own, text, words):
    (own / "students_2022.yml").write_text(text, encoding="utf-8")
    with pytest.raises(MonitorError, match=words):
        crosswalks.load("students_2022")


def test_a_question_that_changed_without_a_break_is_told(world, own):
    def reword(content):
        content["columns"]["feels_safe"]["question"] = "Hoe veilig is het hier?"
        content.get("breaks", {}).pop("feels_safe", None)

    change(own, "students_2020", reword)
    told = [each for each in ingest.gate("small")["problems"] if each["rule"] == "break_unrecorded"]
    assert any(each["where"] == "feels_safe" and "students_2020.yml" in each["file"] for each in told)
    assert all(each["level"] == "warn" for each in told)


def test_a_break_is_drawn_in_the_trend_of_the_chapter(ready):
    found = codebook.breaks()
    assert set(found["column"]) and set(found["wave"].dropna()) <= {2016, 2018, 2020, 2022}


def next_wave(folder):
    """A survey as it may come two years later: other names, one code more, one column more."""
    frame, meta = pyreadstat.read_sav(
        str(paths.EditionPaths("small").deliveries / "studenten_2022.sav"), user_missing=True
    )
    labels = {**meta.column_names_to_labels, "veilig_school": "Ik voel me veilig op mijn school"}
    values = copy.deepcopy(meta.variable_value_labels)
    names = {"veilig_school": "v12_veilig", "geslacht": "geslacht_resp", "weegfactor": "weegfactor_def"}
    values = {names.get(key, key): words for key, words in values.items()}
    values["geslacht_resp"] = {**values.get("geslacht_resp", {}), 4.0: "Wil ik niet zeggen"}
    frame = frame.rename(columns=names).assign(nieuw_blok=1.0)
    labels = [labels.get({new: old for old, new in names.items()}.get(name, name)) or "" for name in frame.columns]
    path = folder / "studenten_2024.sav"
    pyreadstat.write_sav(frame, str(path), column_labels=labels, variable_value_labels=values)
    return path


def test_a_draft_marks_what_a_person_must_decide_and_is_a_crosswalk_once_decided(world, own, tmp_path):
    path = next_wave(tmp_path)
    target, left = draft.write(path, "students_2022")
    text = target.read_text(encoding="utf-8")
    assert target == own / "draft_studenten_2024.yml"
    assert "v12_veilig" in text and "geslacht_resp" in text and "weegfactor_def" in text
    assert "OVER" in next(line for line in text.splitlines() if "nieuw_blok" in line)
    assert "???" in text and "Wil ik niet zeggen" in text
    assert left
    with pytest.raises(MonitorError):
        crosswalks.load("draft_studenten_2024")
    decided = [line.split("   #")[0] for line in text.splitlines() if "???" not in line]
    target.write_text("\n".join(decided), encoding="utf-8")
    crosswalk = crosswalks.load("draft_studenten_2024")
    assert crosswalk.columns["feels_safe"].source == "v12_veilig"
    with pytest.raises(MonitorError, match="is there already"):
        draft.write(path, "students_2022")


def test_a_draft_without_a_wave_before_finds_the_nearest(world, own, tmp_path):
    target, _ = draft.write(next_wave(tmp_path))
    assert "table: students" in target.read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("file", "like", "words"),
    [
        ("nowhere.sav", None, "There is no file"),
        (None, "students_1999", "There is no crosswalk 'students_1999'; there are: "),
    ],
)
def test_a_draft_of_nothing(world, own, tmp_path, file, like, words):
    path = tmp_path / file if file else next_wave(tmp_path)
    with pytest.raises(MonitorError, match=words):
        draft.write(path, like)
    assert not list(own.glob("draft_*"))


def test_the_codebook_has_every_column_of_every_wave(world):
    book = codebook.build("small")
    assert list(book.columns) == codebook.COLUMNS
    for table, columns in schema.TABLES.items():
        assert set(columns) <= set(book.loc[book["table"] == table, "column"]), table
    assert (book["label"].str.len() > 0).all()
    item = book[(book["table"] == "students") & (book["column"] == "feels_safe")]
    assert item["wave"].dropna().astype(int).tolist() == [2016, 2018, 2020, 2022]
    assert item["original"].nunique() > 1
    survey = pd.read_parquet(paths.EditionPaths("small").data / "students_2022.parquet")
    share = item.loc[item["wave"] == 2022, "missing"].iloc[0]
    assert share == pytest.approx(survey["feels_safe"].isna().mean())


@pytest.mark.parametrize(
    ("edit", "words"),
    [
        (lambda c: c["rules"].update(colum_missing="warn"), "Did you mean 'column_missing'"),
        (lambda c: c["rules"].update(key_double="drop"), "found 'drop'"),
        (lambda c: c["rules"].update(key_double="perhaps"), "rules.key_double"),
        (lambda c: c["limits"].update(missing_share="half"), "limits.missing_share"),
        (lambda c: c["limits"].update(no_such_limit=1), "limits.no_such_limit"),
        (lambda c: c["rules"].update(delivery_missing="off"), "cannot be weakened"),
    ],
)
def test_rules_that_cannot_be(tmp_path, edit, words):
    content = yaml.safe_load((paths.PARAMETERS / "intake.yml").read_text(encoding="utf-8"))
    edit(content)
    path = tmp_path / "intake.yml"
    path.write_text(yaml.safe_dump(content), encoding="utf-8")
    with pytest.raises(Problems) as caught:
        rules.load(path)
    assert words in str(caught.value)


def test_the_settings_name_every_rule_and_only_those():
    content = yaml.safe_load((paths.PARAMETERS / "intake.yml").read_text(encoding="utf-8"))
    assert set(content["rules"]) == set(RULES)


@pytest.mark.parametrize(
    ("without", "words"),
    [
        ({"source": "stuff", "reason": "te laat"}, "source 'stuff'"),
        ({"source": "register", "reason": "te laat"}, "any other source"),
        ({"institution": "Utrecht", "reason": "te laat"}, "a BRIN code"),
    ],
)
def test_leaving_out_what_does_not_exist(without, words):
    about = settings.load_edition("small").model_copy(update={"without": [settings.Without(**without)]})
    with pytest.raises(Problems) as caught:
        ingest.check_left_out(about)
    assert words in str(caught.value)
