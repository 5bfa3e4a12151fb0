"""Differences between institutions: the sector's spread without names, and a unit's own place."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

import pandas as pd

from helpers import characteristics, dutch, figures, statistics, wording
from helpers.chapters import common
from helpers.chapters.common import SECTOR
from helpers.chapters.view import Absent, View, counts, of_one_kind, source
from helpers.disclosure.rounding import DOWN, NEAREST, UP
from helpers.errors import MonitorError
from helpers.publish import Cells, Field, Figure, Table
from helpers.values import Difference, Label, Number, Part, Share, Text

if TYPE_CHECKING:
    from helpers.story import Report

NEARBY = ("observed", "expected", "excess", "shrunken")
LOWER = ("observed_low", "excess_low", "shrunken_low")
UPPER = ("observed_high", "excess_high", "shrunken_high")
LARGEST = ">15000"
"""The class of the largest institutions."""


def institution_table(report: Report, population: str) -> pd.DataFrame:
    """One row an institution with enough respondents: its observed share in the report's wave."""
    data = _all_institutions(report, population)
    return data[data["n"] >= report.settings.disclosure.minimum_respondents].reset_index(drop=True)


def _all_institutions(report: Report, population: str) -> pd.DataFrame:
    data = report.analysis(f"institutions_{population}")
    return data[data["wave"] == report.wave] if "wave" in data else data


def _untold(report: Report, population: str) -> set[str]:
    """Institutions whose own share may not be shown: few respondents, or answers that nobody or everybody gave.

    Their place among others may not be shown either: whoever knows all others' shares knows whose the last one is.
    """
    data = _all_institutions(report, population).dropna(subset=["safe"])
    data = data.assign(neutral=(1 - data["safe"] - data["unsafe"]).round(9))
    released = Cells(
        data, keys=["institution_id"], hide=["safe"], shares=("safe", "neutral", "unsafe"), source=population
    ).release(report.settings.rulebook)
    return set(released.data.loc[released.data["safe"].isna(), "institution_id"])


def _own_row(report: Report, population: str) -> pd.DataFrame:
    """The unit's own row; none where nobody took part."""
    data = _all_institutions(report, population)
    return _own(report, population, data[(data["institution_id"] == report.unit) & (data["n"] > 0)])


def _own(report: Report, population: str, row: pd.DataFrame) -> pd.DataFrame:
    """The unit's row, with whether its share may not be told: what is computed from that share is not told either."""
    return row.assign(label="eigen instelling", untold=report.unit in _untold(report, population))


def _sector_share(report: Report, population: str) -> float:
    """The sector's share safe, as it is released."""
    data = common.figures_for(report, population, "total")
    released = common.cells(data, ["scope"]).release(report.settings.rulebook).data
    return float(released.loc[released["scope"] == SECTOR, "safe"].iloc[0])


def _modelled(report: Report, population: str) -> pd.DataFrame:
    """One row an institution of the composition model with enough respondents; none for an earlier wave."""
    data = _expected(report, population)
    enough = data["n_model"] >= report.settings.disclosure_for(population).minimum_respondents
    return data[enough & ~data["institution_id"].isin(_untold(report, population))].reset_index(drop=True)


def _expected(report: Report, population: str) -> pd.DataFrame:
    """One row an institution of the composition model, which is of the last wave; none for an earlier one."""
    data = report.analysis(f"expected_{population}")
    return data.iloc[:0] if population == "students" and report.wave != max(report.about.waves) else data


def expected_row(report: Report, population: str) -> pd.DataFrame:
    """The unit's own row of the composition model; none where nothing can be expected."""
    every = _modelled(report, population)
    data = _expected(report, population) if len(every) else every
    return data[(data["institution_id"] == report.unit) & data["expected"].notna()]


def _nameless(data: pd.DataFrame, source: str, value: str, hide: list[str], shares: tuple[str, ...] = ()) -> Cells:
    """Institutions in order of a value, with a place instead of a name, and without their numbers of respondents."""
    ordered = data.dropna(subset=[value]).sort_values(value)
    placed = ordered.assign(place=range(1, len(ordered) + 1), n=ordered["n" if "n" in ordered else "n_model"])
    return Cells(placed, keys=["place"], hide=hide, shares=shares, source=source, show_count=False)


