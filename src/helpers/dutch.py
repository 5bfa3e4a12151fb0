"""Numbers, percentages, intervals and lists as Dutch readers expect them (through babel)."""

from __future__ import annotations

import math
from collections.abc import Iterable

import pandas as pd
from babel.lists import format_list
from babel.numbers import format_decimal

LOCALE = "nl_NL"
MINUS = "\N{MINUS SIGN}"
HIDDEN = "–"
"""What stands in the place of a figure that may not be shown, or that is not there."""


def number(value: float | None, decimals: int = 0) -> str:
    """``12345.6`` -> ``12.346``; missing -> an en dash."""
    if _missing(value):
        return HIDDEN
    rounded = round(float(value), decimals) + 0.0
    pattern = "#,##0" + ("." + "0" * decimals if decimals > 0 else "")
    return format_decimal(rounded, format=pattern, locale=LOCALE).replace("-", MINUS)


def percent(share: float | None, decimals: int = 1, sign: bool = True) -> str:
    """A share of 0..1 as a percentage: ``0.809`` -> ``80,9%``; missing -> an en dash."""
    if _missing(share):
        return HIDDEN
    return number(share * 100, decimals) + ("%" if sign else "")


def points(difference: float | None, decimals: int = 1) -> str:
    """A difference of shares in percentage points, unsigned: ``-0.05`` -> ``5,0 procentpunt``."""
    return HIDDEN if _missing(difference) else f"{number(abs(difference) * 100, decimals)} procentpunt"


def p_value(p: float | None) -> str:
    """A p-value: ``0.0312`` -> ``0,031``; below a thousandth ``< 0,001``."""
    if _missing(p):
        return HIDDEN
    return "< 0,001" if p < 0.001 else number(p, 3)


def interval(low: float | None, high: float | None, decimals: int = 1) -> str:
    """An interval of shares in percent: ``(0.802, 0.815)`` -> ``80,2–81,5``."""
    if _missing(low) or _missing(high):
        return HIDDEN
    return f"{number(low * 100, decimals)}–{number(high * 100, decimals)}"


def between(low: float, high: float, decimals: int = 1) -> str:
    """An interval inside a sentence: ``tussen 80,2 en 81,5``; the limits keep their signs."""
    return f"tussen {number(low * 100, decimals)} en {number(high * 100, decimals)}"


def enumerate_words(words: Iterable[str]) -> str:
    """``["a", "b", "c"]`` -> ``a, b en c``."""
    return format_list(list(words), locale=LOCALE)


def plural(count: int, one: str, many: str) -> str:
    """``(1, "instelling", "instellingen")`` -> ``1 instelling``."""
    return f"{number(count)} {one if count == 1 else many}"


def sentence(text: str) -> str:
    """The same text with its first letter a capital."""
    return text[:1].upper() + text[1:]


def school_year(year: int) -> str:
    """``2022`` -> ``2022-2023``."""
    return f"{year}-{year + 1}"


def _missing(value: float | None) -> bool:
    return bool(pd.isna(value)) or math.isinf(value)
