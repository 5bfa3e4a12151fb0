"""The codebook: what every column means, and from which question of which wave or which other columns it comes.

Generated from the schema, the crosswalks and the declared characteristics, with the share that is missing as intake
counted it.
"""

from __future__ import annotations

import pandas as pd

from helpers import characteristics, dutch, schema
from helpers.ingest import crosswalks, load_intake
from helpers.ingest.crosswalks import Crosswalk, Mapping
from helpers.sources import load_sources

TITLES = {
    "institutions": "Instellingen",
    "students": "Studenten (JOB-monitor)",
    "staff": "Medewerkers",
    "students_msv": "Studenten (MSV 2017-2018)",
    "staff_msv": "Medewerkers (MSV 2017-2018)",
    "coordinators": "Veiligheidscoördinatoren",
    "incidents": "Incidenten",
    "enrolment": "Aantallen studenten",
    "fragments": "Fragmenten van focusgroepen",
}
KINDS = {
    "id": "code",
    "text": "tekst",
    "category": "categorie",
    "integer": "geheel getal",
    "number": "getal",
    "boolean": "ja of nee",
}
FAMILIES = ("victim", "partner", "facility", "topic_wished", "topic_last_year")
"""Prefixes of families of yes/no columns, whose items have their words in :data:`schema.LABELS`."""

DERIVED = "afgeleid van"

COLUMNS = [
    "table",
    "column",
    "label",
    "type",
    "values",
    "source",
    "wave",
    "original",
    "question",
    "unit",
    "missing",
    "note",
]


def build(edition: str) -> pd.DataFrame:
    """One row a canonical column and source, and one a derived characteristic: :data:`COLUMNS`.

    ``missing``: share of the delivered rows without an answer, empty where nothing was delivered; ``note``: the break
    since the wave before. Raises :class:`MonitorError` if intake did not run.
    """
    notes = load_intake(edition)["sources"]
    rows: list[dict] = []
    for source in load_sources():
        note = notes[source.source]
        crosswalk = crosswalks.load(note["crosswalk"] or source.crosswalk[0])
        accounts = {account["column"]: account for account in note["accounts"]}
        for column, about in schema.TABLES[source.table].items():
            mapping = crosswalk.columns.get(column) if isinstance(crosswalk, Crosswalk) else None
            rows.append(_row(source, column, about, mapping, crosswalk, accounts.get(column)))
    return pd.DataFrame([*rows, *_derived()], columns=COLUMNS)


def _derived() -> list[dict]:
    """One row a derived characteristic and table: what it is made of, and its categories."""
    return [
        {
            "table": table,
            "column": one.name,
            "label": dutch.sentence(one.subject),
            "type": KINDS["category" if one.categories else "number"],
            "values": "; ".join(_value(code, category.label) for code, category in one.categories.items()) or one.step,
            "original": f"{DERIVED} {dutch.enumerate_words(one.sources)}",
            **dict.fromkeys(("source", "question", "unit", "note"), ""),
        }
        for one in characteristics.load()
        if one.derived
        for table in one.of
    ]


def _row(source, column: str, about: schema.Column, mapping: Mapping | None, crosswalk, account: dict | None) -> dict:
    broken = getattr(crosswalk, "breaks", {}).get(column)
    gone = (account["missing"] + account["empty"]) / account["rows"] if account and account["rows"] else None
    return {
        "table": source.table,
        "column": column,
        "label": (mapping.label if mapping and mapping.label else "") or label_of(column, about),
        "type": KINDS[about.kind],
        "values": values_of(column, about),
        "source": source.source,
        "wave": source.wave,
        "original": mapping.source if mapping else "",
        "question": mapping.question if mapping else "",
        "unit": mapping.unit if mapping else "",
        "missing": gone,
        "note": broken.note if broken else "",
    }


def label_of(column: str, about: schema.Column) -> str:
    """Dutch label of a column; an item of a family is told with its question."""
    for family in FAMILIES:
        item = column.removeprefix(f"{family}_")
        words = schema.LABELS.get(family.split("_")[0], {})
        if item != column and item in words:
            lead = {
                "victim": "Slachtoffer van",
                "partner": "Partner:",
                "facility": "Voorziening:",
                "topic_wished": "Meer aandacht voor",
                "topic_last_year": "Aandacht in het laatste jaar:",
            }[family]
            return f"{lead} {words[item]}"
    return about.label


def values_of(column: str, about: schema.Column) -> str:
    """Categories with their Dutch words, or the bounds of a number: ``male = man; female = vrouw``."""
    if about.categories:
        words = characteristics.load().words(_of_code(column))
        return "; ".join(_value(code, words.get(code, "")) for code in about.categories)
    if about.kind in ("integer", "number") and about.low is not None:
        return f"{about.low:g} tot en met {about.high:g}" if about.high is not None else f"{about.low:g} of meer"
    return ""


def _value(code: str, word: str) -> str:
    return f"{code} = {word}" if word else code


def _of_code(column: str) -> str:
    return {"bottleneck_code": "factor", "success_code": "factor"}.get(column, column)


def breaks() -> pd.DataFrame:
    """Recorded changes between waves: table, column, wave, kind, note."""
    rows = []
    for source in load_sources():
        crosswalk = crosswalks.load(source.crosswalk[0])
        for column, each in getattr(crosswalk, "breaks", {}).items():
            rows.append((source.table, column, source.wave or 0, each.kind, each.note))
    return pd.DataFrame(rows, columns=["table", "column", "wave", "kind", "note"])


def compute(edition: str) -> dict[str, pd.DataFrame]:
    """The tables of the analyse stage: codebook and breaks."""
    return {"codebook": build(edition), "breaks": breaks()}
