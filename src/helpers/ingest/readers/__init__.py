"""Reading delivered files as they are, with an error a researcher can act on when they are not.

One module a family of formats; :func:`read` chooses by what the file *is*, not only by what its name says.
Every reader gives a :class:`Delivered`: the sender's own columns and codes, and what the file says about them.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pandas as pd

from helpers.ingest.crosswalks import Crosswalk
from helpers.ingest.headings import spelled
from helpers.ingest.readers import characters, columnar, decimals, forms, limesurvey, refi, statistical, text, workbook
from helpers.ingest.readers.containers import TEXT, damaged, guard
from helpers.ingest.readers.delivered import BLOCK, LISTED, Delivered
from helpers.ingest.words import tidy, visible

__all__ = ["Delivered", "damaged", "read"]

READERS: dict[str, Callable[[Path, str, Crosswalk | None], Delivered]] = {
    ".sav": statistical.read,
    ".zsav": statistical.read,
    ".por": statistical.read,
    ".dta": statistical.read,
    ".sas7bdat": statistical.read,
    ".xpt": statistical.read,
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
        if suffix not in TEXT:
            delivered = characters.checked(delivered, name)
        if crosswalk is not None and crosswalk.format == "limesurvey":
            delivered = limesurvey.tidy(delivered, crosswalk, name)
        if crosswalk is not None and crosswalk.format in forms.PROGRAMS:
            delivered = forms.tidy(delivered, crosswalk, name)
        if crosswalk is not None:
            delivered = _as_spelled(delivered, crosswalk)
        if crosswalk is not None and crosswalk.wide is not None:
            delivered = _lay_under_each_other(delivered, crosswalk)
        return decimals.settle(delivered, crosswalk, name)


def _as_spelled(delivered: Delivered, crosswalk: Crosswalk) -> Delivered:
    """Columns under the crosswalk's spelling of their names, where only capitals or invisible characters differ."""
    names = spelled(delivered.frame.columns, [*crosswalk.expected(), *([crosswalk.key] if crosswalk.key else [])])
    if not names:
        return delivered
    renamed = delivered.renamed(names)
    told = ", ".join(f"‘{visible(was)}’" for was in list(names)[:LISTED]) + (" …" if len(names) > LISTED else "")
    fact = f"{len(names)} kolomnamen anders gespeld dan in de crosswalk, en als dezelfde gelezen ({told})"
    return replace(renamed, facts=(*renamed.facts, fact))


def _lay_under_each_other(delivered: Delivered, crosswalk: Crosswalk) -> Delivered:
    """Columns that hold one figure each, such as one a year, become rows; each row keeps its number."""
    wide, frame = crosswalk.wide, delivered.frame
    matched = [re.fullmatch(wide.columns, tidy(column), re.IGNORECASE) for column in frame.columns]
    values = [place for place, match in enumerate(matched) if match]
    if not values:
        return delivered
    kept = [place for place, match in enumerate(matched) if not match]
    blocks = []
    for number, place in enumerate(values):
        block = frame.iloc[:, kept].assign(**{wide.name: matched[place][1], wide.value: frame.iloc[:, place]})
        blocks.append(block.set_axis(frame.index + number * BLOCK))
    laid = delivered.with_frame(pd.concat(blocks), f"{len(values)} kolommen onder elkaar gezet")
    columns = tuple(str(frame.columns[place]) for place in values)
    return replace(laid, blocks=columns, laid=(wide.name, wide.value))
