"""Where in a text a selection stands: programs count differently, and the standard does not keep them from it.

REFI-QDA 1.5 (4.4.2) counts Unicode code points, a line end as one. NVivo and MAXQDA on Windows count a line end of two
characters as two, programs on .NET, Java and JavaScript count UTF-16 units, some count the BOM. No project says how it
counts. What it may say is the text of a selection, as its name: then the one convention that gives all of these texts
is taken. Where the project says nothing and the conventions differ, one is taken, and that is told.
"""

from __future__ import annotations

import difflib
import itertools
import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import NamedTuple

import numpy as np

WORDS_ENOUGH, WORDS_SHARE, WORDS_RIVAL = 10, 0.9, 0.5
"""So many selections that begin and end with a word under one convention, nearly all, and few under any other."""
CLAIM = 6
"""A name with fewer characters is no text of a selection."""
ALIKE = 0.6
"""Likeness of a name to a selection from which on it was the same text, before that was changed."""


class Convention(NamedTuple):
    """How positions are counted.

    ``lines``: a line end as ``written`` in the file (CR LF is two), always ``one`` or always ``two``; ``unit``:
    ``points`` of Unicode, ``utf16`` units, or ``bytes`` of UTF-8; ``lead``: nothing before the text (``none``), the
    ``bom`` where the file has one, or one position ``always``; ``last``: the end is the last character itself.
    """

    lines: str = "written"
    unit: str = "points"
    lead: str = "none"
    last: bool = False

    @property
    def words(self) -> str:
        """For the intake page."""
        unit = {"points": "tekens", "utf16": "UTF-16-eenheden", "bytes": "bytes"}[self.unit]
        lines = {"written": "zoals het in het bestand staat", "one": "als één", "two": "als twee"}[self.lines]
        lead = {"none": "", "bom": ", de BOM telt mee", "always": ", vanaf 1"}[self.lead]
        return f"posities in {unit}, een regeleinde {lines}{lead}{', tot en met het laatste teken' * self.last}"


USUAL = tuple(Convention(*each) for each in itertools.product(("one", "written"), ("points", "utf16"), ("none", "bom")))
"""What programs are known to do; of these the first are the standard's."""
EVERY = USUAL + tuple(
    convention
    for each in itertools.product(
        ("one", "written", "two"), ("points", "utf16", "bytes"), ("none", "bom", "always"), (False, True)
    )
    if (convention := Convention(*each)) not in USUAL
)
"""The others are taken only where the project's own texts say so."""


@dataclass(frozen=True, eq=False)
class Text:
    """A text as it is in the project: ``written`` with its own line ends, without a ``bom``.

    ``derived``: made from a document with layout, of which nobody knows how the sender's program made it.
    """

    written: str
    bom: bool = False
    derived: bool = False
    _latest: dict[Convention, np.ndarray] = field(default_factory=dict, repr=False)

    @cached_property
    def plain(self) -> str:
        """Every line end one character."""
        return self.written.replace("\r\n", "\n")

    @cached_property
    def words(self) -> str:
        """For comparing with a name."""
        return normal(self.plain)

    @cached_property
    def _sizes(self) -> dict[str, np.ndarray]:
        """How much each character of :attr:`plain` counts, for each kind of line end and unit."""
        codes = np.frombuffer(self.plain.encode("utf-32-le"), dtype="<u4")
        one = np.ones(len(codes), dtype=np.int64)
        pairs = np.array([match.start() for match in re.finditer("\r\n", self.written)], dtype=np.int64)
        written = one.copy()
        written[pairs - np.arange(len(pairs))] = 2  # each pair before is one shorter in the plain text
        utf16 = one + (codes > 0xFFFF)
        utf8 = utf16 + (codes > 0x7F) + (codes > 0x7FF)
        return {
            "one": one,
            "written": written,
            "two": one + (codes == 10),
            "points": one,
            "utf16": utf16,
            "bytes": utf8,
        }

    def offsets(self, convention: Convention) -> np.ndarray:
        """Position of each character of :attr:`plain`, and of the end; int64, one longer than the text."""
        if convention not in self._latest:
            lead = {"none": 0, "bom": int(self.bom), "always": 1}[convention.lead]
            sizes = self._sizes[convention.lines] * self._sizes[convention.unit]
            self._latest.clear()  # one way after the other is tried on all selections
            self._latest[convention] = lead + np.concatenate([[0], np.cumsum(sizes)])
        return self._latest[convention]

    def span(self, convention: Convention, start: int, end: int) -> tuple[int, int] | None:
        """Places in :attr:`plain`; ``None`` if this convention puts them outside the text, or inside a character."""
        offsets = self.offsets(convention)
        end += convention.last
        low = 0 if start == 0 else self._place(offsets, start)
        high = self._place(offsets, end)
        return None if low is None or high is None or not low < high else (low, high)

    def _place(self, offsets: np.ndarray, position: int) -> int | None:
        place = int(np.searchsorted(offsets, position))
        if place == len(offsets) or position < offsets[0]:
            return None
        if offsets[place] != position and self.plain[place - 1] != "\n":
            return None
        return place


