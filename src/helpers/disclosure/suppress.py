"""Complementary suppression as optimisation: least information lost, every protected cell wide enough.

A :class:`System` holds cells with counts, and sums of cells that a reader knows. Cells hidden because they are small
must not be computable: for each of them there must be two sets of counts, both compatible with everything that is
shown, between which the cell differs by the protection width (Fischetti and Salazar 2001). Which other cells to hide
then is a mixed-integer program, solved by HiGHS through :func:`scipy.optimize.milp` (imported where it is used: every
chapter reads the settings, few solve anything).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

SECONDS = 60.0
TOLERANCE = 1e-6
SLIGHT = 1e-4
"""Makes the smaller of equally good cells, and the first of equal ones, the one that is hidden."""


@dataclass(frozen=True)
class Sum:
    """Cells of which a reader knows the sum, up to ``below`` less and ``above`` more than it is."""

    cells: tuple[int, ...]
    below: float = 0.0
    above: float = 0.0


@dataclass(frozen=True)
class Cover:
    """If any of ``cells`` is hidden, the ``amounts`` of the hidden ones together are at least ``least``."""

    cells: tuple[int, ...]
    amounts: tuple[float, ...]
    least: float


@dataclass
class System:
    """Linked tables, as an attacker sees them.

    ``counts``: respondents of each cell; ``low`` and ``high``: what a reader knows of it when it is hidden; ``hidden``:
    hidden already, for a reason of its own; ``protected``: may not be known more narrowly than ``width``; ``cost``: of
    hiding a cell. All arrays have one entry a cell.
    """

    counts: np.ndarray
    low: np.ndarray
    high: np.ndarray
    hidden: np.ndarray
    protected: np.ndarray
    cost: np.ndarray
    width: float
    sums: list[Sum] = field(default_factory=list)
    covers: list[Cover] = field(default_factory=list)

    @classmethod
    def of(cls, counts: np.ndarray, hidden: np.ndarray, least: float, **more: object) -> System:
        """A system of which readers know no more of a hidden cell than that somebody is in it.

        Protected are hidden cells of fewer than ``least``; ``more``: cost, width, sums and covers.
        """
        n = len(counts)
        return cls(counts, np.ones(n), np.full(n, np.inf), hidden, hidden & (counts < least), **more)


class Unprotectable(ValueError):
    """No choice of cells gives the protection asked for."""


def intervals(system: System, hidden: np.ndarray) -> np.ndarray:
    """What can be known of each protected cell: shape (number of protected cells, 2), smallest and largest count."""
    aims = np.flatnonzero(system.protected)
    free = np.flatnonzero(hidden)
    place = {cell: i for i, cell in enumerate(free)}
    rows = _relations(system, place)
    found = np.empty((len(aims), 2))
    limits = np.column_stack([system.low[free], system.high[free]])
    for i, cell in enumerate(aims):
        if cell not in place:
            found[i] = system.counts[cell]
            continue
        aim = np.zeros(len(free))
        aim[place[cell]] = 1
        found[i] = _extent(aim, rows, limits)
    return found


def _relations(system: System, place: dict[int, int]) -> tuple | None:
    """Inequalities between hidden cells: matrix and upper limits."""
    from scipy import sparse

    lines, most = [], []
    for each in system.sums:
        cells = [place[cell] for cell in each.cells if cell in place]
        if not cells:
            continue
        total = sum(system.counts[cell] for cell in each.cells if cell in place)
        line = np.bincount(cells, minlength=len(place)).astype(float)
        lines += [line, -line]
        most += [total + each.above, -(total - each.below)]
    return (sparse.csr_matrix(np.array(lines)), np.array(most)) if lines else None


def _extent(aim: np.ndarray, rows: tuple | None, limits: np.ndarray) -> tuple[float, float]:
    from scipy.optimize import linprog

    ends = []
    for sign in (1, -1):
        done = linprog(
            sign * aim,
            A_ub=rows[0] if rows else None,
            b_ub=rows[1] if rows else None,
            bounds=limits,
            method="highs",
        )
        ends.append(sign * done.fun if done.status == 0 else -sign * np.inf)
    return ends[0], ends[1]


def widths(system: System, hidden: np.ndarray) -> np.ndarray:
    """How widely each protected cell is known."""
    found = intervals(system, hidden)
    return found[:, 1] - found[:, 0]


def complement(system: System) -> np.ndarray:
    """Which cells to hide, those that are hidden already included: least cost, every protected cell wide enough.

    Raises
    ------
    Unprotectable
        If hiding all cells would not be enough.
    """
    if not system.hidden.any():
        return system.hidden.copy()
    return _Program(system).solve()


def complement_or_all(system: System) -> np.ndarray:
    """The same, or all cells where no choice of them gives the protection asked for."""
    try:
        return complement(system)
    except Unprotectable:
        return np.ones(len(system.counts), dtype=bool)


class _Program:
    """Unknowns: for each cell whether it is hidden; for each protected cell two sets of deviations of all cells."""

    def __init__(self, system: System) -> None:
        self.system = system
        self.n = len(system.counts)
        self.aims = np.flatnonzero(system.protected)
        self.size = self.n * (1 + 2 * len(self.aims))
        self.rows: list[tuple[list[int], list[float], float, float]] = []
        self._deviations()
        self._covers()

    def _deviations(self) -> None:
        system, n = self.system, self.n
        reach = float(system.counts.sum()) + 1
        low = np.maximum(system.low, system.counts - reach) - system.counts
        high = np.minimum(system.high, system.counts + reach) - system.counts
        for i, aim in enumerate(self.aims):
            ups, downs = n * (1 + 2 * i), n * (2 + 2 * i)
            for start in (ups, downs):
                for cell in range(n):
                    self.rows.append(([start + cell, cell], [1.0, -high[cell]], -np.inf, 0.0))
                    self.rows.append(([start + cell, cell], [1.0, -low[cell]], 0.0, np.inf))
                for each in system.sums:
                    cells = [start + cell for cell in each.cells]
                    self.rows.append((cells, [1.0] * len(cells), -each.below, each.above))
            self.rows.append(([ups + aim, downs + aim], [1.0, -1.0], system.width, np.inf))

    def _covers(self) -> None:
        for cover in self.system.covers:
            cells = list(cover.cells)
            for cell in cells:
                weights = [float(amount) for amount in cover.amounts]
                weights[cells.index(cell)] -= cover.least
                self.rows.append((cells, weights, 0.0, np.inf))

    def solve(self) -> np.ndarray:
        """Run HiGHS; raises :class:`Unprotectable`."""
        from scipy import sparse
        from scipy.optimize import Bounds, LinearConstraint, milp

        system, n = self.system, self.n
        data = [(row, cell, value) for row, (cells, values, _, _) in enumerate(self.rows)
                for cell, value in zip(cells, values, strict=True)]  # fmt: skip
        index = np.array([(row, cell) for row, cell, _ in data]).reshape(-1, 2)
        values = np.array([value for _, _, value in data])
        matrix = sparse.csr_matrix((values, (index[:, 0], index[:, 1])), shape=(len(self.rows), self.size))
        limits = LinearConstraint(matrix, [low for _, _, low, _ in self.rows], [high for _, _, _, high in self.rows])
        cost = np.zeros(self.size)
        order = np.argsort(np.argsort(system.counts, kind="stable"), kind="stable")
        cost[:n] = system.cost + SLIGHT * order / max(1, n)
        least = np.concatenate([system.hidden.astype(float), np.full(self.size - n, -np.inf)])
        most = np.concatenate([np.ones(n), np.full(self.size - n, np.inf)])
        kinds = np.concatenate([np.ones(n), np.zeros(self.size - n)])
        done = milp(
            cost,
            constraints=limits,
            bounds=Bounds(least, most),
            integrality=kinds,
            options={"time_limit": SECONDS},
        )
        if done.x is None:
            raise Unprotectable("hiding all cells together does not give the protection asked for")
        return done.x[:n] > 0.5


def unit_cost(counts: Sequence[float]) -> np.ndarray:
    """Information lost by hiding a cell: the cell, and its part of the respondents."""
    values = np.asarray(counts, dtype=float)
    total = values.sum()
    return 1.0 + (values / total if total > 0 else 0.0)
