"""Attacks on published reports: what can be computed, recovered or named from the files that are handed over.

``python -m benchmarks.attack [edition] [--outputs FOLDER] [--before FOLDER] [--only N …] [--details N]``: reads
``outputs/<edition>/reports`` only (the register's public columns are outside knowledge; the microdata score what was
found) and prints a figure an attack, beside what chance gives or the goal is. ``--before``: the folder of an earlier
version of the edition, for what two versions tell. See ``benchmarks/README.md``.
"""

from __future__ import annotations

import argparse
import sys
import time
from pathlib import Path
from types import ModuleType

from benchmarks.attack import coordinates, names, precision, quantities, sets, smaller, sums, versions
from benchmarks.attack.bundles import Bundles, Found
from helpers import paths

ATTACKS = {1: quantities, 2: names, 3: coordinates, 4: precision, 5: sets, 6: versions, 7: sums, 8: smaller}


def main(arguments: list[str]) -> int:
    """Run the attacks and print what they found; 1 where there is nothing to attack."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.attack", description=__doc__)
    parser.add_argument("edition", nargs="?", default="nation")
    parser.add_argument("--outputs", type=Path, default=paths.outputs_root(), help="folder with one folder an edition")
    parser.add_argument("--before", type=Path, help="folder of an earlier version of the edition")
    parser.add_argument("--only", type=int, nargs="+", choices=sorted(ATTACKS), default=sorted(ATTACKS))
    parser.add_argument("--details", type=int, default=0, metavar="N", help="so many lines of what was found")
    given = parser.parse_args(arguments)
    bundles = Bundles(given.outputs, given.edition)
    if not bundles.units:
        print(f"There are no reports in {bundles.folder / 'reports'}: run `make report EDITION={given.edition}` first.")
        return 1
    before = Bundles(given.before.parent, given.before.name) if given.before else None
    print(f"{given.edition}: {len(bundles.units)} reports, {len(bundles.sheets)} tables\n")
    print("| attack | what | found | by chance, or the goal |\n|---|---|---|---|")
    for number in given.only:
        started = time.perf_counter()
        module = ATTACKS[number]
        for found in _attempt(module, bundles, before):
            _tell(found, given.details)
        print(f"{module.NAME}: {time.perf_counter() - started:.0f} s", file=sys.stderr)
    return 0


def _attempt(module: ModuleType, bundles: Bundles, before: Bundles | None) -> list[Found]:
    """What an attack finds; that it could not be done, where a file that it needs is not there."""
    try:
        return module.attack(bundles, before) if module is versions else module.attack(bundles)
    except FileNotFoundError as missing:
        return [Found(module.NAME, f"could not be done: there is no {missing.filename or missing}", "-", "-")]


def _tell(found: Found, details: int) -> None:
    print(f"| {found.attack} | {found.what} | {found.figure} | {found.goal} |", flush=True)
    for line in found.details[:details]:
        print(f"|   | {line} | | |")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
