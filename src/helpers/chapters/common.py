"""What the chapters share: own figures beside comparable institutions and the sector."""

from __future__ import annotations

from collections.abc import Collection, Sequence

import numpy as np
import pandas as pd

from helpers import characteristics, disclosure, groups, schema, settings, statistics
from helpers.analyse import populations
from helpers.characteristics import UNKNOWN
from helpers.disclosure import rounding
from helpers.disclosure.plan import PROTECT
from helpers.publish import Cells, Field
from helpers.report import Report

OWN = "eigen instelling"
COMPARABLE = "vergelijkbare instellingen"
SECTOR = "alle instellingen"
ANSWERS = ["safe", "safe_low", "safe_high", "neutral", "unsafe", "unsafe_low", "unsafe_high"]
POINTS = tuple(f"answer_{point}" for point in schema.FIVE_POINTS)
WHERE = Field("Waar", "scope", words={OWN: "eigen", COMPARABLE: "vergelijkbaar", SECTOR: "alle"})
"""Column of a table that says whose figures a row holds."""

POPULATIONS = ("students", "staff")


def figures_for(report: Report, population: str, by: str, wave: int | None = None) -> pd.DataFrame:
    """Shares by one characteristic for every scope the unit may see.

    Columns: scope (Dutch), category, label (Dutch), source (canonical table), protect (hidden to protect others, by the
    plan over all reports; missing where the plan says nothing) and those of :func:`helpers.statistics.shares`.
    ``by="total"`` gives one row a scope. ``wave=None``: the report's wave for students.
    """
    benchmark = report.analysis(f"benchmarks_{population}")
    wave = wave or report.wave
    if population == "students":
        benchmark = benchmark[benchmark["wave"] == wave]
    benchmark = benchmark[benchmark["by"] == by]
    parts = [benchmark[benchmark["scope"] == "sector"].assign(scope=SECTOR)]
    if not report.is_sector:
        group = comparable_scope(report)
        if group is not None:
            parts.insert(0, benchmark[benchmark["scope"] == group].assign(scope=COMPARABLE))
        own = own_shares(report, population, by, wave)
        parts.insert(0, own.assign(scope=OWN, protect=planned(report, population, by, wave, own["category"])))
    data = pd.concat([part for part in parts if len(part)], ignore_index=True) if any(map(len, parts)) else parts[-1]
    data = data.assign(source=population, protect=data.get("protect", pd.NA))
    known = characteristics.load()
    data["label"] = [known.label(by, code) for code in data["category"]]
    categories = list(dict.fromkeys(parts[-1]["category"]))  # the sector has them all, in order
    data["_place"] = [categories.index(code) if code in categories else len(categories) for code in data["category"]]
    data = data[data["n"] > 0].sort_values("_place", kind="stable")
    return data.drop(columns="_place").reset_index(drop=True)


def waves(report: Report) -> list[int]:
    """The edition's measurements up to the report's own."""
    return [wave for wave in report.about.waves if wave <= report.wave]


def planned(report: Report, population: str, by: str, wave: int, categories: pd.Series) -> pd.Series:
    """Whether the plan over all reports hides each category of the unit to protect others; missing: not in the plan."""
    if by == "total":
        return pd.Series(pd.NA, index=categories.index, dtype="boolean")
    plan = report.analysis(f"protection_{population}")
    here = (plan["by"] == by) & (plan["institution_id"] == report.unit)
    if population == "students":
        here &= plan["wave"] == wave
    return categories.astype(str).isin(set(plan[here & (plan["reason"] == PROTECT)]["category"])).astype("boolean")


def own_rows(report: Report, population: str, wave: int | None = None) -> pd.DataFrame:
    """The unit's own respondents with derived groupings; students of one wave."""
    rows = groups.add_groups(report.rows(population))
    return rows[rows["wave"] == (wave or report.wave)] if population == "students" else rows


def own_shares(report: Report, population: str, by: str, wave: int) -> pd.DataFrame:
    """The unit's own shares, computed from its own rows."""
    rows = own_rows(report, population, wave)
    if by == "total":
        return statistics.shares(rows).assign(category="total")
    return groups.shares_by(rows, by, cluster=None)


def own_contrasts(report: Report, population: str, by: str, shown: pd.DataFrame) -> pd.DataFrame:
    """Differences between the unit's own groups, no finer than the groups' shares.

    ``shown``: released rows of the groups that may be shown, with ``category`` and ``n``; of others nothing counts, as
    limits that hold for all pairs together would tell how many there are. The sector's were computed once, where all
    groups that were compared then may be shown.
    """
    if report.is_sector:
        pairs = report.analysis(f"contrasts_{population}")
        pairs = pairs[pairs["by"] == by]
        if {*pairs["a"], *pairs["b"]} <= set(shown["category"].astype(str)):
            return told_pairs(report, population, pairs, shown)
    rows = rows_among(own_rows(report, population), by, shown["category"])
    least = report.settings.disclosure_for(population).minimum_respondents
    return told_pairs(report, population, groups.contrasts_by(rows, by, cluster(report), least), shown)


