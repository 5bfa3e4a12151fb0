"""Planted leaks, in every format and place: all are caught; and texts however they are written."""

import re
import shutil
from dataclasses import replace

import pandas as pd
import planting
import pytest
from planting_kinds import PLANTS

from helpers import paths, schema
from helpers.audit import (
    Bundle,
    mentions,
    names,
    report,
    traces,
)
from helpers.audit import __main__ as front
from helpers.audit.declared import expected
from helpers.audit.published import OWN, Statement

NAMES = ["ROC Luchtkasteel", "ROC De Vliegende Hollander", "Groencollege Kiemkracht", "ROC Verzonnen"]


@pytest.fixture(scope="module")
def made(small_run):
    """The small world's reports, and its register."""
    root, done = small_run
    assert done.returncode == 0, done.stderr
    return root / "outputs" / "small", pd.read_parquet(root / "outputs/small/data/register.parquet")


@pytest.mark.parametrize("plant", PLANTS, ids=lambda plant: plant.name)
def test_a_planted_leak_is_caught(made, tmp_path, plant):
    """Found in the file where it was planted, though descriptions and checksums of the bundle agree."""
    unit = "sector" if plant.unit == "sector" else "99AC"
    folder = tmp_path / "small" / "reports" / unit
    shutil.copytree(made[0] / "reports" / unit, folder)
    plant.plant(folder)
    if plant.sealed:
        planting.seal(folder)
    rules = front.rules_of(paths.PARAMETERS)
    bundle = Bundle(folder)
    found = report.checks(bundle, rules)[plant.check]() if plant.check else report.unexpected(bundle, rules)
    assert next((one for one in found if plant.file in one.file), None) is not None


def test_there_are_enough_plants_over_all_formats():
    assert len(PLANTS) >= 60
    assert {plant.file.rsplit(".", 1)[-1] for plant in PLANTS} >= {
        "html",
        "csv",
        "xlsx",
        "docx",
        "pdf",
        "json",
        "js",
    }


def test_every_declared_value_is_a_pattern():
    """A value that YAML takes for something else would allow nothing, or anything."""

    def values(content):
        for value in content.values() if isinstance(content, dict) else content:
            if isinstance(value, dict | list):
                yield from values(value)
            else:
                yield value

    for name in ("html", "pdf", "pictures", "word", "workbook"):
        assert all(isinstance(value, str | int | None) for value in values(expected(name))), name
        for value in values(expected(name)):
            re.compile(str(value).replace("@", ""))


def test_every_answer_that_reports_name_is_declared_to_the_audit():
    """The audit restates the words: a new one is added to expected/words.yml, or every report with it fails."""
    declared = {word for listed in expected("words").values() if isinstance(listed, dict) for word in listed.values()}
    families = set(schema.LABELS) - {"victim_material", "answer", "participants", "period_kind", "status"}
    assert {word for family in families for word in schema.LABELS[family].values()} <= declared


@pytest.mark.parametrize(
    "sentence",
    [
        "Van de vrouwelijke studenten voelt 57,1% zich onveilig.",
        "Van de VROUWELIJKE studenten voelt 57% zich onveilig.",
        "Van de vrou\u200bwelijke studen\u00adten voelt zevenenvijftig procent zich onveilig.",
        "Zevenenvijftig procent van de vrouwelijke studenten voelt zich onveilig.",
        "57 procent van <em>vrouwelijke</em> <strong>studenten</strong> is onveilig.",
        "Het gaat om 7 vrouwelijke studenten.",
        "Naar geslacht, bij studenten: ５７% van vrouw is onveilig.",
        "Vrouwelijke studenten: 57% onveilig.",
    ],
)
def test_a_hidden_group_is_found_however_it_is_written(tmp_path, sentence):
    folder = tmp_path / "99AA"
    folder.mkdir()
    caption = "<figcaption>Tabel 1. Studenten die zich veilig voelen, naar geslacht (JOB-monitor 2022)</figcaption>"
    box = f'<div id="tbl-studenten-persoon-gender"><figure>{caption}</figure></div>'
    (folder / "index.html").write_text(f"<main>{box}<p>{sentence}</p></main>", encoding="utf-8")
    hidden = Statement("99AA", "tbl-studenten-persoon-gender", OWN, "female", None, "", True, ("2022",), (), "vrouw")
    assert mentions(Bundle(folder), [hidden])
    assert not mentions(Bundle(folder), [replace(hidden, label="man", group="male")])


@pytest.mark.parametrize(
    ("sentence", "found"),
    [
        ("Van alle studenten: 12.", True),
        ("Van deze instelling: 57% is onveilig.", True),
        ("Van alle studenten in de sector: 57%.", False),
    ],
)
def test_a_hidden_total_is_found_after_a_colon(tmp_path, sentence, found):
    folder = tmp_path / "99AA"
    folder.mkdir()
    (folder / "index.html").write_text(f"<main><p>{sentence}</p></main>", encoding="utf-8")
    hidden = Statement("99AA", "tbl-studenten-stand", OWN, "totaal", None, "", True, ("2022",), (), "totaal")
    assert bool(mentions(Bundle(folder), [hidden])) == found


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("bij roc luchtkasteel", True),
        ("bij Luchtkasteel in de stad", True),
        ("de vliegende hollander", True),
        ("L u c h t k a s t e e l", True),
        ("Lucht<b>kas</b>teel", True),
        ("luchtkastelen", False),
        ("alles is verzonnen", False),
        ("een groencollege", False),
        ("code 98ab hier", True),
        ("hash ff98ab77", False),
    ],
)
def test_an_institution_is_found_in_part(tmp_path, words, found):
    folder = tmp_path / "98AC"
    folder.mkdir()
    (folder / "index.html").write_text(f"<main><p>{words}</p></main>", encoding="utf-8")
    register = pd.DataFrame({"institution_id": ["98AA", "98AB", "98AC", "98AD"], "name": NAMES})
    assert bool(traces(Bundle(folder), register, paths.ROOT)) == found


def test_its_own_name_is_no_other_ones():
    assert names.parts("ROC De Gouden Haven", ["ROC De Gouden Haven", "ROC Haven"], "ROC Haven") == {"gouden haven"}
