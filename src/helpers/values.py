"""Released values: figures and words that write themselves in Dutch, and that cannot be written where they are hidden.

A value is made from a :class:`helpers.disclosure.Released` table (or from what a file of the project declares), never
from a number at hand; templates (:mod:`helpers.story`) print nothing else. ``str(value)`` raises :class:`Hidden` for
a value that disclosure control keeps back.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable
from typing import Any

import pandas as pd

from helpers import dutch, statistics, wording
from helpers.disclosure import DECIMALS
from helpers.errors import MonitorError
from helpers.publish import literal


class Hidden(Exception):
    """A value that may not be shown was about to be written."""


class Value(ABC):
    """What a template may print. ``shown`` is false where the value is hidden or is not there."""

    shown = True

    @abstractmethod
    def _write(self) -> str:
        """As a report tells it, hidden or not."""

    def __str__(self) -> str:
        if not self.shown:
            raise Hidden(type(self).__name__)
        return self._write()

    def __repr__(self) -> str:
        return self._write() if self.shown else f"{dutch.HIDDEN} (niet getoond)"

    def __bool__(self) -> bool:
        return self.shown

    def _no_sum(self, _other: object = None) -> None:
        raise MonitorError(
            "Values are not compared or added up by hand: {{ own.safe | compared(sector.safe) }} says how two shares "
            "differ, {{ own.safe | gap(sector.safe) }} by how much, and a view has the differences that it knows (gap, "
            "change)."
        )

    __lt__ = __le__ = __gt__ = __ge__ = __add__ = __sub__ = __mul__ = __truediv__ = __radd__ = __rsub__ = _no_sum
    __rmul__ = __rtruediv__ = __mod__ = __float__ = __int__ = _no_sum

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Value) and repr(self) == repr(other)

    def __hash__(self) -> int:
        return hash(repr(self))


class Text(Value):
    """Words that a value writes of itself, such as its interval."""

    def __init__(self, text: str, shown: bool = True) -> None:
        self._text = text
        self.shown = shown

    def _write(self) -> str:
        return self._text


class Label(Text):
    """A word or name from a file of the project or from a delivery; it stands literally in Markdown."""

    def _write(self) -> str:
        return literal(self._text)


UNTOLD = Label("", shown=False)
"""A word that is not there, or that may not be shown."""


class Number(Value):
    """A number with a fixed number of decimals: a mean, an odds ratio, a correlation, a count.

    Examples
    --------
    >>> print(Number(12345.6), Number(0.456, 2), Number(-0.05, 1, scale=100).signed)
    12.346 0,46 −5,0
    >>> Number(float("nan")).shown
    False
    """

    def __init__(self, value: float, decimals: int = 0, scale: float = 1.0) -> None:
        self._value = float("nan") if pd.isna(value) else float(value) * scale
        self._decimals = decimals
        self.shown = not pd.isna(self._value)

    def _write(self) -> str:
        return dutch.number(self._value, self._decimals)

    def rounded(self, decimals: int) -> Number:
        """The same with other decimals; ``-1``: in tens."""
        return Number(self._value, decimals)

    @property
    def signed(self) -> Text:
        """With a plus where it is above zero."""
        return Text(
            ("+" if self.shown and self._value > 0 else "") + dutch.number(self._value, self._decimals), self.shown
        )

    @property
    def some(self) -> Text:
        """``geen`` for zero."""
        return Text("geen" if self._value == 0 else dutch.number(self._value, self._decimals), self.shown)

    @property
    def any(self) -> bool:
        """Whether it is more than zero."""
        return self.shown and self._value > 0

    @property
    def one(self) -> bool:
        """Whether a Dutch word that goes with it is singular."""
        return self.shown and dutch.agree(self._value, "1", "") == "1"

    def plural(self, one: str, many: str) -> Text:
        """``1 instelling``, ``12 instellingen``."""
        return Text(f"{dutch.number(self._value, self._decimals)} {self.agree(one, many)._text}", self.shown)

    def agree(self, one: str, many: str) -> Text:
        """The word that goes with it: ``kwam`` or ``kwamen``."""
        return Text(dutch.agree(self._value, one, many) if self.shown else "", self.shown)


class Wave(Value):
    """A year of measurement."""

    def __init__(self, year: int) -> None:
        self._year = int(year)

    def _write(self) -> str:
        return str(self._year)


class P(Value):
    """A p-value with its sign: ``= 0,031`` or ``< 0,001``."""

    def __init__(self, p: float, decimals: int | None = None) -> None:
        self._p, self._decimals = p, decimals
        self.shown = not pd.isna(p)

    def _write(self) -> str:
        words = dutch.p_value(self._p, self._decimals)
        return words if words.startswith("<") else f"= {words}"


class Share(Value):
    """A share of 0..1 as a percentage, with its interval and the number of respondents behind it.

    Examples
    --------
    >>> share = Share(0.8093, 0.802, 0.815)
    >>> print(share, "|", share.interval, "|", share.whole, "|", share.bare)
    80,9% | 80,2 tot 81,5 | 81% | 80,9
    """

    def __init__(
        self,
        value: float,
        low: float = float("nan"),
        high: float = float("nan"),
        row: pd.Series | None = None,
        column: str = "safe",
        within: str = "",
        decimals: int | None = None,
    ) -> None:
        self._decimals = decimals if row is None else _decimals(row)
        self._value, self._low, self._high = (float("nan") if pd.isna(x) else float(x) for x in (value, low, high))
        self._row, self._column, self._within = row, column, within
        self.shown = not pd.isna(self._value)

    def _write(self) -> str:
        return dutch.percent(self._value, self._decimals)

    @property
    def interval(self) -> Text:
        """``80,2 tot 81,5``."""
        return Text(dutch.interval(self._low, self._high, self._decimals), self.shown and not pd.isna(self._low))

    @property
    def whole(self) -> Text:
        """Without decimals: ``81%``."""
        return Text(dutch.percent(self._value, 0), self.shown)

    @property
    def whole_interval(self) -> Text:
        """The interval without decimals."""
        return Text(dutch.interval(self._low, self._high, 0), self.shown and not pd.isna(self._low))

    @property
    def bare(self) -> Text:
        """Without the sign."""
        return Text(dutch.percent(self._value, self._decimals, sign=False), self.shown)

    @property
    def uncertain(self) -> Text:
        """`` (onzeker: 68,9% tot 88,2%)`` where the interval is wide, else nothing."""
        return Text(wording.uncertain(self._low, self._high, self._decimals), self.shown)

    @property
    def positive(self) -> bool:
        """Whether it is above zero."""
        return self.shown and self._value > 0


class Difference(Value):
    """A difference of two shares with its interval: the subject of every word of size and certainty.

    Examples
    --------
    >>> gap = Difference(-0.051, -0.056, -0.046)
    >>> print(gap)
    een verschil van 5,1 procentpunt (interval 4,6 tot 5,6)
    >>> print(gap.compared, gap.than, gap.changed, gap.verdict, sep=" / ")
    duidelijk minder vaak / dan / duidelijk gedaald / een duidelijk verschil
    """

    def __init__(self, difference: float, low: float, high: float, decimals: int | None = None) -> None:
        self._decimals = decimals
        self._limits = tuple(float("nan") if pd.isna(x) else float(x) for x in (difference, low, high))
        self.shown = not pd.isna(self._limits[0])

    def _write(self) -> str:
        return wording.with_interval(*self._limits, decimals=self._decimals)

    def _words(self, text: str) -> Text:
        return Text(text, self.shown)

    @property
    def turned(self) -> Difference:
        """The same seen from the other side."""
        difference, low, high = self._limits
        return Difference(-difference, -high, -low, self._decimals)

    @property
    def clear(self) -> bool:
        """Whether zero lies outside the interval."""
        return self.shown and wording.certain(*self._limits[1:])

    @property
    def up(self) -> bool:
        """Whether it is above zero."""
        return self.shown and self._limits[0] > 0

    @property
    def small(self) -> bool:
        """Whether it is below what is called slight."""
        return self.shown and abs(self._limits[0]) < wording.margin()

    @property
    def points(self) -> Text:
        """``5,1 procentpunt``, without sign."""
        return self._words(dutch.points(self._limits[0], self._decimals))

    @property
    def nested(self) -> Text:
        """As it writes itself, without brackets: to stand inside brackets."""
        return self._words(wording.with_interval(*self._limits, nested=True, decimals=self._decimals))

    @property
    def told(self) -> Text:
        """The verdict first: ``een licht verschil (1,4 procentpunt, interval 0,8 tot 2,0)``."""
        return self._words(wording.told(*self._limits, self._decimals))

    @property
    def compared(self) -> Text:
        """``iets vaker``, ``ongeveer even vaak``, ``niet duidelijk vaker of minder vaak``, …"""
        return self._words(wording.compared(*self._limits))

    @property
    def compared_safe(self) -> Text:
        """``iets vaker veilig dan``, ``ongeveer even vaak veilig als``."""
        return self._words(wording.compared_safe(*self._limits))

    @property
    def than(self) -> Text:
        """``dan`` or ``als``."""
        return self._words(wording.than(*self._limits))

    @property
    def changed(self) -> Text:
        """``licht gestegen``, ``nagenoeg gelijk gebleven``, …"""
        return self._words(wording.changed(*self._limits))

    @property
    def higher(self) -> Text:
        """``iets hoger``, ``duidelijk lager``, ``niet duidelijk anders``."""
        return self._words(wording.higher(*self._limits))

    @property
    def verdict(self) -> Text:
        """``een licht`` or ``duidelijk verschil``, ``nagenoeg geen`` or ``geen duidelijk verschil``."""
        return self._words(wording.difference(*self._limits))


class Nothing(Value):
    """That people do not clearly differ by a characteristic; the summary tells several of these as one sentence.

    ``by``: the characteristic as a sentence has it; ``crossing``: whether it is two that are crossed. The words are a
    sentence of ``reports/sentences`` (``no_difference``).
    """

    def __init__(self, by: str, people: str, *, crossing: bool = False) -> None:
        self.by, self.people, self.crossing = by, people, crossing

    def _write(self) -> str:
        return f"{self.people}: {self.by}"

    def fact(self) -> dict[str, object]:
        """For the summary, as fields."""
        return {"by": self.by, "people": self.people, "crossing": self.crossing}


class Part:
    """Values that belong together, by name: ``own.safe``, ``own.n``.

    A name that is not there is an error that names the nearest one.
    """

    def __init__(self, **values: object) -> None:
        self.__dict__.update(values)

    def __dir__(self) -> list[str]:
        return [name for name in self.__dict__ if not name.startswith("_")]

    def __getattr__(self, name: str) -> object:
        raise AttributeError(name)

    def __setattr__(self, name: str, value: object) -> None:
        raise MonitorError(f"'{name}' cannot be set: what a view holds was released as it is.")

    def __repr__(self) -> str:
        return ", ".join(f"{name}={value!r}" for name, value in self.__dict__.items() if not name.startswith("_"))


def share(row: pd.Series, column: str = "safe", within: str = "") -> Share:
    """The share in a column of a released row, with its limits where the row has them.

    ``within``: the scope of which this row's respondents are a part, so that a difference with it allows for that.
    """
    blank = float("nan")
    return Share(row[column], row.get(f"{column}_low", blank), row.get(f"{column}_high", blank), row, column, within)


def gap(row: pd.Series, column: str) -> Difference:
    """The difference in a column of a released row, with its limits."""
    return Difference(row[column], row[f"{column}_low"], row[f"{column}_high"], _decimals(row))


def _decimals(row: pd.Series) -> int | None:
    """Those in which percentages of a released row are told."""
    found = row.get(DECIMALS)
    return None if pd.isna(found) else int(found)


def difference_of(found: Any | None, decimals: int | None = None) -> Difference:
    """A difference that was computed: a row of contrasts, or what :func:`helpers.statistics.difference` gives.

    Not shown for ``None``: the two were not compared.
    """
    if found is None:
        return Difference(*[float("nan")] * 3)
    given = _decimals(found) if isinstance(found, pd.Series) else decimals
    return Difference(found.difference, found.low, found.high, given)


def difference(a: Share | Difference, b: Share | None = None) -> Difference:
    """``a`` less ``b``; respondents of ``a`` may be a part of those of ``b``.

    Raises :class:`MonitorError` for shares of which the difference is not known: those come with their view's own.
    """
    if isinstance(a, Difference):
        return a
    if not isinstance(a, Share) or not isinstance(b, Share):
        raise MonitorError("Only two shares can be compared, such as own.safe | compared(sector.safe).")
    if not (a.shown and b.shown):
        return difference_of(None)
    if a._row is None or b._row is None or a._column != b._column or not {"n", "n_effective"} <= set(a._row.index):
        raise MonitorError(
            "These two shares cannot be compared with each other: use the difference that their view has (gap, "
            "change), which allows for what they share."
        )
    part = 0.0
    if a._within and a._within == b._row.get("scope") and float(b._row["n"]) > 0:
        part = float(a._row["n"]) / float(b._row["n"])
    decimals = None if a._decimals is None or b._decimals is None else min(a._decimals, b._decimals)
    return difference_of(statistics.difference(a._row, b._row, part=part, share=a._column), decimals)


def enumerate_values(values: Iterable[object]) -> Text:
    """``a, b en c``."""
    return Text(dutch.enumerate_words([str(each) for each in values]))
