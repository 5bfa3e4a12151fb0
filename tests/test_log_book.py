"""The log book of deliveries: every version that intake saw, also where nobody may write among them."""

import errno

import pytest
from test_ingest import FIRST, REGISTER, SURVEY, folder, look, sav, told

from helpers import ingest, paths, sources
from helpers.sources import load_received


@pytest.mark.parametrize("code", [errno.EROFS, errno.EACCES, errno.EPERM])
def test_the_log_book_of_deliveries_in_which_nobody_may_write(world, monkeypatch, code):
    before = load_received(folder())
    write = sources.write_text

    def closed(path, text):
        if path.parent == folder():
            raise OSError(code, "no", str(path))
        write(path, text)

    monkeypatch.setattr(sources, "write_text", closed)
    sav(SURVEY, lambda frame: frame.iloc[:-3])()
    summary = look("students_2022")
    assert summary["verdict"] == "accepted"
    assert "warn log_elsewhere received.yml" in told(summary)
    assert "warn delivery_changed studenten_2022.sav" in told(summary)
    outputs = paths.EditionPaths("small").outputs
    elsewhere = load_received(outputs)
    assert load_received(folder()) == before
    assert len(elsewhere[SURVEY]) == 2
    assert load_received(outputs) == elsewhere
    look("students_2022")
    assert load_received(outputs) == elsewhere


def test_the_log_book_comes_home(world):
    outputs = paths.EditionPaths("small").outputs
    sav(SURVEY, lambda frame: frame.iloc[:-3])()
    look("students_2022")
    whole = load_received(folder())
    (folder() / "received.yml").rename(outputs / "received.yml")
    sav(SURVEY, lambda frame: frame.iloc[:-2])()
    assert "log_elsewhere" not in told(look("students_2022"))
    assert load_received(folder())[SURVEY][:2] == whole[SURVEY]
    assert len(load_received(folder())[SURVEY]) == 3
    assert not (outputs / "received.yml").exists()


def test_a_disk_that_is_full_is_no_folder_without_rights(world, monkeypatch):
    def full(path, text):
        raise OSError(errno.ENOSPC, "no", str(path))

    monkeypatch.setattr(sources, "write_text", full)
    sav(SURVEY, lambda frame: frame.iloc[:-3])()
    with pytest.raises(OSError, match="no"):
        look("students_2022")


def test_received_files_are_written_down_and_a_change_is_named(world):
    before = load_received(folder())
    assert set(before) >= {SURVEY, REGISTER, FIRST}
    sav(SURVEY, lambda frame: frame.iloc[:-3])()
    words = told(look("students_2022"))
    assert "warn delivery_changed studenten_2022.sav" in words
    after = load_received(folder())[SURVEY]
    assert [version.rows for version in after] == [before[SURVEY][0].rows, before[SURVEY][0].rows - 3]
    assert after[-1].sha256 == ingest.sha256(folder() / SURVEY)
    assert load_received(folder())[SURVEY] == load_received(folder())[SURVEY]
    look("students_2022")
    assert len(load_received(folder())[SURVEY]) == 2
