"""Characteristics: declared once, in agreement with the schema, and a new one needs nothing else."""

from __future__ import annotations

import json
import re
import shutil

import pandas as pd
import pytest
import yaml
from cells import annex, run_cells

from helpers import characteristics, codebook, execute, groups, paths, schema, tables
from helpers.analyse import analyse
from helpers.chapters import common
from helpers.errors import MonitorError, Problems
from helpers.report import Report


@pytest.fixture
def change(tmp_path, monkeypatch):
    """Change a copy of the file: returns a function that applies ``edit`` to its content."""
    path = tmp_path / "characteristics.yml"
    path.write_text(paths.CHARACTERISTICS.read_text(encoding="utf-8"), encoding="utf-8")
    monkeypatch.setattr(paths, "CHARACTERISTICS", path)

    def apply(edit) -> None:
        content = yaml.safe_load(path.read_text(encoding="utf-8"))
        edit(content)
        path.write_text(yaml.safe_dump(content, allow_unicode=True, sort_keys=False), encoding="utf-8")

    return apply


def set_in(name: str, /, **keys):
    """An edit of one characteristic; a key that is ``None`` is taken out."""

    def edit(content) -> None:
        one = content["characteristics"].setdefault(name, {})
        one.update({key.rstrip("_"): value for key, value in keys.items()})
        for key in [key for key, value in one.items() if value is None]:
            del one[key]

    return edit


def add(name: str, /, labels=("laag", "hoog"), **keys):
    who = {label: {"who": f"{{people}} met {label}"} for label in labels}
    return set_in(name, **{"of": ["staff"], "subject": "proef", "from": "satisfaction", "categories": who, **keys})


def test_every_code_of_the_schema_has_its_word_in_the_order_of_the_schema():
    known = characteristics.load()
    for one in known:
        if one.derived or len(one.parts) > 1:
            continue
        for table in one.of:
            codes = characteristics.codes_of(schema.TABLES[table][one.name])
            assert [code for code in one.categories if code in codes] == list(codes), one.name
    for table in ("institutions", "students", "staff", "coordinators", "incidents", "fragments"):
        for column, about in schema.TABLES[table].items():
            words = known.words({"bottleneck_code": "factor", "success_code": "factor"}.get(column, column))
            assert set(about.categories) <= set(words), column


def test_labels_of_characteristics_stand_in_one_place_only():
    assert not {one.name for one in characteristics.load()} & set(schema.LABELS)


def test_groupings_of_a_population_in_order():
    known = characteristics.load()
    own = known.of("staff")
    assert own[:4] == ("gender", "age_group", "role", "student_contact")
    assert known.groupings("staff") == (*own, "gender*role", "region", "size_class", "kind")
    assert "grade_mean" not in known.groupings("students")
    assert known.of("students_msv") == () and "lhb" in known.groupings("students_msv")
    assert known.people("students") == known.people("students_msv") == "studenten"


def test_words_of_crossings_of_numbers_and_of_those_who_did_not_answer():
    known = characteristics.load()
    assert known.label("gender*disability", "female*True") == "vrouw, met functiebeperking"
    assert (
        known.who("gender*disability", "female*True", "studenten") == "vrouwelijke studenten met een functiebeperking"
    )
    assert known.who("gender*role", "missing", "medewerkers") == "medewerkers (niet ingevuld)"
    assert known.label("level", "missing") == characteristics.UNKNOWN
    assert known.label("non_western", "") == "per 10 procentpunt meer"
    assert known.in_sentence("grade_work") == "het cijfer voor het werk"
    assert known.in_sentence("level_track") == "niveau en leerweg"


