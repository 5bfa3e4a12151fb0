"""Change over the waves: the unit's share at every measurement, the steps between them, and the line through them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from helpers import characteristics, disclosure, dutch, figures, groups, values
from helpers.analyse import populations
from helpers.chapters import common
from helpers.chapters.common import OWN
from helpers.chapters.state import nobody
from helpers.chapters.view import Absent, View, counts, of_one_kind, unless_left_out
from helpers.disclosure import Disclosure, rounding
from helpers.publish import Cells, Field, Figure, Table, bare_percent
from helpers.values import UNTOLD, Label, Number, P, Part, Text, Wave, difference_of

if TYPE_CHECKING:
    from helpers.story import Report


class Waves(View):
    """The share feeling safe at every wave, for every scope that the unit may see.

    In templates: ``first``, ``before`` and ``last`` (waves of the unit that may be shown; each with ``wave`` and
    ``safe``), ``change`` (last less first), ``step`` (last less the one before), ``can_compare``, ``several`` (more
    than two), ``rising`` (a step up each time); ``line`` (change a year over all waves: ``slope``, ``interval``,
    ``p``, ``waves``) and ``since`` (the same since the question last changed); ``notes`` on changed questions.
    """

    def __init__(self, report: Report, population: str) -> None:
        waves = common.waves(report)
        parts = [common.figures_for(report, population, "total", wave).assign(wave=wave) for wave in waves]
        data = pd.concat(parts, ignore_index=True)
        data["wave"] = data["wave"].astype(int)
        cells = Cells(
            data.assign(label=data["wave"].astype(str), benchmark=data["scope"] != OWN),
            keys=["scope", "wave", "label"],
            hide=[*common.ANSWERS, "n_effective"],
            kind="share",
            shares=("safe", "neutral", "unsafe"),
            source=population,
            rounded="benchmark",
        )
        super().__init__(report, cells, "trend")
        broken = breaks(report, population, waves)
        rows = shown_waves(self._data)
        pairs, lines = changes(report, population, waves, rows)
        self._breaks = tuple(zip(broken["wave"], broken["kind"], strict=True))
        self._waves = waves
        self.people = Label(characteristics.load().people(population))
        self.years = Text(f"{min(waves)}-{max(waves)}")
        self.last_year = Wave(max(waves))
        self.own = OWN in set(self._data["scope"])
        self._take(rows, pairs)
        self.broken = len(broken) > 0
        self.notes = [Text(str(note).strip()) for note in broken["note"]]
        by_span = lines.set_index("span")
        shown = set(rows["wave"])
        smallest = float(rows["n"].min()) if len(rows) else 0.0
        rules = report.settings.disclosure_for(population)
        self.line = _line(by_span.loc["all"], shown, smallest, rules)
        since = shown if self.line.shown and self.broken else set()
        self.since = _line(by_span.loc["unbroken"], since, smallest, rules)
        last = self._data[self._data["wave"] == self._data["wave"].max()]
        self.counts = counts(last[last[disclosure.REASON] == ""])
        self.scopes = [
            Part(label=Label(scope), waves=[wave_of(row) for _, row in part.iterrows()])
            for scope, part in self._shown().sort_values("wave", kind="stable").groupby("scope", sort=False)
        ]

    def _take(self, rows: pd.DataFrame, pairs: pd.DataFrame) -> None:
        self.enough = len(rows) > 1
        ends = [wave_of(rows.iloc[i]) for i in (0, -2, -1)] if self.enough else [wave_of(None)] * 3
        self.first, self.before, self.last = ends
        years = [rows.iloc[i]["wave"] for i in (0, -2, -1)] if self.enough else []
        total, step = (common.pair(pairs, years[-1], year) for year in years[:2]) if years else (None, None)
        self.can_compare = not self.enough or (total is not None and step is not None)
        self.change, self.step = difference_of(total), difference_of(step)
        self.several = len(rows) > 2
        self.rising = bool((rows["safe"].diff().dropna() > 0).all()) and self.several

    def figure(self, id: str, **texts: str) -> Figure | None:
        """Lines over the waves, broken where the question changed; none of a single wave."""
        return self._figure(id, figures.Trend(breaks=self._breaks), **texts) if len(self._waves) > 1 else None

    def table(self, id: str, caption: str) -> Table:
        """Shares by wave and scope; ``caption``: a template."""
        fields = [
            Field("Meting", "wave", str),
            common.WHERE,
            Field("Respondenten", "n", dutch.number),
            Field("Veilig (%)", "safe", bare_percent),
            Field("Interval", "safe_low", dutch.interval, upper="safe_high"),
            Field("Onveilig (%)", "unsafe", bare_percent),
        ]
        return self._table(id, caption, fields)


def wave_of(row: pd.Series | None) -> Part:
    """A released row as one wave of a trend; without a row nothing of it is shown."""
    if row is None:
        return Part(wave=UNTOLD, safe=nobody().safe, shown=False)
    return Part(wave=Wave(row["wave"]), safe=values.share(row), shown=True)


def _line(line: pd.Series, shown: set[int], smallest: float, rules: Disclosure) -> Part:
    """The change a year, where the waves at its ends may be shown; as precise as the smallest of them lets it be.

    Through two waves a line is their difference, which is told already.
    """
    exact = pd.DataFrame([line[["slope", "low", "high", "p"]].astype(float)])
    precision = rounding.precision_of(exact, list(exact.columns), {"low": rounding.SLOPE, "high": rounding.SLOPE})
    line = pd.Series({**line, **rounding.told(exact, [smallest], precision, rules).iloc[0]})
    decimals = 1 + int(line[disclosure.DECIMALS])
    told = bool(line["waves"] > 2) and not pd.isna(line["slope"]) and {line["first"], line["last"]} <= shown
    return Part(
        shown=told,
        first=Wave(line["first"]),
        waves=Number(line["waves"]),
        slope=Number(line["slope"], decimals, scale=100),
        interval=Text(dutch.interval(line["low"], line["high"], decimals), told),
        p=P(line["p"], line[disclosure.DECIMALS]),
    )


def changes(
    report: Report, population: str, waves: list[int], shown: pd.DataFrame
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Differences between waves and the line through them: those of the sector, or of the unit's own rows.

    ``shown``: released rows of the waves that may be shown; others do not count.
    """
    shown = shown.assign(category=shown["wave"])
    every = set(report.about.waves) <= set(shown["wave"])
    if every and report.is_sector and max(waves) == max(report.about.waves):
        return common.own_contrasts(report, population, "wave", shown), report.analysis(f"trend_{population}")
    rows = report.rows(population)
    rows = rows[(rows["wave"] <= max(waves)) & rows["wave"].isin(set(shown["wave"]))]
    pairs = populations.wave_differences(rows, common.cluster(report))
    return common.told_pairs(report, population, pairs, shown), populations.trends(rows, common.cluster(report))


