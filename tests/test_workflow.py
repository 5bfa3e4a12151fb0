"""The whole workflow on the small world, through the front door, and what happens when things go wrong."""

import json
import os
import re
import resource
import shutil
import signal
import subprocess
import sys
import time

import pandas as pd
import pyreadstat
import pytest
from conftest import front_door, front_environment
from pypdf import PdfReader
from test_render import check_whole_report

from helpers import paths, settings, workflow
from helpers.audit import files

UNITS = ("sector", "99AA", "99AB", "99AC")


def stamps(folder, pattern):
    return {str(path.relative_to(folder)): path.stat().st_mtime_ns for path in folder.glob(pattern)}


@pytest.fixture
def made(small_run):
    """The finished small world itself: tests run in order, change what was delivered, and each leaves it finished."""
    root, done = small_run
    assert done.returncode == 0, done.stderr
    return root


def report(root, *words, **environment):
    return front_door(root, "report", "--edition", "small", *words, **environment)


def test_from_nothing_to_reports(small_run):
    root, done = small_run
    assert done.returncode == 0, done.stderr
    assert "the sector report and 3 institution reports" in done.stdout
    jobs = sum(len(settings.load_chapters().of(unit)) + 1 for unit in UNITS) + 1
    assert f"reports     {jobs}/{jobs}" in done.stdout
    assert sorted(path.name for path in (root / "outputs/small/reports").iterdir()) == sorted(UNITS)
    assert "Traceback" not in done.stdout + done.stderr


@pytest.mark.parametrize("unit", UNITS)
def test_every_report_is_whole(small_run, unit):
    root, _ = small_run
    text, words = check_whole_report(root / "outputs/small/reports" / unit)
    assert "Synthetische gegevens" in text
    if unit == "sector":
        assert "Openbaar" in text
    else:
        assert "Vertrouwelijk" in text
        assert "Vertrouwelijk" in words


def test_pdfs_are_accessible(small_run):
    root, _ = small_run
    for unit in ("sector", "99AB"):
        reader = PdfReader(root / "outputs/small/reports" / unit / "report.pdf")
        assert reader.trailer["/Root"]["/MarkInfo"]["/Marked"]
        assert str(reader.trailer["/Root"]["/Lang"]).startswith("nl")
        assert reader.metadata.title


def test_an_institution_bundle_names_no_other(small_run):
    root, _ = small_run
    folder = root / "outputs/small/reports/99AB"
    for path in folder.rglob("*"):
        if path.is_file() and path.suffix in (".html", ".csv", ".json", ".txt"):
            text = path.read_text(encoding="utf-8")
            assert not any(word in text for word in ("99AA", "99AC", "Proefstad", "Modelveld")), path


def test_nothing_that_was_said_leaves_undecided(small_run):
    """No output but the canonical tables holds what could identify in fragments that nobody released as they are."""
    root, _ = small_run
    fragments = tables_of(root / "outputs/small/data/fragments.parquet")
    planted = [
        name for name in ("Thirza", "Jorrit", "Meppel", "Zwolle", "Bilal", "Noor", "Youssef") if name in fragments
    ]
    assert len(planted) >= 5
    for path in (root / "outputs/small").rglob("*"):
        if path.is_file() and path.parent.name != "data":
            text = tables_of(path) if path.suffix == ".parquet" else " ".join(files.raw(path))
            assert not re.search(rf"\b({'|'.join(planted)})\b", text), path


def tables_of(path):
    return " ".join(pd.read_parquet(path).astype(str).to_numpy().ravel())


def test_nothing_to_do_does_nothing(made):
    before = stamps(made, "outputs/small/**/*.ipynb") | stamps(made, "outputs/small/reports/*/report.json")
    again = report(made)
    assert again.returncode == 0, again.stderr
    after = stamps(made, "outputs/small/**/*.ipynb") | stamps(made, "outputs/small/reports/*/report.json")
    assert after == before


