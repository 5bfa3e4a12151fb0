"""In which encoding a text was written: what can be decoded and reads as Dutch, or names of Europe.

Bytes say nothing of their encoding, but words do: *cafŽ* is no word and *café* is one. Every encoding in which such
files are known to arrive is tried, and :func:`oddness` says how unlikely what comes of it is. One that is clearly the
most likely is taken, and told; if none is, the file is refused.
"""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cache

from helpers.ingest.words import visible

ENCODINGS: dict[str, tuple[str, float]] = {
    "cp1252": ("Windows-1252", 0.0),
    "mac_roman": ("Mac Roman", 1.0),
    "cp850": ("CP850 (DOS)", 1.5),
    "cp437": ("CP437 (DOS)", 2.0),
    "iso8859_15": ("ISO-8859-15", 1.0),
    "cp1250": ("Windows-1250 (Midden-Europa)", 2.5),
    "cp1254": ("Windows-1254 (Turks)", 2.5),
}
"""Encodings of one byte a character: how they are called, and how unlikely they are before anything is read."""

DUTCH = set("éëïöüèêóáíúàçôîâûñäÉËÏÖÜÈÓÁÇÄÔÊ")
NAMES = set("åøæœßšžčćğşıİłŁńęążźřěůőűãõìòùÿŠŽČĆØÅŞĞÀÂÍÎÑÚÛŚśŹŻŽťďňŘĽľÆŒ")
"""Letters that Dutch words have, and those that names from elsewhere have."""

ODD, STRANGE, UNKNOWN, RARE, ALONE = 6.0, 4.0, 1.5, 1.5, 3.0
"""What cannot be; a letter that nobody uses; a word that no list has; a letter of names; one letter as a word."""
MARGIN = 2.5
"""The best encoding is so much less odd than the next, or it is not clear which it is."""

APART = r"\s;,|\t\"<>()\[\]{}/\\\\:=+*_"
WORD = re.compile(rf"[^{APART}]*[^\x00-\x7f][^{APART}]*|[A-Za-z]+\xa0[A-Za-z]+")
MARKS = "'‘’‚“”„–—…€.!?«»-"
ASKED = re.compile(r"(?<![\w/?=&.])[A-Za-z]+\?[a-z]+(?![\w=&?])")
"""A question mark inside a word: a letter that a program could not write."""
LOST = "\ufffd"
UNDEFINED = "\x81\x8d\x8f\x90\x9d"
LISTED = 3


@dataclass(frozen=True)
class Decoded:
    """A text, the Dutch name of its encoding, what is in doubt, and words of the text that it is about."""

    text: str
    encoding: str
    doubts: tuple[str, ...] = ()
    words: tuple[str, ...] = ()


class Unclear(Exception):
    """No encoding is clearly the right one; the message says what was tried, in Dutch."""


@dataclass
class _Try:
    text: str
    words: str
    score: float
    odd: list[str] = field(default_factory=list)


@cache
def _frequency() -> dict[str, float]:
    from wordfreq import get_frequency_dict  # takes a third of a second, and few files need it

    return get_frequency_dict("nl", wordlist="large")


def words_of(text: str) -> set[str]:
    """The different words of a text that hold a character beyond ASCII, their digits as 0."""
    return set() if text.isascii() else {re.sub(r"[0-9]+", "0", word) for word in set(WORD.findall(text))}


def _known(word: str) -> float:
    """How common a word is, or the rarest part of one that is made of two: 0 (unknown) to 8."""
    listed = _frequency()
    if word in listed:
        return math.log10(listed[word]) + 9
    parts = [part for part in re.split(r"[-']", word) if part]
    if len(parts) > 1:
        return min(_known(part) for part in parts)
    halves = [(word[:cut], word[cut:]) for cut in range(4, len(word) - 2)]
    return max(
        (min(1e9 * listed[a], 1e9 * listed[b]) > 100 and 3.0 for a, b in halves if a in listed and b in listed),
        default=0.0,
    )


