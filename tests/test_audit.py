"""The auditor: reports as they are made give nothing away, and leaks that are planted are found."""

import json
import re
import shutil
import zipfile
from dataclasses import dataclass, replace
from pathlib import Path
from urllib.parse import quote, unquote

import docx
import openpyxl
import pandas as pd
import planting
import pytest
from lxml import html
from PIL import Image, PngImagePlugin

from helpers import paths
from helpers.audit import (
    Bundle,
    attack,
    bounds,
    files,
    inventory,
    read,
    report,
    stated,
    texts,
    traces,
)
from helpers.audit import __main__ as front
from helpers.audit.published import COMPARABLE, OWN, SECTOR, Statement

REGISTER = pd.DataFrame(
    {
        "institution_id": ["98AA", "98AB", "98AC", "98AD", "98AE"],
        "name": ["A", "B", "C", "D", "E"],
        "kind": ["roc"] * 5,
        "size_class": ["<5000"] * 5,
    }
)
CODES = {"man": "male", "vrouw": "female", "anders": "other"}
TABLE, TOTAL = "tbl-studenten-persoon-gender", "tbl-studenten-stand"


def said(unit, group, n, scope=OWN, table=TABLE, waves=("2022",), **answers):
    given = tuple((name, share, 0.0005) for name, share in answers.items())
    return Statement(unit, table, scope, group, n, "here", n is None, waves, given, group)


def own(unit, man, woman, other, total):
    return [
        said(unit, "man", man),
        said(unit, "vrouw", woman),
        said(unit, "anders", other),
        said(unit, "totaal", total, table=TOTAL),
    ]


def found(statements, rounding=20, what="respondents"):
    return {(one.unit, one.group): one for one in bounds(statements, REGISTER, rounding) if one.what == what}


def test_one_hidden_group_beside_its_total_is_known():
    bound = found(own("98AA", 50, 40, None, 96))["98AA", "anders"]
    assert (bound.low, bound.high) == pytest.approx((6, 6))


def test_two_hidden_groups_share_what_is_left():
    bound = found([*own("98AA", 50, None, None, 96)])["98AA", "anders"]
    assert (bound.low, bound.high) == pytest.approx((1, 45))


def test_a_count_that_cannot_be_small_is_no_secret():
    bound = attack.Bound("98AA", TABLE, "vrouw", 40, 42)
    assert bound.known(minimum=10, width=5) == ""
    assert attack.Bound("98AA", TABLE, "anders", 4, 6).known(minimum=10, width=5) == "near"
    assert attack.Bound("98AA", TABLE, "anders", 4, 4).known(minimum=10, width=5) == "exact"


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


def test_a_crossing_tells_what_its_margin_hides():
    crossing = "tbl-studenten-persoon-gender-disability"
    statements = own("98AA", 50, None, None, 96)
    statements += [said("98AA", "True", 40, table="tbl-studenten-persoon-disability")]
    statements += [said("98AA", "False", 56, table="tbl-studenten-persoon-disability")]
    statements = [replace(one, group=CODES.get(one.group, one.group)) for one in statements]
    assert found(statements)["98AA", "other"].width > 5
    parts = {("other", "True"): 4, ("other", "False"): 3}
    parts |= {(g, d): n for g in ("male", "female") for d, n in (("True", 18), ("False", 26))}
    statements += [said("98AA", f"{g}*{d}", n, table=crossing) for (g, d), n in parts.items()]
    statements = [one for one in statements if one.group not in ("male", "female")]
    assert found(statements)["98AA", "other"].width < 1


def test_several_waves_together_less_one_that_an_earlier_edition_told():
    statements = own("98AA", 50, None, None, 96)
    statements.append(said("98AA", "anders", 21, waves=("2020", "2022")))
    assert found(statements)["98AA", "anders"].width > 5
    statements.append(said("98AA", "anders", 15, waves=("2020",)))
    assert found(statements)["98AA", "anders"].width < 1


def answered(hidden_two, other=None):
    """An institution whose total and one group tell shares; the others are hidden."""
    return [
        said("98AA", "man", 50, safe=0.9),
        said("98AA", "vrouw", None if hidden_two else 40, **({} if hidden_two else {"safe": 0.8})),
        said("98AA", "anders", None),
        said("98AA", "totaal", 96, table=TOTAL, safe=(45 + 32 + 3) / 96),
    ]


