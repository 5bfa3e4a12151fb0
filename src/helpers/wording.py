"""One rule for words of size and certainty, so that the same words always mean the same.

A difference whose interval holds zero is "geen duidelijk verschil"; one of less than
:data:`SLIGHT` is "licht" (iets), any other is plain ("duidelijk").
"""

from __future__ import annotations

from helpers import dutch

SLIGHT = 0.03
"""Differences of shares below this (3 percentage points) are called slight."""


def certain(low: float, high: float) -> bool:
    """True if an interval of a difference lies wholly on one side of zero."""
    return low > 0 or high < 0


def compared(difference: float, low: float, high: float, *, more: str = "vaker", less: str = "minder vaak") -> str:
    """Words for a difference: ``duidelijk minder vaak``, ``iets vaker`` or ``ongeveer even vaak``."""
    if not certain(low, high):
        return "ongeveer even vaak"
    size = "iets" if abs(difference) < SLIGHT else "duidelijk"
    return f"{size} {more if difference > 0 else less}"


def compared_safe(difference: float, low: float, high: float) -> str:
    """As :func:`compared`, up to the other side: ``iets vaker veilig dan``, ``ongeveer even vaak veilig als``."""
    return f"{compared(difference, low, high)} veilig {'dan' if certain(low, high) else 'als'}"


def changed(difference: float, low: float, high: float) -> str:
    """Words for a change over time: ``licht gestegen``, ``duidelijk gedaald``, ``nagenoeg gelijk gebleven``."""
    if not certain(low, high):
        return "nagenoeg gelijk gebleven"
    size = "licht" if abs(difference) < SLIGHT else "duidelijk"
    return f"{size} {'gestegen' if difference > 0 else 'gedaald'}"


def with_interval(difference: float, low: float, high: float, *, nested: bool = False) -> str:
    """``een verschil van 5,1 procentpunt (interval 4,6 tot 5,6)``; ``nested``: without brackets, inside brackets."""
    if difference < 0:
        difference, low, high = -difference, -high, -low
    limits = f"interval {dutch.number(low * 100, 1)} tot {dutch.number(high * 100, 1)}"
    size = f"een verschil van {dutch.points(difference)}"
    return f"{size}, {limits}" if nested else f"{size} ({limits})"


def strength(correlation: float) -> str:
    """Words for a correlation: zwakke below 0.3, matige below 0.5, else sterke (Cohen 1988)."""
    size = abs(correlation)
    return "zwakke" if size < 0.3 else "matige" if size < 0.5 else "sterke"
