"""The disclosure record, and sign-off: what is signed and by whom, what is refused, and what ends a release."""

import json
import re
import shutil

import pytest
from conftest import front_door
from lxml import html

from helpers import paths, render, run, settings
from helpers.audit import __main__ as audit
from helpers.errors import MonitorError
from helpers.release import makers, record, signed, signoff
from helpers.release.signoff import State
from helpers.render import annex, disclosure, portal

MAKER, REVIEWER = "An de Bouwer", "Jo Vos"


@pytest.fixture
def reports(small_run, tmp_path, monkeypatch):
    """A copy of the small world with reports, where signing leaves no trace in the project."""
    root, done = small_run
    assert done.returncode == 0, done.stderr
    shutil.copytree(root, tmp_path / "root", symlinks=True)
    monkeypatch.setenv("MIV_OUTPUTS", str(tmp_path / "root" / "outputs"))
    monkeypatch.setenv("MIV_DELIVERIES", str(tmp_path / "root" / "deliveries"))
    monkeypatch.setenv("MIV_SIGNOFF", str(tmp_path / "signoff"))
    made_by(MAKER)
    return tmp_path / "root"


def made_by(*names):
    makers.path_of("small").write_text(json.dumps(names), encoding="utf-8")


def audited(outputs=None, passed=True, earlier=("vorige",)):
    """What an audit of the reports below a folder of outputs leaves."""
    where = (outputs or paths.outputs_root()) / "small"
    found = dict.fromkeys(("reports", "statements", "hidden", "exact", "near", "told", "rows", "marks", "columns"), 0)
    content = {"passed": passed, "contents": audit.contents(where / "reports"), "earlier": list(earlier), **found}
    (where / "disclosure" / "audit.json").write_text(json.dumps(content), encoding="utf-8")
    return passed


def says(report, **change):
    """Change what a report says of itself."""
    path = report / "report.json"
    path.write_text(json.dumps({**json.loads(path.read_text(encoding="utf-8")), **change}), encoding="utf-8")


def unmarked(folder, units):
    """Stands for making reports without the mark of a concept."""
    for unit in units:
        shutil.copytree(paths.EditionPaths("small").report(unit), folder / unit)
        says(folder / unit, concept=False)


def nothing_found(outputs, earlier):
    return audited(outputs)


def sign(person=REVIEWER, maker="", make=unmarked, attack=nothing_found):
    return signoff.sign("small", person, maker, make, attack)


def told(**arguments):
    before = bytes_of_all()
    with pytest.raises(MonitorError) as caught:
        sign(**arguments)
    assert bytes_of_all() == before
    assert not signoff.path_of("small").exists()
    assert not (paths.outputs_root() / "small" / signoff.ASIDE).exists()
    return str(caught.value)


def bytes_of_all():
    return signed.bundle(paths.outputs_root() / "small" / "reports")


def states():
    signature = signoff.load("small")
    return {unit: signoff.state("small", unit, signature) for unit in signoff.made("small")}


def words(page):
    return " ".join(html.parse(str(page)).getroot().text_content().split())


def test_a_report_without_sign_off_is_a_concept(reports):
    meta = json.loads((reports / "outputs/small/units/99AA/source/meta.json").read_text(encoding="utf-8"))
    assert meta["concept"] is True
    said = record.record("small")
    assert (said["signed"], said["person"], said["makers"]) == (False, None, [MAKER])
    assert set(states().values()) == {State.CONCEPT}


def test_reports_of_an_earlier_version_are_named_with_what_to_do(reports):
    """Whose notes lack what the record tells; all of them at once."""
    for unit in ("99AA", "99AC"):
        path = reports / "outputs/small/units" / unit / "1-student-safety.disclosure.json"
        notes = [{key: item[key] for key in item if key != "status"} for item in json.loads(path.read_text("utf-8"))]
        path.write_text(json.dumps(notes), encoding="utf-8")
    with pytest.raises(MonitorError, match=r"an earlier version of this project made: 99AA, 99AC\..*make nation"):
        record.write("small")


