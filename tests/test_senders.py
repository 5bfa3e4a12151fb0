"""What programs of senders export: LimeSurvey, Qualtrics, Microsoft and Google Forms, SPSS, Stata, SAS."""

import csv
import io

import openpyxl
import pandas as pd
import pyreadstat
import pytest
import samples

from helpers.ingest import crosswalks, draft, mapping, meanings, readers
from helpers.ingest.crosswalks import Crosswalk
from helpers.ingest.problems import Unreadable

LIME = crosswalks.load("coordinators_limesurvey")
SYSTEM = ["id", "submitdate", "lastpage", "startlanguage", "seed", "startdate", "datestamp"]
DATED = ["2023-03-01 10:00:00", "5", "nl", "12", "2023-03-01 09:50:00", "2023-03-01 10:00:00"]
CODES = ["brin", "plan", "partner[SQ001]", "partner[SQ002]", "privacy[nu]", "knelpunt"]
ANSWERS = [
    ["99AA", "A1", "Y", "", "4.0000000000", "7,5"],
    ["99AB", "A2", "", "Y", "3.0000000000", "Tijd: 10 uur. Niets"],
]


def table(rows: list[list[str]], delimiter: str = ",", quoting: int = csv.QUOTE_ALL) -> str:
    buffer = io.StringIO()
    csv.writer(buffer, delimiter=delimiter, quoting=quoting, lineterminator="\n", quotechar='"').writerows(rows)
    return buffer.getvalue()


def limesurvey(tmp_path, heads: list[list[str]], rows=None, delimiter=",", dated=DATED, quoting=csv.QUOTE_ALL):
    """Read an export with these heads: two responses that were sent, and one that was not."""
    path = tmp_path / "x.csv"
    rows = [[str(number), *dated, *answers] for number, answers in enumerate(rows or ANSWERS, start=1)]
    rows.append(["9", *([""] * (len(rows[0]) - 1))])
    path.write_text(table([*heads, *rows], delimiter, quoting), encoding="utf-8", newline="")
    return readers.read(path, path.name, LIME)


def closed(delivered) -> bool:
    return bool(delivered.parts) and all(part.open == 0 and part.used >= 0 for part in delivered.parts)


DUTCH = [
    "Antwoord ID",
    "Datum verzonden",
    "Laatste pagina",
    "Begintaal",
    "Zaad",
    "Datum gestart",
    "Datum laatste actie",
]
ENGLISH = ["Response ID", "Date submitted", "Last page", "Start language", "Seed", "Date started", "Date last action"]
ASKED = [f"{code}. Vraag 1. Wat: bij {number}. {code}?" for number, code in enumerate(CODES)]
HEADS = {
    "codes": [*SYSTEM, *CODES],
    "English": [*ENGLISH, *CODES],
    "Dutch": [*DUTCH, *CODES],
    "underscores": [*(name.replace(" ", "_") for name in ENGLISH), *CODES],
    "Dutch underscores": [*(name.replace(" ", "_") for name in DUTCH), *CODES],
    "codes and texts": [*(f"{code}. {name}" for code, name in zip(SYSTEM, ENGLISH, strict=True)), *ASKED],
    "codes and texts with colons": [*SYSTEM, *(f"{code}: Wat is 1.5? Zie: 2" for code in CODES)],
    "codes in capitals": [*SYSTEM, *(code.upper() for code in CODES)],
}


@pytest.mark.parametrize("heads", HEADS)
def test_limesurvey_in_any_heading(tmp_path, heads):
    delivered = limesurvey(tmp_path, [HEADS[heads]])
    assert list(delivered.frame.columns) == CODES
    assert delivered.frame["knelpunt"].tolist() == [answers[-1] for answers in ANSWERS]
    assert set(delivered.dropped.values()) == {"systeemkolom van LimeSurvey"}
    few = LIME.model_copy(update={"columns": {key: each for key, each in LIME.columns.items() if each.source in CODES}})
    mapped = mapping.apply(delivered, few, "x")
    assert mapped.defects == [] and mapped.frame["privacy_now"].tolist() == [4, 3]
    assert mapped.frame.index.tolist() == [2, 3]
    assert closed(delivered)


