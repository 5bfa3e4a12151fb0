"""Words in a file that names its encoding, or has one of its own: are they words?

A program that read a file wrongly stores what it made of it, and then no encoding is wrong any more. What can be given
back is given back, and told; what cannot is told.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pandas as pd

from helpers.ingest.problems import Defect
from helpers.ingest.readers import encodings
from helpers.ingest.readers.delivered import Delivered

APART = "\x1f"
"""Stands between texts that are looked at together; the same byte in every encoding."""


def checked(delivered: Delivered, name: str) -> Delivered:
    """The same with its words as they were, and doubts about those that are none."""
    texts = sorted({text for text in _texts(delivered) if not text.isascii() or "?" in text})
    if not texts:
        return delivered
    found = encodings.mended(APART.join(texts), "")
    if not found.doubts:
        return delivered
    anew = dict(zip(texts, found.text.split(APART), strict=True))
    changed = {old: new for old, new in anew.items() if old != new}
    mended = _with(delivered, changed) if changed else delivered
    where = _where(delivered, {text for text, now in anew.items() if any(word in now for word in found.words)})
    remedy = "Kijk of namen en woorden goed zijn gelezen, en vraag de afzender anders het bestand in UTF-8."
    doubts = [Defect(name, where, each, "woorden", remedy, rule="text_encoding") for each in found.doubts]
    return replace(mended, doubts=(*mended.doubts, *doubts))


def _columns(delivered: Delivered) -> Iterator[tuple[int, pd.Series]]:
    """Columns that can hold text, with their place."""
    for place in range(delivered.frame.shape[1]):
        column = delivered.frame.iloc[:, place]
        if not pd.api.types.is_numeric_dtype(column.dtype) and not pd.api.types.is_datetime64_any_dtype(column.dtype):
            yield place, column


def _texts(delivered: Delivered) -> Iterator[str]:
    """Every text of the file: values, names and labels."""
    for _, column in _columns(delivered):
        yield from (value for value in pd.unique(column.dropna()) if isinstance(value, str))
    yield from map(str, delivered.frame.columns)
    yield from delivered.labels.values()
    for labels in delivered.value_labels.values():
        yield from (label for label in labels.values() if isinstance(label, str))


def _with(delivered: Delivered, changed: dict[str, str]) -> Delivered:
    """The same with other texts."""

    def anew(text: object) -> object:
        return changed.get(text, text) if isinstance(text, str) else text

    columns = {place: column.map(anew) for place, column in _columns(delivered) if column.isin(changed).any()}
    series = [columns.get(place, delivered.frame.iloc[:, place]) for place in range(delivered.frame.shape[1])]
    frame = pd.concat(series, axis=1) if series else delivered.frame
    mended = replace(
        delivered,
        frame=frame,
        labels={column: anew(label) for column, label in delivered.labels.items()},
        value_labels={
            column: {code: anew(label) for code, label in labels.items()}
            for column, labels in delivered.value_labels.items()
        },
    )
    names = {str(column): changed[str(column)] for column in frame.columns if str(column) in changed}
    return mended.renamed(names) if names else mended


def _where(delivered: Delivered, texts: set[str]) -> str:
    """The first column in which the texts stand, with its rows; empty if they stand in names or labels only."""
    for _, column in _columns(delivered):
        rows = delivered.frame.index[column.isin(texts)]
        if len(rows):
            return delivered.place(column.name, rows + delivered.first_row)
    return ""