def breaks(report: Report, population: str, waves: list[int]) -> pd.DataFrame:
    """Changes in the question between the waves that are shown."""
    found = report.analysis("breaks")
    here = (found["table"] == population) & (found["column"] == "feels_safe") & found["wave"].isin(waves[1:])
    return found[here].sort_values("wave").reset_index(drop=True)


def shown_waves(released: pd.DataFrame) -> pd.DataFrame:
    """Rows of the unit itself that may be shown, oldest first; an institution need not be in the first wave."""
    scope = OWN if OWN in set(released["scope"]) else released["scope"].iloc[0]
    own = released[(released["scope"] == scope) & (released[disclosure.REASON] == "")]
    return own.sort_values("wave")


class WavesByGroup(View):
    """The share feeling safe of every group at every wave (sector report only).

    In templates: ``groups`` (each with ``label``, ``change`` from ``first`` to ``last``, ``waves``), ``risen`` and
    ``fallen`` (numbers of groups), ``subject``, ``subjects`` (plural), ``broken``.
    """

    def __init__(self, report: Report, population: str, by: str) -> None:
        waves = common.waves(report)
        parts = [common.figures_for(report, population, by, wave).assign(wave=wave) for wave in waves]
        data = pd.concat(parts, ignore_index=True)
        data = data[data["label"] != common.UNKNOWN].reset_index(drop=True)
        super().__init__(report, common.cells(data, ["scope", "wave", "label"]), "trend_groups")
        self._broken = list(breaks(report, population, waves)["wave"])
        shown = self._shown()
        shown = shown[shown["safe"].notna()]
        self.enough = report.is_sector and len(waves) > 1 and shown["wave"].nunique() > 1
        self.broken = len(self._broken) > 0
        self.people = Label(characteristics.load().people(population))
        self.years = Text(f"{min(waves)}-{max(waves)}")
        self.last_year = Wave(max(waves))
        first, last = shown["wave"].min(), shown["wave"].max()
        self.first, self.last = (Wave(first), Wave(last)) if len(shown) else (UNTOLD, UNTOLD)
        rows = groups.add_groups(report.rows(population)) if self.enough else pd.DataFrame()
        self.groups = [
            _group(label, part, _step(report, population, by, rows, part, (first, last)))
            for label, part in shown.groupby("label", sort=False)
        ]
        told = [group for group in self.groups if group.change.shown]
        self.compared = Number(len(told))
        self.risen = Number(sum(group.change.clear and group.change.up for group in told))
        self.fallen = Number(sum(group.change.clear and not group.change.up for group in told))
        self.counts = counts(self._data[(self._data["wave"] == self._data["wave"].max()) & self._data["n"].notna()])

    def panels(self, id: str, **texts: str) -> Figure | None:
        """A small panel a group, on one scale."""
        return self._figure(id, figures.Panels(self._broken), **texts) if self.enough else None


def _group(label: str, part: pd.DataFrame, change: pd.Series | None) -> Part:
    return Part(
        label=Label(str(label)), change=difference_of(change), waves=[wave_of(row) for _, row in part.iterrows()]
    )


def _step(
    report: Report, population: str, by: str, rows: pd.DataFrame, part: pd.DataFrame, waves: tuple[int, int]
) -> pd.Series | None:
    """A group's difference between two waves: as of the total, institutions that are in both are paired.

    ``part``: the group's released rows by wave. ``None`` where one of the two may not be shown.
    """
    ends = part[part["wave"].isin(waves)]
    if len(ends) < 2:
        return None
    of_group = common.rows_among(rows[rows["wave"].isin(waves)], by, ends["category"])
    pairs = populations.wave_differences(of_group, common.cluster(report))
    told = common.told_pairs(report, population, pairs, ends.assign(category=ends["wave"]))
    return common.pair(told, waves[1], waves[0])


def trend(report: Report, population: str = "students") -> Waves | Absent:
    """The share feeling safe at every wave up to the report's: own, comparable, sector.

    Examples
    --------
    >>> verloop = report.trend()
    >>> report.tell("Tussen {{ first.wave }} en {{ last.wave }} is het {{ change.changed }}.", verloop, hidden="…")
    """
    return unless_left_out(report, population, Waves, population)


def trend_by(report: Report, by: str, population: str = "students") -> WavesByGroup | Absent:
    """The share feeling safe of every group at every wave: the sector's only.

    Of an institution this would tell what its table by the same characteristic may hide.
    """
    return of_one_kind(report, WavesByGroup, "trend_by", population, by, sector=True)
