"""The multilevel models of an edition: how much lies between institutions, and what goes with it.

Four logistic models: without characteristics, on all respondents; on those of whom all characteristics are known with
the composition of the group; with satisfaction as well; with composition and characteristics of the institution.
Satisfaction is not in the last: it may be a consequence of what an institution does, and would then take away what the
model looks for. For students a fifth puts programmes between respondents and institutions. A linear model of the
five-point answer checks the second.
"""

from __future__ import annotations

import contextlib
import json

import numpy as np
import pandas as pd

from helpers import models, settings
from helpers.analyse import populations
from helpers.models.specification import (
    COMPOSITION,
    INSTITUTION,
    LINEAR,
    MODELS,
    NUMBERS,
    SATISFACTION,
    SUMMARY,
    TERM_NUMBERS,
    TERMS,
    predictors,
)

ALIKE = "null, alike"
"""The model without characteristics on the respondents of the others: beside it their variances can be compared."""
NOTHING = 1e-4
"""Up to this variance between institutions (log odds; a median odds ratio of 1.01) there is nothing to explain."""


def compute(edition: str, population: str) -> dict[str, pd.DataFrame]:
    """Fit all models of a population on the last wave: tables models, terms, linear and expected."""
    rows, _ = populations.read(edition, population)
    if "wave" in rows:
        rows = rows[rows["wave"] == max(settings.load_edition(edition).waves)].reset_index(drop=True)
    return {f"{name}_{population}": table for name, table in fit_all(rows, population).items()}


def fit_all(rows: pd.DataFrame, population: str) -> dict[str, pd.DataFrame]:
    """All models on the respondents of whom composition and satisfaction are known; the null model on all.

    Returns
    -------
    models
        Columns :data:`SUMMARY`, one row a model; one that the data do not allow has a message and no
        figures; ``notes``: see :func:`_notes`.
        ``pcv``: what part of the variance between institutions is gone, beside a model without characteristics on
        the same respondents; missing where there was practically none (:data:`NOTHING`).
    terms
        Columns :data:`TERMS`.
    linear
        Columns :data:`LINEAR`: the linear check of the composition model, with the reading (``hoger``, ``lager``,
        ``onduidelijk``) of each term in both models.
    expected
        As :func:`helpers.models.expected`; empty without a composition model.
    """
    complete_for = (*COMPOSITION[population], *SATISFACTION[population])
    summary: list[dict] = []
    terms: list[pd.DataFrame] = []
    fitted: dict[str, models.ModelResult] = {}
    jobs = [(ALIKE, (), None), *((name, predictors(population, name), None) for name in MODELS)]
    if population == "students":
        jobs.append(("programme", (), "programme"))
    for name, chosen, within in jobs:
        asked = () if name == "null" else complete_for
        try:
            result = models.fit(rows, chosen, complete_for=asked, between=INSTITUTION, within=within)
        except models.ModelRefused as refusal:
            if name != ALIKE:
                summary.append({"population": population, "model": name, "message": str(refusal)})
            continue
        fitted[name] = result
        if name == ALIKE:
            continue
        summary.append({"population": population, "model": name, **_row(result, fitted.get(ALIKE), within)})
        terms.append(result.terms.assign(population=population, model=name))
    used = rows.dropna(subset=[*complete_for])
    expected = pd.DataFrame(columns=models.EXPECTED_COLUMNS)
    if "composition" in fitted:
        with contextlib.suppress(models.ModelRefused):  # all answers that count are the same
            expected = models.expected(used, COMPOSITION[population], fitted["composition"])
    return {
        "models": _typed(summary),
        "terms": _stacked(terms),
        "linear": _linear(used, COMPOSITION[population], fitted.get("composition")),
        "expected": expected.astype({"institution_id": "string"}),
    }


def _row(result: models.ModelResult, null: models.ModelResult | None, within: str | None) -> dict:
    low, high = result.icc_limits()
    limits = result.components.loc["institution"]
    smaller = null is not None and len(result.terms) > 0 and within is None and null.variance > NOTHING
    return {
        "variance": result.variance,
        "variance_low": limits["low"],
        "variance_high": limits["high"],
        "programme_variance": float(result.components.loc[within, "variance"]) if within else np.nan,
        "n_programmes": float(result.components.loc[within, "units"]) if within else np.nan,
        "icc": result.icc,
        "icc_low": low,
        "icc_high": high,
        "mor": result.median_odds_ratio,
        "pcv": 1 - result.variance / null.variance if smaller else np.nan,
        "n": result.n,
        "n_dropped": result.n_dropped,
        "n_institutions": result.n_institutions,
        "singular": result.singular,
        "converged": result.converged,
        "message": "",
        "notes": _notes(result),
    }


def _notes(result: models.ModelResult) -> str:
    """Groups without an odds ratio, as JSON: a list of term, category and a Dutch clause that says why."""
    notes = [list(each) for each in models.separation_words(result.separated)]
    notes += [[*each, "er is geen betrouwbare schatting te geven"] for each in result.unstable]
    return json.dumps(notes, ensure_ascii=False)


def _typed(found: list[dict]) -> pd.DataFrame:
    frame = pd.DataFrame(found, columns=SUMMARY).astype(dict.fromkeys(NUMBERS, "float64"))
    return frame.astype({"singular": "boolean", "converged": "boolean", "message": "string", "notes": "string"})


def _stacked(terms: list[pd.DataFrame]) -> pd.DataFrame:
    filled = [part for part in terms if len(part)]
    frame = pd.concat(filled, ignore_index=True) if filled else pd.DataFrame(columns=TERMS)
    return frame[TERMS].astype(dict.fromkeys(TERM_NUMBERS, "float64"))


def reading(low: float, high: float, nothing: float = 0.0) -> str:
    """What an interval says of a coefficient: ``hoger``, ``lager`` or ``onduidelijk``."""
    if pd.isna(low) or pd.isna(high):
        return "onbekend"
    return "hoger" if low > nothing else "lager" if high < nothing else "onduidelijk"


def _linear(rows: pd.DataFrame, chosen: tuple[str, ...], logistic: models.ModelResult | None) -> pd.DataFrame:
    numbers = dict.fromkeys(("estimate", "se", "low", "high", "icc"), "float64")
    if logistic is None:
        return pd.DataFrame(columns=LINEAR).astype(numbers)
    try:
        result = models.fit_linear(rows, chosen)
    except models.ModelRefused as refusal:
        return pd.DataFrame([{"message": str(refusal)}], columns=LINEAR).astype(numbers)
    both = result.terms.merge(
        logistic.terms[["term", "category", "low", "high"]], on=["term", "category"], suffixes=("", "_odds"), how="left"
    )
    return both.assign(
        logistic=[reading(low, high, 1.0) for low, high in zip(both["low_odds"], both["high_odds"], strict=True)],
        linear=[reading(low, high) for low, high in zip(both["low"], both["high"], strict=True)],
        icc=result.icc,
        message="",
    )[LINEAR].astype(numbers)
