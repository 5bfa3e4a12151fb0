"""Which words are ordinary: those of two kept packages, simplemma's Dutch dictionary and wordfreq's frequent words.

Names are in both as well, so a word that is also in a list of names is ordinary only if the dictionary has it; the few
that this gets wrong stand in ``data/quotes`` (``names_first``, ``names_anyway``, ``words_anyway``).
"""

from __future__ import annotations

import re
from functools import cache

from helpers.quotes import lists

_RARE = 3.5
"""Zipf value (ten-logarithm of occurrences in a billion words) below which a word that is also a name counts as one."""

_SHORTEST_PART = 4


@cache
def _frequent() -> dict[str, float]:
    """Words that occur once in a million or more in Dutch, with their share of all words."""
    from wordfreq import get_frequency_dict  # takes a third of a second, and few processes need it

    return get_frequency_dict("nl", wordlist="small")


@cache
def ordinary(word: str) -> bool:
    """Whether a word in small letters is a word of Dutch, and no name in the first place."""
    from simplemma import is_known  # reading its dictionary takes a second

    if word in lists.small("names_first"):
        return False
    if word in lists.small("words_anyway") or len(word) == 1 or is_known(word, lang="nl"):
        return True
    return word in _frequent() and not is_name(word)


def is_name(word: str) -> bool:
    """Whether a word in small letters stands in a list of first names, surnames or places."""
    return word in lists.first_names() or word in lists.surnames() or word in lists.places()


@cache
def name_anyway(word: str) -> bool:
    """Whether an ordinary word with a capital is a name also where a sentence opens: well-known, or rare as a word."""
    rare = _frequent().get(word, 0.0) < 10 ** (_RARE - 9)
    return word in lists.small("names_anyway") or (rare and is_name(word))


@cache
def known(word: str) -> bool:
    """Whether a word, or every part of one with hyphens, is ordinary or made of ordinary words (``achteringang``)."""
    parts = [part for part in re.split(r"[-'’]", word) if part]
    made = bool(parts) and all(ordinary(part) or _made(part) for part in parts)
    return ordinary(word) or (made and not is_name(word))


_ENDS = re.compile(
    r"(?:heid|heden|loosheid|loos|loze|achtige?|baar|bare|baarheid|matige?|gewijs|ingen|ing|jes?|tjes?|pjes?|ste|de)$"
)


def _made(word: str, parts: int = 3) -> bool:
    """Up to three ordinary words in one, which Dutch makes as it goes, with an s or an ending if need be."""
    stem = _ENDS.sub("", word)
    if stem != word and len(stem) >= _SHORTEST_PART and ordinary(stem):
        return True
    cuts = range(_SHORTEST_PART, len(word) - _SHORTEST_PART + 1)
    return parts > 1 and any(ordinary(word[:cut]) and _behind(word[cut:], parts - 1) for cut in cuts)


def _behind(rest: str, parts: int) -> bool:
    """What stands behind the first word of a compound."""
    forms = [rest, rest[1:]] if rest[0] == "s" else [rest]
    forms = [form for form in forms if len(form) >= _SHORTEST_PART]
    return any(ordinary(form) or _made(form, parts) for form in forms)
