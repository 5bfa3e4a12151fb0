"""Dates as senders write them: a column has one order of day and month, and what can be read in two ways is asked."""

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

DAY_FIRST, MONTH_FIRST = "dmy", "mdy"
"""Orders of day and month before a year; all other forms can be read in one way only."""

SERIALS = (10_000, 73_050)
"""Excel's numbers of days from 1927 up to 2100."""

DAYS_1904 = 1462
"""Days between the two beginnings of time in Excel."""

FAR, RARE = 2, 0.1
"""Days that are more years from most others, and no larger part of all, are asked about: a mistyped year."""

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
    """A column of dates: ``None`` where there is none, and in Dutch what to ask about it, if anything."""

    values: list[datetime.date | None]
    question: str = ""


def read(values: Iterable[object], declared: str | None = None) -> Dates:
    """A column of date cells, Excel's numbers of days, and texts; day and month in one order for all of it.

    ``declared``: the order that a crosswalk names. Day and month are only told apart by a day after the twelfth, or
    by a hyphen or a full stop, which are used with the day first; else ``question`` says what to ask.
    """
    given = list(values)
    certain = [_certain(value) for value in given]
    rest = [value if day is None else None for value, day in zip(given, certain, strict=True)]
    by_order = {order: [_try(_numbers, value, order) for value in rest] for order in (DAY_FIRST, MONTH_FIRST)}
    counts = {order: sum(day is not None for day in days) for order, days in by_order.items()}
    order = declared or max(by_order, key=lambda each: counts[each])
    result = [day if day is not None else other for day, other in zip(certain, by_order[order], strict=True)]
    if declared or not counts[order]:
        return Dates(result)
    return Dates(result, _question(given, by_order, order))


def _question(given: list, by_order: dict[str, list], order: str) -> str:
    if order == MONTH_FIRST:
        return "datums met de maand voorop, zoals in Amerika"
    chosen, other = by_order[DAY_FIRST], by_order[MONTH_FIRST]
    texts = [tidy(value) for value, day in zip(given, chosen, strict=True) if day is not None]
    proven = any(day is not None and swapped is None for day, swapped in zip(chosen, other, strict=True))
    if not proven and any("/" in text for text in texts) and chosen != other:
        return "datums waarin dag en maand verwisseld kunnen zijn"
    typed = [day for value in given if (day := _typed(value)) is not None]
    if typed and all(day.day <= 12 for day in typed) and not any(other):
        return "datums als tekst en als datum door elkaar, waarin Excel dag en maand verwisseld kan hebben"
    return _which_is_the_year(texts)


def _which_is_the_year(texts: list[str]) -> str:
    """Short dates of which the first part varies less than the last may have the year there."""
    short = [NUMBERS.fullmatch(text) for text in texts]
    if not all(match is not None and len(match[4]) == 2 for match in short):
        return ""
    first, last = ({match[part] for match in short} for part in (1, 4))
    turned = all(_try(_numbers, f"{match[4]}-{match[3]}-20{match[1]}", DAY_FIRST) for match in short)
    return "datums waarin dag en jaar verwisseld kunnen zijn" if turned and len(first) < len(last) else ""


def as_date(value: object) -> datetime.date | None:
    """A date cell, or text such as ``31-12-2004``, ``2004-12-31``, ``31 december 2004``; ``None`` for anything else."""
    day = _certain(value) if not isinstance(value, int | float) else _try(_years, value)
    return day if day is not None else _try(_numbers, value, DAY_FIRST)


def _certain(value: object) -> datetime.date | None:
    """A value that can be read in one way only."""
    found = (_typed(value), *(_try(reader, value) for reader in (_years, _in_words, _serial)))
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


def _try(reader: Callable[..., datetime.date | None], value: object, *how: str) -> datetime.date | None:
    """What a reader makes of a value, ``None`` if that is no day that exists."""
    if value is None or isinstance(value, bool | datetime.time | datetime.timedelta):
        return None
    try:
        return reader(value, *how)
    except (ValueError, OverflowError):
        return None


def _numbers(value: object, order: str) -> datetime.date | None:
    match = NUMBERS.fullmatch(tidy(value))
    if match is None or not _on_the_clock(match):
        return None
    day, month = (match[1], match[3]) if order == DAY_FIRST else (match[3], match[1])
    return datetime.date(_year(match[4]), int(month), int(day))


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


def since_1904(value: object) -> object:
    """A number of days of a workbook that counts from 1904, as others count; anything else as it is."""
    return value + DAYS_1904 if isinstance(value, int | float) and 0 < value < SERIALS[1] - DAYS_1904 else value


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


def far_off(days: Iterable[datetime.date | None], today: datetime.date) -> set[datetime.date]:
    """Days in the future, and few days (:data:`RARE`) more than :data:`FAR` years away from where most are.

    Of a log with incidents here and there nothing stands apart: of two days nobody can say which one is mistyped.
    """
    known = sorted(day for day in days if day is not None)
    groups: list[list[datetime.date]] = []
    for day in known:
        if groups and day.year - groups[-1][-1].year <= FAR:
            groups[-1].append(day)
        else:
            groups.append([day])
    most = max(groups, key=len, default=[])
    odd = [group for group in groups if group is not most and len(group) <= RARE * len(known)]
    return {day for group in odd for day in group} | {day for day in known if day > today}


def age_on(value: object, day: datetime.date) -> int | None:
    """Whole years on ``day`` of somebody born on ``value``; ``None`` if that is no date, or lies after it."""
    born = as_date(value)
    if born is None or born > day:
        return None
    return day.year - born.year - ((day.month, day.day) < (born.month, born.day))