SAID = 'Regel een\nregel twee\tmet tab, {accolade}, "aanhaling" en {newline} als tekst'


def written(answer: str) -> str:
    """An answer as LimeSurvey's VV export writes it."""
    for mark, escape in (("{", "{lbrace}"), ("\n", "{newline}"), ("\r", "{cr}"), ("\t", "{tab}")):
        answer = answer.replace(mark, escape)
    return "{quote}" + answer[1:] if answer.startswith('"') else answer


@pytest.mark.parametrize("said", [SAID, f'"{SAID}', "{quote}", "{{}}", "gewoon", "N/B"])
@pytest.mark.parametrize("bracketed", [True, False])
def test_limesurvey_s_vv_file(tmp_path, said, bracketed):
    codes = CODES if bracketed else [code.replace("[", "_").replace("]", "") for code in CODES]
    rows = [[*ANSWERS[0][:-1], written(said)], ["99AB", "{question_not_shown}", "", "Y", "", "x"]]
    heads = [[*ENGLISH, *("Vraag over " + code for code in CODES)], [*SYSTEM, *codes]]
    path = tmp_path / "x.csv"
    lines = [*heads, *([str(number), *DATED, *answers] for number, answers in enumerate(rows, 1))]
    lines.append(["9", "NULL", *DATED[1:], *(["{question_not_shown}"] * len(CODES))])
    path.write_text("".join("\t".join(line) + "\n" for line in lines), encoding="utf-8")
    delivered = readers.read(path, path.name, LIME)
    assert list(delivered.frame.columns) == CODES
    assert delivered.frame["knelpunt"].iloc[0] == said
    assert delivered.frame["plan"].tolist() == ["A1", None]
    assert (delivered.frame.index + delivered.first_row).tolist() == [3, 4]
    assert delivered.labels["plan"] == "Vraag over plan"
    assert closed(delivered)


def test_limesurvey_s_timings_are_left_out(tmp_path):
    timings = ["interviewtime", "groupTime12", "Group time: Over u", "Vraagtijd: plan", "12345X1X2Time"]
    head = [*SYSTEM, *CODES, *timings]
    delivered = limesurvey(tmp_path, [head], [[*answers, *("1.5" for _ in timings)] for answers in ANSWERS])
    assert list(delivered.frame.columns) == CODES
    assert set(timings) <= set(delivered.dropped)


@pytest.mark.parametrize(
    ("second", "words"), [("2023-03-01", None), ("", "twee datums van verzenden, ‘submitdate’ en ‘Date submitted’")]
)
def test_two_dates_of_sending_agree_or_are_refused(tmp_path, second, words):
    head = [*SYSTEM, "Date submitted", *CODES]
    rows = [[second, *answers] for answers in ANSWERS]
    if words is None:
        assert len(limesurvey(tmp_path, [head], rows).frame) == 2
        return
    with pytest.raises(Unreadable, match=words):
        limesurvey(tmp_path, [head], rows)


def test_one_heading_for_two_subquestions_is_refused_with_the_questions(tmp_path):
    head = [*SYSTEM, "brin", "plan", "partner[SQ001]. Gemeente", "partner[SQ001]. Politie", "privacy[nu]", "knelpunt"]
    delivered = limesurvey(tmp_path, [head])
    told = [str(defect) for defect in mapping.check_columns(delivered, LIME, "x") if defect.rule == "column_double"]
    assert len(told) == 1 and "‘Gemeente’ en ‘Politie’" in told[0]


def walk(form: str, *ignore: str, **columns) -> Crosswalk:
    return Crosswalk.model_validate({"table": "coordinators", "format": form, "columns": columns, "ignore": ignore})


