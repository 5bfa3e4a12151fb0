"""Formats as they really arrive: each file is made here, with a trait that a real one has."""

import datetime
import time

import numpy as np
import openpyxl
import pandas as pd
import pyreadstat
import pytest
import samples

from helpers import paths, tables
from helpers.errors import MonitorError
from helpers.ingest import crosswalks, mapping, readers
from helpers.ingest.crosswalks import Crosswalk
from helpers.ingest.problems import Unreadable
from helpers.ingest.readers import isolated, statistical


def crosswalk(**keys) -> Crosswalk:
    return Crosswalk.model_validate({"table": "staff", "columns": {}, **keys})


@pytest.mark.parametrize("kind", ["sav", "zsav", "dta"])
def test_statistical_files_keep_labels_codes_and_missing(tmp_path, kind):
    delivered = readers.read(samples.statistical(tmp_path / f"x.{kind}"), "x")
    assert delivered.frame.shape == (samples.ROWS, 5)
    assert delivered.labels["veilig"] == "Ik voel me veilig"
    assert delivered.value_labels["veilig"][5] == "zeer veilig"
    assert delivered.frame["opmerking"].iloc[0] == "geëerd café"
    if kind != "dta":
        assert delivered.missing == {"cijfer": [99.0], "veilig": [(8.0, 9.0)]}


def test_a_portable_file(tmp_path):
    delivered = readers.read(samples.statistical(tmp_path / "x.por"), "x")
    assert [column.lower() for column in delivered.frame.columns] == ["brin", "veilig", "cijfer", "gewicht"]
    assert delivered.frame.iloc[:, 2].tolist() == samples.table()["cijfer"].tolist()


def test_missing_codes_of_stata_stay_apart(tmp_path):
    path = tmp_path / "x.dta"
    frame = pd.DataFrame({"veilig": [1, 2, "a", "b"]})
    pyreadstat.write_dta(frame, str(path), missing_user_values={"veilig": ["a", "b"]})
    delivered = readers.read(path, "x")
    assert delivered.missing == {"veilig": ["a", "b"]}
    walk = crosswalk(columns={"feels_safe": {"from": "veilig"}})
    account = mapping.apply(delivered, walk, "x").accounts[0]
    assert (account.mapped, account.missing, account.unknown) == (2, 2, 0)


def test_dates_survive(tmp_path):
    path = tmp_path / "x.sav"
    pyreadstat.write_sav(pd.DataFrame({"dag": [datetime.date(2004, 2, 29), None]}), str(path))
    assert readers.read(path, "x").frame["dag"].tolist()[0] == datetime.date(2004, 2, 29)


def test_a_date_beyond_python_s_calendar_is_read_as_a_number(tmp_path):
    path = tmp_path / "x.sav"
    pyreadstat.write_sav(pd.DataFrame({"dag": [3.2e11, 1.3e10]}), str(path), variable_format={"dag": "DATE11"})
    delivered = readers.read(path, "x")
    assert "datums buiten het bereik: als getal gelezen" in delivered.facts
    assert delivered.frame["dag"].tolist() == [3.2e11, 1.3e10]


def test_a_crash_inside_a_library_is_a_clear_error(tmp_path, monkeypatch):
    import os

    path = samples.statistical(tmp_path / "x.sav")
    monkeypatch.setattr(statistical, "_tabulate", lambda *_args, **_options: os.abort())
    with pytest.raises(Unreadable, match="het lezen liep vast"):
        readers.read(path, "x.sav")


def test_a_failure_in_the_child_is_raised_in_the_parent():
    def fail():
        raise ZeroDivisionError("door nul")

    with pytest.raises(ZeroDivisionError, match="door nul"):
        isolated.call(fail)


