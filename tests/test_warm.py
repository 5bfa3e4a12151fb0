"""Warm jobs give what cold jobs give, and clean up after themselves."""

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest
from conftest import front_environment
from ports import Watch

from helpers import paths

CLIENT = [sys.executable, "-I", "-S", str(paths.ROOT / "src/helpers/warm/client.py")]
pytestmark = pytest.mark.skipif(not hasattr(os, "pidfd_open"), reason="forked jobs need Linux")


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    address = str(tmp_path_factory.mktemp("warm") / "socket")
    environment = {
        **front_environment(tmp_path_factory.mktemp("root")),
        "OPENBLAS_NUM_THREADS": "1",
        "JE_ARROW_MALLOC_CONF": "background_thread:false",
    }
    process = subprocess.Popen(
        [sys.executable, "-m", "helpers.warm.server", address], stdin=subprocess.PIPE, env=environment
    )
    until = time.monotonic() + 60
    while not Path(address).exists() and time.monotonic() < until:
        time.sleep(0.05)
    yield address
    process.stdin.close()
    assert process.wait(timeout=30) == 0


def job(root, *words, address=None):
    environment = front_environment(root, **({"MIV_WARM": address} if address else {}))
    return subprocess.run([*CLIENT, *words], env=environment, capture_output=True, text=True, check=False)


def test_a_warm_chapter_is_equal_to_a_cold_one_to_the_byte(ready, server):
    results = []
    for address in (None, server):
        done = job(ready, "helpers.execute", "small", "99AB", "3-institutions-role", address=address)
        assert done.returncode == 0, done.stderr
        folder = ready / "outputs/small/units/99AB"
        files = [*folder.glob("3-institutions-role.*"), *sorted((folder / "figures").iterdir())]
        assert folder / "3-institutions-role.reads.json" in files
        results.append({path.name: path.read_bytes() for path in files})
    assert results[0] == results[1]


@pytest.mark.skipif(not Path("/proc/net/tcp").exists(), reason="reads Linux's /proc")
def test_no_port_listens_while_a_warm_chapter_runs(ready, server):
    with Watch(server_process(server)) as watch:
        done = job(ready, "helpers.execute", "small", "99AB", "0-picture", address=server)
    assert done.returncode == 0, done.stderr
    assert watch.looks > 5
    assert watch.found == set()


def server_process(address):
    """The process that was started for this socket."""
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit() and address in (entry / "cmdline").read_text(errors="replace").split("\0"):
            return int(entry.name)
    raise AssertionError(f"no server at {address}")


def test_exit_code_and_words_of_a_failing_job_come_back(ready, server):
    done = job(ready, "helpers.render", "small", "98ZZ", address=server)
    assert done.returncode == 1
    assert done.stderr.strip()
    assert "Traceback" not in done.stderr


def test_a_job_ends_when_its_client_goes_away(ready, server):
    environment = front_environment(ready, MIV_WARM=server)
    client = subprocess.Popen([*CLIENT, "helpers.execute", "small", "99AA", "1-student-safety"], env=environment)
    folder = ready / "outputs/small/units/99AA"
    until = time.monotonic() + 30
    while not list(folder.glob("figures/*")) and time.monotonic() < until:
        time.sleep(0.05)
    client.kill()
    client.wait()
    time.sleep(1.5)
    assert not (folder / "1-student-safety.ipynb").exists()


def test_without_a_server_a_job_starts_by_itself(ready, tmp_path):
    done = job(ready, "helpers.ingest", "gate", "small", address=str(tmp_path / "nobody"))
    assert done.returncode == 0, done.stderr