def test_another_brand_draws_and_writes_everything_anew(made, tmp_path):
    """Told by Snakemake, without doing it; tables and analyses have no looks."""
    shutil.copyfile(paths.ROOT / "_brand.yml", tmp_path / "_brand.yml")
    asked = {"ingest": {"intake_page"}, "analyse": set(), "reports": {"chapter", "report"}}
    for stage, rules in asked.items():
        where = paths.EditionPaths("small")
        command = workflow._command(stage, "small", where, 1, UNITS)
        command[command.index("--directory") + 1] = str(made / "outputs/small")
        plain = [word for word in command if word not in ("--logger", "miv")]
        environment = front_environment(made, MIV_BRAND=str(tmp_path / "_brand.yml"))
        done = subprocess.run(
            [sys.executable, "-m", "snakemake", *plain, "--dry-run"],
            env=environment,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        assert set(re.findall(r"^rule (\w+):", done.stdout + done.stderr, re.MULTILINE)) - {stage} == rules


def test_a_late_incident_file_touches_only_what_depends_on_it(made):
    book = made / "deliveries/small/incidenten/incidenten_99AB.xlsx"
    before = stamps(made, "outputs/small/units/*/*.ipynb")
    import openpyxl

    workbook = openpyxl.load_workbook(book)
    sheet = workbook.worksheets[0]
    for row in sheet.iter_rows():
        for cell in row:
            if isinstance(cell.value, int) and 0 < cell.value < 1900:
                cell.value += 1
    workbook.save(book)
    done = report(made)
    assert done.returncode == 0, done.stderr
    after = stamps(made, "outputs/small/units/*/*.ipynb")
    changed = {name for name in after if after[name] != before[name]}
    chapter = "3-institutions-role.ipynb"
    assert changed == {f"outputs/small/units/{unit}/{chapter}" for unit in ("99AB", "sector")}


def test_a_late_staff_survey_touches_only_what_reads_it(made):
    survey = made / "deliveries/small/medewerkers_2022.sav"
    rows, about = pyreadstat.read_sav(survey, user_missing=True)
    pyreadstat.write_sav(
        rows.drop(rows.index[rows["brin"] == "99AB"][:3]),
        survey,
        column_labels=about.column_names_to_labels,
        variable_value_labels=about.variable_value_labels,
        missing_ranges=about.missing_ranges,
    )
    before = stamps(made, "outputs/small/units/*/*.ipynb")
    done = report(made)
    assert done.returncode == 0, done.stderr
    after = stamps(made, "outputs/small/units/*/*.ipynb")
    changed = {name.removeprefix("outputs/small/units/") for name in after if after[name] != before[name]}
    reading = {
        f"{record.parent.name}/{record.name.removesuffix('.reads.json')}.ipynb"
        for record in made.glob("outputs/small/units/*/*.reads.json")
        if re.search(r"staff\.parquet|_staff_|/staff", record.read_text(encoding="utf-8"))
    }
    assert changed <= reading
    assert {f"{unit}/2-staff-safety.ipynb" for unit in UNITS} <= changed
    assert {f"{unit}/0-picture.ipynb" for unit in UNITS[1:]} <= changed
    assert not {name for name in changed if "1-student-safety" in name or "4-focus-groups" in name}
    again = stamps(made, "outputs/small/units/*/*.ipynb")
    assert report(made).returncode == 0
    assert stamps(made, "outputs/small/units/*/*.ipynb") == again


def test_a_failing_unit_does_not_stop_the_others_and_its_old_report_goes(made):
    rows = made / "outputs/small/units/99AB/data/staff.parquet"
    whole = rows.read_bytes()
    rows.write_bytes(b"not parquet")
    done = report(made)
    assert done.returncode == 1
    assert "unit 99AB, chapter 2-staff-safety, cell [" in done.stderr
    assert "99AB/2-staff-safety.failed.ipynb" in done.stderr
    assert "Traceback" not in done.stderr
    reports = made / "outputs/small/reports"
    assert sorted(path.name for path in reports.iterdir()) == ["99AA", "99AC", "sector"]
    assert (made / "outputs/small/units/99AB/2-staff-safety.failed.ipynb").is_file()
    rows.write_bytes(whole)
    again = report(made)
    assert again.returncode == 0, again.stderr
    assert sorted(path.name for path in reports.iterdir()) == sorted(UNITS)
    assert not (made / "outputs/small/units/99AB/2-staff-safety.failed.ipynb").exists()


def test_a_bad_delivery_stops_before_any_report_with_all_problems(made):
    before = stamps(made, "outputs/small/reports/*/report.json")
    survey, groups = (made / "deliveries/small" / name for name in ("studenten_2018.sav", "focusgroepen_2023.xlsx"))
    kept = survey.read_bytes(), groups.read_bytes()
    survey.unlink()
    groups.write_bytes(b"")
    done = report(made)
    survey.write_bytes(kept[0])
    groups.write_bytes(kept[1])
    assert done.returncode == 1
    assert "zijn geweigerd (2 problemen)" in done.stderr
    assert "studenten_2018.*: gevonden: geen bestand dat past" in done.stderr
    assert "focusgroepen_2023.xlsx: gevonden: een leeg bestand (0 bytes)" in done.stderr
    assert '- {source: students_2018, reason: "…"}' in done.stderr
    assert "Traceback" not in done.stderr
    assert stamps(made, "outputs/small/reports/*/report.json") == before


def test_an_institution_that_does_not_exist(made):
    done = report(made, "--only", "98ZZ")
    assert done.returncode == 1
    assert "ID: there is no institution '98ZZ'" in done.stderr
    assert "The register has: 99AA, 99AB, 99AC." in done.stderr


def test_an_edition_without_deliveries_says_where_to_put_them(tmp_path):
    done = front_door(tmp_path, "report", "--edition", "autumn")
    assert done.returncode == 1
    assert "There is no edition 'autumn'" in done.stderr
    assert "Traceback" not in done.stderr


def test_interrupted_and_run_again(tmp_path, small_run):
    root = tmp_path / "interrupted"
    shutil.copytree(small_run[0] / "deliveries", root / "deliveries")
    process = subprocess.Popen(
        [sys.executable, "-m", "helpers.run", "report", "--edition", "small"],
        env=front_environment(root),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
        # where the tests run in the background, a shell had them ignore interrupts
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.default_int_handler),
    )
    until = time.monotonic() + 240
    while not list(root.glob("outputs/small/units/*/*.ipynb")) and time.monotonic() < until:
        time.sleep(0.2)
    os.killpg(process.pid, signal.SIGINT)
    _, errors = process.communicate(timeout=60)
    assert process.returncode != 0
    assert "Interrupted. What was ready is kept; run the same command to go on." in errors
    assert "Traceback" not in errors
    for path in root.glob("outputs/small/reports/*"):
        assert (path / "report.json").is_file()
    again = report(root)
    assert again.returncode == 0, again.stderr
    assert sorted(path.name for path in (root / "outputs/small/reports").iterdir()) == sorted(UNITS)


