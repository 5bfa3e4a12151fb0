"""What may be shown: checks, the cells that protect others, rounding.

The rules are those of :mod:`helpers.rulebook`; ``checks`` says of every row whether it passes; ``suppress`` finds which
other cells must be hidden so that a hidden one cannot be computed, and ``plan`` does so over all institutions' reports
together;
``rounding`` tells figures no more precisely than they may be. Everything fails
closed: a count that is missing counts as zero, an unknown ground or a broken check hides.
"""

from helpers.disclosure.checks import DOMINATED, EXTREME, PROTECTS, TOO_FEW, UNKNOWN, Status
from helpers.disclosure.release import HIDDEN, REASON, Released, release
from helpers.disclosure.rounding import DECIMALS
from helpers.rulebook import Disclosure, Rulebook

__all__ = [
    "DECIMALS",
    "DOMINATED",
    "EXTREME",
    "HIDDEN",
    "PROTECTS",
    "REASON",
    "TOO_FEW",
    "UNKNOWN",
    "Disclosure",
    "Released",
    "Rulebook",
    "Status",
    "release",
]
