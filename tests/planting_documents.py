"""Leaks to plant in the workbook, the Word document and the PDF of a bundle: see :mod:`planting`."""

from __future__ import annotations

import re
import struct
import zipfile
import zlib
from collections.abc import Callable
from pathlib import Path

from planting import DOCX, PDF, PLANTS, TOLD, XLSX, Plant, planted, repack, swap

# --- workbook ---

CELL = f'<c r="Z40" t="inlineStr"><is><t>{TOLD}</t></is></c>'
SHEET = "xl/worksheets/sheet4.xml"
BOOK = {
    "a hidden sheet": {"xl/workbook.xml": swap('state="visible"', 'state="hidden"')},
    "a very hidden sheet": {"xl/workbook.xml": swap('state="visible"', 'state="veryHidden"')},
    "a hidden column": {SHEET: swap("<col ", '<col hidden="1" ')},
    "a hidden row": {SHEET: swap('<row r="5"', '<row hidden="1" r="5"')},
    "a defined name": {
        "xl/workbook.xml": swap("<definedNames>", f'<definedNames><definedName name="n">"{TOLD}"</definedName>')
    },
    "a cell far away": {SHEET: swap("</sheetData>", f'<row r="40">{CELL}</row></sheetData>')},
    "a footer": {SHEET: swap("<oddFooter>", f"<oddFooter>{TOLD}")},
    "a data validation": {
        SHEET: swap(
            "<pageMargins",
            f'<dataValidations count="1"><dataValidation type="list" sqref="A1"><formula1>"{TOLD}"</formula1>'
            "</dataValidation></dataValidations><pageMargins",
        )
    },
    "a formula": {SHEET: swap("<v>", "<f>57*1</f><v>")},
    "a property": {"docProps/core.xml": swap("<dc:language", f"<dc:description>{TOLD}</dc:description><dc:language")},
    "a title": {"docProps/core.xml": swap("Monitor", TOLD)},
    "a number format": {"xl/styles.xml": swap('formatCode="0.000"', 'formatCode="&quot;vrouw 57%&quot;"')},
    "a style's name": {"xl/styles.xml": swap('name="Normal"', 'name="vrouw 57%"')},
    "a comment in the XML": {SHEET: swap("</worksheet>", f"<!-- {TOLD} --></worksheet>")},
    "a name of a table's column": {"xl/tables/table2.xml": swap('name="', 'name="vrouw 57 ')},
}
for _name, _changes in BOOK.items():
    PLANTS.append(Plant(f"workbook: {_name}", XLSX, lambda bundle, changes=_changes: repack(bundle / XLSX, changes)))

PARTS = {
    "a comment on a cell": ("xl__comments1_dot_xml", f"<comments><text>{TOLD}</text></comments>"),
    "an XML part": ("customXml__item1_dot_xml", f"<a>{TOLD}</a>"),
    "custom properties": ("docProps__custom_dot_xml", f"<Properties>{TOLD}</Properties>"),
    "strings of no cell": ("xl__sharedStrings_dot_xml", f"<sst><si><t>{TOLD}</t></si></sst>"),
    "another sheet": ("xl__worksheets__blad_dot_xml", f"<worksheet>{TOLD}</worksheet>"),
}
for _name, (_part, _words) in PARTS.items():
    PLANTS.append(
        Plant(
            f"workbook: {_name}",
            XLSX,
            lambda bundle, part=_part, words=_words: repack(bundle / XLSX, None, **{part: words.encode()}),
        )
    )


@planted("workbook: a figure in a hidden row", XLSX)
def _(bundle):
    def tell(content: bytes) -> bytes:
        empty = re.search(rb'<c r="([A-Z]+\d+)" s="(\d+)"[^>]*?(?:/>|></c>)', content)
        return content.replace(empty[0], b'<c r="%s" s="%s" t="n"><v>0.571</v></c>' % (empty[1], empty[2]), 1)

    with zipfile.ZipFile(bundle / XLSX) as archive:
        name = next(one for one in archive.namelist() if "sheets/sheet" in one and b"niet getoond" in archive.read(one))
    repack(bundle / XLSX, {name: tell})


