"""Schools: institutions of the edition's register, other schools, classes, groups and rooms."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import product

from helpers.quotes import lists, words
from helpers.quotes.finders.base import Finder, Level, Register, Span
from helpers.quotes.near import near
from helpers.quotes.spoken import Spoken, Word

_BRIN = re.compile(r"(?<!\w)\d{2}[A-Z]{2}(?!\w)")
_NAME = r"(?:(?:van|de|het|der|den|voor|en)\s+){0,3}[A-Z][\w'’-]+(?:\s+[A-Z][\w'’-]+)*"
_GROUP = re.compile(
    r"(?<!\w)(?:klas|groep|lokaal|leslokaal|gebouw|vleugel|team|crebo)\s+(?:[A-Za-z]?\d(?:[\w.-]*\w)?|[A-Z](?!\w))"
    r"|(?<![\w.,:/-])(?=[A-Za-z]*\d)(?=\d*[A-Z])[A-Z\d]{2,8}(?:[-.]\w{1,3})?(?![\w%])"
    r"|(?<![\w.,:/-])\d[a-f](?!\w)"
)
_PROGRAMME = re.compile(
    r"(?<!\w)(?:opleiding\s+(?:tot|voor)\s+(?:de\s+|het\s+|een\s+)?[^\W\d_]{4,}"
    r"|(?!voor|vervolg|beroeps|mbo|hbo|vak|basis)\w{4,}opleiding(?!\w)"
    r"|(?:eerste|tweede|derde|vierde|vijfde|zesde)\s+(?:klas|leerjaar|middelbaar)(?!\w)|brugklas\w*(?!\w)"
    r"|(?:eerste|tweede|derde|vierde|een|twee|drie|vier|vijf|zes|[1-6])\s+(?:havo|vwo|vmbo|mavo|gymnasium|atheneum)(?!\w))",
    re.IGNORECASE,
)
_SCHOOL_SMALL = re.compile(
    r"(?<!\w)(?:op|van|bij|naar|het|roc|mbo)\s+(?:het\s+|de\s+)?(?P<name>[a-z][\w'’-]{3,})\s+(?:college|lyceum|gymnasium|mavo|scholengemeenschap)(?!\w)"
)
_GROWN_SMALL = re.compile(r"[a-z][\w-]{3,}(?:college|lyceum|gymnasium)")
_LONGEST, _SHORTEST_MISSPELT, _LONG, _SMALL = 4, 6, 8, 4
_BEFORE = {
    "op",
    "in",
    "bij",
    "naar",
    "uit",
    "van",
    "aan",
    "om",
    "en",
    "de",
    "het",
    "een",
    "dat",
    "die",
    "ik",
    "is",
    "zit",
}
_SMALL_WORDS = {"de", "het", "een", "van", "der", "den", "en", "voor", "nergens"}


def own_names(spoken: Spoken, register: Register) -> Iterator[Span]:
    """Whole names and codes of the register, with or without the word for their kind, capitals or not."""
    wanted = {*register.names, *register.names.values()}
    wanted |= {rest for rest in map(_distinctive, register.names.values()) if " " in rest}
    if wanted:
        yield from spoken.spans(lists.whole_words(wanted))


def own_parts(spoken: Spoken, register: Register) -> Iterator[Span]:
    """The words by which an institution is known, with a capital, and the initials of its name."""
    parts, initials = set(), set()
    for name in register.names.values():
        kept = [word for word in re.split(r"[\s-]+", _distinctive(name)) if word.lower() not in _SMALL_WORDS]
        parts |= {word.lower() for word in kept if len(word) > 3}
        initials |= {"".join(word[0] for word in re.split(r"[\s-]+", name)).upper()}
    for word in spoken.words:
        known = word.capital and word.small in parts and not (word.opens and words.ordinary(word.small))
        if known or (len(word.text) > 2 and word.text in initials):
            yield word.start, word.end


def own_words(spoken: Spoken, register: Register) -> Iterator[Span]:
    """A name of one word in small letters, if it is no ordinary word: ``op proefstad``."""
    names = {rest.lower() for rest in map(_distinctive, register.names.values()) if " " not in rest}
    for word in spoken.words:
        if word.small in names and not words.ordinary(word.small):
            yield word.start, word.end


def misspelt(spoken: Spoken, register: Register) -> Iterator[Span]:
    """A name of the register spelt wrong, apart or together: ``zilvermeerr``, ``zilver meer``."""
    wanted = {name for whole in register.names.values() for name in _spellings(whole)}
    for run in spoken.runs(_LONGEST) if wanted else ():
        said = {joined for joined in _joins(run) if len(joined) >= _SHORTEST_MISSPELT}
        unknown = any(not words.ordinary(word.small) for word in run) and not _loose(run, wanted)
        alike = unknown and any(near(*pair, _apart(pair[1])) for pair in product(said, wanted))
        if alike or (len(run) > 1 and said & wanted):
            yield run[0].start, run[-1].end


def _loose(run: tuple[Word, ...], wanted: set[str]) -> bool:
    """Whether a run of words begins or ends with a small word that belongs to no name."""
    first, last = run[0].small, run[-1].small
    begins = len(first) <= _SMALL and not any(name.startswith(first) for name in wanted)
    ends = len(last) <= _SMALL and not any(name.endswith(last) for name in wanted)
    return len(run) > 1 and (begins or ends)


def _spellings(name: str) -> Iterator[str]:
    """The name by which an institution is known, in one; and each of its words that is no ordinary one."""
    known = _distinctive(name).lower()
    parts = [part for part in re.split(r"[\s-]+", known) if not words.ordinary(part)]
    yield from (part for part in ("".join(re.findall(r"\w", known)), *parts) if len(part) >= _SHORTEST_MISSPELT)


def _joins(run: tuple[Word, ...]) -> Iterator[str]:
    """A run in one word, with and without the word for a kind of school at its end."""
    said = "".join(re.findall(r"[^\W_]", "".join(word.small for word in run)))
    yield said
    yield from (said.removesuffix(kind) for kind in lists.small("schools") if said.endswith(kind))


def _apart(name: str) -> int:
    """Letters that may be wrong in a name of this length."""
    return 1 if len(name) < _LONG else 2


def schools_in_small_letters(spoken: Spoken, register: Register) -> Iterator[Span]:
    """``op het zilvermeer college``, ``op het zilvermeerlyceum``."""
    for match in _SCHOOL_SMALL.finditer(spoken.text):
        if match["name"].lower() not in lists.small("schools_not"):
            yield match.start("name"), match.end()
    for word in spoken.words:
        if _GROWN_SMALL.fullmatch(word.text) and word.small not in lists.small("schools_not"):
            yield word.start, word.end


def _distinctive(name: str) -> str:
    """A name without the word for its kind: ``Vakcollege De Kleine Letter`` -> ``De Kleine Letter``."""
    kept = name.split()
    while len(kept) > 1 and kept[0].lower() in lists.small("schools") | {"van"}:
        kept = kept[1:]
    while len(kept) > 1 and kept[-1].lower() in lists.small("schools"):
        kept = kept[:-1]
    return " ".join(kept)


def other_schools(spoken: Spoken, register: Register) -> Iterator[Span]:
    """A word for a school with a name before or behind it, or grown together with one."""
    kinds = "|".join(re.escape(word) for word in sorted(lists.own("schools"), key=len, reverse=True))
    either = rf"(?<!\w)(?:(?i:{kinds})\s+{_NAME}|[A-Z][\w'’-]+(?:\s+[A-Z][\w'’-]+)*[\s-](?i:{kinds})(?!\w))"
    for match in re.finditer(either, spoken.text):
        if not _only_opens(spoken, match):
            yield match.span()
    grown = re.compile(rf"[A-Z]\w{{2,}}(?:{kinds})")
    for word in spoken.words:
        if grown.fullmatch(word.text) and not (word.opens and words.ordinary(word.small)):
            yield word.start, word.end


def _only_opens(spoken: Spoken, match: re.Match[str]) -> bool:
    """``Deze school``, ``Mbo school``: the only capital is that of a sentence's first, ordinary word."""
    inside = [word for word in spoken.words if match.start() <= word.start < match.end() and word.capital]
    kinds, allowed = lists.small("schools"), lists.small("capitals")
    named = [word for word in inside if word.small not in kinds and word.small not in allowed]
    return all(word.opens and words.ordinary(word.small) for word in named)


