"""Deliveries as they should not be: each gives one clear line with file, place, found, allowed and remedy."""

import errno
import shutil

import numpy as np
import openpyxl
import pandas as pd
import pyreadstat
import pytest
from msoffcrypto.format.ooxml import OOXMLFile

from helpers import ingest, paths, tables
from helpers.errors import Problems, exit_code
from helpers.ingest.__main__ import main as ingest_main


def ingest_job(words) -> int:
    """A job of the workflow, as it is run there."""
    return exit_code(ingest_main, words)


def folder():
    return paths.EditionPaths("small").deliveries


def refusal(*sources) -> str:
    """Ingest the changed sources again and give the gate's message."""
    for source in sources:
        ingest.ingest_source("small", source)
    with pytest.raises(Problems) as caught:
        ingest.gate("small")
    return str(caught.value)


def change_sav(name, change):
    path = folder() / name
    frame, meta = pyreadstat.read_sav(str(path), user_missing=True)
    frame = change(frame)
    pyreadstat.write_sav(frame, str(path), variable_value_labels=meta.variable_value_labels)


def change_csv(change):
    path = folder() / "register.csv"
    path.write_bytes(change(path.read_bytes().decode("cp1252")).encode("cp1252"))


def change_book(name, change):
    path = folder() / name
    book = openpyxl.load_workbook(path)
    change(book.worksheets[0])
    book.save(path)


def test_good_deliveries_pass(world):
    ingest.gate("small")
    assert (paths.EditionPaths("small").data / "intake.json").is_file()


def test_a_missing_delivery(world):
    (folder() / "studenten_2018.sav").unlink()
    message = refusal("students_2018")
    assert "studenten_2018.sav: found no file that matches 'studenten_2018.sav'" in message
    assert "there now: coordinatoren_2023.xlsx" in message


@pytest.mark.parametrize("name", ["studenten_2022.sav", "coordinatoren_2023.xlsx", "register.csv"])
def test_an_empty_file(world, name):
    (folder() / name).write_bytes(b"")
    sources = {
        "studenten_2022.sav": "students_2022",
        "coordinatoren_2023.xlsx": "coordinators",
        "register.csv": "register",
    }
    assert f"{name}: found an empty file (0 bytes)" in refusal(sources[name])


