"""Quotes: what could identify is found, only what a person decided leaves, and wrong decisions are told."""

import datetime
import os
import re
import shutil
import subprocess
import sys

import pandas as pd
import pytest
import yaml
from cells import run_cells

from helpers import analyse, execute, paths, settings, tables
from helpers.errors import MonitorError, Problems
from helpers.quotes import decisions, lists, pool
from helpers.quotes.finders import Register
from helpers.quotes.spoken import key, written
from helpers.render import quotes as page

REGISTER = Register({"99AA": "ROC Proefstad", "99AB": "Vakcollege De Kleine Letter", "99AC": "Groencollege Modelveld"})
RULES = settings.Disclosure(
    minimum_respondents=10,
    minimum_benchmark_institutions=3,
    colluding_institutions=2,
    fitting_choices=10,
    benchmark_rounding=20,
    protection_width=5,
    extreme_shares_hidden_below=30,
)


# decisions


@pytest.fixture
def parameters(tmp_path, monkeypatch):
    """A copy of the parameters that a test may spoil."""
    shutil.copytree(paths.PARAMETERS, tmp_path / "parameters")
    monkeypatch.setattr(paths, "PARAMETERS", tmp_path / "parameters")
    return tmp_path / "parameters"


SAFE, NAMED, PLACED = "Niemand greep in.", "Toen kwam Jorrit binnen.", "In Meppel durft niemand dat."
FILLED = {"by": "een onderzoeker", "date": datetime.date(2023, 9, 1), "reason": "Er staat niets in."}


def decide(folder, *entries, edition="small"):
    content = {"edition": edition, "decisions": [{**FILLED, **entry} for entry in entries]}
    (folder / "quotes").mkdir(exist_ok=True)
    (folder / "quotes" / "small.yml").write_text(yaml.safe_dump(content, allow_unicode=True), encoding="utf-8")


def refused(rows=None):
    with pytest.raises(Problems) as caught:
        build(rows) if rows is not None else decisions.load("small")
    return str(caught.value)


def said(*texts, groups=("a", "b", "c"), consent=True, code="other"):
    """Fragments: every text in the first group, and one fragment more in every other."""
    rows = [(groups[0], text, consent) for text in texts]
    rows += [
        (group, f"Dat zag ik ook, zei iemand uit groep nummer {number}.", False) for number, group in enumerate(groups)
    ]
    table = pd.DataFrame(rows, columns=["group", "text", "quote_consent"])
    return table.assign(institution_id="99AA", participants="students", theme="discussions", code=code)


def build(rows, rules=RULES):
    institutions = pd.DataFrame({"institution_id": list(REGISTER.names), "name": list(REGISTER.names.values())})
    return pool.build("small", rows, institutions, decisions.load("small"), rules)


def outcomes(rows, rules=RULES):
    return {each.said: each.outcome for each in build(rows, rules).fragments}


def test_the_decisions_as_they_are_can_be_used():
    for path in (paths.PARAMETERS / "quotes").glob("*.yml"):
        assert decisions.load(path.stem)
        assert path.stem in {edition.stem for edition in (paths.PARAMETERS / "editions").glob("*.yml")}


def test_everything_that_is_wrong_with_the_form_is_told_at_once(parameters):
    decide(
        parameters,
        {"fragment": "abc", "decision": "release"},
        {"fragment": key(SAFE), "decision": "relase"},
        {"fragment": key(NAMED), "decision": "replace"},
        {"fragment": key(PLACED), "decision": "withhold", "resaon": "x"},
        {"fragment": key("x"), "decision": "withhold", "text": "Iets anders."},
        {"fragment": key("y"), "decision": "release", "by": "", "date": "1 september"},
        {"fragment": key("z"), "decision": "release", "accepted": {"conciërge": ""}},
    )
    message = refused()
    for told in (
        "decision 1 (fragment abc), key fragment: found 'abc'",
        f"decision 2 (fragment {key(SAFE)}), key decision: found 'relase'",
        "needs the text that is quoted instead",
        f"decision 4 (fragment {key(PLACED)}), key resaon: found an unknown key",
        "Did you mean 'reason'?",
        "has no text; did you mean replace?",
        "key by: found ''",
        "key date: found '1 september'",
        "every accepted find needs a reason",
    ):
        assert told in message, told


