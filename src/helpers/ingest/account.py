"""The account of a delivered file: nothing in it is left out, or read in doubt, without a line about it.

A reader counts what a file holds before it chooses, and says of each kind of part (sheets, tables, rows, columns,
sources, selections) what became of it. :attr:`Parts.open` is what nobody accounted for; the gate refuses it.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass

KINDS = ("bladen", "tabellen", "rijen", "kolommen", "bronnen", "selecties", "bestanden")
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

    def to_dict(self) -> dict:
        """For the note of a source."""
        return asdict(self)
