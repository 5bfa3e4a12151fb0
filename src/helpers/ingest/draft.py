"""A draft crosswalk for a delivered file: what is sure, what is doubtful, and what is left for a person.

Columns are matched with those of a crosswalk that is there, by name, by the sender's label against the question's
wording, and by value labels against what each code meant. Nothing doubtful is decided: it stands in the draft with
``# TWIJFEL``, and what nothing fits with ``# OVER``.
"""

from __future__ import annotations

import difflib
import re
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from helpers import files, paths, schema
from helpers.errors import MonitorError
from helpers.ingest import crosswalks, privacy, readers
from helpers.ingest.crosswalks import Crosswalk, IncidentCrosswalk
from helpers.ingest.mapping import key_of
from helpers.ingest.meanings import letters, nearly, rises, within, words_for

SURE, DOUBTFUL = 0.86, 0.55
"""Likeness from which a match is taken, and from which it is offered."""

OTHER_QUESTION = 0.75
"""A column with the name but not the question is no more alike than this."""

NUMBERS = ("integer", "number")


@dataclass(frozen=True)
class Match:
    """A canonical column, the delivered one that fits it best, and why."""

    column: str
    source: str
    likeness: float
    reason: str

    @property
    def sure(self) -> bool:
        """Whether it is taken without asking."""
        return self.likeness >= SURE


def write(file: Path, like: str | None = None) -> tuple[Path, str]:
    """Write ``data/crosswalks/draft_<file>.yml``; returns its path and what is left to decide.

    Raises :class:`MonitorError` for a file that cannot be read or a crosswalk that does not exist, and if the
    draft is there already: a person may have worked in it.
    """
    if not file.is_file():
        raise MonitorError(f"There is no file {file}.")
    target = paths.CROSSWALKS / f"draft_{re.sub(r'[^a-z0-9]+', '_', file.stem.lower()).strip('_')}.yml"
    if target.exists():
        raise MonitorError(f"{files.display(target)} is there already: rename or remove it first.")
    delivered = readers.read(file, file.name)
    name, before = _before(delivered, like)
    text, left = draft(delivered, before, file.name, name)
    files.write_text(target, text)
    return target, left


def _before(delivered: readers.Delivered, like: str | None) -> tuple[str, Crosswalk]:
    """The crosswalk to work from: the one that was named, or the one with which most columns match."""
    known = {path.stem for path in paths.CROSSWALKS.glob("*.yml") if not path.stem.startswith("draft_")}
    if like is not None:
        if like not in known:
            raise MonitorError(f"There is no crosswalk '{like}'; there are: {', '.join(sorted(known))}.")
        candidates = [like]
    else:
        candidates = sorted(known, reverse=True)
    best: tuple[float, str, Crosswalk] | None = None
    for name in candidates:
        crosswalk = crosswalks.load(name)
        if isinstance(crosswalk, IncidentCrosswalk):
            continue
        score = sum(each.likeness for each in matches(delivered, crosswalk)) / len(crosswalk.columns)
        if best is None or score > best[0]:
            best = (score, name, crosswalk)
    if best is None:
        raise MonitorError(
            "Incident registrations have no columns to match: add a layout to data/crosswalks/incidents.yml."
        )
    return best[1], best[2]


def matches(delivered: readers.Delivered, before: Crosswalk) -> list[Match]:
    """The best delivered column for each column of ``before``, each delivered column at most once."""
    offers = []
    for column, mapping in before.columns.items():
        for source in map(str, delivered.frame.columns):
            likeness, reason = _likeness(delivered, source, column, mapping)
            if likeness >= DOUBTFUL:
                offers.append(Match(column, source, likeness, reason))
    offers.sort(key=lambda each: (-each.likeness, each.column, each.source))
    taken: dict[str, Match] = {}
    for offer in offers:
        if offer.column not in taken and offer.source not in {each.source for each in taken.values()}:
            taken[offer.column] = offer
    return [taken[column] for column in before.columns if column in taken]


