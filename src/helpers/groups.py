"""Groupings by which figures are given, and those derived from canonical columns."""

from __future__ import annotations

import pandas as pd

from helpers import statistics

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

CROSSINGS: dict[str, tuple[str, ...]] = {"students": ("gender*disability",), "staff": ("gender*role",)}
"""Crossings of characteristics by which the sector's shares are given: names joined by an asterisk."""

INSTITUTION = ("region", "size_class", "kind")
"""Characteristics of institutions by which the sector's shares are given."""

MISSING = "missing"
"""Category of respondents whose characteristic is not known."""

GRADES = ("1 tot en met 5", "6 of 7", "8 tot en met 10")
AGREE = ("laag: 1 of 2", "midden: 3", "hoog: 4 of 5")
MEAN_GRADES = ("tot en met 5,5", "hoger dan 5,5, tot en met 7,5", "hoger dan 7,5")
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
    if {"satisfaction_programme", "satisfaction_institution"} <= set(rows.columns):
        mean = (rows["satisfaction_programme"] + rows["satisfaction_institution"]) / 2
        derived["grade_mean"] = _classes(mean, (0, 5.5, 7.5, 10), MEAN_GRADES)
    for source, name in (("joy", "joy_group"), ("energy", "energy_group")):
        if source in rows:
            derived[name] = _classes(rows[source], (0, 2, 3, 5), AGREE)
    if "job_search" in rows:
        derived["search_group"] = _classes(rows["job_search"], (-1, 0, 1, 99), STEPS)
    return rows.assign(**derived)


def parts(by: str) -> list[str]:
    """Columns of a grouping: one, or those of a crossing."""
    return by.split("*")


def codes(groups: pd.DataFrame, by: str) -> list[str]:
    """Category of each row of a table of groups: that of the one column, or those of a crossing joined alike."""
    columns = [groups[name].astype(str) for name in parts(by)]
    return ["*".join(values) for values in zip(*columns, strict=True)]


def code_of(name: object) -> str:
    """Category of a group as :func:`helpers.statistics.contrasts` names it."""
    return "*".join(map(str, name)) if isinstance(name, tuple) else str(name)


def add_institution(rows: pd.DataFrame, register: pd.DataFrame) -> pd.DataFrame:
    """The rows with the characteristics of their institutions.

    ``share_non_western`` counts in steps of ten percentage points, as the models use it.
    """
    about = register[["institution_id", *INSTITUTION]].assign(non_western=register["share_non_western"] * 10)
    order = about.set_index("institution_id").reindex(rows["institution_id"].astype(object))
    return rows.assign(**{name: order[name].array for name in (*INSTITUTION, "non_western")}).astype(
        {"non_western": "float64"}
    )


def shares_by(rows: pd.DataFrame, by: str, cluster: str | None) -> pd.DataFrame:
    """Shares by a characteristic or crossing, with a row for respondents of whom it is not known (if there are any).

    Columns: by, category, and those of :func:`helpers.statistics.shares`.
    """
    columns = parts(by)
    shares = statistics.shares(rows, by=columns, cluster=cluster)
    shares = shares.assign(by=by, category=codes(shares, by)).drop(columns=columns)
    unknown = rows[rows[columns].isna().any(axis=1)]
    if unknown.empty:
        return shares
    rest = statistics.shares(unknown, cluster=cluster).assign(by=by, category=MISSING)
    return pd.concat([shares, rest], ignore_index=True)


def contrasts_by(rows: pd.DataFrame, by: str, cluster: str | None, least: int) -> pd.DataFrame:
    """:func:`helpers.statistics.contrasts` by a characteristic or crossing, of feeling safe and of feeling unsafe.

    Columns: by, ``share`` (safe or unsafe), a, b (categories as texts), difference, low, high, h.
    """
    parts_of = [
        statistics.contrasts(rows, parts(by), share=share, cluster=cluster, least=least).assign(share=share)
        for share in ("safe", "unsafe")
    ]
    pairs = pd.concat([part for part in parts_of if len(part)] or parts_of[:1], ignore_index=True)
    return pairs.assign(
        by=by, a=[code_of(name) for name in pairs["a"]], b=[code_of(name) for name in pairs["b"]]
    ).astype(dict.fromkeys(("difference", "low", "high", "h"), "float64"))


def _level_track(rows: pd.DataFrame) -> pd.Series:
    order = [f"{level} {track}" for track in ("bol", "bbl") for level in "1234"]
    codes = rows["level"].cat.codes.to_numpy() + 4 * rows["track"].cat.codes.to_numpy()
    codes[(rows["level"].cat.codes < 0) | (rows["track"].cat.codes < 0)] = -1
    return pd.Series(pd.Categorical.from_codes(codes, order, ordered=True), index=rows.index)


def _classes(values: pd.Series, edges: tuple[float, ...], names: tuple[str, ...]) -> pd.Series:
    return pd.cut(values.astype("float64"), bins=list(edges), labels=list(names), ordered=True)
