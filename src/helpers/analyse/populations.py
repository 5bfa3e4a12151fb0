"""Students and staff: benchmarks by characteristic, differences between groups, trends, institutions' shares."""

from __future__ import annotations

import numpy as np
import pandas as pd

from helpers import characteristics, codebook, groups, settings, statistics, tables
from helpers.analyse import published
from helpers.disclosure import plan, versions
from helpers.disclosure.sets import Set
from helpers.errors import MonitorError

CLUSTER = "institution_id"
"""Figures over several institutions allow for differences between them."""

COUNTED = {name: [CLUSTER, *extra, "feels_safe", "weight"] for name, extra in (("students", ["wave"]), ("staff", []))}
"""Columns that say who counts in a figure."""

GRADES = {
    "students": ("satisfaction_programme", "satisfaction_institution"),
    "staff": ("satisfaction",),
}


def students(edition: str) -> dict[str, pd.DataFrame]:
    """Benchmarks, differences, trend, institutions and comparable groups of students, over all waves.

    Raises :class:`MonitorError` where no wave has a student: the monitor stands on them.
    """
    about = settings.load_edition(edition)
    rows, register = read(edition, "students")
    if rows.empty:
        asked = ", ".join(map(str, about.waves))
        raise MonitorError(
            f"Edition '{edition}' has no student in any of its waves ({asked}), and its comparable groups are made of "
            "them. See on the page of `make intake` what was delivered, and deliver the newest wave of the JOB-monitor."
        )
    comparable = comparable_groups(edition, register)
    waves = {int(wave): part.reset_index(drop=True) for wave, part in rows.groupby("wave", observed=True)}
    told = told_before(edition, "students")
    benchmarks = [
        benchmark(part, comparable, "students", published.of_wave(told, "students", wave)).assign(wave=wave)
        for wave, part in waves.items()
    ]
    latest = waves.get(max(about.waves), rows.iloc[:0])
    by_wave = [institutions(part, register, "students").assign(wave=wave) for wave, part in waves.items()]
    compared, tested = differences(latest, "students")
    return {
        "benchmarks_students": pd.concat(benchmarks, ignore_index=True),
        "contrasts_students": pd.concat([compared, wave_differences(rows)], ignore_index=True),
        "tests_students": tested,
        "trend_students": trends(rows),
        "institutions_students": pd.concat(by_wave, ignore_index=True),
        "comparable": comparable,
        "protection_students": pd.concat(
            [protection(part, comparable, "students").assign(wave=wave) for wave, part in waves.items()],
            ignore_index=True,
        ),
    }


def staff(edition: str) -> dict[str, pd.DataFrame]:
    """Benchmarks, differences and institutions of staff."""
    rows, register = read(edition, "staff")
    comparable = comparable_groups(edition, register)
    compared, tested = differences(rows, "staff")
    observed = institutions(rows, register, "staff")
    least = settings.load_settings().disclosure.minimum_respondents
    return {
        "benchmarks_staff": benchmark(
            rows, comparable, "staff", published.of_wave(told_before(edition, "staff"), "staff", None)
        ),
        "contrasts_staff": compared,
        "tests_staff": tested,
        "institutions_staff": observed,
        "protection_staff": protection(rows, comparable, "staff"),
        "least_safe": least_safe_institutions(observed[observed["n"] >= least]).reset_index(),
    }


def read(edition: str, population: str) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Respondents with derived groupings and their institutions' characteristics, and the register."""
    register = tables.read_table(edition, "institutions")
    return groups.add_institution(groups.add_groups(tables.read_table(edition, population)), register), register


def comparable_groups(edition: str, register: pd.DataFrame) -> pd.DataFrame:
    """The group with which each institution is compared: see :func:`helpers.analyse.published.comparable_groups`."""
    taking_part, before = [], []
    for population in versions.SURVEYS:
        rows = versions.counting(tables.read_table(edition, population, columns=COUNTED[population]))
        newest = max(settings.load_edition(edition).waves) if "wave" in rows else None
        rows = rows if newest is None else rows[rows["wave"] == newest]
        taking_part.append(published.members(rows)[characteristics.TOTAL])
        before.append(published.of_wave(told_before(edition, population), population, newest))
    return published.comparable_groups(register, taking_part, before)


