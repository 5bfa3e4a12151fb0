"""LHB against other respondents, and victims by kind, from the older survey.

That survey has no institutions; its figures are the sector's, in every report.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from helpers import characteristics, dutch, figures, schema, statistics, values
from helpers.chapters import common
from helpers.chapters.state import nobody, part_of
from helpers.chapters.view import Absent, View, unless_left_out
from helpers.disclosure import Disclosure, rounding
from helpers.disclosure.rounding import LIMITS, NEAREST
from helpers.publish import Cells, Field, Figure, Table, bare_percent
from helpers.values import Label, Number, Part, Share

if TYPE_CHECKING:
    from helpers.story import Report

TOLD = {"victim_material": "materieel geweld", "victim_psychological_physical": "psychisch-fysiek geweld"}
"""Kinds of violence of which a sentence tells: those that hold the others."""
VIOLENCE = {**TOLD, **{f"victim_{kind}": schema.LABELS["victim"][kind] for kind in schema.VICTIM_KINDS}}


class Lhb(View):
    """The shares of LHB respondents and of others that feel safe.

    In templates: ``lhb`` and ``others`` (each with ``safe``, ``neutral``, ``unsafe``, ``n``), ``gap`` (LHB less
    others), ``people``.
    """

    def __init__(self, report: Report, population: str) -> None:
        table = f"{population}_msv"
        data = common.labelled(statistics.shares(report.sector_rows(table), by=["lhb"]), "lhb").assign(source=table)
        super().__init__(report, common.cells(data))
        self.people = Label(characteristics.load().people(population))
        by_label = {row["label"]: part_of(row) for _, row in self._shown().iterrows()}
        self.lhb, self.others = (by_label.get(label, nobody()) for label in _labels())
        self.gap = values.difference(self.lhb.safe, self.others.safe)


class Victims(View):
    """Shares of LHB respondents and of others that were a victim, by kind of violence.

    In templates: ``kinds`` (kinds of which both shares may be shown; each with ``label``, ``lhb``, ``others``, ``gap``
    (LHB less others)); ``told``, those of material and of psychological-physical violence; ``often``, the number
    of kinds of which LHB respondents are clearly more often a victim, where limits hold for all kinds together;
    ``compared``, the number of kinds; ``people``.
    """

    def __init__(self, report: Report, population: str) -> None:
        cells = Cells(
            victim_shares(report.sector_rows(f"{population}_msv")),
            keys=["label", "group"],
            hide=["share", "low", "high", "n_effective"],
            kind="share",
            partition=["label"],
            shares=("share",),
            source=f"{population}_msv",
            precision=LIMITS,
        )
        super().__init__(report, cells, "victims")
        self.people = Label(characteristics.load().people(population))
        shown = self._shown()
        by_kind = {kind: part.set_index("group") for kind, part in shown.groupby("label", sort=False)}
        both = {kind: by_kind[kind] for kind in VIOLENCE.values() if kind in by_kind and len(by_kind[kind]) == 2}
        self._gaps = gaps(both, report.settings.disclosure_for(f"{population}_msv"))
        by_label = self._gaps.set_index("label")
        self.kinds = [_kind(kind, rows, by_label.loc[kind]) for kind, rows in both.items()]
        self.told = [kind for kind, label in zip(self.kinds, both, strict=True) if label in TOLD.values()]
        self.often = Number((self._gaps["low"] > 0).sum())
        self.compared = Number(len(both))
        sizes = shown.groupby("group", sort=False)["n"].max().dropna()
        self.counts = [Part(n=Number(n), words=Label(group), about=False) for group, n in sizes.items()]
        self.pictured = [
            Part(
                label=Label(kind),
                groups=[Part(label=Label(group), share=_share(row)) for group, row in rows.iterrows()],
            )
            for kind, rows in by_kind.items()
        ]

    def dots(self, id: str, **texts: str) -> Figure:
        """Dot plot with intervals by kind of violence; ``title``, ``caption``, ``alt``: templates."""
        draw = figures.Dots(value="share", low="low", high="high", by="group", xlabel="was slachtoffer")
        return self._figure(id, draw, **texts)

    def table(self, id: str, caption: str | None = None) -> Table:
        """Shares by kind of violence and group; ``caption``: a template."""
        fields = [
            Field("Soort geweld", "label"),
            Field("Groep", "group"),
            Field("Respondenten", "n", dutch.number),
            Field("Slachtoffer (%)", "share", bare_percent),
            Field("Interval", "low", dutch.interval, upper="high"),
        ]
        return self._table(id, caption, fields)

    def differences(self, id: str, caption: str | None = None) -> Table:
        """Differences between the two groups by kind, in percentage points; ``caption``: a template."""
        fields = [
            Field("Soort geweld", "label"),
            Field("Verschil", "difference", bare_percent),
            Field("Interval", "low", dutch.interval, upper="high"),
            Field("LHB vaker slachtoffer", "words"),
        ]
        cells = Cells(
            self._gaps,
            keys=["label", "words"],
            hide=["difference", "low", "high"],
            kind="difference",
            count="smallest",
            open="released",
            precision=LIMITS,
        )
        return self._table(id, caption, fields, cells, sentences="victims_differences")


def victim_shares(rows: pd.DataFrame) -> pd.DataFrame:
    """Share of victims by kind of violence and LHB: columns label, group, n, n_effective, share, low, high."""
    parts, known = [], characteristics.load()
    for column, words in VIOLENCE.items():
        found = statistics.proportion(rows, column, by=["lhb"])
        found = found[found["n"] > 0]
        parts.append(found.assign(label=words, group=[known.label("lhb", code) for code in found["lhb"]]))
    return pd.concat(parts, ignore_index=True)


def gaps(both: dict[str, pd.DataFrame], rules: Disclosure) -> pd.DataFrame:
    """Difference between the two groups by kind, of released rows by group; limits hold for all kinds (Bonferroni).

    Columns: label, difference, low, high (as they are told), smallest (respondents of the smaller group), decimals, and
    words, which follow from what is told.
    """
    found = []
    for kind, rows in both.items():
        level = 1 - (1 - statistics.confidence_level()) / len(both)
        gap = statistics.difference(*_both(rows), level, share="share")
        found.append((kind, gap.difference, gap.low, gap.high, rows["n"].min()))
    data = pd.DataFrame(found, columns=["label", "difference", "low", "high", "smallest"])
    told = rounding.told(data, list(data["smallest"]), {"difference": NEAREST, **LIMITS}, rules)
    words = [
        "ja" if low > 0 else "nee, minder vaak" if high < 0 else "geen duidelijk verschil"
        for low, high in zip(told["low"], told["high"], strict=True)
    ]
    return told.assign(words=words)


def _labels() -> list[str]:
    """Of LHB respondents and of others."""
    return [characteristics.load().label("lhb", code) for code in (True, False)]


def _both(rows: pd.DataFrame) -> list[pd.Series]:
    """The rows of LHB respondents and of others."""
    return [rows.loc[label] for label in _labels()]


def _share(row: pd.Series) -> Share:
    return Share(row["share"], row["low"], row["high"], row, "share")


def _kind(label: str, rows: pd.DataFrame, gap: pd.Series) -> Part:
    """A kind of violence; what is said of the difference allows for all kinds together, as the table does."""
    lhb, others = map(_share, _both(rows))
    return Part(label=Label(label), lhb=lhb, others=others, gap=values.difference_of(gap))


def lhb(report: Report, population: str) -> Lhb | Absent:
    """How safe LHB respondents and others felt, in the older survey; always the whole sector.

    Parameters
    ----------
    population
        ``"students"`` or ``"staff"``.

    Examples
    --------
    >>> veilig = report.lhb("students")
    >>> report.tell("{{ lhb.safe }} tegen {{ others.safe }}", veilig, hidden="Te weinig antwoorden.")
    """
    return unless_left_out(report, f"{population}_msv", Lhb, population)


def victims(report: Report, population: str) -> Victims | Absent:
    """Victims by kind of violence, LHB respondents and others, in the older survey; always the whole sector.

    Parameters
    ----------
    population
        ``"students"`` or ``"staff"``.

    Examples
    --------
    >>> slachtoffers = report.victims("staff")
    >>> report.show(slachtoffers.dots("fig-medewerkers-slachtoffers"))
    """
    return unless_left_out(report, f"{population}_msv", Victims, population)
