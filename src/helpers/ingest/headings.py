"""Names of columns that look alike: the same name, in the crosswalk's spelling."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from helpers.ingest.words import nearest, same, visible


def hint(name: object, words: Iterable[object], question: str = "Bedoelt de afzender ‘{}’? ") -> str:
    """A question about the nearest word, to stand before a remedy; empty if none is near."""
    near = nearest(name, map(str, words))
    return question.format(visible(near)) if near else ""


def spelled(columns: Sequence[object], expected: Iterable[str]) -> dict[str, str]:
    """Delivered names -> expected ones, where only capitals, spaces or invisible characters differ.

    A name that is there as expected is left alone, and so are two that would become the same.
    """
    there = {str(column) for column in columns}
    alike: dict[str, list[str]] = {}
    for column in there:
        alike.setdefault(same(column), []).append(column)
    return {
        alike[same(name)][0]: name for name in expected if name not in there and len(alike.get(same(name), ())) == 1
    }
