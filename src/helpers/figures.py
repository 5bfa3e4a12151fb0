"""House style and the kinds of figure that the chapters use.

Every ``draw`` function takes axes and released data; none computes statistics but the limits of a funnel. Colours come
from the palette of Okabe and Ito (2008), which stays distinct for colour-blind readers; a unit has the same colour
everywhere. SVG and PNG are reproducible to the byte.
"""

from __future__ import annotations

import io
import textwrap
from collections.abc import Callable, Sequence

import matplotlib
import matplotlib.colors
import matplotlib.patches

matplotlib.use("Agg", force=False)

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.ticker import FuncFormatter

from helpers import dutch, statistics

OWN, COMPARABLE, SECTOR_COLOUR = "#D55E00", "#009E73", "#0072B2"
INK, FAINT, GRID = "#22303c", "#6b7780", "#dfe4e8"
ANSWERS = {"safe": "#0072B2", "neutral": "#c3cbd2", "unsafe": "#D55E00"}
MARKERS = {OWN: "D", COMPARABLE: "s", SECTOR_COLOUR: "o"}

STYLE = {
    "font.family": "DejaVu Sans",
    "font.size": 9,
    "axes.titlesize": 10,
    "axes.labelsize": 9,
    "axes.labelcolor": INK,
    "axes.edgecolor": FAINT,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.spines.left": False,
    "axes.grid": True,
    "axes.axisbelow": True,
    "grid.color": GRID,
    "grid.linewidth": 0.8,
    "text.color": INK,
    "xtick.color": INK,
    "ytick.color": INK,
    "ytick.left": False,
    "legend.frameon": False,
    "figure.facecolor": "white",
    "svg.fonttype": "path",
    "figure.constrained_layout.use": True,
}

PERCENT = FuncFormatter(lambda value, _: f"{dutch.number(value * 100)}%")


def render(
    draw: Callable[[Axes, pd.DataFrame], None], data: pd.DataFrame, *, width: float, height: float, salt: str
) -> tuple[bytes, bytes]:
    """Draw once, save twice; width and height in inches, ``salt`` fixes the SVG's internal names."""
    with plt.rc_context({**STYLE, "svg.hashsalt": salt}):
        figure, axes = plt.subplots(figsize=(width, height))
        try:
            draw(axes, data)
            vector, raster = io.BytesIO(), io.BytesIO()
            figure.savefig(vector, format="svg", metadata={"Date": None, "Creator": None})
            figure.set_layout_engine("none")  # the layout stands; doing it again would cost a third of the time
            figure.savefig(raster, format="png", dpi=160, metadata={"Software": None})
        finally:
            plt.close(figure)
    return vector.getvalue(), raster.getvalue()


def rows_height(rows: int, least: float = 1.6, each: float = 0.34) -> float:
    """Height in inches of a figure with that many rows."""
    return max(least, 0.9 + each * rows)


def dots(
    axes: Axes,
    data: pd.DataFrame,
    *,
    value: str = "safe",
    low: str = "safe_low",
    high: str = "safe_high",
    xlabel: str = "voelt zich veilig",
) -> None:
    """Dot plot with intervals: one row a ``label``, one colour a ``scope`` (columns of the data)."""
    labels = list(dict.fromkeys(data["label"]))
    scopes = sorted(set(data["scope"]), key=lambda scope: list(MARKERS).index(colour_of(scope)))
    for scope in scopes:
        rows = data[data["scope"] == scope]
        place = [labels.index(text) for text in rows["label"]]
        y = np.array(place) + offset(scopes, scope)
        colour = colour_of(scope)
        axes.hlines(y, rows[low], rows[high], color=colour, linewidth=2, alpha=0.55)
        axes.plot(rows[value], y, MARKERS[colour], color=colour, markersize=6, label=scope, linestyle="none")
    axes.set_yticks(range(len(labels)), [wrap(text) for text in labels])
    axes.set_ylim(len(labels) - 0.45, -0.55)
    axes.grid(axis="y", visible=False)
    percent_axis(axes.xaxis, data[[value, low, high]].to_numpy(float))
    axes.set_xlabel(xlabel)
    if len(scopes) > 1:
        _legend(axes, len(scopes))


BREAKS = {"wording": "andere vraag", "scale": "andere schaal", "population": "andere groep", "mode": "anders gevraagd"}


