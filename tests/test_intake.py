"""Intake as its users meet it: one command, one line, a page; and how to go on without what is refused."""

import json
import os
import re
import shutil

import pandas as pd
import pytest
import yaml
from cells import run_cells
from conftest import front_door
from test_render import Page

from helpers import ingest, paths
from helpers.analyse import PARTS, analyse
from helpers.errors import MonitorError
from helpers.ingest.problems import Refused
from helpers.render import intake
from helpers.sources import load_sources


@pytest.fixture(scope="module")
def made(tmp_path_factory, small_deliveries):
    """Deliveries of the small world, of which one is damaged and one is missing, after `make intake`."""
    root = tmp_path_factory.mktemp("intake")
    shutil.copytree(small_deliveries, root / "deliveries/small")
    (root / "deliveries/small/focusgroepen_2023.xlsx").write_bytes(b"PK\x03\x04 half")
    (root / "deliveries/small/medewerkers_2022.sav").unlink()
    return root, front_door(root, "intake", "--edition", "small")


def page(root) -> Page:
    return Page((root / "outputs/small/intake/index.html").read_text(encoding="utf-8"))


def test_refused_deliveries_give_one_line_an_exit_code_and_a_page(made):
    root, done = made
    assert done.returncode == 1
    last = done.stdout.strip().splitlines()[-1]
    assert re.fullmatch(
        r"Intake 'small': geweigerd — 12 bronnen, \d+ bestanden, 2 weigeringen, \d+ waarschuwingen; .*", last
    )
    assert "zijn geweigerd (2 problemen)" in done.stderr
    assert '- {source: staff, reason: "…"}' in done.stderr
    assert '- {source: fragments, reason: "…"}' in done.stderr
    assert "Traceback" not in done.stderr
    found = page(root)
    assert "geweigerd" in found.text
    assert "medewerkers_2022" in found.text and "focusgroepen_2023.xlsx" in found.text
    assert "Synthetische gegevens" in found.text
    assert found.scripts == 2  # the template's own
    assert all(not source.startswith(("http:", "https:", "//")) for source in found.sources)
    for name in ("problems", "coverage", "accounts"):
        assert pd.read_csv(root / f"outputs/small/intake/{name}.csv", sep=";").shape[0] > 0


def test_every_problem_on_the_page_says_what_was_found_what_is_allowed_and_what_to_do(made):
    root, _ = made
    listed = pd.read_csv(root / "outputs/small/intake/problems.csv", sep=";", dtype=str)
    problems = json.loads((root / "outputs/small/data/intake.json").read_text(encoding="utf-8"))["problems"]
    assert len(listed) == len(problems)
    for problem in problems:
        assert problem["found"] and problem["allowed"] and problem["remedy"] and problem["file"]
        assert " ".join(problem["remedy"].split()[:3]) in page(root).text


def test_a_report_refuses_what_intake_refused(made):
    root, _ = made
    done = front_door(root, "report", "--edition", "small")
    assert done.returncode == 1
    assert "zijn geweigerd (2 problemen)" in done.stderr
    assert "Verder zonder een bron of instelling kan" in done.stderr
    assert not (root / "outputs/small/reports").exists()


def test_a_second_intake_reads_nothing_again(made):
    root, _ = made
    notes = {path: path.stat().st_mtime_ns for path in (root / "outputs/small/data").glob("students_*.json")}
    assert notes
    front_door(root, "intake", "--edition", "small")
    assert {path: path.stat().st_mtime_ns for path in notes} == notes


def test_names_with_braces_and_names_that_are_no_text_are_told_on_the_page(tmp_path, small_deliveries):
    folder = tmp_path / "deliveries/small"
    shutil.copytree(small_deliveries, folder)
    (folder / "notitie {a}.txt").write_text("x", encoding="utf-8")
    (folder / "register.csv").rename(folder / "register.{wildcard}.csv")
    (folder / "incidenten/incidenten_99AA.xlsx").rename(folder / "incidenten/incidenten_99AA {a}.xlsx")
    (folder / os.fsdecode(b"b\xebd.csv")).touch()
    (folder / os.fsdecode(b"incidenten/incidenten_99AC\xff.xlsx")).touch()
    done = front_door(tmp_path, "intake", "--edition", "small")
    assert "Wildcard" not in done.stderr and "Unicode" not in done.stderr
    found = page(tmp_path)
    for name in ("notitie {a}.txt", "incidenten_99AA {a}.xlsx", "b\\xebd.csv", "incidenten_99AC\\xff.xlsx"):
        assert name in found.text
    assert "register.{wildcard}.csv" in (tmp_path / "outputs/small/data/register.problems.json").read_text("utf-8")


def test_good_deliveries_are_accepted(world, small_run):
    root, _ = small_run
    done = front_door(root, "intake", "--edition", "small")
    assert done.returncode == 0
    assert done.stdout.strip().splitlines()[-1].startswith("Intake 'small': geaccepteerd — 12 bronnen")
    assert "De leveringen zijn geaccepteerd" in page(root).text


def test_the_page_shows_the_coverage_of_sources_by_institutions(world):
    intake.render("small")
    coverage = pd.read_csv(paths.EditionPaths("small").outputs / "intake/coverage.csv", sep=";")
    assert coverage.iloc[:, 0].tolist() == ["99AA", "99AB", "99AC"]
    found = Page((paths.EditionPaths("small").outputs / "intake/index.html").read_text(encoding="utf-8"))
    assert any("bron" in alt for alt in found.alts)


