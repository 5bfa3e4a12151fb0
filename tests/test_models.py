"""Multilevel models through the real R: published estimates, and counts instead of rows."""

import numpy as np
import pandas as pd
import pytest

from helpers import models


@pytest.fixture(scope="module")
def cbpp():
    """The herds of lme4's own example as respondents: one row an animal."""
    from rpy2 import robjects

    found = robjects.r("suppressPackageStartupMessages(library(lme4)); cbpp")
    columns = {name: [str(value) for value in robjects.r(f"as.character(cbpp${name})")] for name in found.colnames}
    rows = []
    for herd, incidence, size, period in zip(*(columns[name] for name in found.colnames), strict=True):
        answers = [5] * int(incidence) + [1] * (int(size) - int(incidence))
        rows += [{"institution_id": herd, "period": period, "feels_safe": answer} for answer in answers]
    frame = pd.DataFrame(rows)
    return frame.assign(
        period=pd.Categorical(frame["period"], list("1234"), ordered=True),
        feels_safe=frame["feels_safe"].astype("Int32"),
    )


def test_estimates_are_those_that_lme4_publishes_for_its_example(cbpp):
    # Bates, Maechler, Bolker and Walker, lme4 reference manual, ?glmer: variance 0.4123, estimates below
    result = models.fit(cbpp, ["period"])
    assert result.variance == pytest.approx(0.4123, abs=2e-3)
    assert result.coefficients["(Intercept)"] == pytest.approx(-1.3983, abs=2e-3)
    published = {"2": -0.9919, "3": -1.1282, "4": -1.5797}
    found = dict(zip(result.terms["category"], result.terms["estimate"], strict=True))
    assert found == pytest.approx(published, abs=2e-3)
    assert result.n_institutions == 15
    assert result.icc == pytest.approx(0.4123 / (0.4123 + np.pi**2 / 3), abs=1e-3)
    assert result.median_odds_ratio == pytest.approx(1.845, abs=5e-3)


def test_counts_give_the_same_estimates_as_rows(cbpp):
    from pymer4.models import Lmer

    result = models.fit(cbpp, ["period"])
    rows = cbpp.assign(safe=(cbpp["feels_safe"] >= 4).astype(int), period=cbpp["period"].astype(str))
    model = Lmer(
        "safe ~ period + (1|institution_id)", data=rows[["safe", "period", "institution_id"]], family="binomial"
    )
    table = model.fit(summarize=False)
    table = model.coefs if table is None else table
    assert result.coefficients["(Intercept)"] == pytest.approx(table.loc["(Intercept)", "Estimate"], abs=1e-3)
    assert result.variance == pytest.approx(float(model.ranef_var["Var"].iloc[0]), abs=2e-3)


def test_expected_counts_add_up_to_the_observed(cbpp):
    result = models.fit(cbpp, ["period"])
    expected = models.expected(cbpp, ["period"], result)
    total = float((expected["expected"] * expected["n_model"]).sum())
    assert total == pytest.approx(float((cbpp["feels_safe"] >= 4).sum()))


def test_shrunken_lies_between_observed_and_expected_for_most(cbpp):
    result = models.fit(cbpp, ["period"])
    expected = models.expected(cbpp, ["period"], result).set_index("institution_id")
    observed = (cbpp["feels_safe"] >= 4).groupby(cbpp["institution_id"]).mean()
    low, high = np.minimum(observed, expected["expected"]), np.maximum(observed, expected["expected"])
    assert ((expected["shrunken"] > low - 0.02) & (expected["shrunken"] < high + 0.02)).mean() > 0.9


def test_too_few_institutions_are_refused_with_a_reason(cbpp):
    few = cbpp[cbpp["institution_id"].isin(["1", "2", "3", "4"])]
    with pytest.raises(models.ModelRefused, match="4 instellingen"):
        models.fit(few, ["period"])


def test_equal_answers_are_refused_with_a_reason(cbpp):
    with pytest.raises(models.ModelRefused, match="hetzelfde antwoord"):
        models.fit(cbpp.assign(feels_safe=pd.array([5] * len(cbpp), dtype="Int32")), ["period"])


def test_a_predictor_with_one_category_left_is_left_out(cbpp):
    one = cbpp[cbpp["period"] == "1"]
    assert models.fit(one, ["period"]).terms.empty


def test_rows_without_an_answer_are_dropped_and_counted(cbpp):
    holes = cbpp.copy()
    holes.loc[holes.index[:7], "feels_safe"] = pd.NA
    result = models.fit(holes, ["period"])
    assert (result.n, result.n_dropped) == (len(cbpp) - 7, 7)
