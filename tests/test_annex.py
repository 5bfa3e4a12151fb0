"""The data annex: a workbook and a description that agree with the CSV files, and with the report."""

import csv
import hashlib
import json
import re
import shutil
import time

import docx
import frictionless
import openpyxl
import pandas as pd
import pytest

from helpers import paths, publish
from helpers.errors import MonitorError
from helpers.render.annex import columns, package, places, workbook
from helpers.render.annex.workbook import COVER, HEAD, MEANINGS, Sheet

UNITS = ("sector", "99AB")
QUOTES = str.maketrans("“”‘’", "\"\"''")


@pytest.fixture(scope="module", params=UNITS)
def report(request, small_run):
    root, done = small_run
    assert done.returncode == 0, done.stderr
    return root / "outputs/small/reports" / request.param


@pytest.fixture(scope="module")
def book(report):
    return openpyxl.load_workbook(report / "data" / "gegevens.xlsx")


@pytest.fixture(scope="module")
def descriptor(report):
    return json.loads((report / "data" / "datapackage.json").read_text(encoding="utf-8"))


def csv_names(report):
    return {path.stem for path in (report / "data").glob("*.csv")}


def cover_rows(book):
    """Rows of the cover by name of the sheet."""
    rows = list(book[COVER].iter_rows(values_only=True))
    head = next(i for i, row in enumerate(rows) if row[0] == "Blad")
    return {row[0]: dict(zip(rows[head], row, strict=True)) for row in rows[head + 1 :]}


def test_every_file_is_a_sheet_and_a_resource_and_is_in_the_cover(report, book, descriptor):
    cover = cover_rows(book)
    assert len(cover) > 30
    assert {row["Label"] for row in cover.values()} == csv_names(report)
    assert {resource["name"] for resource in descriptor["resources"]} == csv_names(report)
    assert book.sheetnames == [COVER, MEANINGS, *cover]
    assert all(len(name) <= 31 for name in book.sheetnames)
    assert len({name.casefold() for name in book.sheetnames}) == len(book.sheetnames)
    for name, row in cover.items():
        assert row["Bijschrift"], name
        assert row["Kolommen"], name
        assert row["Rijen"] == book[name].max_row - HEAD


def test_sheets_have_the_numbers_of_the_report(report, book):
    told = {}
    for paragraph in docx.Document(str(report / "report.docx")).paragraphs:
        found = re.match(r"((?:Figuur|Tabel) \d+)[.:]\s*(.+)", paragraph.text)
        if found:
            told.setdefault(found[1], found[2])
    cover = cover_rows(book)
    for name, row in cover.items():
        if name != "Codeboek":
            assert (
                told[name] == row["Bijschrift"].translate(str.maketrans({"'": "’"})) or told[name] == row["Bijschrift"]
            )


def test_everything_says_that_it_is_synthetic(book, descriptor):
    assert publish.SYNTHETIC_LINE in [row[0].value for row in book[COVER].iter_rows(max_row=5)]
    for name in book.sheetnames[2:]:
        assert book[name]["A3"].value == publish.SYNTHETIC_LINE
    assert publish.SYNTHETIC_LINE in descriptor["description"]


def test_a_confidential_annex_says_so_and_has_no_licence(report, book, descriptor):
    confidential = report.name != "sector"
    cover = " ".join(str(row[0].value) for row in book[COVER].iter_rows(max_row=8))
    assert ("Vertrouwelijk" in cover) == confidential
    assert ("licenses" in descriptor) != confidential


def test_cells_hold_the_numbers_of_the_csv_files(report, book):
    numbers = 0
    for name, row in cover_rows(book).items():
        table = pd.read_csv(
            report / "data" / f"{row['Label']}.csv", sep=";", decimal=",", comment="#", encoding="utf-8-sig"
        )
        page = book[name]
        for place, code in enumerate(table.columns, start=1):
            cells = [page.cell(HEAD + 1 + i, place) for i in range(len(table))]
            if table[code].dtype.kind == "f" and table[code].notna().any():
                assert [cell.value for cell in cells] == [None if pd.isna(value) else value for value in table[code]]
                numbers += sum(cell.data_type == "n" and cell.value is not None for cell in cells)
        assert not [cell for line in page.iter_rows() for cell in line if cell.data_type == "f"]
    assert numbers > 200