def _least(values: pd.Series) -> float:
    return values.min() if len(values) > 1 else float("nan")


def _most(values: pd.Series) -> float:
    return values.max() if len(values) > 1 else float("nan")


class Spread(View):
    """Shares feeling safe of all institutions, without names.

    In templates: ``n`` (institutions that may be shown); ``least``, ``most``, ``quarter`` and ``three_quarters`` of
    their shares (hidden where there are fewer than two); ``outside`` (how many lie outside the limits of chance around
    the sector's share) and ``by_chance`` (how many would by chance alone); ``people``, ``source``.
    """

    def __init__(self, report: Report, population: str) -> None:
        self._mean = _sector_share(report, population)
        data = institution_table(report, population)
        told = data[~data["institution_id"].isin(_untold(report, population))]
        far = abs(statistics.funnel(told["safe"], self._mean, told["n_effective"]).z) > statistics.warning()
        shown = ["safe", "low", "high"]
        cells = _nameless(told.assign(outside=far.astype(float)), population, "safe", [*shown, "outside"], ("safe",))
        super().__init__(report, cells, "spread")
        self._drawn = replace(cells, hide=shown)  # beside its share, that one lies outside would tell its size
        rows = self._shown().dropna(subset=["safe"])
        shares = rows["safe"].astype(float)
        self.people, self.source = Label(characteristics.load().people(population)), source(report, population)
        self.n = Number(len(rows))
        self.least, self.most = Share(_least(shares)), Share(_most(shares))
        self.quarter, self.three_quarters = (Share(shares.quantile(part)) for part in (0.25, 0.75))
        self.outside = Number(rows["outside"].sum())
        self.by_chance = Number(round(len(rows) * statistics.by_chance()))

    def figure(self, id: str, **texts: str) -> Figure | None:
        """The institutions from low to high, each with its interval; none of a single one."""
        words = f"sector {dutch.percent(self._mean)}"
        draw = figures.Caterpillar(self._mean, words)
        return self._figure(id, draw, cells=self._drawn, **texts) if self.least.shown else None


class AfterComposition(View):
    """What is left of the differences between institutions when composition counts, without names.

    In templates: ``n`` (institutions that may be shown); ``least`` and ``most`` of found less expected, in percentage
    points (hidden where there are fewer than two institutions); ``above`` and ``below`` (how many differ clearly from
    what is expected), ``by_chance`` (how many would by chance alone); ``places`` (how many an interval of a place in
    the order covers, on average); ``people``, ``source``.
    """

    def __init__(self, report: Report, population: str) -> None:
        data = _modelled(report, population)
        data = data.assign(spread=data["rank_high"] - data["rank_low"])
        hide = ["excess", "excess_low", "excess_high", "expected", "shrunken", "spread"]
        super().__init__(report, _nameless(data, population, "excess", hide), "after")
        rows = self._shown().dropna(subset=["excess"]).astype(dict.fromkeys(hide, float))
        self.people, self.source = Label(characteristics.load().people(population)), source(report, population)
        self.n = Number(len(rows))
        self.least, self.most = (Number(end(rows["excess"]), 1, scale=100) for end in (_least, _most))
        self.above, self.below = Number((rows["excess_low"] > 0).sum()), Number((rows["excess_high"] < 0).sum())
        self.as_expected = not (self.above.any or self.below.any)
        self.by_chance = Number(len(rows) * statistics.by_chance())
        self.places = Number(rows["spread"].mean() if self.least.shown else float("nan"))

    def figure(self, id: str, **texts: str) -> Figure | None:
        """Found less expected from low to high, each with its interval; none of a single institution."""
        draw = figures.Caterpillar(
            0.0,
            "als verwacht",
            value="excess",
            low="excess_low",
            high="excess_high",
            ylabel="verschil (procentpunt)",
            marked=True,
        )
        return self._figure(id, draw, **texts) if self.least.shown else None


