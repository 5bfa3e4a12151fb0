"""Coordinators' answers and the registration of incidents, over the whole sector."""

from __future__ import annotations

import pandas as pd

from helpers import schema, statistics, tables
from helpers.ingest import comparability

FAMILIES = {
    "facility": schema.FACILITIES,
    "partner": schema.PARTNERS,
    "topic_wished": schema.TOPICS,
    "topic_last_year": schema.TOPICS,
}
"""Questions answered by a yes or no per item: one column ``<question>_<item>`` each."""

CHOICES = ("safety_plan", "plan_evaluation", "board_attention", "bottleneck_code", "success_code")
MATURITY = {"privacy": "privacy", "security": "informatiebeveiliging"}
MOMENTS = {"before": "vorige meting", "now": "nu"}


def compute(edition: str) -> dict[str, pd.DataFrame]:
    """Tables on the role of institutions."""
    answers = tables.read_table(edition, "coordinators")
    incidents = tables.read_table(edition, "incidents")
    register = tables.read_table(edition, "institutions")
    return {
        "coordinators": question_shares(answers),
        "maturity": maturity(answers),
        "registration": registration(incidents, register),
        "comparability": comparability_counts(incidents, register),
        "incident_rates": comparability.rates(incidents, register),
        "incident_reference": reference(incidents),
    }


def question_shares(answers: pd.DataFrame) -> pd.DataFrame:
    """Unweighted share of coordinators per question and category: question, category, n, share, low, high."""
    parts = [_choice(answers, question) for question in CHOICES]
    parts += [_family(answers, question, items) for question, items in FAMILIES.items()]
    return pd.concat(parts, ignore_index=True)[["question", "category", "n", "share", "low", "high"]]


def _choice(answers: pd.DataFrame, question: str) -> pd.DataFrame:
    column = answers[question]
    n = int(column.notna().sum())
    counts = column.value_counts(sort=False)
    frame = pd.DataFrame(
        {"category": [str(code) for code in counts.index], "n": n, "share": counts.to_numpy() / max(n, 1)}
    )
    frame = frame[counts.to_numpy() > 0] if question.endswith("_code") else frame
    low, high = statistics.wilson(frame["share"], frame["n"])
    return frame.assign(question=question, low=low, high=high)


def _family(answers: pd.DataFrame, question: str, items: tuple[str, ...]) -> pd.DataFrame:
    parts = [statistics.proportion(answers, f"{question}_{item}").assign(category=item) for item in items]
    return pd.concat(parts, ignore_index=True).assign(question=question)


def maturity(answers: pd.DataFrame) -> pd.DataFrame:
    """Mean maturity of privacy and information security, now and before: subject, moment, n, mean, low, high."""
    parts = [
        statistics.means(answers, f"{code}_{moment}").assign(subject=subject, moment=words)
        for code, subject in MATURITY.items()
        for moment, words in MOMENTS.items()
    ]
    return pd.concat(parts, ignore_index=True)[["subject", "moment", "n", "mean", "low", "high"]]


def registration(incidents: pd.DataFrame, register: pd.DataFrame) -> pd.DataFrame:
    """How many institutions delivered incidents, and why others did not: delivered, reason, institutions.

    An institution of the register that gave neither incidents nor a reason counts as not delivered.
    """
    first = incidents.drop_duplicates("institution_id").set_index("institution_id")
    frame = pd.DataFrame(
        {
            "delivered": [bool(first["delivered"].get(code, False)) for code in register["institution_id"]],
            "reason": [_reason(first, code) for code in register["institution_id"]],
        }
    )
    counts = frame.groupby(["delivered", "reason"], sort=True).size().rename("institutions").reset_index()
    return counts.astype({"institutions": "int64"})


def _reason(first: pd.DataFrame, code: str) -> str:
    if code not in first.index:
        return "Geen bericht ontvangen"
    row = first.loc[code]
    if bool(row["delivered"]):
        return ""
    return "Geen reden opgegeven" if pd.isna(row["reason"]) else str(row["reason"])


def comparability_counts(incidents: pd.DataFrame, register: pd.DataFrame) -> pd.DataFrame:
    """Of how many institutions incident figures can be compared: comparable (full, partial, none), institutions."""
    found = comparability.comparability(incidents, list(register["institution_id"]))
    order = [comparability.FULL, comparability.PARTIAL, comparability.NONE]
    counts = found.loc[found["delivered"], "comparable"].value_counts().reindex(order, fill_value=0)
    return counts.rename("institutions").rename_axis("comparable").reset_index().astype({"institutions": "int64"})


def reference(incidents: pd.DataFrame) -> pd.DataFrame:
    """The period over which figures are compared, one row or none: period_kind, period."""
    found = comparability.reference(incidents)
    return pd.DataFrame([found] if found else [], columns=["period_kind", "period"])