@dataclass(frozen=True, eq=False)
class Marked:
    """A selection: positions in a text, and what the project calls it."""

    text: Text
    start: int
    end: int
    name: str = ""
    note: str = ""


@dataclass(frozen=True)
class Found:
    """What a selection holds: a ``fragment``, or nothing where it lies outside the text.

    ``other``: what another way of counting gives, where nothing tells them apart; ``conflict``: what the project
    itself calls it, which is something else; ``unproven``: stands in a text that was made from a document.
    """

    fragment: str = ""
    other: str = ""
    conflict: str = ""
    unproven: bool = False


def normal(text: str) -> str:
    """A text for comparing: composed, one space, lower case, without the marks that programs add."""
    text = unicodedata.normalize("NFC", text).replace("\ufeff", "").replace("…", "...")
    return " ".join(text.split()).strip("\"'“”‘’„ ").casefold()


def claims(marked: Marked) -> list[str]:
    """What the project says of a selection's text: a name or note that is found in the text, its gaps left out."""
    found = []
    for said in (re.sub(r"^\d+:\d+\s+", "", marked.name), marked.note):
        words = normal(said)
        pieces = [piece.strip() for piece in words.split("...")]
        letters = sum(character.isalpha() for character in words)
        if len(words) >= CLAIM and letters >= len(words) // 2 and all(piece in marked.text.words for piece in pieces):
            found.append(words)
    return found


def fits(fragment: str, claim: str) -> bool:
    """Whether a fragment is the text that was claimed, of which the end or a part may have been left out."""
    found = normal(fragment)
    first, *more = claim.split("...")
    if not more:
        return found.startswith(claim)
    return found.startswith(first.strip()) and (not more[-1].strip() or found.endswith(more[-1].strip()))


def _clean(text: str, span: tuple[int, int] | None) -> bool:
    """Whether a selection begins at the start of a word and ends at the end of one."""
    if span is None:
        return False
    low, high = span
    before, first, last, after = text[low - 1 : low], text[low], text[high - 1], text[high : high + 1]
    begins = not before.isalnum() and (first.isalnum() or first in "\"'“‘„(-–—<[")
    return begins and not (last.isalnum() and after.isalnum()) and not last.isspace()


def fragment_of(text: Text, span: tuple[int, int] | None) -> str:
    """The words of a selection, on one line."""
    return "" if span is None else " ".join(text.plain[span[0] : span[1]].split())


