"""Finders: rules and word lists that look for what could identify someone in the text of a fragment."""

from __future__ import annotations

from collections.abc import Iterator

from helpers.quotes.finders import contact, family, looks, moments, names, people, places, routes, schools
from helpers.quotes.finders.base import Find, Finder, Level, Register, Span
from helpers.quotes.spoken import Spoken, written

FINDERS: tuple[Finder, ...] = tuple(
    finder
    for module in (contact, schools, names, places, routes, moments, people, looks, family)
    for finder in module.FINDERS
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
    """Overlapping spans become one, with the highest of their levels."""
    cluster: list[tuple[Span, Finder]] = []
    for span, finder in found:
        if cluster and span[0] >= max(end for (_, end), _ in cluster):
            yield _one(text, cluster)
            cluster = []
        cluster.append((span, finder))
    if cluster:
        yield _one(text, cluster)


def _one(text: str, cluster: list[tuple[Span, Finder]]) -> Find:
    """What overlaps as one find; a finder that saw a part of what another saw, and no graver, gives no reason."""
    start, end = cluster[0][0][0], max(span[1] for span, _ in cluster)
    kept = [one for one in cluster if not any(_covers(other, one) for other in cluster)]
    ranked = sorted({finder.id: finder for _, finder in kept}.values(), key=lambda finder: -finder.level)
    told = [finder for finder in ranked if finder.id not in ("capital", "unknown")]
    ranked = told or ranked[:1]  # a capital and an unknown word are explained once another finder knows what it is
    return Find(
        text[start:end],
        start,
        end,
        max(finder.level for _, finder in cluster),
        tuple(finder.id for finder in ranked),
        tuple(finder.reason for finder in ranked),
    )


def _covers(other: tuple[Span, Finder], one: tuple[Span, Finder]) -> bool:
    (begins, ends), (start, end) = other[0], one[0]
    wider = begins <= start and end <= ends and other[0] != one[0]
    return wider and other[1].level >= one[1].level