QUALTRICS = [
    "StartDate",
    "Status",
    "IPAddress",
    "Progress",
    "Duration (in seconds)",
    "Finished",
    "ResponseId",
    "Q1",
    "Q2",
]
TEXTS = [
    "Start Date",
    "Response Type",
    "IP Address",
    "Progress",
    "Duration",
    "Finished",
    "Response ID",
    "Welke\nschool?",
    "Plan?",
]
IMPORT = [f'{{"ImportId":"{name}"}}' for name in QUALTRICS]
RESPONSES = [
    ["2023-03-01", "IP Address", "203.0.113.7", "100", "60", "True", "R_1", "99AA", "ja"],
    ["2023-03-01", "IP Address", "203.0.113.8", "40", "60", "False", "R_2", "99AB", ""],
    ["2023-03-01", "Survey Preview", "203.0.113.9", "100", "60", "True", "R_3", "99ZZ", "ja"],
    ["2023-03-01", "IP Address", "203.0.113.9", "100", "60", "True", "R_4", "99AC", "nee"],
]
ON_QUALTRICS = walk(
    "qualtrics",
    institution_id={"from": "Q1"},
    partner_police={"from": "Q2", "values": {"ja": True, "nee": False}},
)


@pytest.mark.parametrize("heads", [[TEXTS, IMPORT], [TEXTS], []])
@pytest.mark.parametrize(("delimiter", "encoding"), [(",", "utf-8-sig"), ("\t", "utf-16")])
def test_qualtrics_as_text(tmp_path, heads, delimiter, encoding):
    path = tmp_path / "x.csv"
    path.write_text(table([QUALTRICS, *heads, *RESPONSES], delimiter), encoding=encoding, newline="")
    delivered = readers.read(path, path.name, ON_QUALTRICS)
    assert delivered.frame.to_numpy().tolist() == [["99AA", "ja"], ["99AC", "nee"]]
    rows = delivered.frame.index + delivered.first_row
    assert rows.tolist() == [2 + len(heads), 5 + len(heads)]
    assert delivered.dropped["IPAddress"] == "persoonsgegeven"
    assert "Qualtrics: 1 onvolledige antwoorden weggelaten" in delivered.facts
    assert "Qualtrics: 1 proefantwoorden en spam weggelaten" in delivered.facts
    assert closed(delivered)
    assert not heads or delivered.labels["Q2"] == "Plan?"


def test_qualtrics_as_spss(tmp_path):
    path = tmp_path / "x.sav"
    own = {"Status": [0.0, 0.0, 1.0], "IPAddress": ["203.0.113.7"] * 3, "Finished": [1.0, 0.0, 1.0]}
    own |= {"Duration__in_seconds_": [9.0] * 3, "Q1": ["99AA", "99AB", "99AC"], "Q2": [1.0, 2.0, 1.0]}
    frame = pd.DataFrame(own)
    pyreadstat.write_sav(frame, str(path), variable_value_labels={"Q2": {1.0: "ja", 2.0: "nee"}})
    delivered = readers.read(path, path.name, ON_QUALTRICS)
    assert delivered.frame.to_numpy().tolist() == [["99AA", 1.0]]
    assert closed(delivered)


def test_qualtrics_without_what_tells_who_finished(tmp_path):
    path = tmp_path / "x.csv"
    path.write_text(table([["Q1", "Q2"], ["99AA", "ja"]]), encoding="utf-8")
    with pytest.raises(Unreadable, match="geen kolom Finished of Progress"):
        readers.read(path, path.name, ON_QUALTRICS)


SEVERAL = {
    "institution_id": {"from": "Van welke instelling bent u?"},
    "partner_municipality": {"from": "Partners [gemeente]", "values": {"ja": True, "nee": False}},
    "partner_police": {"from": "Partners [politie, ook wijkagent]", "values": {"ja": True, "nee": False}},
}
CHOSEN = [("gemeente", "politie, ook wijkagent"), ("politie, ook wijkagent",), ()]


def test_microsoft_forms_in_english_and_dutch(tmp_path):
    for heads in (
        ["ID", "Start time", "Completion time", "Email", "Name"],
        ["Id", "Begintijd", "Tijd van voltooien", "E-mail", "Naam"],
    ):
        path = tmp_path / "x.xlsx"
        book = openpyxl.Workbook()
        book.active.append([*heads, "Van welke instelling\xa0bent u?", "Partners"])
        for number, chosen in enumerate(CHOSEN):
            cell = "".join(f"{word};" for word in chosen)
            book.active.append([number, "a", "b", "anonymous", "x", f"99A{'ABC'[number]}", cell or None])
        book.save(path)
        delivered = readers.read(path, path.name, walk("microsoft_forms", **SEVERAL))
        check_chosen(delivered, {"persoonsgegeven", "kolom van Microsoft Forms"})


