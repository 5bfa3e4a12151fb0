"""Where an institution stands: its shares beside others, of students and of staff, and its way over the waves."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd
from matplotlib.axes import Axes

from helpers import dutch
from helpers.figures import rows, theme
from helpers.figures.trend import Trend

TITLE, SCALE, TREND = 0.42, 0.2, 2.1
"""Heights in inches: a panel's title, the scale below the last panel of shares, the panel with the trend."""
SHORT = {"eigen instelling": "eigen instelling", "vergelijkbare instellingen": "vergelijkbaar"}


@dataclass(frozen=True)
class Standing:
    """One panel of shares a population, on one scale, and one with the trend of the first.

    Columns: people, scope, wave (missing where there is one measurement only), safe, safe_low and safe_high. The panel
    of shares shows the last wave; a population without rows has no panel, and fewer than two waves no trend.
    """

    breaks: Sequence[tuple[int, str]] = ()

    def height(self, data: pd.DataFrame) -> float:
        """Height in inches."""
        return sum(self._heights(data)) + 0.1

    def __call__(self, axes: Axes, data: pd.DataFrame) -> None:
        """Draw."""
        figure = axes.get_figure()
        axes.remove()
        heights = self._heights(data)
        panels = figure.subplots(len(heights), 1, height_ratios=heights, squeeze=False).ravel()
        limits = data[["safe", "safe_low", "safe_high"]].to_numpy(float)
        for panel, (people, part) in zip(panels, _populations(data).items(), strict=False):
            self._shares(panel, people, latest(part), limits)
        for panel in panels[: len(_populations(data)) - 1]:
            panel.tick_params(labelbottom=False)  # the panels have one scale
        if _has_trend(data):
            first = next(iter(_populations(data).values()))
            trend = first[first["wave"].notna() & (first["scope"] != "verwacht")]
            Trend(ylabel="", breaks=self.breaks, names=False)(panels[-1], trend)
            waves = trend["wave"].astype(int)
            people = dutch.sentence(str(first["people"].iloc[0]))
            panels[-1].set_title(f"{people} van {waves.min()} tot en met {waves.max()}", pad=32 if self.breaks else 6)

    def _heights(self, data: pd.DataFrame) -> list[float]:
        shares = [_places(latest(part)).height + TITLE for part in _populations(data).values()]
        return [*shares[:-1], *(height + SCALE for height in shares[-1:]), *([TREND] if _has_trend(data) else [])]

    def _shares(self, axes: Axes, people: str, part: pd.DataFrame, limits) -> None:
        places = _places(part)
        for _, row in part.iterrows():
            look, name = theme.look_of(row["scope"]), _name(row["scope"])
            y = places.place(name)
            axes.hlines(y, row["safe_low"], row["safe_high"], color=look.colour, linewidth=1.8)
            axes.plot([row["safe"]], [y], look.marker, color=look.colour, markerfacecolor=look.face)
            places.value(axes, name, theme.percent(row), look.text)
        places.draw(axes)
        theme.percent_axis(axes.xaxis, limits)
        wave = part["wave"].dropna()
        axes.set_title(dutch.sentence(people) + (f" in {int(wave.max())}" if len(wave) else ""))


def _populations(data: pd.DataFrame) -> dict[str, pd.DataFrame]:
    return {str(people): part for people, part in data.groupby("people", sort=False)}


def latest(part: pd.DataFrame) -> pd.DataFrame:
    """Rows of the last wave, in the order of scopes; all rows where there is one measurement only."""
    shown = part[part["wave"] == part["wave"].max()] if part["wave"].notna().any() else part
    order = list(theme.looks_of(shown["scope"]))
    return shown.assign(_=[order.index(scope) for scope in shown["scope"]]).sort_values("_").drop(columns="_")


def _has_trend(data: pd.DataFrame) -> bool:
    return bool(data["wave"].nunique() > 1)


def _places(part: pd.DataFrame) -> rows.Rows:
    return rows.Rows([_name(scope) for scope in part["scope"]])


def _name(scope: str) -> str:
    return SHORT.get(scope, scope)