@cache
def oddness(word: str) -> float:
    """How unlikely a word is in a Dutch file: below 0 for one of the word list, from :data:`ODD` for none at all."""
    word = unicodedata.normalize("NFC", word)
    odd = sum(_odd(word, place) for place, character in enumerate(word) if not character.isascii())
    letters = word.replace("’", "'").strip(MARKS)
    if len(letters) == 1 and letters.isalpha():
        return odd + (0.0 if letters in "éà" or letters.isascii() else ALONE)
    if odd >= ODD or not letters or "\xa0" in letters:
        return odd
    if re.match("’[snt](-|$)", word):
        return odd - 4.0
    common = _known(letters.lower()) if letters.lower() != "0" else 0.0
    if common:
        return odd - (1.0 if letters.isascii() and "’" not in word.strip("‘’") else common / 1.5)
    return odd if letters.isascii() else odd + (UNKNOWN if letters.islower() else 0.3)


def _odd(word: str, place: int) -> float:
    """How odd one character is where it stands."""
    character = word[place]
    before, after = word[place - 1 : place] if place else "", word[place + 1 : place + 2]
    kind = unicodedata.category(character)
    if character == LOST or kind in ("Cc", "Co", "Cn"):
        return ODD
    if kind in ("Cf", "Mn"):
        return 1.0
    if kind[0] == "L" and character not in "ªº":
        return _odd_letter(character, before, word[place + 1 :], word[:place])
    if character == "\xa0":
        halves = word.lower().split("\xa0")
        return 0.0 if all(_known(half) > 3 for half in halves) else 1.0 if all(map(_known, halves)) else 2.0
    return _odd_mark(character, before, after, word)


def _odd_mark(character: str, before: str, after: str, word: str) -> float:
    """How odd a mark or a symbol is between the characters beside it."""
    inside = before.isalpha() and after.isalpha()
    fits = {
        "’": before.isalnum() or after.isalpha() or before in ("", ".", "!", "?", "…", ","),
        **dict.fromkeys("‘“„‚«‹", not before.isalnum()),
        **dict.fromkeys("”»›", not after.isalnum() and (bool(before) or character != "”")),
        **dict.fromkeys("€£", not before.isalpha() and not after.isalpha()),
        **dict.fromkeys("½¼¾×±•¹·§", not before.isalpha() and not after.isalpha()),
        **dict.fromkeys(
            "°º", not before.isalpha() and (not after.isalpha() or word.endswith((character + "C", character + "F")))
        ),
        **dict.fromkeys("²³", before in "mM0" and not after.isalnum()),
        **dict.fromkeys("©®™ª", not after.isalpha()),
        "µ": not before.isalpha(),
        "¿": not before,
        "¡": not before,
    }
    if character in "–—…":
        return 2.5 if inside else 0.0
    if character not in fits:
        return ODD if before.isalpha() or after.isalpha() else STRANGE
    usual = -1.0 if character == "€" else 0.0 if character in "’‘“”" else 1.5 if character in "«»" else 0.5
    return usual if fits[character] else ODD


def _odd_letter(character: str, before: str, rest: str, start: str) -> float:
    """How odd a letter is: who uses it, and whether capitals and small letters stand where they do in words."""
    if not unicodedata.name(character, "").startswith("LATIN"):
        return STRANGE
    rarity = (
        0.0 if character in DUTCH else RARE if character in NAMES else STRANGE - 1 if character in "ýÝ" else STRANGE
    )
    if character.isupper() and before.isalpha() and any(each.islower() for each in start + rest):
        return ODD + rarity
    if character.islower() and (start + rest)[:1].isupper() and len(start) > 1 and before.isupper():
        return ODD + rarity
    return rarity + (ODD if character.islower() and rest[:1].isupper() else 0.0)


def _judge(text: str, words: str, prior: float) -> _Try:
    found = {word: oddness(word) for word in words_of(text)}
    return _Try(text, words, prior + sum(found.values()), sorted(word for word, odd in found.items() if odd >= STRANGE))


def decode(content: bytes) -> Decoded:
    """The text of a file. Raises :class:`Unclear`."""
    for mark, encoding, words in (
        (b"\xef\xbb\xbf", "utf-8", "UTF-8 met BOM"),
        (b"\xff\xfe", "utf-16", "UTF-16"),
        (b"\xfe\xff", "utf-16", "UTF-16"),
    ):
        if content.startswith(mark):
            return _marked(content, encoding, words)
    if b"\x00" in content:
        return _wide(content)
    try:
        text = content.decode("utf-8")
    except UnicodeDecodeError:
        return _single(content)
    return mended(text, "ASCII" if text.isascii() else "UTF-8")


