"""Direct identifiers are found; what only looks like one passes; none of them reaches an output."""

import shutil

import numpy as np
import openpyxl
import pandas as pd
import pyreadstat
import pytest

from helpers import ingest, paths, tables
from helpers.ingest import privacy

BSN = ["111222333", "123456782", "010464554", "192083749"]
"""Numbers that pass the 11-proef and belong to nobody: the ones that public examples use."""


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("E-mailadres", "e-mailadres"),
        ("email", "e-mailadres"),
        ("BSN", "BSN of onderwijsnummer"),
        ("Burgerservicenummer", "BSN of onderwijsnummer"),
        ("studentnummer", "studentnummer"),
        ("LEERLING_NR", "studentnummer"),
        ("DeelnemerID", "studentnummer"),
        ("personeelsnr", "personeelsnummer"),
        ("Naam", "naam"),
        ("achternaam", "naam"),
        ("Naam student", "naam"),
        ("v03_voornaam", "naam"),
        ("telefoon", "telefoonnummer"),
        ("mobiel nummer", "telefoonnummer"),
        ("ipaddr", "IP-adres"),
        ("postcode", "postcode"),
        ("PC6", "postcode"),
        ("straatnaam", "adres"),
        ("geboortedatum", "geboortedatum"),
        ("GEB_DAT", "geboortedatum"),
        ("token", "toegangscode"),
    ],
)
def test_columns_that_announce_an_identifier(name, kind):
    assert privacy.by_header(name) == kind


@pytest.mark.parametrize(
    "name",
    [
        "instellingsnaam", "NAAM INSTELLING", "opleidingsnaam", "plaatsnaam", "respondentnr", "volgnummer", "brin", "weegfactor",
        "telling", "aantal", "ipsatief", "opleiding_code", "postcodegebied", "geboorteland", "leeftijd", "cijfer_instelling",
        "veilig_school", "emailgebruik", "naamsbekendheid", "adresseert_onveiligheid", "tokens_gebruikt", "niveau", "schoolnummer",
    ],
)  # fmt: skip
def test_columns_that_only_look_like_one(name):
    assert privacy.by_header(name) is None


@pytest.mark.parametrize(
    ("values", "kind"),
    [
        ([f"a{i}@school.nl" for i in range(5)], "e-mailadres"),
        (["06-12345678", "+31 6 12345678", "0201234567", "030 - 234 56 78"], "telefoonnummer"),
        (["1234 AB", "9876zz", "3511 RV"], "postcode"),
        (["203.0.113.7", "2001:db8::1", "198.51.100.2"], "IP-adres"),
        (BSN, "BSN of onderwijsnummer"),
        (["NL91 ABNA 0417 1643 00", "NL20INGB0001234567", "NL02ABNA0123456789"], "rekeningnummer"),
    ],
)
def test_values_that_are_identifiers(values, kind):
    assert privacy.by_values(pd.Series(values)) == kind


def test_numbers_that_are_identifiers():
    assert privacy.by_values(pd.Series([float(text) for text in BSN])) == "BSN of onderwijsnummer"
    scattered = np.random.default_rng(1).choice(np.arange(200_000, 999_999), 60, replace=False).astype(float)
    assert privacy.by_values(pd.Series(scattered)) == "persoonsnummer"


@pytest.mark.parametrize(
    "values",
    [
        [1.0, 2.0, 3.0, 4.0, 5.0] * 20,
        list(range(1, 500)),
        list(range(100_000, 100_500)),
        [float(1 + i % 10) for i in range(100)],
        ["99AA", "99AB", "99AC", "90BB"],
        ["zorg en welzijn", "techniek", "economie"],
        ["2021-2022", "2020-2021", "2019-2020"],
        ["12.345", "1.000", "20.000"],
        ["1,25", "0,75", "1,00"],
        ["1234 SS", "1234 SA", "1234 SD"],
        ["25187", "25655", "23110"],
        ["01-09-2021", "15-10-2021", "31-12-2021"],
    ],
)
def test_values_that_only_look_like_one(values):
    assert privacy.by_values(pd.Series(values)) is None


def test_random_nine_digit_numbers_are_no_bsn():
    numbers = np.random.default_rng(3).integers(100_000_000, 999_999_999, 400)
    assert privacy.by_values(pd.Series(np.repeat(numbers, 2).astype(float))) is None
    passing = sum(privacy.is_bsn(str(number)) for number in numbers)
    assert 0.04 < passing / 400 < 0.15


@pytest.mark.parametrize("text", ["123456782", "111222333"])
def test_the_check_digit_of_a_bsn(text):
    assert privacy.is_bsn(text)
    assert not privacy.is_bsn(text[:-1] + str((int(text[-1]) + 1) % 10))
    assert not privacy.is_bsn("000000000")
    assert not privacy.is_bsn("111111110")


