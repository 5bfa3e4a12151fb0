"""Coordinators' answers and the registration of incidents, over the whole sector."""

from __future__ import annotations

from dataclasses import asdict, fields

import numpy as np
import pandas as pd

from helpers import schema, settings, statistics, tables
from helpers.disclosure import exact
from helpers.disclosure.rounding import to_multiples
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
CHANGE = "verandering"


def compute(edition: str) -> dict[str, pd.DataFrame]:
    """Tables on the role of institutions."""
    answers = tables.read_table(edition, "coordinators")
    incidents = tables.read_table(edition, "incidents")
    register = tables.read_table(edition, "institutions")
    return {
        "coordinators": question_shares(answers),
        "agreement": agreement(answers),
        "maturity": maturity(answers),
        "registration": registration(incidents, register),
        "comparability": comparability_counts(incidents, register),
        "incident_rates": told_rates(comparability.rates(incidents, register), register),
        "incident_reference": reference(incidents),
    }


def per_institution(answers: pd.DataFrame) -> pd.DataFrame:
    """The answers with weights that make every institution count once, however many coordinators it has."""
    number = answers.groupby("institution_id")["institution_id"].transform("size").astype(float)
    return answers.assign(weight=1 / number)


def question_shares(answers: pd.DataFrame) -> pd.DataFrame:
    """Share of institutions per question and category: question, category, n, n_institutions, share, low, high.

    Every institution counts once; coordinators of one institution share its place. ``n`` counts coordinators.
    """
    answers = per_institution(answers)
    parts = [_choice(answers, question) for question in CHOICES]
    parts += [_family(answers, question, items) for question, items in FAMILIES.items()]
    columns = ["question", "category", "n", "n_institutions", "share", "low", "high"]
    frame = pd.concat([part for part in parts if len(part)], ignore_index=True)[columns]
    return frame.astype(dict.fromkeys(("share", "low", "high"), "float64"))


def _choice(answers: pd.DataFrame, question: str) -> pd.DataFrame:
    column = answers[question]
    codes = [code for code in column.cat.categories if not question.endswith("_code") or (column == code).any()]
    parts = [_share(answers, (column == code).where(column.notna()).astype("boolean"), str(code)) for code in codes]
    empty = pd.DataFrame(columns=["category", "n", "n_institutions", "share", "low", "high"])
    return (pd.concat(parts, ignore_index=True) if parts else empty).assign(question=question)


def _family(answers: pd.DataFrame, question: str, items: tuple[str, ...]) -> pd.DataFrame:
    parts = [_share(answers, answers[f"{question}_{item}"], item) for item in items]
    return pd.concat(parts, ignore_index=True).assign(question=question)


def _share(answers: pd.DataFrame, yes: pd.Series, category: str) -> pd.DataFrame:
    found = statistics.proportion(answers.assign(_yes=yes), "_yes", cluster="institution_id")
    return found.assign(category=category, n_institutions=int(answers.loc[yes.notna(), "institution_id"].nunique()))


def agreement(answers: pd.DataFrame) -> pd.DataFrame:
    """How far coordinators agree on bottlenecks and on success factors; one row a question with answers.

    Columns: question and those of :class:`helpers.statistics.Agreement`, ``consensus`` and ``none`` among them.
    """
    answers = per_institution(answers)
    found = []
    for question in ("bottleneck_code", "success_code"):
        one = statistics.agreement(answers[question], answers["weight"], answers["institution_id"])
        if one is not None:
            found.append({"question": question, **asdict(one), "consensus": one.consensus, "none": one.none})
    names = [each.name for each in fields(statistics.Agreement)]
    return pd.DataFrame(found, columns=["question", *names, "consensus", "none"])


def maturity(answers: pd.DataFrame) -> pd.DataFrame:
    """Mean maturity of privacy and information security, now and before, and the change of those who gave both.

    Columns: subject, moment (vorige meting, nu, verandering), n, mean, low, high. Every institution counts once, and an
    interval ends where the scale does.
    """
    answers = per_institution(answers)
    parts = []
    for code, subject in MATURITY.items():
        for moment, words in MOMENTS.items():
            found = statistics.means(answers, f"{code}_{moment}", cluster="institution_id")
            parts.append(found.assign(subject=subject, moment=words))
        change = statistics.paired(answers, f"{code}_now", f"{code}_before", cluster="institution_id")
        parts.append(change.to_frame().T.assign(subject=subject, moment=CHANGE))
    frame = pd.concat(parts, ignore_index=True)[["subject", "moment", "n", "mean", "low", "high"]]
    frame = frame.astype({"n": "int64", "mean": "float64", "low": "float64", "high": "float64"})
    first, last = schema.FIVE_POINTS[0], schema.FIVE_POINTS[-1]
    is_change = frame["moment"] == CHANGE
    low = frame["low"].clip(lower=is_change.map({True: first - last, False: first}))
    high = frame["high"].clip(upper=is_change.map({True: last - first, False: last}))
    return frame.assign(low=low, high=high)


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


def told_rates(rates: pd.DataFrame, register: pd.DataFrame) -> pd.DataFrame:
    """Rates over rounded numbers of students, so that nobody finds out whose these are.

    ``students`` and ``rate`` are missing where rounding is no help. Rates on too few institutions, which no chapter
    tells, stay as they are.
    """
    rules = settings.load_settings().disclosure
    told = (rates["institutions"] >= rules.least_institutions).to_numpy(dtype=bool)
    exactly = rates["students"].to_numpy(dtype="float64")
    sums = list(zip(rates["institutions"][told], exactly[told], strict=True))
    every = register["n_students"].astype("float64").dropna().to_numpy()
    step = exact.step(every, sums, rules.fitting_choices) if sums else None
    students = np.where(told, to_multiples(exactly, step) if step else np.nan, exactly)
    rate = rates["count"].to_numpy(dtype="float64") / students * comparability.PER
    return rates.assign(students=pd.array(students, dtype="Float64").astype("Int64"), rate=rate)


def reference(incidents: pd.DataFrame) -> pd.DataFrame:
    """The period over which figures are compared, one row or none: period_kind, period."""
    found = comparability.reference(incidents)
    return pd.DataFrame([found] if found else [], columns=["period_kind", "period"])