@pytest.mark.parametrize(
    ("delimiter", "decimal", "encoding", "told"),
    [
        (";", ",", "cp1252", "Windows-1252, kolommen gescheiden door puntkomma; decimaalteken komma"),
        (",", ".", "utf-8", "UTF-8, kolommen gescheiden door komma; decimaalteken punt"),
        ("\t", ",", "utf-8-sig", "UTF-8 met BOM, kolommen gescheiden door tab; decimaalteken komma"),
        (";", ".", "utf-16", "UTF-16, kolommen gescheiden door puntkomma; decimaalteken punt"),
        ("|", ",", "cp1252", "kolommen gescheiden door staande streep; decimaalteken komma"),
    ],
)
def test_dialects_are_recognised_and_told(tmp_path, delimiter, decimal, encoding, told):
    path = samples.text(tmp_path / "x.csv", delimiter=delimiter, decimal=decimal, encoding=encoding)
    delivered = readers.read(path, "x")
    assert told in "; ".join(delivered.facts)
    assert delivered.frame["opmerking"].iloc[0] == "geëerd café"
    walk = crosswalk(columns={"weight": {"from": "gewicht"}})
    numbers = mapping.apply(delivered, walk, "x").frame["weight"]
    assert np.allclose(numbers, samples.table()["gewicht"])


@pytest.mark.parametrize(
    ("content", "found"),
    [
        ("a;b\n1.234;x\n5.678;y\n", "een duizendtal of een breuk is niet te zeggen"),
        ("a;b\n1,5;x\n2.5;y\n", "met een decimale komma (1,5) en met een decimale punt (2.5)"),
        ("a,b;c,d\n1,2;3,4\n", "puntkomma en komma passen alle als scheidingsteken"),
        ("a;b\n1;2\n3\n4;5;6\n", "rij 3: 1, rij 4: 3"),
    ],
)
def test_what_is_not_clear_is_not_guessed(tmp_path, content, found):
    path = tmp_path / "x.csv"
    path.write_text(content, encoding="utf-8")
    with pytest.raises(Unreadable) as caught:
        readers.read(path, "x.csv")
    assert found in str(caught.value)


def test_a_dialect_that_the_crosswalk_names_is_taken(tmp_path):
    path = tmp_path / "x.csv"
    path.write_text("a;b\n1.234;x\n5.678;y\n", encoding="utf-8")
    walk = crosswalk(csv={"decimal": ","}, columns={"weight": {"from": "a"}}, ignore=["b"])
    assert mapping.apply(readers.read(path, "x", walk), walk, "x").frame["weight"].tolist() == [1234, 5678]


def test_cells_with_delimiters_quotes_and_line_ends(tmp_path):
    path = tmp_path / "x.csv"
    path.write_text('a;b\n"een; twee ""drie""";"regel\neen"\n', encoding="utf-8", newline="")
    assert readers.read(path, "x").frame.iloc[0].tolist() == ['een; twee "drie"', "regel\neen"]


def test_a_workbook_with_titles_merged_heads_and_sheets(tmp_path):
    path = tmp_path / "x.xlsx"
    book = openpyxl.Workbook()
    book.active.title = "Uitleg"
    book.active.append(["Lees dit eerst"])
    sheet = book.create_sheet("Cijfers")
    for row in (
        ["Levering", None, None],
        [None, None, None],
        ["", "2022", None],
        ["brin", "aantal", "gewicht"],
        ["99AA", 3, 1.5],
    ):
        sheet.append(row)
    sheet.merge_cells("B3:C3")
    book.save(path)
    walk = crosswalk(
        columns={"institution_id": {"from": "brin"}, "weight": {"from": "2022 | gewicht"}}, ignore=["2022 | aantal"]
    )
    delivered = readers.read(path, "x", walk)
    assert list(delivered.frame.columns) == ["brin", "2022 | aantal", "2022 | gewicht"]
    assert delivered.first_row == 5
    assert "blad ‘Cijfers’, kolomnamen in rij 4" in delivered.facts
    assert "niet gelezen: blad ‘Uitleg’" in delivered.facts


