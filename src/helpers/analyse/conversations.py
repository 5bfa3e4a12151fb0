"""Focus groups, over all of them together: no place, no person."""

from __future__ import annotations

import pandas as pd

from helpers import tables


def compute(edition: str) -> dict[str, pd.DataFrame]:
    """Counts by theme and by code, and the fragments that may be quoted."""
    fragments = tables.read_table(edition, "fragments")
    return {
        "fragments": _counts(fragments, ["theme", "participants"]).assign(all_groups=fragments["group"].nunique()),
        "fragment_codes": _counts(fragments, ["code", "participants"]),
        "quotes": quotes(fragments),
    }


def _counts(fragments: pd.DataFrame, by: list[str]) -> pd.DataFrame:
    found = fragments.groupby(by, observed=True, sort=True)["group"].agg(["size", "nunique"]).reset_index()
    found = found.rename(columns={"size": "fragments", "nunique": "groups"})
    return found.astype({**dict.fromkeys(by, "string"), "fragments": "int64", "groups": "int64"})


def quotes(fragments: pd.DataFrame) -> pd.DataFrame:
    """Fragments whose speakers agreed to be quoted: theme, code, participants, text; shortest first.

    Group and institution are left out, so that neither place nor person goes along.
    """
    allowed = fragments[fragments["quote_consent"].fillna(False).astype(bool)]
    chosen = allowed.drop_duplicates("text")[["theme", "code", "participants", "text"]].astype("string")
    order = chosen["text"].str.len()
    return chosen.assign(order=order).sort_values(["order", "text"]).drop(columns="order").reset_index(drop=True)
