"""Groupings by which figures are given, and those derived from canonical columns."""

from __future__ import annotations

import pandas as pd

CHARACTERISTICS: dict[str, tuple[str, ...]] = {
    "students": (
        "gender",
        "age_group",
        "disability",
        "level",
        "track",
        "level_track",
        "field",
        "grade_programme",
        "grade_institution",
    ),
    "staff": (
        "gender",
        "age_group",
        "role",
        "student_contact",
        "grade_work",
        "joy_group",
        "energy_group",
        "search_group",
        "victim_verbal",
        "victim_psychological_physical",
    ),
}
"""Characteristics of respondents by which shares are computed, for every unit and for the benchmarks."""

GRADES = ("1 tot en met 5", "6 of 7", "8 tot en met 10")
AGREE = ("laag (1-2)", "midden (3)", "hoog (4-5)")
STEPS = ("geen stappen", "1 stap", "2 of meer stappen")


def add_groups(rows: pd.DataFrame) -> pd.DataFrame:
    """The rows with derived groupings as ordered categories, for the columns that are there.

    ``level_track`` is ``"<level> <track>"``; grades (1-10) and five-point answers become three classes.
    """
    derived: dict[str, pd.Series] = {}
    if {"level", "track"} <= set(rows.columns):
        derived["level_track"] = _level_track(rows)
    for source, name in (
        ("satisfaction_programme", "grade_programme"),
        ("satisfaction_institution", "grade_institution"),
        ("satisfaction", "grade_work"),
    ):
        if source in rows:
            derived[name] = _classes(rows[source], (0, 5, 7, 10), GRADES)
    for source, name in (("joy", "joy_group"), ("energy", "energy_group")):
        if source in rows:
            derived[name] = _classes(rows[source], (0, 2, 3, 5), AGREE)
    if "job_search" in rows:
        derived["search_group"] = _classes(rows["job_search"], (-1, 0, 1, 99), STEPS)
    return rows.assign(**derived)


def _level_track(rows: pd.DataFrame) -> pd.Series:
    order = [f"{level} {track}" for track in ("bol", "bbl") for level in "1234"]
    codes = rows["level"].cat.codes.to_numpy() + 4 * rows["track"].cat.codes.to_numpy()
    codes[(rows["level"].cat.codes < 0) | (rows["track"].cat.codes < 0)] = -1
    return pd.Series(pd.Categorical.from_codes(codes, order, ordered=True), index=rows.index)


def _classes(values: pd.Series, edges: tuple[int, ...], names: tuple[str, ...]) -> pd.Series:
    return pd.cut(values.astype("float64"), bins=list(edges), labels=list(names), ordered=True)
