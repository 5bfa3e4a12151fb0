"""The look of Word documents: a reference document, made by code so that it can be reviewed."""

from __future__ import annotations

import subprocess
from functools import cache
from pathlib import Path

ACCENT = "0B4F7D"
SYNTHETIC = "Synthetische gegevens: instellingen en respondenten zijn verzonnen."
LONGEST_COLUMN = 34
"""In characters; a longer text takes more lines."""


@cache
def _default() -> bytes:
    from helpers.render.preview import pandoc_path

    command = [pandoc_path(), "--print-default-data-file", "reference.docx"]
    return subprocess.run(command, capture_output=True, check=True).stdout


def write_reference(path: Path, meta: dict) -> None:
    """Write the reference document: fonts, colours, page header, page numbers."""
    import docx
    from docx.shared import Cm, Pt, RGBColor

    path.write_bytes(_default())
    document = docx.Document(str(path))
    for name, size in (("Title", 26), ("Subtitle", 15), ("Heading 1", 18), ("Heading 2", 13), ("Heading 3", 11)):
        style = document.styles[name]
        style.font.name, style.font.size = "Calibri", Pt(size)
        style.font.color.rgb = RGBColor.from_string(ACCENT)
    for name in ("Normal", "Body Text", "First Paragraph", "Compact"):
        document.styles[name].font.name = "Calibri"
        document.styles[name].font.size = Pt(10.5)
    for name in ("Image Caption", "Table Caption"):
        document.styles[name].font.size = Pt(9)
        document.styles[name].font.italic = False
    section = document.sections[0]
    section.page_width, section.page_height = Cm(21), Cm(29.7)
    section.left_margin = section.right_margin = Cm(2.4)
    notes = [SYNTHETIC] if meta["synthetic"] else []
    notes += ["Vertrouwelijk"] if meta["confidential"] else []
    section.header.paragraphs[0].text = " · ".join([meta["title"], *notes])
    section.header.paragraphs[0].style.font.size = Pt(8)
    _page_number(section.footer.paragraphs[0])
    document.save(str(path))


def _page_number(paragraph) -> None:
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn

    field = OxmlElement("w:fldSimple")
    field.set(qn("w:instr"), "PAGE")
    paragraph._p.append(field)


def finish_tables(path: Path) -> None:
    """Give every table of a document the page's width, columns by their contents, and rows that stay whole.

    Pandoc leaves that to the reader's program, and programs differ. Tables without a grid are left as they are: Quarto
    draws its boxes as such.
    """
    import docx
    from docx.oxml.ns import qn

    document = docx.Document(str(path))
    section = document.sections[0]
    width = section.page_width - section.left_margin - section.right_margin
    for table in document.tables:
        if table._tbl.find(qn("w:tblGrid")) is not None:
            _lay_out(table, width)
    document.save(str(path))


def _lay_out(table, width: int) -> None:
    from docx.shared import Emu, Pt

    lengths = [3 + max(len(cell.text) for cell in column.cells) for column in table.columns]
    lengths = [min(length, LONGEST_COLUMN) for length in lengths]
    table.autofit = False
    for column, length in zip(table.columns, lengths, strict=True):
        column.width = Emu(int(width * length / sum(lengths)))
    for number, row in enumerate(table.rows):
        _mark_row(row, header=number == 0)
        for cell, column in zip(row.cells, table.columns, strict=True):
            cell.width = column.width
            for paragraph in cell.paragraphs:
                paragraph.paragraph_format.space_before = paragraph.paragraph_format.space_after = Pt(1.5)
                for run in paragraph.runs:
                    run.font.size = Pt(8.5)
                    run.font.bold = number == 0 or run.font.bold


def _mark_row(row, *, header: bool) -> None:
    """A row is not broken over pages; the first is repeated on each, and every row has a line below it."""
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn

    properties = row._tr.get_or_add_trPr()
    for name in ("w:cantSplit", *(("w:tblHeader",) if header else ())):
        if properties.find(qn(name)) is None:
            properties.append(OxmlElement(name))
    for cell in row.cells:
        borders = OxmlElement("w:tcBorders")
        line = OxmlElement("w:bottom")
        colour = ACCENT if header else "D9E0E5"
        for key, value in {"val": "single", "sz": "10" if header else "4", "color": colour}.items():
            line.set(qn(f"w:{key}"), value)
        borders.append(line)
        cell._tc.get_or_add_tcPr().append(borders)