@pytest.mark.parametrize(
    ("name", "source", "told"),
    [
        ("studenten_2022.sav", "students_2022", "SPSS file"),
        ("coordinatoren_2023.xlsx", "coordinators", "a damaged workbook"),
    ],
)
def test_a_file_cut_off_in_transfer(world, name, source, told):
    path = folder() / name
    content = path.read_bytes()
    path.write_bytes(content[: len(content) // 2])
    message = refusal(source)
    assert name in message
    assert told in message
    assert "cut off in transfer" in message


def test_a_workbook_that_calls_itself_spss(world):
    shutil.copyfile(folder() / "coordinatoren_2023.xlsx", folder() / "medewerkers_2022.sav")
    message = refusal("staff")
    assert "medewerkers_2022.sav: found something else: its first bytes are those of a zip archive" in message
    assert "allowed: an SPSS file (.sav)" in message


def test_a_workbook_with_a_password(world):
    path = folder() / "coordinatoren_2023.xlsx"
    plain = path.with_suffix(".plain")
    shutil.move(path, plain)
    with plain.open("rb") as source, path.open("wb") as target:
        OOXMLFile(source).encrypt("geheim", target)
    plain.unlink()
    assert "coordinatoren_2023.xlsx: found a workbook with a password" in refusal("coordinators")


def test_a_renamed_column_names_the_likely_new_one(world):
    change_sav("studenten_2022.sav", lambda frame: frame.rename(columns={"veilig_school": "veilig_schoolx"}))
    message = refusal("students_2022")
    assert "studenten_2022.sav, column 'veilig_school': found no such column" in message
    assert "Is it now called 'veilig_schoolx'?" in message


def test_a_missing_column(world):
    change_sav("studenten_2022.sav", lambda frame: frame.drop(columns=["weegfactor"]))
    assert "column 'weegfactor': found no such column; allowed: 'weegfactor' (for weight)" in refusal("students_2022")


def test_a_column_that_nobody_expects(world):
    change_sav("studenten_2022.sav", lambda frame: frame.assign(bsn=1.0))
    assert "column 'bsn': found a column nobody expects" in refusal("students_2022")


def test_codes_that_no_crosswalk_knows_with_their_rows(world):
    def spoil(frame):
        frame.loc[[2, 5], "geslacht"] = 7.0
        return frame

    change_sav("studenten_2022.sav", spoil)
    message = refusal("students_2022")
    assert "column 'geslacht', row 3, 6: found code '7', 2 times; allowed: 1, 2, 3, 9 (missing)" in message


def test_numbers_out_of_range(world):
    def spoil(frame):
        frame.loc[0, "cijfer_opleiding"] = 55.0
        return frame

    change_sav("studenten_2022.sav", spoil)
    assert "column 'cijfer_opleiding', row 1: found '55', 1 times; allowed: whole numbers from 1 to 10" in refusal(
        "students_2022"
    )


@pytest.mark.parametrize("weight", [np.nan, 0.0])
def test_a_weight_that_is_missing_or_zero(world, weight):
    def spoil(frame):
        frame.loc[4, "weegfactor"] = weight
        return frame

    change_sav("studenten_2022.sav", spoil)
    assert "row 5: found a weight that is missing or zero, 1 times" in refusal("students_2022")


def test_an_institution_that_the_register_lacks(world):
    def spoil(frame):
        frame.loc[:3, "brin"] = "98ZZ"
        return frame

    change_sav("studenten_2022.sav", spoil)
    message = refusal("students_2022")
    assert "studenten_2022.sav, 98ZZ: found institution 98ZZ, 4 rows, which the register lacks" in message


def test_a_code_that_is_no_brin(world):
    change_csv(lambda text: text.replace("99AB;", "99ab;"))
    assert "found '99ab'; allowed: a BRIN code" in refusal("register")


def test_the_same_file_under_two_names(world):
    shutil.copyfile(folder() / "msv_studenten_2018.sav", folder() / "msv_medewerkers_2018.sav")
    assert "msv_medewerkers_2018.sav: found the same content as msv_studenten_2018.sav" in refusal("staff_msv")


def test_an_institution_twice_in_the_register(world):
    change_csv(lambda text: text + text.splitlines()[1] + "\n")
    assert "register.csv, 99AA: found the institution twice" in refusal("register")


def test_a_register_with_other_delimiters(world):
    change_csv(lambda text: text.replace(";", "\t"))
    assert "found a first line without ';'" in refusal("register")


def test_a_register_in_another_encoding_is_read_as_it_is_or_refused(world):
    path = folder() / "register.csv"
    path.write_bytes(path.read_text(encoding="cp1252").replace("ROC Proefstad", "ROC Proef\u010dstad").encode("utf-8"))
    message = refusal("register")
    assert "text in cp1252" in message


def test_a_survey_without_rows(world):
    change_sav("medewerkers_2022.sav", lambda frame: frame.iloc[:0])
    assert "medewerkers_2022.sav: found no rows" in refusal("staff")


def test_incidents_in_a_layout_that_nobody_knows(world):
    change_book("incidenten/incidenten_99AA.xlsx", lambda sheet: sheet.delete_rows(1, 30))
    assert "incidenten_99AA.xlsx: found a layout that is not known" in refusal("incidents")


def test_incidents_without_overview(world):
    (folder() / "incidenten" / "overzicht.xlsx").unlink()
    assert "files without overzicht.xlsx" in refusal("incidents")


def test_incidents_that_the_overview_denies(world):
    shutil.copyfile(folder() / "incidenten/incidenten_99AB.xlsx", folder() / "incidenten/incidenten_99AC.xlsx")
    assert "99AC: found delivered: no, but there is a file" in refusal("incidents")


def test_all_problems_of_all_deliveries_are_told_at_once(world):
    (folder() / "studenten_2016.sav").unlink()
    (folder() / "focusgroepen_2023.xlsx").write_bytes(b"")
    change_sav("studenten_2022.sav", lambda frame: frame.drop(columns=["weegfactor"]).assign(geslacht=7.0))
    message = refusal("students_2016", "fragments", "students_2022")
    assert "are refused (3 problems)" in message
    assert all(name in message for name in ("studenten_2016.sav", "focusgroepen_2023.xlsx", "weegfactor"))


def test_nothing_of_a_refused_source_is_left(world):
    target = paths.EditionPaths("small").data / "students_2022.parquet"
    assert target.is_file()
    (folder() / "studenten_2022.sav").write_bytes(b"")
    refusal("students_2022")
    assert not target.exists()


def test_more_respondents_than_students_is_a_warning(world):
    change_csv(lambda text: text.replace(";6400;", ";64;"))
    ingest.ingest_source("small", "register")
    ingest.gate("small")
    text = (paths.EditionPaths("small").data / "intake.json").read_text(encoding="utf-8")
    assert "at most 64 students" in text


def test_a_full_disk_is_one_clear_line(world, monkeypatch, capsys):
    def full(*_args, **_kwargs):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(pd.DataFrame, "to_parquet", full)
    assert ingest_job(["source", "small", "students_2022"]) == 1
    assert capsys.readouterr().err.startswith("The disk is full: the results could not be written.")
    assert not list(paths.EditionPaths("small").data.glob(".*"))


def test_waves_with_other_names_and_codes_give_one_schema(world):
    students = tables.read_table("small", "students")
    assert sorted(students["wave"].unique()) == [2016, 2018, 2020, 2022]
    assert students.groupby("wave")["feels_safe"].mean().between(3.5, 4.6).all()
    assert students["feels_safe"].dropna().between(1, 5).all()
    assert (
        students.groupby("wave", observed=True)["gender"].apply(lambda column: set(column.dropna())).map(len).min() >= 2
    )


def test_hostile_texts_stay_texts(world):
    hostile = '=1+1 "Vak" <script>alert(1)</script> ../x'
    change_csv(lambda text: text.replace("ROC Proefstad", '"' + hostile.replace('"', '""') + '"'))
    ingest.ingest_source("small", "register")
    ingest.gate("small")
    assert hostile in set(tables.read_table("small", "institutions")["name"])
