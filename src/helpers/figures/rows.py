"""Rows of a figure from top to bottom, with their words, and what stands beside or above them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.lines import Line2D

from helpers.figures.theme import INK, Look, wrap

LINE, GAP = 0.185, 0.13
"""Height of a line of text, and between rows, in inches."""
BESIDE = 18
"""Words longer than this stand above their row, so that the picture keeps its width on a telephone."""
ABOVE = 50
FRAME = 0.62
"""Height of an axis with its words, in inches."""


class Rows:
    """Places of rows in inches from the top; a row has one lane for each unit that is drawn in it."""

    def __init__(self, labels: Sequence[str], lanes: int = 1) -> None:
        self.labels = list(dict.fromkeys(labels))
        self.lanes = max(1, lanes)
        self.above = any(len(str(text)) > BESIDE for text in self.labels)
        self._words = {text: wrap(text, ABOVE if self.above else BESIDE) for text in self.labels}
        self._tops: dict[str, float] = {}
        top = GAP / 2
        for text in self.labels:
            self._tops[text] = top
            top += self._head(text) + self.lanes * LINE + GAP
        self.height = top - GAP / 2

    def _head(self, text: str) -> float:
        lines = self._words[text].count("\n") + 1
        return lines * LINE if self.above else max(0.0, lines * LINE - self.lanes * LINE)

    def place(self, text: str, lane: int = 0) -> float:
        """Middle of a lane of the row with these words."""
        return self._tops[text] + self._head(text) * (1 if self.above else 0.5) + (lane + 0.5) * LINE

    def middle(self, text: str) -> float:
        """Middle of all lanes of the row."""
        return (self.place(text) + self.place(text, self.lanes - 1)) / 2

    def draw(self, axes: Axes) -> None:
        """Scale of the axes and words of the rows."""
        axes.set_ylim(self.height, 0)
        axes.grid(axis="y", visible=False)
        if not self.above:
            axes.set_yticks([self.middle(text) for text in self.labels], [self._words[text] for text in self.labels])
            return
        axes.set_yticks([])
        for text in self.labels:
            axes.text(
                0,
                self._tops[text] + self._head(text) - 0.02,
                self._words[text],
                transform=axes.get_yaxis_transform(),
                va="bottom",
                color=INK,
            )

    def value(self, axes: Axes, text: str, written: str, colour: str = INK, lane: int = 0) -> None:
        """A figure in words, right of the row."""
        axes.text(
            1.02,
            self.place(text, lane),
            written,
            transform=axes.get_yaxis_transform(),
            va="center",
            ha="left",
            color=colour,
            fontweight="bold",
        )


def key(axes: Axes, looks: Mapping[str, Look], lines: bool = False) -> None:
    """What each marker is, in one row above the picture; nothing where there is one kind only."""
    if len(looks) < 2:
        return
    handles = [
        Line2D(
            [],
            [],
            color=look.colour,
            marker=look.marker,
            markerfacecolor=look.face,
            linestyle=look.line if lines else "none",
            label=look.short or name,
        )
        for name, look in looks.items()
    ]
    legend = axes.figure.legend(
        handles=handles, loc="outside upper left", ncols=len(handles), handletextpad=0.3, columnspacing=1.2
    )
    for words, look in zip(legend.get_texts(), looks.values(), strict=True):
        words.set_color(look.text)


def key_height(names: pd.Series) -> float:
    """Height of the key in inches."""
    return 0.32 if names.nunique() > 1 else 0.0
