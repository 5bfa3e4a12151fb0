"""Multilevel models through the real R: published estimates, counts instead of rows, and data that do not fit."""

import numpy as np
import pandas as pd
import pytest
import rdata
from scipy import stats
from scipy.special import expit

from helpers import models, settings
from helpers.analyse import multilevel, populations
from helpers.chapters import modelled
from helpers.errors import MonitorError
from helpers.models import counts, lme4, specification
from helpers.story import template


@pytest.fixture(scope="module")
def cbpp():
    return rdata.herds()


def test_estimates_are_those_that_lme4_publishes_for_its_example(cbpp):
    # Bates, Maechler, Bolker and Walker, lme4 reference manual, ?glmer: variance 0.4123, estimates below
    result = models.fit(cbpp, ["period"])
    assert result.variance == pytest.approx(0.4123, abs=2e-3)
    assert result.coefficients[("", "")] == pytest.approx(-1.3983, abs=2e-3)
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
    assert result.coefficients[("", "")] == pytest.approx(table.loc["(Intercept)", "Estimate"], abs=1e-3)
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


SMALL = {
    "students": specification.COMPOSITION["students"],
    "staff": specification.COMPOSITION["staff"],
}


@pytest.mark.parametrize(
    ("population", "model"), [(name, model) for name in SMALL for model in ("null", "composition", "satisfaction")]
)
def test_models_of_the_small_world_are_those_of_plain_glmer_on_rows(ready, monkeypatch, population, model):
    monkeypatch.setattr(counts, "LEAST_INSTITUTIONS", 2)
    rows, _ = populations.read("small", population)
    if population == "students":
        rows = rows[rows["wave"] == 2022].reset_index(drop=True)
    predictors = specification.predictors(population, model)
    ours = models.fit(rows, predictors)
    complete = rows.dropna(subset=[*predictors, "feels_safe"])
    data = pd.DataFrame({name: complete[name].astype(str) for name in (*predictors, "institution_id")})
    rdata.give(small=data.assign(safe=(complete["feels_safe"] >= 4).astype(float).to_numpy()))
    levels = "; ".join(
        f"small${name} <- factor(small${name}, levels = c({','.join(repr(str(c)) for c in _order(rows[name]))}))"
        for name in predictors
    )
    theirs = rdata.evaluate(
        f"""{{suppressPackageStartupMessages(library(lme4)); {levels}
        m <- suppressMessages(glmer(safe ~ {" + ".join([*(predictors or ["1"]), "(1 | institution_id)"])}, data = small,
             family = binomial, control = glmerControl(optimizer = "bobyqa")))
        c(fixef(m), getME(m, "theta"))}}"""
    )
    found = [*ours.coefficients.values(), np.sqrt(ours.variance)]
    assert found == pytest.approx(theirs, abs=1e-4)


def _order(column):
    return (
        list(column.cat.categories)
        if isinstance(column.dtype, pd.CategoricalDtype)
        else sorted(column.dropna().unique())
    )


def respondents(size=2400, institutions=12, seed=1, spread=0.3):
    """Respondents in institutions with known effects."""
    rng = np.random.default_rng(seed)
    place = np.arange(size) % institutions
    effect = rng.normal(0, spread, institutions)
    gender = rng.integers(0, 2, size)
    level = rng.integers(0, 3, size)
    chance = expit(1.2 - 0.4 * gender + effect[place])
    return pd.DataFrame(
        {
            "institution_id": [f"90A{chr(65 + code)}" for code in place],
            "gender": pd.Categorical.from_codes(gender, ["male", "female"]),
            "level": pd.Categorical.from_codes(level, ["1", "2", "3"]),
            "feels_safe": pd.array(np.where(rng.random(size) < chance, 5, 2), dtype="Int32"),
        }
    )