def cluster(report: Report) -> str | None:
    """Figures of the sector allow for differences between institutions."""
    return populations.CLUSTER if report.is_sector else None


def rows_among(rows: pd.DataFrame, by: str, among: Collection[object]) -> pd.DataFrame:
    """Respondents of some groups only."""
    codes = pd.Series(groups.codes(rows, by), index=rows.index, dtype=object)
    return rows[codes.isin({str(each) for each in among})]


def told_pairs(report: Report, population: str, pairs: pd.DataFrame, shown: pd.DataFrame) -> pd.DataFrame:
    """Differences in the steps in which the shares of the smaller group are told; see :func:`own_contrasts`."""
    rules = report.settings.disclosure_for(population)
    rounded = np.full(len(shown), report.is_sector)
    few = rounding.fewest(shown["n"].to_numpy(float), rounded, rules.benchmark_rounding)
    sizes = dict(zip(shown["category"].astype(str), few, strict=True))
    least = [min(sizes.get(a, 0), sizes.get(b, 0)) for a, b in zip(pairs["a"], pairs["b"], strict=True)]
    return rounding.told_differences(pairs, least, rules)


def pair(pairs: pd.DataFrame, a: object, b: object, share: str = "safe") -> pd.Series | None:
    """The difference between two categories, or ``None`` if they were not compared."""
    found = pairs[(pairs["share"] == share) & (pairs["a"] == str(a)) & (pairs["b"] == str(b))]
    return None if found.empty else found.iloc[0]


def labelled(shares: pd.DataFrame, by: str) -> pd.DataFrame:
    """Sector shares by one characteristic with the columns of :func:`figures_for`; empty groups are left out."""
    data, known = shares[shares["n"] > 0], characteristics.load()
    return data.assign(
        scope=SECTOR, category=data[by].astype(str), label=[known.label(by, code) for code in data[by]]
    ).reset_index(drop=True)


def comparable_scope(report: Report) -> str | None:
    """Name of the comparable group's benchmark, or None where there is none."""
    table = report.analysis("comparable")
    row = table[table["institution_id"] == report.unit]
    if row.empty or pd.isna(row["group"].iloc[0]):
        return None
    return f"comparable:{row['group'].iloc[0]}"


def source(report: Report, population: str) -> str:
    """Source of a population's figures, with its wave."""
    return f"JOB-monitor {report.wave}" if population == "students" else "medewerkersonderzoek"


def cells(data: pd.DataFrame, keys: Sequence[str] = ("scope", "label"), *, answers: bool = False) -> Cells:
    """Shares of the five-point item, ready for disclosure control: known groups add up within a scope.

    ``answers``: with the share of each of the five answers.
    """
    grouped = [key for key in keys if key != "label"]
    known = data.assign(known=data["label"] != UNKNOWN if "label" in data else True, benchmark=data["scope"] != OWN)
    source = str(known["source"].iloc[0]) if "source" in known and len(known) else None
    enough = _total_told(known, grouped, settings.load_settings().disclosure_for(source))
    known = known.assign(unknown=~known["known"].astype(bool) & enough)  # a hidden total hides this too
    named = [*keys, *(["category"] if "category" in data and "label" in keys else [])]
    five = POINTS if answers else ()
    if answers:  # of few, that the five are hidden beside the three would tell which of them nobody gave
        few = known["n"] < settings.load_settings().disclosure_for(source).extreme_shares_hidden_below
        known = known.assign(protect=known.get("protect", pd.Series(pd.NA, index=known.index)).mask(few, True))
    return Cells(
        known,
        keys=named,
        hide=[*ANSWERS, *five, "n_effective"],
        kind="share",
        partition=[*grouped, "known"],
        shares=("safe", "neutral", "unsafe"),
        source=source,
        rounded="benchmark",
        told="unknown",
        protect="protect" if "protect" in known else None,
    )


def _total_told(data: pd.DataFrame, grouped: list[str], rules: disclosure.Disclosure) -> pd.Series:
    """Whether the total to which rows add up may be told: of enough respondents, who, if few, differ in answer."""
    sets = [data[key] for key in grouped]
    total = data["n"].groupby(sets).transform("sum")
    alike = pd.Series(False, index=data.index)
    for share in ("safe", "neutral", "unsafe"):
        for same in (data[share] <= 0, data[share] >= 1):
            alike |= (same | (data["n"] == 0)).groupby(sets).transform("all")
    return (total >= rules.minimum_respondents) & ~(alike & (total < rules.extreme_shares_hidden_below))


def order(data: pd.DataFrame) -> pd.DataFrame:
    """Rows by group first, then scope, both in the order in which they come."""
    labels = list(dict.fromkeys(data["label"]))
    return (
        data.assign(_=[labels.index(text) for text in data["label"]]).sort_values("_", kind="stable").drop(columns="_")
    )