@pytest.mark.parametrize(
    ("by", "told"),
    [
        ("grade_wrok", ["Did you mean 'grade_work'?", "data/characteristics.yml", "  grade_wrok:\n    of: [students]"]),
        ("urban", ["  urban:\n    of: [institutions]", '"True": {label: …, who: "{people} …"}']),
        ("satisfaction", ["  satisfaction_group:\n    of: [staff]", "from: satisfaction\n    bins: […]"]),
        ("gender*age_group", ["crossings:\n  gender*age_group: {of: [students], subject: …}"]),
    ],
)
def test_a_grouping_that_is_not_declared_shows_the_lines_to_add(by, told):
    known = characteristics.load()
    for ask in (known.get, known.subject, known.weight, lambda name: known.label(name, "x")):
        with pytest.raises(MonitorError) as caught:
            ask(by)
        for words in told:
            assert words in str(caught.value)


def test_what_else_is_not_declared():
    known = characteristics.load()
    with pytest.raises(MonitorError, match="gender has no category 'x'; there are male, female, other"):
        known.who("gender", "x", "studenten")
    with pytest.raises(MonitorError, match="no population 'parents'.*students, staff"):
        known.of("parents")


@pytest.mark.parametrize(
    ("edit", "told"),
    [
        (set_in("gender", colour="red"), "key characteristics.gender.colour: found an unknown key"),
        (set_in("gender", subjct="x"), "Did you mean 'subject'?"),
        (set_in("gender", subject=None), "key characteristics.gender.subject: found nothing"),
        (set_in("gender", name="sex"), "key characteristics.gender.name: found an unknown key"),
        (
            set_in("track", categories={"bol": {"who": "{people} x"}}),
            "found of the codes of students: bol; allowed: bol, bbl",
        ),
        (
            set_in("track", categories={"bbl": {"who": "{people} x"}, "bol": {"who": "{people} y"}}),
            "found of the codes of students: bbl, bol; allowed: bol, bbl, in this order",
        ),
        (
            set_in("role", categories={code: {"who": "{people} x"} for code in ("teaching", "support", "board")}),
            "key characteristics.role.categories.board: found a code that the schema does not have",
        ),
        (
            set_in("role", categories={code: {"who": "{people} x", "label": "x"} for code in ("teaching", "support")}),
            "found the label 'x' twice",
        ),
        (set_in("grade_work", bins=[0, 5, 10]), "found 3 limits for 3 categories"),
        (
            set_in("grade_work", bins=[1, 5, 7, 10]),
            "found 1 to 10; allowed: limits around all values of the column, 1 to 10",
        ),
        (set_in("grade_work", bins=[0, 7, 5, 10]), "allowed: limits that rise"),
        (set_in("grade_work", bins=None), "columns of kind integer without bins"),
        (set_in("grade_work", from_="satisfction"), "found column 'satisfction', which staff does not have"),
        (set_in("grade_work", of=["staff", "students"]), "found column 'satisfaction', which students does not have"),
        (set_in("gender", bins=[0, 1, 2, 3]), "bins with times, or of columns that are no numbers"),
        (set_in("gender", weight="30"), "key characteristics.gender.weight: found '30'"),
        (set_in("gender", units="everywhere"), "key characteristics.gender.units: found 'everywhere'"),
        (set_in("region", units="all"), "a characteristic of institutions and of respondents"),
        (set_in("region", of=["institutions", "staff"]), "a characteristic of institutions and of respondents"),
        (add("joy", bins=[0, 5, 10]), "the name 'joy', which is a column already"),
        (add("total", bins=[0, 5, 10]), "the name 'total', which is a column already"),
        (add("proef", bins=[0, 5, 10], times=10), "bins with times"),
        (add("proef", times=10, step="per stap"), "a number by which no figures can be given"),
        (add("proef", bins=[0, 5, 10], labels=("a*b", "c")), "found the code 'a*b'"),
        (set_in("level_track", categories={"1 bol": {"who": "{people} x"}}), "found no category 1 bbl, 2 bol"),
        (
            set_in("track", categories={"bol": {"who": "{mensen} x"}, "bbl": {"who": "{people"}}),
            "found '{mensen} x'; allowed: no braces but {people}",
        ),
        (lambda c: c["crossings"].update({"gender*rol": {"of": ["staff"], "subject": "x y"}}), "Did you mean 'role'?"),
        (
            lambda c: c["crossings"].update({"gender*field": {"of": ["staff"], "subject": "x y"}}),
            "key crossings.gender*field: found field, which staff do not all have",
        ),
        (lambda c: c["crossings"]["gender*role"].update(units="all"), "key crossings.gender*role.units: found 'all'"),
        (lambda c: c["populations"].update(parents="ouders"), "key populations.parents"),
        (lambda c: c.update(colours={}), "key colours: found an unknown key"),
        (set_in("gender", categories=[1]), "key characteristics.gender.categories: found [1]"),
        (
            lambda c: c["characteristics"].update(gender=3),
            "key characteristics.gender: found 3; allowed: keys and values",
        ),
    ],
)
def test_what_is_wrong_is_told_with_key_and_remedy(change, edit, told):
    change(edit)
    with pytest.raises(Problems) as caught:
        characteristics.load()
    assert told in str(caught.value)
    assert "characteristics.yml, " in str(caught.value)


