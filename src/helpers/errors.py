"""Errors that speak to a researcher, and the collecting of many before speaking."""

from __future__ import annotations

import errno
import os
import sys
from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass
from types import TracebackType


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


@dataclass(frozen=True)
class Failure:
    """A job of the workflow that failed: the rule, the unit it was for, and its last words."""

    rule: str
    unit: str
    chapter: str
    cell: str
    error: str
    open: str


class MonitorError(Exception):
    """A failure that is the input's, not the program's: shown without a traceback, in a notebook too."""

    def _render_traceback_(self) -> list[str]:
        """What IPython shows."""
        return [f"\x1b[31m{self}\x1b[0m"]


class Problems(MonitorError):
    """All problems found in one go; the message lists each on a line of its own."""

    def __init__(self, title: str, problems: Iterable[Problem]) -> None:
        self.title = title
        self.problems = list(problems)
        super().__init__("\n".join([title, *(f"  - {problem}" for problem in self.problems)]))

    def __reduce__(self) -> tuple:
        """To another process it travels as what it holds."""
        return Problems, (self.title, self.problems)


def explain(error: Exception) -> str:
    """What to tell a researcher: the message of a :class:`MonitorError`, a full disk, or that it is our fault."""
    if isinstance(error, MonitorError):
        return str(error)
    if isinstance(error, OSError) and error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG):
        return "The disk is full: the results could not be written. Make room and run the same command again."
    return (
        f"Stopped by {type(error).__name__}: {error}\n"
        "This is not a fault of your data as far as we can tell; MIV_TRACEBACK=1 shows where it is."
    )


def uncaught(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
    """Tell what nobody caught, as Python does; a :class:`MonitorError` in its own words.

    A module can raise one while it is imported: what draws and writes takes the brand then.
    """
    if isinstance(error, MonitorError) and not os.environ.get("MIV_TRACEBACK"):
        print(error, file=sys.stderr)
    else:
        sys.__excepthook__(kind, error, trace)


def exit_code(command: Callable[[list[str]], None], arguments: list[str]) -> int:
    """Run a command of the pipeline: 0, or 1 with a message that explains what went wrong.

    No traceback reaches a researcher unless the environment variable ``MIV_TRACEBACK`` asks for it.
    """
    try:
        command(arguments)
    except Exception as error:
        if os.environ.get("MIV_TRACEBACK"):
            raise
        print(explain(error), file=sys.stderr)
        return 1
    return 0
