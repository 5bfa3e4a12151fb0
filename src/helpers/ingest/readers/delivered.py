"""What a reader gives."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace

import numpy as np
import pandas as pd

from helpers.ingest.account import Parts
from helpers.ingest.problems import Defect
from helpers.ingest.words import visible

LISTED = 5
"""So many codes or rows are named in a message; the rest is counted."""

BLOCK = 1 << 40
"""A row of a block of columns that was laid under the others is told apart by so much for each block above it."""


@dataclass(frozen=True)
class Delivered:
    """A delivered table with the sender's columns and codes, and what the file says about them.

    ``frame`` may have the same column name twice; its index plus ``first_row`` is the number of the row that the
    sender sees; ``labels``: column -> label; ``value_labels``: column -> code -> label; ``missing``: column -> codes
    that the sender declared missing, as (low, high) or single codes; ``facts``: what was recognised, in Dutch, for
    the intake page; ``dropped``: columns that the reader took away, with the reason; ``decimals``: the decimal
    sign of columns that hold numbers as text; ``lines``: the line in an editor of rows that have another number
    there; ``blocks``: columns that were laid under each other, and ``laid`` what they are called now; ``doubts``:
    what was read but may not be right; ``parts``: what became of everything in the file, a line for each kind of part.
    """

    frame: pd.DataFrame
    first_row: int = 1
    sheet: str = ""
    labels: dict[str, str] = field(default_factory=dict)
    value_labels: dict[str, dict] = field(default_factory=dict)
    missing: dict[str, list] = field(default_factory=dict)
    facts: tuple[str, ...] = ()
    dropped: dict[str, str] = field(default_factory=dict)
    decimals: dict[str, str] = field(default_factory=dict)
    lines: dict[int, int] = field(default_factory=dict)
    blocks: tuple[str, ...] = ()
    laid: tuple[str, ...] = ()
    doubts: tuple[Defect, ...] = ()
    parts: tuple[Parts, ...] = ()

    def with_frame(self, frame: pd.DataFrame, *facts: str) -> Delivered:
        """The same with another frame, and what was done to it."""
        return replace(self, frame=frame, facts=(*self.facts, *facts))

    def renamed(self, names: dict[str, str]) -> Delivered:
        """The same with other names for columns, in all that is said of them."""

        def anew(about: dict) -> dict:
            return {names.get(column, column): value for column, value in about.items()}

        return replace(
            self,
            frame=self.frame.rename(columns=names),
            labels=anew(self.labels),
            value_labels=anew(self.value_labels),
            missing=anew(self.missing),
            dropped=anew(self.dropped),
        )

    def place(self, column: object, labels: Iterable[int] = ()) -> str:
        """``kolom ‘x’, rij 3``: a column and rows (labels of a mapped table) as the sender sees them."""
        labels = np.asarray(list(labels), dtype="int64")
        names = [str(column)]
        if column in self.laid and len(labels):
            names = [self.blocks[block] for block in np.unique(labels // BLOCK)]
        words = " en ".join(f"‘{visible(name)}’" for name in names[:2]) + (" …" if len(names) > 2 else "")
        return f"kolom {words}" + (f", {rows_words(labels, self.lines)}" if len(labels) else "")


def count_rows(labels: Iterable[int]) -> int:
    """How many rows of the file these rows of the frame come from."""
    return len(np.unique(np.asarray(labels, dtype="int64") % BLOCK))


def rows_words(rows: Iterable[int], lines: dict[int, int] | None = None) -> str:
    """``rij 3, 6`` or ``rij 1, 2, 3, 4, 5 en 12 andere``; with the line in an editor where that is another."""
    numbers = np.unique(np.asarray(list(rows), dtype="int64") % BLOCK).tolist()
    words = [f"{row} (regel {lines[row]})" if lines and row in lines else str(row) for row in numbers[:LISTED]]
    return f"rij {', '.join(words)}" + (f" en {len(numbers) - LISTED} andere" if len(numbers) > LISTED else "")