def test_what_a_hidden_group_answered_is_what_the_others_leave():
    bound = found(answered(hidden_two=False), what="safe")["98AA", "anders"]
    assert bound.high == pytest.approx(3, abs=0.2)
    assert found(answered(hidden_two=True), what="safe")["98AA", "anders"].width > 5


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
    assert (
        "known exactly: 0; known to within 5: 0; told in words: 0; told in hidden rows: 0; bundles that identify: 0; "
        "not expected: 0" in said_so
    )
    hidden = int(said_so.split(" statements, ")[1].split()[0])
    assert hidden > 40  # there was something to attack
    record = json.loads((copied.parent / "disclosure" / "audit.json").read_text(encoding="utf-8"))
    assert record["passed"] is True
    assert record["hidden"] == hidden
    assert set(record["files"]) == {path.name for path in copied.iterdir()}
    assert record["files"]["99AA"] == inventory.digests(Bundle(copied / "99AA"))


@dataclass
class Gap:
    """A table of an institution in which groups are hidden, one of them because it is small, with the true figures."""

    path: Path
    lines: list[str]
    rows: dict[int, int]  # line -> true count
    small: int

    def cell(self, line, column):
        return self.lines[line].split(";")[self.lines[1].split(";").index(column)]

    def tell(self, line, **values):
        cells = self.lines[line].split(";")
        for column, value in values.items():
            cells[self.lines[1].split(";").index(column)] = value
        self.lines[line] = ";".join(cells)

    def save(self, path=None):
        (path or self.path).write_text("\ufeff" + "\n".join(self.lines) + "\n", encoding="utf-8")

    @property
    def label(self):
        return self.cell(self.small, "label")


@pytest.fixture
def gap(copied, made):
    for path in sorted(copied.glob("99A*/data/tbl-studenten-persoon-*.csv")):
        lines = path.read_text(encoding="utf-8-sig").splitlines()
        column = path.stem.removeprefix("tbl-studenten-persoon-").replace("-", "_")
        rows = pd.read_parquet(made[0] / "units" / path.parts[-3] / "data" / "students.parquet")
        rows = rows[(rows["wave"] == 2022) & rows["feels_safe"].notna()]
        counts = rows[column].astype(object).fillna("missing").astype(str).value_counts()
        hidden = {
            number: int(counts.get(line.split(";")[2], 0))
            for number, line in enumerate(lines)
            if line.startswith("eigen") and line.split(";")[3] == ""
        }
        few = [number for number, count in hidden.items() if 0 < count < 10 and "missing" not in lines[number]]
        if few and len(hidden) > 1:
            return Gap(path, lines, hidden, few[0])
    raise AssertionError("nothing is hidden, so nothing can be leaked")


def outcome(reports, made, *earlier):
    return report.audit(reports, made[1], front.rules_of(paths.PARAMETERS), list(earlier))


def test_a_margin_too_many_is_caught(gap, copied, made):
    for line in set(gap.rows) - {gap.small}:  # all groups but one, beside their total
        gap.tell(line, n=str(gap.rows[line]))
    gap.save()
    assert {(one.group, one.what) for one in outcome(copied, made).exact} >= {
        (gap.cell(gap.small, "category"), "respondents")
    }


def test_numbers_that_only_the_page_shows_are_caught(gap, copied, made):
    page = copied / gap.path.parts[-3] / "index.html"
    text = page.read_text(encoding="utf-8")
    for line in set(gap.rows) - {gap.small}:
        start = text.index(f">{gap.cell(line, 'label')}<", text.index(f'id="{gap.path.stem}"'))
        place = text.index("–", start)
        text = text[:place] + str(gap.rows[line]) + text[place + 1 :]
    page.write_text(text, encoding="utf-8")
    assert any(one.what == "respondents" for one in outcome(copied, made).exact)


def test_a_rounded_percentage_with_its_base_is_caught(gap, copied, made):
    """Every other row has its number; the part of all respondents tells the hidden one's."""
    total = sum(gap.rows.values()) + sum(
        int(line.split(";")[3]) for line in gap.lines[2:] if line.startswith("eigen") and line.split(";")[3]
    )
    gap.lines[1] += ";part"
    for number in range(2, len(gap.lines)):
        gap.lines[number] += ";"
    gap.tell(gap.small, part=f"{gap.rows[gap.small] / total:.4f}".replace(".", ","))
    gap.save()
    caught = outcome(copied, made)
    assert [one for one in (*caught.exact, *caught.near) if one.group == gap.cell(gap.small, "category")]


