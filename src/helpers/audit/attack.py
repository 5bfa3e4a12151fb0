"""Bounds of every hidden count, and of what a hidden group answered, given all that is stated: linear programs (HiGHS).

The unknowns are the respondents of every institution in every group of a table and wave. A shown count fixes one; a
hidden one is at least 1; a group that an institution's table leaves out has nobody; an institution without a report is
unknown. Groups of a table add up to the institution's total, institutions to the sector's and to a comparable group's
rounded count, crossings to the groups that are crossed, waves to what is said of several waves together. Whatever is
compatible with all statements lies between the smallest and the largest value of each unknown.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy import sparse
from scipy.optimize import linprog

from helpers.audit.published import ANSWERS, MISSING, OWN, SECTOR, STATE, Statement

Cell = tuple[str, str, str, str]
"""Institution, table, group, wave."""

REST = "(other)"
EXACT = 1e-6
Program = tuple[sparse.csr_matrix | None, np.ndarray | None, np.ndarray]
"""Left and right side of inequalities, and the limits of each unknown."""


@dataclass(frozen=True)
class Bound:
    """What can be known of something hidden: it lies between ``low`` and ``high``.

    ``what`` is ``respondents``, or the answer (safe, neutral, unsafe) that so many of the group gave.
    """

    unit: str
    table: str
    group: str
    low: float
    high: float
    what: str = "respondents"
    scope: str = OWN

    @property
    def width(self) -> float:
        """Width of the interval; below 1 the number is known."""
        return self.high - self.low

    def known(self, minimum: int, width: int) -> str:
        """``exact``, ``near`` (a count that may be small, known more narrowly than ``width``) or nothing."""
        if self.what == "respondents" and self.low >= minimum:
            return ""  # a group that is large enough is no secret; its figures are
        if self.width < 1 - EXACT:
            return "exact"
        return "near" if self.what == "respondents" and self.width < width - EXACT else ""


class Contradiction(ValueError):
    """Statements that cannot all be true: something is published that is not what it says."""


def bounds(statements: list[Statement], register: pd.DataFrame, rounding: int) -> list[Bound]:
    """Bounds of all counts that reports hide, and of the answers of hidden groups.

    Parameters
    ----------
    statements
        See :func:`helpers.audit.published.read`. A count that is hidden in one place and shown in another is known.
    register
        Public: institution_id, kind and size_class of every institution.
    rounding
        Counts over several institutions are multiples of this; the method chapter says so.

    Raises
    ------
    Contradiction
        If no counts fit all statements of a table.
    """
    totals = _totals(statements)
    found: list[Bound] = []
    for tables in _linked(statements):
        rows = [one for one in statements if one.table in tables]
        system = _System(rows, totals, register, rounding)
        found += system.bounds()
    return [*found, *_answers(statements, totals)]


def _population(table: str) -> str:
    return table.removeprefix("tbl-").split("-")[0]


def _totals(statements: Iterable[Statement]) -> dict[tuple[str, str, tuple[str, ...]], Statement]:
    """An institution's own total by population and wave, as told most fully: what its groups add up to."""
    own = [one for one in statements if one.table.endswith(STATE) and one.scope == OWN and one.n is not None]
    return {(one.unit, _population(one.table), one.waves): one for one in sorted(own, key=lambda one: len(one.answers))}


def _linked(statements: list[Statement]) -> list[set[str]]:
    """Tables that belong together: a crossing with the tables of the characteristics that are crossed."""
    groups = defaultdict(set)
    for one in statements:
        groups[one.table].add(one.group)
    together = {table: {table} for table in groups}
    for table, codes in groups.items():
        for margin in groups:
            if _population(margin) == _population(table) and _margin(codes, groups[margin]) is not None:
                joined = together[table] | together[margin]
                for each in joined:
                    together[each] = joined
    unique = {frozenset(tables) for tables in together.values()}
    return [set(tables) for tables in sorted(unique, key=sorted)]


def _parts(code: str) -> list[str]:
    return re.split(r"[* ]", code)


