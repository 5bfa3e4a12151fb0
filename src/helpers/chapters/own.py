"""A researcher's own analysis: rows that are counted, checked and released like all others, and cross tables."""

from __future__ import annotations

import builtins
import types
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from helpers import characteristics, disclosure, dutch, groups, values
from helpers.chapters import common
from helpers.chapters.view import View, counts
from helpers.disclosure import checks
from helpers.disclosure.release import covers
from helpers.disclosure.rounding import DOWN, NEAREST, UP
from helpers.disclosure.suppress import Sum, System, complement_or_all, unit_cost
from helpers.errors import MonitorError
from helpers.publish import Cells, Field, Figure, Table
from helpers.values import Label, Number, Part

if TYPE_CHECKING:
    from helpers.story import Report

SOURCES = ("students", "staff")
DRAWS_WITH = ("matplotlib", "seaborn", "numpy", "math", "helpers.figures", "helpers.dutch")
"""Packages that a drawing of one's own may use."""


class Own(View):
    """Released rows of a researcher's own analysis.

    In templates: ``rows`` (a part a row, with the keys by name, ``n`` and the shares), ``shown`` and ``hidden``
    (numbers of rows).
    """

    def __init__(self, report: Report, cells: Cells, keys: Sequence[str], shares: Sequence[str]) -> None:
        super().__init__(report, cells)
        self._keys, self._shares = list(keys), list(shares)
        self.rows = [self._part(row) for _, row in self._data.iterrows()]
        self.shown = Number(len(self._shown()))
        self.hidden = Number(len(self._data) - len(self._shown()))
        self.counts = counts(self._shown())

    def _part(self, row: pd.Series) -> Part:
        names = {key: Label(str(row[f"{key}_label"])) for key in self._keys}
        shares = {name: values.share(row, name) for name in self._shares}
        return Part(**names, **shares, n=Number(row["n"]), shown=row[disclosure.REASON] == "")

    def table(self, id: str, caption: str, headings: Mapping[str, str] | None = None) -> Table:
        """The rows as a table; ``headings``: Dutch heads of columns, where they are not those of the characteristic."""
        heads = dict(headings or {})
        fields = [Field(heads.get(key, dutch.sentence(_subject(key))), f"{key}_label") for key in self._keys]
        fields.append(Field(heads.get("n", "Respondenten"), "n", dutch.number))
        for share in self._shares:
            fields.append(Field(heads.get(share, SHARES.get(share, share)), share, common.bare_percent))
            if f"{share}_low" in self._data:
                fields.append(Field("Interval", f"{share}_low", dutch.interval, upper=f"{share}_high"))
        return self._table(id, caption, fields)

    def figure(
        self,
        id: str,
        draw: Callable[[Axes, pd.DataFrame], None],
        *,
        title: str,
        caption: str,
        alt: str,
        height: float = 3,
    ) -> Figure:
        """A figure of one's own.

        Parameters
        ----------
        draw
            ``draw(axes, data)`` draws released rows with matplotlib or seaborn; it may use nothing else.
        title, caption, alt
            Templates: what it shows, of whom and from where, and its message with numbers for who cannot see it.
        height
            In inches.
        """
        _check_drawing(draw)
        return self._figure(id, Drawing(draw, height), title=title, caption=caption, alt=alt)


SHARES = {"safe": "Veilig (%)", "neutral": "Neutraal (%)", "unsafe": "Onveilig (%)"}


@dataclass(frozen=True)
class Drawing:
    """A figure kind that a researcher's function draws."""

    draw: Callable[[Axes, pd.DataFrame], None]
    inches: float

    def height(self, data: pd.DataFrame) -> float:
        """Height in inches."""
        return self.inches

    def __call__(self, axes: Axes, data: pd.DataFrame) -> None:
        """Draw."""
        self.draw(axes, data.copy())


