"""Whose incident figures can be compared with whose, and why not."""

from __future__ import annotations

import pandas as pd

from helpers import dutch, schema

PER = 1000
"""Incidents are told per so many students."""

FULL, PARTIAL, NONE = "full", "partial", "none"
WORDS = {FULL: "ja", PARTIAL: "gedeeltelijk", NONE: "nee"}
NO_NEWS = "geen bericht ontvangen"
NO_REASON = "geen reden opgegeven"


def reference(incidents: pd.DataFrame) -> tuple[str, str] | None:
    """Kind of period and period that most institutions have: the latest one that the largest group shares.

    ``None`` if nobody delivered figures.
    """
    known = incidents[incidents["delivered"].fillna(False).astype(bool) & incidents["period"].notna()]
    if known.empty:
        return None
    kinds = known.groupby("period_kind", observed=True)["institution_id"].nunique()
    kind = str(kinds.sort_values(kind="stable", ascending=False).index[0])
    own = known[known["period_kind"] == kind]
    latest = own.groupby("institution_id")["period"].max()
    counts = latest.value_counts()
    return kind, str(max(counts[counts == counts.max()].index))


def comparability(incidents: pd.DataFrame, codes: list[str]) -> pd.DataFrame:
    """One row an institution of the register: institution_id, delivered, periods, comparable, known, reason.

    ``comparable``: ``full`` (every kind of incident of the reference period is known), ``partial`` (some are) or
    ``none``; ``known``: number of kinds that are known; ``reason``: in Dutch, empty for ``full``.
    """
    against = reference(incidents)
    groups = dict(iter(incidents.groupby("institution_id")))
    columns = ["institution_id", "delivered", "periods", "comparable", "known", "reason"]
    return pd.DataFrame([_row(code, groups.get(code), against) for code in codes], columns=columns)


def own_row(code: str, own: pd.DataFrame, against: tuple[str, str]) -> pd.Series:
    """The row of :func:`comparability` of one institution, from its own rows and the reference period."""
    columns = ["institution_id", "delivered", "periods", "comparable", "known", "reason"]
    return pd.Series(_row(code, own if len(own) else None, against), index=columns)


def _row(code: str, own: pd.DataFrame | None, against: tuple[str, str] | None) -> tuple:
    if own is None:
        return code, False, "", NONE, 0, NO_NEWS
    if not own["delivered"].all():
        reason = own["reason"].dropna()
        return code, False, "", NONE, 0, str(reason.iloc[0]) if len(reason) else NO_REASON
    periods = dutch.enumerate_words(sorted(own["period"].unique()))
    kind, period = against
    if (own["period_kind"] != kind).any():
        words = {"school_year": "per schooljaar", "calendar_year": "per kalenderjaar"}
        other = "calendar_year" if kind == "school_year" else "school_year"
        return code, True, periods, NONE, 0, f"registreert {words[other]}, de meeste instellingen {words[kind]}"
    latest = own[own["period"] == period]
    if latest.empty:
        return code, True, periods, NONE, 0, f"heeft geen cijfers over {period}"
    exact = set(latest.loc[latest["status"] == "exact", "category"].astype(str))
    lacking = [each for each in schema.INCIDENT_CATEGORIES if each not in exact]
    if not lacking:
        return code, True, periods, FULL, len(exact), ""
    words = dutch.enumerate_words([schema.LABELS["category"][each] for each in lacking])
    return code, True, periods, PARTIAL if exact else NONE, len(exact), f"niet bekend over {period}: {words}"


def rates(incidents: pd.DataFrame, register: pd.DataFrame) -> pd.DataFrame:
    """Incidents per :data:`PER` students in the reference period.

    Only over institutions that registered in the reference period and of which the number is known: for others
    there is no rate. Columns: category, period, institutions, count, students, rate, and of the count the part that the
    largest institution has (``largest``) and the two largest have together (``two``).
    """
    columns = ["category", "period", "institutions", "count", "students", "rate", "largest", "two"]
    against = reference(incidents)
    if against is None:
        return pd.DataFrame(columns=columns)
    rows = comparable_rows(incidents, against)
    students = register.set_index("institution_id")["n_students"].astype("float64")
    rows = rows.assign(students=rows["institution_id"].map(students).astype("float64")).dropna(subset=["students"])
    totals = rows.groupby("category", observed=True, sort=True).agg(
        institutions=("institution_id", "nunique"), count=("count", "sum"), students=("students", "sum")
    )
    totals = totals.reset_index().assign(period=against[1])
    totals["category"] = totals["category"].astype(str)
    counts = totals["count"].astype("float64")
    totals["rate"] = counts / totals["students"] * PER
    for name, first in (("largest", 1), ("two", 2)):
        amounts = rows.groupby("category", observed=True, sort=True)["count"]
        most = amounts.apply(lambda values, first=first: values.astype("float64").nlargest(first).sum())
        totals[name] = most.to_numpy() / counts.where(counts > 0).to_numpy()
    return totals.astype({"institutions": "int64", "count": "int64", "students": "int64"})[columns]


def comparable_rows(incidents: pd.DataFrame, against: tuple[str, str]) -> pd.DataFrame:
    """Rows of the reference period whose number is known."""
    kind, period = against
    return incidents[
        (incidents["period_kind"] == kind) & (incidents["period"] == period) & (incidents["status"] == "exact")
    ]
