"""Deliveries as they should not be: one table of defects, each with the verdict and the words it must give."""

import errno
import hashlib
import os
import shutil
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import openpyxl
import pandas as pd
import pyreadstat
import pytest
from msoffcrypto.format.ooxml import OOXMLFile

from helpers import ingest, paths, tables
from helpers.errors import exit_code
from helpers.ingest.__main__ import main as ingest_main

SURVEY, REGISTER, COORDINATORS = "studenten_2022.sav", "register.csv", "coordinatoren_2023.xlsx"
FIRST, SECOND, OVERVIEW = (f"incidenten/{name}.xlsx" for name in ("incidenten_99AA", "incidenten_99AB", "overzicht"))


def folder():
    return paths.EditionPaths("small").deliveries


def look(*sources: str) -> dict:
    """Read the changed sources again, and give the gate's summary."""
    for source in sources:
        ingest.ingest_source("small", source)
    return ingest.gate("small")


def told(summary: dict) -> str:
    """Every problem on a line of its own: level, rule, and the whole message."""
    from helpers.ingest.problems import Defect

    return "\n".join(f"{each['level']} {each['rule']} {Defect(**each)}" for each in summary["problems"])


def sav(name: str, change: Callable) -> Callable:
    """Change an SPSS delivery, and keep its value labels."""

    def spoil() -> None:
        path = folder() / name
        frame, meta = pyreadstat.read_sav(str(path), user_missing=True)
        kept = dict(meta.variable_value_labels)
        pyreadstat.write_sav(change(frame), str(path), variable_value_labels=kept)

    return spoil


def cells(name: str, **values) -> Callable:
    """Set cells of the survey: ``column=(rows, value)``."""

    def change(frame: pd.DataFrame) -> pd.DataFrame:
        for column, (rows, value) in values.items():
            frame.loc[rows, column] = value
        return frame

    return sav(name, change)


def text(change: Callable) -> Callable:
    """Change the register's text."""

    def spoil() -> None:
        path = folder() / REGISTER
        path.write_bytes(change(path.read_bytes().decode("cp1252")).encode("cp1252"))

    return spoil


def raw(name: str, change: Callable) -> Callable:
    """Change a file's bytes."""

    def spoil() -> None:
        path = folder() / name
        path.write_bytes(change(path.read_bytes()))

    return spoil


def book(name: str, change: Callable) -> Callable:
    """Change the first sheet of a workbook."""

    def spoil() -> None:
        opened = openpyxl.load_workbook(folder() / name)
        change(opened.worksheets[0])
        opened.save(folder() / name)

    return spoil


def hidden_copy(name: str) -> Callable:
    """Add a hidden copy of the first sheet of a workbook."""

    def spoil() -> None:
        opened = openpyxl.load_workbook(folder() / name)
        opened.copy_worksheet(opened.worksheets[0]).sheet_state = "hidden"
        opened.save(folder() / name)

    return spoil


def cell(place: str, value: object) -> Callable:
    return lambda sheet: sheet.__setitem__(place, value)


def find(sheet, word: str, offset: int = 1):
    """The cell beside the one that holds a word."""
    for row in sheet.iter_rows():
        for each in row:
            if each.value == word:
                return sheet.cell(each.row, each.column + offset)
    raise AssertionError(f"no cell holds {word}")


def beside(word: str, value: object, offset: int = 1) -> Callable:
    def change(sheet) -> None:
        find(sheet, word, offset).value = value

    return change


def locked() -> None:
    path = folder() / COORDINATORS
    plain = path.with_suffix(".plain")
    shutil.move(path, plain)
    with plain.open("rb") as source, path.open("wb") as target:
        OOXMLFile(source).encrypt("geheim", target)
    plain.unlink()


def copied(source: str, target: str) -> Callable:
    return lambda: shutil.copyfile(folder() / source, folder() / target)


def removed(name: str) -> Callable:
    return lambda: (folder() / name).unlink()


def swapped(frame: pd.DataFrame) -> pd.DataFrame:
    """One institution's answers under another's code."""
    other = {"99AA": "99AB", "99AB": "99AA"}
    return frame.assign(brin=frame["brin"].map(lambda code: other.get(code, code)))


