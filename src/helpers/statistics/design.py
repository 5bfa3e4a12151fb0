"""What weights and clusters do to the precision of a share or a mean.

A weighted share is a ratio of two totals; its variance by Taylor linearisation, with clusters drawn with
replacement, is that of the R package ``survey`` (Lumley 2004, Journal of Statistical Software 9(8)): clusters without
respondents of a group count as zeros, so that groups are domains of one design. Without clusters the effective
sample size of weights is Kish's (1965, Survey Sampling, 11.7).
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from helpers.statistics.intervals import critical_value, z_value

LEAST_CLUSTERS = 3
"""Kinds of institutions are compared if they have so many each: two say nothing of how much institutions differ."""


def groups_of(rows: pd.DataFrame, by: Sequence[str]) -> tuple[np.ndarray, pd.DataFrame]:
    """Index of each row's group (-1: no group) and the table of groups, empty ones included."""
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


def weights_of(rows: pd.DataFrame) -> np.ndarray:
    """Weights; rows without a ``weight`` column count equally, and a missing weight is none."""
    if "weight" not in rows:
        return np.ones(len(rows))
    return np.nan_to_num(rows["weight"].to_numpy(dtype="float64", na_value=np.nan))


def clusters_of(rows: pd.DataFrame, cluster: str | None) -> np.ndarray | None:
    """Number of each row's cluster; ``None`` without clusters."""
    return None if cluster is None else pd.factorize(rows[cluster])[0]


