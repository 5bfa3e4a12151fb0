"""What chapters tell, in ordinary and in awkward worlds."""

import json
import re

import pandas as pd
import pytest
from cells import CHAPTERS, annex, run_cells

from helpers import disclosure, paths, publish, run, settings, tables
from helpers.analyse import analyse, policy
from helpers.errors import MonitorError
from helpers.files import write_parquet
from helpers.report import Report


def change_students(change, waves=(2016, 2018, 2020, 2022)):
    """Change the canonical student tables and compute again what follows from them."""
    for wave in waves:
        path = paths.EditionPaths("small").data / f"students_{wave}.parquet"
        write_parquet(path, change(pd.read_parquet(path)))
    analyse("small", "students")
    analyse("small", "staff")
    tables.write_slices("small", "students", run.known_institutions("small"))


def keep_of(unit, count):
    def change(rows):
        own = rows.index[rows["institution_id"] == unit]
        return rows.drop(own[count:]).reset_index(drop=True)

    return change


@pytest.mark.parametrize(
    ("chapter", "unit"),
    [(chapter, unit) for unit in ("sector", "99AA", "99AB", "99AC") for chapter in settings.load_chapters().of(unit)],
)
def test_every_chapter_tells_its_story_for_every_unit(ready, monkeypatch, tmp_path, chapter, unit):
    monkeypatch.chdir(tmp_path)  # from any working directory
    text = run_cells(monkeypatch, chapter, "small", unit)
    assert len(text) > 500
    assert not re.search(r"\bnan\b|None|<NA>|\{[a-z_]+\}", text)
    anchors = re.findall(r"\{#((?:fig|tbl)-[\w-]+)", text)
    assert len(anchors) == len(set(anchors))
    assert set(re.findall(r"@((?:fig|tbl)-[\w-]+)", text)) <= set(anchors)


def test_a_report_of_an_institution_holds_nothing_of_the_others(ready, monkeypatch):
    text = "".join(run_cells(monkeypatch, chapter, "small", "99AB") for chapter in settings.load_chapters().of("99AB"))
    folder = paths.EditionPaths("small").unit("99AB")
    text += "".join(path.read_text(encoding="utf-8") for path in folder.glob("tables/*.csv"))
    for word in ("99AA", "99AC", "Proefstad", "Modelveld"):
        assert word not in text


def test_the_sector_report_names_no_institution(ready, monkeypatch):
    text = "".join(run_cells(monkeypatch, chapter, "small", "sector") for chapter in CHAPTERS)
    for word in ("99AA", "99AB", "99AC", "Proefstad", "Kleine Letter", "Modelveld"):
        assert word not in text


def test_an_institution_that_delivered_only_students(ready, monkeypatch):
    staff = run_cells(monkeypatch, "2-staff-safety", "small", "99AC")
    assert "zijn er geen cijfers die getoond mogen worden" in staff
    assert "eigen instelling" not in staff
    role = run_cells(monkeypatch, "3-institutions-role", "small", "99AC")
    assert "kon geen incidenten aanleveren" in role


@pytest.mark.parametrize("count", [0, 1, 9])
def test_an_institution_with_too_few_respondents_shows_no_figure_of_its_own(ready, monkeypatch, count):
    change_students(keep_of("99AB", count))
    text = run_cells(monkeypatch, "1-student-safety", "small", "99AB")
    assert "te weinig" in text
    folder = paths.EditionPaths("small").unit("99AB")
    for path in folder.glob("tables/*.csv"):
        data = annex(folder, path.stem)
        if "scope" in data:
            own = data[data["scope"] == "eigen instelling"]
            assert (
                own.drop(columns=[c for c in own if c in ("scope", "label", "category", "wave", disclosure.REASON)])
                .isna()
                .all(None)
            )


def test_ten_respondents_are_shown(ready, monkeypatch):
    change_students(keep_of("99AB", 10))
    run_cells(monkeypatch, "1-student-safety", "small", "99AB")
    folder = paths.EditionPaths("small").unit("99AB")
    trend = annex(folder, "tbl-studenten-trend")
    own = trend[trend["scope"] == "eigen instelling"]
    assert (own["n"].dropna() >= 9).all()


def test_a_wave_with_one_institution(ready, monkeypatch):
    change_students(lambda rows: rows[rows["institution_id"] == "99AA"].reset_index(drop=True), waves=(2022,))
    for unit in ("sector", "99AA", "99AB"):
        text = run_cells(monkeypatch, "1-student-safety", "small", unit)
        assert "2022" in text
    assert "Er zijn te weinig instellingen" in run_cells(monkeypatch, "1-student-safety", "small", "sector")


def test_a_characteristic_that_nobody_has(ready, monkeypatch):
    def change(rows):
        return rows.assign(disability=pd.array([pd.NA] * len(rows), dtype="boolean"))

    change_students(change)
    text = run_cells(monkeypatch, "1-student-safety", "small", "sector")
    assert "Naar functiebeperking zijn er geen gegevens." in text
    assert "fig-studenten-persoon-disability" not in text


def test_focus_groups_say_that_they_do_not_represent(ready, monkeypatch):
    text = run_cells(monkeypatch, "4-focus-groups", "small", "sector")
    assert text.count("niet representatief") >= 2


