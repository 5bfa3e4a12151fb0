"""Texts in one form, so that what was written otherwise is found: letters, spaces, numbers in words."""

from __future__ import annotations

import re
import unicodedata

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


class _Seen(dict):
    """Characters that are seen, by their number; others are left out. Filled as they occur."""

    def __missing__(self, code: int) -> int | None:
        one = chr(code)
        self[code] = code if one.isspace() or unicodedata.category(one) not in UNSEEN else None
        return self[code]


SEEN = _Seen()


def visible(text: str) -> str:
    """Compatible letters in one form (NFKC) without characters that are not seen; any space is one space."""
    if text.isascii() and text.isprintable():
        return " ".join(text.split())
    return " ".join(unicodedata.normalize("NFKC", text).translate(SEEN).split())


def tight(text: str) -> str:
    """The same without any space: what two formats must have in common."""
    return visible(text).replace(" ", "")


def folded(text: str) -> str:
    """The same in lower case without accents."""
    apart = unicodedata.normalize("NFKD", visible(text).casefold())
    return apart.translate(SEEN)


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
