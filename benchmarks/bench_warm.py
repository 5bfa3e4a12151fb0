"""One chapter by the warm server against the same chapter in a Python of its own, in one run.

``python benchmarks/bench_warm.py``; works on a copy of the small world (`make small`). The first warm chapter waits
for the server's imports.
"""

import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from helpers import paths

JOB = ("helpers.execute", "small", "99AB", "1-student-safety")
REPEATS = 5


def run(address: str | None) -> float:
    """Seconds of one chapter through the client."""
    client = [sys.executable, "-I", "-S", str(paths.ROOT / "src/helpers/warm/client.py"), *JOB]
    environment = {**os.environ, **({"MIV_WARM": address} if address else {})}
    start = time.perf_counter()
    subprocess.run(client, env=environment, check=True, capture_output=True)
    return time.perf_counter() - start


def main() -> None:
    """Time both."""
    with tempfile.TemporaryDirectory() as folder:
        shutil.copytree(paths.EditionPaths("small").outputs, Path(folder) / "outputs" / "small")
        os.environ["MIV_OUTPUTS"] = str(Path(folder) / "outputs")
        address = str(Path(folder) / "socket")
        environment = {**os.environ, "OPENBLAS_NUM_THREADS": "1", "JE_ARROW_MALLOC_CONF": "background_thread:false"}
        server = subprocess.Popen(
            [sys.executable, "-m", "helpers.warm.server", address], stdin=subprocess.PIPE, env=environment
        )
        while not Path(address).exists():
            time.sleep(0.05)
        start = time.perf_counter()
        run(address)
        first = time.perf_counter() - start
        warm = sorted(run(address) for _ in range(REPEATS))[REPEATS // 2]
        cold = sorted(run(None) for _ in range(REPEATS))[REPEATS // 2]
        server.stdin.close()
        server.wait()
    print(f"one chapter: cold {cold:.2f} s, warm {warm:.2f} s, ratio {cold / warm:.1f} (first warm one {first:.2f} s)")


if __name__ == "__main__":
    main()
