"""REFI-QDA projects as programs make them: how they count, what they hold besides text, how they were packed."""

import io
import uuid
import zipfile
from collections import Counter
from xml.sax.saxutils import quoteattr

import docx
import pytest

from helpers.ingest import account, crosswalks, readers
from helpers.ingest.problems import Unreadable
from helpers.ingest.readers.refi import positions

LINES = [
    "Eerste regel van het gesprek.",
    "Tweede met één 😀 en nog 🎓 erin.",
    "",
    "Derde: hier voel ik me veilig.",
    "Einde.",
]
SAID = "hier voel ik me veilig"
THEMES, CODES = ("Online veiligheid", "Seksueel geweld"), ("sfeer", "stage")


def key(word):
    return str(uuid.uuid5(uuid.NAMESPACE_OID, word))


def element(tag, inner="", **about):
    attributes = "".join(f" {name}={quoteattr(str(value))}" for name, value in about.items() if value is not None)
    return f"<{tag}{attributes}>{inner}</{tag}>"


def coding(*words):
    return "".join(element("Coding", f'<CodeRef targetGUID="{key(word)}"/>', guid=key(f"c{word}")) for word in words)


def selection(start, end, *words, tag="PlainTextSelection", guid=None, note=None, **about):
    inner = (element("Description", note) if note else "") + coding(*words)
    guid = guid or key(f"{tag}{start}{end}{words}{about}")
    return element(tag, inner, guid=guid, **({"startPosition": start, "endPosition": end} if end else {}), **about)


def values(**given):
    return "".join(
        element("VariableValue", f'<VariableRef targetGUID="{key(name)}"/>{element("TextValue", value)}')
        for name, value in given.items()
    )


def source(name, inner, path="internal://a.txt", tag="TextSource", about=None, **more):
    where = {"plainTextPath": path} if tag == "TextSource" else {"path": path}
    about = {"BRIN": "99AA", "Deelnemers": "studenten", "Citeren": "ja"} if about is None else about
    return element(tag, inner + values(**about), guid=key(name), name=name, **where, **more)


def project(*sources, codes=None, more="", sets=False, variables=("BRIN", "Deelnemers", "Citeren")):
    def one(word, inner=""):
        return element("Code", inner, guid=key(word), name=word, isCodable="true")

    groups = {"Thema": THEMES, "Code": CODES}
    if sets:
        book = "".join(one(word) for words in groups.values() for word in words)
        members = {
            name: "".join(f'<MemberCode targetGUID="{key(word)}"/>' for word in words) for name, words in groups.items()
        }
        more += element(
            "Sets", "".join(element("Set", inner, guid=key(f"s{n}"), name=n) for n, inner in members.items())
        )
    else:
        book = "".join(one(name, "".join(one(word) for word in words)) for name, words in groups.items())
    known = "".join(element("Variable", guid=key(name), name=name, typeOfVariable="Text") for name in variables)
    inner = element("CodeBook", element("Codes", codes or book)) + element("Variables", known)
    return '<?xml version="1.0" encoding="utf-8"?>' + element(
        "Project", inner + element("Sources", "".join(sources)) + more, xmlns="urn:QDA-XML:project:1.0", name="p"
    )


def pack(path, xml, files=(), project_file="project.qde", raw=()):
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr(project_file, xml)
        for name, content in dict(files).items():
            archive.writestr(name, content if isinstance(content, bytes) else content.encode())
        for entry, content in raw:
            archive.writestr(entry, content)
    return path


def read(path, crosswalk=None):
    delivered = readers.read(path, path.name, crosswalk)
    for part in delivered.parts:
        assert part.open == 0, part
    return delivered


def rest(delivered, kind):
    found = Counter()
    for each in (each for part in delivered.parts if part.kind == kind for each in part.rest):
        found[each.reason] += each.count
    return found


def rules(delivered):
    """Of what is told of a file: its problems, and the doubts of its account."""
    return [defect.rule for defect in told(delivered)]


def told(delivered):
    return [*delivered.doubts, *account.check("x", delivered.parts)]


# how positions are counted


