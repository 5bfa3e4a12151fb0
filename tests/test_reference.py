"""Against independent results: published estimates on data that R's packages carry, and R's own survey package.

Each published figure is cited where it stands. Data: lme4, nlme, mlmRev and survey of Debian (see scripts/setup.py).
"""

import numpy as np
import pandas as pd
import pytest
import rdata
from scipy.special import expit

from helpers import models, statistics


def binary(frame, unit, yes):
    """Respondents with ``institution_id`` and a five-point answer from a yes/no outcome."""
    safe = np.where(yes, 5, 1)
    return frame.assign(institution_id=frame[unit].astype(str), feels_safe=pd.array(safe, dtype="Int32"))


def linear(frame, unit, outcome, predictors=()):
    numbers = {name: frame[name].astype("float64") for name in (*predictors, outcome)}
    rows = frame.assign(institution_id=frame[unit].astype(str), **numbers)
    return models.fit_linear(rows, predictors, answer=outcome)


def slope(result, term):
    return float(result.terms.set_index("term").loc[term, "estimate"])


# --- multilevel models -------------------------------------------------------------------------------------------


def test_use_of_contraception_in_bangladesh():
    # Bates (2010), lme4: Mixed-effects modeling with R, chapter 6, model of `use` on age, age squared, urban and livch
    frame = rdata.data("mlmRev", "Contraception")
    rows = binary(frame, "district", frame["use"] == "Y").assign(age=frame["age"], square=frame["age"] ** 2)
    result = models.fit(rows, ("urban", "livch", "age", "square"))
    found = result.coefficients
    assert found[("", "")] == pytest.approx(-1.0353, abs=2e-3)
    assert found[("urban", "Y")] == pytest.approx(0.6973, abs=2e-3)
    assert found[("livch", "1")] == pytest.approx(0.8150, abs=2e-3)
    assert found[("livch", "2")] == pytest.approx(0.9165, abs=2e-3)
    assert found[("livch", "3+")] == pytest.approx(0.9150, abs=2e-3)
    assert found[("age", "")] == pytest.approx(0.0035, abs=5e-4)
    assert found[("square", "")] == pytest.approx(-0.004562, abs=5e-5)
    assert result.variance == pytest.approx(0.2259, abs=2e-3)
    errors = dict(zip(result.terms["term"] + result.terms["category"], result.terms["se"], strict=True))
    assert errors["urbanY"] == pytest.approx(0.1199, abs=2e-3)  # lme4 now uses the Hessian, the book did not yet


def test_mathematics_in_160_american_schools():
    # Raudenbush and Bryk (2002), Hierarchical Linear Models, table 4.2: grand mean 12.64, variances 8.61 and 39.15
    result = linear(rdata.data("mlmRev", "Hsb82"), "school", "mAch")
    assert result.intercept == pytest.approx(12.64, abs=0.01)
    assert result.variance == pytest.approx(8.61, abs=0.02)
    assert result.residual == pytest.approx(39.15, abs=0.02)
    assert result.icc == pytest.approx(0.18, abs=0.005)


def test_mathematics_by_mean_social_status_of_the_school():
    # Raudenbush and Bryk (2002), table 4.3 (means as outcomes): 12.65, 5.86, variances 2.64 and 39.16; the means of
    # social status in mlmRev are those of the sample, which moves the intercept a little
    result = linear(rdata.data("mlmRev", "Hsb82"), "school", "mAch", ("meanses",))
    assert result.intercept == pytest.approx(12.65, abs=0.05)
    assert slope(result, "meanses") == pytest.approx(5.86, abs=0.02)
    assert result.variance == pytest.approx(2.64, abs=0.02)
    assert result.residual == pytest.approx(39.16, abs=0.02)


def test_examination_results_in_65_london_schools():
    # Rasbash et al., A User's Guide to MLwiN, chapter 2: 0.002, 0.563 (0.012), variances 0.092 and 0.566
    result = linear(rdata.data("mlmRev", "Exam"), "school", "normexam", ("standLRT",))
    assert result.intercept == pytest.approx(0.002, abs=1e-3)
    assert slope(result, "standLRT") == pytest.approx(0.563, abs=1e-3)
    assert float(result.terms["se"].iloc[0]) == pytest.approx(0.012, abs=1e-3)
    assert result.variance == pytest.approx(0.092, abs=3e-3)
    assert result.residual == pytest.approx(0.566, abs=1e-3)


