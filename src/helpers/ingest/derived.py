"""Columns of the register that follow from numbers of students, of which the source hides the small ones."""

from __future__ import annotations

import pandas as pd

from helpers.ingest.problems import Defect
from helpers.ingest.rules import Limits

SHARE = "share_bol"


def of_latest_year(numbers: pd.DataFrame, column: str, limits: Limits) -> tuple[pd.Series, list[Defect]]:
    """A column by institution code, and what is told of hidden numbers.

    ``numbers``: the canonical table `enrolment`. What is hidden lies from 1 to ``limits.hidden_most`` students each,
    so a sum without it is a lower bound; where what is hidden can be more than ``limits.hidden_share`` of it, the sum
    is missing, and so is a share of it.
    """
    latest = numbers[numbers["year"] == numbers["year"].max()]
    of_code = latest.groupby("institution_id")["n_students"]
    totals = of_code.sum(min_count=1).astype("float64")
    hidden = latest["n_students"].isna().groupby(latest["institution_id"]).sum().reindex(totals.index)
    kept = hidden * limits.hidden_most <= limits.hidden_share * totals.fillna(0)
    values = totals
    if column == SHARE:
        bol = latest[latest["track"] == "bol"].groupby("institution_id")["n_students"].sum(min_count=1)
        values = bol.reindex(totals.index).fillna(0).astype("float64") / totals
    return values.where(kept), _told(column, totals, hidden, of_code.size(), kept)


def _told(column: str, totals: pd.Series, hidden: pd.Series, cells: pd.Series, kept: pd.Series) -> list[Defect]:
    what = "het aandeel bol" if column == SHARE else "het aantal studenten"
    defects, least = [], totals.fillna(0) + hidden
    for which, found, remedy in (
        (~kept, f"te veel verborgen aantallen: {what} ontbreekt", "Lever een register dat de totalen zelf noemt."),
        (kept & (hidden > 0), f"verborgen aantallen: {what} is van een ondergrens", "Het verschil is klein; niets."),
    ):
        codes = list(hidden.index[which.to_numpy(dtype=bool)])
        if codes:
            named = [f"{code} {hidden[code]:.0f} van {cells[code]}, minstens {least[code]:.0f}" for code in codes[:5]]
            more = f" en {len(codes) - 5} andere" if len(codes) > 5 else ""
            allowed = "aantallen die allemaal bekend zijn"
            words = f"{found} ({'; '.join(named)}{more})"
            defects.append(Defect("", f"kolom ‘{column}’", words, allowed, remedy, rule="enrolment_hidden"))
    return defects