def with_checksum(right: bool) -> Callable:
    def spoil() -> None:
        content = (folder() / SURVEY).read_bytes() if right else b"iets anders"
        (folder() / f"{SURVEY}.sha256").write_text(f"{hashlib.sha256(content).hexdigest()}  {SURVEY}\n")

    return spoil


def not_utf8(name: str) -> Callable:
    return raw(name, lambda content: content.replace(b"ROC", b"R\x81C"))


def second_sheet_alike() -> None:
    opened = openpyxl.load_workbook(folder() / "focusgroepen_2023.xlsx")
    opened.copy_worksheet(opened.worksheets[0]).title = "Fragmenten oud"
    opened.worksheets[0].title = "Fragmenten nieuw"
    opened.save(folder() / "focusgroepen_2023.xlsx")


@dataclass(frozen=True)
class Case:
    """A defect, the source that it is in, the verdict, and words that the problems must hold."""

    name: str
    spoil: Callable
    source: str
    level: str
    rule: str
    words: str


def linked(name: str) -> Callable:
    """A file or folder elsewhere, and a link to it among the deliveries."""

    def spoil() -> None:
        shutil.move(folder() / name, folder().parent / "elsewhere")
        (folder() / name).symlink_to(folder().parent / "elsewhere")

    return spoil


