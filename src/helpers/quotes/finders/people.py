"""What someone is: age, function, and attributes that few have."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

from helpers.quotes import lists
from helpers.quotes.finders.base import Finder, Level, Register, Span
from helpers.quotes.spoken import Spoken

_NOT_SINGLED = (
    r"(?:aan|bij|met|van|voor|op|over|waar|die|dat|manier|reden|keer|ding|plek|optie|oplossing|vraag|les|wat)"
)
_ONLY = (
    r"als\s+(?:de\s+)?enige",
    r"(?:ben|was|bent|is)\s+(?:hier\s+|daar\s+|echt\s+)?de\s+enige",
    r"de\s+enige",
    r"een\s+van\s+de\s+weinige",
)
_ALONE = re.compile(rf"\b(?:{'|'.join(_ONLY)})\b(?!\s+{_NOT_SINGLED}\b)", re.IGNORECASE)
_COUNTED = r"(?:keer|procent|studenten|leerlingen|mensen|minuten|dagen|weken|maanden|uur)"
_SENTENCE = re.compile(r"[^.!?…]+")


@cache
def _ages() -> re.Pattern[str]:
    words = "|".join(lists.own("numbers"))
    years = rf"(?<![\w.,])(?:\d{{1,2}}|{words})[\s-]?(?:jaar|jarige?n?)\b(?!\s+(?:geleden|later|terug|lang|achter))"
    before = r"\b(?:ben|was|is|bent|jongen van|meisje van|man van|vrouw van|leeftijd van)\s+(?:pas\s+|net\s+|al\s+)?"
    age = rf"(?:1[2-9]|[2-6]\d|{words})(?![\w%.,]*\d|\s+{_COUNTED})\b"
    nth = r"(?:(?:vier|vijf|zes|zeven|negen|elf|twaalf|\w*tien)de|achtste|\w+tigste|\d{1,2}(?:e|de|ste))"
    since = r"\b(?:van|tot|vanaf|sinds|op|na|voor|rond)\s+(?:mijn|m'n|zijn|z'n|haar|hun)\s+"
    birthday = rf"{since}{nth}\b(?!\s+(?:klas|les|keer|poging))"
    return re.compile(rf"{years}|{before}{age}(?:\s+jaar\b)?|{birthday}(?:\s+jaar\b)?", re.IGNORECASE)


def ages(spoken: Spoken, register: Register) -> Iterator[Span]:
    """Ages and years of service; "tien jaar geleden" is neither."""
    yield from spoken.spans(_ages())


@cache
def _functions() -> re.Pattern[str]:
    """A function, whatever it is grown together with: ``onderwijsdirecteur``, ``teamleiders``."""
    written = "|".join(re.escape(word) for word in sorted(lists.own("functions"), key=len, reverse=True))
    return re.compile(rf"(?<!\w)(?:\w*-)?\w*(?:{written})(?:s|en|e)?(?!\w)", re.IGNORECASE)


@cache
def _teachers() -> re.Pattern[str]:
    """A teacher of a subject, apart or grown together: ``docent wiskunde``, ``gymleraar``, ``rechtendocente``."""
    teacher = r"(?:docente?|leraar|lerares|juf|meester|leerkracht)"
    many = r"(?:vak|gast|hoofd|mbo|hbo|stage|inval|oud|mede|mentor|basisschool|vmbo|klassen|school)-?"
    subjects = lists.written("subjects")
    return re.compile(
        rf"\b(?:{teacher}\s+(?:van\s+|in\s+)?(?:{subjects})|(?:{subjects})-?{teacher}"
        rf"|(?!{many}docent|{many}lera|{many}leerkracht)\w{{3,}}-?(?:docente?|leraar|lerares|leerkracht|juf)s?)(?!\w)",
        re.IGNORECASE,
    )


def functions(spoken: Spoken, register: Register) -> Iterator[Span]:
    """Functions of one or a few, and teachers of a subject."""
    yield from spoken.spans(_functions(), _teachers())


def attributes(spoken: Spoken, register: Register) -> Iterator[Span]:
    """Attributes that few have, and being the only one."""
    yield from spoken.spans(lists.pattern("attributes"))
    yield from spoken.spans(_ALONE)
    yield from spoken.spans(_first_of_kind())


@cache
def _first_of_kind() -> re.Pattern[str]:
    kinds = "|".join(sorted(lists.own("groups_of_people"), key=len, reverse=True))
    first = r"(?:enige|eerste|weinige|laatste|twee|paar)"
    return re.compile(rf"\b{first}\s+(?:\w+\s+)?(?:{kinds})\b", re.IGNORECASE)


def beliefs(spoken: Spoken, register: Register) -> Iterator[Span]:
    """A belief in the same sentence as a function."""
    for sentence in _SENTENCE.finditer(spoken.text):
        if _functions().search(sentence[0]) or _teachers().search(sentence[0]):
            for match in lists.pattern("religions").finditer(sentence[0]):
                yield sentence.start() + match.start(), sentence.start() + match.end()


FINDERS = (
    Finder("age", "leeftijd of aantal dienstjaren", Level.REVIEW, ages),
    Finder("function", "functie die maar één of enkele mensen hebben", Level.REVIEW, functions),
    Finder("attribute", "kenmerk dat weinig mensen hebben, of iemand die de enige is", Level.REVIEW, attributes),
    Finder("belief", "geloof naast een functie", Level.REVIEW, beliefs),
)
