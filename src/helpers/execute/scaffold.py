"""A new chapter: a notebook from ``notebooks/templates/chapter.ipynb``, and its line in ``parameters/chapters.yml``."""

from __future__ import annotations

import json
import re
from pathlib import Path

import yaml

from helpers import execute, paths, settings
from helpers.errors import MonitorError, Problem, Problems
from helpers.files import marks, write_bytes
from helpers.story import cells

NAME = re.compile(r"\d+(-[a-z0-9]+)+")


def new_chapter(name: str, title: str = "") -> Path:
    """Make a chapter that stands in the reports of the sector and of institutions; gives its notebook.

    ``title`` is its heading; without one the name is. Raises :class:`Problems` for a name that is taken or not one,
    and for a title that cannot stand in a text cell.
    """
    name = name.strip().removesuffix(".ipynb")
    problems = _problems(name)
    if marks(title):
        found = f"marks that turn text around ({marks(title)})"
        problems.append(Problem("TITLE", "", found, "a heading without them", "Type the heading itself."))
    if problems:
        raise Problems("The chapter cannot be made:", problems)
    title = " ".join(title.split()) or name.partition("-")[2].replace("-", " ").capitalize()
    lines = _with_line(name)
    path = execute.notebook_path(name)
    write_bytes(path, _notebook(name, title))
    problems = cells.problems(path)
    if problems:
        path.unlink()
        raise Problems("The chapter cannot be made:", problems)
    write_bytes(paths.CHAPTERS, lines)
    return path


def _problems(name: str) -> list[Problem]:
    chapters = settings.load_chapters().chapters
    numbers = [int(each.split("-")[0]) for each in (*execute.notebooks(), *chapters) if NAME.fullmatch(each)]
    example = f"{max(numbers, default=0) + 1}-incidenten"
    if not NAME.fullmatch(name):
        allowed = "a number and words of small letters and digits, with hyphens between"
        return [Problem("NAME", "", repr(name), allowed, f"For example: make chapter NAME={example}.")]
    if execute.notebook_path(name).exists():
        remedy = f"Choose another, for example {example}, or edit the chapter that is there."
        return [Problem(f"notebooks/{name}.ipynb", "", "a chapter of this name", "a new name", remedy)]
    return []


def _notebook(name: str, title: str) -> bytes:
    """The template without outputs, its NAME and TITLE filled in."""
    values = {"NAME": name, "TITLE": title}
    book = json.loads(paths.CHAPTER_TEMPLATE.read_text(encoding="utf-8"))
    for cell in book["cells"]:
        source = re.sub(r"\b(NAME|TITLE)\b", lambda match: values[match[1]], "".join(cell["source"]))
        cell["source"] = source.splitlines(keepends=True)
        if cell["cell_type"] == "code":
            cell |= {"outputs": [], "execution_count": None}
    return execute.clean(json.dumps(book), f"{name}.ipynb")


def _with_line(name: str) -> bytes:
    """The list of chapters with a line for this one, its comments kept."""
    text, chapters = paths.CHAPTERS.read_text(encoding="utf-8"), settings.load_chapters().chapters
    if name in chapters:
        return text.encode("utf-8")
    longer = f"{text.rstrip()}\n  {name}: both\n"
    try:
        added = yaml.safe_load(longer)["chapters"] == {**chapters, name: "both"}
    except yaml.YAMLError:
        added = False
    if not added:
        raise MonitorError(
            "parameters/chapters.yml does not end with the last chapter on a line of its own, two spaces in, "
            f"so that '{name}: both' cannot be added below it. Put it so, and run the command again."
        )
    return longer.encode("utf-8")
