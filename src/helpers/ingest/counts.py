"""Counts as institutions write them: a whole number, unknown, or a number made unreadable; anything else is refused."""

from __future__ import annotations

import datetime
import re
from dataclasses import dataclass

from helpers.ingest.readers.sheets import Amount, shown
from helpers.ingest.words import same, tidy, visible

EXACT, CENSORED, UNKNOWN, WRONG = "exact", "censored", "unknown", "wrong"

NEARLY = 1e-9
"""A number so near to a whole one differs by the arithmetic of the program that wrote it."""

MOST = 9_999_999
BOUND = re.compile(r"[<≤]\s*=?\s*\d+|\d+\s*[-–]\s*\d+|(minder|kleiner) dan \d+|onder de \d+|hoogstens \d+")
"""A number of which only a bound is told."""


@dataclass(frozen=True)
class Count:
    """What a cell says of a number: the number itself only if ``status`` is ``exact``; ``word``: for a message."""

    number: int | None
    status: str
    word: str = ""


def read(cell: object, unknown: list[str], censored: list[str], thousands: str | None) -> Count:
    """A cell as a count.

    ``unknown`` and ``censored``: words of the crosswalk; ``thousands``: the sign between thousands in text, where
    the crosswalk declares one. Percentages, money, dates, times, yes/no and fractions are no counts.
    """
    if isinstance(cell, bool | Amount | datetime.date | datetime.time | datetime.timedelta):
        return Count(None, WRONG, shown(cell))
    if isinstance(cell, int | float):
        if f"{cell:g}" in censored:
            return Count(None, CENSORED, f"{cell:g}")
        whole = round(cell) if abs(cell) <= MOST + 1 else -1
        if abs(cell - whole) < NEARLY and 0 <= whole <= MOST:
            return Count(whole, EXACT)
        return Count(None, WRONG, shown(cell))
    word = "" if cell is None else same(cell)
    if word in map(same, unknown):
        return Count(None, UNKNOWN, tidy(word))
    if word.replace(" ", "") in (same(each).replace(" ", "") for each in censored) or BOUND.fullmatch(word):
        return Count(None, CENSORED, tidy(cell))
    grouped = rf"|\d{{1,3}}({re.escape(thousands)}\d{{3}})+" if thousands else ""
    if re.fullmatch(rf"\d{{1,7}}{grouped}", word, re.ASCII):
        number = int(word.replace(thousands, "") if thousands else word)
        return Count(number, EXACT) if number <= MOST else Count(None, WRONG, word)
    return Count(None, WRONG, visible(cell, 40))
