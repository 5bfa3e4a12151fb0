"""Weighted shares and means with intervals, differences between them, trends and associations.

``intervals``: limits of shares and of their differences; ``design``: what weights and clusters do to precision;
``shares``: shares and means per group; ``contrasts``: all differences between groups, tests and trends;
``association``: correlations, effect sizes, adjusted p-values, and how far answers agree; ``funnel``: institutions
around a target.
"""

from helpers.statistics.association import Agreement, Correlation, agreement, cohen_h, correlation, holm
from helpers.statistics.contrasts import Trend, contrasts, omnibus, trend
from helpers.statistics.funnel import ALARM, ALARM_CONFIDENCE, Funnel, funnel, warning
from helpers.statistics.funnel import limits as funnel_limits
from helpers.statistics.intervals import Difference, by_chance, confidence_level, difference, tukey, wilson, z_value
from helpers.statistics.shares import means, paired, proportion, shares

__all__ = [
    "ALARM",
    "ALARM_CONFIDENCE",
    "Agreement",
    "Correlation",
    "Difference",
    "Funnel",
    "Trend",
    "agreement",
    "by_chance",
    "cohen_h",
    "contrasts",
    "correlation",
    "difference",
    "funnel",
    "funnel_limits",
    "holm",
    "confidence_level",
    "means",
    "omnibus",
    "paired",
    "proportion",
    "shares",
    "trend",
    "tukey",
    "warning",
    "wilson",
    "z_value",
]
