"""Make the machine ready, once: R with its packages, Python's headers, and a .venv of what requirements.txt pins.

Called by every target of the Makefile; when nothing changed it returns at once. Only the standard library, and
no syntax newer than Python 3.8, so that a wrong Python gets a message instead of a syntax error.

The interpreter to use is written to .setup/python: that of an activated conda or virtual environment if it has
all pinned versions, else .venv/bin/python. What the installers said is in .setup/log.txt.
"""

import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
STATE = ROOT / ".setup"
VENV = ROOT / ".venv"
SUPPORTED = (3, 11)
R_PACKAGES = ("lme4", "lmerTest", "emmeans", "mlmRev", "survey")
"""What models need, and two against which the tests hold our statistics (data of textbooks; survey statistics)."""
R_DEBIAN = (
    "r-base-core",
    "r-base-dev",
    "r-cran-lme4",
    "r-cran-lmertest",
    "r-cran-emmeans",
    "r-cran-mlmrev",
    "r-cran-survey",
)
CONDA_WAY = "or use conda: conda env create -f environment.yml && conda activate miv"
UNREACHABLE = re.compile(
    r"name resolution|Name or service not known|NewConnectionError|Network is unreachable|Max retries exceeded"
    r"|Connection refused|timed out|Could not resolve|Failed to fetch|No matching distribution found",
    re.IGNORECASE,
)


class SetupError(Exception):
    """Something a person has to do; the message is one line and says what."""


