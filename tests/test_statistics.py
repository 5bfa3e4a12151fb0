"""Weighted shares and intervals, against published values and first principles."""

import numpy as np
import pandas as pd
import pytest

from helpers import statistics


def rows(answers, weights=None, **columns):
    frame = pd.DataFrame({"feels_safe": pd.array(answers, dtype="Int32"), **columns})
    return frame.assign(weight=weights if weights is not None else 1.0)


def test_wilson_interval_as_published():
    # Newcombe (1998), Statistics in Medicine 17: 857-872, table I, method 3: 81 of 263 and 15 of 148
    low, high = statistics.wilson([81 / 263, 15 / 148, 0 / 20, 1 / 29], [263, 148, 20, 29])
    assert np.round(low, 4).tolist() == [0.2553, 0.0624, 0.0, 0.0061]
    assert np.round(high, 4).tolist() == [0.3662, 0.1605, 0.1611, 0.1718]


def test_difference_interval_as_published():
    # Newcombe (1998), Statistics in Medicine 17: 873-890, table II, method 10: 56/70 - 48/80 and 9/10 - 3/10
    first = statistics.difference(
        pd.Series({"safe": 56 / 70, "n_effective": 70}), pd.Series({"safe": 48 / 80, "n_effective": 80})
    )
    assert (round(first.low, 4), round(first.high, 4)) == (0.0524, 0.3339)
    second = statistics.difference(
        pd.Series({"safe": 9 / 10, "n_effective": 10}), pd.Series({"safe": 3 / 10, "n_effective": 10})
    )
    assert (round(second.low, 4), round(second.high, 4)) == (0.1705, 0.8090)


def test_shares_are_weighted_and_counts_are_not():
    found = statistics.shares(rows([5, 4, 3, 1], weights=[3.0, 1.0, 1.0, 1.0])).iloc[0]
    assert found["n"] == 4
    assert found["safe"] == pytest.approx(4 / 6)
    assert found["neutral"] == pytest.approx(1 / 6)
    assert found["unsafe"] == pytest.approx(1 / 6)
    assert found["n_effective"] == pytest.approx(36 / 12)


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
