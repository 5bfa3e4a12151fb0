"""Funnel plots: which institutions lie further from a target than chance alone gives.

Spiegelhalter (2005), Statistics in Medicine 24: 1185-1202: limits are target +- z sqrt(target (1 - target) / n). His
inner limit is z = 1.96 (95 percent), here that of the settings' confidence; his outer limit is 3.09 (99.8 percent).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from helpers.statistics.intervals import by_chance, z_value

ALARM, ALARM_CONFIDENCE = 3.09, 0.998


def warning() -> float:
    """The inner limit, to two decimals as Spiegelhalter gives it: 1.96 where intervals are of 95 percent."""
    return round(z_value(), 2)


@dataclass(frozen=True)
class Funnel:
    """``z``: standardised distances from the target."""

    z: np.ndarray

    @property
    def outside(self) -> int:
        """How many lie outside the inner limits."""
        return int((np.abs(self.z) > warning()).sum())

    @property
    def by_chance(self) -> float:
        """How many would if nothing but chance were at work."""
        return by_chance() * int((~np.isnan(self.z)).sum())


def funnel(shares, target: float, sizes) -> Funnel:
    """Distances of shares from a target share, in standard errors that go with their (effective) numbers."""
    p, n = np.asarray(shares, float), np.asarray(sizes, float)
    return Funnel((p - target) / error(target, n))


def error(target: float, sizes) -> np.ndarray:
    """Standard error of a share of ``target`` by number of respondents; NaN for a target of 0 or 1, or nobody."""
    n = np.asarray(sizes, float)
    with np.errstate(divide="ignore", invalid="ignore"):
        found = np.sqrt(target * (1 - target) / n)
    return np.where((found > 0) & np.isfinite(found), found, np.nan)


def limits(target: float, sizes, z: float) -> tuple[np.ndarray, np.ndarray]:
    """Lower and upper limit of the funnel at each number of respondents, kept within 0 and 1."""
    half = z * error(target, sizes)
    return np.clip(target - half, 0, 1), np.clip(target + half, 0, 1)
