"""From executed chapters to files that are opened and looked into."""

import html
import json
import re
import shutil
from html.parser import HTMLParser

import docx
import pandas as pd
import pytest
from pypdf import PdfReader

from helpers import paths, render, settings, tables
from helpers.errors import MonitorError
from helpers.render import preview, quarto
from helpers.render.stitch import stitch


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
    (folder / f"{name}.findings.json").write_text("[]", encoding="utf-8")
    (folder / f"{name}.disclosure.json").write_text("[]", encoding="utf-8")


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
        for chapter in settings.load_unit_kind(unit).chapters:
            story(paths.EditionPaths("small").unit(unit), chapter, released(f"Tekst van {chapter}."))
    return ready


def unit_folder(unit="99AB"):
    return paths.EditionPaths("small").unit(unit)


@pytest.mark.parametrize("kind", ["stream", "execute_result", "display_data", "error"])
def test_output_that_was_not_released_stops_the_report(stories, kind):
    output = {"output_type": kind, "data": {"text/plain": "81.0"}, "name": "stdout", "metadata": {}, "ename": "E"}
    story(unit_folder(), "1-student-safety", output)
    with pytest.raises(MonitorError, match="1-student-safety.ipynb, cell 2, shows something that did not pass"):
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
    tables.write(register, path)
    report = render.render("small", "99AB")
    text = (report / "index.html").read_text(encoding="utf-8")
    page = Page(text)
    assert page.scripts == 0
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
    text = (report / "index.html").read_text(encoding="utf-8")
    page = Page(text)
    assert len(page.ids) == len(set(page.ids))
    inside = {link[1:] for link in page.links if link.startswith("#")}
    assert inside <= set(page.ids)
    assert len([one for one in page.ids if one.startswith("fig-")]) >= 8
    assert all(alt for alt in page.alts)
    assert "{#" not in html.unescape(page.text)
    assert "@fig-" not in page.text
    assert "Figuur 1" in page.text
    assert "Tabel 1" in page.text
    assert "report.publish" not in text  # no code in a report
    for source in page.sources:
        assert source.startswith("data:"), source
    pages = [page.extract_text() for page in PdfReader(report / "report.pdf").pages]
    words = " ".join(" ".join(pages).split())
    assert len(pages) > 15
    assert "Figuur 1" in words
    document = docx.Document(str(report / "report.docx"))
    assert len(document.inline_shapes) >= 8
    assert len(document.tables) >= 8
    captions = [paragraph.text for paragraph in document.paragraphs if paragraph.style.name == "Image Caption"]
    if numbered:
        assert captions[0].startswith("Figuur 1.")
    return page, words