def test_signing_asks_for_a_name_reports_and_an_audit_of_just_these(reports):
    assert 'NAME="<first and last name>"' in told(person=" ")
    assert 'NAME="<first and last name>"' in told(person=" Jo ")
    assert "Nobody attacked these reports yet. Run `make audit EDITION=small` first." in told()
    audited(passed=False)
    assert "The audit found something" in told()
    audited()
    says(reports / "outputs/small/reports/99AA", contents="other")
    assert "changed since the audit" in told()
    audited()
    assert "older than their chapters: 99AA" in told()
    shutil.rmtree(reports / "outputs/small/reports")
    assert "no reports of edition 'small' to sign" in told()


def test_what_is_signed_is_released_and_its_bytes_are_named(reports):
    audited()
    signature = sign()
    assert set(states().values()) == {State.RELEASED}
    assert signoff.load("small") == signature
    assert (signature.person, signature.makers) == (REVIEWER, [MAKER])
    for unit, one in signature.reports.items():
        assert one.files == signed.bundle(paths.EditionPaths("small").report(unit))
        assert {"index.html", "report.pdf", "report.docx", "report.json", "data/gegevens.xlsx"} <= set(one.files)
    said = record.record("small")
    assert (said["signed"], said["person"], said["makers"]) == (True, REVIEWER, [MAKER])
    files = {path: about["sha256"] for path, about in said["units"]["99AB"]["files"].items()}
    assert files == signature.reports["99AB"].files
    assert not (reports / "outputs/small" / signoff.ASIDE).exists()


def one_byte(report):
    path = report / "report.pdf"
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)
    return "report.pdf", "andere inhoud"


def added(report):
    (report / "data" / ".extra").write_text("x", encoding="utf-8")
    return "data/.extra", "niet ondertekend"


def removed(report):
    (report / "report.docx").unlink()
    return "report.docx", "verdwenen"


def linked(report):
    path = report / "report.docx"
    path.rename(report.parent / "elsewhere.docx")
    path.symlink_to(report.parent / "elsewhere.docx")
    return "report.docx", "andere inhoud"


@pytest.mark.parametrize("change", [one_byte, added, removed, linked])
def test_a_report_with_other_bytes_is_not_released_and_says_what_to_do(reports, change):
    audited()
    sign()
    path, how = change(reports / "outputs/small/reports/99AA")
    assert states() == {**dict.fromkeys(states(), State.RELEASED), "99AA": State.CHANGED}
    assert signoff.outdated("small", ["sector", "99AA", "99AB"]) == ["99AA"]
    assert signoff.outdated("small", ["sector", "99AB"]) == []
    assert record.record("small")["signed"] is False
    disclosure.render("small")
    page = words(disclosure.path_of("small"))
    assert f"99AA {path} {how}" in page
    assert "3 van de 4 rapporten zijn vrijgegeven door Jo Vos" in page
    assert "Niet uitgeven: 1 rapport is niet meer wat is ondertekend" in page
    overview = words(portal.write("small"))
    assert "nee: gewijzigd" in overview
    assert "Vrijgegeven: 3. Geef niet uit wat gewijzigd is: make report maakt het opnieuw." in overview
    run._drop_outdated(paths.EditionPaths("small"), ["99AA"])
    assert "99AA" not in states()


def test_without_its_signature_a_report_without_the_mark_is_not_released(reports):
    audited()
    sign()
    signoff.path_of("small").unlink()
    assert set(states().values()) == {State.CHANGED}
    assert sorted(signoff.outdated("small", ["sector", "99AA"])) == ["99AA", "sector"]


