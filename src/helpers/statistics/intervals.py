"""Intervals of shares and of differences between shares.

Sources: Wilson (1927), JASA 22: 209-212; with effective sample sizes and t quantiles as in Dean and Pagano (2015),
Journal of Survey Statistics and Methodology 3: 484-503; the interval of a difference is method 10 of Newcombe (1998),
Statistics in Medicine 17: 873-890, with the covariance of the two shares as in Zou and Donner (2008), Statistics in
Medicine 27: 1693-1702; the critical value for all pairs of groups is that of Tukey and Kramer (studentized range).
"""

from __future__ import annotations

import functools
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy import special, stats

from helpers import settings


def confidence_level(confidence: float | None = None) -> float:
    """The confidence given; where none is, that of the settings (``confidence`` in ``parameters/settings.yml``).

    The one place where statistics and models read it.
    """
    return settings.load_settings().confidence if confidence is None else confidence


def by_chance() -> float:
    """Share that lies outside an interval though nothing is the matter: 0.05 where intervals are of 95 percent."""
    return round(1 - confidence_level(), 9)


def z_value(confidence: float | None = None) -> float:
    """Two-sided quantile of the normal distribution: 0.95 -> 1.96."""
    return float(special.ndtri(0.5 + confidence_level(confidence) / 2))


def critical_value(df, confidence: float | None = None) -> np.ndarray:
    """Two-sided quantile of t; that of the normal distribution where ``df`` is infinite."""
    free = np.asarray(df, float)
    t = special.stdtrit(np.where(np.isfinite(free), free, 1.0), 0.5 + confidence_level(confidence) / 2)
    return np.where(np.isfinite(free), t, z_value(confidence))


def tukey(groups: int, df: float = np.inf, confidence: float | None = None) -> float:
    """Critical value of a difference between two of ``groups`` groups, valid for all pairs together.

    For two groups it is that of t (of the normal distribution where ``df`` is infinite). Parts of a degree of freedom
    are cut to tenths, which makes the value a little larger, and known values are kept.
    """
    return _tukey(groups, np.floor(10 * df) / 10, confidence_level(confidence))


@functools.lru_cache(maxsize=1024)
def _tukey(groups: int, df: float, confidence: float) -> float:
    if groups <= 2:
        return float(critical_value(df, confidence))
    return float(stats.studentized_range.ppf(confidence, groups, df) / np.sqrt(2))


def wilson(
    share, n_effective, confidence: float | None = None, critical: float | None = None
) -> tuple[np.ndarray, np.ndarray]:
    """Wilson score interval.

    Parameters
    ----------
    share, n_effective
        Arrays of the same shape: shares 0..1 and effective sample sizes.
    critical
        Critical value to use instead of the one that follows from ``confidence``.

    Returns
    -------
    low, high
        Arrays of shares; NaN where ``n_effective`` is zero or the share is missing.
    """
    p, n = np.asarray(share, float), np.asarray(n_effective, float)
    z = z_value(confidence) if critical is None else critical
    with np.errstate(divide="ignore", invalid="ignore"):
        centre = (p + z**2 / (2 * n)) / (1 + z**2 / n)
        half = z / (1 + z**2 / n) * np.sqrt(p * (1 - p) / n + z**2 / (4 * n**2))
        low, high = np.clip(centre - half, 0, 1), np.clip(centre + half, 0, 1)
    empty = ~(n > 0) | np.isnan(p)
    return np.where(empty, np.nan, low), np.where(empty, np.nan, high)


@dataclass(frozen=True)
class Difference:
    """A difference of two shares, ``a - b``, as shares -1..1, with its interval."""

    difference: float
    low: float
    high: float


def difference(
    a: pd.Series | Mapping,
    b: pd.Series | Mapping,
    confidence: float | None = None,
    *,
    share: str = "safe",
    part: float = 0.0,
) -> Difference:
    """Difference of two shares with Newcombe's hybrid score interval.

    Parameters
    ----------
    a, b
        Rows with ``share`` (0..1) and ``n_effective``.
    part
        What part of the respondents behind ``b`` are those of ``a`` (an institution within its sector); 0 for
        separate respondents. Their shares then have a correlation of ``part`` times the ratio of their errors.
    """
    first, second = float(a[share]), float(b[share])
    sizes = [float(a["n_effective"]), float(b["n_effective"])]
    correlation = 0.0
    if part > 0 and 0 < second < 1:
        ratio = np.sqrt(first * (1 - first) / sizes[0]) / np.sqrt(second * (1 - second) / sizes[1])
        correlation = float(np.clip(part * ratio, 0, 1))
    limits = [
        tuple(map(float, wilson(value, size, confidence))) for value, size in zip((first, second), sizes, strict=True)
    ]
    return Difference(*hybrid(first, second, limits[0], limits[1], correlation))


def hybrid(
    first: float, second: float, limits1: tuple[float, float], limits2: tuple[float, float], correlation: float = 0.0
) -> tuple[float, float, float]:
    """Difference of two shares and its limits, from the shares' own limits and the correlation of the shares."""
    gap = first - second
    (low1, high1), (low2, high2) = limits1, limits2
    down = (first - low1) ** 2 + (high2 - second) ** 2 - 2 * correlation * (first - low1) * (high2 - second)
    up = (high1 - first) ** 2 + (second - low2) ** 2 - 2 * correlation * (high1 - first) * (second - low2)
    return gap, gap - float(np.sqrt(max(down, 0.0))), gap + float(np.sqrt(max(up, 0.0)))