def told_before(edition: str, population: str) -> dict[str, list[Set]]:
    """What earlier versions of the edition told of a population: see :func:`helpers.disclosure.versions.earlier`."""
    released = versions.load(edition)
    return versions.earlier(released, versions.prints(edition, population, released.salt)) if released else {}


def benchmark(
    rows: pd.DataFrame, comparable: pd.DataFrame, population: str, before: published.Earlier | None = None
) -> pd.DataFrame:
    """Shares by every characteristic for the sector and for each comparable group that can be told.

    Columns: scope (``sector`` or ``comparable:<group>``), by, category, n_institutions, those of
    :func:`helpers.statistics.shares`, and ``protect``: hidden, as with the other sets it would be about too few
    institutions (:mod:`helpers.analyse.published`). ``before``: what earlier versions of the edition told of this
    population and wave.
    """
    scopes = {published.SECTOR: published.members(rows)[characteristics.TOTAL]}
    scopes |= {f"{published.COMPARABLE}{group}": codes for group, codes in members_of(comparable).items()}
    parts = []
    for name, codes in scopes.items():
        part = rows if name == published.SECTOR else rows[rows[CLUSTER].isin(codes)]
        parts.append(_all_shares(part, population).assign(scope=name))
    return published.hide(pd.concat(parts, ignore_index=True), rows, scopes, population, before or {})


def members_of(comparable: pd.DataFrame) -> dict[str, frozenset[str]]:
    """Members of each comparable group that is in use."""
    return published.group_members(comparable, comparable["group"].dropna())


def _all_shares(rows: pd.DataFrame, population: str) -> pd.DataFrame:
    several = CLUSTER if rows[CLUSTER].nunique() > 1 else None
    parts = [statistics.shares(rows, cluster=several).assign(by="total", category="total")]
    for by in characteristics.load().groupings(population):
        parts.append(groups.shares_by(rows, by, cluster=several))
    return pd.concat(parts, ignore_index=True).assign(n_institutions=rows[CLUSTER].nunique())


def protection(rows: pd.DataFrame, comparable: pd.DataFrame, population: str) -> pd.DataFrame:
    """Cells of the institutions' own tables that are hidden, over all reports: see :mod:`helpers.disclosure.plan`.

    Columns: by, institution_id, category, n, and reason (``primary`` or ``protect``).
    """
    rules = settings.load_settings().disclosure_for(population)
    members = members_of(comparable)
    found = []
    for by in characteristics.load().of(population):
        hidden = plan.protect(own_cells(rows, by), members, rules, characteristics.MISSING)
        found.append(hidden.assign(by=by)[plan.COLUMNS])
    return pd.concat(found, ignore_index=True)


def own_cells(rows: pd.DataFrame, by: str) -> pd.DataFrame:
    """Respondents and shares of every institution by a characteristic, those of whom it is not known included.

    Columns: institution_id, category, and those of :func:`helpers.statistics.shares`; rows without respondents left
    out.
    """
    known = rows[by].notna()
    code = pd.Series(np.where(known, rows[by].astype(object), characteristics.MISSING), index=rows.index).astype(str)
    coded = rows.assign(_by=pd.Categorical(code), institution_id=pd.Categorical(rows[CLUSTER].astype(str)))
    cells = statistics.shares(coded, by=[CLUSTER, "_by"]).rename(columns={"_by": "category"})
    cells = cells[cells["n"] > 0].reset_index(drop=True)
    return cells.assign(institution_id=cells[CLUSTER].astype(str), category=cells["category"].astype(str))