def _check_drawing(draw: object, seen: frozenset[int] = frozenset()) -> None:
    """Refuse a function that reaches beyond the released rows; raises :class:`MonitorError`."""
    if not isinstance(draw, types.FunctionType):
        raise MonitorError("A figure is drawn by a function: def draw(axes, data): …, which draws the rows in `data`.")
    name = draw.__name__
    if draw.__closure__ or draw.__defaults__ or draw.__kwdefaults__:
        raise MonitorError(
            f"The drawing {name} carries values with it. It may draw the rows that it is given, no other."
        )
    for each in _names(draw.__code__):
        if each.startswith(("read_", "load", "open")) or each == "open":
            raise MonitorError(f"The drawing {name} reads something ('{each}'). It may draw the rows that it is given.")
        if each not in draw.__globals__ or hasattr(builtins, each):
            continue
        found = draw.__globals__[each]
        module = found.__name__ if isinstance(found, types.ModuleType) else getattr(found, "__module__", "")
        if module and module.startswith(DRAWS_WITH) and (isinstance(found, types.ModuleType) or callable(found)):
            continue
        if isinstance(found, types.FunctionType) and id(found) not in seen:
            _check_drawing(found, seen | {id(draw)})
            continue
        if isinstance(found, types.FunctionType):
            continue
        raise MonitorError(
            f"The drawing {name} uses '{each}', which is not among the rows that it is given. Draw from `data` only; "
            f"it may use {', '.join(DRAWS_WITH)}."
        )


def _names(code: types.CodeType) -> set[str]:
    inner = [each for each in code.co_consts if isinstance(each, types.CodeType)]
    return set(code.co_names).union(*map(_names, inner))


def release(
    report: Report,
    frame: pd.DataFrame,
    *,
    keys: Sequence[str],
    count: str = "n",
    shares: Sequence[str] = (),
    source: str,
) -> Own:
    """Release rows of your own analysis: the same checks, rounding and protection as all figures of the report.

    Parameters
    ----------
    frame
        One row a group. Every column is a key, the count, a share, or the limits of one (``safe_low``, ``safe_high``).
    keys
        Columns that name the group: declared characteristics (``data/characteristics.yml``), or ``wave``.
    count
        Column with the respondents behind a row, unweighted; it is compared with the rows themselves.
    shares
        Columns with shares between 0 and 1.
    source
        ``"students"`` or ``"staff"``: whose rules hold.

    Raises
    ------
    MonitorError
        For what disclosure control cannot judge: a column that is not declared, a count that the rows do not bear out,
        a share that is none, a grouping that is not declared.

    Examples
    --------
    >>> rijen = report.rows("students").query("wave == 2022")
    >>> tabel = rijen.groupby(["gender", "level"], observed=True).size().rename("n").reset_index()
    >>> eigen = report.release(tabel, keys=["gender", "level"], source="students")
    >>> report.show(eigen.table("tbl-eigen", "Studenten naar geslacht en niveau"))
    """
    _check_frame(frame, keys, count, shares, source)
    data = frame.rename(columns={count: "n"}).reset_index(drop=True)
    _check_counts(report, data, list(keys), source)
    for key in keys:
        data[f"{key}_label"] = [_label(key, code) for code in data[key]]
    return Own(report, _cells(report, data, list(keys), list(shares), source), keys, shares)


def _cells(report: Report, data: pd.DataFrame, keys: list[str], shares: list[str], source: str) -> Cells:
    limits = [column for column in data if column.removesuffix("_low").removesuffix("_high") in shares]
    rules = report.settings.disclosure_for(source)
    plan = planned(report, data, keys, source)
    hidden = protected(data, keys, shares, rules, plan, rounded=report.is_sector)
    data = data.assign(
        protect=hidden, benchmark=report.is_sector, **{name: data[name].astype(float) for name in limits}
    )
    percents = {name: DOWN if name.endswith("_low") else UP if name.endswith("_high") else NEAREST for name in limits}
    return Cells(
        data,
        keys=[*keys, *(f"{key}_label" for key in keys)],
        hide=limits,
        shares=shares,
        source=source,
        protect="protect",
        rounded="benchmark",
        percents=percents,
    )


def planned(report: Report, data: pd.DataFrame, keys: Sequence[str], source: str) -> np.ndarray:
    """Cells of a group that the plan over all reports hides in this institution's own tables.

    Of a characteristic that follows from the keys (level and track) the plan holds too.
    """
    hidden = np.zeros(len(data), dtype=bool)
    if report.is_sector:
        return hidden
    derived = groups.add_groups(data[list(keys)])
    for by in derived.columns.intersection(list(characteristics.load().of(source))):
        for wave, part in derived.groupby("wave") if "wave" in derived else [(report.wave, derived)]:
            there = common.planned(report, source, by, int(wave), part[by].astype(str))
            hidden[part.index[there.fillna(False).to_numpy(dtype=bool)]] = True
    return hidden


