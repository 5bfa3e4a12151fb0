"""Pieces of WordprocessingML that more than one module makes."""

from __future__ import annotations

from docx.oxml import OxmlElement
from docx.oxml.ns import qn


def element(tag: str, /, **attributes: str):
    """``element("w:lang", val="nl-NL")``: an element with attributes of the same namespace."""
    made = OxmlElement(tag)
    for key, value in attributes.items():
        made.set(qn(f"w:{key}"), value)
    return made


def run(text: str, *, bold: bool = False):
    """A run of text."""
    content = element("w:t")
    content.text = text
    return _run(content, bold)


def _run(content, bold: bool):
    made = element("w:r")
    if bold:
        style = element("w:rPr")
        style.append(element("w:b"))
        made.append(style)
    if content.tag != qn("w:fldChar"):
        content.set("{http://www.w3.org/XML/1998/namespace}space", "preserve")
    made.append(content)
    return made


def field_mark(kind: str, *, bold: bool = False):
    """The begin, separation or end of a field."""
    return _run(element("w:fldChar", fldCharType=kind), bold)


def field_code(code: str, *, bold: bool = False):
    """The instruction of a field."""
    content = element("w:instrText")
    content.text = f" {code} "
    return _run(content, bold)


def field(code: str, result: str, *, bold: bool = False) -> list:
    """A whole field with its result filled in."""
    return [
        field_mark("begin", bold=bold),
        field_code(code, bold=bold),
        field_mark("separate", bold=bold),
        run(result, bold=bold),
        field_mark("end", bold=bold),
    ]


def paragraph(style: str, *content):
    """A paragraph of a style (by its id) with runs."""
    made = element("w:p")
    properties = element("w:pPr")
    properties.append(element("w:pStyle", val=style))
    made.append(properties)
    made.extend(content)
    return made
