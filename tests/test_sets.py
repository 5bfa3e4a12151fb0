"""No combination of published sets of institutions is about too few; no sum of public numbers names whose it is."""

import random
from itertools import combinations, product

import numpy as np
import pandas as pd
import pytest

from helpers import settings
from helpers.analyse import policy, published
from helpers.characteristics import TOTAL
from helpers.disclosure import exact, sets

LEAST = settings.load_settings().disclosure.least_institutions
WORDS = {"west": "W", "oost": "O", "noord": "N", "zuid": "Z"}


def codes(*numbers: int) -> list[frozenset[str]]:
    """Sets without an institution in common, of so many institutions each."""
    start, found = 0, []
    for number in numbers:
        found.append(frozenset(f"I{each:02d}" for each in range(start, start + number)))
        start += number
    return found


def families(seed: int, times: int, most: int = 9):
    """Random families, in which some institutions delivered anew for an earlier version."""
    source = random.Random(seed)
    for _ in range(times):
        places = [chr(65 + each) for each in range(source.randint(1, most))]
        columns = [*places, *((place, "1") for place in places if source.random() < 0.3)]
        chosen = [frozenset(each for each in columns if source.random() < 0.6) for _ in range(source.randint(1, 5))]
        if any(chosen):
            yield [each for each in chosen if each]


def blocks(seed: int, times: int):
    """Random families of sets that institutions are in by so many at once."""
    source = random.Random(seed)
    for _ in range(times):
        parts = codes(*(source.randint(2, 8) for _ in range(source.randint(2, 6))))
        chosen = [[part for part in parts if source.random() < 0.5] for _ in range(source.randint(2, 5))]
        yield [frozenset().union(*each) for each in chosen if each]


def by_rank(family, least):
    """The same by brute force: what the sets say of all others has a smaller rank."""
    columns = sorted({column for each in family for column in each}, key=str)
    matrix = np.array([[column in each for column in columns] for each in family], dtype=float)
    whole = np.linalg.matrix_rank(matrix)
    for number in range(1, least):
        for some in combinations(sorted({sets.owner(column) for column in columns}), number):
            outside = [place for place, column in enumerate(columns) if sets.owner(column) not in some]
            if (np.linalg.matrix_rank(matrix[:, outside]) if outside else 0) < whole:
                return number
    return None


@pytest.mark.parametrize("least", [2, 3, 5])
def test_what_is_isolated_is_what_brute_force_finds(least):
    answers = []
    for family in families(least, 400):
        found = sets.isolated(family, least)
        assert (None if found is None else len(found)) == by_rank(family, least), family
        answers.append(found is None)
    assert 20 < sum(answers) < len(answers) - 20 or least == 5


def test_no_signed_combination_of_a_safe_family_is_about_too_few_whoever_puts_figures_together():
    """Also not after any two institutions have taken away their own."""
    rules, safe = settings.load_settings().disclosure, 0
    for family in blocks(9, 200):
        if not family or sets.isolated(family, LEAST) is not None:
            continue
        safe += 1
        columns = sorted({column for each in family for column in each}, key=str)
        matrix = np.array([[column in each for column in columns] for each in family], dtype=int)
        for signs in product((-1, 0, 1), repeat=len(family)):
            left = np.array(signs) @ matrix
            about = {sets.owner(column) for column, value in zip(columns, left, strict=True) if value}
            for knowing in combinations(sorted(about), rules.colluding_institutions):
                assert len(about - {*knowing}) >= rules.minimum_benchmark_institutions
    assert safe > 10


def test_the_order_of_sets_and_institutions_does_not_matter():
    for family in families(3, 100):
        turned = [frozenset(sorted(each, key=str, reverse=True)) for each in reversed(family)]
        assert sets.isolated(family, LEAST) == sets.isolated(turned, LEAST)


def test_all_of_a_kind_less_a_comparable_group_that_lacks_one_is_that_one():
    (group, last), (large,) = codes(11, 1), codes(40)
    kind = group | last
    assert sets.isolated([kind | large, kind], LEAST) is None
    assert sets.isolated([kind, group], LEAST) == last
    assert sets.choose([kind, group, kind], LEAST) == [True, False, True]


def test_two_boards_that_take_away_their_own_leave_no_pair():
    middle, others = codes(17, 4)
    assert sets.isolated([middle | others, middle], LEAST) == others
    assert sets.isolated([middle | others, middle], LEAST - 1) is None


def test_a_multiple_of_sets_is_found_too():
    """Two pairs of three sets, less all of them, is the middle: no difference of two of these is."""
    first, middle, last = codes(8, 1, 8)
    assert sets.isolated([first | middle, middle | last, first | middle | last], LEAST) == middle


def test_who_delivered_anew_is_in_the_difference_of_two_versions():
    (sector,) = codes(12)
    late = frozenset(sorted(sector)[:4])
    assert sets.isolated([sector, sector - late], LEAST) == late
    corrected = {place: (place, "before") for place in sorted(sector)[:5]}
    before = frozenset(corrected.get(place, place) for place in sector)
    assert sets.isolated([sector, before], LEAST) is None
    assert sets.isolated([sector, before], LEAST + 1) == frozenset(corrected)


