"""Running one chapter for one unit with papermill."""

from __future__ import annotations

import ast
import difflib
import json
import os
import shutil
import tempfile
from pathlib import Path

from helpers import characteristics, paths, reads, settings
from helpers.errors import MonitorError, Problem, Problems
from helpers.files import display, write_bytes
from helpers.quotes import decisions
from helpers.story import cells
from helpers.warm import FORKED_JOB, kernel

VOLATILE = ("papermill", "execution", "widgets")
"""Metadata that differ between runs of the same notebook; they are left out of executed notebooks."""


class ChapterFailed(MonitorError):
    """A chapter stopped; the message names unit, chapter, cell and error."""


def notebook_path(chapter: str) -> Path:
    """Where a chapter's notebook is."""
    return paths.NOTEBOOKS / f"{chapter}.ipynb"


def notebooks() -> list[str]:
    """Names of all notebooks that there are, in order."""
    return sorted(path.stem for path in paths.NOTEBOOKS.glob("*.ipynb"))


def chapter_parameters(edition: str, unit: str) -> dict[str, object]:
    """The values with which a chapter of ``unit`` runs."""
    return {"edition": edition, "unit": unit, **settings.load_unit_kind(unit).parameters}


def check_parameters(edition: str) -> None:
    """Validate parameter files, the declared characteristics and notebooks' parameters cells against each other.

    Raises :class:`helpers.errors.Problems` with everything that is wrong, before anything runs.
    """
    problems: list[Problem] = []
    about = _collect(problems, settings.load_edition, edition)
    _collect(problems, settings.load_settings)
    _collect(problems, characteristics.load)
    _collect(problems, decisions.load, edition)
    chapters = _collect(problems, settings.load_chapters)
    missing = {} if chapters is None else _missing(chapters)
    problems.extend(missing.values())
    for unit in (settings.SECTOR, settings.INSTITUTION):
        kind = _collect(problems, settings.load_unit_kind, unit)
        if kind is not None:
            there = [] if chapters is None else [each for each in chapters.of(unit) if each not in missing]
            problems.extend(_check_unit_kind(kind, f"parameters/{unit}.yml", there, about))
    if problems:
        raise Problems("The parameters cannot be used:", dict.fromkeys(problems))


def _collect(problems: list[Problem], load, *arguments):
    try:
        return load(*arguments)
    except Problems as error:
        problems.extend(error.problems)
    except MonitorError as error:
        problems.append(Problem("parameters", "", str(error), "an edition with settings", "Correct the name."))
    return None


def _missing(chapters: settings.Chapters) -> dict[str, Problem]:
    """A problem for each chapter that has no notebook."""
    known, problems = notebooks(), {}
    for chapter in chapters.chapters:
        if chapter not in known:
            near = difflib.get_close_matches(chapter, known, n=2)
            remedy = f"Did you mean {' or '.join(near)}?" if near else f"Make it: make chapter NAME={chapter}."
            where = f"key chapters.{chapter}"
            found = "a chapter without a notebook"
            problems[chapter] = Problem("parameters/chapters.yml", where, found, ", ".join(known), remedy)
    return problems


def _check_unit_kind(
    kind: settings.UnitKind, file: str, chapters: list[str], about: settings.Edition | None
) -> list[Problem]:
    problems = []
    wave = kind.parameters.get("wave")
    if about is not None and wave is not None and wave not in about.waves:
        allowed = ", ".join(map(str, about.waves))
        problems.append(Problem(file, "key parameters.wave", repr(wave), allowed, "Choose a wave of the edition."))
    for chapter in chapters:
        problems.extend(_check_notebook(chapter, set(kind.parameters) | {"edition", "unit"}, file))
    return problems


def _check_notebook(chapter: str, expected: set[str], file: str) -> list[Problem]:
    path = notebook_path(chapter)
    name = f"notebooks/{path.name}"
    problems = cells.problems(path)
    try:
        book = json.loads(path.read_text(encoding="utf-8"))
        tagged = [cell for cell in book["cells"] if "parameters" in cell.get("metadata", {}).get("tags", [])]
    except (ValueError, KeyError):
        return problems
    if len(tagged) != 1:
        found = f"{len(tagged)} cells tagged 'parameters'"
        return [*problems, Problem(name, "", found, "exactly one", "Tag the cell that sets the parameters.")]
    try:
        given = _assigned("".join(tagged[0]["source"]))
    except SyntaxError as error:
        wrong = Problem(name, "parameters cell", str(error), "assignments such as wave = 2022", "Correct it.")
        return [*problems, wrong]
    for parameter in sorted(given - expected):
        remedy = f"Add it to {file}, key parameters, or take it out of the notebook."
        problems.append(Problem(name, "parameters cell", f"'{parameter}'", ", ".join(sorted(expected)), remedy))
    for parameter in sorted(expected - given):
        remedy = f"Give '{parameter}' a default in the notebook's parameters cell."
        problems.append(Problem(file, "key parameters", f"'{parameter}'", ", ".join(sorted(given)), remedy))
    return problems


def _assigned(source: str) -> set[str]:
    """Names to which a cell assigns."""
    nodes = [node for node in ast.parse(source).body if isinstance(node, ast.Assign)]
    return {target.id for node in nodes for target in node.targets if isinstance(target, ast.Name)}


