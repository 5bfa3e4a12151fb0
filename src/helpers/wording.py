"""One verdict for every comparison, and one rule for words of size and certainty, so that the same words mean the same.

:func:`verdict` looks at a difference, its interval and the margin that matters (``margin`` in
``parameters/settings.yml``). Whether something is *about equal* is a finding like any other: the whole interval lies
within the margin (two one-sided tests, Schuirmann 1987, with the limits that are told). An interval that holds zero and
reaches beyond the margin says nothing, whatever the difference itself is. :func:`rule` tells the rule in the method
chapter.
"""

from __future__ import annotations

from enum import Enum

from helpers import dutch, settings

WEAK, STRONG = 0.3, 0.5
"""Correlations below the first are called weak, from the second on strong (Cohen 1988)."""
WIDE = 0.1
"""A share whose interval is wider than this (10 percentage points) is called uncertain in the summary."""


class Verdict(Enum):
    """What is said of a difference: its words by :data:`COLUMNS`, upwards and downwards."""

    CLEAR = "clear"
    SLIGHT = "slight"
    EQUAL = "equal"
    UNKNOWN = "unknown"


WORDS: dict[Verdict, dict[str, tuple[str, str]]] = {
    Verdict.CLEAR: {
        "verschil": ("een duidelijk verschil",) * 2,
        "vergelijking": ("duidelijk vaker", "duidelijk minder vaak"),
        "ontwikkeling": ("duidelijk gestegen", "duidelijk gedaald"),
        "naast een ander cijfer": ("duidelijk hoger", "duidelijk lager"),
    },
    Verdict.SLIGHT: {
        "verschil": ("een licht verschil",) * 2,
        "vergelijking": ("iets vaker", "iets minder vaak"),
        "ontwikkeling": ("licht gestegen", "licht gedaald"),
        "naast een ander cijfer": ("iets hoger", "iets lager"),
    },
    Verdict.EQUAL: {
        "verschil": ("nagenoeg geen verschil",) * 2,
        "vergelijking": ("ongeveer even vaak",) * 2,
        "ontwikkeling": ("nagenoeg gelijk gebleven",) * 2,
        "naast een ander cijfer": ("ongeveer even hoog",) * 2,
    },
    Verdict.UNKNOWN: {
        "verschil": ("geen duidelijk verschil",) * 2,
        "vergelijking": ("niet duidelijk vaker of minder vaak",) * 2,
        "ontwikkeling": ("niet duidelijk veranderd",) * 2,
        "naast een ander cijfer": ("niet duidelijk anders",) * 2,
    },
}
COLUMNS = tuple(WORDS[Verdict.CLEAR])
"""What is said: of a difference, of two groups, of two waves, of a figure beside another."""


def margin() -> float:
    """Difference of two shares that matters: a smaller one is slight, and what lies within it is about equal."""
    return settings.load_settings().margin


def margin_told() -> str:
    """The margin in percentage points, as texts have it: ``3`` or ``2,5``."""
    points = round(100 * margin(), 9)
    return dutch.number(points, 0 if points.is_integer() else 1)


def certain(low: float, high: float) -> bool:
    """True if an interval of a difference lies wholly on one side of zero."""
    return low > 0 or high < 0


def verdict(size: float, low: float, high: float, matters: float | None = None) -> Verdict:
    """What may be said of a difference with its limits; ``matters``: the margin, if not :func:`margin`."""
    matters = margin() if matters is None else matters
    if certain(low, high):
        return Verdict.SLIGHT if abs(size) < matters else Verdict.CLEAR
    return Verdict.EQUAL if -matters < low and high < matters else Verdict.UNKNOWN


def _said(column: str, size: float, low: float, high: float, matters: float | None = None) -> str:
    return WORDS[verdict(size, low, high, matters)][column][int(size < 0)]


def difference(size: float, low: float, high: float) -> str:
    """``een duidelijk verschil``, ``een licht verschil``, ``nagenoeg geen`` or ``geen duidelijk verschil``."""
    return _said("verschil", size, low, high)


def compared(size: float, low: float, high: float) -> str:
    """``iets vaker``, ``duidelijk minder vaak``, ``ongeveer even vaak``, ``niet duidelijk vaker of minder vaak``."""
    return _said("vergelijking", size, low, high)