class Place(View):
    """The unit's own place among the limits that chance gives around the sector's share.

    In templates: ``there`` (whether anybody took part), ``safe``, ``sector`` (its share); ``within`` (the limits of
    chance), ``beyond`` (the widest limits as well), ``small`` (a difference that is called slight), ``above``;
    ``people``, ``source``, ``counts``.
    """

    def __init__(self, report: Report, population: str) -> None:
        self._mean = _sector_share(report, population)
        cells = Cells(
            _own_row(report, population),
            keys=["label"],
            hide=["safe", "n_effective"],
            shares=("safe",),
            protect="untold",
            source=population,
            percents={"safe": NEAREST},
        )
        super().__init__(report, cells, "place")
        self.people, self.source = Label(characteristics.load().people(population)), source(report, population)
        self.counts = counts(self._shown())
        self.there = len(self._data) > 0
        row = self._data.iloc[0] if self.there else pd.Series({"safe": float("nan"), "n_effective": float("nan")})
        z = abs(statistics.funnel([row["safe"]], self._mean, [row["n_effective"]]).z[0])
        self.safe, self.sector = Share(row["safe"]), Share(self._mean)
        self.within, self.beyond = bool(z < statistics.warning()), bool(z > statistics.ALARM)
        gap = row["safe"] - self._mean
        self.above, self.small = bool(gap > 0), bool(abs(gap) < wording.SLIGHT)

    def figure(self, id: str, **texts: str) -> Figure | None:
        """The unit's share in a funnel around the sector's; none where nobody took part."""
        return self._figure(id, figures.Funnel(self._mean), **texts) if self.there else None


class Expected(View):
    """The unit's share beside what is expected of its composition, of respondents with all characteristics known.

    In templates: ``there`` (whether anything can be expected), ``observed``, ``expected``, ``excess`` (observed less
    expected); ``shrunken`` (the best estimate, chance allowed for), ``first`` and ``last`` (the places between which
    it stands, of ``n`` institutions); ``people``.
    """

    def __init__(self, report: Report, population: str) -> None:
        own = _own(report, population, expected_row(report, population))
        shown = ["observed", "observed_low", "observed_high", "expected", "excess", "excess_low", "excess_high"]
        cells = Cells(
            own.assign(n=own["n_model"]),
            keys=["label"],
            hide=[*shown, "shrunken", "shrunken_low", "shrunken_high", "rank", "rank_low", "rank_high"],
            shares=("observed",),
            protect="untold",
            source=population,
            percents={**dict.fromkeys(NEARBY, NEAREST), **dict.fromkeys(LOWER, DOWN), **dict.fromkeys(UPPER, UP)},
        )
        super().__init__(report, cells, "expected")
        self.people = Label(characteristics.load().people(population))
        self.there = len(self._data) > 0
        row = self._data.iloc[0] if self.there else pd.Series(dict.fromkeys(cells.hide, float("nan")))
        self.observed, self.expected = Share(row["observed"]), Share(row["expected"])
        self.excess = Difference(row["excess"], row["excess_low"], row["excess_high"])
        self.shrunken = Share(row["shrunken"], row["shrunken_low"], row["shrunken_high"])
        self.first, self.last = Number(row["rank_low"]), Number(row["rank_high"])
        number = pd.DataFrame({"n_institutions": [len(_modelled(report, population))]})
        ranked = Cells(number, keys=[], hide=["n_institutions"], open="institutions").release(report.settings.rulebook)
        self.n = Number(ranked.data["n_institutions"].iloc[0])

    def table(self, id: str, caption: str) -> Table | None:
        """Found and expected, with the difference; ``caption``: a template."""
        fields = [
            Field("Respondenten", "n", dutch.number),
            Field("Gevonden (%)", "observed", common.bare_percent),
            Field("Interval gevonden", "observed_low", dutch.interval, upper="observed_high"),
            Field("Verwacht (%)", "expected", common.bare_percent),
            Field("Verschil", "excess", common.bare_percent),
            Field("Interval verschil", "excess_low", dutch.interval, upper="excess_high"),
        ]
        return self._table(id, caption, fields) if self.there else None


