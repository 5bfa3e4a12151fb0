"""Institutions: all of them without names (caterpillar), and one among what chance gives (funnel)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.ticker import FixedLocator

from helpers import dutch, statistics
from helpers.figures import theme

GROUND = {"facecolor": "white", "edgecolor": "none", "pad": 0.8}
"""Ground under words that may stand on a line."""


@dataclass(frozen=True)
class Caterpillar:
    """Units in order of their value, with intervals and without names, around a reference line with its words.

    ``marked``: units whose interval lies wholly on one side of the line are filled, the others open.
    """

    mean: float
    reference: str
    value: str = "safe"
    low: str = "low"
    high: str = "high"
    ylabel: str = "voelt zich veilig"
    marked: bool = False

    def height(self, data: pd.DataFrame) -> float:
        """Height in inches."""
        return 3.0

    def __call__(self, axes: Axes, data: pd.DataFrame) -> None:
        """Draw."""
        ordered = data.sort_values(self.value, kind="stable").reset_index(drop=True)
        x = np.arange(1, len(ordered) + 1)
        look, size = theme.SECTOR, float(np.clip(190 / len(ordered), 1.5, 6))
        axes.vlines(x, ordered[self.low], ordered[self.high], color=theme.SECTOR_SOFT, linewidth=size / 3)
        axes.axhline(self.mean, color=theme.SOFT, linewidth=1, linestyle="--")
        clear = ((ordered[self.low] > self.mean) | (ordered[self.high] < self.mean)).to_numpy() | (not self.marked)
        for chosen, face in ((clear, look.colour), (~clear, "white")):
            axes.plot(
                x[chosen],
                ordered[self.value][chosen],
                "o",
                color=look.colour,
                markerfacecolor=face,
                markersize=size,
                markeredgewidth=min(1.2, size / 3),
            )
        values = np.append(ordered[[self.value, self.low, self.high]].to_numpy(float), self.mean)
        theme.percent_axis(axes.yaxis, values, low=0.0 if self.mean > 0 else -1.0)
        theme.beside(axes, self.reference.replace(" ", "\n", 1), self.mean, theme.SOFT, gap=3)
        axes.set_xlim(0.2 if len(ordered) > 3 else 0, len(ordered) + (0.8 if len(ordered) > 3 else 1))
        axes.set_xticks([])
        axes.set_xlabel("instellingen, van laag naar hoog" if len(ordered) > 1 else "één instelling")
        axes.set_ylabel(self.ylabel)


@dataclass(frozen=True)
class Funnel:
    """The unit's own place among the limits that chance alone gives around the sector's mean.

    Limits: see :mod:`helpers.statistics.funnel`. Columns: n_effective, safe.
    """

    mean: float

    def height(self, data: pd.DataFrame) -> float:
        """Height in inches."""
        return 3.2

    def __call__(self, axes: Axes, data: pd.DataFrame) -> None:
        """Draw."""
        own = data.iloc[0]
        size, share = float(own["n_effective"]), float(own["safe"])
        sizes = np.geomspace(max(10, size / 8), max(400, size * 4), 120)
        inner = statistics.funnel_limits(self.mean, sizes, statistics.warning())
        outer = statistics.funnel_limits(self.mean, sizes, statistics.ALARM)
        for limits, style in ((inner, "-"), (outer, "--")):
            for edge in limits:
                axes.plot(sizes, edge, style, color=theme.FAINT, linewidth=1.2)
        axes.axhline(self.mean, color=theme.SECTOR.colour, linewidth=1.6)
        axes.plot([size], [share], theme.OWN.marker, color=theme.OWN.colour, markersize=9)
        values = np.concatenate([*outer, [share]])
        theme.percent_axis(axes.yaxis, values)
        axes.set_xscale("log")
        axes.xaxis.set_major_locator(_sizes(sizes[0], sizes[-1]))
        axes.xaxis.set_major_formatter(theme.COUNT)
        axes.minorticks_off()
        axes.set_xlim(sizes[0], sizes[-1])
        axes.set_xlabel("aantal respondenten (effectief)")
        axes.set_ylabel("voelt zich veilig")
        self._words(axes, size, share, float(sizes[0]), (float(inner[1][0]), float(outer[1][0])))

    def _words(self, axes: Axes, size: float, share: float, left: float, tops: tuple[float, float]) -> None:
        own = f"eigen instelling {dutch.percent(share)}"
        _note(axes, own, (size, share), 9 if share >= self.mean else -9, theme.OWN.text, "center", bold=True)
        side = 4 if share < self.mean else -4
        _note(axes, f"sector {dutch.percent(self.mean)}", (left, self.mean), side, theme.SECTOR.text, "left")
        limits = (statistics.confidence_level(), statistics.ALARM_CONFIDENCE)
        for top, confidence, up in zip(tops, limits, (-2, 2), strict=True):
            _note(axes, f"{dutch.confidence(confidence)}-grens", (left, top), up, theme.SOFT, "left")


def _note(axes: Axes, words: str, at: tuple[float, float], up: float, colour: str, side: str, bold=False) -> None:
    """Words above (``up`` positive) or below a point, in points."""
    axes.annotate(
        words,
        at,
        xytext=(3 if side == "left" else 0, up),
        textcoords="offset points",
        ha=side,
        va="bottom" if up > 0 else "top",
        color=colour,
        fontweight="bold" if bold else "normal",
        bbox=GROUND,
    )


def _sizes(low: float, high: float) -> FixedLocator:
    """Round numbers of respondents between two, at most five, for a logarithmic scale."""
    steps = [step * 10**power for power in range(1, 7) for step in (1, 2, 5)]
    found = [size for size in steps if low <= size <= high]
    return FixedLocator(found[:: max(1, -(-len(found) // 5))])