def _marked(content: bytes, encoding: str, words: str) -> Decoded:
    try:
        text = content.decode(encoding)
    except UnicodeDecodeError as error:
        if encoding == "utf-8":
            return _single(content[3:])
        raise Unclear(f"een teken dat in {words} niet bestaat, op plaats {error.start}") from error
    while text.startswith("\ufeff"):
        words, text = (
            f"{words}{' (dubbel)' if '(' not in words and text.count(chr(0xFEFF), 0, 2) > 1 else ''}",
            text[1:],
        )
    if "\x00" in text:
        raise Unclear(f"een nulbyte op plaats {text.index(chr(0))}")
    return mended(text, words)


def _wide(content: bytes) -> Decoded:
    """UTF-16 without a mark: every other byte of what is mostly ASCII is zero."""
    even, odd = content[::2].count(0), content[1::2].count(0)
    half = len(content) // 2
    for encoding, zeros, others in (("utf-16-le", odd, even), ("utf-16-be", even, odd)):
        if len(content) % 2 == 0 and zeros >= 0.7 * half and others == 0:
            try:
                return mended(content.decode(encoding), "UTF-16 zonder BOM")
            except UnicodeDecodeError:
                break
    raise Unclear(f"een nulbyte op plaats {content.index(0)}")


def _single(content: bytes) -> Decoded:
    """Bytes that are no UTF-8: each encoding of one byte, or UTF-8 with bytes of another among it."""
    tries = []
    for encoding, (words, prior) in ENCODINGS.items():
        try:
            tries.append(_judge(content.decode(encoding), words, prior))
        except UnicodeDecodeError:
            continue
    if any(len(run) > 1 for run in _utf8_runs(content)):
        for encoding in ("cp1252", "mac_roman", "cp850"):
            try:
                mixed = _decode_mixed(content, encoding)
            except UnicodeDecodeError:
                continue
            tries.append(_judge(mixed, f"UTF-8 met {ENCODINGS[encoding][0]} ertussen", 1.0 + ENCODINGS[encoding][1]))
    return _clearest(tries, "een teken dat in UTF-8 noch Windows-1252 bestaat")


def _utf8_runs(content: bytes) -> list[bytes]:
    """Runs of bytes beyond ASCII that are UTF-8 by themselves."""
    runs = []
    for run in re.findall(rb"[\x80-\xff]+", content):
        try:
            run.decode("utf-8")
        except UnicodeDecodeError:
            continue
        runs.append(run)
    return runs


def _decode_mixed(content: bytes, encoding: str) -> str:
    """UTF-8, in which what is none is in another encoding."""
    parts, place = [], 0
    while place < len(content):
        try:
            parts.append(content[place:].decode("utf-8"))
            break
        except UnicodeDecodeError as error:
            parts.append(content[place : place + error.start].decode("utf-8"))
            parts.append(content[place + error.start : place + error.end].decode(encoding))
            place += error.end
    return "".join(parts)


def _clearest(tries: list[_Try], otherwise: str) -> Decoded:
    if not tries:
        raise Unclear(otherwise)
    tries.sort(key=lambda each: each.score)
    best = tries[0]
    rivals = [each for each in tries[1:] if each.text != best.text and each.score - best.score < MARGIN]
    if best.odd or rivals:
        raise Unclear(_words_unclear(best, rivals))
    if best.words == ENCODINGS["cp1252"][0]:
        return Decoded(best.text, best.words)
    words = _oddest(best.text)
    if oddness(words[-1]) >= 0:  # nothing in it is a known word
        raise Unclear(_words_unclear(best, rivals))
    return Decoded(best.text, best.words, (f"tekst in {best.words}, zoals {_quoted(words)}",), words)


def _oddest(text: str) -> tuple[str, ...]:
    return tuple(sorted(words_of(text), key=lambda word: (-oddness(word), word)))


