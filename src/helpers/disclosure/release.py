"""Release: from data as they are to data that may leave."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from helpers.disclosure import checks, rounding
from helpers.disclosure.suppress import Cover, Sum, System, complement_or_all, unit_cost
from helpers.rulebook import Disclosure

REASON = "hidden"
"""Name of the column, added to released data, that marks a hidden row ('' where it is not)."""

HIDDEN = "niet getoond"
"""The mark. It is the same for all reasons: which of two hidden groups is the small one is not told either."""

ANSWERED = 1.0
"""Of the groups hidden together, at least so many respondents give each answer, and so many do not."""


@dataclass(frozen=True)
class Released:
    """Data that have passed disclosure control.

    ``data`` has the input's rows and columns plus :data:`REASON`; in hidden rows every column of ``hide`` is missing.
    ``hidden`` counts rows by reason, for the record only; ``status`` is the worst that a check said before rows were
    hidden, ``checks`` the worst of each that had something to look at.
    """

    data: pd.DataFrame
    hidden: dict[str, int]
    status: checks.Status = checks.Status.PASS
    checks: dict[str, str] = field(default_factory=dict)


def release(
    data: pd.DataFrame,
    *,
    rules: Disclosure,
    count: str = "n",
    hide: Sequence[str],
    partition: Sequence[str] | None = None,
    shares: Sequence[str] = (),
    protect: str | None = None,
    largest: str | None = None,
    two: str | None = None,
    told: str | None = None,
    rounded: str | None = None,
    precision: Mapping[str, str] | None = None,
) -> Released:
    """Hide what may not be shown, and round what is left.

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
    protect
        A yes/no column: hidden because the plan over all reports says so (:mod:`helpers.disclosure.plan`). Where it is
        missing, the plan says nothing of the row, and ``partition`` protects it.
    largest, two
        Columns with the part that the largest institution, and the two largest, have in a row's amounts.
    told
        A yes/no column: rows of which the count is told although their figures are hidden (it is no secret how many
        left a question blank), unless ``protect`` hides it. Of few of them figures are hidden whatever they are: beside
        a number that is large enough, the mark would say that all answered alike.
    rounded
        A yes/no column: rows over several institutions, of which the count is told in multiples.
    precision
        Columns with numbers, each with its kind: see :func:`helpers.disclosure.rounding.told`.

    Raises
    ------
    KeyError
        If a column that is named is not in the data: nothing is released unchecked.
    """
    precision = dict(precision or {})
    named = (count, *hide, *shares, *precision, *(c for c in (protect, largest, two, told, rounded) if c))
    missing = [column for column in dict.fromkeys(named) if column not in data.columns]
    if missing:
        raise KeyError(f"disclosure control cannot check columns that are not there: {', '.join(missing)}")
    counts = pd.to_numeric(data[count], errors="coerce").fillna(0).to_numpy(float)
    outcomes = checks.run(checks.Evidence(data, counts, shares, largest, two), rules)
    _, reason = checks.verdict(outcomes, len(data))
    few = rounding.marked(data, told) & (counts < rules.extreme_shares_hidden_below)
    reason[few & (reason == "")] = checks.PROTECTS
    planned = rounding.marked(data, protect)
    reason[planned & (reason == "")] = checks.PROTECTS
    if partition is not None:
        planless = np.ones(len(data), dtype=bool) if protect is None else data[protect].isna().to_numpy()
        _complement(reason, counts, data, list(partition), list(shares), rules, planless)
    rows = reason != ""
    shown = data.copy()
    for column in {count, *hide, *shares}:
        shown[column] = _blank(shown[column], rows)
    known = rounding.fewest(counts, rounding.marked(data, rounded), rules.benchmark_rounding)
    shown = rounding.told(shown, known, precision, rules)
    if told is not None:
        also = rounding.marked(data, told) & ~planned
        shown[count] = shown[count].mask(also, pd.Series(data[count].to_numpy(), index=data.index)).astype("Int64")
    if rounded is not None:
        shown = rounding.round_counts(shown, count, rounded, rules.benchmark_rounding)
    shown[REASON] = np.where(rows, HIDDEN, "")
    found, times = np.unique(reason[rows].astype(str), return_counts=True)
    return Released(
        shown,
        dict(zip(found.tolist(), times.tolist(), strict=True)),
        checks.Status(max((outcome.worst for outcome in outcomes), default=checks.Status.FAIL)),
        {outcome.check: outcome.worst.name for outcome in outcomes if not outcome.idle},
    )


def _complement(
    reason: np.ndarray,
    counts: np.ndarray,
    data: pd.DataFrame,
    partition: list[str],
    shares: list[str],
    rules: Disclosure,
    planless: np.ndarray,
) -> None:
    """Hide more rows of every set whose hidden rows could be computed from the shown ones (in place)."""
    keys = data.groupby(partition, observed=True, dropna=False).ngroup().to_numpy() if partition else None
    for key in [0] if keys is None else np.unique(keys):
        rows = np.arange(len(data)) if keys is None else np.flatnonzero(keys == key)
        rows = rows[(counts[rows] > 0) & planless[rows]]
        hidden = reason[rows] != ""
        if not hidden.any() or hidden.all():
            continue
        values = {share: pd.to_numeric(data[share].iloc[rows], errors="coerce").to_numpy(float) for share in shares}
        chosen = complement_or_all(partition_system(counts[rows], hidden, values, rules))
        reason[rows[chosen & ~hidden]] = checks.PROTECTS


def partition_system(
    counts: np.ndarray, hidden: np.ndarray, shares: Mapping[str, np.ndarray], rules: Disclosure
) -> System:
    """Cells that add up to a shown total, with figures on what their respondents answered."""
    cells = tuple(range(len(counts)))
    return System.of(
        counts,
        hidden,
        rules.minimum_respondents,
        cost=unit_cost(counts),
        width=rules.protection_width,
        sums=[Sum(cells)],
        covers=covers(cells, counts, shares, rules),
    )


def covers(
    cells: tuple[int, ...], counts: np.ndarray, shares: Mapping[str, np.ndarray], rules: Disclosure
) -> list[Cover]:
    """What cells that are hidden together must have: the minimum of respondents, and more than one kind of answer."""
    amounts = [(counts, float(rules.minimum_respondents))]
    for share in shares.values():
        given = np.nan_to_num(share) * counts
        amounts += [(given, ANSWERED), (counts - given, ANSWERED)]
    return [Cover(cells, tuple(values), least) for values, least in amounts if values.sum() >= least]


def _blank(column: pd.Series, rows: np.ndarray) -> pd.Series:
    if not rows.any():
        return column
    if pd.api.types.is_integer_dtype(column) and not pd.api.types.is_extension_array_dtype(column):
        column = column.astype("Int64")
    return column.mask(rows)
