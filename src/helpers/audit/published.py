"""What the reports of an edition state about numbers of respondents: data annex, workbook, pages, Word document.

The PDF is compared with the page word for word (:mod:`helpers.audit.agreement`), so what it states is here too.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from helpers.audit.bundle import Bundle, Table, page_captions
from helpers.audit.normal import visible

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
Row = dict[str, str]


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
    return [one for folder in folders(reports) for one in stated(Bundle(folder))]


def stated(bundle: Bundle) -> list[Statement]:
    """All statements on numbers of respondents in one report."""
    own: list[Statement] = []
    said = page_captions(bundle.pages)
    for label, sheet in bundle.data.items():
        if label.startswith(("tbl-", "fig-")):
            rows = [dict(zip(sheet.heads, row, strict=False)) for row in sheet.rows]
            own += _annex(rows, sheet.heads, _table_of(label), bundle.unit, f"{label}.csv")
            own += _overview(rows, sheet.heads, label, bundle.unit, f"{label}.csv", said)
    own += _workbook(bundle)
    codes = {(one.table, one.label): one.group for one in own}
    for name, text in bundle.web.items():
        for table in text.tables:
            own += _table(table, table.label, bundle.unit, f"{bundle.unit}/{name}", codes)
    labels = {visible(words): label for label, words in said.items() if label.startswith("tbl-")}
    for table in bundle.document.tables:
        own += _table(table, labels.get(table.label, ""), bundle.unit, f"{bundle.unit}/report.docx", codes)
    return _dated(own, said)


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


def number(text: str | None) -> float | None:
    """A number as CSV or workbook write it; ``None`` for an empty cell and for words."""
    try:
        return float((text or "").replace(",", "."))
    except ValueError:
        return None


def _annex(rows: list[Row], heads: list[str], name: str, unit: str, file: str) -> Iterator[Statement]:
    if not {"scope", "label", "n"} <= set(heads):
        return
    half = {key: _step([row.get(key, "") for row in rows]) for key in PARTS if key in heads}
    for row in rows:
        scope = SCOPES.get(row.get("scope", ""))
        if scope is None:
            continue
        told = number(row.get("n"))
        group = TOTAL if name.endswith((STATE, TREND)) else row.get("category", row.get("label", ""))
        given = [(key, share) for key in ANSWERS if (share := number(row.get(key))) is not None]
        hidden = bool(row.get("hidden")) or (told is None and not given)
        waves = tuple(YEAR.findall(row.get("wave", "")))
        answers = tuple((key, share, _half(share, 0.0005)) for key, share in given)
        part = next(((share, half[key]) for key in half if (share := number(row.get(key))) is not None), None)
        label = row.get("label", "")
        yield Statement(unit, name, scope, group, told, f"{unit}/data/{file}", hidden, waves, answers, label, part)


def _step(column: list[str]) -> float:
    """Half the step in which a column tells parts."""
    return 0.5 * 10 ** -max((len(one.replace(",", ".").partition(".")[2]) for one in column if one), default=0)


def _overview(
    rows: list[Row], heads: list[str], name: str, unit: str, file: str, said: dict[str, str]
) -> Iterator[Statement]:
    """A table of all characteristics tells which part of the respondents left each of them blank."""
    if unit == "sector" or not {"label", "unknown"} <= set(heads):
        return
    half = _step([row.get("unknown", "") for row in rows])
    for row in rows:
        share, ending = number(row.get("unknown")), f"naar {row.get('label', '').lower()}"
        for label, words in said.items():
            if share is None or label.split("-")[:2] != name.split("-")[:2]:
                continue
            if words.lower().rstrip(".").endswith(ending):
                place = f"{unit}/data/{file}"
                yield Statement(unit, label, OWN, MISSING, None, place, label=UNKNOWN, part=(share, half))


def _half(share: float, half: float) -> float:
    """Half the step of a share: whole percents are told as such."""
    return 0.005 if abs(share * 100 - round(share * 100)) < 1e-9 else half


def _workbook(bundle: Bundle) -> Iterator[Statement]:
    """Sheets of the data annex that hold a table or figure; the first sheet tells which label each of them has."""
    for name, label in sheet_labels(bundle).items():
        lines = [[SHEET_HEADS.get(cell, cell) for cell in row] for row in bundle.sheets.get(name, [])]
        place = next((i for i, row in enumerate(lines) if {"scope", "label", "n"} <= set(row)), None)
        if place is not None:
            heads = lines[place]
            rows = [dict(zip(reversed(heads), reversed(_filled(row, len(heads))), strict=False)) for row in
                    bundle.sheets[name][place + 1 :]]  # fmt: skip
            yield from _annex(rows, heads, _table_of(label), bundle.unit, "gegevens.xlsx")


def _filled(row: list[str], width: int) -> list[str]:
    return [*row, *[""] * (width - len(row))][:width]


def sheet_labels(bundle: Bundle) -> dict[str, str]:
    """Label of the table or figure that each sheet of the workbook holds, as its first sheet tells."""
    cover = next(iter(bundle.sheets.values()), [])
    return {row[0]: row[1] for row in cover if len(row) > 1 and re.match(r"(?:tbl|fig)-|codeboek$", row[1])}


def _table_of(label: str) -> str:
    """A figure has the groups of the table beside it."""
    return "tbl-" + label.removeprefix("fig-").removeprefix("tbl-")


def _table(table: Table, name: str, unit: str, place: str, codes: dict[tuple[str, str], str]) -> Iterator[Statement]:
    """Rows of a table in a page or document that tell respondents by group."""
    heads = table.heads
    if not name or "Respondenten" not in heads or heads[0] not in ("Waar", "Groep", "Meting"):
        return
    for line in table.rows:
        cells = dict(zip(heads, line, strict=False))
        scope = SCOPES.get(cells.get("Waar", "alle"))
        if scope is None:
            continue
        told = written(cells["Respondenten"])
        label = cells.get("Meting") or cells.get("Groep") or TOTAL
        group = TOTAL if name.endswith((STATE, TREND)) else codes.get((name, label), label)
        given = [(key, written(cells.get(head, ""))) for head, key in HEADS.items()]
        answers = tuple((key, value / 100, _half(value / 100, 0.0005)) for key, value in given if value is not None)
        waves = (label,) if "Meting" in cells else ()
        yield Statement(unit, name, scope, group, told, place, told is None, waves, answers, label)


def written(words: str) -> float | None:
    """A number as pages write it; ``None`` for anything else."""
    found = re.fullmatch(r"(\d[\d.]*)(?:,(\d+))?", words)
    return float(found[1].replace(".", "") + "." + (found[2] or "0")) if found else None
