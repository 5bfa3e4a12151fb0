"""The auditor: reports as they are made give nothing away, and leaks that are planted are found."""

import shutil
import zipfile

import pandas as pd
import pytest

from helpers import paths, settings
from helpers.audit import __main__ as front
from helpers.audit import attack, bounds, read, traces
from helpers.audit.published import COMPARABLE, OWN, SECTOR, Statement

REGISTER = pd.DataFrame(
    {
        "institution_id": ["98AA", "98AB", "98AC", "98AD", "98AE"],
        "name": ["A", "B", "C", "D", "E"],
        "kind": ["roc"] * 5,
        "size_class": ["<5000"] * 5,
    }
)
TABLE, TOTAL = "tbl-studenten-persoon-gender", "tbl-studenten-stand"


def said(unit, group, n, scope=OWN, table=TABLE, few=None):
    return Statement(unit, table, scope, group, n, "here", n is None if few is None else few)


def own(unit, man, woman, other, total):
    return [
        said(unit, "man", man),
        said(unit, "vrouw", woman),
        said(unit, "anders", other),
        said(unit, "totaal", total, table=TOTAL),
    ]


def found(statements, rounding=20):
    return {(one.unit, one.group): one for one in bounds(statements, REGISTER, rounding)}


def test_one_hidden_group_beside_its_total_is_known():
    bound = found(own("98AA", 50, 40, None, 96))["98AA", "anders"]
    assert (bound.low, bound.high) == pytest.approx((6, 6))


def test_two_hidden_groups_share_what_is_left():
    bound = found([*own("98AA", 50, None, None, 96)])["98AA", "anders"]
    assert (bound.low, bound.high) == pytest.approx((0, 46))


def test_a_count_hidden_for_another_reason_is_no_secret():
    statements = [said("98AA", "man", 50), said("98AA", "vrouw", None, few=False), said("98AA", "anders", None)]
    assert set(found(statements)) == {("98AA", "anders")}


def sector_and_four(other, rounding_of_sector=0):
    """Four institutions that show everything, one that hides two groups, and the sector."""
    statements = [row for unit in ("98AB", "98AC", "98AD", "98AE") for row in own(unit, 100, 100, 30, 230)]
    statements += own("98AA", 50, None, None, 96)
    sums = {"man": 450, "vrouw": 440, "anders": 120 + other}
    return statements + [said("sector", group, n + rounding_of_sector, SECTOR) for group, n in sums.items()]


def test_the_sector_less_all_others_gives_an_exact_count_away_and_a_rounded_one_does_not():
    exact = found(sector_and_four(6), rounding=0)["98AA", "anders"]
    assert (exact.low, exact.high) == pytest.approx((6, 6))
    rounded = found(sector_and_four(6, rounding_of_sector=-6 + 0), rounding=20)["98AA", "anders"]
    assert rounded.width >= 5


def test_a_comparable_group_less_all_others_is_an_attack_too():
    statements = [row for unit in ("98AB", "98AC", "98AD", "98AE") for row in own(unit, 100, 100, 30, 230)]
    statements += [*own("98AA", 50, None, None, 96), said("98AB", "anders", 126, COMPARABLE)]
    assert found(statements, rounding=0)["98AA", "anders"].width < 1


def test_a_group_that_a_table_leaves_out_has_nobody():
    statements = [said("98AA", "man", 50), said("98AA", "anders", None), said("98AA", "totaal", 56, table=TOTAL)]
    statements += own("98AB", 100, 100, 30, 230)  # here there are women
    assert found(statements)["98AA", "anders"].width < 1


def test_statements_that_cannot_all_be_true():
    with pytest.raises(attack.Contradiction, match="different places"):
        found([said("98AA", "man", 50), said("98AA", "man", 51), said("98AA", "anders", None)])
    with pytest.raises(attack.Contradiction, match="no counts fit"):
        found(own("98AA", 90, 40, None, 96))


@pytest.fixture(scope="module")
def made(small_run):
    """The small world's reports, and its register."""
    root, done = small_run
    assert done.returncode == 0, done.stderr
    return root / "outputs" / "small", pd.read_parquet(root / "outputs/small/data/register.parquet")


@pytest.fixture
def copied(made, tmp_path, monkeypatch):
    """A copy of the reports in which a leak can be planted; the audit's front door looks there."""
    shutil.copytree(made[0] / "reports", tmp_path / "small" / "reports")
    shutil.copytree(made[0] / "data", tmp_path / "small" / "data")
    monkeypatch.setenv("MIV_OUTPUTS", str(tmp_path))
    return tmp_path / "small" / "reports"


