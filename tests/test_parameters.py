"""Every key of a parameter file has an effect: a table of keys, and the tests that show it."""

from __future__ import annotations

import ast
import re
import shutil
from dataclasses import replace
from functools import cache
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import test_ingest
import yaml
from cells import run_cells

from helpers import disclosure, dutch, models, paths, run, settings, statistics, synthetic, tables, wording
from helpers.analyse import analyse, published
from helpers.disclosure import plan
from helpers.errors import Problems
from helpers.ingest.problems import RULES
from helpers.ingest.rules import IntakeSettings, Limits
from helpers.quotes.decisions import Decision, Decisions
from helpers.render import annex
from helpers.render.stitch import _facts, metadata
from helpers.rulebook import Allowed, Disclosure, Exceptional, PercentStep, Rule, Rulebook
from helpers.story import template
from helpers.story.facts import constants

TESTS = Path(__file__).parent

A_DECISION = "test_versions::test_a_decision_of_a_person_lets_a_version_through_and_no_other"
EFFECTS = {
    settings.General: {
        "confidence": "test_parameters::test_confidence_is_told_and_meant_everywhere",
        "margin": "test_parameters::test_the_margin_decides_what_is_slight_and_what_is_equal",
    },
    settings.Edition: {
        "edition": "test_settings::test_an_edition_whose_name_is_not_its_file",
        "title": "test_parameters::test_what_an_edition_is_called",
        "year": "test_parameters::test_what_an_edition_is_called",
        "published": "test_parameters::test_what_an_edition_is_called",
        "waves": "test_intake::test_left_out_waves_must_leave_the_waves_too",
        "synthetic": "test_render::test_a_real_edition_says_nothing_of_it",
        "compare_with_published": "test_render::test_an_edition_of_the_published_year_sets_them_side_by_side",
        "data_licence": "test_parameters::test_the_data_of_the_sector_have_the_licence_of_the_edition",
        "first_units": "test_parameters::test_the_first_units_are_those_that_are_made",
        "without": "test_intake::test_an_edition_goes_on_without_an_institution",
    },
    settings.Synthetic: {
        "world": "test_parameters::test_deliveries_are_those_of_the_edition_s_world_and_seed",
        "seed": "test_parameters::test_deliveries_are_those_of_the_edition_s_world_and_seed",
    },
    settings.Without: {
        "source": "test_intake::test_an_edition_goes_on_without_a_source_and_says_so",
        "institution": "test_intake::test_an_edition_goes_on_without_an_institution",
        "reason": "test_intake::test_an_edition_goes_on_without_a_source_and_says_so",
    },
    settings.Chapters: {"chapters": "test_settings::test_a_list_of_chapters_that_cannot_be"},
    settings.UnitKind: {
        "title": "test_parameters::test_what_an_edition_is_called",
        "parameters": "test_settings::test_parameters_cell_and_parameter_file_must_agree",
        "skip": "test_portal::test_institutions_that_are_skipped_are_not_told",
    },
    Disclosure: {
        "minimum_respondents": "test_disclosure::test_a_source_may_be_stricter",
        "minimum_benchmark_institutions": "test_parameters::test_a_comparable_group_has_enough_others",
        "fitting_choices": "test_sets::test_a_sum_of_public_numbers_fits_many_choices_of_institutions",
        "colluding_institutions": "test_parameters::test_a_comparable_group_has_enough_others",
        "benchmark_rounding": "test_disclosure::test_an_institution_whose_total_is_too_small_shows_nothing",
        "protection_width": "test_parameters::test_a_wider_protection_hides_more",
        "extreme_shares_hidden_below": "test_parameters::test_shares_of_everyone_are_hidden_below_the_size_that_is_set",
        "dominance_one": "test_disclosure::test_an_amount_that_is_mostly_one_or_two_institutions_is_hidden",
        "dominance_two": "test_disclosure::test_an_amount_that_is_mostly_one_or_two_institutions_is_hidden",
        "percent_rounding": "test_disclosure::"
        "test_percentages_on_few_respondents_are_told_in_whole_points_and_intervals_grow",
        "quote_groups": "test_quotes::test_consent_groups_and_decision_are_all_needed",
    },
    PercentStep: {
        "below": "test_parameters::test_percentages_are_told_in_the_steps_that_are_set",
        "points": "test_parameters::test_percentages_are_told_in_the_steps_that_are_set",
    },
    Rule: {
        "value": "test_disclosure::test_a_source_may_not_be_looser_unless_someone_approved_it",
        "reason": "test_disclosure::test_a_rule_without_a_reason_is_refused",
    },
    Exceptional: {
        "value": "test_disclosure::test_a_source_may_be_stricter",
        "reason": "test_disclosure::test_a_source_may_be_stricter",
        "approved_by": "test_disclosure::test_a_source_may_not_be_looser_unless_someone_approved_it",
    },
    Rulebook: {
        "rules": "test_disclosure::test_a_rule_without_a_reason_is_refused",
        "sources": "test_disclosure::test_a_source_may_be_stricter",
        "versions": A_DECISION,
        "open": "test_disclosure::test_a_ground_that_the_rules_do_not_know_stops_the_chapter",
    },
    Allowed: dict.fromkeys(("edition", "version", "approved_by", "reason"), A_DECISION),
    Limits: {key: f"test_parameters::test_a_limit_of_intake_has_its_effect[{key}]" for key in Limits.model_fields},
    IntakeSettings: {
        "limits": "test_parameters::test_a_limit_of_intake_has_its_effect",
        "rules": "test_parameters::test_a_rule_of_intake_does_what_is_set",
    },
    Decision: {
        "fragment": "test_quotes::test_a_decision_on_a_fragment_that_is_gone_is_told_and_nothing_more",
        "decision": "test_quotes::test_everything_that_is_wrong_with_the_form_is_told_at_once",
        "text": "test_quotes::test_a_replacement_leaves_in_the_place_of_what_was_said",
        "accepted": "test_quotes::test_what_is_found_must_be_accepted_by_name",
        "by": "test_quotes::test_the_page_says_who_decided_when_and_why",
        "date": "test_quotes::test_the_page_says_who_decided_when_and_why",
        "reason": "test_quotes::test_the_page_says_who_decided_when_and_why",
    },
    Decisions: {
        "edition": "test_quotes::test_two_decisions_and_another_edition",
        "decisions": "test_quotes::test_the_command_says_how_far_deciding_is_and_fails_while_a_report_waits",
    },
}
"""By model of a parameter file and key: the test that shows what the key does."""


