"""Calling Snakemake, one stage at a time, and reading what failed."""

from __future__ import annotations

import fcntl
import json
import multiprocessing
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from helpers import paths
from helpers.errors import Failure, MonitorError
from helpers.files import MARKS, close
from helpers.warm import client, sockets

UNUSABLE = re.compile(rf"[{{}}\x00-\x1f]|{MARKS.pattern}")
"""What Snakemake takes for something else in the name of a folder, or what shows as another name."""
UNFINISHED = re.compile(r"\..+\.(\d+)(?:\.ipynb)?")
"""Under which name a process writes a file or folder of outputs, until it is whole."""
OF_JOBS = {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1", "PYTHONIOENCODING": "utf-8"}
"""Jobs run beside each other; none of them needs more than one thread. Whatever a terminal has, logs are in UTF-8."""


def run_stage(stage: str, edition: str, *, cores: int, units: Sequence[str] = ()) -> list[Failure]:
    """Run one stage of the workflow; jobs that do not depend on a failed one go on.

    Returns what failed (empty: all is well). Raises :class:`MonitorError` when Snakemake itself
    cannot start, with its own words, and ``KeyboardInterrupt`` when it was interrupted.
    """
    where = paths.EditionPaths(edition)
    wrong = [str(path) for path in (paths.ROOT, where.deliveries, where.outputs) if UNUSABLE.search(str(path))]
    if wrong:
        raise MonitorError(f"Give this folder a name without {{ }} or marks that cannot be seen: {wrong[0]!r}.")
    where.outputs.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as scratch:
        notes = Path(scratch) / "failures.jsonl"
        code = _snakemake(_command(stage, edition, where, cores, units), stage, notes)
        entries = _entries(notes)
    close(where.outputs / ".snakemake")  # it writes its own notes for everybody
    failures = [_failure(entry, where) for entry in entries if "rule" in entry]
    if code == 0:
        return []
    if not failures:
        words = [entry["message"] for entry in entries if "message" in entry]
        raise MonitorError("\n".join([f"The {stage} stage could not run.", *words]))
    return failures


def _command(stage: str, edition: str, where: paths.EditionPaths, cores: int, units: Sequence[str]) -> list[str]:
    return [
        stage,
        *("--snakefile", str(paths.ROOT / "Snakefile")),
        *("--directory", str(where.outputs)),
        *("--cores", str(cores)),
        *("--config", f"edition={edition}", f"units={' '.join(units)}"),
        *("--max-checksum-file-size", "4GB"),
        *("--logger", "miv"),
        *("--latency-wait", "0"),
        "--keep-going",
        "--rerun-incomplete",
        "--nolock",
    ]


def _snakemake(command: list[str], stage: str, notes: Path) -> int:
    """Run Snakemake in a fork of this process, so that its imports are paid for once and not per stage."""
    import snakemake.cli  # noqa: F401  (for the forks)

    environment = {"MIV_STAGE": stage, "MIV_FAILURES": str(notes), **OF_JOBS}
    process = multiprocessing.get_context("fork").Process(target=_in_fork, args=(command, environment))
    sys.stdout.flush()
    process.start()
    try:
        process.join()
    except KeyboardInterrupt:
        process.join()
        raise
    if process.exitcode == -signal.SIGINT:
        raise KeyboardInterrupt
    return process.exitcode or 0


def _in_fork(command: list[str], environment: dict[str, str]) -> None:
    from snakemake.cli import main

    os.environ.update(environment)
    main(command)


def _entries(notes: Path) -> list[dict]:
    if not notes.exists():
        return []
    return [json.loads(line) for line in notes.read_text(encoding="utf-8").splitlines()]


def _failure(entry: dict, where: paths.EditionPaths) -> Failure:
    """What a failed job says of itself: its error note if it left one, else the end of its log."""
    output = Path(entry["output"][0]) if entry["output"] else Path()
    note = output.with_name(f"{output.stem}.error.json")
    unit = output.parent.name if entry["rule"] in ("chapter", "report") else ""
    if note.is_file():
        found = json.loads(note.read_text(encoding="utf-8"))
        cell = str(found["cell"])
        return Failure(entry["rule"], unit, found["chapter"], cell, found["error"], found["open"])
    log = Path(entry["log"][0]) if entry["log"] else None
    lines = log.read_text(encoding="utf-8", errors="replace").strip().splitlines() if log and log.is_file() else []
    error = "\n".join(lines[-12:]) or "no message"
    return Failure(entry["rule"], unit, "", "", error, str(log or where.logs))


@contextmanager
def warm() -> Iterator[None]:
    """Keep a warm server for the stages inside; without Linux's process handles, jobs start by themselves.

    All that they keep for a while is in one folder, which goes afterwards; also when this process is killed, because
    the server then takes it away.
    """
    with sockets.scratch() as folder:
        if not hasattr(os, "pidfd_open"):
            yield
            return
        address = str(folder / "warm")
        environment = {**os.environ, **OF_JOBS, "JE_ARROW_MALLOC_CONF": "background_thread:false"}
        server = subprocess.Popen(
            [sys.executable, "-m", "helpers.warm.server", address],
            stdin=subprocess.PIPE,
            env=environment,
            start_new_session=True,
        )
        os.environ[client.ADDRESS] = address
        try:
            yield
        finally:
            del os.environ[client.ADDRESS]
            server.stdin.close()
            server.terminate()
            server.wait()


@contextmanager
def only_one(edition: str) -> Iterator[None]:
    """Hold the edition's outputs for this process; the lock falls with the process, also when it is killed."""
    folder = paths.EditionPaths(edition).outputs
    folder.mkdir(parents=True, exist_ok=True)
    with open(folder / ".lock", "w", encoding="utf-8") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise MonitorError(
                f"Another run is busy with edition '{edition}' ({folder}). Wait until it ends, or stop it."
            ) from None
        try:
            yield
        finally:
            _sweep(folder)


def _sweep(folder: Path) -> None:
    """Take away what killed jobs were writing: hidden names that end in the number of a process that is gone."""
    for path in list(folder.rglob(".*")):
        found = UNFINISHED.fullmatch(path.name)
        if found and not Path("/proc", found[1]).exists() and Path("/proc/self").exists():
            shutil.rmtree(path) if path.is_dir() else path.unlink(missing_ok=True)
