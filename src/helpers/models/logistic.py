"""Multilevel logistic models of feeling safe on counts per covariate pattern. Survey weights are not used in them.

Intraclass correlation on the latent scale: variance / (variance + pi^2 / 3) (Snijders and Bosker 2012,
Multilevel Analysis, 17.3.2). Median odds ratio: exp(sqrt(2 variance) * Phi^-1(0.75)) (Larsen and Merlo
2005, American Journal of Epidemiology 161: 81-88).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
import pandas as pd
from scipy import special, stats

from helpers.models import lme4
from helpers.models.counts import (
    Columns,
    Separated,
    aggregate,
    coded,
    drop_separated,
    refuse_unfit,
)
from helpers.models.effects import points
from helpers.statistics import confidence_level, z_value

LATENT_VARIANCE = np.pi**2 / 3
WITHIN = "within_unit"
UNSTABLE = 8.0
"""A coefficient this large (an odds ratio of three thousand) is no estimate but a sign of separation."""

TERMS = ["term", "category", "reference", "n", "estimate", "se", "p", "odds_ratio", "low", "high"]
TERMS += ["points", "points_low", "points_high"]


@dataclass(frozen=True)
class ModelResult:
    """A fitted model.

    ``terms``: term, category, reference, n, estimate (log odds), se, p, odds_ratio with low and high, and the average
    difference with the reference as a share (points, points_low, points_high); the first category of each term is the
    reference, named in every row ("" for a number), and has no row. ``coefficients``: log odds by (term, category), the
    intercept under ("", ""); ``covariance``: theirs. ``effects``: institutions' random effects with ``effect`` and
    ``se``, by code. ``components``: variance by level (institution, programme) with low and high and the number of
    units. ``separated``: categories left out because all answers were the same; ``unstable``: terms without a usable
    estimate. ``n_dropped``: respondents without an answer or without a characteristic.
    """

    terms: pd.DataFrame
    coefficients: dict[tuple[str, str], float]
    covariance: np.ndarray
    effects: pd.DataFrame
    components: pd.DataFrame
    n: int
    n_dropped: int
    n_institutions: int
    singular: bool
    messages: list[str]
    separated: list[Separated] = field(default_factory=list)
    unstable: list[tuple[str, str]] = field(default_factory=list)

    @property
    def variance(self) -> float:
        """Variance between institutions (log odds)."""
        return float(self.components.loc["institution", "variance"])

    @property
    def total_variance(self) -> float:
        """Variance of all levels together on the latent scale."""
        return float(self.components["variance"].sum()) + LATENT_VARIANCE

    @property
    def converged(self) -> bool:
        """Whether lme4 reports no failure to converge (a singular fit is no failure)."""
        return not [text for text in self.messages if "singular" not in text.lower()]

    @property
    def icc(self) -> float:
        """Intraclass correlation of institutions on the latent scale, 0..1."""
        return self.variance / self.total_variance

    def icc_limits(self) -> tuple[float, float]:
        """Limits of the intraclass correlation that follow from those of the variance."""
        low, high = self.components.loc["institution", ["low", "high"]].astype(float)
        rest = self.total_variance - self.variance
        return low / (low + rest), high / (high + rest)

    @property
    def median_odds_ratio(self) -> float:
        """Median odds ratio between two institutions (Larsen and Merlo 2005)."""
        return float(np.exp(np.sqrt(2 * self.variance) * special.ndtri(0.75)))


def fit(
    rows: pd.DataFrame,
    predictors: Sequence[str],
    *,
    complete_for: Sequence[str] = (),
    between: Sequence[str] = (),
    within: str | None = None,
    confidence: float | None = None,
) -> ModelResult:
    """Fit ``safe ~ predictors + (1 | institution)``, with ``within`` also ``(1 | institution:within)``.

    Parameters
    ----------
    rows
        Respondents with institution_id, feels_safe and the predictors: categories, yes/no, or a number
        (``float64``) that is the same for a whole institution.
    predictors
        Empty for the null model.
    complete_for
        Further columns that must be there, so that models on different predictors use the same rows.
    between
        Predictors that are characteristics of institutions. Their intervals use t with as many degrees of freedom as
        there are institutions, less the number of their coefficients and one.
    within
        Column that names a unit within an institution, such as the programme.

    Raises
    ------
    ModelRefused
        Too few institutions, or all answers equal.
    MonitorError
        R or pymer4 cannot be used.
    """
    confidence = confidence_level(confidence)
    usable = rows.dropna(subset=[*complete_for]) if complete_for else rows
    keys = [*predictors, *([within] if within else [])]
    counts, dropped = aggregate(usable, keys)
    dropped += len(rows) - len(usable)
    refuse_unfit(counts)
    counts, separated = drop_separated(counts, predictors)
    refuse_unfit(counts)
    columns = Columns.of(predictors, rows, counts)
    fitted = lme4.fit(_formula(columns, within), _data(counts, columns, within), "binomial")
    order = [columns.r_names()[name] for name in fitted.names[1:]]
    result = ModelResult(
        terms=pd.DataFrame(columns=TERMS),
        coefficients=dict(zip([("", ""), *order], map(float, fitted.estimates), strict=True)),
        covariance=fitted.covariance,
        effects=fitted.effects["institution_id"].sort_index(),
        components=_components(fitted, within, confidence),
        n=int(counts[["safe", "other"]].to_numpy().sum()),
        n_dropped=int(dropped),
        n_institutions=int(counts["institution_id"].nunique()),
        singular=fitted.singular,
        messages=fitted.messages,
        separated=separated,
        unstable=_unstable(fitted, columns),
    )
    found = _terms(result, fitted, counts, columns, between, confidence)
    return ModelResult(**{**result.__dict__, "terms": found})


def _formula(columns: Columns, within: str | None) -> str:
    random = ["(1|institution_id)", *([f"(1|{WITHIN})"] if within else [])]
    return "cbind(safe, other) ~ " + " + ".join([*columns.fixed, *random])


def _data(counts: pd.DataFrame, columns: Columns, within: str | None) -> pd.DataFrame:
    data = coded(counts, columns.levels)
    if within is None:
        return data
    return data.assign(**{WITHIN: counts["institution_id"] + ":" + counts[within].astype(str)})


def _components(fitted: lme4.Fitted, within: str | None, confidence: float) -> pd.DataFrame:
    """Variances by level; limits are those of the logarithm of the standard deviation."""
    names = {"institution_id": "institution", WITHIN: within or ""}
    found = {}
    for factor, (variance, error) in fitted.components.items():
        deviation = np.sqrt(variance)
        spread = np.exp(z_value(confidence) * error / deviation) if deviation > 1e-6 else np.nan
        found[names[factor]] = {
            "variance": variance,
            "low": variance / spread**2,
            "high": variance * spread**2,
            "units": len(fitted.effects[factor]),
        }
    return pd.DataFrame.from_dict(found, orient="index")


def _unstable(fitted: lme4.Fitted, columns: Columns) -> list[tuple[str, str]]:
    """Coefficients that are no estimates, and those that R left out because others determine them."""
    known = columns.r_names()
    errors = np.sqrt(np.diag(fitted.covariance))
    wild = [
        known[name]
        for name, value, error in zip(fitted.names, fitted.estimates, errors, strict=True)
        if name in known and not (abs(value) < UNSTABLE and error < UNSTABLE)
    ]
    return wild + [pair for name, pair in known.items() if name not in fitted.names]


def _terms(
    result: ModelResult,
    fitted: lme4.Fitted,
    counts: pd.DataFrame,
    columns: Columns,
    between: Sequence[str],
    confidence: float,
) -> pd.DataFrame:
    keys = list(result.coefficients)[1:]
    if not keys:
        return pd.DataFrame(columns=TERMS)
    free = result.n_institutions - len([key for key in keys if key[0] in between]) - 1
    size = (counts["safe"] + counts["other"]).to_numpy(float)
    average = points(counts, size, result)
    found = []
    for place, (term, category) in enumerate(keys, start=1):
        estimate, error = float(fitted.estimates[place]), float(np.sqrt(fitted.covariance[place, place]))
        is_between = term in between and free > 0
        critical = stats.t.ppf(0.5 + confidence / 2, free) if is_between else z_value(confidence)
        p = 2 * stats.t.sf(abs(estimate / error), free) if is_between else float(fitted.p_values[place])
        gap, gap_error = average[(term, category)]
        values = [
            estimate, error, p,
            np.exp(estimate), np.exp(estimate - critical * error), np.exp(estimate + critical * error),
            gap, gap - critical * gap_error, gap + critical * gap_error,
        ]  # fmt: skip
        if (term, category) in result.unstable:
            values = [np.nan] * len(values)
        n = size[(counts[term] == category).to_numpy()].sum() if category else size.sum()
        reference = columns.levels[term][0] if category else ""
        found.append((term, category, reference, int(n), *values))
    return pd.DataFrame(found, columns=TERMS)
