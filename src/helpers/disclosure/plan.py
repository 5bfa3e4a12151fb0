"""Which cells of the institutions' own tables are hidden to protect others, found over all reports at once.

The reports together are one system: an institution's groups add up to its own total, institutions to the counts of
the sector and of comparable groups, which are told in multiples. Institutions are solved one by one; where the sums
over institutions still bound a hidden count too narrowly, the whole table is solved as one program.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import numpy as np
import pandas as pd

from helpers.disclosure import checks
from helpers.disclosure.release import covers
from helpers.disclosure.rounding import to_multiples
from helpers.disclosure.suppress import TOLERANCE, Sum, System, Unprotectable, complement, complement_or_all, widths
from helpers.rulebook import Disclosure

COLUMNS = ["by", "institution_id", "category", "n", "reason"]
UNKNOWN_COST = 0.25
"""Hiding how many left a question blank costs a reader less than hiding a group."""

ANSWERS = ("safe", "neutral", "unsafe")
PROTECT, PRIMARY = "protect", "primary"


def protect(cells: pd.DataFrame, comparable: Mapping[str, set[str]], rules: Disclosure, missing: str) -> pd.DataFrame:
    """Cells to hide in one table over all institutions.

    Parameters
    ----------
    cells
        One row an institution and category with respondents: institution_id, category, ``n``, and the shares safe,
        neutral and unsafe (0..1).
    comparable
        Members of each comparable group of which figures are published.
    missing
        The category of those of whom the characteristic is not known: their number is told, their figures only if they
        are enough.

    Returns
    -------
    pandas.DataFrame
        Rows of ``cells`` that are hidden, with ``reason`` ``primary`` (by a rule of their own) or ``protect``.
    """
    data = cells.reset_index(drop=True)
    first = primary(data, rules, missing)
    system = _system(data, first, (data["category"] == missing).to_numpy(), comparable, rules)
    hidden = _solve(system, data["institution_id"].to_numpy())
    reason = np.where(first, PRIMARY, PROTECT)
    return data.assign(reason=reason)[hidden].reset_index(drop=True)


def primary(cells: pd.DataFrame, rules: Disclosure, missing: str) -> np.ndarray:
    """Cells that a check stops, whatever is done to protect them; those of a blank answer aside."""
    evidence = checks.Evidence(cells, cells["n"].to_numpy(float), ANSWERS)
    status, _ = checks.verdict(checks.run(evidence, rules), len(cells))
    return (status > checks.Status.PASS) & (cells["category"] != missing).to_numpy()


def _system(
    data: pd.DataFrame,
    hidden: np.ndarray,
    unknown: np.ndarray,
    comparable: Mapping[str, set[str]],
    rules: Disclosure,
) -> System:
    counts = data["n"].to_numpy(float)
    places = data["institution_id"].to_numpy()
    known = counts.sum()
    cost = np.where(unknown, UNKNOWN_COST, 1.0) + counts / max(known, 1.0)
    sums, needs = [], []
    for place in pd.unique(places):
        cells = np.flatnonzero(places == place)
        if counts[cells].sum() < rules.minimum_respondents:
            hidden = hidden | (places == place)  # nothing of it is shown, its total neither
            continue
        sums.append(Sum(tuple(cells)))
        shares = {name: data[name].to_numpy(float)[cells] for name in ANSWERS}
        needs += covers(tuple(cells), counts[cells], shares, rules)
    for members in ({*places}, *comparable.values()):
        sums += _over(data, counts, members, rules)
    return System.of(
        counts, hidden, rules.minimum_respondents, cost=cost, width=rules.protection_width, sums=sums, covers=needs
    )


def _over(data: pd.DataFrame, counts: np.ndarray, members: set[str], rules: Disclosure) -> list[Sum]:
    """Sums over institutions, each known within half a rounding step."""
    found, base = [], rules.benchmark_rounding
    inside = data["institution_id"].isin(members).to_numpy()
    for category in pd.unique(data["category"]):
        cells = np.flatnonzero(inside & (data["category"] == category).to_numpy())
        total = counts[cells].sum()
        if total >= rules.minimum_respondents:
            told = float(to_multiples(np.array([total]), base)[0])
            found.append(Sum(tuple(cells), total - (told - base / 2), told + base / 2 - total))
    return found


def _solve(system: System, places: np.ndarray) -> np.ndarray:
    hidden = system.hidden.copy()
    for place in pd.unique(places[system.hidden]):
        cells = np.flatnonzero(places == place)
        own = _part(system, cells)
        if own.sums and not hidden[cells].all():
            hidden[cells] |= complement_or_all(own)
    narrow = widths(system, hidden) < system.width - TOLERANCE
    if not narrow.any():
        return hidden
    try:
        return hidden | complement(system)
    except Unprotectable:
        aims = np.flatnonzero(system.protected)[narrow]
        return hidden | np.isin(places, places[aims])


def _part(system: System, cells: np.ndarray) -> System:
    """The part of a system that lies within some cells."""
    place = {cell: i for i, cell in enumerate(cells)}

    def inside(each) -> bool:
        return set(each.cells) <= set(place)

    def moved(each) -> tuple[int, ...]:
        return tuple(place[cell] for cell in each.cells)

    return System(
        *(values[cells] for values in (system.counts, system.low, system.high, system.hidden, system.protected)),
        cost=system.cost[cells],
        width=system.width,
        sums=[replace(each, cells=moved(each)) for each in system.sums if inside(each)],
        covers=[replace(each, cells=moved(each)) for each in system.covers if inside(each)],
    )
