"""What institutions do and register, and what focus groups told: views in ordinary and in awkward worlds."""

import json
import re

import pandas as pd
import pytest
from cells import markdown_of, run_cells

from helpers import paths, run, tables
from helpers.analyse import analyse
from helpers.chapters.questions import QUESTIONS
from helpers.errors import MonitorError
from helpers.files import write_parquet
from helpers.story import Report

ROLE, GROUPS = "3-institutions-role", "4-focus-groups"


def change(source, how, part="policy"):
    """Change a canonical table and compute again what follows from it."""
    path = paths.EditionPaths("small").data / f"{source}.parquet"
    write_parquet(path, how(pd.read_parquet(path)).reset_index(drop=True))
    analyse("small", part)
    for table in tables.OWN_TABLES:
        tables.write_slices("small", table, run.known_institutions("small"))


def opened(unit="sector", chapter=ROLE):
    return Report(edition="small", unit=unit, wave=2022, chapter=chapter)


def findings(unit, chapter):
    path = paths.EditionPaths("small").unit(unit) / f"{chapter}.findings.json"
    return {each["id"]: each for each in json.loads(path.read_text(encoding="utf-8"))}


@pytest.mark.parametrize("code", QUESTIONS)
def test_a_question_tells_its_answers(ready, code):
    view = opened().question(code)
    shares = [float(each.share.bare._text.replace(",", ".")) for each in view.top]
    assert shares == sorted(shares, reverse=True) and len(shares) == min(3, len(view.given))
    assert view.most is view.top[0] and view.least in view.given
    assert {str(each.label) for each in view.given} == set(view.data["label"])


def test_few_coordinators_give_no_figure(ready, monkeypatch):
    change("coordinators", lambda rows: rows.head(9))
    text = run_cells(monkeypatch, ROLE, "small", "sector")
    assert "steunt op de antwoorden van veiligheidscoördinatoren en andere" in text
    assert len(re.findall(r"Antwoorden over [^.]* mogen niet worden getoond", text)) == len(QUESTIONS) + 2
    assert "%" not in text.partition("## Registratie")[0].partition("instellingen (")[0].replace("95%-interval", "")
    told = findings("sector", ROLE)
    assert "mogen niet worden getoond" in told["rol-facility"]["sentence"] and told["rol-facility"]["treats"] == ["I04"]


def test_what_nobody_answered_is_treated_and_not_in_the_summary(ready, monkeypatch):
    change("coordinators", lambda rows: rows.head(0))
    text = run_cells(monkeypatch, ROLE, "small", "99AA")
    assert text.count("zijn er geen antwoorden.") == len(QUESTIONS) + 2
    told = findings("99AA", ROLE)
    for id in ("rol-safety-plan", "rol-bottleneck", "rol-eensgezindheid", "I08"):
        assert told[id]["treats"] and not told[id]["sentence"] and not told[id]["short"] and not told[id]["at"]


def test_sight_and_knowledge_are_named_where_they_are_not_among_the_most_given(ready):
    view = opened().question("bottleneck_code")
    pair = "little_sight_of_incidents", "little_knowledge_of_acting"
    below = view.below_top(*pair)
    assert below and all(each in view.given and each not in view.top for each in below)
    assert view.below_top("short_lines") == []  # no bottleneck of anybody
    with pytest.raises(MonitorError, match="no answer little_sight; it has assertiveness"):
        view.below_top("little_sight")


def test_an_unknown_question_or_code_says_which_there_are(ready):
    with pytest.raises(MonitorError, match="not asked 'plan'; report.question knows safety_plan"):
        opened().question("plan")
    for method in ("told_about", "quotes"):
        with pytest.raises(MonitorError, match="no code 'mentor'; they have accepted_unsafety"):
            getattr(opened(chapter=GROUPS), method)("mentor")


def test_an_institution_that_delivered_no_incidents_says_why(ready, monkeypatch):
    def refuse(rows):
        first = rows.drop_duplicates("institution_id")
        reasons = pd.Series(["Geen *tijd* [nu]", None, None][: len(first)], index=first.index, dtype="string")
        return first.assign(delivered=False, reason=reasons, period=pd.NA, category=pd.NA).astype(rows.dtypes.to_dict())

    change("incidents", refuse)
    text = run_cells(monkeypatch, ROLE, "small", "99AA")
    assert r"kon geen incidenten aanleveren. Opgegeven reden: Geen \*tijd\* \[nu\]." in text
    assert "Cijfers over incidenten kwamen van 0 van de 3 instellingen (0%); 3 konden" in text
    assert "tbl-rol-incidenten" not in text
    text = run_cells(monkeypatch, ROLE, "small", "sector")
    assert r"| Geen \*tijd\* \[nu\]" in text and "Te weinig instellingen leverden" in text


