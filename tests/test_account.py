"""The account of a delivered file: closed, or the gate refuses; doubts and what was left out are told."""

import json

import pandas as pd
import pytest

from helpers import ingest, paths
from helpers.ingest import account, arrived, rules
from helpers.ingest.account import Parts, Rest
from helpers.render import intake
from helpers.sources import load_received, load_sources


def test_an_account_is_open_by_what_nobody_named():
    parts = Parts("rijen", 10, 7, (Rest("rij 3", 1, "leeg"),))
    assert parts.open == 2
    assert parts.without(Rest("", 2, "van een ander"), Rest("", 0, "niets")).open == 2
    assert parts.without(Rest("", 2, "van een ander")).used == 5
    with pytest.raises(ValueError, match="allowed: bladen"):
        Parts("vellen", 1, 1)


def test_a_note_gives_the_account_back():
    parts = [Parts("bladen", 2, 1, (Rest("blad ‘A’", 1, "verborgen", doubt=True),)), Parts("rijen", 3, 3)]
    assert account.load(json.loads(json.dumps([each.to_dict() for each in parts]))) == parts


@pytest.mark.parametrize(
    ("parts", "expected"),
    [
        (Parts("rijen", 3, 3), []),
        (Parts("rijen", 3, 2, (Rest("rij 2", 1, "leeg"),)), []),
        (Parts("rijen", 3, 2), ["account_open"]),
        (Parts("rijen", 3, 3, (Rest("rij 2", 1, "leeg"),)), ["account_open"]),
        (Parts("rijen", 3, -1, (Rest("", 4, "weg"),)), ["account_open"]),
        (Parts("bladen", 2, 1, (Rest("blad ‘A’", 1, "verborgen", doubt=True),)), ["account_doubt"]),
    ],
)
def test_the_gate_refuses_what_is_open_and_tells_doubts(parts, expected):
    assert [defect.rule for defect in account.check("x.xlsx", [parts])] == expected


def test_a_bare_off_in_the_settings_switches_a_rule_off(tmp_path):
    path = tmp_path / "intake.yml"
    text = (paths.PARAMETERS / "intake.yml").read_text(encoding="utf-8")
    path.write_text(text.replace("account_doubt: warn", "account_doubt: off"), encoding="utf-8")
    assert rules.load(path).level("account_doubt") == "off"


@pytest.fixture
def noted(world):
    """Give the register this account, and pass the gate."""

    def change(*parts, mapped=3):
        note = paths.EditionPaths("small").data / f"register{ingest.NOTE}"
        content = json.loads(note.read_text(encoding="utf-8"))
        content["parts"] = {"register.csv": [each.to_dict() for each in parts]}
        content["accounts"] = [{**each, "rows": mapped} for each in content["accounts"]]
        note.write_text(json.dumps(content), encoding="utf-8")
        return ingest.gate("small")

    return change


def test_an_open_account_stops_the_edition(noted):
    summary = noted(Parts("rijen", 3, 2), mapped=2)
    assert summary["verdict"] == "refused"
    (problem,) = summary["problems"]
    assert (problem["rule"], problem["source"], problem["file"]) == ("account_open", "register", "register.csv")


def test_a_file_without_an_account_is_told(world):
    where = paths.EditionPaths("small")
    notes = ingest.load_notes("small")
    notes["register"]["parts"] = {}
    found = arrived.check(where, load_sources(), notes, load_received(where.deliveries))
    assert [defect.file for defect in found if defect.rule == "account_missing" and defect.source == "register"] == [
        "register.csv"
    ]
    notes["register"]["problems"] = [{"level": "refuse"}]
    found = arrived.check(where, load_sources(), notes, load_received(where.deliveries))
    assert not [defect for defect in found if defect.source == "register"]


def test_rows_that_nobody_mapped_stop_the_edition(noted):
    summary = noted(Parts("rijen", 4, 2, (Rest("rij 2-3", 2, "leeg"),)))
    assert [problem["rule"] for problem in summary["problems"]] == ["account_open"]


def test_the_page_shows_what_became_of_every_part(noted):
    noted(
        Parts("rijen", 1203, 1200, (Rest("rij 7", 2, "van een ander"), Rest("rij 9", 1, "onzeker", doubt=True))),
        mapped=1200,
    )
    page = intake.render("small")
    text = page.read_text(encoding="utf-8")
    for word in ("Verantwoording van bestanden", "1.203", "van een ander", "rij 9", "onzeker"):
        assert word in text
    listed = pd.read_csv(page.parent / "parts.csv", sep=";")
    own = listed[listed["bestand"] == "register.csv"]
    assert own["aantal"].tolist() == [2, 1]
