"""What the attacks read: tables, drawings and sentences of published reports; the register; and the truth, to score.

Numbers are read as they are written, with the step in which they are told: an attacker knows how much was rounded.
"""

from __future__ import annotations

import csv
import re
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from urllib.parse import unquote

import numpy as np
import pandas as pd
from lxml import html

SECTOR = "sector"
OWN, COMPARABLE, ALL, EXPECTED = "eigen instelling", "vergelijkbare instellingen", "alle instellingen", "verwacht"
PEOPLE = {"studenten": "students", "medewerkers": "staff"}
ANSWERS = ("safe", "neutral", "unsafe")
POINTS = tuple(f"answer_{point}" for point in range(1, 6))
TOTAL, BLANK = "totaal", "niet ingevuld"
MARK = "niet getoond"
MINIMUM = 10
"""What the method chapter says: no figures on fewer respondents."""
FEW = 100
"""And: whole percents below this."""


@dataclass(frozen=True)
class Found:
    """One figure of an attack: what was counted, of how many, and what it would be if nothing leaked."""

    attack: str
    what: str
    figure: str
    goal: str
    details: tuple[str, ...] = ()


@dataclass(frozen=True)
class Sheet:
    """One published table: its numbers (NaN where nothing stands), and the decimals that each cell is written with."""

    unit: str
    name: str
    rows: pd.DataFrame
    decimals: pd.DataFrame
    folder: Path

    @property
    def people(self) -> str | None:
        """Whom it is about: ``students``, ``staff``, or none of these."""
        return next((code for word, code in PEOPLE.items() if f"-{word}-" in f"{self.name}-"), None)

    @property
    def topic(self) -> str:
        """Its name without ``tbl-`` or ``fig-``: a table and its figure have the same."""
        return self.name.partition("-")[2]

    def half(self, row: int, column: str) -> float:
        """Half the step in which a number is told: whole percents on few respondents, else the column's decimals."""
        finest = 0.5 * 10.0 ** -self.decimals[column].max()
        n = self.rows["n"].get(row, np.nan) if "n" in self.rows else np.nan
        whole = abs(self.rows.loc[row, column] * 100 - round(self.rows.loc[row, column] * 100)) < 1e-9
        return 0.005 if whole and n < FEW else finest

    def has(self, *columns: str) -> bool:
        """Whether it has these columns."""
        return set(columns) <= set(self.rows.columns)


@dataclass
class Bundles:
    """All reports of an edition, as they are handed over; ``data`` only to score what an attack found."""

    outputs: Path
    edition: str
    _sentences: dict[str, list[str]] = field(default_factory=dict)

    @property
    def folder(self) -> Path:
        """The edition's folder."""
        return self.outputs / self.edition

    @cached_property
    def units(self) -> list[str]:
        """Reports that are there."""
        found = self.folder / "reports"
        return sorted(path.name for path in found.iterdir() if path.is_dir()) if found.is_dir() else []

    @cached_property
    def sheets(self) -> list[Sheet]:
        """All tables of the data annexes."""
        paths = sorted(path for unit in self.units for path in self.report(unit).glob("data/*.csv"))
        return [sheet for path in paths if (sheet := read_sheet(path)) is not None]

    def report(self, unit: str) -> Path:
        """Folder of one report."""
        return self.folder / "reports" / unit

    def of(self, unit: str, people: str | None = None) -> list[Sheet]:
        """A report's tables, of one population."""
        return [one for one in self.sheets if one.unit == unit and (people is None or one.people == people)]

    @cached_property
    def register(self) -> pd.DataFrame:
        """The register's public columns."""
        found = pd.read_parquet(self.folder / "data" / "register.parquet")
        return found.astype(dict.fromkeys(("institution_id", "kind", "region", "size_class"), str))

    def sentences(self, unit: str) -> list[str]:
        """Sentences of a report's pages, each once."""
        if unit not in self._sentences:
            self._sentences[unit] = self._read_sentences(unit)
        return self._sentences[unit]

    def _read_sentences(self, unit: str) -> list[str]:
        found: dict[str, None] = {}
        for path in sorted(self.report(unit).glob("*.html")):
            for element in html.parse(str(path)).getroot().xpath("//main//p | //main//li | //main//figcaption"):
                words = " ".join("".join(element.itertext()).split())
                found |= dict.fromkeys(re.split(r"(?<=[a-z)%][.?!]) (?=[A-Z0-9‘])", words))
        return list(found)

    def drawings(self, unit: str) -> dict[str, bytes]:
        """Vector drawings by label: files, and those inside pages."""
        found = {path.stem: path.read_bytes() for path in sorted(self.report(unit).rglob("*.svg"))}
        for path in sorted(self.report(unit).glob("*.html")):
            for image in html.parse(str(path)).getroot().xpath("//img[starts-with(@src,'data:image/svg')]"):
                label = next((e.get("id") for e in image.iterancestors() if (e.get("id") or "").startswith("fig-")), "")
                found.setdefault(label, unquote(image.get("src").partition(",")[2]).encode())
        return found

    @cached_property
    def truth(self) -> Truth:
        """The microdata, to score."""
        return Truth(self.folder / "data")


