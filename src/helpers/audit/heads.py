"""Tables whose columns the audit does not know, and small counts in the columns of a cross table.

A head that is not known may hold figures that nobody attacked, so it fails. Heads that name a group of a declared
characteristic hold counts: each must be large enough, and over institutions a multiple.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import yaml
from lxml import html

from helpers import paths
from helpers.audit.published import pages, text

GROUPS = "Groep|Waar|Meting|Kenmerk|Soort geweld|Soort incident|Samenhang|Model|Vraag|Onderwerp|Moment|Periode|Reden"
RESPONDENTS = "Respondenten|Veilig (%)|Neutraal (%)|Onveilig (%)|Interval|Slachtoffer (%)|Onbekend (%)"
DIFFERENCES = "Verschil|Interval verschil|Veiligst / minst veilig|Effect (h)|p|LHB vaker slachtoffer"
EXPECTED = "Gevonden (%)|Interval gevonden|Verwacht (%)"
MODELS = (
    "Variantie|Interval variantie|ICC (%)|Interval ICC|Mediane OR|Variantie kleiner (%)|Odds ratio|Interval odds ratio|"
    "Correlatie (r)"
)
PLACES = (
    "Instellingen|Aantal|In West (%)|Meer dan 15.000 studenten (%)|Cijfer voor het werk|Incidenten|Per 1.000 studenten"
)
COORDINATORS = (
    "Coördinatoren|Meest genoemd (%)|Interval meest|Kans op hetzelfde (%)|Interval kans|Bij gelijke verdeling (%)|"
    "Gemiddelde"
)
CONVERSATIONS = "Fragmenten studenten|Groepen studenten|Fragmenten medewerkers|Groepen medewerkers"
ABOUT = (
    "Begrip|Betekenis|Bevinding|Deze editie|Gepubliceerd|Gelijk|Nr.|Bij de afzender|Kolom|Waarden|Bron|Rijen|"
    "Correlatie, zonder teken|Woord|Als…|Naast een ander cijfer|Ontwikkeling|Vergelijking"
)
"""Of the tables of method, glossary, codebook and findings."""
ALL = (ABOUT, GROUPS, RESPONDENTS, DIFFERENCES, EXPECTED, MODELS, PLACES, COORDINATORS, CONVERSATIONS)
KNOWN = frozenset("|".join(ALL).split("|"))
"""What the columns of published tables are called; what they hold is attacked, or is no statement about respondents."""

COUNT = re.compile(r"\d{1,3}(?:\.\d{3})*|\d+")


@dataclass(frozen=True)
class Column:
    """A column that the audit cannot pass: where it stands, and what is wrong with it."""

    unit: str
    place: str
    table: str
    what: str


def columns(folder: Path, minimum: int, rounding: int) -> list[Column]:
    """Columns of the tables in a report's pages that are not known, and counts in columns of groups that are too small.

    ``minimum``: respondents that a told group has at least; ``rounding``: multiples in which the sector report tells.
    """
    subjects, categories = _declared()
    found: list[Column] = []
    for path, root in pages(folder):
        for table, heads, rows in _tables(root):
            place = f"{folder.name}/{path.name}"
            unknown = [head for head in heads if head not in KNOWN | subjects | categories]
            found += [
                Column(folder.name, place, table, f"a column '{head}' that the audit does not know") for head in unknown
            ]
            crossed = [head for head in heads if head in categories]
            for row in rows:
                for head, cell in zip(heads, row, strict=False):
                    if head in crossed and (wrong := _wrong(cell, folder.name, minimum, rounding)):
                        found.append(Column(folder.name, place, table, f"{row[0]}, {head}: {wrong}"))
    return found


def _wrong(cell: str, unit: str, minimum: int, rounding: int) -> str:
    if not COUNT.fullmatch(cell):
        return ""
    number = int(cell.replace(".", ""))
    if number < minimum:
        return f"{number}, which is fewer than {minimum}"
    return f"{number}, which is no multiple of {rounding}" if unit == "sector" and number % rounding else ""


def _tables(root: html.HtmlElement) -> Iterator[tuple[str, list[str], list[list[str]]]]:
    """Label, heads and rows of every table of a report that has a label."""
    for box in root.xpath("//*[starts-with(@id, 'tbl-')]"):
        for table in [box] if box.tag == "table" else box.xpath(".//table"):
            first = table.xpath(".//tr[th]")
            heads = [text(cell) for cell in first[0].xpath("./th")] if first else []
            yield (
                str(box.get("id")),
                heads,
                [[text(c) for c in row.xpath("./th | ./td")] for row in table.xpath(".//tr[td]")],
            )


def _declared() -> tuple[frozenset[str], frozenset[str]]:
    """Names of the declared characteristics, with a capital, and the labels of their categories."""
    declared = yaml.safe_load(paths.CHARACTERISTICS.read_text(encoding="utf-8"))["characteristics"]
    subjects = {str(one["subject"]) for one in declared.values()}
    labels = {
        str((about or {}).get("label") or code)
        for one in declared.values()
        for code, about in (one.get("categories") or {}).items()
    }
    return frozenset(name[:1].upper() + name[1:] for name in subjects), frozenset(labels)