def test_google_forms(tmp_path):
    path = tmp_path / "x.csv"
    rows = [["1/3/2023 10:00", "a@b.nl", f"99A{'ABC'[i]}", ", ".join(chosen)] for i, chosen in enumerate(CHOSEN)]
    head = ["Tijdstempel", "E-mailadres", "Van welke instelling bent u?", "Partners"]
    path.write_text(table([head, *rows]), encoding="utf-8")
    delivered = readers.read(path, path.name, walk("google_forms", **SEVERAL))
    check_chosen(delivered, {"persoonsgegeven", "kolom van Google Forms"})
    assert closed(delivered)


def check_chosen(delivered, kinds):
    """The institutions with the partners that each chose; none is neither yes nor no."""
    mapped = mapping.apply(delivered, walk("google_forms", **SEVERAL), "x")
    assert set(delivered.dropped.values()) == kinds
    assert mapped.defects == [] and delivered.doubts == ()
    assert mapped.frame["institution_id"].tolist() == ["99AA", "99AB", "99AC"]
    assert mapped.frame["partner_municipality"].tolist() == [True, False, pd.NA]
    assert mapped.frame["partner_police"].tolist() == [True, True, pd.NA]


def test_an_answer_that_the_crosswalk_does_not_know_is_told(tmp_path):
    path = tmp_path / "x.csv"
    path.write_text(
        table([["Timestamp", "Van welke instelling bent u?", "Partners"], ["x", "99AA", "gemeente, gemeent"]])
    )
    (defect,) = readers.read(path, path.name, walk("google_forms", **SEVERAL)).doubts
    assert defect.rule == "code_unknown" and "‘gemeent’" in defect.found and "‘gemeente’" in defect.remedy
    assert readers.read(path, path.name, walk("google_forms", "Partners[gemeent]", **SEVERAL)).doubts == ()


@pytest.mark.parametrize("spelled", [str.upper, str.capitalize, lambda name: f"{name[:2]}\u200b{name[2:]}"])
def test_names_in_another_spelling_are_the_same(tmp_path, spelled):
    path = tmp_path / "x.parquet"
    frame = pd.DataFrame({"geslacht": [1.0, 2.0], "lhb": [1.0, 2.0], "weeg": [1.0, 1.0], "nr": [1, 2]})
    frame.rename(columns=spelled).to_parquet(path)
    delivered = readers.read(path, path.name, crosswalks.load("students_msv"))
    assert list(delivered.frame.columns) == list(frame.columns)
    assert "anders gespeld dan in de crosswalk" in delivered.facts[-1]
    assert closed(delivered)


def test_labels_follow_a_name_in_capitals(tmp_path):
    path = samples.statistical(tmp_path / "x.sav")
    frame, meta = pyreadstat.read_sav(str(path), user_missing=True)
    labels = {name.upper(): own for name, own in meta.variable_value_labels.items()}
    pyreadstat.write_sav(
        frame.rename(columns=str.upper), str(path), variable_value_labels=labels, missing_ranges={"CIJFER": [99.0]}
    )
    about = {"feels_safe": {"from": "veilig"}, "satisfaction": {"from": "cijfer"}}
    delivered = readers.read(path, "x", Crosswalk.model_validate({"table": "staff", "columns": about}))
    assert delivered.value_labels["veilig"][5] == "zeer veilig" and delivered.missing == {"cijfer": [99.0]}


WORDS = ["geëerd café", "één coördinator", "financiële reünie"]


def spss(path, named: str, stored: str):
    """An SPSS file that names one encoding and has another."""
    pyreadstat.write_sav(pd.DataFrame({"a": [1.0, 2.0, 3.0], "opmerking": WORDS}), str(path))
    content = path.read_bytes().replace(b"UTF-8", named.encode())
    for word in WORDS:
        own = word.encode()
        content = content.replace(own, word.encode(stored).ljust(len(own)))
    path.write_bytes(content)
    return path