def test_reports_as_they_are_made_give_nothing_away(copied, capsys):
    assert front.main(["small"]) == 0
    said_so = capsys.readouterr().out
    assert "known exactly: 0; known to within 5: 0; bundles that identify: 0" in said_so
    hidden = int(said_so.split(" statements, ")[1].split()[0])
    assert hidden > 10  # there was something to attack


def hidden_rows(reports):
    """A table of an institution in which groups are hidden: its file, its lines, and the numbers of the hidden ones."""
    for path in sorted(reports.glob("99A*/data/tbl-studenten-persoon-*.csv")):
        lines = path.read_text(encoding="utf-8-sig").splitlines()
        hidden = [number for number, line in enumerate(lines) if line.startswith("eigen") and line.split(";")[3] == ""]
        few = [number for number in hidden if "te weinig" in lines[number]]
        if few and len(hidden) > 1:
            return path, lines, [number for number in hidden if number != few[0]]
    raise AssertionError("nothing is hidden, so nothing can be leaked")


def true_count(root, unit, path, line):
    column = path.stem.removeprefix("tbl-studenten-persoon-").replace("-", "_")
    rows = pd.read_parquet(root / "units" / unit / "data" / "students.parquet")
    rows = rows[(rows["wave"] == 2022) & rows["feels_safe"].notna()]
    return int((rows[column].astype(str) == line.split(";")[2]).sum())


def known(reports, register):
    """How many hidden counts can be computed exactly."""
    rounding = settings.load_settings().disclosure.benchmark_rounding
    return sum(one.width < 1 for one in bounds(read(reports), register, rounding))


def test_a_margin_too_many_is_caught(copied, made):
    path, lines, hidden = hidden_rows(copied)
    for number in hidden:  # all groups but one, beside their total
        cells = lines[number].split(";")
        cells[3] = str(true_count(made[0], path.parts[-3], path, lines[number]))
        lines[number] = ";".join(cells)
    path.write_text("\ufeff" + "\n".join(lines) + "\n", encoding="utf-8")
    assert known(copied, made[1]) == 1


def test_numbers_that_only_the_page_shows_are_caught(copied, made):
    path, lines, hidden = hidden_rows(copied)
    page = copied / path.parts[-3] / "index.html"
    text = page.read_text(encoding="utf-8")
    for number in hidden:
        count = true_count(made[0], path.parts[-3], path, lines[number])
        start = text.index(f">{lines[number].split(';')[1]}<", text.index(f'id="{path.stem}"'))
        place = text.index("–", start)
        text = text[:place] + str(count) + text[place + 1 :]
    page.write_text(text, encoding="utf-8")
    assert known(copied, made[1]) == 1


@pytest.mark.parametrize("word", ["Modelveld", "99AC", "machine"])
@pytest.mark.parametrize("where", ["comment", "word", "name", "sector"])
def test_a_word_that_identifies_is_caught_wherever_it_hides(copied, made, word, where):
    told = (
        str(paths.ROOT) + "/notebooks" if word == "machine" else f"Groencollege {word}" if word == "Modelveld" else word
    )
    folder = copied / ("sector" if where == "sector" else "99AB")
    if where in ("comment", "sector"):
        page = folder / "index.html"
        page.write_text(page.read_text(encoding="utf-8") + f"<!-- {told} -->", encoding="utf-8")
    elif where == "word":
        with zipfile.ZipFile(folder / "report.docx", "a") as archive:
            archive.writestr("docProps/extra.xml", told)
    else:
        if word == "machine":
            pytest.skip("a path is no file name")
        (folder / "data" / f"{told}.csv").write_text("x", encoding="utf-8")
    for other in (each for each in copied.iterdir() if each != folder):
        shutil.rmtree(other)
    (folder / "report.pdf").unlink()  # reading it again in every case takes a minute; the clean run reads all of them
    marks = traces(copied, made[1], paths.ROOT)
    assert {one.unit for one in marks} == {folder.name}


def test_an_edition_without_reports_is_told(tmp_path, monkeypatch, capsys):
    monkeypatch.setenv("MIV_OUTPUTS", str(tmp_path))
    assert front.main(["small"]) == 1
    assert "run `make report` first" in capsys.readouterr().err


def test_the_annex_and_the_page_are_both_read(copied):
    places = {one.place.rsplit("/", 1)[-1] for one in read(copied) if one.unit == "99AA"}
    assert "index.html" in places
    assert any(place.endswith(".csv") for place in places)
