"""Leaks to plant of a kind: each is generated from what a bundle holds, and one check must find it by itself.

Numbers finer than their respondents allow, names that someone typed, free values in descriptions, sentences that no
template says, small counts in any column, and what files say of themselves: see :mod:`planting`.
"""

from __future__ import annotations

import csv
import io
import json
import re
import struct
import zipfile
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path

from planting import DOCX, PAGE, PDF, PLANTS, XLSX, Plant, change, repack, swap
from planting_documents import first_png, patch_pdf

from helpers.audit.bundle import Bundle
from helpers.audit.declared import expected
from helpers.audit.tables import Counted, Limits, columns_of, meaning

TYPED = "Jan de Vries, roc X 12 van 13"
RULES = {"minimum_respondents": 10, "benchmark_rounding": 20, "percent_rounding": [{"below": 100, "points": 1}]}


def add(name: str, file: str, plant: Callable[[Path], None], check: str, unit: str = "institution", **more) -> None:
    """Register a leak that one check must find."""
    PLANTS.append(Plant(name, file, plant, unit, check, **more))


# --- cells ---


def write(path: Path, number: int, column: str, value: str) -> None:
    """Write a value into a row of a CSV file."""
    lines = path.read_text(encoding="utf-8-sig").split("\n")
    start = 1 if lines[0].startswith("#") else 0
    rows = list(csv.reader(io.StringIO("\n".join(lines[start:])), delimiter=";"))
    rows[number + 1][rows[0].index(column)] = value
    written = io.StringIO()
    csv.writer(written, delimiter=";", lineterminator="\n").writerows(row for row in rows if row)
    path.write_text("\ufeff" + "\n".join(lines[:start]) + "\n" * start + written.getvalue(), encoding="utf-8")


def cells(bundle: Path) -> Iterator[tuple[Path, int, str, str, str, bool]]:
    """Cells of tables that hold something: file, row, column, its kind, value, whether it is about few."""
    opened = Bundle(bundle)
    counted = Counted(opened, Limits.of(RULES))
    for label, sheet in opened.data.items():
        about = meaning(label)
        if about is None:
            continue
        columns = columns_of(about, sheet.heads, page=False)
        for number, row in enumerate(sheet.rows):
            named = dict(zip(sheet.heads, row, strict=True))
            few = counted.few(about, label, named, columns)
            for head, value in named.items():
                if value:
                    yield bundle / f"data/{label}.csv", number, head, str(columns[head].kind), value, few


def finer(kind: str, few: bool) -> Callable[[Path], None]:
    """A number of a kind with one decimal more than is allowed on so many respondents."""

    def plant(bundle: Path) -> None:
        path, number, head, *_ = next(one for one in cells(bundle) if one[3] == kind and one[5] == few)
        most = expected("tables")["kinds"][kind]["decimals"]
        allowed = 1 if most[few] == "first" else most[few]
        write(path, number, head, "0," + "1234567"[: allowed + 1])

    return plant


PRECISE = {"institution": [("share", False), ("share", True), ("points", True), ("points", False), ("effect", True),
                           ("effect", False), ("p", True), ("p", False), ("mean", True)],
           "sector": [("share", False), ("effect", False), ("mean", True)]}  # fmt: skip
for _unit, _kinds in PRECISE.items():
    for _kind, _few in _kinds:
        _name = f"{_unit}, CSV: a {_kind} too fine, on {'few' if _few else 'many'} respondents"
        add(_name, ".csv", finer(_kind, _few), "tables", _unit)


def fine_on_page(bundle: Path) -> None:
    """A tenth of a percent on fewer than a hundred respondents, in a table of the page."""
    text = (bundle / PAGE).read_text(encoding="utf-8")
    row = re.search(r">eigen</t[dh]>\s*<td[^>]*>\s*[1-9]\d\s*</td>\s*<td[^>]*>\s*(\d\d)\s*</td>", text)
    assert row is not None
    (bundle / PAGE).write_text(text[: row.end(1)] + ",4" + text[row.end(1) :], encoding="utf-8")


add("page: a share too fine on few respondents", PAGE, fine_on_page, "tables")


def typed(column: str, text: str) -> Callable[[Path], None]:
    """What someone typed in a column that names a row."""

    def plant(bundle: Path) -> None:
        path, number, *_ = next(one for one in cells(bundle) if one[2] == column)
        write(path, number, column, text)

    return plant


