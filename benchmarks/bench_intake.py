"""Intake of the national edition against a plain loop of read_sav and to_parquet over the same files.

``python benchmarks/bench_intake.py``: needs the national deliveries (``make prepare``). Each way runs in a process
of its own, so that its peak memory is its own (readers fork; the larger of parent and child counts); imports are
not timed. Ways are repeated in turn and the fastest of each counts.
"""

from __future__ import annotations

import json
import multiprocessing
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

from helpers import paths

REPEATS = 3
DELIVERIES = paths.EditionPaths("nation").deliveries


def plain() -> int:
    """What a script of five lines does; returns rows."""
    import pyreadstat

    rows = 0
    with tempfile.TemporaryDirectory() as folder:
        for path in sorted(DELIVERIES.glob("*.sav")):
            frame, _ = pyreadstat.read_sav(str(path))
            frame.to_parquet(Path(folder) / f"{path.stem}.parquet")
            rows += len(frame)
    return rows


def intake(keys: Callable[[object], bool], gate: bool, together: int = 1) -> int:
    """Intake with all checks, ``together`` sources at a time (the workflow: one a core); returns rows."""
    import pyreadstat  # noqa: F401  (not timed in the plain loop either)

    from helpers import ingest
    from helpers.sources import load_sources

    sources = [source.source for source in load_sources() if keys(source)]
    if together == 1:
        for key in sources:
            ingest.ingest_source("nation", key)
    else:
        with ProcessPoolExecutor(together, multiprocessing.get_context("fork")) as pool:
            list(pool.map(ingest.ingest_source, ["nation"] * len(sources), sources))
    if gate:
        ingest.gate("nation")
    data = paths.EditionPaths("nation").data
    return sum(json.loads((data / f"{key}{ingest.NOTE}").read_text(encoding="utf-8"))["rows"] for key in sources)


def only_sav(source) -> bool:
    """Sources that are delivered as .sav, the ones that the plain loop reads."""
    files = source.files(paths.EditionPaths("nation"))
    return bool(files) and all(path.suffix == ".sav" for path in files)


WAYS = {
    "plain loop over the .sav files": plain,
    "intake of the same files, all checks": lambda: intake(only_sav, gate=False),
    "the same, two sources at a time, as the workflow does": lambda: intake(only_sav, gate=False, together=2),
    "intake of all deliveries, two at a time, with the checks across files": lambda: intake(
        lambda source: True, gate=True, together=2
    ),
}


def run_here(way: str) -> None:
    """Time one way and print what it took."""
    import pandas  # noqa: F401
    import pyarrow.parquet  # noqa: F401
    import pyreadstat  # noqa: F401

    from helpers import ingest  # noqa: F401

    started = time.perf_counter()
    rows = WAYS[way]()
    seconds = time.perf_counter() - started
    peak = max(resource.getrusage(who).ru_maxrss for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    print(json.dumps({"rows": rows, "seconds": seconds, "megabytes": peak / 1024}))


def again(root: str) -> tuple[float, int]:
    """Seconds of a second `intake` of deliveries that did not change, and how many sources it read."""
    environment = {**os.environ, "MIV_OUTPUTS": root}
    command = [sys.executable, "-m", "helpers.run", "intake", "--edition", "nation"]
    subprocess.run(command, env=environment, check=True, capture_output=True)
    notes = {path: path.stat().st_mtime_ns for path in Path(root).glob("nation/data/*.problems.json")}
    started = time.perf_counter()
    subprocess.run(command, env=environment, check=True, capture_output=True)
    seconds = time.perf_counter() - started
    return seconds, sum(path.stat().st_mtime_ns != stamp for path, stamp in notes.items())


def main() -> None:
    if not DELIVERIES.is_dir():
        sys.exit("There are no national deliveries: run `make prepare` first.")
    best: dict[str, dict] = {}
    with tempfile.TemporaryDirectory() as root:
        for _ in range(REPEATS):
            for way in WAYS:
                done = subprocess.run(
                    [sys.executable, __file__, way],
                    env={**os.environ, "MIV_OUTPUTS": root},
                    check=True,
                    capture_output=True,
                    text=True,
                )
                found = json.loads(done.stdout.splitlines()[-1])
                if way not in best or found["seconds"] < best[way]["seconds"]:
                    best[way] = found
        seconds, read = again(root)
    base = best["plain loop over the .sav files"]["seconds"]
    print("| way | rows | seconds | rows/s | ratio | peak MB |\n|---|---:|---:|---:|---:|---:|")
    for way, found in best.items():
        print(
            f"| {way} | {found['rows']:,} | {found['seconds']:.1f} | {found['rows'] / found['seconds']:,.0f} "
            f"| {found['seconds'] / base:.2f} | {found['megabytes']:.0f} |"
        )
    print(f"Again without a change, the whole command: {seconds:.1f} s, {read} sources read.")


if __name__ == "__main__":
    run_here(sys.argv[1]) if len(sys.argv) > 1 else main()