@pytest.mark.parametrize(
    ("text", "kinds"),
    [
        ("mail mij op jan.jansen@voorbeeld.nl", ["e-mailadres"]),
        ("Bel 06-12345678 of 030 234 56 78.", ["telefoonnummer", "telefoonnummer"]),
        ("ik woon op 3511 RV in de stad", ["postcode"]),
        ("mijn bsn is 123456782", ["BSN of onderwijsnummer"]),
        ("vanaf 203.0.113.7 gestuurd", ["IP-adres"]),
        ("Rekening NL91ABNA0417164300 graag", ["rekeningnummer"]),
        ("Bel 06\u201312345678 graag", ["telefoonnummer"]),
        ("Bel 06\u2012123\u2014456\u221278 graag", ["telefoonnummer"]),
        ("Bel 06\u00ad12\u00ad34\u00ad56\u00ad78 graag", ["telefoonnummer"]),
        ("Bel 06.12.34.56.78 of 06_12345678 of 06/12345678", ["telefoonnummer"] * 3),
        ("tel_06_12_34_56_78 graag", ["telefoonnummer"]),
        (
            "Bel 06·12345678 of \uff10\uff16\uff0d\uff11\uff12\uff13\uff14\uff15\uff16\uff17\uff18",
            ["telefoonnummer"] * 2,
        ),
        ("mail jan @ voorbeeld.nl of jan [at] voorbeeld.nl", ["e-mailadres", "e-mailadres"]),
        ("mail jan(at)voorbeeld.nl of jan (AT) voorbeeld [dot] nl", ["e-mailadres", "e-mailadres"]),
        ("mail jan\u200b@voor\u00adbeeld.nl of jan\uff20voorbeeld.nl", ["e-mailadres", "e-mailadres"]),
        ("in 2021\u20132022 was het (at random) anders dan in 2018\u20132019", []),
        ("In 2021 waren er 1234 meldingen, 12,5 procent meer", []),
        ("Lokaal B 112, dinsdag 10:30", []),
        ("versie 1.2.3.4.5 van het plan", []),
        ("crebo 25655, 120 studenten", []),
        ("tussen 1000 en 2000 EU-burgers", []),
    ],
)
def test_identifiers_in_open_answers(text, kinds):
    assert [hit.kind for hit in privacy.in_text(text)] == kinds
    veiled = privacy.veil(text)
    assert privacy.in_text(veiled) == []
    assert (veiled == text) == (not kinds)


@pytest.mark.parametrize(
    "text",
    [
        "Mijn naam is Fatima",
        "mevrouw De Vries gaf les",
        "dhr. van der Berg",
        "Ik heet Bas",
        "vragen: Karin Jansen",
        "contact: J. de Vries",
        "Contactpersoon: Jan",
        "t.a.v. mevr. De Vries",
        "Dhr.Jansen",
        "mevr. De Vries",
    ],
)
def test_names_that_are_announced(text):
    assert privacy.names_in_text(text)


@pytest.mark.parametrize(
    "name",
    [
        "ROC Proefstad (contactpersoon: jan)",
        "ROC Proefstad, t.a.v. mevrouw De Vries",
        "ROC Proefstad (vragen: Karin Jansen)",
        "ROC Proefstad, contact: Karin",
        "ROC Proefstad dhr. jansen",
        "ROC Proefstad 06\u201312345678",
        "ROC Proefstad info [at] proefstad.nl",
    ],
)
def test_a_person_among_the_names_of_institutions_refuses(world, name):
    path = paths.EditionPaths("small").deliveries / "register.csv"
    path.write_bytes(path.read_text(encoding="cp1252").replace("ROC Proefstad", name).encode("utf-8"))
    ingest.ingest_source("small", "register")
    found = [each for each in ingest.gate("small")["problems"] if each["rule"] == "identifier_column"]
    assert [each["level"] for each in found] == ["refuse"]
    assert "‘NAAM INSTELLING’, rij 2" in found[0]["where"]


@pytest.mark.parametrize(
    "text", ["De mevrouw van de kantine", "Ik ben het ermee eens", "meneer zei niets", "In Utrecht is het anders"]
)
def test_words_that_are_no_names(text):
    assert privacy.names_in_text(text) == []


SECRETS = ("student7@voorbeeld.nl", "06-12345678", "123456782", "3511 RV", "Pietersen")


def folder():
    return paths.EditionPaths("small").deliveries


