"""Approval files: what a chapter tells for a unit, as text, so that a changed sentence shows as a changed line.

``python tests/approval.py <edition> <unit> …`` stores what the executed chapters of these units tell now.
"""

from __future__ import annotations

import json
import re
import sys
from functools import partial
from pathlib import Path

import pytest

from helpers import execute, paths, settings
from helpers.render.stitch import chapter_markdown
from helpers.story import publishing

APPROVED = Path(__file__).parent / "approved"
SENTENCE = re.compile(r"(?<=[.!?;:]) +(?=[^\s|\d-])")


def story(folder: Path, chapter: str) -> str:
    """A chapter's Markdown, a sentence a line, and what it gave to the summary."""
    text = "\n".join(_lines(line) for line in chapter_markdown(folder / f"{chapter}.ipynb").splitlines())
    told = json.loads((folder / f"{chapter}.findings.json").read_text(encoding="utf-8"))
    return f"{text}\n\n== samenvatting\n\n" + "\n".join(map(_finding, told)) + "\n"


def _lines(line: str) -> str:
    return line if line.startswith(("|", ":::")) else SENTENCE.sub("\n", line)


def _finding(one: dict) -> str:
    about = ", ".join(one["treats"])
    head = f"[{one['id']}; vraag {one['question'] or '-'}; gewicht {one['weight']}; {about or '-'}; {one['at'] or '-'}]"
    return f"{head}\n{_lines(one.get('short') or one['sentence'])}\n"


def run(patch: pytest.MonkeyPatch, edition: str, unit: str, chapter: str, folder: Path) -> None:
    """Run a chapter's cells in this process, as an executed notebook in ``folder``."""
    patch.setenv(paths.UNIT_FOLDER, str(folder))
    book = json.loads(execute.notebook_path(chapter).read_text(encoding="utf-8"))
    names: dict = {}
    for cell in book["cells"]:
        cell["outputs"] = found = []
        if "parameters" in cell["metadata"].get("tags", []):
            names.update(edition=edition, unit=unit, wave=execute.chapter_parameters(edition, unit)["wave"])
        elif cell["cell_type"] == "code":
            patch.setattr(publishing, "display", partial(_keep, found))
            exec("".join(cell["source"]), names)
    (folder / f"{chapter}.ipynb").write_text(json.dumps(book), encoding="utf-8")


def _keep(found: list[dict], bundle: dict, raw: bool, metadata: dict) -> None:
    data = {kind: [text] for kind, text in bundle.items()}
    found.append({"output_type": "display_data", "data": data, "metadata": metadata})


def path_of(edition: str, unit: str, chapter: str) -> Path:
    """Where the approved text of a chapter is."""
    return APPROVED / edition / unit / f"{chapter}.md"


def store(edition: str, unit: str) -> None:
    """Approve what the executed chapters of a unit tell now."""
    folder = paths.EditionPaths(edition).unit(unit)
    for chapter in settings.load_chapters().of(unit):
        path = path_of(edition, unit, chapter)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(story(folder, chapter), encoding="utf-8")


if __name__ == "__main__":
    for each in sys.argv[2:]:
        store(sys.argv[1], each)
