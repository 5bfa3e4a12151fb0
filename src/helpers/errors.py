"""Errors that speak to a researcher, and the collecting of many before speaking."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass


@dataclass(frozen=True)
class Problem:
    """One thing that is wrong with a file, said so that a researcher can mend it.

    ``where`` is a sheet, row, column or key inside ``file``; ``level`` is ``refuse`` or ``warn``.
    """

    file: str
    where: str
    found: str
    allowed: str
    remedy: str
    level: str = "refuse"

    def __str__(self) -> str:
        place = f"{self.file}, {self.where}" if self.where else self.file
        return f"{place}: found {self.found}; allowed: {self.allowed}. {self.remedy}"

    def to_dict(self) -> dict[str, str]:
        """For a JSON file."""
        return asdict(self)


class MonitorError(Exception):
    """A failure that is the input's, not the program's: shown without a traceback."""


class Problems(MonitorError):
    """All problems found in one go; the message lists each on a line of its own."""

    def __init__(self, title: str, problems: Iterable[Problem]) -> None:
        self.title = title
        self.problems = list(problems)
        super().__init__("\n".join([title, *(f"  - {problem}" for problem in self.problems)]))


def exit_code(command: Callable[[list[str]], None], arguments: list[str]) -> int:
    """Run a command of the pipeline: 0, or 1 with the message of a :class:`MonitorError`.

    No traceback reaches a researcher unless the environment variable ``MIV_TRACEBACK`` asks for it.
    """
    try:
        command(arguments)
    except MonitorError as error:
        if os.environ.get("MIV_TRACEBACK"):
            raise
        print(error, file=sys.stderr)
        return 1
    return 0
