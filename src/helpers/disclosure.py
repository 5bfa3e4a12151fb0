"""What may be shown: the minimum cell, and the cell that protects it.

A figure about fewer than the minimum number of respondents is hidden (primary suppression). Where the
groups of a partition add up to a total that is shown, a hidden group could be computed from the others;
then the smallest shown groups of that partition are hidden too, until at least two groups and at least the
minimum number of respondents are hidden together (complementary suppression). Shares
of 0 and 100 percent in small groups tell something about every member, and are hidden as well.

Everything fails closed: a count that is missing counts as zero.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from helpers.settings import Disclosure

REASON = "hidden"
"""Name of the column, added to released data, that says why a row is hidden ('' where it is not)."""

TOO_FEW = "te weinig respondenten"
PROTECTS = "beschermt een andere groep"
EXTREME = "geldt voor (bijna) iedereen of niemand"


@dataclass(frozen=True)
class Released:
    """Data that have passed disclosure control.

    ``data`` has the input's rows and columns plus :data:`REASON`; in hidden rows every column
    of ``hide`` is missing. ``hidden`` counts rows hidden, by reason.
    """

    data: pd.DataFrame
    hidden: dict[str, int]


def release(
    data: pd.DataFrame,
    *,
    rules: Disclosure,
    count: str = "n",
    hide: Sequence[str],
    partition: Sequence[str] | None = None,
    shares: Sequence[str] = (),
) -> Released:
    """Hide what may not be shown.

    Parameters
    ----------
    data
        One row a cell; ``count`` holds the unweighted respondents behind it.
    hide
        Columns that carry information and become missing in hidden rows; always includes ``count``.
    partition
        Columns whose combinations name a set of rows that add up to a shown total;
        an empty list: all rows are one such set. ``None``: rows do not add up to anything shown.
    shares
        Columns with shares 0..1 that are hidden at 0 and 1 in small groups.

    Raises
    ------
    KeyError
        If ``count``, or a column to hide, is not in the data: nothing is released unchecked.
    """
    missing = [column for column in (count, *hide, *shares) if column not in data.columns]
    if missing:
        raise KeyError(f"disclosure control cannot check columns that are not there: {', '.join(missing)}")
    counts = pd.to_numeric(data[count], errors="coerce").fillna(0).to_numpy(float)
    reason = np.full(len(data), "", dtype=object)
    small = counts < rules.minimum_respondents
    reason[small] = TOO_FEW
    reason[~small & _extreme(data, counts, shares, rules)] = EXTREME
    if partition is not None:
        _protect(reason, counts, data, list(partition), rules.minimum_respondents)
    masked = data.copy()
    rows = reason != ""
    for column in {count, *hide, *shares}:
        masked[column] = _blank(masked[column], rows)
    masked[REASON] = reason
    found, times = np.unique(reason[rows].astype(str), return_counts=True)
    return Released(masked, dict(zip(found.tolist(), times.tolist(), strict=True)))


def tell_counts(released: Released, counts: pd.Series, count: str, where: str) -> Released:
    """The same data with the count told in rows where the column ``where`` is true, although their figures are hidden.

    For respondents of whom a characteristic is not known: their number is the total less all groups, and nobody is
    recognised by a question left blank.
    """
    chosen = released.data[where].fillna(False).astype(bool).to_numpy()
    told = released.data[count].mask(chosen, pd.Series(counts.to_numpy(), index=released.data.index))
    return Released(released.data.assign(**{count: told.astype("Int64")}), released.hidden)


def round_counts(released: Released, count: str, where: str, base: int) -> Released:
    """The same data with ``count`` in multiples of ``base`` (halves up) in rows where the column ``where`` is true.

    After hiding: a count must be checked as it is. A figure over several institutions less those of all but one gives
    the last one's count; rounded, it gives no more than an interval as wide as ``base``.
    """
    data = released.data
    chosen = data[where].fillna(False).astype(bool).to_numpy() & data[count].notna().to_numpy()
    values = pd.to_numeric(data[count], errors="coerce").to_numpy(dtype="float64", na_value=np.nan)
    rounded = np.where(chosen, np.floor(values / base + 0.5) * base, values)
    return Released(data.assign(**{count: pd.array(rounded, dtype="Int64")}), released.hidden)


def _extreme(data: pd.DataFrame, counts: np.ndarray, shares: Sequence[str], rules: Disclosure) -> np.ndarray:
    extreme = np.zeros(len(data), dtype=bool)
    for column in shares:
        values = pd.to_numeric(data[column], errors="coerce").to_numpy(float)
        extreme |= (values <= 0) | (values >= 1)
    return extreme & (counts < rules.extreme_shares_hidden_below)


def _protect(reason: np.ndarray, counts: np.ndarray, data: pd.DataFrame, partition: list[str], minimum: int) -> None:
    """Hide more rows of every set whose hidden rows could be computed from the shown ones (in place)."""
    keys = data.groupby(partition, observed=True, dropna=False).ngroup().to_numpy() if partition else None
    for key in [0] if keys is None else np.unique(keys):
        rows = np.arange(len(data)) if keys is None else np.flatnonzero(keys == key)
        rows = rows[counts[rows] > 0]
        hidden = [row for row in rows if reason[row]]
        shown = sorted((row for row in rows if not reason[row]), key=lambda row: counts[row])
        while hidden and shown and (len(hidden) < 2 or counts[hidden].sum() < minimum):
            hidden.append(shown.pop(0))
            reason[hidden[-1]] = PROTECTS


def _blank(column: pd.Series, rows: np.ndarray) -> pd.Series:
    if not rows.any():
        return column
    if pd.api.types.is_integer_dtype(column) and not pd.api.types.is_extension_array_dtype(column):
        column = column.astype("Int64")
    return column.mask(rows)
