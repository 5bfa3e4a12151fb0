"""The overview of incident registrations: who delivered, and why others did not."""

from __future__ import annotations

import re
from pathlib import Path

from helpers import schema
from helpers.ingest import privacy
from helpers.ingest.account import Parts, Rest
from helpers.ingest.crosswalks import Overview
from helpers.ingest.mapping import key_of
from helpers.ingest.problems import Defect, Unreadable
from helpers.ingest.readers import workbook
from helpers.ingest.readers.sheets import Sheet, is_filled, letters, rows_named
from helpers.ingest.words import same, tidy, visible

UNTOLD = "Andere reden"
"""What is told of a reason that nobody allowed to be told."""


class Delivery:
    """Who delivered, by code; reasons of those who did not; what is wrong; and the account of the file."""

    def __init__(self, path: Path, name: str, about: Overview) -> None:
        self.name, self.about, self.defects = name, about, []
        self.delivered: dict[str, bool] = {}
        self.reasons: dict[str, str] = {}
        self.parts: tuple[Parts, ...] = ()
        self.allowed = {same(reason): reason for reason in about.reasons}
        try:
            sheets = workbook.read_sheets(path, name)
            self._read(sheets)
        except Unreadable as error:
            self.defects = list(error.problems)

    def _read(self, sheets: list[Sheet]) -> None:
        wanted = (self.about.institution_id, self.about.delivered, self.about.reason)
        found = [(sheet, *workbook.find_header(sheet.rows, wanted)) for sheet in sheets if sheet.rows and sheet.visible]
        if not found:
            self._tell("", "alleen lege of verborgen bladen", f"een blad met {', '.join(wanted)}", "Vraag het opnieuw.")
            return
        sheet, place, header, score = max(found, key=lambda each: each[3])
        if score < len(wanted):
            lacking = [column for column in wanted if same(column) not in map(same, header)]
            told = ", ".join(visible(name) for name in header) or "geen"
            self._tell("", f"de kolommen {told}", f"ook {', '.join(lacking)}", "Herstel de kolomnamen.")
            return
        workbook.check_computed(sheet, self.name)
        forms = [same(name) for name in header]
        places = [forms.index(same(column)) for column in wanted]
        empty = set()
        for number in range(place + 1, len(sheet.rows)):
            if not is_filled(sheet.rows[number]):
                empty.add(number)
                continue
            code, answer, reason = (key_of(sheet.at(number, at)) for at in places)
            self._row(number + 1, tidy(code), tidy(answer), tidy(reason))
        self._account(sheets, sheet, place, set(places), empty)

    def _account(self, sheets: list[Sheet], read: Sheet, place: int, used: set[int], empty: set[int]) -> None:
        others = [
            Rest(f"blad ‘{sheet.title}’", 1, workbook.why_not(sheet), doubt=sheet.has_numbers())
            for sheet in sheets
            if sheet is not read
        ]
        above = [Rest(f"rij 1-{place + 1}", place + 1, "boven de tabel, en kolomnamen")]
        above += [Rest(rows_named(empty), len(empty), "lege rijen")] if empty else []
        width = max(len(row) for row in read.rows[place:])
        left = [Rest(f"kolom {letters(at)}", 1, "niet gebruikt") for at in range(width) if at not in used]
        body = len(read.rows) - place - 1 - len(empty)
        self.parts = (
            Parts("bladen", len(sheets), 1, tuple(others)),
            Parts("rijen", len(read.rows), body, tuple(above)),
            Parts("kolommen", width, len(used), tuple(left)),
            *workbook.comments(sheets),
        )
        self.defects += workbook.hidden(read, place, self.name)

    def _row(self, number: int, code: str, answer: str, reason: str) -> None:
        where = f"rij {number}"
        if not re.fullmatch(schema.INSTITUTION_PATTERN, code):
            self._tell(where, f"‘{visible(code, 40)}’", "een BRIN-code", "Verbeter de code.")
        elif code in self.delivered:
            self._tell(where, f"{code} een tweede keer", "elke instelling één keer", "Haal een van de twee weg.")
        elif same(answer) not in self.about.delivered_values:
            allowed = ", ".join(self.about.delivered_values)
            self._tell(where, f"‘{visible(answer, 40)}’", allowed, "Verbeter het antwoord.")
        else:
            self.delivered[code] = self.about.delivered_values[same(answer)]
            if reason:
                self._reason(where, code, reason)

    def _reason(self, where: str, code: str, reason: str) -> None:
        """Only a reason of the crosswalk's list is told; of others, that there was one."""
        self.reasons[code] = self.allowed.get(same(reason), UNTOLD)
        place = f"{where}, kolom ‘{self.about.reason}’"
        hits = sorted({hit.kind for hit in privacy.in_text(reason)})
        remedy = "Vraag de afzender het weg te halen."
        for kind in hits:
            self._tell(place, f"wat lijkt op een {kind}", "geen persoonsgegevens", remedy, code, "identifier_text")
        if privacy.names_in_text(reason):
            remedy = "Lees deze toelichting, en haal namen van personen eruit."
            self._tell(place, "wat een naam kan zijn", "geen namen van personen", remedy, code, "name_in_text")
        elif same(reason) not in self.allowed and not hits and not self.delivered[code]:
            remedy = f"Kies een reden uit de lijst; rapporten zeggen anders alleen ‘{UNTOLD}’."
            allowed = "; ".join(self.about.reasons)
            found = "een reden die niet in data/crosswalks/incidents.yml staat"
            self._tell(place, found, allowed, remedy, code, "incident_reason")

    def _tell(
        self, where: str, found: str, allowed: str, remedy: str, code: str = "", rule: str = "incident_overview"
    ) -> None:
        self.defects.append(Defect(self.name, where, found, allowed, remedy, rule=rule, institution=code))

    def disagreements(self, present: set[str], pattern: str) -> list[Defect]:
        """What the overview says against the files that are there; adds to :attr:`defects` nothing."""
        before, self.defects = self.defects, []
        for code in sorted(code for code, yes in self.delivered.items() if yes and code not in present):
            remedy = "Vraag om het bestand, of verander het overzicht."
            self._tell(code, "geleverd: ja, maar er is geen bestand", f"een bestand van {code}", remedy, code)
        for code in sorted(code for code in present if not self.delivered.get(code, False)):
            said = "geleverd: nee" if code in self.delivered else "niets"
            remedy = "Verander het overzicht, of haal het bestand weg."
            self._tell(code, f"{said}, maar er is een bestand", "geleverd: ja", remedy, code)
        found, self.defects = self.defects, before
        return found