@cache
def functions(module: str) -> dict[str, str]:
    """Source of the tests of a module, with their parameters and fixtures."""
    text = (TESTS / f"{module}.py").read_text(encoding="utf-8")
    found = [node for node in ast.parse(text).body if isinstance(node, ast.FunctionDef)]
    lines = text.splitlines()
    return {
        node.name: "\n".join(lines[min([node.lineno, *(d.lineno for d in node.decorator_list)]) - 1 : node.end_lineno])
        for node in found
    }


@pytest.mark.parametrize("model", EFFECTS, ids=lambda model: model.__name__)
def test_every_key_of_a_parameter_file_has_a_test_of_its_effect(model):
    assert set(EFFECTS[model]) == set(model.model_fields)
    for key, test in EFFECTS[model].items():
        module, name = test.split("[")[0].split("::")
        assert name in functions(module), test
        assert re.search(rf"\b{key}\b", test + functions(module)[name]), f"{test} does not name {key}"


def test_the_table_has_every_model_of_the_parameter_files():
    """Whatever a file is read as, with the models inside it."""
    found, todo = set(), [settings.General, Rulebook, settings.Edition, settings.Chapters, settings.UnitKind]
    todo += [IntakeSettings, Decisions]
    while todo:
        model = todo.pop()
        found.add(model)
        todo += [kind for kind in _inside(model) if kind not in found]
    generic = {model.__pydantic_generic_metadata__["origin"] or model for model in found}
    named = {model for model in generic if model.__name__ not in ("RuleSet", "SourceRules")}
    assert named | {Disclosure} == set(EFFECTS)  # the two sets have the fields of Disclosure