def test_a_category_in_which_all_answers_are_the_same_is_left_out_and_told():
    rows = respondents()
    chosen = rows["level"] == "3"
    rows.loc[chosen, "feels_safe"] = 5
    result = models.fit(rows, ["gender", "level"])
    assert [(each.term, each.category, each.all_safe) for each in result.separated] == [("level", "3", True)]
    assert "3" not in set(result.terms["category"])
    without = models.fit(rows[~chosen], ["gender", "level"])
    assert list(result.coefficients.values()) == pytest.approx(list(without.coefficients.values()), abs=1e-6)
    assert models.separation_words(result.separated)[0][2] == "alle 794 voelen zich veilig".replace(
        "794", str(int(chosen.sum()))
    )


def test_expected_shares_count_the_certain_answers_of_a_category_that_was_left_out():
    rows = respondents()
    rows.loc[rows["level"] == "3", "feels_safe"] = 5
    result = models.fit(rows, ["gender", "level"])
    outcome = models.expected(rows, ["gender", "level"], result)
    total = float((outcome["expected"] * outcome["n_model"]).sum())
    assert outcome["n_model"].sum() == len(rows)
    assert total == pytest.approx(float((rows["feels_safe"] == 5).sum()), rel=1e-6)


def test_a_reference_category_without_events_gives_way_to_the_next():
    rows = respondents()
    rows.loc[rows["level"] == "1", "feels_safe"] = 1
    result = models.fit(rows, ["level"])
    assert [each.category for each in result.separated] == ["1"]
    assert not result.separated[0].all_safe
    assert set(result.terms["category"]) == {"3"}


def test_no_variance_between_institutions_is_told_as_such():
    rows = respondents(spread=0.0)
    most = np.arange(len(rows)) // 12 % 4 != 0
    rows = rows.assign(feels_safe=pd.array(np.where(most, 5, 2), dtype="Int32"))
    rows.loc[:5, "feels_safe"] = 5  # all but the same share everywhere
    result = models.fit(rows, [])
    assert result.singular
    assert result.variance == pytest.approx(0, abs=1e-6)
    assert result.icc == pytest.approx(0, abs=1e-6)
    assert result.median_odds_ratio == pytest.approx(1, abs=1e-3)
    assert result.converged


def test_a_predictor_that_another_determines_gets_no_estimate():
    rows = respondents()
    rows = rows.assign(twin=rows["gender"].cat.rename_categories({"male": "a", "female": "b"}))
    result = models.fit(rows, ["gender", "twin"])
    assert ("twin", "b") in result.unstable
    assert ("gender", "female") not in result.unstable


def test_separation_by_a_crossing_gets_no_wild_odds_ratio():
    rows = respondents(size=600)
    alone = (rows["institution_id"] == "90AA") & (rows.index % 24 == 0)
    rows["rare"] = pd.Categorical(np.where(alone, "yes", "no"), ["no", "yes"])
    rows.loc[alone, "feels_safe"] = 1
    result = models.fit(rows, ["rare"])
    assert not (result.terms["odds_ratio"].dropna() > 1000).any()
    assert [each.category for each in result.separated] == ["yes"]


def test_one_institution_gets_no_model():
    rows = respondents()
    with pytest.raises(models.ModelRefused, match="er zijn 1 instellingen"):
        models.fit(rows[rows["institution_id"] == "90AA"], [])
    with pytest.raises(models.ModelRefused, match="er zijn 1 instellingen"):
        models.fit_linear(rows[rows["institution_id"] == "90AA"], [])


def test_the_linear_check_refuses_answers_that_do_not_differ():
    rows = respondents()
    with pytest.raises(models.ModelRefused, match="hetzelfde antwoord"):
        models.fit_linear(rows.assign(feels_safe=pd.array([4] * len(rows), dtype="Int32")), ["gender"])


def test_the_linear_check_agrees_in_direction():
    rows = respondents()
    logistic, linear = models.fit(rows, ["gender"]).terms.iloc[0], models.fit_linear(rows, ["gender"]).terms.iloc[0]
    assert logistic["estimate"] < 0
    assert linear["estimate"] < 0
    assert logistic["points"] * 3 == pytest.approx(linear["estimate"], abs=0.02)  # answers are 5 or 2