def differences(rows: pd.DataFrame, population: str) -> tuple[pd.DataFrame, pd.DataFrame]:
    """All differences between groups of the sector, and per characteristic the test that there are any.

    Returns
    -------
    contrasts
        As :func:`helpers.groups.contrasts_by` gives them.
    tests
        by, ``p`` (Wald), ``p_holm`` (adjusted for the number of characteristics), ``groups`` compared and
        ``unknown`` (share of respondents of whom the characteristic is not known).
    """
    least = settings.load_settings().disclosure.minimum_respondents
    found, tests = [], []
    for by in characteristics.load().groupings(population):
        pairs = groups.contrasts_by(rows, by, CLUSTER, least)
        found.append(pairs)
        columns = groups.parts(by)
        tests.append(
            {
                "by": by,
                "p": statistics.omnibus(rows, columns, cluster=CLUSTER, least=least),
                "groups": len(set(pairs["a"])),
                "unknown": float(rows[columns].isna().any(axis=1).mean()) if len(rows) else float("nan"),
            }
        )
    tested = pd.DataFrame(tests)
    return pd.concat(found, ignore_index=True), tested.assign(p_holm=statistics.holm(tested["p"]))


def wave_differences(rows: pd.DataFrame, cluster: str | None = CLUSTER) -> pd.DataFrame:
    """Differences between waves, as :func:`helpers.groups.contrasts_by` gives them."""
    least = settings.load_settings().disclosure.minimum_respondents
    return groups.contrasts_by(rows, "wave", cluster, least)


def trends(rows: pd.DataFrame, cluster: str | None = CLUSTER) -> pd.DataFrame:
    """Change over all waves and over those since the question last changed.

    Columns: ``span`` (all, unbroken), first, last, waves, slope (a year), low, high, p.
    """
    least = settings.load_settings().disclosure.minimum_respondents
    broken = codebook.breaks()
    broken = broken[(broken["table"] == "students") & (broken["column"] == "feels_safe")]
    present = sorted(set(rows["wave"].astype(int)))
    since = max([wave for wave in broken["wave"].astype(int) if present and wave > present[0]], default=None)
    found = []
    for span, first in (("all", None), ("unbroken", since)):
        line = statistics.trend(rows, cluster=cluster, since=first, least=least)
        ends = (line.waves[0], line.waves[-1]) if line.waves else (0, 0)
        found.append((span, *ends, len(line.waves), line.slope, line.low, line.high, line.p))
    return pd.DataFrame(found, columns=["span", "first", "last", "waves", "slope", "low", "high", "p"])


def institutions(rows: pd.DataFrame, register: pd.DataFrame, population: str) -> pd.DataFrame:
    """One row an institution of the register: respondents, share safe and unsafe, mean grades."""
    names = register["institution_id"].astype(str)
    coded = rows.assign(
        institution_id=pd.Categorical(rows["institution_id"].astype(object), categories=list(names), ordered=True)
    )
    shares = statistics.shares(coded, by=["institution_id"]).rename(columns={"safe_low": "low", "safe_high": "high"})
    for grade in GRADES[population]:
        shares[grade] = statistics.means(coded, grade, by=["institution_id"])["mean"].to_numpy()
    shares["institution_id"] = shares["institution_id"].astype("string")
    kept = ["institution_id", "n", "n_effective", "safe", "low", "high", "unsafe", *GRADES[population]]
    about = register[["institution_id", "kind", "region", "size_class", "n_students", "share_non_western"]]
    return about.merge(shares[kept], on="institution_id", how="left")


def least_safe_institutions(data: pd.DataFrame) -> pd.DataFrame:
    """The quarter of institutions with the lowest share safe beside all: columns group, n, west, large, satisfaction.

    ``west`` and ``large`` are shares of institutions, ``satisfaction`` a mean of institutions' means.
    """
    data = data.dropna(subset=["safe"]).sort_values("safe")
    groups = {"least safe": data.head(max(1, len(data) // 4)), "all": data}
    return pd.DataFrame(
        {
            "group": name,
            "n": len(part),
            "west": (part["region"] == "west").mean(),
            "large": (part["size_class"] == ">15000").mean(),
            "satisfaction": part["satisfaction"].mean(),
        }
        for name, part in groups.items()
    ).set_index("group")