def _inside(model) -> list:
    def kinds(annotation):
        if isinstance(annotation, type) and hasattr(annotation, "model_fields"):
            yield annotation
        for each in getattr(annotation, "__args__", ()):
            yield from kinds(each)

    return [kind for field in model.model_fields.values() for kind in kinds(field.annotation)]


@pytest.fixture
def parameters(tmp_path, monkeypatch):
    """Change a copy of the parameter files: returns a function that applies keys to one of them."""
    folder = tmp_path / "parameters"
    shutil.copytree(paths.PARAMETERS, folder)
    monkeypatch.setattr(paths, "PARAMETERS", folder)

    def change(name: str, **keys) -> None:
        path = folder / name
        content = yaml.safe_load(path.read_text(encoding="utf-8"))
        path.write_text(yaml.safe_dump({**content, **keys}, allow_unicode=True), encoding="utf-8")

    return change


def sample(size: int = 400) -> pd.DataFrame:
    rng = np.random.default_rng(11)
    return pd.DataFrame(
        {
            "feels_safe": pd.array(rng.integers(1, 6, size), dtype="Int32"),
            "grade": rng.integers(1, 11, size).astype(float),
            "before": rng.integers(1, 11, size).astype(float),
            "yes": pd.array(rng.random(size) < 0.4, dtype="boolean"),
            "group": pd.Categorical(rng.choice(list("abc"), size), list("abc")),
            "wave": rng.choice([2018, 2020, 2022], size),
            "institution_id": rng.integers(0, 12, size).astype(str),
            "weight": rng.lognormal(0, 0.3, size),
        }
    )


def computed(rows: pd.DataFrame, **given) -> dict[str, object]:
    """Everything in :mod:`helpers.statistics` that has limits."""
    cluster = {"cluster": "institution_id"}
    by_group = statistics.shares(rows, by=["group"], **cluster, **given)
    limits = ["safe_low", "safe_high", "unsafe_low", "unsafe_high", "n_effective"]
    line = statistics.trend(rows, **cluster, **given)
    same = statistics.agreement(rows["group"], rows["weight"], rows["institution_id"], **given)
    beside = {name: by_group.iloc[i][["safe", "n_effective"]] for i, name in enumerate("ab")}
    gap = statistics.difference(*beside.values(), **given)
    r = statistics.correlation(rows["grade"], rows["before"], **given)
    return {
        "z": statistics.z_value(**given),
        "tukey of two": statistics.tukey(2, 9.0, **given),
        "tukey of five": statistics.tukey(5, 30.0, **given),
        "wilson": np.array(statistics.wilson(0.3, 50, **given)),
        "shares": by_group[limits].to_numpy(float),
        "proportion": statistics.proportion(rows, "yes", **cluster, **given)[["low", "high"]].to_numpy(),
        "means": statistics.means(rows, "grade", **cluster, **given)[["low", "high"]].to_numpy(),
        "paired": statistics.paired(rows, "grade", "before", **cluster, **given)[["low", "high"]].to_numpy(float),
        "contrasts": statistics.contrasts(rows, ["group"], **cluster, **given)[["low", "high"]].to_numpy(),
        "trend": np.array([line.low, line.high]),
        "agreement": np.array([same.low, same.high, same.same_low, same.same_high]),
        "difference": np.array([gap.low, gap.high]),
        "correlation": np.array([r.low, r.high]),
    }


