"""The bridge to lme4: pymer4 fits, and what pymer4 does not hand over is asked from the fitted model in R."""

from __future__ import annotations

import contextlib
import io
import logging
import os
import warnings
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pandas as pd

from helpers.errors import MonitorError
from helpers.models.counts import ModelRefused

CONTROL = "optimizer='bobyqa', check.response.not.const='ignore'"
"""Powell's bobyqa alone: it comes closer to the maximum than glmer's default pair of optimizers, and sooner. Equal
shares in all patterns are no reason to stop: counts are not constant answers."""


@dataclass(frozen=True)
class Fitted:
    """What a fitted mixed model says.

    ``names``: R's names of the fixed coefficients, ``estimates`` and their ``covariance``; ``components``: variance by
    grouping factor and its standard deviation's standard error (NaN if unknown); ``effects``: by grouping factor, a
    table with ``effect`` and its conditional ``se``, indexed by unit; ``residual``: residual variance (1 for logistic
    models); ``p_values``: of the fixed coefficients; ``singular``, ``messages``: what lme4 says of the fit.
    """

    names: list[str]
    estimates: np.ndarray
    covariance: np.ndarray
    p_values: np.ndarray
    components: dict[str, tuple[float, float]]
    effects: dict[str, pd.DataFrame]
    residual: float
    singular: bool
    messages: list[str]


def fit(formula: str, data: pd.DataFrame, family: str) -> Fitted:
    """Fit with pymer4's Lmer, without its prints.

    Raises :class:`helpers.errors.MonitorError` if R or pymer4 cannot be used, and
    :class:`helpers.models.counts.ModelRefused` if lme4 finds no fit, with its words.
    """
    lmer_class = _pymer4()
    from rpy2.rinterface_lib.embedded import RRuntimeError

    with warnings.catch_warnings(), contextlib.redirect_stdout(io.StringIO()):
        warnings.simplefilter("ignore")
        model = lmer_class(formula, data=data, family=family)
        control = CONTROL if family == "binomial" else ""
        try:
            frame = model.fit(summarize=False, control=control)
        except RRuntimeError as error:
            raise ModelRefused(
                f"het model is op deze gegevens niet te schatten (lme4: {str(error).strip()})."
            ) from error
        if frame is None:
            frame = model.coefs
        return _read(model, frame)


def _pymer4() -> type:
    try:
        with warnings.catch_warnings(), own_environment():
            warnings.simplefilter("ignore")
            from pymer4.models import Lmer
    except Exception as error:
        raise MonitorError(
            f"R with lme4 cannot be used through pymer4 ({type(error).__name__}: {error}). "
            "Run `make setup`, which says what is missing."
        ) from error
    logging.getLogger("rpy2").setLevel(logging.ERROR)
    return Lmer


@contextlib.contextmanager
def own_environment() -> Iterator[None]:
    """What R, once it is started, wants its libraries from is not what a Python started later should load from."""
    before = os.environ.get("LD_LIBRARY_PATH")
    try:
        yield
    finally:
        os.environ.pop("LD_LIBRARY_PATH", None)
        if before is not None:
            os.environ["LD_LIBRARY_PATH"] = before


ASK = """
function(m) {
  effects <- lme4::ranef(m, condVar = TRUE)
  hessian <- m@optinfo$derivs$Hessian
  theta <- lme4::getME(m, "theta")
  list(
    names = names(lme4::fixef(m)), covariance = as.matrix(vcov(m)), factors = names(effects),
    variance = sapply(lme4::VarCorr(m), function(v) v[1, 1]),
    residual = sigma(m)^2, singular = lme4::isSingular(m), theta = theta,
    hessian = if (is.null(hessian)) matrix(NA_real_, 0, 0) else hessian,
    effects = lapply(effects, function(e) e[[1]]), units = lapply(effects, rownames),
    variances = lapply(effects, function(e) as.vector(attr(e, "postVar")))
  )
}
"""


def _read(model, frame: pd.DataFrame) -> Fitted:
    from rpy2 import robjects

    said = robjects.r(ASK)(model.model_obj)
    names = [str(name) for name in said.rx2("names")]
    factors = [str(name) for name in said.rx2("factors")]
    errors = _errors(np.array(said.rx2("theta")), np.array(said.rx2("hessian")))
    effects = {
        name: pd.DataFrame(
            {
                "effect": np.array(said.rx2("effects").rx2(name)),
                "se": np.sqrt(np.clip(np.array(said.rx2("variances").rx2(name)), 0, None)),
            },
            index=[str(unit) for unit in said.rx2("units").rx2(name)],
        )
        for name in factors
    }
    return Fitted(
        names=names,
        estimates=frame.loc[names, "Estimate"].to_numpy(float),
        covariance=np.array(said.rx2("covariance"), float).reshape(len(names), len(names)),
        p_values=frame.loc[names, "P-val"].to_numpy(float),
        components=dict(zip(factors, zip(map(float, said.rx2("variance")), errors, strict=True), strict=True)),
        effects=effects,
        residual=float(said.rx2("residual")[0]),
        singular=bool(said.rx2("singular")[0]),
        messages=[str(text).strip() for text in model.warnings],
    )


def _errors(theta: np.ndarray, hessian: np.ndarray) -> list[float]:
    """Standard errors of the random effects' standard deviations, from the deviance's second derivatives."""
    number = len(theta)
    if hessian.ndim != 2 or hessian.shape[0] < number or not np.isfinite(hessian).all():
        return [np.nan] * number
    try:
        variance = np.diag(2 * np.linalg.inv(hessian))[:number]
    except np.linalg.LinAlgError:
        return [np.nan] * number
    return [float(np.sqrt(value)) if value > 0 else np.nan for value in variance]
