"""The researchers' page of all reports: state, reasons, links; for one institution and for 300."""

import json
import re
import shutil
import subprocess
import webbrowser
from datetime import date

import pandas as pd
import pytest
import yaml
from conftest import point_at
from lxml import html

from helpers import paths, run, settings
from helpers.errors import Failure
from helpers.files import write_parquet
from helpers.release import signed, signoff
from helpers.render import portal

CHROMIUM = shutil.which("chromium")
HOSTILE = ["A & B <b>'Vak'</b> \"x\"", "=1+1 | ~*_`[a](b)`_ ${c} {#d} @fig-e", "Zuiderzé", "X"]


@pytest.fixture
def finished(tmp_path, small_run, monkeypatch):
    """A copy of the finished small world, which the test may change."""
    shutil.copytree(small_run[0], tmp_path / "root")
    point_at(monkeypatch, tmp_path / "root")
    return paths.EditionPaths("small")


def lines(page):
    """Rows of the table of reports: texts of cells by heading, by code ('' is the sector)."""
    found = html.parse(str(page)).getroot().xpath("//*[@id='tbl-rapporten']/descendant-or-self::table")[0]
    rows = [[" ".join(cell.text_content().split()) for cell in row.xpath("./th|./td")] for row in found.xpath(".//tr")]
    return {row[1]: dict(zip(rows[0], row, strict=True)) for row in rows[1:]}


def test_a_run_ends_with_a_page_of_all_reports(small_run):
    root, done = small_run
    page = root / "outputs/small/index.html"
    assert f"all reports: {page} (make open)" in done.stdout
    found = lines(page)
    assert list(found)[0] == ""
    assert sorted(found) == ["", "99AA", "99AB", "99AC"]
    for row in found.values():
        assert row["Toestand"] == "gemaakt"
        assert row["Vrijgegeven"] == "concept"
        assert 0 < float(row["Verborgen (%)"].replace(",", ".")) < 60
        assert float(row["Grootte (MB)"].replace(",", ".")) > 0.5
    links = html.parse(str(page)).getroot().xpath("//*[@id='tbl-rapporten']//a/@href")
    assert len(links) == 16
    assert all((page.parent / link).is_file() for link in links)
    more = html.parse(str(page)).getroot().xpath("//h1[@id='meer']/following::ul[1]//a/@href")
    assert more == ["intake/index.html", "disclosure/index.html"]
    assert all((page.parent / link).is_file() for link in more)
    text = page.read_text(encoding="utf-8")
    assert "Synthetische gegevens" in text
    assert "http" not in text.replace("http://www.w3.org", "")


def test_names_are_in_order_and_in_no_bundle(small_run):
    outputs = small_run[0] / "outputs/small"
    names = [row["Rapport"] for row in lines(outputs / "index.html").values()]
    assert names[0] == "Sectorrapport"
    assert names[1:] == sorted(names[1:], key=str.casefold)
    assert not [path for path in (outputs / "reports").rglob("*") if "tbl-rapporten" in path.name]
    assert "tbl-rapporten" not in (outputs / "reports/99AB/index.html").read_text(encoding="utf-8")


def test_what_was_not_made_and_what_failed(finished):
    shutil.rmtree(finished.report("99AB"))
    shutil.rmtree(finished.report("99AC"))
    reason = "ValueError: iets <i>mis</i> & meer | nog"
    failures = [
        Failure("chapter", unit, "1-student-safety", "4", reason, str(finished.unit(unit) / "x.failed.ipynb"))
        for unit in ("99AA", "99AC")
    ]
    portal.remember(finished, ["sector", "99AA", "99AC"], failures)
    page = portal.write("small")
    found = lines(page)
    assert found["99AA"]["Toestand"] == "mislukt, vorig rapport staat er nog"
    assert found["99AA"]["Openen"] == "HTML PDF Word gegevens"
    assert (found["99AB"]["Toestand"], found["99AB"]["Openen"]) == ("niet gemaakt", "")
    assert found["99AC"]["Toestand"] == "mislukt"
    text = " ".join(html.parse(str(page)).getroot().text_content().split())
    assert text.count(reason) == 2
    assert "1-student-safety, cel 4" in text
    assert "units/99AA/x.failed.ipynb" in text
    assert "zijn er 1 gemaakt" not in text


def test_a_failure_is_forgotten_when_the_unit_is_made(finished):
    portal.remember(
        finished, ["99AA", "99AB"], [Failure("report", unit, "", "", "e", "f") for unit in ("99AA", "99AB")]
    )
    portal.remember(finished, ["99AA"], [])
    assert set(portal.failed(finished)) == {"99AB"}


def test_the_page_of_quotes_is_there_once_it_was_made(finished):
    page = finished.outputs / "quotes" / "index.html"
    page.parent.mkdir()
    page.write_text("<!DOCTYPE html>", encoding="utf-8")
    links = html.parse(str(portal.write("small"))).getroot().xpath("//h1[@id='meer']/following::ul[1]//a/@href")
    assert links == ["intake/index.html", "quotes/index.html", "disclosure/index.html"]


