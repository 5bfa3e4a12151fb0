"""The attacks of ``benchmarks/attack``, each on something that leaks by its kind and on the same made safe."""

import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

sys.path.insert(0, str(Path(__file__).parents[1]))

from benchmarks.attack import bundles, drawings, names, precision, quantities, sets, smaller, sums, versions
from helpers import figures, statistics
from helpers.figures import canvas, theme

HEAD = "scope;label;category;n;safe;safe_low;safe_high;neutral;unsafe;hidden"
REGISTER = pd.DataFrame(
    {
        "institution_id": ["A", "B", "C", "D", "E"],
        "kind": ["roc", "roc", "aoc", "aoc", "aoc"],
        "region": ["west", "west", "oost", "oost", "west"],
        "size_class": ["<5000", ">15000", "<5000", "<5000", ">15000"],
        "n_students": [1010, 16020, 3050, 2110, 20400],
        "share_bol": [0.5, 0.7, 0.4, 0.6, 0.8],
        "share_non_western": [0.1, 0.3, 0.1, 0.2, 0.4],
    }
)


def world(folder, tables, pages=None):
    """Bundles of an edition ``made`` with these tables (by unit and name, lines of CSV) and pages (by unit)."""
    data = folder / "made" / "data"
    data.mkdir(parents=True)
    REGISTER.to_parquet(data / "register.parquet")
    answers = [5, 5, 5, 4, 4, 4, 3, 3, 2, 4, 4, 5]
    rows = pd.DataFrame(
        {"institution_id": "A", "feels_safe": answers, "weight": 1.0, "gender": ["male"] * 10 + [None] * 2}
    )
    for column in ("age_group", "role", "student_contact", "satisfaction", "joy", "energy", "job_search"):
        rows[column] = pd.NA if column in ("job_search",) else 1.0
    rows.to_parquet(data / "staff.parquet")
    for (unit, name), lines in tables.items():
        path = folder / "made" / "reports" / unit / "data" / f"{name}.csv"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    for unit, text in (pages or {}).items():
        (folder / "made" / "reports" / unit / "index.html").write_text(f"<main><p>{text}</p></main>", encoding="utf-8")
    return bundles.Bundles(folder, "made")


def row_by_row(value="safe", scale="safe"):
    """A drawing with a mark and an interval for every row: what the project does not draw of institutions any more."""

    def draw(axes, data):
        x = np.arange(1, len(data) + 1)
        axes.vlines(x, data[f"{value}_low"], data[f"{value}_high"], linewidth=1)
        axes.plot(x, data[value], "o")
        theme.percent_axis(axes.yaxis, data.to_numpy(float), low=0.0 if scale == "safe" else -1.0)
        axes.set_ylabel("voelt zich veilig" if scale == "safe" else "verschil (procentpunt)")

    return draw


def caterpillar(values):
    data = pd.DataFrame({"safe": values, "safe_low": np.array(values) - 0.04, "safe_high": np.array(values) + 0.03})
    svg, _ = canvas.render(row_by_row(), data, width=5, height=3, salt="x")
    (drawing,) = drawings.read(svg)
    return drawing


def test_a_drawing_gives_the_numbers_that_were_drawn_and_no_others():
    exact = [0.6123456, 0.7012345, 0.8154321]
    drawn = caterpillar(exact)
    assert np.sort(drawn.y.value(drawn.points[:, 1])) == pytest.approx(exact, abs=1e-6)
    rounded = caterpillar(np.round(exact, 2))
    assert np.sort(rounded.y.value(rounded.points[:, 1])) == pytest.approx([0.61, 0.70, 0.82], abs=1e-6)


def test_percentage_points_and_respondents_are_read_on_their_own_scales():
    data = pd.DataFrame({"excess": [-0.0512, 0.0733], "excess_low": [-0.07, 0.05], "excess_high": [-0.02, 0.09]})
    draw = row_by_row("excess", "points")
    (points,) = drawings.read(canvas.render(draw, data, width=5, height=3, salt="x")[0])
    assert np.sort(points.y.value(points.points[:, 1])) == pytest.approx([-0.0512, 0.0733], abs=1e-6)
    own = pd.DataFrame({"n_effective": [123.456], "safe": [0.7]})
    (funnel,) = drawings.read(canvas.render(figures.Funnel(0.72), own, width=5, height=3, salt="x")[0])
    assert funnel.x.logarithmic
    assert funnel.x.value(funnel.points[0, 0]) == pytest.approx(123.456, rel=1e-5)


def test_whole_bars_give_shares_without_an_axis():
    shares = {f"answer_{point}": [share] for point, share in enumerate((0.0123, 0.0456, 0.2021, 0.3333, 0.4067), 1)}
    data = pd.DataFrame({"label": ["Eigen"], "safe": [0.74], "unsafe": [0.0579], **shares})
    (bars,) = drawings.read(canvas.render(figures.Answers(), data, width=5, height=2, salt="x")[0])
    assert bars.parts == pytest.approx([0.0123, 0.0456, 0.2021, 0.3333, 0.4067], abs=1e-5)


def test_wilsons_limits_give_the_effective_number():
    low, high = statistics.wilson(np.array([0.7, 0.9]), np.array([37.5, 812.0]))
    assert bundles.effective([0.7, 0.9], low, high) == pytest.approx([37.5, 812.0], rel=1e-5)


