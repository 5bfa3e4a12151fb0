"""Places, and where someone comes from."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

from helpers.quotes import lists, words
from helpers.quotes.finders.base import Finder, Level, Register, Span
from helpers.quotes.finders.names import allowed
from helpers.quotes.near import near, without_one
from helpers.quotes.spoken import Spoken, Word

_LONGEST = 5
_SHORTEST_IN_SMALL_LETTERS = 4
_SHORTEST_MISSPELT = 6
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
    ordinary = all(words.ordinary(word.small) for word in run)
    if len(run) > 1:
        return name in lists.towns() or not ordinary or any(word.capital for word in run if not word.opens)
    if not run[0].capital:
        return not ordinary and len(name) >= _SHORTEST_IN_SMALL_LETTERS
    return not (run[0].opens and ordinary) or words.name_anyway(name)


def towns_in_small_letters(spoken: Spoken, register: Register) -> Iterator[Span]:
    """``in assen``, ``uit delft``: a town that is also a word, behind a word that points at a place."""
    for before, word in zip(spoken.words, spoken.words[1:], strict=False):
        if before.small in _TOWARDS and not word.capital and word.small in lists.towns():
            yield word.start, word.end


def misspelt_towns(spoken: Spoken, register: Register) -> Iterator[Span]:
    """``roterdam``: a word that no list has, one letter away from a town."""
    for word in spoken.words:
        if (
            len(word.small) >= _SHORTEST_MISSPELT
            and not words.known(word.small)
            and not words.is_name(word.small)
            and _near_a_town(word.small)
        ):
            yield word.start, word.end


def _near_a_town(word: str) -> bool:
    return any(near(word, name) for form in (word, *without_one(word)) for name in _spelt().get(form, ()))


@cache
def _spelt() -> dict[str, set[str]]:
    """Towns by their name, and by it without any one of its letters."""
    found: dict[str, set[str]] = {}
    for name in lists.towns():
        for form in (name, *without_one(name)):
            found.setdefault(form, set()).add(name)
    return found


@cache
def _origins() -> re.Pattern[str]:
    return lists.whole_words((*lists.own("origins"), *lists.countries()))


@cache
def _from_towns() -> re.Pattern[str]:
    """``haarlemmer``, ``tilburgse``: whoever is from a town."""
    towns = "|".join(sorted((re.escape(name) for name in lists.towns() if len(name) >= 5), key=len, reverse=True))
    return re.compile(rf"(?<!\w)(?:{towns})(?:e?n?aar|[mn]?er|se?)s?(?!\w)", re.IGNORECASE)


def origins(spoken: Spoken, register: Register) -> Iterator[Span]:
    """Countries, peoples and languages, and people of a town, with a capital or without."""
    yield from spoken.spans(_origins(), _from_towns())


FINDERS = (
    Finder("place", "plaats, streek of wijk", Level.IDENTIFIES, places),
    Finder("place_small", "kan een plaats zijn", Level.REVIEW, towns_in_small_letters),
    Finder("place_near", "verschreven naam van een plaats?", Level.REVIEW, misspelt_towns),
    Finder("origin", "land, volk of taal: zegt iets over iemands afkomst", Level.REVIEW, origins),
)
