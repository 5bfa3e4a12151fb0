"""Focus groups, over all of them together: no place, no person."""

from __future__ import annotations

import sys

import pandas as pd

from helpers import tables
from helpers.quotes import pool


def compute(edition: str) -> dict[str, pd.DataFrame]:
    """Counts by theme and by code, what may be quoted, and what became of every fragment.

    Raises :class:`helpers.errors.Problems` for decisions on quotes that cannot be used.
    """
    fragments = tables.read_table(edition, "fragments")
    said = pool.load(edition)
    for warning in said.warnings:
        print(f"warning: {warning}", file=sys.stderr)
    return {
        "fragments": _counts(fragments, ["theme", "participants"]).assign(all_groups=fragments["group"].nunique()),
        "fragment_codes": _counts(fragments, ["code", "participants"]),
        "quotes": pool.released(said),
        "quotes_record": pool.record(said),
    }


def _counts(fragments: pd.DataFrame, by: list[str]) -> pd.DataFrame:
    found = fragments.groupby(by, observed=True, sort=True)["group"].agg(["size", "nunique"]).reset_index()
    found = found.rename(columns={"size": "fragments", "nunique": "groups"})
    return found.astype({**dict.fromkeys(by, "string"), "fragments": "int64", "groups": "int64"})
