"""One page: where the institution stands, beside others, earlier waves and what is expected given composition."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from helpers import characteristics, disclosure, figures, values
from helpers.chapters import common, places, waves
from helpers.chapters.common import COMPARABLE, OWN, POPULATIONS, SECTOR
from helpers.chapters.view import View, counts, source
from helpers.publish import Cells, Figure
from helpers.values import Label, Part

if TYPE_CHECKING:
    from helpers.story import Report

EXPECTED = "verwacht"
KEYS = ["people", "scope", "wave"]
NUMBERS = ["safe", "safe_low", "safe_high", "neutral", "unsafe", "n_effective", "observed"]
NUMBERS += ["excess", "excess_low", "excess_high"]


class Picture(View):
    """Students and staff of one institution beside others.

    In templates: ``populations``, each with ``people``, ``has_own``, ``own``, ``sector``, ``has_comparable``,
    ``comparable``, ``gap`` (own less sector), ``has_expected``, ``expected`` (``safe``, and ``excess``: found less
    expected) and ``trend`` (where there are two waves or more); ``one_verdict``: whether the comparisons with the
    sector have the same words; ``left_out``: why a population is missing from the edition.
    """

    def __init__(self, report: Report) -> None:
        asked = common.waves(report)
        left_out = {population: report.left_out(population) for population in POPULATIONS}
        present = [population for population, reason in left_out.items() if reason is None]
        super().__init__(report, _cells(report, present, asked), "picture")
        broken = waves.breaks(report, "students", asked)
        self._breaks = tuple(zip(broken["wave"], broken["kind"], strict=True))
        own = self._shown()[self._shown()["scope"] == OWN].dropna(subset=["wave"]).astype({"wave": int})
        pairs, _ = waves.changes(report, "students", asked, own)
        found = [_population(report, self._data, code, pairs if code == "students" else None) for code in present]
        self.populations = [each for each in found if each is not None]
        self.compared = [each for each in self.populations if each.has_own]
        self.one_verdict = len({str(each.gap.compared_safe) for each in self.compared}) == 1
        self.has_expected = any(each.has_expected for each in self.populations)
        self.left_out = [Label(reason) for reason in left_out.values() if reason is not None]
        self.trends = _trends(self._shown())

    def figure(self, id: str, **texts: str) -> Figure:
        """The shares of both populations, and students' trend, in one figure."""
        return self._figure(id, figures.Standing(self._breaks), **texts)


def picture(report: Report) -> Picture:
    """Where the institution stands, in one figure (institution reports only)."""
    return Picture(report)


def _cells(report: Report, present: list[str], asked: list[int]) -> Cells:
    """Shares by population, scope and wave, and the expected share of the last one: what each population releases."""
    parts = [_of_population(report, code, asked).release(report.settings.rulebook).data for code in present]
    data = pd.concat(parts, ignore_index=True) if parts else pd.DataFrame(columns=[*KEYS, "n", *NUMBERS])
    shown = data[data[disclosure.REASON] == ""] if parts else data
    return Cells(shown.reset_index(drop=True), keys=KEYS, hide=["n", *NUMBERS], kind="share", open="released")


def _of_population(report: Report, population: str, asked: list[int]) -> Cells:
    """Cells of one population.

    An expected share goes with the difference from the one that was found, so that it is hidden where that one is.
    """
    parts = []
    for wave in asked if population == "students" else [None]:
        found = common.figures_for(report, population, "total", wave)
        parts.append(found.assign(wave=wave, observed=found["safe"]))
    parts.append(_expected(report, population).assign(wave=asked[-1] if population == "students" else None))
    columns = ["scope", "wave", "n", *NUMBERS]
    filled = [part.reindex(columns=columns).astype({"wave": object}) for part in parts if len(part)]
    data = pd.concat(filled, ignore_index=True) if filled else pd.DataFrame(columns=columns)
    return Cells(
        data.assign(
            people=characteristics.load().people(population),
            wave=pd.array(data["wave"], dtype="Int64"),
            benchmark=data["scope"].isin((SECTOR, COMPARABLE)),
            **{column: data[column].astype(float) for column in NUMBERS},
        ),
        keys=KEYS,
        hide=NUMBERS,
        kind="share",
        shares=("safe", "neutral", "unsafe", "observed"),
        source=population,
        rounded="benchmark",
    )


def _expected(report: Report, population: str) -> pd.DataFrame:
    """One row: what is expected given composition; none where it cannot be computed."""
    data = places.expected_row(report, population)
    data = data[~data["untold"].astype(bool)]
    if data.empty:
        return data.iloc[:, :0]
    nothing = dict.fromkeys(("safe_low", "safe_high", "neutral", "unsafe", "n_effective"), float("nan"))
    return data.assign(scope=EXPECTED, safe=data["expected"], **nothing)[["scope", "n", *NUMBERS]]


def _population(report: Report, data: pd.DataFrame, population: str, pairs: pd.DataFrame | None) -> Part | None:
    """A population's last wave by scope; nothing where its sector's share may not be shown."""
    rows = data[(data["people"] == characteristics.load().people(population)) & (data[disclosure.REASON] == "")]
    last = rows[rows["wave"] == rows["wave"].max()] if rows["wave"].notna().any() else rows
    by_scope = {row["scope"]: row for _, row in last.iterrows()}
    if SECTOR not in by_scope:
        return None
    own, comparable, expected = (by_scope.get(scope) for scope in (OWN, COMPARABLE, EXPECTED))
    sector = _share(by_scope[SECTOR])
    found = Part(
        people=Label(characteristics.load().people(population)),
        source=source(report, population),
        sector=sector,
        has_own=own is not None,
        has_comparable=comparable is not None,
        has_expected=expected is not None,
        has_trend=False,
        counts=counts(last[last["scope"] != EXPECTED]),
        scopes=[_share(row) for row in by_scope.values()],
    )
    if own is not None:
        part = _share(own)
        vars(found).update(own=part, gap=values.difference(part.safe, sector.safe))
    if comparable is not None:
        vars(found).update(comparable=_share(comparable))
    if expected is not None:
        vars(found).update(expected=Part(safe=_share(expected).safe, excess=values.gap(expected, "excess")))
    own_waves = rows[rows["scope"] == OWN].sort_values("wave")
    if pairs is not None and own_waves["wave"].nunique() > 1:
        vars(found).update(has_trend=True, trend=_trend(own_waves, found.people, pairs))
    return found


def _share(row: pd.Series) -> Part:
    within = SECTOR if row["scope"] == OWN else ""
    return Part(label=Label(row["scope"]), safe=values.share(row, "safe", within), shown=True)


def _trend(rows: pd.DataFrame, people: Label, pairs: pd.DataFrame) -> Part:
    """What the sentence on a trend needs (``trend_title``)."""
    first, last = (waves.wave_of(rows.iloc[i]) for i in (0, -1))
    gap = common.pair(pairs, rows.iloc[-1]["wave"], rows.iloc[0]["wave"])
    return Part(people=people, own=True, first=first, last=last, change=values.difference_of(gap))


def _trends(shown: pd.DataFrame) -> list[Part]:
    """Shares by wave of each scope, where there is more than one wave."""
    rows = shown[shown["wave"].notna() & (shown["scope"] != EXPECTED)]
    if rows["wave"].nunique() < 2:
        return []
    return [
        Part(label=Label(scope), waves=[waves.wave_of(row) for _, row in part.iterrows()])
        for scope, part in rows.groupby("scope", sort=False)
    ]
