"""What a reader gives."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

import pandas as pd

from helpers.ingest.account import Parts
from helpers.ingest.problems import Defect


@dataclass(frozen=True)
class Delivered:
    """A delivered table with the sender's columns and codes, and what the file says about them.

    ``frame`` may have the same column name twice; ``first_row``: the number that the sender sees before the first
    data row; ``labels``: column -> label; ``value_labels``: column -> code -> label; ``missing``: column -> codes
    that the sender declared missing, as (low, high) or single codes; ``facts``: what was recognised, in Dutch, for
    the intake page; ``dropped``: columns that the reader took away, with the reason; ``decimal``: the decimal
    sign of a text file, ``None`` if none was seen; ``doubts``: what was read but may not be right; ``parts``: what
    became of everything in the file, a line for each kind of part.
    """

    frame: pd.DataFrame
    first_row: int = 1
    sheet: str = ""
    labels: dict[str, str] = field(default_factory=dict)
    value_labels: dict[str, dict] = field(default_factory=dict)
    missing: dict[str, list] = field(default_factory=dict)
    facts: tuple[str, ...] = ()
    dropped: dict[str, str] = field(default_factory=dict)
    decimal: str | None = None
    doubts: tuple[Defect, ...] = ()
    parts: tuple[Parts, ...] = ()

    def with_frame(self, frame: pd.DataFrame, *facts: str) -> Delivered:
        """The same with another frame, and what was done to it."""
        return replace(self, frame=frame.reset_index(drop=True), facts=(*self.facts, *facts))