NAMING = {
    "institution": ["scope", "label", "category", "people", "moment", "subject", "question", "top", "ends", "most",
                    "least", "words", "group"],
    "sector": ["scope", "label", "category", "reason"],
}  # fmt: skip
for _unit, _columns in NAMING.items():
    for _column in _columns:
        for _text in (TYPED, "7", "vrouw 7"):
            add(f"{_unit}, CSV: '{_text}' as {_column}", ".csv", typed(_column, _text), "tables", _unit)


def named_on_page(old: str) -> Callable[[Path], None]:
    """What someone typed where a table of the page has a name."""

    def plant(bundle: Path) -> None:
        text = (bundle / PAGE).read_text(encoding="utf-8")
        told = re.sub(rf"(<t[dh][^>]*>){old}<", rf"\1{TYPED}<", text, count=1)
        assert told != text
        (bundle / PAGE).write_text(told, encoding="utf-8")

    return plant


for _old in ("man", "eigen", "vrouw", "discriminatie"):
    add(f"page: '{TYPED}' for {_old}", PAGE, named_on_page(_old), "tables")


# --- small counts in any column ---

WIDE = {
    "declared groups": ("Leeftijd;niveau 1;niveau 2;niveau 3;niveau 4", "jonger dan 18;40;3;60;20"),
    "codes of groups": ("Leeftijd;1;2;3;4", "jonger dan 18;40;3;60;20"),
    "words of its own": ("Leeftijd;kolom a;kolom b", "jonger dan 18;40;3"),
    "a column of shares": ("Leeftijd;safe", "jonger dan 18;3"),
    "a column of means": ("Leeftijd;mean", "jonger dan 18;3"),
}
for _name, (_heads, _row) in WIDE.items():
    for _label in ("tbl-kruis", "tbl-eigen-tabel"):

        def _wide(bundle: Path, heads: str = _heads, row: str = _row, label: str = _label) -> None:
            content = f"\ufeff{expected('bundle')['comment'].replace(chr(92), '')}\n{heads};hidden\n{row};\n"
            (bundle / f"data/{label}.csv").write_text(content, encoding="utf-8")

        add(f"CSV: a small count below {_name} of {_label}", f"{_label}.csv", _wide, "tables")


# --- descriptions ---


def described(file: str, replace: Callable[[dict], None]) -> Callable[[Path], None]:
    """A change of what a JSON file says."""

    def plant(bundle: Path) -> None:
        content = json.loads((bundle / file).read_text(encoding="utf-8"))
        before = json.dumps(content)
        replace(content)
        assert json.dumps(content) != before
        text = json.dumps(content, ensure_ascii=file == "report.json", indent=1)
        (bundle / file).write_text(text + "\n", encoding="utf-8")

    return plant


RECORD, PACKAGE = "report.json", "data/datapackage.json"
DESCRIBED = {
    "renderer": (RECORD, lambda it: it.update(renderer="preview 57 van 99 vrouwen")),
    "edition": (RECORD, lambda it: it.update(edition="vrouw-57")),
    "unit": (RECORD, lambda it: it.update(unit="57AA")),
    "the order of keys": (RECORD, lambda it: it.update({"edition": it.pop("edition")})),
    "name": (PACKAGE, lambda it: it.update(name="monitor-integrale-veiligheid-vrouw-57")),
    "version": (PACKAGE, lambda it: it.update(version="57")),
    "a resource's title": (PACKAGE, lambda it: it["resources"][0].update(title=it["resources"][3]["title"])),
    "a field's title": (PACKAGE, lambda it: _fields(it)[0].update(title=_fields(it)[-1]["title"])),
    "a field's description": (PACKAGE, lambda it: _fields(it)[0].update(description=_fields(it)[-1]["description"])),
    "the order of a field's keys": (PACKAGE, lambda it: _fields(it)[0].update(type=_fields(it)[0].pop("type"))),
    "a licence's address": (
        PACKAGE, lambda it: it.update(licenses=[{"name": "MIT", "title": "MIT License", "path": "https://a.nl/57"}])
    ),
}  # fmt: skip


def _fields(content: dict) -> list[dict]:
    return content["resources"][0]["schema"]["fields"]


for _name, (_file, _change) in DESCRIBED.items():
    add(f"{_file}: {_name}", _file, described(_file, _change), "files")
for _file in (RECORD, PACKAGE):
    add(
        f"{_file}: spaces of its own",
        _file,
        lambda bundle, file=_file: change(bundle / file, '": "', '":  "'),
        "files",
        sealed=False,
    )
