"""What hiding costs and what an attack still finds, under four ways of hiding.

``python benchmarks/bench_disclosure.py [edition]``: (a) only the threshold; (b) the threshold and greedy complementary
suppression of rows and columns, as usual tools do it, in the table of institutions by groups; (b+) the same, hiding the
smallest other cell of a row in which the attack finds something, until it finds nothing; (c) the plan of
:mod:`helpers.disclosure.plan`, with counts over institutions and percentages on few respondents rounded. All
institutions publish, the sector too; the attack is :mod:`helpers.audit`'s. The edition must have been prepared.
"""

import sys
import time
from collections.abc import Iterator

import numpy as np
import pandas as pd

from helpers import characteristics, settings, tables
from helpers.analyse import populations
from helpers.audit import Statement, bounds
from helpers.disclosure import plan
from helpers.disclosure.rounding import to_multiples
from helpers.rulebook import Disclosure

NAMES = {"students": "studenten", "staff": "medewerkers"}
ANSWERS = plan.ANSWERS


def cells(edition: str) -> Iterator[tuple[str, str, pd.DataFrame]]:
    """Population, characteristic, and respondents and shares by institution and category in the last wave."""
    for population in NAMES:
        rows, _ = populations.read(edition, population)
        if "wave" in rows:
            rows = rows[rows["wave"] == max(settings.load_edition(edition).waves)]
        for by in characteristics.load().of(population):
            if by not in ("level", "track"):  # the sector's only
                yield population, by, populations.own_cells(rows, by)


def primary(data: pd.DataFrame, rules: Disclosure) -> np.ndarray:
    """Cells that a rule of their own hides."""
    return plan.primary(data, rules, characteristics.MISSING)


def threshold(data: pd.DataFrame, rules: Disclosure, _: dict) -> np.ndarray:
    """(a)"""
    return primary(data, rules)


def greedy(data: pd.DataFrame, rules: Disclosure, _: dict) -> np.ndarray:
    """(b) The smallest other cell of every row and column in which just one is hidden, until there are none."""
    hidden = primary(data, rules)
    known = (data["category"] != characteristics.MISSING).to_numpy()
    counts = data["n"].to_numpy(float)
    changed = True
    while changed:
        changed = False
        for column in ("institution_id", "category"):
            for _, index in data.groupby(column, observed=True).indices.items():
                line = index[known[index]]
                shown = line[~hidden[line]]
                if hidden[line].sum() == 1 and len(shown):
                    hidden[shown[np.argmin(counts[shown])]] = True
                    changed = True
    return hidden


def planned(data: pd.DataFrame, rules: Disclosure, comparable: dict) -> np.ndarray:
    """(c)"""
    found = plan.protect(data, comparable, rules, characteristics.MISSING)
    chosen = set(zip(found["institution_id"], found["category"], strict=True))
    return np.array([key in chosen for key in zip(data["institution_id"], data["category"], strict=True)])


def repeated(everything: list, register: pd.DataFrame, rules: Disclosure) -> list:
    """(b+)"""
    hidden = [(one, greedy(one[2], rules, {})) for one in everything]
    tables_of = {f"tbl-{NAMES[population]}-x-{by}": i for i, ((population, by, _), _) in enumerate(hidden)}
    while True:
        found = bounds(said_of(hidden, rules, rounded=False), register, 0)
        places = {
            (one.table, one.unit) for one in found if one.known(rules.minimum_respondents, rules.protection_width)
        }
        moved = False
        for table, unit in sorted(places):
            (_, _, data), away = hidden[tables_of[table]]
            row = np.flatnonzero((data["institution_id"] == unit).to_numpy() & ~away)
            if len(row):
                away[row[np.argmin(data["n"].to_numpy()[row])]] = True
                moved = True
        if not moved:
            return hidden


