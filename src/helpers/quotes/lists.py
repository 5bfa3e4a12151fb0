"""Word lists: our own in ``data/quotes``, and those of the package deduce, which de-identifies Dutch medical text.

Of deduce only its lists are read (first names, surnames, places of the register of addresses); it is not imported.
Names of countries, months and days come from Babel.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache
from importlib.metadata import distribution
from pathlib import Path

from babel import Locale

from helpers import paths
from helpers.errors import MonitorError

_DEDUCE = "deduce/data/lookup/src"
_DUTCH = Locale("nl")


@cache
def own(name: str) -> tuple[str, ...]:
    """Entries of ``data/quotes/<name>.txt``: one a line; lines that start with ``#`` and empty ones are left out."""
    path = paths.QUOTE_LISTS / f"{name}.txt"
    if not path.is_file():
        raise MonitorError(f"{path} is not there: a list that is needed to find what identifies. Restore it from git.")
    lines = (line.strip() for line in path.read_text(encoding="utf-8").splitlines())
    return tuple(line for line in lines if line and not line.startswith("#"))


@cache
def small(name: str) -> frozenset[str]:
    """The same as :func:`own`, in small letters."""
    return frozenset(entry.lower() for entry in own(name))


@cache
def pattern(name: str) -> re.Pattern[str]:
    """A list whose entries may end in ``*`` (any letters) as a pattern of whole words, capitals or not."""
    return whole_words(own(name))


@cache
def written(name: str) -> str:
    """The entries of a list as alternatives of a pattern."""
    return _alternatives(own(name))


def _alternatives(entries: Iterable[str]) -> str:
    """The longest first; ``*`` at the end of an entry stands for any letters."""
    return "|".join(re.escape(entry).replace(r"\*", r"\w*") for entry in sorted(entries, key=len, reverse=True))


def whole_words(entries: Iterable[str]) -> re.Pattern[str]:
    """A pattern of whole words, capitals or not; ``*`` at the end of an entry stands for any letters."""
    return re.compile(rf"(?<!\w)(?:{_alternatives(entries)})(?!\w)", re.IGNORECASE)


def _deduce(*names: str) -> set[str]:
    folder = Path(str(distribution("deduce").locate_file(_DEDUCE)))
    lines = (line for name in names for line in (folder / name / "items.txt").read_text(encoding="utf-8").splitlines())
    return {line.strip() for line in lines if line.strip()}


@cache
def first_names() -> frozenset[str]:
    """First names, in small letters."""
    return frozenset(name.lower() for name in _deduce("names/lst_first_name") if len(name) > 1)


@cache
def surnames() -> frozenset[str]:
    """Surnames without what stands before them, in small letters."""
    return frozenset(name.lower() for name in _deduce("names/lst_surname", "names/lst_interfix_surname"))


@cache
def interfixes() -> tuple[str, ...]:
    """What stands between first name and surname: ``van der``, longest first."""
    return tuple(sorted(_deduce("names/lst_interfix"), key=len, reverse=True))


@cache
def towns() -> frozenset[str]:
    """Municipalities and provinces, as :func:`place_key` writes them."""
    root = "locations/lst_placename"
    return frozenset(map(place_key, _deduce(f"{root}/lst_municipality", f"{root}/lst_province")))


@cache
def places() -> frozenset[str]:
    """Towns, villages, regions and well-known neighbourhoods, as :func:`place_key` writes them."""
    root = "locations/lst_placename"
    found = _deduce(f"{root}/lst_residence", f"{root}/lst_region")
    return towns() | frozenset(map(place_key, (*found, *own("neighbourhoods"))))


@cache
def streets() -> frozenset[str]:
    """Streets of the register of addresses, in small letters."""
    return frozenset(name.lower() for name in _deduce("locations/lst_street"))


def place_key(name: str) -> str:
    """``'s-Hertogenbosch`` -> ``s-hertogenbosch``."""
    return name.replace("’", "'").lstrip("'").lower()


@cache
def countries() -> tuple[str, ...]:
    """Names of countries in Dutch, but for the Netherlands."""
    codes = [code for code in _DUTCH.territories if code.isalpha() and code not in ("NL", "EU", "EZ", "UN", "ZZ", "QO")]
    return tuple(_DUTCH.territories[code] for code in codes)


@cache
def months() -> tuple[str, ...]:
    """January to December in Dutch, and their abbreviations without a point."""
    kinds = _DUTCH.months["format"]
    return tuple(dict.fromkeys(name.strip(".") for width in ("wide", "abbreviated") for name in kinds[width].values()))


@cache
def days() -> tuple[str, ...]:
    """Monday to Sunday in Dutch."""
    return tuple(_DUTCH.days["format"]["wide"].values())
