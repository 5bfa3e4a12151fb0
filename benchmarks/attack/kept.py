"""What readers keep: rows, cells and respondents that are shown, and institutions that find their place.

``python -m benchmarks.attack.kept OUTPUTS EDITION [OUTPUTS EDITION]``: one column a set of reports, over the units that
all have, so that the reports of before and after a change of the rules stand beside each other.
"""

from __future__ import annotations

import sys
from pathlib import Path

import pandas as pd

from benchmarks.attack.bundles import ALL, COMPARABLE, OWN, SECTOR, Bundles, Sheet

SCOPES = {OWN: "own groups", COMPARABLE: "comparable institutions", ALL: "the sector"}
NOT_A_FIGURE = ("n", "n_effective", "wave", "label", "category", "hidden", "scope", "place")


def kept(bundles: Bundles, units: list[str]) -> dict[str, str]:
    """By measure what is shown, as text."""
    sheets = [sheet for sheet in bundles.sheets if sheet.unit in units]
    tables = [sheet for sheet in sheets if sheet.name.startswith("tbl-")]
    found = {"reports": str(len(units)), "tables": str(len(tables)), "figures": str(len(sheets) - len(tables))}
    shown, every = (sum(one) for one in zip(*map(_cells, tables), strict=True))
    found["cells that hold a figure, of all"] = f"{shown:,} of {every:,} ({shown / every:.1%})"
    for scope, words in SCOPES.items():
        rows = pd.concat([part for sheet in tables if (part := _rows(sheet, scope)) is not None])
        open_ = rows["hidden"].fillna("").eq("")
        found[f"rows shown, {words}"] = f"{open_.sum():,} of {len(rows):,} ({open_.mean():.1%})"
        if scope == OWN:
            told = pd.to_numeric(rows.loc[open_, "n"], errors="coerce").sum()
            found["respondents in rows shown, own groups"] = f"{told:,.0f}"
    places = {
        (sheet.unit, sheet.people) for sheet in sheets if sheet.name.endswith(("-plaats", "-verwacht")) and _told(sheet)
    }
    found["institutions that find their own place, by students and by staff"] = (
        f"{len(places)} of {2 * len(set(units) - {SECTOR})}"
    )
    single = [len(sheet.rows) for sheet in sheets if sheet.unit == SECTOR and "place" in sheet.rows]
    found["single institutions in the sector's drawings"] = str(sum(single))
    return found


def _cells(sheet: Sheet) -> tuple[int, int]:
    figures = [name for name in sheet.rows if name not in NOT_A_FIGURE and sheet.decimals[name].max() > 0]
    return int(sheet.rows[figures].notna().to_numpy().sum()), len(sheet.rows) * len(figures)


def _rows(sheet: Sheet, scope: str) -> pd.DataFrame | None:
    if not sheet.has("scope", "hidden", "n"):
        return None
    return sheet.rows.loc[sheet.rows["scope"] == scope, ["hidden", "n"]].assign(
        hidden=lambda part: part["hidden"].astype(object)
    )


def _told(sheet: Sheet) -> bool:
    column = next((name for name in ("safe", "observed") if name in sheet.rows), None)
    return column is not None and bool(pd.to_numeric(sheet.rows[column], errors="coerce").notna().any())


def main(arguments: list[str]) -> int:
    """Print the table; 2 for arguments that are no pairs of a folder and an edition."""
    if not arguments or len(arguments) % 2:
        print(__doc__, file=sys.stderr)
        return 2
    every = [Bundles(Path(folder), edition) for folder, edition in zip(arguments[::2], arguments[1::2], strict=True)]
    units = sorted(set.intersection(*(set(each.units) for each in every)))
    found = [kept(each, units) for each in every]
    print("| what a reader keeps |" + " found |" * len(found) + "\n|---|" + "---|" * len(found))
    for name in found[0]:
        print(f"| {name} | " + " | ".join(one[name] for one in found) + " |")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
