"""Captions: Word's own style and numbering, so that a list of figures can be made; pictures need a text instead."""

from __future__ import annotations

import re

from docx.oxml.ns import qn

from helpers.errors import MonitorError
from helpers.render.word.parts import field, run

STYLES = ("Image Caption", "Table Caption")
NUMBERED = re.compile(r"^(Figuur|Tabel)[ \u00a0](\d+)\.\s*(.*)$", re.DOTALL)


def number(document) -> None:
    """Turn ``Figuur 3. …`` into a caption whose number is a field; raises for a picture that has no text instead."""
    for paragraph in document.paragraphs:
        if paragraph.style.name in STYLES:
            of_table = paragraph.style.name == STYLES[1]
            _number(paragraph)
            paragraph.style = document.styles["Caption"]
            paragraph.paragraph_format.keep_with_next = of_table
        elif paragraph._p.find(".//" + qn("w:drawing")) is not None:
            paragraph.paragraph_format.keep_with_next = True
    _check_pictures(document)


def _number(paragraph) -> None:
    found = NUMBERED.match(paragraph.text)
    if not found:
        return
    word, figure, text = found.groups()
    for child in list(paragraph._p):
        if child.tag in (qn("w:r"), qn("w:hyperlink")):
            paragraph._p.remove(child)
    paragraph._p.extend(
        [run(f"{word} ", bold=True), *field(f"SEQ {word} \\* ARABIC", figure, bold=True), run(".", bold=True)]
    )
    paragraph._p.append(run(f" {text}"))


def _check_pictures(document) -> None:
    for place, about in enumerate(document.element.body.iter(qn("wp:docPr")), start=1):
        if not about.get("descr"):
            raise MonitorError(f"Picture {place} of the Word document has no alternative text.")
        about.set("name", f"Figuur {place}")
        if "title" in about.attrib:
            del about.attrib["title"]