def _likeness(delivered: readers.Delivered, source: str, column: str, mapping) -> tuple[float, str]:
    label = delivered.labels.get(source, "")
    tries = [(_ratio(source, mapping.source), "naam"), (0.9 * _ratio(source, column), "onze naam")]
    if label and mapping.question and _ratio(label, mapping.question) < DOUBTFUL:
        tries = [(min(likeness, OTHER_QUESTION), reason) for likeness, reason in tries]  # the name of another question
    if label:
        for words in (mapping.question, mapping.label, _schema_label(column)):
            if words:
                tries.append((_ratio(label, words), "vraag"))
    likeness, reason = max(tries)
    if likeness < 1 and mapping.values and source in delivered.value_labels:
        # the same answers make a weak match stronger; other answers make it weaker
        answers = {letters(str(word)) for word in delivered.value_labels[source].values()}
        meant = set(mapping.values.values())
        shared = sum(any(nearly(word, answers) for word in words_for(column, value)) for value in meant) / len(meant)
        likeness = min(1.0, likeness + 0.2 * shared - (0.0 if shared else 0.25))
    return likeness, reason


def _ratio(one: str, other: str) -> float:
    return difflib.SequenceMatcher(None, _plain(one), _plain(other)).ratio()


def _plain(text: str) -> str:
    return privacy.plain(text)


def _schema_label(column: str) -> str:
    return next((columns[column].label for columns in schema.TABLES.values() if column in columns), "")


def draft(delivered: readers.Delivered, before: Crosswalk, file: str, name: str) -> tuple[str, str]:
    """Text of the draft, and one line on what is left to decide."""
    found = {match.column: match for match in matches(delivered, before)}
    lines = [
        f"# Ontwerp voor {file}, naar data/crosswalks/{name}.yml.",
        "# Beslis elke regel met TWIJFEL of OVER, haal die woorden weg,",
        "# hernoem dit bestand, en noem het onder `crosswalk` in data/sources.yml.",
        f"table: {before.table}",
        *([f"format: {before.format}"] if before.format != "table" else []),
    ]
    keys = [str(column) for column in delivered.frame if _is_key(delivered.frame[column])]
    if keys:
        lines.append(
            f"key: {_scalar(keys[0])}   # TWIJFEL: uniek in elke rij; is dit het volgnummer van de respondent?"
        )
    lines.append("columns:")
    doubts = 0
    for column, mapping in before.columns.items():
        match = found.get(column)
        if match is None:
            lines.append(f"  # OVER: niets past bij {column} (in de vorige meting {_scalar(mapping.source)})")
            doubts += 1
            continue
        about = schema.TABLES[before.table][column]
        entry, unsure = _entry(delivered, match, mapping, about)
        doubts += unsure
        lines += entry
    used = {match.source for match in found.values()} | set(keys[:1])
    rest = [str(column) for column in delivered.frame.columns if str(column) not in used]
    lines.append("ignore:")
    lines += [f"  - {_scalar(column)}   # OVER: {_about(delivered, column)}" for column in dict.fromkeys(rest)]
    if not rest:
        lines[-1] = "ignore: []"
    left = f"{len(found)} kolommen herkend, {doubts} regels om te beslissen, {len(rest)} kolommen over (naar {name})"
    return "\n".join(lines) + "\n", left


def _entry(delivered: readers.Delivered, match: Match, mapping, about: schema.Column) -> tuple[list[str], int]:
    """Lines of one column, and how many of them a person must decide on."""
    unsure = 0
    note = ""
    if not match.sure:
        note = f"   # TWIJFEL: {match.reason} lijkt voor {match.likeness * 100:.0f}% op {_scalar(mapping.source)}"
        unsure += 1
    lines = [f"  {match.column}:{note}", f"    from: {_scalar(match.source)}"]
    label = delivered.labels.get(match.source, "")
    if label and (mapping.question or about.kind in (*NUMBERS, "category", "boolean")):
        changed = mapping.question and _ratio(label, mapping.question) < 1
        lines.append(
            f"    question: {_scalar(label)}"
            + (f"   # TWIJFEL: was {_scalar(mapping.question)}; zo ja, leg een trendbreuk vast" if changed else "")
        )
        unsure += bool(changed)
    answers = {key_of(code): str(word) for code, word in delivered.value_labels.get(match.source, {}).items()}
    missing = _missing(delivered, match.source, mapping, answers)
    if about.kind in ("category", "boolean"):
        values, doubtful = _values(delivered, match, mapping, about, answers, set(missing))
        lines += values
        unsure += doubtful
    if missing:
        lines.append(f"    missing: [{', '.join(_scalar(code) for code in missing)}]")
    turned, sure = _turned(mapping, about, {code: word for code, word in answers.items() if code not in missing})
    if turned is not None:
        doubt = "" if sure else "   # TWIJFEL: loopt de schaal andersom?"
        lines.append(f"    reversed: {list(turned)}{doubt}")
        unsure += not sure
    if mapping.scale != 1:
        lines.append(f"    scale: {mapping.scale}")
    return lines, unsure


