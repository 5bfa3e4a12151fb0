"""What the reports of an edition state about numbers of respondents: data annex, workbook and pages."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
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
UNKNOWN, MISSING = "niet ingevuld", "missing"
SHEET_HEADS = {
    "Waar": "scope",
    "Groep": "label",
    "Code van de groep": "category",
    "Meting": "wave",
    "Respondenten": "n",
    "Veilig": "safe",
    "Neutraal": "neutral",
    "Onveilig": "unsafe",
    "Verborgen": "hidden",
}
PARTS = ("part", "deel", "aandeel")
"""Columns that tell which part of all respondents a group is."""

ANSWERS = ("safe", "neutral", "unsafe")
HEADS = {"Veilig (%)": "safe", "Neutraal (%)": "neutral", "Onveilig (%)": "unsafe"}
TREND, STATE = "-trend", "-stand"
TOTAL = "totaal"
YEAR = re.compile(r"\b(20\d\d)\b")


@dataclass(frozen=True)
class Statement:
    """One row of a published table: which report, which table, whose respondents, which group and waves, how many.

    ``n`` is ``None`` where it is not told; ``hidden``: the row's figures are hidden; ``answers``: shares of safe,
    neutral and unsafe with half the step in which they are told; ``part``: the same for the part of all respondents
    that the group is; ``label``: the group as readers see it; ``place``:
    where it was read.
    """

    unit: str
    table: str
    scope: str
    group: str
    n: float | None
    place: str
    hidden: bool = False
    waves: tuple[str, ...] = ()
    answers: tuple[tuple[str, float, float], ...] = ()
    label: str = ""
    part: tuple[float, float] | None = None

    @property
    def contradicts(self) -> bool:
        """Whether a row that is marked as hidden tells a figure; how many left a question blank is no secret."""
        return self.hidden and (bool(self.answers) or (self.n is not None and self.group != MISSING))


def folders(reports: Path) -> list[Path]:
    """One folder a report."""
    return sorted(path for path in reports.iterdir() if path.is_dir() and not path.name.startswith("."))


def read(reports: Path) -> list[Statement]:
    """All statements on numbers of respondents in the reports below a folder, each once for every place."""
    found: list[Statement] = []
    for folder in folders(reports):
        own: list[Statement] = []
        found_pages = pages(folder)
        said = captions(found_pages)
        for path in sorted([*folder.glob("data/tbl-*.csv"), *folder.glob("data/fig-*.csv")]):
            table = pd.read_csv(path, **_DUTCH)
            own += _annex(table, _table_of(path.stem), folder.name, path.name)
            own += _overview(table, path.stem, folder.name, path.name, said)
        for path in sorted(folder.glob("data/*.xlsx")):
            own += _workbook(path, folder.name)
        codes = {(one.table, one.label): one.group for one in own}
        for path, root in found_pages:
            own += _page(root, folder.name, f"{folder.name}/{path.name}", codes)
        found += _dated(own, said)
    return found


_DUTCH = {"sep": ";", "decimal": ",", "comment": "#", "encoding": "utf-8-sig", "dtype": {"label": str, "wave": str}}


def pages(folder: Path) -> list[tuple[Path, html.HtmlElement]]:
    """The web pages of a report, read once."""
    return [(path, html.parse(str(path)).getroot()) for path in sorted(folder.glob("*.html"))]


def captions(found_pages: list[tuple[Path, html.HtmlElement]]) -> dict[str, str]:
    """Captions of figures and tables in a report's pages, by label."""
    found = {}
    for _, root in found_pages:
        for box in root.xpath("//*[starts-with(@id,'tbl-') or starts-with(@id,'fig-')]"):
            words = box.xpath(".//caption | .//figcaption")
            if words:
                found[str(box.get("id"))] = text(words[0])
    return found


def _dated(found: list[Statement], said: dict[str, str]) -> list[Statement]:
    """The same with the wave they are about; a row of a trend is the state of then.

    The wave is the row's own, or the caption's, or that of the caption of the same people's state.
    """
    state = {label.split("-")[1]: YEAR.findall(words) for label, words in said.items() if label.endswith(STATE)}
    dated = []
    for one in found:
        if one.waves and one.table.endswith(TREND):
            one = replace(one, table=one.table.removesuffix(TREND) + STATE, group=TOTAL)
        elif not one.waves:
            words = said.get(one.table, "") + " " + said.get("fig-" + one.table.removeprefix("tbl-"), "")
            years = YEAR.findall(words) or state.get(one.table.split("-")[1], [])
            one = replace(one, waves=(years[-1],) if years else ())
        dated.append(one)
    return dated