@pytest.mark.parametrize("suffix", ["sav", "zsav"])
def test_a_header_that_counts_fewer_rows_than_there_are(tmp_path, suffix):
    path = samples.statistical(tmp_path / f"x.{suffix}")
    content = bytearray(path.read_bytes())
    content[80:84] = (8).to_bytes(4, "little")
    path.write_bytes(content)
    with pytest.raises(Unreadable, match="8 rijen waar het bestand er elders 40 noemt"):
        readers.read(path, path.name)


def test_a_reader_that_hangs_is_stopped(tmp_path):
    from helpers.ingest.readers import isolated

    with pytest.raises(isolated.Crashed, match="geen antwoord na 1 s"):
        isolated.call(time.sleep, 60, seconds=1)


def test_a_portable_file_says_that_it_does_not_know_its_rows(tmp_path):
    (doubt,) = readers.read(samples.statistical(tmp_path / "x.por"), "x.por").doubts
    assert doubt.rule == "rows_unproven"
    assert "40 rijen in een Portable-bestand" in str(doubt)


def test_rows_keep_the_numbers_that_the_sender_sees(tmp_path):
    path = tmp_path / "x.xlsx"
    book = openpyxl.Workbook()
    for row in (["gewicht"], [1.0], [None], ["fout"]):
        book.active.append(row)
    book.save(path)
    walk = crosswalk(columns={"weight": {"from": "gewicht"}})
    defects = mapping.apply(readers.read(path, "x", walk), walk, "x").defects
    assert "rij 4" in str(defects[0])


def test_a_formula_with_its_value_is_its_value(tmp_path):
    import zipfile

    path = tmp_path / "x.xlsx"
    book = openpyxl.Workbook()
    book.active.append(["gewicht", "som"])
    book.active.append([2, "=A2*2"])
    book.save(path)
    content = {}
    with zipfile.ZipFile(path) as archive:
        content = {name: archive.read(name) for name in archive.namelist()}
    sheet = "xl/worksheets/sheet1.xml"
    content[sheet] = (
        content[sheet]
        .replace(b"<f>A2*2</f><v></v>", b"<f>A2*2</f><v>4</v>")
        .replace(b"<f>A2*2</f><v/>", b"<f>A2*2</f><v>4</v>")
    )
    with zipfile.ZipFile(path, "w") as archive:
        for name, data in content.items():
            archive.writestr(name, data)
    assert readers.read(path, "x").frame["som"].tolist() == [4]


def test_an_archive_that_unpacks_without_end_is_refused(tmp_path, monkeypatch):
    from helpers.ingest.readers import containers

    monkeypatch.setattr(containers, "UNPACKED", 1000)
    with pytest.raises(Unreadable, match="een archief dat uitgepakt"):
        readers.read(samples.workbook(tmp_path / "x.xlsx"), "x.xlsx")


def test_parquet_with_words_as_categories(tmp_path):
    path = tmp_path / "x.parquet"
    pd.DataFrame({"a": pd.Categorical(["x", "y", "x"]), "b": [1, 2, 3]}).to_parquet(path)
    assert readers.read(path, "x").frame["a"].tolist() == ["x", "y", "x"]


@pytest.mark.parametrize("path", [None, "internal://groep1.txt"])
def test_a_refi_project_becomes_a_row_a_selection_and_theme(tmp_path, path):
    delivered = readers.read(samples.qdpx(tmp_path / "x.qdpx", text_file=path), "x")
    rows = delivered.frame[["Document", "Fragment", "Thema", "Code", "BRIN", "Deelnemers", "Citeren toegestaan"]]
    assert rows.to_numpy().tolist() == [
        ["Groep 1", samples.SAID[0], "Online veiligheid", "sfeer", "99AA", "studenten", "true"],
        ["Groep 1", samples.SAID[1], "Online veiligheid", "stage", "99AA", "studenten", "true"],
        ["Groep 1", samples.SAID[1], "Seksueel geweld", "stage", "99AA", "studenten", "true"],
    ]
    assert "1 selecties zonder code niet gelezen" in delivered.facts


