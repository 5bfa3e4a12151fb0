"""How precisely a number may be told: by its kind, and more coarsely where shares are told in whole percents.

Said apart from what rounds: shares on few respondents in whole percents, all that is made of them ten times coarser,
of a p-value its first digit. ``expected/tables.yml`` has the decimals of each kind.
"""

from __future__ import annotations

import re

from helpers.audit.declared import expected

PERCENTS = ("share", "points")
"""Kinds that the data tell as a part of one, and pages in percents."""
FIRST = "first"
NUMBER = re.compile(r"\d[\d.]*(?:,(\d+))?")


def too_fine(kind: str, value: str, *, few: bool) -> str:
    """What is allowed, where a number of the data is more precise; nothing where it is not."""
    return _beyond(kind, value, few=few, shift=0)


def too_fine_on_page(kind: str, value: str, *, few: bool) -> str:
    """The same of a number on a page, or of the two limits of an interval."""
    return _beyond(kind, value, few=few, shift=2 if kind in PERCENTS else 0)


def _beyond(kind: str, value: str, *, few: bool, shift: int) -> str:
    most = expected("tables")["kinds"].get(kind, {}).get("decimals")
    if most is None:
        return ""
    allowed = most[1] if few else most[0]
    for found in NUMBER.finditer(value):
        decimals = (found[1] or "").rstrip("0")  # a page fills up with noughts
        if allowed == FIRST:
            if len((found[0].replace(",", "")).lstrip("0").rstrip("0")) > 1:
                return "one digit that is not zero"
        elif len(decimals) > max(allowed - shift, 0):
            return f"{max(allowed - shift, 0)} decimals"
    return ""