def _missing(delivered: readers.Delivered, source: str, mapping, answers: dict[str, str]) -> list[str]:
    """Codes that are no answer: those that the sender declares, and those that were none before."""
    declared = delivered.missing.get(source, [])
    ranges = [code for code in declared if isinstance(code, tuple)]
    there = {key_of(code) for code in pd.unique(delivered.frame[source].dropna())} | set(answers)
    found = {key_of(code) for code in declared if not isinstance(code, tuple)}
    found |= {code for code in there if within(code, ranges)}
    before = {key_of(code) for code in mapping.missing}
    found |= before if not declared else before & there
    return sorted(found, key=lambda code: (len(code), code))


def _turned(mapping, about: schema.Column, answers: dict[str, str]) -> tuple[tuple[int, int] | None, bool]:
    """Whether the scale runs from high to low, by the labels of its ends; and whether they say so."""
    up = rises(answers) if about.kind == "integer" else None
    if up is None:
        return mapping.turned, False
    bounds = (int(about.low or 0), int(about.high)) if about.high is not None else mapping.turned
    return (None if up else mapping.turned or bounds), mapping.turned is not None and not up


def _values(delivered, match: Match, mapping, about, answers: dict[str, str], gone: set[str]) -> tuple[list[str], int]:
    """What each delivered code means, by the sender's own words for it."""
    codes = [key_of(code) for code in pd.unique(delivered.frame[match.source].dropna())]
    codes = sorted({*codes, *answers} - gone - {""}, key=lambda code: (len(code), code))
    allowed = about.categories or (True, False)
    words = {word: value for value in allowed for word in words_for(match.column, value)}
    was = {key_of(code): value for code, value in mapping.values.items()}
    lines, unsure = ["    values:"], 0
    for code in codes[:60]:
        word = answers.get(code, "")
        near = nearly(letters(word or code), words)
        value = words[near] if near else was.get(code)
        same = code in was and value == was[code]
        if value is None:
            lines.append(f"      {_scalar(code)}: ???   # OVER: {word or 'geen label'}")
            unsure += 1
        else:
            doubt = "" if near and (same or not was) else f"   # TWIJFEL: {word or 'geen label'}"
            unsure += bool(doubt)
            category = f'"{value}"' if str(value).isdigit() else _scalar(value)  # a category is text, also "2"
            lines.append(f"      {_scalar(code)}: {category}{doubt}")
    return lines, unsure


def _is_key(column: pd.Series | pd.DataFrame) -> bool:
    return (
        isinstance(column, pd.Series)
        and len(column) > 20
        and column.notna().all()
        and pd.api.types.is_numeric_dtype(column)
        and column.is_unique
        and bool((column == column.round()).all())
    )


def _about(delivered: readers.Delivered, column: str) -> str:
    label = delivered.labels.get(column, "geen label")
    kind = privacy.by_header(column, delivered.labels.get(column, ""))
    return f"{label}" + (f"; lijkt op een {kind}: vraag het bestand zonder deze kolom" if kind else "")


def _scalar(value: object) -> str:
    """A YAML scalar, quoted where it would be read as something else."""
    if isinstance(value, bool):
        return "true" if value else "false"
    text = str(value)
    if (
        re.fullmatch(r"-?\d+", text)
        or re.fullmatch(r"[A-Za-z_][\w]*", text)
        and text.lower() not in (*("true", "false", "yes", "no", "on", "off", "null", "y", "n"),)
    ):
        return text
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'
