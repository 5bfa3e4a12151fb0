"""What is told, how precisely, and after which checks: kinds of number, kinds of statistic, institutions as bins."""

from __future__ import annotations

import re

import numpy as np
import pandas as pd
import pytest
from lxml import etree

from helpers import disclosure, dutch, figures, settings, statistics
from helpers.chapters import common
from helpers.disclosure import kinds, rounding
from helpers.disclosure.bins import MOST, bins
from helpers.errors import MonitorError
from helpers.publish import Cells, Field, bare_percent

BOOK = settings.load_settings().rulebook
RULES = BOOK.resolve()
SVG = {"svg": "http://www.w3.org/2000/svg"}


def released(data, **more):
    return (
        Cells(data, keys=["label"], **{"hide": ["safe"], "kind": "share", "shares": ["safe"], **more})
        .release(BOOK)
        .data
    )


# kinds of number


@pytest.mark.parametrize(
    ("kind", "value", "fine", "coarse"),
    [
        (rounding.NEAREST, 0.55555, 0.556, 0.56),
        (rounding.DOWN, 0.55555, 0.556, 0.55),
        (rounding.UP, 0.55155, 0.552, 0.56),
        (rounding.EFFECT, 0.4567, 0.46, 0.5),
        (rounding.P, 0.04567, 0.046, 0.05),
        (rounding.P, 0.4567, 0.457, 0.5),
        (rounding.P, 0.00004, 0.0, 0.0),
        (rounding.RATIO, 1.2345, 1.23, 1.2),
        (rounding.VARIANCE, 0.02345, 0.023, 0.02),
        (rounding.COUNT, 12.4, 12, 12),
        (rounding.WHOLE, 0.5555, 0.56, 0.6),
    ],
)
def test_every_kind_of_number_has_its_step_and_a_coarser_one_on_few(kind, value, fine, coarse):
    data = pd.DataFrame({"x": [value, value]})
    told = rounding.told(data, [500, 50], {"x": kind}, RULES)
    assert told["x"].tolist() == pytest.approx([fine, coarse])
    assert told[disclosure.DECIMALS].tolist() == [1, 0]


def test_a_number_of_unknown_precision_does_not_leave():
    data = pd.DataFrame({"label": ["a"], "n": [500], "score": [0.123456]})
    with pytest.raises(KeyError, match=r"how precisely may these be told: score\?.*allowed: nearest, down"):
        released(data, hide=["score"])
    with pytest.raises(KeyError, match="score"):
        released(data, hide=["score"], precision={"score": "exact"})
    with pytest.raises(KeyError, match="score"):
        released(data.assign(score=[pd.NA]).astype({"score": object}).assign(score=[1]), hide=["score"])


@pytest.mark.parametrize("ground", sorted(BOOK.open))
def test_no_ground_leaves_more_than_is_told(ground):
    kind = next(name for name, each in kinds.STATISTICS.items() if ground in each.grounds)
    data = pd.DataFrame({"label": ["a"], "safe": [0.123456789], "h": [0.123456789], "p": [0.123456789]})
    told = Cells(data, keys=["label"], hide=["safe", "h", "p"], kind=kind, open=ground).release(BOOK).data
    assert told[["safe", "h", "p"]].iloc[0].tolist() == pytest.approx([0.123, 0.12, 0.123])


def test_a_whole_percentage_is_written_as_it_is_told():
    data = pd.DataFrame({"label": ["many", "few"], "n": [500, 50], "safe": [0.81, 0.81]})
    shown = released(data)
    field = Field("Veilig (%)", "safe", bare_percent)
    assert [field.cell(row) for _, row in shown.iterrows()] == ["81,0", "81"]
    assert (dutch.p_value(0.05, 0), dutch.p_value(0.05), dutch.effect(0.5, 0)) == ("0,05", "0,050", "0,5")


# kinds of statistic


def test_an_unknown_kind_of_statistic_is_refused():
    data = pd.DataFrame({"label": ["a"], "n": [500], "safe": [0.5]})
    with pytest.raises(MonitorError, match="'median' is no kind of statistic.*frequency, share"):
        released(data, kind="median")


