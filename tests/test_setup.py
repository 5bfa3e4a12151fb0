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


@pytest.fixture
def checkout(machine, monkeypatch):
    """The machine's copy as a checkout of git, set up already: its script, and a function that runs git in it."""
    for name in ("guard.py", "contents.py", "drawings.py", "respondents.py"):
        shutil.copyfile(paths.ROOT / "scripts" / name, machine.root / "scripts" / name)
    monkeypatch.setenv("HOME", str(machine.root.parent))
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", str(machine.root.parent / "gitconfig"))
    for name in [name for name in os.environ if name.startswith("GIT_") and name != "GIT_CONFIG_GLOBAL"]:
        monkeypatch.delenv(name)

    def git(*words, folder=machine.root):
        identity = ("-c", "user.name=x", "-c", "user.email=x@localhost")
        return subprocess.run(["git", *identity, *words], cwd=folder, capture_output=True, text=True, check=False)

    script = set_up(machine, monkeypatch)
    monkeypatch.setattr(script, "prepare", lambda: sys.executable)
    script.folder, script.run_git = machine.root, git
    return script


DATA = "".join(f"{number % 5},{number % 3},{number % 2}\n" for number in range(100))


def refused(checkout, folder):
    """Whether a commit of respondents is refused there, and another one is not."""
    (folder / "a.md").write_text("a page\n")
    checkout.run_git("add", "a.md", folder=folder)
    well = checkout.run_git("commit", "-qm", "well", folder=folder)
    assert well.returncode == 0, well.stderr
    (folder / "x.md").write_text(DATA)
    checkout.run_git("add", "-f", "x.md", folder=folder)
    done = checkout.run_git("commit", "-qm", "data", folder=folder)
    checkout.run_git("rm", "-qf", "x.md", folder=folder)
    assert (done.returncode != 0) == ("x.md: holds 100 records" in done.stdout + done.stderr)
    return done.returncode != 0


def test_set_up_installs_the_guard_as_a_hook(checkout, capsys):
    checkout.run_git("init", "-q")
    assert not refused(checkout, checkout.folder)
    assert checkout.main() == 0
    hook = checkout.folder / ".git/hooks/pre-commit"
    assert os.access(hook, os.X_OK)
    assert refused(checkout, checkout.folder)
    before = hook.stat().st_mtime_ns
    checkout.main()
    assert hook.stat().st_mtime_ns == before
    hook.write_text(f"#!/bin/sh\n# {checkout.OURS}, long ago\n")
    checkout.main()
    assert hook.read_text() == checkout.HOOK
    assert capsys.readouterr().out == ""


def test_the_hook_holds_in_a_worktree(checkout):
    checkout.run_git("init", "-q")
    checkout.run_git("add", "scripts")
    checkout.run_git("commit", "-qm", "start")
    other = checkout.folder.parent / "other tree"
    assert checkout.run_git("worktree", "add", "-q", "--detach", str(other)).returncode == 0
    checkout.main()
    assert refused(checkout, other)


def test_somebodys_own_hook_is_left_and_that_is_told(checkout, capsys):
    checkout.run_git("init", "-q")
    hook = checkout.folder / ".git/hooks/pre-commit"
    hook.parent.mkdir(exist_ok=True)
    hook.write_text("#!/bin/sh\nexit 0\n")
    checkout.main()
    assert hook.read_text() == "#!/bin/sh\nexit 0\n"
    assert "pre-commit is your own and is left as it is; let it run" in capsys.readouterr().out
    hook.write_text('#!/bin/sh\n"$(cat .setup/python)" scripts/guard.py --staged\n')
    checkout.main()
    assert capsys.readouterr().out == ""


def test_hooks_in_a_folder_that_git_was_told_of(checkout, capsys):
    checkout.run_git("init", "-q")
    checkout.run_git("config", "core.hooksPath", "tools/hooks")
    checkout.main()
    assert (checkout.folder / "tools/hooks/pre-commit").read_text() == checkout.HOOK
    assert not (checkout.folder / ".git/hooks/pre-commit").exists()
    assert refused(checkout, checkout.folder)


def test_hooks_of_all_projects_are_left_and_that_is_told(checkout, capsys):
    checkout.run_git("init", "-q")
    everywhere = checkout.folder.parent / "hooks"
    checkout.run_git("config", "--global", "core.hooksPath", str(everywhere))
    checkout.main()
    assert not everywhere.exists()
    assert f"yours for all projects are in {everywhere}" in capsys.readouterr().out


@pytest.mark.parametrize("around", [False, True])
def test_a_folder_that_is_no_checkout(checkout, capsys, around):
    """Nor one that was unpacked within the checkout of another project."""
    if around:
        checkout.run_git("init", "-q", folder=checkout.folder.parent)
    assert checkout.main() == 0
    assert not (checkout.folder.parent / ".git/hooks/pre-commit").exists()
    assert not (checkout.folder / ".git").exists()
    assert capsys.readouterr().out == ""


def test_a_hook_that_cannot_run_lets_nothing_through(checkout):
    checkout.run_git("init", "-q")
    checkout.main()
    (checkout.folder / ".setup/python").unlink()
    (checkout.folder / "a.md").write_text("a page\n")
    checkout.run_git("add", "a.md")
    done = checkout.run_git("commit", "-qm", "x")
    assert done.returncode != 0
    assert "Do 'make setup' first." in done.stderr
