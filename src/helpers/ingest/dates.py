"""Dates as senders write them: a column is read in one form, and what can be read in two ways is asked."""

from __future__ import annotations

import datetime
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cache
from zoneinfo import ZoneInfo

import babel
import numpy as np
import pandas as pd
from openpyxl.utils.datetime import from_excel

from helpers.ingest.words import tidy

DAY_FIRST, YEAR_FIRST, IN_WORDS, SERIAL, MONTH_FIRST = "dmy", "ymd", "words", "serial", "mdy"
FORMS = {
    DAY_FIRST: "dag-maand-jaar",
    YEAR_FIRST: "jaar-maand-dag",
    IN_WORDS: "de maand als woord",
    SERIAL: "dagnummers van Excel",
    MONTH_FIRST: "maand/dag/jaar",
}
"""Forms in which a column can be read, the likeliest first, with their names."""

SERIALS = (10_000, 73_050)
"""Excel's numbers of days from 1927 up to 2100."""

HERE = ZoneInfo("Europe/Amsterdam")
SECONDS = r"(?:[:.]\d{2}(?:[.,]\d+)?)?(?:\s*(?:uur|u|[AaPp]\.?[Mm]\.?))?"
CLOCK = rf"(?:(?:T|,?\s+)(?P<hour>\d{{1,2}})[:.](?P<minute>\d{{2}}){SECONDS})?"
ZONE = r"(?P<zone>\s*(?:Z|UTC|[+-]\d{2}:?\d{2}))?"
NUMBERS = re.compile(rf"(\d{{1,2}})([-/. ])(\d{{1,2}})\2(\d{{4}}|\d{{2}}){CLOCK}")
YEARS = re.compile(rf"(\d{{4}})([-/.]?)(\d{{1,2}})\2(\d{{1,2}}){CLOCK}{ZONE}")
WORDS = re.compile(
    rf"(?:[a-z]+\.?,?\s+)?(\d{{1,2}})[\s.-]+([a-zé]+)\.?[\s.,-]+(\d{{4}}|'?\d{{2}}){CLOCK}", re.IGNORECASE
)


@dataclass(frozen=True)
class Dates:
    """A column of dates: ``None`` where there is none, the form in which it was read, and a question if it is open."""

    values: list[datetime.date | None]
    form: str = ""
    question: str = ""


def read(values: Iterable[object], declared: str | None = None) -> Dates:
    """A column of date cells, numbers and texts, in the one form that reads most of it.

    ``declared``: the form that a crosswalk names. Day and month are only told apart by a day after the twelfth, or
    by a hyphen or a full stop, which are used with the day first; else ``question`` says, in Dutch, what to ask.
    """
    given = list(values)
    typed = [_typed(value) for value in given]
    read_as = {form: [_of_form(value, form) if day is None else None for value, day in zip(given, typed, strict=True)]
               for form in FORMS}  # fmt: skip
    counts = {form: sum(day is not None for day in days) for form, days in read_as.items()}
    form = declared or max(FORMS, key=lambda each: counts[each])
    chosen = read_as[form]
    result = [day if day is not None else other for day, other in zip(typed, chosen, strict=True)]
    if not counts[form]:
        return Dates(result)
    question = "" if declared else _question(given, typed, read_as, form)
    return Dates(result, form, question)


def _question(given: list, typed: list, read_as: dict[str, list], form: str) -> str:
    if form == MONTH_FIRST:
        return "datums met de maand voorop, zoals in Amerika"
    if form != DAY_FIRST:
        return ""
    chosen, other = read_as[DAY_FIRST], read_as[MONTH_FIRST]
    texts = [tidy(value) for value, day in zip(given, chosen, strict=True) if day is not None]
    proven = any(day is not None and swapped is None for day, swapped in zip(chosen, other, strict=True))
    if not proven and any("/" in text for text in texts) and chosen != other:
        return "datums waarin dag en maand verwisseld kunnen zijn"
    days = [day for day in typed if day is not None]
    if days and texts and all(day.day <= 12 for day in days) and not any(other):
        return "datums als tekst en als datum door elkaar, waarin Excel dag en maand verwisseld kan hebben"
    return ""


