"""The look of Word documents: a reference document, made by code so that it can be reviewed."""

from __future__ import annotations

import subprocess
from functools import cache
from pathlib import Path

from docx.enum.style import WD_STYLE_TYPE
from docx.enum.text import WD_TAB_ALIGNMENT
from docx.oxml.ns import qn
from docx.shared import Cm, Pt, RGBColor

from helpers import brand
from helpers.render.pandoc import pandoc_path
from helpers.render.word.parts import element, field

BRAND = brand.load()
ACCENT, SOFT, WASH, RULE = map(BRAND.plain, ("primary", "print-soft", "wash", "line"))
SYNTHETIC = "Synthetische gegevens: instellingen en respondenten zijn verzonnen."
CONCEPT = "Concept: nog niet vrijgegeven"
KADER, KICKER = "Kader", "Kicker"
TABLE_TEXT, TABLE_HEAD = "Tabeltekst", "Tabelkop"
"""Our own styles: a box, the line above the title, cells of a table."""
HEADINGS = {"Title": 28, "Subtitle": 15, "Heading 1": 18, "Heading 2": 13, "Heading 3": 11}
TEXTS = ("Normal", "Body Text", "First Paragraph", "Compact")
TEXT_WIDTH = Cm(16.2)


@cache
def _default() -> bytes:
    command = [pandoc_path(), "--print-default-data-file", "reference.docx"]
    return subprocess.run(command, capture_output=True, check=True).stdout


def write_reference(path: Path, meta: dict) -> None:
    """Write the reference document: fonts, colours, page header, page numbers."""
    import docx

    path.write_bytes(_default())
    document = docx.Document(str(path))
    _headings(document)
    _texts(document)
    _contents(document)
    _boxes(document)
    _tables(document)
    section = document.sections[0]
    section.page_width, section.page_height = Cm(21), Cm(29.7)
    section.left_margin = section.right_margin = Cm(2.4)
    section.top_margin, section.bottom_margin = Cm(2.7), Cm(2.5)
    _header_and_footer(document, meta)
    document.save(str(path))


def _headings(document) -> None:
    for name, size in HEADINGS.items():
        style = document.styles[name]
        _font(style, size, ACCENT)
        style.font.bold = name != "Subtitle"
        style.paragraph_format.alignment = 0
        style.paragraph_format.keep_with_next = True
    document.styles["Title"].paragraph_format.space_before = Pt(6)
    document.styles["Heading 1"].paragraph_format.page_break_before = True
    document.styles["Heading 1"].paragraph_format.space_after = Pt(10)
    for name in ("Heading 2", "Heading 3"):
        document.styles[name].paragraph_format.space_before = Pt(16)
        document.styles[name].paragraph_format.space_after = Pt(4)
    date = document.styles["Date"]
    _font(date, 11, SOFT)
    date.font.bold = False
    date.paragraph_format.alignment, date.paragraph_format.space_after = 0, Pt(30)


def _texts(document) -> None:
    for name in TEXTS:
        _font(document.styles[name], 10.5)
        document.styles[name].paragraph_format.widow_control = True
    caption = next(style for style in document.styles if style.style_id == "Caption")
    caption.element.find(qn("w:name")).set(qn("w:val"), "caption")  # the name by which Word knows it
    for name in ("Caption", "Image Caption", "Table Caption"):
        style = document.styles[name]
        _font(style, 9, SOFT)
        style.font.italic = False
    caption.paragraph_format.space_before, caption.paragraph_format.space_after = Pt(8), Pt(5)
    quote = document.styles["Block Text"]
    _font(quote, 10.5, SOFT)
    quote.font.italic = True


