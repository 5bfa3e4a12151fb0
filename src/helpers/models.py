"""Multilevel logistic models of feeling safe, through pymer4 (lme4).

With categorical predictors a binomial mixed model on counts per covariate pattern has the same likelihood,
up to a constant, as on rows, so respondents are first counted per pattern and institution: thousands of
rows instead of hundreds of thousands. Survey weights are not used in the models.

Intraclass correlation on the latent scale: variance / (variance + pi^2 / 3) (Snijders and Bosker 2012,
Multilevel Analysis, 17.3.2). Median odds ratio: exp(sqrt(2 variance) * Phi^-1(0.75)) (Larsen and Merlo
2005, American Journal of Epidemiology 161: 81-88).
"""

from __future__ import annotations

import contextlib
import io
import logging
import os
import warnings
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy import optimize, special

from helpers.errors import MonitorError
from helpers.schema import SAFE_CODES

LEAST_INSTITUTIONS = 5
"""With fewer institutions a variance between institutions cannot be estimated sensibly."""

LATENT_VARIANCE = np.pi**2 / 3


class ModelRefused(MonitorError):
    """The data do not allow the model; the message says why, in Dutch, for the report."""


@dataclass(frozen=True)
class ModelResult:
    """A fitted model.

    ``terms``: term, category, estimate (log odds), se, p, odds_ratio, low, high; the first category of
    each term is the reference and has no row. ``effects``: institution's random effect by code (log odds).
    ``coefficients``: log odds by term + category, intercept included. ``message``: what lme4 said of
    convergence or singularity ('' if nothing).
    """

    terms: pd.DataFrame
    coefficients: dict[str, float]
    effects: pd.Series
    variance: float
    n: int
    n_dropped: int
    n_institutions: int
    message: str

    @property
    def icc(self) -> float:
        """Intraclass correlation on the latent scale, 0..1."""
        return self.variance / (self.variance + LATENT_VARIANCE)

    @property
    def median_odds_ratio(self) -> float:
        """Median odds ratio between two institutions (Merlo et al. 2006)."""
        return float(np.exp(np.sqrt(2 * self.variance) * special.ndtri(0.75)))


def aggregate(rows: pd.DataFrame, predictors: Sequence[str]) -> tuple[pd.DataFrame, int]:
    """Counts of safe and other answers per institution and covariate pattern, and rows dropped.

    Rows without an answer or without one of ``predictors`` are dropped and counted.
    """
    needed = ["institution_id", *predictors, "feels_safe"]
    complete = rows[needed].dropna()
    safe = complete["feels_safe"].astype("int64").isin(SAFE_CODES["safe"])
    keys = [complete[name].astype(str) for name in needed[:-1]]
    counts = safe.astype("int64").groupby(keys, sort=True).agg(["sum", "size"]).reset_index()
    counts["safe"] = counts["sum"]
    counts["other"] = counts["size"] - counts["sum"]
    return counts.drop(columns=["sum", "size"]), len(rows) - len(complete)


def fit(rows: pd.DataFrame, predictors: Sequence[str], complete_for: Sequence[str] = ()) -> ModelResult:
    """Fit ``safe ~ predictors + (1 | institution)``.

    Parameters
    ----------
    rows
        Respondents with institution_id, feels_safe and the predictors (categorical or yes/no).
    predictors
        Empty for the null model.
    complete_for
        Further columns that must be there, so that models on different predictors use the same rows.

    Raises
    ------
    ModelRefused
        Too few institutions, or all answers equal.
    MonitorError
        R or pymer4 cannot be used.
    """
    usable = rows.dropna(subset=[*complete_for]) if complete_for else rows
    counts, dropped = aggregate(usable, predictors)
    dropped += len(rows) - len(usable)
    _refuse_unfit(counts)
    predictors = [name for name in predictors if counts[name].nunique() > 1]
    formula = "cbind(safe, other) ~ " + " + ".join([*(predictors or ["1"]), "(1|institution_id)"])
    levels = {name: _levels(rows[name], counts[name]) for name in predictors}
    model, frame = _lmer(formula, _coded(counts, levels))
    terms = _terms(frame, levels)
    effects = model.ranef.iloc[:, 0]
    return ModelResult(
        terms=terms,
        coefficients={
            "(Intercept)": float(frame.loc["(Intercept)", "Estimate"]),
            **{f"{row.term}{row.category}": row.estimate for row in terms.itertuples()},
        },
        effects=pd.Series(effects.to_numpy(float), index=[str(name) for name in effects.index]).sort_index(),
        variance=float(model.ranef_var["Var"].iloc[0]),
        n=int(counts[["safe", "other"]].to_numpy().sum()),
        n_dropped=int(dropped),
        n_institutions=int(counts["institution_id"].nunique()),
        message="; ".join(str(text).strip() for text in model.warnings),
    )


