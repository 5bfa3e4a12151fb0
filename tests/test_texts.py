"""Text files as people and programs write them: read rightly, told in doubt, or refused."""

import math
from contextlib import suppress

import pytest

from helpers.ingest import crosswalks, headings, mapping, numbers, readers, words
from helpers.ingest.crosswalks import Crosswalk
from helpers.ingest.problems import Unreadable
from helpers.ingest.readers import encodings
from helpers.ingest.readers.encodings import Unclear

REGISTER = [
    "BRIN NUMMER;NAAM INSTELLING;SOORT;LANDSDEEL;AANTAL STUDENTEN;PERC NIET-WESTERS;PERC BOL;G4/G40;PEILDATUM",
    "99AA;ROC Proefstad;ROC;West;6400;15,7;76,6;N;01-10-2022",
    "99AB;Vakcollege De Kleine Letter;Vakinstelling;Oost;320;9,9;57,3;N;01-10-2022",
    "99AC;Groencollege Modelveld;AOC;Noord;2100;8,9;46,8;N;01-10-2022",
]


def staff(**keys) -> Crosswalk:
    return Crosswalk.model_validate({"table": "staff", "columns": {}, **keys})


@pytest.fixture
def register(tmp_path):
    """Read a register with this text or these bytes."""

    def read(content: str | bytes, encoding: str = "utf-8"):
        path = tmp_path / "register.csv"
        path.write_bytes(content if isinstance(content, bytes) else content.encode(encoding))
        return readers.read(path, path.name, crosswalks.load("register"))

    return read


def closed(delivered) -> bool:
    """Whether the account says of every part what became of it."""
    return bool(delivered.parts) and all(part.open == 0 and part.used >= 0 for part in delivered.parts)


TEXTS = [
    "ROC Één Noë",
    "Curaçao college, coördinator financiële zaken",
    "café privé",
    "geëerd",
    "’s-Hertogenbosch",
    "foto’s van leerlingen",
    "Op stage… durf ik niets",
    "€ 50 per dag",
    "25 °C en 3 m²",
    "“ja” – zei hij",
    "IJsland — één",
    "naïef reünie",
    "BIJZONDER ÉÉN COÖPERATIE",
    "Ünal Öztürk",
    "crème brûlée",
    "hij zei ‘nee’ tegen mij",
    "de\xa0heer Besançon",
    "Málaga en één",
]
CODINGS = ("utf-8", "cp1252", "mac_roman", "cp850", "cp437", "iso8859_15")


def writable(text: str, encoding: str) -> bool:
    """Whether the encoding has every character of the text."""
    try:
        return bool(text.encode(encoding))
    except UnicodeEncodeError:
        return False


WRITTEN = [(text, encoding) for text in TEXTS for encoding in CODINGS if writable(text, encoding)]


@pytest.mark.parametrize(("text", "encoding"), WRITTEN)
def test_a_text_in_any_usual_encoding_is_itself_or_refused(text, encoding):
    try:
        found = encodings.decode(f"naam\n{text}\n".encode(encoding))
    except Unclear as error:
        assert encoding not in ("utf-8", "cp1252"), error
        return
    assert found.text == f"naam\n{text}\n"
    assert bool(found.doubts) == (found.encoding not in ("ASCII", "UTF-8", "Windows-1252"))


def test_most_encodings_are_recognised():
    read = 0
    for text, encoding in WRITTEN:
        with suppress(Unclear):
            read += encodings.decode(text.encode(encoding)).text == text
    assert read > 0.9 * len(WRITTEN)


TWICE = [
    (text, wrong)
    for text in TEXTS
    for wrong in ("cp1252", "latin-1", "mac_roman", "cp850")
    if "‘" not in text and "\xa0" not in text and "\ufffd" not in text.encode("utf-8").decode(wrong, "replace")
]


@pytest.mark.parametrize(("text", "wrong"), TWICE)
def test_text_that_was_read_wrongly_before_is_mended_and_told(text, wrong):
    found = encodings.decode(text.encode("utf-8").decode(wrong).encode("utf-8"))
    assert found.text == text
    assert "eerder gelezen als" in found.doubts[0]


@pytest.mark.parametrize("text", ["ROC ŽŽn No‘", "CuraÃ§ao en één", "Cura\ufffdao", "Cura?ao", "‚Äôs avonds en één"])
def test_words_that_are_none_are_told(text):
    assert encodings.decode(text.encode("utf-8")).doubts


