"""All differences between groups, the test that there are any, and the trend over waves.

The groups of one characteristic are compared two by two with limits that hold for all pairs together (Tukey and
Kramer), so that the largest of many differences is not taken for a clear one because it is the largest. The test of
any difference is Wald's with the covariance of the design and Fellegi's (1980, JASA 75: 261-268) correction for the
number of clusters. Kinds of institutions, of which each cluster has one, are compared with the variance and the degrees
of freedom of each kind (Games and Howell 1976, Journal of Educational Statistics 1: 113-125; Welch 1951, Biometrika 38:
330-336).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np
import pandas as pd
from scipy import stats

from helpers.schema import SAFE_CODES
from helpers.statistics.association import cohen_h
from helpers.statistics.design import Design, clusters_of, groups_of, weights_of
from helpers.statistics.intervals import critical_value, hybrid, tukey, wilson

COLUMNS = ["a", "b", "difference", "low", "high", "h"]


@dataclass(frozen=True)
class _Groups:
    """Groups that are compared: their names, shares, effective sizes, covariance and design.

    ``free``: degrees of freedom of each, where they are kinds of clusters.
    """

    names: list[object]
    share: np.ndarray
    effective: np.ndarray
    covariance: np.ndarray
    design: Design
    place: np.ndarray
    free: np.ndarray | None = None

    def pair_df(self, a: int, b: int) -> float:
        """Degrees of freedom of the difference between two groups."""
        if self.free is None:
            return self.design.pair_degrees_of_freedom(int(self.place[a]), int(self.place[b]))
        one, other = self.covariance[a, a], self.covariance[b, b]
        parts = one**2 / self.free[a] + other**2 / self.free[b]
        return float((one + other) ** 2 / parts) if parts > 0 else np.inf

    @property
    def df(self) -> float:
        """Degrees of freedom of the design: clusters less one; infinite where clusters do not count."""
        return self.design.number_of_clusters - 1 if self.design.clustered else np.inf

    def correlation(self, a: int, b: int) -> float:
        """Correlation of two groups' shares; zero where respondents are independent."""
        scale = np.sqrt(self.covariance[a, a] * self.covariance[b, b])
        return float(np.clip(self.covariance[a, b] / scale, -1, 1)) if scale > 0 else 0.0


def _compared(
    rows: pd.DataFrame, by: Sequence[str], chosen: np.ndarray, usable: np.ndarray, cluster: str | None, least: int
) -> _Groups:
    index, groups = groups_of(rows, by)
    design = Design(index, len(groups), weights_of(rows), clusters_of(rows, cluster), usable)
    effective, share = design.effective(chosen), design.mean(chosen.astype(float))
    if design.nested() and len(groups) > 1:
        return _kinds(design, groups, by, chosen, least)
    place = np.flatnonzero((design.n >= max(least, 1)) & (effective > 0))
    variance = share * (1 - share) / np.where(effective > 0, effective, np.nan)
    covariance = np.diag(variance[place])
    if design.clustered:
        found = design.covariance(chosen.astype(float))[np.ix_(place, place)]
        scale = np.sqrt(np.diag(found))
        with np.errstate(divide="ignore", invalid="ignore"):
            correlation = np.where(np.outer(scale, scale) > 0, found / np.outer(scale, scale), 0.0)
        np.fill_diagonal(correlation, 1.0)
        covariance = correlation * np.sqrt(np.outer(variance[place], variance[place]))
    names = [_name(groups, by, number) for number in place]
    return _Groups(names, share[place], effective[place], covariance, design, place)


def _kinds(design: Design, groups: pd.DataFrame, by: Sequence[str], chosen: np.ndarray, least: int) -> _Groups:
    """Groups that are kinds of clusters, each with its own variance between clusters."""
    share = design.mean(chosen.astype(float))
    variance, free = design.between(chosen.astype(float))
    known = (design.n >= max(least, 1)) & (free > 0)
    with np.errstate(divide="ignore", invalid="ignore"):
        found = share * (1 - share) / variance
    effective = np.where(np.isfinite(found), np.minimum(design.kish, found), design.kish)
    place = np.flatnonzero(known & (effective > 0))
    names = [_name(groups, by, number) for number in place]
    told = share[place] * (1 - share[place]) / effective[place]
    return _Groups(names, share[place], effective[place], np.diag(told), design, place, free[place])


def _name(groups: pd.DataFrame, by: Sequence[str], number: int) -> object:
    values = [groups[name].iloc[number] for name in by]
    return values[0] if len(values) == 1 else tuple(values)


def _answers(rows: pd.DataFrame, answer: str, share: str, column: str | None) -> tuple[np.ndarray, np.ndarray]:
    """Who counts as yes, and who answered."""
    values = rows[column or answer].to_numpy(dtype="float64", na_value=np.nan)
    yes = values == 1 if column else np.isin(values, SAFE_CODES[share])
    return yes, ~np.isnan(values)


