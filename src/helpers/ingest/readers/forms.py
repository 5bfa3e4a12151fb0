"""Response exports of Qualtrics, Microsoft Forms and Google Forms, and what all such programs have in common.

Each program adds columns of its own, of which some point at a person; these never go further. Qualtrics puts two rows
under the names (the questions, and numbers of its own) and keeps trials and unfinished responses. Microsoft and Google
Forms have the questions as names, and all answers to one question in one cell.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

import pandas as pd

from helpers.ingest.account import Rest, leave_out
from helpers.ingest.crosswalks import Crosswalk
from helpers.ingest.headings import hint
from helpers.ingest.problems import Defect, Unreadable
from helpers.ingest.readers.delivered import LISTED, Delivered, rows_words
from helpers.ingest.words import same, visible

PERSON = "persoonsgegeven"
OPTION = re.compile(r"(.+?)\s*\[([^\[\]]+)\]")
"""``question[answer]``: one answer of several to a question."""


@dataclass(frozen=True)
class Program:
    """What a program is called, the columns that it adds, and what stands between several answers in one cell."""

    title: str
    system: frozenset[str]
    personal: frozenset[str]
    between: str = ""


_QUALTRICS = """startdate enddate status progress finished recordeddate responseid externalreference
distributionchannel userlanguage duration__in_seconds_"""
_LOCATED = "ipaddress recipientlastname recipientfirstname recipientemail locationlatitude locationlongitude"
_MICROSOFT = """id|start time|completion time|last modified time|language|total points|begintijd|starttijd|taal
|tijd van voltooien|tijd van voltooiing|voltooiingstijd|tijdstip van laatste wijziging|tijd van laatste wijziging
|laatst gewijzigd|totaal aantal punten"""
_GOOGLE = "email address|username|e-mailadres|e-mail adres|gebruikersnaam|email"


def _names(listed: str, between: str | None = None) -> frozenset[str]:
    return frozenset(name.strip() for name in listed.split(between))


PROGRAMS = {
    "qualtrics": Program("Qualtrics", _names(_QUALTRICS) | {"duration (in seconds)"}, _names(_LOCATED)),
    "microsoft_forms": Program("Microsoft Forms", _names(_MICROSOFT, "|"), _names("email e-mail name naam"), ";"),
    "google_forms": Program("Google Forms", _names("timestamp tijdstempel score"), _names(_GOOGLE, "|"), ", "),
}
UNFINISHED, TRIAL = "onvolledige antwoorden", "proefantwoorden en spam"
DONE = {"true", "1", "waar", "yes", "ja"}
TRIALS = {"survey preview", "survey test", "spam", "preview", "test", "1", "2", "8", "9", "12", "17"}
"""What Qualtrics says of responses that nobody meant."""


def tidy(delivered: Delivered, crosswalk: Crosswalk, name: str) -> Delivered:
    """Responses that were meant, with answers only. Raises :class:`Unreadable`."""
    program = PROGRAMS[crosswalk.format]
    lost: dict[str, pd.Series] = {}
    if crosswalk.format == "qualtrics":
        delivered = _without_head_rows(delivered)
        lost = _qualtrics(delivered, name)
    expected = crosswalk.expected()
    kinds = [None if str(column) in expected else _kind(column, program) for column in delivered.frame.columns]
    delivered = without(delivered, kinds, lost, program.title)
    return _options_apart(delivered, crosswalk, program, name) if program.between else delivered


def _kind(column: object, program: Program) -> str | None:
    """Why a column is left out; ``None`` for an answer."""
    if same(column) in program.personal:
        return PERSON
    return f"kolom van {program.title}" if same(column) in program.system else None


def without(delivered: Delivered, kinds: list[str | None], lost: dict[str, pd.Series], title: str) -> Delivered:
    """The same without columns and rows, all of them accounted for.

    ``kinds``: for each column why it is left out, ``None`` if it is not; ``lost``: reason -> which rows it takes.
    """
    frame, parts, facts = delivered.frame, delivered.parts, delivered.facts
    gone = pd.Series(False, index=frame.index)
    for reason, rows in lost.items():
        rows = rows & ~gone
        gone |= rows
        where = rows_words(frame.index[rows] + delivered.first_row, delivered.lines) if rows.any() else ""
        parts = leave_out(parts, "rijen", Rest(where, int(rows.sum()), reason))
        facts = (*facts, f"{title}: {int(rows.sum())} {reason} weggelaten")
    for kind in dict.fromkeys(filter(None, kinds)):
        own = [str(column) for column, other in zip(frame.columns, kinds, strict=True) if other == kind]
        parts = leave_out(parts, "kolommen", Rest(", ".join(f"‘{visible(column)}’" for column in own), len(own), kind))
    dropped = {str(column): kind for column, kind in zip(frame.columns, kinds, strict=True) if kind is not None}
    kept = [place for place, kind in enumerate(kinds) if kind is None]
    return replace(delivered, frame=frame.iloc[:, kept].loc[~gone], facts=facts, dropped=dropped, parts=parts)


def _without_head_rows(delivered: Delivered) -> Delivered:
    """The questions, which stand in a row under the names, as labels; and without Qualtrics' own numbers."""
    frame = delivered.frame
    heads = 0
    while heads < min(2, len(frame)) and _is_head(frame.iloc[heads]):
        heads += 1
    if not heads:
        return delivered
    pairs = zip(frame.columns, frame.iloc[0], strict=True)
    asked = {str(column): str(text) for column, text in pairs if str(text).strip()}
    where = rows_words(frame.index[:heads] + delivered.first_row, delivered.lines)
    parts = leave_out(delivered.parts, "rijen", Rest(where, heads, "vragen en nummers van Qualtrics"))
    return replace(delivered, frame=frame.iloc[heads:], labels={**asked, **delivered.labels}, parts=parts)


