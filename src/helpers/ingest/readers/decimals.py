"""The decimal sign of each column that the crosswalk takes numbers from, in a file of any format."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd

from helpers import schema
from helpers.ingest import numbers
from helpers.ingest.crosswalks import Crosswalk, Mapping
from helpers.ingest.numbers import NUMBER_WORDS, Shown
from helpers.ingest.problems import Defect, Unreadable
from helpers.ingest.readers.delivered import Delivered

HEAVIEST = 100
"""A weight is never more: read as a thousand it is none."""


def settle(delivered: Delivered, crosswalk: Crosswalk | None, name: str) -> Delivered:
    """The same with the decimal sign of every number column that holds text; raises :class:`Unreadable` in doubt."""
    cells = _texts(delivered, crosswalk)
    if not cells:
        return delivered
    given = crosswalk.csv.decimal if crosswalk is not None else None
    shown = {column: numbers.look(texts) for column, texts in cells.items()}
    signs = {column: given or each.sign for column, each in shown.items()}
    if given is None:
        _refuse_both(shown, name)
        common = {sign for sign in signs.values() if sign}
        for column, each in shown.items():
            if each.unclear:
                signs[column] = _of_unclear(column, each, _fitting(column, each, crosswalk), common, name)
    found = {column: sign for column, sign in signs.items() if sign}
    return replace(
        delivered, decimals=found, facts=_facts(delivered, found), doubts=(*delivered.doubts, *_differ(found, name))
    )


def _texts(delivered: Delivered, crosswalk: Crosswalk | None) -> dict[str, list[str]]:
    """The different texts in each number column; without a crosswalk: in those of which every cell is a number."""
    wanted = None if crosswalk is None else _numeric(crosswalk)
    found = {}
    for place, column in enumerate(map(str, delivered.frame.columns)):
        values = delivered.frame.iloc[:, place]
        if (wanted is None or column in wanted) and pd.api.types.is_object_dtype(values.dtype):
            texts = [value for value in pd.unique(values.dropna()) if isinstance(value, str) and value.strip()]
            if texts and (wanted is not None or all(map(numbers.is_number, texts))):
                found[column] = texts
    return found


def _numeric(crosswalk: Crosswalk) -> dict[str, tuple[str, Mapping, schema.Column]]:
    """Delivered columns that become numbers, with what they become."""
    table = schema.TABLES[crosswalk.table]
    return {
        mapping.source: (column, mapping, table[column])
        for column, mapping in crosswalk.columns.items()
        if column in table and table[column].kind in ("integer", "number") and mapping.born is None
    }


def _of_unclear(column: str, shown: Shown, fitting: list[str], common: set[str], name: str) -> str:
    """The sign of a column with numbers that could be a thousand or a fraction. Raises :class:`Unreadable`."""
    if shown.sign and (shown.sign in fitting or not fitting):
        return shown.sign
    if shown.sign:
        pair = (shown.comma or min(shown.unclear), shown.point or min(shown.unclear))
        raise _both(column, *pair, name)
    if len(fitting) == 1:
        return fitting[0]
    if len(common) == 1:
        return min(common)
    raise _unclear(column, shown, name)


def _fitting(column: str, shown: Shown, crosswalk: Crosswalk | None) -> list[str]:
    """The signs with which the unclear numbers are what the column may hold."""
    if crosswalk is None:
        return list(NUMBER_WORDS)
    canonical, mapping, about = _numeric(crosswalk)[column]
    fitting = []
    for sign in NUMBER_WORDS:
        values = np.array([numbers.parse(text, sign) for text in shown.unclear]) * mapping.scale
        fits = about.kind != "integer" or numbers.whole(values).all()
        low, high = about.low, HEAVIEST if canonical == "weight" else about.high
        if fits and (low is None or (values >= low).all()) and (high is None or (values <= high).all()):
            fitting.append(sign)
    return fitting


def _facts(delivered: Delivered, found: dict[str, str]) -> tuple[str, ...]:
    words = sorted({NUMBER_WORDS[sign] for sign in found.values()})
    if not words:
        return delivered.facts
    return (*delivered.facts, f"decimaalteken {' en '.join(words)}")


def _refuse_both(shown: dict[str, Shown], name: str) -> None:
    """Raise for columns in which numbers have either sign."""
    for column, each in shown.items():
        if each.both:
            raise _both(column, each.comma, each.point, name)


def _both(column: str, comma: str, point: str, name: str) -> Unreadable:
    return Unreadable(
        name,
        f"getallen met een decimale komma ({comma}) en met een decimale punt ({point})",
        "één decimaalteken",
        "Laat de afzender één teken gebruiken, of noem `csv.decimal` in de crosswalk.",
        where=f"kolom ‘{column}’",
    )


def _unclear(column: str, shown: Shown, name: str) -> Unreadable:
    return Unreadable(
        name,
        f"getallen zoals {min(shown.unclear)}: een duizendtal of een breuk is niet te zeggen",
        "getallen waaraan het decimaalteken te zien is",
        "Noem `csv.decimal` in de crosswalk.",
        where=f"kolom ‘{column}’",
    )


def _differ(signs: dict[str, str], name: str) -> list[Defect]:
    """Columns of one file with another sign than most: each is clear by itself, but why do they differ?"""
    usual = max(NUMBER_WORDS, key=list(signs.values()).count, default=",")
    other = [column for column, sign in signs.items() if sign != usual]
    if not other:
        return []
    columns = ", ".join(f"‘{column}’" for column in other)
    rare = NUMBER_WORDS["." if usual == "," else ","]
    found = f"een decimale {rare}, waar de andere kolommen een {NUMBER_WORDS[usual]} hebben"
    remedy = "Elke kolom is gelezen zoals zij zelf laat zien; vraag de afzender of dat klopt."
    return [Defect(name, f"kolom {columns}", found, "één decimaalteken", remedy, rule="decimal_differs")]
