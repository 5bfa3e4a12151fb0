"""How someone travels to a school, and which of its buildings is spoken of."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

from helpers.quotes import lists
from helpers.quotes.finders.base import Finder, Level, Register, Span
from helpers.quotes.spoken import Spoken

_NUMBER = r"(?:\w*tien|\w*tig|twee|drie|vier|vijf|zes|zeven|acht|negen|elf|twaalf)"
_VEHICLE = r"(?:\w*bus|\w*tram|\w*metro|trein|sprinter|intercity|\w*pont|veer|veerboot|boot|\w*taxi)"
_TAKES = r"(?:neem|nemen|neemt|pak|pakken|pakt|pakte|nam|namen|in|met|op|uit|bij)"
_COUNTED = (
    r"(?!\s*(?:\w+\s+)?(?:minuten|minuutjes|uur|uren|keer|euro|procent|leerlingen|studenten|mensen|jongens|meiden|meisjes"
    r"|dagen|weken|meter|km|kilometer)\b)"
)
_DIGITS = rf"\d{{1,4}}[a-z]?\b(?![.,:]\d){_COUNTED}"
_CLOCK = (
    rf"(?:(?:half|kwart|tien|vijf)\s+(?:(?:voor|over)\s+)?(?:half\s+)?\w+"
    rf"|\d{{1,2}}(?:[.:]\d\d)?(?:\s+uur)?|{_NUMBER}(?:\s+uur)?)\b{_COUNTED}"
)
_ROADSIDE = r"(?:\w+(?:plein|straat|weg|laan|park|brug|dijk|hof)|noord|zuid|oost|west|centrum|centraal)"
_LINES = (
    rf"(?:{_VEHICLE}|\w*lijn|\w*halte|perron|spoor|afslag|\w*route|knooppunt)\s+(?:lijn\s+|nummer\s+|nr\.?\s+)?[a-z]?{_DIGITS}",
    rf"\w*lijn\s+(?:een|één|[a-z]|{_NUMBER})\b",
    r"metro\s+[a-f]\b",
    rf"{_VEHICLE}\s+{_NUMBER}\b(?=\s+(?:naar|van|vanaf|richting|tot|stop|rij|zit)|\s*[.,;!?]|$)",
    rf"{_TAKES}\s+(?:ik\s+|je\s+|we\s+)?de\s+[an]?{_DIGITS}",
    r"(?:langs\s+)?de\s+(?:\d{1,3}\s+(?:naar|richting|vanaf)|[an]\d{1,3})\b",
    rf"{_VEHICLE}\s+(?:van|om)\s+{_CLOCK}",
    rf"{_VEHICLE}\s+(?:tussen\s+\w+\s+en\s+\w+|(?:naar|richting|uit|vanuit|vanaf|van)\s+(?-i:[A-Z]\w+))",
    rf"(?:\w*halte|station)\s+(?:(?:de|het)\s+)?{_ROADSIDE}\b",
)
_ROUTES = re.compile(rf"\b(?:{'|'.join(_LINES)})", re.IGNORECASE)


def routes(spoken: Spoken, register: Register) -> Iterator[Span]:
    """Lines, stops, roads and trains: ``bus 47``, ``halte kerkplein``, ``de trein van half acht``."""
    yield from spoken.spans(_ROUTES)


_SIDE = r"(?:(?:noord|zuid)?(?:oost|west)|noord|zuid|centrum|midden)"
_COLOUR = (
    r"(?:rode|witte|gele|blauwe|groene|oranje|paarse|grijze|zwarte|bruine|roze|glazen|houten|ronde|hoge|oude|nieuwe"
    r"|tijdelijke)"
)
_ORDINAL = r"(?:eerste|tweede|derde|vierde|vijfde|zesde|zevende|achtste|bovenste|\d{1,2}(?:e|de|ste))"
_LANDMARK = (
    r"\w*(?:kerk|moskee|synagoge|ziekenhuis|station|park|gracht|kanaal|singel|haven|kade|markt|plein|brug|molen|stadion"
    r"|zwembad|gevangenis|azc|centrum|supermarkt|snackbar|mcdonald'?s|gemeentehuis|stadhuis|straat|weg|laan|dijk|dreef)"
)
_BESIDE = r"(?:naast|tegenover|achter|boven|aan|langs|op|bij|in|van)\s+(?:de|het|een)\s+(?:\w+\s+)?"


@cache
def _buildings() -> re.Pattern[str]:
    buildings = rf"(?:{lists.written('buildings')})"
    kinds = (
        rf"{buildings}\s+(?:{_SIDE}|\d+[a-z]?|{_NUMBER})\b{_COUNTED}",
        rf"{buildings}\s+(?:[a-z]\d*(?=\s*[.,;!?]|$)|(?-i:[A-Z]\d*)\b)",
        rf"{buildings}\s+{_BESIDE}{_LANDMARK}\b",
        rf"{_COLOUR}\s+(?:gebouw|schoolgebouw|hoofdgebouw|vleugel|toren|pand|noodgebouw|blok|gang|ingang|aula|trap|deur)\b",
        rf"{_ORDINAL}\s+(?:verdieping|etage)\b",
    )
    return re.compile(rf"\b(?:{'|'.join(kinds)})", re.IGNORECASE)


def buildings(spoken: Spoken, register: Register) -> Iterator[Span]:
    """A building told by street, landmark, letter or colour: ``het gebouw aan de kerkstraat``, ``vleugel noord``."""
    yield from spoken.spans(_buildings())


FINDERS = (
    Finder("route", "lijn, weg of halte waarlangs iemand reist", Level.REVIEW, routes),
    Finder("building", "gebouw of deel daarvan dat een school aanwijst", Level.REVIEW, buildings),
)
