"""Differences between institutions: the sector's spread without names, and a unit's own place."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import pandas as pd

from helpers import characteristics, dutch, figures, statistics, wording
from helpers.chapters import common
from helpers.chapters.common import SECTOR
from helpers.chapters.view import Absent, View, counts, of_one_kind, source
from helpers.disclosure.bins import bins
from helpers.disclosure.rounding import CORRELATION, COUNT, NEAREST, WHOLE
from helpers.errors import MonitorError
from helpers.publish import Cells, Field, Figure, Table, bare_percent
from helpers.values import Label, Number, Part, Share, Text, gap

if TYPE_CHECKING:
    from helpers.story import Report

SHRUNKEN = ("shrunken", "shrunken_low", "shrunken_high")
"""Told in whole percents: more precisely it would tell the share of those whom the model knows."""
LARGEST = ">15000"
"""The class of the largest institutions."""


def institution_table(report: Report, population: str) -> pd.DataFrame:
    """One row an institution with enough respondents: its observed share in the report's wave."""
    data = _all_institutions(report, population)
    return data[data["n"] >= report.settings.disclosure.minimum_respondents].reset_index(drop=True)


def _all_institutions(report: Report, population: str) -> pd.DataFrame:
    data = report.analysis(f"institutions_{population}")
    return data[data["wave"] == report.wave] if "wave" in data else data


def untold(report: Report, population: str) -> set[str]:
    """Institutions whose own share may not be shown: few respondents, or answers that nobody or everybody gave.

    Their place among others may not be shown either: whoever knows all others' shares knows whose the last one is.
    """
    data = _all_institutions(report, population).dropna(subset=["safe"])
    data = data.assign(neutral=(1 - data["safe"] - data["unsafe"]).round(9))
    shares = ("safe", "neutral", "unsafe")
    released = Cells(data, ["institution_id"], ["safe"], "position", shares=shares, source=population).release(
        report.settings.rulebook
    )
    return set(released.data.loc[released.data["safe"].isna(), "institution_id"])


def _own_row(report: Report, population: str) -> pd.DataFrame:
    """The unit's own row; none where nobody took part.

    ``untold``: its share may not be told, and what is computed from that share is not told either.
    """
    data = _all_institutions(report, population)
    row = data[(data["institution_id"] == report.unit) & (data["n"] > 0)].reset_index(drop=True)
    return row.assign(label="eigen instelling", untold=report.unit in untold(report, population))


def _sector_share(report: Report, population: str) -> float:
    """The sector's share safe, as it is released."""
    data = common.figures_for(report, population, "total")
    released = common.cells(data, ["scope"]).release(report.settings.rulebook).data
    return float(released.loc[released["scope"] == SECTOR, "safe"].iloc[0])


def _modelled(report: Report, population: str) -> pd.DataFrame:
    """One row an institution of the composition model with enough respondents; none for an earlier wave."""
    data = _expected(report, population)
    enough = data["n_model"] >= report.settings.disclosure_for(population).minimum_respondents
    return data[enough & ~data["institution_id"].isin(untold(report, population))].reset_index(drop=True)


def _expected(report: Report, population: str) -> pd.DataFrame:
    """One row an institution of the composition model, which is of the last wave; none for an earlier one."""
    data = report.analysis(f"expected_{population}")
    return data.iloc[:0] if population == "students" and report.wave != max(report.about.waves) else data


def expected_row(report: Report, population: str) -> pd.DataFrame:
    """The unit's own row of the composition model, beside its told share; none where nothing can be expected.

    ``untold``: neither may be told, or the model knows too few of the unit's respondents.
    """
    every = _modelled(report, population)
    data = _expected(report, population) if len(every) else every
    mine = data[(data["institution_id"] == report.unit) & data["expected"].notna()].reset_index(drop=True)
    few = mine["n_model"] < report.settings.disclosure_for(population).minimum_respondents
    found = _beside_own(mine, _own_row(report, population))
    return found.assign(untold=found["untold"] | few)


def _beside_own(expected: pd.DataFrame, own: pd.DataFrame) -> pd.DataFrame:
    """What is expected beside the unit's share as it is told everywhere, of all its respondents.

    The model knows those of whom all characteristics are known: a second share, of them alone, less the first would
    tell what the few others answered. The interval of the difference keeps its width.
    """
    if expected.empty or own.empty:
        return expected.iloc[:0].assign(n=0, label="", untold=False)
    excess = own["safe"] - expected["expected"]
    moved = excess - expected["excess"]
    ends = {f"excess_{end}": expected[f"excess_{end}"] + moved for end in ("low", "high")}
    found = {"observed": own["safe"], "observed_low": own["low"], "observed_high": own["high"], "n": own["n"]}
    return expected.assign(excess=excess, **ends, **found, label=own["label"], untold=own["untold"])