def _margin(codes: set[str], margin: set[str]) -> int | None:
    """Which part of crossed codes the codes of another table are; ``None`` if it is no margin of them."""
    crossed = {code for code in codes if len(_parts(code)) == 2 and code != MISSING}
    plain = margin - {MISSING}
    if not crossed or len(plain) < 2:
        return None
    for place in (0, 1):
        if {_parts(code)[place] for code in crossed} <= plain:
            return place
    return None


class _System:
    """The unknowns and relations of tables that belong together, over all institutions and waves."""

    def __init__(self, rows: list[Statement], totals: dict, register: pd.DataFrame, rounding: int) -> None:
        self.rows, self.rounding = rows, rounding
        self.units = list(register["institution_id"])
        self.kinds = register.set_index("institution_id")[["kind", "size_class"]].astype(str)
        self.low: dict[Cell, float] = {}
        self.high: dict[Cell, float] = {}
        self.relations: set[tuple[tuple[tuple[Cell, float], ...], float, float]] = set()
        self.hidden: dict[tuple[str, str, str, str], tuple[Cell, ...]] = {}
        self.groups = defaultdict(set)
        self.by_place = defaultdict(list)
        for one in rows:
            self.by_place[one.unit, one.table, one.waves or ("",)].append(one)
            for wave in one.waves or ("",):
                self.groups[one.table, wave].add(one.group)
        self._own()
        self._over()
        self._sums(totals)
        self._crossed()

    def cell(self, unit: str, table: str, group: str, wave: str) -> Cell:
        """An unknown; free until something is said of it."""
        key = (unit, table, group, wave)
        self.low.setdefault(key, 0.0)
        self.high.setdefault(key, np.inf)
        return key

    def _cells(self, one: Statement, units: Iterable[str]) -> tuple[Cell, ...]:
        waves = one.waves or ("",)
        return tuple(sorted(self.cell(unit, one.table, one.group, wave) for unit in units for wave in waves))

    def _own(self) -> None:
        said = defaultdict(list)
        for one in self.rows:
            if one.scope == OWN and (one.part is None or one.hidden or one.n is not None):
                said[self._cells(one, [one.unit])].append(one)
        for cells, ones in said.items():
            shown = [one.n for one in ones if one.n is not None]
            if shown and max(shown) != min(shown):
                first = ones[0]
                raise Contradiction(f"{first.table}, {first.unit}, {first.group}: {shown} in different places")
            if shown:
                self._relate(cells, shown[0], shown[0])
            elif len(cells) == 1:
                self.low[cells[0]] = 1.0
            if len(cells) == 1 and ones[0].group != MISSING and any(one.hidden for one in ones):
                self.hidden[(*cells[0][:3], OWN)] = cells
        for unit, table, wave in {(one.unit, one.table, wave) for one in self.rows if one.scope == OWN
                                  for wave in one.waves or ("",)}:  # fmt: skip
            for group in self.groups[table, wave]:
                cell = self.cell(unit, table, group, wave)
                if (cell,) not in said and self.high[cell] == np.inf and self._tells(unit, table, wave):
                    self.high[cell] = 0.0  # a group that the table leaves out has nobody

    def _tells(self, unit: str, table: str, wave: str) -> bool:
        """Whether an institution's table is about this wave alone."""
        return any(one.scope == OWN for one in self.by_place[unit, table, (wave,)])

    def _over(self) -> None:
        """Counts over several institutions, each within half a rounding step."""
        half = self.rounding / 2
        for one in self.rows:
            if one.scope == OWN:
                continue
            cells = self._cells(one, self.units if one.scope == SECTOR else _members(one.unit, self.kinds))
            if one.n is not None:
                self._relate(cells, one.n - half, one.n + half)
            elif one.scope == SECTOR and one.group != MISSING and one.unit == "sector":
                self.hidden[one.unit, one.table, one.group, SECTOR] = cells

    def _sums(self, totals: dict) -> None:
        for unit, table, waves in {(one.unit, one.table, one.waves) for one in self.rows if one.scope == OWN}:
            total = totals.get((unit, _population(table), waves))
            if total is None or table == total.table:
                continue
            told = self.by_place[unit, table, waves or ("",)]
            for one in told:
                if one.part is not None and one.scope == OWN:
                    share, half = one.part
                    cells = self._cells(one, [unit])
                    self.relations.add(
                        (tuple((cell, 1.0) for cell in cells), total.n * (share - half), total.n * (share + half))
                    )
            groups = {one.group for one in told}
            cells = [self.cell(unit, table, group, wave) for group in groups for wave in waves or ("",)]
            self._relate(tuple(sorted(cells)), total.n, total.n)

    def _crossed(self) -> None:
        """A crossing adds up to its margins, less those of whom the other characteristic is not known."""
        tables = {table for table, _ in self.groups}
        for (crossing, wave), codes in list(self.groups.items()):
            for margin in tables - {crossing}:
                plain = self.groups.get((margin, wave), set())
                place = _margin(codes, plain)
                if place is None:
                    continue
                for unit in self.units:
                    for code in plain - {MISSING}:
                        inner = [c for c in codes if c != MISSING and _parts(c)[place] == code]
                        parts = [self.cell(unit, crossing, c, wave) for c in inner]
                        self._less(parts, self.cell(unit, margin, code, wave), (crossing, wave))

    def _less(self, parts: list[Cell], whole: Cell, crossing: tuple[str, str]) -> None:
        """``whole`` is its parts, and those of whom the other characteristic is not known."""
        rest = self.cell(whole[0], crossing[0], f"{REST} {whole[1]} {whole[2]}", crossing[1])
        unknown = (whole[0], crossing[0], MISSING, crossing[1])
        self.high[rest] = self.high.get(unknown, np.inf) if MISSING in self.groups[crossing] else 0.0
        terms = [*((part, 1.0) for part in parts), (rest, 1.0), (whole, -1.0)]
        self.relations.add((tuple(sorted(terms)), 0.0, 0.0))

    def _relate(self, cells: tuple[Cell, ...], low: float, high: float) -> None:
        self.relations.add((tuple((cell, 1.0) for cell in cells), low, high))
        if len(cells) == 1:
            self.low[cells[0]], self.high[cells[0]] = low, high

    def bounds(self) -> list[Bound]:
        """Smallest and largest value of everything hidden."""
        if not self.hidden:
            return []
        free = [cell for cell in self.high if self.low[cell] < self.high[cell]]
        place = {cell: i for i, cell in enumerate(free)}
        program = self._program(place)
        found = []
        for (unit, table, group, scope), cells in self.hidden.items():
            fixed = sum(self.low[cell] for cell in cells if cell not in place)
            aim = np.zeros(len(free))
            for cell in cells:
                if cell in place:
                    aim[place[cell]] = 1.0
            low, high = _extent(aim, program, table)
            found.append(Bound(unit, table, group, low + fixed, high + fixed, scope=scope))
        return found

    def _program(self, place: dict[Cell, int]) -> Program:
        entries, most = [], []
        for terms, low, high in sorted(self.relations):
            fixed = sum(sign * self.low[cell] for cell, sign in terms if cell not in place)
            inside = [(place[cell], sign) for cell, sign in terms if cell in place]
            if not inside:
                if not low - EXACT <= fixed <= high + EXACT:
                    raise Contradiction(f"{terms[0][0][1]}: no counts fit all that is stated")
                continue
            for side, limit in ((1.0, high - fixed), (-1.0, fixed - low)):
                entries += [(len(most), column, side * sign) for column, sign in inside]
                most.append(limit)
        limits = np.array([(self.low[cell], self.high[cell]) for cell in place]).reshape(-1, 2)
        if not most:
            return None, None, limits
        rows, columns, values = zip(*entries, strict=True)
        return sparse.csr_matrix((values, (rows, columns)), shape=(len(most), len(place))), np.array(most), limits


