"""The account of a delivered file: nothing in it is left out, or read in doubt, without a line about it.

A reader counts what a file holds before it chooses, and says of each kind of part (sheets, tables, rows, columns,
sources, selections) what became of it. :attr:`Parts.open` is what nobody accounted for; the gate refuses it.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass, replace

from helpers.ingest.problems import Defect
from helpers.ingest.words import told

KINDS = ("bladen", "tabellen", "rijen", "kolommen", "bronnen", "selecties", "bestanden", "opmerkingen")
"""What a file can hold, in the words of the intake page."""


@dataclass(frozen=True)
class Rest:
    """Parts that were not used, or of which it is not sure that they were read rightly (``doubt``).

    ``where``: the place as a person sees it in Excel or an editor; ``reason``: in Dutch, as a sender understands it.
    """

    where: str
    count: int
    reason: str
    doubt: bool = False


@dataclass(frozen=True)
class Parts:
    """What became of all parts of one kind: ``total`` as counted in the file itself, ``used``, and the rest."""

    kind: str
    total: int
    used: int
    rest: tuple[Rest, ...] = ()

    def __post_init__(self) -> None:
        if self.kind not in KINDS:
            raise ValueError(f"kind {self.kind!r}; allowed: {', '.join(KINDS)}")

    @property
    def open(self) -> int:
        """How many nobody accounted for (positive), or were told twice (negative); 0 if the account is closed."""
        return self.total - self.used - sum(each.count for each in self.rest)

    def told(self) -> Parts:
        """The same in words that a note may hold."""
        return replace(
            self, rest=tuple(replace(each, where=told(each.where), reason=told(each.reason)) for each in self.rest)
        )

    def to_dict(self) -> dict:
        """For the note of a source."""
        return asdict(self)

    def without(self, *left: Rest) -> Parts:
        """The same after a later step left parts out that the reader gave."""
        told = tuple(each for each in left if each.count)
        return replace(self, used=self.used - sum(each.count for each in told), rest=(*self.rest, *told))


def leave_out(parts: Iterable[Parts], kind: str, *left: Rest) -> tuple[Parts, ...]:
    """The account of a file after a later step left out parts of one kind."""
    return tuple(each.without(*left) if each.kind == kind else each for each in parts)


def load(noted: Iterable[dict]) -> list[Parts]:
    """The account of a file from the note of its source."""
    return [Parts(**{**each, "rest": tuple(Rest(**rest) for rest in each["rest"])}) for each in noted]


def check(name: str, parts: Iterable[Parts]) -> list[Defect]:
    """What the gate says of the account of one file: it must be closed, and doubts are told."""
    defects = []
    for each in parts:
        if each.open or each.used < 0:
            told = each.total - each.used - each.open
            found = f"{each.total} {each.kind}, waarvan {each.used} gebruikt en {told} genoemd"
            remedy = "Dit is een fout van de intake zelf: meld haar, en gebruik het bestand niet."
            defects.append(Defect(name, "", found, f"alle {each.kind} verantwoord", remedy, rule="account_open"))
        for rest in each.rest:
            if rest.doubt:
                found = f"{each.kind} ({rest.count}): {rest.reason}"
                remedy = "Kijk in het bestand of het goed is gelezen; vraag het anders de afzender."
                allowed = "niets waarover twijfel is"
                defects.append(Defect(name, rest.where, found, allowed, remedy, rule="account_doubt"))
    return defects
