"""What every chapter tells is what was approved: a changed sentence shows as a changed line.

Where a change is meant: ``python tests/approval.py small sector 99AA 99AB 99AC`` after `make small` (`nation sector …`
after `make nation`), and read what git says changed.
"""

from __future__ import annotations

import difflib

import approval
import pytest
from conftest import first_told

from helpers import settings
from helpers.errors import MonitorError

UNITS = sorted(path.parent.name for path in (approval.APPROVED / "small").glob("*/1-student-safety.md"))


@pytest.mark.parametrize("unit", UNITS)
def test_every_chapter_tells_what_was_approved(small_run, unit):
    root, done = small_run
    assert done.returncode == 0, done.stderr
    folder = first_told(root) / unit
    for path in sorted((approval.APPROVED / "small" / unit).glob("*.md")):
        approved = path.read_text(encoding="utf-8")
        now = approval.story(folder, path.stem)
        changed = difflib.unified_diff(approved.splitlines(), now.splitlines(), "approved", "now", lineterm="", n=0)
        assert approved == now, "\n".join(changed)


def test_what_is_approved_has_all_variants():
    """The sector, an institution, and values that are hidden."""
    assert {"sector", "99AA", "99AB", "99AC"} == set(UNITS)
    told = "".join(path.read_text(encoding="utf-8") for path in (approval.APPROVED / "small/99AB").glob("*.md"))
    assert "te weinig" in told
    assert "niet getoond;\nde methode zegt" in told


@pytest.mark.nation
@pytest.mark.parametrize("unit", ["sector", "92BA", "92BC"])
def test_the_nation_tells_what_was_approved(nation, monkeypatch, tmp_path, unit):
    for path in sorted((approval.APPROVED / "nation" / unit).glob("*.md")):
        approval.run(monkeypatch, "nation", unit, path.stem, tmp_path)
        now, approved = approval.story(tmp_path, path.stem), path.read_text(encoding="utf-8")
        changed = difflib.unified_diff(approved.splitlines(), now.splitlines(), "approved", "now", lineterm="", n=0)
        assert approved == now, "\n".join(changed)


def test_an_approval_notices_a_changed_word(small_run):
    folder = first_told(small_run[0]) / "sector"
    now = approval.story(folder, "1-student-safety")
    assert "voelt zich veilig" in now
    assert now.replace("voelt zich veilig", "is veilig") != now
    with pytest.raises(MonitorError):
        approval.story(folder, "9-bestaat-niet")
    assert settings.SECTOR in UNITS
