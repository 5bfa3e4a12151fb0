"""Names of persons: announced by a title, known as a first name, initials, or any capital that needs one."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

from helpers.ingest import privacy
from helpers.quotes import lists
from helpers.quotes.finders.base import Finder, Level, Register, Span
from helpers.quotes.spoken import Spoken, Word

_SHORTEST_IN_SMALL_LETTERS = 4


def announced(spoken: Spoken, register: Register) -> Iterator[Span]:
    """A name behind a title or an introduction, also in small letters; initials with a surname."""
    yield from ((hit.start, hit.end) for hit in privacy.names_in_text(spoken.text))
    yield from (match.span() for match in _initials().finditer(spoken.text))
    for match in _titled().finditer(spoken.text):
        if _is_name(match["name"].lower()) or (match["between"] and match["person"]):
            yield match.span()


@cache
def _between() -> str:
    return "|".join(re.escape(word) for word in lists.interfixes() if len(word) > 1)


@cache
def _initials() -> re.Pattern[str]:
    return re.compile(rf"(?<!\w)(?:[A-Z]\.\s?){{1,4}}(?:(?:{_between()})\s+){{0,2}}[A-Z][\w'’-]+")


@cache
def _titled() -> re.Pattern[str]:
    persons, others = "|".join(lists.own("titles")), "|".join(lists.own("roles"))
    before = rf"(?:(?P<person>{persons})|{others}|heet(?:te)?|genaamd)"
    between = r"(?P<between>(?:(?:van|de|der|den|ter|ten|el|al)\s+)*)"
    return re.compile(rf"(?<!\w){before}\.?\s+{between}(?P<name>[^\W\d_][\w'’-]+)", re.IGNORECASE)


def _is_name(word: str) -> bool:
    known = word in lists.first_names() or word in lists.surnames()
    return known and word not in lists.small("ordinary")


def first_names(spoken: Spoken, register: Register) -> Iterator[Span]:
    """First names and, at the start of a sentence, surnames; in small letters only those that are no other word."""
    for word in spoken.words:
        if _named(word):
            yield word.start, word.end


def _named(word: Word) -> bool:
    name = word.small
    ordinary = name in lists.small("ordinary")
    known = any(part in lists.first_names() for part in (name, *name.split("-")[:1]))
    if not word.capital:
        return known and not ordinary and len(name) >= _SHORTEST_IN_SMALL_LETTERS
    if not word.opens:
        return known and name not in lists.small("capitals")
    return (known or name in lists.surnames()) and (not ordinary or name in lists.small("first_names_anyway"))


def capitals(spoken: Spoken, register: Register) -> Iterator[Span]:
    """A word with a capital that needs none: inside a sentence any, at its start one that is no ordinary word."""
    for word in spoken.words:
        if word.capital and not _explained(word):
            yield word.start, word.end


def _explained(word: Word) -> bool:
    allowed = lists.small("capitals")
    parts = [part for part in re.split(r"[-'’]", word.small) if part]
    if word.small in allowed or word.text.lower() in allowed or (parts and parts[0] in allowed):
        return True
    return word.opens and (_ordinary(word.small) or bool(parts) and all(map(_ordinary, parts)))


def _ordinary(word: str) -> bool:
    """A known word, or two known words in one, which Dutch makes as it goes (``achteringang``)."""
    words = lists.small("ordinary")
    if word in words or len(word) == 1:
        return True
    return any(word[:cut] in words and word[cut:] in words for cut in range(4, len(word) - 3))


FINDERS = (
    Finder("name", "naam van een persoon", Level.IDENTIFIES, announced),
    Finder("first_name", "voornaam of achternaam", Level.IDENTIFIES, first_names),
    Finder("capital", "hoofdletter zonder bekende reden: een naam of afkorting?", Level.IDENTIFIES, capitals),
)