class Association(View):
    """A correlation over institutions, each weighted for its number of respondents.

    In templates: ``title``; ``r`` with its ``interval`` (hidden on too few institutions), ``n`` (institutions),
    ``clear`` (whether zero lies outside the interval), ``positive``.
    """

    def __init__(self, report: Report, population: str, x: str, y: str, title: str) -> None:
        report.check_typed(title)
        names = {"x": x, "y": y, "n": "n"}
        data = pd.DataFrame({key: _figures(report, population, name) for key, name in names.items()}).dropna()
        found = statistics.correlation(data["x"], data["y"], data["n"])
        self._row = {"label": title, "r": found.r, "low": found.low, "high": found.high, "k": found.n}
        super().__init__(report, _correlation_cells([self._row]))
        row = self._data.iloc[0]
        self.title = Label(title)
        self.r, self.n = Number(row["r"], 2), Number(row["k"])
        self.interval = Text(dutch.limits(row["low"], row["high"], 2), self.r.shown)
        self.clear = bool(wording.certain(row["low"], row["high"]))
        self.positive = self.r.any


def _correlation_cells(rows: list[dict]) -> Cells:
    return Cells(pd.DataFrame(rows), keys=["label", "k"], hide=["r", "low", "high"], open="association")


def _figures(report: Report, population: str, name: str) -> pd.Series:
    """A figure by institution; raises :class:`MonitorError` for one that there is not."""
    other, _, column = name.rpartition(".")
    data = institution_table(report, other or population).set_index("institution_id")
    known = [each for each in data.columns if pd.api.types.is_float_dtype(data[each]) or each == "n"]
    if column not in known:
        raise MonitorError(
            f"report.association(…): there is no figure '{name}' of institutions. Of {other or population} there are "
            f"{', '.join(known)}."
        )
    return data[column]


class Associations(View):
    """Correlations over institutions beside each other; in templates: ``known``, whether there is any."""

    def __init__(self, report: Report, each: tuple[Association, ...]) -> None:
        super().__init__(report, _correlation_cells([one._row for one in each]))
        self.known = any(one.r.shown for one in each)

    def table(self, id: str, caption: str) -> Table | None:
        """Each correlation with its interval and number of institutions; ``caption``: a template. None without any."""
        fields = [
            Field("Samenhang", "label"),
            Field("Instellingen", "k", dutch.number),
            Field("Correlatie (r)", "r", partial(dutch.number, decimals=2)),
            Field("Interval", "low", partial(dutch.limits, decimals=2), upper="high"),
        ]
        return self._table(id, caption, fields) if self.known else None


class LeastSafe(View):
    """The quarter of institutions where staff feel least safe, beside all.

    In templates: ``low`` and ``every``, each with ``n`` (institutions), ``west`` and ``large`` (shares of these), and
    ``grade`` (for the work, on average); hidden on too few institutions. ``large``: what a large institution is.
    """

    def __init__(self, report: Report, population: str) -> None:
        found = report.analysis("least_safe")
        cells = Cells(found, keys=["group"], hide=["n", "west", "large", "satisfaction"], open="institutions")
        super().__init__(report, cells)
        self._enough = self._data["n"].min() > report.settings.disclosure.minimum_benchmark_institutions
        by_group = self._data.set_index("group")
        self.low, self.every = (self._part(by_group.loc[name]) for name in ("least safe", "all"))
        self.large = Label(characteristics.load().label("size_class", LARGEST))

    def _part(self, row: pd.Series) -> Part:
        told = row if self._enough else dict.fromkeys(row.index, float("nan"))
        return Part(
            n=Number(told["n"]),
            west=Share(told["west"]),
            large=Share(told["large"]),
            grade=Number(told["satisfaction"], 1),
        )

    def table(self, id: str, caption: str) -> Table | None:
        """Both groups of institutions; none on too few institutions."""
        words = {"least safe": "kwart waar medewerkers zich het minst veilig voelen", "all": "alle instellingen"}
        whole = partial(dutch.percent, decimals=0, sign=False)
        fields = [
            Field("Instellingen", "group", words=words),
            Field("Aantal", "n", dutch.number),
            Field("In West (%)", "west", whole),
            Field(f"{dutch.sentence(characteristics.load().label('size_class', LARGEST))} (%)", "large", whole),
            Field("Cijfer voor het werk", "satisfaction", partial(dutch.number, decimals=1)),
        ]
        return self._table(id, caption, fields) if self._enough else None