def test_a_characteristic_of_institutions_uses_their_number_for_its_interval():
    rows = respondents()
    large = rows["institution_id"].isin(["90AA", "90AB", "90AC", "90AD"])
    rows["size_class"] = pd.Categorical(np.where(large, "large", "small"), ["small", "large"])
    few = models.fit(rows, ["gender", "size_class"], between=["size_class"]).terms.set_index("term")
    many = models.fit(rows, ["gender", "size_class"]).terms.set_index("term")
    width = np.log(few["high"]) - np.log(few["low"])
    assert width["size_class"] / (np.log(many["high"]) - np.log(many["low"]))["size_class"] == pytest.approx(
        stats.t.ppf(0.975, 12 - 1 - 1) / stats.norm.ppf(0.975), rel=1e-6
    )
    assert few.loc["gender", "low"] == pytest.approx(many.loc["gender", "low"])


def test_programmes_lie_between_respondents_and_institutions():
    rng = np.random.default_rng(2)
    size, institutions, programmes = 12000, 12, 10
    place, programme = np.arange(size) % institutions, rng.integers(0, programmes, size)
    effect = rng.normal(0, 0.3, institutions)[place] + rng.normal(0, 0.5, (institutions, programmes))[place, programme]
    rows = pd.DataFrame(
        {
            "institution_id": place.astype(str),
            "programme": [f"P{code}" for code in programme],  # the same codes at every institution
            "feels_safe": pd.array(np.where(rng.random(size) < expit(1 + effect), 5, 2), dtype="Int32"),
        }
    )
    result = models.fit(rows, [], within="programme")
    assert result.components.loc["programme", "units"] == institutions * programmes
    assert result.components.loc["programme", "low"] < 0.25 < result.components.loc["programme", "high"]
    assert result.components.loc["institution", "low"] < 0.09 < result.components.loc["institution", "high"]
    assert result.icc == pytest.approx(result.variance / (result.components["variance"].sum() + np.pi**2 / 3))


def test_ranks_have_an_uncertainty_and_every_institution_a_place():
    rows = respondents()
    outcome = models.expected(rows, ["gender"], models.fit(rows, ["gender"]))
    assert (outcome["rank_low"] <= outcome["rank"]).all()
    assert (outcome["rank"] <= outcome["rank_high"]).all()
    assert outcome["rank_low"].min() >= 1
    assert outcome["rank_high"].max() <= 12
    assert (outcome["rank_high"] - outcome["rank_low"]).mean() > 2
    best = outcome.sort_values("excess").iloc[-1]
    assert best["rank"] <= 3


def test_models_of_an_edition_with_too_few_institutions_say_so(ready):
    found = multilevel.compute("small", "students")
    assert found["models_students"]["message"].str.contains("ten minste 5 nodig").all()
    assert found["terms_students"].empty
    assert found["expected_students"].empty
    assert found["linear_students"].empty


def test_groups_that_the_models_leave_out_are_noted_with_their_reason():
    rows = respondents().assign(
        level_track=lambda d: d["level"].cat.rename_categories({"1": "1 bol", "2": "2 bol", "3": "3 bol"}),
        age_group=lambda d: pd.Categorical(np.where(d.index % 2 == 0, "<18", "18-20"), ["<18", "18-20"]),
        disability=lambda d: pd.array(d.index % 3 == 0, dtype="boolean"),
        grade_mean=lambda d: pd.Categorical(np.where(d.index % 5 == 0, "laag", "hoog"), ["laag", "hoog"]),
        programme="P1",
        size_class=pd.Categorical(["<5000"] * 2400),
        region=pd.Categorical(["west"] * 2400),
        kind=pd.Categorical(["roc"] * 2400),
        non_western=1.5,
        weight=1.0,
    )
    rows.loc[rows["level_track"] == "3 bol", "feels_safe"] = 5
    found = multilevel.fit_all(rows, "students")
    notes = found["models"].set_index("model").loc["composition", "notes"]
    assert '"level_track", "3 bol", "alle' in notes
    report = modelled.summary_cells(found["models"]).release(settings.load_settings().rulebook).data
    base = settings.load_settings().disclosure.benchmark_rounding
    assert (report[["n", "n_dropped"]] % base == 0).all(axis=None)
    assert {str(report[name].dtype) for name in ("n", "n_dropped", "n_institutions", "n_programmes")} == {"Int64"}
    names = {"quality": modelled.quality(report)}
    text = template.render("{{ models_quality(quality, 'studenten') }}", names).text
    assert "Voor bol niveau 3 (niveau en leerweg) staat er geen odds ratio: alle" in text