@planted("workbook: a comment of the archive", XLSX)
def _(bundle):
    with zipfile.ZipFile(bundle / XLSX, "a") as archive:
        archive.comment = TOLD.encode()


@planted("workbook: bytes after the archive", XLSX)
def _(bundle):
    (bundle / XLSX).write_bytes((bundle / XLSX).read_bytes() + TOLD.encode())


@planted("workbook: bytes before the archive", XLSX)
def _(bundle):
    (bundle / XLSX).write_bytes(TOLD.encode() + (bundle / XLSX).read_bytes())


# --- Word ---

RUN = f"<w:r><w:t>{TOLD}</w:t></w:r>"
DOCUMENT = "word/document.xml"
END = "<w:sectPr"
LETTERS = "".join(f"<w:r><w:t>{letter}</w:t></w:r>" for letter in TOLD)
WORD = {
    "a paragraph": {DOCUMENT: swap(END, f"<w:p>{RUN}</w:p>{END}")},
    "a paragraph in many runs": {DOCUMENT: swap(END, f"<w:p>{LETTERS}</w:p>{END}")},
    "hidden text": {DOCUMENT: swap(END, f"<w:p><w:r><w:rPr><w:vanish/></w:rPr><w:t>{TOLD}</w:t></w:r></w:p>{END}")},
    "white text": {
        DOCUMENT: swap(END, f'<w:p><w:r><w:rPr><w:color w:val="FFFFFF"/></w:rPr><w:t>{TOLD}</w:t></w:r></w:p>{END}')
    },
    "a tracked insertion": {DOCUMENT: swap(END, f'<w:p><w:ins w:id="1" w:author="x">{RUN}</w:ins></w:p>{END}')},
    "a tracked deletion": {
        DOCUMENT: swap(
            END, f'<w:p><w:del w:id="1" w:author="x"><w:r><w:delText>{TOLD}</w:delText></w:r></w:del></w:p>{END}'
        )
    },
    "a comment": {
        "word/comments.xml": lambda content: re.sub(
            rb"/>\s*$|</w:comments>\s*$",
            b'><w:comment w:id="1"><w:p>' + RUN.encode() + b"</w:p></w:comment></w:comments>",
            content,
        )
    },
    "a footnote": {
        "word/footnotes.xml": swap(
            "</w:footnotes>", f'<w:footnote w:id="9"><w:p>{RUN}</w:p></w:footnote></w:footnotes>'
        )
    },
    "a header": {"word/header1.xml": swap("<w:t>", f"<w:t>{TOLD} ")},
    "a footer": {"word/footer1.xml": swap("</w:p>", f"{RUN}</w:p>")},
    "an alternative text": {DOCUMENT: swap('descr="Pun', f'descr="{TOLD} Pun')},
    "the title of a picture": {DOCUMENT: swap('descr="Pun', f'title="{TOLD}" descr="Pun')},
    "a bookmark": {DOCUMENT: swap("w:bookmarkStart w:id", 'w:bookmarkStart w:displacedByCustomXml="vrouw57" w:id')},
    "a bookmark's name": {DOCUMENT: swap('w:name="_Toc', 'w:name="vrouw_57_procent" w:other="_Toc')},
    "a field": {DOCUMENT: swap("SEQ Figuur", f"COMMENTS {TOLD} SEQ Figuur")},
    "a cell of a table": {
        DOCUMENT: lambda content: re.sub(rb"(<w:t[^>]*>)eigen</w:t>", rb"\1eigen 7</w:t>", content, count=1)
    },
    "a table's description": {DOCUMENT: swap("<w:tblCaption", f'<w:tblDescription w:val="{TOLD}"/><w:tblCaption')},
    "keywords": {"docProps/core.xml": swap("synthetische gegevens", TOLD)},
    "a description": {
        "docProps/core.xml": swap("<dc:language", f"<dc:description>{TOLD}</dc:description><dc:language")
    },
    "a company": {"docProps/app.xml": swap("<Pages>", f"<Company>{TOLD}</Company><Pages>")},
    "a custom property": {"docProps/custom.xml": swap("<vt:lpwstr>True", f"<vt:lpwstr>{TOLD}")},
    "a variable": {
        "word/settings.xml": swap(
            "<w:themeFontLang", f'<w:docVars><w:docVar w:name="n" w:val="{TOLD}"/></w:docVars><w:themeFontLang'
        )
    },
    "a style": {"word/styles.xml": swap('w:val="Abstract"', 'w:val="vrouw 57"')},
    "a link": {"word/_rels/document.xml.rels": swap("numbering.xml", "https://example.org/vrouw57")},
}
for _name, _changes in WORD.items():
    PLANTS.append(Plant(f"Word: {_name}", DOCX, lambda bundle, changes=_changes: repack(bundle / DOCX, changes)))