def read_sheet(path: Path) -> Sheet | None:
    """A table of the annex; ``None`` for one without rows."""
    lines = path.read_text(encoding="utf-8-sig").splitlines()
    heads, *told = csv.reader([line for line in lines if not line.startswith("#")], delimiter=";")
    columns = {name: [row[place] for row in told] for place, name in enumerate(heads)}
    decimals = {name: [len(cell.partition(",")[2]) for cell in cells] for name, cells in columns.items()}
    rows = {name: cells if name in TEXTS else _numbers(cells) for name, cells in columns.items()}
    made = pd.DataFrame(rows), pd.DataFrame(decimals)
    return Sheet(path.parent.parent.name, path.stem, *made, path.parent) if told else None


TEXTS = ("label", "category", "wave", "hidden")


def _numbers(cells: list[str]) -> list[float] | list[str]:
    """Cells as numbers, if all that hold something do."""
    try:
        return [float(cell.replace(",", ".")) if cell else np.nan for cell in cells]
    except ValueError:
        return cells


class Truth:
    """What the respondents really answered, by institution and by the chapters' own groups."""

    def __init__(self, data: Path) -> None:
        self._data = data
        self._read: dict[str, pd.DataFrame] = {}

    def rows(self, people: str, wave: str | None = None) -> pd.DataFrame:
        """Respondents with an answer, with ``safe`` (0, 1) and the project's groups."""
        from helpers import groups  # only to score

        pattern = "students_20*.parquet" if people == "students" else "staff.parquet"
        paths = sorted(self._data.glob(pattern))
        if not paths:
            raise FileNotFoundError(f"{self._data / pattern} (to score what was found)")
        path = next((each for each in paths if wave and wave in each.name), paths[-1])
        if path.name not in self._read:
            found = groups.add_groups(pd.read_parquet(path))
            found = found[found["feels_safe"].notna()]
            points = found["feels_safe"].astype(int)
            self._read[path.name] = found.assign(
                institution_id=found["institution_id"].astype(str), safe=(points >= 4) * 1.0, unsafe=(points <= 2) * 1.0
            )
        return self._read[path.name]

    def institutions(self, people: str, wave: str | None = None) -> pd.DataFrame:
        """By institution: ``n``, weighted ``safe`` and ``unsafe``, and Kish's effective number."""
        key = f"{people} {wave}"
        if key not in self._read:
            self._read[key] = self._institutions(self.rows(people, wave))
        return self._read[key]

    def _institutions(self, rows: pd.DataFrame) -> pd.DataFrame:
        grouped = rows.assign(
            ws=rows["weight"] * rows["safe"], wu=rows["weight"] * rows["unsafe"], ww=rows["weight"] ** 2
        ).groupby("institution_id")
        sums = grouped[["weight", "ws", "wu", "ww"]].sum()
        return pd.DataFrame(
            {
                "n": grouped.size(),
                "safe": sums["ws"] / sums["weight"],
                "unsafe": sums["wu"] / sums["weight"],
                "effective": sums["weight"] ** 2 / sums["ww"],
            }
        )

    def table(self, name: str) -> pd.DataFrame:
        """Another canonical table."""
        return pd.read_parquet(self._data / f"{name}.parquet")


def share(rows: pd.DataFrame, answer: str = "safe") -> float:
    """Weighted share of the respondents in some rows."""
    return float((rows[answer] * rows["weight"]).sum() / rows["weight"].sum()) if len(rows) else float("nan")


def effective(share_, low, high, z: float = 1.959964) -> np.ndarray:
    """The effective number of respondents behind a share with Wilson's limits.

    The limits lie ``2 z sqrt(p q / n + z² / 4n²) / (1 + z² / n)`` apart; solved for ``n``.
    """
    p, width = np.asarray(share_, float), np.asarray(high, float) - np.asarray(low, float)
    low_n, high_n = np.full(p.shape, 1.0), np.full(p.shape, 1e7)
    for _ in range(80):
        n = np.sqrt(low_n * high_n)
        wide = 2 * z * np.sqrt(p * (1 - p) / n + z**2 / (4 * n**2)) / (1 + z**2 / n) > width
        low_n, high_n = np.where(wide, n, low_n), np.where(wide, high_n, n)
    return np.sqrt(low_n * high_n)
