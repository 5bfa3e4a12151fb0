"""Institutions: observed beside expected given composition, shrunken shares, and ranks with their uncertainty."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
from scipy import optimize, special

from helpers.models.counts import aggregate, matrix, refuse_equal
from helpers.models.logistic import ModelResult
from helpers.statistics import confidence_level, wilson, z_value
from helpers.statistics.intervals import hybrid

DRAWS = 4000
ALIKE = 1e-10
"""So close to none or all, a weighted share is that of answers that are all the same."""
COLUMNS = [
    "institution_id", "n_model", "n_effective_model", "observed", "observed_low", "observed_high", "expected",
    "expected_low", "expected_high", "excess", "excess_low", "excess_high", "shrunken", "shrunken_low",
    "shrunken_high", "rank", "rank_low", "rank_high",
]  # fmt: skip


def expected(
    rows: pd.DataFrame, predictors: Sequence[str], result: ModelResult, confidence: float | None = None
) -> pd.DataFrame:
    """Observed, expected and shrunken share per institution, over the respondents of the model.

    Expected: the weighted mean over the institution's own covariate patterns of the probability at a random
    effect of zero; one shift of the intercept makes all expected shares together equal to the observed ones, so
    that "as expected" means "as the sector". Shrunken: the same with the institution's own effect. Ranks (1: most
    above what its composition gives) are medians and limits over draws of the effects from their conditional
    distribution (Goldstein and Spiegelhalter 1996, JRSS A 159: 385-443).

    Respondents in categories that the model left out (all answers the same) count as observed and, at their own
    answer, as expected. Raises :class:`ModelRefused` where all answers that count are the same.

    Returns
    -------
    DataFrame
        Columns :data:`COLUMNS`; ``n_model`` respondents, shares 0..1, ``excess`` = observed - expected.
    """
    confidence = confidence_level(confidence)
    counts, _ = aggregate(rows, predictors)
    people = matrix(counts, list(result.coefficients))
    fixed = people @ np.array(list(result.coefficients.values()))
    sure = _certain(counts, result)
    weight = counts["weight"].to_numpy(float)
    target = float(counts["weight_safe"].sum())
    shift = _shift(fixed, sure, weight, target)
    own = counts["institution_id"].map(result.effects["effect"]).fillna(0.0).to_numpy(float)
    error = counts["institution_id"].map(result.effects["se"]).fillna(0.0).to_numpy(float)
    z = z_value(confidence)
    pieces = {
        "expected": _probability(fixed + shift, sure),
        "shrunken": _probability(fixed + own, sure),
        "shrunken_low": _probability(fixed + own - z * error, sure),
        "shrunken_high": _probability(fixed + own + z * error, sure),
    }
    codes, places = np.unique(counts["institution_id"], return_inverse=True)
    total = np.bincount(places, weight)
    data = pd.DataFrame({name: np.bincount(places, weight * values) / total for name, values in pieces.items()})
    data["institution_id"] = codes
    data["n_model"] = np.bincount(places, counts["safe"] + counts["other"]).astype("int64")
    data["n_effective_model"] = total**2 / np.bincount(places, counts["weight_square"])
    data["observed"] = np.bincount(places, counts["weight_safe"]) / total
    data["observed_low"], data["observed_high"] = wilson(data["observed"], data["n_effective_model"], confidence)
    half = z * _expected_error(fixed + shift, sure, people, weight, places, total, result)
    data["expected_low"], data["expected_high"] = data["expected"] - half, data["expected"] + half
    gaps = [
        hybrid(row.observed, row.expected, (row.observed_low, row.observed_high), (row.expected_low, row.expected_high))
        for row in data.itertuples()
    ]
    data["excess"], data["excess_low"], data["excess_high"] = (list(each) for each in zip(*gaps, strict=True))
    return data.merge(_ranks(result, confidence), on="institution_id", how="left")[COLUMNS]


def _certain(counts: pd.DataFrame, result: ModelResult) -> np.ndarray:
    """1 or 0 where a pattern belongs to a category with one answer only; NaN elsewhere."""
    sure = np.full(len(counts), np.nan)
    for each in result.separated:
        sure[(counts[each.term] == each.category).to_numpy()] = float(each.all_safe)
    return sure


def _probability(linear: np.ndarray, sure: np.ndarray) -> np.ndarray:
    return np.where(np.isnan(sure), special.expit(linear), sure)


def _shift(fixed: np.ndarray, sure: np.ndarray, weight: np.ndarray, target: float) -> float:
    """What to add to every linear predictor to make expected answers add up to the observed ones.

    Raises :class:`ModelRefused` where all answers that count are the same: no finite shift gives these.
    """
    part, share = weight / weight.sum(), target / weight.sum()
    if not ALIKE < share < 1 - ALIKE:
        refuse_equal()

    def beyond(move: float) -> float:
        return float(part @ _probability(fixed + move, sure)) - share

    for reach in (8.0, 32.0, 128.0):  # a very heavy respondent can be far from the rest
        if beyond(-reach) < 0 < beyond(reach):
            return float(optimize.brentq(beyond, -reach, reach))
    refuse_equal()


def _expected_error(
    linear: np.ndarray,
    sure: np.ndarray,
    people: np.ndarray,
    weight: np.ndarray,
    places: np.ndarray,
    total: np.ndarray,
    result: ModelResult,
) -> np.ndarray:
    """Standard error of each institution's expected share, beside that of all institutions together (delta method)."""
    probability = special.expit(linear)
    slope = np.where(np.isnan(sure), probability * (1 - probability), 0.0) * weight
    gradient = np.zeros((len(total), people.shape[1]))
    np.add.at(gradient, places, slope[:, None] * people)
    everyone = gradient.sum(axis=0) / slope.sum()  # the shift takes up what moves all institutions alike
    own = np.bincount(places, slope)
    gradient = (gradient - own[:, None] * everyone) / total[:, None]
    return np.sqrt(np.clip(np.einsum("ij,jk,ik->i", gradient, result.covariance, gradient), 0, None))


def _ranks(result: ModelResult, confidence: float) -> pd.DataFrame:
    rng = np.random.default_rng(20231120)
    effect, error = result.effects["effect"].to_numpy(float), result.effects["se"].to_numpy(float)
    draws = effect + error * rng.standard_normal((DRAWS, len(effect)))
    ranks = (-draws).argsort(axis=1).argsort(axis=1) + 1
    tail = (1 - confidence) / 2
    low, middle, high = np.quantile(ranks, [tail, 0.5, 1 - tail], axis=0, method="inverted_cdf")
    return pd.DataFrame(
        {"institution_id": result.effects.index, "rank": middle, "rank_low": low, "rank_high": high}
    ).astype({"rank": "int64", "rank_low": "int64", "rank_high": "int64"})
