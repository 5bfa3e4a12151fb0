"""Bounds of every count that is hidden because it is small, given all that is stated, by linear programming (HiGHS).

The unknowns are the respondents of every institution in every group of a table. A shown count fixes one; a hidden one
is free; a group that an institution's table leaves out has nobody; an institution without a report is unknown. Groups
of a table add up to the institution's total, institutions to the sector's and to a comparable group's rounded count.
Whatever is compatible with all statements together lies between the smallest and the largest value of each unknown.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy import sparse
from scipy.optimize import linprog

from helpers.audit.published import COMPARABLE, OWN, Statement

TOTALS = {"studenten": "tbl-studenten-stand", "medewerkers": "tbl-medewerkers-stand"}
"""Table of each population whose own row is the number that groups add up to."""

TREND = "trend"


@dataclass(frozen=True)
class Bound:
    """What can be known of a hidden count: it lies between ``low`` and ``high``."""

    unit: str
    table: str
    group: str
    low: float
    high: float

    @property
    def width(self) -> float:
        """Width of the interval; below 1 the count is known."""
        return self.high - self.low


class Contradiction(ValueError):
    """Statements that cannot all be true: something is published that is not what it says."""


def bounds(statements: list[Statement], register: pd.DataFrame, rounding: int) -> list[Bound]:
    """Bounds of all counts that the institutions' reports hide.

    Parameters
    ----------
    statements
        See :func:`helpers.audit.published.read`. A count that is shown in one place and hidden in another is shown.
    register
        Public: institution_id, kind and size_class of every institution.
    rounding
        Counts over several institutions are multiples of this; the method chapter says so.

    Raises
    ------
    Contradiction
        If no counts fit all statements of a table.
    """
    found: list[Bound] = []
    for table in sorted({one.table for one in statements}):
        rows = [one for one in statements if one.table == table]
        totals = _totals(statements, table)
        found += _System(table, rows, totals, register, rounding).bounds()
    return found


def _totals(statements: Iterable[Statement], table: str) -> dict[str, float]:
    """Own totals of institutions, for tables whose groups add up to them."""
    name = TOTALS.get(table.removeprefix("tbl-").split("-")[0])
    if name is None or table == name or table.endswith(TREND):
        return {}
    return {one.unit: one.n for one in statements if one.table == name and one.scope == OWN and one.n is not None}


class _System:
    """The unknowns and relations of one table over all institutions."""

    def __init__(
        self, table: str, rows: list[Statement], totals: dict[str, float], register: pd.DataFrame, rounding: int
    ) -> None:
        self.table, self.rounding = table, rounding
        self.units = list(register["institution_id"])
        self.groups = sorted({one.group for one in rows})
        self.place = {(u, g): i for i, (u, g) in enumerate((u, g) for u in self.units for g in self.groups)}
        self.low = np.zeros(len(self.place))
        self.high = np.full(len(self.place), np.inf)
        self.matrix: list[tuple[list[int], float, float]] = []
        self.hidden: list[tuple[str, str]] = []
        self._own(rows)
        self._over(rows, register)
        for unit, total in totals.items():
            if any(one.unit == unit and one.scope == OWN for one in rows):
                self.matrix.append(([self.place[unit, group] for group in self.groups], total, total))

    def _own(self, rows: list[Statement]) -> None:
        own = [one for one in rows if one.scope == OWN]
        for unit in {one.unit for one in own}:
            for group in self.groups:
                said = [one.n for one in own if (one.unit, one.group) == (unit, group)]
                shown = [n for n in said if n is not None]
                here = self.place[unit, group]
                if shown:
                    self.low[here] = self.high[here] = shown[0]
                    if max(shown) != min(shown):
                        raise Contradiction(f"{self.table}, {unit}, {group}: {shown} in different places")
                elif said and any(one.few for one in own if (one.unit, one.group) == (unit, group)):
                    self.hidden.append((unit, group))
                elif not said:
                    self.high[here] = 0.0  # a group that the table leaves out has nobody

    def _over(self, rows: list[Statement], register: pd.DataFrame) -> None:
        """Counts over several institutions, each within half a rounding step."""
        half = self.rounding / 2
        kinds = register.set_index("institution_id")[["kind", "size_class"]].astype(str)
        for one in rows:
            if one.scope == OWN or one.n is None:
                continue
            members = self.units
            if one.scope == COMPARABLE:
                members = _members(one.unit, kinds)
            self.matrix.append(([self.place[unit, one.group] for unit in members], one.n - half, one.n + half))

    def bounds(self) -> list[Bound]:
        """Smallest and largest value of every hidden count."""
        if not self.hidden:
            return []
        relations = sorted({(tuple(sorted(cells)), low, high) for cells, low, high in self.matrix})
        data = [(row, cell) for row, (cells, _, _) in enumerate(relations) for cell in cells]
        shape = (len(relations), len(self.place))
        left = sparse.csr_matrix((np.ones(len(data)), ([r for r, _ in data], [c for _, c in data])), shape=shape)
        lows, highs = np.array([low for _, low, _ in relations]), np.array([high for _, _, high in relations])
        both, most = sparse.vstack([left, -left]), np.concatenate([highs, -lows])
        limits = np.column_stack([self.low, self.high])
        found = []
        for unit, group in self.hidden:
            ends = []
            for sign in (1, -1):
                aim = np.zeros(len(self.place))
                aim[self.place[unit, group]] = sign
                done = linprog(
                    aim,
                    A_ub=both,
                    b_ub=most,
                    bounds=limits,
                    method="highs",
                )
                if done.status == 2:
                    raise Contradiction(f"{self.table}: no counts fit all that is stated")
                ends.append(np.inf if done.status == 3 else sign * done.fun)
            low, high = ends
            found.append(Bound(unit, self.table, group, low, np.inf if high == -np.inf else high))
        return found


def _members(unit: str, kinds: pd.DataFrame) -> list[str]:
    """Institutions of the same kind and size; with fewer than three others, of the same size (as the method says)."""
    same = kinds[(kinds["kind"] == kinds.loc[unit, "kind"]) & (kinds["size_class"] == kinds.loc[unit, "size_class"])]
    if len(same) > 3:
        return list(same.index)
    return list(kinds[kinds["size_class"] == kinds.loc[unit, "size_class"]].index)