def register(**numbers: int) -> pd.DataFrame:
    """Institutions by kind and size (``roc_small=10``), regions in turn."""
    sizes = {"small": "<5000", "middle": "5000-15000", "large": ">15000"}
    rows = [(kind, sizes[size]) for name, n in numbers.items() for kind, size in [name.split("_")] for _ in range(n)]
    frame = pd.DataFrame(rows, columns=["kind", "size_class"], dtype=object)
    regions = [list(WORDS)[place % 4] for place in range(len(frame))]
    return frame.assign(institution_id=[f"I{place:02d}" for place in range(len(frame))], region=regions)


NATION = {
    "roc_small": 10,
    "roc_middle": 17,
    "roc_large": 11,
    "aoc_small": 5,
    "aoc_middle": 3,
    "vakinstelling_small": 11,
    "vakinstelling_middle": 1,
}


def told(about: pd.DataFrame, comparable: pd.DataFrame) -> list[frozenset[str]]:
    every = frozenset(about["institution_id"])
    groups = published.group_members(about, comparable["group"].dropna())
    return [every, *published.institution_sets(about).values(), *groups.values()]


def test_comparable_groups_of_a_nation_give_nothing_away():
    about = register(**NATION)
    found = published.comparable_groups(about, [frozenset(about["institution_id"])] * 2)
    assert sets.isolated(told(about, found), LEAST) is None
    by_kind = found.assign(what=found["kind"].astype(str) + " " + found["size_class"].astype(str))
    assert by_kind.groupby("what")["group"].unique().map(list).to_dict() == {
        "aoc 5000-15000": ["aoc|*"],
        "aoc <5000": ["aoc|*"],
        "roc 5000-15000": ["*|5000-15000"],
        "roc <5000": ["*|<5000"],
        "roc >15000": ["roc|>15000"],
        "vakinstelling 5000-15000": ["vakinstelling|*"],
        "vakinstelling <5000": ["vakinstelling|*"],
    }
    assert set(found["label"]) >= {"vakinstellingen", "instellingen met 5.000 tot 15.000 studenten"}


def test_a_group_of_the_same_kind_and_size_stays_where_it_gives_nothing_away():
    about = register(roc_small=10, roc_large=11, aoc_small=8, aoc_large=7)
    found = published.comparable_groups(about, [frozenset(about["institution_id"])])
    assert set(found["group"]) == {"roc|<5000", "roc|>15000", "aoc|<5000", "aoc|>15000"}


def test_who_took_part_counts_not_who_is_in_the_register():
    """Of the small ones all but four left: no group of theirs is told."""
    about = register(roc_small=10, aoc_large=11)
    part = frozenset(about["institution_id"][6:])
    found = published.comparable_groups(about, [part]).set_index("institution_id")
    assert found["group"].iloc[:10].isna().all()
    assert (
        set(published.comparable_groups(about, [part, frozenset(about["institution_id"])])["group"].dropna()) == set()
    )


def respondents(about: pd.DataFrame, **only: list[str]) -> pd.DataFrame:
    """Four students of each institution, one of each field; a field named stands at these institutions only."""
    fields = ["techniek", "economie", "groen", "creatief"]
    rows = about.loc[about.index.repeat(len(fields))].reset_index(drop=True)
    rows = rows.assign(field=fields * len(about), feels_safe=4, weight=1.0)
    keep = [
        place in only.get(field, [place]) for place, field in zip(rows["institution_id"], rows["field"], strict=True)
    ]
    columns = ["gender", "age_group", "disability", "level", "track", "level_track"]
    columns += ["grade_programme", "grade_institution"]
    return rows[keep].reset_index(drop=True).assign(**dict.fromkeys(columns, None))


def benchmark(rows: pd.DataFrame, scopes: dict[str, frozenset[str]]) -> pd.DataFrame:
    """Counts by field and by region, of respondents that stand for a hundred."""
    parts = []
    for scope, inside in scopes.items():
        own = rows[rows["institution_id"].isin(inside)]
        for by in ("field", "region"):
            counts = own.groupby(by).size() * 100
            parts.append(pd.DataFrame({"scope": scope, "by": by, "category": counts.index, "n": counts.to_numpy()}))
    return pd.concat(parts, ignore_index=True)


def hidden(table: pd.DataFrame, by: str, scope: str = published.SECTOR) -> set[str]:
    rows = table[(table["by"] == by) & (table["scope"] == scope)]
    return set(rows.loc[rows["protect"].fillna(False).astype(bool), "category"])


def test_a_field_at_a_few_institutions_is_hidden_with_another_in_its_group():
    about = register(roc_small=10, aoc_small=10)
    rows = respondents(about, groen=["I00", "I01", "I02", *about["institution_id"][10:]])
    group = frozenset(about["institution_id"][:10])
    scopes = {published.SECTOR: frozenset(about["institution_id"]), "comparable:roc|<5000": group}
    table = published.hide(benchmark(rows, scopes), rows, scopes, "students", {})
    assert hidden(table, "field") == set()
    found = hidden(table, "field", "comparable:roc|<5000")
    assert "groen" in found and len(found) == 2