def test_two_decisions_and_another_edition(parameters):
    decide(parameters, *[{"fragment": key(SAFE), "decision": "release"}] * 2, edition="nation")
    message = refused()
    assert f"fragment {key(SAFE)}: found 2 decisions" in message
    assert "key edition: found 'nation'; allowed: 'small'" in message
    with pytest.raises(Problems, match="2 decisions"):
        execute.check_parameters("small")


def test_a_block_from_the_page_is_refused_until_it_is_filled_in(parameters):
    each = build(said("Sinds Bilal conciërge is, groet iemand ons.")).candidates[0]
    (parameters / "quotes" / "small.yml").write_text(
        f"edition: small\ndecisions:\n{page.block(each)}\n", encoding="utf-8"
    )
    message = refused()
    for told in ("key decision: found ''", "key by: found ''", "key reason: found ''"):
        assert told in message


def test_what_is_found_must_be_accepted_by_name(parameters):
    decide(
        parameters,
        {"fragment": key(NAMED), "decision": "release"},
        {"fragment": key(PLACED), "decision": "replace", "text": "In Zwolle durft niemand dat, zegt de conciërge.",
         "accepted": {"concierge": "Die is er overal."}},
        {"fragment": key(SAFE), "decision": "replace", "text": "Mail maar naar iemand@voorbeeld.nl.",
         "accepted": {"iemand@voorbeeld.nl": "Dat mag."}},
    )  # fmt: skip
    message = refused(said(NAMED, PLACED, SAFE))
    for told in (
        f"fragment {key(NAMED)}: found a fragment with 'Jorrit' (voornaam of achternaam)",
        "found a replacement with 'Zwolle' (plaats, streek of wijk)",
        "a replacement with 'conciërge'",
        "Did you mean 'conciërge'?",
        "'iemand@voorbeeld.nl'",
        "nothing of this kind, ever",
    ):
        assert told in message, told


def test_a_reason_and_a_replacement_that_help_nobody(parameters):
    decide(
        parameters,
        {"fragment": key(NAMED), "decision": "withhold", "reason": "Jorrit is te herkennen."},
        {"fragment": key(SAFE), "decision": "replace", "text": f" {SAFE} "},
    )
    message = refused(said(NAMED, SAFE))
    assert "a reason with 'Jorrit'" in message
    assert "a replacement that equals the fragment" in message


def test_a_decision_on_a_fragment_that_is_gone_is_told_and_nothing_more(parameters):
    decide(parameters, {"fragment": key("weg"), "decision": "withhold"}, {"fragment": key(SAFE), "decision": "release"})
    made = build(said(SAFE))
    assert [str(each.leaves) for each in made.fragments if each.leaves] == [SAFE]
    assert len(made.warnings) == 1
    assert "a decision on a fragment that is not in this edition" in str(made.warnings[0])


def test_no_decisions_no_quotes(parameters):
    (parameters / "quotes" / "small.yml").unlink()
    made = build(said(SAFE, NAMED))
    assert pool.released(made).empty
    assert {each.outcome for each in made.candidates} == {"undecided"}


# the rule


def test_consent_groups_and_decision_are_all_needed(parameters):
    decide(parameters, *({"fragment": key(text), "decision": "release"} for text in (SAFE,)))
    assert outcomes(said(SAFE))[SAFE] == "release"
    assert outcomes(said(SAFE, consent=False))[SAFE] == "no_consent"
    assert outcomes(said(SAFE, groups=("a", "b")))[SAFE] == "few_groups"
    assert outcomes(said(SAFE, groups=("a", "b")), RULES.model_copy(update={"quote_groups": 2}))[SAFE] == "release"
    assert outcomes(said(SAFE, code=None))[SAFE] == "few_groups"
    alone = said(SAFE)
    alone.loc[0, "code"] = "atmosphere"
    assert outcomes(alone)[SAFE] == "few_groups"


def test_rows_of_one_text_that_disagree_about_consent(parameters):
    decide(parameters, {"fragment": key(SAFE), "decision": "release"})
    twice = said(SAFE, SAFE + " ")
    twice.loc[1, "quote_consent"] = False
    assert outcomes(twice)[SAFE] == "no_consent"
    made = build(twice)
    assert "no consent" in str(made.warnings[0])
    assert pool.released(made).empty
    elsewhere = said(SAFE, SAFE)
    elsewhere.loc[1, ["group", "quote_consent"]] = ["b", False]
    assert outcomes(elsewhere)[SAFE] == "release"
    missing = said(SAFE)
    missing["quote_consent"] = missing["quote_consent"].astype("boolean")
    missing.loc[0, "quote_consent"] = pd.NA
    assert outcomes(missing)[SAFE] == "no_consent"


