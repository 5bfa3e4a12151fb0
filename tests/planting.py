"""Leaks to plant in a copy of a finished bundle: each changes one place, and the audit must find all of them.

The text is about a group that the report hides. After a plant the bundle is sealed: checksums and descriptions of files
are made to agree again, as they would if the leak came from the pipeline itself.
"""

from __future__ import annotations

import hashlib
import json
import re
import struct
import zipfile
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

TOLD = "bij geslacht: vrouw (eigen instelling) 57,1% onveilig"
XLSX, DOCX, PDF, PAGE = "data/gegevens.xlsx", "report.docx", "report.pdf", "index.html"
W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"


@dataclass(frozen=True)
class Plant:
    """A leak: its name, the file it changes (as a finding names it), how, and in which report."""

    name: str
    file: str
    plant: Callable[[Path], None]
    unit: str = "institution"


PLANTS: list[Plant] = []


def planted(name: str, file: str, unit: str = "institution"):
    """Register a function as a plant."""

    def register(function: Callable[[Path], None]) -> Callable[[Path], None]:
        PLANTS.append(Plant(name, file, function, unit))
        return function

    return register


def seal(bundle: Path) -> None:
    """Make the descriptions of the files agree with what they are now."""
    package = bundle / "data/datapackage.json"
    try:
        content = json.loads(package.read_text(encoding="utf-8"))
        for resource in content["resources"]:
            data = (bundle / "data" / resource["path"]).read_bytes()
            resource |= {"bytes": len(data), "hash": f"sha256:{hashlib.sha256(data).hexdigest()}"}
        package.write_text(json.dumps(content, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    except (ValueError, KeyError):
        pass
    record = bundle / "report.json"
    content = json.loads(record.read_text(encoding="utf-8"))
    content["files"] = {
        path.relative_to(bundle).as_posix(): {
            "bytes": path.stat().st_size,
            "sha256": hashlib.sha256(path.read_bytes()).hexdigest(),
        }
        for path in sorted(bundle.rglob("*"))
        if path.is_file() and path != record
    }
    record.write_text(json.dumps(content, indent=1) + "\n", encoding="utf-8")


def change(path: Path, old: str, new: str) -> None:
    """Replace the first occurrence of a text in a file."""
    text = path.read_bytes().decode("utf-8")
    assert old in text, f"{path.name} has no {old!r}"
    path.write_bytes(text.replace(old, new, 1).encode("utf-8"))


def repack(path: Path, changes: dict[str, Callable[[bytes], bytes]] | None = None, **added: bytes) -> None:
    """Write an archive again with members changed and added (``__`` in a name is a slash, ``_dot_`` a dot)."""
    with zipfile.ZipFile(path) as archive:
        members = {info.filename: archive.read(info) for info in archive.infolist()}
    for name, function in (changes or {}).items():
        before = members[name]
        members[name] = function(before)
        assert members[name] != before, f"{name} was not changed"
    members |= {name.replace("__", "/").replace("_dot_", "."): content for name, content in added.items()}
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(zipfile.ZipInfo(name, (2000, 1, 1, 0, 0, 0)), content, zipfile.ZIP_DEFLATED)


def swap(old: str, new: str) -> Callable[[bytes], bytes]:
    """Replace a text in a member, once."""
    return lambda content: content.replace(old.encode(), new.encode(), 1)


# --- pages -------------------------------------------------------------------------------------------------------------

MARKUP = {
    "an HTML comment": f"<!-- {TOLD} -->",
    "a conditional comment": f"<!--[if IE]>{TOLD}<![endif]-->",
    "a processing instruction": f"<?miv {TOLD}?>",
    "a data attribute": f'<p data-n="{TOLD}"></p>',
    "a title attribute": f'<p title="{TOLD}"></p>',
    "a hidden paragraph": f"<p hidden>{TOLD}</p>",
    "a paragraph not displayed": f'<p style="display:none">{TOLD}</p>',
    "a paragraph off the screen": f'<p style="position:absolute;left:-9999px">{TOLD}</p>',
    "JSON-LD": f'<script type="application/ld+json">{{"description": "{TOLD}"}}</script>',
    "a script's variable": f"<script>var n = '{TOLD}';</script>",
    "CSS content": f'<style>main::after {{ content: "{TOLD}" }}</style>',
    "an option's value": f'<select><option value="{TOLD}">kies</option></select>',
    "a hidden input": f'<input type="hidden" value="{TOLD}">',
    "a noscript": f"<noscript>{TOLD}</noscript>",
    "a template element": f"<template>{TOLD}</template>",
    "a details element": f"<details><summary>meer</summary>{TOLD}</details>",
    "an identifier": '<p id="vrouw-57-procent-onveilig"></p>',
    "a class": '<p class="vrouw-57-procent"></p>',
    "an address": '<a href="https://example.org/?vrouw=57">meer</a>',
    "base64 in a link": '<a href="data:text/plain;base64,dnJvdXcgNTclIG9udmVpbGln">meer</a>',
    "a sentence of the page only": f"<p>Naar geslacht voelt 57,1% (vrouw) zich onveilig. {TOLD}</p>",
    "zero width letters": "<p>" + "\u200b".join("vrouw 57%") + "</p>",
    "a table without a label": "<table><tr><th>Groep</th></tr><tr><td>vrouw 3</td></tr></table>",
    "an iframe": f'<iframe srcdoc="{TOLD}"></iframe>',
    "a picture from elsewhere": f'<img src="data:image/png;base64,{"A" * 40}" alt="{TOLD}">',
}


def _markup(words: str) -> Callable[[Path], None]:
    return lambda bundle: change(bundle / PAGE, "</main>", f"{words}</main>")


for _name, _words in MARKUP.items():
    PLANTS.append(Plant(f"page: {_name}", PAGE, _markup(_words)))


@planted("page: meta description", PAGE)
def _(bundle):
    change(bundle / PAGE, 'name="description" content="', f'name="description" content="{TOLD} ')


@planted("page: meta keywords", PAGE)
def _(bundle):
    change(bundle / PAGE, "<title>", f'<meta name="keywords" content="{TOLD}"><title>')


@planted("page: title", PAGE)
def _(bundle):
    change(bundle / PAGE, "<title>", f"<title>{TOLD} ")


@planted("page: after the end", PAGE)
def _(bundle):
    with (bundle / PAGE).open("a", encoding="utf-8") as page:
        page.write(TOLD)


@planted("page: an alternative text", PAGE)
def _(bundle):
    change(bundle / PAGE, ' alt="', f' alt="{TOLD}. ')


@planted("page: a label for who listens", PAGE)
def _(bundle):
    change(bundle / PAGE, 'aria-label="Inhoudsopgave"', f'aria-label="{TOLD}"')


@planted("page: a caption", PAGE)
def _(bundle):
    change(bundle / PAGE, "<figcaption>", f"<figcaption>{TOLD}. ")


def hidden_cell(text: str) -> tuple[int, int]:
    """Place of the first hidden cell of a row of the report's own in a table by group of a page."""
    row = re.search(r">eigen</td>\s*<td[^>]*>(–)</td>", text)
    return row.span(1)


@planted("page: a figure in a hidden row", PAGE)
def _(bundle):
    text = (bundle / PAGE).read_text(encoding="utf-8")
    start, end = hidden_cell(text)
    (bundle / PAGE).write_text(text[:start] + "12" + text[end:], encoding="utf-8")


@planted("page: a small count in a hidden row", PAGE)
def _(bundle):
    text = (bundle / PAGE).read_text(encoding="utf-8")
    start, end = hidden_cell(text)
    (bundle / PAGE).write_text(text[:start] + "3" + text[end:], encoding="utf-8")


@planted("page: a column more", PAGE)
def _(bundle):
    change(bundle / PAGE, ">Respondenten<", ">Respondenten</th><th>Deelnemers<")


@planted("page: a head with another name", PAGE)
def _(bundle):
    change(bundle / PAGE, ">Onveilig (%)<", ">Aantal onveilig<")


DRAWN = {
    "a title in a drawing": f"<title>{TOLD}</title>",
    "a description in a drawing": f"<desc>{TOLD}</desc>",
    "metadata in a drawing": f"<metadata>{TOLD}</metadata>",
    "a comment in a drawing": f"<!-- {TOLD} -->",
    "text in a drawing": f'<text x="1" y="1" style="opacity: 0">{TOLD}</text>',
    "an id in a drawing": '<g id="vrouw_57_procent"/>',
    "a script in a drawing": f"<script>{TOLD}</script>",
    "a data attribute in a drawing": f'<g data-n="{TOLD}"/>',
}


def _drawn(words: str) -> Callable[[Path], None]:
    def plant(bundle: Path) -> None:
        text = (bundle / PAGE).read_text(encoding="utf-8")
        place = text.index("%3E", text.index("data:image/svg+xml,")) + 3
        (bundle / PAGE).write_text(text[:place] + quote(words) + text[place:], encoding="utf-8")

    return plant


for _name, _words in DRAWN.items():
    PLANTS.append(Plant(f"page: {_name}", PAGE, _drawn(_words)))


@planted("sector: a title in a drawing of its own", "figures/fig-studenten-stand.svg", "sector")
def _(bundle):
    change(bundle / "figures/fig-studenten-stand.svg", "<defs>", f"<title>{TOLD}</title><defs>")


@planted("sector: text of the search", "zoeken.js", "sector")
def _(bundle):
    change(bundle / "zoeken.js", '"x":"', f'"x":"{TOLD} ')


@planted("sector: a key more in the search", "zoeken.js", "sector")
def _(bundle):
    change(bundle / "zoeken.js", '{"u":', f'{{"n":"{TOLD}","u":')


@planted("sector: a script beside the search", "zoeken.js", "sector")
def _(bundle):
    with (bundle / "zoeken.js").open("a", encoding="utf-8") as script:
        script.write(f"window.n = '{TOLD}';\n")


@planted("sector: a count that is no multiple", "data/fig-studenten-stand.csv", "sector")
def _(bundle):
    edit_csv(bundle / "data/fig-studenten-stand.csv", "n", lambda cells: True, "1201")


# --- data --------------------------------------------------------------------------------------------------------------


def edit_csv(path: Path, column: str, which: Callable[[dict], bool], value: str) -> dict:
    """Write a value into the first row of a CSV file that is meant."""
    lines = path.read_text(encoding="utf-8-sig").split("\n")
    start = 1 if lines[0].startswith("#") else 0
    heads = lines[start].split(";")
    for number in range(start + 1, len(lines)):
        cells = dict(zip(heads, lines[number].split(";"), strict=False))
        if len(cells) == len(heads) and which(cells):
            cells[column] = value
            lines[number] = ";".join(cells.values())
            path.write_text("\ufeff" + "\n".join(lines), encoding="utf-8")
            return cells
    raise AssertionError(f"{path.name} has no such row")


def hidden_file(bundle: Path) -> Path:
    """A CSV file in which a group of the institution is hidden."""
    return next(
        path
        for path in sorted((bundle / "data").glob("tbl-studenten-*.csv"))
        if re.search(r"^eigen instelling;(?!niet ingevuld).*;niet getoond$", path.read_text("utf-8"), re.MULTILINE)
    )


def is_hidden(cells: dict) -> bool:
    """A row of a hidden group of the institution."""
    return cells["scope"] == "eigen instelling" and bool(cells["hidden"]) and cells["label"] != "niet ingevuld"


for _column, _value in {"n": "12", "safe": "0,571", "unsafe": "0,43", "safe_low": "0,2", "unsafe_high": "0,9"}.items():

    def _plant(bundle: Path, column: str = _column, value: str = _value) -> None:
        edit_csv(hidden_file(bundle), column, is_hidden, value)

    PLANTS.append(Plant(f"CSV: '{_column}' in a hidden row", ".csv", _plant))


@planted("CSV: a column more", ".csv")
def _(bundle):
    path = hidden_file(bundle)
    lines = path.read_text(encoding="utf-8-sig").splitlines()
    lines = [lines[0], lines[1] + ";weging", *(line + ";3" for line in lines[2:])]
    path.write_text("\ufeff" + "\n".join(lines) + "\n", encoding="utf-8")


@planted("CSV: a comment line", ".csv")
def _(bundle):
    path = hidden_file(bundle)
    path.write_text(path.read_text(encoding="utf-8") + f"# {TOLD}\n", encoding="utf-8")


@planted("CSV: a word of the label", ".csv")
def _(bundle):
    edit_csv(hidden_file(bundle), "label", is_hidden, "7")


@planted("CSV: a reason in the mark of a hidden row", ".csv")
def _(bundle):
    edit_csv(hidden_file(bundle), "hidden", is_hidden, "n = 7")


@planted("CSV: a small count", "data/tbl-studenten-stand.csv")
def _(bundle):
    edit_csv(bundle / "data/tbl-studenten-stand.csv", "n", lambda cells: True, "7")


@planted("CSV: a count where a share stands", "data/tbl-studenten-stand.csv")
def _(bundle):
    edit_csv(bundle / "data/tbl-studenten-stand.csv", "unsafe", lambda cells: True, "7")


@planted("CSV: a cell beside the columns", "data/tbl-studenten-stand.csv")
def _(bundle):
    path = bundle / "data/tbl-studenten-stand.csv"
    lines = path.read_text(encoding="utf-8").split("\n")
    lines[2] += ";57"
    path.write_text("\n".join(lines), encoding="utf-8")


@planted("CSV: a row of a hidden group in the overview", "data/tbl-studenten-overzicht.csv")
def _(bundle):
    hidden = hidden_file(bundle)
    lines = [line.split(";") for line in hidden.read_text(encoding="utf-8-sig").splitlines()[2:]]
    group = next(
        cells[1] for cells in lines if cells[0] == "eigen instelling" and cells[-1] and cells[1] != "niet ingevuld"
    )
    caption = json.loads((bundle / "data/datapackage.json").read_text(encoding="utf-8"))["resources"]
    title = next(one["title"] for one in caption if one["name"] == hidden.stem)
    subject = re.search(r"naar ([^(.]+?)(?: \(|\.|$)", title)[1]
    path = bundle / "data/tbl-studenten-overzicht.csv"
    rows = path.read_text(encoding="utf-8").split("\n")
    row = f"{subject.capitalize()};{group} / man;{group};man;0,21;0,1;0,3;0,5;0,01;0,02;"
    rows[2] = row
    path.write_text("\n".join(rows), encoding="utf-8")


FILES = {
    "data/studenten.parquet": b"PAR1 records PAR1",
    "data/respondenten.csv": b"id;gender;feels_safe\n1;female;2\n",
    "1-student-safety.ipynb": b'{"cells": []}',
    "alles.zip": b"PK\x05\x06" + bytes(18),
    ".DS_Store": b"\x00\x01",
    "data/tbl-nieuw.csv": b"\xef\xbb\xbfscope;label;n\neigen instelling;vrouw;7\n",
    "index.html~": b"<p>vrouw 57%</p>",
    "data/gegevens-oud.xlsx": b"PK",
    "figures/fig-studenten-stand.png": b"\x89PNG\r\n\x1a\n",
}


def _file(name: str, content: bytes) -> Callable[[Path], None]:
    def plant(bundle: Path) -> None:
        (bundle / name).parent.mkdir(exist_ok=True)
        (bundle / name).write_bytes(content)

    return plant


for _name, _content in FILES.items():
    PLANTS.append(Plant(f"file: {_name}", _name, _file(_name, _content)))


@planted("package: a key more", "data/datapackage.json")
def _(bundle):
    change(bundle / "data/datapackage.json", '"resources"', f'"keywords": ["{TOLD}"],\n "resources"')


@planted("package: a field's description", "data/datapackage.json")
def _(bundle):
    change(bundle / "data/datapackage.json", '"description": "Aantal', f'"description": "{TOLD} Aantal')


@planted("package: a resource's title", "data/datapackage.json")
def _(bundle):
    change(bundle / "data/datapackage.json", '"title": "Figuur', f'"title": "{TOLD} Figuur')


@planted("note: a line more", "data/LEESMIJ.txt")
def _(bundle):
    with (bundle / "data/LEESMIJ.txt").open("a", encoding="utf-8") as note:
        note.write(TOLD + "\n")


@planted("record: a key more", "report.json")
def _(bundle):
    change(bundle / "report.json", '"unit"', f'"note": "{TOLD}", "unit"')


# --- workbook ----------------------------------------------------------------------------------------------------------

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


# --- Word --------------------------------------------------------------------------------------------------------------

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


# --- PDF ---------------------------------------------------------------------------------------------------------------


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
