"""Weighted shares and means with intervals, and differences between them.

Sources: Wilson (1927), JASA 22: 209-212; the effective sample size of weights is Kish's (1965, Survey
Sampling, 11.7); the interval of a difference is method 10 of Newcombe (1998), Statistics in Medicine
17: 873-890; that of a correlation is Fisher's z.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy import special

from helpers.schema import SAFE_CODES

CONFIDENCE = 0.95


def z_value(confidence: float) -> float:
    """Two-sided quantile of the normal distribution: 0.95 -> 1.96."""
    return float(special.ndtri(0.5 + confidence / 2))


def wilson(share, n_effective, confidence: float = CONFIDENCE) -> tuple[np.ndarray, np.ndarray]:
    """Wilson score interval.

    Parameters
    ----------
    share, n_effective
        Arrays of the same shape: shares 0..1 and effective sample sizes.

    Returns
    -------
    low, high
        Arrays of shares; NaN where ``n_effective`` is zero or the share is missing.
    """
    p, n = np.asarray(share, float), np.asarray(n_effective, float)
    z = z_value(confidence)
    with np.errstate(divide="ignore", invalid="ignore"):
        centre = (p + z**2 / (2 * n)) / (1 + z**2 / n)
        half = z / (1 + z**2 / n) * np.sqrt(p * (1 - p) / n + z**2 / (4 * n**2))
        low, high = np.clip(centre - half, 0, 1), np.clip(centre + half, 0, 1)
    empty = ~(n > 0) | np.isnan(p)
    return np.where(empty, np.nan, low), np.where(empty, np.nan, high)


def shares(
    rows: pd.DataFrame, by: Sequence[str] = (), answer: str = "feels_safe", confidence: float = CONFIDENCE
) -> pd.DataFrame:
    """Weighted shares of safe, neutral and unsafe per group.

    Parameters
    ----------
    rows
        One row a respondent, with ``answer`` (1-5 or missing), ``weight`` and the ``by`` columns.
        Rows whose group is missing are left out.

    Returns
    -------
    DataFrame
        One row a group (one row in all if ``by`` is empty), categories without respondents included:
        the ``by`` columns, ``n`` (respondents with an answer), ``n_missing``, ``n_effective``, and for safe,
        neutral and unsafe the weighted share and the unweighted ``count_*``; ``safe_low``, ``safe_high``,
        ``unsafe_low``, ``unsafe_high``. Shares are 0..1, NaN where nobody answered.
    """
    index, groups = _groups(rows, by)
    codes = rows[answer].to_numpy(dtype="float64", na_value=np.nan)
    weights = rows["weight"].to_numpy(dtype="float64", na_value=np.nan)
    inside = index >= 0
    valid = inside & ~np.isnan(codes)
    result = groups.assign(
        n=_count(index, valid, len(groups)), n_missing=_count(index, inside & np.isnan(codes), len(groups))
    )
    total = _sum(index, valid, weights, len(groups))
    result["n_effective"] = _effective(index, valid, weights, len(groups))
    for name, accepted in SAFE_CODES.items():
        chosen = valid & np.isin(codes, accepted)
        result[name] = _ratio(_sum(index, chosen, weights, len(groups)), total)
        result[f"count_{name}"] = _count(index, chosen, len(groups))
    for name in ("safe", "unsafe"):
        result[f"{name}_low"], result[f"{name}_high"] = wilson(result[name], result["n_effective"], confidence)
    return result


def proportion(rows: pd.DataFrame, column: str, by: Sequence[str] = (), confidence: float = CONFIDENCE) -> pd.DataFrame:
    """Weighted share of rows where a yes/no column is true, per group.

    Returns the ``by`` columns, ``n``, ``n_effective``, ``share``, ``low`` and ``high``. Rows without a
    ``weight`` column count equally.
    """
    index, groups = _groups(rows, by)
    values = rows[column].to_numpy(dtype="float64", na_value=np.nan)
    weights = _weights(rows)
    valid = (index >= 0) & ~np.isnan(values)
    total = _sum(index, valid, weights, len(groups))
    result = groups.assign(
        n=_count(index, valid, len(groups)), n_effective=_effective(index, valid, weights, len(groups))
    )
    result["share"] = _ratio(_sum(index, valid & (values == 1), weights, len(groups)), total)
    result["low"], result["high"] = wilson(result["share"], result["n_effective"], confidence)
    return result


def means(rows: pd.DataFrame, column: str, by: Sequence[str] = (), confidence: float = CONFIDENCE) -> pd.DataFrame:
    """Weighted mean of a number per group with its interval (t, effective n): n, mean, low, high."""
    index, groups = _groups(rows, by)
    values = rows[column].to_numpy(dtype="float64", na_value=np.nan)
    weights = _weights(rows)
    valid = (index >= 0) & ~np.isnan(values)
    filled = np.where(np.isnan(values), 0.0, values)
    total = _sum(index, valid, weights, len(groups))
    result = groups.assign(n=_count(index, valid, len(groups)))
    effective = _effective(index, valid, weights, len(groups))
    mean = _ratio(_sum(index, valid, weights * filled, len(groups)), total)
    square = _ratio(_sum(index, valid, weights * filled**2, len(groups)), total)
    with np.errstate(invalid="ignore", divide="ignore"):
        free = np.where(effective > 1, effective - 1, np.nan)
        half = special.stdtrit(free, 0.5 + confidence / 2) * np.sqrt(np.clip(square - mean**2, 0, None) / free)
    result["mean"], result["low"], result["high"] = mean, mean - half, mean + half
    return result


@dataclass(frozen=True)
class Difference:
    """A difference of two shares, ``a - b``, as shares -1..1, with its interval."""

    difference: float
    low: float
    high: float


def difference(a: pd.Series, b: pd.Series, confidence: float = CONFIDENCE) -> Difference:
    """Difference of two independent shares with Newcombe's hybrid score interval.

    ``a`` and ``b`` are rows with ``safe`` (share) and ``n_effective``.
    """
    first, second = float(a["safe"]), float(b["safe"])
    (low1, low2), (high1, high2) = wilson(
        [first, second], [float(a["n_effective"]), float(b["n_effective"])], confidence
    )
    gap = first - second
    return Difference(
        gap,
        gap - float(np.hypot(first - low1, high2 - second)),
        gap + float(np.hypot(high1 - first, second - low2)),
    )


@dataclass(frozen=True)
class Correlation:
    """A correlation with its interval and the number of pairs."""

    r: float
    low: float
    high: float
    n: int


def correlation(x, y, weights=None, confidence: float = CONFIDENCE) -> Correlation:
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


def _groups(rows: pd.DataFrame, by: Sequence[str]) -> tuple[np.ndarray, pd.DataFrame]:
    """Index of each row's group (-1: no group) and the table of groups."""
    if not by:
        return np.zeros(len(rows), dtype=np.int64), pd.DataFrame(index=pd.RangeIndex(1))
    columns = [_as_category(rows[name]) for name in by]
    index = np.zeros(len(rows), dtype=np.int64)
    missing = np.zeros(len(rows), dtype=bool)
    for column in columns:
        codes = column.codes.astype(np.int64)
        missing |= codes < 0
        index = index * len(column.categories) + codes
    index[missing] = -1
    product = pd.MultiIndex.from_product([column.categories for column in columns], names=list(by))
    groups = product.to_frame(index=False)
    for name, column in zip(by, columns, strict=True):
        groups[name] = pd.Categorical(groups[name], categories=column.categories, ordered=True)
    return index, groups


def _as_category(column: pd.Series) -> pd.Categorical:
    if isinstance(column.dtype, pd.CategoricalDtype):
        return column.array
    if column.dtype == "boolean":
        return pd.Categorical(column.astype(object).where(column.notna(), None), categories=[True, False])
    return pd.Categorical(column)


def _weights(rows: pd.DataFrame) -> np.ndarray:
    if "weight" not in rows:
        return np.ones(len(rows))
    return rows["weight"].to_numpy(dtype="float64", na_value=np.nan)


def _count(index: np.ndarray, chosen: np.ndarray, size: int) -> np.ndarray:
    return np.bincount(index[chosen], minlength=size).astype(np.int64)


def _sum(index: np.ndarray, chosen: np.ndarray, values: np.ndarray, size: int) -> np.ndarray:
    return np.bincount(index[chosen], weights=values[chosen], minlength=size)


def _effective(index: np.ndarray, chosen: np.ndarray, weights: np.ndarray, size: int) -> np.ndarray:
    return np.nan_to_num(_ratio(_sum(index, chosen, weights, size) ** 2, _sum(index, chosen, weights**2, size)))


def _ratio(top: np.ndarray, bottom: np.ndarray) -> np.ndarray:
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(bottom > 0, top / bottom, np.nan)
