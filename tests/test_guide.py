"""Every step of the researcher's guide (docs/chapters.md), on a copy of a notebook, for both kinds of report."""

from __future__ import annotations

import json
import re
import shutil
from dataclasses import dataclass

import approval
import pytest

from helpers import paths, run, tables
from helpers.analyse import analyse
from helpers.story import cells

GUIDE = (paths.ROOT / "docs/chapters.md").read_text(encoding="utf-8")
STEP = re.compile(r"<!-- step: ([\w-]+)( kladblok)? -->\n```(\w+)\n(.*?)```", re.DOTALL)
CHAPTER = "1-student-safety"


@dataclass(frozen=True)
class Step:
    """A step of the guide: its name, whether its cell is scratch, its language and its text."""

    name: str
    scratch: bool
    language: str
    text: str


STEPS = {name: Step(name, bool(scratch), language, text) for name, scratch, language, text in STEP.findall(GUIDE)}


@pytest.fixture
def copied(ready, monkeypatch, tmp_path):
    """A copy of the project's notebooks and declarations, with the guide's groupings declared and computed."""
    shutil.copytree(paths.NOTEBOOKS, tmp_path / "notebooks")
    monkeypatch.setattr(paths, "NOTEBOOKS", tmp_path / "notebooks")
    declared = paths.CHARACTERISTICS.read_text(encoding="utf-8")
    declared = declared.replace("\ncrossings:\n", f"\n{STEPS['grouping'].text}\ncrossings:\n{STEPS['crossing'].text}")
    (tmp_path / "characteristics.yml").write_text(declared, encoding="utf-8")
    monkeypatch.setattr(paths, "CHARACTERISTICS", tmp_path / "characteristics.yml")
    analyse("small", "students")
    tables.write_slices("small", "students", run.known_institutions("small"))
    return tmp_path


def with_steps(folder, *steps: Step) -> None:
    """Put the cells of some steps behind the set-up of the copied notebook, and leave the story out."""
    path = folder / "notebooks" / f"{CHAPTER}.ipynb"
    book = json.loads(path.read_text(encoding="utf-8"))
    kept = book["cells"][:3]
    for step in steps:
        cell = json.loads(json.dumps(kept[2]))
        cell |= {"id": step.name, "source": [step.text], "metadata": {"tags": ["kladblok"] if step.scratch else []}}
        kept.append(cell)
    book["cells"] = kept
    path.write_text(json.dumps(book), encoding="utf-8")


@pytest.mark.parametrize("unit", ["sector", "99AB"])
def test_every_step_of_the_guide_works_as_it_stands(copied, monkeypatch, tmp_path, unit):
    grouping = 'report.show(report.groups("students", "satisfaction_split").table())\n'
    steps = [step for step in STEPS.values() if step.language == "python"]
    added = Step("use", False, "python", grouping)
    with_steps(copied, *steps, added)
    assert cells.problems(copied / "notebooks" / f"{CHAPTER}.ipynb") == []
    folder = tmp_path / "made"
    folder.mkdir()
    approval.run(monkeypatch, "small", unit, CHAPTER, folder)
    told = approval.story(folder, CHAPTER)
    assert "voelt" in told
    assert "onvoldoende" in told or "geen cijfers die getoond mogen worden" in told
    assert "head()" not in told  # scratch is not told
    if unit == "sector":
        for label in ("tbl-eigen-kruistabel", "fig-eigen", "tbl-studenten-kruising-gender-track"):
            assert f"{{#{label}" in told, label
    else:
        assert "kruising" not in told
        assert "Deze groepen zijn te klein om te tonen." in told or "fig-eigen" in told
    (finding,) = json.loads((folder / f"{CHAPTER}.findings.json").read_text(encoding="utf-8"))
    assert finding["treats"] == ["S02"]
    assert (finding["card"] is not None) == ("niet te tonen" not in finding["sentence"])


def test_the_guide_has_a_step_for_all_that_it_promises():
    wanted = {"sentence", "replace", "chart", "grouping", "crossing", "crossing-cell", "crosstab", "scratch", "own"}
    assert wanted | {"finding"} == set(STEPS)


def test_what_the_guide_says_of_errors_is_what_errors_say():
    """The left column of its table stands in a message of the code."""
    code = "".join(path.read_text(encoding="utf-8") for path in (paths.ROOT / "src/helpers").rglob("*.py"))
    code = re.sub(r'"\s*\n\s*f?["\']', "", code)
    table = GUIDE.partition("## When it stops")[2]
    rows = [line.split("|")[1].strip() for line in table.splitlines() if line.startswith("| ") and "---" not in line][
        1:
    ]
    assert len(rows) > 7
    for row in rows:
        for part in re.split(r"…|'x'|'y'|'fig-x'|;", row):
            words = part.strip(" .")
            assert not words or words in code, words
