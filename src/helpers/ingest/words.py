"""Words as a person reads them: invisible characters taken out to compare, and shown where a message quotes them."""

from __future__ import annotations

import difflib
import re
import unicodedata
from collections.abc import Iterable

from helpers.ingest import privacy

NEAR = 0.6
"""Words less alike than this (0 to 1) are not what somebody meant."""


def tidy(text: object) -> str:
    """The text without invisible characters, in one form of each letter, with single spaces."""
    said = unicodedata.normalize("NFC", str(text))
    said = "".join(mark for mark in said if mark.isspace() or unicodedata.category(mark) not in ("Cf", "Cc"))
    return " ".join(said.split())


def same(text: object) -> str:
    """What two words share that differ only in capitals and in what cannot be seen."""
    return tidy(text).casefold()


def visible(text: object, longest: int = 60) -> str:
    """The text for a message, without persons and with what cannot be seen named: ``Soort‹U+200B›``."""
    said = re.sub(r"(?<=.) +$", lambda match: "‹U+0020›" * len(match[0]), told(str(text)))
    return said[:longest]


def told(text: str) -> str:
    """The text as notes, pages and lists may tell it: persons by their kind only, and what cannot be seen named.

    Before it is cut: half a telephone number is not recognised.
    """
    return marked(privacy.veil(text, names=True))


def marked(text: str) -> str:
    """The text with every character that cannot be seen named."""
    return text if text.isascii() and text.isprintable() else "".join(map(_shown, text))


def _shown(mark: str) -> str:
    hidden = unicodedata.category(mark) in ("Cf", "Cc", "Co", "Zl", "Zp") or mark.isspace() and mark != " "
    return f"‹U+{ord(mark):04X}›" if hidden else mark


def nearest(word: object, known: Iterable[str]) -> str:
    """The known word that is most like this one, or nothing."""
    by_form = {same(each): each for each in known}
    found = difflib.get_close_matches(same(word), by_form, n=1, cutoff=NEAR)
    return by_form[found[0]] if found else ""