def test_what_was_signed_off_is_told_by_its_bytes(finished, tmp_path, monkeypatch):
    """Whatever the record says; a report that lacks the mark of a concept and is not what was signed is told."""
    monkeypatch.setenv("MIV_SIGNOFF", str(tmp_path / "signoff"))
    for unit in ("sector", "99AA"):
        path = finished.report(unit) / "report.json"
        path.write_text(json.dumps({**json.loads(path.read_text("utf-8")), "concept": False}), encoding="utf-8")
    files = {unit: signed.bundle(finished.report(unit)) for unit in ("sector", "99AA", "99AB")}
    reports = {unit: {"contents": "x", "files": found} for unit, found in files.items()}
    content = {"person": "Jo Vos", "date": date(2026, 1, 2), "makers": ["An Bouwer"], "reports": reports}
    path = signoff.path_of("small")
    path.parent.mkdir()
    path.write_text(yaml.safe_dump(content), encoding="utf-8")
    for unit in ("99AA", "99AB"):
        (finished.report(unit) / "report.docx").unlink()
    record = finished.outputs / "disclosure" / "record.json"
    record.write_text(json.dumps({"signed": True, "units": {unit: {"signed": True} for unit in files}}), "utf-8")
    page = portal.write("small")
    assert {code: row["Vrijgegeven"] for code, row in lines(page).items()} == {
        "": "ja",
        "99AA": "nee: gewijzigd",
        "99AB": "concept",
        "99AC": "concept",
    }
    text = " ".join(html.parse(str(page)).getroot().text_content().split())
    assert "Vrijgegeven: 1. Geef niet uit wat gewijzigd is: make report maakt het opnieuw." in text
    assert "Vertrouwelijk: alleen voor de onderzoekers." in text


@pytest.mark.parametrize("count", [1, 300])
def test_any_number_of_institutions_with_any_name(finished, count):
    register = pd.read_parquet(finished.data / "register.parquet")
    many = pd.concat([register] * (count // len(register) + 1), ignore_index=True).head(count)
    many["institution_id"] = [f"9{number:03d}" for number in range(count)]
    many["name"] = [HOSTILE[number % len(HOSTILE)] for number in range(count)]
    write_parquet(finished.data / "register.parquet", many)
    page = portal.write("small")
    found = lines(page)
    assert len(found) == count + 1
    for code, row in found.items():
        if code:
            name = HOSTILE[int(code[1:]) % len(HOSTILE)]
            assert row["Rapport"].translate(str.maketrans("“”‘’", "\"\"''")) == name
    assert page.stat().st_size < 500_000


def test_an_unreadable_overview_spoils_no_run(finished, monkeypatch, capsys):
    from helpers.errors import MonitorError

    def broken(*_):
        raise MonitorError("pandoc zegt nee")

    monkeypatch.setattr(portal.preview, "_html", broken)
    before = (finished.outputs / "index.html").read_bytes()
    run._overview(finished, ["99AA"], [])
    assert "pandoc zegt nee" in capsys.readouterr().err
    assert (finished.outputs / "index.html").read_bytes() == before


@pytest.mark.parametrize(("words", "page"), [([], "index.html"), (["--only", "99AB"], "reports/99AB/index.html")])
def test_open_shows_all_reports_or_one(finished, monkeypatch, capsys, words, page):
    opened = []
    monkeypatch.setattr(webbrowser, "open", opened.append)
    assert run.main(["open", "--edition", "small", *words]) == 0
    assert opened == [(finished.outputs / page).as_uri()]
    assert capsys.readouterr().out.strip() == str(finished.outputs / page)


def test_open_before_there_is_anything(tmp_path, monkeypatch, capsys):
    point_at(monkeypatch, tmp_path)
    assert run.main(["open", "--edition", "small"]) == 1
    assert "no overview of reports in edition 'small' yet" in capsys.readouterr().err


DRIVER = """<script>
var input = document.getElementById("zoek-rapport");
document.querySelectorAll(".portal-sort")[3].click();
document.querySelectorAll(".portal-sort")[3].click();
input.value = "zuiderze"; input.dispatchEvent(new Event("input"));
</script></body>"""


@pytest.mark.skipif(CHROMIUM is None, reason="chromium is not found")
def test_search_and_sort_in_a_browser(finished, tmp_path):
    register = pd.read_parquet(finished.data / "register.parquet")
    register.loc[register["institution_id"] == "99AB", "name"] = "Zuiderzé"
    write_parquet(finished.data / "register.parquet", register)
    shutil.rmtree(finished.report("99AC"))
    page = portal.write("small")
    page.write_text(page.read_text(encoding="utf-8").replace("</body>", DRIVER), encoding="utf-8")
    command = [CHROMIUM, "--headless", "--no-sandbox", "--disable-gpu", "--disable-background-networking"]
    command += ["--disable-component-update", f"--user-data-dir={tmp_path / 'chromium'}", "--dump-dom", page.as_uri()]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=True)
    (tmp_path / "dom.html").write_text(done.stdout, encoding="utf-8")
    root = html.parse(str(tmp_path / "dom.html")).getroot()
    rows = root.xpath("//*[@id='tbl-rapporten']//tbody/tr")
    hidden = [row.xpath("./th | ./td")[3].text_content() for row in rows]
    values = [float(text.replace(",", ".")) for text in hidden if text]
    assert values == sorted(values, reverse=True)
    assert hidden[-1] == ""  # what is not there comes last, whichever way
    assert [row.xpath("./th | ./td")[0].text_content() for row in rows if row.get("hidden") is None] == ["Zuiderzé"]
    assert root.xpath("//th[4]/@aria-sort") == ["descending"]
    assert root.xpath("//*[@role='status']")[-1].text_content() == "1 van 4 rapporten"


def test_institutions_that_are_skipped_are_not_told(finished, tmp_path, monkeypatch):
    folder = tmp_path / "parameters"
    shutil.copytree(paths.PARAMETERS, folder)
    file = folder / "institution.yml"
    text, found = re.subn(r"(?m)^skip: \{\}", "skip: {99AC: gefuseerd}", file.read_text(encoding="utf-8"))
    assert found == 1
    file.write_text(text, encoding="utf-8")
    monkeypatch.setattr(paths, "PARAMETERS", folder)
    assert settings.load_unit_kind("institution").skip
    assert set(lines(portal.write("small"))) == {"", "99AA", "99AB"}
