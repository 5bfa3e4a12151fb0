"""The check of the logistic models: the five-point answer as a number, in a linear multilevel model.

Feeling safe is an answer in five steps; counting 4 and 5 as safe is a choice. The same predictors on the answer
itself (1-5) tell whether conclusions hang on that choice.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from helpers.models import lme4
from helpers.models.counts import Columns, coded, is_number, refuse_equal, refuse_few
from helpers.statistics import z_value


@dataclass(frozen=True)
class LinearResult:
    """A fitted linear model: ``terms`` (term, category, estimate in points of the scale, se, low, high), ``intercept``,
    variance between institutions and within them, and respondents used."""

    terms: pd.DataFrame
    intercept: float
    variance: float
    residual: float
    n: int
    singular: bool
    messages: list[str]

    @property
    def icc(self) -> float:
        """Intraclass correlation, 0..1."""
        return self.variance / (self.variance + self.residual)


def fit_linear(
    rows: pd.DataFrame,
    predictors: Sequence[str],
    *,
    answer: str = "feels_safe",
    confidence: float | None = None,
) -> LinearResult:
    """Fit ``answer ~ predictors + (1 | institution)`` by REML on respondents with all of these.

    Raises :class:`helpers.models.ModelRefused` with too few institutions or answers that do not differ.
    """
    complete = rows[["institution_id", *predictors, answer]].dropna()
    values = complete[answer].astype(float)
    if values.nunique() < 2:
        refuse_equal()
    refuse_few(complete["institution_id"])
    texts = complete.assign(
        **{name: complete[name].astype(str) for name in predictors if not is_number(complete[name])},
        institution_id=complete["institution_id"].astype(str),
    )
    columns = Columns.of(predictors, rows, texts)
    fixed = " + ".join([*columns.fixed, "(1|institution_id)"])
    data = coded(texts, columns.levels).assign(answer=values)
    fitted = lme4.fit(f"answer ~ {fixed}", data.drop(columns=[answer] if answer != "answer" else []), "gaussian")
    errors = np.sqrt(np.diag(fitted.covariance))
    z = z_value(confidence)
    known = columns.r_names()
    found = [
        (*known[name], value, error, value - z * error, value + z * error)
        for name, value, error in zip(fitted.names[1:], fitted.estimates[1:], errors[1:], strict=True)
    ]
    return LinearResult(
        terms=pd.DataFrame(found, columns=["term", "category", "estimate", "se", "low", "high"]),
        intercept=float(fitted.estimates[0]),
        variance=fitted.components["institution_id"][0],
        residual=fitted.residual,
        n=len(complete),
        singular=fitted.singular,
        messages=fitted.messages,
    )