@pytest.mark.parametrize(
    "text",
    ["één keer naïef", "Łódź en Škoda", "Hoe is het? Goed", "https://x.nl/?a=b", "½ dag, 3 m²", "Novotný", "‘nee’"],
)
def test_words_that_are_right_are_not_told(text):
    found = encodings.decode(text.encode("utf-8"))
    assert (found.text, found.doubts) == (text, ())


@pytest.mark.parametrize(
    ("mark", "encoding", "told"),
    [
        (b"", "utf-16-le", "UTF-16 zonder BOM"),
        (b"", "utf-16-be", "UTF-16 zonder BOM"),
        (b"\xff\xfe", "utf-16-le", "UTF-16"),
        (b"\xef\xbb\xbf\xef\xbb\xbf", "utf-8", "UTF-8 met BOM (dubbel)"),
        (b"\xef\xbb\xbf", "cp1252", "Windows-1252"),
    ],
)
def test_marks_and_their_absence(register, mark, encoding, told):
    text = "\r\n".join(REGISTER).replace("Proefstad", "Één Noë") + "\r\n"
    delivered = register(mark + text.encode(encoding))
    assert delivered.frame["NAAM INSTELLING"].iloc[0] == "ROC Één Noë"
    assert told in delivered.facts[0]


@pytest.mark.parametrize(
    ("first", "second", "level"),
    [
        ("utf-8", "cp1252", "told"),
        ("utf-8", "mac_roman", "told"),
        ("cp1252", "cp1252", "plain"),
        ("mac_roman", "cp850", "either"),
    ],
)
def test_encodings_that_were_mixed(register, first, second, level):
    lines = [line.encode() for line in REGISTER]
    lines[1] = lines[1].replace(b"Proefstad", "Curaçao één".encode(first))
    lines[3] = lines[3].replace(b"Modelveld", "Coöperatie".encode(second))
    try:
        delivered = register(b"\n".join(lines) + b"\n")
    except Unreadable as error:
        assert level == "either" and "codering niet duidelijk" in str(error)
        return
    if level == "told":
        (doubt,) = delivered.doubts
        assert doubt.rule == "text_encoding" and doubt.where == "rij 2, 4"
    if level != "either":
        assert delivered.frame["NAAM INSTELLING"].tolist()[::2] == ["ROC Curaçao één", "Groencollege Coöperatie"]


def test_an_encoding_that_the_crosswalk_names_is_taken_and_its_words_are_looked_at(tmp_path):
    path = tmp_path / "x.csv"
    path.write_bytes("a;b\nROC Één;x\n".encode())
    walk = staff(csv={"encoding": "cp1252"}, columns={"gender": {"from": "a"}}, ignore=["b"])
    delivered = readers.read(path, "x", walk)
    assert "woorden die er geen zijn" in str(delivered.doubts[0])


