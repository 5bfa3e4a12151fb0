"""Response exports of LimeSurvey (CSV or Excel, headings as code, text, or both; and the VV file).

Layout after LimeSurvey's manual, "Exporting results": system columns first, a heading ``code`` or
``code. question``, sub-questions as ``code[SQ001]``, answers as codes or as words. Unfinished responses have no
``submitdate``.
"""

from __future__ import annotations

import re

import pandas as pd

from helpers.ingest.problems import Unreadable
from helpers.ingest.readers.delivered import Delivered

SUBMITTED = ("submitdate", "Datum verzonden", "Date submitted")
SYSTEM = {
    *("id", "lastpage", "startlanguage", "seed", "startdate", "datestamp", "submitdate", "refurl"),
    *("Antwoord ID", "Response ID", "Laatste pagina", "Last page", "Begintaal", "Start language", "Zaad", "Seed"),
    *("Datum gestart", "Date started", "Datum laatste actie", "Date last action", "Verwijzende URL", "Referrer URL"),
    *SUBMITTED,
}
"""Columns that the program adds; they say nothing about the answers."""

PERSONAL = {
    *("token", "ipaddr", "IP-adres", "IP address", "Toegangscode", "Access code", "Token"),
    *("firstname", "lastname", "email", "attribute_1", "attribute_2"),
}
"""Columns that the program adds and that point at a person."""

HEADING = re.compile(r"([A-Za-z]\w*(?:\[\w+\])*)\s*[.:]\s+(.*)", re.DOTALL)
NOT_SHOWN = {"{question_not_shown}", "N/A"}
ESCAPES = {"{quote}": '"', "{cr}": "\r", "{lf}": "\n", "{newline}": "\n", "{tab}": "\t"}


def tidy(delivered: Delivered, name: str) -> Delivered:
    """Finished responses with the question's code as column name. Raises :class:`Unreadable`."""
    frame = delivered.frame
    first_row = delivered.first_row
    if len(frame) and "submitdate" in {str(cell) for cell in frame.iloc[0]}:  # VV: codes stand below the texts
        codes = [str(cell) for cell in frame.iloc[0]]
        labels = dict(zip(codes, map(str, frame.columns), strict=True))
        frame = frame.iloc[1:].set_axis(codes, axis=1)
        frame = frame.replace(ESCAPES, regex=False).replace("{question_not_shown}", "")
        first_row += 1
    else:
        found = [HEADING.fullmatch(str(column)) for column in frame.columns]
        codes = [match[1] if match else str(column) for match, column in zip(found, frame.columns, strict=True)]
        labels = {match[1]: match[2].strip() for match in found if match}
        frame = frame.set_axis(codes, axis=1)
    submitted = next((column for column in SUBMITTED if column in frame.columns), None)
    if submitted is None:
        raise Unreadable(
            name,
            "geen kolom met de datum van verzenden",
            f"een LimeSurvey-export met {SUBMITTED[0]}",
            "Exporteer opnieuw met alle standaardkolommen; anders zijn onvolledige antwoorden niet te herkennen.",
            rule="column_missing",
        )
    done = frame[submitted].map(lambda cell: cell is not None and str(cell).strip() not in ("", "nan", "NaT", "N/A"))
    unfinished = int((~done).sum())
    dropped = {column: "systeemkolom van LimeSurvey" for column in frame.columns if column in SYSTEM}
    dropped |= {column: "persoonsgegeven" for column in frame.columns if column in PERSONAL}
    frame = frame.loc[done, [column for column in frame.columns if column not in dropped]]
    frame = frame.apply(lambda column: column.where(~column.isin(NOT_SHOWN), None))
    facts = (*delivered.facts, f"LimeSurvey: {unfinished} onvolledige antwoorden weggelaten")
    return Delivered(
        frame=pd.DataFrame(frame).reset_index(drop=True),
        first_row=first_row,
        sheet=delivered.sheet,
        labels=labels,
        facts=facts,
        dropped=dropped,
        decimal=delivered.decimal,
        doubts=delivered.doubts,
    )
