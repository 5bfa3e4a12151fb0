"""Who made the reports of an edition: those who ran a build since its last sign-off. None of them can sign.

``outputs/<edition>/makers.json`` holds their names, outside the reports: whose bytes do not depend on who made them.
"""

from __future__ import annotations

import getpass
import itertools
import json
import re
import subprocess
import unicodedata
from pathlib import Path

from helpers import paths
from helpers.files import write_text

UNKNOWN = ""
"""In the list of makers: somebody ran a build, and nothing says who."""

PARTICLES = {"van", "de", "der", "den", "het", "t", "te", "ten", "ter", "in", "op", "von", "la", "le", "el"}
WRITTEN_OUT = str.maketrans({"ø": "o", "æ": "ae", "œ": "oe", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "ı": "i"})
MOST_PARTS = 5
"""Parts of a name from which abbreviations are tried: more make no other sense, only more work."""


def path_of(edition: str) -> Path:
    """Where the names are."""
    return paths.EditionPaths(edition).outputs / "makers.json"


def known(edition: str) -> list[str]:
    """Who made reports since the last sign-off, each once; :data:`UNKNOWN` where that is not known."""
    path = path_of(edition)
    return json.loads(path.read_text(encoding="utf-8")) if path.is_file() else []


def note(edition: str) -> None:
    """Write down that who runs this makes reports."""
    names = list(dict.fromkeys([*known(edition), runner()]))
    write_text(path_of(edition), json.dumps(names, ensure_ascii=False, indent=1) + "\n")


def forget(edition: str) -> None:
    """After a sign-off, which itself says who made what was signed."""
    path_of(edition).unlink(missing_ok=True)


def runner() -> str:
    """Who runs this: ``user.name`` of git, else the login name; :data:`UNKNOWN` where that is no person's."""
    try:
        done = subprocess.run(
            ["git", "-C", str(paths.ROOT), "config", "user.name"], capture_output=True, text=True, check=False
        )
        name = done.stdout.strip()
    except OSError:  # there is no git
        name = ""
    try:
        login = getpass.getuser()
    except (KeyError, OSError):
        login = ""
    return name or (UNKNOWN if login == "root" else login)


def may_be_same(one: str, other: str) -> bool:
    """Whether two names can be of one person.

    Capitals, spaces, diacritics, the order of names and particles make no difference; a name may be told by its
    initial, left out, or all be written as one word, as login names are. In doubt it is the same person.

    >>> may_be_same("Jo van der Vos", "VOS, J."), may_be_same("jvos", "Jo Vos"), may_be_same("Jan Vos", "Jo Vos")
    (True, True, False)
    """
    fewer, more = sorted((_parts(one), _parts(other)), key=len)
    if _within(fewer, more) or (len(fewer) == 1 and fewer[0] in _words(more)):
        return True
    whole = [_parts(name, particles=True) for name in (one, other)]  # jdevries; Jan Devries and Jan de Vries
    alone = ["".join(parts) for parts in whole]
    return any(alone[i] in _words(whole[1 - i]) for i in (0, 1))


def _parts(name: str, particles: bool = False) -> list[str]:
    """Words of a name, without diacritics and digits; without particles unless they are asked for."""
    plain = unicodedata.normalize("NFKD", name.casefold().translate(WRITTEN_OUT))
    found = re.findall(r"[^\W\d_]+", "".join(sign for sign in plain if not unicodedata.combining(sign)))
    return found if particles else [part for part in found if part not in PARTICLES] or found


def _within(fewer: list[str], more: list[str]) -> bool:
    """Whether every part of the one is a part of the other, or its initial; and one part is in both in full."""
    left = list(more)
    for part in sorted(fewer, key=len, reverse=True):
        fits = [each for each in left if each == part] or [
            each for each in left if 1 in (len(each), len(part)) and each[0] == part[0]
        ]
        if not fits:
            return False
        left.remove(fits[0])
    return any(len(part) > 1 and part in more for part in fewer)


def _words(parts: list[str]) -> set[str]:
    """The name as one word: its parts in any order, each in full or as an initial, one at least in full."""
    kept = parts[:MOST_PARTS]
    return {
        "".join(order)
        for short in itertools.product((False, True), repeat=len(kept))
        if not all(short)
        for order in itertools.permutations(part[0] if brief else part for part, brief in zip(kept, short, strict=True))
    }
