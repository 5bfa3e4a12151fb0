"""Names of institutions of every sort, and the mark of a concept, on the title pages of both renderers."""

import re

import docx
import pandas as pd
import pytest
from conftest import needs_quarto
from lxml import html
from pypdf import PdfReader
from test_pdf import PLAIN
from test_render import released, story

from helpers import paths, render, settings
from helpers.files import write_parquet

NAMES = {
    "long": "Regionaal Opleidingencentrum voor Beroepsonderwijs en Volwasseneneducatie in Noordoost-Voorbeeldland, "
    "Midden-Verzinstad en de Samenwerkende Grensgemeenten aan de Denkbeeldige Waterkant en Omstreken",
    "short": "X",
    "marks": """AOC "De Ø&ñ" 'x' <b> # $ _ * ~ @ë \\ [a] {b} `c` = / - + %""",
}
SOME = [("preview", name) for name in NAMES] + [
    pytest.param("quarto", name, marks=needs_quarto) for name in ("long", "marks")
]


@pytest.fixture
def named(ready, monkeypatch):
    """Give 99AB another name, and make its report of one line a chapter with one of the renderers."""
    where = paths.EditionPaths("small")
    for chapter in settings.load_chapters().of("99AB"):
        story(where.unit("99AB"), chapter, released(f"Tekst van {chapter}."))

    def make(name, renderer="preview", concept=True):
        monkeypatch.setenv("MIV_RENDERER", renderer)
        register = pd.read_parquet(where.data / "register.parquet")
        register.loc[register["institution_id"] == "99AB", "name"] = name
        write_parquet(where.data / "register.parquet", register)
        report = where.report("99AB")
        assert render.make("small", "99AB", report, concept=concept)
        return report

    return make


def right_edges(page):
    """Where pieces of text begin on a page, in points from the left."""
    places = []

    def look(text, _, matrix, *more):
        if text.strip():
            places.append(matrix[4])

    page.extract_text(visitor_text=look)
    return places


@pytest.mark.parametrize(("renderer", "which"), SOME)
def test_any_name_fits_every_title_page(named, renderer, which):
    name = NAMES[which]
    report = named(name, renderer)
    reader = PdfReader(report / "report.pdf")
    squeezed = re.sub(r"[-\s\u00ad]", "", reader.pages[0].extract_text().translate(PLAIN))
    assert re.sub(r"[-\s]", "", name) in squeezed
    assert "Inhoud" in reader.pages[1].extract_text()
    assert name in str(reader.metadata.title).translate(PLAIN)
    for page in reader.pages[1:3]:
        assert max(right_edges(page)) < float(page.mediabox.width)
    document = docx.Document(str(report / "report.docx"))
    subtitle = next(paragraph.text for paragraph in document.paragraphs if paragraph.style.name == "Subtitle")
    assert subtitle.translate(PLAIN) == f"Instellingsrapport: {name}"
    assert name[:150] in document.core_properties.title
    text = html.parse(str(report / "index.html")).getroot().text_content().translate(PLAIN)
    assert " ".join(name.split()) in " ".join(text.split())


@pytest.mark.parametrize("renderer", ["preview", pytest.param("quarto", marks=needs_quarto)])
def test_a_concept_says_so_everywhere(named, renderer):
    report = named("Vakschool", renderer)
    pages = [page.extract_text() for page in PdfReader(report / "report.pdf").pages]
    assert all("Concept: nog niet vrijgegeven" in " ".join(page.split()) for page in pages)
    assert all("CONCEPT" in page and "SYNTHETISCH" in page for page in pages)
    document = docx.Document(str(report / "report.docx"))
    assert "Concept: nog niet vrijgegeven" in document.sections[0].header.paragraphs[0].text
    assert any(paragraph.text.startswith("Concept: nog niet vrijgegeven.") for paragraph in document.paragraphs)
    assert "Concept: nog niet vrijgegeven" in (report / "data" / "LEESMIJ.txt").read_text(encoding="utf-8")


def test_what_is_no_concept_does_not_say_so(named):
    report = named("Vakschool", concept=False)
    pages = [page.extract_text() for page in PdfReader(report / "report.pdf").pages]
    assert not any("oncept" in page or "CONCEPT" in page for page in pages)
    assert "oncept" not in docx.Document(str(report / "report.docx")).sections[0].header.paragraphs[0].text
