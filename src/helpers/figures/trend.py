"""Shares over waves: one line a unit, with intervals and marked breaks; or small panels, one a group."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from helpers.figures import theme
from helpers.figures.rows import LINE

BREAKS = {"wording": "andere vraag", "scale": "andere schaal", "population": "andere groep", "mode": "anders gevraagd"}
DODGE = 0.09
"""Years between the intervals of two units in one wave."""


@dataclass(frozen=True)
class Trend:
    """Lines over waves, labelled at their ends: columns wave, scope, safe, safe_low, safe_high.

    ``breaks``: waves before which the question changed, with the kind of change; there the line is broken.
    ``names=False``: the ends tell shares only, where the units are named above.
    """

    ylabel: str = "voelt zich veilig"
    breaks: Sequence[tuple[int, str]] = ()
    names: bool = True

    def height(self, data: pd.DataFrame) -> float:
        """Height in inches."""
        return 3.0

    def __call__(self, axes: Axes, data: pd.DataFrame) -> None:
        """Draw."""
        data = data.assign(wave=data["wave"].astype(int))
        waves = sorted(set(data["wave"]))
        looks = theme.looks_of(data["scope"])
        theme.percent_axis(axes.yaxis, data[["safe", "safe_low", "safe_high"]].to_numpy(float))
        axes.set_xticks(waves, list(map(str, waves)))
        axes.set_xlim(min(waves) - 0.5, max(waves) + 0.5)
        axes.grid(axis="x", visible=False)
        axes.set_ylabel(self.ylabel)
        changed = self._mark(axes, waves)
        for index, (scope, look) in enumerate(looks.items()):
            shift = (index - (len(looks) - 1) / 2) * DODGE
            line(axes, data[data["scope"] == scope].sort_values("wave"), look, shift, changed)
        _ends(axes, data, looks, self.names)

    def _mark(self, axes: Axes, waves: list[int]) -> list[int]:
        """Dotted lines with words where the question changed; gives the waves that are shown."""
        found = []
        for wave, kind in self.breaks:
            before = [each for each in waves if each < wave]
            if not before or wave not in waves:
                continue
            found.append(wave)
            place = (max(before) + wave) / 2
            axes.axvline(place, color=theme.FAINT, linewidth=1, linestyle=":")
            axes.annotate(
                theme.wrap(BREAKS[kind], 8),
                (place, 1),
                xycoords=("data", "axes fraction"),
                xytext=(0, 3),
                textcoords="offset points",
                ha="center",
                color=theme.SOFT,
            )
        return found


def line(axes: Axes, part: pd.DataFrame, look: theme.Look, shift: float, breaks: Sequence[int]) -> None:
    """One unit's line with its intervals, not drawn through where the question changed."""
    x = part["wave"] + shift
    axes.vlines(x, part["safe_low"], part["safe_high"], color=look.colour, linewidth=1.2)
    stretch = part["wave"].map(lambda wave: sum(wave >= each for each in breaks))
    for _, each in part.groupby(stretch):
        axes.plot(each["wave"] + shift, each["safe"], color=look.colour, linewidth=2, linestyle=look.line)
    axes.plot(x, part["safe"], look.marker, color=look.colour, markerfacecolor=look.face, linestyle="none")


def _ends(axes: Axes, data: pd.DataFrame, looks: dict[str, theme.Look], names: bool) -> None:
    """Names (where asked) and shares beside the last points, pushed apart where they would overlap."""
    low, high = axes.get_ylim()
    lasts = data.sort_values("wave").groupby("scope").tail(1).sort_values("safe")
    gap = (high - low) * (2.1 if names else 1.1) * LINE / 1.9
    places: list[float] = []
    for value in lasts["safe"]:
        places.append(max(float(value), places[-1] + gap) if places else float(value))
    over = max(0.0, places[-1] - (high - gap / 3)) if places else 0.0
    for (_, row), place in zip(lasts.iterrows(), places, strict=True):
        look = looks[row["scope"]]
        text = (f"{look.short or row['scope']}\n" if names else "") + theme.percent(row)
        theme.beside(axes, text, place - over, look.text, gap=2)


@dataclass(frozen=True)
class Panels:
    """Small panels on one scale, one a ``label``: columns wave, safe, safe_low, safe_high."""

    breaks: Sequence[int] = ()
    columns: int = 2

    def height(self, data: pd.DataFrame) -> float:
        """Height in inches."""
        return 0.2 + 1.35 * math.ceil(data["label"].nunique() / self.columns)

    def __call__(self, axes: Axes, data: pd.DataFrame) -> None:
        """Draw."""
        labels = list(dict.fromkeys(data["label"]))
        data = data.assign(wave=data["wave"].astype(int))
        figure = axes.get_figure()
        axes.remove()
        count = math.ceil(len(labels) / self.columns)
        grid = figure.subplots(count, self.columns, sharex=True, sharey=True, squeeze=False).ravel()
        waves = sorted(set(data["wave"]))
        for panel, label in zip(grid, labels, strict=False):
            part = data[data["label"] == label].sort_values("wave")
            line(panel, part, theme.SECTOR, 0.0, self.breaks)
            last = part.iloc[-1]
            panel.set_title(f"{label}: {theme.percent(last)}", fontweight="normal")
        for panel in grid[len(labels) :]:
            panel.set_axis_off()
        theme.percent_axis(grid[0].yaxis, data[["safe", "safe_low", "safe_high"]].to_numpy(float), ticks=3)
        grid[0].set_xticks(waves, [f"’{str(wave)[2:]}" for wave in waves])
        grid[0].set_xlim(min(waves) - 0.6, max(waves) + 0.6)
        for panel in grid[: len(labels)][-self.columns :]:
            panel.tick_params(labelbottom=True)
        for panel in np.asarray(grid):
            panel.grid(axis="x", visible=False)
