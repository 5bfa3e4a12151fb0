"""A bundle as its readers have it, opened once: pages, Word document, workbook, CSV, PDF."""

from __future__ import annotations

import csv
import io
import json
import zipfile
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from lxml import etree, html

from helpers.audit.normal import visible

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
DRAWN = "{http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing}docPr"
X = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
PAGE_BLOCKS = frozenset(
    {"address", "article", "aside", "blockquote", "body", "button", "caption", "col", "colgroup", "dd", "div", "dl",
     "dt", "fieldset", "figcaption", "figure", "footer", "form", "h1", "h2", "h3", "h4", "h5", "h6", "header", "hr",
     "label", "legend", "li", "main", "nav", "ol", "option", "p", "pre", "section", "summary", "table", "tbody", "td",
     "tfoot", "th", "thead", "title", "tr", "ul"}
)  # fmt: skip
Cells = list[list[str]]


@dataclass(frozen=True)
class Table:
    """A table as a reader sees it: the label it has or the caption above it, its heads, its rows."""

    label: str
    heads: list[str]
    rows: Cells


@dataclass
class Sheet:
    """A CSV file: comment lines, heads, rows."""

    comments: list[str]
    heads: list[str]
    rows: Cells


@dataclass
class Text:
    """A document in reading order: blocks of words, those of its table of contents apart; tables, alternative texts."""

    blocks: list[str] = field(default_factory=list)
    contents: list[str] = field(default_factory=list)
    tables: list[Table] = field(default_factory=list)
    alts: list[str] = field(default_factory=list)


