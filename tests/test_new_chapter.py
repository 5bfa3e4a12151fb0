"""A new chapter is a notebook and a line: in a copy of the project, nothing else is edited."""

import json
import os
import shutil
import subprocess
import sys

import pytest
from conftest import front_environment
from openpyxl import load_workbook

from helpers import execute, paths, settings
from helpers.errors import MonitorError, Problems
from helpers.execute import scaffold

NAME = "5-incidenten"


@pytest.fixture(scope="module")
def copied(tmp_path_factory, small_deliveries):
    """A copy of the project with the small world's sector report made; returns the folder and its front door."""
    root = tmp_path_factory.mktemp("copied")
    names = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=paths.ROOT,
        capture_output=True,
        text=True,
        check=True,
    ).stdout.split("\0")
    for name in filter(None, names):
        if (paths.ROOT / name).is_file():
            (root / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(paths.ROOT / name, root / name)
    shutil.copytree(small_deliveries, root / "deliveries" / "small")
    python = os.pathsep.join(filter(None, (str(root / "src"), os.environ.get("PYTHONPATH"))))

    def run(*words):
        return subprocess.run(
            [sys.executable, "-m", "helpers.run", *words],
            env=front_environment(root, PYTHONPATH=python),
            cwd=root,
            capture_output=True,
            text=True,
            timeout=900,
            check=False,
        )

    return root, run


def stamps(root, unit="sector"):
    return {path.stem: path.stat().st_mtime_ns for path in (root / "outputs/small/units" / unit).glob("*.ipynb")}


def made(run, unit):
    done = run("report", "--edition", "small", "--only", unit)
    assert done.returncode == 0, done.stderr


def test_a_new_chapter_stands_in_both_kinds_of_report_and_disturbs_no_other(copied):
    root, run = copied
    made(run, "sector")
    before = stamps(root)
    done = run("chapter", NAME, "--title", "Incidenten & meer")
    assert done.returncode == 0, done.stderr
    assert "notebooks/5-incidenten.ipynb is there" in done.stdout
    for unit in ("sector", "99AB"):
        made(run, unit)
        folder = root / "outputs/small/reports" / unit
        page = folder / ("5-incidenten.html" if unit == "sector" else "index.html")
        text = page.read_text(encoding="utf-8")
        assert "Incidenten &amp; meer</h" in text
        assert "Van de studenten" in text
        book = load_workbook(folder / "data" / "gegevens.xlsx")
        row = next(row for row in book.worksheets[0].values if row[1] == "tbl-5-incidenten-veilig")
        assert row[3:5] == ("Incidenten & meer", "JOB-monitor (studenten)")
    after = stamps(root)
    assert set(after) - set(before) == {NAME}
    assert {name: after[name] for name in before} == before


def test_an_edit_of_a_notebook_runs_it_again_and_no_other(copied):
    root, run = copied
    before = stamps(root)
    (root / "src/helpers/chapters/own_story.py").write_text('"""A story."""\n', encoding="utf-8")
    path = root / "notebooks" / f"{NAME}.ipynb"
    book = json.loads(path.read_text(encoding="utf-8"))
    scratch = {"cell_type": "code", "id": "own", "metadata": {"tags": ["kladblok"]}, "execution_count": None}
    book["cells"].append({**scratch, "outputs": [], "source": ["from helpers.chapters import own_story"]})
    path.write_text(json.dumps(book), encoding="utf-8")
    made(run, "sector")
    after = stamps(root)
    assert {name for name in after if after[name] != before[name]} == {NAME}
    made(run, "sector")
    assert stamps(root) == after


def test_an_edit_of_code_runs_only_chapters_that_import_it(copied):
    root, run = copied
    before = stamps(root)
    (root / "src/helpers/chapters/own_story.py").write_text('"""Another story."""\n', encoding="utf-8")
    made(run, "sector")
    after = stamps(root)
    assert {name for name in after if after[name] != before[name]} == {NAME}


@pytest.fixture
def project(tmp_path, monkeypatch):
    """Copies of notebooks and parameters."""
    for name in ("PARAMETERS", "NOTEBOOKS"):
        shutil.copytree(getattr(paths, name), tmp_path / name.lower())
        monkeypatch.setattr(paths, name, tmp_path / name.lower())
    monkeypatch.setattr(paths, "CHAPTERS", tmp_path / "parameters" / "chapters.yml")
    return tmp_path


@pytest.mark.parametrize("name", ["Incidenten", "5", "5_incidenten", "5-Incidenten", "5-", "../5-x", "", "5-x/y"])
def test_a_name_that_is_not_one_is_refused_with_an_example(project, name):
    before = paths.CHAPTERS.read_bytes()
    with pytest.raises(Problems, match="a number and words of small letters.*make chapter NAME=5-incidenten"):
        scaffold.new_chapter(name)
    assert paths.CHAPTERS.read_bytes() == before


def test_a_title_that_cannot_stand_in_a_text_cell_is_refused(project):
    before = paths.CHAPTERS.read_bytes()
    with pytest.raises(Problems, match="found '2024'; allowed: text without figures"):
        scaffold.new_chapter("5-incidenten", "Incidenten in 2024")
    assert paths.CHAPTERS.read_bytes() == before
    assert not execute.notebook_path("5-incidenten").exists()


def test_a_chapter_that_is_there_is_not_written_over(project):
    path = execute.notebook_path("1-student-safety")
    before = path.read_bytes()
    with pytest.raises(Problems, match="notebooks/1-student-safety.ipynb: found a chapter of this name"):
        scaffold.new_chapter("1-student-safety")
    assert path.read_bytes() == before


def test_the_list_keeps_its_comments_and_its_order(project):
    before = paths.CHAPTERS.read_text(encoding="utf-8")
    scaffold.new_chapter("7-wat-verder")
    assert paths.CHAPTERS.read_text(encoding="utf-8") == f"{before}  7-wat-verder: both\n"
    assert settings.load_chapters().of("sector")[-1] == "7-wat-verder"
    book = json.loads(execute.notebook_path("7-wat-verder").read_text(encoding="utf-8"))
    assert book["cells"][0]["source"][0] == "# Wat verder\n"
    execute.check_parameters("small")


def test_a_line_that_was_there_before_its_notebook_is_not_doubled(project):
    listed = paths.CHAPTERS.read_text(encoding="utf-8") + "  6-eigen: sector\n"
    paths.CHAPTERS.write_text(listed, encoding="utf-8")
    scaffold.new_chapter("6-eigen")
    assert paths.CHAPTERS.read_text(encoding="utf-8") == listed


def test_a_list_to_which_no_line_can_be_added_is_left_alone(project):
    paths.CHAPTERS.write_text("chapters: {1-student-safety: both}\n", encoding="utf-8")
    with pytest.raises(MonitorError, match="does not end with the last chapter on a line of its own"):
        scaffold.new_chapter("7-later")
    assert not execute.notebook_path("7-later").exists()