def test_everything_that_is_wrong_is_told_at_once_and_before_anything_runs(change):
    change(set_in("gender", colour="red"))
    change(set_in("grade_work", bins=[0, 5, 10]))
    change(lambda content: content["crossings"].update({"role*nothing": {"of": ["staff"], "subject": "x y"}}))
    with pytest.raises(Problems) as caught:
        execute.check_parameters("small")
    for told in ("gender.colour", "grade_work.bins", "role*nothing"):
        assert told in str(caught.value)


def test_a_key_that_stands_twice_is_told_with_its_line(change):
    text = paths.CHARACTERISTICS.read_text(encoding="utf-8")
    paths.CHARACTERISTICS.write_text(text + "populations: {students: leerlingen}\n", encoding="utf-8")
    line = len(text.splitlines()) + 1
    with pytest.raises(Problems, match=f"line {line}: found the key 'populations' twice"):
        characteristics.load()


def test_an_edit_is_seen_at_the_next_use_and_nothing_is_read_twice(change):
    first = characteristics.load()
    assert characteristics.load() is first
    change(set_in("gender", subject="sekse"))
    assert characteristics.load().subject("gender") == "sekse"


def test_derived_groupings_of_every_value():
    rows = pd.DataFrame(
        {
            "satisfaction": pd.array([1, 5, 6, 7, 8, 10, None], dtype="Int32"),
            "job_search": pd.array([0, 1, 2, 3, 4, 4, None], dtype="Int32"),
            "level": pd.Categorical(["1", "4", "1", None, "2", "3", "4"], list("1234"), ordered=True),
            "track": pd.Categorical(["bol", "bbl", None, "bol", "bol", "bbl", "bol"], ["bol", "bbl"], ordered=True),
        }
    )
    found = groups.add_groups(rows)
    low, middle, high = found["grade_work"].cat.categories
    assert found["grade_work"].astype(object).where(found["grade_work"].notna(), None).tolist() == [
        low, low, middle, middle, high, high, None,
    ]  # fmt: skip
    assert found["search_group"].cat.codes.tolist() == [0, 1, 2, 2, 2, 2, -1]
    assert found["level_track"].astype(object).where(found["level_track"].notna(), None).tolist() == [
        "1 bol", "4 bbl", None, None, "2 bol", "3 bbl", "4 bol",
    ]  # fmt: skip
    assert list(found["level_track"].cat.categories)[3:5] == ["4 bol", "1 bbl"]
    assert found["level_track"].cat.ordered and found["grade_work"].cat.ordered


NEW, PLACE = "work_judged", "reach"