def test_the_page_escapes_what_senders_write(world):
    register = paths.EditionPaths("small").deliveries / "register.csv"
    hostile = "<script>alert(1)</script> | `x` [a](b) $y$"
    register.write_bytes(register.read_bytes().replace(b"ROC Proefstad", hostile.encode("cp1252")))
    (register.parent / "<img src=x onerror=alert(1)>.txt").write_text("x")
    ingest.ingest_source("small", "register")
    ingest.gate("small")
    text = intake.render("small").read_text(encoding="utf-8")
    assert Page(text).scripts == 2  # the template's own
    assert "<img src=x" not in text


def without(edition_file, *entries):
    edition_file("small", without=list(entries), waves=[2016, 2018, 2020, 2022])


def make_ready():
    """Everything before the chapters, as the workflow does it."""
    from helpers import run, tables

    for source in load_sources():
        ingest.ingest_source("small", source.source)
    summary = ingest.gate("small")
    ingest.require("small")
    for part in PARTS:
        analyse("small", part)
    for table in tables.OWN_TABLES:
        tables.write_slices("small", table, run.known_institutions("small"))
    return summary


CELLS = {
    "staff": ("2-staff-safety", 8),
    "staff_msv": ("2-staff-safety", 1),
    "students_msv": ("1-student-safety", 1),
    "coordinators": ("3-institutions-role", 4),
    "incidents": ("3-institutions-role", 1),
    "fragments": ("4-focus-groups", 3),
}
"""Sources that an edition can go without: a chapter that stands on each, and how many of its cells say so at least."""


@pytest.mark.parametrize("source", CELLS)
@pytest.mark.parametrize("unit", ["sector", "99AA"])
def test_an_edition_goes_on_without_a_source_and_says_so(world, edition_file, monkeypatch, source, unit):
    deliveries = paths.EditionPaths("small").deliveries
    pattern = next(each.pattern for each in load_sources() if each.source == source)
    for path in deliveries.glob(pattern):
        path.write_bytes(b"niet te lezen")
    without(edition_file, {"source": source, "reason": "Kwam te laat."})
    summary = make_ready()
    assert summary["verdict"] == "accepted"
    assert summary["sources"][source]["left_out"] == "Kwam te laat."
    chapter, least = CELLS[source]
    told = run_cells(monkeypatch, chapter, "small", unit)
    assert told.count("Deze bron is in deze editie niet gebruikt") >= least
    assert told.count("Kwam te laat).") >= least
    # what does not stand on it goes on
    assert "{#tbl-studenten-stand}" in run_cells(monkeypatch, "1-student-safety", "small", unit)
    intake.render("small")
    shown = Page((paths.EditionPaths("small").outputs / "intake/index.html").read_text(encoding="utf-8")).text
    assert "Kwam te laat" in shown


def test_an_edition_goes_on_without_an_institution(world, edition_file):
    incidents = paths.EditionPaths("small").deliveries / "incidenten/incidenten_99AA.xlsx"
    incidents.write_bytes(b"niet te lezen")
    ingest.ingest_source("small", "incidents")
    ingest.gate("small")
    with pytest.raises(Refused) as caught:
        ingest.require("small")
    assert '- {source: incidents, institution: 99AA, reason: "…"}' in str(caught.value)
    without(edition_file, {"institution": "99AA", "reason": "Bestanden zijn verwisseld."})
    summary = make_ready()
    assert summary["verdict"] == "accepted"
    data = paths.EditionPaths("small").data
    for source in ("students_2022", "staff", "coordinators"):
        assert "99AA" not in set(pd.read_parquet(data / f"{source}.parquet")["institution_id"])
    assert "99AA" not in set(pd.read_parquet(data / "incidents.parquet")["institution_id"])
    assert "99AA" not in set(pd.read_parquet(data / "register.parquet")["institution_id"])


def test_an_edition_goes_on_without_one_institution_s_incidents(world, edition_file):
    folder = paths.EditionPaths("small").deliveries / "incidenten"
    shutil.copyfile(folder / "incidenten_99AA.xlsx", folder / "incidenten_99AB.xlsx")
    ingest.ingest_source("small", "incidents")
    ingest.gate("small")
    with pytest.raises(Refused, match="institution: 99AB"):
        ingest.require("small")
    without(edition_file, {"source": "incidents", "institution": "99AB", "reason": "Bestanden zijn verwisseld."})
    assert make_ready()["verdict"] == "accepted"
    data = paths.EditionPaths("small").data
    told = pd.read_parquet(data / "incidents.parquet").set_index("institution_id").loc["99AB"]
    assert told["reason"] == "Bestanden zijn verwisseld." and not told["delivered"]
    assert "99AB" in set(pd.read_parquet(data / "students_2022.parquet")["institution_id"])


def test_what_was_not_read_yet_says_which_command(world):
    (paths.EditionPaths("small").data / "intake.json").unlink()
    with pytest.raises(MonitorError, match="run `make intake` first"):
        ingest.require("small")


def test_left_out_waves_must_leave_the_waves_too(world, edition_file):
    without(edition_file, {"source": "students_2018", "reason": "Kwam te laat."})
    from helpers import settings

    with pytest.raises(MonitorError, match="Take 2018 out of `waves`"):
        ingest.check_left_out(settings.load_edition("small"))


def test_the_registry_says_of_every_source_whose_it_is_and_on_what_basis():
    content = yaml.safe_load(paths.SOURCES.read_text(encoding="utf-8"))
    for entry in content:
        assert entry["owner"] and entry["basis"] and entry["period"]["from"] <= entry["period"]["until"]