def _is_head(row: pd.Series) -> bool:
    cells = {str(cell).strip() for cell in row}
    told = {"Start Date", "Response ID", "Startdatum"}
    return bool(told & cells) or any(cell.startswith('{"ImportId"') for cell in cells)


def _qualtrics(delivered: Delivered, name: str) -> dict[str, pd.Series]:
    """Which responses are unfinished, and which were trials."""
    by_name = {same(column): delivered.frame.iloc[:, place] for place, column in enumerate(delivered.frame.columns)}
    if "finished" in by_name:
        unfinished = ~by_name["finished"].map(_word).isin(DONE)
    elif "progress" in by_name:
        unfinished = by_name["progress"].map(_word) != "100"
    else:
        raise Unreadable(
            name,
            "geen kolom Finished of Progress",
            "een Qualtrics-export met Finished",
            "Exporteer opnieuw met alle velden; anders zijn onvolledige antwoorden niet te herkennen.",
            rule="column_missing",
        )
    lost = {UNFINISHED: unfinished}
    if "status" in by_name:
        lost[TRIAL] = by_name["status"].map(_word).isin(TRIALS)
    return lost


def _word(cell: object) -> str:
    """A cell for comparison: 1, 1.0 and "1" are the same."""
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return same(cell)


def _options_apart(delivered: Delivered, crosswalk: Crosswalk, program: Program, name: str) -> Delivered:
    """Each ``question[answer]`` that the crosswalk expects as a column of its own: ja, nee, or empty."""
    frame = delivered.frame
    wanted: dict[str, list[str]] = {}
    for source in crosswalk.expected():
        match = OPTION.fullmatch(source)
        if match and source not in frame.columns:
            wanted.setdefault(same(match[1]), []).append(source)
    doubts = []
    for column in [column for column in frame.columns if same(column) in wanted]:
        answers = frame[column].map(lambda cell: "" if cell is None or cell != cell else str(cell))
        options = {source: OPTION.fullmatch(source)[2] for source in wanted[same(column)]}
        given, others = _given(answers, options, program.between)
        apart = {source: yes.map({True: "ja", False: "nee"}).where(answers != "", "") for source, yes in given.items()}
        frame = frame.assign(**apart).drop(columns=column)
        doubts += [
            _other_answer(delivered, str(column), word, rows, options, name)
            for word, rows in others.items()
            if not crosswalk.ignores(f"{column}[{word}]")
        ]
    return replace(delivered, frame=frame, doubts=(*delivered.doubts, *doubts[:LISTED]))


def _other_answer(
    delivered: Delivered, column: str, word: str, rows: list[int], options: dict[str, str], name: str
) -> Defect:
    place = delivered.place(column, [row + delivered.first_row for row in rows])
    allowed = ", ".join(options.values())
    key = f"‘{column}[{visible(word)}]’"
    remedy = f"{hint(word, options.values())}Zet het onder `columns` als {key}, of zo onder `ignore`."
    return Defect(name, place, f"het antwoord ‘{visible(word)}’", allowed, remedy, rule="code_unknown")


def _given(answers: pd.Series, options: dict[str, str], between: str) -> tuple[dict, dict[str, list[int]]]:
    """Which rows have each option (by its column), and what else stands there: answer -> rows."""
    edge = re.escape(between.strip())
    rest, given = answers, {}
    # an option may hold what stands between options: the longest first
    for source, option in sorted(options.items(), key=lambda each: -len(each[1])):
        pattern = rf"(?:^|(?<={edge}))\s*{re.escape(option)}\s*(?={edge}|$)"
        given[source] = rest.str.contains(pattern, regex=True, case=False)
        rest = rest.str.replace(pattern, "", regex=True, case=False)
    others: dict[str, list[int]] = {}
    for row, text in rest.items():
        for word in filter(None, map(str.strip, text.split(between.strip()))):
            others.setdefault(word, []).append(row)
    return given, others