def run_chapter(edition: str, unit: str, chapter: str) -> Path:
    """Execute a chapter for a unit; the executed notebook, its tables and figures appear in the unit's folder.

    Beside them ``<chapter>.reads.json``: which files it read, on which the workflow decides when to run it again.
    Raises :class:`ChapterFailed`. Then the failed notebook stays beside the place of the good one as
    ``<chapter>.failed.ipynb``, with ``<chapter>.error.json``, and the unit's old report is taken away.
    """
    import papermill
    from papermill.exceptions import PapermillExecutionError

    where = paths.EditionPaths(edition)
    folder = where.unit(unit)
    folder.mkdir(parents=True, exist_ok=True)
    target, failed = folder / f"{chapter}.ipynb", folder / f"{chapter}.failed.ipynb"
    note, record = folder / f"{chapter}.error.json", where.record(unit, chapter)
    for stale in (target, failed, note, record):
        stale.unlink(missing_ok=True)
    shutil.rmtree(where.report(unit), ignore_errors=True)
    working = folder / f".{chapter}.{os.getpid()}.ipynb"
    os.environ[paths.UNIT_FOLDER] = str(folder)
    try:
        kernel.private()
        with reads.recording(record):
            if os.environ.get(FORKED_JOB):
                kernel.prepare()
            papermill.execute_notebook(
                str(notebook_path(chapter)),
                str(working),
                parameters=chapter_parameters(edition, unit),
                kernel_name="python3",
                cwd=str(paths.NOTEBOOKS),
                progress_bar=False,
            )
        write_bytes(target, clean(working.read_text(encoding="utf-8"), f"{chapter}.ipynb"))
    except PapermillExecutionError as error:
        if working.exists():
            os.replace(working, failed)
        raise _failed(note, unit, chapter, error, failed) from error
    finally:
        working.unlink(missing_ok=True)
    return target


def _failed(note: Path, unit: str, chapter: str, error, failed: Path) -> ChapterFailed:
    reason = f"{error.ename}: {error.evalue}".strip()
    content = {
        "unit": unit,
        "chapter": chapter,
        "cell": error.exec_count,
        "error": reason,
        "open": str(failed),
    }
    write_bytes(note, (json.dumps(content, ensure_ascii=False, indent=1) + "\n").encode("utf-8"))
    return ChapterFailed(f"unit {unit}, chapter {chapter}, cell [{error.exec_count}]: {reason}")


def clean(notebook: str, where: str) -> bytes:
    """The notebook without what differs from run to run and without outputs of scratch cells, in nbformat's layout.

    ``where``: how errors name it.
    """
    book = cells.without_scratch(json.loads(notebook), where)
    book["metadata"] = {"kernelspec": KERNEL, "language_info": {"name": "python"}}
    for cell in book["cells"]:
        cell["metadata"] = {key: value for key, value in cell["metadata"].items() if key not in VOLATILE}
        cell["metadata"].pop("collapsed", None)
        if "injected-parameters" in cell["metadata"].get("tags", []):
            cell["id"] = "injected-parameters"  # papermill gives it another id each time
    return (json.dumps(book, ensure_ascii=False, indent=1, sort_keys=True) + "\n").encode("utf-8")


def _only_synthetic(name: str, files: set[Path]) -> None:
    """Raise :class:`ChapterFailed` if some of these files are of an edition that is not known to be synthetic."""
    for path in sorted(files):
        for root in (paths.deliveries_root(), paths.outputs_root()):
            edition = path.relative_to(root).parts[0] if path.is_relative_to(root) else None
            if edition is not None and settings.load_edition(edition).synthetic is None:
                raise ChapterFailed(
                    f"{name} read {display(path)}, of an edition that is not synthetic: its outputs are not stored. "
                    "Set another edition in its parameters cell, and look for cells that name this one."
                )


KERNEL = {"display_name": "Python 3 (ipykernel)", "language": "python", "name": "python3"}


def refresh(chapter: str) -> bool:
    """Run a notebook as it is and store its outputs in it; True if they changed.

    Cell ids and sources stay; what comes out is what a fresh run gives, to the byte. Outputs of a real edition are
    never stored, whatever the parameters cell says: raises :class:`ChapterFailed` if one was read.
    """
    import nbformat
    from nbclient import NotebookClient
    from nbclient.exceptions import CellExecutionError

    path = notebook_path(chapter)
    before = path.read_bytes()
    book = nbformat.read(path, as_version=4)
    os.environ.pop(paths.UNIT_FOLDER, None)
    kernel.private()
    client = NotebookClient(
        book,
        kernel_name="python3",
        extra_arguments=["--log-level=40"],
        resources={"metadata": {"path": str(paths.NOTEBOOKS)}},
    )
    try:
        with tempfile.TemporaryDirectory() as scratch:
            record = Path(scratch) / "reads.json"
            with reads.recording(record):
                client.execute()
            _only_synthetic(f"notebooks/{path.name}", reads.load(record))
    except CellExecutionError as error:
        raise ChapterFailed(f"notebooks/{path.name}: {error.ename}: {error.evalue}") from error
    after = clean(nbformat.writes(book), f"notebooks/{path.name}")
    if after != before:
        write_bytes(path, after)
    return after != before
