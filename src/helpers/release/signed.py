"""What a sign-off is of: the files from which a report is made, and the bytes of the report itself.

Files of a unit are named, from the chapters and from what these wrote down: what an interrupted run leaves behind has
no name here.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from pathlib import Path

from helpers import paths, settings

MADE_OF = ("ipynb", "findings.json", "disclosure.json")
"""Endings of what a chapter leaves in its unit's folder; tables and figures beside them are named in the last."""

LINK = "a link, not a file"


def notes(edition: str, unit: str) -> list[dict]:
    """What a unit's chapters wrote down about each table, figure and sentence, in the order of the report."""
    folder = paths.EditionPaths(edition).unit(unit)
    files = [folder / f"{chapter}.disclosure.json" for chapter in settings.load_chapters().of(unit)]
    return [note for path in files if path.is_file() for note in json.loads(path.read_text(encoding="utf-8"))]


def items(edition: str, unit: str) -> list[dict]:
    """The notes about tables and figures; sentences are made from the same cells."""
    return [note for note in notes(edition, unit) if note["id"].startswith(("tbl-", "fig-"))]


def contents(edition: str, unit: str) -> str:
    """Checksum of what a unit's report says: its executed chapters, what they published, words around, and rules."""
    digest = hashlib.sha256()
    for path in _made_of(edition, unit):
        digest.update(f"{path.name} {_sha256(path) if path.is_file() else 'absent'}\n".encode())
    return digest.hexdigest()


def _made_of(edition: str, unit: str) -> Iterator[Path]:
    folder = paths.EditionPaths(edition).unit(unit)
    for chapter in settings.load_chapters().of(unit):
        yield from (folder / f"{chapter}.{end}" for end in MADE_OF)
    for item in items(edition, unit):
        yield folder / "tables" / f"{item['id']}.csv"
        yield from (folder / "figures" / f"{item['id']}.{end}" for end in ("svg", "png"))
    kind = "sector" if unit == settings.SECTOR else "institutions"
    yield paths.REPORT_PARTS / "words" / edition / f"{kind}.md"
    yield paths.PARAMETERS / "disclosure.yml"


def bundle(report: Path) -> dict[str, str]:
    """SHA-256 of every file of a report, by its path in the report's folder; empty where there is none."""
    found = sorted(path for path in report.rglob("*") if path.is_symlink() or not path.is_dir())
    return {path.relative_to(report).as_posix(): LINK if path.is_symlink() else _sha256(path) for path in found}


def listing(report: Path, files: dict[str, str]) -> dict[str, dict[str, object]]:
    """Size and SHA-256 of every file of a report, as :func:`bundle` gives them."""
    return {path: {"bytes": (report / path).stat().st_size, "sha256": checksum} for path, checksum in files.items()}


def changed(before: dict[str, str], now: dict[str, str]) -> dict[str, str]:
    """Files of which the bytes are not what they were: ``gone``, ``added`` or ``other``, by path."""
    found = {path: "gone" for path in before if path not in now}
    found |= {path: "other" if path in before else "added" for path in now if before.get(path) != now[path]}
    return dict(sorted(found.items()))


def _sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()
