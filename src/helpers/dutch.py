"""Numbers, percentages, intervals, dates and lists as Dutch readers expect them, by the patterns of babel."""

from __future__ import annotations

import datetime
import math
from collections.abc import Iterable
from functools import cache

import pandas as pd
from babel import Locale
from babel.dates import format_date
from babel.lists import format_list
from babel.numbers import NumberPattern, parse_pattern

LOCALE = Locale("nl", "NL")
MINUS = "\N{MINUS SIGN}"
HIDDEN = "–"
"""What stands in the place of a figure that may not be shown, or that is not there."""


def number(value: float | None, decimals: int = 0) -> str:
    """``12345.6`` -> ``12.346``; missing -> an en dash."""
    if _missing(value):
        return HIDDEN
    return _write(_pattern("decimal", max(decimals, 0)), round(float(value), decimals))


def percent(share: float | None, decimals: int | None = None, sign: bool = True) -> str:
    """A share of 0..1 as a percentage: ``0.809`` -> ``80,9%``, ``0.8`` -> ``80%``; missing -> an en dash.

    ``decimals`` are those in which disclosure control tells it; where they are not given, a whole percentage has none.
    """
    if _missing(share):
        return HIDDEN
    decimals = _told(decimals, share)
    if not sign:
        return number(share * 100, decimals)
    return _write(_pattern("percent", decimals), round(float(share) * 100, decimals) / 100)


def confidence(level: float, sign: bool = True) -> str:
    """How certain an interval is, with the decimals that it needs: ``0.95`` -> ``95%``, ``0.998`` -> ``99,8%``."""
    text = f"{round(level * 100, 6):g}"
    return number(float(text), len(text.partition(".")[2])) + ("%" if sign else "")


def points(difference: float | None, decimals: int | None = None) -> str:
    """A difference of shares in percentage points, unsigned: ``-0.05`` -> ``5,0 procentpunt``."""
    if _missing(difference):
        return HIDDEN
    return f"{number(abs(difference) * 100, _told(decimals, difference))} procentpunt"


def p_value(p: float | None, decimals: int | None = None) -> str:
    """A p-value: ``0.0312`` -> ``0,031``; below a thousandth ``< 0,001``.

    ``decimals`` are those of the percentages that it belongs to: where these are whole, it has one digit that counts.
    """
    if _missing(p):
        return HIDDEN
    if p < 0.001:
        return "< 0,001"
    return number(p, 3 if decimals != 0 else -math.floor(math.log10(p)) if p < 1 else 0)


def effect(size: float | None, decimals: int | None = None) -> str:
    """An effect size: ``0.456`` -> ``0,46``, and ``0,5`` where the percentages that it belongs to are whole."""
    return number(size, 1 if decimals == 0 else 2)


def interval(low: float | None, high: float | None, decimals: int | None = None) -> str:
    """An interval of shares in percent: ``(0.802, 0.815)`` -> ``80,2 tot 81,5``."""
    if _missing(low) or _missing(high):
        return HIDDEN
    return limits(low * 100, high * 100, _told(decimals, low, high))


def _told(decimals: int | None, *shares: float) -> int:
    """The decimals that are given; else none where all shares are whole percentages, and one where not."""
    if decimals is not None:
        return decimals
    return 0 if all(abs(share * 100 - round(share * 100)) < 1e-6 for share in shares) else 1


def limits(low: float, high: float, decimals: int = 1) -> str:
    """Two limits, as every range is written: ``(-0.5, 1.25)`` -> ``−0,5 tot 1,2``."""
    return f"{number(low, decimals)} tot {number(high, decimals)}"


def enumerate_words(words: Iterable[str]) -> str:
    """``["a", "b", "c"]`` -> ``a, b en c``."""
    return format_list(list(words), locale=LOCALE)


def plural(count: int, one: str, many: str) -> str:
    """``(1, "instelling", "instellingen")`` -> ``1 instelling``."""
    return f"{number(count)} {agree(count, one, many)}"


def agree(count: float, one: str, many: str) -> str:
    """The word that goes with a count: ``(1, "kon", "konden")`` -> ``kon``."""
    return one if LOCALE.plural_form(count) == "one" else many


def sentence(text: str) -> str:
    """The same text with its first letter a capital."""
    return text[:1].upper() + text[1:]


def day(date: datetime.date) -> str:
    """``2026-11-25`` -> ``25 nov 2026``."""
    return format_date(date, "d MMM yyyy", locale=LOCALE)


def month(date: datetime.date) -> str:
    """``2022-10-01`` -> ``okt 2022``."""
    return format_date(date, "MMM yyyy", locale=LOCALE)


@cache
def _pattern(kind: str, decimals: int) -> NumberPattern:
    """The locale's own pattern for decimals or percentages, with a fixed number of decimals."""
    formats = LOCALE.decimal_formats if kind == "decimal" else LOCALE.percent_formats
    pattern = parse_pattern(formats[None].pattern)
    pattern.frac_prec = (decimals, decimals)
    return pattern


def _write(pattern: NumberPattern, value: float) -> str:
    """Babel writes a hyphen for minus; no value is written as minus zero."""
    return pattern.apply(value + 0.0, LOCALE).replace("-", MINUS)


def _missing(value: float | None) -> bool:
    return bool(pd.isna(value)) or math.isinf(value)