def test_nothing_leaves_undecided_whether_something_was_found_or_not(parameters):
    (parameters / "quotes" / "small.yml").unlink()
    assert {outcomes(said(SAFE, NAMED))[text] for text in (SAFE, NAMED)} == {"undecided"}
    assert not any(each.leaves for each in build(said(SAFE, NAMED)).fragments)


def test_a_rule_that_lets_fragments_go_undecided_is_refused(parameters):
    path = parameters / "disclosure.yml"
    rules = yaml.safe_load(path.read_text(encoding="utf-8"))
    rules["rules"]["quotes_without_finds"] = {"value": "release", "reason": "Er is niets in gevonden."}
    path.write_text(yaml.safe_dump(rules, allow_unicode=True), encoding="utf-8")
    with pytest.raises(Problems, match="quotes_without_finds"):
        settings.load_settings()


def test_a_replacement_leaves_in_the_place_of_what_was_said(parameters):
    decide(parameters, {"fragment": key(NAMED), "decision": "replace", "text": "Toen kwam er iemand binnen."})
    assert pool.released(build(said(NAMED)))["text"].tolist() == ["Toen kwam er iemand binnen."]


def test_an_edition_without_focus_groups(parameters):
    (parameters / "quotes" / "small.yml").unlink()
    made = build(said(SAFE).iloc[:0])
    assert pool.released(made).empty
    assert pool.record(made)["fragments"].sum() == 0
    assert "Geen." in page.markdown("small", made)


def test_the_record_counts_every_text_once_and_holds_none(ready):
    made = pool.load("small")
    record = tables.read_analysis("small", "quotes_record")
    fragments = tables.read_table("small", "fragments")
    assert record["fragments"].sum() == fragments["text"].map(key).nunique()
    assert set(record["outcome"]) == set(pool.OUTCOMES)
    counted = record.groupby("outcome")["fragments"].sum()
    assert counted["replace"] + counted["release"] == len(tables.read_analysis("small", "quotes"))
    assert set(record.loc[record["outcome"].isin(["replace", "release"]), "by"]) == {"synthetisch voorbeeld"}
    words = " ".join(record.astype(str).to_numpy().ravel())
    assert not any(each.said in words for each in made.fragments)


# what leaves


@pytest.mark.parametrize("unit", ["sector", "99AB"])
def test_chapter_4_quotes_what_was_decided_and_only_that(ready, monkeypatch, unit):
    text = run_cells(monkeypatch, "4-focus-groups", "small", unit)
    quoted = set(re.findall("“(.+?)”", text))
    said_by_key = {key(each): written(each) for each in tables.read_table("small", "fragments")["text"]}
    decided = {decision.fragment: decision for decision in decisions.load("small") if decision.decision != "withhold"}
    allowed = {decision.text or said_by_key[fragment] for fragment, decision in decided.items()}
    assert quoted and quoted <= allowed
    replaced = {said_by_key[decision.fragment] for decision in decided.values() if decision.text}
    assert not quoted & replaced


def test_without_decisions_chapter_4_goes_on_without_quotes(ready, parameters, monkeypatch):
    (parameters / "quotes" / "small.yml").unlink()
    analyse.analyse("small", "conversations")
    text = run_cells(monkeypatch, "4-focus-groups", "small", "sector")
    assert "“" not in text
    assert "Deelnemers zeggen vaak eerst dat iets niet speelt" in text


def test_a_decision_that_cannot_be_used_stops_the_analysis(ready, parameters):
    decide(parameters, {"fragment": key(NAMED), "decision": "replace", "text": "In Zwolle gebeurt dat."})
    with pytest.raises(Problems, match="Zwolle"):
        analyse.analyse("small", "conversations")


# the page and the command


def test_the_page_marks_finds_and_gives_blocks_that_can_be_pasted(parameters):
    (parameters / "quotes" / "small.yml").unlink()
    text = page.markdown("small", build(said(NAMED, "Bel 06-12345678 of vraag het de conciërge.", code="atmosphere")))
    assert "Toen kwam [Jorrit]{.mark} binnen." in text
    blocks = re.findall(r"```yaml\n(  - .+?)\n```", text, re.S)
    entries = [entry for block in blocks for entry in yaml.safe_load(f"decisions:\n{block}")["decisions"]]
    assert {entry["fragment"] for entry in entries} == {key(NAMED), key("Bel 06-12345678 of vraag het de conciërge.")}
    assert {tuple(entry["accepted"]) for entry in entries} == {("Jorrit",), ("conciërge",)}