def test_a_second_crossing_is_caught(gap, copied, made):
    """A table that crosses the hidden group with another characteristic, in which it is whole."""
    code, table = gap.cell(gap.small, "category"), f"{gap.path.stem}-crossed"
    others = [line.split(";")[2] for line in gap.lines[2:] if line.startswith("eigen") and "missing" not in line]
    rows = [f"{gap.lines[1]}"]
    for each in others:
        for part, number in (("ja", gap.rows[gap.small] - 1), ("nee", 1)):
            row = dict.fromkeys(gap.lines[1].split(";"), "")
            row |= {"scope": "eigen instelling", "label": f"{each}, {part}", "category": f"{each}*{part}"}
            row |= {"n": str(number)} if each == code else {"hidden": "niet getoond"}
            rows.append(";".join(row.values()))
    own = [line for line, words in enumerate(gap.lines) if words.startswith("eigen instelling;niet ingevuld;")]
    blank = gap.rows.get(own[0], gap.cell(own[0], "n")) if own else 0
    rows.append(
        ";".join((row | {"label": "niet ingevuld", "category": "missing", "n": str(blank), "hidden": ""}).values())
    )
    path = gap.path.with_name(f"{table}.csv")
    path.write_text("\ufeff" + "\n".join([gap.lines[0], *rows]) + "\n", encoding="utf-8")
    caught = outcome(copied, made).exact
    assert {one.group for one in caught} >= {code}


def test_a_wave_that_an_earlier_edition_told_is_caught(gap, copied, made, tmp_path):
    """The earlier report shows the group in the same wave."""
    earlier = tmp_path / "earlier" / "reports"
    shutil.copytree(copied / gap.path.parts[-3], earlier / gap.path.parts[-3])
    assert outcome(copied, made, earlier).passed
    gap.tell(gap.small, n=str(gap.rows[gap.small]))
    gap.save(earlier / gap.path.parts[-3] / "data" / gap.path.name)
    caught = outcome(copied, made, earlier)
    assert not caught.passed


def test_a_difference_between_waves_is_caught(gap, copied, made, tmp_path):
    """Two waves together in this edition, one of them in the one before."""
    earlier = tmp_path / "earlier" / "reports"
    target = earlier / gap.path.parts[-3] / "data" / gap.path.name
    target.parent.mkdir(parents=True)
    trend = (gap.path.parent / "tbl-studenten-trend.csv").read_text(encoding="utf-8-sig").splitlines()
    total = next(int(line.split(";")[3]) for line in trend if line.startswith("eigen instelling;2020;"))
    before = [
        f"eigen instelling;a;{gap.cell(gap.small, 'category')};2020;15",
        f"eigen instelling;b;b;2020;{total - 15}",
    ]
    target.write_text("\ufeff" + "\n".join(["scope;label;category;wave;n", *before]) + "\n", encoding="utf-8")
    assert outcome(copied, made, earlier).passed
    both = gap.lines[gap.small]
    gap.lines = [gap.lines[0], gap.lines[1] + ";wave", *(line + ";2022" for line in gap.lines[2:])]
    gap.lines.append(both.replace("niet getoond", "") + ";2020 en 2022")
    gap.tell(len(gap.lines) - 1, n=str(15 + gap.rows[gap.small]))
    gap.save()
    assert gap.cell(gap.small, "category") in {one.group for one in outcome(copied, made, earlier).exact}


@pytest.mark.parametrize(
    "where", ["workbook", "alt", "caption", "sentence", "title", "drawing", "comment", "word", "annex"]
)
def test_a_figure_told_outside_the_tables_is_caught(gap, copied, made, where):
    folder = copied / gap.path.parts[-3]
    page = folder / "index.html"
    text = page.read_text(encoding="utf-8")
    figure = gap.path.stem.replace("tbl-", "fig-")
    told = f"{gap.label} (eigen instelling) 57,1%"
    start = text.index(f'id="{figure}"')
    if where == "alt":
        place = text.index('alt="', start) + len('alt="')
        text = text[:place] + told + "; " + text[place:]
    elif where == "title":
        place = text.index("<img", start) + len("<img")
        text = text[:place] + f' title="{told}"' + text[place:]
    elif where == "caption":
        place = text.index("<figcaption", start)
        place = text.index(">", place) + 1
        text = text[:place] + told + ". " + text[place:]
    elif where == "sentence":
        subject = mentions_subject(text, figure)
        text = text.replace(
            "</main>", f"<p>Naar {subject} voelt zich bij studenten 57,1% ({gap.label}) veilig.</p></main>"
        )
    elif where in ("drawing", "comment"):
        place = text.index("data:image/svg+xml,", start) + len("data:image/svg+xml,")
        end = text.index('"', place)
        svg = unquote(text[place:end])
        hidden = f"<desc>{told}</desc>" if where == "drawing" else f"<!-- {told} -->"
        head = svg.index(">", svg.index("<svg")) + 1
        text = text[:place] + quote(svg[:head] + hidden + svg[head:]) + text[end:]
    elif where == "word":
        document = docx.Document(str(folder / "report.docx"))
        subject = mentions_subject(text, figure)
        document.add_paragraph(f"Naar {subject} bij studenten: {told}.")
        document.save(str(folder / "report.docx"))
    elif where == "workbook":
        tell_in_workbook(folder / "data" / "gegevens.xlsx", gap)
    else:
        gap.tell(gap.small, safe="0,571")
        gap.save()
    page.write_text(text, encoding="utf-8")
    caught = outcome(copied, made)
    if where in ("annex", "workbook"):
        assert caught.rows
    elif where in ("drawing", "comment"):  # no words may stand there, whatever they say
        assert [one for one in caught.unexpected if "drawing of" in one.place]
    else:
        assert caught.told
    assert caught.unexpected