def test_rows_are_named_by_their_size():
    students = REGISTER["n_students"].to_numpy(float)
    cost = names.match(np.log(students * 0.4)[[3, 0, 4, 2, 1]], None, REGISTER)
    assert cost.argmin(axis=1).tolist() == [3, 0, 4, 2, 1]


def test_an_effect_size_gives_shares_back_that_whole_points_hide():
    a, b = 0.4345, 0.6755  # at the edges of what rounds to 43 and 68 percent
    h = 2 * np.arcsin(np.sqrt(a)) - 2 * np.arcsin(np.sqrt(b))
    first, second = precision.between(round(h, 4), 5e-5, (0.425, 0.435), (0.675, 0.685), -0.24, 0.005)
    assert first[0] <= a <= first[1]
    assert second[0] <= b <= second[1]
    loose, _ = precision.between(round(h, 1), 0.05, (0.425, 0.435), (0.675, 0.685), -0.24, 0.005)
    assert loose[1] - loose[0] > 4 * (first[1] - first[0])


def test_published_sets_leave_one_institution():
    members = np.array([[1, 1, 1, 1, 1], [0, 0, 1, 1, 1], [0, 0, 1, 1, 0]])
    left = sets.remainders(members, 2)
    assert left[0, 0, 0, 0, 1] == ((1, 1), (2, -1))
    assert left[1, 1, 0, 0, 0] == ((0, 1), (1, -1))
    assert (0, 0, 1, 0, 0) not in left
    assert sum(sum(each) == 1 for each in sets.remainders(members[:2], 2)) == 0


def test_a_difference_of_sums_names_institutions_unless_it_is_rounded():
    rows = pd.DataFrame({"students": [42590.0, 39480.0], "institutions": [5.0, 3.0]})
    assert sums.differences(rows, REGISTER) == [(2, 3110.0, [])]
    rows["students"] = [42590.0, 39470.0]
    assert sums.differences(rows, REGISTER) == [(2, 3120.0, [("A", "D")])]
    rows["students"] = [43000.0, 39000.0]
    (_, _, names_) = sums.differences(rows, REGISTER)[0]
    assert len(names_) > 1


def test_a_quotient_of_a_record_is_found_with_its_place():
    assert list(smaller.numbers({"units": [{"lost": 0.25, "n": 3}]})) == [("units[0].lost", 0.25)]


def test_a_hidden_total_is_told_by_what_was_expected(tmp_path):
    hidden = "eigen instelling;totaal;total;;;;;;;niet getoond"
    expected = ["label;n;observed;expected;hidden", "eigen instelling;10;0,7;0,65;"]
    found = quantities.attack(
        world(
            tmp_path / "a",
            {("A", "tbl-medewerkers-stand"): [HEAD, hidden], ("A", "tbl-medewerkers-verwacht"): expected},
        )
    )
    assert found[0].figure == "1 of 1"
    expected[1] = "eigen instelling;;;;niet getoond"
    found = quantities.attack(
        world(
            tmp_path / "b",
            {("A", "tbl-medewerkers-stand"): [HEAD, hidden], ("A", "tbl-medewerkers-verwacht"): expected},
        )
    )
    assert found[0].figure == "0 of 1"


def test_two_sets_that_differ_by_few_and_blanks_are_found(tmp_path):
    total = "eigen instelling;totaal;total;12;0,75;0,5;0,9;0,17;0,08;"
    men = "eigen instelling;man;male;10;0,70;0,4;0,9;0,2;0,1;"
    blank = "eigen instelling;niet ingevuld;missing;2;;;;;;niet getoond"
    tables = {
        ("A", "tbl-medewerkers-stand"): [HEAD, total],
        ("A", "tbl-medewerkers-verwacht"): ["label;n;observed;expected;hidden", "eigen instelling;10;0,7;0,65;"],
        ("A", "tbl-medewerkers-persoon-gender"): [HEAD, men, blank],
    }
    _, _, rests, blanks, _ = quantities.attack(world(tmp_path / "a", tables))
    assert rests.details[0].startswith("A staff : 2 of 2 safe")
    assert blanks.details[0].startswith("A tbl-medewerkers-persoon-gender: 2 of 2 blanks safe")
    tables["A", "tbl-medewerkers-persoon-gender"][2] = "eigen instelling;niet ingevuld;missing;;;;;;;niet getoond"
    tables["A", "tbl-medewerkers-verwacht"][1] = "eigen instelling;;;;niet getoond"
    _, _, rests, blanks, _ = quantities.attack(world(tmp_path / "b", tables))
    assert rests.figure.startswith("0 ")
    assert blanks.figure.startswith("0 ")


def test_two_versions_tell_who_came_late(tmp_path):
    def sector(n, safe, west):
        total = [HEAD, f"alle instellingen;totaal;total;{n};{safe};0,6;0,8;0,2;0,1;"]
        region = [HEAD, "alle instellingen;Oost;oost;500;0,7;0,6;0,8;0,2;0,1;"]
        region.append(f"alle instellingen;West;west;{west};0,7;0,6;0,8;0,2;0,1;")
        return {("sector", "tbl-medewerkers-stand"): total, ("sector", "tbl-medewerkers-region"): region}

    before = world(tmp_path / "a", sector(1000, "0,700", 500))
    after = world(tmp_path / "b", sector(1200, "0,720", 700))
    _, staff = versions.attack(after, before)
    assert "3 institutions fit" in staff.figure
    assert any("0.820 ±" in line for line in staff.details)
    assert versions.attack(after, after)[1].figure == "0"
