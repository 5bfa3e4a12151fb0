"""Days, years and times that single out an event.

A weekday as such ("op maandag"), a clock without figures ("acht uur") and a loose "vorig jaar" or "vorig schooljaar"
are no finds: they do not single out a day. "Vorige dinsdag" and "gisteren" are, for it is known when groups were held;
so are feasts, moments of a school year, and days told by what happened ("de dag na de brand").
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

from helpers.quotes import lists
from helpers.quotes.finders.base import Finder, Level, Register, Span
from helpers.quotes.spoken import Spoken

_FIGURES = re.compile(
    r"(?<![\d.,])\d{1,2}[-/.]\d{1,2}[-/.](?:\d{2}|\d{4})(?!\d)|(?<!\d)\d{4}-\d{2}-\d{2}(?!\d)"
    r"|(?<![\d.,/])(?:[12]?\d|3[01])[-/](?:0?[1-9]|1[0-2])(?![\d/%-]|[.,]\d)"
)
_COUNTED = r"[.,]\d|\s?(?:euro|leerlingen|studenten)"
_YEAR = re.compile(rf"(?<![\d.,€-])(?:19[5-9]\d|20[0-4]\d)(?:\s?[-/]\s?(?:20)?\d{{2}})?(?!\d|{_COUNTED})")
_CLOCK = re.compile(
    r"(?<![\d.,])(?:[01]?\d|2[0-3])[.:][0-5]\d(?:\s?uur)?(?!\d|[.,]\d)"
    r"|\b(?:kwart|vijf|tien)\s+(?:voor|over)\s+(?:half\s+)?(?:een|één|twee|drie|vier|vijf|zes|zeven|acht|negen|tien|elf|twaalf)\b"
    r"|\bhalf\s+(?:één|twee|drie|vier|vijf|zes|zeven|acht|negen|tien|elf|twaalf)\b",
    re.IGNORECASE,
)


@cache
def _dates() -> re.Pattern[str]:
    months = "|".join(sorted(map(re.escape, lists.months()), key=len, reverse=True))
    ordinal = r"\d{1,2}(?:e|ste|de)?"
    return re.compile(
        rf"(?<![\w.,]){ordinal}\s+(?:{months})\b(?:\s+\d{{4}})?|\b(?:{months})\s+(?:19|20)\d{{2}}\b", re.IGNORECASE
    )


@cache
def _months() -> re.Pattern[str]:
    """A month by itself, full and behind a word that makes it one."""
    whole = "|".join(month for month in lists.months() if len(month) > 4 or month in ("mei", "juni", "juli"))
    before = r"\b(?:in|sinds|begin|eind|half|tot|vanaf|rond|vorige?|afgelopen)\s+"
    return re.compile(rf"{before}(?:{whole})\b", re.IGNORECASE)


@cache
def _near() -> re.Pattern[str]:
    days, seasons = "|".join(lists.days()), "|".join(lists.own("seasons"))
    which = r"\b(?:vorige|afgelopen|aanstaande|komende|verleden|laatste)"
    return re.compile(
        rf"{which}\s+(?:{days}|week|maand|{seasons})(?:avond|ochtend|middag|nacht)?\b"
        rf"|\b(?:{days})\s+\d{{1,2}}\b|\b(?:eer)?gisteren\w*\b|\b(?:vanochtend|vanmiddag|vanmorgen|vannacht)\b"
        r"|\b(?:\w+|\d+)\s+(?:dagen|weken)\s+geleden\b",
        re.IGNORECASE,
    )


_PART = r"\w*(?:dag|avond|nacht|ochtend|morgen|middag|week|weken|weekend|maand)(?:en|s)?"
_WHICH = r"(?:de|die|dat|het|een|twee|drie|paar|op|eerste|laatste|tweede|derde)"
_ITS = r"(?:de|het|een|die|dat|deze|mijn|zijn|haar|ons|onze|hun)"
_SINCE = r"(?:na|sinds|tijdens|v[oó][oó]r|rond|bij|vanwege|door|met)"


@cache
def _by_event() -> re.Pattern[str]:
    """Days told by an event, whatever it is: ``de donderdag voor de kerstvakantie``, ``op de dag dat …``."""
    kinds = (
        rf"{_WHICH}\s+(?:\w+\s+)?{_PART}\s+(?:v[oó][oó]r|na|van)\s+(?:{_ITS}\s+)?(?!vandaag|elk)[^\W\d][\w'’-]*",
        rf"{_WHICH}\s+{_PART}\s+(?:dat|waarop|toen|nadat|voordat)",
        rf"{_SINCE}\s+{_ITS}\s+(?:\w+\s+)?(?:{lists.written('incidents')})",
    )
    return re.compile(rf"\b(?:{'|'.join(kinds)})(?!\w)", re.IGNORECASE)


def events(spoken: Spoken, register: Register) -> Iterator[Span]:
    """Feasts, moments of a school year, what happened once, and days told by them."""
    yield from spoken.spans(_by_event(), lists.pattern("events"))


def dates(spoken: Spoken, register: Register) -> Iterator[Span]:
    """A day of a month, a month of a year, a date in figures."""
    yield from spoken.spans(_dates(), _FIGURES)


def near(spoken: Spoken, register: Register) -> Iterator[Span]:
    """Years, school years, months, times in figures, and days told from when the group was held."""
    yield from spoken.spans(_near(), _months(), _YEAR, _CLOCK)


FINDERS = (
    Finder("date", "datum", Level.IDENTIFIES, dates),
    Finder("event", "moment dat een gebeurtenis aanwijst", Level.REVIEW, events),
    Finder("moment", "jaar, maand, dag of tijd die een gebeurtenis kan aanwijzen", Level.REVIEW, near),
)