add("report.json: a size of 57 bytes", RECORD, described(
    RECORD, lambda it: it["files"]["report.pdf"].update(bytes=57)), "files", sealed=False)  # fmt: skip
for _old, _new in {'"x":"': '"x":"57 van 99 ', '"t":"Samenvatting"': '"t":"1.880"', '"u":"': '"u": "'}.items():
    add(f"sector, search: {_new}", "zoeken.js", lambda bundle, old=_old, new=_new: change(
        bundle / "zoeken.js", old, new), "agreement", "sector")  # fmt: skip


def retold(member: str, old: str, new: str) -> Callable[[Path], None]:
    """A text in a sheet of the workbook that becomes another."""
    return lambda bundle: repack(bundle / XLSX, {member: swap(f"<t>{old}</t>", f"<t>{new}</t>")})


COVER, COLUMNS = "xl/worksheets/sheet1.xml", "xl/worksheets/sheet2.xml"
for _member, _old, _new in (
    (COLUMNS, "Aantal respondenten, ongewogen; over meer instellingen samen afgerond", TYPED),
    (COLUMNS, "Aandeel dat zich veilig voelt (antwoord 4 of 5)", "vrouw"),
    (COLUMNS, "safe_low", "57,1"),
    (COLUMNS, "Figuur 1", "7"),
    (COVER, "Veiligheid van studenten", "vrouw"),
    (COVER, "Veiligheidsgevoel van studenten, 2022", "57"),
    (COVER, "Verschenen: november 2023.", "vrouw 7"),
    ("xl/worksheets/sheet4.xml", "Naar het overzicht", "57"),
):
    add(f"workbook: '{_new}' for '{_old}'", XLSX, retold(_member, _old, _new), "agreement")

# --- sentences ---

HEADING = "</h1>"
SENTENCES = [
    "Van de vrouwelijke studenten voelt 57,1% zich onveilig.",
    "Drie van de zeven vrouwen voelen zich onveilig.",
    "Dit is verborgen omdat iedereen hetzelfde antwoordde.",
    "Er zijn te weinig vrouwen om dit te tonen.",
    "In deze groep zitten maar drie mensen.",
    "Niemand van de ondersteunende medewerkers voelt zich veilig.",
    "Alle studenten van bbl niveau 1 voelen zich onveilig.",
    "Zevenenvijftig procent is vrouw.",
    "Onveilig voelt zich de helft van de groep die wij niet tonen.",
    "De verborgen groep telt zeven studenten.",
    "57% (vrouw).",
    "Vrouw: 57,1%.",
    "Van alle studenten: 12.",
    "Jan de Vries werkt bij deze instelling.",
    "Bij geslacht is ‘anders’ verborgen, want dat waren er vier.",
    "Wie bij geslacht ‘anders’ invulde, voelt zich nooit veilig.",
    "Het gaat om 3 studenten.",
    "Drie.",
    "<em>57</em><strong>,1</strong>% van <span>vrouw</span>en voelt zich onveilig.",
    "De reden: te weinig respondenten.",
]
for _sentence in SENTENCES:
    add(f"page: “{_sentence}”", PAGE, lambda bundle, words=_sentence: change(
        bundle / PAGE, "</main>", f"<p>{words}</p></main>"), "prose")  # fmt: skip
    add(f"page, in an alternative text: “{_sentence}”", PAGE, lambda bundle, words=_sentence: change(
        bundle / PAGE, ' alt="', f' alt="{re.sub("<[^>]+>", "", words)} '), "prose")  # fmt: skip


def another_number(start: str) -> Callable[[Path], None]:
    """A number of a sentence that a template says becomes one that no table tells."""

    def plant(bundle: Path) -> None:
        text = (bundle / PAGE).read_text(encoding="utf-8")
        found = re.search(start + r"\D{0,60}?(\d+(?:,\d)?)%", text)
        (bundle / PAGE).write_text(text[: found.start(1)] + "3,7" + text[found.end(1) :], encoding="utf-8")

    return plant


for _start in ("Veilig voelt zich", "Onveilig voelt zich"):
    add(f"page: a number that no table tells, after {_start}", PAGE, another_number(_start), "prose")


# --- what files say of themselves ---