def test_an_institution_of_which_nothing_was_received(ready, monkeypatch):
    change("incidents", lambda rows: rows[rows["institution_id"] != "99AA"])
    assert "niets over incidenten ontvangen" in run_cells(monkeypatch, ROLE, "small", "99AA")


def test_a_delivery_says_whether_it_can_be_compared(ready):
    view = opened("99AA").delivery()
    assert view.delivered and view.partly and not view.comparable
    assert "niet bekend over" in str(view.why) and "en 2022-2023" in str(view.periods)
    with pytest.raises(MonitorError, match="if not report.is_sector"):
        opened().delivery()


def test_reasons_of_institutions_stand_in_the_sector_report_only(ready, monkeypatch):
    assert "{#tbl-rol-registratie}" in run_cells(monkeypatch, ROLE, "small", "sector")
    assert "tbl-rol-registratie" not in run_cells(monkeypatch, ROLE, "small", "99AA")


def test_the_sector_tells_incidents_where_enough_institutions_can_be_compared(ready):
    view = opened().incidents()
    assert view.empty and not view.period and view.table("tbl-x", "") is None
    path = paths.EditionPaths("small").analysis / "incident_rates.parquet"
    rates = pd.read_parquet(path)
    write_parquet(path, rates.assign(institutions=9, largest=0.2, two=0.3))
    view = opened().incidents()
    assert str(view.period) == "2022-2023" and view.data["rate"].notna().all()
    write_parquet(path, rates.assign(institutions=9, largest=0.6, two=0.7))
    assert opened().incidents().data["rate"].isna().all()


def test_a_kind_of_participants_by_itself(ready, monkeypatch):
    change(
        "fragments",
        lambda rows: rows[(rows["participants"] == "staff") & (rows["code"] != "atmosphere")],
        "conversations",
    )
    text = run_cells(monkeypatch, GROUPS, "small", "sector")
    assert "Medewerkers spraken het meest over" in text and "tudenten spraken" not in text
    assert "Over sfeer is in deze gesprekken niets gezegd." in text
    assert not findings("sector", GROUPS)["F05-2"]["sentence"]


def test_an_edition_without_conversations(ready, monkeypatch):
    change("fragments", lambda rows: rows.head(0), "conversations")
    text = run_cells(monkeypatch, GROUPS, "small", "99AB")
    assert "zijn er geen focusgroepen gehouden" in text and "niet representatief" in text
    assert "@fig" not in text and "@tbl" not in text and "> “" not in text
    told = findings("99AB", GROUPS)
    assert {"F01", "F02"} <= set(told["F01"]["treats"]) and not any(each["sentence"] for each in told.values())


def test_a_quote_stands_as_it_was_said_and_is_never_a_template(ready, monkeypatch):
    path = paths.EditionPaths("small").analysis / "quotes.parquet"
    quotes = pd.read_parquet(path)
    assert len(quotes)
    said = "Zo *erg* {{ scale.low }} & <b>3</b> , zei hij ."
    write_parquet(path, quotes.assign(text=pd.Series([said] * len(quotes), dtype="string")))
    text = run_cells(monkeypatch, GROUPS, "small", "sector")
    assert r"> “Zo \*erg\* \{\{ scale.low \}\} & \<b\>3\</b\> , zei hij .” (student)" in text
    with pytest.raises(MonitorError, match="shows report.quotes"):
        opened(chapter=GROUPS).quote(["Zo is het."])


@pytest.mark.parametrize(
    ("source", "chapter", "headings"), [("coordinators", ROLE, 5), ("incidents", ROLE, 1), ("fragments", GROUPS, 7)]
)
def test_a_source_that_is_left_out_is_told_once_under_every_heading(
    ready, edition_file, monkeypatch, source, chapter, headings
):
    edition_file("small", waves=[2016, 2018, 2020, 2022], without=[{"source": source, "reason": "Kwam te laat."}])
    parts = re.split(r"^#+ ", markdown_of(monkeypatch, chapter, "small", "99AA"), flags=re.MULTILINE)
    told = [part.count("Kwam te laat).") for part in parts if "Kwam te laat)." in part]
    assert told == [1] * headings
