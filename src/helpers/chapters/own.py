"""A researcher's own analysis: groups that are computed, checked and released like all others, and cross tables.

What a researcher brings says which groups and which shares; the figures themselves are computed here from the report's
own rows, with weights, and compared with those that were brought. So a wrong count, a share of something else, other
people's rows or a part of the respondents cannot leave.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from helpers import characteristics, disclosure, dutch, groups, statistics, values
from helpers.analyse import published
from helpers.analyse.populations import CLUSTER
from helpers.chapters import common
from helpers.chapters.common import OWN, SECTOR
from helpers.chapters.drawing import Drawing, check_drawing
from helpers.chapters.view import View, counts
from helpers.disclosure.rounding import COUNT
from helpers.errors import MonitorError
from helpers.publish import Cells, Field, Figure, Table, bare_percent
from helpers.values import Label, Number, Part

if TYPE_CHECKING:
    from helpers.story import Report

SOURCES = ("students", "staff")
SHARES = {"safe": "Veilig (%)", "neutral": "Neutraal (%)", "unsafe": "Onveilig (%)"}
LIMITS = tuple(f"{share}_{end}" for share in ("safe", "unsafe") for end in ("low", "high"))
CLOSE = 0.0005
"""So far a share may lie from the one that is computed here: half of the last decimal that is told."""


class Own(View):
    """Released groups of a researcher's own analysis.

    In templates: ``rows`` (a part a group, with the keys by name, ``n`` and the shares), ``shown`` and ``hidden``
    (numbers of groups).
    """

    def __init__(
        self, report: Report, source: str, keys: Sequence[str], shares: Sequence[str], frame: pd.DataFrame | None = None
    ) -> None:
        self._keys, self._shares = list(keys), list(shares)
        full = _figures(report, source, self._keys)
        super().__init__(report, full)
        known = characteristics.load()
        data = _with_keys(self._data, self._keys)
        if frame is not None:
            data = _chosen(data, frame, self._keys)
        for key in self._keys:
            data[f"{key}_label"] = [str(code) if key == "wave" else known.label(key, code) for code in data[key]]
        told = [*shares, *(name for name in LIMITS if name.rsplit("_", 1)[0] in shares)]
        named = [*self._keys, *(f"{key}_label" for key in self._keys)]
        self._data = data[[*named, "n", *told, disclosure.REASON, disclosure.DECIMALS]].reset_index(drop=True)
        self._cells = Cells(self._data, keys=named, hide=["n", *told], kind="share", open="released")
        self.rows = [self._part(row) for _, row in self._data.iterrows()]
        self.shown = Number(len(self._shown()))
        self.hidden = Number(len(self._data) - len(self._shown()))
        self.counts = counts(self._shown())

    @property
    def can_hide(self) -> bool:
        """Whether disclosure control may hide something of it in some report."""
        return True

    def _part(self, row: pd.Series) -> Part:
        names = {key: Label(str(row[f"{key}_label"])) for key in self._keys}
        shares = {name: values.share(row, name) for name in self._shares}
        return Part(**names, **shares, n=Number(row["n"]), shown=row[disclosure.REASON] == "")

    def table(self, id: str, caption: str, headings: Mapping[str, str] | None = None) -> Table:
        """The groups as a table; ``headings``: Dutch heads of columns, where they are not the declared ones."""
        heads = dict(headings or {})
        for text in heads.values():
            self._report.check_typed(text)
            self._report.check_template(text)
        fields = [Field(heads.get(key, dutch.sentence(_subject(key))), f"{key}_label") for key in self._keys]
        fields.append(Field(heads.get("n", "Respondenten"), "n", dutch.number))
        for share in self._shares:
            fields.append(Field(heads.get(share, SHARES[share]), share, bare_percent))
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
        check_drawing(draw)
        shown = Cells(self._shown(), keys=self._cells.keys, hide=self._cells.hide, kind="share", open="released")
        return self._figure(id, Drawing(draw, height), title=title, caption=caption, alt=alt, cells=shown)


def release(
    report: Report,
    frame: pd.DataFrame,
    *,
    keys: Sequence[str],
    count: str = "n",
    shares: Sequence[str] = (),
    source: str,
) -> Own:
    """Release groups of your own analysis: the same weights, checks, rounding and protection as all figures.

    The figures are computed again from the report's rows; yours say which groups and which shares, and must agree. An
    institution's report has groups by one characteristic, as the plan that protects small groups in all reports knows
    no others; the sector's may cross several.

    Parameters
    ----------
    frame
        One row a group. Every column is a key, the count, a share, or the limits of one (``safe_low``, ``safe_high``).
    keys
        Columns that name the group: declared characteristics (``data/characteristics.yml``), and ``wave``.
    count
        Column with the respondents who answered, unweighted.
    shares
        Columns with weighted shares between 0 and 1: ``safe``, ``neutral``, ``unsafe``.
    source
        ``"students"`` or ``"staff"``: whose rows, and whose rules.

    Raises
    ------
    MonitorError
        For what disclosure control cannot judge: a column that is not declared, a count or share that the rows do not
        bear out, a share of something else, a grouping that is not declared, a crossing in an institution's report.

    Examples
    --------
    >>> from helpers import statistics
    >>> tabel = statistics.shares(report.rows("students").query("wave == 2022"), by=["track"])
    >>> eigen = report.release(tabel[["track", "n", "safe"]], keys=["track"], shares=["safe"], source="students")
    >>> report.show(eigen.table("tbl-eigen", "Veiligheidsgevoel naar leerweg"))
    """
    _check_frame(report, frame, keys, count, shares, source)
    return Own(report, source, keys, shares, _filled(frame.rename(columns={count: "n"})))


class Crosstab(Own):
    """Respondents by two characteristics of the sector: every cell is checked and rounded.

    In templates: ``rows`` (a part a cell), ``shown`` and ``hidden`` (numbers of cells).
    """

    def table(self, id: str, caption: str) -> Table:
        """One row a group of the first characteristic, one column a group of the second."""
        first, second = (f"{key}_label" for key in self._keys)
        wide = self._data.pivot(index=first, columns=second, values="n")
        rows, columns = list(dict.fromkeys(self._data[first])), list(dict.fromkeys(self._data[second]))
        wide = wide.reindex(index=rows, columns=columns).reset_index().rename_axis(columns=None)
        cells = Cells(wide, [first], columns, "frequency", open="released", precision=dict.fromkeys(columns, COUNT))
        head = Field(dutch.sentence(_subject(self._keys[0])), first)
        return self._table(id, caption, [head, *(Field(str(name), name, dutch.number) for name in columns)], cells)


def crosstab(report: Report, population: str, first: str, second: str) -> Crosstab:
    """Respondents by two declared characteristics, as released counts (sector report only).

    Raises :class:`MonitorError` for a characteristic that is not declared, and where every cell is hidden.

    Examples
    --------
    >>> kruis = report.crosstab("students", "age_group", "level")
    >>> report.show(kruis.table("tbl-kruis", "Studenten naar leeftijd en niveau"))
    """
    keys = [first, second]
    _check_keys(report, keys, population)
    made = Crosstab(report, population, keys, ())
    if not made.shown.any:
        raise MonitorError(
            f"All cells of {_subject(first)} by {_subject(second)} are hidden: there is nothing to show. Take "
            "characteristics with fewer groups."
        )
    return made


def _figures(report: Report, source: str, keys: list[str]) -> Cells:
    """All groups by the keys, as every other figure of the report would be released."""
    groupings = [key for key in keys if key != "wave"]
    waves = common.waves(report) if "wave" in keys else [report.wave]
    parts = [_of_wave(report, source, groupings, wave).assign(wave=wave) for wave in waves]
    data = pd.concat(parts, ignore_index=True)
    return common.cells(data, ["scope", "wave", "label"])


def _of_wave(report: Report, source: str, groupings: list[str], wave: int) -> pd.DataFrame:
    by = "*".join(groupings) or "total"
    if not report.is_sector:
        found = common.figures_for(report, source, by, wave)
        return found[found["scope"] == OWN].reset_index(drop=True)
    rows = common.own_rows(report, source, wave)
    cluster = CLUSTER if rows[CLUSTER].nunique() > 1 else None
    found = statistics.shares(rows, by=groupings, cluster=cluster)
    found = found[found["n"] > 0].reset_index(drop=True)
    few = _of_few_institutions(report, rows, found, groupings)
    codes = groups.codes(found, by) if groupings else by
    return found.assign(scope=SECTOR, source=source, protect=few, category=codes, label=codes)


def _of_few_institutions(report: Report, rows: pd.DataFrame, found: pd.DataFrame, groupings: list[str]) -> pd.Series:
    """Groups whose respondents are of too few institutions; missing for others, which no plan over reports knows.

    Where the sector has no more institutions than that, nothing is asked: its total tells already.
    """
    least = report.settings.disclosure.least_institutions
    protect = pd.Series(pd.NA, index=found.index, dtype="boolean")
    answered = rows[rows["feels_safe"].notna()]
    if not groupings or answered[CLUSTER].nunique() < least:
        return protect
    by = "*".join(groupings)
    there = published.members(answered, by)
    return protect.mask(np.array([len(there.get(code, ())) < least for code in groups.codes(found, by)]), True)


def _with_keys(data: pd.DataFrame, keys: list[str]) -> pd.DataFrame:
    """The rows of known groups, with a column a key."""
    groupings = [key for key in keys if key != "wave"]
    data = data[data["label"] != characteristics.UNKNOWN].reset_index(drop=True)
    codes = [str(code).split("*") for code in data["category"]]
    return data.assign(**{key: [code[i] for code in codes] for i, key in enumerate(groupings)})


def _name(row: pd.Series, keys: Sequence[str]) -> tuple[str, ...]:
    return tuple(str(row[key]) for key in keys)


def _chosen(data: pd.DataFrame, frame: pd.DataFrame, keys: list[str]) -> pd.DataFrame:
    """The groups that the frame has; the order is the declared one."""
    names = {_name(row, keys) for _, row in frame.iterrows()}
    return data[[_name(row, keys) in names for _, row in data.iterrows()]].reset_index(drop=True)


def _check_keys(report: Report, keys: Sequence[str], source: str) -> None:
    if source not in SOURCES:
        raise MonitorError(f"source is '{source}'; allowed: {', '.join(SOURCES)}. It says whose rules hold.")
    groupings = [key for key in keys if key != "wave"]
    known = characteristics.load()
    for key in groupings:
        known.get(key)
    if len(set(keys)) < len(list(keys)) or not groupings:
        raise MonitorError("The keys name each characteristic once, and one at least.")
    if not report.is_sector and (len(groupings) > 1 or groupings[0] not in known.apart(source)):
        raise MonitorError(
            f"In an institution's report groups are by one characteristic ({', '.join(known.apart(source))}): the plan "
            f"that protects small groups in all reports knows no others, such as {' by '.join(groupings)}. Put this "
            "under `if report.is_sector:`."
        )


def _check_frame(
    report: Report, frame: object, keys: Sequence[str], count: str, shares: Sequence[str], source: str
) -> None:
    if not isinstance(frame, pd.DataFrame):
        raise MonitorError(
            f"report.release takes a pandas DataFrame with one row a group, not a {type(frame).__name__}."
        )
    problems = [f"there is no column '{name}'" for name in (*keys, count, *shares) if name not in frame]
    problems += [f"'{name}' is no share of the question: {', '.join(SHARES)}" for name in shares if name not in SHARES]
    known = {*keys, count, *shares, *(f"{share}_{end}" for share in shares for end in ("low", "high"))}
    problems += [
        f"column '{name}' is no key, count or share, and what is in it cannot be judged: leave it out"
        for name in frame.columns
        if name not in known
    ]
    if not problems:
        _check_keys(report, keys, source)
        problems = _differences(report, _filled(frame.rename(columns={count: "n"})), list(keys), list(shares), source)
    if problems:
        raise MonitorError("report.release cannot judge these rows: " + "; ".join(dict.fromkeys(problems)) + ".")


def _filled(frame: pd.DataFrame) -> pd.DataFrame:
    """The groups that anybody is in."""
    return frame[[_number(n) != 0 for n in frame["n"]]]


def _differences(report: Report, frame: pd.DataFrame, keys: list[str], shares: list[str], source: str) -> list[str]:
    """Where a frame does not agree with the report's own rows."""
    names = [_name(row, keys) for _, row in frame.iterrows()]
    found = [f"the group {', '.join(name)} stands twice" for name in names if names.count(name) > 1]
    true = _with_keys(_figures(report, source, keys).data, keys)
    there = {_name(row, keys): row for _, row in true.iterrows()}
    for name, (_, row) in zip(names, frame.iterrows(), strict=True):
        told, own = ", ".join(name), there.get(name)
        if own is None:
            found.append(f"there are no respondents of {told} in {source} of {report.wave}")
            continue
        if _number(row["n"]) != float(own["n"]):
            found.append(
                f"n of {told} is not the number of respondents of this report and wave who answered, unweighted"
            )
        found += [
            f"'{share}' of {told} is not the weighted share: compute it with statistics.shares(rows, by={keys})"
            for share in shares
            if not abs(_number(row[share]) - float(own[share])) < CLOSE
        ]
    return found


def _number(value: object) -> float:
    number = pd.to_numeric(value, errors="coerce")
    return float("nan") if pd.isna(number) else float(number)


def _subject(by: str) -> str:
    return "meting" if by == "wave" else characteristics.load().subject(by)