@planted("Word: an XML part", DOCX)
def _(bundle):
    repack(bundle / DOCX, None, customXml__item1_dot_xml=f"<a>{TOLD}</a>".encode())


@planted("Word: an embedded workbook", DOCX)
def _(bundle):
    repack(bundle / DOCX, None, word__embeddings__blad_dot_xlsx=b"PK vrouw 57")


def chunk(kind: bytes, data: bytes) -> bytes:
    """A chunk of a PNG."""
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


CHUNKS = {
    "a text chunk": (b"tEXt", b"Comment\0" + TOLD.encode()),
    "an international text chunk": (b"iTXt", b"Comment\0\0\0\0\0" + TOLD.encode()),
    "a compressed text chunk": (b"zTXt", b"Comment\0\0" + zlib.compress(TOLD.encode())),
    "EXIF": (b"eXIf", TOLD.encode()),
}
for _name, (_kind, _data) in CHUNKS.items():

    def _png(bundle: Path, kind: bytes = _kind, data: bytes = _data) -> None:
        repack(bundle / DOCX, {first_png(bundle): lambda content: content[:33] + chunk(kind, data) + content[33:]})

    PLANTS.append(Plant(f"Word: {_name} of a picture", DOCX, _png))


def first_png(bundle: Path) -> str:
    """A picture of the Word document."""
    with zipfile.ZipFile(bundle / DOCX) as archive:
        return next(name for name in archive.namelist() if name.endswith(".png"))


@planted("Word: bytes after a picture", DOCX)
def _(bundle):
    repack(bundle / DOCX, {first_png(bundle): lambda content: content + TOLD.encode()})


# --- PDF ---


def patch_pdf(path: Path, changes: Callable[[bytes], bytes]) -> None:
    """Change the objects of a PDF, and write its table of objects again."""
    content = path.read_bytes()
    start = content.rindex(b"\nxref\n")
    body, trailer = changes(content[:start]), content[content.rindex(b"trailer") : content.rindex(b"startxref")]
    assert body != content[:start]
    offsets = {int(found[1]): found.start(1) for found in re.finditer(rb"(?:^|\n)(\d+) 0 obj\b", body)}
    size = max(offsets) + 1
    rows = [b"0000000000 65535 f\r\n", *(b"%010d 00000 n\r\n" % offsets.get(number, 0) for number in range(1, size))]
    trailer = re.sub(rb"/Size \d+", b"/Size %d" % size, trailer)
    table = b"\nxref\n0 %d\n" % size + b"".join(rows) + trailer
    path.write_bytes(body + table + b"startxref\n%d\n%%%%EOF" % (len(body) + 1))


def pdf_swap(old: bytes, new: bytes) -> Callable[[Path], None]:
    """Replace bytes of a PDF, once."""
    return lambda bundle: patch_pdf(bundle / PDF, lambda content: content.replace(old, new, 1))


STRING = f"({TOLD.replace('(', '').replace(')', '')})".encode("latin-1")
OBJECT = b"\n999990 0 obj\n%s\nendobj\n"


def pdf_object(content: bytes) -> Callable[[Path], None]:
    """Add an object to a PDF."""
    return lambda bundle: patch_pdf(bundle / PDF, lambda body: body + OBJECT % content)


