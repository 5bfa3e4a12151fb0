"""Running a chapter's cells in this process, and reading what it published."""

from __future__ import annotations

import json
import textwrap
from pathlib import Path

import pandas as pd
import pytest

from helpers import execute, paths, settings
from helpers.render.stitch import chapter_markdown
from helpers.story import Report, publishing

CHAPTERS = settings.load_chapters().of(settings.SECTOR)
"""Chapters of the sector report."""


def run_cells(patch: pytest.MonkeyPatch, chapter: str, edition: str, unit: str, wave: int = 2022) -> str:
    """Everything that a chapter publishes for a unit, as Markdown; its files go to the unit's folder."""
    book = _executed(patch, chapter, edition, unit, wave)
    outputs = [output for cell in book["cells"] if cell["cell_type"] == "code" for output in cell["outputs"]]
    return "\n\n".join(output["data"]["text/markdown"] for output in outputs)


def markdown_of(patch: pytest.MonkeyPatch, chapter: str, edition: str, unit: str, wave: int = 2022) -> str:
    """The same with the chapter's own headings and texts, as reports are stitched from it."""
    path = paths.EditionPaths(edition).unit(unit) / f"{chapter}.ipynb"
    book = _executed(patch, chapter, edition, unit, wave)
    path.write_text(json.dumps(book), encoding="utf-8")
    return chapter_markdown(path)


def _executed(patch: pytest.MonkeyPatch, chapter: str, edition: str, unit: str, wave: int) -> dict:
    """The notebook, with what its cells published as their outputs."""
    outputs: list[dict] = []

    def keep(bundle, raw, metadata):
        assert raw is True
        assert metadata["miv"]["released"] is True
        outputs.append({"output_type": "display_data", "data": bundle, "metadata": metadata})

    patch.setattr(publishing, "display", keep)
    patch.setenv(paths.UNIT_FOLDER, str(paths.EditionPaths(edition).unit(unit)))
    book = json.loads(execute.notebook_path(chapter).read_text(encoding="utf-8"))
    names: dict = {}
    for cell in book["cells"]:
        if cell["cell_type"] != "code":
            continue
        outputs = cell["outputs"] = []
        if "parameters" in cell["metadata"].get("tags", []):
            names.update(edition=edition, unit=unit, wave=wave)
        else:
            exec("".join(cell["source"]), names)
    return book


def annex(folder: Path, name: str) -> pd.DataFrame:
    """The data annex of one table or figure."""
    return pd.read_csv(folder / "tables" / f"{name}.csv", sep=";", decimal=",", comment="#", encoding="utf-8-sig")


class Cell:
    """A notebook's cell, run for a unit of the small world."""

    def __init__(self, patch: pytest.MonkeyPatch, folder, unit: str) -> None:
        self.outputs: list[dict] = []
        patch.setattr(publishing, "display", lambda bundle, raw, metadata: self.outputs.append(bundle))
        patch.setenv(paths.UNIT_FOLDER, str(folder / "units" / unit))
        self.report = Report(edition="small", unit=unit, wave=2022, chapter="1-student-safety")
        self.names = {"report": self.report, "pd": pd}

    def run(self, source: str) -> str:
        """What the cell shows, as Markdown."""
        self.outputs.clear()
        exec(compile(textwrap.dedent(source), "cell", "exec"), self.names)
        return "\n\n".join(bundle["text/markdown"] for bundle in self.outputs)
