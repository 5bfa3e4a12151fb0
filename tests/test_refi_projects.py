"""REFI-QDA projects as programs make them: what is no text, groups and variables, how they were packed."""

import zipfile

import pytest
from projects import (
    CODES,
    ONE,
    OTHER,
    THEMES,
    coding,
    element,
    key,
    pack,
    project,
    read,
    rest,
    rules,
    selection,
    source,
    values,
)

from helpers.ingest import crosswalks, readers
from helpers.ingest.problems import Unreadable

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
