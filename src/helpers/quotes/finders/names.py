"""Names of persons: announced by a title, known as a first name, initials, or any capital that needs one."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

from helpers.ingest import privacy
from helpers.quotes import lists, words
from helpers.quotes.finders.base import Finder, Level, Register, Span
from helpers.quotes.spoken import Spoken, Word

_SHORTEST_IN_SMALL_LETTERS = 3


def announced(spoken: Spoken, register: Register) -> Iterator[Span]:
    """A name behind a title or an introduction, also in small letters; initials with a surname."""
    yield from ((hit.start, hit.end) for hit in privacy.names_in_text(spoken.text))
    yield from spoken.spans(_initials())
    for match in _titled().finditer(spoken.text):
        known = _is_name(match["name"].lower())
        unknown = not words.ordinary(match["name"].lower())
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
    return known and not words.ordinary(word)


_JOINED = r"(?:(?:v\.?\s?/?\s?d\.?|van|de|der|den|ter|ten|el|al|v\.|d\.|t\.)\s*)*"
_LETTERS = re.compile(
    r"(?<![\w.])(?:[^\W\d_]\.\s?){2,5}(?!\w)|(?<![\w.])[A-Z]\.(?=[\s,;)’'\"])|(?<!\w)(?:v\.\s?d|v\s?/\s?d|vd|v\.?d)\.?\s+[A-Za-z]\b\.?"
    r"|(?<![\w.])[^\W\d_]\.\s?(?:v\.?\s?d\.?|van\s+de[rn]?|van|de)\s+[^\W\d_]\w*\.?"
)


@cache
def _shortened() -> re.Pattern[str]:
    """A title or a role and a letter instead of a name: ``dhr. v.d. B.``, ``juf K``, ``collega m.``."""
    titles, roles = "|".join(lists.own("titles")), "|".join(lists.own("roles"))
    return re.compile(
        rf"(?<!\w)(?:(?i:{titles})\.?\s+(?i:{_JOINED})[^\W\d_](?![\w'’])\.?"
        rf"|(?i:{roles})\s+(?i:{_JOINED})(?:[A-Z](?![\w'’])\.?|[a-z]\.(?!\w)))"
    )


def initials(spoken: Spoken, register: Register) -> Iterator[Span]:
    """Letters instead of a name."""
    yield from spoken.spans(_shortened())
    for match in _LETTERS.finditer(spoken.text):
        if match[0].strip().lower().replace(" ", "") not in lists.small("abbreviations"):
            yield match.start(), match.start() + len(match[0].rstrip())


def first_names(spoken: Spoken, register: Register) -> Iterator[Span]:
    """First names and, at the start of a sentence, surnames; in small letters only those that are no other word."""
    for word in spoken.words:
        if _named(word):
            yield word.start, word.end


def _named(word: Word) -> bool:
    name = word.small
    ordinary = words.ordinary(name)
    known = any(part in lists.first_names() for part in (name, *name.split("-")[:1]))
    if not word.capital:
        return known and not ordinary and len(name) >= _SHORTEST_IN_SMALL_LETTERS
    if not word.opens:
        return known and not allowed(word)
    return (known or name in lists.surnames()) and (not ordinary or words.name_anyway(name))


_LAUGHED = re.compile(r"(?:ha|he|hi|ho){2,}h?|.*(\w)\1\1.*")


def unknown(spoken: Spoken, register: Register) -> Iterator[Span]:
    """A word in small letters that no list of words has: a rare name, or one that is spelt wrong."""
    for word in spoken.words:
        name = word.small
        unlisted = len(name) >= _SHORTEST_IN_SMALL_LETTERS and name.isalpha() and not words.known(name)
        if unlisted and not word.capital and not allowed(word) and not _LAUGHED.fullmatch(name):
            yield word.start, word.end


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
    return word.opens and words.known(word.small) and not words.name_anyway(word.small)


FINDERS = (
    Finder("name", "naam van een persoon", Level.IDENTIFIES, announced),
    Finder("first_name", "voornaam of achternaam", Level.IDENTIFIES, first_names),
    Finder("initials", "voorletters in plaats van een naam", Level.IDENTIFIES, initials),
    Finder("unknown", "in geen woordenlijst: een naam, of verschreven?", Level.REVIEW, unknown),
    Finder("capital", "hoofdletter zonder bekende reden: een naam of afkorting?", Level.IDENTIFIES, capitals),
)
