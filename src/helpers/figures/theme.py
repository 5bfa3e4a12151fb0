"""House style: type and axes that all figures share, in the colours and letters of the brand.

A unit has one colour, one marker and one line everywhere; they differ in lightness too, so that a grey print tells them
apart. Answers have colours of their own, which no unit has. Every mark stands out 3:1 against white and every text
4.5:1 against what it stands on (:mod:`helpers.brand` checks it).
"""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import matplotlib

matplotlib.use("Agg", force=False)

import matplotlib.colors
import numpy as np
from matplotlib.font_manager import fontManager
from matplotlib.ticker import FuncFormatter, MaxNLocator

from helpers import brand, disclosure, dutch

WIDTH = 5.0
"""Width of a figure in inches: on a telephone of 360 pixels its text is then nine pixels high."""
SIZE = 10
"""Size of all text in points; nothing is smaller."""

BRAND = brand.load()
INK, SOFT, FAINT, GRID = map(BRAND.colour, ("figure-ink", "figure-soft", "faint", "grid"))
for _file in BRAND.letters():
    fontManager.addfont(_file)


@dataclass(frozen=True)
class Look:
    """How a unit or group is drawn: ``colour`` of marks, ``text`` for words in that colour, marker and line."""

    colour: str
    text: str
    marker: str
    filled: bool
    line: str
    short: str = ""

    @property
    def face(self) -> str:
        """Colour inside the marker."""
        return self.colour if self.filled else "white"


def _look(name: str, text: str, marker: str, filled: bool, line: str, short: str = "") -> Look:
    return Look(BRAND.colour(name), BRAND.colour(text), marker, filled, line, short)


OWN = _look("own", "own", "D", True, "-", "eigen")
COMPARABLE = _look("comparable", "comparable-text", "s", False, "--", "vergelijkbaar")
SECTOR = _look("sector", "sector", "o", True, "-", "alle instellingen")
SECTOR_SOFT = BRAND.colour("sector-soft")
"""Intervals of the sector's institutions, where there are many."""
SECTOR_TINT = BRAND.colour("sector-tint")
"""Inside of bars, which the sector's colour edges, so that an interval is seen on them."""
EXPECTED = _look("expected", "expected-text", "^", False, ":", "verwacht")
SCOPES = {
    "eigen instelling": OWN,
    "verwacht": EXPECTED,
    "vergelijkbare instellingen": COMPARABLE,
    "alle instellingen": SECTOR,
}
GROUPS = (
    _look("sector", "sector", "o", True, "-"),
    _look("comparable", "comparable-text", "o", False, "--"),
    _look("expected", "expected-text", "s", True, ":"),
)
"""Groups that are compared with one another, in order."""

ANSWERS = tuple(map(BRAND.colour, brand.ANSWERS))
"""The five answers, from 1 (unsafe) to 5 (safe): dark at both ends; neutral, the lightest, has a grey edge."""

STYLE = {
    "font.family": BRAND.family,
    "font.size": SIZE,
    "axes.titlesize": SIZE,
    "axes.titlelocation": "left",
    "axes.titleweight": "bold",
    "axes.labelsize": SIZE,
    "axes.labelcolor": SOFT,
    "axes.edgecolor": FAINT,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.spines.left": False,
    "axes.grid": True,
    "axes.axisbelow": True,
    "grid.color": GRID,
    "grid.linewidth": 0.8,
    "text.color": INK,
    "xtick.color": FAINT,
    "xtick.labelcolor": INK,
    "ytick.color": FAINT,
    "ytick.labelcolor": INK,
    "ytick.left": False,
    "lines.markersize": 7,
    "lines.markeredgewidth": 1.6,
    "legend.frameon": False,
    "figure.facecolor": "white",
    "svg.fonttype": "path",
    "figure.constrained_layout.use": True,
    "figure.constrained_layout.h_pad": 0.06,
    "figure.constrained_layout.w_pad": 0.06,
}

PERCENT = FuncFormatter(lambda value, _: f"{dutch.number(value * 100)}%")
POINTS = FuncFormatter(lambda value, _: ("+" if value > 1e-9 else "") + dutch.number(value * 100))
COUNT = FuncFormatter(lambda value, _: dutch.number(value))


def look_of(scope: str) -> Look:
    """Fixed look of a unit by its Dutch name; a name that is none of these is that of one institution."""
    name = scope.casefold()
    return next((look for start, look in SCOPES.items() if name.startswith(start.split()[0])), OWN)


def looks_of(names: Iterable[str]) -> dict[str, Look]:
    """Look of each name, in the order in which they are drawn: units by their own, other groups by their place."""
    names = list(dict.fromkeys(names))
    known = {start.split()[0] for start in SCOPES}
    if all(name.casefold().split()[0] in known for name in names):
        order = list(SCOPES.values())
        return {name: look_of(name) for name in sorted(names, key=lambda name: order.index(look_of(name)))}
    return {name: GROUPS[index % len(GROUPS)] for index, name in enumerate(names)}


def percent(row: Mapping[str, float], column: str = "safe") -> str:
    """A released share, in the decimals in which its row is told."""
    return dutch.percent(row.get(column), row.get(disclosure.DECIMALS))


def contrast(one: str, other: str = "white") -> float:
    """Contrast of two colours, 1 to 21 (WCAG)."""
    return brand.contrast(matplotlib.colors.to_hex(one), matplotlib.colors.to_hex(other))


def on(colour) -> str:
    """Colour for text on a ground: white or black, whichever stands out most."""
    ground = matplotlib.colors.to_hex(colour)
    return max(("white", "black"), key=lambda text: contrast(text, ground))


def beside(axes, text: str, value: float, colour: str, gap: int) -> None:
    """Words to the right of the axes at the height of a value, ``gap`` points away."""
    axes.annotate(
        text,
        (1, value),
        xycoords=("axes fraction", "data"),
        xytext=(gap, 0),
        textcoords="offset points",
        va="center",
        color=colour,
        annotation_clip=False,
    )


def wrap(text: str, width: int = 26) -> str:
    """Text broken into lines of at most ``width`` characters, between words; longer words are broken."""
    return "\n".join(textwrap.wrap(str(text), width)) or str(text)


def percent_axis(axis, values: np.ndarray, low: float = 0.0, ticks: int = 5) -> None:
    """Percent scale with room around the values, from ``low`` (0 or -100 percent) to 100 percent at the most.

    Steps are whole percents: the scale spans six of them at least.
    """
    finite = values[np.isfinite(values)]
    least, most = (float(finite.min()), float(finite.max())) if finite.size else (0.0, 1.0)
    room = max(0.01, (most - least) * 0.08, (0.06 - (most - least)) / 2)
    limits = max(low, least - room), min(1.0, most + room)
    axis.axes.set(**{f"{axis.axis_name}lim": (min(limits[0], limits[1] - 0.06), max(limits[1], limits[0] + 0.06))})
    axis.set_major_locator(MaxNLocator(ticks, steps=[1, 2, 5, 10]))
    axis.set_major_formatter(PERCENT if low == 0.0 else POINTS)
