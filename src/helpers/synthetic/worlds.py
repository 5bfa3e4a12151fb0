"""The fictional institutions of a world, and what they are like.

Names are invented and read as such; codes start with 9, which no BRIN register has given out.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

NAMES = {
    "roc": (
        "Wolkenstein", "Duinenrijk", "De Zeven Bruggen", "Luchtkasteel", "Nergenshuizen", "Zilvermeer",
        "De Vliegende Hollander", "Hoog Zwaluwland", "Koperwiek", "De Gouden Driehoek", "Sterrenborg", "Maanwijk",
        "Windroos", "De Blauwe Olifant", "Regenboogstad", "Noorderlicht-Fabelland", "Het Groene Hart van Nergens",
        "Vuurtorenveen", "Kameleon", "Lage Wolken", "Zonnewende", "Poolster", "De Omgekeerde Wereld", "Bovenbos",
        "Drakenstein-Verzonnen", "Eekhoornoord", "Mistral", "De Tijdmachine", "Ravelijn", "Fata Morgana", "Hemelwater",
        "De Stille Storm", "Kruispunt Utopia", "Atlantis", "Overmorgen", "De Papieren Haven", "Zandloper", "Echoput",
    ),
    "aoc": (
        "De Bonte Akker", "Appelbloesem", "Klaverland", "Bijenveld", "Het Wilde Zaad", "Kiemkracht", "Dauwdruppel",
        "De Houten Ploeg",
    ),
    "vakinstelling": (
        "De Zilveren Hamer", "Het Anker van Nergens", "Coëlaria", "De Gouden Garde", "Meesterhand", "De Rode Draad",
        "Loodlijn", "Het Vliegwiel", "Penseel en Passer", "De Fluisterboot", "Brandmeester", "Weefgetouw",
    ),
}  # fmt: skip
PREFIX = {"roc": "ROC", "aoc": "Groencollege", "vakinstelling": "Vakcollege"}
REGIONS = ("noord", "oost", "west", "zuid")
FIELDS = ("zorg_welzijn", "techniek", "economie", "groen", "horeca_dienst", "creatief")


@dataclass(frozen=True)
class World:
    """How large a world is.

    ``respondents``: student respondents by wave; ``programme_size``: students behind one programme.
    """

    name: str
    institutions: pd.DataFrame
    respondents: dict[int, int]
    staff: int
    msv_students: int
    msv_staff: int
    coordinators: int
    focus_groups: int
    fragments: int


def nation(rng: np.random.Generator) -> World:
    """58 institutions of 300 to 30,000 students."""
    kinds = ["roc"] * 38 + ["aoc"] * 8 + ["vakinstelling"] * 12
    sizes = {
        "roc": np.geomspace(30000, 2600, 38),
        "aoc": np.geomspace(9000, 1500, 8),
        "vakinstelling": np.geomspace(6500, 300, 12),
    }
    table = pd.DataFrame(
        {
            "institution_id": _codes("90", "91", "92", count=len(kinds)),
            "name": [f"{PREFIX[kind]} {name}" for kind in NAMES for name in NAMES[kind]],
            "kind": kinds,
            "n_students": np.concatenate([sizes[kind] for kind in NAMES]).round(-1).astype(int),
        }
    )
    table["region"] = _regions(table, rng)
    table = _character(table, rng)
    return World(
        "nation",
        table.sample(frac=1, random_state=np.random.RandomState(int(rng.integers(2**31)))).reset_index(drop=True),
        {2016: 214_000, 2018: 231_000, 2020: 226_000, 2022: 252_000},
        staff=25_400,
        msv_students=20_600,
        msv_staff=7_200,
        coordinators=104,
        focus_groups=20,
        fragments=304,
    )


def small(rng: np.random.Generator) -> World:
    """Three institutions: one complete, one very small, one that delivered nothing but students."""
    table = pd.DataFrame(
        {
            "institution_id": ["99AA", "99AB", "99AC"],
            "name": ["ROC Proefstad", "Vakcollege De Kleine Letter", "Groencollege Modelveld"],
            "kind": ["roc", "vakinstelling", "aoc"],
            "n_students": [6400, 320, 2100],
            "region": ["west", "oost", "noord"],
        }
    )
    table = _character(table, rng)
    return World(
        "small",
        table,
        {2016: 1500, 2018: 1650, 2020: 1600, 2022: 1900},
        staff=420,
        msv_students=900,
        msv_staff=720,
        coordinators=12,
        focus_groups=4,
        fragments=48,
    )


def _codes(*prefixes: str, count: int) -> list[str]:
    letters = "ABCDEFGHJKLMNPQRSTUVWXYZ"
    return [f"{prefix}{a}{b}" for prefix in prefixes for a in letters[:5] for b in letters[:5]][:count]


def _regions(table: pd.DataFrame, rng: np.random.Generator) -> np.ndarray:
    """Large institutions lie more often in West; every region has large and small ones."""
    west = np.where(table["kind"] == "roc", 0.2 + 0.45 * (table["n_students"] > 12000), 0.3)
    draws = rng.random(len(table))
    rest = np.array(REGIONS)[[0, 1, 3]][rng.integers(0, 3, len(table))]
    return np.where(draws < west, "west", rest)


def _character(table: pd.DataFrame, rng: np.random.Generator) -> pd.DataFrame:
    """Composition and climate of each institution.

    ``profile`` runs from many young bol students to many older bbl students, more of them men and fewer with a
    disability: those who feel safer, so that composition explains most of the differences between institutions.
    ``effect_students`` and ``effect_staff`` are log odds of feeling safe beside composition; they share a
    part, so that where staff feel safer students do too.
    """
    size = len(table)
    west, roc = (table["region"] == "west").to_numpy(), (table["kind"] == "roc").to_numpy()
    trade = (table["kind"] == "vakinstelling").to_numpy()
    large = np.log(table["n_students"].to_numpy() / 6000)
    urban = west & (table["n_students"].to_numpy() > 9000)
    non_western = np.clip(0.10 + 0.16 * urban + 0.06 * west + 0.03 * large * roc + rng.normal(0, 0.03, size), 0.01, 0.6)
    profile = 0.9 * trade + 0.2 * (~west) - 0.25 * urban + rng.normal(0, 0.9, size)
    bbl = np.clip(0.26 + 0.22 * profile, 0.02, 0.95)
    male = np.clip(0.51 + 0.18 * profile + rng.normal(0, 0.03, size), 0.15, 0.92)
    climate = rng.normal(0, 0.04, size)
    shared = climate - 0.035 * west - 0.022 * large - 0.25 * (non_western - 0.17)
    own = rng.normal(0, 0.02, size)
    own[np.argmax(profile)] += 0.13  # one institution is clearly the safest
    own[np.argmin(profile - 2.0 * urban)] -= 0.09  # and one the least safe
    return table.assign(
        share_non_western=non_western.round(3),
        share_bol=(1 - bbl).round(3),
        share_male=male,
        share_disability=np.clip(0.36 - 0.13 * profile + rng.normal(0, 0.02, size), 0.08, 0.65),
        lower_levels=np.clip(0.9 + 0.4 * urban - 0.2 * profile + rng.normal(0, 0.1, size), 0.3, 2),
        older=np.exp(0.9 * profile),
        urban=urban,
        profile=profile,
        effect_students=shared + own,
        effect_staff=0.75 * shared + rng.normal(0, 0.025, size) + 0.055 * np.isin(table["region"], ("noord", "oost")),
    )


WORLDS = {"nation": nation, "small": small}
