"""Institutions: how they lie, without any one of them (bins), and one among what chance gives (funnel)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.ticker import FixedLocator, MaxNLocator

from helpers import dutch, statistics
from helpers.figures import theme

GROUND = {"facecolor": "white", "edgecolor": "none", "pad": 0.8}
"""Ground under words that may stand on a line."""


@dataclass(frozen=True)
class Bins:
    """Institutions counted between limits, from low to high, with a reference line and its words.

    Columns: label, low (missing: open), high (missing: open), institutions.
    """

    reference: float
    words: str
    xlabel: str

    def height(self, data: pd.DataFrame) -> float:
        """Height in inches."""
        return 2.8

    def __call__(self, axes: Axes, data: pd.DataFrame) -> None:
        """Draw."""
        counts = data["institutions"].to_numpy(float)
        x = np.arange(len(data))
        axes.bar(x, counts, width=0.86, color=theme.SECTOR_TINT, edgecolor=theme.SECTOR.colour, linewidth=1)
        for place, count in zip(x, counts, strict=True):
            axes.annotate(
                dutch.number(count), (place, count), xytext=(0, 2), textcoords="offset points", ha="center", va="bottom"
            )
        at = self._place(data)
        axes.axvline(at, color=theme.SOFT, linewidth=1, linestyle="--")
        _note(axes, self.words, (at, float(counts.max()) * 1.2), 0, theme.SOFT, "left")
        axes.set_xticks(x, [text.replace(" ", "\n") for text in data["label"]])
        axes.tick_params(axis="x", length=0)
        axes.set_xlim(-0.6, len(data) - 0.4)
        axes.set_ylim(0, float(counts.max()) * 1.35)
        axes.yaxis.set_major_locator(MaxNLocator(5, integer=True))
        axes.yaxis.set_major_formatter(theme.COUNT)
        axes.set_xlabel(self.xlabel)
        axes.set_ylabel("aantal instellingen")

    def _place(self, data: pd.DataFrame) -> float:
        """Where the reference stands among the bars: within a bar by its limits, in the middle of an open one."""
        for i, (low, high) in enumerate(zip(data["low"], data["high"], strict=True)):
            if pd.isna(high) or self.reference < high:
                part = 0.5 if pd.isna(low) or pd.isna(high) else (self.reference - low) / (high - low)
                return i - 0.43 + 0.86 * part
        return float(len(data) - 1)


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
        self._words(axes, own, float(sizes[0]), (float(inner[1][0]), float(outer[1][0])))

    def _words(self, axes: Axes, row: pd.Series, left: float, tops: tuple[float, float]) -> None:
        size, share = float(row["n_effective"]), float(row["safe"])
        own = f"eigen instelling {theme.percent(row)}"
        _note(axes, own, (size, share), 9 if share >= self.mean else -9, theme.OWN.text, "center", bold=True)
        side = 4 if share < self.mean else -4
        _note(axes, f"sector {dutch.percent(self.mean, 1)}", (left, self.mean), side, theme.SECTOR.text, "left")
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
