"""7. Sums over a public variable: which institutions add up to a published number.

A table that tells how many institutions stand behind a row, and how many students these have by the register, names the
institutions by which two rows differ: only few sets of the register's institutions have that sum.
"""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pandas as pd

from benchmarks.attack.bundles import Bundles, Found

NAME = "7 sums over the register"
MOST = 4
"""Differences of so many institutions are tried at the most."""
ROUNDED = 10
"""Numbers that share a factor of so many times the register's finest step are taken for rounded."""


def attack(bundles: Bundles) -> list[Found]:
    """All tables with numbers of institutions and of their students."""
    tables = [sheet for sheet in bundles.sheets if sheet.has("students", "institutions")]
    if not tables:
        return [Found(NAME, "no table tells institutions and their students", "0", "0")]
    found = [each for sheet in tables for each in differences(sheet.rows, bundles.register)]
    named = {tuple(sorted(names[0])) for _, _, names in found if len(names) == 1}
    right, details = 0, []
    for number, students, names in found:
        if len(names) == 1:
            right += _right(bundles, names[0])
            details.append(f"{students:.0f} students of {number}: {', '.join(names[0])}, the only ones")
        else:
            details.append(f"{students:.0f} students of {number}: {len(names)} sets fit")
    figure = f"{len(named)} ({right} right)"
    return [Found(NAME, "sets of institutions that a difference of two sums names", figure, "0", tuple(details))]


def differences(rows: pd.DataFrame, register: pd.DataFrame) -> list[tuple[int, float, list[tuple[str, ...]]]]:
    """For each difference of two rows by a few institutions: how many, their students, and all sets that fit.

    What is told in much larger steps than the register's numbers is known within half of it, at both rows.
    """
    told = rows.dropna(subset=["students", "institutions"]).drop_duplicates(["students", "institutions"])
    step = np.gcd.reduce(told["students"].to_numpy(int)) if len(told) else 1
    finest = np.gcd.reduce(register["n_students"].to_numpy(int))
    room = float(step) if step >= ROUNDED * finest else 0.0
    found = []
    for (_, one), (_, other) in combinations(told.iterrows(), 2):
        more, less = (one, other) if one["institutions"] > other["institutions"] else (other, one)
        number, students = int(more["institutions"] - less["institutions"]), more["students"] - less["students"]
        if 0 < number <= MOST and students > 0:
            found.append((number, students, _fitting(register, number, students, room)))
    return found


def _fitting(register: pd.DataFrame, number: int, students: float, room: float) -> list[tuple[str, ...]]:
    codes, sizes = register["institution_id"].to_numpy(), register["n_students"].to_numpy(float)
    places = np.array(list(combinations(range(len(codes)), number)))
    fits = np.abs(sizes[places].sum(axis=1) - students) <= room
    return [tuple(codes[each]) for each in places[fits]]


def _right(bundles: Bundles, names: tuple[str, ...]) -> bool:
    """Whether just these delivered some kind of incident and not another (only to score)."""
    incidents = bundles.truth.table("incidents")
    told = incidents[incidents["count"].notna() & incidents["category"].notna()].astype({"institution_id": str})
    by = [set(part["institution_id"]) for _, part in told.groupby("category", observed=True)]
    return any(set(names) == one - other for one in by for other in by if other < one) or any(
        set(names) <= one - other for one in by for other in by
    )