def trend(
    axes: Axes, data: pd.DataFrame, *, ylabel: str = "voelt zich veilig", breaks: Sequence[tuple[int, str]] = ()
) -> None:
    """Lines over waves with intervals, labelled directly: columns wave, scope, safe, safe_low, safe_high.

    ``breaks``: waves before which the question changed, with the kind of change; a dotted line stands there.
    """
    ends = []
    for scope in dict.fromkeys(data["scope"]):
        rows = data[data["scope"] == scope].sort_values("wave")
        colour = colour_of(scope)
        axes.fill_between(
            rows["wave"].astype(int), rows["safe_low"], rows["safe_high"], color=colour, alpha=0.15, linewidth=0
        )
        axes.plot(rows["wave"].astype(int), rows["safe"], color=colour, marker=MARKERS[colour], linewidth=2)
        ends.append((float(rows["safe"].iloc[-1]), int(rows["wave"].iloc[-1]), scope, colour))
    percent_axis(axes.yaxis, data[["safe", "safe_low", "safe_high"]].to_numpy(float))
    waves = sorted(set(data["wave"].astype(int)))
    axes.set_xticks(waves)
    axes.set_xlim(min(waves) - 0.4, max(waves) + 0.4)
    axes.grid(axis="x", visible=False)
    axes.set_ylabel(ylabel)
    for wave, kind in breaks:
        before = [each for each in waves if each < wave]
        if before and wave in waves:
            place = (max(before) + wave) / 2
            axes.axvline(place, color=FAINT, linewidth=1, linestyle=":")
            axes.annotate(
                BREAKS[kind],
                (place, 1),
                xycoords=("data", "axes fraction"),
                xytext=(0, 3),
                textcoords="offset points",
                ha="center",
                color=FAINT,
                fontsize=8,
            )
    _end_labels(axes, ends)


def answers(axes: Axes, data: pd.DataFrame) -> None:
    """Stacked bars of safe, neutral and unsafe: one row a ``label``."""
    y = np.arange(len(data))
    left = np.zeros(len(data))
    for answer, word in (("safe", "veilig"), ("neutral", "neutraal"), ("unsafe", "onveilig")):
        share = data[answer].to_numpy(float)
        axes.barh(y, share, left=left, color=ANSWERS[answer], height=0.62, label=word)
        for place, size, start in zip(y, share, left, strict=True):
            if size >= 0.06:
                colour = INK if answer == "neutral" else "white"
                axes.text(start + size / 2, place, dutch.percent(size, 0), ha="center", va="center", color=colour)
        left = left + share
    axes.set_yticks(y, [wrap(text) for text in data["label"]])
    axes.invert_yaxis()
    axes.set_xlim(0, 1)
    axes.xaxis.set_major_formatter(PERCENT)
    axes.grid(axis="y", visible=False)
    _legend(axes, 3)


def bars(axes: Axes, data: pd.DataFrame, *, value: str = "share", xlabel: str = "", percent: bool = True) -> None:
    """Horizontal bars of one share or amount, each with its figure: one row a ``label``.

    Columns ``low`` and ``high``, where there are any, are drawn as an interval."""
    y = np.arange(len(data))
    sizes = data[value].to_numpy(float)
    axes.barh(y, sizes, color=SECTOR_COLOUR, height=0.6)
    top = max(float(np.nanmax(sizes)), 1e-9)
    reach = sizes
    if {"low", "high"} <= set(data.columns):
        reach = data["high"].to_numpy(float)
        axes.hlines(y, data["low"], reach, color=INK, linewidth=1.2)
        top = max(float(np.nanmax(reach)), top)
    for place, size, end in zip(y, sizes, reach, strict=True):
        text = dutch.percent(size, 0) if percent else dutch.number(size)
        axes.text(end + top * 0.012, place, text, va="center")
    axes.set_yticks(y, [wrap(text, 34) for text in data["label"]])
    axes.invert_yaxis()
    axes.set_xlim(0, top * 1.15 if percent else top * 1.12)
    axes.xaxis.set_major_formatter(PERCENT if percent else FuncFormatter(lambda size, _: dutch.number(size)))
    axes.grid(axis="y", visible=False)
    axes.set_xlabel(xlabel)


