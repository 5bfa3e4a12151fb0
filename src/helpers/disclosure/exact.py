"""Sums of a public variable over institutions that are not told: so coarse that many choices of institutions fit.

How many students an institution has, everybody can look up. The exact sum over those that delivered, or the difference
of two such sums, may be what only one choice of institutions has, and so tells which these are.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations

import numpy as np

from helpers.disclosure.rounding import to_multiples

STEPS = (500, 1_000, 2_000, 5_000, 10_000, 20_000, 50_000)
"""Multiples in which a sum may be told."""

COARSEST = 0.1
"""A step above this part of the smallest sum makes it useless."""

FINE = 2
"""Values are taken in units so fine that rounding them costs a window at most this part of its half."""


def step(values: Sequence[float], told: Sequence[tuple[int, float]], least: int) -> int | None:
    """The finest step in which sums can be told, such that ``least`` choices of institutions fit all that follows.

    Parameters
    ----------
    values
        The public variable, of every institution.
    told
        Of each sum the number of institutions and its exact value. What else a reader knows: the sum over all, and
        that of nobody.

    Returns
    -------
    int or None
        ``None``: no step is coarse enough, and the sums are not to be told.
    """
    every = np.asarray(values, dtype=float)
    known = sorted({(0, 0.0), (len(every), float(every.sum())), *((int(k), float(total)) for k, total in told)})
    ends = (known[0], known[-1])
    pairs = sorted((each for each in combinations(known, 2) if each != ends), key=lambda each: each[1][0] - each[0][0])
    smallest = min((total for _, total in told), default=0.0)
    for each in STEPS:
        if each > COARSEST * smallest:
            break
        if all(choices(every, less, more, each) >= least for less, more in pairs):
            return each
    return None


def choices(values: np.ndarray, less: tuple[int, float], more: tuple[int, float], base: int) -> float:
    """How many choices of institutions fit the difference of two sums that are told in multiples of ``base``.

    Never more than there are: values are taken in small units, and the window is as much narrower.
    """
    number, total = more[0] - less[0], float(values.sum())
    gap = float(np.subtract(*to_multiples(np.array([more[1], less[1]]), base)))
    if number == 0:
        pairs = values[:, None] - values[None, :]
        return np.inf if gap == 0 else float((np.abs(pairs - gap) <= base).sum())
    if number > len(values) - number:
        number, gap = len(values) - number, total - gap
    unit = base / (FINE * max(number, 1))
    units = np.rint(values / unit).astype(int)
    low, high = (int(np.ceil((gap - base) / unit + number / 2)), int(np.floor((gap + base) / unit - number / 2)))
    if high < 0:
        return 0.0
    ways = np.zeros((number + 1, high + 1))
    ways[0, 0] = 1.0
    for each in units[units <= high]:
        ways[1:, each:] += ways[:-1, : high + 1 - each]
    return float(ways[number, max(low, 0) :].sum())
