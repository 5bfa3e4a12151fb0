"""The real Quarto, wherever it is found; elsewhere these tests say that they were skipped."""

import json
import re
import shutil

import docx
import pytest
from conftest import needs_quarto, point_at
from lxml import html
from pypdf import PdfReader
from test_render import Page, released, story

from helpers import paths, render
from helpers.errors import MonitorError

pytestmark = list(needs_quarto)
NUMBERED = re.compile(r"(?:Figuur|Tabel)\W\d+")


@pytest.fixture
def reports(quarto_reports):
    return quarto_reports


@pytest.fixture
def here(tmp_path, quarto_run, monkeypatch):
    """A copy that a test may change."""
    shutil.copytree(quarto_run, tmp_path / "root")
    point_at(monkeypatch, tmp_path / "root")
    monkeypatch.setenv("MIV_RENDERER", "quarto")


def pages_of(report):
    return {path.name: Page(path.read_text(encoding="utf-8")) for path in report.glob("*.html")}


def test_the_sector_is_a_website_with_navigation_and_search(reports):
    pages = pages_of(reports["sector"])
    assert set(pages) == {
        "index.html",
        "1-student-safety.html",
        "2-staff-safety.html",
        "3-institutions-role.html",
        "4-focus-groups.html",
        "bevindingen.html",
        "methode.html",
        "begrippen.html",
        "colofon.html",
    }
    for page in pages.values():
        assert "Synthetische gegevens" in page.text
        assert "?@" not in page.text
        assert {"./index.html", "./methode.html"} <= set(page.links)
    assert (reports["sector"] / "search.json").is_file()
    assert "Figuur 1" in pages["1-student-safety.html"].text


def test_every_finding_of_the_website_links_to_where_it_stands(reports):
    pages = pages_of(reports["sector"])
    links = [link for link in pages["bevindingen.html"].links if "#fig-" in link or "#tbl-" in link]
    assert len(links) > 40
    for link in links:
        page, _, label = link.removeprefix("./").partition("#")
        assert label in pages[page or "bevindingen.html"].ids, link


def numbers_of(report):
    """The number in each caption by the label of its figure or table, and those in links to them."""
    captions, links = {}, {}
    for path in report.glob("*.html"):
        root = html.parse(str(path)).getroot()
        for box in root.xpath("//div[starts-with(@id, 'fig-') or starts-with(@id, 'tbl-')]"):
            found = NUMBERED.search("".join(box.xpath(".//figcaption")[0].itertext()))
            captions[box.get("id")] = found[0].replace("\xa0", " ")
        for link in root.xpath("//main//a[contains(@href, '#fig-') or contains(@href, '#tbl-')]"):
            if found := NUMBERED.fullmatch(link.text_content()):
                links.setdefault(link.get("href").partition("#")[2], set()).add(found[0].replace("\xa0", " "))
    return captions, links


def test_figures_and_tables_have_the_numbers_of_the_other_renderer(reports, small_run):
    """Which are those of the PDF; in captions, in links within a page and to another, and in what search finds."""
    captions, links = numbers_of(reports["sector"])
    other, _ = numbers_of(small_run[0] / "outputs/small/reports/sector")
    assert captions == other and len(captions) > 60
    assert len(links) > 60
    assert all(said == {captions[label]} for label, said in links.items())
    assert not [
        word for page in pages_of(reports["sector"]).values() for word in page.text.split() if word == "(figuur)"
    ]
    index = json.loads((reports["sector"] / "search.json").read_text(encoding="utf-8"))
    found = {
        one.replace("\xa0", " ") for entry in index for one in re.findall(r"(?:Figuur|Tabel)\xa0\d+", entry["text"])
    }
    assert found == set(captions.values())


def sections_of(report):
    """Numbered sections: the whole heading, by page."""
    found = {}
    for path in report.glob("*.html"):
        heads = html.parse(str(path)).getroot().xpath("//h2[span[@class='header-section-number']]")
        found[path.name] = [" ".join(head.text_content().split()) for head in heads]
    return found


def test_sections_have_the_numbers_of_the_other_renderer(reports, small_run):
    found = sections_of(reports["sector"])
    assert found == sections_of(small_run[0] / "outputs/small/reports/sector")
    assert found["1-student-safety.html"][0] == "1.1 De stand van zaken"
    index = json.loads((reports["sector"] / "search.json").read_text(encoding="utf-8"))
    assert {each for heads in found.values() for each in heads} <= {entry["section"] for entry in index}


@pytest.mark.parametrize("unit", ["sector", "99AB"])
def test_no_request_leaves_a_page(reports, unit):
    for page in pages_of(reports[unit]).values():
        assert not [source for source in page.sources if source.startswith(("http:", "https:", "//"))]


def test_an_institution_has_one_self_contained_page(reports):
    report = reports["99AB"]
    assert [path.name for path in report.glob("*.html")] == ["index.html"]
    assert not (report / "site_libs").exists()
    page = pages_of(report)["index.html"]
    assert "Vertrouwelijk" in page.text
    assert len([one for one in page.ids if one.startswith("fig-")]) >= 8
    assert not any(word in page.text for word in ("Proefstad", "Modelveld", "99AA"))


@pytest.mark.parametrize("unit", ["sector", "99AB"])
def test_pdf_and_word_are_whole(reports, unit):
    pages = [page.extract_text() for page in PdfReader(reports[unit] / "report.pdf").pages]
    assert len(pages) > 15
    assert all("SYNTHETISCH" in page for page in pages)
    assert "Figuur 1" in " ".join(" ".join(pages).split())
    document = docx.Document(str(reports[unit] / "report.docx"))
    assert len(document.inline_shapes) >= 8
    assert "Synthetische gegevens" in document.sections[0].header.paragraphs[0].text


def test_the_record_names_the_version(reports):
    assert re.search(
        r'"renderer": "quarto \d+\.\d+\.\d+"', (reports["sector"] / "report.json").read_text(encoding="utf-8")
    )


@pytest.mark.parametrize(
    ("markdown", "told"),
    [("Zie @fig-nergens.", "fig-nergens"), ("![Bij](figures/fig-weg.svg){#fig-weg}", "fig-weg.svg")],
)
def test_what_quarto_only_warns_about_fails_the_unit(here, markdown, told):
    story(paths.EditionPaths("small").unit("99AC"), "1-student-safety", released(markdown))
    with pytest.raises(MonitorError, match=told):
        render.render("small", "99AC")
    assert not paths.EditionPaths("small").report("99AC").exists()
