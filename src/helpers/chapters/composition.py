"""What the multilevel models say: how much lies between institutions, and how much of that is composition."""

from __future__ import annotations

from functools import partial

import pandas as pd

from helpers import dutch, wording
from helpers.chapters import common
from helpers.chapters.common import PEOPLE
from helpers.publish import Cells, Field, Finding, Item, Prose, Table
from helpers.report import Report

NAME = {"students": "studenten", "staff": "medewerkers"}
MODEL = {"null": "zonder kenmerken", "composition": "met samenstelling"}


def model(report: Report, population: str) -> list[Item]:
    """Sentences and tables on the null and the composition model of a population."""
    summary, terms = report.analysis(f"models_{population}"), report.analysis(f"terms_{population}")
    people, name = PEOPLE[population], NAME[population]
    fitted = summary[summary["variance"].notna()]
    if fitted.empty:
        reason = summary["message"].iloc[0]
        return [Prose(f"Het multilevelmodel voor {people} is in deze editie niet te schatten: {reason}")]
    cells = Cells(
        fitted.assign(label=[MODEL[code] for code in fitted["model"]]),
        keys=["label", "model", "message"],
        hide=["n", "n_dropped", "n_institutions", "variance", "icc", "mor", "pcv"],
        open=True,
    )
    text = partial(_variance_text, people=people)
    return [
        Prose(text, cells, (f"tbl-{name}-model", f"tbl-{name}-odds")),
        Table(
            f"tbl-{name}-model",
            f"Multilevelmodellen voor het veiligheidsgevoel van {people}",
            cells,
            [
                Field("Model", "label"),
                Field("Respondenten", "n", dutch.number),
                Field("Instellingen", "n_institutions", dutch.number),
                Field("Variantie tussen instellingen", "variance", lambda value: dutch.number(value, 3)),
                Field("ICC (%)", "icc", common.bare_percent),
                Field("Mediane odds ratio", "mor", lambda value: dutch.number(value, 2)),
            ],
        ),
        _odds_table(terms[terms["model"] == "composition"], people, name),
        Finding("S19" if population == "students" else "T07", text, cells, weight=55),
    ]


def _variance_text(released: pd.DataFrame, people: str) -> str:
    by_model = released.set_index("model")
    null = by_model.loc["null"]
    start = (
        f"Van alle verschillen in het veiligheidsgevoel van {people} ligt {dutch.percent(null['icc'])} tussen "
        f"instellingen en {dutch.percent(1 - null['icc'])} binnen instellingen."
    )
    if "composition" not in by_model.index or pd.isna(by_model.loc["composition", "variance"]):
        return start
    pcv = 1 - by_model.loc["composition", "variance"] / null["variance"] if null["variance"] > 0 else 0.0
    if pcv <= 0:
        return start + " Die verschillen tussen instellingen worden niet kleiner als hun samenstelling meetelt."
    return (
        f"{start} Houden we rekening met de samenstelling van de {people}, dan wordt de variantie tussen "
        f"instellingen {dutch.percent(pcv, 0)} kleiner: zoveel van de verschillen tussen instellingen hangt samen "
        "met wie er leren of werken."
    )


def _odds_table(terms: pd.DataFrame, people: str, name: str) -> Table:
    terms = terms[terms["term"] != "(Intercept)"]
    data = terms.assign(
        subject=[dutch.sentence(common.SUBJECT.get(by, by)) for by in terms["term"]],
        label=[common.label(by, code) for by, code in zip(terms["term"], terms["category"], strict=True)],
        words=[
            "ongeveer even veilig"
            if not wording.certain(low - 1, high - 1)
            else ("veiliger" if odds > 1 else "minder veilig")
            for odds, low, high in zip(terms["odds_ratio"], terms["low"], terms["high"], strict=True)
        ],
    )
    cells = Cells(data, keys=["subject", "label", "words"], hide=["odds_ratio", "low", "high"], open=True)
    return Table(
        f"tbl-{name}-odds",
        f"Samenhang van kenmerken van {people} met zich veilig voelen, bij gelijke andere kenmerken "
        "(odds ratio ten opzichte van de eerste groep van elk kenmerk)",
        cells,
        [
            Field("Kenmerk", "subject"),
            Field("Groep", "label"),
            Field("Odds ratio", "odds_ratio", lambda value: dutch.number(value, 2)),
            Field("Interval", "low", lambda value: dutch.number(value, 2), upper="high"),
            Field("Lezing", "words"),
        ],
    )
