"""What may be shown: minimum cells, their protection, and failing closed."""

import numpy as np
import pandas as pd
import pytest

from helpers import disclosure, settings
from helpers.publish import Cells

RULES = settings.Disclosure(
    minimum_respondents=10,
    minimum_benchmark_institutions=3,
    benchmark_rounding=10,
    protection_width=5,
    extreme_shares_hidden_below=30,
)


def release(counts, values=None, **options):
    data = pd.DataFrame({"label": range(len(counts)), "n": counts, "share": values or [0.5] * len(counts)})
    return disclosure.release(data, rules=RULES, hide=["share"], **options)


def reasons(counts, **options):
    return list(release(counts, **options).data[disclosure.REASON])


def test_a_cell_of_nine_is_hidden_and_of_ten_is_shown():
    released = release([9, 10]).data
    assert list(released["share"].isna()) == [True, False]
    assert list(released["n"].isna()) == [True, False]


def test_a_missing_count_is_hidden():
    assert reasons([np.nan, 50]) == [disclosure.TOO_FEW, ""]


def test_one_hidden_group_takes_the_smallest_shown_group_with_it():
    assert reasons([5, 200, 40], partition=[]) == [disclosure.TOO_FEW, "", disclosure.PROTECTS]


def test_two_hidden_groups_that_are_together_too_small_take_a_third():
    assert reasons([3, 4, 50, 90], partition=[]) == [disclosure.TOO_FEW] * 2 + [disclosure.PROTECTS, ""]


def test_two_hidden_groups_that_are_together_large_enough_protect_each_other():
    assert reasons([6, 7, 50], partition=[]) == [disclosure.TOO_FEW] * 2 + [""]


def test_an_empty_group_needs_no_protection_and_gives_none():
    assert reasons([0, 60, 50], partition=[]) == [disclosure.TOO_FEW, "", ""]
    assert reasons([0, 5, 60, 50], partition=[])[3] == disclosure.PROTECTS


def test_each_partition_is_protected_by_itself():
    data = pd.DataFrame({"scope": ["a", "a", "b", "b"], "n": [5, 80, 60, 70], "share": 0.5})
    released = disclosure.release(data, rules=RULES, hide=["share"], partition=["scope"])
    assert list(released.data[disclosure.REASON] != "") == [True, True, False, False]


@pytest.mark.parametrize("share", [0.0, 1.0])
def test_shares_of_nobody_and_everybody_are_hidden_in_small_groups(share):
    assert list(release([29, 30], [share, share], shares=["share"]).data["share"].isna()) == [True, False]


def test_a_hidden_group_cannot_be_computed_from_the_total_and_the_others():
    rng = np.random.default_rng(7)
    for _ in range(500):
        counts = rng.integers(0, 40, rng.integers(2, 7))
        hidden = np.array(reasons(list(counts), partition=[])) != ""
        populated = hidden & (counts > 0)
        if populated.any() and (~hidden).any():
            assert populated.sum() >= 2
            assert counts[populated].sum() >= RULES.minimum_respondents


def test_nothing_is_released_unchecked():
    with pytest.raises(KeyError, match="weg"):
        disclosure.release(pd.DataFrame({"n": [20]}), rules=RULES, hide=["weg"])


def test_only_declared_columns_leave():
    data = pd.DataFrame({"label": ["a"], "n": [50], "share": [0.5], "secret": ["x"]})
    released = Cells(data, keys=["label"], hide=["share"]).release(RULES)
    assert list(released.data.columns) == ["label", "n", "share", disclosure.REASON]


def test_what_was_hidden_is_counted():
    assert release([5, 200, 40], partition=[]).hidden == {disclosure.TOO_FEW: 1, disclosure.PROTECTS: 1}


def cells(rows, **options):
    data = pd.DataFrame(rows, columns=["label", "n", "share", "mark"])
    return Cells(data, keys=["label"], hide=["share"], **options).release(RULES).data


def test_counts_over_several_institutions_are_told_in_multiples_after_they_were_checked():
    data = cells(
        [("a", 9, 0.5, True), ("b", 14, 0.5, True), ("c", 15, 0.5, True), ("d", 14, 0.5, False)], rounded="mark"
    )
    assert data["n"].isna().tolist() == [True, False, False, False]  # nine is nine, not ten
    assert data["n"].tolist()[1:] == [10, 20, 14]


def test_how_many_left_a_question_blank_is_no_secret_but_their_share_is():
    data = cells([("unknown", 7, 0.5, True), ("b", 50, 0.5, False)], counted="mark")
    assert data["n"].tolist() == [7, 50]
    assert data["share"].isna().tolist() == [True, False]


def test_a_count_that_says_which_row_it_is_can_be_checked_without_being_told():
    data = cells([("a", 9, 0.5, True), ("b", 50, 0.5, True)], show_count=False)
    assert "n" not in data
    assert data["share"].isna().tolist() == [True, False]
