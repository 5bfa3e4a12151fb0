"""Synthetic deliveries: the same bytes for the same seed, fictional, and in the formats that arrive."""

import hashlib
import json
import re

import openpyxl
import pyreadstat
import pytest

from helpers import paths, synthetic
from helpers.synthetic.worlds import WORLDS

SEED = 20231120


def sums(folder):
    return {
        str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def test_the_same_seed_gives_the_same_bytes(tmp_path, small_deliveries):
    synthetic.generate("small", SEED, tmp_path / "again")
    assert sums(tmp_path / "again") == sums(small_deliveries)


def test_another_seed_gives_other_bytes(tmp_path, small_deliveries):
    synthetic.generate("small", SEED + 1, tmp_path / "other")
    assert sums(tmp_path / "other") != sums(small_deliveries)


def test_deliveries_are_made_once(small_deliveries):
    assert synthetic.is_current("small", SEED, small_deliveries)
    assert not synthetic.is_current("small", SEED + 1, small_deliveries)
    assert not synthetic.is_current("nation", SEED, small_deliveries)


@pytest.mark.parametrize("world", list(WORLDS))
def test_codes_are_of_no_register_and_names_are_unique(world):
    import numpy as np

    table = WORLDS[world](np.random.default_rng([SEED, 0])).institutions
    assert table["institution_id"].is_unique
    assert table["name"].is_unique
    assert table["institution_id"].str.fullmatch(r"9[0-9][A-Z]{2}").all()


def test_student_survey_has_labels_user_missing_codes_and_other_names_each_wave(small_deliveries):
    names = {}
    for wave in (2016, 2018, 2020, 2022):
        _, meta = pyreadstat.read_sav(str(small_deliveries / f"studenten_{wave}.sav"), user_missing=True)
        names[wave] = tuple(meta.column_names)
        assert meta.column_names_to_labels
        assert meta.variable_value_labels
        assert meta.missing_ranges
    assert len(set(names.values())) == 4


def test_the_register_is_windows_1252_with_semicolons_and_decimal_commas(small_deliveries):
    text = (small_deliveries / "register.csv").read_bytes().decode("cp1252")
    assert text.splitlines()[0].count(";") == 8
    assert re.search(r";\d+,\d;", text)


def test_incidents_come_in_six_layouts_and_a_group_delivered_none(nation):
    folder = paths.EditionPaths(nation).deliveries / "incidenten"
    heads = set()
    for path in folder.glob("incidenten_*.xlsx"):
        book = openpyxl.load_workbook(path, read_only=True)
        rows = book.worksheets[0].iter_rows(values_only=True, max_row=4)
        heads.add((len(book.worksheets), *(row[0] for row in rows if row and isinstance(row[0], str))))
    firsts = {(sheets, title) for sheets, title, *_ in heads}
    assert firsts == {
        (1, "Schooljaar"), (1, "Overzicht incidenten"), (1, "Datum"),
        (1, "Registratie per kalenderjaar"), (1, "Locatie"), (3, "Locatie: Hoofdgebouw"),
    }  # fmt: skip
    overview = openpyxl.load_workbook(folder / "overzicht.xlsx").worksheets[0]
    answers = [str(row[1]).lower() for row in overview.iter_rows(min_row=2, values_only=True)]
    assert 10 <= answers.count("nee") <= len(answers) / 2


def test_the_manifest_says_that_it_is_synthetic(small_deliveries):
    assert json.loads((small_deliveries / "manifest.json").read_text(encoding="utf-8"))["synthetic"] is True


def test_an_unknown_world():
    with pytest.raises(ValueError, match="there are: nation, small"):
        synthetic.generate("moon", 1, paths.ROOT / "nowhere")
