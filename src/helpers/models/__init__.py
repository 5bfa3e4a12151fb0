"""Multilevel models of feeling safe, through pymer4 (lme4), and what follows from them.

``counts``: respondents counted per covariate pattern; ``lme4``: the bridge to R; ``logistic``: the models of feeling
safe; ``linear``: the check on the five-point answer; ``effects``: differences in percentage points; ``expected``:
observed against expected, shrunken shares and ranks of institutions.
"""

from helpers.models import counts
from helpers.models.counts import LEAST_INSTITUTIONS, ModelRefused, aggregate
from helpers.models.counts import words as separation_words
from helpers.models.expected import COLUMNS as EXPECTED_COLUMNS
from helpers.models.expected import expected
from helpers.models.linear import LinearResult, fit_linear
from helpers.models.logistic import LATENT_VARIANCE, ModelResult, fit

__all__ = [
    "EXPECTED_COLUMNS",
    "LATENT_VARIANCE",
    "LEAST_INSTITUTIONS",
    "LinearResult",
    "ModelRefused",
    "ModelResult",
    "aggregate",
    "counts",
    "expected",
    "fit",
    "fit_linear",
    "separation_words",
]