def main():
    """Set up what is missing; returns the exit code."""
    for stream in (sys.stdout, sys.stderr):
        stream.reconfigure(errors="backslashreplace")  # a folder's name may have a letter that the terminal lacks
    try:
        python = prepare()
    except SetupError as error:
        print(f"Set-up stopped: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("\nSet-up interrupted; run the same command to go on.", file=sys.stderr)
        return 130
    STATE.mkdir(exist_ok=True)
    write(STATE / "python", str(python))
    install_hook()
    return 0


def prepare():
    """Path of an interpreter that has everything; raises SetupError."""
    active = active_environment()
    if active is not None:
        return active
    stamp = STATE / "stamp.json"
    if VENV_PYTHON.is_file() and stamp.is_file() and json.loads(stamp.read_text()) == fingerprint():
        return VENV_PYTHON
    base = find_python()
    STATE.mkdir(exist_ok=True)
    (STATE / "log.txt").write_text("")
    if stamp.is_file():
        stamp.unlink()  # from here on the environment is unfinished until the stamp is back
    ensure_system(base)
    make_venv(base)
    write(stamp, json.dumps(fingerprint()))  # only now: R may have come with it
    return VENV_PYTHON


VENV_PYTHON = VENV / "bin" / "python"


HOOK = """#!/bin/sh
# Nothing confidential goes into git (scripts/guard.py). Written by scripts/setup.py, which renews it.
root=$(git rev-parse --show-toplevel) && cd "$root" || exit 1
for state in .setup "$(git rev-parse --git-common-dir)/../.setup"; do
    python=$(cat "$state/python" 2>/dev/null) && [ -x "$python" ] && exec "$python" scripts/guard.py --staged
done
echo "Nothing was committed: the guard against confidential files cannot run here. Do 'make setup' first." >&2
exit 1
"""
OURS = "Written by scripts/setup.py"


def install_hook():
    """Let git ask scripts/guard.py before every commit; somebody's own hook is left, and that is told."""
    top = git("rev-parse", "--show-toplevel")
    if top is None or Path(top).resolve() != ROOT:
        return  # no checkout of git, or a folder within that of another project
    hook = ROOT / git("rev-parse", "--git-path", "hooks") / "pre-commit"
    add = 'let it run `"$(cat .setup/python)" scripts/guard.py --staged`, which keeps confidential files out of git.'
    if git("config", "core.hooksPath") is not None and git("config", "--local", "core.hooksPath") is None:
        print(f"  git hook: yours for all projects are in {hook.parent} (core.hooksPath); in pre-commit there, {add}")
        return
    there = hook.read_text(errors="replace") if hook.is_file() else ""
    if there == HOOK and os.access(str(hook), os.X_OK):
        return
    if (there or hook.is_symlink()) and OURS not in there:
        if "guard.py" not in there and "pre-commit.com" not in there:
            print(f"  git hook: {hook} is your own and is left as it is; {add}")
        return
    hook.parent.mkdir(parents=True, exist_ok=True)
    write(hook, HOOK)
    hook.chmod(0o755)


def git(*words):
    """What git says of this folder, without the end of line; None where it fails or is not there."""
    try:
        done = subprocess.run(
            ["git", *words], cwd=str(ROOT), stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
        )
    except OSError:
        return None
    return done.stdout.rstrip("\n") if done.returncode == 0 else None


def fingerprint():
    """What the .venv was made from; another fingerprint means making it again."""
    files = ("requirements.txt", "pyproject.toml", "scripts/setup.py")
    sums = {name: hashlib.sha256((ROOT / name).read_bytes()).hexdigest() for name in files}
    return {"root": str(ROOT), "R": shutil.which("R"), **sums}


def active_environment():
    """Interpreter of an activated environment that has all pinned versions and a working R; else None."""
    home = os.environ.get("CONDA_PREFIX") or os.environ.get("VIRTUAL_ENV")
    if not home or Path(home).resolve() == VENV.resolve():
        return None
    python = Path(home) / "bin" / "python"
    if not python.is_file():
        return None
    check = [str(python), str(ROOT / "scripts" / "check_environment.py")]
    done = subprocess.run(check, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    if done.returncode == 0:
        return python
    print(f"  the activated environment {home} is not used: {done.stdout.strip().splitlines()[-1]}")
    return None


def find_python():
    """A Python of the supported version: this one, or one on the PATH; never that of the .venv itself, which goes."""
    if sys.version_info[:2] == SUPPORTED:
        own = Path(sys.prefix).resolve() == VENV.resolve()
        return getattr(sys, "_base_executable", sys.executable) if own else sys.executable
    name = "python{}.{}".format(*SUPPORTED)
    found = shutil.which(name)
    if found:
        return found
    this = "{}.{}".format(*sys.version_info[:2])
    raise SetupError(
        f"this is Python {this}, and the project runs on {name}: install it "
        f"(Debian, Ubuntu: apt-get install {name} {name}-venv), {CONDA_WAY}."
    )


def missing_r():
    """What R lacks, in words; empty if all is there."""
    if not shutil.which("Rscript") or not shutil.which("R"):
        return ["R"]
    test = "for (p in c({})) if (!requireNamespace(p, quietly = TRUE)) cat(p, '')".format(
        ", ".join(f"'{name}'" for name in R_PACKAGES)
    )
    done = run(["Rscript", "-e", test], "looking for R packages")
    if done is None:
        return ["a working R"]
    missing = done.split()
    header = run(["R", "CMD", "config", "--cppflags"], "looking for R's headers")
    folders = re.findall(r"-I(\S+)", header or "")
    if not any((Path(folder) / "R.h").is_file() for folder in folders) or not shutil.which("gcc"):
        missing.append("R's headers and a compiler")
    return missing


def missing_of_python(base):
    """What a system's Python may lack: its headers, against which rpy2 is compiled, and the means to make a .venv."""
    test = "import os, sysconfig; print(os.path.isfile(os.path.join(sysconfig.get_paths()['include'], 'Python.h')))"
    missing = []
    if (run([base, "-c", test], "looking for Python's headers") or "").strip() != "True":
        missing.append("Python's headers")
    if run([base, "-c", "import ensurepip, venv"], "looking for venv") is None:
        missing.append("Python's venv")
    return missing


def missing_system(base):
    """What is missing outside the .venv, in words, and the Debian packages that bring it."""
    of_r, of_python = missing_r(), missing_of_python(base)
    version = "{}.{}".format(*SUPPORTED)
    packages = [*(R_DEBIAN if of_r else ()), *((f"python{version}-dev", f"python{version}-venv") if of_python else ())]
    return [*of_r, *of_python], packages


def ensure_system(base):
    """R with its packages and Python's headers from Debian's or Ubuntu's packages, as root or with sudo."""
    missing, packages = missing_system(base)
    if not missing:
        return
    what = ", ".join(missing)
    command = "apt-get install -y --no-install-recommends " + " ".join(packages)
    if not shutil.which("apt-get"):
        raise SetupError(
            "missing: {}. Install it (R with {}) by your system's means, {}.".format(
                what, ", ".join(R_PACKAGES), CONDA_WAY
            )
        )
    prefix = [] if os.geteuid() == 0 else ["sudo"]
    if prefix and (not shutil.which("sudo") or not may_use_sudo()):
        raise SetupError(f"missing: {what}. You have no rights to install it: ask for `sudo {command}`, {CONDA_WAY}.")
    print(f"  system packages: installing {what} (about a minute)", flush=True)
    quiet = [*prefix, "env", "DEBIAN_FRONTEND=noninteractive"]
    run([*quiet, "apt-get", "update"], "refreshing the list of system packages")
    run([*quiet, *command.split()], "installing system packages")
    missing, _ = missing_system(base)
    if missing:
        raise SetupError(
            f"the system packages are half installed; still missing: {', '.join(missing)}. "
            f"Run `{' '.join([*prefix, command])}` and read what it says (also in .setup/log.txt), {CONDA_WAY}."
        )


def may_use_sudo():
    """Whether sudo works without a password, or can ask for one."""
    without = subprocess.run(["sudo", "-n", "true"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    return without.returncode == 0 or sys.stdin.isatty()


def make_venv(base):
    """A new .venv with the pinned packages, and this project in it."""
    print("  Python: making .venv from requirements.txt (one to three minutes)", flush=True)
    shutil.rmtree(str(VENV), ignore_errors=True)
    if run([str(base), "-m", "venv", str(VENV)], "making a virtual environment") is None:
        raise SetupError(
            f"{base} cannot make a virtual environment: install python{SUPPORTED[0]}.{SUPPORTED[1]}-venv, {CONDA_WAY}."
        )
    pip = [str(VENV_PYTHON), "-m", "pip", "--disable-pip-version-check", "install", "--progress-bar", "off"]
    install([*pip, "--require-hashes", "-r", str(ROOT / "requirements.txt")], "installing requirements.txt")
    install([*pip, "--no-deps", "--no-build-isolation", "-e", str(ROOT)], "installing this project")


def install(command, what):
    """Run pip; raises SetupError that says whether the network, a hash or a build was the matter."""
    if run(command, what) is not None:
        return
    said = (STATE / "log.txt").read_text(errors="replace").rsplit("$ ", 1)[-1]
    if "DO NOT MATCH THE HASHES" in said:
        raise SetupError(
            f"{what}: a package is not the one that was pinned (its hash differs). Do not go on; tell the maintainers."
        )
    if "No space left" in said:
        raise SetupError(f"{what}: the disk is full. Make about 2 GB of room and run the same command again.")
    if UNREACHABLE.search(said):
        raise SetupError(
            f"{what}: the package registry cannot be reached. Check the network (or pip's proxy settings) and run the "
            "same command again."
        )
    raise SetupError(f"{what} failed; the reason is at the end of .setup/log.txt.")


def run(command, what):
    """Run a command with its words in the log; its output, or None if it failed."""
    STATE.mkdir(exist_ok=True)
    try:
        done = subprocess.run(
            [str(word) for word in command],
            stdin=None if command[0] == "sudo" else subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
        )
    except OSError as error:
        text, code = str(error), 1
    else:
        text, code = done.stdout, done.returncode
    with (STATE / "log.txt").open("a") as log:
        log.write("# {}\n$ {}\n{}\n".format(what, " ".join(map(str, command)), text))
    return text if code == 0 else None


def write(path, text):
    """Write to a temporary name, then rename."""
    temporary = path.with_name(path.name + ".new")
    temporary.write_text(text)
    os.replace(str(temporary), str(path))


if __name__ == "__main__":
    sys.exit(main())
