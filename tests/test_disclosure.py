"""What may be shown: rules with reasons, checks, protection at least cost, rounding, and failing closed."""

import itertools

import numpy as np
import pandas as pd
import pytest
import yaml

from helpers import disclosure, paths, settings
from helpers.disclosure import Disclosure, checks, plan, suppress
from helpers.disclosure.checks import Evidence, Outcome, Status
from helpers.errors import MonitorError, Problems
from helpers.publish import Cells

RULES = Disclosure(
    minimum_respondents=10,
    minimum_benchmark_institutions=3,
    colluding_institutions=2,
    fitting_choices=10,
    benchmark_rounding=10,
    protection_width=5,
    extreme_shares_hidden_below=30,
)
BOOK = settings.load_settings().rulebook
SHOWN, HIDDEN = "", "hidden"


SHARE = {"share": "nearest"}


def release(counts, values=None, **options):
    data = pd.DataFrame({"label": range(len(counts)), "n": counts, "share": values or [0.5] * len(counts)})
    return disclosure.release(data, rules=RULES, hide=["share"], **options)


def marks(counts, **options):
    return ["hidden" if mark else "" for mark in release(counts, **options).data[disclosure.REASON]]


def test_a_cell_of_nine_is_hidden_and_of_ten_is_shown():
    released = release([9, 10]).data
    assert list(released["share"].isna()) == [True, False]
    assert list(released["n"].isna()) == [True, False]


def test_a_missing_count_is_hidden():
    assert marks([np.nan, 50]) == [HIDDEN, SHOWN]


def test_one_hidden_group_takes_the_smallest_shown_group_with_it():
    assert marks([5, 200, 40], partition=[]) == [HIDDEN, SHOWN, HIDDEN]


def test_two_hidden_groups_that_are_together_too_small_take_a_third():
    assert marks([3, 4, 50, 90], partition=[]) == [HIDDEN, HIDDEN, HIDDEN, SHOWN]


def test_two_hidden_groups_that_are_together_large_enough_protect_each_other():
    assert marks([6, 7, 50], partition=[]) == [HIDDEN, HIDDEN, SHOWN]


def test_an_empty_group_needs_no_protection_and_gives_none():
    assert marks([0, 60, 50], partition=[]) == [HIDDEN, SHOWN, SHOWN]
    assert marks([0, 5, 60, 50], partition=[])[3] == HIDDEN


def test_which_of_two_hidden_groups_is_the_small_one_is_not_told():
    released = release([5, 200, 40], partition=[]).data
    assert set(released[disclosure.REASON]) == {"", disclosure.HIDDEN}


def test_groups_hidden_together_do_not_all_answer_alike():
    counts, shares = [5, 40, 45, 200], [1.0, 1.0, 0.9, 0.8]
    assert marks(counts, values=shares, partition=[])[2] == SHOWN
    assert marks(counts, values=shares, partition=[], shares=["share"]) == [HIDDEN, SHOWN, HIDDEN, SHOWN]


def test_each_partition_is_protected_by_itself():
    data = pd.DataFrame({"scope": ["a", "a", "b", "b"], "n": [5, 80, 60, 70], "share": 0.5})
    released = disclosure.release(data, rules=RULES, hide=["share"], partition=["scope"])
    assert list(released.data[disclosure.REASON] != "") == [True, True, False, False]


@pytest.mark.parametrize("share", [0.0, 1.0])
def test_shares_of_nobody_and_everybody_are_hidden_in_small_groups(share):
    assert list(release([29, 30], [share, share], shares=["share"]).data["share"].isna()) == [True, False]


def test_a_hidden_group_cannot_be_computed_from_the_total_and_the_others():
    rng = np.random.default_rng(7)
    for _ in range(200):
        counts = rng.integers(0, 40, rng.integers(2, 7)).astype(float)
        hidden = np.array(marks(list(counts), partition=[])) == HIDDEN
        populated = hidden & (counts > 0)
        if populated.any() and (~hidden).any():
            assert populated.sum() >= 2
            assert counts[populated].sum() >= RULES.minimum_respondents


def test_nothing_is_released_unchecked():
    with pytest.raises(KeyError, match="weg"):
        disclosure.release(pd.DataFrame({"n": [20]}), rules=RULES, hide=["weg"])


