"""Figures told no more precisely than they may be: each number by its kind, and by the respondents behind it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from numbers import Number

import numpy as np
import pandas as pd

from helpers import schema
from helpers.rulebook import FINEST, Disclosure

NEAREST, DOWN, UP = "nearest", "down", "up"
"""Shares of 0..1, differences of these, and the lower and upper limits of their intervals."""
COUNT, MEAN, RATE, RATIO, VARIANCE, EFFECT = "count", "mean", "rate", "ratio", "variance", "effect"
P, CORRELATION, SLOPE, WHOLE = "p", "correlation", "slope", "whole"
FINE = {COUNT: 1, MEAN: 0.01, RATE: 0.1, RATIO: 0.01, VARIANCE: 0.001, EFFECT: 0.01, P: 0.001, CORRELATION: 0.01}
FINE |= {SLOPE: 0.0001, WHOLE: 0.01}
"""Steps in which other numbers are told; ``whole``: shares in whole percents, whoever they are of."""
COARSER = 10
"""Where shares are told in whole percents, all that is made of them is told so many times coarser; of a p-value its
first digit is told."""
DECIMALS = "decimals"
"""Name of the column, added to released data, with the decimals in which percentages of a row are told."""
KINDS = (NEAREST, DOWN, UP, *FINE)
LIMITS = {"low": DOWN, "high": UP}
"""Limits of a share or of a difference, where they are all that a table has."""
_NAMES = {
    COUNT: "n n_effective n_institutions n_programmes n_dropped institutions students wave k count rank rank_low "
    "rank_high groups fragments fragments_students fragments_staff groups_students groups_staff",
    NEAREST: "share safe neutral unsafe observed expected shrunken excess difference unknown icc pcv points west large "
    + " ".join(f"answer_{point}" for point in schema.FIVE_POINTS),
    DOWN: "safe_low unsafe_low observed_low shrunken_low excess_low icc_low points_low",
    UP: "safe_high unsafe_high observed_high shrunken_high excess_high icc_high points_high",
    MEAN: "satisfaction mean",
    RATE: "rate",
    RATIO: "odds_ratio mor",
    VARIANCE: "variance variance_low variance_high programme_variance",
    EFFECT: "h",
    P: "p p_holm",
    CORRELATION: "r",
    SLOPE: "slope",
}
BY_NAME = {name: kind for kind, names in _NAMES.items() for name in names.split()}
"""The kind of number of columns that mean the same everywhere; others are told with the cells."""


def marked(data: pd.DataFrame, column: str | None) -> np.ndarray:
    """Rows where a yes/no column is true; a missing value is no, and without a column no row is marked."""
    if column is None:
        return np.zeros(len(data), dtype=bool)
    return data[column].astype("boolean").fillna(False).to_numpy(dtype=bool)


def to_multiples(values: np.ndarray, base: float) -> np.ndarray:
    """Counts in multiples of ``base``, halves up."""
    return np.floor(values / base + 0.5) * base


def round_counts(data: pd.DataFrame, count: str, where: str, base: int) -> pd.DataFrame:
    """``count`` in multiples of ``base`` in rows where the column ``where`` is true.

    A figure over several institutions less those of all but one gives the last one's count; rounded, it gives no more
    than an interval as wide as ``base``.
    """
    chosen = marked(data, where) & data[count].notna().to_numpy()
    values = pd.to_numeric(data[count], errors="coerce").to_numpy(dtype="float64", na_value=np.nan)
    rounded = np.where(chosen, to_multiples(values, base), values)
    return data.assign(**{count: pd.array(rounded, dtype="Int64")})


def fewest(counts: np.ndarray, rounded: np.ndarray, base: int) -> np.ndarray:
    """Fewest respondents that there can be, by what is told of their number: how precise figures are must tell no more.

    ``rounded``: rows of which the count is told in multiples of ``base``.
    """
    return np.where(rounded, to_multiples(counts, base) - base / 2, counts)


def told(data: pd.DataFrame, counts: Sequence[float], precision: Mapping[str, str], rules: Disclosure) -> pd.DataFrame:
    """Every number at the precision of its kind, on the number of respondents behind its row.

    Parameters
    ----------
    counts
        Respondents of each row: of few, what is told is coarser.
    precision
        Kind of number of each column that holds numbers: see :func:`precision_of`.

    Returns
    -------
    pandas.DataFrame
        With the column :data:`DECIMALS`.
    """
    shares = np.array([rules.step(0 if pd.isna(n) else float(n)) for n in counts], dtype=float)
    numbers = {name: _told(data[name], kind, shares) for name, kind in precision.items()}
    return data.assign(**numbers, **{DECIMALS: np.where(shares > FINEST, 0, 1)})


def _told(column: pd.Series, kind: str, shares: np.ndarray) -> pd.Series:
    if kind == COUNT and pd.api.types.is_integer_dtype(column):
        return column
    values = pd.to_numeric(column, errors="coerce").to_numpy(dtype="float64", na_value=np.nan)
    coarse = shares > FINEST
    if kind == P:
        rounded = np.where(coarse, _one_digit(values), _stepped(values, np.full(len(values), FINE[P])))
    elif kind in FINE:
        rounded = _stepped(values, np.where(coarse & (kind != COUNT), COARSER * FINE[kind], FINE[kind]))
    else:  # the limits of an interval on few respondents make it wider, never narrower
        rounded = _stepped(values, shares, np.where(coarse, kind, NEAREST))
    return pd.Series(rounded, index=column.index)


def _stepped(values: np.ndarray, each: np.ndarray, how: np.ndarray | str = NEAREST) -> np.ndarray:
    steps = np.round(values / each, 9)
    whole = np.select([how == DOWN, how == UP], [np.floor(steps), np.ceil(steps)], np.floor(steps + 0.5))
    return np.round(whole * each, 9)


def _one_digit(values: np.ndarray) -> np.ndarray:
    size = 10.0 ** np.floor(np.log10(np.where(values > FINE[P], values, FINE[P])))
    return _stepped(values, size)


def precision_of(data: pd.DataFrame, columns: Sequence[str], given: Mapping[str, str]) -> dict[str, str]:
    """The kind of number of every column that holds numbers: as given, or by its name.

    Raises
    ------
    KeyError
        For a column with numbers of an unknown kind: nothing leaves at a precision that nobody chose.
    """
    found = {name: given.get(name) or BY_NAME.get(name) for name in columns if _is_numeric(data[name])}
    unknown = [name for name, kind in found.items() if kind not in KINDS]
    if unknown:
        raise KeyError(
            f"how precisely may these be told: {', '.join(map(str, unknown))}? Their kind of number is not known; "
            f"allowed: {', '.join(KINDS)} (precision=…)"
        )
    return found


def told_differences(pairs: pd.DataFrame, least: Sequence[float], rules: Disclosure) -> pd.DataFrame:
    """Differences with their limits and effect sizes in the steps in which the shares of the smaller group are told.

    ``least``: respondents of the smaller group of each pair.
    """
    return told(pairs, least, precision_of(pairs, ["difference", "low", "high", "h"], LIMITS), rules)


def _is_numeric(column: pd.Series) -> bool:
    if pd.api.types.is_bool_dtype(column) or column.isna().all():
        return False
    if pd.api.types.is_numeric_dtype(column):
        return True
    return any(isinstance(value, Number) and not isinstance(value, bool) for value in column)
