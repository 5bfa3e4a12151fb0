"""From executed chapters to files that are opened and looked into."""

import html
import json
import re
import shutil
from html.parser import HTMLParser
from urllib.parse import unquote

import docx
import pandas as pd
import pytest
from pypdf import PdfReader

from helpers import findings, paths, render, settings
from helpers.errors import MonitorError
from helpers.files import write_parquet
from helpers.render import preview, quarto
from helpers.render.stitch import stitch
from helpers.sources import load_sources


class Page(HTMLParser):
    """Ids, links, sources and visible text of a page."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.ids, self.links, self.sources, self.alts, self.scripts = [], [], [], [], 0
        self.words: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        about = dict(attrs)
        self.scripts += tag == "script"
        if about.get("id"):
            self.ids.append(about["id"])
        if tag == "a" and about.get("href"):
            self.links.append(about["href"])
        if about.get("src") or (tag == "link" and about.get("href")):
            self.sources.append(about.get("src") or about["href"])
        if tag == "img":
            self.alts.append(about.get("alt", ""))

    def handle_data(self, data):
        self.words.append(data)

    @property
    def text(self) -> str:
        return " ".join(" ".join(self.words).split())


def story(folder, name, *cells):
    """An executed chapter with the given outputs."""
    book = {
        "cells": [
            {"cell_type": "markdown", "metadata": {}, "source": [f"# Hoofdstuk {name}\n"]},
            {"cell_type": "code", "metadata": {}, "execution_count": 1, "source": [], "outputs": list(cells)},
        ],
        "metadata": {},
        "nbformat": 4,
        "nbformat_minor": 5,
    }
    folder.mkdir(parents=True, exist_ok=True)
    (folder / f"{name}.ipynb").write_text(json.dumps(book), encoding="utf-8")
    (folder / f"{name}.findings.json").write_text(json.dumps(told(name)), encoding="utf-8")
    (folder / f"{name}.disclosure.json").write_text("[]", encoding="utf-8")


def told(chapter):
    """Findings of a chapter of one line; the first chapter treats all that is published."""
    treats = [one.id for one in findings.load_register()] if chapter.startswith("1-") else []
    return [{"id": f"bij-{chapter}", "sentence": f"Bevinding van {chapter}.", "weight": 1, "treats": treats, "at": ""}]


def released(markdown):
    return {
        "output_type": "display_data",
        "data": {"text/markdown": markdown},
        "metadata": {"miv": {"released": True}},
    }


@pytest.fixture
def stories(ready):
    """Chapters of one line for the sector and an institution, on ingested data."""
    for unit in ("sector", "99AB"):
        for chapter in settings.load_chapters().of(unit):
            story(paths.EditionPaths("small").unit(unit), chapter, released(f"Tekst van {chapter}."))
    return ready


def unit_folder(unit="99AB"):
    return paths.EditionPaths("small").unit(unit)


@pytest.mark.parametrize("kind", ["stream", "execute_result", "display_data", "error"])
def test_output_that_was_not_released_stops_the_report(stories, kind):
    output = {"output_type": kind, "data": {"text/plain": "81.0"}, "name": "stdout", "metadata": {}, "ename": "E"}
    story(unit_folder(), "1-student-safety", output)
    with pytest.raises(MonitorError, match=r"1-student-safety.ipynb, cell \[1\], shows something that did not pass"):
        stitch("small", "99AB")


def test_a_label_used_twice(stories):
    table = "| a |\n|---|\n| 1 |\n\n: Bij {#tbl-x}"
    story(unit_folder(), "1-student-safety", released(table), released(table))
    with pytest.raises(MonitorError, match="used twice in one report: tbl-x"):
        stitch("small", "99AB")


def test_a_figure_that_is_not_there(stories):
    story(unit_folder(), "1-student-safety", released('![Bij](figures/fig-x.svg){#fig-x fig-alt="y"}'))
    with pytest.raises(MonitorError, match="shows fig-x.svg, which is not there"):
        stitch("small", "99AB")


def test_a_chapter_that_was_not_run(stories):
    (unit_folder() / "2-staff-safety.ipynb").unlink()
    with pytest.raises(MonitorError, match="2-staff-safety.ipynb was not run for unit 99AB"):
        stitch("small", "99AB")


def test_a_finding_that_no_chapter_treats_fails_the_sector_report(stories):
    path = unit_folder("sector") / "1-student-safety.findings.json"
    content = json.loads(path.read_text(encoding="utf-8"))
    content[0]["treats"] = [id for id in content[0]["treats"] if id not in ("S12", "I03")]
    path.write_text(json.dumps(content), encoding="utf-8")
    with pytest.raises(
        MonitorError, match="(?s)No chapter.*S12: LHB students.*I03: institutions.*Name each in `treats="
    ):
        stitch("small", "sector")
    stitch("small", "99AB")  # an institution's report has no such page


def test_a_finding_whose_source_is_left_out_need_not_be_treated(stories, edition_file):
    sources = [source.source for source in load_sources() if source.table == "students_msv"]
    edition_file("small", without=[{"source": source, "reason": "niet geleverd"} for source in sources])
    path = unit_folder("sector") / "1-student-safety.findings.json"
    content = json.loads(path.read_text(encoding="utf-8"))
    content[0]["treats"] = [id for id in content[0]["treats"] if id not in ("S12", "S13")]
    path.write_text(json.dumps(content), encoding="utf-8")
    stitch("small", "sector")


def document(unit="sector"):
    return (stitch("small", unit) / "document" / "report.qmd").read_text(encoding="utf-8")


def test_an_edition_without_published_figures_lists_what_it_computed(stories):
    text = document()
    page = text[text.index("# Bevindingen") : text.index("# Methode")]
    assert "Gepubliceerd |" not in page
    assert "Voor deze editie zijn er geen gepubliceerde cijfers om mee te vergelijken" in page
    assert len(re.findall(r"^\| [STIF]\d\d +\|", page, re.MULTILINE)) == len(findings.load_register())
    assert "# Bevindingen" not in document("99AB")


def test_an_edition_of_the_published_year_sets_them_side_by_side(stories, edition_file):
    edition_file("small", compare_with_published=True)
    text = document()
    page = text[text.index("# Bevindingen") : text.index("# Methode")]
    assert "| Gepubliceerd |" in page
    assert "Dat bevindingen zijn bevestigd, laat dus zien dat de berekening klopt" in page
    assert re.search(r"^\| S01 .*\| 81% \| .*\| (ja|deels|nee) \|", page, re.MULTILINE)


def test_the_summary_answers_the_research_questions_in_order(stories):
    path = unit_folder("sector") / "2-staff-safety.findings.json"
    content = [
        {"id": "b", "sentence": "Tweede.", "weight": 2, "question": 3},
        {"id": "a", "sentence": "Eerste.", "weight": 1, "question": 3},
        {"id": "c", "sentence": "Eerste.", "weight": 3, "question": 3},
        {"id": "d", "sentence": "", "weight": 0, "question": 3},
        {"id": "e", "sentence": "Stand.", "weight": 9, "question": 1},
    ]
    path.write_text(json.dumps(content), encoding="utf-8")
    summary = document().split("\n# Hoofdstuk")[0]
    places = [
        summary.index(text) for text in ("Onderzoeksvraag 1", "Stand.", "Onderzoeksvraag 3", "Eerste.", "Tweede.")
    ]
    assert places == sorted(places)
    assert summary.count("Eerste.") == 1


@pytest.fixture
def editorial(stories, monkeypatch, tmp_path):
    """A copy of the report parts, and a function that writes words around the summary."""
    folder = tmp_path / "reports"
    shutil.copytree(paths.REPORT_PARTS, folder)
    monkeypatch.setattr(paths, "REPORT_PARTS", folder)

    def write(name, text):
        path = folder / "words" / "small" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")

    return write


def test_a_person_can_write_around_the_summary(editorial):
    editorial("sector.md", 'Vooraf. {{ bevinding("bij-2-staff-safety") }}\n\n<!-- bevindingen -->\n\nTot slot.\n')
    summary = document().split("\n# Hoofdstuk")[0]
    before, after = summary.index("Vooraf. Bevinding van 2-staff-safety."), summary.index("Tot slot.")
    assert before < summary.index("## Hoofdstuk 1-student-safety") < after
    assert "Vooraf" not in document("99AB")


def test_words_for_institutions_serve_those_without_the_finding(editorial):
    editorial("institutions.md", 'Beste bestuur. {{ bevinding("eigen-nergens") }}')
    assert "Beste bestuur." in document("99AB")


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("Zo'n 81,5% is veilig.", "line 1: '81,5%' is typed by hand"),
        ("Ja.\nEen daling van 3 procentpunt.", "line 2: '3 procentpunt' is typed by hand"),
        ('{{ bevinding("bij-1-student-safty") }}', "Did you mean 'bij-1-student-safety'"),
        ("{{ bevinding( }}", "cannot be read"),
    ],
)
def test_words_that_cannot_stand(editorial, text, told):
    editorial("sector.md", text)
    with pytest.raises(MonitorError, match=told):
        stitch("small", "sector")


def test_an_unresolved_reference_fails_the_unit_and_leaves_no_old_report(stories, monkeypatch):
    monkeypatch.setenv("MIV_RENDERER", "preview")
    report = render.render("small", "99AB")
    assert (report / "report.json").is_file()
    story(unit_folder(), "1-student-safety", released("Zie @fig-nergens."))
    with pytest.raises(MonitorError, match="fig-nergens"):
        render.render("small", "99AB")
    assert not report.exists()


def test_a_hostile_name_stays_a_name(stories, monkeypatch):
    monkeypatch.setenv("MIV_RENDERER", "preview")
    hostile = """=1+1 "Vak" 'x' <script>alert(1)</script> ../../x `*_[a](b) $x$ {{#tbl}} #panic() \\ @fig-a :::"""
    path = paths.EditionPaths("small").data / "register.parquet"
    register = pd.read_parquet(path)
    register.loc[register["institution_id"] == "99AB", "name"] = hostile
    write_parquet(path, register)
    report = render.render("small", "99AB")
    text = (report / "index.html").read_text(encoding="utf-8")
    page = Page(text)
    assert page.scripts == 2  # the template's own
    assert "<script>alert" not in text
    assert hostile in page.text.translate(str.maketrans("“”‘’", "\"\"''"))
    words = " ".join(page.extract_text() for page in PdfReader(report / "report.pdf").pages)
    assert "alert(1)" in words
    document = "\n".join(paragraph.text for paragraph in docx.Document(str(report / "report.docx")).paragraphs)
    assert "<script>alert(1)</script>" in document
    assert sorted(path.name for path in paths.EditionPaths("small").report("x").parent.iterdir()) == ["99AB"]


def test_a_synthetic_edition_says_so_everywhere(stories, monkeypatch):
    monkeypatch.setenv("MIV_RENDERER", "preview")
    for unit in ("sector", "99AB"):
        report = render.render("small", unit)
        assert "Synthetische gegevens" in Page((report / "index.html").read_text(encoding="utf-8")).text
        pages = [page.extract_text() for page in PdfReader(report / "report.pdf").pages]
        assert all("SYNTHETISCH" in page for page in pages)
        word = docx.Document(str(report / "report.docx"))
        assert "Synthetische gegevens" in word.sections[0].header.paragraphs[0].text
        assert (report / "data" / "LEESMIJ.txt").read_text(encoding="utf-8").startswith("Synthetische gegevens")


def test_a_real_edition_says_nothing_of_it(stories, monkeypatch, edition_file):
    monkeypatch.setenv("MIV_RENDERER", "preview")
    edition_file("autumn", synthetic=None)
    shutil.copytree(paths.EditionPaths("small").outputs, paths.EditionPaths("autumn").outputs)
    for unit in ("sector", "99AB"):
        report = render.render("autumn", unit)
        everything = Page((report / "index.html").read_text(encoding="utf-8")).text
        everything += " ".join(page.extract_text() for page in PdfReader(report / "report.pdf").pages)
        word = docx.Document(str(report / "report.docx"))
        everything += word.sections[0].header.paragraphs[0].text
        everything += " ".join(paragraph.text for paragraph in word.paragraphs)
        everything += (report / "data" / "LEESMIJ.txt").read_text(encoding="utf-8")
        assert "ynthetisch" not in everything
        assert "SYNTHETISCH" not in everything
        assert ("ertrouwelijk" in everything) == (unit != "sector")


def test_an_unknown_renderer(monkeypatch):
    monkeypatch.setenv("MIV_RENDERER", "word")
    with pytest.raises(MonitorError, match="MIV_RENDERER is 'word'; allowed: quarto, preview"):
        render.chosen()


def test_quarto_asked_for_where_it_is_not_found(monkeypatch):
    monkeypatch.setenv("MIV_RENDERER", "quarto")
    monkeypatch.setattr(quarto, "find", lambda: None)
    with pytest.raises(MonitorError, match="asks for quarto, which is not found"):
        render.chosen()


def test_the_preview_is_used_where_quarto_is_not_found(monkeypatch):
    monkeypatch.delenv("MIV_RENDERER", raising=False)
    monkeypatch.setattr(quarto, "find", lambda: None)
    assert render.renderer_name().startswith("preview (pandoc 3.")


def test_the_version_of_the_preview_names_its_parts():
    assert re.fullmatch(r"preview \(pandoc \S+, typst \S+\)", preview.version())


def check_whole_report(report, *, numbered: bool = True):
    """Open all forms of a finished report and look into them."""
    index = json.loads((report / "report.json").read_text(encoding="utf-8"))
    for name, about in index["files"].items():
        assert (report / name).stat().st_size == about["bytes"]
    pages = {path.name: Page(path.read_text(encoding="utf-8")) for path in sorted(report.glob("*.html"))}
    for page in pages.values():
        assert len(page.ids) == len(set(page.ids))
        inside = {link[1:] for link in page.links if link.startswith("#")}
        assert inside <= {"top", *page.ids}
        assert all(alt for alt in page.alts)
        assert "{#" not in html.unescape(page.text)
        assert "@fig-" not in page.text
        assert "report.publish" not in page.text  # no code in a report
        assert not [one for one in page.sources if not one.startswith(("data:", "figures/"))]
    text = " ".join(page.text for page in pages.values())
    assert len({one for page in pages.values() for one in page.ids if one.startswith("fig-")}) >= 8
    assert "Figuur 1" in text
    assert "Tabel 1" in text
    printed = [page.extract_text() for page in PdfReader(report / "report.pdf").pages]
    words = " ".join(" ".join(printed).split())
    assert len(printed) > 15
    assert "Figuur 1" in words
    document = docx.Document(str(report / "report.docx"))
    assert len(document.inline_shapes) >= 8
    assert len(document.tables) >= 8
    captions = [paragraph.text for paragraph in document.paragraphs if paragraph.style.name == "Caption"]
    if numbered:
        assert captions[0].startswith("Figuur 1.")
    return text, words


def test_drawings_within_a_page_are_the_figures_as_text(small_run):
    """Percent-encoded, so that they need no decoding but the browser's own, and are compressed together."""
    outputs = small_run[0] / "outputs/small"
    page = Page((outputs / "reports/99AB/index.html").read_text(encoding="utf-8"))
    drawings = [one for one in page.sources if one.startswith("data:image/svg+xml")]
    assert len(drawings) >= 8 and not [one for one in drawings if ";base64" in one or "<" in one or "#" in one]
    found = {" ".join(unquote(one.partition(",")[2]).split()) for one in drawings}
    figures = (outputs / "units/99AB/source/document/figures").glob("*.svg")
    assert found == {" ".join(one.read_text("utf-8").partition('.dtd">')[2].split()) for one in figures}