def spread(report: Report, population: str) -> Spread | Absent:
    """How far institutions differ, without names (sector report only).

    Examples
    --------
    >>> spreiding = report.spread("students")
    >>> report.tell("{{ spread_text(view) }}", view=spreiding, hidden="{{ spread_few(view) }}")
    """
    return of_one_kind(report, Spread, "spread", population, sector=True)


def after_composition(report: Report, population: str) -> AfterComposition | Absent:
    """How far institutions differ from what their composition lets expect, without names (sector report only).

    Examples
    --------
    >>> rest = report.after_composition("students")
    >>> report.show(rest.figure("fig-studenten-na-samenstelling"))
    """
    return of_one_kind(report, AfterComposition, "after_composition", population, sector=True)


def place(report: Report, population: str) -> Place | Absent:
    """The unit's own place among others (institution reports only).

    Examples
    --------
    >>> plaats = report.place("students")
    >>> report.tell("{{ safe }} voelt zich veilig, in de sector {{ sector }}.", plaats, hidden="…")
    """
    return of_one_kind(report, Place, "place", population, sector=False)


def expected(report: Report, population: str) -> Expected | Absent:
    """What is expected of the unit's composition, beside what was found (institution reports only).

    Examples
    --------
    >>> verwacht = report.expected("students")
    >>> report.tell("Dat is {{ excess.higher }} dan verwacht.", verwacht, hidden="…")
    """
    return of_one_kind(report, Expected, "expected", population, sector=False)


def association(report: Report, population: str, x: str, y: str, title: str) -> Association | Absent:
    """How two figures of institutions go together (sector report only).

    Parameters
    ----------
    population
        Whose institutions, weighted for their respondents of that population.
    x, y
        Figures of an institution, such as ``safe`` or ``share_non_western``; those of the other population with its
        name in front: ``students.safe``.
    title
        What goes together, for a table.

    Examples
    --------
    >>> samen = report.association("staff", "safe", "students.safe", "Medewerkers en studenten")
    >>> report.tell("De correlatie is {{ r }} (interval {{ interval }}).", samen, hidden="…")
    """
    for other in (name.rpartition(".")[0] for name in (x, y)):
        if other and other not in common.POPULATIONS:
            raise MonitorError(
                f"report.association(…): there are figures of {' and '.join(common.POPULATIONS)}, not of '{other}'."
            )
        reason = report.left_out(other) if other else None
        if reason is not None:
            return Absent(reason)
    return of_one_kind(report, Association, "association", population, x, y, title, sector=True)


def associations(report: Report, *each: Association | Absent) -> Associations | Absent:
    """Some associations together, for a table of them.

    Examples
    --------
    >>> samenhang = report.association("staff", "safe", "students.safe", "Medewerkers en studenten")
    >>> samen = report.associations(samenhang)
    >>> report.show(samen.table("tbl-samenhang", "Samenhang over instellingen"))
    """
    absent = [one for one in each if isinstance(one, Absent)]
    return absent[0] if absent else Associations(report, each)


def least_safe(report: Report) -> LeastSafe | Absent:
    """Which institutions staff feel least safe at (sector report only).

    Examples
    --------
    >>> kwart = report.least_safe()
    >>> report.tell("Daarvan ligt {{ low.west.whole }} in West.", kwart, hidden="…")
    """
    return of_one_kind(report, LeastSafe, "least_safe", "staff", sector=True)