@pytest.mark.parametrize("kind", sorted(kinds.STATISTICS))
def test_a_kind_leaves_on_its_own_grounds_only(kind):
    data = pd.DataFrame({"label": ["a"], "n": [500], "safe": [0.5]})
    for ground in BOOK.open:
        if ground in kinds.STATISTICS[kind].grounds:
            released(data, kind=kind, open=ground)
        else:
            with pytest.raises(MonitorError, match=f"{kind} cannot leave on the ground '{ground}'"):
                released(data, kind=kind, open=ground)
    if not kinds.STATISTICS[kind].checks:
        with pytest.raises(MonitorError, match=f"A {kind} leaves only after a ground"):
            released(data, kind=kind)


def test_checks_that_a_kind_must_have_cannot_be_left_out():
    with pytest.raises(MonitorError, match="A share leaves only after extreme"):
        kinds.check("share", {"minimum": "PASS"}, None)


# institutions as bins


@pytest.mark.parametrize("seed", range(60))
def test_every_bin_has_enough_institutions_and_together_they_have_all(seed):
    chance = np.random.default_rng(seed)
    least = int(chance.integers(3, 7))
    middle, spread = chance.uniform(0, 1), chance.choice([0, 0.001, 0.02, 0.3])
    values = np.clip(chance.normal(middle, spread, chance.integers(0, 80)), 0, 1)
    found = bins(values, least)
    assert len(found) != 1
    assert len(found) <= MOST or len(set(np.round(values, 2))) > MOST
    if len(found):
        assert (found["institutions"] >= least).all()
        assert found["institutions"].sum() == len(values)
        assert np.isnan(found["low"].iloc[0])
        assert np.isnan(found["high"].iloc[-1])
        assert found["high"].iloc[:-1].tolist() == found["low"].iloc[1:].tolist()
        edges = found["low"].iloc[1:]
        assert np.allclose(edges * 100, np.round(edges * 100))


def test_bins_of_too_few_institutions_are_not_there():
    assert bins([0.7, 0.8, 0.9, 0.95, 0.99], 3).empty
    assert bins([], 3).empty
    assert bins([float("nan")] * 12, 3).empty
    assert len(bins([0.7, 0.7, 0.7, 0.9, 0.9, 0.9], 3)) == 2


# drawings


def markers(svg: bytes) -> list[tuple[float, float]]:
    """Places of markers of a drawing."""
    root = etree.fromstring(svg)
    return [(float(each.get("x")), float(each.get("y"))) for each in root.iterfind(".//svg:use", SVG) if each.get("x")]


def test_a_drawing_holds_no_more_than_the_table_beside_it():
    """Two worlds that are told alike are drawn alike, to the byte."""
    worlds = []
    for nudge in (0.0001, 0.0004):
        data = pd.DataFrame({"label": ["a", "b"], "scope": "alle instellingen", "n": [500, 60]})
        data = data.assign(n_effective=[480.2, 55.1])
        shares = {"safe": [0.8, 0.7], "neutral": [0.15, 0.2], "unsafe": [0.05, 0.1]}
        limits = {f"{name}_{end}": [0.05, 0.15] for name in ("safe", "unsafe") for end in ("low", "high")}
        data = data.assign(**shares, **limits)
        numbers = [*shares, *limits]
        data[numbers] = data[numbers] + nudge
        told = common.cells(data.assign(protect=pd.NA, source="students")).release(BOOK).data
        worlds.append(figures.render(figures.Dots(), told, width=figures.WIDTH, height=2, salt="x")[0])
    assert worlds[0] == worlds[1]
    assert len(markers(worlds[0])) > 0


# what a chapter makes of it


def test_expected_is_told_beside_the_share_that_is_told_everywhere(cell):
    one = cell("99AA")
    expected, stand = one.report.expected("staff"), one.report.shares("staff")
    if expected.there:
        assert str(expected.observed) == str(stand.own.safe)
        assert expected.data["n"].iloc[0] == stand.data["n"].iloc[0]
    assert not {"rank", "n_model"} & set(expected.data.columns)


