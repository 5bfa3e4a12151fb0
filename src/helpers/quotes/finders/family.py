"""Family of someone, told by what they do or where they are."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

from helpers.quotes import lists
from helpers.quotes.finders.base import Finder, Level, Register, Span
from helpers.quotes.spoken import Spoken

_IS = r"(?:is|was|zijn|waren|wordt|werd|werkt|werken|werkte|zit|zat|zitten|staat|stond|speelt|speelde|blijkt|bleek)"
_OWNS = r"(?:heeft|had|hebben|hadden|met|runt|runnen|runde|begon|bezit)\s+(?:\w+\s+)?(?:een|zijn|haar|hun|eigen|die|de)"
_DOES = r"(?:preekt|voetbalt|bokst|kickbokst|rapt|zingt|acteert|presenteert|vlogt|bestuurt|regeert)"
_HERE = (
    r"(?:hier|bij\s+ons|deze\s+school|dezelfde\s+(?:school|klas|opleiding)|onze\s+school|de\s+parallelklas|mijn\s+klas"
    r"|het\s+team)"
)
_CHILD = (
    r"(?:zoon|dochter|(?:zoon|dochter|broer|neef|nicht)t?je|broer|zus|zusje|neef|nicht|vrouw|man|vriend|vriendin|kind)"
)
_FEW = r"(?:[\w'’-]+\s+){0,4}?"


@cache
def _family() -> re.Pattern[str]:
    member, role = rf"(?:{lists.written('family')})", rf"(?:{lists.written('public_roles')})"
    whose = r"(?:mijn|m'n|zijn|z'n|haar|d'r|hun|ons|onze|jouw|je)"
    kinds = (
        rf"{member}(?:\s+\w+)?,?\s+(?:die\s+)?(?:ook\s+)?{_IS}\s+{_FEW}{role}",
        rf"{member}\s+(?:\w+\s+)?{_OWNS}\s+{_FEW}{role}",
        rf"{whose}\s+{member},?\s+(?:die|een|de|zelf)\s+(?:\w+\s+)?{role}",
        rf"{role}(?:,|\s+(?:is|was|en|blijkt))\s+(?:\w+\s+){{0,2}}{whose}\s+{member}",
        rf"(?:als|omdat)\s+{whose}\s+{member}\s+(?:\w+\s+){{0,2}}{role}",
        rf"{member}\s+(?:\w+\s+)?{_DOES}",
        rf"{whose}\s+{member}\s+{_FEW}(?:zit|zitten|zat|werkt|werken|werkte|geeft|gaf|gaat)\s+{_FEW}{_HERE}",
        rf"(?:de|een|die|het)\s+{_CHILD}\s+van\s+(?:de|een|het|die|onze|meneer|mevrouw|(?-i:[A-Z]))\s*[\w'’-]+",
        r"\w+(?:s|en)(?:zoon|dochter|zoontje|dochtertje)",
        r"stief(?:vader|moeder|broer|zus|ouders)|pleeg(?:vader|moeder|ouders|gezin)",
        r"(?:twee|drie|vier)\s+(?:broers|broertjes|zussen|zusjes)",
    )
    return re.compile(rf"(?<!\w)(?:{'|'.join(kinds)})(?!\w)", re.IGNORECASE)


def family(spoken: Spoken, register: Register) -> Iterator[Span]:
    """Family in a role by which others know them, or at the same school: ``mijn oom is wethouder``."""
    yield from spoken.spans(_family())


FINDERS = (Finder("family", "familie in een bekende rol of op dezelfde school", Level.REVIEW, family),)
