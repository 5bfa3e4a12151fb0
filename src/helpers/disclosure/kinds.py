"""Kinds of statistic: the checks that each must have had before it leaves, after ACRO's ontology of analyses.

That ontology (statistical disclosure control by kind of statistic, each with its risks) has no kinds for ranks, places,
expected values and verdicts on institutions; they are added here.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from helpers.errors import MonitorError

MINIMUM, EXTREME, DOMINANCE = "minimum", "extreme", "dominance"
RELEASED = "released"


@dataclass(frozen=True)
class Statistic:
    """What a kind of statistic must have had: ``checks``, or else one of the ``grounds`` on which it passes.

    ``risk``: what could be known from it without these.
    """

    risk: str
    checks: tuple[str, ...] = ()
    grounds: tuple[str, ...] = ()


STATISTICS: Mapping[str, Statistic] = {
    "frequency": Statistic(
        "a count of few; one that is mostly one institution's",
        (MINIMUM, DOMINANCE),
        (RELEASED, "institutions", "conversations", "own_registration"),
    ),
    "share": Statistic("an answer that nobody or everybody of a small group gave", (MINIMUM, EXTREME), (RELEASED,)),
    "participation": Statistic("who took part, where they are few", (MINIMUM,)),
    "practice": Statistic("what an institution does, where it is one of few that answered", (MINIMUM,)),
    "mean": Statistic("a mean over few is close to each of them", (MINIMUM,), ("institutions",)),
    "difference": Statistic("a hidden share, from a shown one and their difference", (), (RELEASED,)),
    "effect size": Statistic("shares more precisely than they are told", (), (RELEASED,)),
    "expected": Statistic("a hidden share, from what was expected and the difference", (MINIMUM, EXTREME)),
    "position": Statistic("whose place it is, from public size and the order", (MINIMUM, EXTREME)),
    "distribution": Statistic("an institution that stands alone at an end", (), ("institutions",)),
    "model term": Statistic("none of a group: one model over all institutions", (), ("model",)),
    "correlation": Statistic("none of an institution", (), ("association",)),
    "verdict": Statistic("a hidden share, from what is said of it", (), (RELEASED, "own_registration")),
    "quote": Statistic("who said it", (), ("quotes",)),
}
"""By kind, as a table or figure names it. A picture (drawing, map) is drawn from cells of one of these."""


def check(kind: str, ran: Mapping[str, str], ground: str | None) -> None:
    """Refuse cells of an unknown kind, or without the checks that their kind must have.

    Parameters
    ----------
    ran
        The checks that were done, by name.
    ground
        The ground on which the cells pass without, if any.

    Raises
    ------
    MonitorError
        Saying what is allowed.
    """
    known = STATISTICS.get(kind)
    if known is None:
        raise MonitorError(f"'{kind}' is no kind of statistic that may leave; allowed: {', '.join(STATISTICS)}.")
    if ground is not None:
        if ground not in known.grounds:
            allowed = ", ".join(f"'{each}'" for each in known.grounds) or "no ground; let it be checked"
            raise MonitorError(
                f"A {kind} cannot leave on the ground '{ground}'; allowed: {allowed}. Risk: {known.risk}."
            )
        return
    lacking = [each for each in known.checks if each not in ran]
    if lacking or not known.checks:
        needs = ", ".join(lacking) or f"a ground: {', '.join(known.grounds)}"
        raise MonitorError(f"A {kind} leaves only after {needs}. Risk: {known.risk}.")