def test_codes_without_groups_stand_in_one_column(tmp_path):
    frame = readers.read(samples.qdpx(tmp_path / "x.qdpx", grouped=False), "x").frame
    assert set(frame["Code"]) == {"Online veiligheid", "sfeer", "Seksueel geweld", "stage"}
    assert "Thema" not in frame


def test_a_refi_project_whose_text_changed_after_coding(tmp_path):
    path = tmp_path / "x.qdpx"
    samples.qdpx(path, text_file="internal://groep1.txt")
    import zipfile

    with zipfile.ZipFile(path) as archive:
        content = {name: archive.read(name) for name in archive.namelist()}
    with zipfile.ZipFile(path, "w") as archive:
        for name, data in content.items():
            archive.writestr(name, data[:20] if name.endswith(".txt") else data)
    with pytest.raises(Unreadable, match="De tekst is veranderd na het coderen"):
        readers.read(path, "x.qdpx")


def test_a_refi_codebook(tmp_path):
    frame = readers.read(samples.qdc(tmp_path / "x.qdc"), "x").frame
    assert frame[["Code", "Groep"]].to_numpy().tolist()[1] == ["Online veiligheid", "Thema"]
    assert frame.loc[1, "Omschrijving"] == "over Online veiligheid"


def test_xml_with_a_document_type_is_refused(tmp_path):
    path = tmp_path / "x.qdc"
    path.write_text('<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "b">]><CodeBook xmlns="urn:QDA-XML:codebook:1.0"/>')
    with pytest.raises(Unreadable, match="een documenttype in de XML"):
        readers.read(path, "x.qdc")


def test_focus_groups_can_arrive_as_a_refi_project(world):
    from helpers import ingest

    deliveries = paths.EditionPaths("small").deliveries
    (deliveries / "focusgroepen_2023.xlsx").unlink()
    samples.qdpx(deliveries / "focusgroepen_2023.qdpx")
    assert ingest.ingest_source("small", "fragments") == []
    fragments = tables.read_table("small", "fragments")
    assert fragments["theme"].tolist() == ["online_safety", "online_safety", "sexual_violence"]
    assert fragments["code"].tolist() == ["atmosphere", "work_placement", "work_placement"]
    assert fragments["quote_consent"].all()


@pytest.mark.parametrize("headings", ["code", "full"])
@pytest.mark.parametrize("answers", ["code", "words"])
def test_a_limesurvey_export(tmp_path, headings, answers):
    path = tmp_path / "x.csv"
    path.write_text(samples.limesurvey(headings=headings, answers=answers), encoding="utf-8-sig")
    walk = crosswalks.load("coordinators_limesurvey")
    delivered = readers.read(path, "x", walk)
    assert list(delivered.frame.columns) == ["brin", "plan", "partner[SQ001]"]
    assert delivered.frame["brin"].tolist() == ["99AA", "99AB"]
    assert "LimeSurvey: 1 onvolledige antwoorden weggelaten" in delivered.facts
    assert delivered.dropped["ipaddr"] == delivered.dropped["token"] == "persoonsgegeven"
    wanted = {"institution_id", "safety_plan", "partner_municipality"}
    few = walk.model_copy(update={"columns": {key: each for key, each in walk.columns.items() if key in wanted}})
    frame = mapping.apply(delivered, few, "x").frame
    assert frame["safety_plan"].tolist() == ["elaborated", "elaborated"]
    assert frame["partner_municipality"].tolist() == [True, False]  # a box that was not ticked means no


def test_a_limesurvey_export_without_the_date_of_sending(tmp_path):
    path = tmp_path / "x.csv"
    path.write_text("id,brin\n1,99AA\n", encoding="utf-8")
    with pytest.raises(Unreadable, match="geen kolom met de datum van verzenden"):
        readers.read(path, "x", crosswalks.load("coordinators_limesurvey"))