def grouped_bars(axes: Axes, data: pd.DataFrame, *, hue: str, value: str = "share", xlabel: str = "") -> None:
    """Paired horizontal bars: one row a ``label``, one shade a value of ``hue``."""
    labels = list(dict.fromkeys(data["label"]))
    hues = list(dict.fromkeys(data[hue]))
    shades = [SECTOR_COLOUR, "#56B4E9", "#c3cbd2"]
    height = 0.78 / len(hues)
    for index, group in enumerate(hues):
        rows = data[data[hue] == group]
        y = np.array([labels.index(text) for text in rows["label"]]) + (index - (len(hues) - 1) / 2) * height
        axes.barh(y, rows[value], height=height * 0.92, color=shades[index % 3], label=group)
        for place, size in zip(y, rows[value], strict=True):
            axes.text(size + 0.004, place, dutch.percent(size, 0), va="center", fontsize=8)
    axes.set_yticks(range(len(labels)), [wrap(text, 34) for text in labels])
    axes.set_ylim(len(labels) - 0.45, -0.55)
    axes.set_xlim(0, min(1.0, float(np.nanmax(data[value].to_numpy(float))) * 1.15 + 0.01))
    axes.xaxis.set_major_formatter(PERCENT)
    axes.grid(axis="y", visible=False)
    axes.set_xlabel(xlabel)
    _legend(axes, len(hues))


def caterpillar(
    axes: Axes,
    data: pd.DataFrame,
    *,
    mean: float,
    reference: str,
    value: str = "safe",
    low: str = "low",
    high: str = "high",
    ylabel: str = "voelt zich veilig",
) -> None:
    """Units in order of their value, with intervals and without names, around a reference line with its words."""
    rows = data.sort_values(value).reset_index(drop=True)
    x = np.arange(1, len(rows) + 1)
    axes.vlines(x, rows[low], rows[high], color=SECTOR_COLOUR, alpha=0.45, linewidth=2)
    axes.plot(x, rows[value], "o", color=SECTOR_COLOUR, markersize=4)
    axes.axhline(mean, color=FAINT, linewidth=1, linestyle="--")
    axes.annotate(reference, (x[-1], mean), xytext=(0, -11), textcoords="offset points", ha="right", color=FAINT)
    percent_axis(axes.yaxis, rows[[value, low, high]].to_numpy(float), low=0.0 if mean > 0 else -1.0)
    axes.set_xticks([])
    axes.set_xlabel("instellingen, van laag naar hoog")
    axes.set_ylabel(ylabel)


def funnel(axes: Axes, data: pd.DataFrame, *, mean: float) -> None:
    """The unit's own place among the limits that chance alone gives around the sector's mean.

    Limits: see :mod:`helpers.statistics.funnel`. Columns: n_effective, safe.
    """
    own = data.iloc[0]
    sizes = np.geomspace(max(10, own["n_effective"] / 8), max(400, own["n_effective"] * 4), 160)
    for z, style, word in ((statistics.WARNING, "-", "95%"), (statistics.ALARM, "--", "99,8%")):
        low, high = statistics.funnel_limits(mean, sizes, z)
        axes.plot(sizes, low, style, color=FAINT, linewidth=1, label=f"grens {word}")
        axes.plot(sizes, high, style, color=FAINT, linewidth=1)
    axes.axhline(mean, color=SECTOR_COLOUR, linewidth=1.5)
    axes.annotate(
        "sector", (sizes[-1], mean), xytext=(-2, 4), textcoords="offset points", ha="right", color=SECTOR_COLOUR
    )
    axes.plot([own["n_effective"]], [own["safe"]], "D", color=OWN, markersize=8)
    axes.annotate(
        "eigen instelling",
        (own["n_effective"], own["safe"]),
        xytext=(9, -3),
        textcoords="offset points",
        color=OWN,
        fontweight="bold",
    )
    axes.set_xscale("log")
    axes.xaxis.set_major_formatter(FuncFormatter(lambda size, _: dutch.number(size)))
    axes.xaxis.set_minor_formatter(FuncFormatter(lambda size, _: ""))
    percent_axis(axes.yaxis, np.concatenate([*statistics.funnel_limits(mean, sizes, 3.3), [own["safe"]]]))
    axes.set_xlabel("aantal respondenten (effectief, logaritmische schaal)")
    axes.set_ylabel("voelt zich veilig")
    _legend(axes, 2)


