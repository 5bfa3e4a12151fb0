"""How someone looks, sounds or dresses."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

from helpers.quotes import lists
from helpers.quotes.finders.base import Finder, Level, Register, Span
from helpers.quotes.spoken import Spoken

_HAIR = (
    r"(?:\w*rood|rode|\w*blonde?|\w*blauwe?|\w*groene?|paarse?|roze|oranje|\w*grijze?|grijs|witte?|zwarte?|\w*bruine?|geverfde?"
    r"|gekleurde?|lange?|korte?|krullende?|steile?|dikke?|dunne?|vette?|halflange?|opgeschoren|geblondeerde?|wilde?)"
)
_BODY = (
    r"(?:ogen|oren|neus|tanden|billen|benen|buik|kin|wenkbrauwen|lippen|voorhoofd|kop|hoofd|lijf|kont|handen|voeten"
    r"|borsten)"
)
_SIZE = (
    r"(?:dik|dikke|mager|magere|kleine?|lange?|gespierde?|zware|zwaar|stevige?|gezet|gezette|donkere?|getinte?|zwarte?"
    r"|bruine?|wit|witte|blanke?)"
)
_VERY = r"(?:(?:te|zo|heel|hele|erg|best|wat|echt|nogal|vrij|behoorlijk|veel|iets)\s+)*"
_PERSON = (
    r"(?:jongen|jongens|meisje|meisjes|meid|meiden|gast|man|vrouw|student|studente|leerling|docent|docente|leraar|lerares"
    r"|collega|kerel|mevrouw|meneer|klasgenoot)"
)
_TENS = r"(?:\s+(?:\d\d|\w+tig|\w+tien))?"
_METRES = rf"(?:[12]\s?[.,]\s?\d\d|(?:[12]|een|één|twee)\s?meter{_TENS})"
_LOOKS = (
    rf"{_HAIR}\s+(?:(?:en\s+)?\w+\s+)?(?:haar|haren|krullen|baard|huid|staart|snor|lokken|vlechten|pruik)",
    r"(?:donkere|lichte|getinte|bruine|zwarte|bleke|andere)\s+(?:huid\w*|huidskleur|kleur|tint|ogen)",
    rf"(?:grote|kleine|hele|dikke|scheve|kromme|lange|rare|heldere|blauwe|groene|bruine)\s+(?:\w+\s+)?{_BODY}",
    rf"{_METRES}\s*(?:m|meter|lang|groot)",
    rf"(?:ben|bent|is|was|van|bijna|ruim)\s+{_METRES}",
    r"\d{3}\s?(?:cm|centimeter)|\d{2,3}\s+kilo|kilo\s+(?:aan|zwaarder)|(?:een\s+)?kop\s+(?:groter|kleiner)",
    rf"(?:langste|kleinste|grootste|dikste|kortste|zwaarste|langer|kleiner|dikker|steviger|zwaarder)\s+(?:van|dan|{_PERSON})",
    rf"(?:ben|bent|is|was|waren|noem\w*\s+(?:hem|haar|mij|me))\s+(?:(?:altijd|zelf\s+ook|ook|zelf|gewoon|een\s+beetje)\s+)?{_VERY}{_SIZE}"
    rf"(?=\s*[.,;!?]|\s+(?:en|ben|bent|is|was|voor)\b|$)",
    rf"{_SIZE}\s+(?:\w+\s+)?{_PERSON}",
    r"(?:mist|missen|miste)\s+(?:een|zijn|haar|twee|drie)\s+(?:\w+\s+)?(?:vingers?|tand|tanden|arm|been|hand|oog|oor|teen)",
)


@cache
def _looks() -> re.Pattern[str]:
    return re.compile(rf"(?<!\w)(?:{lists.written('looks')}|{'|'.join(_LOOKS)})(?!\w)", re.IGNORECASE)


def looks(spoken: Spoken, register: Register) -> Iterator[Span]:
    """Hair, skin, length, dress, aids, speech: by what others know who someone is."""
    yield from spoken.spans(_looks())


FINDERS = (Finder("looks", "uiterlijk, stem of kleding waaraan iemand te herkennen is", Level.REVIEW, looks),)
