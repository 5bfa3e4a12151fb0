"""Privacy at the door: direct identifiers are found, told without being shown, and never pass.

What counts as one: names, e-mail addresses, student and staff numbers, BSN (by its check digit), telephone
numbers, IP addresses, full postcodes, addresses, dates of birth. Found by the name of a column, by what its values
look like, or inside open answers. Validity of BSN through python-stdnum (11-proef), of telephone numbers
through phonenumbers (Google's libphonenumber).
"""

from __future__ import annotations

import ipaddress
import re
import unicodedata
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
import pandas as pd

HEADERS: tuple[tuple[str, str], ...] = (
    ("e-mailadres", r"(e ?)?mail ?(adres|address)?"),
    ("BSN of onderwijsnummer", r"bsn|burgerservicenummer|sofi(nummer)?|onderwijsnummer|pgn|persoonsgebonden nummer"),
    (
        "studentnummer",
        r"(student|studenten|leerling|leerlingen|deelnemer|deelnemers|stamboom|stam)[ ]?(nr|nummer|id|code|no)",
    ),
    ("personeelsnummer", r"(personeels?|medewerkers?|werknemers?|docent|staf)[ ]?(nr|nummer|id|code|no)"),
    (
        "naam",
        r"naam|(voor|achter|roep|familie|meisjes|volledige|eigen)[ ]?na(am|men)|tussenvoegsel(s)?|initialen|"
        r"voorletters?|first ?name|last ?name|surname|"
        r"naam (van de )?(student|medewerker|deelnemer|respondent|leerling)|"
        r"(student|medewerker|docent|deelnemer|respondent|leerling|mentor|contactpersoon)(en)?[ ]?naam|contactpersoon",
    ),
    (
        "telefoonnummer",
        r"tel|telefoon(nummer|nr)?|telefoon (nummer|nr)|mobiel ?(nummer|nr)?|gsm|phone( number)?|06 ?nummer",
    ),
    ("IP-adres", r"ip|ip ?(adres|address|addr)|ipaddr"),
    ("postcode", r"(post|zip) ?code( 6| volledig| student| wonen| woonadres)?|pc6|woonpostcode"),
    (
        "adres",
        r"(woon|thuis|huis|post)?adres|straat(naam)?|huis ?(nr|nummer)( toevoeging)?|address|straat en huisnummer",
    ),
    ("geboortedatum", r"geb(oorte)?[ ]?(datum|dat|dag|dt)|date of birth|birth ?date|dob"),
    ("toegangscode", r"token|toegangscode|access code|uuid|login ?naam|gebruikers ?naam|user ?name"),
)
"""Kinds of identifier by the whole name of a column, after :func:`plain`."""

AT = r"(?: {0,3}@ {0,3}| {0,3}[\[({<] ?(?:at|apenstaartje|@) ?[\])}>] {0,3})"
DOT = r"(?:\.| \. | ?[\[({<] ?(?:dot|punt|\.) ?[\])}>] ?)"
EMAIL = re.compile(rf"[\w.+-]+{AT}[\w-]+(?:{DOT}[\w-]+)+", re.IGNORECASE)
AROUND = re.compile(AT, re.IGNORECASE)
POSTCODE = re.compile(r"(?<![\w-])[1-9]\d{3} ?(?!SA|SD|SS)[A-Z]{2}(?![\w-])")
NINE = re.compile(
    r"(?<![\d.,-])\d{3}[. ]?\d{3}[. ]?\d{3}(?![\d,]|\.\d)|(?<![\d.,-])\d{4}[. ]?\d{2}[. ]?\d{3}(?![\d,]|\.\d)"
)
IPV4 = re.compile(r"(?<![\d.])\d{1,3}(?:\.\d{1,3}){3}(?![\d.])")
IPV6 = re.compile(r"(?<![\w:])(?:[0-9a-fA-F]{0,4}:){3,7}[0-9a-fA-F]{1,4}(?![\w:])")
DIGITS = re.compile(r"(?<![^\W_])(?:\+|00)?\d[\d\s()./_-]{7,18}\d")
IBAN = re.compile(r"(?<!\w)NL\d{2} ?[A-Z]{4}(?: ?\d{4}){2} ?\d{2}(?!\w)")
_BEFORE = r"(?:[Vv]an |[Dd]e |[Dd]en |[Dd]er |[Tt]er |[Tt]en |'t )*"
_TITLE = (
    r"(?:[Mm]evr(?:ouw\b|\.?)|[Mm]eneer\b|[Dd]e heer\b|[Dd]hr\.?|[Mm]w\.|[Jj]uf\b|[Mm]eester\b|[Dd]rs?\.|[Pp]rof\.)"
)
_CUE = r"(?:\b(?:[Vv]ragen|[Cc]ontact(?:persoon|personen)?|[Aa]anspreekpunt) ?:|\b[Tt]\. ?[Aa]\. ?[Vv]\.)"
NAMED = re.compile(
    r"\b(?:(?:[Mm]ijn naam is|[Ii]k heet|[Ii]k ben) [A-Z][a-z]{2,}\b(?: (?:van |de |der |den )*[A-Z]\w+)?"
    rf"|{_TITLE} {_BEFORE}[A-Z][a-zé-]+|(?:[Mm]evr|[Dd]hr|[Mm]w)\.[A-Z][a-zé-]+)"
    rf"|{_CUE} ?(?:{_TITLE} ?)?(?:[A-Z]\. ?)*{_BEFORE}[A-Z][a-zé-]+(?: {_BEFORE}[A-Z][a-zé-]+)*"
)
"""A name that a title, a cue or an introduction announces."""

