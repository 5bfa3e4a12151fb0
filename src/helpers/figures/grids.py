"""Figures of cells: themes by group, regions as tiles, sources by institution."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import matplotlib.colors
import matplotlib.patches
import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from helpers import dutch
from helpers.figures import theme
from helpers.figures.dots import Dots
from helpers.figures.rows import LINE

TILES = {"noord": (0.5, 0), "west": (0, 1), "oost": (1, 1), "zuid": (0.5, 2)}
"""Place of each region in the schematic map: columns from the left, rows from the top."""

NAME = 24
"""Longest line of a row's name, in characters."""


def shades():
    """Light to dark in the sector's hue."""
    import seaborn as sns  # here, because it takes a second to import and few figures need it

    return sns.light_palette(theme.SECTOR.colour, as_cmap=True)


@dataclass(frozen=True)
class Heat:
    """Heat map of shares: one row a ``label``, one column a name in ``columns``."""

    columns: Sequence[str]

    def height(self, data: pd.DataFrame) -> float:
        """Height in inches."""
        lines = max(theme.wrap(text, NAME).count("\n") + 1 for text in data["label"])
        return 0.5 + max(0.44, LINE * lines + 0.06) * len(data)

    def __call__(self, axes: Axes, data: pd.DataFrame) -> None:
        """Draw."""
        import seaborn as sns

        values = data[list(self.columns)].to_numpy(float)
        sns.heatmap(
            values,
            ax=axes,
            cmap=shades(),
            vmin=0,
            vmax=max(0.01, float(np.nanmax(values))),
            cbar=False,
            linewidths=2,
            annot=[[dutch.percent(value, 0) for value in row] for row in values],
            fmt="",
            xticklabels=list(self.columns),
            yticklabels=[theme.wrap(text, NAME) for text in data["label"]],
        )
        for words, colour in zip(axes.texts, axes.collections[0].get_facecolors(), strict=True):
            words.set_color(theme.on(colour))
        axes.tick_params(rotation=0, length=0)
        axes.xaxis.tick_top()


@dataclass(frozen=True)
class Regions:
    """Schematic map of the four regions beside their dot plot: columns category (region), label and shares."""

    def height(self, data: pd.DataFrame) -> float:
        """Height in inches."""
        return max(2.5, Dots().height(data))

    def __call__(self, axes: Axes, data: pd.DataFrame) -> None:
        """Draw."""
        figure = axes.get_figure()
        axes.remove()
        tiles, dots = figure.subplots(1, 2, width_ratios=(1.9, 3.1))
        Dots().draw(dots, data)
        shown = data.set_index("category")
        scale = matplotlib.colors.Normalize(*dots.get_xlim())
        for region, place in TILES.items():
            share = shown["safe"].get(region)
            colour = "white" if share is None else shades()(scale(float(share)))
            tiles.add_patch(
                matplotlib.patches.Rectangle(place, 0.96, 0.94, facecolor=colour, edgecolor=theme.FAINT, linewidth=1)
            )
            words = f"{region.capitalize()}\n{dutch.percent(share, 0)}"
            ink = theme.on(colour)
            tiles.text(place[0] + 0.48, place[1] + 0.47, words, ha="center", va="center", color=ink)
        tiles.set(xlim=(-0.02, 1.98), ylim=(2.96, -0.02))
        tiles.set_axis_off()


def coverage(axes: Axes, data: pd.DataFrame) -> None:
    """Which institution (across) has rows in which source (down): rows, said that there are none, or nothing.

    For researchers at a desk: one narrow column an institution, so its codes are small.
    """
    values = data.to_numpy(float)
    kinds = np.where(np.isnan(values), 0, np.where(values > 0, 2, 1))
    palette = ["white", theme.FAINT, theme.SECTOR.colour]
    colours = matplotlib.colors.ListedColormap(palette)
    axes.pcolormesh(kinds, cmap=colours, vmin=-0.5, vmax=2.5, edgecolors=theme.GRID, linewidth=0.8)
    axes.set_xticks(np.arange(len(data.columns)) + 0.5, list(data.columns), rotation=90, fontsize=6.5)
    axes.set_yticks(np.arange(len(data)) + 0.5, [theme.wrap(str(name), 30) for name in data.index], fontsize=8)
    axes.invert_yaxis()
    axes.grid(visible=False)
    axes.tick_params(length=0)
    words = ("niets ontvangen", "kon niet leveren, met reden", "rijen ontvangen")
    handles = [
        matplotlib.patches.Patch(facecolor=colour, edgecolor=theme.FAINT, label=word)
        for colour, word in reversed(list(zip(palette, words, strict=True)))
    ]
    axes.legend(handles=handles, loc="lower left", bbox_to_anchor=(0, 1.0), ncols=3, borderaxespad=0.2, fontsize=9)
