"""Response exports of LimeSurvey (CSV or Excel, headings as code, text, or both; and the VV file).

Layout after LimeSurvey's manual, "Exporting results": system columns first, a heading ``code`` or
``code. question``, sub-questions as ``code[SQ001]`` (in a VV file ``code_SQ001``), answers as codes or as words.
Unfinished responses have no ``submitdate``. A VV file has the questions in its first row and the codes in its second,
and writes out the tabs, line ends and braces inside answers.
"""

from __future__ import annotations

import re
from dataclasses import replace

import pandas as pd

from helpers.ingest.account import Rest, leave_out
from helpers.ingest.crosswalks import Crosswalk
from helpers.ingest.problems import Unreadable
from helpers.ingest.readers.delivered import Delivered
from helpers.ingest.readers.forms import PERSON, UNFINISHED, without
from helpers.ingest.words import same

SUBMITTED = {"submitdate", "datum verzonden", "datum ingediend", "datum indiening", "date submitted"}
SYSTEM = {
    *("id", "lastpage", "startlanguage", "seed", "startdate", "datestamp", "refurl", "interviewtime"),
    *("antwoord id", "antwoord-id", "response id", "laatste pagina", "last page", "begintaal", "starttaal"),
    *("start language", "zaad", "seed", "datum gestart", "datum begonnen", "startdatum", "date started"),
    *("datum laatste actie", "datum laatste activiteit", "date last action"),
    *("verwijzende url", "referrer url", "total time", "totale tijd", "totaaltijd"),
    *SUBMITTED,
}
"""Columns that the program adds; they say nothing about the answers."""

TIMING = re.compile(r"(group|question|groep|vraag)s? ?(time|tijd)([0-9]|\b).*|.*[0-9x]time", re.IGNORECASE)
"""Times that a page or a question took."""

PERSONAL = {
    *("token", "ipaddr", "ip-adres", "ip adres", "ip address", "toegangscode", "access code"),
    *("firstname", "lastname", "email", "first name", "last name", "email address"),
    *("voornaam", "achternaam", "e-mailadres", "attribute 1", "attribute 2"),
}
"""Columns that the program adds and that point at a person."""

HEADING = re.compile(r"([A-Za-z]\w*(?:\[\w+\])*)\s*[.:]\s+(.*)", re.DOTALL)
NOT_SHOWN = {"{question_not_shown}", "N/A", "NULL"}
ESCAPES = {"quote": '"', "cr": "\r", "lf": "\n", "newline": "\n", "tab": "\t", "lbrace": "{", "rbrace": "}"}
ESCAPE = re.compile("{(" + "|".join(ESCAPES) + ")}")


def tidy(delivered: Delivered, crosswalk: Crosswalk, name: str) -> Delivered:
    """Finished responses with the question's code as column name. Raises :class:`Unreadable`."""
    delivered = _by_code(delivered, {*crosswalk.expected(), *crosswalk.ignore})
    frame = delivered.frame
    submitted = [place for place, column in enumerate(frame.columns) if _system(column) in SUBMITTED]
    unfinished = ~_done(frame, submitted, name)
    delivered = without(delivered, [_kind(column) for column in frame.columns], {UNFINISHED: unfinished}, "LimeSurvey")
    shown = delivered.frame.apply(lambda column: column.where(~column.isin(NOT_SHOWN), None))
    return replace(delivered, frame=pd.DataFrame(shown))


def _by_code(delivered: Delivered, expected: set[str]) -> Delivered:
    """The same with codes as names of columns, and the questions as their labels."""
    frame = delivered.frame
    headings = [str(column) for column in frame.columns]
    below = [str(cell) for cell in frame.iloc[0]] if len(frame) else []
    if {"submitdate", "id"} & set(below):  # VV: codes stand below the questions
        frame = frame.iloc[1:].apply(lambda column: column.map(_unescaped))
        parts = leave_out(delivered.parts, "rijen", Rest(f"rij {delivered.first_row}", 1, "codes van de vragen"))
        delivered = replace(delivered, parts=parts)
        codes, questions = below, headings
    else:
        found = [HEADING.fullmatch(heading) for heading in headings]
        own = [match is not None and match[0] not in expected and _kind(match[0]) is None for match in found]
        codes = [match[1] if ours else heading for match, ours, heading in zip(found, own, headings, strict=True)]
        questions = [match[2].strip() if ours else "" for match, ours in zip(found, own, strict=True)]
    codes = [_bracketed(code, expected) for code in codes]
    labels: dict[str, str] = {}
    for code, question in zip(codes, questions, strict=True):
        if question and question != code:
            labels[code] = f"{labels[code]}’ en ‘{question}" if code in labels else question
    return replace(delivered, frame=frame.set_axis(codes, axis=1), labels=labels)


def _bracketed(code: str, expected: set[str]) -> str:
    """``partner_SQ001`` as ``partner[SQ001]``, if the crosswalk knows that one and not the other."""
    first, *subs = code.split("_")
    bracketed = first + "".join(f"[{sub}]" for sub in subs)
    known = {same(name): name for name in expected}
    return known.get(same(bracketed), code) if same(code) not in known else code


def _unescaped(cell: object) -> object:
    """The answer as it was given; each escape is undone once."""
    if not isinstance(cell, str) or "{" not in cell or cell in NOT_SHOWN:
        return cell
    return ESCAPE.sub(lambda match: ESCAPES[match[1]], cell)


def _system(column: object) -> str:
    """A heading of the program as :data:`SYSTEM` has it, whether or not spaces became underscores."""
    return same(str(column).replace("_", " "))


def _kind(column: object) -> str | None:
    """Why a column is left out; ``None`` for an answer."""
    heading = _system(column)
    if heading in PERSONAL or re.fullmatch(r"attribute \d+", heading):
        return PERSON
    if heading in SYSTEM or TIMING.fullmatch(heading):
        return "systeemkolom van LimeSurvey"
    return None


def _done(frame: pd.DataFrame, submitted: list[int], name: str) -> pd.Series:
    """Which responses were sent. Raises :class:`Unreadable` if no column says so, or two that disagree."""
    gone = {"", "nan", "NaT", "N/A", "NULL", "{question_not_shown}"}
    columns = [frame.iloc[:, place] for place in submitted]
    filled = [column.map(lambda cell: cell is not None and str(cell).strip() not in gone) for column in columns]
    if not filled:
        raise Unreadable(
            name,
            "geen kolom met de datum van verzenden",
            "een LimeSurvey-export met submitdate",
            "Exporteer opnieuw met alle standaardkolommen; anders zijn onvolledige antwoorden niet te herkennen.",
            rule="column_missing",
        )
    for place, other in zip(submitted[1:], filled[1:], strict=True):
        if not (other == filled[0]).all():
            both = f"‘{frame.columns[submitted[0]]}’ en ‘{frame.columns[place]}’"
            rows = int((other != filled[0]).sum())
            raise Unreadable(
                name,
                f"twee datums van verzenden, {both}, die het niet eens zijn over {rows} rijen",
                "één datum van verzenden",
                "Haal de kolom weg die niet van LimeSurvey is.",
                rule="column_double",
            )
    return filled[0].astype(bool)
