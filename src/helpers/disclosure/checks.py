"""Checks of what is about to be shown: each gives a status, a reason and the rows that it stops.

The evidence is gathered once (:class:`Evidence`); every check looks at it; of what they say of a row the worst wins. A
check that cannot tell says ``FAIL``: nothing passes because nobody could judge it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import IntEnum

import numpy as np
import pandas as pd

from helpers.rulebook import Disclosure

TOO_FEW = "te weinig respondenten"
PROTECTS = "beschermt een andere groep"
EXTREME = "geldt voor (bijna) iedereen of niemand"
DOMINATED = "komt vooral van een of twee instellingen"
UNKNOWN = "niet te beoordelen"


class Status(IntEnum):
    """What a check says; a higher one wins."""

    PASS = 0
    REVIEW = 1
    FAIL = 2


@dataclass(frozen=True)
class Evidence:
    """What is known of the rows of a table or figure.

    ``counts``: respondents of each row, 0 where they are not known; ``shares``: columns with shares 0..1 of these
    respondents; ``largest`` and ``two``: columns with the parts of an amount over institutions that the largest
    institution and the two largest have.
    """

    data: pd.DataFrame
    counts: np.ndarray
    shares: Sequence[str] = ()
    largest: str | None = None
    two: str | None = None


@dataclass(frozen=True)
class Outcome:
    """What one check says: its name, the status of every row, and the reason for those that do not pass.

    ``idle``: there was nothing for it to look at, so that it has not been done.
    """

    check: str
    status: np.ndarray
    reason: str
    idle: bool = False

    @property
    def worst(self) -> Status:
        """The worst status of any row."""
        return Status(int(self.status.max(initial=Status.PASS)))


def minimum(evidence: Evidence, rules: Disclosure) -> Outcome:
    """At least the minimum number of respondents."""
    return _fails("minimum", evidence.counts < rules.minimum_respondents, TOO_FEW)


def extreme(evidence: Evidence, rules: Disclosure) -> Outcome:
    """No share of nobody or everybody in a small group."""
    rows = np.zeros(len(evidence.data), dtype=bool)
    for column in evidence.shares:
        values = pd.to_numeric(evidence.data[column], errors="coerce").to_numpy(float, na_value=np.nan)
        rows |= (values <= 0) | (values >= 1)
    few = evidence.counts < rules.extreme_shares_hidden_below
    return _fails("extreme", rows & few, EXTREME, idle=not evidence.shares)


def dominance(evidence: Evidence, rules: Disclosure) -> Outcome:
    """No amount that is mostly one institution's, or two institutions' together; an unknown part fails."""
    rows = np.zeros(len(evidence.data), dtype=bool)
    for column, most in ((evidence.largest, rules.dominance_one), (evidence.two, rules.dominance_two)):
        if column is not None:
            part = pd.to_numeric(evidence.data[column], errors="coerce").to_numpy(float, na_value=np.nan)
            rows |= ~(part <= most)
    return _fails("dominance", rows, DOMINATED, idle=evidence.largest is None or evidence.two is None)


CHECKS: tuple[Callable[[Evidence, Disclosure], Outcome], ...] = (minimum, extreme, dominance)


def run(evidence: Evidence, rules: Disclosure, checks: Sequence[Callable] = CHECKS) -> list[Outcome]:
    """All checks; one that breaks or answers something else fails every row."""
    return [_run(check, evidence, rules) for check in checks]


def _run(check: Callable, evidence: Evidence, rules: Disclosure) -> Outcome:
    name = getattr(check, "__name__", "check")
    try:
        outcome = check(evidence, rules)
        known = isinstance(outcome, Outcome) and len(outcome.status) == len(evidence.data)
        if known and set(np.unique(outcome.status)) <= set(Status):
            return outcome
    except Exception:
        pass
    return _fails(name, np.ones(len(evidence.data), dtype=bool), UNKNOWN)


def _fails(check: str, rows: np.ndarray, reason: str, idle: bool = False) -> Outcome:
    return Outcome(check, np.where(rows, Status.FAIL, Status.PASS), reason, idle)


def verdict(outcomes: Sequence[Outcome], rows: int) -> tuple[np.ndarray, np.ndarray]:
    """Of every row the worst status, and the reason of the first check that gave it ('' where it passes)."""
    status = np.full(rows, Status.PASS if outcomes else Status.FAIL)
    reason = np.full(rows, "" if outcomes else UNKNOWN, dtype=object)
    for outcome in outcomes:
        worse = outcome.status > status
        status = np.where(worse, outcome.status, status)
        reason[worse] = outcome.reason
    return status, reason
