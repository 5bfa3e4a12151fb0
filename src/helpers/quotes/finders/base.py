"""What a finder is, and what it finds."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from enum import IntEnum

from helpers.quotes.spoken import Spoken

Span = tuple[int, int]


class Level(IntEnum):
    """How much a find tells; a higher one wins where finds overlap."""

    REVIEW = 1
    """May tell who it is, together with other things: a person looks."""
    IDENTIFIES = 2
    """Names a person, school, place or day: leaves only if a person accepts it with a reason."""
    NEVER = 3
    """Leads straight to a person or an institution of the edition: never leaves."""


@dataclass(frozen=True)
class Register:
    """The institutions of the edition, whose names and codes may not appear: code to name."""

    names: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Finder:
    """A rule: its name, why what it finds matters (Dutch, as in "hier staat …"), and how it finds."""

    id: str
    reason: str
    level: Level
    find: Callable[[Spoken, Register], Iterable[Span]]


@dataclass(frozen=True)
class Find:
    """Something in a fragment that could identify someone: where, which finders found it, and why it matters."""

    text: str
    start: int
    end: int
    level: Level
    finders: tuple[str, ...]
    reasons: tuple[str, ...]