def _extent(aim: np.ndarray, program: Program, table: str) -> tuple[float, float]:
    if not aim.any():
        return 0.0, 0.0
    left, right, limits = program
    ends = []
    for sign in (1, -1):
        done = linprog(sign * aim, A_ub=left, b_ub=right, bounds=limits, method="highs")
        if done.status == 2:
            raise Contradiction(f"{table}: no counts fit all that is stated")
        ends.append(sign * done.fun if done.status == 0 else -sign * np.inf)
    return ends[0], ends[1]


def _answers(statements: list[Statement], totals: dict) -> list[Bound]:
    """How many of a hidden group gave an answer: the institution's own share less those of the groups that are shown.

    Weights are not published. The attack takes them as equal, and allows for the largest error that this makes in
    those tables of the same institution and wave in which nothing is hidden.
    """
    tables = defaultdict(list)
    for one in statements:
        if one.scope == OWN and not one.table.endswith(STATE):
            tables[one.unit, one.table, one.waves].append(one)
    chosen = [(key, totals.get((key[0], _population(key[1]), key[2])), _best(rows)) for key, rows in tables.items()]
    chosen = [(total, rows) for _, total, rows in chosen if total is not None]
    errors: dict[tuple[str, str], float] = defaultdict(float)
    for total, rows in chosen:
        if all(one.answers for one in rows.values()):
            for answer in ANSWERS:
                shared = _left(total, rows, answer)
                if shared is not None:
                    key = (total.unit, total.table)
                    errors[key] = max(errors[key], abs(sum(shared) / 2))
    return [
        bound
        for total, rows in chosen
        for answer in ANSWERS
        for bound in _shared_out(total, rows, answer, errors[total.unit, total.table])
    ]