DUO_2026 = (
    "MBO INSTELLINGSSOORT - CODE;MBO INSTELLINGSSOORT - NAAM;PROVINCIE;BEVOEGD GEZAG NUMMER;INSTELLINGSCODE;INSTELLINGSNAAM;"
    "STRAATNAAM;HUISNUMMER-TOEVOEGING;POSTCODE;PLAATSNAAM;GEMEENTENUMMER;GEMEENTENAAM;DENOMINATIE;TELEFOONNUMMER;INTERNETADRES;"
    "STRAATNAAM CORRESPONDENTIEADRES;HUISNUMMER-TOEVOEGING CORRESPONDENTIEADRES;POSTCODE CORRESPONDENTIEADRES;"
    "PLAATSNAAM CORRESPONDENTIEADRES;NODAAL GEBIED CODE;NODAAL GEBIED NAAM;RPA-GEBIED CODE;RPA-GEBIED NAAM;WGR-GEBIED CODE;"
    "WGR-GEBIED NAAM;COROPGEBIED CODE;COROPGEBIED NAAM;ONDERWIJSGEBIED CODE;ONDERWIJSGEBIED NAAM;RMC-REGIO CODE;RMC-REGIO NAAM"
)
"""Columns of instellingenmbo.csv as DUO's catalogue lists them (2026)."""


def duo_institutions(columns: str, kinds=("ROC", "BER", "ROC")) -> str:
    names = columns.split(";")
    rows = []
    for code, name, province, kind in zip(
        ("99AA", "99AB", "99AC"), ("ROC Proefstad", "Vakschool Verzonnen", "ROC Nergens"), ("Utrecht", "Gelderland", "Limburg"), kinds,
        strict=True,
    ):  # fmt: skip
        known = {"INSTELLINGSCODE": code, "BRIN NUMMER": code, "INSTELLINGSNAAM": name, "PROVINCIE": province}
        known |= {"MBO INSTELLINGSSOORT - CODE": kind, "MBO INSTELLINGSSOORT CODE": kind, "POSTCODE": "1234AB"}
        rows.append(";".join(known.get(column, "x") for column in names))
    return "\r\n".join([columns, *rows]) + "\r\n"


DUO_STUDENTS_2026 = (
    "INSTELLINGSCODE;INSTELLINGSNAAM;SOORT INSTELLING;PLAATSNAAM INSTELLING;LEERWEG;NIVEAU;ERKENDE OPLEIDING CODE;"
    "ERKENDE OPLEIDING NAAM;SECTORKAMER NAAM;HOOFDGROEP NAAM;MAN2021;VROUW2021;MAN2022;VROUW2022\r\n"
    "99AA;ROC Proefstad;ROC;UTRECHT;BOLVT;4;25655;x;x;x;1000;900;1200;1100\r\n"
    "99AA;ROC Proefstad;ROC;UTRECHT;BBL;2;25655;x;x;x;300;200;310;-1\r\n"
    "99AB;Vakschool Verzonnen;BER;EDE;BOLVT;3;25655;x;x;x;80;70;90;60\r\n"
    "99AC;ROC Nergens;ROC;VENLO;BBL;2;25655;x;x;x;40;30;50;20\r\n"
)
DUO_STUDENTS_2026_TRACK = (
    "JAAR;PROVINCIE INSTELLING;BEVOEGD GEZAG NUMMER;INSTELLINGSCODE;INSTELLINGSNAAM;PLAATSNAAM INSTELLING;"
    "GEMEENTENUMMER INSTELLING;GEMEENTE INSTELLING;BBL;BOLDT;BOLVT;EX\r\n"
    "2022;Utrecht;1;99AA;x;x;0344;x;310;0;2300;5\r\n2022;Gelderland;1;99AB;x;x;0228;x;0;0;150;0\r\n"
    "2022;Limburg;1;99AC;x;x;0983;x;70;0;-1;0\r\n2021;Utrecht;1;99AA;x;x;0344;x;500;0;1900;5\r\n"
)
DUO_STUDENTS_2019 = (
    "BRIN NUMMER;INSTELLINGSNAAM;PLAATSNAAM;KENNISCENTRUM;SECTOR MBO;TYPE MBO;KWALIFICATIENIVEAU;TOTAAL 2018;TOTAAL 2019\r\n"
    "99AA;x;x;x;x;BOLVT;4;2200;2300\r\n99AA;x;x;x;x;BBL;2;300;310\r\n99AB;x;x;x;x;BOLVT;3;140;150\r\n"
    "99AC;x;x;x;x;BBL;2;60;<5\r\n"
)
OLD = DUO_2026.replace("INSTELLINGSCODE", "BRIN NUMMER").replace("INSTELLINGSSOORT - ", "INSTELLINGSSOORT ")


