"""Texts in one form, so that what was written otherwise is found: letters, spaces, numbers in words."""

from __future__ import annotations

import re
import unicodedata
from functools import cache, lru_cache

UNSEEN = ("Cf", "Cn", "Cc", "Co", "Mn")
ONES = (
    "nul een twee drie vier vijf zes zeven acht negen tien elf twaalf dertien veertien vijftien zestien zeventien "
    "achttien negentien"
)
TENS = "twintig dertig veertig vijftig zestig zeventig tachtig negentig"


def _numbers() -> dict[str, int]:
    """Words up to a hundred, without accents; not *een*, which is an article."""
    ones = dict(zip(ONES.split(), range(20), strict=True))
    tens = dict(zip(TENS.split(), range(20, 100, 10), strict=True))
    joined = {f"{one}en{ten}": tens[ten] + ones[one] for ten in tens for one in list(ones)[1:10]}
    return {**{word: number for word, number in ones.items() if number != 1}, **tens, **joined, "honderd": 100}


NUMBERS = _numbers()
NUMBER_WORD = re.compile(r"\b(?:" + "|".join(sorted(NUMBERS, key=len, reverse=True)) + r")\b")


LONG = 300
"""Characters from which a text is not remembered: it does not come back."""


@cache
def _is_unseen(one: str) -> bool:
    return unicodedata.category(one) in UNSEEN and not one.isspace()


def _seen(text: str) -> str:
    """A text without the characters that are not seen."""
    for one in filter(_is_unseen, set(text)):
        text = text.replace(one, "")
    return text


def visible(text: str) -> str:
    """Compatible letters in one form (NFKC) without characters that are not seen; any space is one space."""
    return _visible(text) if len(text) < LONG else _visible.__wrapped__(text)


@lru_cache(maxsize=2**16)
def _visible(text: str) -> str:
    if text.isascii() and text.isprintable():
        return " ".join(text.split())
    return " ".join(_seen(unicodedata.normalize("NFKC", text)).split())


def tight(text: str) -> str:
    """The same without any space: what two formats must have in common."""
    return visible(text).replace(" ", "")


def folded(text: str) -> str:
    """The same in lower case without accents."""
    lower = visible(text).casefold()
    return lower if lower.isascii() else _seen(unicodedata.normalize("NFKD", lower))


def plain(text: str) -> str:
    """The same with numbers in words as digits: what is searched."""
    return NUMBER_WORD.sub(lambda found: str(NUMBERS[found[0]]), folded(text))


def squeezed(text: str) -> str:
    """Letters and digits only: what is left of a name that was spaced out or joined up."""
    return re.sub(r"[\W_]+", "", folded(text))


def strange(text: str, allowed: str) -> list[str]:
    """Characters that are no Latin letter, no digit and not among the allowed signs."""
    return sorted({one for one in set(text) if not (one.isascii() or one in allowed or _latin(one))})


def _latin(one: str) -> bool:
    return unicodedata.category(one) in ("Lu", "Ll") and unicodedata.name(one, "").startswith("LATIN ")
