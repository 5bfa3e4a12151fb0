"""The data annex of a report: what is behind every table and figure it shows, as CSV, as a workbook, and described."""

from __future__ import annotations

import json
import re
import shutil
from dataclasses import dataclass
from pathlib import Path

from helpers import paths, publish, reads, settings, tables
from helpers.files import write_bytes
from helpers.render.annex import columns, package, workbook
from helpers.render.annex.workbook import Sheet
from helpers.render.stitch import SOURCE_NAMES
from helpers.sources import load_sources

WORKBOOK, PACKAGE, README = "gegevens.xlsx", "datapackage.json", "LEESMIJ.txt"
CODEBOOK = "codeboek"
AUTHOR = "Monitor Integrale Veiligheid mbo"
LABELLED = re.compile(r"\{#((fig|tbl)-[\w-]+)")
WORDS = {"fig": "Figuur", "tbl": "Tabel"}


@dataclass(frozen=True)
class Place:
    """A table or figure of the report: its label, the number it has there, and its caption."""

    label: str
    number: str
    caption: str


def write(about: settings.Edition, unit: str, source: Path, target: Path) -> None:
    """Fill ``target`` with the data of one stitched report (``source``): CSV files, workbook, description, note."""
    target.mkdir()
    where, synthetic = about.paths.unit(unit), about.synthetic is not None
    meta = json.loads((source / "meta.json").read_text(encoding="utf-8"))
    shown = places((source / "document" / "report.qmd").read_text(encoding="utf-8"))
    sheets = []
    for place, chapter in _with_data(shown, where, settings.load_chapters().of(unit)):
        path = shutil.copyfile(where / "tables" / f"{place.label}.csv", target / f"{place.label}.csv")
        sources = _sources(reads.load(about.paths.record(unit, chapter)))
        sheets.append(Sheet(place.number, place.label, place.caption, _title(chapter), sources, columns.read(path)))
    if unit == settings.SECTOR:
        path = target / f"{CODEBOOK}.csv"
        book = tables.read_analysis(about.edition, "codebook").astype({"wave": "Int64"}).round({"missing": 2})
        publish.write_csv(path, book, synthetic=synthetic)
        sheets.append(Sheet("Codeboek", CODEBOOK, "Wat de gegevens betekenen", "Methode", "", columns.read(path)))
    title = f"{meta['title']}, {meta['subtitle']}: gegevens"
    lines = [f"Verschenen: {meta['published']}.", _status(meta)]
    write_bytes(target / WORKBOOK, workbook.make(title, lines, sheets, synthetic=synthetic, author=AUTHOR))
    write_bytes(target / PACKAGE, package.make(target, sheets, _package_keys(about, unit, title, lines)))
    write_bytes(target / README, _readme(meta).encode("utf-8"))


def places(document: str) -> list[Place]:
    """Tables and figures of a report's Markdown, in order, numbered as both renderers number them."""
    found: list[Place] = []
    counts = dict.fromkeys(WORDS, 0)
    for line in document.splitlines():
        match = LABELLED.search(line)
        if match:
            counts[match[2]] += 1
            found.append(Place(match[1], f"{WORDS[match[2]]} {counts[match[2]]}", _caption(line[: match.start()])))
    return found


def _caption(text: str) -> str:
    """The caption before a label: of ``: caption {#tbl-x}`` or ``![caption](file){#fig-x}``, as plain text."""
    text = re.sub(r"\]\([^()]*\)$", "", text.strip().removeprefix(": ").removeprefix("!["))
    return re.sub(r"\\(.)", r"\1", text.replace("**", "")).strip()


def _with_data(shown: list[Place], where: Path, names: list[str]) -> list[tuple[Place, str]]:
    """Those of the report's tables and figures that a chapter wrote data for, with the chapter."""
    told = {
        entry["id"]: name
        for name in names
        for entry in json.loads((where / f"{name}.disclosure.json").read_text(encoding="utf-8"))
    }
    return [
        (place, told[place.label])
        for place in shown
        if place.label in told and (where / "tables" / f"{place.label}.csv").is_file()
    ]


def _sources(read: set[Path]) -> str:
    """Titles of the sources behind what a chapter read: their rows, or a table about them (``models_students``)."""
    table_of = {source.source: source.table for source in load_sources()}
    names = {table_of.get(path.stem, path.stem) for path in read if path.suffix == ".parquet"}
    told = {table for table in SOURCE_NAMES for name in names if name == table or name.endswith(f"_{table}")}
    return "; ".join(title for table, title in SOURCE_NAMES.items() if table in told)


def _title(chapter: str) -> str:
    """The heading of a chapter's notebook."""
    book = json.loads((paths.NOTEBOOKS / f"{chapter}.ipynb").read_text(encoding="utf-8"))
    texts = ("".join(cell["source"]) for cell in book["cells"] if cell["cell_type"] == "markdown")
    return next((text.splitlines()[0].removeprefix("#").strip() for text in texts if text.startswith("# ")), chapter)


def _status(meta: dict) -> str:
    words = "Vertrouwelijk: alleen voor de instelling zelf." if meta["confidential"] else "Openbaar."
    return f"{words} Concept: nog niet vrijgegeven." if meta.get("concept", False) else words


def _package_keys(about: settings.Edition, unit: str, title: str, lines: list[str]) -> dict:
    licence = package.LICENCES.get(about.data_licence or "") if unit == settings.SECTOR else None
    warning = [publish.SYNTHETIC_LINE] if about.synthetic is not None else []
    return {
        "name": f"monitor-integrale-veiligheid-{about.edition}-{unit.lower()}",
        "title": title,
        "description": " ".join([*warning, *lines]),
        "version": str(about.year),
        "licenses": [licence] if licence else None,
        "contributors": [{"title": AUTHOR, "role": "author"}],
    }


def _readme(meta: dict) -> str:
    lines = [
        "Gegevens achter de tabellen en figuren van dit rapport.",
        _status(meta),
        f"{WORKBOOK}: alles in één werkmap, een blad per tabel of figuur, met een overzicht vooraan.",
        "De CSV-bestanden heten naar het label van de tabel (tbl-…) of figuur (fig-…); het nummer staat in de werkmap.",
        "In CSV scheiden puntkomma's kolommen, staan decimalen achter een komma en zijn tekens UTF-8.",
        "Aandelen lopen van 0 tot 1. Lege cellen zijn verborgen (dan zegt de kolom 'hidden' dat) of niet bekend.",
        f"{PACKAGE}: wat elke kolom betekent, voor programma's (Frictionless Data Package).",
    ]
    if meta["synthetic"]:
        lines.insert(0, publish.SYNTHETIC_LINE)
    return "\n".join(lines) + "\n"
