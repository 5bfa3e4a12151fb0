"""Numbers that are text: which sign is the decimal one, and what a cell says.

A sign is never guessed. The number columns of a file show it (``0,448``), or do not (``1.234`` is a thousand or a
fraction); one that shows none follows the others, or what it may hold: a count is a whole number, a weight no thousand.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field

import numpy as np

SPACES = "\u00a0\u202f\u2009\u2007 "
MINUS = str.maketrans("\u2212\u2010\u2011\u2012\u2013\ufe63\uff0d", "-------")
GROUPED = re.compile(rf"[+-]?[0-9]{{1,3}}(?:[{SPACES}'’][0-9]{{3}})+(?:[.,][0-9]+)?")
"""Thousands that are set apart by a space or an apostrophe, which no decimal sign is."""

WHOLE = re.compile(r"[+-]?[0-9]+(?:[eE]-[0-9]+)?")
THOUSANDS = re.compile(r"[+-]?[1-9][0-9]{0,2}[.,][0-9]{3}")
"""Could be a thousand or a fraction."""

_CLEAR = (
    r"[+-]?(?:[0-9]*{d}[0-9]+(?:[eE]-[0-9]+)?|[0-9]+{d}"
    r"|[1-9][0-9]{{0,2}}(?:{t}[0-9]{{3}})+{d}[0-9]+|[1-9][0-9]{{0,2}}(?:{t}[0-9]{{3}}){{2,}})"
)
_GROUP = r"[+-]?[1-9][0-9]{{0,2}}{t}[0-9]{{3}}"
CLEAR = {sign: re.compile(_CLEAR.format(d=f"[{sign}]", t=f"[{other}]")) for sign, other in (",.", ".,")}
"""Numbers that show their decimal sign; an exponent is small, for a large one has lost its digits."""
GROUP = {sign: re.compile(_GROUP.format(t=f"[{other}]")) for sign, other in (",.", ".,")}
"""Thousands, if the sign is known."""

NUMBER_WORDS = {",": "komma", ".": "punt"}
TOLERANCE = 1e-9
"""A number that is so near a whole one is that one, as programs compute them."""


def tidy(cell: object) -> str:
    """A cell without spaces around it, with an ordinary minus, and without spaces or apostrophes between thousands."""
    text = str(cell).strip().translate(MINUS)
    return re.sub(rf"[{SPACES}'’]", "", text) if GROUPED.fullmatch(text) else text


def parse(cell: object, decimal: str | None) -> float:
    """The number that a cell of text holds; NaN if it holds none, or none in this dialect.

    ``decimal`` is the sign that the column's numbers have, ``None`` if none of them has one. Signs of currency, a
    percent sign and words are no part of a number.
    """
    text = tidy(cell)
    if WHOLE.fullmatch(text):
        return float(text)
    if decimal is None or not (CLEAR[decimal].fullmatch(text) or GROUP[decimal].fullmatch(text)):
        return np.nan
    return float(text.replace(".", "").replace(",", ".") if decimal == "," else text.replace(",", ""))


def whole(values: np.ndarray | float) -> np.ndarray | bool:
    """Which numbers are whole, up to what computing costs."""
    return abs(values - np.round(values)) <= TOLERANCE


@dataclass
class Shown:
    """What the cells of one column show: an example of each sign, and the numbers that show none."""

    comma: str = ""
    point: str = ""
    unclear: list[str] = field(default_factory=list)

    @property
    def sign(self) -> str | None:
        """The decimal sign, ``None`` if no cell shows one, or two do."""
        return None if bool(self.comma) == bool(self.point) else "," if self.comma else "."

    @property
    def both(self) -> bool:
        """Whether cells show either sign."""
        return bool(self.comma and self.point)


def look(cells: Iterable[object]) -> Shown:
    """What the cells of text of one column show of their decimal sign."""
    found = Shown()
    for cell in cells:
        text = tidy(cell)
        if THOUSANDS.fullmatch(text):
            found.unclear.append(text)
        elif CLEAR[","].fullmatch(text):
            found.comma = found.comma or text
        elif CLEAR["."].fullmatch(text):
            found.point = found.point or text
    return found


def is_number(cell: object) -> bool:
    """Whether a cell of text is a number in one dialect or another."""
    text = tidy(cell)
    return any(pattern.fullmatch(text) for pattern in (WHOLE, THOUSANDS, *CLEAR.values()))
