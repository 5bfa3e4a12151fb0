"""What every view has: released rows, values for templates by name, figures and tables made from these rows."""

from __future__ import annotations

import functools
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

import pandas as pd

from helpers import disclosure, dutch
from helpers.chapters import common
from helpers.errors import MonitorError
from helpers.publish import Cells, Field, Figure, Kind, Table, bare_percent
from helpers.values import UNTOLD, Label, Number, Part, Text, Wave

if TYPE_CHECKING:
    from helpers.story import Report


class View:
    """Released rows of one unit, and what may be told of them.

    Its attributes are the names that a template has (``own``, ``sector``, ``gap``, …): released values
    (:mod:`helpers.values`), parts of these, yes or no. Methods give figures and tables. ``data`` are the released rows;
    ``empty``: there are none, not even hidden ones.

    Parameters
    ----------
    report
        The chapter.
    cells
        The rows, with what disclosure control must know of them.
    sentences
        First word of the names of the sentences (``reports/sentences``) that make titles, captions and alt texts.
    """

    in_templates = True

    def __init_subclass__(cls, **more: object) -> None:
        """A view is sealed when it is made: what it holds stays as it was released."""
        super().__init_subclass__(**more)
        made = cls.__init__

        @functools.wraps(made)
        def sealing(self: View, *arguments: object, **options: object) -> None:
            made(self, *arguments, **options)
            if type(self) is cls:
                self.__dict__["_sealed"] = True

        cls.__init__ = sealing

    def __setattr__(self, name: str, value: object) -> None:
        if "_sealed" in self.__dict__:
            raise MonitorError(f"'{name}' cannot be set: what a view holds was released as it is.")
        super().__setattr__(name, value)

    def __init__(self, report: Report, cells: Cells, sentences: str = "") -> None:
        report._views.append(self)
        self._report = report
        self._cells = cells
        self._sentences = sentences
        self._data = cells.release(report.settings.rulebook).data
        self.empty = self._data.empty
        self.sector_report = report.is_sector
        self.wave = Wave(report.wave)

    @property
    def data(self) -> pd.DataFrame:
        """The released rows: hidden ones have no figures."""
        return self._data.copy()

    @property
    def can_hide(self) -> bool:
        """Whether disclosure control may hide something of it in some report."""
        return self._cells.open is None

    def names(self) -> dict[str, object]:
        """What a template can tell of it, by name."""
        return {name: value for name, value in vars(self).items() if not name.startswith("_")}

    def _shown(self) -> pd.DataFrame:
        """Rows that may be shown."""
        return self._data[self._data[disclosure.REASON] == ""]

    def _figure(
        self,
        id: str,
        draw: Kind,
        *,
        sentences: str = "",
        title: str | None = None,
        caption: str | None = None,
        alt: str | None = None,
        cells: Cells | None = None,
    ) -> Figure:
        """A figure whose title, caption and alt text are templates; those not given are sentences of the view."""
        first = sentences or self._sentences
        given = {"title": title, "caption": caption, "alt": alt}
        texts = {name: self._text(text, f"{{{{ {first}_{name}(view) }}}}") for name, text in given.items()}
        return self._made(Figure(id, *texts.values(), cells or self._cells, draw))

    def _table(
        self, id: str, caption: str | None, fields: Sequence[Field], cells: Cells | None = None, *, sentences: str = ""
    ) -> Table:
        """A table whose caption is a template; if not given, a sentence of the view."""
        text = self._text(caption, f"{{{{ {sentences or self._sentences}_table(view) }}}}")
        return self._made(Table(id, text, cells or self._cells, fields))

    def _made(self, item: Table | Figure) -> Table | Figure:
        """Only what a view made of its released rows may be shown."""
        self._report._made.append(item)
        return item

    def _text(self, given: str | None, otherwise: str) -> Callable[[pd.DataFrame], str]:
        """The text that a template gives; one of a notebook must stand there as it is."""
        if given is not None:
            self._report.check_typed(given)
        names = {**self.names(), "view": self}
        return lambda released: self._report.write(given or otherwise, names)


class Absent:
    """A view on a source that the edition goes without: nothing of it can be told or shown, and ``reason`` says why."""

    in_templates = True
    can_hide = False

    def __init__(self, reason: str) -> None:
        self.reason = reason

    def names(self) -> dict[str, object]:
        """Nothing."""
        return {}

    def __getattr__(self, name: str) -> Callable[..., None]:
        if name.startswith("_"):
            raise AttributeError(name)
        return lambda *arguments, **options: None


def unless_left_out(
    report: Report, table: str, view: type[View], *arguments: object, **options: object
) -> View | Absent:
    """A view, or that it is absent where the edition goes without every source of a canonical table."""
    reason = report.left_out(table)
    return view(report, *arguments, **options) if reason is None else Absent(reason)


def of_one_kind(
    report: Report, view: type[View], name: str, population: str, *options: str, sector: bool
) -> View | Absent:
    """A view that only the sector report has, or only that of an institution; a reason where a source is left out."""
    if report.is_sector != sector:
        where, how = ("the sector report", "") if sector else ("the report of an institution", "not ")
        raise MonitorError(f"report.{name}(…) is for {where}: put it under `if {how}report.is_sector:`.")
    return unless_left_out(report, population, view, population, *options)


def counts(shown: pd.DataFrame) -> list[Part]:
    """Respondents of the rows that are shown, a part a scope: ``n``, ``words`` (whose), ``about`` (rounded)."""
    shown = shown[shown["n"].notna()]
    if "label" in shown:
        shown = shown[shown["label"] != common.UNKNOWN]
    if shown.empty:
        return []
    if "scope" not in shown:
        return [Part(n=Number(shown["n"].max()), words=UNTOLD, about=False)]
    sums = shown.groupby("scope")["n"].sum()
    return [
        Part(n=Number(sums[scope]), words=Label(words), about=scope != common.OWN)
        for scope, words in SHORT.items()
        if scope in sums.index
    ]


SHORT = {common.OWN: "eigen", common.COMPARABLE: "vergelijkbaar", common.SECTOR: "alle instellingen"}
"""Scopes in a few words."""


def share_fields() -> list[Field]:
    """Columns of a table of shares."""
    return [
        Field("Respondenten", "n", dutch.number),
        Field("Veilig (%)", "safe", bare_percent),
        Field("Interval", "safe_low", dutch.interval, upper="safe_high"),
        Field("Neutraal (%)", "neutral", bare_percent),
        Field("Onveilig (%)", "unsafe", bare_percent),
    ]


def source(report: Report, population: str) -> Text:
    """Source of a population's figures, with its wave."""
    return Text(common.source(report, population))
