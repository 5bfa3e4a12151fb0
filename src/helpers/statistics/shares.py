"""Weighted shares and means per group, with intervals."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
from scipy import special

from helpers.schema import FIVE_POINTS, SAFE_CODES
from helpers.statistics.design import Design, clusters_of, groups_of, weights_of
from helpers.statistics.intervals import confidence_level, wilson


def shares(
    rows: pd.DataFrame,
    by: Sequence[str] = (),
    answer: str = "feels_safe",
    cluster: str | None = None,
    confidence: float | None = None,
) -> pd.DataFrame:
    """Weighted shares of safe, neutral and unsafe per group.

    Parameters
    ----------
    rows
        One row a respondent, with ``answer`` (1-5 or missing), ``weight`` and the ``by`` columns.
        Rows whose group is missing are left out.
    by
        Any number of columns; with several, every crossing of their categories is a group.
    cluster
        Column that respondents share (``institution_id``), for figures over several institutions: their intervals
        then allow for differences between institutions. ``None`` for figures about one.

    Returns
    -------
    DataFrame
        One row a group (one row in all if ``by`` is empty), categories without respondents included:
        the ``by`` columns, ``n`` (respondents with an answer and a weight above zero), ``n_missing`` (other
        respondents), ``n_effective`` (what weights, clusters and the number of clusters leave of ``n``), and for safe,
        neutral and unsafe the weighted share and the unweighted ``count_*``; ``safe_low``, ``safe_high``,
        ``unsafe_low``, ``unsafe_high``; ``answer_1`` to ``answer_5``, the weighted share of each answer. Shares are
        0..1, NaN where nobody answered.
    """
    confidence = confidence_level(confidence)
    groups, codes, design = _design(rows, answer, by, cluster)
    result = groups.assign(n=design.n, n_missing=design.count((design.index >= 0) & ~design.valid))
    chosen = {name: np.isin(codes, accepted) for name, accepted in SAFE_CODES.items()}
    result["n_effective"] = design.effective(chosen["safe"], confidence)
    for name, answers in chosen.items():
        result[name] = design.mean(answers.astype(float))
        result[f"count_{name}"] = design.count(design.valid & answers)
    for name in ("safe", "unsafe"):
        size = result["n_effective"] if name == "safe" else design.effective(chosen[name], confidence)
        result[f"{name}_low"], result[f"{name}_high"] = wilson(result[name], size, confidence)
    for point in FIVE_POINTS:
        result[f"answer_{point}"] = design.mean((codes == point).astype(float))
    return result


def proportion(
    rows: pd.DataFrame,
    column: str,
    by: Sequence[str] = (),
    cluster: str | None = None,
    confidence: float | None = None,
) -> pd.DataFrame:
    """Weighted share of rows where a yes/no column is true, per group.

    Returns the ``by`` columns, ``n``, ``n_effective``, ``share``, ``low`` and ``high``. Rows without a
    ``weight`` column count equally.
    """
    confidence = confidence_level(confidence)
    groups, values, design = _design(rows, column, by, cluster)
    yes = values == 1
    result = groups.assign(n=design.n, n_effective=design.effective(yes, confidence))
    result["share"] = design.mean(yes.astype(float))
    result["low"], result["high"] = wilson(result["share"], result["n_effective"], confidence)
    return result


def means(
    rows: pd.DataFrame,
    column: str,
    by: Sequence[str] = (),
    cluster: str | None = None,
    confidence: float | None = None,
) -> pd.DataFrame:
    """Weighted mean of a number per group with its interval (t): the ``by`` columns, n, mean, se, low, high."""
    groups, values, design = _design(rows, column, by, cluster)
    filled = np.where(np.isnan(values), 0.0, values)
    mean, square = design.mean(filled), design.mean(filled**2)
    with np.errstate(invalid="ignore", divide="ignore"):
        free = np.where(design.kish > 1, design.kish - 1, np.nan)
        error = np.sqrt(np.clip(square - mean**2, 0, None) / free)
        if design.clustered:
            several = design.present.sum(axis=0) > 1
            error = np.where(several, np.maximum(error, np.sqrt(np.diag(design.covariance(filled)))), error)
            free = np.where(several, design.degrees_of_freedom(), free)
        half = special.stdtrit(free, 0.5 + confidence_level(confidence) / 2) * error
    return groups.assign(n=design.n, mean=mean, se=error, low=mean - half, high=mean + half)


def paired(
    rows: pd.DataFrame, now: str, before: str, cluster: str | None = None, confidence: float | None = None
) -> pd.Series:
    """Mean change of those who gave both numbers, ``now - before``: n, mean, se, low, high."""
    change = rows[now].astype("Float64") - rows[before].astype("Float64")
    return means(rows.assign(_change=change), "_change", cluster=cluster, confidence=confidence).iloc[0]


def _design(
    rows: pd.DataFrame, column: str, by: Sequence[str], cluster: str | None
) -> tuple[pd.DataFrame, np.ndarray, Design]:
    """Groups, values of a column (NaN where missing), and the design of those who have one."""
    index, groups = groups_of(rows, by)
    values = rows[column].to_numpy(dtype="float64", na_value=np.nan)
    return groups, values, Design(index, len(groups), weights_of(rows), clusters_of(rows, cluster), ~np.isnan(values))
