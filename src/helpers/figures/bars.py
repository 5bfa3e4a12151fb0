"""Bars of one share from zero, with their intervals and figures."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.ticker import MaxNLocator

from helpers import dutch
from helpers.figures import rows, theme


@dataclass(frozen=True)
class Bars:
    """One row a ``label``; columns ``low`` and ``high``, where there are any, are drawn as an interval."""

    value: str = "share"
    xlabel: str = ""

    def height(self, data: pd.DataFrame) -> float:
        """Height in inches."""
        return rows.FRAME + rows.Rows(data["label"]).height

    def __call__(self, axes: Axes, data: pd.DataFrame) -> None:
        """Draw."""
        places = rows.Rows(data["label"])
        y = [places.place(text) for text in data["label"]]
        sizes = data[self.value].to_numpy(float)
        axes.barh(
            y, sizes, color=theme.SECTOR_TINT, edgecolor=theme.SECTOR.colour, linewidth=1, height=rows.LINE * 0.85
        )
        reach = sizes
        if {"low", "high"} <= set(data.columns):
            reach = data["high"].to_numpy(float)
            axes.errorbar(
                (data["low"] + data["high"]) / 2,
                y,
                xerr=(reach - data["low"]) / 2,
                fmt="none",
                ecolor=theme.INK,
                elinewidth=1.2,
                capsize=2.5,
            )
        places.draw(axes)
        for text, size in zip(data["label"], sizes, strict=True):
            places.value(axes, text, dutch.percent(size, 0))
        finite = reach[np.isfinite(reach)]
        axes.set_xlim(0, min(1.0, max(0.06, float(finite.max()) * 1.04 if finite.size else 1.0)))
        axes.xaxis.set_major_locator(MaxNLocator(5, steps=[1, 2, 5, 10]))
        axes.xaxis.set_major_formatter(theme.PERCENT)
        axes.set_xlabel(self.xlabel)
