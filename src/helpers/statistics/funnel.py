"""Funnel plots: which institutions lie further from a target than chance alone gives.

Spiegelhalter (2005), Statistics in Medicine 24: 1185-1202: limits are target +- z sqrt(target (1 - target) / n), with
z = 1.96 (95 percent) and 3.09 (99.8 percent).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

WARNING, ALARM = 1.96, 3.09


@dataclass(frozen=True)
class Funnel:
    """``z``: standardised distances from the target."""

    z: np.ndarray

    @property
    def outside(self) -> int:
        """How many lie outside the 95 percent limits."""
        return int((np.abs(self.z) > WARNING).sum())

    @property
    def by_chance(self) -> float:
        """How many would if nothing but chance were at work."""
        return 0.05 * int((~np.isnan(self.z)).sum())


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