def test_confidence_of_the_settings_is_that_of_every_statistic(parameters):
    rows = sample()
    usual, asked = computed(rows), computed(rows, confidence=0.9)
    parameters("settings.yml", confidence=0.9)
    now = computed(rows)
    for name, values in now.items():
        assert np.array_equal(values, asked[name]), name
        assert not np.allclose(values, usual[name], rtol=1e-4), name
    assert statistics.warning() == 1.64
    assert statistics.by_chance() == 0.1
    assert statistics.funnel([0.5] * 40, 0.5, [100] * 40).by_chance == pytest.approx(4)
    limits = constants()["limits"]
    assert [str(each) for each in (limits.confidence, limits.warning, limits.alarm)] == ["90", "90", "99,8"]
    told = "{{ with_interval() }}, {{ limits.warning }}%-grenzen"
    assert template.render(told, {}).text == "met 90%-interval, 90%-grenzen"
    parameters("settings.yml", confidence=0.95)
    assert template.render(told, {}).text == "met 95%-interval, 95%-grenzen"


def test_confidence_of_the_settings_is_that_of_every_model(parameters):
    rng = np.random.default_rng(5)
    rows = sample(1500).assign(institution_id=rng.integers(0, 8, 1500).astype(str))
    parameters("settings.yml", confidence=0.9)
    now, asked, usual = (models.fit(rows, ["group"], confidence=each) for each in (None, 0.9, 0.95))
    for name in ("low", "high", "points_low", "points_high"):
        assert now.terms[name].tolist() == asked.terms[name].tolist() != usual.terms[name].tolist()
    assert now.components.equals(asked.components)
    linear = [models.fit_linear(rows, ["group"], confidence=each).terms["low"].tolist() for each in (None, 0.9, 0.95)]
    assert linear[0] == linear[1] != linear[2]
    found = [models.expected(rows, ["group"], usual, confidence=each) for each in (None, 0.9, 0.95)]
    limits = [name for name in found[0] if name.endswith(("_low", "_high"))]
    assert found[0][limits].equals(found[1][limits])
    assert all(not found[0][name].equals(found[2][name]) for name in limits if not name.startswith("rank"))


def test_confidence_is_told_and_meant_everywhere(ready, parameters, monkeypatch):
    """Of another confidence no report says, or shows, that of before."""
    names = ("benchmarks_students", "contrasts_staff", "maturity")
    usual = {name: tables.read_analysis("small", name) for name in names}
    parameters("settings.yml", confidence=0.9)
    for part in ("students", "staff", "policy"):
        analyse("small", part)
    now = {name: tables.read_analysis("small", name) for name in names}
    for name, (low, high) in {
        "benchmarks_students": ("safe_low", "safe_high"),
        "contrasts_staff": ("low", "high"),
        "maturity": ("low", "high"),
    }.items():
        width, before = (data[high] - data[low] for data in (now[name], usual[name]))
        known = before.notna() & (before > 1e-9)
        assert (width[known] <= before[known] + 1e-12).mean() > 0.9, name
        assert (width < before - 1e-6).any(), name
    for unit in ("sector", "99AA"):
        text = "".join(run_cells(monkeypatch, chapter, "small", unit) for chapter in settings.load_chapters().of(unit))
        assert "90%-interval" in text
        assert not re.search(r"\b95%-", text)
        drawn = (paths.EditionPaths("small").unit(unit) / "figures").glob("fig-*plaats.svg")
        assert not [path.name for path in drawn if "95%" in path.read_text(encoding="utf-8")]
    about = settings.load_edition("small")
    assert _facts(about, metadata(about, "99AA") | {"data": False})["confidence"] == "90"


@pytest.mark.parametrize(("confidence", "told"), [(0.95, "95%"), (0.9, "90%"), (0.975, "97,5%"), (0.998, "99,8%")])
def test_a_confidence_is_told_with_the_decimals_that_it_needs(confidence, told):
    assert dutch.confidence(confidence) == told


@pytest.mark.parametrize("confidence", [0.5, 0.998, 95])
def test_a_confidence_that_cannot_be(parameters, confidence):
    parameters("settings.yml", confidence=confidence)
    with pytest.raises(Problems, match="settings.yml, key confidence"):
        statistics.confidence_level()


