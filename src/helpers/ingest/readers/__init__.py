"""Reading delivered files as they are, with an error a researcher can act on when they are not.

One module a family of formats; :func:`read` chooses by what the file *is*, not only by what its name says.
Every reader gives a :class:`Delivered`: the sender's own columns and codes, and what the file says about them.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pandas as pd

from helpers.ingest.crosswalks import Crosswalk
from helpers.ingest.readers import columnar, limesurvey, refi, statistical, text, workbook
from helpers.ingest.readers.containers import damaged, guard
from helpers.ingest.readers.delivered import Delivered

__all__ = ["Delivered", "damaged", "read"]

READERS: dict[str, Callable[[Path, str, Crosswalk | None], Delivered]] = {
    ".sav": statistical.read,
    ".zsav": statistical.read,
    ".por": statistical.read,
    ".dta": statistical.read,
    ".csv": text.read,
    ".txt": text.read,
    ".tsv": text.read,
    ".xlsx": workbook.read,
    ".ods": workbook.read,
    ".parquet": columnar.read,
    ".qdpx": refi.read_project,
    ".qdc": refi.read_codebook,
}


def read(path: Path, name: str, crosswalk: Crosswalk | None = None) -> Delivered:
    """The delivered table with the sender's columns and codes.

    ``name`` is the file's name for messages; ``crosswalk`` helps to find sheet and header, and may be left out.
    Raises :class:`Unreadable`, also for failures inside the libraries that read the format.
    """
    with guard(path, name) as suffix:
        delivered = READERS[suffix](path, name, crosswalk)
        if crosswalk is not None and crosswalk.format == "limesurvey":
            delivered = limesurvey.tidy(delivered, name)
        if crosswalk is not None and crosswalk.wide is not None:
            delivered = _lay_under_each_other(delivered, crosswalk)
    return delivered


def _lay_under_each_other(delivered: Delivered, crosswalk: Crosswalk) -> Delivered:
    """Columns that hold one figure each, such as one a year, become rows."""
    wide = crosswalk.wide
    matched = delivered.frame.columns.astype(str).str.extract(f"^{wide.columns}$", expand=False)
    values = [column for column, group in zip(delivered.frame.columns, matched, strict=True) if not pd.isna(group)]
    if not values:
        return delivered
    groups = dict(zip(delivered.frame.columns, matched, strict=True))
    kept = [column for column in delivered.frame.columns if column not in values]
    frame = delivered.frame.melt(
        id_vars=kept, value_vars=values, var_name=wide.name, value_name=wide.value, ignore_index=False
    )  # which keeps the number of the row that the sender sees
    frame[wide.name] = frame[wide.name].map(groups)
    facts = (*delivered.facts, f"{len(values)} kolommen onder elkaar gezet")
    return replace(delivered, frame=frame, facts=facts)