PDFS = {
    "keywords": pdf_swap(b"/Author(", b"/Keywords" + STRING + b"/Author("),
    "another title": pdf_swap(b"<</Title(Monitor", b"<</Title(vrouw 57 Monitor"),
    "an attachment": pdf_object(b"<</Type/EmbeddedFile/Length 5>>\nstream\nvrouw\nendstream"),
    "a file specification": pdf_object(b"<</Type/Filespec/F" + STRING + b">>"),
    "a note": pdf_object(b"<</Type/Annot/Subtype/Text/Rect[0 0 1 1]/Contents" + STRING + b">>"),
    "a layer": pdf_object(b"<</Type/OCG/Name" + STRING + b">>"),
    "a script": pdf_object(b"<</S/JavaScript/JS" + STRING + b">>"),
    "a form field": pdf_object(b"<</FT/Tx/T(n)/V" + STRING + b">>"),
    "a string of its own": pdf_object(STRING),
    "an alternative text": pdf_swap(b"/Alt(", b"/Alt(vrouw 57 "),
    "a bookmark": pdf_swap(b"/Title(De rol", b"/Title(vrouw 57% De rol"),
    "a label of a link": pdf_swap(b"/Contents(", b"/Contents(vrouw 57%"),
    "a comment": lambda bundle: patch_pdf(bundle / PDF, lambda body: body + b"\n% " + TOLD.encode() + b"\n"),
    "a stream of no page": pdf_object(b"<</Length 5>>\nstream\nvrouw\nendstream"),
    "XMP": lambda bundle: patch_pdf(bundle / PDF, _xmp),
    "a page's text": lambda bundle: patch_pdf(bundle / PDF, lambda body: _draw(body, b"")),
    "text that is not seen": lambda bundle: patch_pdf(bundle / PDF, lambda body: _draw(body, b"3 Tr ")),
    "text on a page's rim": lambda bundle: patch_pdf(bundle / PDF, lambda body: _draw(body, b"1 0 0 1 -900 0 cm ")),
    "an actual text": lambda bundle: patch_pdf(bundle / PDF, _actual),
}
for _name, _plant in PDFS.items():
    PLANTS.append(Plant(f"PDF: {_name}", PDF, _plant))


def _xmp(body: bytes) -> bytes:
    old = re.search(rb"<</Length (\d+)/Type/Metadata", body)
    added = b"<dc:description>" + TOLD.encode() + b"</dc:description>"
    body = body.replace(b"</rdf:Description>", added + b"</rdf:Description>", 1)
    return body.replace(old[0], b"<</Length %d/Type/Metadata" % (int(old[1]) + len(added)), 1)


def _stream_of_a_page(body: bytes) -> tuple[re.Match, bytes]:
    """The stream that draws a page late in the document: where it stands, and what it says."""
    for found in reversed(list(re.finditer(rb"<</Length (\d+)/Filter/FlateDecode>>\s*stream\r?\n", body))):
        content = zlib.decompress(body[found.end() : found.end() + int(found[1])])
        if content.count(b"Tj") > 20 and b"BT" in content:
            return found, content
    raise AssertionError("no page")


def _rewrite(body: bytes, change: Callable[[bytes], bytes]) -> bytes:
    found, content = _stream_of_a_page(body)
    packed = zlib.compress(change(content))
    head = b"<</Length %d/Filter/FlateDecode>>\nstream\n" % len(packed)
    return body[: found.start()] + head + packed + body[found.end() + int(found[1]) :]


def _draw(body: bytes, how: bytes) -> bytes:
    """Draw words that the page has once more."""

    def change(content: bytes) -> bytes:
        shown = re.search(rb"BT.{0,400}?(?:Tj|TJ)\s+ET", content, re.DOTALL)[0]
        return content + b"\nq " + how + shown + b" Q\n"

    return _rewrite(body, change)


def _actual(body: bytes) -> bytes:
    words = b"\n/Span <</ActualText " + STRING + b">> BDC EMC\n"
    return _rewrite(body, lambda content: content + words)


@planted("PDF: after the end", PDF)
def _(bundle):
    (bundle / PDF).write_bytes((bundle / PDF).read_bytes() + TOLD.encode())


@planted("PDF: a newer version over it", PDF)
def _(bundle):
    content = (bundle / PDF).read_bytes()
    (bundle / PDF).write_bytes(content + b"\n" + OBJECT % STRING + content[content.rindex(b"\nxref") :])