def place(text, said, unit, lines, bom):
    """Positions of words in a text as written, counted in some way; by plain means, not those of the reader."""
    text = text if lines == "written" else text.replace("\r\n", "\n")
    size = {"points": len, "utf16": lambda part: len(part.encode("utf-16-le")) // 2, "bytes": lambda p: len(p.encode())}
    start = size[unit](text[: text.index(said)]) + bom
    return start, start + size[unit](said)


WAYS = [(unit, lines, bom) for unit in ("points", "utf16", "bytes") for lines in ("written", "one") for bom in (0, 1)]


@pytest.mark.parametrize(("unit", "lines", "bom"), WAYS)
@pytest.mark.parametrize("named", ["whole", "cut", "dots", "middle"])
def test_the_way_that_gives_the_text_that_the_project_names_is_taken(tmp_path, unit, lines, bom, named):
    text = "\r\n".join(LINES)
    names = {"whole": SAID, "cut": SAID[:12], "dots": f"{SAID[:10]}…", "middle": f"{SAID[:6]} ... {SAID[-6:]}"}
    marks = [
        selection(*place(text, SAID, unit, lines, bom), THEMES[0], name=names[named]),
        selection(*place(text, "Einde.", unit, lines, bom), THEMES[1], name="Einde."),
        selection(
            *place(text, "Tweede met één 😀 en nog", unit, lines, bom), THEMES[0], name="Tweede met één 😀 en nog"
        ),
    ]
    made = pack(tmp_path / "x.qdpx", project(source("FG", "".join(marks))), {"sources/a.txt": "\ufeff" + text})
    delivered = read(made)
    assert delivered.frame["Fragment"].tolist() == [SAID, "Einde.", "Tweede met één 😀 en nog"]
    assert rules(delivered) == []
    assert any("bevestigd door 3 teksten" in fact for fact in delivered.facts)


def test_a_note_that_is_the_text_confirms_too_and_one_that_is_not_does_not(tmp_path):
    text = "\r\n".join(LINES)
    at = place(text, SAID, "points", "written", 0)
    for note, wanted in ((SAID, []), ("goed voorbeeld van sfeer", ["account_doubt"])):
        made = pack(
            tmp_path / "x.qdpx", project(source("FG", selection(*at, THEMES[0], note=note))), {"sources/a.txt": text}
        )
        assert rules(read(made)) == wanted


@pytest.mark.parametrize("kind", ["crlf", "emoji", "bom"])
def test_without_a_name_what_can_be_read_in_two_ways_is_told(tmp_path, kind):
    texts = {
        "crlf": "a b\r\nc d\r\nhier voel ik me goed.",
        "emoji": "😀 hier voel ik me.",
        "bom": "\ufeffhier voel ik me.",
    }
    text = texts[kind]
    start = text.lstrip("\ufeff").index("hier")
    made = pack(
        tmp_path / "x.qdpx",
        project(source("FG één", selection(start, start + 15, THEMES[0], name=f"{start},{start + 15}"))),
        {"sources/a.txt": text},
    )
    delivered = read(made)
    assert rules(delivered) == ["account_doubt"]
    words = str(told(delivered)[0])
    assert f"bron ‘FG één’, selectie van teken {start} tot {start + 15}" in words
    assert "‘hier voel ik me’" in words
    assert delivered.frame["Fragment"].tolist() == ["hier voel ik me"]  # the way that cuts no word
    assert [each.doubt for part in delivered.parts if part.kind == "selecties" for each in part.rest] == [True]


def test_where_all_ways_agree_nothing_is_told(tmp_path):
    made = pack(
        tmp_path / "x.qdpx", project(source("FG", selection(0, 6, THEMES[0]))), {"sources/a.txt": "Eerste regel."}
    )
    delivered = read(made)
    assert rules(delivered) == []
    assert delivered.frame["Fragment"].tolist() == ["Eerste"]


def test_many_selections_of_whole_words_decide_without_a_name(tmp_path):
    lines = [f"Zin nummer {number} over veiligheid op school" for number in range(12)]
    text = "\r\n".join([*lines, "Dat was het gesprek van vandaag."])
    marks = [selection(*place(text, line, "points", "written", 0), THEMES[0]) for line in lines]
    delivered = read(pack(tmp_path / "x.qdpx", project(source("FG", "".join(marks))), {"sources/a.txt": text}))
    assert rules(delivered) == []
    assert delivered.frame["Fragment"].tolist() == lines
    assert any("bij een woord" in fact for fact in delivered.facts)


def test_a_name_that_no_way_gives_is_a_conflict_that_refuses(tmp_path):
    text = "\n".join(LINES)
    marks = selection(3, 20, THEMES[0], name=SAID) + selection(0, 12, THEMES[1], name="Eerste regel")
    delivered = read(pack(tmp_path / "x.qdpx", project(source("FG", marks)), {"sources/a.txt": text}))
    assert rules(delivered) == ["fragment_conflict"]
    assert "selectie van teken 3 tot 20" in delivered.doubts[0].where
    assert SAID in delivered.doubts[0].found


def test_a_text_that_was_changed_a_little_after_coding_is_a_conflict(tmp_path):
    marks = selection(7, 29, THEMES[0], name="hier voelde ik me veilig")
    delivered = read(pack(tmp_path / "x.qdpx", project(source("FG", marks)), {"sources/a.txt": f"Derde: {SAID}."}))
    assert rules(delivered) == ["fragment_conflict"]


@pytest.mark.parametrize("name", ["s1", "12,45", "Citaat 3", "", "sfeer", THEMES[0], "FG"])
def test_a_name_that_is_a_label_says_nothing(tmp_path, name):
    marks = selection(7, 29, THEMES[0], name=name)
    delivered = read(
        pack(
            tmp_path / "x.qdpx",
            project(source("FG", marks)),
            {"sources/a.txt": f"Derde: {SAID}, sfeer, {THEMES[0]}, FG."},
        )
    )
    assert rules(delivered) == []
    assert delivered.frame["Fragment"].tolist() == [SAID]


def test_inline_text_whose_line_ends_xml_took_away(tmp_path):
    text = "\r\n".join(LINES)
    at = place(text, SAID, "points", "written", 0)
    inner = element("PlainTextContent", text) + selection(*at, THEMES[0], name=SAID)
    delivered = read(pack(tmp_path / "x.qdpx", project(source("FG", inner, path=None))))
    assert delivered.frame["Fragment"].tolist() == [SAID]
    assert rules(delivered) == []


@pytest.mark.parametrize("named", ["", "Eerste"])
def test_a_repeated_selection_in_doubt_is_counted_once(tmp_path, named):
    marks = "".join(selection(0, 6, THEMES[0], guid=key(str(number)), name=named) for number in range(3))
    delivered = read(pack(tmp_path / "x.qdpx", project(source("FG", marks)), {"sources/a.txt": "\ufeffEerste regel."}))
    assert rules(delivered) == ([] if named else ["account_doubt"])
    assert rest(delivered, "selecties")["zelfde plaats en codes als een andere selectie: één keer geteld"] == 2


def test_a_text_without_anything_is_told(tmp_path):
    sources = [
        source("F", selection(0, 6, THEMES[0])),
        source("G", selection(0, 6, THEMES[0]), path="internal://b.txt"),
    ]
    delivered = read(pack(tmp_path / "x.qdpx", project(*sources), {"sources/a.txt": "", "sources/b.txt": ONE}))
    assert rules(delivered) == ["coding_unread"]
    assert delivered.frame["Document"].tolist() == ["G"]


@pytest.mark.parametrize(("start", "end"), [(5, 5000), (9, 4), (12, 12), (-3, 4)])
def test_a_selection_outside_the_text_is_told_and_the_others_are_read(tmp_path, start, end):
    marks = selection(start, end, THEMES[0]) + selection(0, 6, THEMES[1])
    delivered = read(pack(tmp_path / "x.qdpx", project(source("FG", marks)), {"sources/a.txt": "Eerste regel."}))
    assert delivered.frame["Fragment"].tolist() == ["Eerste"]
    assert rules(delivered) == ["coding_unread"]
    assert "De tekst is veranderd na het coderen" in str(delivered.doubts[0])


def test_words_of_a_convention():
    assert positions.Convention("two", "utf16", "bom").words == (
        "posities in UTF-16-eenheden, een regeleinde als twee, de BOM telt mee"
    )


# where texts are

ONE, OTHER = "Eerste tekst hier.", "Tweede tekst daar."


@pytest.mark.parametrize(
    ("paths_", "files"),
    [
        (("internal://a.txt", "internal://sub/a.txt"), ("sources/a.txt", "sources/sub/a.txt")),
        (("internal://sub/a.txt", "internal://a.txt"), ("sources/sub/a.txt", "sources/a.txt")),
        (("internal://a.txt", "relative:///a.txt"), ("sources/a.txt", "a.txt")),
        (("internal://a.txt", "internal://A.TXT"), ("sources/a.txt", "sources/A.TXT")),
        (("internal://gesprek%201.txt", "internal://b.txt"), ("sources/gesprek 1.txt", "sources/b.txt")),
        (("internal://één.txt", "internal://b.txt"), ("sources/%C3%A9%C3%A9n.txt", "sources/b.txt")),
        (("internal://e\u0301.txt", "internal://b.txt"), ("sources/é.txt", "sources/b.txt")),
        (("internal://a.txt", "internal://b.txt"), ("Sources\\a.txt", "Sources\\b.txt")),
        (("Sources/a.txt", "b.txt"), ("Sources/a.txt", "Sources/b.txt")),
        (("relative://sources/a.txt", "relative:///teksten/b.txt"), ("sources/a.txt", "teksten/b.txt")),
        (("absolute:///C:/map/a.txt", "internal://b.txt"), ("sources/a.txt", "sources/b.txt")),
        (("internal://100%25.txt", "internal://100%.txt"), ("sources/100%25.txt", "sources/100%.txt")),
    ],
)
def test_every_source_has_its_own_text(tmp_path, paths_, files):
    sources = [source(name, selection(0, 12, THEMES[0]), path=path) for name, path in zip("FG", paths_, strict=True)]
    made = pack(tmp_path / "x.qdpx", project(*sources), dict(zip(files, (ONE, OTHER), strict=True)))
    delivered = read(made)
    assert delivered.frame[["Document", "Fragment"]].to_numpy().tolist() == [["F", ONE[:12]], ["G", OTHER[:12]]]
    assert rules(delivered) == []
    assert any("gevonden als" in fact for fact in delivered.facts) == paths_[0].startswith("absolute")


def test_a_text_of_another_source_is_never_taken_for_a_missing_one(tmp_path):
    sources = [source("F", selection(0, 6, THEMES[0]), path="internal://a.txt")]
    sources += [source("G", selection(0, 6, THEMES[0]), path="internal://sub/a.txt")]
    delivered = read(pack(tmp_path / "x.qdpx", project(*sources), {"sources/a.txt": ONE}))
    assert delivered.frame["Document"].tolist() == ["F"]
    assert rules(delivered) == ["coding_unread"]
    assert "bron ‘G’" in delivered.doubts[0].where


def test_two_sources_of_one_name_are_two_documents(tmp_path):
    sources = [
        source("FG", selection(0, 6, THEMES[0])),
        source("FG", selection(0, 6, THEMES[1]), path="internal://b.txt"),
    ]
    delivered = read(pack(tmp_path / "x.qdpx", project(*sources), {"sources/a.txt": ONE, "sources/b.txt": OTHER}))
    assert delivered.frame["Document"].tolist() == ["FG", "FG (2)"]
    assert any("twee bronnen heten ‘FG’" in fact for fact in delivered.facts)


@pytest.mark.parametrize(
    ("content", "words"),
    [(b"caf\xe9 is goed", "geen UTF-8"), (b"a\x00b\x00", "nulbytes"), (b"%PDF-1.4", "document met opmaak")],
)
def test_a_text_that_cannot_be_read_is_told_and_the_others_are_read(tmp_path, content, words):
    sources = [
        source("F", selection(0, 6, THEMES[0])),
        source("G", selection(0, 6, THEMES[0]), path="internal://b.txt"),
    ]
    delivered = read(pack(tmp_path / "x.qdpx", project(*sources), {"sources/a.txt": content, "sources/b.txt": OTHER}))
    assert delivered.frame["Document"].tolist() == ["G"]
    assert rules(delivered) == ["coding_unread"]
    assert words in delivered.doubts[0].found


def test_text_in_utf_16_that_says_so(tmp_path):
    made = pack(
        tmp_path / "x.qdpx",
        project(source("F", selection(0, 6, THEMES[0], name="Eerste"))),
        {"sources/a.txt": ONE.encode("utf-16")},
    )
    assert read(made).frame["Fragment"].tolist() == ["Eerste"]


def word_document(*paragraphs, cells=()):
    document = docx.Document()
    for paragraph in paragraphs:
        document.add_paragraph(paragraph)
    if cells:
        row = document.add_table(rows=1, cols=len(cells)).rows[0]
        for cell, text in zip(row.cells, cells, strict=True):
            cell.text = text
    content = io.BytesIO()
    document.save(content)
    return content.getvalue()


@pytest.mark.parametrize("named", [True, False])
def test_a_text_that_is_there_only_as_a_word_document(tmp_path, named):
    lines = ["Eerste regel.", f"Derde: {SAID}."]
    at = place("\n".join(lines), SAID, "points", "one", 0)
    inner = selection(*at, THEMES[0], name=SAID if named else "")
    made = pack(
        tmp_path / "x.qdpx",
        project(source("FG", inner, path=None, richTextPath="internal://a.docx")),
        {"sources/a.docx": word_document(*lines, cells=("een", "twee"))},
    )
    delivered = read(made)
    assert delivered.frame["Fragment"].tolist() == [SAID]
    assert rules(delivered) == ([] if named else ["account_doubt"])


@pytest.mark.parametrize(
    ("path", "content"), [("internal://a.docx", b"PK\x03\x04rest"), ("internal://a.rtf", b"{\\rtf1 a}"), (None, b"")]
)
def test_layout_that_cannot_be_read_is_told(tmp_path, path, content):
    sources = [source("F", selection(0, 6, THEMES[0]), path=None, richTextPath=path)]
    sources += [source("G", selection(0, 6, THEMES[0]), path="internal://b.txt")]
    files = {"sources/b.txt": ONE} | ({path.replace("internal://", "sources/"): content} if path else {})
    delivered = read(pack(tmp_path / "x.qdpx", project(*sources), files))
    assert delivered.frame["Document"].tolist() == ["G"]
    assert rules(delivered) == ["coding_unread"]


# what is not text


def representation(inner, path="internal://b.txt", tag="Representation", **more):
    return element(tag, inner, guid=key(f"{tag}{path}"), name="r", plainTextPath=path, **more)


def test_the_text_of_a_pdf_a_picture_and_a_recording_is_read(tmp_path):
    moments = "".join(element("SyncPoint", guid=key(f"m{at}"), timeStamp=at * 100, position=at) for at in (0, 12))
    ends = {"fromSyncPoint": key("m0"), "toSyncPoint": key("m12")}
    said = element(
        "Transcript",
        moments + selection(0, 0, CODES[1], tag="TranscriptSelection", **ends),
        guid=key("t"),
        plainTextPath="internal://b.txt",
    )
    area = {"page": 1, "firstX": 1, "firstY": 1, "secondX": 2, "secondY": 2}
    carried = element("Representation", element("PlainTextContent", "woorden van\n een vlak"), guid=key("rv"))
    area = element("PDFSelection", carried + coding(THEMES[1]), guid=key("v"), **area)
    pdf, photo = representation(selection(0, 12, THEMES[0])), selection(0, 6, THEMES[0])
    made = project(
        source("pdf", area + pdf, path="internal://b.pdf", tag="PDFSource"),
        source("foto", representation(photo, tag="TextDescription"), path="internal://b.png", tag="PictureSource"),
        source("geluid", said, path="internal://b.mp3", tag="AudioSource"),
        source("film", said, path="internal://b.mp4", tag="VideoSource"),
    )
    media = {f"sources/b.{kind}": b"x" for kind in ("pdf", "png", "mp3", "mp4")}
    delivered = read(pack(tmp_path / "x.qdpx", made, {"sources/b.txt": OTHER, **media}))
    rows = delivered.frame[["Document", "Fragment"]].to_numpy().tolist()
    assert sorted(rows) == sorted(
        [
            ["pdf", OTHER[:12]],
            ["pdf", "woorden van een vlak"],
            ["foto", "Tweede"],
            ["geluid", OTHER[:12]],
            ["film", OTHER[:12]],
        ]
    )
    assert set(delivered.frame["BRIN"]) == {"99AA"}
    assert rules(delivered) == []
    assert rest(delivered, "bestanden") == {"opmaak, beeld, geluid of tekst zonder codering: niet gelezen": 4}


def test_what_is_coded_and_is_no_text_is_counted_and_told(tmp_path):
    square = {"firstX": 1, "firstY": 1, "secondX": 2, "secondY": 2}
    time = {"begin": 0, "end": 9000}
    page = element("PDFSelection", coding(THEMES[0]), guid=key("1"), page=1, **square) + coding(CODES[0])
    sound = element("AudioSelection", coding(THEMES[0]), guid=key("3"), **time)
    case = element("Case", f'<CodeRef targetGUID="{key("sfeer")}"/>', guid=key("k"), name="kees")
    memo = element("Note", selection(0, 3, CODES[0]), guid=key("n"), name="memo 1")
    made = project(
        source("FG", selection(0, 6, THEMES[0]) + selection(7, 12)),
        source("heel", coding(THEMES[0])),
        source("pdf", page, tag="PDFSource"),
        source("foto", element("PictureSelection", coding(THEMES[0]), guid=key("2"), **square), tag="PictureSource"),
        source("geluid", sound * 2, tag="AudioSource"),
        source("film", element("VideoSelection", coding(THEMES[0]), guid=key("4"), **time), tag="VideoSource"),
        source("leeg", ""),
        more=element("Cases", case) + element("Notes", memo) + element("Links", element("Link", guid=key("l"))),
    )
    delivered = read(pack(tmp_path / "x.qdpx", made, {"sources/a.txt": ONE}))
    assert delivered.frame["Fragment"].tolist() == ["Eerste"]
    assert rules(delivered) == ["coding_not_text"] * 7
    said = " ".join(f"{defect.where} {defect.found}" for defect in delivered.doubts)
    for words in ("een vlak in een PDF", "een vlak in een afbeelding", "2 keer een stuk geluid", "een stuk beeld"):
        assert words in said
    for words in ("2 keer een codering van een hele bron", "casus", "memo van de onderzoekers", "‘heel’", "‘kees’"):
        assert words in said
    assert any("1 memo's, 1 koppelingen" in fact for fact in delivered.facts)
    left = rest(delivered, "selecties")
    assert left["zonder code"] == 1
    assert sum(left.values()) == 10
    assert rest(delivered, "bronnen")["van de onderzoekers, geen bron"] == 1


def test_moments_without_a_place_are_told(tmp_path):
    ends = {"fromSyncPoint": key("m0"), "toSyncPoint": key("weg")}
    said = element("SyncPoint", guid=key("m0"), timeStamp=0) + selection(
        0, 0, CODES[1], tag="TranscriptSelection", **ends
    )
    said = element("Transcript", said, guid=key("t"), plainTextPath="internal://a.txt")
    made = project(source("geluid", said, tag="AudioSource"), source("FG", selection(0, 6, THEMES[0])))
    delivered = read(pack(tmp_path / "x.qdpx", made, {"sources/a.txt": ONE}))
    assert rules(delivered) == ["coding_unread"]
    assert delivered.frame["Document"].tolist() == ["FG"]


def test_a_code_that_the_codebook_lacks_is_told(tmp_path):
    made = project(source("FG", selection(0, 6, "onbekend") + selection(0, 6, THEMES[0])))
    delivered = read(pack(tmp_path / "x.qdpx", made, {"sources/a.txt": ONE}))
    assert rules(delivered) == ["coding_unread"]
    assert len(delivered.frame) == 1


# codes, groups, variables


@pytest.mark.parametrize("sets", [True, False])
def test_groups_are_parents_or_sets(tmp_path, sets):
    made = project(source("FG", selection(0, 6, THEMES[0], CODES[0])), sets=sets)
    frame = read(pack(tmp_path / "x.qdpx", made, {"sources/a.txt": ONE})).frame
    assert frame[["Thema", "Code"]].to_numpy().tolist() == [[THEMES[0], CODES[0]]]


def test_sets_beside_those_of_the_crosswalk_are_told(tmp_path):
    more = element("Set", f'<MemberCode targetGUID="{key("sfeer")}"/>', guid=key("b"), name="Belangrijk")
    made = project(source("FG", selection(0, 6, THEMES[0], CODES[0])), sets=True).replace("</Sets>", f"{more}</Sets>")
    path = pack(tmp_path / "x.qdpx", made, {"sources/a.txt": ONE})
    delivered = read(path, crosswalks.load("fragments_refi"))
    assert "Belangrijk" not in delivered.frame
    assert any("Belangrijk" in fact for fact in delivered.facts)
    assert read(path).frame["Belangrijk"].tolist() == ["sfeer"]


def test_sets_of_the_crosswalk_come_before_a_folder_of_codes(tmp_path):
    made = project(source("FG", selection(0, 6, THEMES[0], CODES[0])), sets=True)
    inner = made[made.index("<Codes>") + 7 : made.index("</Codes>")]
    made = made.replace(inner, element("Code", inner, guid=key("map"), name="Map 2023", isCodable="false"))
    path = pack(tmp_path / "x.qdpx", made, {"sources/a.txt": ONE})
    frame = read(path, crosswalks.load("fragments_refi")).frame
    assert frame[["Thema", "Code"]].to_numpy().tolist() == [[THEMES[0], CODES[0]]]
    assert "Map 2023" not in frame
    assert read(path).frame["Map 2023"].tolist() == [THEMES[0], CODES[0]]


@pytest.mark.parametrize(
    ("marks", "rows", "left"),
    [
        ([(THEMES[0],), (CODES[0],)], [[THEMES[0], CODES[0]]], 0),  # NVivo: a selection a code
        ([(THEMES[0], CODES[0]), (THEMES[0], CODES[0])], [[THEMES[0], CODES[0]]], 1),  # two coders
        ([(THEMES[0], CODES[0]), (THEMES[1], CODES[1])], [[THEMES[0], CODES[0]], [THEMES[1], CODES[1]]], 0),
        ([(THEMES[0], THEMES[0], CODES[0])], [[THEMES[0], CODES[0]]], 0),
    ],
)
def test_selections_of_one_place(tmp_path, marks, rows, left):
    inner = "".join(selection(0, 6, *words, guid=key(str(number))) for number, words in enumerate(marks))
    delivered = read(pack(tmp_path / "x.qdpx", project(source("FG", inner)), {"sources/a.txt": ONE}))
    assert delivered.frame[["Thema", "Code"]].to_numpy().tolist() == rows
    assert sum(rest(delivered, "selecties").values()) == left


def test_variables_of_cases_of_sources_and_of_selections(tmp_path):
    case = element(
        "Case", values(BRIN="99AB", Citeren="nee") + f'<SourceRef targetGUID="{key("FG")}"/>', guid=key("k1"), name="x"
    )
    said = element("Case", values(Citeren="ja") + f'<SelectionRef targetGUID="{key("s")}"/>', guid=key("k2"), name="y")
    made = project(
        source(
            "FG",
            selection(0, 6, THEMES[0]) + selection(7, 12, THEMES[0], guid=key("s")),
            about={"Deelnemers": "studenten"},
        ),
        more=element("Cases", case + said),
    )
    frame = read(pack(tmp_path / "x.qdpx", made, {"sources/a.txt": ONE})).frame
    assert frame[["BRIN", "Deelnemers", "Citeren"]].to_numpy().tolist() == [
        ["99AB", "studenten", "nee"],
        ["99AB", "studenten", "ja"],
    ]


def test_two_values_of_one_variable_are_told(tmp_path):
    cases = "".join(
        element("Case", values(BRIN=code) + f'<SourceRef targetGUID="{key("FG")}"/>', guid=key(code), name=code)
        for code in ("99AA", "99AB")
    )
    made = project(source("FG", selection(0, 6, THEMES[0]), about={}), more=element("Cases", cases))
    delivered = read(pack(tmp_path / "x.qdpx", made, {"sources/a.txt": ONE}))
    assert rules(delivered) == ["variable_double"]
    assert "bron ‘FG’, kenmerk ‘BRIN’" in delivered.doubts[0].where


def test_a_variable_that_is_called_as_a_column_of_ours(tmp_path):
    made = project(source("FG", selection(0, 6, THEMES[0]), about={"Document": "elders"}), variables=("Document",))
    frame = read(pack(tmp_path / "x.qdpx", made, {"sources/a.txt": ONE})).frame
    assert frame["Document"].tolist() == ["FG"]
    assert frame["Document (kenmerk)"].tolist() == ["elders"]


@pytest.mark.parametrize("space", ["urn:QDA-XML:codebook:1:0", "urn:QDA-XML:codebook:1.0", None])
def test_a_codebook_in_the_namespace_of_nvivo_for_mac(tmp_path, space):
    path = tmp_path / "x.qdc"
    code = element(
        "Code",
        element("Code", guid=key("b"), name="sfeer", isCodable="true"),
        guid=key("a"),
        name="Code",
        isCodable="false",
    )
    path.write_text(
        element("CodeBook", element("Codes", code), xmlns=space, origin="NVivo 12 For Mac"), encoding="utf-8"
    )
    assert read(path).frame[["Code", "Groep"]].to_numpy().tolist() == [["Code", "Code"], ["sfeer", "Code"]]


def test_elements_of_another_maker_are_told(tmp_path):
    made = project(source("FG", selection(0, 6, THEMES[0]))).replace("<Sources>", '<kleur xmlns="urn:x"/><Sources>')
    assert (
        "niet van de standaard, niet gelezen: kleur"
        in read(pack(tmp_path / "x.qdpx", made, {"sources/a.txt": ONE})).facts
    )


# how it was packed


@pytest.mark.parametrize("folder", ["", "Mijn project/"])
@pytest.mark.parametrize(
    "junk", ["__MACOSX/{}._project.qde", "{}.DS_Store", "{}sources/._a.txt", "{}Thumbs.db", "{}desktop.ini"]
)
def test_what_an_operating_system_adds_is_no_project(tmp_path, folder, junk):
    files = {f"{folder}sources/a.txt": ONE, junk.format(folder): b"\x00\x05\x16\x07"}
    made = pack(tmp_path / "x.qdpx", project(source("FG", selection(0, 6, THEMES[0]))), files, f"{folder}project.qde")
    delivered = read(made)
    assert delivered.frame["Fragment"].tolist() == ["Eerste"]
    assert rest(delivered, "bestanden") == {"toegevoegd door het besturingssysteem": 1}


def test_finder_writes_utf_8_without_saying_so(tmp_path):
    inner = selection(0, 6, THEMES[0])
    made = pack(tmp_path / "x.qdpx", project(source("FG", inner, path="internal://één.tx")), {"sources/abc_n.tx": ONE})
    made.write_bytes(made.read_bytes().replace(b"sources/abc_n.tx", "sources/één.tx".encode()))
    assert read(made).frame["Fragment"].tolist() == ["Eerste"]


@pytest.mark.parametrize("names", [(), ("b.qde",), ("map/project.qde",)])
def test_no_project_or_several_are_told_with_their_names(tmp_path, names):
    files = dict.fromkeys(names, "<x/>")
    made = pack(tmp_path / "x.qdpx", "<x/>", files, "project.qde" if names else "project.xml")
    with pytest.raises(Unreadable, match=rf"{len(names) + bool(names)} projectbestanden.*{names[0] if names else ''}"):
        readers.read(made, "x.qdpx")


@pytest.mark.parametrize("name", ["/etc/a.txt", "../a.txt", "sources/../../a.txt", "C:\\a.txt", "sources\\..\\a.txt"])
def test_a_name_that_points_outside_the_archive_is_refused(tmp_path, name):
    made = pack(tmp_path / "x.qdpx", project(), {name: b"x"})
    with pytest.raises(Unreadable, match="naar buiten wijst"):
        readers.read(made, "x.qdpx")


def test_a_link_in_the_archive_is_refused(tmp_path):
    entry = zipfile.ZipInfo("sources/a.txt")
    entry.external_attr = 0o120777 << 16
    with pytest.raises(Unreadable, match="naar buiten wijst"):
        readers.read(pack(tmp_path / "x.qdpx", project(), raw=[(entry, "/etc/passwd")]), "x.qdpx")


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_two_files_of_one_name_are_refused(tmp_path):
    made = pack(tmp_path / "x.qdpx", project(), raw=[("sources/a.txt", "een"), ("sources/a.txt", "twee")])
    with pytest.raises(Unreadable, match="twee keer in het archief"):
        readers.read(made, "x.qdpx")


def test_an_archive_that_unpacks_without_end_is_refused_and_one_with_long_recordings_is_not(tmp_path, monkeypatch):
    from helpers.ingest.readers import containers

    monkeypatch.setattr(containers, "UNPACKED", 100_000)
    made = pack(
        tmp_path / "x.qdpx",
        project(source("FG", selection(0, 6, THEMES[0]))),
        {"sources/a.txt": ONE, "sources/a.mp4": b"x" * 300_000},
    )
    assert len(read(made).frame) == 1  # stored, as it is: nothing unpacks
    with zipfile.ZipFile(tmp_path / "y.qdpx", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("project.qde", project())
        archive.writestr("sources/a.txt", b"x" * 300_000)
    with pytest.raises(Unreadable, match="een archief dat uitgepakt"):
        readers.read(tmp_path / "y.qdpx", "y.qdpx")


@pytest.mark.parametrize("how", ["flip", "cut", "method", "password"])
def test_a_damaged_member_is_one_unreadable_file(tmp_path, how):
    made = pack(tmp_path / "x.qdpx", project(source("FG", selection(0, 6, THEMES[0]))), {"sources/a.txt": ONE})
    content = bytearray(made.read_bytes())
    if how == "flip":
        content[content.index(ONE.encode()) + 3] ^= 8
    elif how == "cut":
        del content[-40:]
    else:
        for head, place in (
            (b"PK\x03\x04", 8 if how == "method" else 6),
            (b"PK\x01\x02", 10 if how == "method" else 8),
        ):
            at = content.rindex(head)
            content[at + place] = 99 if how == "method" else 1
    made.write_bytes(content)
    with pytest.raises(Unreadable) as error:
        readers.read(made, "x.qdpx")
    assert [defect.rule for defect in error.value.problems] == ["file_unreadable"]