def tell_in_workbook(path, gap):
    """Write a figure into the hidden row of the sheet of a table."""
    book = openpyxl.load_workbook(path)
    name = next(row[0].value for row in book.worksheets[0].iter_rows() if row[1].value == gap.path.stem)
    page = book[name]
    rows = list(page.iter_rows())
    heads = next(row for row in rows if [cell.value for cell in row[:2]] == ["Waar", "Groep"])
    place = [cell.value for cell in heads].index("Veilig")
    line = next(row for row in rows if [row[0].value, row[1].value] == ["eigen instelling", gap.label])
    line[place].value = 0.571
    book.save(path)


def mentions_subject(text, figure):
    start = text.index("<figcaption", text.index(f'id="{figure}"'))
    words = html.fromstring(text[start : text.index("</figcaption>", start)]).text_content()
    return re.search(r"naar ([^().,:;]+)", words)[1].strip()


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
    marks = traces(Bundle(folder), made[1], paths.ROOT)
    assert {one.unit for one in marks} == {folder.name}
    assert not traces(Bundle(copied / "99AA"), made[1], paths.ROOT)


def test_the_name_of_a_group_within_a_longer_name_is_another_group():
    words, labels = "geen slachtoffer 86,0%", {"slachtoffer", "geen slachtoffer"}
    assert not list(texts._told(texts._without(words, "slachtoffer", labels), "slachtoffer", OWN))
    assert list(texts._told(texts._without(words, "geen slachtoffer", labels), "geen slachtoffer", OWN))


def test_a_picture_tells_by_its_metadata_and_not_by_its_pixels(tmp_path):
    about = PngImagePlugin.PngInfo()
    about.add_text("Author", "98AB")
    picture = Image.frombytes("P", (4, 1), b"98AC")
    picture.putpalette([level for level in range(256) for _ in "rgb"])
    picture.save(tmp_path / "a.png", pnginfo=about, compress_level=0, bits=8)
    told = " ".join(files.texts(tmp_path / "a.png"))
    assert "98AB" in told
    assert "98AC" not in told
    assert b"98AC" in (tmp_path / "a.png").read_bytes()


def test_an_edition_without_reports_is_told(tmp_path, monkeypatch, capsys):
    monkeypatch.setenv("MIV_OUTPUTS", str(tmp_path))
    assert front.main(["small"]) == 1
    assert "run `make report` first" in capsys.readouterr().err


def test_the_annex_and_the_page_are_both_read(copied):
    places = {one.place.rsplit("/", 1)[-1] for one in read(copied) if one.unit == "99AA"}
    assert "index.html" in places
    assert any(place.endswith(".csv") for place in places)


def test_a_column_that_is_not_known_fails(copied, capsys):
    page = copied / "99AA" / "index.html"
    words = page.read_text(encoding="utf-8")
    assert ">Respondenten<" in words
    page.write_text(words.replace(">Respondenten<", ">Deelnemers<"), encoding="utf-8")
    assert front.main(["small"]) == 1
    assert "a column 'Deelnemers' that the audit does not know" in capsys.readouterr().out


def test_what_the_word_document_states_is_attacked_too(copied):
    places = {one.place for one in stated(Bundle(copied / "99AA"))}
    assert {"99AA/report.docx", "99AA/index.html", "99AA/data/gegevens.xlsx"} <= places


def test_statements_that_contradict_each_other_fail(gap, copied, made):
    path = gap.path.parent / "tbl-studenten-stand.csv"
    planting.edit_csv(path, "n", lambda cells: cells["scope"] == "eigen instelling", "777")
    told = [str(one) for one in outcome(copied, made).unexpected]
    assert any("statements that cannot all be true" in one for one in told)


@pytest.mark.parametrize("linked", [True, False])
def test_a_folder_that_is_a_link_or_empty_is_found(copied, made, tmp_path, linked):
    """What is handed over with its links followed, holds what they point at; a name can tell as much as a file."""
    place = copied / "99AB" / "data" / "vrouw-7-onveilig"
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "elsewhere" / "respondenten.csv").write_text("a;b\n", encoding="utf-8")
    place.symlink_to(tmp_path / "elsewhere") if linked else place.mkdir()
    told = [one for one in outcome(copied, made).unexpected if "vrouw-7-onveilig" in str(one)]
    assert told and "a folder that is a link, or empty" in str(told[0])