def test_only_declared_columns_leave():
    data = pd.DataFrame({"label": ["a"], "n": [50], "share": [0.5], "secret": ["x"]})
    released = Cells(data, keys=["label"], hide=["share"], kind="share", shares=["share"], precision=SHARE).release(
        BOOK
    )
    assert list(released.data.columns) == ["label", "n", "share", disclosure.REASON, disclosure.DECIMALS]


def test_what_was_hidden_is_counted():
    assert release([5, 200, 40], partition=[]).hidden == {disclosure.TOO_FEW: 1, disclosure.PROTECTS: 1}


def cells(rows, **options):
    data = pd.DataFrame(rows, columns=["label", "n", "share", "mark"])
    return (
        Cells(data, keys=["label"], hide=["share"], kind="share", shares=["share"], precision=SHARE, **options)
        .release(BOOK)
        .data
    )


def test_counts_over_several_institutions_are_told_in_multiples_after_they_were_checked():
    data = cells(
        [("a", 9, 0.5, True), ("b", 14, 0.5, True), ("c", 29, 0.5, True), ("d", 14, 0.5, False)], rounded="mark"
    )
    assert data["n"].isna().tolist() == [True, False, False, False]  # nine is nine, not twenty
    assert data["n"].tolist()[1:] == [20, 20, 14]


def test_how_many_left_a_question_blank_is_no_secret_but_their_share_is():
    data = cells([("unknown", 7, 0.5, True), ("b", 50, 0.5, False)], told="mark")
    assert data["n"].tolist() == [7, 50]
    assert data["share"].isna().tolist() == [True, False]


@pytest.mark.parametrize("share", [0.0, 0.5, 1.0])
def test_figures_of_few_whose_number_is_told_are_hidden_whatever_they_are(share):
    """Hidden at 0 and 100 percent only, the mark beside their number would say that all answered alike."""
    data = cells([("unknown", 14, share, True), ("b", 50, 0.5, False)], told="mark")
    assert data["n"].tolist() == [14, 50]
    assert data["share"].isna().tolist() == [True, False]


def test_a_count_that_says_which_row_it_is_can_be_checked_without_being_told():
    data = cells([("a", 9, 0.5, True), ("b", 50, 0.5, True)], show_count=False)
    assert "n" not in data
    assert data["share"].isna().tolist() == [True, False]


# rules


@pytest.fixture
def rulebook(tmp_path, monkeypatch):
    """A copy of the parameters, and a function that changes the rules and reads them again."""
    for name in ("settings.yml", "disclosure.yml"):
        (tmp_path / name).write_text((paths.PARAMETERS / name).read_text(encoding="utf-8"), encoding="utf-8")
    path = tmp_path / "disclosure.yml"

    def read(change):
        content = yaml.safe_load(path.read_text(encoding="utf-8"))
        change(content)
        path.write_text(yaml.safe_dump(content), encoding="utf-8")
        return settings.load_settings(tmp_path)

    return read


REASON = "A reason that is long enough."


def test_a_source_may_be_stricter(rulebook):
    def stricter(content):
        content["sources"]["staff"] = {"minimum_respondents": {"value": 20, "reason": REASON}}

    read = rulebook(stricter)
    assert (read.disclosure.minimum_respondents, read.disclosure_for("staff").minimum_respondents) == (10, 20)
    assert read.disclosure_for("students").minimum_respondents == 10


@pytest.mark.parametrize(
    ("rule", "value"),
    [
        ("minimum_respondents", 5),
        ("benchmark_rounding", 10),
        ("extreme_shares_hidden_below", 0),
        ("dominance_one", 0.9),
        ("percent_rounding", []),
        ("percent_rounding", [{"below": 50, "points": 1}]),
    ],
)
def test_a_source_may_not_be_looser_unless_someone_approved_it(rulebook, rule, value):
    def looser(content):
        content["sources"]["staff"] = {rule: {"value": value, "reason": REASON}}

    with pytest.raises(Problems, match=f"sources.staff.{rule} is looser than the general rule.*`approved_by`"):
        rulebook(looser)

    def approved(content):
        content["sources"]["staff"][rule]["approved_by"] = "Privacy officer"

    read = rulebook(approved)
    assert getattr(read.disclosure_for("staff"), rule) is not None
    assert next(one for one in read.rulebook.exceptions() if one["source"] == "staff")["looser"] is True


