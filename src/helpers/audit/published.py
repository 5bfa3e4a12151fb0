"""What the reports of an edition state about numbers of respondents: their data annex, and their pages."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pandas as pd
from lxml import html

OWN, COMPARABLE, SECTOR = "own", "comparable", "sector"
SCOPES = {
    "eigen instelling": OWN,
    "eigen": OWN,
    "vergelijkbare instellingen": COMPARABLE,
    "vergelijkbaar": COMPARABLE,
    "alle instellingen": SECTOR,
    "alle": SECTOR,
}
TOO_FEW = "te weinig respondenten"


@dataclass(frozen=True)
class Statement:
    """One row of a published table: which report, which table, whose respondents, which group, and how many.

    ``n`` is ``None`` where it is hidden; ``few``: hidden because there are too few; ``place``: where it was read.
    """

    unit: str
    table: str
    scope: str
    group: str
    n: float | None
    place: str
    few: bool = False


def read(reports: Path) -> list[Statement]:
    """All statements on numbers of respondents in the reports below a folder, each once for every place."""
    found: list[Statement] = []
    for folder in sorted(path for path in reports.iterdir() if path.is_dir() and not path.name.startswith(".")):
        for path in sorted(folder.glob("data/tbl-*.csv")):
            found += _annex(path, folder.name)
        for path in sorted(folder.glob("*.html")):
            found += _page(path, folder.name)
    return found


def _annex(path: Path, unit: str) -> Iterator[Statement]:
    table = pd.read_csv(
        path, sep=";", decimal=",", comment="#", encoding="utf-8-sig", dtype={"label": str, "wave": str}
    )
    if not {"scope", "label", "n"} <= set(table.columns):
        return
    for row in table.itertuples():
        number = None if pd.isna(row.n) else float(row.n)
        group = str(row.wave) if "wave" in table.columns else str(row.label)
        few = number is None and getattr(row, "hidden", TOO_FEW) in (TOO_FEW, None)
        yield Statement(unit, path.stem, SCOPES[row.scope], group, number, f"{unit}/data/{path.name}", few)


def _page(path: Path, unit: str) -> Iterator[Statement]:
    """Rows of tables in a page that tell respondents by group; tables are known by their label."""
    for box in html.parse(str(path)).getroot().xpath("//*[starts-with(@id, 'tbl-')]"):
        tables = [box] if box.tag == "table" else box.xpath(".//table")
        for table in tables:
            yield from _table(table, str(box.get("id")), unit, f"{unit}/{path.name}")


def _table(table, name: str, unit: str, place: str) -> Iterator[Statement]:
    heads = [_text(cell) for cell in table.xpath(".//tr[th]")[0].xpath("./th")] if table.xpath(".//tr[th]") else []
    if "Respondenten" not in heads or not {"Waar", "Groep"} & set(heads):
        return
    for line in table.xpath(".//tr[td]"):
        cells = dict(zip(heads, [_text(cell) for cell in line.xpath("./th | ./td")], strict=False))
        scope = SCOPES.get(cells.get("Waar", "alle"))
        if scope is None:
            continue
        digits = cells["Respondenten"].replace(".", "")
        number = float(digits) if re.fullmatch(r"\d+", digits) else None
        group = cells.get("Meting") or cells.get("Groep") or "totaal"
        yield Statement(unit, name, scope, group, number, place)


def _text(cell) -> str:
    return " ".join("".join(cell.itertext()).split())
