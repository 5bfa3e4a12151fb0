"""The workbook: every sheet has the cells of its CSV file, and the first two say what the data package describes.

No sheet holds words of its own. What stands on the first two is made again here from captions of the pages, the data
package and the CSV files (which are looked at elsewhere), and compared row by row.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterator

from helpers.audit.bundle import Bundle, Cells, Sheet
from helpers.audit.declared import Finding, expected, short
from helpers.audit.normal import tight
from helpers.audit.published import sheet_labels
from helpers.audit.said import NUMBERED, Said

FILE, CODEBOOK = "data/gegevens.xlsx", "codeboek"
MEND = "Render the report again; every form of it says the same"
ABOVE = 3
"""Rows above the heads of a table: caption, sources, warning."""
FEW = 4
"""Names of sheets that are listed; of more their number is told."""
Fields = list[tuple[str, str, str]]
"""Title, code and description of each column."""


def check(bundle: Bundle, said: Said) -> Iterator[Finding]:
    """What the workbook says that no other file does, or says otherwise."""
    if FILE not in bundle.files:
        return
    labels = sheet_labels(bundle)
    for label in sorted(set(bundle.data) - set(labels.values())):
        yield Finding(bundle.unit, FILE, "", f"no sheet of {label}", "a sheet for every CSV file", MEND)
    fields, sources = _described(bundle)
    wanted = {name: label for name, label in labels.items() if label in bundle.data}
    for number, (name, rows) in enumerate(bundle.sheets.items()):
        if number == 0:
            yield from _cover(bundle, name, rows, said, wanted, fields, sources)
        elif number == 1:
            yield from _compared(bundle, name, rows, _meanings(wanted, fields))
        elif name not in wanted:
            yield Finding(bundle.unit, FILE, name, "a sheet of no CSV file", "a sheet for every CSV file", MEND)
        else:
            label = wanted[name]
            above = _above(name, label, said, sources.get(label, ""), bundle.data[label].comments)
            yield from _sheet(bundle, name, rows, bundle.data[label], above, fields.get(label, []))


def _described(bundle: Bundle) -> tuple[dict[str, Fields], dict[str, str]]:
    """By label the columns of a file, and the sources of its chapter, as ``datapackage.json`` has them."""
    path = bundle.files.get("data/datapackage.json")
    try:
        resources = json.loads(path.read_text(encoding="utf-8"))["resources"] if path else []
        fields = {
            str(one["name"]): [(str(each["title"]), str(each["name"]), str(each["description"]))
                               for each in one["schema"]["fields"]]
            for one in resources
        }  # fmt: skip
        sources = {str(one["name"]): str(one.get("description", "")).partition(": ")[2] for one in resources}
    except (ValueError, KeyError, TypeError):
        return {}, {}
    return fields, sources


def _filled(row: list[str]) -> list[str]:
    """A row without the empty cells behind it."""
    row = list(row)
    while row and not row[-1]:
        row.pop()
    return row


def _compared(bundle: Bundle, name: str, rows: Cells, wanted: Cells, first: int = 1) -> Iterator[Finding]:
    """Rows that are not those that are wanted, in their order."""
    for number in range(max(len(rows), len(wanted))):
        found = _filled(rows[number]) if number < len(rows) else []
        right = _filled(wanted[number]) if number < len(wanted) else []
        if [tight(one) for one in found] != [tight(one) for one in right]:
            place, what = f"{name}, row {number + first}", short("; ".join(found))
            yield Finding(bundle.unit, FILE, place, what, short("; ".join(right)), MEND)


def _cover(
    bundle: Bundle, name: str, rows: Cells, said: Said, labels: dict[str, str], fields: dict[str, Fields], sources: dict
) -> Iterator[Finding]:
    """The first sheet: declared lines, and one row a table or figure."""
    heads = expected("workbook")["cover"]
    start = next((number for number, row in enumerate(rows) if _filled(row) == heads), len(rows))
    for number, row in enumerate(rows[:start], start=1):
        for cell in row:
            if cell and not any(said.fits(rule, cell) for rule in expected("workbook")["words"]):
                yield Finding(bundle.unit, FILE, f"{name}, row {number}", short(cell), "a declared line", MEND)
    chapters = {
        NUMBERED.sub("", tight(one.text_content())) for root in bundle.pages.values() for one in root.iter("h1")
    }
    wanted = []
    for place, (sheet, label) in enumerate(labels.items(), start=start + 1):
        data = bundle.data[label]
        chapter = rows[place][3] if place < len(rows) and len(rows[place]) > 3 else ""
        if tight(chapter) not in chapters:
            yield Finding(
                bundle.unit, FILE, f"{name}, row {place + 1}", short(chapter), "a chapter of the report", MEND
            )
        hidden = sum(bool(row[data.heads.index("hidden")]) for row in data.rows) if "hidden" in data.heads else 0
        titles = ", ".join(title for title, _, _ in fields.get(label, []))
        caption = _caption(label, said).partition(". ")[2]
        about = [sheet, label, caption, chapter, sources.get(label, ""), str(len(data.rows)), str(hidden), titles]
        wanted.append(about)
    yield from _compared(bundle, name, rows[start + 1 :], wanted, start + 2)


def _caption(label: str, said: Said) -> str:
    return "Codeboek. Wat de gegevens betekenen" if label == CODEBOOK else said.captions.get(label, "")


def _meanings(labels: dict[str, str], fields: dict[str, Fields]) -> Cells:
    """What each column means, and in which sheets it stands."""
    where: dict[tuple[str, str, str], list[str]] = {}
    for sheet, label in labels.items():
        for field in fields.get(label, []):
            where.setdefault(field, []).append(sheet)
    return [
        expected("workbook")["meanings"],
        *(
            [*field, "alle" if len(names) == len(labels) else str(len(names)) if len(names) > FEW else ", ".join(names)]
            for field, names in where.items()
        ),
    ]


def _above(name: str, label: str, said: Said, sources: str, comments: list[str]) -> Cells:
    """What stands above the heads of a table: its caption, sources (of the codebook its name), a warning."""
    caption = _caption(label, said)
    second = f"Bronnen van het hoofdstuk: {sources}" if sources else label
    return [
        [caption if caption.startswith(f"{name}.") else ""],
        [second],
        [comments[0].lstrip("# ") if comments else ""],
    ]


def _sheet(bundle: Bundle, name: str, rows: Cells, data: Sheet, above: Cells, fields: Fields) -> Iterator[Finding]:
    """A sheet with a table: what stands above it, its heads, and the cells of the CSV file."""
    back = expected("workbook")["back"]
    top = [[cell for cell in row if cell != back or number] for number, row in enumerate(rows[:ABOVE])]
    yield from _compared(bundle, name, top, above)
    titles = [tight(title) for title, _, _ in fields]
    heads = [tight(re.sub(r" \(\d\)$", "", cell)) for cell in (rows[ABOVE] if len(rows) > ABOVE else [])]
    if heads != titles or len(heads) != len(data.heads):
        place, what = f"{name}, row {ABOVE + 1}", short("; ".join(heads))
        yield Finding(bundle.unit, FILE, place, what, "the columns of the CSV file", MEND)
    below = rows[ABOVE + 1 :]
    if len(below) != len(data.rows):
        what = f"{len(below)} rows"
        yield Finding(bundle.unit, FILE, name, what, f"the {len(data.rows)} rows of the CSV file", MEND)
    for number, (row, line) in enumerate(zip(below, data.rows, strict=False), start=ABOVE + 2):
        cells = [*row, *[""] * (len(line) - len(row))]
        for place, (cell, value) in enumerate(zip(cells, line, strict=False)):
            if not _same(cell, value):
                where = f"{name}, row {number}, column {place + 1}"
                yield Finding(bundle.unit, FILE, where, short(cell), f"{short(value)}, as in the CSV file", MEND)
        if beside := [cell for cell in cells[len(line) :] if cell]:
            yield Finding(bundle.unit, FILE, f"{name}, row {number}", short("; ".join(beside)), "no cell", MEND)


def _same(cell: str, value: str) -> bool:
    """Whether a cell is what the CSV file says: a number to the last bits in which programs write it."""
    if cell == value or cell == value.removeprefix("'"):
        return True
    try:
        return math.isclose(float(cell), float(value.replace(",", ".")), rel_tol=1e-14)
    except ValueError:
        return False