def test_when_the_audit_of_the_final_bytes_finds_something_nothing_is_signed(reports):
    def finds(outputs, earlier):
        assert earlier == ["vorige"]  # the same earlier editions as in the audit before
        assert json.loads((outputs / "small/reports/99AA/report.json").read_text(encoding="utf-8"))["concept"] is False
        assert (outputs / "small/data/register.parquet").is_file()
        audited(outputs, passed=False)
        return False

    audited()
    said = told(attack=finds)
    assert "Nothing is signed, and the reports are concepts as they were" in said
    assert set(states().values()) == {State.CONCEPT}
    assert "The audit found something" in told()  # and it stands in the record until the next audit
    assert record.record("small")["audit"]["passed"] is False


@pytest.mark.parametrize(
    "attack",
    [
        lambda outputs, earlier: True,  # it left nothing behind
        lambda outputs, earlier: not audited(outputs, passed=False),
        lambda outputs, earlier: bool(audited(outputs)) and False,
        lambda outputs, earlier: bool(says(outputs / "small/reports/99AB", contents="other")) or audited(outputs),
        lambda outputs, earlier: bool(one_byte(outputs / "small/reports/99AB")) and audited(outputs),
    ],
)
def test_an_audit_that_did_not_end_well_in_every_way_signs_nothing(reports, attack):
    audited()
    assert "othing is signed" in told(attack=attack)


def test_an_interrupted_sign_off_leaves_concepts(reports):
    def interrupted(folder, units):
        unmarked(folder, units[:2])
        raise KeyboardInterrupt

    audited()
    before = bytes_of_all()
    with pytest.raises(KeyboardInterrupt):
        sign(make=interrupted)
    assert bytes_of_all() == before
    assert signoff.load("small") is None
    aside = reports / "outputs/small" / signoff.ASIDE / "small/reports"  # of one that was killed
    unmarked(aside, ["99AA"])
    assert set(states().values()) == {State.CONCEPT}
    run._drop_outdated(paths.EditionPaths("small"), [])
    assert not aside.exists()


def test_what_an_interrupted_run_leaves_behind_ends_no_release(reports):
    audited()
    sign()
    unit = reports / "outputs/small/units/99AA"
    for name in (".1-student-safety.4242.ipynb", "1-student-safety.failed.ipynb", "oud.findings.json"):
        (unit / name).write_text("{}", encoding="utf-8")
    (unit / "tables/tbl-van-vroeger.csv").write_text("x", encoding="utf-8")
    half = reports / "outputs/small/reports/.99AA.4242"
    shutil.copytree(reports / "outputs/small/reports/99AA", half)
    assert states() == dict.fromkeys(("99AA", "99AB", "99AC", "sector"), State.RELEASED)
    assert signoff.asked("small", "99AA") is not None
    assert record.record("small")["signed"] is True
    table = next((unit / "tables").glob("tbl-studenten-*.csv"))
    table.write_text(table.read_text(encoding="utf-8") + "\n", encoding="utf-8")
    assert signoff.asked("small", "99AA") is None  # what it says did change
    assert signoff.asked("small", "99AB") is not None


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("An de Bouwer", "an  DE bouwer"),
        ("An de Bouwer", "Bouwer, An de"),
        ("Zoë Sørensen-Łuk", "zoe sorensen luk"),
        ("J. Vos", "Jo Vos"),
        ("Vos, J.A.", "Jo Vos"),
        ("Jo Anna Vos", "Jo Vos"),
        ("Vos", "Jo Vos"),
        ("jvos", "Jo van der Vos"),
        ("vosj2", "Jo Vos"),
        ("jo.vos@school.nl", "Jo Vos"),
        ("jdevries", "Jan de Vries"),
        ("jan.devries", "Jan de Vries"),
        ("devriesj", "Jan de Vries"),
        ("Jan Devries", "Jan de Vries"),
    ],
)
def test_one_person_in_two_spellings(one, other):
    assert makers.may_be_same(one, other)
    assert makers.may_be_same(other, one)