def _annex(table: pd.DataFrame, name: str, unit: str, file: str) -> Iterator[Statement]:
    if not {"scope", "label", "n"} <= set(table.columns):
        return
    for row in table.to_dict("records"):
        scope = SCOPES.get(str(row["scope"]))
        if scope is None:
            continue
        number = None if pd.isna(row["n"]) else float(row["n"])
        group = TOTAL if name.endswith((STATE, TREND)) else str(row.get("category", row["label"]))
        given = [(key, float(row[key]), 0.0005) for key in ANSWERS if key in row and pd.notna(row[key])]
        mark = row.get("hidden")
        hidden = (pd.notna(mark) and str(mark) != "") or (number is None and not given)
        waves = tuple(YEAR.findall(str(row["wave"]))) if "wave" in row else ()
        answers = tuple((key, share, _half(share, half)) for key, share, half in given)
        part = next((_part(table[key], row[key]) for key in PARTS if key in row and pd.notna(row[key])), None)
        place = f"{unit}/data/{file}"
        yield Statement(unit, name, scope, group, number, place, hidden, waves, answers, str(row["label"]), part)


def _part(column: pd.Series, value: object) -> tuple[float, float]:
    """A part of all respondents, and half the step in which the column tells such parts."""
    decimals = max(len(str(each).partition(".")[2]) for each in column.dropna())
    return float(value), 0.5 * 10**-decimals


def _overview(table: pd.DataFrame, name: str, unit: str, file: str, said: dict[str, str]) -> Iterator[Statement]:
    """A table of all characteristics tells which part of the respondents left each of them blank."""
    if unit == "sector" or not {"label", "unknown"} <= set(table.columns):
        return
    for row in table.dropna(subset=["unknown"]).to_dict("records"):
        ending = f"naar {str(row['label']).lower()}"
        for label, words in said.items():
            if label.split("-")[:2] == name.split("-")[:2] and words.lower().rstrip(".").endswith(ending):
                part = _part(table["unknown"], row["unknown"])
                yield Statement(unit, label, OWN, MISSING, None, f"{unit}/data/{file}", label=UNKNOWN, part=part)


def _half(share: float, half: float) -> float:
    """Half the step of a share: whole percents are told as such."""
    return 0.005 if abs(share * 100 - round(share * 100)) < 1e-9 else half


def _workbook(path: Path, unit: str) -> Iterator[Statement]:
    """Sheets of the data annex that hold a table or figure; the first sheet tells which label each of them has."""
    sheets = pd.read_excel(path, sheet_name=None, header=None, dtype=object)
    labels = {
        str(row[0]): _table_of(str(row[1]))
        for sheet in sheets.values()
        for row in sheet.values.tolist()
        if len(row) > 1 and str(row[1]).startswith(("tbl-", "fig-"))
    }
    for name, sheet in sheets.items():
        lines = [[SHEET_HEADS.get(str(cell), str(cell)) for cell in row] for row in sheet.values.tolist()]
        heads = next((i for i, row in enumerate(lines) if {"scope", "label", "n"} <= set(row)), None)
        if heads is None or name not in labels:
            continue
        table = sheet.iloc[heads + 1 :].set_axis(lines[heads], axis=1)
        table = table.loc[:, ~table.columns.duplicated()]
        numbers = {key: pd.to_numeric(table[key], errors="coerce") for key in ("n", *ANSWERS) if key in table}
        yield from _annex(table.assign(**numbers), labels[name], unit, path.name)


def _table_of(label: str) -> str:
    """A figure has the groups of the table beside it."""
    return "tbl-" + label.removeprefix("fig-").removeprefix("tbl-")


def _page(root: html.HtmlElement, unit: str, place: str, codes: dict[tuple[str, str], str]) -> Iterator[Statement]:
    """Rows of tables in a page that tell respondents by group; tables are known by their label."""
    for box in root.xpath("//*[starts-with(@id, 'tbl-')]"):
        tables = [box] if box.tag == "table" else box.xpath(".//table")
        for table in tables:
            yield from _table(table, str(box.get("id")), unit, place, codes)


def _table(table, name: str, unit: str, place: str, codes: dict[tuple[str, str], str]) -> Iterator[Statement]:
    heads = [text(cell) for cell in table.xpath(".//tr[th]")[0].xpath("./th")] if table.xpath(".//tr[th]") else []
    if "Respondenten" not in heads or heads[0] not in ("Waar", "Groep", "Meting"):
        return
    for line in table.xpath(".//tr[td]"):
        cells = dict(zip(heads, [text(cell) for cell in line.xpath("./th | ./td")], strict=False))
        scope = SCOPES.get(cells.get("Waar", "alle"))
        if scope is None:
            continue
        number = _number(cells["Respondenten"])
        label = cells.get("Meting") or cells.get("Groep") or TOTAL
        group = TOTAL if name.endswith((STATE, TREND)) else codes.get((name, label), label)
        given = [(key, _number(cells.get(head, ""))) for head, key in HEADS.items()]
        answers = tuple((key, value / 100, _half(value / 100, 0.0005)) for key, value in given if value is not None)
        waves = (label,) if "Meting" in cells else ()
        yield Statement(unit, name, scope, group, number, place, number is None, waves, answers, label)


def _number(words: str) -> float | None:
    found = re.fullmatch(r"(\d[\d.]*)(?:,(\d+))?", words)
    return float(found[1].replace(".", "") + "." + (found[2] or "0")) if found else None


def text(cell) -> str:
    """All words of an element."""
    return " ".join("".join(cell.itertext()).split())
