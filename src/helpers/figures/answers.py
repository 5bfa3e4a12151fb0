"""The five answers as bars around neutral: unsafe to the left, safe to the right."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.patches import Patch

from helpers import dutch
from helpers.figures import theme

COLUMNS = tuple(f"answer_{answer}" for answer in range(1, 6))
WORDS = ("1 onveilig", "2", "3 neutraal", "4", "5 veilig")
NEUTRAL = theme.ANSWERS[2]
LEAST = 0.055
"""Smaller shares have no figure in the bar; the table has them all."""


@dataclass(frozen=True)
class Answers:
    """One bar a ``label``, with the shares of the five answers, centred on the middle of neutral."""

    def height(self, data: pd.DataFrame) -> float:
        """Height in inches."""
        return 0.5 + 0.66 * len(data)

    def __call__(self, axes: Axes, data: pd.DataFrame) -> None:
        """Draw."""
        shares = data[list(COLUMNS)].to_numpy(float)
        start = -(shares[:, 0] + shares[:, 1] + shares[:, 2] / 2)
        least = float(start.min())
        for row, (_, each) in enumerate(data.iterrows()):
            safe, unsafe = (theme.percent(each, name) for name in ("safe", "unsafe"))
            words = f"{each['label']}: {safe} veilig, {unsafe} onveilig"
            axes.text(least, row - 0.33, words, va="bottom")
        for column, colour in enumerate(theme.ANSWERS):
            sizes = shares[:, column]
            edge = theme.FAINT if colour == NEUTRAL else "white"
            axes.barh(range(len(data)), sizes, left=start, color=colour, height=0.5, edgecolor=edge, linewidth=0.8)
            for row, (size, left) in enumerate(zip(sizes, start, strict=True)):
                if size >= LEAST:
                    words = dutch.percent(size, 0)
                    axes.text(left + size / 2, row, words, ha="center", va="center", color=theme.on(colour))
            start = start + sizes
        axes.set_ylim(len(data) - 0.65, -0.75)
        axes.set_xlim(least - 0.005, float(np.nanmax(start)) + 0.005)
        axes.set_axis_off()
        handles = [
            Patch(facecolor=colour, edgecolor=theme.FAINT if colour == NEUTRAL else colour, label=word)
            for colour, word in zip(theme.ANSWERS, WORDS, strict=True)
        ]
        axes.figure.legend(
            handles=handles, loc="outside upper left", ncols=5, handlelength=0.8, handletextpad=0.3, columnspacing=0.9
        )