def _refuse_unfit(counts: pd.DataFrame) -> None:
    institutions = counts["institution_id"].nunique()
    if institutions < LEAST_INSTITUTIONS:
        raise ModelRefused(
            f"er zijn {institutions} instellingen met respondenten, en voor een model zijn er ten minste "
            f"{LEAST_INSTITUTIONS} nodig."
        )
    if counts["safe"].sum() == 0 or counts["other"].sum() == 0:
        raise ModelRefused("alle respondenten gaven hetzelfde antwoord, dus er valt niets te verklaren.")


def _levels(column: pd.Series, used: pd.Series) -> list[str]:
    if isinstance(column.dtype, pd.CategoricalDtype):
        order = [str(code) for code in column.cat.categories]
    else:
        order = sorted(used.unique())
    present = set(used)
    return [code for code in order if code in present]


def _coded(counts: pd.DataFrame, levels: dict[str, list[str]]) -> pd.DataFrame:
    """Categories as numbered texts, so that R's alphabetical order is ours and the first is the reference."""
    codes = {
        name: counts[name].map({code: f"{place:02d}" for place, code in enumerate(order)})
        for name, order in levels.items()
    }
    return counts.assign(**codes)


def _lmer(formula: str, counts: pd.DataFrame):
    """pymer4's Lmer, without its prints and with the warnings of its old pandas idioms left out."""
    try:
        with warnings.catch_warnings(), _own_environment():
            warnings.simplefilter("ignore")
            from pymer4.models import Lmer
    except Exception as error:
        raise MonitorError(
            f"R with lme4 cannot be used through pymer4 ({type(error).__name__}: {error}). "
            "Run `make setup`, which says what is missing."
        ) from error
    logging.getLogger("rpy2").setLevel(logging.ERROR)
    with warnings.catch_warnings(), contextlib.redirect_stdout(io.StringIO()):
        warnings.simplefilter("ignore")
        model = Lmer(formula, data=counts, family="binomial")
        frame = model.fit(summarize=False)
        if frame is None:
            frame = model.coefs
    return model, frame


@contextlib.contextmanager
def _own_environment() -> Iterator[None]:
    """What R, once it is started, wants its libraries from is not what a Python started later should load from."""
    before = os.environ.get("LD_LIBRARY_PATH")
    try:
        yield
    finally:
        os.environ.pop("LD_LIBRARY_PATH", None)
        if before is not None:
            os.environ["LD_LIBRARY_PATH"] = before


def _terms(frame: pd.DataFrame, levels: dict[str, list[str]]) -> pd.DataFrame:
    z = special.ndtri(0.975)
    found = []
    for name, order in levels.items():
        for place, code in enumerate(order[1:], start=1):
            row = frame.loc[f"{name}{place:02d}"]
            estimate, error = float(row["Estimate"]), float(row["SE"])
            found.append(
                {
                    "term": name,
                    "category": code,
                    "estimate": estimate,
                    "se": error,
                    "p": float(row["P-val"]),
                    "odds_ratio": float(np.exp(estimate)),
                    "low": float(np.exp(estimate - z * error)),
                    "high": float(np.exp(estimate + z * error)),
                }
            )
    columns = ["term", "category", "estimate", "se", "p", "odds_ratio", "low", "high"]
    return pd.DataFrame(found, columns=columns)


def expected(rows: pd.DataFrame, predictors: Sequence[str], result: ModelResult) -> pd.DataFrame:
    """Observed, expected and shrunken share per institution.

    Expected: the mean over the institution's own covariate patterns of the probability at a random
    effect of zero; one shift of the intercept makes all expected counts together equal to the observed
    ones, so that "as expected" means "as the sector". Shrunken: the same with the institution's own effect.

    Returns
    -------
    DataFrame
        institution_id, n_model (respondents in the model), expected, shrunken (shares 0..1).
    """
    counts, _ = aggregate(rows, predictors)
    size = (counts["safe"] + counts["other"]).to_numpy(float)
    fixed = np.full(len(counts), result.coefficients["(Intercept)"])
    for name in predictors:
        fixed = fixed + counts[name].map(lambda code, name=name: result.coefficients.get(f"{name}{code}", 0.0))
    fixed = np.asarray(fixed, float)
    target = float(counts["safe"].sum())
    shift = optimize.brentq(lambda move: float(size @ special.expit(fixed + move)) - target, -5, 5)
    own = counts["institution_id"].map(result.effects).fillna(0.0).to_numpy(float)
    data = pd.DataFrame(
        {
            "institution_id": counts["institution_id"],
            "n_model": size,
            "expected": size * special.expit(fixed + shift),
            "shrunken": size * special.expit(fixed + own),
        }
    )
    sums = data.groupby("institution_id", sort=True).sum()
    return pd.DataFrame(
        {
            "n_model": sums["n_model"].astype("int64"),
            "expected": sums["expected"] / sums["n_model"],
            "shrunken": sums["shrunken"] / sums["n_model"],
        }
    ).reset_index()