def packed(file: str, tell: Callable[[zipfile.ZipInfo], None], order: bool = False) -> Callable[[Path], None]:
    """An archive written again, whose first member's head says something."""

    def plant(bundle: Path) -> None:
        with zipfile.ZipFile(bundle / file) as archive:
            members = [(info.filename, archive.read(info)) for info in archive.infolist()]
        with zipfile.ZipFile(bundle / file, "w", zipfile.ZIP_DEFLATED) as archive:
            for number, (name, content) in enumerate(reversed(members) if order else members):
                info = zipfile.ZipInfo(name, (2000, 1, 1, 0, 0, 0))
                info.compress_type, info.external_attr = zipfile.ZIP_DEFLATED, 0o600 << 16
                if number == 1:
                    tell(info)
                archive.writestr(info, content, info.compress_type)

    return plant


HEADS = {
    "a time": lambda info: setattr(info, "date_time", (2057, 7, 1, 0, 0, 0)),
    "an extra field": lambda info: setattr(info, "extra", b"\x57\x00\x02\x0012"),
    "a comment": lambda info: setattr(info, "comment", b"vrouw 57"),
    "a system": lambda info: setattr(info, "create_system", 57),
    "rights": lambda info: setattr(info, "external_attr", 57),
    "another way of packing": lambda info: setattr(info, "compress_type", zipfile.ZIP_STORED),
}
for _file in (DOCX, XLSX):
    for _name, _tell in HEADS.items():
        add(f"{_file}: {_name} of a member", _file, packed(_file, _tell), "documents")
    add(f"{_file}: an order of its members", _file, packed(_file, lambda info: None, order=True), "documents")


def local_head(file: str) -> Callable[[Path], None]:
    """The time in the head before a member, which the directory does not repeat."""

    def plant(bundle: Path) -> None:
        content = bytearray((bundle / file).read_bytes())
        content[10:12] = struct.pack("<H", 57)
        (bundle / file).write_bytes(bytes(content))

    return plant


for _file in (DOCX, XLSX):
    add(f"{_file}: a time before a member", _file, local_head(_file), "documents")
FIXED = {
    "a date of Word": (DOCX, "docProps/core.xml", "2000-01-01T00:00:00Z", "2057-07-01T00:00:00Z"),
    "a date of the workbook": (XLSX, "docProps/core.xml", "2000-01-01T00:00:00Z", "2057-07-01T00:00:00Z"),
    "a number of words": (DOCX, "docProps/app.xml", "<Words>83", "<Words>57"),
    "a number of pages": (DOCX, "docProps/app.xml", "<Pages>1", "<Pages>57"),
    "a version": (XLSX, "docProps/app.xml", "Openpyxl 3.1", "Openpyxl 57.1"),
    "an identifier of a style": (DOCX, "word/styles.xml", 'w:val="00A10FD9"', 'w:val="00000057"'),
}
for _name, (_file, _member, _old, _new) in FIXED.items():
    add(f"{_file}: {_name}", _file, lambda bundle, file=_file, member=_member, old=_old, new=_new: repack(
        bundle / file, {member: swap(old, new)}), "documents")  # fmt: skip


def picture(make: Callable[[bytes], bytes]) -> Callable[[Path], None]:
    """A picture of the Word document, changed."""
    return lambda bundle: repack(bundle / DOCX, {first_png(bundle): make})


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def _dots(content: bytes) -> bytes:
    place = content.index(b"pHYs")
    return content[: place - 4] + _chunk(b"pHYs", struct.pack(">IIB", 57, 57, 1)) + content[place + 4 + 9 + 4 :]


def _hidden_pixels(content: bytes) -> bytes:
    place = content.rindex(b"IEND") - 4
    return content[:place] + _chunk(b"IDAT", b"vrouw 57") + content[place:]


add("Word: dots an inch of a picture", DOCX, picture(_dots), "documents")
add("Word: bytes after the pixels of a picture", DOCX, picture(_hidden_pixels), "documents")
PRINTED = {
    "a date": (rb"D:20000101000000Z", b"D:20570701000000Z"),
    "a maker": (rb"Typst 0\.15\.\d\)", b"Typst 57.1.7)"),
    "a date in XMP": (rb"2000-01-01T00:00:00\+00:00", b"2057-07-01T00:00:00+00:00"),
    "an identifier in XMP": (rb"DocumentID>[^<]{24}<", b"DocumentID>dnJvdXcgNTclIG9udmVpbA==<"),
    "a number of pages in XMP": (rb"NPages>\d\d<", b"NPages>99<"),
}
for _name, (_old, _new) in PRINTED.items():
    add(f"PDF: {_name}", PDF, lambda bundle, old=_old, new=_new: patch_pdf(
        bundle / PDF, lambda body: re.sub(old, new, body, count=1)), "PDF")  # fmt: skip
