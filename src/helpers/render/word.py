"""The look of Word documents: a reference document, made by code so that it can be reviewed."""

from __future__ import annotations

import subprocess
from functools import cache
from pathlib import Path

ACCENT = "0B4F7D"
SYNTHETIC = "Synthetische gegevens: instellingen en respondenten zijn verzonnen."


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
