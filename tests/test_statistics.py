"""Weighted shares, differences and trends, against first principles (against published results: test_reference.py)."""

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from helpers import statistics
from helpers.statistics.design import Design


def rows(answers, weights=None, **columns):
    frame = pd.DataFrame({"feels_safe": pd.array(answers, dtype="Int32"), **columns})
    return frame.assign(weight=weights if weights is not None else 1.0)


def test_shares_are_weighted_and_counts_are_not():
    found = statistics.shares(rows([5, 4, 3, 1], weights=[3.0, 1.0, 1.0, 1.0])).iloc[0]
    assert found["n"] == 4
    assert found["safe"] == pytest.approx(4 / 6)
    assert found["neutral"] == pytest.approx(1 / 6)
    assert found["unsafe"] == pytest.approx(1 / 6)
    assert found["n_effective"] == pytest.approx(36 / 12)


def test_the_five_answers_add_up_to_the_three():
    found = statistics.shares(rows([5, 5, 4, 3, 2, 1, None], weights=[3.0, 1.0, 1.0, 1.0, 2.0, 2.0, 9.0])).iloc[0]
    assert [found[f"answer_{point}"] for point in range(1, 6)] == pytest.approx([0.2, 0.2, 0.1, 0.1, 0.4])
    assert found["safe"] == pytest.approx(found["answer_4"] + found["answer_5"])
    assert found["unsafe"] == pytest.approx(found["answer_1"] + found["answer_2"])


def test_equal_weights_make_the_effective_number_the_number():
    assert statistics.shares(rows([5] * 40 + [1] * 10)).iloc[0]["n_effective"] == pytest.approx(50)


def test_missing_answers_do_not_count():
    found = statistics.shares(rows([5, None, None, 2])).iloc[0]
    assert (found["n"], found["n_missing"], found["safe"]) == (2, 2, 0.5)


def test_an_empty_category_is_there_with_nothing_in_it():
    groups = pd.Categorical(["a", "a"], categories=["a", "b"])
    found = statistics.shares(rows([5, 1], group=groups), by=["group"]).set_index("group")
    assert found.loc["b", "n"] == 0
    assert np.isnan(found.loc["b", "safe"])


def test_no_rows_at_all():
    assert statistics.shares(rows([])).iloc[0]["n"] == 0


def test_shares_equal_a_row_by_row_computation():
    rng = np.random.default_rng(1)
    frame = rows(rng.integers(1, 6, 500).tolist(), weights=rng.uniform(0.5, 2, 500), group=rng.choice(["x", "y"], 500))
    found = statistics.shares(frame, by=["group"]).set_index("group")
    for name, part in frame.groupby("group"):
        safe = part["feels_safe"] >= 4
        assert found.loc[name, "safe"] == pytest.approx(part["weight"][safe].sum() / part["weight"].sum())


def test_correlation_equals_numpy_where_all_count_equally():
    rng = np.random.default_rng(2)
    x = rng.normal(size=60)
    y = x + rng.normal(size=60)
    found = statistics.correlation(x, y)
    assert found.r == pytest.approx(np.corrcoef(x, y)[0, 1])
    half = 1.959964 / np.sqrt(57)
    assert found.low == pytest.approx(np.tanh(np.arctanh(found.r) - half), abs=1e-6)


@pytest.mark.parametrize("x", [[1, 2, 3], [1, 1, 1, 1, 1]])
def test_no_correlation_from_three_pairs_or_without_variation(x):
    assert np.isnan(statistics.correlation(x, list(range(len(x)))).r)


def test_mean_with_its_interval():
    frame = pd.DataFrame({"grade": [6.0, 7.0, 8.0, 9.0]})
    found = statistics.means(frame, "grade").iloc[0]
    assert found["mean"] == 7.5
    assert found["low"] < 7.5 < found["high"]
    assert 7.5 - found["low"] == pytest.approx(3.182446 * np.sqrt(1.25 / 3))


def clustered(seed=4, groups="ab", size=2000, clusters=20, spread=0.5):
    rng = np.random.default_rng(seed)
    place = rng.integers(0, clusters, size)
    effect = rng.normal(0, spread, clusters)
    chance = 1 / (1 + np.exp(-(1 + effect[place])))
    return pd.DataFrame(
        {
            "feels_safe": pd.array(np.where(rng.random(size) < chance, 5, 2), dtype="Int32"),
            "group": pd.Categorical(rng.choice(list(groups), size), list(groups)),
            "institution_id": place.astype(str),
            "weight": rng.lognormal(0, 0.2, size),
        }
    )


def test_clusters_make_a_share_less_certain_and_never_more():
    frame = clustered()
    without = statistics.shares(frame).iloc[0]
    within = statistics.shares(frame, cluster="institution_id").iloc[0]
    assert within["safe"] == without["safe"]
    assert within["n_effective"] < 0.3 * without["n_effective"]
    independent = statistics.shares(clustered(spread=0.0), cluster="institution_id").iloc[0]
    assert independent["n_effective"] <= statistics.shares(clustered(spread=0.0)).iloc[0]["n_effective"]