def _contents(document) -> None:
    heading = _style(document, "TOC Heading", "TOCHeading", "Normal")
    _font(heading, 18, ACCENT)
    heading.font.bold = True
    heading.paragraph_format.page_break_before = True
    heading.paragraph_format.space_after = Pt(8)
    for level in (1, 2):
        style = _style(document, f"toc {level}", f"TOC{level}", "Normal")
        _font(style, 9.5)
        style.font.bold = level == 1
        style.paragraph_format.left_indent = Cm(0.6 * (level - 1))
        style.paragraph_format.space_before = Pt(4 if level == 1 else 0)
        style.paragraph_format.space_after = Pt(0)
        style.paragraph_format.line_spacing = 1.0
        style.paragraph_format.tab_stops.add_tab_stop(TEXT_WIDTH, WD_TAB_ALIGNMENT.RIGHT)


def _boxes(document) -> None:
    kicker = _style(document, KICKER, KICKER, "Normal")
    _font(kicker, 10, SOFT)
    kicker.font.all_caps = True
    kicker.paragraph_format.space_before = Pt(130)
    box = _style(document, KADER, KADER, "Normal")
    _font(box, 10.5)
    box.paragraph_format.left_indent = box.paragraph_format.right_indent = Cm(0.3)
    box.paragraph_format.keep_together = True
    properties = box.element.get_or_add_pPr()
    borders = element("w:pBdr")
    for side in ("top", "left", "bottom"):
        size = "24" if side == "left" else "4"
        colour = ACCENT if side == "left" else WASH
        borders.append(element(f"w:{side}", val="single", sz=size, space="6", color=colour))
    properties.insert_element_before(borders, "w:shd", "w:tabs", "w:spacing", "w:ind", "w:jc")
    shade = element("w:shd", val="clear", color="auto", fill=WASH)
    properties.insert_element_before(shade, "w:tabs", "w:spacing", "w:ind", "w:jc")


def _tables(document) -> None:
    for name in (TABLE_TEXT, TABLE_HEAD):
        style = _style(document, name, name, "Normal")
        _font(style, 8.5)
        style.font.bold = name == TABLE_HEAD
        style.paragraph_format.space_before = style.paragraph_format.space_after = Pt(1.5)
        style.paragraph_format.line_spacing = 1.0


def _style(document, name: str, id: str, base: str):
    """A style of ours, or the one of that name that is there already."""
    names = {style.name.casefold(): style for style in document.styles}
    style = names.get(name.casefold()) or document.styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH)
    style.element.set(qn("w:styleId"), id)
    style.base_style = document.styles[base]
    return style


def _font(style, size: float, colour: str | None = None) -> None:
    style.font.name, style.font.size = BRAND.office, Pt(size)
    fonts = style.element.rPr.rFonts
    for theme in ("asciiTheme", "hAnsiTheme", "eastAsiaTheme", "cstheme"):
        fonts.attrib.pop(qn(f"w:{theme}"), None)
    if colour:
        style.font.color.rgb = RGBColor.from_string(colour)


def _header_and_footer(document, meta: dict) -> None:
    """Above every page what it is and for whom; below it that it is synthetic, and the page's number."""
    section = document.sections[0]
    marks = ["Vertrouwelijk"] if meta["confidential"] else []
    marks += [CONCEPT] if meta.get("concept", False) else []
    marks += [SYNTHETIC.split(":")[0]] if meta["synthetic"] else []
    header, footer = section.header.paragraphs[0], section.footer.paragraphs[0]
    header.text = " · ".join([meta["title"], *marks])
    for paragraph, name in ((header, "Header"), (footer, "Footer")):
        paragraph.style = _style(document, name, name, "Normal")
        _font(paragraph.style, 8, SOFT)
    tabs = footer.paragraph_format.tab_stops
    tabs.clear_all()
    tabs.add_tab_stop(TEXT_WIDTH, WD_TAB_ALIGNMENT.RIGHT)
    footer.add_run((SYNTHETIC if meta["synthetic"] else "") + "\tPagina ")
    footer._p.extend(field("PAGE", "1"))
    footer.add_run(" van ")
    footer._p.extend(field("NUMPAGES", "1"))
