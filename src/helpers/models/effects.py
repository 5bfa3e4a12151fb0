"""Coefficients of a logistic model as average differences in shares.

For each category: the mean over all respondents of the probability if everyone had that category, less the same for
the reference (average marginal effect, or recycled predictions; Graubard and Korn 1999, Biometrics 55: 652-659). The
probability is that of a respondent anywhere: it is integrated over the random effects (Gauss-Hermite). Standard errors
by the delta method.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from scipy import special

from helpers.models.counts import matrix

if TYPE_CHECKING:
    from helpers.models.logistic import ModelResult

NODES, WEIGHTS = np.polynomial.hermite_e.hermegauss(11)


def marginal(linear: np.ndarray, variance: float) -> tuple[np.ndarray, np.ndarray]:
    """Probability over the random effects at a linear predictor, and its derivative; arrays of the same shape."""
    shifted = special.expit(linear[:, None] + np.sqrt(variance) * NODES)
    weights = WEIGHTS / WEIGHTS.sum()
    return shifted @ weights, (shifted * (1 - shifted)) @ weights


def points(counts: pd.DataFrame, size: np.ndarray, result: ModelResult) -> dict[tuple[str, str], tuple[float, float]]:
    """Average difference with the reference (a share) and its standard error, by term and category.

    For a number: the difference that one unit more makes.
    """
    keys = list(result.coefficients)
    beta = np.array(list(result.coefficients.values()))
    everyone = matrix(counts, keys)
    variance = float(result.components["variance"].sum())
    share = size / size.sum()
    found = {}
    for term in dict.fromkeys(term for term, _ in keys[1:]):
        own = [place for place, (name, _) in enumerate(keys) if name == term]
        base = everyone.copy()
        if keys[own[0]][1] != "":
            base[:, own] = 0.0
        first, first_gradient = _mean(base, beta, variance, share)
        for place in own:
            changed = base.copy()
            changed[:, place] += 1.0
            second, second_gradient = _mean(changed, beta, variance, share)
            gradient = second_gradient - first_gradient
            found[keys[place]] = (second - first, float(np.sqrt(gradient @ result.covariance @ gradient)))
    return found


def _mean(people: np.ndarray, beta: np.ndarray, variance: float, share: np.ndarray) -> tuple[float, np.ndarray]:
    probability, slope = marginal(people @ beta, variance)
    return float(share @ probability), (share * slope) @ people
