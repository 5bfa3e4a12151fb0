"""The table of contents: a field that Word can renew, with its entries there at once."""

from __future__ import annotations

from docx.oxml.ns import qn

from helpers.render.word.parts import element, field_code, field_mark, paragraph, run

LEVELS = {"Heading 1": "TOC1", "Heading 2": "TOC2"}
CODE = 'TOC \\o "1-2" \\h \\z \\u'
"""Without page numbers at first: only a program that lays out pages knows them. Renewing the field adds them."""


def insert(document) -> None:
    """Put the contents before the first chapter."""
    headings = [each for each in document.paragraphs if each.style.name in LEVELS]
    if not headings:
        return
    entries = [_entry(heading, number) for number, heading in enumerate(headings, start=1)]
    for mark in (field_mark("separate"), field_code(CODE), field_mark("begin")):
        entries[0].insert(1, mark)
    entries[-1].append(field_mark("end"))  # in a paragraph of its own it could take a page
    start = headings[0]._p
    while start.getprevious() is not None and start.getprevious().tag == qn("w:bookmarkStart"):
        start = start.getprevious()
    start.addprevious(_box([paragraph("TOCHeading", run("Inhoud")), *entries]))


def _entry(heading, number: int):
    """A line of the contents, linked to its heading by a bookmark of our own."""
    name = f"_Toc{number:09d}"
    before, after = element("w:bookmarkStart", id=str(90_000 + number), name=name), element("w:bookmarkEnd")
    after.set(qn("w:id"), str(90_000 + number))
    heading._p.insert(1, before)
    heading._p.append(after)
    link = element("w:hyperlink", anchor=name, history="1")
    link.append(run(" ".join(heading.text.split())))
    return paragraph(LEVELS[heading.style.name], link)


def _box(content: list):
    """What Word takes for a table of contents."""
    box, about, gallery = element("w:sdt"), element("w:sdtPr"), element("w:docPartObj")
    gallery.append(element("w:docPartGallery", val="Table of Contents"))
    gallery.append(element("w:docPartUnique"))
    about.append(gallery)
    inside = element("w:sdtContent")
    inside.extend(content)
    box.extend([about, inside])
    return box