OWNER = re.compile(rf"[A-Z][a-zé-]+(?: {_BEFORE}[A-Z][a-zé-]+)+(?= ?[(,:;–-]? ?$)")
"""Two or more words as a name has them, right before what follows."""

CUES = re.compile(
    r"\b(?:vragen|contact(?:persoon|personen)?|aanspreekpunt) ?:|\bcontactperso(?:on|nen)\b|\bt\. ?a\. ?v\."
    r"|\b(?:mevr|mw|dhr)\.|\b(?:mevrouw|meneer|de heer)\b",
    re.IGNORECASE,
)
"""Words before a person, which the name of an institution does not hold."""

ALIKE = str.maketrans({"\u2212": "-", "\u00b7": ".", "\u2022": ".", "\u2215": "/", "\u2044": "/"})
"""Signs that stand between groups of digits for those of a keyboard."""

MANY = 0.5
"""A column of which this share of the different values is of one kind is a column of that kind."""

FEW = 3
"""Fewer different values say nothing about what a column holds."""


@dataclass(frozen=True)
class Hit:
    """An identifier in an open answer: its kind, and where it stands."""

    kind: str
    start: int
    end: int


def plain(name: str) -> str:
    """Name of a column in small letters, words apart: ``E-mailAdres_2`` -> ``e mail adres``."""
    text = unicodedata.normalize("NFKD", str(name)).encode("ascii", "ignore").decode()
    text = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", text).lower()
    text = re.sub(r"[^a-z0-9]+", " ", text).strip()
    text = re.sub(r"^(v|q|vraag|var)\d* (?=\w)", "", text)
    return re.sub(r" \d+$", "", text)


def by_header(name: str, label: str = "") -> str | None:
    """Kind of identifier that a column's name (or its whole label) announces, or ``None``."""
    for text in (plain(name), plain(label)):
        for kind, pattern in HEADERS:
            if text and re.fullmatch(pattern, text):
                return kind
    return None


def by_values(column: pd.Series) -> str | None:
    """Kind of identifier that a column's values look like, or ``None``."""
    values = pd.unique(column.dropna())
    if len(values) < FEW:
        return None
    if pd.api.types.is_numeric_dtype(column.dtype):
        return _numbers(np.asarray(values, dtype=float), len(column))
    texts = [str(value).strip() for value in values[:2000] if str(value).strip()]
    if len(texts) < FEW:
        return None
    for kind, test in WHOLE.items():
        if sum(map(test, texts)) >= MANY * len(texts):
            return kind
    if all(text.isdigit() for text in texts):
        return _numbers(np.array([float(text) for text in texts]), min(len(column), len(texts)))
    return None


def _numbers(values: np.ndarray, rows: int) -> str | None:
    """BSN by the check digit, which one random number in eleven passes; or a number that no row shares."""
    values = values[np.isfinite(values)]
    if not len(values) or not np.all(values == np.floor(values)) or values.min() < 0:
        return None
    nine = values[(values >= 10_000_000) & (values < 1_000_000_000)]
    if len(nine) >= FEW and len(nine) >= MANY * len(values):
        passed = sum(is_bsn(f"{int(value):09d}") for value in nine[:2000])
        if passed >= MANY * min(len(nine), 2000):
            return "BSN of onderwijsnummer"
    consecutive = values.max() - values.min() + 1 <= 2 * len(values)
    if values.min() >= 10_000 and len(values) == rows >= 20 and not consecutive:
        return "persoonsnummer"
    return None