class Reading:
    """All selections of a project under every convention, and the one that is taken."""

    def __init__(self, marked: Sequence[Marked]) -> None:
        self.marked = marked
        self.claims = [claims(each) for each in marked]
        self.spans: dict[Convention, list[tuple[int, int] | None]] = {}
        self.fitting: dict[Convention, tuple[int, int]] = {}
        self._try(USUAL)
        if max(each[0] for each in self.fitting.values()) < sum(map(len, self.claims)):
            self._try(EVERY[len(USUAL) :])
        self.clean = {each: self._cleans(each) for each in USUAL}
        self.convention = max(self.spans, key=self._rank)
        self.rivals = [each for each in self.spans if self._rank(each)[:4] == self._rank(self.convention)[:4]]
        self.by_words = self._told_by_words()

    def _try(self, conventions: Sequence[Convention]) -> None:
        for each in conventions:
            self.spans[each] = [one.text.span(each, one.start, one.end) for one in self.marked]
            self.fitting[each] = self._fitting(each)

    def _fitting(self, convention: Convention) -> tuple[int, int]:
        """How many texts that the project names are found, and how many of these to their end."""
        spans = zip(self.marked, self.spans[convention], self.claims, strict=True)
        told = [(fragment_of(one.text, span), said) for one, span, told in spans for said in told]
        return sum(fits(*each) for each in told), sum(normal(fragment) == said for fragment, said in told)

    def _cleans(self, convention: Convention) -> np.ndarray:
        spans = zip(self.marked, self.spans[convention], strict=True)
        return np.array([_clean(one.text.plain, span) for one, span in spans], dtype=bool)

    def _rank(self, convention: Convention) -> tuple:
        """The project's own texts first, then what is possible at all; of these a usual one that cuts no words."""
        usual = convention in USUAL
        clean = int(self.clean[convention].sum()) if usual else 0
        possible = sum(span is not None for span in self.spans[convention]) if usual else 0
        return *self.fitting[convention], possible, usual, clean, -EVERY.index(convention)

    def _told_by_words(self) -> bool:
        """Whether the beginnings and ends of words decide, so that no doubt is left."""
        mine = [fragment_of(one.text, span) for one, span in zip(self.marked, self._mine, strict=True)]
        others = []
        for rival in self.rivals:
            theirs = [fragment_of(one.text, span) for one, span in zip(self.marked, self.spans[rival], strict=True)]
            differ = np.array([a != b for a, b in zip(mine, theirs, strict=True)], dtype=bool)
            if not differ.any():
                continue
            others.append(rival)
            if differ.sum() < WORDS_ENOUGH or self.convention not in self.clean:
                return False
            if self.clean[self.convention][differ].mean() < WORDS_SHARE or (
                self.clean[rival][differ].mean() > WORDS_RIVAL
            ):
                return False
        return bool(others)

    @property
    def _mine(self) -> list[tuple[int, int] | None]:
        return self.spans[self.convention]

    @property
    def confirmed(self) -> int:
        """How many texts that the project itself names are found."""
        return self.fitting[self.convention][0]

    def found(self) -> list[Found]:
        """What each selection holds, in order."""
        named = [one.name for one in self.marked if normal(one.name)]
        strict = self.confirmed >= max(2, len(named) / 2)
        return [self._one(place, strict) for place in range(len(self.marked))]

    def _one(self, place: int, strict: bool) -> Found:
        one, span = self.marked[place], self._mine[place]
        if span is None:
            return Found()
        fragment = fragment_of(one.text, span)
        told = self.claims[place]
        wrong = [said for said in told if not fits(fragment, said)]
        if normal(fragment) in told:
            return Found(fragment)
        if not told and (name := normal(one.name)):
            alike = difflib.SequenceMatcher(None, name, normal(fragment)[: len(name)]).ratio() >= ALIKE
            wrong = [name] if len(name) >= CLAIM and (alike or strict) and not fits(fragment, name) else []
        other = ""
        if not self.by_words:
            readings = (fragment_of(one.text, self.spans[each][place]) for each in self.rivals)
            other = next((reading for reading in readings if reading and reading != fragment), "")
        return Found(fragment, other, wrong[0] if wrong else "", one.text.derived and not (told and not wrong))