def test_a_fit_that_lme4_gives_up_is_a_refusal_with_its_words():
    rows = respondents()
    data = pd.DataFrame({"institution_id": rows["institution_id"], "safe": 0.0, "other": 0.0})
    with pytest.raises(models.ModelRefused, match="niet te schatten .lme4: Error"):
        lme4.fit("cbind(safe, other) ~ nowhere + (1|institution_id)", data, "binomial")


def _world(n: int = 600) -> pd.DataFrame:
    rng = np.random.default_rng(11)
    return pd.DataFrame(
        {
            "institution_id": rng.choice([f"98{i}A" for i in range(6)], n),
            "group": rng.choice(["a", "b"], n),
            "feels_safe": rng.choice([2, 4, 5], n),
            "weight": 1.0,
        }
    )


@pytest.mark.parametrize("weight", [0.0, np.nan, -1.0])
def test_who_counts_in_no_share_counts_in_no_model(weight):
    rows = _world()
    rows.loc[:9, "weight"] = weight
    found, dropped = counts.aggregate(rows, ["group"])
    assert dropped == 10
    assert int(found[["safe", "other"]].to_numpy().sum()) == len(rows) - 10


@pytest.mark.parametrize("dtype", ["int64", "Int64", "int8"])
def test_whole_numbers_as_a_predictor_are_refused_as_they_may_be_codes_or_amounts(dtype):
    rows = _world().assign(age=pd.Series(range(600)).astype(dtype))
    with pytest.raises(MonitorError, match=r"'age' holds whole numbers \(" + dtype):
        models.fit(rows, ["age"])


def test_expected_is_found_beside_one_very_heavy_respondent():
    rows = _world()
    rows.loc[0, "weight"] = 1e9
    result = models.fit(rows, ["group"])
    found = models.expected(rows, ["group"], result)
    assert found[["observed", "expected"]].notna().all(axis=None)


def test_expected_of_answers_that_do_not_differ_is_a_refusal():
    """The model, which has no weights, has answers of both kinds; those that count here are all the same."""
    rows = _world()
    result = models.fit(rows, ["group"])
    with pytest.raises(models.ModelRefused, match="hetzelfde antwoord"):
        models.expected(rows[rows["feels_safe"] >= 4], ["group"], result)


def test_the_null_model_uses_all_and_the_variance_that_goes_is_told_on_the_same_respondents():
    rng = np.random.default_rng(3)
    n = 3000
    rows = pd.DataFrame({"institution_id": rng.choice([f"98{i}A" for i in range(9)], n), "weight": 1.0})
    rows["gender"] = pd.Series(rng.choice(["male", "female"], n)).mask(rng.random(n) < 0.3)
    rows["feels_safe"] = np.where(rng.random(n) < 0.6 + 0.04 * rows["institution_id"].str[2].astype(int), 4, 2)
    with pytest.MonkeyPatch.context() as patch:
        for name, chosen in (("COMPOSITION", ("gender",)), ("SATISFACTION", ())):
            patch.setitem(getattr(multilevel, name), "staff", chosen)
        patch.setattr(multilevel, "predictors", lambda population, name: () if name == "null" else ("gender",))
        table = multilevel.fit_all(rows, "staff")["models"].set_index("model")
    assert multilevel.ALIKE not in table.index
    assert table.loc["null", ["n", "n_dropped"]].tolist() == [n, 0]
    alike = models.fit(rows, (), complete_for=["gender"])
    one = table.loc["composition"]
    assert one["n"] == alike.n < n
    assert one["pcv"] == pytest.approx(1 - one["variance"] / alike.variance)


def test_without_variance_between_institutions_there_is_nothing_to_explain():
    null = type("Null", (), {"variance": 5e-19})
    result = models.fit(_world(), ["group"])
    assert np.isnan(multilevel._row(result, null, None)["pcv"])
