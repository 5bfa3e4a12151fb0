"""The plan of what is hidden, audited by an engine of others: the intervals of Tau-Argus (``pytauargus``).

It reads the linear problem in its own format (JJ): cells with their values and status, and sums that a reader knows. So
linked tables and rounded sums over institutions go in as they are. Not a dependency: these run where it is installed.
"""

import numpy as np
import pandas as pd
import pytest

from helpers import characteristics, settings
from helpers.analyse import populations
from helpers.disclosure import plan, suppress

_tauargus = pytest.importorskip(
    "pytauargus._tauargus",
    reason="pytauargus is not installed: pip install pytauargus, to audit the plan with Tau-Argus",
)
MOST = 10**7


def audited(folder, system, hidden):
    """Smallest and largest value of every hidden cell, by Tau-Argus: an array of (cells, 2), NaN where it is shown.

    A sum that is known within limits gets one cell more, hidden, for what it is off.
    """
    cells = [
        (count, "s", count, count) if not hid else (count, "u" if aim else "m", low, min(high, MOST))
        for count, hid, aim, low, high in zip(
            system.counts, hidden, system.protected, system.low, system.high, strict=True
        )
    ]
    lines = []
    for each in system.sums:
        terms = [(cell, 1) for cell in each.cells]
        total = float(sum(system.counts[cell] for cell in each.cells))
        cells.append((total, "s", total, total))
        terms.append((len(cells) - 1, -1))
        if each.below or each.above:
            cells.append((MOST, "m", MOST - each.above, MOST + each.below))  # what the sum is off, above a great number
            cells.append((MOST, "s", MOST, MOST))
            terms += [(len(cells) - 2, 1), (len(cells) - 1, -1)]
        lines.append(f"0.0 {len(terms)} : " + " ".join(f"{cell} ({sign})" for cell, sign in terms))
    told = [f"{i} {value} 1 {status} {low} {high} 0 0 0" for i, (value, status, low, high) in enumerate(cells)]
    path = folder / "plan.jj"
    path.write_text("\n".join(["0", str(len(told)), *told, str(len(lines)), *lines]) + "\n", encoding="utf-8")
    found = np.full((len(system.counts), 2), np.nan)
    for row in _tauargus.audit_jj(str(path)):
        if row["cell"] < len(found):
            found[row["cell"]] = row["min"], row["max"]
    return found


def test_the_engine_finds_what_a_margin_leaves(tmp_path):
    counts = np.array([3.0, 12.0, 25.0])
    hidden = np.array([True, True, False])
    system = suppress.System.of(counts, hidden, 10, cost=counts, width=5, sums=[suppress.Sum((0, 1, 2))])
    assert audited(tmp_path, system, hidden)[:2] == pytest.approx(np.array([[1, 14], [1, 14]]))
    alone = np.array([True, False, False])
    assert audited(tmp_path, system, alone)[0] == pytest.approx([3, 3])


def test_a_rounded_sum_leaves_its_step(tmp_path):
    counts = np.array([8.0, 30.0])
    hidden = np.array([True, False])
    system = suppress.System.of(counts, hidden, 10, cost=counts, width=5, sums=[suppress.Sum((0, 1), 2.0, 4.0)])
    assert audited(tmp_path, system, hidden)[0] == pytest.approx([6, 12])


@pytest.mark.parametrize("population", ["students", "staff"])
def test_the_plan_keeps_its_width_against_the_engine(world, population, tmp_path):
    _check("small", population, tmp_path)


@pytest.mark.nation
@pytest.mark.parametrize("population", ["students", "staff"])
def test_the_plan_of_all_institutions_keeps_its_width_against_the_engine(nation, population, tmp_path):
    _check(nation, population, tmp_path)


def _check(edition, population, folder):
    rows, register = populations.read(edition, population)
    if "wave" in rows:
        rows = rows[rows["wave"] == rows["wave"].max()].reset_index(drop=True)
    rules = settings.load_settings().disclosure_for(population)
    comparable = populations.group_members(populations.comparable_groups(register, rows))
    seen = 0
    for by in characteristics.load().of(population):
        cells = populations.own_cells(rows, by).reset_index(drop=True)
        chosen = plan.protect(cells, comparable, rules, characteristics.MISSING)
        keys = ["institution_id", "category"]
        hidden = pd.MultiIndex.from_frame(cells[keys]).isin(pd.MultiIndex.from_frame(chosen[keys]))
        first = plan.primary(cells, rules, characteristics.MISSING)
        system = plan._system(
            cells, first, (cells["category"] == characteristics.MISSING).to_numpy(), comparable, rules
        )
        found = audited(folder, system, hidden)
        wide = (found[:, 1] - found[:, 0])[system.protected]
        assert (wide >= rules.protection_width - 1e-6).all(), f"{by}: {cells[system.protected & (wide.min() == wide)]}"
        ours = suppress.widths(system, hidden)
        small = np.minimum(ours, MOST) < MOST / 2
        assert wide[small] == pytest.approx(ours[small], abs=1e-3)
        seen += int(hidden.sum())
    assert seen
