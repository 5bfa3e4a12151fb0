"""The glossary: one definition a term, references that lead somewhere, values from the schema."""

from __future__ import annotations

import pytest
import yaml

from helpers import glossary, paths, schema
from helpers.errors import MonitorError


def changed_glossary(tmp_path, monkeypatch, change):
    content = yaml.safe_load(paths.GLOSSARY.read_text(encoding="utf-8"))
    change(content)
    path = tmp_path / "glossary.yml"
    path.write_text(yaml.safe_dump(content, allow_unicode=True), encoding="utf-8")
    monkeypatch.setattr(paths, "GLOSSARY", path)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda g: g["terms"].append({"term": "Niveau", "means": "Nog eens hetzelfde."}), "defined twice: niveau"),
        (lambda g: g["terms"][0].update(see=["nergens"]), "refers to nergens"),
        (lambda g: g["terms"][0].update(see=[g["terms"][0]["term"]]), "which is not another term"),
        (lambda g: g["terms"][0].update(columns=["students.lvl"]), "'students.lvl' is not a column"),
        (lambda g: g["terms"][0].update(means="geen hele zin"), "ends with a full stop"),
        (lambda g: g["terms"][0].update(family="kinds"), "not a family of words"),
        (lambda g: g["avoid"].append({"word": "niveau", "instead": "trap"}), "or a term as well: niveau"),
        (lambda g: g["terms"][0].update(uitleg="x"), "uitleg"),
    ],
)
def test_a_glossary_that_contradicts_itself_is_refused(tmp_path, monkeypatch, change, words):
    changed_glossary(tmp_path, monkeypatch, change)
    with pytest.raises(MonitorError, match="data/glossary.yml") as refused:
        glossary.load_glossary()
    assert words in str(refused.value)


def test_a_definition_that_asks_for_what_is_not_known_is_refused(tmp_path, monkeypatch):
    changed_glossary(tmp_path, monkeypatch, lambda g: g["terms"][0].update(means="Meer dan {minimun} mensen."))
    with pytest.raises(MonitorError, match="minimun.*There are: confidence, minimum, slight"):
        glossary.load_glossary().rows("sector", {"minimum": 10, "slight": 3, "confidence": 95})


def test_values_of_terms_come_from_the_schema():
    terms = {term.term: term for term in glossary.load_glossary().terms}
    assert terms["leerweg"].values == ["Indeling: bol, bbl."]
    assert terms["psychisch-fysiek geweld"].values == [f"Soorten: {', '.join(schema.LABELS['victim'].values())}."]