def protected(
    data: pd.DataFrame,
    keys: Sequence[str],
    shares: Sequence[str],
    rules: disclosure.Disclosure,
    hidden: np.ndarray,
    *,
    rounded: bool,
) -> np.ndarray:
    """Cells to hide: by a check, because ``hidden`` says so, or as they and the totals by any key would tell those.

    ``rounded``: counts and totals are told in multiples, so that a total is known within half a step, and of what is
    hidden together neither the number nor the answers follow.
    """
    sizes = data["n"].to_numpy(float)
    outcomes = checks.run(checks.Evidence(data, sizes, shares), rules)
    status, _ = checks.verdict(outcomes, len(data))
    first = (status > checks.Status.PASS) | hidden
    filled = np.flatnonzero(sizes > 0)
    if not first[filled].any() or first[filled].all():
        return first
    place = {cell: i for i, cell in enumerate(filled)}
    slack = rules.benchmark_rounding / 2 if rounded else 0.0
    sums = [Sum(tuple(range(len(filled))), slack, slack)]
    for size in range(1, len(keys)):
        for start in range(len(keys) - size + 1):
            for _, part in data.iloc[filled].groupby(list(keys[start : start + size]), observed=True, dropna=False):
                sums.append(Sum(tuple(place[cell] for cell in part.index), slack, slack))
    told = {name: pd.to_numeric(data[name]).to_numpy(float)[filled] for name in shares}
    needs = []
    for each in () if rounded else sums:
        inside = list(each.cells)
        needs += covers(each.cells, sizes[filled][inside], {name: part[inside] for name, part in told.items()}, rules)
    system = System.of(
        sizes[filled],
        first[filled],
        rules.minimum_respondents,
        cost=unit_cost(sizes[filled]),
        width=rules.protection_width,
        sums=sums,
        covers=needs,
    )
    every = first.copy()
    every[filled] |= complement_or_all(system)
    return every


class Crosstab(View):
    """Respondents by two characteristics: every cell is checked, and those that protect others are hidden too.

    In templates: ``rows`` (each with ``label`` and ``cells``: parts with ``label`` and ``n``), ``hidden`` (how many).
    """

    def __init__(self, report: Report, population: str, first: str, second: str) -> None:
        rows = common.own_rows(report, population)
        rows = rows[rows["feels_safe"].notna() & (rows["weight"] > 0)]
        table = rows.groupby([first, second], observed=False).size().rename("n").reset_index()
        rules = report.settings.disclosure_for(population)
        keys = [first, second]
        plan = planned(report, table, keys, population)
        hidden = protected(table, keys, (), rules, plan, rounded=report.is_sector)
        table = table.assign(protect=hidden, benchmark=report.is_sector)
        for key in keys:
            table[f"{key}_label"] = [_label(key, code) for code in table[key]]
        cells = Cells(
            table,
            keys=[first, second, f"{first}_label", f"{second}_label"],
            hide=["n"],
            source=population,
            protect="protect",
            rounded="benchmark",
        )
        super().__init__(report, cells)
        self._first, self._second = first, second
        self.rows = [
            Part(
                label=Label(str(label)),
                cells=[
                    Part(label=Label(str(c)), n=Number(n))
                    for c, n in zip(part[f"{second}_label"], part["n"], strict=True)
                ],
            )
            for label, part in self._data.groupby(f"{first}_label", sort=False)
        ]
        self.hidden = Number(int((self._data[disclosure.REASON] != "").sum()))
        if self._shown().empty and report.is_sector:
            raise MonitorError(
                f"All cells of {_subject(first)} by {_subject(second)} are hidden, in the sector too: there is nothing "
                "to show. Take characteristics with fewer groups."
            )

    def table(self, id: str, caption: str) -> Table:
        """One row a group of the first characteristic, one column a group of the second."""
        first, second = f"{self._first}_label", f"{self._second}_label"
        wide = self._data.pivot(index=first, columns=second, values="n")
        order = list(dict.fromkeys(self._data[first])), list(dict.fromkeys(self._data[second]))
        wide = wide.loc[order[0], order[1]].reset_index().rename_axis(columns=None)
        cells = Cells(wide, keys=[first], hide=order[1], open="released")
        head = Field(dutch.sentence(_subject(self._first)), first)
        return self._table(id, caption, [head, *(Field(str(name), name, dutch.number) for name in order[1])], cells)