def said_of(hidden: list, rules: Disclosure, rounded: bool) -> list[Statement]:
    """What all reports say of all characteristics."""
    return [
        one
        for (population, by, data), away in hidden
        for one in statements(
            f"tbl-{NAMES[population]}-x-{by}", f"tbl-{NAMES[population]}-stand", data, away, rules, rounded
        )
    ]


WAYS = {
    "(a) threshold only": (threshold, False),
    "(b) threshold, greedy rows and columns": (greedy, False),
    "(b+) greedy until the attack finds nothing": (None, False),
    "(c) plan, rounded": (planned, True),
}


def statements(
    table: str, total: str, data: pd.DataFrame, hidden: np.ndarray, rules: Disclosure, rounded: bool
) -> Iterator[Statement]:
    """What all reports say of one characteristic."""
    for row, away in zip(data.itertuples(), hidden, strict=True):
        told = () if away or row.n < rules.minimum_respondents else shares(row, row.n, rules, rounded)
        n = None if away else float(row.n)
        yield Statement(row.institution_id, table, "own", row.category, n, "", away, (), told, row.category)
    for unit, own in data.groupby("institution_id"):
        n = float(own["n"].sum())
        mean = {name: (own[name] * own["n"]).sum() / n for name in ANSWERS}
        extremes = n < rules.extreme_shares_hidden_below and not all(0 < share < 1 for share in mean.values())
        if n >= rules.minimum_respondents and not extremes:
            told = shares(pd.Series(mean), n, rules, rounded)
            yield Statement(unit, total, "own", "totaal", n, "", False, (), told, "totaal")
    base = rules.benchmark_rounding if rounded else 1
    for group, n in data.groupby("category")["n"].sum().items():
        if n >= rules.minimum_respondents:
            told = float(to_multiples(np.array([float(n)]), base)[0])
            yield Statement("sector", table, "sector", group, told, "", False, (), (), group)


def shares(row: object, n: float, rules: Disclosure, rounded: bool) -> tuple[tuple[str, float, float], ...]:
    """Shares as they are told, with half their step."""
    step = rules.step(n) if rounded else 0.001
    return tuple((name, round(getattr(row, name) / step) * step, step / 2) for name in ANSWERS)


def main() -> None:
    edition = sys.argv[1] if len(sys.argv) > 1 else "nation"
    book = settings.load_settings()
    rules = book.disclosure
    register = tables.read_table(edition, "institutions")
    comparable = populations.members_of(populations.comparable_groups(edition, register))
    everything = list(cells(edition))
    print("| way | protected | complementary | cells shown (%) | respondents shown (%) | known exactly | within 5 "
          "| s to hide | s to attack |")  # fmt: skip
    print("|---|---:|---:|---:|---:|---:|---:|---:|---:|")
    for name, (way, rounded) in WAYS.items():
        start = time.perf_counter()
        if way is None:
            hidden = repeated(everything, register, rules)
        else:
            hidden = [(one, way(one[2], rules, comparable)) for one in everything]
        hide = time.perf_counter() - start
        first = sum(int(primary(data, rules).sum()) for (_, _, data), _ in hidden)
        other = sum(int((away & ~primary(data, rules)).sum()) for (_, _, data), away in hidden)
        total = sum(len(data) for (_, _, data), _ in hidden)
        people = sum(float(data["n"].sum()) for (_, _, data), _ in hidden)
        shown = sum(float(data["n"][~away].sum()) for (_, _, data), away in hidden)
        said = said_of(hidden, rules, rounded)
        start = time.perf_counter()
        found = bounds(said, register, rules.benchmark_rounding if rounded else 0)
        kinds = [one.known(rules.minimum_respondents, rules.protection_width) for one in found]
        attack = time.perf_counter() - start
        print(
            f"| {name} | {first} | {other} | {100 * (1 - (first + other) / total):.1f} | {100 * shown / people:.2f} "
            f"| {kinds.count('exact')} | {kinds.count('near')} | {hide:.1f} | {attack:.0f} |",
            flush=True,
        )


if __name__ == "__main__":
    main()