LAYOUTS = {
    "plain": (REGISTER, [2, 3, 4], {}),
    "sep line": (["sep=;", *REGISTER], [2, 3, 4], {2: 3, 3: 4, 4: 5}),
    "quoted sep line": (['"sep=;"', *REGISTER], [2, 3, 4], {2: 3, 3: 4, 4: 5}),
    "title": (["Register mbo; peildatum 1 oktober 2022", "", *REGISTER], [4, 5, 6], {}),
    "title padded as Excel does": (["Register mbo;;;;;;;;", ";;;;;;;;", *REGISTER], [4, 5, 6], {}),
    "note": ([*REGISTER, "", "Bron: DUO, bewerkt"], [2, 3, 4], {}),
    "note padded as Excel does": ([*REGISTER, "* voorlopige cijfers;;;;;;;;"], [2, 3, 4], {}),
    "note with a delimiter": ([*REGISTER, "", "Bron: DUO; bewerkt"], [2, 3, 4], {}),
    "trailing delimiters": ([f"{line};" for line in REGISTER], [2, 3, 4], {}),
    "trailing delimiters below the names only": ([REGISTER[0], *(f"{line};;" for line in REGISTER[1:])], [2, 3, 4], {}),
    "trailing delimiter of the names only": ([f"{REGISTER[0]};", *REGISTER[1:]], [2, 3, 4], {}),
    "blank rows": ([REGISTER[0], "", REGISTER[1], ";;;;;;;;", " ", *REGISTER[2:], ""], [3, 6, 7], {}),
    "names again": ([*REGISTER[:2], *REGISTER[0:1], *REGISTER[2:]], [2, 4, 5], {}),
    "names in quotes": ([";".join(f'"{cell}"' for cell in line.split(";")) for line in REGISTER], [2, 3, 4], {}),
    "tabs": ([line.replace(";", "\t") for line in REGISTER], [2, 3, 4], {}),
    "names in small letters": ([REGISTER[0].lower(), *REGISTER[1:]], [2, 3, 4], {}),
    "a space of no width in a name": ([REGISTER[0].replace("SOORT", "SO\u200bORT "), *REGISTER[1:]], [2, 3, 4], {}),
    "a hard space in a name": ([REGISTER[0].replace("BRIN NUMMER", "BRIN\xa0NUMMER"), *REGISTER[1:]], [2, 3, 4], {}),
    "a value over two lines": (
        [REGISTER[0], REGISTER[1].replace("ROC Proefstad", '"ROC\nProefstad"'), *REGISTER[2:]],
        [2, 3, 4],
        {3: 4, 4: 5},
    ),
}


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("layout", LAYOUTS)
def test_a_register_in_any_layout_has_its_values_and_its_rows(register, layout, end):
    lines, rows, editor = LAYOUTS[layout]
    delivered = register("\n".join([*lines, ""]).replace("\n", end))
    walk = crosswalks.load("register")
    assert (delivered.frame.index + delivered.first_row).tolist() == rows
    assert delivered.lines == editor
    assert closed(delivered)
    assert [part.total for part in delivered.parts if part.kind == "rijen"] == ["\n".join([*lines, ""]).count("\n")]
    assert mapping.check_columns(delivered, walk, "x") == []
    frame = mapping.apply(delivered, walk, "x").frame
    assert frame["n_students"].tolist() == [6400, 320, 2100]
    assert frame["share_bol"].tolist() == pytest.approx([0.766, 0.573, 0.468])


@pytest.mark.parametrize(
    ("lines", "words"),
    [
        ([*REGISTER[:2], "99AB;Vakcollege"], "rij 3: 2"),
        ([*REGISTER, "99AD"], "rij 5: 1"),
        ([*REGISTER[:2], f"{REGISTER[2]};extra", REGISTER[3]], "rij 3: 10"),
        ([REGISTER[0], "", *REGISTER[1:3], "99AC;x"], "rij 5: 2"),
        (
            [
                REGISTER[0],
                REGISTER[1].replace("ROC P", '"ROC P'),
                REGISTER[2].replace("Letter", 'Letter"'),
                REGISTER[3],
            ],
            "pas 1 regels verder sluit",
        ),
        (["99AA,1;x", "99AB,2;y"], "puntkomma en komma passen alle"),
    ],
)
def test_rows_that_do_not_fit_are_refused_with_their_numbers(register, lines, words):
    with pytest.raises(Unreadable, match=words):
        register("\n".join(lines) + "\n")


def test_a_quote_that_swallows_rows_is_refused(tmp_path):
    path = tmp_path / "x.csv"
    path.write_text('a;b;c\n1;"oud;3\n2;nieuw";4\n5;6;7\n', encoding="utf-8")
    with pytest.raises(Unreadable, match="pas 1 regels verder sluit.*"):
        readers.read(path, "x")


def test_a_nameless_column_with_values_is_no_trailing_delimiter(register):
    lines = [f"{line};" for line in REGISTER[:-1]] + [f"{REGISTER[-1]};iets"]
    delivered = register("\n".join(lines) + "\n")
    (defect,) = mapping.check_columns(delivered, crosswalks.load("register"), "x")
    assert defect.rule == "column_unexpected" and "zonder naam" in defect.where


def test_a_note_that_stands_against_the_table_is_told_in_doubt(register):
    delivered = register("\n".join([*REGISTER, "Groencollege in oprichting"]) + "\n")
    (note,) = [rest for rest in delivered.parts[0].rest if rest.reason.startswith("noot")]
    assert note.doubt and note.where == "rij 5"


