"""Places, and where someone comes from."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

from helpers.quotes import lists
from helpers.quotes.finders.base import Finder, Level, Register, Span
from helpers.quotes.finders.names import allowed
from helpers.quotes.spoken import Spoken, Word

_LONGEST = 5
_SHORTEST_IN_SMALL_LETTERS = 4
_TOWARDS = {"in", "uit", "naar", "rond", "bij", "vanuit", "nabij"}


def places(spoken: Spoken, register: Register) -> Iterator[Span]:
    """Towns, villages, regions, provinces and well-known neighbourhoods."""
    for run in spoken.runs(_LONGEST):
        name = lists.place_key(" ".join(word.text for word in run))
        known = name in lists.places() or (len(run) == 1 and _part(run[0]))
        if known and not allowed(run[0]) and _means_a_place(run, name):
            yield run[0].start, run[-1].end


def _part(word: Word) -> bool:
    """``Rotterdam-Zuid``, ``Rotterdams``: a town and something behind it."""
    start = lists.place_key(word.text).split("-")[0]
    return word.capital and (start in lists.towns() or word.small in lists.places())


def _means_a_place(run: tuple[Word, ...], name: str) -> bool:
    ordinary = all(word.small in lists.small("ordinary") for word in run)
    if len(run) > 1:
        return name in lists.towns() or not ordinary or any(word.capital for word in run if not word.opens)
    if not run[0].capital:
        return not ordinary and len(name) >= _SHORTEST_IN_SMALL_LETTERS
    return not (run[0].opens and ordinary) or name in lists.small("names_anyway")


def towns_in_small_letters(spoken: Spoken, register: Register) -> Iterator[Span]:
    """``in assen``, ``uit delft``: a town that is also a word, behind a word that points at a place."""
    for before, word in zip(spoken.words, spoken.words[1:], strict=False):
        if before.small in _TOWARDS and not word.capital and word.small in lists.towns():
            yield word.start, word.end


@cache
def _origins() -> re.Pattern[str]:
    """Names of countries need a capital, or ``mali`` and ``peru`` would be found inside other talk."""
    return re.compile(lists.whole_words((*lists.own("origins"), *lists.countries())).pattern)


def origins(spoken: Spoken, register: Register) -> Iterator[Span]:
    """Countries, peoples and languages, with or without a capital."""
    yield from (match.span() for match in _origins().finditer(spoken.text))
    for match in lists.whole_words(lists.own("origins")).finditer(spoken.text):
        if match[0].lower() not in lists.small("ordinary"):
            yield match.span()


FINDERS = (
    Finder("place", "plaats, streek of wijk", Level.IDENTIFIES, places),
    Finder("place_small", "kan een plaats zijn", Level.REVIEW, towns_in_small_letters),
    Finder("origin", "land, volk of taal: zegt iets over iemands afkomst", Level.REVIEW, origins),
)
