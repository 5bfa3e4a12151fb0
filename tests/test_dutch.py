"""Dutch numbers and words, and the one rule for words of size."""

import math

import pytest

from helpers import dutch, wording


@pytest.mark.parametrize(
    ("value", "decimals", "written"),
    [
        (12345.6, 0, "12.346"),
        (0.5, 1, "0,5"),
        (-3.25, 1, "−3,2"),
        (-0.01, 1, "0,0"),
        (math.nan, 0, "–"),
        (None, 2, "–"),
    ],
)
def test_numbers(value, decimals, written):
    assert dutch.number(value, decimals) == written


def test_percentages_and_intervals():
    assert dutch.percent(0.8087) == "80,9%"
    assert dutch.percent(None) == "–"
    assert dutch.interval(0.802, 0.8154) == "80,2 tot 81,5"
    assert dutch.points(-0.0512) == "5,1 procentpunt"


def test_lists_and_plurals():
    assert dutch.enumerate_words(["a"]) == "a"
    assert dutch.enumerate_words(["a", "b", "c"]) == "a, b en c"
    assert dutch.plural(1, "instelling", "instellingen") == "1 instelling"
    assert dutch.plural(1200, "instelling", "instellingen") == "1.200 instellingen"


@pytest.mark.parametrize(
    ("difference", "low", "high", "words"),
    [
        (0.05, 0.02, 0.08, "duidelijk vaker"),
        (0.02, 0.01, 0.03, "iets vaker"),
        (-0.05, -0.08, -0.02, "duidelijk minder vaak"),
        (0.005, -0.01, 0.02, "ongeveer even vaak"),
        (-0.005, -0.02, 0.029, "ongeveer even vaak"),
        (0.02, -0.01, 0.05, "niet duidelijk vaker of minder vaak"),
        (0.0, -0.03, 0.03, "niet duidelijk vaker of minder vaak"),
        (-0.05, -0.11, 0.01, "niet duidelijk vaker of minder vaak"),
    ],
)
def test_words_of_size_follow_one_rule(difference, low, high, words):
    assert wording.compared(difference, low, high) == words


def test_an_interval_turns_with_its_difference():
    assert wording.with_interval(-0.05, -0.08, -0.02) == wording.with_interval(0.05, 0.02, 0.08)


def test_what_is_equal_is_equal_to_and_what_differs_differs_from():
    assert wording.compared_safe(0.005, -0.01, 0.02) == "ongeveer even vaak veilig als"
    assert wording.compared_safe(0.05, -0.01, 0.11) == "niet duidelijk vaker of minder vaak veilig dan"
    assert wording.compared_safe(0.05, 0.02, 0.08) == "duidelijk vaker veilig dan"


@pytest.mark.parametrize(
    ("difference", "low", "high", "words"),
    [
        (0.02, 0.01, 0.03, "licht gestegen"),
        (-0.05, -0.08, -0.02, "duidelijk gedaald"),
        (0.005, -0.01, 0.02, "nagenoeg gelijk gebleven"),
        (0.005, -0.087, 0.142, "niet duidelijk veranderd"),
        (-0.1, -0.5, 0.3, "niet duidelijk veranderd"),
    ],
)
def test_equal_is_shown_and_not_assumed(difference, low, high, words):
    assert wording.changed(difference, low, high) == words


def test_whole_percentages_have_no_decimals():
    assert dutch.percent(0.79) == "79%"
    assert dutch.percent(0.47 - 0.4) == "7%"
    assert dutch.percent(0.7901) == "79,0%"
    assert dutch.percent(0.79, sign=False) == "79"
    assert dutch.points(0.1) == "10 procentpunt"
    assert dutch.interval(0.39, 0.96) == "39 tot 96"
    assert dutch.interval(0.0, 0.034) == "0,0 tot 3,4"