def test_language_in_131_dutch_schools():
    # Snijders and Bosker (1999), Multilevel Analysis, tables 4.1 and 4.2 (2287 pupils, 131 schools; by ML)
    frame = rdata.data("nlme", "bdf")
    empty = linear(frame, "schoolNR", "langPOST")
    assert empty.intercept == pytest.approx(40.36, abs=0.02)
    assert empty.variance == pytest.approx(19.42, abs=0.4)
    assert empty.residual == pytest.approx(64.57, abs=0.1)
    result = linear(frame, "schoolNR", "langPOST", ("IQ.ver.cen",))
    assert result.intercept == pytest.approx(40.61, abs=0.02)
    assert slope(result, "IQ.ver.cen") == pytest.approx(2.488, abs=0.01)
    assert result.variance == pytest.approx(9.50, abs=0.3)
    assert result.residual == pytest.approx(42.23, abs=0.1)


def test_yield_of_dyestuff():
    # Davies and Goldsmith (1972); Bates (2010), chapter 1: REML 1527.5, variances 1764 and 2451
    result = linear(rdata.data("lme4", "Dyestuff"), "Batch", "Yield")
    assert result.intercept == pytest.approx(1527.5, abs=0.01)
    assert result.variance == pytest.approx(1764, abs=1)
    assert result.residual == pytest.approx(2451, abs=1)


def test_travel_times_in_rails():
    # Pinheiro and Bates (2000), Mixed-Effects Models in S and S-PLUS, section 1.1: 66.5, 24.805, 4.0208
    result = linear(rdata.data("nlme", "Rail"), "Rail", "travel")
    assert result.intercept == pytest.approx(66.5, abs=1e-3)
    assert np.sqrt(result.variance) == pytest.approx(24.805, abs=2e-3)
    assert np.sqrt(result.residual) == pytest.approx(4.0208, abs=5e-4)


# --- shares of complex samples -----------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def schools():
    """One-stage cluster sample of Californian schools (R's survey package)."""
    frame = rdata.data("survey", "api", "apiclus1")
    return frame.assign(weight=frame["pw"], institution_id=frame["dnum"].astype(str))


def test_mean_of_a_cluster_sample(schools):
    # R's survey, ?svymean (Lumley): svymean(~api00, dclus1) is 644.17 with SE 23.542, for a population of 757 clusters
    row = statistics.means(
        schools.assign(api00=schools["api00"].astype(float)), "api00", cluster="institution_id"
    ).iloc[0]
    assert row["mean"] == pytest.approx(644.17, abs=0.005)
    assert row["se"] * np.sqrt(1 - 15 / 757) == pytest.approx(23.542, abs=0.005)


def test_shares_of_a_cluster_sample(schools):
    # R's survey, ?svymean: svymean(~stype, dclus1): E 0.786885 (0.0463), H 0.076503 (0.0268), M 0.136612 (0.0296)
    published = {"E": (0.786885, 0.0463), "H": (0.076503, 0.0268), "M": (0.136612, 0.0296)}
    for stype, (share, error) in published.items():
        rows = schools.assign(feels_safe=pd.array(np.where(schools["stype"] == stype, 5, 1), dtype="Int32"))
        design = statistics.design.Design(
            np.zeros(len(rows), int), 1, rows["weight"].to_numpy(float), pd.factorize(rows["institution_id"])[0],
            np.ones(len(rows), bool),
        )  # fmt: skip
        found = statistics.shares(rows, cluster="institution_id").iloc[0]
        assert found["safe"] == pytest.approx(share, abs=1e-6)
        variance = design.covariance((rows["stype"] == stype).to_numpy(float))[0, 0]
        assert np.sqrt(variance * (1 - 15 / 757)) == pytest.approx(error, abs=5e-5)


@pytest.fixture(scope="module")
def sample():
    """Weighted, clustered respondents in groups, also given to R."""
    rng = np.random.default_rng(5)
    place = rng.integers(0, 20, 2000)
    effect = rng.normal(0, 0.4, 20)
    group = rng.integers(0, 3, 2000)
    yes = rng.random(2000) < expit(1.2 - 0.3 * group + effect[place])
    rows = pd.DataFrame(
        {
            "institution_id": place.astype(str),
            "group": pd.Categorical.from_codes(group, ["a", "b", "c"]),
            "feels_safe": pd.array(np.where(yes, 5, 2), dtype="Int32"),
            "weight": rng.lognormal(0, 0.4, 2000),
        }
    )
    r = pd.DataFrame({"y": yes.astype(float), "g": rows["group"].astype(str), "c": place, "w": rows["weight"]})
    rdata.give(sample=r)
    rdata.evaluate(
        "suppressPackageStartupMessages(library(survey)); design <- svydesign(ids = ~c, weights = ~w, data = sample); 1"
    )
    return rows