def test_what_an_edition_is_called(world, parameters):
    parameters("editions/small.yml", title="Peiling", year=2031, published="mei 2031")
    parameters("institution.yml", title="Schoolrapport")
    meta = metadata(settings.load_edition("small"), "99AA")
    assert (meta["title"], meta["published"]) == ("Peiling 2031", "mei 2031")
    assert meta["subtitle"].startswith("Schoolrapport: ")


def test_the_data_of_the_sector_have_the_licence_of_the_edition(parameters):
    parameters("editions/small.yml", data_licence="CC-BY-4.0")
    licences = [
        annex._package_keys(settings.load_edition("small"), unit, "x", [])["licenses"] for unit in ("sector", "99AA")
    ]
    assert licences[0][0]["name"] == "CC-BY-4.0" and licences[1] is None


def test_the_first_units_are_those_that_are_made(world, parameters):
    every = run.choose_units(settings.load_edition("small"), only=None, everything=False)
    assert every == ["sector", "99AA", "99AB", "99AC"]
    parameters("editions/small.yml", first_units=["99AC"])
    about = settings.load_edition("small")
    assert run.choose_units(about, only=None, everything=False) == ["sector", "99AC"]
    assert run.choose_units(about, only=None, everything=True) == every


def test_deliveries_are_those_of_the_edition_s_world_and_seed(parameters, monkeypatch):
    made = []
    monkeypatch.setattr(synthetic, "is_current", lambda *_: False)
    monkeypatch.setattr(synthetic, "generate", lambda world, seed, folder: made.append((world, seed, folder.name)))
    parameters("editions/small.yml", synthetic={"world": "nation", "seed": 7})
    run._generate(settings.load_edition("small"))
    assert made == [("nation", 7, "small")]


@pytest.mark.parametrize(("rule", "value"), [("minimum_benchmark_institutions", 4), ("colluding_institutions", 3)])
def test_a_comparable_group_has_enough_others(parameters, rule, value):
    about = {"kind": "roc", "size_class": "<5000", "region": "west"}
    register = pd.DataFrame({"institution_id": list("ABCDE"), **about}, dtype=object)
    taking_part = [frozenset("ABCDE")]
    assert published.comparable_groups(register, taking_part)["n_institutions"].tolist() == [5] * 5
    content = yaml.safe_load((paths.PARAMETERS / "disclosure.yml").read_text(encoding="utf-8"))["rules"]
    content[rule]["value"] = value
    parameters("disclosure.yml", rules=content)
    assert published.comparable_groups(register, taking_part)["group"].isna().all()


RULES_OF_ALL = settings.load_settings().disclosure


def test_a_wider_protection_hides_more():
    rows = [("A", "x", 9), ("A", "y", 12), ("A", "z", 60), *(("B", group, 200) for group in "xyz")]
    cells = pd.DataFrame(rows, columns=["institution_id", "category", "n"]).assign(safe=0.7, neutral=0.2, unsafe=0.1)
    hidden = [
        len(plan.protect(cells, {}, RULES_OF_ALL.model_copy(update={"protection_width": width}), "missing"))
        for width in (1, 15)
    ]
    assert hidden[0] < hidden[1]


@pytest.mark.parametrize(("below", "hidden"), [(30, True), (20, False)])
def test_shares_of_everyone_are_hidden_below_the_size_that_is_set(below, hidden):
    rules = RULES_OF_ALL.model_copy(update={"extreme_shares_hidden_below": below})
    data = pd.DataFrame({"label": ["a"], "n": [25], "share": [1.0]})
    released = disclosure.release(data, rules=rules, hide=["share"], shares=["share"]).data
    assert bool(released["share"].isna().iloc[0]) is hidden


@pytest.mark.parametrize(("below", "points", "told"), [(50, 5, 0.42), (100, 5, 0.4), (100, 1, 0.42)])
def test_percentages_are_told_in_the_steps_that_are_set(below, points, told):
    steps = [PercentStep(below=100, points=1), PercentStep(below=below, points=points)]
    rules = RULES_OF_ALL.model_copy(update={"percent_rounding": steps})
    data = pd.DataFrame({"label": ["a"], "n": [60], "share": [0.4184]})
    released = disclosure.release(data, rules=rules, hide=["share"], precision={"share": "nearest"}).data
    assert released["share"].iloc[0] == pytest.approx(told)


