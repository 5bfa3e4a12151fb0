"""What leads straight to someone: mail, telephone, postcode, BSN, account and IP numbers; accounts and addresses."""

from __future__ import annotations

import re
from collections.abc import Iterator

from helpers.ingest import privacy
from helpers.quotes import lists, words
from helpers.quotes.finders.base import Finder, Level, Register, Span
from helpers.quotes.spoken import Spoken

_ONLINE = re.compile(
    r"(?<![\w@.])@\w[\w.]*\w|https?://\S+|\bwww\.\S+|(?<![@\w])[\w-]+(?:\.[\w-]+)*\.(?:nl|com|org|net|eu|be|info|nu)\b",
    re.IGNORECASE,
)
_POSTCODE_DIGITS = re.compile(r"(?<=postcode )[1-9]\d{3}\b", re.IGNORECASE)
_SPELLED_PHONE = re.compile(r"(?<!\d)06(?:[\s.-]?\d){6,8}(?!\d)")
_LONG_NUMBER = re.compile(r"(?<![\d.,])\d{5,}(?![\d.,]\d)")


def identifiers(spoken: Spoken, register: Register) -> Iterator[Span]:
    """What intake counts as a direct identifier."""
    yield from ((hit.start, hit.end) for hit in privacy.in_text(spoken.text))
    yield from spoken.spans(_POSTCODE_DIGITS, _SPELLED_PHONE)


def online(spoken: Spoken, register: Register) -> Iterator[Span]:
    """Handles and addresses of sites."""
    yield from spoken.spans(_ONLINE)


def numbers(spoken: Spoken, register: Register) -> Iterator[Span]:
    """Numbers of five figures or more: of a student, a report, a bank account."""
    yield from spoken.spans(_LONG_NUMBER)


def _no_word(street: str) -> bool:
    """Whether a street that ends like one is no word by itself: ``kerkstraat``, but not ``winkelstraat``."""
    ends = street.endswith(lists.own("streets"))
    return ends and street not in lists.small("streets_not") and not words.ordinary(street)


def streets(spoken: Spoken, register: Register) -> Iterator[Span]:
    """A street with a house number, capitals or not; without one, if it has a capital inside a sentence."""
    ends = "|".join(sorted(lists.own("streets"), key=len, reverse=True))
    with_number = re.compile(rf"(?<!\w)[^\W\d_]{{2,}}(?:{ends})\s+\d+(?:\s?[a-z](?!\w))?", re.IGNORECASE)
    yield from spoken.spans(with_number)
    for word in spoken.words:
        if not word.capital and word.small in lists.streets() and _no_word(word.small):
            yield word.start, word.end
    ending = re.compile(rf"[^\W\d_][\w-]{{2,}}(?:{ends})")
    for word in spoken.words:
        if (
            word.capital
            and ending.fullmatch(word.text)
            and not (word.opens and (word.small in lists.small("streets_not") or words.known(word.small)))
        ):
            yield word.start, word.end


FINDERS = (
    Finder("contact", "telefoonnummer, mailadres, postcode of ander nummer van een persoon", Level.NEVER, identifiers),
    Finder("online", "account of webadres", Level.NEVER, online),
    Finder("number", "nummer dat bij een persoon of melding kan horen", Level.IDENTIFIES, numbers),
    Finder("address", "straat of adres", Level.IDENTIFIES, streets),
)