def test_a_new_grouping_is_one_entry_and_one_line(change, ready, monkeypatch, tmp_path):
    """Classes of a column that is there: shares, differences, tests, protection, words, codebook, summary follow."""
    words = dict(
        zip(
            ("1-4", "5-6", "7-8", "9-10"),
            ("een laag cijfer", "een matig cijfer", "een goed cijfer", "een hoog cijfer"),
            strict=True,
        )
    )
    declared = {label: {"who": f"{{people}} die {grade} geven", "label": grade} for label, grade in words.items()}
    change(
        add(NEW, bins=[0, 4, 6, 8, 10], categories=declared, subject="oordeel over het werk", article="het", weight=3)
    )
    places = {"klein": {"who": "{people} van kleine scholen"}, "groot": {"who": "{people} van grote scholen"}}
    change(
        add(PLACE, of=["institutions"], from_="n_students", bins=[0, 1000, 10**6], categories=places, subject="bereik")
    )
    change(lambda c: c["crossings"].update({f"gender*{NEW}": {"of": ["staff"], "subject": "geslacht en oordeel"}}))
    analyse("small", "staff")
    benchmarks = tables.read_analysis("small", "benchmarks_staff")
    sector = benchmarks[benchmarks["scope"] == "sector"]
    for by in (NEW, PLACE, f"gender*{NEW}"):
        assert (sector.loc[sector["by"] == by, "n"] > 0).sum() > 1, by
        pairs = tables.read_analysis("small", "contrasts_staff")
        assert (pairs["by"] == by).any() or by == PLACE, by  # of kinds of institutions there must be three each
        assert by in set(tables.read_analysis("small", "tests_staff")["by"])
    plan = tables.read_analysis("small", "protection_staff")
    assert set(plan.loc[plan["by"] == NEW, "reason"]) == {"primary", "protect"}
    assert not set(plan["by"]) & {PLACE, f"gender*{NEW}"}  # no institution's report has figures by these
    book = codebook.build("small").set_index("column")
    assert book.loc[NEW, "values"].startswith("1-4 = een laag cijfer; 5-6 = een matig cijfer; 7-8")
    assert tuple(book.loc[NEW, ["table", "label", "original"]]) == (
        "staff",
        "Oordeel over het werk",
        "afgeleid van satisfaction",
    )
    assert tuple(book.loc[PLACE, ["table", "label"]]) == ("institutions", "Bereik")
    with_one_line_more(monkeypatch, tmp_path / "notebooks")
    for unit in ("sector", "99AA"):
        text = run_cells(monkeypatch, "2-staff-safety", "small", unit)
        assert "Naar het oordeel over het werk is er bij medewerkers" in text
        folder = paths.EditionPaths("small").unit(unit)
        told = annex(folder, f"tbl-medewerkers-werk-{NEW.replace('_', '-')}")
        assert set(told["label"]) - {characteristics.UNKNOWN} <= set(words.values())
        report = Report(edition="small", unit=unit, wave=2022, chapter="2-staff-safety")
        data = common.figures_for(report, "staff", NEW)
        hidden = set(data.loc[data["protect"].astype("boolean").fillna(False), "category"].astype(str))
        planned = plan[(plan["institution_id"] == unit) & (plan["by"] == NEW) & (plan["reason"] == "protect")]
        assert hidden == set(planned["category"])
        findings = json.loads((folder / "2-staff-safety.findings.json").read_text(encoding="utf-8"))
        [finding] = [each for each in findings if each["id"].endswith(NEW)]
        assert finding["weight"] == 3
        if unit == "sector":
            assert re.search(r"edewerkers die een \w+ cijfer geven|naar het oordeel", finding["short"]), finding


def with_one_line_more(monkeypatch, folder) -> None:
    """The chapter on staff with the new grouping among those that it shows."""
    shutil.copytree(paths.NOTEBOOKS, folder)
    path = folder / "2-staff-safety.ipynb"
    book = json.loads(path.read_text(encoding="utf-8"))
    for cell in book["cells"]:
        source = "".join(cell["source"])
        if source.startswith('kenmerken = {"grade_work"'):
            cell["source"] = [source.replace("kenmerken = {", f'kenmerken = {{"{NEW}": [], ')]
    path.write_text(json.dumps(book), encoding="utf-8")
    monkeypatch.setattr(paths, "NOTEBOOKS", folder)