def test_a_disk_that_fills_up_and_has_room_again(tmp_path, small_run):
    root = tmp_path / "full"
    shutil.copytree(small_run[0] / "deliveries", root / "deliveries")

    def limit():
        resource.setrlimit(resource.RLIMIT_FSIZE, (30_000, 30_000))

    done = subprocess.run(
        [sys.executable, "-m", "helpers.run", "report", "--edition", "small"],
        env=front_environment(root),
        capture_output=True,
        text=True,
        preexec_fn=limit,
        check=False,
    )
    assert done.returncode != 0
    assert "The disk is full" in done.stderr
    assert "Traceback" not in done.stderr
    assert not list(root.glob("outputs/small/reports/*/report.json"))
    again = front_door(root, "prepare", "--edition", "small")
    assert again.returncode == 0, again.stderr


def test_two_runs_of_one_edition_do_not_mix(made):
    import fcntl

    with open(made / "outputs/small/.lock", "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        done = report(made)
    assert done.returncode == 1
    assert "Another run is busy with edition 'small'" in done.stderr


def test_what_an_institution_left_behind_goes_with_it(made):
    folder = made / "outputs/small/units/98ZZ"
    folder.mkdir()
    (made / "outputs/small/reports/98ZZ").mkdir()
    assert report(made).returncode == 0
    assert not folder.exists()
    assert not (made / "outputs/small/reports/98ZZ").exists()


def test_a_traceback_only_when_asked_for(made):
    done = report(made, "--only", "98ZZ", MIV_TRACEBACK="1")
    assert "Traceback" in done.stderr


def test_the_record_of_a_report_names_its_renderer(small_run):
    root, _ = small_run
    index = json.loads((root / "outputs/small/reports/sector/report.json").read_text(encoding="utf-8"))
    assert index["renderer"].startswith("preview")
    assert index["edition"] == "small"