def test_a_rule_without_a_reason_is_refused(rulebook):
    with pytest.raises(Problems, match=r"rules.minimum_respondents.reason: found nothing"):
        rulebook(lambda content: content["rules"]["minimum_respondents"].pop("reason"))


def test_a_source_that_does_not_exist_is_refused(rulebook):
    def unknown(content):
        content["sources"]["teachers"] = {}

    with pytest.raises(Problems, match="unknown sources teachers; allowed: .*staff"):
        rulebook(unknown)


# checks


def evidence(counts, **columns):
    return Evidence(pd.DataFrame({"n": counts, **columns}), np.asarray(counts, dtype=float), tuple(columns))


def test_the_worst_status_of_a_row_wins():
    def says(status, reason):
        return Outcome(reason, np.array(status), reason)

    given = [says([0, 1, 0], "look"), says([0, 2, 1], "stop"), says([0, 0, 2], "last")]
    status, reason = checks.verdict(given, 3)
    assert status.tolist() == [Status.PASS, Status.FAIL, Status.FAIL]
    assert reason.tolist() == ["", "stop", "last"]


def broken(evidence, rules):
    raise RuntimeError("no idea")


@pytest.mark.parametrize(
    "check",
    [
        broken,
        lambda evidence, rules: "pass",
        lambda evidence, rules: Outcome("short", np.array([0]), ""),
        lambda evidence, rules: Outcome("other", np.array([0, 7]), ""),
        lambda evidence, rules: Outcome("less", np.array([0, -1]), ""),
    ],
)
def test_a_check_that_cannot_tell_stops_everything(check):
    status, reason = checks.verdict(checks.run(evidence([50, 60]), RULES, [check]), 2)
    assert status.tolist() == [Status.FAIL, Status.FAIL]
    assert set(reason) == {checks.UNKNOWN}


def test_without_checks_nothing_passes():
    assert checks.verdict([], 2)[0].tolist() == [Status.FAIL, Status.FAIL]


def test_nobody_neutral_in_a_small_group_is_hidden_too():
    data = pd.DataFrame({"n": [20, 20], "safe": [0.8, 0.8], "neutral": [0.0, 0.1], "unsafe": [0.2, 0.1]})
    released = disclosure.release(data, rules=RULES, hide=["safe"], shares=("safe", "neutral", "unsafe"))
    assert released.data["safe"].isna().tolist() == [True, False]
    assert released.hidden == {disclosure.EXTREME: 1}


@pytest.mark.parametrize(
    ("largest", "two", "hidden"),
    [(0.4, 0.7, False), (0.51, 0.7, True), (0.4, 0.76, True), (float("nan"), 0.5, True)],
)
def test_an_amount_that_is_mostly_one_or_two_institutions_is_hidden(largest, two, hidden):
    rules = RULES.model_copy(update={"dominance_one": 0.5, "dominance_two": 0.75})
    data = pd.DataFrame({"n": [5000], "amount": [80], "largest": [largest], "two": [two]})
    released = disclosure.release(data, rules=rules, hide=["amount"], largest="largest", two="two")
    assert bool(released.data["amount"].isna()[0]) is hidden


def test_a_ground_that_the_rules_do_not_know_stops_the_chapter():
    cells_ = Cells(
        pd.DataFrame({"label": ["a"], "x": [1]}),
        keys=["label"],
        hide=["x"],
        kind="share",
        open="because",
        precision={"x": "count"},
    )
    with pytest.raises(MonitorError, match="ground 'because'.*it knows: model"):
        cells_.release(BOOK)


# rounding