def contrasts(
    rows: pd.DataFrame,
    by: Sequence[str],
    *,
    answer: str = "feels_safe",
    share: str = "safe",
    column: str | None = None,
    cluster: str | None = None,
    least: int = 1,
    confidence: float | None = None,
) -> pd.DataFrame:
    """Differences between the shares of all pairs of groups, with limits that hold for all of them together.

    Parameters
    ----------
    rows
        One row a respondent; the share is that of feeling ``share`` (safe, neutral or unsafe), or of ``column`` (a
        yes/no column) being true.
    by
        Columns that make the groups; with several, every crossing is a group and ``a`` and ``b`` are tuples.
    cluster
        As in :func:`helpers.statistics.shares`; shares of groups in the same clusters are not independent.
    least
        Groups of fewer respondents are not compared; kinds of institutions neither, with fewer than three of them.

    Returns
    -------
    DataFrame
        One row an ordered pair (both orders): ``a``, ``b``, ``difference`` (a - b, -1..1), ``low``, ``high`` and
        ``h`` (Cohen's effect size).
    """
    yes, usable = _answers(rows, answer, share, column)
    groups = _compared(rows, by, yes, usable, cluster, least)
    found = []
    for a, b in combinations(range(len(groups.names)), 2):
        critical = tukey(len(groups.names), groups.pair_df(a, b), confidence)
        low, high = wilson(groups.share[[a, b]], groups.effective[[a, b]], critical=critical)
        gap = hybrid(groups.share[a], groups.share[b], (low[0], high[0]), (low[1], high[1]), groups.correlation(a, b))
        h = cohen_h(groups.share[a], groups.share[b])
        found.append((groups.names[a], groups.names[b], *gap, h))
        found.append((groups.names[b], groups.names[a], -gap[0], -gap[2], -gap[1], -h))
    return pd.DataFrame(found, columns=COLUMNS)


def omnibus(
    rows: pd.DataFrame,
    by: Sequence[str],
    *,
    answer: str = "feels_safe",
    column: str | None = None,
    cluster: str | None = None,
    least: int = 1,
) -> float:
    """p-value of the hypothesis that all groups have the same share; NaN where it cannot be tested.

    It cannot with fewer than two groups, or with no more clusters than groups.
    """
    yes, usable = _answers(rows, answer, "safe", column)
    groups = _compared(rows, by, yes, usable, cluster, least)
    return _wald(groups) if groups.free is None else _welch(groups)


def _wald(groups: _Groups) -> float:
    q = len(groups.share) - 1
    if q < 1:
        return np.nan
    turn = np.column_stack([np.ones(q), -np.eye(q)])
    middle = turn @ groups.covariance @ turn.T
    if np.linalg.matrix_rank(middle) < q:
        return np.nan
    gap = turn @ groups.share
    statistic = float(gap @ np.linalg.solve(middle, gap))
    df = groups.df
    if np.isinf(df):
        return float(stats.chi2.sf(statistic, q))
    if df - q + 1 < 1:
        return np.nan
    return float(stats.f.sf(statistic * (df - q + 1) / (df * q), q, df - q + 1))


def _welch(groups: _Groups) -> float:
    k, variance = len(groups.share), np.diag(groups.covariance)
    if k < 2 or not (variance > 0).all():
        return np.nan
    weight = 1 / variance
    part = weight / weight.sum()
    lost = ((1 - part) ** 2 / groups.free).sum()
    statistic = (weight * (groups.share - part @ groups.share) ** 2).sum() / (k - 1)
    statistic /= 1 + 2 * (k - 2) / (k**2 - 1) * lost
    return float(stats.f.sf(statistic, k - 1, (k**2 - 1) / (3 * lost)))


@dataclass(frozen=True)
class Trend:
    """Change over waves: ``slope`` a year (as a share), its limits, ``p`` that nothing changed, and the waves used."""

    slope: float
    low: float
    high: float
    p: float
    waves: tuple[int, ...]


def trend(
    rows: pd.DataFrame,
    *,
    wave: str = "wave",
    answer: str = "feels_safe",
    cluster: str | None = None,
    since: int | None = None,
    least: int = 1,
    confidence: float | None = None,
) -> Trend:
    """Straight line through the shares feeling safe at each wave, and the test that all waves are equal.

    ``since``: the first wave to use, for a question that changed before it. Fewer than two waves give NaN.
    Institutions that took part in several waves make these dependent; ``cluster`` allows for it.
    """
    rows = rows if since is None else rows[rows[wave] >= since]
    yes, usable = _answers(rows, answer, "safe", None)
    groups = _compared(rows, [wave], yes, usable, cluster, least)
    years = np.array([int(name) for name in groups.names], float)
    waves = tuple(int(year) for year in years)
    if len(waves) < 2:
        return Trend(np.nan, np.nan, np.nan, np.nan, waves)
    centred = years - years.mean()
    turn = centred / (centred @ centred)
    slope = float(turn @ groups.share)
    half = float(critical_value(groups.df, confidence)) * float(np.sqrt(turn @ groups.covariance @ turn))
    return Trend(slope, slope - half, slope + half, _wald(groups), waves)