@pytest.mark.parametrize("other", ["Jan Vos", "Jo Vonk", "A. Vos", "V. Jansen", "avos", "An de Bouwer", "jan"])
def test_two_people(other):
    assert not makers.may_be_same("Jo Vos", other)
    assert not makers.may_be_same(other, "Jo Vos")


def test_who_made_the_reports_does_not_sign_them(reports):
    audited()
    made_by("Jo Vos", MAKER)
    assert "Bouwer, A. cannot sign: these reports were made by An de Bouwer" in told(person="Bouwer, A.")
    assert "made by Jo Vos" in told(person="JO VOS")  # all makers count, not the last one only
    assert "made by Ed Smit" in told(person="Ed Smit", maker="Ed Smit")
    sign(person="Ed Smit")
    assert makers.known("small") == []  # the next makers count from here …
    audited()
    with pytest.raises(MonitorError, match="made by Jo Vos"):
        sign(person="Jo Vos")  # … but who made what is signed again is known from the sign-off
    made_by("Wil Kok")
    assert sign(person="Jo Vos").makers == ["Wil Kok"]


@pytest.mark.parametrize("names", [(), ("",), (MAKER, "")])
def test_where_nobody_knows_who_made_them_it_must_be_said(reports, names):
    audited()
    made_by(*names)
    assert 'make sign EDITION=small NAME="Jo Vos" MAKER="<first and last name>"' in told()
    assert "made by J. Vos" in told(maker="J. Vos")
    assert sign(maker="Wil Kok").makers == [*filter(None, names), "Wil Kok"]


def test_the_front_door_notes_who_makes(reports, monkeypatch):
    makers.path_of("small").unlink()
    for name in ("An Bouwer", "Jo Vos", "An Bouwer"):
        monkeypatch.setattr(makers, "runner", lambda name=name: name)
        makers.note("small")
    assert makers.known("small") == ["An Bouwer", "Jo Vos"]


def test_who_runs_is_whom_git_knows_or_the_login(monkeypatch, tmp_path):
    for name in ("GIT_CONFIG_GLOBAL", "GIT_CONFIG_SYSTEM"):
        monkeypatch.setenv(name, str(tmp_path / "gitconfig"))
    monkeypatch.setattr(paths, "ROOT", tmp_path)
    monkeypatch.setattr(makers.getpass, "getuser", lambda: "jvos")
    assert makers.runner() == "jvos"
    monkeypatch.setattr(makers.getpass, "getuser", lambda: "root")
    assert makers.runner() == makers.UNKNOWN
    (tmp_path / "gitconfig").write_text("[user]\n\tname = Jo Vos\n", encoding="utf-8")
    assert makers.runner() == "Jo Vos"


def test_from_audit_to_release_through_the_front_door(reports, tmp_path, monkeypatch):
    """Signed bytes are those that lie there; made again they are the same, and a report that is not, is a concept."""
    where = paths.EditionPaths("small")
    audited(earlier=[])
    words_to = ("sign", "--edition", "small", "--name", REVIEWER)
    done = front_door(reports, *words_to, MIV_SIGNOFF=str(tmp_path / "signoff"))
    assert done.returncode == 0, done.stderr
    assert "Signed by Jo Vos: 4 reports" in done.stdout
    assert set(states().values()) == {State.RELEASED}
    assert not any("oncept" in path.read_text("utf-8") for path in where.report("99AA").glob("data/LEESMIJ.txt"))
    page = words(disclosure.path_of("small"))
    assert "Alle rapporten zijn vrijgegeven door Jo Vos" in page
    root = html.parse(str(reports / "outputs/small/index.html")).getroot()
    lines = [" ".join(row.text_content().split()) for row in root.xpath("//*[@id='tbl-rapporten']//tbody/tr")]
    assert len(lines) == 4
    assert not any("concept" in line for line in lines)

    before = bytes_of_all()
    done = front_door(reports, "report", "--edition", "small", MIV_SIGNOFF=str(tmp_path / "signoff"))
    assert done.returncode == 0, done.stderr
    assert bytes_of_all() == before
    monkeypatch.setenv("MIV_RENDERER", "preview")
    assert signoff.outdated("small", list(states())) == []
    render.render("small", "99AB")
    assert bytes_of_all() == before
    monkeypatch.setattr(annex, "AUTHOR", "Iemand anders")
    render.render("small", "99AB")
    assert states() == {**dict.fromkeys(states(), State.RELEASED), "99AB": State.CONCEPT}
    assert "Concept: nog niet vrijgegeven" in (where.report("99AB") / "data/LEESMIJ.txt").read_text(encoding="utf-8")
    assert signoff.outdated("small", list(states())) == []  # it was tried, and need not be again