def as_date(value: object) -> datetime.date | None:
    """A date cell, or text such as ``31-12-2004``, ``2004-12-31``, ``31 december 2004``; ``None`` for anything else."""
    found = (_typed(value), *(_of_form(value, form) for form in (DAY_FIRST, YEAR_FIRST, IN_WORDS)))
    return next((day for day in found if day is not None), None)


def _typed(value: object) -> datetime.date | None:
    if value is None or value is pd.NaT:
        return None
    if isinstance(value, datetime.datetime):
        return value.date()
    if isinstance(value, datetime.date):
        return value
    if isinstance(value, np.datetime64):
        return None if np.isnat(value) else pd.Timestamp(value).date()
    return None


def _of_form(value: object, form: str) -> datetime.date | None:
    """A value read in one form, ``None`` if it is not of that form or no day that exists."""
    if value is None or isinstance(value, bool | datetime.time | datetime.timedelta):
        return None
    try:
        return READERS[form](value)
    except (ValueError, OverflowError):
        return None


def _numbers(value: object, day: int, month: int) -> datetime.date | None:
    match = NUMBERS.fullmatch(tidy(value))
    if match is None or not _on_the_clock(match):
        return None
    return datetime.date(_year(match[4]), int(match[month]), int(match[day]))


def _years(value: object) -> datetime.date | None:
    text = str(int(value)) if isinstance(value, float) and value.is_integer() else tidy(value)
    match = YEARS.fullmatch(text)
    if match is None or not _on_the_clock(match) or (not match[2] and len(match[3] + match[4]) < 4):
        return None
    day = datetime.date(int(match[1]), int(match[3]), int(match[4]))
    if match["zone"] and match["hour"]:
        zone = match["zone"].strip().replace("UTC", "Z")
        moment = f"{day:%Y-%m-%d}T{int(match['hour']):02}:{match['minute']}:00{zone}"
        return datetime.datetime.fromisoformat(moment).astimezone(HERE).date()
    return day


def _in_words(value: object) -> datetime.date | None:
    match = WORDS.fullmatch(tidy(value))
    if match is None or not _on_the_clock(match):
        return None
    month = months().get(match[2].casefold())
    return None if month is None else datetime.date(_year(match[3].strip("'")), month, int(match[1]))


def _serial(value: object) -> datetime.date | None:
    if not isinstance(value, int | float) or not SERIALS[0] <= value < SERIALS[1]:
        return None
    return from_excel(value).date()


def _year(digits: str) -> int:
    """A year of two digits lies between 1969 and 2068."""
    return int(digits) if len(digits) == 4 else datetime.datetime.strptime(digits, "%y").year


def _on_the_clock(match: re.Match) -> bool:
    return match["hour"] is None or int(match["hour"]) < 24 and int(match["minute"]) < 60


@cache
def months() -> dict[str, int]:
    """Number of a month by its Dutch or English name, whole or short, in small letters."""
    found = {"sept": 9, "mrt": 3}
    for language in ("nl", "en"):
        for width in ("wide", "abbreviated"):
            for context in ("format", "stand-alone"):
                names = babel.Locale(language).months[context][width]
                found |= {name.casefold().rstrip("."): number for number, name in names.items()}
    return found


READERS: dict[str, Callable[[object], datetime.date | None]] = {
    DAY_FIRST: lambda value: _numbers(value, 1, 3),
    YEAR_FIRST: _years,
    IN_WORDS: _in_words,
    SERIAL: _serial,
    MONTH_FIRST: lambda value: _numbers(value, 3, 1),
}


def age_on(value: object, day: datetime.date) -> int | None:
    """Whole years on ``day`` of somebody born on ``value``; ``None`` if that is no date, or lies after it."""
    born = as_date(value)
    if born is None or born > day:
        return None
    return day.year - born.year - ((day.month, day.day) < (born.month, born.day))
