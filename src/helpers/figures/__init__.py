"""House style and the kinds of figure that the chapters use ([docs/figures.md](../../docs/figures.md)).

A kind is a frozen dataclass: called with axes and released data it draws; ``height(data)`` says how high the figure
must be, in inches. None computes statistics but the limits of a funnel. SVG and PNG are reproducible to the byte.
"""

from helpers.figures.answers import Answers
from helpers.figures.bars import Bars
from helpers.figures.canvas import render
from helpers.figures.dots import Dots
from helpers.figures.grids import Heat, Regions, coverage
from helpers.figures.institutions import Bins, Funnel
from helpers.figures.standing import Standing
from helpers.figures.theme import WIDTH
from helpers.figures.trend import Panels, Trend

__all__ = [
    "WIDTH",
    "Answers",
    "Bars",
    "Bins",
    "Dots",
    "Funnel",
    "Heat",
    "Panels",
    "Regions",
    "Standing",
    "Trend",
    "coverage",
    "render",
]
