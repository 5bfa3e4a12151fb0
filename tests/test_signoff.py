"""The disclosure record, and sign-off: what is signed, what is refused, and what makes a report a concept again."""

import json
import shutil

import pytest
from conftest import front_door, front_environment
from lxml import html

from helpers import paths, settings
from helpers.audit import __main__ as audit
from helpers.errors import MonitorError
from helpers.release import record, signoff


@pytest.fixture
def reports(small_run, tmp_path, monkeypatch):
    """A copy of the small world with reports, where signing leaves no trace in the project."""
    root, done = small_run
    assert done.returncode == 0, done.stderr
    shutil.copytree(root, tmp_path / "root", symlinks=True)
    monkeypatch.setenv("MIV_OUTPUTS", str(tmp_path / "root" / "outputs"))
    monkeypatch.setenv("MIV_DELIVERIES", str(tmp_path / "root" / "deliveries"))
    monkeypatch.setenv("MIV_SIGNOFF", str(tmp_path / "signoff"))
    return tmp_path / "root"


def audited(edition="small", passed=True):
    where = paths.EditionPaths(edition).outputs
    found = dict.fromkeys(("reports", "statements", "hidden", "exact", "near", "told", "rows", "marks"), 0)
    content = {"passed": passed, "contents": audit.contents(where / "reports"), **found}
    (where / "disclosure" / "audit.json").write_text(json.dumps(content), encoding="utf-8")


def told(**change):
    with pytest.raises(MonitorError) as caught:
        signoff.sign("small", change.get("person", "Jo Vos"))
    return str(caught.value)


def test_a_report_without_sign_off_is_a_concept(reports):
    meta = json.loads((reports / "outputs/small/units/99AA/source/meta.json").read_text(encoding="utf-8"))
    assert meta["concept"] is True
    said = record.record("small")
    assert said["signed"] is False
    assert said["person"] is None


def test_reports_of_an_earlier_version_are_named_with_what_to_do(reports):
    """Whose notes lack what the record tells; all of them at once."""
    for unit in ("99AA", "99AC"):
        path = next((reports / "outputs/small/units" / unit).glob("*.disclosure.json"))
        notes = [
            {key: item[key] for key in item if key != "respondents"} for item in json.loads(path.read_text("utf-8"))
        ]
        path.write_text(json.dumps(notes), encoding="utf-8")
    with pytest.raises(MonitorError, match=r"an earlier version of this project made: 99AA, 99AC\..*make nation"):
        record.write("small")


def test_signing_asks_for_a_name_reports_and_an_audit_of_just_these(reports):
    assert 'NAME="<first and last name>"' in told(person=" ")
    assert "Nobody attacked these reports yet. Run `make audit EDITION=small` first." in told()
    audited(passed=False)
    assert "The audit found something" in told()
    audited()
    path = reports / "outputs/small/reports/99AA/report.json"
    report = json.loads(path.read_text(encoding="utf-8"))
    path.write_text(json.dumps({**report, "contents": "other"}), encoding="utf-8")
    assert "changed since the audit" in told()
    audited()
    assert "older than their chapters: 99AA" in told()
    shutil.rmtree(reports / "outputs/small/reports")
    assert "no reports of edition 'small' to sign" in told()
    assert not signoff.path_of("small").exists()


def test_a_signed_report_is_no_concept_until_it_changes(reports):
    audited()
    signoff.sign("small", "Jo Vos")
    assert signoff.signed("small", "99AA").person == "Jo Vos"
    said = record.record("small")
    assert (said["signed"], said["person"]) == (True, "Jo Vos")
    table = next((reports / "outputs/small/units/99AA/tables").glob("tbl-*.csv"))
    table.write_text(table.read_text(encoding="utf-8") + "\n", encoding="utf-8")
    assert signoff.signed("small", "99AA") is None
    assert signoff.signed("small", "99AB") is not None
    assert record.record("small")["signed"] is False


def test_the_front_door_signs_and_makes_the_reports_again(reports, tmp_path):
    audited()
    done = front_door(reports, "sign", "--edition", "small", "--name", "Jo Vos", MIV_SIGNOFF=str(tmp_path / "signoff"))
    assert done.returncode == 0, done.stderr
    assert "Signed by Jo Vos: 4 reports" in done.stdout
    meta = json.loads((reports / "outputs/small/units/99AA/source/meta.json").read_text(encoding="utf-8"))
    assert meta["concept"] is False
    page = (reports / "outputs/small/disclosure/index.html").read_text(encoding="utf-8")
    assert "vrijgegeven door Jo Vos" in page
    root = html.parse(str(reports / "outputs/small/index.html")).getroot()
    lines = [" ".join(row.text_content().split()) for row in root.xpath("//*[@id='tbl-rapporten']//tbody/tr")]
    assert len(lines) == 4
    assert not any("concept" in line for line in lines)
    assert front_environment(reports)["MIV_OUTPUTS"] in str(reports / "outputs")


def test_a_file_that_is_no_sign_off_is_told(reports):
    path = signoff.path_of("small")
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("person: Jo Vos\nwhen: now\n", encoding="utf-8")
    with pytest.raises(
        MonitorError, match=r"(?s)small.yml in .* is no sign-off.*sign again with `make sign EDITION=small`"
    ):
        signoff.load("small")


def test_the_record_tells_what_was_hidden_why_and_how_much(reports):
    said = json.loads((reports / "outputs/small/disclosure/record.json").read_text(encoding="utf-8"))
    assert set(said["hidden"]) >= {"te weinig respondenten", "beschermt een andere groep"}
    assert said["cells"] > sum(said["hidden"].values()) > 0
    assert said["rules"]["minimum_respondents"]["reason"]
    assert {each["source"] for each in said["exceptions"]} == {"staff_msv", "students_msv"}
    grounds = {each["ground"]: each["items"] for each in said["grounds"]}
    assert set(grounds) == set(settings.load_settings().rulebook.open)
    assert grounds["released"] > 0
    assert grounds["association"] == 0  # of three institutions no correlation is told
    unit = said["units"]["99AB"]
    assert 0 < unit["lost"] < 1
    assert {"index.html", "report.pdf", "report.docx"} <= set(unit["files"])
    assert all(len(file["sha256"]) == 64 for file in unit["files"].values())
    page = (reports / "outputs/small/disclosure/index.html").read_text(encoding="utf-8")
    for words in ("Nog niet vrijgegeven", "te weinig respondenten", "Synthetische gegevens", "staff_msv"):
        assert words in page
