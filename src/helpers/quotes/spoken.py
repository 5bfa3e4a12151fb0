"""A fragment as finders see it: its words, and which of them open a sentence."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

_WORD = re.compile(r"[^\W_]+(?:[-'’][^\W_]+)*")
_OPENS = re.compile(r"(?:^|[.!?…:;\n]['\"”’»)\]]*)[\s\"“„'‘«(\[–—-]*$")
_SHORTENED = re.compile(r"(?:\b(?:bijv|bv|dhr|mevr|mw|dr|drs|ir|ing|prof|o\.a|nr|tel|ca|evt|resp|st)|\b[A-Z])\.\s*$")


@dataclass(frozen=True)
class Word:
    """A word, where it stands, and whether it opens a sentence."""

    text: str
    start: int
    end: int
    opens: bool

    @property
    def capital(self) -> bool:
        """Whether it starts with a capital, also behind a small letter and a mark (``d'Arc``, ``'s-Graveland``)."""
        return self.text[0].isupper() or bool(re.match(r"[a-z]['’-][A-Z]", self.text))

    @property
    def small(self) -> str:
        """In small letters, without the ending of a possessive: ``Fatima's`` -> ``fatima``."""
        return re.sub(r"['’]s?$", "", self.text.replace("’", "'")).lower()


@dataclass(frozen=True)
class Spoken:
    """The text of a fragment, as :func:`written` writes it."""

    text: str

    @cached_property
    def words(self) -> tuple[Word, ...]:
        """Its words, in order."""
        return tuple(
            Word(match[0], *match.span(), opens=_opens(self.text[: match.start()]))
            for match in _WORD.finditer(self.text)
        )

    def spans(self, *patterns: re.Pattern[str]) -> Iterator[tuple[int, int]]:
        """Where it fits some patterns, one pattern after the other."""
        for pattern in patterns:
            yield from (match.span() for match in pattern.finditer(self.text))

    def runs(self, longest: int) -> Iterator[tuple[Word, ...]]:
        """Every run of up to so many words that only spaces part."""
        for place in range(len(self.words)):
            for size in range(1, longest + 1):
                run = self.words[place : place + size]
                parted = (self.text[a.end : b.start] for a, b in zip(run, run[1:], strict=False))
                if len(run) < size or any(between.strip() for between in parted):
                    break
                yield run


def _opens(before: str) -> bool:
    return bool(_OPENS.search(before)) and not _SHORTENED.search(before)


def written(text: str) -> str:
    """The text in composed Unicode, without spaces that nobody sees."""
    visible = "".join(c for c in unicodedata.normalize("NFC", text) if unicodedata.category(c) != "Cf")
    return " ".join(visible.split())


def key(text: str) -> str:
    """What a decision calls a fragment: twelve hexadecimals of the SHA-256 of its text."""
    return hashlib.sha256(written(text).encode("utf-8")).hexdigest()[:12]
