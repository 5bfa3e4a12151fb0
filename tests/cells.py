"""Running a chapter's cells in this process, and reading what it published."""

from __future__ import annotations

import json
from pathlib import Path

import pandas as pd
import pytest

from helpers import execute, paths, report, settings

CHAPTERS = settings.load_chapters().of(settings.SECTOR)
"""Chapters of the sector report."""


def run_cells(patch: pytest.MonkeyPatch, chapter: str, edition: str, unit: str, wave: int = 2022) -> str:
    """Everything that a chapter publishes for a unit, as Markdown; its files go to the unit's folder."""
    shown: list[str] = []

    def keep(bundle, raw, metadata):
        assert raw is True
        assert metadata["miv"]["released"] is True
        shown.append(bundle["text/markdown"])

    folder = paths.EditionPaths(edition).unit(unit)
    patch.setattr(report, "display", keep)
    patch.setenv(paths.UNIT_FOLDER, str(folder))
    book = json.loads(execute.notebook_path(chapter).read_text(encoding="utf-8"))
    names: dict = {}
    for cell in book["cells"]:
        if cell["cell_type"] != "code":
            continue
        if "parameters" in cell["metadata"].get("tags", []):
            names.update(edition=edition, unit=unit, wave=wave)
        else:
            exec("".join(cell["source"]), names)
    return "\n\n".join(shown)


def annex(folder: Path, name: str) -> pd.DataFrame:
    """The data annex of one table or figure."""
    return pd.read_csv(folder / "tables" / f"{name}.csv", sep=";", decimal=",", comment="#", encoding="utf-8-sig")
