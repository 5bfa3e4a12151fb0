"""Figures told no more precisely than they may be: counts over institutions, percentages on few respondents."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from helpers.rulebook import FINEST, Disclosure

NEAREST, DOWN, UP = "nearest", "down", "up"


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


def steps(counts: Sequence[float], rules: Disclosure) -> np.ndarray:
    """Step of a share on each number of respondents."""
    return np.array([rules.step(0 if pd.isna(n) else float(n)) for n in counts])


def round_shares(
    data: pd.DataFrame, counts: Sequence[float], columns: Mapping[str, str], rules: Disclosure
) -> pd.DataFrame:
    """Shares and limits of intervals in steps by the number of respondents; the finest step is left to the writer.

    ``columns``: names, each with ``nearest``, ``down`` (a lower limit) or ``up`` (an upper one): an interval grows.
    """
    each = steps(counts, rules)
    coarse = each > FINEST
    if not coarse.any():
        return data
    rounded = {}
    for name, how in columns.items():
        values = pd.to_numeric(data[name], errors="coerce").to_numpy(dtype="float64", na_value=np.nan)
        rounded[name] = np.where(coarse, _stepped(values, each, how), values)
    return data.assign(**rounded)


def _stepped(values: np.ndarray, each: np.ndarray, how: str) -> np.ndarray:
    steps_ = np.round(values / each, 9)
    whole = {NEAREST: np.floor(steps_ + 0.5), DOWN: np.floor(steps_), UP: np.ceil(steps_)}[how]
    return np.round(whole * each, 9)