def test_the_page_says_who_decided_when_and_why(parameters):
    one = {"fragment": key(SAFE), "decision": "withhold", "by": "A. Lezer", "date": datetime.date(2031, 5, 6)}
    decide(parameters, {**one, "reason": "Wijst op een dag."})
    text = page.markdown("small", build(said(SAFE)))
    assert "door A. Lezer, 06-05-2031: Wijst op een dag." in text.replace("\\", "")


def test_the_command_says_how_far_deciding_is_and_fails_while_a_report_waits(ready, parameters, capsys):
    assert page.main(["small"]) == 0
    assert "20 candidates, 11 decided, 9 undecided" in capsys.readouterr().out
    target = paths.EditionPaths("small").outputs / "quotes" / "index.html"
    html = target.read_text(encoding="utf-8")
    assert "<mark" in html and "Synthetische gegevens" in html and "Vertrouwelijk" in html
    assert [path.name for path in target.parent.iterdir()] == ["index.html"]
    content = yaml.safe_load((parameters / "quotes/small.yml").read_text(encoding="utf-8"))
    kept = [entry for entry in content["decisions"] if entry["fragment"] != "46b7734ddba8"]
    decide(parameters, *kept)
    assert page.main(["small"]) == 1
    assert "1 undecided would be shown in reports" in capsys.readouterr().err


def test_the_page_goes_nowhere_that_git_sees(monkeypatch):
    monkeypatch.setenv("MIV_OUTPUTS", str(paths.ROOT / "docs"))
    with pytest.raises(MonitorError, match="may end up in git"):
        page.render("small", pool.Pool((), ()))
    done = subprocess.run(["git", "check-ignore", "-q", "outputs/small/quotes/index.html"], cwd=paths.ROOT, check=False)
    assert done.returncode == 0


def test_a_list_that_is_gone_is_told(monkeypatch, tmp_path):
    monkeypatch.setattr(paths, "QUOTE_LISTS", tmp_path)
    with pytest.raises(MonitorError, match="Restore it from git"):
        lists.own.__wrapped__("functions")


# the workflow


def test_a_changed_decision_or_list_runs_again_what_reads_it(tmp_path, ingested):
    """In a copy of the project, so that its files can change."""
    project, root = tmp_path / "project", tmp_path / "root"
    for name in ("src", "rules", "parameters", "data", "reports", "notebooks"):
        ignore = shutil.ignore_patterns("deliveries", "__pycache__", "*.egg-info")
        shutil.copytree(paths.ROOT / name, project / name, ignore=ignore)
    for name in ("Snakefile", "_brand.yml"):
        shutil.copy(paths.ROOT / name, project)
    shutil.copytree(ingested, root)
    made = root / "outputs/small/analysis/quotes.parquet"
    assert "analyse_conversations" in snakemake(project, root, made)
    before = pd.read_parquet(made)
    assert "analyse_conversations" not in snakemake(project, root, made)
    path = project / "parameters/quotes/small.yml"
    content = yaml.safe_load(path.read_text(encoding="utf-8"))
    gone = next(entry for entry in content["decisions"] if entry["decision"] == "release")
    content["decisions"].remove(gone)
    path.write_text(yaml.safe_dump(content, allow_unicode=True), encoding="utf-8")
    assert "analyse_conversations" in snakemake(project, root, made)
    assert set(before["fragment"]) - set(pd.read_parquet(made)["fragment"]) == {gone["fragment"]}
    path.unlink()
    assert "analyse_conversations" in snakemake(project, root, made)
    assert pd.read_parquet(made).empty
    with open(project / "data/quotes/functions.txt", "a", encoding="utf-8") as file:
        file.write("sluiswachter\n")
    assert "analyse_conversations" in snakemake(project, root, made)


def snakemake(project, root, target):
    environment = {
        **{name: value for name, value in os.environ.items() if not name.startswith("MIV_")},
        "PYTHONPATH": str(project / "src"),
        "MIV_DELIVERIES": str(root / "deliveries"),
        "MIV_OUTPUTS": str(root / "outputs"),
    }
    words = [str(target), "--snakefile", str(project / "Snakefile"), "--directory", str(root / "outputs/small")]
    options = ["--cores", "1", "--config", "edition=small", "units=", "--latency-wait", "0", "--nolock"]
    done = subprocess.run(
        [sys.executable, "-m", "snakemake", *words, *options],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stderr + done.stdout
