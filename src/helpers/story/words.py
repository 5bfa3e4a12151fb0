"""Filters of templates: the one rule for words of size and certainty (:mod:`helpers.wording`), and Dutch lists."""

from __future__ import annotations

import re
from collections.abc import Iterable

from markupsafe import Markup

from helpers import dutch, values, wording
from helpers.errors import MonitorError
from helpers.values import Difference, Number, Part, Share, Text, Value


def _of(word: str):
    """A filter on a difference, or on a share beside another one."""

    def filtered(first: Share | Difference, second: Share | None = None) -> Text:
        return getattr(values.difference(first, second), word)

    filtered.__name__ = word
    filtered.__doc__ = getattr(Difference, word).__doc__
    return filtered


def enumerated(each: Iterable[object]) -> Markup:
    """``a, b en c``."""
    return Markup(dutch.enumerate_words([str(one) for one in each]))


def sentence(text: object) -> Markup:
    """With a capital."""
    return Markup(dutch.sentence(str(text)))


def plural(count: Number, one: str, many: str) -> Text:
    """``1 instelling``, ``12 instellingen``."""
    return count.plural(one, many)


def agree(count: Number, one: str, many: str) -> Text:
    """``kwam`` or ``kwamen``."""
    return count.agree(one, many)


def joined(each: Iterable[object], mark: str = " ") -> Markup:
    """The texts with a mark between them."""
    return Markup(mark).join(Markup(str(one)) for one in each if str(one))


def each(items: Iterable[object], said, *more: object) -> list[Markup]:
    """What a sentence says of each of some items: ``counts | each(one_count)``."""
    return [Markup(squeeze(str(said(item, *more)))) for item in items]


def squeeze(text: str) -> str:
    """On one line, with single spaces; spaces that keep words together stay."""
    return re.sub(r"[ \t\r\n]+", " ", text).strip(" \t\r\n")


def length(each: object) -> Number:
    """How many released things a list of a view has."""
    if not isinstance(each, list) or not all(isinstance(one, Value | Part) for one in each):
        raise MonitorError("Only a list of a view can be counted: {{ rows | length }}.")
    return Number(len(each))


WORDS = ("compared", "compared_safe", "than", "changed", "higher", "verdict", "told", "points")
FILTERS = {
    "each": each,
    **{word: _of(word) for word in WORDS},
    "gap": _of("nested"),
    "difference": values.difference,
    "enumerate": enumerated,
    "sentence": sentence,
    "plural": plural,
    "agree": agree,
    "join": joined,
    "strength": lambda number: Text(wording.strength(number._value), number.shown),
    "lower": lambda text: Markup(str(text)[:1].lower() + str(text)[1:]),
    "length": length,
    "first": lambda each: each[0],
    "last": lambda each: each[-1],
}
"""By name, as templates call them."""
