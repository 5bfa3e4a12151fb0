"""The Word documents of both renderers, opened as XML: headings, captions, contents, tables, texts of pictures."""

import re
import zipfile

import docx
import pytest
from conftest import needs_quarto
from docx.oxml.ns import qn
from test_pdf import PLAIN, headings

from helpers.errors import MonitorError
from helpers.render.word import captions, grids


@pytest.fixture(scope="module", params=["preview", pytest.param("quarto", marks=needs_quarto)])
def reports(request):
    """Root of a small world whose reports were made by one of the renderers."""
    if request.param == "quarto":
        return request.getfixturevalue("quarto_run")
    return request.getfixturevalue("small_run")[0]


@pytest.fixture(scope="module", params=["sector", "99AB"])
def made(request, reports):
    """One report's document, its source and its path."""
    outputs = reports / "outputs/small"
    path = outputs / "reports" / request.param / "report.docx"
    source = outputs / "units" / request.param / "source/document/report.qmd"
    return docx.Document(str(path)), source.read_text(encoding="utf-8"), path


def text_of(element):
    return "".join(part.text or "" for part in element.iter(qn("w:t")))


def test_headings_are_headings(made):
    document, source, _ = made
    found = [
        re.sub(r"^[\d.]+\s", "", paragraph.text).strip().translate(PLAIN)
        for paragraph in document.paragraphs
        if paragraph.style.name.startswith("Heading ")
    ]
    assert found == headings(source)


def test_contents_are_a_field_with_its_entries_there(made):
    document, _, _ = made
    box = document.element.body.find(qn("w:sdt"))
    assert box.find(".//" + qn("w:docPartGallery")).get(qn("w:val")) == "Table of Contents"
    assert 'TOC \\o "1-2"' in "".join(code.text for code in box.iter(qn("w:instrText")))
    marks = [mark.get(qn("w:fldCharType")) for mark in box.iter(qn("w:fldChar"))]
    assert marks == ["begin", "separate", "end"]
    entries = [" ".join(text_of(link).split()) for link in box.iter(qn("w:hyperlink"))]
    assert entries == [
        " ".join(paragraph.text.split())
        for paragraph in document.paragraphs
        if paragraph.style.name in ("Heading 1", "Heading 2")
    ]
    names = {mark.get(qn("w:name")) for mark in document.element.body.iter(qn("w:bookmarkStart"))}
    assert {link.get(qn("w:anchor")) for link in document.element.body.iter(qn("w:hyperlink"))} - {None} <= names


def test_captions_are_numbered_by_fields(made):
    document, source, _ = made
    found = [paragraph for paragraph in document.paragraphs if paragraph.style.name == "Caption"]
    for word_, label in (("Figuur", "fig"), ("Tabel", "tbl")):
        numbers = [re.match(rf"{word_} (\d+)\. \S", one.text) for one in found if one.text.startswith(word_)]
        wanted = len(re.findall(rf"\{{#{label}-", source))
        assert [int(number[1]) for number in numbers] == list(range(1, wanted + 1))
    for one in found:
        code = "".join(part.text for part in one._p.iter(qn("w:instrText")))
        assert re.fullmatch(r" SEQ (Figuur|Tabel) \\\* ARABIC ", code)


def test_every_picture_has_a_text(made):
    document, _, _ = made
    about = list(document.element.body.iter(qn("wp:docPr")))
    assert len(about) >= 8
    assert all(len(one.get("descr", "")) > 20 for one in about)


def test_tables_repeat_their_heads_and_keep_rows_whole(made):
    document, source, _ = made
    assert len(document.tables) == len(re.findall(r"^: .*\{#tbl-", source, re.MULTILINE))
    for table in document.tables:
        rows = table._tbl.findall(qn("w:tr"))
        assert rows[0].find(f"{qn('w:trPr')}/{qn('w:tblHeader')}") is not None
        assert all(row.find(f"{qn('w:trPr')}/{qn('w:cantSplit')}") is not None for row in rows)
        assert table._tbl.tblPr.find(qn("w:tblCaption")).get(qn("w:val")).startswith("Tabel ")
        assert table._tbl.tblPr.find(qn("w:tblLook")).get(qn("w:firstRow")) == "1"


def test_figures_are_aligned_right(made):
    document, _, _ = made
    table = next(table for table in document.tables if table.cell(0, 1).text == "Respondenten")
    assert table.cell(1, 1).paragraphs[0].alignment == docx.enum.text.WD_ALIGN_PARAGRAPH.RIGHT


def test_properties_and_language(made):
    document, _, path = made
    about = document.core_properties
    assert about.title.startswith("Monitor Integrale Veiligheid mbo")
    assert about.language == "nl-NL"
    with zipfile.ZipFile(path) as archive:
        styles = archive.read("word/styles.xml").decode("utf-8")
        everything = "".join(archive.read(name).decode("utf-8", "replace") for name in archive.namelist())
    assert set(re.findall(r'<w:lang [^>]*w:val="([^"]+)"', styles)) == {"nl-NL"}
    assert "quarto-build" not in everything
    assert "/tmp/" not in everything


def test_marks_above_and_below_every_page(made):
    document, _, path = made
    section = document.sections[0]
    header, footer = section.header.paragraphs[0].text, section.footer.paragraphs[0]
    assert "Synthetische gegevens" in header
    assert ("Vertrouwelijk" in header) == ("99AB" in str(path))
    assert "Synthetische gegevens" in footer.text
    codes = [code.text.strip() for code in footer._p.iter(qn("w:instrText"))]
    assert codes == ["PAGE", "NUMPAGES"]
    assert "Concept: nog niet vrijgegeven" in header


def test_running_text_is_black_and_headers_are_not_it(made):
    document, _, _ = made
    section = document.sections[0]
    assert section.header.paragraphs[0].style.name == "Header"
    assert section.footer.paragraphs[0].style.name == "Footer"
    for name in ("Normal", "Body Text", "First Paragraph", "Tabeltekst"):
        assert document.styles[name].font.color.rgb is None


def test_the_document_is_sound(made):
    """What Word takes for damage: a paragraph with two sets of properties, or one id twice."""
    document, _, _ = made
    body = document.element.body
    assert all(len(paragraph.findall(qn("w:pPr"))) <= 1 for paragraph in body.iter(qn("w:p")))
    for tag in (qn("w:bookmarkStart"),):
        ids = [mark.get(qn("w:id")) for mark in body.iter(tag)]
        assert len(ids) == len(set(ids))
    ids = [about.get("id") for about in body.iter(qn("wp:docPr"))]
    assert len(ids) == len(set(ids))


def test_a_picture_without_a_text_is_refused(tmp_path):
    import matplotlib.pyplot as plt

    plt.figure().savefig(tmp_path / "x.png")
    document = docx.Document()
    document.add_picture(str(tmp_path / "x.png"))
    with pytest.raises(MonitorError, match="Picture 1 .* has no alternative text"):
        captions.number(document)


def test_columns_are_as_wide_as_their_words():
    short = grids.widths([["Groep", "n", "Interval"], ["man", "12", "10,1 – 12,3"]])
    assert sum(short) == pytest.approx(1)
    assert short[0] > short[2] > short[1]  # room goes to the words
    long = grids.widths([["Nr.", "Tekst"], ["1", "woord " * 60]])
    assert long[1] > 0.9
    numbers = grids.widths([["Jaar", "Waar"], ["2016", "eigen"]])
    assert numbers[1] > numbers[0]