def test_percentages_on_few_respondents_are_told_in_whole_points_and_intervals_grow():
    rules = RULES.model_copy(update={"percent_rounding": BOOK.resolve().percent_rounding})
    data = pd.DataFrame({"n": [99, 100], "safe": 0.5554, "low": 0.4554, "high": 0.6554})
    told = {"safe": "nearest", "low": "down", "high": "up"}
    released = disclosure.release(data, rules=rules, hide=[*told], precision=told).data
    assert released.loc[0, [*told]].tolist() == pytest.approx([0.56, 0.45, 0.66])
    assert released.loc[1, [*told]].tolist() == pytest.approx([0.555, 0.455, 0.655])


# complementary suppression


def system(counts, hidden, sums, cost=None, width=5, minimum=10):
    counts = np.asarray(counts, dtype=float)
    hidden = np.isin(np.arange(len(counts)), hidden)
    return suppress.System(
        counts=counts,
        low=np.ones(len(counts)),
        high=np.full(len(counts), np.inf),
        hidden=hidden,
        protected=hidden & (counts < minimum),
        cost=np.asarray(cost, dtype=float) if cost is not None else suppress.unit_cost(counts),
        width=width,
        sums=[suppress.Sum(tuple(cells)) for cells in sums],
    )


CROSSED = [(0, 1, 2), (3, 4, 5), (6, 7, 8), (0, 3, 6), (1, 4, 7), (2, 5, 8)]


def test_a_crossing_with_margins_needs_three_more_cells():
    one = system([3, 20, 30, 40, 50, 60, 70, 80, 90], [0], CROSSED)
    chosen = suppress.complement(one)
    assert chosen.sum() == 4
    assert chosen[[0, 1, 3, 4]].all()  # the smallest rectangle
    assert (suppress.widths(one, chosen) >= 5).all()


def brute(one):
    """Least cost over all choices."""
    best = np.inf
    for choice in itertools.product([False, True], repeat=len(one.counts)):
        hidden = np.array(choice) | one.hidden
        if (suppress.widths(one, hidden) >= one.width - 1e-6).all():
            best = min(best, one.cost[hidden].sum())
    return best


def test_no_choice_of_cells_costs_less():
    rng = np.random.default_rng(3)
    for _ in range(6):
        one = system(rng.integers(11, 60, 9), [int(rng.integers(9))], CROSSED, cost=rng.uniform(1, 2, 9))
        one.counts[one.hidden] = rng.integers(1, 10)
        one.protected[:] = one.hidden
        chosen = suppress.complement(one)
        assert one.cost[chosen].sum() == pytest.approx(brute(one), abs=1e-3)


def test_protection_that_cannot_be_had_is_said():
    one = system([3, 50], [0], [(0,), (1,)])
    with pytest.raises(suppress.Unprotectable):
        suppress.complement(one)


def table(rows):
    data = pd.DataFrame(rows, columns=["institution_id", "category", "n"])
    return data.assign(safe=0.7, neutral=0.2, unsafe=0.1)


def chosen(found):
    return {(row.institution_id, row.category): row.reason for row in found.itertuples()}


def test_the_plan_hides_how_many_left_a_question_blank_rather_than_a_group():
    rows = [("A", "man", 50), ("A", "other", 5), ("A", "missing", 30), ("B", "man", 40), ("B", "other", 30)]
    found = chosen(plan.protect(table(rows), {}, RULES, "missing"))
    assert found == {("A", "other"): "primary", ("A", "missing"): "protect"}


def test_the_plan_sees_that_the_sector_less_all_others_tells():
    """Institution A hides two groups, but the sector's rounded counts less all others would bound the small one."""
    rules = RULES.model_copy(update={"benchmark_rounding": 2})
    rows = [("A", "x", 4), ("A", "y", 30), ("A", "z", 60)]
    rows += [(unit, group, 100) for unit in "BCD" for group in "xyz"]
    found = chosen(plan.protect(table(rows), {}, rules, "missing"))
    assert found["A", "x"] == "primary"
    others = {key for key in found if key[0] != "A"}
    assert len(others) >= 2  # someone else must hide the same groups


def test_an_institution_whose_total_is_too_small_shows_nothing():
    rules = RULES.model_copy(update={"benchmark_rounding": 40})
    rows = [("A", "x", 4), ("A", "y", 5), ("B", "x", 50), ("B", "y", 50)]
    assert set(chosen(plan.protect(table(rows), {}, rules, "missing"))) == {("A", "x"), ("A", "y")}
