"""Intervals hold what they promise, in worlds whose truth is known.

The quick test draws a few hundred worlds and allows for chance; the slow one (``pytest -m slow``) draws a thousand.
"""

import numpy as np
import pytest
import simulate

QUICK = 200


def test_cheap_statistics_in_a_few_hundred_worlds():
    found = simulate.simulate(simulate.CHEAP, QUICK)
    alarms = found.index.str.startswith("FALSE ALARM")
    assert (found[~alarms] >= 90).all(), found[~alarms]
    assert (found[alarms] <= 10).all(), found[alarms]


@pytest.mark.slow
def test_coverage_of_every_interval_in_a_thousand_worlds():
    found = simulate.simulate((*simulate.CHEAP, *simulate.MODELS), 1000)
    alarms = found.index.str.startswith("FALSE ALARM")
    assert found[~alarms].between(93, 97).all(), found[~alarms]
    assert (found[alarms] <= 7).all(), found[alarms]
    assert abs(np.mean(simulate.ALL_EXCESS)) < 0.001
