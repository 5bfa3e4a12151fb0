"""Set-up on machines that lack something: one clear line, and nothing half made that poses as finished."""

import importlib
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from helpers import paths

FILES = ("requirements.txt", "pyproject.toml", "scripts/setup.py", "scripts/check_environment.py", "Makefile")


@pytest.fixture
def machine(tmp_path):
    """A copy of the project on a machine with only the commands that a test puts there."""
    root = tmp_path / "project"
    for name in FILES:
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(paths.ROOT / name, root / name)
    commands = tmp_path / "bin"
    commands.mkdir()

    def command(name: str, script: str) -> None:
        path = commands / name
        path.write_text(f"#!/bin/sh\n{script}\n")
        path.chmod(0o755)

    def run(**more: str) -> subprocess.CompletedProcess:
        environment = {"PATH": str(commands), "HOME": str(tmp_path), **more}
        return subprocess.run(
            [sys.executable, str(root / "scripts/setup.py")],
            env=environment,
            capture_output=True,
            text=True,
            stdin=subprocess.DEVNULL,
            check=False,
        )

    run.root, run.command = root, command
    return run


def r_with(command, *missing):
    """An R that has its headers, and all packages but these."""
    command("Rscript", f"echo '{' '.join(missing)}'")
    command("R", f"echo -I{Path('/usr/share/R/include')}")
    command("gcc", "exit 0")


def told(done):
    assert done.returncode == 1
    assert "Traceback" not in done.stderr
    (line,) = done.stderr.strip().splitlines()
    assert line.startswith("Set-up stopped: ")
    return line


def test_no_r_and_no_package_manager(machine):
    line = told(machine())
    assert "missing: R." in line
    assert "conda env create -f environment.yml" in line


@pytest.mark.skipif(os.geteuid() != 0, reason="only root installs without sudo")
def test_r_that_stays_half_installed(machine):
    r_with(machine.command, "lmerTest")
    machine.command("apt-get", "exit 100")
    machine.command("env", 'shift; exec "$@"')
    line = told(machine())
    assert "half installed; still missing: lmerTest" in line
    assert "apt-get install -y --no-install-recommends r-base-core" in line


def test_no_rights(machine, monkeypatch):
    machine.command("apt-get", "exit 0")
    script = machine.root / "scripts/setup.py"
    script.write_text(script.read_text().replace("os.geteuid() == 0", "False"))
    line = told(machine())
    assert "You have no rights to install it: ask for `sudo apt-get install" in line
    assert "or use conda" in line


@pytest.mark.skipif(not Path("/usr/share/R/include/R.h").is_file(), reason="needs R's headers")
def test_no_network(machine):
    r_with(machine.command)
    line = told(machine(PIP_INDEX_URL="http://127.0.0.1:9/simple", PIP_NO_CACHE_DIR="1", PIP_RETRIES="0"))
    assert "the package registry cannot be reached" in line
    assert not (machine.root / ".setup/stamp.json").exists()


def test_another_python(machine):
    script = machine.root / "scripts/setup.py"
    script.write_text(script.read_text().replace("SUPPORTED = (3, 11)", "SUPPORTED = (3, 99)"))
    line = told(machine())
    assert "and the project runs on python3.99: install it" in line


def set_up(machine, monkeypatch):
    """The machine's own copy of the script, as a module."""
    monkeypatch.syspath_prepend(str(machine.root / "scripts"))
    monkeypatch.delitem(sys.modules, "setup", raising=False)
    return importlib.import_module("setup")


def test_the_venv_is_never_made_with_its_own_python(machine, monkeypatch):
    script = set_up(machine, monkeypatch)
    monkeypatch.setattr(script, "VENV", Path(sys.prefix))
    assert not Path(script.find_python()).is_relative_to(sys.prefix)


def test_a_first_set_up_that_brings_r_is_not_made_again(machine, monkeypatch):
    script = set_up(machine, monkeypatch)
    made = []

    def bring_r(base):
        r_with(machine.command)

    def make_venv(base):
        made.append(base)
        script.VENV_PYTHON.parent.mkdir(parents=True)
        script.VENV_PYTHON.touch()

    monkeypatch.setenv("PATH", str(machine.root.parent / "bin"))
    monkeypatch.setattr(script, "ensure_system", bring_r)
    monkeypatch.setattr(script, "make_venv", make_venv)
    monkeypatch.setattr(script, "active_environment", lambda: None)
    script.prepare()
    script.prepare()
    assert len(made) == 1


def test_an_activated_environment_that_lacks_something_is_not_used(machine, tmp_path):
    home = tmp_path / "conda"
    (home / "bin").mkdir(parents=True)
    (home / "bin/python").symlink_to(sys.executable)
    done = machine(CONDA_PREFIX=str(home))
    assert f"the activated environment {home} is not used: " in done.stdout
    assert done.returncode == 1  # and then R is looked for


def test_an_environment_that_has_everything_is_used(tmp_path):
    check = subprocess.run(
        [sys.executable, str(paths.ROOT / "scripts/check_environment.py")], capture_output=True, text=True, check=False
    )
    assert check.stdout.strip() == "all there"
    assert check.returncode == 0