def test_one_cluster_is_no_reason_to_be_less_certain():
    frame = clustered().assign(institution_id="90AA")
    assert statistics.shares(frame, cluster="institution_id").iloc[0]["n_effective"] == pytest.approx(
        statistics.shares(frame).iloc[0]["n_effective"]
    )


def test_groups_in_the_same_clusters_are_compared_more_precisely_than_apart():
    frame = clustered()
    pair = statistics.contrasts(frame, ["group"], cluster="institution_id").iloc[0]
    by_group = statistics.shares(frame, by=["group"], cluster="institution_id")
    apart = statistics.difference(by_group.iloc[0], by_group.iloc[1])
    assert pair["high"] - pair["low"] < 0.7 * (apart.high - apart.low)
    assert pair["difference"] == pytest.approx(apart.difference)


def test_more_groups_widen_every_difference():
    two = statistics.contrasts(clustered(groups="ab"), ["group"])
    frame = clustered(groups="abcdef", size=6000)
    six = statistics.contrasts(frame, ["group"])
    pair = statistics.contrasts(frame[frame["group"].isin(["a", "b"])], ["group"])
    first = six[(six["a"] == "a") & (six["b"] == "b")].iloc[0]
    assert len(two) == 2
    assert len(six) == 30
    width = (first["high"] - first["low"]) / (pair.iloc[0]["high"] - pair.iloc[0]["low"])
    assert width == pytest.approx(statistics.tukey(6) / statistics.tukey(2), rel=0.02)


def test_both_orders_of_a_pair_mirror_each_other():
    pairs = statistics.contrasts(clustered(), ["group"]).set_index(["a", "b"])
    first, second = pairs.loc[("a", "b")], pairs.loc[("b", "a")]
    assert (first["difference"], first["low"], first["high"]) == pytest.approx(
        (-second["difference"], -second["high"], -second["low"])
    )
    assert first["h"] == pytest.approx(-second["h"])


def test_crossings_are_groups_of_their_own():
    frame = clustered().assign(other=lambda d: pd.Categorical(np.where(d.index % 2 == 0, "x", "y"), ["x", "y"]))
    pairs = statistics.contrasts(frame, ["group", "other"])
    assert set(pairs["a"]) == {("a", "x"), ("a", "y"), ("b", "x"), ("b", "y")}
    by_cell = statistics.shares(frame, by=["group", "other"]).set_index(["group", "other"])["safe"]
    row = pairs.iloc[0]
    assert row["difference"] == pytest.approx(by_cell[row["a"]] - by_cell[row["b"]])


def test_small_groups_are_not_compared():
    frame = clustered(groups="abc")
    few = frame.index[frame["group"] == "c"][9:]
    pairs = statistics.contrasts(frame.drop(index=few), ["group"], least=10)
    assert set(pairs["a"]) == {"a", "b"}


def test_respondents_without_weight_do_not_count_anywhere():
    frame = rows([5] * 10 + [1] * 20, weights=[0.0] * 9 + [1.0] + [1.0] * 20)
    found = statistics.shares(frame).iloc[0]
    assert (found["n"], found["n_missing"]) == (21, 9)
    assert found["safe"] == pytest.approx(1 / 21)


def test_weights_that_are_all_zero_give_no_share():
    found = statistics.shares(rows([5, 1], weights=[0.0, 0.0])).iloc[0]
    assert found["n"] == 0
    assert np.isnan(found["safe"])
    assert np.isnan(found["safe_low"])
    assert statistics.contrasts(rows([5, 1], weights=[0.0, 0.0], group=["a", "b"]), ["group"]).empty


@pytest.mark.parametrize("answer", [5, 1])
def test_answers_that_are_all_equal_keep_an_interval(answer):
    frame = clustered().assign(feels_safe=pd.array([answer] * 2000, dtype="Int32"))
    found = statistics.shares(frame, cluster="institution_id").iloc[0]
    assert found["safe"] in (0.0, 1.0)
    assert found["safe_high"] - found["safe_low"] > 0
    pair = statistics.contrasts(frame, ["group"], cluster="institution_id").iloc[0]
    assert pair["difference"] == 0
    assert pair["low"] < 0 < pair["high"]
    assert np.isnan(statistics.omnibus(frame, ["group"], cluster="institution_id"))


def test_a_test_needs_more_clusters_than_groups():
    frame = clustered(groups="abcd", clusters=3)
    assert np.isnan(statistics.omnibus(frame, ["group"], cluster="institution_id"))
    assert 0 <= statistics.omnibus(frame, ["group"]) <= 1