def plant_everywhere() -> None:
    """Identifiers in an ignored column, an unexpected one, codes, open answers and a register of incidents."""
    path = folder() / "studenten_2022.sav"
    frame, _ = pyreadstat.read_sav(str(path), user_missing=True)
    frame["vraag_rooster"] = [f"student{i}@voorbeeld.nl" for i in range(len(frame))]
    frame["achternaam"] = "Pietersen"
    pyreadstat.write_sav(frame, str(path))
    path = folder() / "medewerkers_2022.sav"
    frame, _ = pyreadstat.read_sav(str(path), user_missing=True)
    frame["functie"] = frame["functie"].astype(object)
    frame.loc[0, "functie"] = "student7@voorbeeld.nl"
    frame["functie"] = frame["functie"].astype(str)
    pyreadstat.write_sav(frame, str(path))
    book = openpyxl.load_workbook(folder() / "coordinatoren_2023.xlsx")
    sheet = book.worksheets[0]
    place = [cell.value for cell in sheet[2]].index("Knelpunt (open)") + 1
    for number, secret in enumerate(SECRETS[1:4], start=3):
        sheet.cell(number, place).value = f"Bereikbaar via {secret} graag"
    book.save(folder() / "coordinatoren_2023.xlsx")
    book = openpyxl.load_workbook(folder() / "incidenten/incidenten_99AA.xlsx")
    book.worksheets[0]["C2"] = "student7@voorbeeld.nl"
    book.save(folder() / "incidenten/incidenten_99AA.xlsx")


def everything_written() -> bytes:
    """All bytes that intake left behind, Parquet columns read out."""
    outputs = paths.EditionPaths("small").outputs
    parts = []
    for path in sorted(outputs.rglob("*")):
        if path.suffix == ".parquet":
            parts.append(pd.read_parquet(path).to_csv().encode("utf-8"))
        elif path.is_file():
            parts.append(path.read_bytes())
    return b"\n".join(parts)


def test_no_identifier_reaches_an_output(world):
    from helpers.render import intake

    plant_everywhere()
    sources = ("students_2022", "staff", "coordinators", "incidents")
    for source in sources:
        ingest.ingest_source("small", source)
    summary = ingest.gate("small")
    intake.render("small")
    assert summary["verdict"] == "refused"
    rules = {problem["rule"] for problem in summary["problems"]}
    assert rules >= {"identifier_column", "identifier_text"}
    written = everything_written()
    for secret in SECRETS:
        assert secret.encode() not in written, secret


def test_open_answers_can_be_kept_without_the_identifiers(world, tmp_path, monkeypatch):
    plant_everywhere()
    folder_of_parameters = tmp_path / "parameters"
    shutil.copytree(paths.PARAMETERS, folder_of_parameters)
    monkeypatch.setattr(paths, "PARAMETERS", folder_of_parameters)
    rules = folder_of_parameters / "intake.yml"
    rules.write_text(rules.read_text().replace("identifier_text: refuse", "identifier_text: drop"))
    ingest.ingest_source("small", "coordinators")
    answers = tables.read_table("small", "coordinators")["bottleneck"]
    assert answers.str.contains(r"\[telefoonnummer\]").sum() == 1
    assert answers.str.contains(r"\[postcode\]").sum() == 1
    assert not any(answers.str.contains(secret, regex=False).any() for secret in SECRETS)


def test_a_date_of_birth_becomes_an_age_class_and_goes_no_further(world, tmp_path, monkeypatch):
    crosswalks = tmp_path / "crosswalks"
    shutil.copytree(paths.CROSSWALKS, crosswalks)
    monkeypatch.setattr(paths, "CROSSWALKS", crosswalks)
    walk = crosswalks / "students_2022.yml"
    lines = walk.read_text().splitlines()
    place = next(i for i, line in enumerate(lines) if line.startswith("  age_group"))
    lines[place] = "  age_group: {from: geboortedatum, born: 2022-03-01}"
    walk.write_text("\n".join(lines) + "\n")
    path = folder() / "studenten_2022.sav"
    frame, _ = pyreadstat.read_sav(str(path), user_missing=True)
    born = np.resize(["01-03-2004", "02-03-2004", "28-02-2001", "2000-01-01", "", "31-12-1990"], len(frame))
    pyreadstat.write_sav(frame.drop(columns="leeftijd_klasse").assign(geboortedatum=born), str(path))
    assert ingest.ingest_source("small", "students_2022") == []
    classes = pd.read_parquet(paths.EditionPaths("small").data / "students_2022.parquet")["age_group"]
    assert [None if pd.isna(value) else value for value in classes[:6]] == [
        "18-20",
        "<18",
        "21-23",
        "21-23",
        None,
        "24+",
    ]
    ingest.gate("small")
    assert b"01-03-2004" not in everything_written()
