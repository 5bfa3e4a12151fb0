"""What the cells of a notebook may hold, looked at before anything runs; and cells that are scratch (``kladblok``)."""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Iterator
from pathlib import Path

from helpers.errors import MonitorError, Problem
from helpers.story.template import NUMBERED

SCRATCH = "kladblok"
"""Tag of a cell with trial work: it runs, and nothing that it shows is stored or published."""

# fmt: off
STATISTICS = {
    "agg", "aggregate", "apply", "corr", "count", "cov", "crosstab", "cumsum", "describe", "groupby", "kurt", "mean",
    "median", "merge", "mode", "nunique", "pivot", "pivot_table", "prod", "quantile", "rank", "resample", "sem", "skew",
    "std", "sum", "transform", "value_counts", "var",
}
# fmt: on
IMPORTS = ("helpers.story", "matplotlib", "seaborn", "numpy", "pandas", "math", "itertools", "datetime")
"""Packages that a cell of the story may import; views and values come from the report."""
READS = re.compile(r"read_|load_")
ARITHMETIC = (ast.Sub, ast.Mult, ast.Div, ast.FloorDiv, ast.Mod, ast.Pow)


def is_scratch(cell: dict) -> bool:
    """Whether a cell is tagged as scratch."""
    return SCRATCH in cell.get("metadata", {}).get("tags", [])


def named(cell: dict, number: int) -> str:
    """A cell as a researcher finds it: the number of its run, or of its place, and how it begins."""
    lines = [line for line in "".join(cell["source"]).splitlines() if line.strip()]
    count = cell.get("execution_count")
    place = f"cell [{count}]" if count else f"cell {number}"
    return f"{place} (“{lines[0].strip()[:50]}”)" if lines else place


def problems(path: Path) -> list[Problem]:
    """Everything in a notebook's cells that cannot stand there.

    Figures typed by hand, boxes, references and raw HTML in text cells; rows of respondents, files and statistics in
    cells that are not scratch.
    """
    name = f"notebooks/{path.name}"
    try:
        book = json.loads(path.read_text(encoding="utf-8"))
        cells = [(each["cell_type"], "".join(each["source"]), each) for each in book["cells"]]
    except (ValueError, KeyError, TypeError):
        return [Problem(name, "", "a file that is not a notebook", "a Jupyter notebook", "Restore it from git.")]
    if book.get("nbformat") != 4:
        found = f"notebook format {book.get('nbformat')}"
        return [Problem(name, "", found, "format 4", "Open it in JupyterLab, save it, and run `make notebooks`.")]
    found = []
    for number, (kind, source, cell) in enumerate(cells, start=1):
        look = {"markdown": _in_text, "code": _in_code}.get(kind)
        parameters = kind == "code" and "parameters" in cell.get("metadata", {}).get("tags", [])
        if look is None or parameters or (kind == "code" and is_scratch(cell)):
            continue
        found += [Problem(name, named(cell, number), *each) for each in look(source)]
    return found


def _in_text(source: str) -> Iterator[tuple[str, str, str]]:
    plain = "\n".join(NUMBERED.sub("", re.sub(r"^#+\s", "", line)) for line in source.splitlines())
    figure = re.search(r"\S*\d\S*", plain)
    if figure:
        yield (
            f"'{figure[0]}'",
            "text without figures",
            'Let a value write it, in a cell with report.tell("… {{ … }} …").',
        )
    if re.search(r"^\s*:::", source, re.MULTILINE):
        yield "a box (:::)", "headings and plain text", "Write it as report.note(title, text) in a code cell."
    if re.search(r"@(?:fig|tbl)-", source):
        yield (
            "a reference to a figure or table",
            "headings and plain text",
            "Write it in report.tell(…), or use show=[…].",
        )
    if re.search(r"</?[A-Za-z][^>]*>", source):
        yield "raw HTML", "Markdown", "Take the tags out."


def _in_code(source: str) -> Iterator[tuple[str, str, str]]:
    try:
        tree = ast.parse(source)
    except SyntaxError as error:
        yield f"Python that cannot be read (line {error.lineno}: {error.msg})", "Python", "Correct it."
        return
    scratch = f"Move it to a cell tagged `{SCRATCH}`, and publish what comes out with report.release(…)."
    for node in _outside_functions(tree):
        if isinstance(node, ast.Attribute):
            of_report = isinstance(node.value, ast.Name) and node.value.id == "report"
            if node.attr in ("rows", "sector_rows", "analysis", "institutions") and of_report:
                yield f"report.{node.attr}", f"rows of respondents only in cells tagged `{SCRATCH}`", scratch
            elif not of_report and (node.attr in STATISTICS or READS.match(node.attr)):
                yield f".{node.attr}", "views, and statistics only in scratch cells", scratch
        for module in _imported(node):
            if not module.startswith(IMPORTS):
                yield f"an import of {module}", ", ".join(IMPORTS), scratch
        if isinstance(node, ast.BinOp) and isinstance(node.op, ARITHMETIC):
            yield f"a calculation ({ast.unparse(node)[:40]})", "views, and statistics only in scratch cells", scratch


def _imported(node: ast.AST) -> list[str]:
    if isinstance(node, ast.Import):
        return [alias.name for alias in node.names]
    if isinstance(node, ast.ImportFrom):
        return [f"{node.module}.{alias.name}" if node.module == "helpers" else str(node.module) for alias in node.names]
    return []


def _outside_functions(tree: ast.AST) -> Iterator[ast.AST]:
    """Nodes of a cell; drawings are functions and may look at the rows that they draw."""
    for node in ast.iter_child_nodes(tree):
        if not isinstance(node, ast.FunctionDef | ast.Lambda):
            yield node
            yield from _outside_functions(node)


def without_scratch(book: dict, where: str) -> dict:
    """The notebook without outputs of scratch cells, which are never stored.

    Raises :class:`MonitorError` for a scratch cell that tells or shows something for the report.
    """
    for number, cell in enumerate(book["cells"], start=1):
        if cell["cell_type"] != "code" or not is_scratch(cell):
            continue
        if any(output.get("metadata", {}).get("miv") for output in cell["outputs"]):
            raise MonitorError(
                f"{where}, {named(cell, number)}, is tagged `{SCRATCH}` and tells or shows something for the report. "
                "Take the tag off, or move report.tell(…) and report.show(…) to a cell of their own."
            )
        _clear(cell)
    return book


def saved(model: dict, **_about: object) -> None:
    """JupyterLab's hook before it saves: outputs of scratch cells stay out of the file."""
    if model.get("type") != "notebook":
        return
    for cell in (model.get("content") or {}).get("cells", []):
        if cell["cell_type"] == "code" and is_scratch(cell):
            _clear(cell)


def _clear(cell: dict) -> None:
    """Take out what a run of a cell left."""
    cell["outputs"], cell["execution_count"] = [], None