class Bundle:
    """The files of one report; each is read when it is first asked for."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.unit = folder, folder.name
        self.files = {
            path.relative_to(folder).as_posix(): path for path in sorted(folder.rglob("*")) if not path.is_dir()
        }

    @cached_property
    def about(self) -> dict:
        """``report.json``, or nothing where there is none that can be read."""
        path = self.files.get("report.json")
        try:
            content = json.loads(path.read_text(encoding="utf-8")) if path else {}
        except (ValueError, OSError):
            content = {}
        return content if isinstance(content, dict) else {}

    @cached_property
    def pages(self) -> dict[str, html.HtmlElement]:
        """Web pages of the report, parsed."""
        parser = html.HTMLParser(encoding="utf-8", huge_tree=True)
        return {
            name: html.document_fromstring(path.read_bytes(), parser=parser)
            for name, path in self.files.items()
            if name.endswith(".html") and path.stat().st_size
        }

    @cached_property
    def web(self) -> dict[str, Text]:
        """What each page says."""
        return {name: page_text(root) for name, root in self.pages.items()}

    @cached_property
    def word(self) -> dict[str, bytes]:
        """Parts of the Word document."""
        return parts(self.files.get("report.docx"))

    @cached_property
    def document(self) -> Text:
        """What the Word document says."""
        root = self.trees["report.docx"].get("word/document.xml")
        return Text() if root is None else word_text(root)

    @cached_property
    def workbook(self) -> dict[str, bytes]:
        """Parts of the workbook."""
        return parts(self.files.get("data/gegevens.xlsx"))

    @cached_property
    def trees(self) -> dict[str, dict[str, etree._Element]]:
        """Marked-up parts of both, by file and part; none of a part that is not well-formed."""
        both = {"report.docx": self.word, "data/gegevens.xlsx": self.workbook}
        return {
            file: {name: root for name, content in members.items() if (root := tree(name, content)) is not None}
            for file, members in both.items()
        }

    @cached_property
    def sheets(self) -> dict[str, Cells]:
        """Every sheet of the workbook as rows of written values; an empty cell is an empty text."""
        return sheets(self.trees["data/gegevens.xlsx"]) if self.workbook else {}

    @cached_property
    def data(self) -> dict[str, Sheet]:
        """CSV files of the annex by label."""
        return {
            path.stem: read_csv(path)
            for name, path in self.files.items()
            if name.startswith("data/") and name.endswith(".csv")
        }

    @cached_property
    def printed(self) -> list[str]:
        """The text of every page of the PDF."""
        return self._opened[0]

    @cached_property
    def metadata(self) -> str:
        """What the PDF says of itself."""
        return self._opened[1]

    @cached_property
    def _opened(self) -> tuple[list[str], str]:
        import pypdfium2

        path = self.files.get("report.pdf")
        if path is None:
            return [], ""
        document = pypdfium2.PdfDocument(path)
        found = [page.get_textpage().get_text_range() for page in document], str(document.get_metadata_dict())
        document.close()
        return found


PARSER = etree.XMLParser(resolve_entities=False, huge_tree=True, no_network=True)


def parts(path: Path | None) -> dict[str, bytes]:
    """Members of an archive; nothing where it is none."""
    if path is None or not zipfile.is_zipfile(path):
        return {}
    with zipfile.ZipFile(path) as archive:
        return {member.filename: archive.read(member) for member in archive.infolist()}


def tree(name: str, content: bytes) -> etree._Element | None:
    """A marked-up part, parsed; nothing for another part, or one that is not well-formed."""
    try:
        return etree.fromstring(content, PARSER) if name.endswith((".xml", ".rels")) else None
    except etree.XMLSyntaxError:
        return None


def read_csv(path: Path) -> Sheet:
    """Comment lines, heads and rows of a CSV file of the annex."""
    lines = path.read_text(encoding="utf-8-sig", errors="replace").split("\n")
    comments = [line for line in lines if line.startswith("#")]
    rows = list(csv.reader(io.StringIO("\n".join(line for line in lines if not line.startswith("#"))), delimiter=";"))
    rows = [row for row in rows if row]
    return Sheet(comments, rows[0] if rows else [], rows[1:])


def page_text(root: html.HtmlElement) -> Text:
    """What a page says, in order: no words of scripts and styles."""
    found, words = Text(), []

    def flush() -> None:
        said = visible("".join(words))
        words.clear()
        if said:
            found.blocks.append(said)

    def walk(element) -> None:
        if not isinstance(element.tag, str) or element.tag in ("script", "style"):
            return
        block = element.tag in PAGE_BLOCKS
        if block:
            flush()
        words.append(element.text or "")
        for child in element:
            walk(child)
            words.append(child.tail or "")
        if block:
            flush()

    walk(root)
    flush()
    found.alts = [str(alt) for alt in root.xpath("//main//img/@alt")]
    found.tables = [_page_table(table) for table in root.iter("table")]
    return found


def _page_table(table: html.HtmlElement) -> Table:
    box = table.xpath("ancestor-or-self::*[starts-with(@id, 'tbl-')][1]/@id")
    lines = [[visible(cell.text_content()) for cell in line.xpath("./th | ./td")] for line in table.iter("tr")]
    return Table(str(box[0]) if box else "", lines[0] if lines else [], lines[1:])


def word_text(root: etree._Element) -> Text:
    """What the body of a Word document says: runs of a paragraph are joined."""
    found = Text(alts=[str(drawing.get("descr") or "") for drawing in root.iter(DRAWN)])
    caption = ""
    for element in root.iter(f"{W}p", f"{W}tbl"):
        if element.tag == f"{W}tbl":
            lines = [[visible(_cell(cell)) for cell in row.iter(f"{W}tc")] for row in element.iter(f"{W}tr")]
            found.tables.append(Table(caption, lines[0] if lines else [], lines[1:]))
            continue
        said = visible(_paragraph(element))
        style = element.find(f"./{W}pPr/{W}pStyle")
        style = "" if style is None else str(style.get(f"{W}val"))
        if said:
            (found.contents if style.startswith("TOC") else found.blocks).append(said)
            caption = said if style == "Caption" else caption
    return found


def _cell(cell: etree._Element) -> str:
    return " ".join(_paragraph(each) for each in cell.iter(f"{W}p"))


def _paragraph(paragraph: etree._Element) -> str:
    return "".join(
        (one.text or "") if one.tag == f"{W}t" else " " for one in paragraph.iter(f"{W}t", f"{W}tab", f"{W}br")
    )


def sheets(trees: dict[str, etree._Element]) -> dict[str, Cells]:
    """Rows of every sheet, in the order of the workbook."""
    strings = trees.get("xl/sharedStrings.xml")
    shared = [] if strings is None else ["".join(one.itertext()) for one in strings.iter(f"{X}si")]
    found = {}
    for number, sheet in enumerate(trees["xl/workbook.xml"].iter(f"{X}sheet"), start=1):
        root = trees.get(f"xl/worksheets/sheet{number}.xml")
        found[str(sheet.get("name"))] = [] if root is None else _rows(root, shared)
    return found


def _rows(root: etree._Element, shared: list[str]) -> Cells:
    found: Cells = []
    for row in root.iter(f"{X}row"):
        while len(found) < int(row.get("r", len(found) + 1)) - 1:
            found.append([])
        cells: list[str] = []
        for cell in row.iter(f"{X}c"):
            place = _column(cell.get("r", ""))
            cells += [""] * (place - len(cells))
            cells.append(_value(cell, shared))
        found.append(cells)
    return found


def _column(reference: str) -> int:
    number = 0
    for letter in reference.rstrip("0123456789"):
        number = number * 26 + ord(letter) - 64
    return number - 1


def _value(cell: etree._Element, shared: list[str]) -> str:
    kind = cell.get("t", "n")
    if kind == "inlineStr":
        return "".join(str(one.text or "") for one in cell.iter(f"{X}t"))
    value = cell.findtext(f"{X}v") or ""
    if kind == "s":
        return shared[int(value)] if value.isdigit() and int(value) < len(shared) else value
    return {"1": "True", "0": "False"}.get(value, value) if kind == "b" else value


def page_captions(pages: dict[str, html.HtmlElement]) -> dict[str, str]:
    """Captions of figures and tables in a report's pages, by label."""
    found = {}
    for root in pages.values():
        for box in root.xpath("//*[starts-with(@id,'tbl-') or starts-with(@id,'fig-')]"):
            words = box.xpath(".//caption | .//figcaption")
            if words:
                found[str(box.get("id"))] = visible(words[0].text_content())
    return found
