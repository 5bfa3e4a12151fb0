"""Progress that a person can read, as a Snakemake logger plugin (``--logger miv``).

Snakemake finds plugins by their package name. Each finished job gives a line with the stage, done/total and
the time left; failed jobs are written, one JSON object a line, to the file named by ``MIV_FAILURES``.
Snakemake's own full log stays in ``outputs/<edition>/.snakemake/log``.
"""

from __future__ import annotations

import json
import logging
import os
import sys
import time

from snakemake_interface_logger_plugins.base import LogHandlerBase
from snakemake_interface_logger_plugins.common import LogEvent

SECONDS_BETWEEN_LINES = 5.0
"""Where the output is not a terminal, progress is told at most this often (and at the end)."""


def time_left(seconds: float) -> str:
    """Seconds as words: ``about 40 s left``, ``about 3 min left``."""
    if seconds < 90:
        return f"about {max(1, round(seconds / 5) * 5)} s left"
    return f"about {round(seconds / 60)} min left"


def progress_line(stage: str, done: int, total: int, elapsed: float) -> str:
    """One line of progress; the time left supposes that jobs go on as they went."""
    left = f", {time_left(elapsed / done * (total - done))}" if 0 < done < total else ""
    return f"  {stage:<9} {done:>4}/{total}{left}"


class LogHandler(LogHandlerBase):
    """Turns Snakemake's events into progress lines and a list of failures."""

    def __post_init__(self) -> None:
        self.stage = os.environ.get("MIV_STAGE", "workflow")
        self.failures = os.environ.get("MIV_FAILURES")
        self.started = time.monotonic()
        self.told = 0.0
        self.terminal = sys.stdout.isatty()
        # a log that cannot be written (a full disk) must not talk through the message that says why
        logging.raiseExceptions = False

    def emit(self, record: logging.LogRecord) -> None:
        """Turn one event of Snakemake into a line."""
        event = getattr(record, "event", None)
        if event == LogEvent.PROGRESS:
            self._progress(record.done, record.total)
        elif event == LogEvent.JOB_ERROR:
            self._failure(record)
        elif record.levelno >= logging.ERROR and event in (None, LogEvent.ERROR):
            self._message(record)

    def _progress(self, done: int, total: int) -> None:
        now = time.monotonic()
        if not self.terminal and done < total and now - self.told < SECONDS_BETWEEN_LINES:
            return
        self.told = now
        line = progress_line(self.stage, done, total, now - self.started)
        end = "\n" if not self.terminal or done == total else ""
        sys.stdout.write(("\r\033[K" if self.terminal else "") + line + end)
        sys.stdout.flush()

    def _failure(self, record: logging.LogRecord) -> None:
        if not self.failures:
            return
        entry = {"rule": record.rule_name, "log": list(record.log or []), "output": list(record.output or [])}
        with open(self.failures, "a", encoding="utf-8") as file:
            file.write(json.dumps(entry) + "\n")

    def _message(self, record: logging.LogRecord) -> None:
        text = record.getMessage().strip()
        if self.failures and text and text != "None":
            with open(self.failures, "a", encoding="utf-8") as file:
                file.write(json.dumps({"message": text}) + "\n")

    @property
    def writes_to_stream(self) -> bool:
        """Yes: to the terminal."""
        return True

    @property
    def writes_to_file(self) -> bool:
        """No log file of its own."""
        return False

    @property
    def has_filter(self) -> bool:
        """Chooses events itself."""
        return True

    @property
    def has_formatter(self) -> bool:
        """Formats lines itself."""
        return True

    @property
    def needs_rulegraph(self) -> bool:
        """Not needed."""
        return False
