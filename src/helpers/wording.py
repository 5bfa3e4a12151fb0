"""One rule for words of size and certainty, so that the same words always mean the same.

A difference whose interval holds zero is "geen duidelijk verschil"; one of less than
:data:`SLIGHT` is "licht" (iets), any other is plain ("duidelijk"). With zero in the interval, a small one is "ongeveer
even vaak" and a large one "niet duidelijk vaker": on few respondents a large one may well be real, so it is not called
equal. :func:`rule` tells the rule in the method chapter.
"""

from __future__ import annotations

from helpers import dutch

SLIGHT = 0.03
"""Differences of shares below this (3 percentage points) are called slight."""
WEAK, STRONG = 0.3, 0.5
"""Correlations below the first are called weak, from the second on strong (Cohen 1988)."""
WIDE = 0.1
"""A share whose interval is wider than this (10 percentage points) is called uncertain in the summary."""


def certain(low: float, high: float) -> bool:
    """True if an interval of a difference lies wholly on one side of zero."""
    return low > 0 or high < 0


def difference(size: float, low: float, high: float) -> str:
    """``geen duidelijk verschil``, ``een licht verschil`` or ``een duidelijk verschil``."""
    if not certain(low, high):
        return "geen duidelijk verschil"
    return "een licht verschil" if abs(size) < SLIGHT else "een duidelijk verschil"


def compared(difference: float, low: float, high: float, *, more: str = "vaker", less: str = "minder vaak") -> str:
    """``iets vaker``, ``duidelijk minder vaak``, ``niet duidelijk vaker`` or ``ongeveer even vaak``."""
    if _about_equal(difference, low, high):
        return "ongeveer even vaak"
    size = _size(difference, low, high, "iets")
    return f"{size} {more if difference > 0 else less}"


def than(difference: float, low: float, high: float) -> str:
    """The word after a comparison: ``dan``, or ``als`` after ``even vaak``."""
    return "als" if _about_equal(difference, low, high) else "dan"


def compared_safe(difference: float, low: float, high: float) -> str:
    """As :func:`compared`, up to the other side: ``iets vaker veilig dan``, ``ongeveer even vaak veilig als``."""
    return f"{compared(difference, low, high)} veilig {than(difference, low, high)}"


def changed(difference: float, low: float, high: float) -> str:
    """``licht gestegen``, ``duidelijk gedaald``, ``niet duidelijk gestegen`` or ``nagenoeg gelijk gebleven``."""
    if _about_equal(difference, low, high):
        return "nagenoeg gelijk gebleven"
    return f"{_size(difference, low, high, 'licht')} {'gestegen' if difference > 0 else 'gedaald'}"


def _about_equal(difference: float, low: float, high: float) -> bool:
    return not certain(low, high) and abs(difference) < SLIGHT


def _size(difference: float, low: float, high: float, slight: str) -> str:
    if not certain(low, high):
        return "niet duidelijk"
    return slight if abs(difference) < SLIGHT else "duidelijk"


def higher(difference: float, low: float, high: float, slight: float = SLIGHT) -> str:
    """Words for a figure beside another: ``iets hoger``, ``duidelijk lager``, ``niet duidelijk anders``."""
    if not certain(low, high):
        return "niet duidelijk anders"
    size = "iets" if abs(difference) < slight else "duidelijk"
    return f"{size} {'hoger' if difference > 0 else 'lager'}"


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


CASES = {
    f"Nul ligt in het interval, kleiner dan {dutch.number(SLIGHT * 100)} procentpunt": (0.02, -0.01, 0.05),
    f"Nul ligt in het interval, {dutch.number(SLIGHT * 100)} procentpunt of meer": (0.05, -0.01, 0.11),
    f"Nul ligt erbuiten, kleiner dan {dutch.number(SLIGHT * 100)} procentpunt": (0.02, 0.01, 0.03),
    f"Nul ligt erbuiten, {dutch.number(SLIGHT * 100)} procentpunt of meer": (0.05, 0.01, 0.09),
}
"""What the rule distinguishes, each with a difference and its limits for which it holds."""
COLUMNS = {"verschil": difference, "vergelijking": compared, "ontwikkeling": changed, "naast een ander cijfer": higher}
"""What is said, and the function that finds the words."""


def rule() -> list[list[str]]:
    """The rule as rows of a table, made by the functions themselves: a case, and the words by :data:`COLUMNS`."""
    return [[case, *(_both(words, *limits) for words in COLUMNS.values())] for case, limits in CASES.items()]


def strengths() -> list[list[str]]:
    """The words for correlations as rows of a table: from, up to, word."""
    weak, strong = dutch.number(WEAK, 1), dutch.number(STRONG, 1)
    cases = [(f"minder dan {weak}", 0.0), (f"{weak} tot {strong}", WEAK), (f"{strong} of meer", STRONG)]
    return [[case, f"een {strength(size)} samenhang"] for case, size in cases]


def vocabulary() -> set[str]:
    """Every word or phrase that the rule can give."""
    return {phrase for row in rule() for cell in row[1:] for phrase in cell.split(", ")}


def _both(words, size: float, low: float, high: float) -> str:
    """The words for a difference up and the same one down, once where they are equal."""
    return ", ".join(dict.fromkeys([words(size, low, high), words(-size, -high, -low)]))
