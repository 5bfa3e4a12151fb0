"""What a person gives to make, and where the project stands, never becomes text of a shell's command."""

import json
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest
from conftest import ENVIRONMENT

from helpers import paths, run, workflow
from helpers.errors import MonitorError

needs_make = pytest.mark.skipif(shutil.which("make") is None, reason="make is not found")
VALUES = (
    "x; touch hit",
    "x\ntouch hit",
    "$(touch hit)",
    "`touch hit`",
    "$(shell touch hit)",
    "${shell touch hit}",
    "$$(touch hit)",
    "'; touch hit; '",
    '"; touch hit; "',
    "| touch hit",
    "> hit",
)
TARGETS = {
    "EDITION": ("report", "intake", "quotes", "audit", "sign", "open"),
    "ID": ("institution", "open"),
    "FILE": ("crosswalk",),
    "LIKE": ("crosswalk",),
    "NAME": ("chapter", "sign"),
    "TITLE": ("chapter",),
    "WITH": ("audit",),
    "OPENBLAS_NUM_THREADS": ("report",),
    "PYTHON": ("report",),
    "RUN": ("report",),
    "ANYTHING": ("report",),
}


@pytest.fixture
def front(tmp_path):
    """The Makefile before an interpreter that only tells how it was called: with which words, one list a call."""
    shutil.copyfile(paths.ROOT / "Makefile", tmp_path / "Makefile")
    (tmp_path / "scripts").mkdir()
    (tmp_path / "scripts/setup.py").touch()
    (tmp_path / ".setup").mkdir()
    teller = tmp_path / "tell er"
    words = "import json, sys\nprint(json.dumps(sys.argv[1:]), file=open('calls', 'a'))\n"
    teller.write_text(f"#!{sys.executable}\n{words}")
    teller.chmod(0o755)
    (tmp_path / ".setup/python").write_text(str(teller))

    def make(*words, **environment):
        kept = {key: value for key, value in ENVIRONMENT.items() if not key.startswith("MAKE")}
        done = subprocess.run(
            ["make", "-s", *words],
            cwd=tmp_path,
            env={**kept, **environment},
            capture_output=True,
            text=True,
            check=False,
        )
        calls = tmp_path / "calls"
        told = [json.loads(line) for line in calls.read_text().splitlines()] if calls.exists() else []
        calls.unlink(missing_ok=True)
        return told, done

    make.hit = tmp_path / "hit"
    return make


@needs_make
@pytest.mark.parametrize("name", TARGETS)
def test_no_value_runs_as_a_command(front, name):
    others = {"ID": "99AA", "FILE": "a b.sav", "NAME": "5-incidenten"}
    for target in TARGETS[name]:
        for value in VALUES:
            given = [f"{key}={text}" for key, text in {**others, name: value}.items()]
            told, _ = front(target, *given)
            assert not front.hit.exists(), (name, target, value)
            if name not in ("OPENBLAS_NUM_THREADS", "PYTHON", "RUN", "ANYTHING"):
                assert any(value in word for call in told for word in call), (name, target, value, told)


@needs_make
def test_a_value_that_runs_would_be_seen(front):
    makefile = front.hit.parent / "Makefile"
    makefile.write_text(makefile.read_text().replace('--only="$$ID"', "--only $(ID)"))
    front("institution", "ID=x; touch hit")
    assert front.hit.exists()


@needs_make
def test_values_of_the_environment_reach_the_command_as_they_are(front):
    told, _ = front("institution", ID="$(shell touch hit) x", EDITION="een twee")
    assert told == [["-m", "helpers.run", "report", "--edition=een twee", "--only=$(shell touch hit) x"]]
    assert not front.hit.exists()


@needs_make
def test_what_may_be_left_out_is_left_out(front):
    assert front("open")[0] == [["-m", "helpers.run", "open", "--edition=nation"]]
    assert front("audit")[0][0] == ["-m", "helpers.audit", "nation"]
    assert front("crosswalk", "FILE=-a b")[0] == [["-m", "helpers.run", "crosswalk", "--", "-a b"]]
    told, done = front("institution")
    assert told == []
    assert "Say which institution" in done.stderr


def test_the_front_door_takes_values_that_look_like_options():
    options = run.parse(["chapter", "--title=-t", "--", "-x"])
    assert (options.name, options.title) == ("-x", "-t")
    assert str(run.parse(["crosswalk", "--like=-l", "--", "-f"]).file) == "-f"


MARKED = "Veiligheid één; touch hit & 'x' $HOME $(touch hit)"
"""What a shell would take for more than the name of a folder."""


@pytest.fixture
def checkout(tmp_path):
    """Run a module of a copy of the project in such a folder; nothing is left beside it, nor of scratch files."""
    root = tmp_path / "Mijn documenten" / MARKED
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=paths.ROOT, capture_output=True, text=True, check=True)
    for name in listed.stdout.split("\0")[:-1]:
        if not name.startswith(("tests/", "docs/")):
            (root / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(paths.ROOT / name, root / name)
    kept = {key: value for key, value in ENVIRONMENT.items() if not key.startswith("MIV_")}
    scratch = Path(tempfile.mkdtemp(prefix="een map "))

    def runs(*words, **environment):
        done = subprocess.run(
            [sys.executable, "-m", *words],
            cwd=tmp_path,
            env={**kept, "PYTHONPATH": str(root / "src"), "TMPDIR": str(scratch), **environment},
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        assert "no message" not in done.stderr
        assert not list(tmp_path.rglob("hit"))
        assert [path.name for path in (tmp_path / "Mijn documenten").iterdir()] == [MARKED]
        return done

    yield root, runs
    assert list(scratch.iterdir()) == []
    scratch.rmdir()


def test_a_checkout_with_spaces_and_marks_of_a_shell(checkout, tmp_path):
    root, runs = checkout
    runs("helpers.run", "intake", "--edition", "small")
    assert (root / "outputs/small/intake/index.html").is_file()
    assert sorted(path.name for path in tmp_path.iterdir()) == ["Mijn documenten"]


def test_deliveries_and_outputs_elsewhere_with_such_names(checkout, tmp_path):
    """From nothing to a chapter; folders are given as a person gives them, from where he is."""
    _, runs = checkout
    where = {"MIV_DELIVERIES": f"lever {MARKED}", "MIV_OUTPUTS": f'uit "voer" (é) {MARKED}'}
    runs("helpers.run", "prepare", "--edition", "small", **where)
    runs("helpers.execute", "small", "99AA", "2-staff-safety", **where)
    outputs = tmp_path / where["MIV_OUTPUTS"] / "small"
    assert (outputs / "intake/index.html").is_file()
    assert (outputs / "units/99AA/2-staff-safety.ipynb").is_file()
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted(["Mijn documenten", *where.values()])


def test_every_value_in_a_rule_is_quoted():
    commands = 0
    for path in sorted((paths.ROOT / "rules").glob("*.smk")):
        for line in path.read_text(encoding="utf-8").splitlines():
            if "{RUN" in line:
                commands += 1
                assert line.count("{") == line.count(":q}") >= 3, f"{path.name}: {line}"
    assert commands == 7


@pytest.mark.parametrize("name", ["a{b}", "a\u202eb"])
def test_a_folder_that_cannot_be_used_is_told(tmp_path, monkeypatch, name):
    monkeypatch.setenv("MIV_OUTPUTS", str(tmp_path / name))
    with pytest.raises(MonitorError, match="Give this folder a name without"):
        workflow.run_stage("ingest", "small", cores=os.cpu_count())
