"""What earlier versions of an edition told, and of which rows: a late delivery or a correction tells its difference.

``parameters/signoff/released/<edition>.json`` (never in git, kept with the deliveries) holds of every signed version,
for each figure over institutions, a salted checksum of each institution's answers behind it, and the sets that were
told. An institution whose checksum is the same now is the same column in both versions; another one is a column of its
own (:mod:`helpers.disclosure.sets`).

A figure is named by population, wave, characteristic and category: ``students|2022|gender|male``.
"""

from __future__ import annotations

import datetime
import hashlib
import json
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
import pandas as pd
from pydantic import Field, ValidationError

from helpers import characteristics, groups, paths, schema, tables
from helpers.characteristics import MISSING, TOTAL
from helpers.configuration import Strict
from helpers.disclosure.sets import Set
from helpers.errors import MonitorError
from helpers.files import display, write_text
from helpers.statistics.design import groups_of

PLACE = "institution_id"
SURVEYS = ("students", "staff")
SECTOR = "sector"
Prints = dict[str, dict[str, str]]
"""By figure the checksum of each institution's answers behind it."""


class Version(Strict):
    """A signed version: who and when, checksums, members of every set by name, and which sets each figure told of."""

    person: str
    date: datetime.date = Field(strict=False)
    prints: Prints
    members: dict[str, list[str]]
    told: dict[str, list[str]]


class Released(Strict):
    """All signed versions of an edition, the oldest first."""

    salt: str = Field(min_length=16)
    versions: list[Version]


def path_of(edition: str) -> Path:
    """Where it is kept what an edition told."""
    return paths.signoffs_root() / "released" / f"{edition}.json"


def load(edition: str) -> Released | None:
    """What was released of an edition; ``None`` if nothing was. Raises :class:`MonitorError` for a broken file."""
    path = path_of(edition)
    if not path.is_file():
        return None
    try:
        return Released.model_validate(json.loads(path.read_text(encoding="utf-8")))
    except (ValueError, ValidationError) as error:
        raise MonitorError(
            f"{display(path)} cannot be read ({error}). It says what was told before, and without it no second version "
            "can be judged: put it back from where you keep the deliveries."
        ) from error


def save(edition: str, released: Released) -> None:
    """Keep it."""
    write_text(path_of(edition), json.dumps(released.model_dump(mode="json"), indent=None) + "\n")


def name(population: str, wave: object, by: str, category: object) -> str:
    """How a figure is called."""
    return f"{population}|{wave or ''}|{by}|{category}"


def counting(rows: pd.DataFrame) -> pd.DataFrame:
    """Respondents who count in a figure: with an answer, and a weight above zero."""
    weights = rows["weight"].astype("float64").fillna(0.0) if "weight" in rows else 1.0
    return rows[rows["feels_safe"].notna() & (weights > 0)]


def prints(edition: str, population: str, salt: str) -> Prints:
    """Checksums of what each institution's answers are behind every figure on a population.

    ``population``: students, staff, coordinators (a figure a question) or incidents (a figure a kind).
    """
    rows = tables.read_table(edition, population)
    rows = rows[rows[PLACE].notna()]
    if population == "coordinators":
        columns = [each for each in rows.columns if each != PLACE]
        return {
            name(population, "", column, ""): _marks(rows[rows[column].notna()], [column], salt) for column in columns
        }
    if population == "incidents":
        kinds = {category: rows[rows["category"] == category] for category in schema.INCIDENT_CATEGORIES}
        columns = ["period_kind", "period", "count", "status"]
        return {name(population, "", category, ""): _marks(part, columns, salt) for category, part in kinds.items()}
    rows = groups.add_groups(counting(rows)).reset_index(drop=True)
    waves = rows.groupby("wave", observed=True) if "wave" in rows else [("", rows)]
    return {figure: marks for wave, part in waves for figure, marks in _of_wave(part, population, wave, salt).items()}


def _of_wave(rows: pd.DataFrame, population: str, wave: object, salt: str) -> Prints:
    answers = rows[["feels_safe"]].assign(weight=rows.get("weight", 1.0)).astype("float64")
    each = pd.util.hash_pandas_object(answers, index=False).to_numpy()
    places, codes_of = pd.factorize(rows[PLACE], sort=True)
    found = {name(population, wave, TOTAL, TOTAL): _sums(places, codes_of, each, salt)}
    for by in characteristics.load().of_respondents(population):
        index, found_groups = groups_of(rows, groups.parts(by))
        codes = [*groups.codes(found_groups, by), MISSING]
        for at in np.unique(index):
            here = index == at
            found[name(population, wave, by, codes[at])] = _sums(places[here], codes_of, each[here], salt)
    return found


def _marks(rows: pd.DataFrame, columns: list[str], salt: str) -> dict[str, str]:
    """Checksum of each institution's rows, whatever their order."""
    each = pd.util.hash_pandas_object(rows[columns].astype(str), index=False).to_numpy()
    return _sums(*pd.factorize(rows[PLACE], sort=True), each, salt)


def _sums(places: np.ndarray, codes: Sequence[str], each: np.ndarray, salt: str) -> dict[str, str]:
    """Of the rows of each institution (by place in ``codes``) a checksum that their order does not change."""
    sums = np.zeros(len(codes), dtype=np.uint64)
    np.add.at(sums, places, each)
    counts = np.bincount(places, minlength=len(codes))
    return {
        str(code): hashlib.blake2b(f"{salt}|{code}|{n}|{total}".encode(), digest_size=8).hexdigest()
        for code, n, total in zip(codes, counts.tolist(), sums.tolist(), strict=True)
        if n
    }


def earlier(released: Released | None, now: Prints) -> dict[str, list[Set]]:
    """By figure the sets that earlier versions told of, in columns of what is known now."""
    found: dict[str, list[Set]] = {}
    for version in released.versions if released else ():
        for figure, scopes in version.told.items():
            found.setdefault(figure, []).extend(
                _columns(version.prints.get(figure, {}), now.get(figure, {}), set(version.members[scope]))
                for scope in scopes
            )
    return found


def _columns(before: Mapping[str, str], now: Mapping[str, str], members: set[str]) -> Set:
    inside = {code: mark for code, mark in before.items() if code in members}
    return frozenset(code if now.get(code) == mark else (code, mark) for code, mark in inside.items())