@pytest.mark.parametrize(
    ("named", "stored"),
    [
        ("UTF-8", "cp1252"),
        ("UTF-8", "mac_roman"),
        ("UTF-8", "cp850"),
        ("CP850", "utf-8"),
        ("CP437", "utf-8"),
        ("CP850", "cp1252"),
    ],
)
def test_an_spss_file_that_names_another_encoding_is_read_rightly_and_told(tmp_path, named, stored):
    delivered = readers.read(spss(tmp_path / "x.sav", named, stored), "x.sav")
    assert delivered.frame["opmerking"].tolist() == WORDS
    assert [doubt.rule for doubt in delivered.doubts] == ["text_encoding"]
    assert closed(delivered)


@pytest.mark.parametrize("suffix", ["dta", "parquet", "xlsx"])
def test_words_that_were_read_wrongly_are_mended_in_any_format(tmp_path, suffix):
    path = tmp_path / f"x.{suffix}"
    frame = pd.DataFrame({"brin": ["99AA", "99AB", "99AC"], "opmerking": [w.encode().decode("cp1252") for w in WORDS]})
    {"dta": lambda: pyreadstat.write_dta(frame, str(path)), "parquet": lambda: frame.to_parquet(path)}.get(
        suffix, lambda: frame.to_excel(path, index=False)
    )()
    delivered = readers.read(path, path.name)
    assert delivered.frame["opmerking"].tolist() == WORDS
    assert "eerder gelezen als Windows-1252" in delivered.doubts[0].found


@pytest.mark.parametrize("suffix", ["xpt", "sas7bdat"])
def test_files_of_sas(tmp_path, suffix):
    path = samples.sas(tmp_path / f"x.{suffix}")
    delivered = readers.read(path, path.name)
    expected = samples.table()
    assert [column.lower() for column in delivered.frame.columns] == list(expected.columns)
    for place, column in enumerate(expected.columns):
        assert delivered.frame.iloc[:, place].tolist() == expected[column].tolist()
    assert delivered.labels[delivered.frame.columns[1]] == "Ik voel me veilig"
    assert [doubt.rule for doubt in delivered.doubts] == (["rows_unproven"] if suffix == "xpt" else [])
    assert closed(delivered)


def labelled(tmp_path, labels: dict[float, str], table: str = "staff", **about):
    """What is told of a column with these labels."""
    path = tmp_path / "x.sav"
    pyreadstat.write_sav(pd.DataFrame({"v": list(labels)}), str(path), variable_value_labels={"v": labels})
    walk = Crosswalk.model_validate({"table": table, "columns": about})
    return [str(defect) for defect in meanings.check(readers.read(path, "x.sav", walk), walk, "x.sav")]


SAFE = {1.0: "zeer onveilig", 2.0: "onveilig", 3.0: "neutraal", 4.0: "veilig", 5.0: "zeer veilig"}
AGREE = {1.0: "helemaal mee oneens", 5.0: "helemaal mee eens"}
TURNED = {float(6 - code): label for code, label in SAFE.items()}
SCALE, MIRROR = {"from": "v"}, {"from": "v", "reversed": [1, 5]}
SEX = {"from": "v", "values": {1: "male", 2: "female"}}
FLAG = {"from": "v", "values": {1: True, 2: False}}


@pytest.mark.parametrize(
    ("labels", "about", "words"),
    [
        (SAFE, {"feels_safe": SCALE}, None),
        (TURNED, {"feels_safe": MIRROR}, None),
        (TURNED, {"feels_safe": SCALE}, "Zet `reversed: [1, 5]` in de crosswalk"),
        (SAFE, {"feels_safe": MIRROR}, "Haal `reversed` uit de crosswalk"),
        (AGREE, {"joy": SCALE}, None),
        (AGREE, {"joy": MIRROR}, "helemaal mee eens"),
        ({1.0: "nooit", 5.0: "altijd"}, {"energy": MIRROR}, "‘nooit’"),
        ({1.0: "zeer tevreden", 5.0: "zeer ontevreden"}, {"satisfaction": SCALE}, "zeer ontevreden"),
        ({**SAFE, 8.0: "weet niet"}, {"feels_safe": {"from": "v", "missing": [8]}}, None),
        ({1.0: "een", 5.0: "vijf"}, {"feels_safe": MIRROR}, None),
        ({1.0: "Man", 2.0: "Vrouw"}, {"gender": SEX}, None),
        ({1.0: "vrouw", 2.0: "man"}, {"gender": SEX}, "code 1 met het label ‘vrouw’"),
        ({1.0: "Ja", 2.0: "Nee"}, {"victim_verbal": FLAG}, None),
        ({1.0: "nee", 2.0: "ja"}, {"victim_verbal": FLAG}, "code 2 met het label ‘ja’"),
        ({1.0: "wel meegemaakt", 2.0: "nooit meegemaakt"}, {"victim_verbal": FLAG}, None),
    ],
)
def test_labels_that_contradict_the_crosswalk_are_refused(tmp_path, labels, about, words):
    told = labelled(tmp_path, labels, **about)
    assert any(words in each for each in told) if words else told == []


