"""What is expected in a published bundle: the tables in ``expected/``, and what was found that does not fit them.

A value in these tables is a regular expression for the whole of what stands there. ``{n}`` and the like are the
patterns that ``expected/patterns.yml`` names; ``@said`` and the like ask what the pages say
(:class:`helpers.audit.said.Said`).
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import yaml

EXPECTED = Path(__file__).parent / "expected"
Loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
LONGEST = 90
"""Characters of what was found that a message repeats."""


@dataclass(frozen=True, order=True)
class Finding:
    """Something in a bundle that is not expected: report, file, place, what was found, what is allowed, the remedy."""

    unit: str
    file: str
    place: str
    what: str
    allowed: str
    remedy: str = "Take it out, or, if it belongs there, declare it in src/helpers/audit/expected/"

    def __str__(self) -> str:
        where = f"{self.unit}/{self.file}" + (f", {self.place}" if self.place else "")
        return f"{where}: {self.what}; allowed: {self.allowed}. {self.remedy}."


@cache
def declared(path: Path) -> dict:
    """What a YAML file of the project holds; read once."""
    return yaml.load(path.read_text(encoding="utf-8"), Loader)


@cache
def expected(name: str) -> dict:
    """One of the tables in ``expected/``."""
    return declared(EXPECTED / f"{name}.yml")


@cache
def pattern(rule: str) -> re.Pattern[str]:
    """A declared value as a pattern of the whole text."""
    for name, content in expected("patterns").items():
        rule = rule.replace("{" + name + "}", f"(?:{content})")
    return re.compile(rule)


@cache
def fits(rule: str, value: str) -> bool:
    """Whether a text is wholly what a declared value says."""
    return pattern(rule).fullmatch(value) is not None


def among(rules: Iterable[str], value: str) -> str | None:
    """The first declared value that a text fits."""
    return next((rule for rule in rules if fits(rule, value)), None)


def short(text: str) -> str:
    """A text as a message repeats it."""
    words = " ".join(str(text).split())
    return f"“{words if len(words) <= LONGEST else words[: LONGEST - 1] + '…'}”"