def test_messages_tell_the_row_of_excel_and_the_line_of_an_editor(register):
    lines = ["sep=;", *REGISTER]
    lines[-1] = lines[-1].replace("AOC", "AOCX\u200b")
    delivered = register("\n".join(lines) + "\n")
    (defect,) = mapping.apply(delivered, crosswalks.load("register"), "x").defects
    assert defect.where == "kolom ‘SOORT’, rij 4 (regel 5)"
    assert "‘AOCX‹U+200B›’" in defect.found and "‘AOC’" in defect.remedy


def test_rows_of_columns_that_were_laid_under_each_other_are_those_of_the_file(tmp_path):
    path = tmp_path / "x.csv"
    path.write_text("BRIN NUMMER;TYPE MBO;totaal  2018;TOTAAL 2019\n99AA;BBL;10;x\n99AB;BBL;y;5\n", encoding="utf-8")
    walk = crosswalks.load("duo_students_2019")
    delivered = readers.read(path, "x", walk)
    places = [defect.where for defect in mapping.apply(delivered, walk, "x").defects if defect.rule == "value_type"]
    assert sorted(places) == ["kolom ‘TOTAAL 2019’, rij 2", "kolom ‘totaal  2018’, rij 3"]


SAID = [
    ("1", None, 1),
    ("-3", None, -3),
    ("\u22123", None, -3),
    ("0,448", ",", 0.448),
    (",5", ",", 0.5),
    (".5", ".", 0.5),
    ("1.234,5", ",", 1234.5),
    ("1.234", ",", 1234),
    ("1,234", ".", 1234),
    ("1 234", None, 1234),
    ("1\u00a0234", None, 1234),
    ("1\u202f234,5", ",", 1234.5),
    ("1'234", None, 1234),
    ("1’234’567", None, 1234567),
    ("1e-05", None, 1e-05),
    ("2.5", ",", math.nan),
    ("1,5", ".", math.nan),
    ("12.34.56", ",", math.nan),
    ("1.23E+05", ".", math.nan),
    ("1E+05", None, math.nan),
    ("€ 5", None, math.nan),
    ("12 %", None, math.nan),
    ("nan", ".", math.nan),
    ("inf", ".", math.nan),
    ("1_000", None, math.nan),
    ("٣", None, math.nan),
    ("0x10", None, math.nan),
    ("5-", None, math.nan),
    ("(5)", None, math.nan),
]


@pytest.mark.parametrize(("text", "decimal", "value"), SAID)
def test_what_a_number_says(text, decimal, value):
    assert numbers.parse(text, decimal) == pytest.approx(value, nan_ok=True)


def weights(tmp_path, *columns: str, **keys):
    """Read a file with these columns of numbers; the first is a weight, the second a grade, the third open."""
    path = tmp_path / "x.csv"
    rows = zip(*(column.split() for column in columns), strict=True)
    path.write_text("\n".join(["gewicht;cijfer;open", *(";".join(row) for row in rows)]) + "\n", encoding="utf-8")
    about = {"weight": {"from": "gewicht"}, "satisfaction": {"from": "cijfer", "missing": [99]}}
    walk = staff(columns=about, ignore=["open"], **keys)
    delivered = readers.read(path, "x.csv", walk)
    return delivered, mapping.apply(delivered, walk, "x.csv")


@pytest.mark.parametrize(
    ("weight", "grade", "values", "told"),
    [
        ("0,448 1,234", "7 8", [0.448, 1.234], 0),  # the column itself shows its sign
        ("1,204 1,234", "7 8", [1.204, 1.234], 0),  # no weight is a thousand
        ("1.204 1.234", "7 8", [1.204, 1.234], 0),
        ("0.9 1.1", "7,0 99,0", [0.9, 1.1], 1),  # another sign in another column
        ("1.0 2.000000000001", "7.0 99.0", [1.0, 2.0], 0),
        ("0,5 1,5", "7 8", [0.5, 1.5], 0),
        ("0,5 1,5", "1.000 2.000", [0.5, 1.5], 1),  # no grade is a thousand
    ],
)
def test_the_decimal_sign_is_each_column_s_own(tmp_path, weight, grade, values, told):
    delivered, mapped = weights(tmp_path, weight, grade, "7,5 2.5")
    assert mapped.frame["weight"].tolist() == pytest.approx(values)
    assert mapped.defects == []
    assert [doubt.rule for doubt in delivered.doubts] == ["decimal_differs"] * told