def test_a_region_of_a_few_institutions_is_hidden_with_another():
    about = register(roc_small=24)
    about["region"] = ["noord"] * 4 + ["oost"] * 6 + ["west"] * 7 + ["zuid"] * 7
    scopes = {published.SECTOR: frozenset(about["institution_id"])}
    rows = respondents(about)
    table = published.hide(benchmark(rows, scopes), rows, scopes, "students", {})
    assert hidden(table, "region") == {"noord", "oost"}


def test_a_group_that_took_part_in_too_small_a_part_is_not_told_in_that_wave():
    about = register(roc_small=10, aoc_small=10)
    rows = respondents(about)
    rows = rows[rows["institution_id"] > "I06"]
    group = frozenset(about["institution_id"][:10])
    scopes = {published.SECTOR: frozenset(rows["institution_id"]), "comparable:roc|<5000": group}
    table = published.hide(benchmark(rows, scopes), rows, scopes, "students", {})
    assert set(table["scope"]) == {published.SECTOR}


def test_a_later_version_tells_of_other_sets_where_the_same_would_give_the_change_away():
    """Five delivered anew: the sector may be told again, a group of which it is two may not."""
    about = register(roc_small=10, aoc_small=10)
    rows = respondents(about)
    every, group = frozenset(about["institution_id"]), frozenset(about["institution_id"][:10])
    scopes = {published.SECTOR: every, "comparable:roc|<5000": group}
    anew = {place: (place, "before") for place in about["institution_id"][8:13]}
    before = [frozenset(anew.get(place, place) for place in each) for each in (every, group)]
    table = benchmark(rows, scopes)
    first = published.hide(table, rows, scopes, "students", {})
    later = published.hide(table, rows, scopes, "students", {(TOTAL, TOTAL): before})
    assert set(first["scope"]) == set(scopes)
    assert set(later["scope"]) == {published.SECTOR}


VALUES = np.array([*range(1_000, 40_000, 1_337)], dtype=float)


def by_hand(values: np.ndarray, number: int, gap: float, base: int) -> int:
    return sum(abs(sum(some) - gap) <= base for some in combinations(values, number))


@pytest.mark.parametrize("number", [1, 2, 3, 4])
@pytest.mark.parametrize("base", [500, 1000, 5000])
def test_choices_are_never_more_than_there_are(number, base):
    less, more = (20, 300_000.0), (20 + number, 300_000.0 + VALUES[:number].sum())
    gap = float(np.subtract(*exact.to_multiples(np.array([more[1], less[1]]), base)))
    there = by_hand(VALUES, number, gap, base)
    assert exact.choices(VALUES, less, more, base) <= there
    assert exact.choices(VALUES, less, more, 2 * base) >= there * 0.5


def test_a_sum_of_public_numbers_fits_many_choices_of_institutions():
    """The pair that makes the difference of two sums is one of ten at least; so is who is left out of all."""
    least = settings.load_settings().disclosure.fitting_choices
    parts = {15: VALUES[::2], 13: VALUES[::2][1:14], 28: np.delete(VALUES, [10, 17])}
    sums = [(number, float(part.sum())) for number, part in parts.items()]
    step = exact.step(VALUES, sums, least)
    told = {number: float(exact.to_multiples(np.array([total]), step)[0]) for number, total in sums}
    assert by_hand(VALUES, 2, told[15] - told[13], step) >= least
    assert by_hand(VALUES, len(VALUES) - 28, VALUES.sum() - told[28], step) >= least
    finer = [each for each in exact.STEPS if each < step]
    assert all(exact.step(VALUES, sums, least * 1_000) != each for each in finer)


def test_a_sum_that_no_useful_step_makes_ambiguous_is_not_told():
    assert exact.step(np.array([1_000.0, 9_000.0, 30_000.0, 90_000.0, 200_000.0]), [(4, 130_000.0)], 10) is None


def test_rates_follow_from_rounded_students_or_are_left_out():
    about = pd.DataFrame({"n_students": VALUES})
    rates = pd.DataFrame(
        {
            "category": ["threat", "weapons", "other"],
            "period": "2022-2023",
            "institutions": [15, 13, LEAST - 1],
            "count": [300, 20, 4],
            "students": [int(VALUES[:15].sum()), int(VALUES[:13].sum()), 9_000],
            "rate": [1.0, 1.0, 1.0],
        }
    )
    told = policy.told_rates(rates, about)
    pd.testing.assert_frame_equal(told.tail(1)[["students"]], rates.tail(1)[["students"]].astype("Int64"))
    told, rates = told.head(2), rates.head(2)
    assert (told["count"] / told["students"].astype(float) * 1000).tolist() == pytest.approx(told["rate"].tolist())
    assert not set(told["students"]) & set(rates["students"])
    few = policy.told_rates(rates, about.head(16).assign(n_students=[2.0**place for place in range(16)]))
    assert few["students"].isna().all() and few["rate"].isna().all()