@pytest.mark.parametrize(
    ("institutions", "students", "size", "bol"),
    [
        (duo_institutions(DUO_2026), DUO_STUDENTS_2026, 2610, 2300 / 2610),
        (duo_institutions(DUO_2026), DUO_STUDENTS_2026_TRACK, 2615, 2300 / 2615),
        (duo_institutions(OLD), DUO_STUDENTS_2019, 2610, 2300 / 2610),
    ],
)
def test_open_data_of_duo_of_several_years_gives_the_register(world, institutions, students, size, bol):
    from helpers import ingest

    deliveries = paths.EditionPaths("small").deliveries
    (deliveries / "register.csv").write_text(institutions, encoding="cp1252", newline="")
    (deliveries / "studentaantallen.csv").write_text(students, encoding="cp1252", newline="")
    assert ingest.ingest_source("small", "enrolment") == []
    assert [each for each in ingest.ingest_source("small", "register") if each.level == "refuse"] == []
    register = tables.read_table("small", "institutions").set_index("institution_id")
    assert register["region"].tolist() == ["west", "oost", "zuid"]
    assert register["kind"].tolist() == ["roc", "vakinstelling", "roc"]
    assert register.loc["99AA", "n_students"] == size
    assert register.loc["99AA", "share_bol"] == pytest.approx(bol)
    assert register["share_non_western"].isna().all()
    enrolment = tables.read_table("small", "enrolment")
    assert enrolment["n_students"].isna().sum() == 1  # hidden by DUO: missing, never a zero
    note = ingest.gate("small")["sources"]["register"]["crosswalk"]
    assert note == ("duo_institutions_2019" if "BRIN NUMMER" in institutions else "duo_institutions_2026")


def test_a_duo_register_without_numbers_of_students_says_what_is_lacking(world):
    from helpers import ingest

    deliveries = paths.EditionPaths("small").deliveries
    (deliveries / "register.csv").write_text(duo_institutions(DUO_2026), encoding="cp1252", newline="")
    defects = ingest.ingest_source("small", "register")
    assert "Voeg de levering met studentaantallen toe" in str(defects[0])


@pytest.mark.parametrize("kind", ["truncated", "bit-flipped"])
@pytest.mark.parametrize("suffix", ["sav", "zsav", "por", "dta", "csv", "xlsx", "ods", "parquet", "qdpx", "qdc"])
def test_damaged_files_give_a_clear_error_or_the_right_rows(tmp_path, kind, suffix):
    import fuzz

    found = fuzz.run(samples.every(tmp_path)[suffix], kind, 40)
    assert found["WRONG"] + found["CRASH"] + found["HANG"] == 0, found
    assert found["clear error"] > 0


def test_every_error_of_a_reader_names_the_file(tmp_path):
    path = tmp_path / "levering.pdf"
    path.write_bytes(b"%PDF-1.7")
    with pytest.raises(MonitorError, match="levering.pdf: gevonden: een bestand van het type '.pdf'"):
        readers.read(path, path.name)
