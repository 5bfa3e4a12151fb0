"""Tables: the page's width, columns by their contents, heads that are repeated, rows that stay whole."""

from __future__ import annotations

from docx.oxml.ns import qn
from docx.shared import Emu

from helpers.render.word.parts import element
from helpers.render.word.reference import ACCENT, RULE, TABLE_HEAD, TABLE_TEXT

LINE = 112
"""Characters of a table's letters on a line over the whole page, in letters of the usual width."""
PADDING = 4
"""Space around a cell's text, in characters."""
LONGEST = 120
"""In characters; a longer text takes many lines anyway."""
FIGURE = 16
"""A text up to this length in a column of figures (or intervals) stays on one line."""
SHORT = 20
"""Rows up to which a table is kept on one page."""


def lay_out(document) -> None:
    """Lay out every table of a document: pandoc leaves that to the reader's program, and programs differ."""
    section = document.sections[0]
    width = section.page_width - section.left_margin - section.right_margin
    for table in document.tables:
        _lay_out(table, width)
        _describe(table)


def _lay_out(table, width: int) -> None:
    shares = widths([[cell.text for cell in row.cells] for row in table.rows])
    table.autofit = False
    for column, share in zip(table.columns, shares, strict=True):
        column.width = Emu(int(width * share))
    last = len(table.rows) - 1
    for number, row in enumerate(table.rows):
        _mark_row(row, header=number == 0)
        together = number == 0 or (last <= SHORT and number < last)
        for cell, column in zip(row.cells, table.columns, strict=True):
            cell.width = column.width
            _set_text(cell, style=TABLE_HEAD if number == 0 else TABLE_TEXT, together=together)


def widths(rows: list[list[str]]) -> list[float]:
    """Share of the page's width of each column: its longest word, and of what is left a part by what it holds."""
    columns = list(zip(*rows, strict=True))
    words = [PADDING + max(map(_longest_part, column)) for column in columns]
    texts = [PADDING + min(LONGEST, max(map(len, column))) for column in columns]
    needs = [max(0, text - word) for text, word in zip(texts, words, strict=True)]
    left, wanted = max(0, LINE - sum(words)), sum(needs)
    if left < wanted:
        found = [word + left * need / wanted for word, need in zip(words, needs, strict=True)]
    else:  # room for all on one line: the rest goes to the first column with words
        found = [word + need for word, need in zip(words, needs, strict=True)]
        wordy = (place for place, column in enumerate(columns) if not all(map(_is_figure, column[1:])))
        found[next(wordy, 0)] += left - wanted
    return [each / sum(found) for each in found]


def _longest_part(text: str) -> int:
    """Characters that should stay on one line: of a figure all, of a text its longest word."""
    if _is_figure(text):
        return len(text)
    return max((len(word) for word in text.split()), default=0)


def _is_figure(text: str) -> bool:
    return len(text) <= FIGURE and text[:1] in (*"0123456789<", "\N{MINUS SIGN}", "\N{EN DASH}")


def _set_text(cell, *, style: str, together: bool) -> None:
    for paragraph in cell.paragraphs:
        paragraph.style = style
        paragraph.paragraph_format.keep_with_next = together


def _mark_row(row, *, header: bool) -> None:
    """A row is not broken over pages; the first is repeated on each, and every row has a line below it."""
    properties = row._tr.get_or_add_trPr()
    for name in ("w:cantSplit", *(("w:tblHeader",) if header else ())):
        if properties.find(qn(name)) is None:
            properties.append(element(name))
    for cell in row.cells:
        borders = element("w:tcBorders")
        colour = ACCENT if header else RULE
        borders.append(element("w:bottom", val="single", sz="10" if header else "4", color=colour))
        cell._tc.get_or_add_tcPr().append(borders)


def _describe(table) -> None:
    """The caption as the table's own title, for who hears the document, and its first row as heads."""
    properties = table._tbl.tblPr
    look = properties.find(qn("w:tblLook"))
    if look is not None:
        look.set(qn("w:firstRow"), "1")
        look.set(qn("w:val"), "0020")
    caption = _text_before(table)
    if caption:
        properties.append(element("w:tblCaption", val=caption))


def _text_before(table) -> str:
    """Text of the caption above a table."""
    before = table._tbl.getprevious()
    while before is not None and before.tag != qn("w:p"):
        before = before.getprevious()
    style = before.find(f"./{qn('w:pPr')}/{qn('w:pStyle')}") if before is not None else None
    if style is None or style.get(qn("w:val")) != "Caption":
        return ""
    return " ".join("".join(text.text or "" for text in before.iter(qn("w:t"))).split())