R, W = "refuse", "warn"
CASES = [
    # what arrived
    Case("a delivery is missing", removed("studenten_2018.sav"), "students_2018", R, "delivery_missing", "daar staan nu: coordinatoren_2023.xlsx"),
    Case("a file that is a link", linked(SURVEY), "students_2022", R, "file_link", "studenten_2022.sav: gevonden: een koppeling"),
    Case("a folder that is a link", linked("incidenten"), "incidents", R, "file_link", "incidenten: gevonden: een koppeling"),
    Case("a link that leads nowhere", lambda: (folder() / "x").symlink_to("nowhere"), "register", R, "file_link", "x: gevonden: een koppeling"),
    Case("a pipe", lambda: os.mkfifo(folder() / "pijp.csv"), "register", R, "file_link", "pijp.csv: gevonden: een pijp, socket of apparaat"),
    Case("a file name that is no text", lambda: (folder() / os.fsdecode(b"b\xebd.csv")).touch(), "register", R, "name_marks", "b\\xebd.csv: gevonden: tekens die geen UTF-8 zijn"),
    Case("a file name that shows as another", copied(SURVEY, "x\u202evas.txt"), "register", R, "name_marks", "x?vas.txt: gevonden: tekens als U+202E"),
    Case("an institution's name that shows as another", raw(REGISTER, lambda content: content.decode("cp1252").replace("ROC Proefstad", "ROC \u202eProefstad").encode()), "register", R, "name_marks", "tekens als U+202E"),
    Case("a delivery in two formats", copied(SURVEY, "studenten_2022.zsav"), "students_2022", R, "delivery_double", "2 bestanden: studenten_2022.sav, studenten_2022.zsav"),
    Case("an empty SPSS file", raw(SURVEY, lambda _: b""), "students_2022", R, "file_unreadable", "studenten_2022.sav: gevonden: een leeg bestand (0 bytes)"),
    Case("an empty workbook", raw(COORDINATORS, lambda _: b""), "coordinators", R, "file_unreadable", "een leeg bestand (0 bytes)"),
    Case("an empty text file", raw(REGISTER, lambda _: b""), "register", R, "file_unreadable", "een leeg bestand (0 bytes)"),
    Case("an SPSS file cut off", raw(SURVEY, lambda content: content[: len(content) // 2]), "students_2022", R, "file_unreadable", "afgekapt: vraag de afzender het opnieuw te sturen"),
    Case("a workbook cut off", raw(COORDINATORS, lambda content: content[: len(content) // 2]), "coordinators", R, "file_unreadable", "een beschadigd bestand (BadZipFile)"),
    Case("a byte changed in a workbook", raw(COORDINATORS, lambda content: content[:3000] + b"\x00\x00\x00" + content[3003:]), "coordinators", R, "file_unreadable", "een beschadigd bestand"),
    Case("a workbook that calls itself SPSS", copied(COORDINATORS, "medewerkers_2022.sav"), "staff", R, "file_unreadable", "de eerste bytes zijn die van een zip-archief of Excel-werkmap"),
    Case("an SPSS file that calls itself a workbook", copied(SURVEY, COORDINATORS), "coordinators", R, "file_unreadable", "de eerste bytes zijn die van een SPSS-bestand"),
    Case("a workbook with a password", locked, "coordinators", R, "file_unreadable", "een werkmap met een wachtwoord"),
    Case("a format that nobody reads", lambda: shutil.move(folder() / SURVEY, folder() / "studenten_2022.xlsb"), "students_2022", R, "file_unreadable", "een bestand van het type '.xlsb'"),
    Case("the same file under two names", copied("msv_studenten_2018.sav", "msv_medewerkers_2018.sav"), "staff_msv", R, "delivery_same", "dezelfde inhoud als msv_studenten_2018.sav"),
    Case("a file that belongs to no source", copied(SURVEY, "los bestand.sav"), "students_2022", W, "file_unexpected", "los bestand.sav: gevonden: een bestand dat bij geen bron hoort"),
    Case("not what the sender's checksum says", with_checksum(False), "students_2022", R, "checksum", "een andere inhoud dan de controlesom van de afzender"),
    Case("a checksum file without a checksum", lambda: (folder() / f"{SURVEY}.sha256").write_text("klopt"), "students_2022", R, "checksum", "geen controlesom"),
    # text files
    Case("characters of no encoding", not_utf8(REGISTER), "register", R, "file_unreadable", "tekens waarvan de codering niet duidelijk is: ‘RÅC’ (Mac Roman)"),
    Case("a null byte in text", raw(REGISTER, lambda content: content + b"\x00;"), "register", R, "file_unreadable", "een nulbyte op plaats"),
    Case("rows of other lengths", text(lambda t: t.replace("99AB;", "99AB;extra;")), "register", R, "file_unreadable", "rijen met een ander aantal cellen dan de kop (rij 3: 10)"),
    Case("a quote that does not close", text(lambda t: t.replace("99AB;", '99AB;"')), "register", R, "file_unreadable", "een cel die niet te lezen is"),
    Case("decimal points and commas mixed", text(lambda t: t.replace(",", ".", 1)), "register", R, "file_unreadable", "met een decimale komma"),
    Case("no delimiter at all", raw(REGISTER, lambda content: content.replace(b";", b" ")), "register", R, "file_unreadable", "een eerste regel zonder scheidingsteken"),
    Case("a last line without an end", text(lambda t: t.rstrip()), "register", W, "file_unfinished", "een laatste regel zonder regeleinde"),
    # columns
    Case("a column renamed", sav(SURVEY, lambda f: f.rename(columns={"veilig_school": "veilig_schoolx"})), "students_2022", R, "column_missing", "Heet die nu ‘veilig_schoolx’?"),
    Case("a column missing", sav(SURVEY, lambda f: f.drop(columns=["weegfactor"])), "students_2022", R, "column_missing", "kolom ‘weegfactor’: gevonden: geen zo'n kolom; toegestaan: ‘weegfactor’ (voor weight)"),
    Case("a column that nobody expects", sav(SURVEY, lambda f: f.assign(nieuw=1.0)), "students_2022", R, "column_unexpected", "kolom ‘nieuw’: gevonden: een kolom die niemand verwacht"),
    Case("a column twice", text(lambda t: "\r\n".join(f"{line};{line.split(';')[2]}" for line in t.splitlines()) + "\r\n"), "register", R, "column_double", "kolom ‘SOORT’: gevonden: de kolom twee keer"),
    Case("no rows", sav("medewerkers_2022.sav", lambda f: f.iloc[:0]), "staff", R, "no_rows", "medewerkers_2022.sav: gevonden: geen rijen"),
    Case("a sheet with another name", book(COORDINATORS, lambda s: setattr(s, "title", "Blad1")), "coordinators", R, "file_unreadable", "de bladen Blad1; toegestaan: een blad ‘Antwoorden’"),
    Case("two sheets that fit", second_sheet_alike, "fragments", R, "file_unreadable", "de bladen Fragmenten nieuw, Fragmenten oud"),
    Case("a formula that was never computed", book(COORDINATORS, cell("B3", "=A1&A2")), "coordinators", R, "file_unreadable", "blad ‘Antwoorden’, rij 3: gevonden: een formule zonder uitkomst"),
    # values
    Case("codes that no crosswalk knows", cells(SURVEY, geslacht=([2, 5], 7.0)), "students_2022", R, "code_unknown", "kolom ‘geslacht’, rij 3, 6: gevonden: code ‘7’, 2 keer; toegestaan: 1, 2, 3, 9 (ontbrekend)"),
    Case("many unknown codes", sav(SURVEY, lambda f: f.assign(geslacht=np.arange(len(f)) % 40 + 50.0)), "students_2022", R, "code_unknown", "nog 35 andere verkeerde waarden"),
    Case("a number out of range", cells(SURVEY, cijfer_opleiding=(0, 55.0)), "students_2022", R, "value_range", "kolom ‘cijfer_opleiding’, rij 1: gevonden: ‘55’, één keer; toegestaan: hele getallen van 1 tot en met 10"),
    Case("a fraction where there are none", cells(SURVEY, cijfer_opleiding=(3, 7.5)), "students_2022", R, "value_type", "kolom ‘cijfer_opleiding’, rij 4: gevonden: ‘7.5’, één keer"),
    Case("a word where a number stands", text(lambda t: t.replace(";6400;", ";veel;")), "register", R, "value_type", "kolom ‘AANTAL STUDENTEN’, rij 2: gevonden: ‘veel’"),
    Case("a number that is none", text(lambda t: t.replace(";6400;", ";inf;")), "register", R, "value_type", "‘inf’"),
    Case("an error of Excel", book(COORDINATORS, cell("AF3", "#REF!")), "coordinators", R, "", "#REF!"),
    Case("an empty name", text(lambda t: t.replace("ROC Proefstad", "")), "register", R, "value_required", "kolom ‘NAAM INSTELLING’, rij 2: gevonden: niets, één keer"),
    Case("a code that is no BRIN", text(lambda t: t.replace("99AB;", "99ab;")), "register", R, "code_brin", "‘99ab’, één keer; toegestaan: een BRIN-code"),
    Case("a missing weight", cells(SURVEY, weegfactor=(4, np.nan)), "students_2022", R, "weight_invalid", "kolom ‘weegfactor’, rij 5: gevonden: niets, één keer; toegestaan: gewichten groter dan 0"),
    Case("a weight of zero", cells(SURVEY, weegfactor=(4, 0.0)), "students_2022", R, "weight_invalid", "kolom ‘weegfactor’, rij 5: gevonden: ‘0’"),
    Case("a negative weight", cells(SURVEY, weegfactor=(4, -1.0)), "students_2022", R, "weight_invalid", "gevonden: ‘-1’"),
    Case("weights of another selection", sav(SURVEY, lambda f: f.assign(weegfactor=f["weegfactor"] * 40)), "students_2022", W, "weight_sum", "een gemiddeld gewicht van"),
    Case("a respondent twice", cells(SURVEY, respondentnr=([1, 7], 1.0)), "students_2022", R, "key_double", "kolom ‘respondentnr’, rij 1, 2, 8: gevonden: 1 sleutels die vaker voorkomen, samen 3 rijen"),
    Case("most answers missing", sav(SURVEY, lambda f: f.assign(beperking=9.0)), "students_2022", W, "missing_share", "kolom ‘beperking’"),
    Case("an institution twice in the register", text(lambda t: t + t.splitlines()[1] + "\r\n"), "register", R, "key_double", "99AA 2 keer; toegestaan: elke instelling één keer"),
    # identifiers
    Case("an unexpected column with e-mail addresses", sav(SURVEY, lambda f: f.assign(contact=[f"student{i}@voorbeeld.nl" for i in range(len(f))])), "students_2022", R, "identifier_column", "kolom ‘contact’: gevonden: wat lijkt op een e-mailadres"),
    Case("an unexpected column called bsn", sav(SURVEY, lambda f: f.assign(bsn=1.0)), "students_2022", R, "identifier_column", "wat lijkt op een BSN of onderwijsnummer"),
    Case("an ignored column with identifiers", sav(SURVEY, lambda f: f.assign(vraag_rooster=[f"student{i}@voorbeeld.nl" for i in range(len(f))])), "students_2022", W, "identifier_dropped", "kolom ‘vraag_rooster’: gevonden: wat lijkt op een e-mailadres"),
    Case("a telephone number in an open answer", book(COORDINATORS, lambda s: setattr(find(s, "Knelpunt (open)", 0).offset(row=1), "value", "Bel mij op 06-12345678")), "coordinators", R, "identifier_text", "wat lijkt op een telefoonnummer"),
    Case("a name in a fragment", book("focusgroepen_2023.xlsx", lambda s: setattr(find(s, "Fragment", 0).offset(row=1), "value", "Het begon toen mevrouw Jansen wegging.")), "fragments", W, "name_in_text", "wat een naam kan zijn"),
    # incidents
    Case("incidents without overview", removed(OVERVIEW), "incidents", R, "incident_overview", "bestanden zonder overzicht.xlsx"),
    Case("an overview without its columns", book(OVERVIEW, cell("B1", "Ontvangen")), "incidents", R, "incident_overview", "ook Geleverd"),
    Case("an overview with another answer", book(OVERVIEW, cell("B2", "misschien")), "incidents", R, "incident_overview", "rij 2: gevonden: ‘misschien’; toegestaan: ja, nee"),
    Case("a file that the overview denies", copied(SECOND, "incidenten/incidenten_99AC.xlsx"), "incidents", R, "incident_overview", "99AC: gevonden: geleverd: nee, maar er is een bestand"),
    Case("a file that the overview promises", removed(FIRST), "incidents", R, "incident_overview", "geleverd: ja, maar er is geen bestand"),
    Case("a file with a name of its own", lambda: shutil.move(folder() / FIRST, folder() / "incidenten/99AA definitief.xlsx"), "incidents", R, "incident_file", "een naam die niemand verwacht"),
    Case("a layout that nobody knows", book(FIRST, lambda s: s.delete_rows(1, 1)), "incidents", R, "incident_layout", "een indeling die niemand kent"),
    Case("a kind of incident that nobody knows", book(FIRST, cell("B2", "stalking")), "incidents", R, "incident_category", "rij 2: gevonden: soort incident ‘stalking’"),
    Case("a calendar year among school years", book(FIRST, cell("A2", "2021")), "incidents", R, "incident_period", "rij 2: gevonden: periode ‘2021’; toegestaan: een schooljaar als 2021-2022"),
    Case("school years that do not follow", book(FIRST, cell("A2", "2020-2023")), "incidents", R, "incident_period", "‘2020-2023’"),
    Case("a negative number of incidents", book(FIRST, cell("C2", -3)), "incidents", R, "incident_count", "aantal ‘-3’; toegestaan: een heel getal van 0 of meer"),
    Case("a number hidden by the institution", book(FIRST, cell("C2", "<5")), "incidents", W, "incident_censored", "aantal ‘<5’"),
    Case("a kind and period twice", book(FIRST, lambda s: s.append([c.value for c in s[2]])), "incidents", R, "incident_double", "een tweede keer"),
    Case("a total that does not add up", book(FIRST, lambda s: s.append(["2020-2021", "Totaal", 9999])), "incidents", W, "incident_total", "een totaal van 9999"),
    Case("a file of another institution", book(SECOND, cell("A1", "Overzicht incidenten 98ZZ")), "incidents", R, "incident_other_code", "de code 98ZZ boven de tabel; toegestaan: 99AB"),
    Case("a sheet of figures that is hidden", hidden_copy(FIRST), "incidents", R, "incident_sheet", "een verborgen blad met incidenten"),
    Case("a column of counts that nobody named", book(FIRST, lambda s: [s.cell(row, 4, "Aantal meldingen" if row == 1 else row % 3 * 7) for row in range(1, 9)]), "incidents", R, "incident_column", "kolom ‘Aantal meldingen’"),
    Case("a table beside the table", book(FIRST, lambda s: s.cell(5, 9, 12)), "incidents", R, "table_second", "rij 5: gevonden: getallen naast de tabel"),
    Case("a reason that nobody allowed to be told", book(OVERVIEW, beside("99AC", "Het ligt bij ons net anders", 2)), "incidents", W, "incident_reason", "een reden die niet in data/crosswalks/incidents.yml staat"),
    Case("a contact person in a remark", book(OVERVIEW, beside("99AC", "Mail jan@school.example", 2)), "incidents", R, "identifier_text", "kolom ‘Toelichting’: gevonden: wat lijkt op een e-mailadres"),
    # across files
    Case("an institution that the register lacks", cells(SURVEY, brin=([0, 1, 2, 3], "98ZZ")), "students_2022", R, "institution_unknown", "studenten_2022.sav, 98ZZ: gevonden: instelling 98ZZ in 4 rijen, die het register niet kent"),
    Case("more respondents than students", text(lambda t: t.replace(";6400;", ";64;")), "register", W, "beyond_enrolment", "hoogstens 64 studenten"),
    Case("an institution that fell out", sav(SURVEY, lambda f: f[f["brin"] != "99AB"]), "students_2022", W, "institution_absent", "geen rijen van 1 instellingen (99AB)"),
    Case("far fewer respondents than before", sav(SURVEY, lambda f: f[(f["brin"] != "99AA") | (np.arange(len(f)) % 10 == 0)]), "students_2022", W, "jump_respondents", "studenten_2022.sav, 99AA"),
    Case("a jump in feeling safe", sav(SURVEY, lambda f: f.assign(veilig_school=f["veilig_school"].where(f["brin"] != "99AA", 2.0))), "students_2022", W, "jump_share", "99AA: gevonden: 0 procent veilig"),
    Case("another institution's data under a code", sav(SURVEY, swapped), "students_2022", W, "other_institution", "opleidingen die in 2020 bij 99AB horen"),
]  # fmt: skip


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_defect(world, case):
    case.spoil()
    summary = look(case.source)
    words = told(summary)
    assert case.words in words
    assert f"{case.level} {case.rule}" in words
    assert summary["verdict"] == ("refused" if case.level == R else "accepted"), words
    kept = (paths.EditionPaths("small").data / f"{case.source}.parquet").is_file()
    if case.level == W:
        assert kept


ELSEWHERE = {
    "account_missing",
    "account_open",
    "account_doubt",
    "enrolment_hidden",
    "delivery_changed",
    "missing_conflict",
    "share_scale",
    "break_unrecorded",
    "rows_unproven",
    *("text_encoding", "decimal_differs", "label_conflict"),  # test_texts, test_senders
    *("coding_not_text", "coding_unread", "fragment_conflict", "variable_double"),  # test_refi
    "log_elsewhere",
}
"""Rules that speak in tests of their own."""


def test_the_table_holds_fifty_defects_and_nearly_every_rule():
    from helpers.ingest.problems import RULES

    assert len(CASES) >= 50
    assert {case.rule for case in CASES} | ELSEWHERE | {""} >= set(RULES)


def test_good_deliveries_pass_without_a_word(world):
    assert told(look()) == ""
    assert ingest.verdict(ingest.load_intake("small")).startswith("Intake 'small': geaccepteerd — 12 bronnen")


def test_the_sender_s_checksum_that_is_right(world):
    with_checksum(True)()
    assert told(look("students_2022")) == ""


@pytest.mark.parametrize(
    ("delimiter", "encoding"), [("\t", "cp1252"), ("|", "utf-8"), (";", "utf-8-sig"), (";", "utf-16")]
)
def test_a_register_in_another_dialect_is_recognised_and_told(world, delimiter, encoding):
    path = folder() / REGISTER
    before = tables.read_table("small", "institutions")
    path.write_bytes(path.read_bytes().decode("cp1252").replace(";", delimiter).encode(encoding))
    summary = look("register")
    assert summary["verdict"] == "accepted"
    pd.testing.assert_frame_equal(tables.read_table("small", "institutions"), before)
    assert "decimaalteken komma" in summary["sources"]["register"]["facts"]


def test_all_problems_of_all_deliveries_are_told_at_once(world):
    (folder() / "studenten_2016.sav").unlink()
    (folder() / "focusgroepen_2023.xlsx").write_bytes(b"")
    sav(SURVEY, lambda frame: frame.drop(columns=["weegfactor"]).assign(geslacht=7.0))()
    summary = look("students_2016", "fragments", "students_2022")
    refused = [each for each in summary["problems"] if each["level"] == "refuse"]
    assert {each["source"] for each in refused} == {"students_2016", "fragments", "students_2022"}


def test_all_that_is_wrong_with_one_file_is_told_at_once(world):
    cells(SURVEY, geslacht=(1, 7.0), cijfer_opleiding=(2, 55.0), weegfactor=(3, -1.0), brin=(4, "x"))()
    rules = {each["rule"] for each in look("students_2022")["problems"]}
    assert rules >= {"code_unknown", "value_range", "weight_invalid", "code_brin"}


def test_nothing_of_a_refused_source_is_left(world):
    target = paths.EditionPaths("small").data / "students_2022.parquet"
    assert target.is_file()
    (folder() / SURVEY).write_bytes(b"")
    look("students_2022")
    assert not target.exists()


def test_every_value_is_accounted_for(world):
    summary = look()
    for key, source in summary["sources"].items():
        for account in source["accounts"]:
            parts = account["mapped"] + account["missing"] + account["empty"] + account["unknown"]
            assert parts == account["rows"] == source["rows"], (key, account)
    students = {each["column"]: each for each in summary["sources"]["students_2022"]["accounts"]}
    written = tables.read_table("small", "students")
    own = written[written["wave"] == 2022]
    assert students["feels_safe"]["mapped"] == own["feels_safe"].notna().sum()
    assert students["disability"]["missing"] == own["disability"].isna().sum() > 0


def test_a_code_that_the_sender_calls_missing_and_the_crosswalk_does_not(world):
    path = folder() / SURVEY
    frame, meta = pyreadstat.read_sav(str(path), user_missing=True)
    pyreadstat.write_sav(frame, str(path), missing_ranges={"geslacht": [3.0], "veilig_school": [{"lo": 8, "hi": 9}]})
    words = told(look("students_2022"))
    assert "refuse missing_conflict" in words
    assert "code 3, die de afzender als ontbrekend aanmerkt" in words
    assert "veilig_school" not in words


def test_no_text_of_the_intake_tells_a_person(world):
    """A heading, a sheet's name, a title above the table, a long value that is cut, and a file's name."""
    path = folder() / FIRST
    opened = openpyxl.load_workbook(path)
    extra = opened.create_sheet("karin@vakcollege.nl")
    extra.append(["Aantal volgens Jan de Vries (06-12345678)", "bel 06\u201387654321"])
    extra.append([1, 2])
    opened.save(path)
    register_as_workbook(lambda sheet, *_: sheet.insert_rows(1))
    path = folder() / "register.xlsx"
    opened = openpyxl.load_workbook(path)
    opened.active["A1"] = "Vragen: Jan de Vries, j.devries@proefstad.nl"
    opened.active["C3"] = "ROC, en voor vragen hierover belt u met 06-12345678"
    opened.active["J2"] = "Aantal volgens Jan de Vries (06-12345678)"
    opened.active["J3"] = "x"
    opened.active.title = "bel 0612345678"
    opened.save(path)
    (folder() / "nog iets van jan@proefstad.nl.xlsx").write_bytes(b"")
    words = told(look("register", "incidents"))
    where = paths.EditionPaths("small").data
    summary = (where / "intake.json").read_text(encoding="utf-8")
    notes = "".join((where / f"{name}.problems.json").read_text(encoding="utf-8") for name in ("register", "incidents"))
    assert "[telefoonnummer]" in words and "[e-mailadres]" in words
    for text in (words, summary, notes):
        for person in ("de Vries", "proefstad.nl", "karin@", "12345678", "87654321", "06-1"):
            assert person not in text, person


@pytest.mark.parametrize(
    ("declared", "words"),
    [
        ({"veilig_school": [{"lo": 1, "hi": 2}]}, "‘veilig_school’"),
        ({"cijfer_opleiding": [{"lo": 1, "hi": 5}, 99]}, "code 1, 2, 3, 4, 5, die de afzender als ontbrekend aanmerkt"),
        ({"geslacht": [{"lo": 2, "hi": 9}]}, "code 2, 3, die de afzender als ontbrekend aanmerkt"),
        ({"cijfer_opleiding": [{"lo": 11, "hi": 99}]}, ""),
    ],
)
def test_answers_that_the_sender_calls_missing_do_not_vanish(world, declared, words):
    path = folder() / SURVEY
    frame, meta = pyreadstat.read_sav(str(path), user_missing=True)
    kept = {key: each for key, each in meta.missing_ranges.items() if key not in declared}
    labels = dict(meta.variable_value_labels)
    pyreadstat.write_sav(frame, str(path), missing_ranges={**kept, **declared}, variable_value_labels=labels)
    said = told(look("students_2022"))
    assert ("refuse missing_conflict" in said) == bool(words)
    assert words in said


def register_as_workbook(change: Callable) -> None:
    """The register as an Excel file, of which ``change`` may touch the sheet."""
    path = folder() / REGISTER
    rows = [line.split(";") for line in path.read_bytes().decode("cp1252").splitlines()]
    places = [rows[0].index(name) for name in ("AANTAL STUDENTEN", "PERC NIET-WESTERS", "PERC BOL")]
    for row in rows[1:]:
        for place in places:
            row[place] = float(row[place].replace(",", "."))
    opened = openpyxl.Workbook()
    for row in rows:
        opened.active.append(row)
    change(opened.active, *(place + 1 for place in places[1:]))
    path.unlink()
    opened.save(path.with_suffix(".xlsx"))


def test_a_full_disk_is_one_clear_line(world, monkeypatch, capsys):
    def full(*_args, **_kwargs):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(pd.DataFrame, "to_parquet", full)
    assert exit_code(ingest_main, ["source", "small", "students_2022"]) == 1
    assert capsys.readouterr().err.startswith("The disk is full: the results could not be written.")
    assert not list(paths.EditionPaths("small").data.glob(".*"))


def test_waves_with_other_names_and_codes_give_one_schema(world):
    students = tables.read_table("small", "students")
    assert sorted(students["wave"].unique()) == [2016, 2018, 2020, 2022]
    assert students.groupby("wave")["feels_safe"].mean().between(3.5, 4.6).all()
    assert students["feels_safe"].dropna().between(1, 5).all()
    kinds = students.groupby("wave", observed=True)["gender"].apply(lambda column: set(column.dropna()))
    assert kinds.map(len).min() >= 2


def test_hostile_texts_stay_texts(world):
    hostile = '=1+1 "Vak" <script>alert(1)</script> ../x'
    text(lambda content: content.replace("ROC Proefstad", '"' + hostile.replace('"', '""') + '"'))()
    assert look("register")["verdict"] == "accepted"
    assert hostile in set(tables.read_table("small", "institutions")["name"])


def test_a_source_in_another_format_gives_the_same_table(world):
    before = tables.read_table("small", "staff")
    path = folder() / "medewerkers_2022.sav"
    frame, _ = pyreadstat.read_sav(str(path), user_missing=True)
    path.unlink()
    frame.to_parquet(folder() / "medewerkers_2022.parquet", index=False)
    assert look("staff")["verdict"] == "accepted"
    pd.testing.assert_frame_equal(tables.read_table("small", "staff"), before)
    (folder() / "medewerkers_2022.parquet").unlink()
    pyreadstat.write_dta(frame, str(folder() / "medewerkers_2022.dta"))
    assert look("staff")["verdict"] == "accepted"
    pd.testing.assert_frame_equal(tables.read_table("small", "staff"), before)