LEVEL = {"level": {"from": "v", "values": {code: str(code) for code in range(1, 5)}}}
TRACK = {"track": {"from": "v", "values": {1: "bol", 2: "bbl"}}}
DISABLED = {"disability": FLAG}


@pytest.mark.parametrize(
    ("labels", "about", "codes"),
    [
        ({1.0: "mbo-4", 2.0: "mbo-3", 3.0: "mbo-2", 4.0: "mbo-1"}, LEVEL, [1, 2, 3, 4]),
        ({1.0: "Entree", 2.0: "mbo 2 (1-2 jaar)", 3.0: "Vakopleiding (2–3 jaar)", 4.0: "mbo-4 / 3 jaar"}, LEVEL, []),
        ({1.0: "BBL (werken en leren)", 2.0: "BOL voltijd"}, TRACK, [1, 2]),
        ({1.0: "BOL voltijd", 2.0: "BBL (geen bol)"}, TRACK, []),
        ({1.0: "geen beperking", 2.0: "wel een beperking"}, DISABLED, [1, 2]),
        ({1.0: "ja, maar niet altijd", 2.0: "geen beperking"}, DISABLED, []),
        ({1.0: "Meisje", 2.0: "Jongen"}, {"gender": SEX}, [1, 2]),
        ({1.0: "jongen/man", 2.0: "meisje/vrouw"}, {"gender": SEX}, []),
        ({3.0: "anders dan man of vrouw"}, {"gender": {"from": "v", "values": {3: "other"}}}, []),
        ({1.0: "jonger dan 18"}, {"age_group": {"from": "v", "values": {1: "<18"}}}, []),
    ],
)
def test_a_label_with_the_words_of_another_category_is_refused(tmp_path, labels, about, codes):
    told = labelled(tmp_path, labels, "students", **about)
    assert len(told) == len(codes)
    assert all(f"code {code} met het label" in each for code, each in zip(codes, told, strict=True))


def test_a_draft_goes_by_the_question_the_labels_and_names_no_code_twice(tmp_path):
    path = tmp_path / "x.sav"
    frame = pd.DataFrame({"veilig_school": [1.0, 2.0, 9.0], "v12": [1.0, 5.0, 9.0], "geslacht": [1.0, 2.0, 9.0]})
    questions = {"veilig_school": "Ik doe mee aan het schoolfeest", "v12": "Ik voel me veilig op mijn school"}
    values = {"v12": TURNED, "geslacht": {1.0: "Man", 2.0: "Vrouw", 9.0: "geen antwoord"}}
    pyreadstat.write_sav(
        frame,
        str(path),
        column_labels=questions,
        variable_value_labels=values,
        missing_ranges={"v12": [{"lo": 8, "hi": 9}]},
    )
    delivered = readers.read(path, "x.sav")
    text, _ = draft.draft(delivered, crosswalks.load("students_2022"), "x.sav", "students_2022")
    entry = text.split("  feels_safe:")[1].split("\n  ")[0] + text.split("  feels_safe:")[1]
    assert "from: v12" in entry and "reversed: [1, 5]   # TWIJFEL" in entry and "missing: [9]" in entry
    gender = text.split("  gender:")[1].split("missing:")[0]
    assert "1: male" in gender and "9:" not in gender and "???" not in gender
    assert "- veilig_school   # OVER" in text