def _quoted(words: Iterable[str]) -> str:
    """Some of the words, each in quotes."""
    words = list(words)
    return ", ".join(f"‘{visible(word)}’" for word in words[:LISTED]) + (" …" if len(words) > LISTED else "")


def _words_unclear(best: _Try, rivals: list[_Try]) -> str:
    readings = "; of ".join(f"{_different(each, best)} ({each.words})" for each in [best, *rivals][:LISTED])
    return f"tekens waarvan de codering niet duidelijk is: {readings}"


def _different(one: _Try, best: _Try) -> str:
    """Words of a reading that show how it differs."""
    return _quoted(one.odd or _oddest(one.text))


ROUTES = [
    *((wrong, "utf-8") for wrong in ("cp1252", "latin-1", "mac_roman", "cp850", "cp437")),
    ("cp1252", "mac_roman"),
    ("cp1252", "cp850"),
    ("mac_roman", "cp1252"),
    ("cp850", "cp1252"),
    ("cp437", "cp1252"),
]
"""As what a text was read, and what it was, before it was stored anew."""
PROVEN = 4.0
"""What is read wrongly is seldom UTF-8 by chance: so much likelier is such a route."""


def mended(text: str, encoding: str, repair: bool = True) -> Decoded:
    """A text that decodes, unless its words show that it was read wrongly before: then as it was, and the doubt.

    ``repair``: whether to give it as it was; otherwise it stays as it is, and the doubt is told.
    """
    words = sorted(words_of(text))
    asked = tuple(sorted(set(ASKED.findall(text)))) if "?" in text else ()
    doubts = (f"een vraagteken in een woord: {_quoted(asked)}",) if asked else ()
    if not words:
        return Decoded(text, encoding, doubts, asked)
    as_is = _judge(" ".join(words), encoding, 0.0)
    if as_is.odd or any(oddness(word) > 0 for word in words):
        routes = [(_back(as_is.text, *route), route) for route in ROUTES]
        best, route = min(((each, route) for each, route in routes if each), key=_score, default=(None, None))
        if repair and best is not None and not best.odd and as_is.score - best.score >= MARGIN:
            before = _bytes(text, route[0]).decode(route[1])
            told = _oddest(best.text)
            doubts = (*doubts, f"tekst die {best.words}, hersteld tot {_quoted(told)}")
            return Decoded(before, f"{encoding}, {best.words}", doubts, (*asked, *told))
    odd = sorted({*as_is.odd, *(word for word in words if _was_utf8(word))})
    if odd:
        doubts = (*doubts, f"woorden die er geen zijn: {_quoted(odd)}")
    return Decoded(text, encoding, doubts, (*asked, *odd))


def _was_utf8(word: str) -> bool:
    """Whether a word is likelier as the UTF-8 that it may have been before it was read as something else."""
    before = [_back(word, wrong, right) for wrong, right in ROUTES if right == "utf-8"]
    return any(each is not None and each.text != word and oddness(each.text) <= oddness(word) for each in before)


def _score(found: tuple[_Try, tuple[str, str]]) -> float:
    return found[0].score


def _back(text: str, wrong: str, right: str) -> _Try | None:
    """The text as it was before it was read in the wrong encoding; ``None`` if that cannot have happened."""
    try:
        before = _bytes(text, wrong).decode(right)
    except (UnicodeEncodeError, UnicodeDecodeError):
        return None
    names = {"utf-8": "UTF-8", "latin-1": "ISO-8859-1", **{key: words for key, (words, _) in ENCODINGS.items()}}
    prior = -PROVEN if right == "utf-8" else ENCODINGS[wrong][1] + ENCODINGS[right][1]
    return _judge(before, f"eerder gelezen als {names[wrong]} terwijl het {names[right]} was", prior)


def _bytes(text: str, encoding: str) -> bytes:
    """The bytes from which the text was read; the five that Windows-1252 lacks are passed on as they are."""
    if encoding != "cp1252" or not any(character in text for character in UNDEFINED):
        return text.encode(encoding)
    return b"".join(
        bytes([ord(character)]) if character in UNDEFINED else character.encode("cp1252") for character in text
    )
