"""Sets of institutions whose figures are published: no combination of them may tell of too few institutions.

Every published figure over institutions is, with its number of respondents, a sum over its members. A reader may add
and subtract such sums, with any factors; whatever comes out is a vector in the row space of the memberships. The family
is safe if no such vector, other than nothing at all, touches fewer than ``least`` institutions: boards that put their
own figures together, and take these away, are then left with ``least`` less their own number.

What is known of an institution is a *column*: its code, or (code, version) for what it delivered for an earlier version
of the edition. A set is a frozenset of columns. The answer is exact: institutions that are in just the same sets cannot
be told apart, so only unions of such classes that are together smaller than ``least`` have to be looked at, and of each
of these whether a vector of the row space lies within it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache

import numpy as np

Column = str | tuple[str, str]
Set = frozenset[Column]

CLOSE = 1e-7
"""A direction lies within the row space if its length there is this near to 1; the next possible length is far off."""


def owner(column: Column) -> str:
    """The institution of a column."""
    return column if isinstance(column, str) else column[0]


def isolated(family: Iterable[Set], least: int) -> frozenset[str] | None:
    """The smallest group of fewer than ``least`` institutions that some combination of the sets is about.

    ``None``: there is none, the family is safe. The answer does not depend on the order of sets or institutions.
    """
    return _isolated(frozenset(each for each in family if each), least)


@lru_cache(maxsize=20_000)
def _isolated(family: frozenset[Set], least: int) -> frozenset[str] | None:
    if not family:
        return None
    rows = sorted(family, key=lambda each: sorted(map(str, each)))
    patterns: dict[Column, int] = {}
    for place, row in enumerate(rows):
        for column in row:
            patterns[column] = patterns.get(column, 0) | (1 << place)
    classes = _classes(patterns)
    kinds = sorted(set(patterns.values()))
    matrix = np.array([[pattern >> place & 1 for pattern in kinds] for place in range(len(rows))], dtype=float)
    unions = sorted(_unions([len(each) for each in classes.values()], least))
    found = np.flatnonzero(_reaches(_projection(matrix), _free(list(classes), kinds, [each for _, each in unions])))
    if not len(found):
        return None
    members = list(classes.values())
    smallest = [unions[at][1] for at in found if unions[at][0] == unions[found[0]][0]]
    return frozenset(min(sorted(code for place in union for code in members[place]) for union in smallest))


def _free(
    classes: Sequence[frozenset[int]], kinds: Sequence[int], unions: Sequence[tuple[int, ...]]
) -> list[list[int]]:
    """Of each union of classes the patterns, by place, that no institution outside it has."""
    place = {pattern: j for j, pattern in enumerate(kinds)}
    having = {pattern: {i for i, each in enumerate(classes) if pattern in each} for pattern in kinds}
    alone = [[place[pattern] for pattern in sorted(each) if len(having[pattern]) == 1] for each in classes]
    shared = [pattern for pattern in kinds if len(having[pattern]) > 1]
    found = [[j for i in union for j in alone[i]] for union in unions]
    if shared:
        for free, union in zip(found, unions, strict=True):
            free += [place[pattern] for pattern in shared if having[pattern] <= set(union)]
    return found


def _classes(patterns: dict[Column, int]) -> dict[frozenset[int], list[str]]:
    """Institutions that are in the same sets, by the patterns of their columns."""
    own: dict[str, set[int]] = {}
    for column, pattern in patterns.items():
        own.setdefault(owner(column), set()).add(pattern)
    classes: dict[frozenset[int], list[str]] = {}
    for code in sorted(own):
        classes.setdefault(frozenset(own[code]), []).append(code)
    return classes


def _projection(matrix: np.ndarray) -> np.ndarray:
    """Projection on the row space."""
    _, lengths, across = np.linalg.svd(matrix, full_matrices=False)
    base = across[lengths > lengths.max() * CLOSE]
    return base.T @ base


def _unions(sizes: Sequence[int], least: int) -> Iterator[tuple[int, tuple[int, ...]]]:
    """Unions of classes with fewer than ``least`` institutions together: their number, and places of the classes."""
    waiting: list[tuple[int, tuple[int, ...]]] = [(0, ())]
    while waiting:
        total, union = waiting.pop()
        for place in range(union[-1] + 1 if union else 0, len(sizes)):
            if total + sizes[place] < least:
                waiting.append((total + sizes[place], (*union, place)))
                yield waiting[-1]


def _reaches(inside: np.ndarray, free: Sequence[Sequence[int]]) -> np.ndarray:
    """Whether a vector of the row space is nonzero in some of these columns and zero in all others."""
    reached = np.zeros(len(free), dtype=bool)
    widths = np.array([len(each) for each in free], dtype=int)
    for width in np.unique(widths[widths > 0]):
        at = np.flatnonzero(widths == width)
        for part in np.array_split(at, len(at) // 50_000 + 1):
            places = np.array([free[i] for i in part])
            possible = inside[places, places].sum(axis=1) > 1 - CLOSE  # the trace is at least the largest value
            part, places = part[possible], places[possible]
            if not len(part):
                continue
            blocks = inside[places[:, :, None], places[:, None, :]]
            reached[part] = np.linalg.eigvalsh(blocks)[:, -1] > 1 - CLOSE
    return reached


def choose(candidates: Sequence[Set], least: int, given: Iterable[Set] = ()) -> list[bool]:
    """Which candidates can be published beside what is ``given``, in order: each that keeps the family safe."""
    family, chosen = {each for each in given if each}, []
    for each in candidates:
        chosen.append(bool(each) and isolated([*family, each], least) is None)
        family |= {each} if chosen[-1] else set()
    return chosen