class Design:
    """Respondents with a usable answer, their weights, groups and clusters.

    Parameters
    ----------
    index
        Number of each row's group, -1 for none.
    size
        Number of groups.
    weights
        Row weights; rows with weight zero or less count nowhere, not in ``n`` either.
    clusters
        Number of each row's cluster, or ``None``.
    usable
        Which rows have an answer.
    """

    def __init__(
        self, index: np.ndarray, size: int, weights: np.ndarray, clusters: np.ndarray | None, usable: np.ndarray
    ) -> None:
        self.size = size
        self.index, self.weights = index, weights
        self.clusters = clusters
        self.valid = usable & (index >= 0) & (weights > 0)
        self.n = self.count(self.valid)
        self.total = self.sum(self.valid, weights)
        self.kish = np.nan_to_num(ratio(self.total**2, self.sum(self.valid, weights**2)))
        self.present = self._present()

    def count(self, chosen: np.ndarray) -> np.ndarray:
        """Rows per group."""
        return np.bincount(self.index[chosen], minlength=self.size).astype(np.int64)

    def sum(self, chosen: np.ndarray, values: np.ndarray) -> np.ndarray:
        """Sum of values per group."""
        return np.bincount(self.index[chosen], weights=values[chosen], minlength=self.size)

    def mean(self, values: np.ndarray) -> np.ndarray:
        """Weighted mean of values per group; NaN where there is nobody."""
        return ratio(self.sum(self.valid, self.weights * np.where(self.valid, values, 0.0)), self.total)

    @property
    def clustered(self) -> bool:
        """Whether clusters count: there are at least two with respondents."""
        return self.number_of_clusters > 1

    @property
    def number_of_clusters(self) -> int:
        """Clusters with respondents; 0 without clusters."""
        return 0 if self.present is None else int(self.present.any(axis=1).sum())

    def _present(self) -> np.ndarray | None:
        """Whether a cluster (row) has respondents of a group (column)."""
        if self.clusters is None or not self.valid.any():
            return None
        cells = self.clusters[self.valid] * self.size + self.index[self.valid]
        shape = (int(self.clusters.max()) + 1, self.size)
        return np.bincount(cells, minlength=shape[0] * shape[1]).reshape(shape) > 0

    def degrees_of_freedom(self) -> np.ndarray:
        """Clusters with respondents of the group, less one; infinite where clusters do not count."""
        if not self.clustered:
            return np.full(self.size, np.inf)
        number = self.present.sum(axis=0).astype(float)
        return np.where(number > 1, number - 1, np.inf)

    def pair_degrees_of_freedom(self, a: int, b: int) -> float:
        """Degrees of freedom of the difference between two groups."""
        if not self.clustered:
            return np.inf
        first, second = self.present[:, a], self.present[:, b]
        free = int((first | second).sum()) - 1 - (not (first & second).any())
        return float(free) if free > 0 else np.inf

    def covariance(self, values: np.ndarray) -> np.ndarray:
        """Covariance (groups x groups) of the groups' weighted means, by linearisation over clusters."""
        means = np.nan_to_num(self.mean(values))
        rows = np.flatnonzero(self.valid)
        groups = self.index[rows]
        residuals = self.weights[rows] * (values[rows] - means[groups]) / self.total[groups]
        clusters = self.clusters[rows]
        shape = (int(self.clusters.max()) + 1, self.size)
        totals = np.bincount(clusters * self.size + groups, weights=residuals, minlength=shape[0] * shape[1])
        totals = totals.reshape(shape)
        number = self.number_of_clusters
        return number / (number - 1) * totals.T @ totals

    def nested(self) -> bool:
        """Whether every cluster has respondents of one group only: groups are kinds of institutions, say."""
        return self.clustered and int(self.present.sum(axis=1).max()) == 1

    def between(self, values: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Variance of each group's weighted mean and its degrees of freedom, where clusters lie within groups.

        Clusters of very unequal size are fewer than they seem. The variance is adjusted so that it is right on average
        where cluster means vary alike (the idea of CR2: Bell and McCaffrey 2002, Survey Methodology 28: 169-181), and
        its degrees of freedom follow by Satterthwaite from the clusters' parts of the weight. NaN and 0 for a group of
        fewer than :data:`LEAST_CLUSTERS` clusters.
        """
        means = np.nan_to_num(self.mean(values))
        rows = np.flatnonzero(self.valid)
        own = self.weights[rows] / self.total[self.index[rows]]
        number = int(self.clusters.max()) + 1
        parts = np.bincount(self.clusters[rows], own, number)
        residuals = np.bincount(self.clusters[rows], own * (values[rows] - means[self.index[rows]]), number)
        variance, free = np.full(self.size, np.nan), np.zeros(self.size)
        for group in range(self.size):
            members = np.flatnonzero(self.present[:, group])
            if len(members) < LEAST_CLUSTERS:
                continue
            part = parts[members]
            spread = 1 - 2 * part + (part**2).sum()
            variance[group] = float((residuals[members] ** 2 / spread).sum())
            left = np.eye(len(part)) - part
            form = left.T @ np.diag(part**2 / spread) @ left
            free[group] = np.trace(form) ** 2 / np.trace(form @ form)
        return variance, free

    def effective(self, chosen: np.ndarray, confidence: float | None = None) -> np.ndarray:
        """Effective number of respondents behind a share: Kish's, or fewer where clusters make it less certain.

        With ``confidence``, the number is smaller again for few clusters, by the square of the ratio of the normal
        quantile to that of t (Korn and Graubard 1998, Survey Methodology 24: 193-201). Where the share is 0 or 1, or
        the group lies in one cluster, it is Kish's.
        """
        if not self.clustered:
            return self.kish
        values = chosen.astype(float)
        share = self.mean(values)
        variance = np.diag(self.covariance(values))
        with np.errstate(divide="ignore", invalid="ignore"):
            found = share * (1 - share) / variance
        usable = (variance > 1e-15) & (self.present.sum(axis=0) > 1) & np.isfinite(found)
        size = np.where(usable, np.minimum(self.kish, np.where(usable, found, np.inf)), self.kish)
        if confidence is None:
            return size
        return size * np.where(
            usable, (z_value(confidence) / critical_value(self.degrees_of_freedom(), confidence)) ** 2, 1
        )


def ratio(top: np.ndarray, bottom: np.ndarray) -> np.ndarray:
    """Quotient; NaN where the denominator is not positive."""
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(bottom > 0, top / np.where(bottom > 0, bottom, 1.0), np.nan)
