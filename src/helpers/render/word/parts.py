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


def run(text: str, **properties: bool):
    """A run of text; ``bold=True``."""
    made = element("w:r")
    if properties.get("bold"):
        style = element("w:rPr")
        style.append(element("w:b"))
        made.append(style)
    content = element("w:t")
    content.set("{http://www.w3.org/XML/1998/namespace}space", "preserve")
    content.text = text
    made.append(content)
    return made


def field_mark(kind: str):
    """The begin, separation or end of a field."""
    made = element("w:r")
    made.append(element("w:fldChar", fldCharType=kind))
    return made


def field_code(code: str):
    """The instruction of a field."""
    made = element("w:r")
    text = element("w:instrText")
    text.set("{http://www.w3.org/XML/1998/namespace}space", "preserve")
    text.text = f" {code} "
    made.append(text)
    return made


def field(code: str, result: str, **properties: bool) -> list:
    """A whole field with its result filled in."""
    return [
        field_mark("begin"),
        field_code(code),
        field_mark("separate"),
        run(result, **properties),
        field_mark("end"),
    ]


def paragraph(style: str, *content):
    """A paragraph of a style (by its id) with runs."""
    made = element("w:p")
    properties = element("w:pPr")
    properties.append(element("w:pStyle", val=style))
    made.append(properties)
    made.extend(content)
    return made