def _best(rows: list[Statement]) -> dict[str, Statement]:
    """Of every group the row that tells most."""
    return {one.group: one for one in sorted(rows, key=lambda one: (one.n is not None, len(one.answers)))}


def _share(one: Statement, answer: str) -> tuple[float, float] | None:
    return next(((share, half) for key, share, half in one.answers if key == answer), None)


def _left(total: Statement, rows: dict[str, Statement], answer: str) -> tuple[float, float] | None:
    """Least and largest number that gave an answer among those whose share is not told."""
    said = _share(total, answer)
    if said is None:
        return None
    least, most = total.n * (said[0] - said[1]), total.n * (said[0] + said[1])
    for one in rows.values():
        part = _share(one, answer)
        if one.n is not None and part is not None:
            least, most = least - one.n * (part[0] + part[1]), most - one.n * (part[0] - part[1])
    return least, most


def _shared_out(total: Statement, rows: dict[str, Statement], answer: str, error: float) -> list[Bound]:
    """Bounds of the number in each hidden group that gave an answer."""
    rest = {g: one for g, one in rows.items() if one.n is None or _share(one, answer) is None}
    hidden = [group for group in rest if rest[group].hidden and group != MISSING]
    left = _left(total, rows, answer)
    if not hidden or left is None:
        return []
    others = total.n - sum(one.n for group, one in rows.items() if group not in rest)
    free = others - sum(one.n for one in rest.values() if one.n is not None)
    uncounted = [group for group, one in rest.items() if one.n is None]
    least, most = left[0] - error, left[1] + error
    bounds = []
    for group in hidden:
        largest = rest[group].n if rest[group].n is not None else free - (len(uncounted) - 1)
        low, high = max(0.0, least - (others - 1)), min(largest, max(most, 0.0))
        bounds.append(Bound(total.unit, rest[group].table, group, min(low, high), high, what=answer))
    return bounds


def _members(unit: str, kinds: pd.DataFrame) -> list[str]:
    """Institutions of the same kind and size; with fewer than three others, of the same size (as the method says)."""
    same = kinds[(kinds["kind"] == kinds.loc[unit, "kind"]) & (kinds["size_class"] == kinds.loc[unit, "size_class"])]
    if len(same) > 3:
        return list(same.index)
    return list(kinds[kinds["size_class"] == kinds.loc[unit, "size_class"]].index)
