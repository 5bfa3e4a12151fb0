"""Differences by characteristics: the groups of one, and the largest difference of several beside each other."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from helpers import characteristics, disclosure, dutch, figures, statistics
from helpers.chapters import common, phrases
from helpers.chapters.common import OWN, SECTOR
from helpers.chapters.state import nobody, part_of
from helpers.chapters.view import Absent, View, counts, share_fields, source, unless_left_out
from helpers.characteristics import UNKNOWN
from helpers.disclosure import rounding
from helpers.disclosure.rounding import LIMITS
from helpers.errors import MonitorError
from helpers.publish import Cells, Field, Figure, Table, bare_percent
from helpers.values import UNTOLD, Label, Nothing, Number, P, Part, Share, difference_of

if TYPE_CHECKING:
    from helpers.characteristics import Characteristic
    from helpers.story import Report

FEW_GROUPS = 4
"""So many groups are all named in a sentence; of more only two."""


def _check(report: Report, population: str, by: str) -> None:
    """Figures by a characteristic of which no plan over all reports was made, would tell what others hide.

    Raises :class:`MonitorError`.
    """
    known = characteristics.load()
    known.get(by)
    allowed = known.groupings(population) if report.is_sector else known.apart(population)
    if by not in allowed:
        remedy = " Put it under `if report.is_sector:`." if by in known.groupings(population) else ""
        raise MonitorError(
            f"In the report of {'the sector' if report.is_sector else 'an institution'} there are no figures on "
            f"{population} by '{by}'; there are by {', '.join(allowed)}.{remedy}"
        )


def _is_two(about: Characteristic) -> bool:
    """Whether it is two characteristics together (niveau en leerweg), which a list of several calls a combination."""
    return len(about.parts) > 1 or (len(about.sources) > 1 and not about.bins)


class Groups(View):
    """The share feeling safe by a characteristic, for every scope that the unit may see.

    In templates, of the unit's own groups (in the sector report: the sector's): ``groups`` (those that are known and
    may be shown, the safest first), of which ``most`` and ``least`` are told, with ``gap`` (most less least) and
    ``unsafe_gap`` (the same of feeling unsafe, least less most); ``third``, where there are just three. Each has
    ``label``, ``who`` (``studenten met een functiebeperking``), ``whom`` (with the comma that closes a relative
    clause), ``safe``, ``neutral``, ``unsafe``, ``n``.

    ``ends``: these two are the safest and the least safe of all, which they are not where a smaller group is too
    uncertain; ``clear``: they clearly differ; ``few``: more groups than these two, and few enough to name all;
    ``empty``: no group is known at all; ``enough``: two groups may be shown; ``comparable``: their difference is known.
    ``subject`` (with its article) and ``topic`` (without) name the characteristic; ``people``; ``nothing`` says that
    there is no clear difference. ``id``, ``finding`` and ``weight`` are for :meth:`Report.tell`.
    """

    def __init__(self, report: Report, population: str, by: str, section: str = "") -> None:
        _check(report, population, by)
        data = common.figures_for(report, population, by)
        super().__init__(report, common.cells(data), "groups")
        known = characteristics.load()
        self._rows, self._by, self._about = data, by, known.get(by)
        self._people = people = known.people(population)
        self._name = "-".join(filter(None, (people, section, by)))
        self.people, self.source = Label(people), source(report, population)
        self.subject, self.topic = Label(known.in_sentence(by)), Label(self._about.subject)
        whose = people if report.is_sector else f"{people} van deze instelling"
        self.nothing = Nothing(known.in_sentence(by), whose, crossing=_is_two(self._about))
        self.counts = counts(self._shown())
        self.empty = bool((data["label"] == UNKNOWN).all())
        self._take(compared(self._of_unit()), population)
        self._take_picture()

    def _of_unit(self) -> pd.DataFrame:
        return self._data[self._data["scope"] == (SECTOR if self.sector_report else OWN)]

    def _take(self, shown: pd.DataFrame, population: str) -> None:
        self.enough = len(shown) > 1
        pairs = common.own_contrasts(self._report, population, self._by, shown) if self.enough else None
        self._most, self._least, self._gap = told_pair(shown, pairs) if self.enough else (None, None, None)
        self.comparable = not self.enough or self._gap is not None
        self.most, self.least = self._group(self._most), self._group(self._least)
        self.gap = difference_of(self._gap)
        ends = [self._least, self._most] if self.enough else []
        codes = [row["category"] for row in ends]
        self.unsafe_gap = difference_of(common.pair(pairs, *codes, "unsafe") if self.enough else None)
        self.clear = self.gap.clear
        self.ends = self.enough and codes == [shown.iloc[0]["category"], shown.iloc[-1]["category"]]
        self.groups = [self._group(row) for _, row in shown.iloc[::-1].iterrows()]
        self.few = 2 < len(shown) <= FEW_GROUPS
        others = shown[~shown["category"].isin(codes)]
        self.third = self._group(others.iloc[0]) if len(shown) == 3 and len(others) == 1 else None

    def _take_picture(self) -> None:
        """What the alt text tells: the groups of the first scope that has any."""
        shown = self._shown()
        shown = shown[shown["label"] != UNKNOWN]
        scope = next((each for each in (OWN, SECTOR) if each in set(shown["scope"])), "")
        rows = shown[shown["scope"] == scope]
        self.pictured = Part(
            scope=Label(scope),
            groups=[self._group(row) for _, row in rows.iterrows()],
            others=shown["scope"].nunique() > 1,
        )

    def _group(self, row: pd.Series | None) -> Part:
        """A group; of two of these only :attr:`gap` tells the difference, which allows for all pairs together."""
        if row is None:
            return Part(**vars(nobody()), who=UNTOLD, whom=UNTOLD)
        who = characteristics.load().who(self._by, row["category"], self._people)
        whom = who + phrases.comma(who)
        return Part(**vars(part_of(row.drop("n_effective"))), who=Label(who), whom=Label(whom))

    @property
    def id(self) -> str:
        """What the labels of its figure and table end with."""
        return self._name.replace("_", "-").replace("*", "-")

    @property
    def finding(self) -> str:
        """Name of the finding."""
        return self._name

    @property
    def weight(self) -> int:
        """Its place in the summary."""
        return self._about.weight

    def dots(self, id: str = "", **texts: str) -> Figure | None:
        """Dot plot with intervals by group and scope; regions on a schematic map too."""
        if self.empty:
            return None
        known = common.cells(self._rows[self._rows["label"] != UNKNOWN].reset_index(drop=True))
        draw = figures.Regions() if self._by == "region" else figures.Dots()
        return self._figure(id or f"fig-{self.id}", draw, cells=known, **texts)

    def table(self, id: str = "", caption: str | None = None) -> Table | None:
        """Shares by group and scope; ``caption``: a template."""
        if self.empty:
            return None
        several = self._rows["label"].nunique() > 1
        first = [Field("Groep", "label")] if several else []
        where = [common.WHERE] if self._rows["scope"].nunique() > 1 or not several else []
        cells = common.cells(common.order(self._rows))
        return self._table(id or f"tbl-{self.id}", caption, [*first, *where, *share_fields()], cells)


def compared(rows: pd.DataFrame) -> pd.DataFrame:
    """Released rows that may be shown, of known groups, the least safe first."""
    known = rows[(rows[disclosure.REASON] == "") & (rows["label"] != UNKNOWN) & rows["safe"].notna()]
    return known.sort_values("safe", kind="stable")


def told_pair(shown: pd.DataFrame, pairs: pd.DataFrame) -> tuple[pd.Series, pd.Series, pd.Series | None]:
    """The two groups to tell of, the safer first, and their difference (``None``: they were not compared).

    These are the ends; where their difference may be chance (a small group) while that of others is not, it is the
    largest clear difference.

    Parameters
    ----------
    shown
        At least two rows of :func:`compared`.
    pairs
        See :func:`helpers.chapters.common.own_contrasts`; its limits hold for all pairs together.
    """
    least, most = shown.iloc[0], shown.iloc[-1]
    gap = common.pair(pairs, most["category"], least["category"])
    if gap is None or difference_of(gap).clear:
        return most, least, gap
    among = set(shown["category"].astype(str))
    clear = pairs[(pairs["share"] == "safe") & (pairs["low"] > 0) & pairs["a"].isin(among) & pairs["b"].isin(among)]
    if clear.empty:
        return most, least, gap
    best = clear.sort_values("difference", kind="stable").iloc[-1]
    by_category = shown.set_index(shown["category"].astype(str))
    return by_category.loc[best["a"]], by_category.loc[best["b"]], best


def groups(report: Report, population: str, by: str, section: str = "") -> Groups | Absent:
    """The share feeling safe by a characteristic: the unit's groups, comparable ones, the sector's.

    Parameters
    ----------
    population
        ``"students"`` (of the report's wave) or ``"staff"``.
    by
        A characteristic of ``data/characteristics.yml``, such as ``"gender"``; in the sector report also two crossed
        (``"gender*disability"``) or one of institutions.
    section
        Word in the labels of its figure and table, between population and characteristic.

    Raises
    ------
    MonitorError
        For a characteristic that is not declared, or by which this report has no figures.

    Examples
    --------
    >>> groep = report.groups("students", "gender", "persoon")
    >>> report.tell("{{ difference_by(groep) }}", groep=groep, hidden="{{ too_few_by(groep) }}")
    >>> report.show(groep.dots(), groep.table())
    """
    return unless_left_out(report, population, Groups, population, by, section)


class Overview(View):
    """The largest difference by each of some characteristics, with effect size and test, the largest first.

    Its rows are made from released figures only: of a group that is hidden elsewhere nothing stands here.

    In templates: ``enough`` (there is one at least), ``people``, ``rows`` (each with ``topic``, ``most`` and ``least``
    (labels), ``gap``, ``effect``, ``p``, ``unknown``).
    """

    def __init__(self, report: Report, population: str, groupings: Sequence[str]) -> None:
        found = [_row(Groups(report, population, by), population) for by in groupings]
        columns = ["label", "ends", "most", "least", "difference", "low", "high", "h", "p", "unknown", "smallest"]
        data = pd.DataFrame([row for row in found if row is not None], columns=columns)
        data["p_holm"] = statistics.holm(data["p"])
        cells = Cells(
            data,
            keys=["label", "ends", "most", "least"],
            hide=["difference", "low", "high", "h", "p_holm", "unknown"],
            kind="effect size",
            count="smallest",
            open="released",
            precision=LIMITS,
            ranked="difference",
        )
        super().__init__(report, cells, "overview")
        self.people = Label(characteristics.load().people(population))
        self.enough = len(data) > 0
        self.rows = [
            Part(
                topic=Label(row["label"]),
                **{name: Label(row[name]) for name in ("most", "least")},
                gap=difference_of(row),
                effect=Number(row["h"], 1 + row[disclosure.DECIMALS]),
                p=P(row["p_holm"], row[disclosure.DECIMALS]),
                unknown=Share(row["unknown"], row=row),
            )
            for _, row in self._data.iterrows()
        ]

    def table(self, id: str, caption: str | None = None) -> Table | None:
        """A row a characteristic; ``caption``: a template. None where there is no difference to tell."""
        fields = [
            Field("Kenmerk", "label"),
            Field("Veiligst / minst veilig", "ends"),
            Field("Verschil", "difference", bare_percent),
            Field("Interval", "low", dutch.interval, upper="high"),
            Field("Effect (h)", "h", dutch.effect),
            Field("p", "p_holm", dutch.p_value),
            Field("Onbekend (%)", "unknown", bare_percent),
        ]
        return self._table(id, caption, fields) if self.enough else None


def _row(view: Groups, population: str) -> dict | None:
    if view._gap is None:
        return None
    most, least = view._most["label"], view._least["label"]
    return {
        "label": dutch.sentence(view._about.subject),
        "ends": f"{most} / {least}",
        "most": most,
        "least": least,
        **{key: float(view._gap[key]) for key in ("difference", "low", "high", "h")},
        "p": _test(view._report, population, view._about, compared(view._of_unit())["category"]),
        "smallest": float(compared(view._of_unit())["n"].min()),
        "unknown": _unknown(view._report, population, view._about, view._of_unit()),
    }


def _test(report: Report, population: str, about: Characteristic, among: pd.Series) -> float:
    """Test of any difference between the groups that may be shown."""
    if report.is_sector:
        known = report.analysis(f"tests_{population}").set_index("by").loc[about.name]
        if known["groups"] <= len(among):
            return float(known["p"])
    least = report.settings.disclosure_for(population).minimum_respondents
    rows = common.rows_among(common.own_rows(report, population), about.name, among)
    return statistics.omnibus(rows, about.parts, cluster=common.cluster(report), least=least)


def _unknown(report: Report, population: str, about: Characteristic, released: pd.DataFrame) -> float:
    """Share of respondents of whom the characteristic is not known, by the numbers that are told of them.

    Nothing where their number is hidden or small.
    """
    rules = report.settings.disclosure_for(population)
    counted = released.loc[released["label"] == UNKNOWN, "n"].dropna()
    if counted.empty or counted.iloc[0] < rules.minimum_respondents:
        return float("nan")
    every = int(common.own_rows(report, population)["feels_safe"].notna().sum())
    if report.is_sector:
        every = float(rounding.to_multiples(np.float64(every), rules.benchmark_rounding))
    return float(counted.iloc[0]) / every


def overview(report: Report, population: str, groupings: Sequence[str]) -> Overview | Absent:
    """The largest difference by each of some characteristics.

    Parameters
    ----------
    population
        ``"students"`` (of the report's wave) or ``"staff"``.
    groupings
        Characteristics, as for :func:`groups`.

    Examples
    --------
    >>> naast_elkaar = report.overview("staff", ["gender", "role"])
    >>> report.show(naast_elkaar.table("tbl-medewerkers-overzicht"))
    """
    return unless_left_out(report, population, Overview, population, groupings)