def test_shares_and_design_effects_are_those_of_the_survey_package(sample):
    found = statistics.shares(sample, by=["group"], cluster="institution_id", confidence=0.95)
    share = rdata.evaluate("as.vector(coef(svyby(~y, ~g, design, svymean)))")
    error = rdata.evaluate("as.vector(SE(svyby(~y, ~g, design, svymean)))")
    assert found["safe"].to_numpy() == pytest.approx(share, abs=1e-10)
    t = rdata.evaluate("qt(0.975, 19)")[0]
    kept = found["safe"] * (1 - found["safe"]) / found["n_effective"]
    assert np.sqrt(kept.to_numpy()) * statistics.z_value(0.95) == pytest.approx(error * t, rel=1e-9)


def test_covariances_of_groups_in_the_same_clusters_are_those_of_the_survey_package(sample):
    index = sample["group"].cat.codes.to_numpy().astype(int)
    design = statistics.design.Design(
        index, 3, sample["weight"].to_numpy(), pd.factorize(sample["institution_id"])[0], np.ones(len(sample), bool)
    )
    ours = design.covariance((sample["feels_safe"] == 5).to_numpy(float))
    theirs = rdata.evaluate("as.vector(vcov(svyby(~y, ~g, design, svymean, covmat = TRUE)))").reshape(3, 3)
    assert ours == pytest.approx(theirs, rel=1e-9)


def test_the_test_of_any_difference_is_that_of_the_survey_package(sample):
    # regTermTest of a saturated linear model is Wald's test that the groups' means are equal; F with 2 and 18 df
    chi = rdata.evaluate("{m <- svyglm(y ~ g, design); as.vector(2 * regTermTest(m, ~g, method = 'Wald')$Ftest)}")[0]
    df = 19
    expected = rdata.evaluate(f"pf({chi} * ({df} - 1) / ({df} * 2), 2, {df} - 1, lower.tail = FALSE)")[0]
    assert statistics.omnibus(sample, ["group"], cluster="institution_id") == pytest.approx(expected, rel=1e-6)


def test_weighted_means_are_those_of_the_survey_package(sample):
    rows = sample.assign(grade=sample["feels_safe"].astype(float))
    found = statistics.means(rows, "grade", cluster="institution_id").iloc[0]
    mean, error = rdata.evaluate("{m <- svymean(~I(2 + 3 * y), design); c(coef(m), SE(m))}")
    assert (found["mean"], found["se"]) == pytest.approx((mean, error), rel=1e-9)


# --- intervals and small formulas --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("yes", "n", "low", "high"),
    [(81, 263, 0.2553, 0.3662), (15, 148, 0.0624, 0.1605), (0, 20, 0.0, 0.1611), (1, 29, 0.0061, 0.1718)],
)
def test_wilson_intervals(yes, n, low, high):
    # Newcombe (1998), Statistics in Medicine 17: 857-872, table I, method 3
    assert np.round(statistics.wilson(yes / n, n), 4).tolist() == [low, high]


@pytest.mark.parametrize(
    ("a", "m", "b", "n", "low", "high"),
    [
        (56, 70, 48, 80, 0.0524, 0.3339),
        (9, 10, 3, 10, 0.1705, 0.8090),
        (6, 7, 2, 7, 0.0582, 0.8062),
        (5, 56, 0, 29, -0.0381, 0.1926),
        (0, 10, 0, 20, -0.1611, 0.2775),
        (0, 10, 0, 10, -0.2775, 0.2775),
        (10, 10, 0, 20, 0.6791, 1.0000),
        (10, 10, 0, 10, 0.6075, 1.0000),
    ],
)
def test_intervals_of_differences(a, m, b, n, low, high):
    # Newcombe (1998), Statistics in Medicine 17: 873-890, table II, method 10
    gap = statistics.difference({"safe": a / m, "n_effective": m}, {"safe": b / n, "n_effective": n})
    assert (round(gap.low, 4), round(gap.high, 4)) == (low, high)


@pytest.mark.parametrize(("groups", "df", "q"), [(3, 10, 3.877), (4, 20, 3.958), (3, np.inf, 3.314), (6, 60, 4.163)])
def test_critical_values_for_all_pairs(groups, df, q):
    # Tables of the studentized range at 0.05, e.g. Pearson and Hartley (1966), Biometrika Tables I, table 29
    assert statistics.tukey(groups, df) * np.sqrt(2) == pytest.approx(q, abs=1e-3)