def test_shares_are_percentages_and_heads_stay_in_sight(book):
    page = book["Tabel 1"]
    heads = [cell.value for cell in page[HEAD]]
    safe = page.cell(HEAD + 1, heads.index("Veilig") + 1)
    assert safe.number_format == "0.0%"
    assert 0 < safe.value < 1
    assert page.freeze_panes == f"A{HEAD + 1}"
    assert page.column_dimensions["A"].width > 9


def test_hidden_rows_are_marked(book):
    hidden = 0
    for name in book.sheetnames[2:]:
        page = book[name]
        heads = [cell.value for cell in page[HEAD] if cell.value]
        for row in page.iter_rows(min_row=HEAD + 1, max_col=len(heads)):
            if "Verborgen" in heads and row[heads.index("Verborgen")].value:
                empty = [cell for cell in row if cell.value is None]
                assert empty
                assert all(cell.fill.fgColor.rgb.endswith("E8ECEF") for cell in empty)
                hidden += 1
    assert hidden == sum(row["Verborgen"] for row in cover_rows(book).values())
    assert hidden > 0


def test_every_column_is_explained_in_dutch(report):
    unknown = {
        (path.name, column.code)
        for path in (report / "data").glob("*.csv")
        for column in columns.read(path).columns
        if not column.known
    }
    assert not unknown, "describe these columns in reports/columns.yml"


def test_the_package_is_valid_and_so_is_every_file(report, descriptor):
    done = frictionless.validate(str(report / "data" / "datapackage.json"))
    assert done.valid, done.flatten(["name", "type", "message"])[:5]
    assert len(done.tasks) == len(descriptor["resources"]) > 30
    for resource in descriptor["resources"]:
        content = (report / "data" / resource["path"]).read_bytes()
        assert resource["bytes"] == len(content)
        assert resource["hash"] == f"sha256:{hashlib.sha256(content).hexdigest()}"
        assert all(field["title"] and field["description"] for field in resource["schema"]["fields"])


def test_a_program_reads_numbers_by_the_description(report):
    package = frictionless.Package(str(report / "data" / "datapackage.json"))
    rows = package.get_resource("tbl-studenten-stand").read_rows()
    assert 0 < float(rows[-1]["safe"]) < 1
    assert isinstance(rows[-1]["n"], int)


def test_the_description_catches_a_file_that_was_changed(report, tmp_path):
    folder = tmp_path / "data"
    shutil.copytree(report / "data", folder)
    path = folder / "tbl-studenten-stand.csv"
    path.write_text(path.read_text(encoding="utf-8").replace(";0,", ";nul,", 1), encoding="utf-8")
    assert not frictionless.validate(str(folder / "datapackage.json")).valid


FORMULAS = ["=1+1", "+31 6", "-x", "@SUM(A1)", "  =1", "gewoon"]


def sheet(tmp_path, name="Tabel 1", label="tbl-x"):
    data = pd.DataFrame({"label": FORMULAS, "n": range(10, 16), "share": [0.5] * 6, "hidden": ""})
    publish.write_csv(tmp_path / f"{label}.csv", data, synthetic=True)
    return Sheet(name, label, "Bij & zo", "Hoofdstuk", "Bron", columns.read(tmp_path / f"{label}.csv"))


def make(sheets):
    return workbook.make("Titel", ["Regel"], sheets, synthetic=True, author="Wij")


