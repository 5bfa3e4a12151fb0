"""A second version of an edition is signed only if its difference with the first is about enough institutions."""

from dataclasses import replace

import pandas as pd
import pytest

from helpers import schema, settings, tables
from helpers.analyse import published
from helpers.disclosure import versions
from helpers.errors import MonitorError
from helpers.release import versions as release

LEAST = settings.load_settings().disclosure.least_institutions
CODES = [f"{number}AA" for number in range(10, 30)]
SALT = "0123456789abcdef"


def register(codes=CODES) -> pd.DataFrame:
    half = len(codes) // 2
    kinds = ["roc"] * half + ["aoc"] * (len(codes) - half)
    about = {"kind": kinds, "size_class": "<5000", "region": "west"}
    return pd.DataFrame({"institution_id": codes, **about}, dtype=object)


def staff(codes=CODES, answers: dict[str, int] | None = None) -> pd.DataFrame:
    """Ten respondents of each institution; ``answers``: other answers than 4."""
    rows = pd.DataFrame({"institution_id": [code for code in codes for _ in range(10)]})
    given = [(answers or {}).get(code, 4) for code in rows["institution_id"]]
    gender = ["male", "female"] * (len(rows) // 2)
    unknown = dict.fromkeys(schema.TABLES["staff"], float("nan"))
    known = {"institution_id": rows["institution_id"], "feels_safe": given, "weight": 1.0, "gender": gender}
    return rows.assign(**(unknown | known))


@pytest.fixture
def edition(tmp_path, monkeypatch):
    """An edition of twenty institutions, with staff only; a real one, where signing leaves no trace."""
    monkeypatch.setenv("MIV_SIGNOFF", str(tmp_path / "signoff"))
    monkeypatch.setattr(release, "TITLES", {"staff": "staff"})
    held = {"institutions": register(), "staff": staff()}
    monkeypatch.setattr(tables, "read_table", lambda _, table, **more: held[table])
    about = settings.load_edition("small").model_copy(update={"synthetic": None})
    monkeypatch.setattr(settings, "load_edition", lambda _: about)

    def told(_):
        every = frozenset(held["institutions"]["institution_id"])
        groups = {
            f"kind={kind}": frozenset(part) for kind, part in register()["institution_id"].groupby(register()["kind"])
        }
        figures = {"staff||total|total": ["sector", *groups], "staff||gender|male": ["sector"]}
        return {"sector": every, **groups}, figures

    monkeypatch.setattr(published, "told", told)
    return held


def refused() -> str:
    with pytest.raises(MonitorError) as caught:
        release.release("small", "Jo Vos", signed_before=True)
    return str(caught.value)


def kept() -> int:
    return len(versions.load("small").versions)


def test_the_same_version_is_signed_again_and_kept_once(edition):
    release.release("small", "Jo Vos", signed_before=False)
    edition["staff"] = edition["staff"].sample(frac=1, random_state=1).reset_index(drop=True)
    release.release("small", "Bo Vis", signed_before=True)
    assert kept() == 1
    assert release.warnings("small") == []


@pytest.mark.parametrize("late", [1, LEAST - 1])
def test_a_late_delivery_of_a_few_is_refused_with_what_to_do(edition, late):
    whole = edition["staff"]
    edition["staff"] = whole[~whole["institution_id"].isin(CODES[:late])]
    edition["institutions"] = register()
    release.release("small", "Jo Vos", signed_before=False)
    edition["staff"] = whole
    text = refused()
    assert text.startswith("Version 2 of edition 'small' cannot be signed")
    assert f"staff: 2 figures, by which {late} institution" in text
    assert all(code in text for code in CODES[:late]) and CODES[late] not in text
    assert f"the deliveries of {LEAST} institutions at least" in text
    assert "`without` in parameters/editions/small.yml" in text
    assert release.warnings("small") == [text]
    assert kept() == 1


@pytest.mark.parametrize("corrected", [1, LEAST - 1])
def test_a_correction_of_a_few_is_refused_as_well(edition, corrected):
    release.release("small", "Jo Vos", signed_before=False)
    edition["staff"] = staff(answers=dict.fromkeys(CODES[:corrected], 2))
    assert f"by which {corrected} institution" in refused()


def test_enough_in_every_set_that_is_told_may_be_corrected(edition):
    release.release("small", "Jo Vos", signed_before=False)
    edition["staff"] = staff(answers=dict.fromkeys(CODES[:6], 2))
    release.release("small", "Jo Vos", signed_before=True)
    assert kept() == 2


def test_enough_in_the_sector_is_not_enough_in_a_part_of_it(edition):
    """Six changed: three of each kind, and both kinds are told."""
    release.release("small", "Jo Vos", signed_before=False)
    edition["staff"] = staff(answers=dict.fromkeys(CODES[7:13], 2))
    assert "by which 3 institutions" in refused() or "by which 6 institutions" in refused()


def test_a_correction_of_one_group_of_respondents_is_seen(edition):
    """Only men changed of six, but of one only so that the total stays as it was."""
    release.release("small", "Jo Vos", signed_before=False)
    rows = edition["staff"]
    mine = rows["institution_id"] == CODES[0]
    edition["staff"] = rows.assign(gender=rows["gender"].mask(mine, "male"))
    text = refused()
    assert "staff: 1 figures, by which 1 institution" in text


def test_the_first_version_and_the_second_together_bind_the_third(edition):
    """Six, and back again for five of them: the difference of the first and the third is one."""
    release.release("small", "Jo Vos", signed_before=False)
    edition["staff"] = staff(answers=dict.fromkeys(CODES[:6], 2))
    release.release("small", "Jo Vos", signed_before=True)
    edition["staff"] = staff(answers=dict.fromkeys(CODES[:1], 2))
    assert "Version 3" in refused()


def test_what_was_told_must_be_there(edition):
    release.release("small", "Jo Vos", signed_before=False)
    versions.path_of("small").unlink()
    assert "Put it back from where you keep the deliveries" in refused()
    versions.path_of("small").write_text("{", encoding="utf-8")
    assert "cannot be read" in refused()


def test_a_decision_of_a_person_lets_a_version_through_and_no_other(edition, tmp_path, monkeypatch):
    release.release("small", "Jo Vos", signed_before=False)
    edition["staff"] = staff(answers={CODES[0]: 2})
    rules = settings.load_settings()
    allowed = {"edition": "small", "version": 2, "approved_by": "Bo Vis", "reason": "Een fout in de eerste levering."}
    book = type(rules.rulebook).model_validate({**rules.rulebook.model_dump(), "versions": [allowed]})
    monkeypatch.setattr(settings, "load_settings", lambda: replace(rules, rulebook=book))
    assert release.warnings("small") == []
    release.release("small", "Jo Vos", signed_before=True)
    edition["staff"] = staff(answers={CODES[1]: 2})
    assert "Version 3" in refused()


def test_a_set_that_is_about_too_few_is_never_signed(edition, monkeypatch):
    """Not even as a first version: whoever chose the sets."""
    few = {"sector": frozenset(CODES), "few": frozenset(CODES[:2])}
    monkeypatch.setattr(published, "told", lambda _: (few, {"staff||total|total": ["sector", "few"]}))
    assert "Version 1 of edition 'small' cannot be signed" in refused_first()


def refused_first() -> str:
    with pytest.raises(MonitorError) as caught:
        release.release("small", "Jo Vos", signed_before=False)
    return str(caught.value)


def test_checksums_tell_nothing_without_the_salt_and_follow_each_answer(edition):
    first, again = (versions.prints("small", "staff", salt) for salt in (SALT, "another salt of sixteen"))
    assert not {*first["staff||total|total"].values()} & {*again["staff||total|total"].values()}
    assert set(first["staff||gender|male"]) == set(CODES)
    edition["staff"] = edition["staff"].assign(weight=[2.0, *[1.0] * (10 * len(CODES) - 1)])
    later = versions.prints("small", "staff", SALT)
    changed = {code for code in CODES if later["staff||total|total"][code] != first["staff||total|total"][code]}
    assert changed == {CODES[0]}


def test_every_answer_of_coordinators_and_every_kind_of_incident_is_a_figure(analysed, monkeypatch):
    monkeypatch.setenv("MIV_OUTPUTS", str(analysed / "outputs"))
    answers = versions.prints("small", "coordinators", SALT)
    assert "coordinators||safety_plan|" in answers
    rows = tables.read_table("small", "incidents")
    kinds = versions.prints("small", "incidents", SALT)
    delivered = set(rows.loc[rows["category"] == "threat", "institution_id"])
    assert set(kinds["incidents||threat|"]) == delivered


def test_what_an_edition_tells_is_what_its_benchmarks_show(analysed, monkeypatch):
    monkeypatch.setenv("MIV_OUTPUTS", str(analysed / "outputs"))
    members, told = published.told("small")
    assert members["sector"] == {"99AA", "99AB", "99AC"}
    assert told["students|2022|total|total"] == ["sector"]  # of three institutions no part is told
    assert set(told["staff||gender|male"]) == {"sector"}