class Nameless(View):
    """How institutions lie by a share or a difference of shares, without names and without any one of them.

    In templates: ``n`` (institutions that may be shown), ``known`` (whether there are enough of them); ``lowest`` and
    ``highest``: the ends, each with ``edge`` and ``n`` (institutions below the edge, or on it and above); ``quarter``
    and ``three_quarters`` (hidden where a quarter is too few institutions); ``together`` (institutions in a bin at the
    least); ``people``, ``source``.
    """

    def __init__(self, report: Report, population: str, values: pd.Series, sentences: str, **numbers: float) -> None:
        least = report.settings.disclosure.minimum_benchmark_institutions
        data = bins(values, least)
        words = [_between(low, high) for low, high in zip(data["low"], data["high"], strict=True)]
        data["label"] = pd.Series(words, index=data.index, dtype=object)
        cells = Cells(
            data,
            keys=["label"],
            hide=["institutions", "low", "high"],
            kind="distribution",
            open="institutions",
            precision=dict.fromkeys(("low", "high"), NEAREST),
        )
        super().__init__(report, cells, sentences)
        self.known, self.empty = len(self._data) > 0, False  # too few institutions are no reason to be silent
        parts = (values.quantile(part) if len(values) >= 4 * least else float("nan") for part in (0.25, 0.75))
        ends = dict(zip(("quarter", "three_quarters"), parts, strict=True))
        row = pd.DataFrame([ends | {"n_institutions": len(values) if self.known else float("nan")} | numbers])
        precision = dict.fromkeys(ends, WHOLE) | dict.fromkeys(numbers, COUNT)
        told = Cells(row, [], list(row.columns), "distribution", open="institutions", precision=precision)
        self._summary = told.release(report.settings.rulebook).data.iloc[0]
        self.people, self.source = Label(characteristics.load().people(population)), source(report, population)
        self.n, self.together = Number(self._summary["n_institutions"]), Number(least)
        self.quarter, self.three_quarters = (Share(self._summary[name]) for name in ends)
        low, high = (self._data.iloc[i] if self.known else {"institutions": float("nan")} for i in (0, -1))
        self.lowest = Part(edge=self._edge(low.get("high", float("nan"))), n=Number(low["institutions"]))
        self.highest = Part(edge=self._edge(high.get("low", float("nan"))), n=Number(high["institutions"]))

    can_hide = True
    """Of too few institutions nothing is shown."""

    def _edge(self, value: float) -> Share | Number:
        return Share(value)

    def _number(self, name: str) -> Number:
        return Number(self._summary[name] if self.known else float("nan"))

    def _bars(self, id: str, reference: float, words: str, xlabel: str, texts: dict[str, str]) -> Figure | None:
        return self._figure(id, figures.Bins(reference, words, xlabel), **texts) if self.known else None


def _between(low: float, high: float) -> str:
    """The limits of a bin in words, in percents: ``minder dan 76``, ``76 tot 78``, ``86 of meer``."""
    if pd.isna(low):
        return f"minder dan {dutch.percent(high, 0, sign=False)}"
    return f"{dutch.percent(low, 0, sign=False)} of meer" if pd.isna(high) else dutch.interval(low, high, 0)


class Spread(Nameless):
    """Shares feeling safe of all institutions, without names.

    In templates, besides those of :class:`Nameless`: ``outside`` (how many lie outside the limits of chance around the
    sector's share) and ``by_chance`` (how many would by chance alone).
    """

    def __init__(self, report: Report, population: str) -> None:
        self._mean = _sector_share(report, population)
        data = institution_table(report, population)
        told = data[~data["institution_id"].isin(untold(report, population))].dropna(subset=["safe"])
        far = abs(statistics.funnel(told["safe"], self._mean, told["n_effective"]).z) > statistics.warning()
        super().__init__(report, population, told["safe"].astype(float), "spread", outside=float(far.sum()))
        self.outside = self._number("outside")
        self.by_chance = Number(round(len(told) * statistics.by_chance()))

    def figure(self, id: str, **texts: str) -> Figure | None:
        """How many institutions have which share; none of too few."""
        words = f"sector {dutch.percent(self._mean, 1)}"
        return self._bars(id, self._mean, words, "aandeel dat zich veilig voelt (%)", texts)