def test_the_five_answers_of_few_are_hidden_together(cell):
    report = cell("99AA").report
    data = common.figures_for(report, "students", "total").assign(label="x")
    few = data.assign(n=RULES.extreme_shares_hidden_below - 1)
    told = common.cells(few, ["scope", "label"], answers=True).release(BOOK).data
    assert told.loc[told["scope"] == common.OWN, list(common.POINTS)].isna().all(axis=None)
    assert common.cells(few, ["scope", "label"]).release(BOOK).data["safe"].notna().all()


def test_what_is_told_together_is_not_told_apart_in_an_institutions_report(cell):
    for by in ("level", "track"):
        with pytest.raises(MonitorError, match=f"by '{by}'"):
            cell("99AA").report.groups("students", by)
    assert cell("sector").report.groups("students", "level").enough


def test_a_test_counts_only_groups_that_may_be_shown(cell):
    """A hidden group's share would follow from a p-value over all of them."""
    report = cell("99AB").report
    rows = common.own_rows(report, "students")
    some = list(rows["age_group"].dropna().unique())[:2]
    among = common.rows_among(rows, "age_group", some)
    assert set(among["age_group"].dropna().astype(str)) == set(map(str, some))
    shown = pd.DataFrame({"category": some, "n": [rows["age_group"].eq(each).sum() for each in some]})
    pairs = common.own_contrasts(report, "students", "age_group", shown)
    assert set(pairs["a"]) | set(pairs["b"]) <= set(map(str, some))
    assert statistics.omnibus(among, ["age_group"]) >= 0


def test_no_words_say_which_reason_holds():
    """Too few, or all or nobody: the sentences on what is hidden tell neither."""
    for path in (settings.paths.REPORT_PARTS / "sentences").glob("*.md"):
        text = path.read_text(encoding="utf-8")
        assert not re.search(r"te weinig (respondenten|antwoorden) om (dit|haar|.*vergelijken)", text), path.name


def test_how_many_left_a_question_blank_is_told_only_beside_a_told_total():
    """Beside a hidden total it would say that there are enough, and so that all answered alike."""
    rows = {"scope": common.OWN, "label": ["a", "b", "niet ingevuld"], "n": [9, 5, 1], "source": "staff"}
    shares = {"safe": [0.8, 0.6, 1.0], "neutral": [0.2, 0.4, 0.0], "protect": pd.NA}
    limits = dict.fromkeys((f"{name}_{end}" for name in ("safe", "unsafe") for end in ("low", "high")), 0.5)
    data = pd.DataFrame({**rows, **shares, **limits, "n_effective": 5.0})
    for unsafe, told in (([0.0, 0.0, 0.0], False), ([0.1, 0.0, 0.0], True)):
        shown = common.cells(data.assign(unsafe=unsafe)).release(BOOK).data.set_index("label")
        assert shown["n"].notna()["niet ingevuld"] == told


# what is told must not say more than it says


def test_the_step_of_a_row_over_institutions_follows_what_is_told_of_its_number():
    """96 and 104 are both told as 100: the decimals of the share must not say which it is."""
    data = pd.DataFrame({"label": ["a", "b", "c"], "n": [96, 104, 131], "safe": [0.5555] * 3, "over": [True] * 3})
    shown = released(data, rounded="over")
    assert shown["n"].tolist() == [100, 100, 140]
    assert shown["safe"].tolist() == pytest.approx([0.56, 0.56, 0.556])


def test_equal_rows_are_not_in_the_order_of_their_exact_shares():
    data = pd.DataFrame({"label": ["a", "b", "c"], "n": [500] * 3, "safe": [0.55512, 0.55534, 0.6]})
    assert released(data, ranked="safe")["label"].tolist() == ["c", "a", "b"]


def test_a_check_that_had_nothing_to_look_at_was_not_done():
    data = pd.DataFrame({"label": ["a"], "n": [12], "safe": [1.0]})
    with pytest.raises(MonitorError, match="A share leaves only after extreme"):
        released(data, shares=[])
    with pytest.raises(MonitorError, match="A frequency leaves only after dominance"):
        released(data, kind="frequency")


@pytest.mark.parametrize("source", ["students_msv", "staff_msv"])
def test_where_every_question_has_the_same_number_a_hidden_row_is_about_few(source):
    """Beside rows that tell the number, a share hidden because nobody did it would say so."""
    rules = BOOK.resolve(source)
    assert rules.minimum_respondents >= rules.extreme_shares_hidden_below
