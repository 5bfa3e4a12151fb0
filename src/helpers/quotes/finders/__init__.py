"""Finders: rules and word lists that look for what could identify someone in the text of a fragment."""

from __future__ import annotations

from collections.abc import Iterator

from helpers.quotes.finders import contact, moments, names, people, places, schools
from helpers.quotes.finders.base import Find, Finder, Level, Register, Span
from helpers.quotes.spoken import Spoken, written

FINDERS: tuple[Finder, ...] = tuple(
    finder for module in (contact, schools, names, places, moments, people) for finder in module.FINDERS
)

__all__ = ["FINDERS", "Find", "Finder", "Level", "Register", "find"]


def find(text: str, register: Register | None = None) -> list[Find]:
    """Everything in a text that could identify someone, in order; finds that overlap are one.

    Positions are those of :func:`helpers.quotes.spoken.written` of the text.
    """
    spoken = Spoken(written(text))
    register = register or Register()
    found = [(span, finder) for finder in FINDERS for span in set(finder.find(spoken, register)) if span[0] < span[1]]
    return list(_merged(spoken.text, sorted(found, key=lambda each: each[0])))


def _merged(text: str, found: list[tuple[Span, Finder]]) -> Iterator[Find]:
    """Overlapping spans become one, with all their finders and the highest of their levels."""
    start, end, finders = -1, -1, []
    for (begins, ends), finder in [*found, ((len(text) + 1, len(text) + 1), None)]:
        if begins < end:
            end = max(end, ends)
            finders.append(finder)
            continue
        if finders:
            yield _one(text, start, end, finders)
        start, end, finders = begins, ends, [finder]


def _one(text: str, start: int, end: int, finders: list[Finder]) -> Find:
    ranked = sorted({finder.id: finder for finder in finders}.values(), key=lambda finder: -finder.level)
    if len(ranked) > 1:  # a capital is explained once another finder knows what it is
        ranked = [finder for finder in ranked if finder.id != "capital"] or ranked
    return Find(
        text[start:end],
        start,
        end,
        max(finder.level for finder in finders),
        tuple(finder.id for finder in ranked),
        tuple(finder.reason for finder in ranked),
    )