def heat(axes: Axes, data: pd.DataFrame, *, columns: Sequence[str]) -> None:
    """Heat map of shares: one row a ``label``, one column a name in ``columns``."""
    import seaborn as sns  # here, because it takes a second to import and only this figure needs it

    values = data[list(columns)].to_numpy(float)
    sns.heatmap(
        values,
        ax=axes,
        cmap=sns.light_palette(SECTOR_COLOUR, as_cmap=True),
        vmin=0,
        cbar=False,
        linewidths=2,
        annot=[[dutch.percent(value, 0) for value in row] for row in values],
        fmt="",
        xticklabels=list(columns),
        yticklabels=[wrap(text, 38) for text in data["label"]],
    )
    axes.tick_params(rotation=0, length=0)
    axes.xaxis.tick_top()


def coverage(axes: Axes, data: pd.DataFrame) -> None:
    """Which institution (across) has rows in which source (down): rows, said that there are none, or nothing."""
    values = data.to_numpy(float)
    kinds = np.where(np.isnan(values), 0, np.where(values > 0, 2, 1))
    colours = matplotlib.colors.ListedColormap(["#ffffff", ANSWERS["neutral"], SECTOR_COLOUR])
    axes.pcolormesh(kinds, cmap=colours, vmin=-0.5, vmax=2.5, edgecolors=GRID, linewidth=0.8)
    axes.set_xticks(np.arange(len(data.columns)) + 0.5, list(data.columns), rotation=90, fontsize=6.5)
    axes.set_yticks(np.arange(len(data)) + 0.5, [wrap(str(name), 30) for name in data.index], fontsize=8)
    axes.invert_yaxis()
    axes.grid(visible=False)
    axes.tick_params(length=0)
    handles = [
        matplotlib.patches.Patch(facecolor=SECTOR_COLOUR, label="rijen ontvangen"),
        matplotlib.patches.Patch(facecolor=ANSWERS["neutral"], label="kon niet leveren, met reden"),
        matplotlib.patches.Patch(facecolor="white", edgecolor=FAINT, label="niets ontvangen"),
    ]
    axes.legend(handles=handles, loc="lower left", bbox_to_anchor=(0, 1.0), ncols=3, borderaxespad=0.2)


def percent_axis(axis, values: np.ndarray, low: float = 0.0) -> None:
    """Percent scale with room around the values, from ``low`` (0 or -100 percent) to 100 percent at the most."""
    finite = values[np.isfinite(values)]
    least, most = (float(finite.min()), float(finite.max())) if finite.size else (0.0, 1.0)
    room = max(0.02, (most - least) * 0.12)
    axis.axes.set(**{f"{axis.axis_name}lim": (max(low, least - room), min(1.0, most + room))})
    axis.set_major_formatter(PERCENT)


def colour_of(scope: str) -> str:
    """Fixed colour of a scope's Dutch name."""
    if scope.startswith("alle"):
        return SECTOR_COLOUR
    return COMPARABLE if scope.startswith("vergelijkbare") else OWN


def offset(scopes: Sequence[str], scope: str) -> float:
    """Vertical place of a scope's dot within its row."""
    return (list(scopes).index(scope) - (len(scopes) - 1) / 2) * 0.22


def wrap(text: str, width: int = 26) -> str:
    """Text broken into lines of at most ``width`` characters, between words."""
    return "\n".join(textwrap.wrap(str(text), width)) or str(text)


def _legend(axes: Axes, columns: int) -> None:
    axes.legend(loc="lower left", bbox_to_anchor=(0, 1.0), ncols=columns, handletextpad=0.4, borderaxespad=0.2)


def _end_labels(axes: Axes, ends: list[tuple[float, int, str, str]]) -> None:
    """Names beside the last points, pushed apart where they would overlap."""
    low, high = axes.get_ylim()
    gap = (high - low) * 0.075
    place = -np.inf
    for value, wave, scope, colour in sorted(ends):
        place = max(value, place + gap)
        text = f"{wrap(scope, 24)} {dutch.percent(value)}"
        axes.annotate(
            text,
            (wave, place),
            xytext=(9, 0),
            textcoords="offset points",
            va="center",
            color=colour,
            annotation_clip=False,
        )
