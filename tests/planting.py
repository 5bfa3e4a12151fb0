"""Leaks to plant in a copy of a finished bundle: each changes one place, and the audit must find all of them.

The text is about a group that the report hides. After a plant the bundle is sealed: checksums and descriptions of files
are made to agree again, as they would if the leak came from the pipeline itself.
"""

from __future__ import annotations

import hashlib
import json
import re
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

TOLD = "bij geslacht: vrouw (eigen instelling) 57,1% onveilig"
XLSX, DOCX, PDF, PAGE = "data/gegevens.xlsx", "report.docx", "report.pdf", "index.html"


@dataclass(frozen=True)
class Plant:
    """A leak: its name, the file it changes (as a finding names it), how, and in which report.

    ``check``: the one check that must find it by itself, as it would if all forms of the report said the same;
    ``sealed``: whether descriptions are made to agree after it, or it is done to a bundle that agrees.
    """

    name: str
    file: str
    plant: Callable[[Path], None]
    unit: str = "institution"
    check: str = ""
    sealed: bool = True


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
        for name, content in sorted(members.items()):
            archive.writestr(zipfile.ZipInfo(name, (2000, 1, 1, 0, 0, 0)), content, zipfile.ZIP_DEFLATED)


def swap(old: str, new: str) -> Callable[[bytes], bytes]:
    """Replace a text in a member, once."""
    return lambda content: content.replace(old.encode(), new.encode(), 1)


# --- pages ---

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


WORDS = {
    **{f"page: {name}": (PAGE, "</main>", f"{words}</main>") for name, words in MARKUP.items()},
    "page: meta description": (PAGE, 'name="description" content="', f'name="description" content="{TOLD} '),
    "page: meta keywords": (PAGE, "<title>", f'<meta name="keywords" content="{TOLD}"><title>'),
    "page: title": (PAGE, "<title>", f"<title>{TOLD} "),
    "page: an alternative text": (PAGE, ' alt="', f' alt="{TOLD}. '),
    "page: a label for who listens": (PAGE, 'aria-label="Inhoudsopgave"', f'aria-label="{TOLD}"'),
    "page: a caption": (PAGE, "<figcaption>", f"<figcaption>{TOLD}. "),
    "page: a column more": (PAGE, ">Respondenten<", ">Respondenten</th><th>Deelnemers<"),
    "page: a head with another name": (PAGE, ">Onveilig (%)<", ">Aantal onveilig<"),
    "sector: a title in a drawing of its own": (
        "figures/fig-studenten-stand.svg",
        "<defs>",
        f"<title>{TOLD}</title><defs>",
    ),
    "sector: text of the search": ("zoeken.js", '"x":"', f'"x":"{TOLD} '),
    "sector: a key more in the search": ("zoeken.js", '{"u":', f'{{"n":"{TOLD}","u":'),
    "package: a key more": ("data/datapackage.json", '"resources"', f'"keywords": ["{TOLD}"],\n "resources"'),
    "package: a field's description": (
        "data/datapackage.json",
        '"description": "Aantal',
        f'"description": "{TOLD} Aantal',
    ),
    "package: a resource's title": ("data/datapackage.json", '"title": "Figuur', f'"title": "{TOLD} Figuur'),
}
"""A text of a file that becomes another, by name: file, what stands there, what comes in its place."""


def _changed(file: str, old: str, new: str) -> Callable[[Path], None]:
    return lambda bundle: change(bundle / file, old, new)


for _name, _texts in WORDS.items():
    PLANTS.append(Plant(_name, _texts[0], _changed(*_texts), "sector" if _name.startswith("sector") else "institution"))


@planted("page: after the end", PAGE)
def _(bundle):
    with (bundle / PAGE).open("a", encoding="utf-8") as page:
        page.write(TOLD)


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


@planted("sector: a script beside the search", "zoeken.js", "sector")
def _(bundle):
    with (bundle / "zoeken.js").open("a", encoding="utf-8") as script:
        script.write(f"window.n = '{TOLD}';\n")


@planted("sector: a count that is no multiple", "data/fig-studenten-stand.csv", "sector")
def _(bundle):
    edit_csv(bundle / "data/fig-studenten-stand.csv", "n", lambda cells: True, "1201")


# --- data ---


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


@planted("note: a line more", "data/LEESMIJ.txt")
def _(bundle):
    with (bundle / "data/LEESMIJ.txt").open("a", encoding="utf-8") as note:
        note.write(TOLD + "\n")


@planted("record: a key more", "report.json")
def _(bundle):
    change(bundle / "report.json", '"unit"', f'"note": "{TOLD}", "unit"')