def test_a_trend_is_found_and_its_waves_are_named():
    parts = [clustered(seed=wave, spread=0.1).assign(wave=wave) for wave in (2016, 2018, 2020, 2022)]
    frame = pd.concat(parts, ignore_index=True)
    rises = frame["wave"].to_numpy() - 2016
    rng = np.random.default_rng(1)
    frame["feels_safe"] = pd.array(np.where(rng.random(len(frame)) < 0.7 + 0.02 * rises, 5, 2), dtype="Int32")
    line = statistics.trend(frame, cluster="institution_id")
    assert line.low < 0.02 < line.high
    assert line.p < 0.001
    assert statistics.trend(frame, since=2020).waves == (2020, 2022)
    assert np.isnan(statistics.trend(frame, since=2022).slope)


def test_a_part_beside_its_whole_is_compared_more_precisely_than_two_separate_groups():
    own, whole = {"safe": 0.7, "n_effective": 400}, {"safe": 0.75, "n_effective": 1000}
    apart, inside = statistics.difference(own, whole), statistics.difference(own, whole, part=0.4)
    assert inside.high - inside.low < apart.high - apart.low
    assert inside.difference == apart.difference


def test_a_change_is_measured_in_those_who_gave_both_answers():
    frame = pd.DataFrame({"now": [3, 4, 5, None], "before": [2, 2, 4, 1], "institution_id": list("aabb")})
    found = statistics.paired(frame.astype({"now": "Int32", "before": "Int32"}), "now", "before")
    assert found["n"] == 3
    assert found["mean"] == pytest.approx(4 / 3)


def test_consensus_is_a_matter_of_more_than_half_beyond_chance():
    clear = statistics.agreement(pd.Series(["a"] * 80 + ["b"] * 20))
    split = statistics.agreement(pd.Series(["a"] * 30 + ["b"] * 25 + ["c"] * 45))
    unsure = statistics.agreement(pd.Series(["a"] * 11 + ["b"] * 9))
    assert (clear.consensus, clear.none) == (True, False)
    assert (split.consensus, split.none, split.top) == (False, False, "c")
    assert statistics.agreement(pd.Series(["a"] * 15 + ["b"] * 15 + ["c"] * 20)).none is False
    assert statistics.agreement(pd.Series(["a"] * 60 + ["b"] * 60 + ["c"] * 80)).none is True
    assert (unsure.consensus, unsure.none) == (False, False)
    assert statistics.agreement(pd.Series([None, None])) is None


# kinds of institutions


def kinds_of_institutions(sizes: dict[str, list[int]], seed: int = 4) -> pd.DataFrame:
    """Respondents of institutions that differ, by kind: so many respondents in each."""
    rng = np.random.default_rng(seed)
    parts = []
    for kind, numbers in sizes.items():
        for number, size in enumerate(numbers):
            safe = rng.random(size) < 0.8 + rng.normal(0, 0.05)
            parts.append(
                pd.DataFrame({"kind": kind, "institution_id": f"{kind}{number}", "feels_safe": np.where(safe, 5, 2)})
            )
    return pd.concat(parts, ignore_index=True)


def test_two_kinds_of_equal_institutions_are_compared_as_welch_does():
    rows = kinds_of_institutions({"a": [400] * 6, "b": [400] * 9})
    means = rows.assign(safe=rows["feels_safe"] == 5).groupby(["kind", "institution_id"])["safe"].mean()
    welch = stats.ttest_ind(means["a"], means["b"], equal_var=False)
    assert statistics.omnibus(rows, ["kind"], cluster="institution_id") == pytest.approx(welch.pvalue, rel=1e-6)
    three = kinds_of_institutions({"a": [300] * 5, "b": [300] * 7, "c": [300] * 4}, seed=8)
    means = three.assign(safe=three["feels_safe"] == 5).groupby(["kind", "institution_id"])["safe"].mean()
    anova = stats.f_oneway(*(means[kind] for kind in "abc"), equal_var=False)
    assert statistics.omnibus(three, ["kind"], cluster="institution_id") == pytest.approx(anova.pvalue, rel=1e-6)


def test_very_unequal_institutions_leave_fewer_degrees_of_freedom():
    rows = kinds_of_institutions({"a": [4000, *[100] * 7], "b": [500] * 8})
    code, names = pd.factorize(rows["kind"])
    clusters = pd.factorize(rows["institution_id"])[0]
    design = Design(code, len(names), np.ones(len(rows)), clusters, np.ones(len(rows), dtype=bool))
    _, free = design.between((rows["feels_safe"] == 5).to_numpy(float))
    assert free[1] == pytest.approx(7)
    assert 1 < free[0] < 3


def test_a_kind_of_one_or_two_institutions_is_not_compared():
    rows = kinds_of_institutions({"a": [400] * 6, "b": [900, 800], "c": [400] * 5})
    pairs = statistics.contrasts(rows, ["kind"], cluster="institution_id")
    assert {*pairs["a"], *pairs["b"]} == {"a", "c"}
    alone = kinds_of_institutions({"a": [400] * 6, "b": [900]})
    assert statistics.contrasts(alone, ["kind"], cluster="institution_id").empty
    assert np.isnan(statistics.omnibus(alone, ["kind"], cluster="institution_id"))