def than(size: float, low: float, high: float) -> str:
    """The word after a comparison: ``dan``, or ``als`` after ``even vaak``."""
    return "als" if verdict(size, low, high) is Verdict.EQUAL else "dan"


def compared_safe(size: float, low: float, high: float) -> str:
    """As :func:`compared`, up to the other side: ``iets vaker veilig dan``, ``ongeveer even vaak veilig als``."""
    return f"{compared(size, low, high)} veilig {than(size, low, high)}"


def changed(size: float, low: float, high: float) -> str:
    """``licht gestegen``, ``duidelijk gedaald``, ``nagenoeg gelijk gebleven`` or ``niet duidelijk veranderd``."""
    return _said("ontwikkeling", size, low, high)


def higher(size: float, low: float, high: float, matters: float | None = None) -> str:
    """Words for a figure beside another: ``iets hoger``, ``duidelijk lager``, ``niet duidelijk anders``."""
    return _said("naast een ander cijfer", size, low, high, matters)


def with_interval(
    difference: float, low: float, high: float, *, nested: bool = False, decimals: int | None = None
) -> str:
    """``een verschil van 5,1 procentpunt (interval 4,6 tot 5,6)``; ``nested``: without brackets, inside brackets."""
    limits = interval_of(difference, low, high, decimals)
    size = f"een verschil van {dutch.points(difference, decimals)}"
    return f"{size}, {limits}" if nested else f"{size} ({limits})"


def told(difference_: float, low: float, high: float, decimals: int | None = None) -> str:
    """The verdict first: ``een licht verschil (1,4 procentpunt, interval 0,8 tot 2,0)``."""
    size = f"{dutch.points(difference_, decimals)}, {interval_of(difference_, low, high, decimals)}"
    return f"{difference(difference_, low, high)} ({size})"


def interval_of(difference: float, low: float, high: float, decimals: int | None = None) -> str:
    """The interval of a difference that is told without its sign: ``interval 4,6 tot 5,6``."""
    if difference < 0:
        low, high = -high, -low
    return f"interval {dutch.interval(low, high, decimals)}"


def uncertain(low: float, high: float, decimals: int | None = None) -> str:
    """`` (onzeker: 68,9% tot 88,2%)`` after a share with a wide interval, else nothing."""
    if not high - low > WIDE:
        return ""
    return f" (onzeker: {dutch.percent(low, decimals)} tot {dutch.percent(high, decimals)})"


def strength(correlation: float) -> str:
    """Words for a correlation: zwakke below 0.3, matige below 0.5, else sterke."""
    size = abs(correlation)
    return "zwakke" if size < WEAK else "matige" if size < STRONG else "sterke"


def rule() -> list[list[str]]:
    """The rule as rows of a table, made of what :func:`verdict` says: a case, and the words by :data:`COLUMNS`."""
    least, points = margin(), f"{margin_told()} procentpunt"
    cases = {
        f"Nul ligt buiten het interval; het verschil is {points} of meer": (least, least / 2, 2 * least),
        f"Nul ligt buiten het interval; het verschil is kleiner dan {points}": (least / 2, least / 4, least),
        f"Nul ligt in het interval, en dat blijft binnen {points}": (least / 4, -least / 4, least / 2),
        f"Nul ligt in het interval, en dat reikt verder dan {points}": (least / 4, -least, 2 * least),
    }
    return [
        [case, *(", ".join(dict.fromkeys(WORDS[verdict(*limits)][column])) for column in COLUMNS)]
        for case, limits in cases.items()
    ]


def strengths() -> list[list[str]]:
    """The words for correlations as rows of a table: from, up to, word."""
    weak, strong = dutch.number(WEAK, 1), dutch.number(STRONG, 1)
    cases = [(f"minder dan {weak}", 0.0), (f"{weak} tot {strong}", WEAK), (f"{strong} of meer", STRONG)]
    return [[case, f"een {strength(size)} samenhang"] for case, size in cases]


def vocabulary() -> set[str]:
    """Every word or phrase that the rule can give."""
    return {phrase for by in WORDS.values() for both in by.values() for phrase in both}
