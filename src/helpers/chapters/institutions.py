"""Chapter 3: how far differences between institutions come from their composition."""

from __future__ import annotations

from functools import partial

import pandas as pd

from helpers import characteristics, dutch
from helpers.publish import Cells, Field, Finding, Item, Prose, Table
from helpers.report import Report


def composition(report: Report) -> list[Item]:
    """How far differences between institutions come from their composition (finding I01)."""
    summary = pd.concat([report.analysis("models_students"), report.analysis("models_staff")], ignore_index=True)
    both = summary[summary["model"].isin(("null", "composition")) & summary["variance"].notna()]
    cells = Cells(
        both.assign(
            people=[characteristics.load().people(code) for code in both["population"]],
            label=["zonder kenmerken" if code == "null" else "met samenstelling" for code in both["model"]],
        ),
        keys=["people", "label", "population", "model"],
        hide=["variance", "variance_low", "variance_high", "icc", "pcv"],
        open="model",
    )
    if not both["pcv"].notna().any():
        few = "Of verschillen tussen instellingen uit hun samenstelling komen, is in deze editie niet te zeggen."
        return [Prose(few), Finding("I01", "", cells, treats=("I01",))]
    id = "tbl-rol-samenstelling"
    return [
        Prose(_composition_text, cells, (id,)),
        Table(
            id,
            "Variantie tussen instellingen in veiligheidsgevoel, zonder en met samenstelling (multilevelmodel)",
            cells,
            [
                Field("Groep", "people"),
                Field("Model", "label"),
                Field("Variantie", "variance", lambda value: dutch.number(value, 3)),
                Field("Interval", "variance_low", partial(dutch.limits, decimals=3), upper="variance_high"),
                Field("Variantie kleiner (%)", "pcv", partial(dutch.percent, decimals=0, sign=False)),
            ],
        ),
        Finding("I01", _composition_text, cells, 40, ("I01",), 2, id, partial(_composition_text, short=True)),
    ]


def _composition_text(released: pd.DataFrame, short: bool = False) -> str:
    parts = []
    for _, row in released[released["pcv"].notna()].iterrows():
        people = row["people"]
        if row["pcv"] > 0:
            parts.append(f"bij {people} {dutch.percent(row['pcv'], 0)} kleiner")
        else:
            parts.append(f"bij {people} niet kleiner")
    if short:
        lead = "Tellen wij mee wie er leren en werken, dan worden de verschillen tussen instellingen"
        return f"{lead} {dutch.enumerate_words(parts)}."
    return (
        "Als de samenstelling van de groep meetelt, worden de verschillen tussen instellingen in veiligheidsgevoel "
        f"{dutch.enumerate_words(parts)} (variantie tussen instellingen in het multilevelmodel)."
    )