def _read(text: str) -> tuple[str, list[int]]:
    """The text as it is meant, and where each character stood: full-width digits, other dashes, marks not seen."""
    if text.isascii():
        return text, list(range(len(text)))
    read: list[str] = []
    places: list[int] = []
    for place, mark in enumerate(text):
        kind = unicodedata.category(mark)
        meant = "" if kind == "Cf" else "-" if kind == "Pd" else unicodedata.normalize("NFKC", mark).translate(ALIKE)
        read.append(meant)
        places += [place] * len(meant)
    return "".join(read), places


def is_bsn(text: str) -> bool:
    """Whether nine digits pass the 11-proef of the BSN; numbers that nobody can have do not."""
    from stdnum.nl import bsn

    digits = re.sub(r"\D", "", text)
    return len(digits) == 9 and digits[:2] != "00" and len(set(digits)) > 2 and bsn.is_valid(digits)


def _is_phone(text: str) -> bool:
    return DIGITS.fullmatch(text) is not None and _dialled(text)


def _dialled(text: str) -> bool:
    import phonenumbers

    if not text.lstrip().startswith(("0", "+")):
        return False
    try:
        return phonenumbers.is_valid_number(phonenumbers.parse(re.sub(r"[\s._]+", " ", text), "NL"))
    except phonenumbers.NumberParseException:
        return False


def _is_ip(text: str) -> bool:
    try:
        ipaddress.ip_address(text)
        return True
    except ValueError:
        return False


WHOLE: dict[str, Callable[[str], bool]] = {
    "e-mailadres": lambda text: EMAIL.fullmatch(text) is not None,
    "telefoonnummer": _is_phone,
    "IP-adres": _is_ip,
    "postcode": lambda text: POSTCODE.fullmatch(text.upper()) is not None,
    "rekeningnummer": lambda text: IBAN.fullmatch(text) is not None,
    "BSN of onderwijsnummer": lambda text: NINE.fullmatch(text) is not None and is_bsn(text),
}
"""Tests of a whole value, by kind."""


def in_text(text: str) -> list[Hit]:
    """Identifiers inside an open answer, in order, without overlap."""
    if len(text) < 6:
        return []
    read, places = _read(text)
    return [Hit(hit.kind, places[hit.start], places[hit.end - 1] + 1) for hit in _apart(_hits(read))]


def _hits(text: str) -> list[Hit]:
    """Identifiers in a text as it is meant, which may overlap."""
    hits = [Hit("e-mailadres", *match.span()) for match in EMAIL.finditer(text)] if AROUND.search(text) else []
    if any(character.isdigit() for character in text):
        hits += [Hit("rekeningnummer", *match.span()) for match in IBAN.finditer(text)]
        hits += [Hit("IP-adres", *m.span()) for m in (*IPV4.finditer(text), *IPV6.finditer(text)) if _is_ip(m[0])]
        hits += [Hit("telefoonnummer", *match.span()) for match in DIGITS.finditer(text) if _dialled(match[0])]
        hits += [Hit("BSN of onderwijsnummer", *match.span()) for match in NINE.finditer(text) if is_bsn(match[0])]
        hits += [Hit("postcode", *match.span()) for match in POSTCODE.finditer(text)]
    return hits


def names_in_text(text: str) -> list[Hit]:
    """What may be a name in an open answer: one that a title, a cue or an introduction announces."""
    return [Hit("naam", *match.span()) for match in NAMED.finditer(text)]


def _apart(hits: list[Hit]) -> Iterator[Hit]:
    end = -1
    for hit in sorted(hits, key=lambda each: (each.start, -each.end)):
        if hit.start >= end:
            yield hit
            end = hit.end


def announces(text: str) -> bool:
    """Whether words that come before a person stand in a text that is to hold none, or an identifier or a name."""
    return bool(CUES.search(text) or in_text(text) or names_in_text(text))


def veil(text: str, *, names: bool = False) -> str:
    """The text with every identifier in it replaced by its kind: ``jan@x.nl`` -> ``[e-mailadres]``.

    ``names``: also what may be a name, and one that stands before a number or address: ``Jan de Vries (06-…)``.
    """
    hits = in_text(text)
    if names:
        owners = [match.span() for hit in hits if (match := OWNER.search(text, 0, hit.start))]
        hits = list(_apart([*hits, *names_in_text(text), *(Hit("naam", *span) for span in owners)]))
    for hit in reversed(hits):
        text = f"{text[: hit.start]}[{hit.kind}]{text[hit.end :]}"
    return text
