"""REFI-QDA projects as programs make them: how they count, and where their texts are."""

import io

import docx
import pytest
from projects import ONE, OTHER, THEMES, element, key, pack, project, read, rest, rules, selection, source, told

from helpers.ingest.readers.refi import positions

LINES = [
    "Eerste regel van het gesprek.",
    "Tweede met één 😀 en nog 🎓 erin.",
    "",
    "Derde: hier voel ik me veilig.",
    "Einde.",
]
SAID = "hier voel ik me veilig"


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
