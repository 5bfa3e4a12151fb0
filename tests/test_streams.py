"""What a process says reaches whom it can: on a terminal with other letters, or where nobody listens any more."""

import os
import subprocess
import sys

import pytest
from conftest import ENVIRONMENT, front_environment

SAYS = f"import helpers, sys; print({ascii('één — 😀')}); print('twee', file=sys.stderr); sys.exit(0)"


def said(command, **environment):
    kept = {key: value for key, value in ENVIRONMENT.items() if not key.startswith(("PYTHON", "LC_", "LANG"))}
    return subprocess.run(
        [sys.executable, "-c", command], env={**kept, **environment}, capture_output=True, check=False
    )


@pytest.mark.parametrize(
    ("environment", "words"),
    [
        ({"PYTHONIOENCODING": "ascii"}, rb"\xe9\xe9n \u2014 \U0001f600"),
        ({"PYTHONIOENCODING": "ascii:strict"}, rb"\xe9\xe9n \u2014 \U0001f600"),
        ({"PYTHONIOENCODING": "iso-8859-1"}, b"\xe9\xe9n " + rb"\u2014 \U0001f600"),
        ({"PYTHONIOENCODING": "cp1252"}, b"\xe9\xe9n \x97 " + rb"\U0001f600"),
        ({"LC_ALL": "C", "PYTHONCOERCECLOCALE": "0", "PYTHONUTF8": "0"}, rb"\xe9\xe9n \u2014 \U0001f600"),
        ({"LC_ALL": "C.UTF-8"}, "één — 😀".encode()),
        ({"PYTHONIOENCODING": "utf-8", "PYTHONUNBUFFERED": "1"}, "één — 😀".encode()),
    ],
)
def test_letters_that_a_terminal_lacks(environment, words):
    done = said(SAYS, **environment)
    assert (done.returncode, done.stdout.strip(), done.stderr.strip()) == (0, words, b"twee")


@pytest.mark.parametrize("which", ["stdout", "stderr", "both"])
@pytest.mark.parametrize("unbuffered", ["", "1"])
def test_a_listener_that_went_away_ends_nothing(which, unbuffered):
    read, write = os.pipe()
    os.close(read)
    channels = {name: write if which in (name, "both") else subprocess.PIPE for name in ("stdout", "stderr")}
    says = "print('a' * 9999, flush=True); print('b', file=sys.stderr)"
    code = f"import helpers, sys\nfor number in range(9): {says}\nsys.exit(7)"
    environment = {**ENVIRONMENT, "PYTHONUNBUFFERED": unbuffered}
    done = subprocess.run([sys.executable, "-c", code], env=environment, check=False, **channels)
    os.close(write)
    assert done.returncode == 7
    assert done.stderr in (None, b"b\n" * 9)


@pytest.mark.parametrize("closed", ["0<&-", "1>&-", "2>&-", "0<&- 1>&- 2>&-"])
def test_a_channel_that_is_not_there_is_never_a_file(tmp_path, closed):
    target = tmp_path / "x"
    opens = f"f = open({str(target)!r}, 'w'); assert f.fileno() > 2"
    code = f"import helpers, os; print('x', flush=True); {opens}; os.system('echo y')"
    done = subprocess.run(["sh", "-c", f'exec "$0" -c "$1" {closed}', sys.executable, code], check=False)
    assert done.returncode == 0
    assert target.read_text() == ""


def test_streams_that_somebody_else_put_there_stay(monkeypatch):
    import io

    from helpers import streams

    mine = io.StringIO()
    monkeypatch.setattr(sys, "stdout", mine)
    streams.settle()
    assert sys.stdout is mine


def test_an_accepted_intake_stays_accepted(world):
    """Its verdict has a dash, and ``head`` leaves after the first line."""
    words = [sys.executable, "-m", "helpers.run", "intake", "--edition", "small"]
    environment = front_environment(world, PYTHONIOENCODING="ascii:strict")
    done = subprocess.run(words, env=environment, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    assert r"geaccepteerd \u2014 12 bronnen" in done.stdout
    read, write = os.pipe()
    os.close(read)
    done = subprocess.run(words, env=environment, stdout=write, stderr=subprocess.PIPE, text=True, check=False)
    os.close(write)
    assert (done.returncode, done.stderr) == (0, "")
