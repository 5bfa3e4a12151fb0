"""Damaged files for the readers: ``python tests/fuzz.py 1000`` gives a table of what came of them.

Each case runs in a child process, so that a crash or a hang inside a library is seen and told, not suffered.
"""

from __future__ import annotations

import collections
import os
import pickle
import select
import signal
import sys
import tempfile
import warnings
from pathlib import Path

import numpy as np

from helpers.errors import MonitorError
from helpers.ingest import readers

sys.path.insert(0, str(Path(__file__).parent))
import samples

SECONDS = 30
"""Longer than this is a hang."""

OUTCOMES = (
    "clear error",
    "column missing",
    "same shape",
    "told in doubt",
    "whole lines lost",
    "WRONG",
    "CRASH",
    "HANG",
)


def damage(content: bytes, kind: str, rng: np.random.Generator) -> bytes:
    """A truncated or bit-flipped copy."""
    if kind == "truncated":
        return content[: int(rng.integers(0, len(content)))]
    changed = bytearray(content)
    for place in rng.integers(0, len(content), int(rng.integers(1, 4))):
        changed[place] ^= 1 << int(rng.integers(0, 8))
    return bytes(changed)


def outcome(path: Path, whole: list[str], rows: int, damaged: bytes) -> str:
    """What a reader made of a damaged file; any other exception than a clear error is a crash."""
    path.write_bytes(damaged)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            delivered = readers.read(path, path.name)
    except MonitorError as error:
        assert path.name in str(error)
        return "clear error"
    columns = [str(column) for column in delivered.frame.columns]
    if len(set(whole) - set(columns)) > 0:
        return "column missing"  # which intake refuses: the crosswalk expects it
    if delivered.frame.shape == (rows, len(whole)):
        return "same shape"
    if delivered.doubts:
        return "told in doubt"
    # a text file that ends between two lines is a whole file, only shorter: a checksum of the sender tells
    return "whole lines lost" if path.suffix == ".csv" and damaged.endswith(b"\n") else "WRONG"


def run(sample: Path, kind: str, count: int, seed: int = 0) -> collections.Counter:
    """Outcomes of ``count`` damaged copies of a file."""
    content = sample.read_bytes()
    frame = readers.read(sample, sample.name).frame
    whole = [str(column) for column in frame.columns]
    rng = np.random.default_rng([seed, count, len(sample.suffix)])
    cases = [damage(content, kind, rng) for _ in range(count)]
    results: collections.Counter = collections.Counter()
    done = 0
    while done < count:
        found, ended = _batch(cases[done:], whole, len(frame), sample.suffix)
        results.update(found)
        done += len(found)
        if ended is not None:
            results[ended] += 1
            done += 1
    return results


def _batch(cases: list[bytes], whole: list[str], rows: int, suffix: str) -> tuple[list[str], str | None]:
    """Outcomes until the child ended, and how if it ended badly."""
    receive, send = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(receive)
        with tempfile.TemporaryDirectory() as folder, os.fdopen(send, "wb") as channel:
            for number, case in enumerate(cases):
                word = outcome(Path(folder) / f"case{number}{suffix}", whole, rows, case)
                (Path(folder) / f"case{number}{suffix}").unlink(missing_ok=True)
                pickle.dump(word, channel)
                channel.flush()
        os._exit(0)
    os.close(send)
    words: list[str] = []
    with os.fdopen(receive, "rb") as channel:
        while len(words) < len(cases):
            ready, _, _ = select.select([channel], [], [], SECONDS)
            if not ready:
                os.kill(child, signal.SIGKILL)
                os.waitpid(child, 0)
                return words, "HANG"
            try:
                words.append(pickle.load(channel))
            except EOFError:
                os.waitpid(child, 0)
                return words, "CRASH"
    os.waitpid(child, 0)
    return words, None


def main(count: int) -> int:
    """Print the table; 1 if a reader crashed, hung, or lost rows in silence."""
    bad = 0
    with tempfile.TemporaryDirectory() as folder:
        print("| format | damage |", " | ".join(OUTCOMES), "|")
        print("|---|---|" + "---:|" * len(OUTCOMES))
        for name, sample in samples.every(Path(folder)).items():
            for kind in ("truncated", "bit-flipped"):
                found = run(sample, kind, count)
                print(f"| {name} | {kind} |", " | ".join(str(found[word]) for word in OUTCOMES), "|", flush=True)
                bad += found["WRONG"] + found["CRASH"] + found["HANG"]
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]) if len(sys.argv) > 1 else 100))
