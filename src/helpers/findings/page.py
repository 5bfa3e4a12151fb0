"""The findings as the sector report's appendix tells them, and whether its chapters treat them all."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pandas as pd

from helpers import settings
from helpers.findings.register import Published, load_register
from helpers.sources import load_sources

AGREES = {"yes": "ja", "partly": "deels", "no": "nee"}
UNKNOWN = "niet te berekenen"


def rows(
    computed: pd.DataFrame, treated: Mapping[str, Sequence[tuple[str, str]]], compare: bool
) -> list[dict[str, object]]:
    """One entry a finding of the register, in order: id, what, published, computed, interval, agrees, places.

    Parameters
    ----------
    computed
        Table of :func:`helpers.findings.answers.compute`.
    treated
        By finding, the places that treat it: chapter and label of a table or figure ('' if it stands in the text).
    compare
        Whether there is a published monitor of the same year; else ``published`` and ``agrees`` are left out ('').
    """
    by_id = computed.set_index("id")
    found = []
    for one in load_register():
        row = by_id.loc[one.id]
        known = pd.notna(row["agrees"])
        found.append(
            {
                "id": one.id,
                "what": one.nl,
                "published": one.published if compare else "",
                "computed": row["computed"] if known else UNKNOWN,
                "interval": row["interval"] if known else "",
                "agrees": AGREES[row["agrees"]] if compare and known else "",
                "places": list(treated.get(one.id, ())),
            }
        )
    return found


def untreated(about: settings.Edition, treated: Mapping[str, Sequence[tuple[str, str]]]) -> list[Published]:
    """Findings that no chapter treats, those aside of which the edition goes without the sources."""
    sources = load_sources()
    gone = {
        table
        for table in {source.table for source in sources}
        if all(about.left_out(source.source) is not None for source in sources if source.table == table)
    }
    return [one for one in load_register() if one.id not in treated and one.table not in gone]
