"""The state of affairs: shares that feel safe, neutral and unsafe: the unit's, comparable ones, the sector's."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from helpers import characteristics, disclosure, dutch, figures, schema, values
from helpers.chapters import common
from helpers.chapters.common import COMPARABLE, OWN, SECTOR
from helpers.chapters.view import Absent, View, counts, share_fields, source, unless_left_out
from helpers.publish import Cells, Figure, Table
from helpers.values import UNTOLD, Label, Number, Part, Share

if TYPE_CHECKING:
    from helpers.story import Report

NAMES = {OWN: "own", COMPARABLE: "comparable", SECTOR: "sector"}
"""Scopes as templates name them."""


class Shares(View):
    """Shares of the five-point item for every scope that the unit may see.

    In templates: ``own`` (not in the sector report), ``comparable`` (where there is one) and ``sector``, each with
    ``safe``, ``neutral``, ``unsafe``, ``n``; ``first`` is the unit's own, or the sector's where there is none;
    ``has_own``, ``has_comparable``; ``response`` (of the students in the register); ``people``.
    """

    def __init__(self, report: Report, population: str, *, answers: bool = False) -> None:
        data = common.figures_for(report, population, "total")
        labelled = data.assign(label=data["scope"].map(dutch.sentence))
        cells = common.cells(labelled, ["scope", "label"], answers=answers)
        super().__init__(report, cells, "state")
        self._population, self._rows = population, data
        self.people = Label(characteristics.load().people(population))
        self.source = source(report, population)
        self.students = population == "students"
        rows = {NAMES[row["scope"]]: row for _, row in self._data.iterrows()}
        for name in NAMES.values():
            setattr(self, name, part_of(rows[name]) if name in rows else nobody())
        self.has_own, self.has_comparable = "own" in rows, "comparable" in rows
        self.first = part_of(self._data.iloc[0]) if report.is_sector or "own" in rows else nobody()
        self.rows = [part_of(row) for _, row in self._data.iterrows()]
        self.counts = counts(self._shown())
        self.response = Share(self._response())

    def _response(self) -> float:
        """What part of the register's students answered; missing where the register does not know their number."""
        register = self._report.institutions
        own = register if self._report.is_sector else register[register["institution_id"] == self._report.unit]
        students, answered = own["n_students"].sum(skipna=False), self._data.iloc[0]["n"]
        if not self.students or pd.isna(students) or students <= 0 or pd.isna(answered):
            return float("nan")
        return round(float(answered) / float(students), 2)

    def answers(self, id: str, **texts: str) -> Figure:
        """The five answers of every scope, as bars around neutral; ``title``, ``caption``, ``alt``: templates."""
        return Shares(self._report, self._population, answers=True)._figure(id, figures.Answers(), **texts)

    def table(self, id: str, caption: str) -> Table:
        """Shares by scope; ``caption``: a template."""
        first = [common.WHERE]
        cells = common.cells(common.order(self._rows))
        return self._table(id, caption, [*first, *share_fields()], cells)


def part_of(row: pd.Series) -> Part:
    """A released row as a template has it."""
    within = SECTOR if row["scope"] == OWN else ""
    return Part(
        **{name: values.share(row, name, within) for name in ("safe", "neutral", "unsafe")},
        points=[
            Part(point=Number(point), share=values.share(row, name))
            for point, name in zip(schema.FIVE_POINTS, common.POINTS, strict=True)
            if name in row
        ],
        n=Number(row["n"]),
        label=Label(str(row["label"])),
        shown=row[disclosure.REASON] == "",
    )


def nobody() -> Part:
    """A part of which nothing may be told."""
    answers = dict.fromkeys(("safe", "neutral", "unsafe"), Share(float("nan")))
    return Part(**answers, points=[], n=Number(float("nan")), label=UNTOLD, shown=False)


def shares(report: Report, population: str) -> Shares | Absent:
    """The shares that feel safe, neutral and unsafe: own, comparable, sector.

    Parameters
    ----------
    population
        ``"students"`` (of the report's wave) or ``"staff"``.

    Examples
    --------
    >>> stand = report.shares("students")
    >>> report.tell("{{ sector.safe }} van de studenten voelt zich veilig.", stand, hidden="Te weinig antwoorden.")
    """
    return unless_left_out(report, population, Shares, population)


class Comparable(View):
    """With which institutions the unit is compared: ``there``, ``group`` (in words), ``n`` (itself included)."""

    def __init__(self, report: Report) -> None:
        table = report.analysis("comparable")
        row = table[(table["institution_id"] == report.unit) & table["group"].notna()]
        super().__init__(
            report, Cells(row, keys=["label"], hide=["n_institutions"], kind="frequency", open="institutions")
        )
        self.there = len(row) > 0
        self.group = Label(str(self._data["label"].iloc[0]) if self.there else "", self.there)
        self.n = Number(self._data["n_institutions"].iloc[0] if self.there else float("nan"))


def comparable(report: Report) -> Comparable:
    """The institutions with which this one is compared."""
    return Comparable(report)
