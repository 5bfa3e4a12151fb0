"""How many hidden counts can be computed from all reports together, under three ways of hiding them.

``python benchmarks/bench_audit.py [edition]``: (a) only the threshold; (b) the threshold and, in each institution's own
table, the smallest other group; (c) the same with counts over several institutions rounded, as the reports do. All
institutions publish, the sector and comparable groups too. The edition must have been prepared.
"""

import sys
import time

import pandas as pd

from helpers import disclosure, groups, settings, tables
from helpers.analyse import populations
from helpers.audit import Statement, bounds

NAMES = {"students": "studenten", "staff": "medewerkers"}


def counts(edition: str, population: str) -> dict[str, pd.DataFrame]:
    """Respondents by institution and category, for every characteristic; unknown ones as a category of their own."""
    rows, _ = populations.read(edition, population)
    if "wave" in rows:
        rows = rows[rows["wave"] == max(settings.load_edition(edition).waves)]
    rows = rows[rows["feels_safe"].notna()]
    return {
        by: rows.groupby(
            ["institution_id", rows[by].astype(object).where(rows[by].notna(), groups.MISSING).astype(str)]
        )
        .size()
        .rename("n")
        .rename_axis(["unit", "group"])
        .reset_index()
        for by in groups.CHARACTERISTICS[population]
    }


def statements(table: str, total: str, data: pd.DataFrame, complement: bool, rules: settings.Disclosure, base: int):
    """What all reports say of one characteristic."""
    for unit, own in data.groupby("unit"):
        known = own[own["group"] != groups.MISSING]
        released = disclosure.release(known, rules=rules, hide=[], partition=[] if complement else None).data
        for row in released.itertuples():
            number = None if pd.isna(row.n) else float(row.n)
            few = row.hidden == disclosure.TOO_FEW
            yield Statement(unit, table, "own", row.group, number, "", few)
        for row in own[own["group"] == groups.MISSING].itertuples():
            yield Statement(unit, table, "own", row.group, float(row.n), "")
        if own["n"].sum() >= rules.minimum_respondents:
            yield Statement(unit, total, "own", "totaal", float(own["n"].sum()), "")
    for group, number in data.groupby("group")["n"].sum().items():
        if number >= rules.minimum_respondents:
            yield Statement("sector", table, "sector", group, float(round(number / base) * base), "")


def main() -> None:
    edition = sys.argv[1] if len(sys.argv) > 1 else "nation"
    rules = settings.load_settings().disclosure
    register = tables.read_table(edition, "institutions")
    ways = {
        "(a) threshold only": (False, 1),
        "(b) threshold and the smallest other group": (True, 1),
        "(c) the same, benchmarks rounded": (True, rules.benchmark_rounding),
    }
    print("| way | hidden as too few | complementary | share of cells shown (%) | known exactly | known within 5 | s |")
    print("|---|---:|---:|---:|---:|---:|---:|")
    for name, (complement, base) in ways.items():
        start = time.perf_counter()
        said = [
            one
            for population, word in NAMES.items()
            for by, data in counts(edition, population).items()
            for one in statements(f"tbl-{word}-x-{by}", f"tbl-{word}-stand", data, complement, rules, base)
        ]
        own = [one for one in said if one.scope == "own" and not one.table.endswith("-stand")]
        few = sum(one.few for one in own)
        other = sum(one.n is None and not one.few for one in own)
        found = bounds(said, register, 0 if base == 1 else base)
        exact = sum(one.width < 1 for one in found)
        near = sum(1 <= one.width < rules.protection_width for one in found)
        shown = 100 * (1 - (few + other) / len(own))
        seconds = time.perf_counter() - start
        print(f"| {name} | {few} | {other} | {shown:.1f} | {exact} | {near} | {seconds:.0f} |", flush=True)


if __name__ == "__main__":
    main()
