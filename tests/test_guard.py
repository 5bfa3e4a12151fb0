"""What may not go into git is refused, with what to do."""

import json
import sys

import pytest

from helpers import paths

sys.path.insert(0, str(paths.ROOT / "scripts"))
import guard


def book(source, *, outputs=True, tag="parameters"):
    cell = {"cell_type": "code", "metadata": {"tags": [tag]}, "source": [source], "outputs": [], "execution_count": 1}
    shown = {**cell, "metadata": {}, "source": ["1"], "outputs": [{"output_type": "stream"}] if outputs else []}
    return json.dumps({"cells": [cell, shown], "metadata": {}, "nbformat": 4, "nbformat_minor": 5})


def test_what_is_tracked_is_clean():
    assert guard.refusals(guard.tracked()) == []


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("tests/studenten.sav", "microdata"),
        ("docs/rows.PARQUET", "microdata"),
        ("data/deliveries/2025/register.csv", "never committed"),
        ("outputs/nation/reports/sector/index.html", "never committed"),
    ],
)
def test_a_file_that_may_not_go_in(name, told):
    (line,) = guard.refusals([name])
    assert told in line
    assert f"git rm --cached '{name}'" in line


def test_readmes_of_ignored_folders_may_go_in():
    assert guard.refusals(["outputs/README.md", "data/deliveries/README.md"]) == []


@pytest.mark.parametrize(
    ("source", "options", "told"),
    [
        ('edition = "real"', {}, "edition 'real', which is not synthetic"),
        ('edition = "nowhere"', {}, "edition 'nowhere', which is not synthetic"),
        ('edition = "small"', {"tag": "injected-parameters"}, "executed by the pipeline"),
        ('edition = "small"', {}, None),
        ('edition = "real"', {"outputs": False}, None),
    ],
)
def test_a_notebook_with_a_real_editions_outputs(tmp_path, source, options, told):
    editions = tmp_path / "parameters" / "editions"
    editions.mkdir(parents=True)
    (editions / "small.yml").write_text("synthetic: {world: small, seed: 1}\n")
    (editions / "real.yml").write_text("title: x\n")
    (tmp_path / "x.ipynb").write_text(book(source, **options))
    found = guard.refusals(["x.ipynb"], tmp_path)
    assert (told is None and found == []) or told in found[0]


def test_a_file_that_is_no_notebook(tmp_path):
    (tmp_path / "x.ipynb").write_text("{")
    assert "not readable as a notebook" in guard.refusals(["x.ipynb"], tmp_path)[0]