LIMITS = {
    "weight_mean_low": ({}, {"weight_mean_low": 1.1}, "weight_sum"),
    "weight_mean_high": ({}, {"weight_mean_high": 0.9}, "weight_sum"),
    "missing_share": ({}, {"missing_share": 1e-6}, "missing_share"),
    "jump_respondents": ({"jump_minimum": 1}, {"jump_respondents": 1.001}, "jump_respondents"),
    "jump_share": ({"jump_minimum": 1}, {"jump_share": 1e-6}, "jump_share"),
    "jump_minimum": ({"jump_share": 1e-6, "jump_minimum": 10**6}, {"jump_minimum": 1}, "jump_share"),
    "likeness_own": ({"likeness_other": 0.55}, {"likeness_own": 0.45}, "other_institution"),
    "likeness_other": ({"likeness_own": 0.45}, {"likeness_other": 0.55}, "other_institution"),
}
"""By limit: limits under which good deliveries pass a rule, what then changes, and the rule that speaks."""


# those of hidden numbers of students: test_told
@pytest.mark.parametrize("key", [key for key in Limits.model_fields if not key.startswith("hidden_")])
def test_a_limit_of_intake_has_its_effect(world, parameters, monkeypatch, key):
    codes = ["99AA", "99AB"]
    likeness = pd.DataFrame([[0.4, 0.6], [0.1, 0.9]], codes, codes)  # 99AA is more like the other than like itself
    monkeypatch.setattr("helpers.ingest.across._likeness", lambda *_: likeness)
    before, change, rule = LIMITS[key]
    usual = yaml.safe_load((paths.PARAMETERS / "intake.yml").read_text(encoding="utf-8"))["limits"]
    assert set(change) == {key}
    for limits, speaks in (({**usual, **before}, False), ({**usual, **before, **change}, True)):
        parameters("intake.yml", limits=limits)
        summary = test_ingest.look("students_2022")
        assert (rule in {problem["rule"] for problem in summary["problems"]}) is speaks, limits


def test_a_rule_of_intake_does_what_is_set(world, parameters):
    """Each rule has a defect that it speaks of (tests/test_ingest.py); what it then does is the file's."""
    assert {case.rule for case in test_ingest.CASES} | test_ingest.ELSEWHERE >= set(RULES)
    rules = yaml.safe_load((paths.PARAMETERS / "intake.yml").read_text(encoding="utf-8"))["rules"]
    limits = yaml.safe_load((paths.PARAMETERS / "intake.yml").read_text(encoding="utf-8"))["limits"]
    for level, verdict in (("off", "accepted"), ("warn", "accepted"), ("refuse", "refused")):
        parameters("intake.yml", rules={**rules, "missing_share": level}, limits={**limits, "missing_share": 1e-6})
        summary = test_ingest.look("students_2022")
        assert summary["verdict"] == verdict
        assert ("missing_share" in {problem["rule"] for problem in summary["problems"]}) is (level != "off")


def test_the_margin_decides_what_is_slight_and_what_is_equal(monkeypatch):
    """Half a point between limits of one: equal by three points, not to be said by half a point."""
    small = (0.005, -0.01, 0.012)
    assert wording.changed(*small) == "nagenoeg gelijk gebleven"
    assert wording.compared(0.02, 0.01, 0.03) == "iets vaker"
    shared = settings.load_settings()
    monkeypatch.setattr(settings, "load_settings", lambda *_: replace(shared, margin=0.005))
    assert wording.changed(*small) == "niet duidelijk veranderd"
    assert wording.compared(0.02, 0.01, 0.03) == "duidelijk vaker"
    assert "0,5 procentpunt" in wording.rule()[0][0]
