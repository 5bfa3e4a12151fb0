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
        known = _is_name(match["name"].lower())
        unknown = match["name"].lower() not in lists.small("ordinary")
        if known or (match["person"] and (match["between"] or unknown)):
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
    between = r"(?P<between>(?:(?:van|de|der|den|het|['’]t|ter|ten|uit|in|el|al)\s+)*)"
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
        clear = not ordinary and len(name) >= _SHORTEST_IN_SMALL_LETTERS
        return known and (clear or name in lists.small("first_names_small"))
    if not word.opens:
        return known and not allowed(word)
    return (known or name in lists.surnames()) and (not ordinary or name in lists.small("names_anyway"))


def capitals(spoken: Spoken, register: Register) -> Iterator[Span]:
    """A word with a capital that needs none: inside a sentence any, at its start one that is no ordinary word."""
    for word in spoken.words:
        if word.capital and not _explained(word):
            yield word.start, word.end


def allowed(word: Word) -> bool:
    """Whether a list says that its capital points at nobody; an abbreviation only if it is written as one."""
    parts = [part for part in re.split(r"[-'’]", word.text) if part]
    known = set(lists.own("capitals")), {entry.lower() for entry in lists.own("capitals") if not entry.isupper()}
    return any(part in known[0] or part.lower() in known[1] for part in (word.text, word.small, *parts[:1]))


def _explained(word: Word) -> bool:
    if allowed(word):
        return True
    parts = [part for part in re.split(r"[-'’]", word.small) if part]
    if word.small in lists.small("names_anyway"):
        return False
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