def test_effect_size_of_two_shares():
    # Cohen (1988), Statistical Power Analysis, table 6.2.2: phi of .65 is 1.875, of .50 is 1.571
    assert statistics.cohen_h(0.65, 0.50) == pytest.approx(1.875 - 1.571, abs=1e-3)


def test_p_values_adjusted_by_holm_are_those_of_r():
    p = [0.01, 0.04, 0.03, 0.005, 0.2]
    found = statistics.holm([*p[:2], np.nan, *p[2:]])
    assert np.isnan(found[2])
    assert np.delete(found, 2) == pytest.approx(rdata.evaluate(f"p.adjust(c({','.join(map(str, p))}), 'holm')"))


def test_interval_of_a_correlation_is_that_of_r():
    rng = np.random.default_rng(3)
    x = rng.normal(size=30)
    frame = pd.DataFrame({"x": x, "y": 0.5 * x + rng.normal(size=30)})
    rdata.give(pairs=frame)
    found = statistics.correlation(frame["x"], frame["y"])
    low, high = rdata.evaluate("as.vector(cor.test(pairs$x, pairs$y)$conf.int)")
    assert (found.low, found.high) == pytest.approx((low, high), abs=1e-10)


def test_chance_that_two_respondents_agree():
    # Simpson (1949): sum n (n - 1) / N (N - 1); for 2, 8, 1, 1 and 3 of 15 that is 64 / 210
    answers = pd.Series([name for name, count in zip("abcde", (2, 8, 1, 1, 3), strict=True) for _ in range(count)])
    assert statistics.agreement(answers).same == pytest.approx(64 / 210)


def test_limits_of_a_funnel():
    # Spiegelhalter (2005), Statistics in Medicine 24: 1185-1202, appendix A.1.1 (normal limits), worked by hand:
    # target 0.8 and 100 respondents give a standard error of 0.04
    low, high = statistics.funnel_limits(0.8, [100.0], 1.96)
    assert (low[0], high[0]) == pytest.approx((0.8 - 0.0784, 0.8 + 0.0784))
    found = statistics.funnel([0.72, 0.80, 0.9216], 0.8, [100, 100, 100])
    assert found.z == pytest.approx([-2.0, 0.0, 3.04])
    assert found.outside == 2


# --- the same models by R itself ---------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def herds():
    return rdata.herds()


def test_average_differences_are_those_of_predictions_by_r(herds):
    result = models.fit(herds, ("period",))
    rdata.give(herds=herds.astype({"period": str, "feels_safe": int}))
    predicted = rdata.evaluate(
        """{suppressPackageStartupMessages(library(lme4))
        m <- glmer((feels_safe == 5) ~ period + (1 | institution_id), data = herds, family = binomial,
                   control = glmerControl(optimizer = "bobyqa"))
        deviation <- sqrt(unlist(VarCorr(m)))
        over <- function(eta) integrate(function(u) plogis(eta + u) * dnorm(u, 0, deviation), -Inf, Inf)$value
        b <- fixef(m); sapply(b[2:4], function(x) over(b[1] + x) - over(b[1]))}"""
    )
    assert result.terms["points"].to_numpy() == pytest.approx(predicted, abs=2e-4)


def test_conditional_standard_errors_are_those_of_r(herds):
    result = models.fit(herds, ("period",))
    rdata.give(herds=herds.astype({"period": str, "feels_safe": int}))
    theirs = rdata.evaluate(
        """{suppressPackageStartupMessages(library(lme4))
        m <- glmer((feels_safe == 5) ~ period + (1 | institution_id), data = herds, family = binomial,
                   control = glmerControl(optimizer = "bobyqa"))
        e <- ranef(m, condVar = TRUE)[[1]]; e[order(rownames(e)), , drop = FALSE]
        v <- sqrt(as.vector(attr(ranef(m, condVar = TRUE)[[1]], "postVar"))); v[order(rownames(e))]}"""
    )
    assert result.effects["se"].to_numpy() == pytest.approx(theirs, abs=1e-3)


def test_interval_of_the_variance_lies_near_the_profile_of_r(herds):
    result = models.fit(herds, ())
    rdata.give(herds=herds.astype({"period": str, "feels_safe": int}))
    low, high = rdata.evaluate(
        """{suppressPackageStartupMessages(library(lme4))
        m <- glmer((feels_safe == 5) ~ 1 + (1 | institution_id), data = herds, family = binomial)
        as.vector(suppressMessages(confint(m, parm = "theta_", method = "profile")))^2}"""
    )
    ours = result.components.loc["institution"]
    assert np.log(ours["low"]) == pytest.approx(np.log(low), abs=0.6)
    assert np.log(ours["high"]) == pytest.approx(np.log(high), abs=0.6)