def test_no_quote_without_consent(ready, monkeypatch):
    path = paths.EditionPaths("small").data / "fragments.parquet"
    rows = pd.read_parquet(path)
    refused = rows.assign(quote_consent=False)
    write_parquet(path, refused.astype({"quote_consent": "boolean"}))
    analyse("small", "conversations")
    assert "“" not in run_cells(monkeypatch, "4-focus-groups", "small", "sector")


def test_findings_and_a_record_of_disclosure_stand_beside_the_chapter(ready, monkeypatch):
    run_cells(monkeypatch, "1-student-safety", "small", "99AB")
    folder = paths.EditionPaths("small").unit("99AB")
    findings = json.loads((folder / "1-student-safety.findings.json").read_text(encoding="utf-8"))
    assert {"S01", "S03"} <= {finding["id"] for finding in findings}
    record = json.loads((folder / "1-student-safety.disclosure.json").read_text(encoding="utf-8"))
    assert sum(sum(entry["hidden"].values()) for entry in record) > 0


def test_the_annex_tells_figures_about_respondents_no_more_precisely_than_the_report(ready, monkeypatch):
    run_cells(monkeypatch, "1-student-safety", "small", "99AA")
    folder = paths.EditionPaths("small").unit("99AA")
    for name in ("tbl-studenten-stand", "tbl-studenten-persoon-gender", "tbl-studenten-trend"):
        data = annex(folder, name)
        assert "n_effective" not in data
        shares = data[["safe", "neutral", "unsafe"]].stack()
        assert ((shares * 1000).round(6) % 1 == 0).all(), name
        benchmark = data.loc[data["scope"] != "eigen instelling", "n"].dropna()
        assert (benchmark % settings.load_settings().disclosure.benchmark_rounding == 0).all(), name


def test_every_annex_says_that_it_is_synthetic(ready, monkeypatch):
    run_cells(monkeypatch, "2-staff-safety", "small", "sector")
    files = list((paths.EditionPaths("small").unit("sector") / "tables").glob("*.csv"))
    assert files
    for path in files:
        assert path.read_text(encoding="utf-8-sig").startswith(f"# {publish.SYNTHETIC_LINE}")


@pytest.mark.parametrize(
    ("unit", "wave", "told"), [("98ZZ", 2022, "no institution '98ZZ'"), ("sector", 2021, "wave 2021")]
)
def test_a_unit_or_wave_that_does_not_exist(ready, unit, wave, told):
    with pytest.raises(MonitorError, match=told):
        Report(edition="small", unit=unit, wave=wave, chapter="1-student-safety")


def test_figures_are_the_same_bytes_again(ready, monkeypatch):
    folder = paths.EditionPaths("small").unit("sector") / "figures"
    run_cells(monkeypatch, "3-institutions-role", "small", "sector")
    first = {path.name: path.read_bytes() for path in folder.iterdir()}
    run_cells(monkeypatch, "3-institutions-role", "small", "sector")
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == first


@pytest.mark.parametrize("value", ["=1+1", "+cmd", "-2", "@x", "\t=1"])
def test_a_formula_in_a_text_is_no_formula_in_the_annex(tmp_path, value):
    publish.write_csv(tmp_path / "x.csv", pd.DataFrame({"label": [value], "n": [-3.5]}), synthetic=False)
    cell, number = (tmp_path / "x.csv").read_text(encoding="utf-8-sig").splitlines()[1].rsplit(";", 1)
    assert cell.strip('"').startswith("'")
    assert number == "-3,5"


def test_the_trend_by_level_is_the_sectors_only(ready, monkeypatch):
    assert "{#fig-studenten-trend-niveau" in run_cells(monkeypatch, "1-student-safety", "small", "sector")
    assert "trend-niveau" not in run_cells(monkeypatch, "1-student-safety", "small", "99AA")


def test_the_five_answers_are_hidden_where_the_three_are(ready, monkeypatch):
    change_students(keep_of("99AB", 9))
    run_cells(monkeypatch, "1-student-safety", "small", "99AB")
    five = annex(paths.EditionPaths("small").unit("99AB"), "fig-studenten-stand").set_index("scope")
    answers = [f"answer_{point}" for point in range(1, 6)]
    assert five.loc["eigen instelling", answers].isna().all()
    assert five.loc["alle instellingen", answers].sum() == pytest.approx(1, abs=0.003)


def test_a_monitor_without_any_student_is_refused(ready):
    with pytest.raises(MonitorError, match=r"no student in any of its waves \(2016, 2018, 2020, 2022\).*make intake"):
        change_students(lambda rows: rows.iloc[:0])


def test_intervals_of_means_end_where_the_scale_does(ready):
    found = tables.read_analysis("small", "maturity").set_index("moment")
    levels = found.drop(index=policy.CHANGE)
    assert (levels["low"].min(), levels["high"].max()) == (1, 5)  # on three institutions they would go beyond
    assert (levels["low"] < levels["mean"]).all() and (levels["mean"] < levels["high"]).all()
    assert found.loc[policy.CHANGE, ["low", "high"]].abs().max(axis=None) <= 4