def test_a_file_that_is_no_sign_off_is_told(reports):
    path = signoff.path_of("small")
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("person: Jo Vos\nwhen: now\n", encoding="utf-8")
    with pytest.raises(
        MonitorError, match=r"(?s)small.yml in .* is no sign-off.*sign again with `make sign EDITION=small`"
    ):
        signoff.load("small")


def test_the_record_tells_what_was_hidden_and_why(reports):
    path = reports / "outputs/small/disclosure/record.json"
    said = json.loads(path.read_text(encoding="utf-8"))
    assert set(said["hidden"]) >= {"te weinig respondenten", "beschermt een andere groep"}
    assert said["cells"] > sum(said["hidden"].values()) > 0
    assert sum(said["hidden"].values()) == sum(unit["hidden"] for unit in said["units"].values())
    assert said["rules"]["minimum_respondents"]["reason"]
    assert {each["source"] for each in said["exceptions"]} == {"staff_msv", "students_msv"}
    grounds = {each["ground"]: each["items"] for each in said["grounds"]}
    assert set(grounds) == set(settings.load_settings().rulebook.open)
    assert grounds["released"] > 0
    assert grounds["association"] == 0  # of three institutions no correlation is told
    unit = said["units"]["99AB"]
    assert {"index.html", "report.pdf", "report.docx", "report.json"} <= set(unit["files"])
    assert all(len(file["sha256"]) == 64 for file in unit["files"].values())
    page = (reports / "outputs/small/disclosure/index.html").read_text(encoding="utf-8")
    for text in ("Nog niet vrijgegeven", "te weinig respondenten", "Synthetische gegevens", "staff_msv"):
        assert text in page


def test_no_hidden_total_follows_from_the_record(reports):
    """Respondents are not counted, reasons not told of one report, and no number is more precise than its meaning."""
    audited()
    disclosure.render("small")
    text = (reports / "outputs/small/disclosure/record.json").read_text(encoding="utf-8")
    assert not re.findall(r"\d\.\d{3,}", text)
    assert not re.findall(r'"(?:lost|respondents|checks)"', text)
    for unit in json.loads(text)["units"].values():
        assert isinstance(unit["hidden"], int)
    page = words(disclosure.path_of("small"))
    assert not re.findall(r"\d,\d", disclosure.page(json.loads(text)).partition("# Wat verborgen is")[2])
    assert "Respondenten verborgen" not in page
    assert "alleen voor de onderzoekers en wie de vrijgave beoordeelt" in page
    assert "alleen voor de instelling zelf" not in page


def test_the_record_says_whether_the_audit_saw_these_reports(reports):
    audited()
    said = record.record("small")
    assert (said["audit"]["of_these"], said["audit"]["passed"]) == (True, True)
    assert "contents" not in said["audit"]
    says(reports / "outputs/small/reports/99AA", contents="other")
    said = record.record("small")
    assert said["audit"]["of_these"] is False
    assert "Sindsdien zijn er rapporten veranderd: val opnieuw aan." in disclosure.page(said)