def crosstab(report: Report, population: str, first: str, second: str) -> Crosstab:
    """Respondents by two declared characteristics, as released counts.

    Raises :class:`MonitorError` for a characteristic that is not declared, and where every cell is hidden.

    Examples
    --------
    >>> kruis = report.crosstab("students", "age_group", "level")
    >>> report.show(kruis.table("tbl-kruis", "Studenten naar leeftijd en niveau"))
    """
    for key in (first, second):
        _label(key, None)
    return Crosstab(report, population, first, second)


def _check_frame(frame: object, keys: Sequence[str], count: str, shares: Sequence[str], source: str) -> None:
    if not isinstance(frame, pd.DataFrame):
        raise MonitorError(
            f"report.release takes a pandas DataFrame with one row a group, not a {type(frame).__name__}."
        )
    if source not in SOURCES:
        raise MonitorError(f"source is '{source}'; allowed: {', '.join(SOURCES)}. It says whose rules hold.")
    problems = [f"there is no column '{name}'" for name in (*keys, count, *shares) if name not in frame]
    if not problems:
        known = {*keys, count, *shares, *(f"{share}_{end}" for share in shares for end in ("low", "high"))}
        problems += [
            f"column '{name}' is no key, count or share, and what is in it cannot be judged: leave it out"
            for name in frame.columns
            if name not in known
        ]
        problems += [_not_a_count(frame[count], count), *(_not_a_share(frame[name], name) for name in shares)]
        if frame.duplicated(list(keys)).any():
            problems.append(f"rows with the same {', '.join(keys)} stand twice")
        for key in keys:
            if key != "wave":
                _label(key, None)
    told = [each for each in problems if each]
    if told:
        raise MonitorError("report.release cannot judge these rows: " + "; ".join(told) + ".")


def _not_a_count(column: pd.Series, name: str) -> str:
    numbers = pd.to_numeric(column, errors="coerce")
    whole = numbers.notna() & (numbers >= 0) & (numbers == numbers.round())
    return "" if whole.all() else f"'{name}' must hold whole numbers of respondents, not {column[~whole].iloc[0]!r}"


def _not_a_share(column: pd.Series, name: str) -> str:
    numbers = pd.to_numeric(column, errors="coerce")
    fine = column.isna() | numbers.between(0, 1)
    return "" if fine.all() else f"'{name}' must hold shares between 0 and 1, not {column[~fine].iloc[0]!r}"


def _check_counts(report: Report, data: pd.DataFrame, keys: list[str], source: str) -> None:
    """A count may not be larger than the number of respondents in the rows: no small group passes for a large one."""
    rows = groups.add_groups(report.rows(source))
    if "wave" in rows and "wave" not in keys:
        rows = rows[rows["wave"] == report.wave]
    there = rows.assign(**{key: rows[key].astype(str) for key in keys}).groupby(keys).size()
    for _, row in data.iterrows():
        name = tuple(str(row[key]) for key in keys)
        found = int(there.get(name if len(keys) > 1 else name[0], 0))
        if row["n"] > found:
            said = ", ".join(name)
            raise MonitorError(
                f"The rows say {int(row['n'])} respondents for {said}, but there are {found} in {source}"
                f"{'' if 'wave' in keys else f' of {report.wave}'}. Count respondents, unweighted, of this report's "
                "wave (or give `wave` as a key)."
            )


def _subject(by: str) -> str:
    return "meting" if by == "wave" else characteristics.load().subject(by)


def _label(by: str, code: object) -> str:
    """Dutch word of a category; raises :class:`MonitorError` for a characteristic that is not declared."""
    if by == "wave":
        return str(code)
    known = characteristics.load()
    known.get(by)
    return "" if code is None else known.label(by, code)
