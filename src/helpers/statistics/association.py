"""Correlations, effect sizes, adjusted p-values, and how far answers agree.

Sources: Fisher's z for correlations; Cohen (1988), Statistical Power Analysis, 6.2 for the effect size h of two shares;
Holm (1979), Scandinavian Journal of Statistics 6: 65-70; Simpson (1949), Nature 163: 688 for the chance that two
respondents give the same answer.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from helpers.statistics.design import Design
from helpers.statistics.intervals import confidence_level, critical_value, wilson, z_value


@dataclass(frozen=True)
class Correlation:
    """A correlation with its interval and the number of pairs."""

    r: float
    low: float
    high: float
    n: int


def correlation(x, y, weights=None, confidence: float | None = None) -> Correlation:
    """Weighted Pearson correlation of two arrays, Fisher-z interval on the effective number of pairs.

    Fewer than four pairs, or no variation, gives NaN.
    """
    x, y = np.asarray(x, float), np.asarray(y, float)
    w = np.ones_like(x) if weights is None else np.asarray(weights, float)
    keep = ~(np.isnan(x) | np.isnan(y) | np.isnan(w)) & (w > 0)
    x, y, w = x[keep], y[keep], w[keep]
    nothing = Correlation(np.nan, np.nan, np.nan, len(x))
    if len(x) < 4:
        return nothing
    w = w / w.sum()
    dx, dy = x - w @ x, y - w @ y
    spread = np.sqrt((w @ dx**2) * (w @ dy**2))
    effective = 1 / float(w @ w)
    if spread <= 1e-12 or effective <= 3:
        return nothing
    r = float(np.clip(w @ (dx * dy) / spread, -1, 1))
    half = z_value(confidence) / np.sqrt(effective - 3)
    centre = np.arctanh(np.clip(r, -0.9999999, 0.9999999))
    return Correlation(r, float(np.tanh(centre - half)), float(np.tanh(centre + half)), len(x))


def cohen_h(first: float, second: float) -> float:
    """Effect size of a difference of two shares: 0.2 small, 0.5 middling, 0.8 large."""
    return float(2 * np.arcsin(np.sqrt(first)) - 2 * np.arcsin(np.sqrt(second)))


def holm(p_values: Sequence[float]) -> np.ndarray:
    """p-values adjusted for their number; missing ones stay missing and do not count."""
    p = np.asarray(p_values, float)
    adjusted = np.full(len(p), np.nan)
    known = np.flatnonzero(~np.isnan(p))
    order = known[np.argsort(p[known], kind="stable")]
    factors = len(order) - np.arange(len(order))
    adjusted[order] = np.minimum(1.0, np.maximum.accumulate(p[order] * factors))
    return adjusted


@dataclass(frozen=True)
class Agreement:
    """How far respondents give the same answer to a question with one answer each.

    ``top`` is the most given answer, ``share`` its share with ``low`` and ``high``; ``same`` is the chance that two
    respondents, drawn at random, give the same answer (Simpson), ``same_low`` and ``same_high`` its interval by a
    jack-knife over clusters; ``even`` is that chance if all answers were given equally often.
    """

    top: str
    share: float
    low: float
    high: float
    same: float
    same_low: float
    same_high: float
    even: float
    n: int

    @property
    def consensus(self) -> bool:
        """Whether more than half give the same answer, beyond chance."""
        return self.low > 0.5

    @property
    def none(self) -> bool:
        """Whether no answer is given by half, beyond chance."""
        return self.high < 0.5


def agreement(
    answers: pd.Series,
    weights: pd.Series | None = None,
    clusters: pd.Series | None = None,
    confidence: float | None = None,
) -> Agreement | None:
    """How far answers agree; ``None`` without answers. Missing answers are left out."""
    confidence = confidence_level(confidence)
    known = answers.notna().to_numpy()
    given = answers[known].astype(str).to_numpy()
    if not len(given):
        return None
    w = np.ones(len(given)) if weights is None else weights[known].to_numpy(float)
    names, codes = np.unique(given, return_inverse=True)
    share = np.bincount(codes, weights=w, minlength=len(names)) / w.sum()
    groups = np.arange(len(given)) if clusters is None else pd.factorize(clusters[known])[0]
    top = int(np.argmax(share))
    everyone = np.zeros(len(given), dtype=np.int64)
    design = Design(everyone, 1, w, None if clusters is None else groups, np.ones(len(given), dtype=bool))
    low, high = (
        float(limit) for limit in wilson(share[top], design.effective(codes == top, confidence)[0], confidence)
    )
    same = _same(share, float(design.kish[0]))
    half = _jack_knife(codes, w, groups, len(names)) * float(critical_value(max(len(set(groups)) - 1, 1), confidence))
    return Agreement(
        str(names[top]), float(share[top]), low, high, same, max(0.0, same - half), min(1.0, same + half),
        1 / len(names), len(given),
    )  # fmt: skip


def _same(share: np.ndarray, effective: float) -> float:
    """Chance that two different respondents agree, without the bias of counting each with themselves."""
    crude = float((share**2).sum())
    return float((effective * crude - 1) / (effective - 1)) if effective > 1 else 1.0


def _jack_knife(codes: np.ndarray, weights: np.ndarray, groups: np.ndarray, size: int) -> float:
    """Standard error of the chance to agree, leaving out one cluster at a time."""
    found = []
    for group in np.unique(groups):
        kept = groups != group
        total = weights[kept].sum()
        if total > 0:
            share = np.bincount(codes[kept], weights=weights[kept], minlength=size) / total
            found.append(_same(share, total**2 / (weights[kept] ** 2).sum()))
    values = np.array(found)
    number = len(values)
    return float(np.sqrt((number - 1) / number * ((values - values.mean()) ** 2).sum())) if number > 1 else np.nan