def test_text_is_never_a_formula(tmp_path):
    (tmp_path / "x.xlsx").write_bytes(make([sheet(tmp_path)]))
    page = openpyxl.load_workbook(tmp_path / "x.xlsx")["Tabel 1"]
    cells = [page.cell(HEAD + 1 + i, 1) for i in range(len(FORMULAS))]
    assert [cell.value for cell in cells] == FORMULAS
    assert {cell.data_type for cell in cells} == {"s"}
    assert [bool(cell.quotePrefix) for cell in cells] == [True] * 5 + [False]


def test_the_same_contents_give_the_same_bytes(tmp_path):
    first = make([sheet(tmp_path)])
    time.sleep(2.1)  # dates in an archive go by two seconds
    assert make([sheet(tmp_path)]) == first


def test_sheets_that_cannot_be_named(tmp_path):
    with pytest.raises(MonitorError, match="used twice: Tabel 1"):
        make([sheet(tmp_path), sheet(tmp_path)])
    with pytest.raises(MonitorError, match="too long"):
        make([sheet(tmp_path, name="Tabel met een naam die veel te lang is")])


def test_a_value_of_another_kind_names_the_file(tmp_path):
    publish.write_csv(tmp_path / "tbl-x.csv", pd.DataFrame({"n": ["veel"]}), synthetic=False)
    with pytest.raises(MonitorError, match=r"tbl-x.csv: a value in veel.*reports/columns.yml"):
        columns.read(tmp_path / "tbl-x.csv")


def test_a_column_that_nobody_described_is_known_by_its_code():
    known, words, figures = columns.explain("tbl-x", ["label", "iets", "nog"], [["a", "b", "1,5"]])
    assert (known.known, known.title) == (True, "Groep")
    assert (words.known, words.title, words.kind) == (False, "iets", "text")
    assert figures.kind == "number"


def test_limits_are_of_the_kind_of_the_figure_before_them():
    kinds = [column.kind for column in columns.explain("x", ["mean", "low", "share", "low", "points", "points_low"])]
    assert kinds == ["number", "number", "share", "share", "points", "points"]


def test_captions_are_read_as_plain_text():
    lines = [
        '![Een \\*ster\\* (bron: x)](figures/fig-a.svg){#fig-a fig-alt="y"}',
        ": Bij \\_b\\_ {#tbl-b}",
        "![C](f.svg){#fig-c}",
    ]
    found = places("\n\n".join(lines))
    assert [(one.number, one.caption) for one in found] == [
        ("Figuur 1", "Een *ster* (bron: x)"),
        ("Tabel 1", "Bij _b_"),
        ("Figuur 2", "C"),
    ]


def test_heads_of_one_name_get_a_number():
    assert workbook.unique(["Groep", "n", "groep", "Groep"]) == ["Groep", "n", "groep (2)", "Groep (3)"]


def test_a_broken_list_of_columns_says_where(tmp_path, monkeypatch):
    (tmp_path / "columns.yml").write_text("columns: {n: {title: A, kind: aantal, about: B}}", encoding="utf-8")
    monkeypatch.setattr(paths, "REPORT_PARTS", tmp_path)
    with pytest.raises(MonitorError, match="(?s)columns.yml cannot be used.*columns.n.kind"):
        columns.explain("x", ["n"])


def test_a_file_without_a_warning_line_is_described_without_one(tmp_path):
    publish.write_csv(tmp_path / "tbl-x.csv", pd.DataFrame({"label": ["#a", "b"], "n": [12, 13]}), synthetic=False)
    one = Sheet("Tabel 1", "tbl-x", "Bij", "H", "B", columns.read(tmp_path / "tbl-x.csv"))
    (tmp_path / "datapackage.json").write_bytes(package.make(tmp_path, [one], {"name": "x"}))
    assert frictionless.validate(str(tmp_path / "datapackage.json")).valid
    assert frictionless.Package(str(tmp_path / "datapackage.json")).resources[0].read_rows()[0]["label"] == "#a"
    with open(tmp_path / "tbl-x.csv", encoding="utf-8-sig") as file:
        assert next(csv.reader(file, delimiter=";")) == ["label", "n"]
