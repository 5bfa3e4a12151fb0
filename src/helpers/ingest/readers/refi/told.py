"""What is told of a project: each problem once a source, and how many there are of it."""

from __future__ import annotations

from collections import Counter

from helpers.ingest import privacy
from helpers.ingest.account import Rest
from helpers.ingest.problems import Defect
from helpers.ingest.readers.refi.positions import Found, Marked, Reading
from helpers.ingest.words import visible

CONFLICT = "niet de tekst die het bestand zelf noemt (zie de problemen)"
AGAIN = "Exporteer het project opnieuw."
CHANGED = "De tekst is veranderd na het coderen: exporteer het project opnieuw."
SHOWN = 8
"""Words of a fragment that a message shows."""


class Told:
    """Problems of one file, in the order in which they are found."""

    def __init__(self, file: str) -> None:
        self.file = file
        self.defects: list[Defect] = []
        self._known: set[tuple[str, str]] = set()

    def _once(self, source: str, kind: str, defect: Defect) -> None:
        if (source, kind) not in self._known:
            self._known.add((source, kind))
            self.defects.append(defect)

    def unread(self, source: str, selection: str, found: str, remedy: str = AGAIN) -> None:
        """A coding of which the text is not there, or the code."""
        where = visible(f"bron ‘{source}’, selectie {selection}", 120)
        allowed = "een plaats in de tekst, met codes van het codeboek"
        self._once(source, found, Defect(self.file, where, found, allowed, remedy, rule="coding_unread"))

    def outside(self, source: str, marked: Marked) -> None:
        """A selection that is not in its text, or of nothing in it."""
        size = len(marked.text.plain)
        found = f"een selectie van teken {marked.start} tot {marked.end} in een tekst van {size} tekens"
        allowed = "selecties van woorden in de tekst"
        where = f"bron ‘{source}’"
        self._once(source, "outside", Defect(self.file, where, found, allowed, CHANGED, rule="coding_unread"))

    def conflict(self, where: str, found: Found) -> None:
        """A fragment that is not what the project itself calls it."""
        what = f"‘{short(found.fragment)}’, en het project noemt ‘{short(found.conflict)}’"
        allowed = "de tekst die het project noemt"
        self._once(where, what, Defect(self.file, where, what, allowed, CHANGED, rule="fragment_conflict"))

    def two_values(self, source: str, variable: str) -> None:
        """A variable that has two values for one document."""
        where = f"bron ‘{source}’, kenmerk ‘{variable}’"
        remedy = "Kies er één in het project, en exporteer het opnieuw."
        defect = Defect(self.file, where, "twee waarden", "één waarde", remedy, rule="variable_double")
        self._once(source, f"kenmerk {variable}", defect)

    def not_text(self, what: str, places: Counter[str]) -> None:
        """Codings of what is not text, by source."""
        names = ", ".join(f"‘{name}’" for name in list(places)[:5]) + (" …" if len(places) > 5 else "")
        found = f"{sum(places.values())} keer {what}: niet gelezen"
        remedy = "Telt dit mee? Codeer dan de tekst zelf, en exporteer het project opnieuw."
        defect = Defect(self.file, f"bron {names}", found, "coderingen van tekst", remedy, rule="coding_not_text")
        self._once(names, what, defect)


def doubts(cases: list[tuple[str, Marked, Found]], told: Told) -> list[Rest]:
    """What is not sure of fragments, a line a source; a contradiction is a problem as well."""
    by_source: dict[tuple[str, bool], list[tuple[str, Marked, Found]]] = {}
    for source, marked, found in cases:
        if found.conflict or found.other or found.unproven:
            by_source.setdefault((source, bool(found.conflict)), []).append((source, marked, found))
    rests = []
    for (source, conflict), same in by_source.items():
        _, marked, found = same[0]
        more = f" (en {len(same) - 1} andere)" if len(same) > 1 else ""
        where = f"bron ‘{source}’, selectie van teken {marked.start} tot {marked.end}{more}"
        if conflict:
            told.conflict(where, found)
        rests.append(Rest(where, len(same), CONFLICT if conflict else _two_ways(found), doubt=not conflict))
    return rests


def _two_ways(found: Found) -> str:
    """What is not sure of a fragment; what identifies in it is replaced by its kind."""
    mine = f"gelezen als ‘{short(found.fragment)}’"
    if found.other:
        return privacy.veil(f"{mine}, kan ook ‘{short(found.other)}’ zijn: het bestand zegt niet hoe het posities telt")
    return privacy.veil(f"{mine}, uit een Word-document, waarin posities anders kunnen tellen")


def counted_as(reading: Reading) -> list[str]:
    """How positions were counted, as a line for the intake page, where something says so."""
    if reading.confirmed:
        names = f"bevestigd door {reading.confirmed} teksten die het project zelf noemt"
        return [f"{reading.convention.words}: {names}"]
    words = "zo beginnen en eindigen de selecties bij een woord"
    return [f"{reading.convention.words}: {words}"] if reading.by_words else []


def short(fragment: str) -> str:
    """The beginning of a fragment."""
    words = privacy.veil(fragment).split()
    return " ".join(words[:SHOWN]) + (" …" if len(words) > SHOWN else "")