def test_a_column_that_contradicts_itself_is_refused(tmp_path):
    with pytest.raises(Unreadable, match=r"kolom ‘gewicht’: .* een decimale komma \(0,9\) en met een decimale punt"):
        weights(tmp_path, "0,9 1.1", "7 8", "x y")
    with pytest.raises(Unreadable, match=r"kolom ‘gewicht’: .* \(0,448\) en met een decimale punt \(1.204\)"):
        weights(tmp_path, "0,448 1.204", "7 8", "x y")  # no weight is a thousand


def test_a_number_of_which_nothing_tells_how_large_it_is_is_refused(register):
    whole = [
        line.replace("15,7;76,6", "15;76").replace("9,9;57,3", "9;57").replace("8,9;46,8", "8;46") for line in REGISTER
    ]
    with pytest.raises(Unreadable, match="6.000: een duizendtal of een breuk"):
        register("\n".join(whole).replace(";6400;", ";6.000;") + "\n")
    delivered = register("\n".join(whole).replace(";6400;", ";6.400;") + "\n")  # a count is whole
    assert mapping.apply(delivered, crosswalks.load("register"), "x").frame["n_students"].iloc[0] == 6400


@pytest.mark.parametrize(
    ("students", "number"),
    [
        ("6400", 6400),
        ("6.400", 6400),
        ("6 400", 6400),
        ("6400,0", 6400),
        ("6400,4", None),
        ("12,5%", None),
        ("6,4E+03", None),
    ],
)
def test_a_count_is_a_whole_number_or_a_refusal(register, students, number):
    delivered = register("\n".join(REGISTER).replace(";6400;", f";{students};") + "\n")
    mapped = mapping.apply(delivered, crosswalks.load("register"), "x")
    value = mapped.frame["n_students"].iloc[0]
    assert value == number if number else [defect.rule for defect in mapped.defects] == ["value_type"]


def test_a_percent_sign_is_read_where_percentages_are_expected(register):
    delivered = register("\n".join(REGISTER).replace(";76,6;", ";76,6%;") + "\n")
    assert mapping.apply(delivered, crosswalks.load("register"), "x").frame["share_bol"].iloc[0] == pytest.approx(0.766)


@pytest.mark.parametrize("code", ["1", "1.0", "1,0", "1.0000000000", " 1 ", "1.000000000001"])
def test_a_code_is_the_same_however_a_program_wrote_it(tmp_path, code):
    path = tmp_path / "x.csv"
    path.write_text(f"geslacht\tx\n{code}\ta\n99.0\ta\n", encoding="utf-8")
    walk = staff(columns={"gender": {"from": "geslacht", "values": {1: "male"}, "missing": [99]}}, ignore=["x"])
    mapped = mapping.apply(readers.read(path, "x", walk), walk, "x")
    assert mapped.frame["gender"].astype(object).tolist()[0] == "male"
    assert (mapped.defects, mapped.accounts[0].missing) == ([], 1)


@pytest.mark.parametrize("code", ["1.5", "1,25", "1.0a", "01x"])
def test_another_code_is_not_rounded(tmp_path, code):
    path = tmp_path / "x.csv"
    path.write_text(f"geslacht\tx\n{code}\ta\n", encoding="utf-8")
    walk = staff(columns={"gender": {"from": "geslacht", "values": {1: "male"}}}, ignore=["x"])
    assert mapping.apply(readers.read(path, "x", walk), walk, "x").defects[0].rule == "code_unknown"


def test_names_are_compared_as_people_see_them():
    assert words.same(" Brin\u200b  Nummer\ufeff") == words.same("BRIN NUMMER")
    assert headings.spelled(["GESLACHT", "x"], ["geslacht", "leeftijd"]) == {"GESLACHT": "geslacht"}
    assert headings.spelled(["GESLACHT", "Geslacht"], ["geslacht"]) == {}
    assert headings.spelled(["geslacht", "GESLACHT"], ["geslacht"]) == {}
    assert words.visible("a\u200bb\u00adc\xa0d é") == "a‹U+200B›b‹U+00AD›c‹U+00A0›d é"
    assert words.nearest("Pesten ", ["bedreiging", "pesten", "diefstal"]) == "pesten"
    assert headings.hint("zzz", ["bedreiging"]) == ""