def brin(spoken: Spoken, register: Register) -> Iterator[Span]:
    """What has the form of a BRIN code."""
    yield from spoken.spans(_BRIN)


def groups(spoken: Spoken, register: Register) -> Iterator[Span]:
    """Classes, groups and rooms: ``klas 3B``, ``MZ21A``, ``lokaal 2.14``."""
    for match in _GROUP.finditer(spoken.text):
        if match[0].lower() not in lists.small("codes_not"):
            yield match.span()


def programmes(spoken: Spoken, register: Register) -> Iterator[Span]:
    """``opleiding tot …``, ``kappersopleiding``, ``tweede klas``: what an institution has one of."""
    yield from spoken.spans(_PROGRAMME)


FINDERS = (
    Finder("institution", "instelling in deze editie", Level.NEVER, own_names),
    Finder("institution_part", "woord uit de naam van een instelling in deze editie", Level.IDENTIFIES, own_parts),
    Finder("institution_word", "kan de naam van een instelling zijn", Level.IDENTIFIES, own_words),
    Finder("institution_near", "verschreven naam van een instelling in deze editie?", Level.IDENTIFIES, misspelt),
    Finder("school_small", "kan de naam van een school zijn", Level.REVIEW, schools_in_small_letters),
    Finder("school", "naam van een school", Level.IDENTIFIES, other_schools),
    Finder("brin", "BRIN-code", Level.NEVER, brin),
    Finder("group", "klas, groep, lokaal of code", Level.IDENTIFIES, groups),
    Finder("programme", "opleiding of leerjaar", Level.REVIEW, programmes),
)
