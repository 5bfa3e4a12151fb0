"""Dot plots: shares with their intervals, one row a group, one lane a unit."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd
from matplotlib.axes import Axes

from helpers.figures import rows, theme


@dataclass(frozen=True)
class Dots:
    """Rows by ``label``, lanes by the column ``by``; the share of the first unit is told at the right.

    Groups that are no units (LHB and others) are drawn in the order in which they come, and each is told.
    """

    value: str = "safe"
    low: str = "safe_low"
    high: str = "safe_high"
    by: str = "scope"
    xlabel: str = "voelt zich veilig"

    def height(self, data: pd.DataFrame) -> float:
        """Height in inches."""
        return rows.FRAME + rows.key_height(data[self.by]) + self._rows(data).height

    def __call__(self, axes: Axes, data: pd.DataFrame) -> None:
        """Draw."""
        self.draw(axes, data)
        rows.key(axes, theme.looks_of(data[self.by]))

    def _rows(self, data: pd.DataFrame) -> rows.Rows:
        return rows.Rows(data["label"], data[self.by].nunique())

    def draw(self, axes: Axes, data: pd.DataFrame) -> None:
        """Draw without the key."""
        places = self._rows(data)
        looks = theme.looks_of(data[self.by])
        for lane, (name, look) in enumerate(looks.items()):
            part = data[data[self.by] == name]
            y = [places.place(text, lane) for text in part["label"]]
            axes.hlines(y, part[self.low], part[self.high], color=look.colour, linewidth=1.8)
            axes.plot(part[self.value], y, look.marker, color=look.colour, markerfacecolor=look.face)
        places.draw(axes)
        theme.percent_axis(axes.xaxis, data[[self.value, self.low, self.high]].to_numpy(float))
        axes.set_xlabel(self.xlabel)
        for lane, (name, look) in enumerate(looks.items()):
            if lane == 0 or self.by != "scope":
                told = {row["label"]: row for _, row in data[data[self.by] == name].iterrows()}
                for text in places.labels:
                    places.value(axes, text, theme.percent(told.get(text, {}), self.value), look.text, lane)
