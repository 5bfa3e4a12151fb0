"""Names of columns, sheets and categories as people compare them, and how a message shows them.

Two names that look the same are the same: capitals, runs of spaces, and characters that do not show (a space of no
width, a BOM, a soft hyphen) make no difference. A message shows such characters, and says which name is nearest.
"""

from __future__ import annotations

import difflib
import re
import unicodedata
from collections.abc import Iterable, Sequence

CUTOFF = 0.6
"""Likeness from which a name is offered as the nearest."""

SPACES = re.compile(r"\s+")


def _is_invisible(character: str) -> bool:
    return unicodedata.category(character) in ("Cf", "Cc") and not character.isspace()


def plain(name: object) -> str:
    """By what names are compared: ``" Brin\\u200b  Nummer"`` and ``"BRIN NUMMER"`` are the same."""
    text = str(name)
    if not text.isascii():
        text = "".join(character for character in unicodedata.normalize("NFKC", text) if not _is_invisible(character))
    return SPACES.sub(" ", text).strip().casefold()


def shown(text: object, limit: int = 60) -> str:
    """The text for a message: what does not show is written out (``‹U+200B›``), and it is cut at ``limit``."""
    text = str(text)
    text = text if len(text) <= limit else f"{text[:limit]}…"
    if text.isascii() and text.isprintable():
        return text
    odd = (" ", "\n", "\t", "\r")
    return "".join(
        f"‹U+{ord(each):04X}›" if _is_invisible(each) or (each.isspace() and each not in odd) else each for each in text
    )


def nearest(name: object, words: Iterable[object], cutoff: float = CUTOFF) -> str | None:
    """The one of ``words`` that looks most like ``name``; ``None`` if none does."""
    by_plain = {plain(word): str(word) for word in reversed(list(words))}
    found = difflib.get_close_matches(plain(name), list(by_plain), n=1, cutoff=cutoff)
    return by_plain[found[0]] if found else None


def hint(name: object, words: Iterable[object], question: str = "Bedoelt de afzender ‘{}’? ") -> str:
    """A question about the nearest word, to stand before a remedy; empty if none is near."""
    near = nearest(name, words)
    return question.format(shown(near)) if near is not None else ""


def spelled(columns: Sequence[object], expected: Iterable[str]) -> dict[str, str]:
    """Delivered names -> expected ones, where they only look alike.

    A name that is there as expected is left alone, and so are two that would become the same.
    """
    there = {str(column) for column in columns}
    alike: dict[str, list[str]] = {}
    for column in there:
        alike.setdefault(plain(column), []).append(column)
    return {
        alike[plain(name)][0]: name for name in expected if name not in there and len(alike.get(plain(name), ())) == 1
    }