class AfterComposition(Nameless):
    """What is left of the differences between institutions when composition counts, without names.

    In templates, besides those of :class:`Nameless` (edges in percentage points): ``above`` and ``below`` (how many
    differ clearly from what is expected), ``by_chance`` (how many would by chance alone); ``places`` (how many an
    interval of a place in the order covers, on average).
    """

    def __init__(self, report: Report, population: str) -> None:
        data = _modelled(report, population).dropna(subset=["excess"])
        numbers = {
            "above": float((data["excess_low"] > 0).sum()),
            "below": float((data["excess_high"] < 0).sum()),
            "places": float((data["rank_high"] - data["rank_low"]).mean()),
        }
        super().__init__(report, population, data["excess"].astype(float), "after", **numbers)
        self.above, self.below, self.places = (self._number(name) for name in numbers)
        self.as_expected = not (self.above.any or self.below.any)
        self.by_chance = Number(len(data) * statistics.by_chance())

    def _edge(self, value: float) -> Number:
        return Number(value, 0, scale=100)

    def figure(self, id: str, **texts: str) -> Figure | None:
        """How many institutions differ how far from what is expected; none of too few."""
        return self._bars(id, 0.0, "als verwacht", "gevonden min verwacht (procentpunt)", texts)


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
            kind="position",
            shares=("safe",),
            protect="untold",
            source=population,
        )
        super().__init__(report, cells, "place")
        self.people, self.source = Label(characteristics.load().people(population)), source(report, population)
        self.counts = counts(self._shown())
        self.there = len(self._data) > 0
        row = self._data.iloc[0] if self.there else pd.Series({"safe": float("nan"), "n_effective": float("nan")})
        z = abs(statistics.funnel([row["safe"]], self._mean, [row["n_effective"]]).z[0])
        self.safe, self.sector = Share(row["safe"], row=row), Share(self._mean, decimals=1)
        self.within, self.beyond = bool(z < statistics.warning()), bool(z > statistics.ALARM)
        gap = row["safe"] - self._mean
        self.above, self.small = bool(gap > 0), bool(abs(gap) < wording.margin())

    def figure(self, id: str, **texts: str) -> Figure | None:
        """The unit's share in a funnel around the sector's; none where nobody took part."""
        return self._figure(id, figures.Funnel(self._mean), **texts) if self.there else None


class Expected(View):
    """The unit's share beside what is expected of its composition.

    In templates: ``there`` (whether anything can be expected), ``observed``, ``expected``, ``excess`` (observed less
    expected); ``shrunken`` (the best estimate, chance allowed for), ``first`` and ``last`` (the places between which
    it stands, of ``n`` institutions); ``people``.
    """

    def __init__(self, report: Report, population: str) -> None:
        shown = ["observed", "observed_low", "observed_high", "expected", "excess", "excess_low", "excess_high"]
        cells = Cells(
            expected_row(report, population),
            keys=["label"],
            hide=[*shown, *SHRUNKEN, "rank_low", "rank_high"],
            kind="expected",
            precision=dict.fromkeys(SHRUNKEN, WHOLE),
            shares=("observed",),
            protect="untold",
            source=population,
        )
        super().__init__(report, cells, "expected")
        self.people = Label(characteristics.load().people(population))
        self.there = len(self._data) > 0
        row = self._data.iloc[0] if self.there else pd.Series(dict.fromkeys(cells.hide, float("nan")))
        self.observed, self.expected = Share(row["observed"], row=row), Share(row["expected"], row=row)
        self.excess = gap(row, "excess")
        self.shrunken = Share(*(row[name] for name in SHRUNKEN), decimals=0)
        self.first, self.last = Number(row["rank_low"]), Number(row["rank_high"])
        number = pd.DataFrame({"n_institutions": [len(_modelled(report, population))]})
        ranked = Cells(number, [], ["n_institutions"], "frequency", open="institutions").release(
            report.settings.rulebook
        )
        self.n = Number(ranked.data["n_institutions"].iloc[0])

    def table(self, id: str, caption: str) -> Table | None:
        """Found and expected, with the difference; ``caption``: a template."""
        fields = [
            Field("Respondenten", "n", dutch.number),
            Field("Gevonden (%)", "observed", bare_percent),
            Field("Interval gevonden", "observed_low", dutch.interval, upper="observed_high"),
            Field("Verwacht (%)", "expected", bare_percent),
            Field("Verschil", "excess", bare_percent),
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
    return Cells(
        pd.DataFrame(rows),
        keys=["label", "k"],
        hide=["r", "low", "high"],
        kind="correlation",
        open="association",
        precision={"low": CORRELATION, "high": CORRELATION},
    )


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
        cells = Cells(
            found, keys=["group"], hide=["n", "west", "large", "satisfaction"], kind="mean", open="institutions"
        )
        super().__init__(report, cells)
        self._enough = self._data["n"].min() >= report.settings.disclosure.least_institutions
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
