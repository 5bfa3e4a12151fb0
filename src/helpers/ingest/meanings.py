"""What the sender's labels say that a code means, against what the crosswalk makes of it.

A label that names another category than the crosswalk, or a scale that runs the other way, turns figures round without
any code being unknown.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable

from helpers import characteristics, schema
from helpers.ingest.crosswalks import Crosswalk, Mapping
from helpers.ingest.mapping import key_of
from helpers.ingest.problems import Defect
from helpers.ingest.readers.delivered import Delivered
from helpers.ingest.words import visible

NEAR = 0.8
YES = {"ja", "yes", "wel", "genoemd", "aangekruist", "geselecteerd", "waar", "true"}
NO = {"nee", "no", "niet", "niet genoemd", "niet aangekruist", "niet geselecteerd", "onwaar", "false"}
LOW = {"slecht", "nooit", "niet", "geen", "weinig", "laag", "zwak", "zelden", "onvoldoende", "oneens", "onveilig"}
HIGH = {"goed", "altijd", "veel", "hoog", "sterk", "uitstekend", "vaak", "voldoende", "eens", "veilig", "tevreden"}
"""Words at the ends of a scale; one of the second kind with *on* before it is of the first."""

SIGNS: dict[str, set[str]] = {
    "True": {"ja", "wel", "yes"},
    "False": {"nee", "geen", "niet", "no"},
    "bol": {"bol"},
    "bbl": {"bbl"},
    "male": {"man", "mannen", "mannelijk", "jongen", "jongens"},
    "female": {"vrouw", "vrouwen", "vrouwelijk", "meisje", "meisjes"},
    "other": {"anders", "overig", "binair", "geen", "niet"},
}
"""Words that tell the categories of a column apart, wherever they stand in a label; a level's is its number."""

YEARS = re.compile(r"\d+(?: ?[-–] ?\d+)? ?jaar")
"""How long something takes, which is no level."""


def letters(text: str) -> str:
    """Small letters and digits: ``Niveau 1`` and ``niveau-1`` are the same."""
    return " ".join(re.findall(r"[a-z0-9<>+]+", text.lower()))


def nearly(word: str, words: Iterable[str]) -> str | None:
    """The word of ``words`` that is nearly this one; another number is never nearly the same."""
    found = difflib.get_close_matches(word, list(words), 1, NEAR)
    same = found and re.findall(r"\d+", found[0]) == re.findall(r"\d+", word)
    return found[0] if same else None


def words_for(column: str, value: object) -> set[str]:
    """How a sender may call a canonical value: our Dutch word for it, or its code."""
    if isinstance(value, bool):
        return YES if value else NO
    word = characteristics.load().words(column).get(str(value), str(value))
    return {letters(word), letters(str(value).replace("_", " "))}


def another(label: str, value: object, categories: Iterable[object]) -> bool:
    """Whether a label holds more of the words of another category of its column than of its own."""
    said = set(re.findall(r"[a-zà-ÿ]+|\d+", YEARS.sub("", label.lower())))
    fits = {str(each): len(said & SIGNS.get(str(each), _number(each))) for each in categories}
    return max(fits.values()) > fits.get(str(value), 0)


def _number(category: object) -> set[str]:
    return {str(category)} if str(category).isdigit() else set()


def rises(labels: dict[str, str]) -> bool | None:
    """Whether a scale runs from low to high, by the labels of its ends; ``None`` if they do not say."""
    numbered = sorted((float(code), label) for code, label in labels.items() if re.fullmatch(r"-?\d+(\.\d+)?", code))
    if len(numbered) < 2:
        return None
    first, last = (_end(label) for _, label in (numbered[0], numbered[-1]))
    return None if first is None or last is None or first == last else last


def _end(label: str) -> bool | None:
    """Whether a label stands at the high end of a scale; ``None`` if its words say neither or both."""
    own = set(re.findall(r"[a-z]+", label.lower()))
    low = own & LOW or {word for word in own if word.startswith("on") and word[2:] in HIGH}
    high = own & HIGH
    if low:
        return False if not ("niet" in own and len(low) > 1) else None
    return True if high else None


def answers(delivered: Delivered, mapping: Mapping) -> dict[str, str]:
    """The sender's label of each code that the crosswalk does not call missing."""
    declared = [*mapping.missing, *delivered.missing.get(mapping.source, [])]
    gone = {key_of(code) for code in declared if not isinstance(code, tuple)}
    labels = delivered.value_labels.get(mapping.source, {})
    found = {key_of(code): str(label) for code, label in labels.items()}
    ranges = [each for each in declared if isinstance(each, tuple)]
    return {code: label for code, label in found.items() if code not in gone and not within(code, ranges)}


def within(code: str, ranges: list[tuple]) -> bool:
    """Whether a code lies in a range that the sender declared missing."""
    if not re.fullmatch(r"-?\d+(\.\d+)?", code):
        return False
    return any(float(low) <= float(code) <= float(high) for low, high in ranges)


def check(delivered: Delivered, crosswalk: Crosswalk, name: str) -> list[Defect]:
    """Labels that contradict the crosswalk."""
    defects = []
    for column, mapping in crosswalk.columns.items():
        about = schema.TABLES[crosswalk.table][column]
        labels = answers(delivered, mapping) if mapping.source in delivered.value_labels else {}
        if about.kind in ("category", "boolean") and mapping.born is None:
            defects += _categories(column, mapping, about, labels, delivered.place(mapping.source), name)
        elif about.kind == "integer" and rises(labels) not in (None, mapping.turned is None):
            defects.append(_turned(mapping, about, labels, delivered.place(mapping.source), name))
    return defects


def _categories(column: str, mapping: Mapping, about, labels: dict[str, str], place: str, name: str) -> list[Defect]:
    meant = {word: value for value in about.categories or (True, False) for word in words_for(column, value)}
    defects = []
    for code, value in mapping.values.items():
        label = labels.get(key_of(code), "")
        said = letters(label)
        other = nearly(said, meant) if said else None
        near = other is not None and str(meant[other]) != str(value)
        other_words = near or another(label, value, about.categories or (True, False))
        if other_words and nearly(said, words_for(column, value)) != said:
            own = " of ".join(sorted(words_for(column, value))[:2])
            remedy = "Verander `values` in de crosswalk, of vraag de afzender wat klopt."
            found = f"code {key_of(code)} met het label ‘{visible(label)}’"
            allowed = f"een label als ‘{own}’, zoals de crosswalk zegt"
            defects.append(Defect(name, place, found, allowed, remedy, rule="label_conflict"))
    return defects


def _turned(mapping: Mapping, about, labels: dict[str, str], place: str, name: str) -> Defect:
    codes = sorted(labels, key=lambda code: float(code) if re.fullmatch(r"-?\d+(\.\d+)?", code) else 0.0)
    found = f"een schaal van {codes[0]} ‘{visible(labels[codes[0]])}’ tot {codes[-1]} ‘{visible(labels[codes[-1]])}’"
    allowed = (
        "een schaal van laag naar hoog" if mapping.turned is None else "een schaal van hoog naar laag (`reversed`)"
    )
    bounds = f": [{about.low:g}, {about.high:g}]" if about.low is not None and about.high is not None else ""
    way = f"Zet `reversed{bounds}` in de crosswalk" if mapping.turned is None else "Haal `reversed` uit de crosswalk"
    return Defect(name, place, found, allowed, f"{way}, of vraag de afzender wat klopt.", rule="label_conflict")
