"""What a process says, on whatever it is told to say it: no answer is lost because nobody listens, or for a letter."""

from __future__ import annotations

import io
import locale
import os
import sys
from contextlib import suppress

NAMES = {"stdout": 1, "stderr": 2}


class _Lasting(io.FileIO):
    """A channel that can be closed at the other end, as by ``| head -1``: what nobody reads is dropped."""

    def write(self, data) -> int:
        """How much was taken: all of it, also when nobody is there."""
        try:
            return super().write(data)
        except BrokenPipeError:
            return memoryview(data).nbytes


def settle() -> None:
    """Let standard output and error last, and write a letter that they do not have as ``\\xe9``.

    Streams that somebody else put there (a notebook, a test) stay as they are. A channel that is not there at all
    becomes one that nobody reads, so that no file is ever opened in its place.
    """
    for number in range(3):
        try:
            os.fstat(number)
        except OSError:
            with suppress(OSError):
                os.open(os.devnull, os.O_RDWR)  # the lowest that is free: this one
    for name, number in NAMES.items():
        now = getattr(sys, name)
        if now is not getattr(sys, f"__{name}__"):
            continue
        raw = _Lasting(number, "w", closefd=False)
        if now is None:
            stream = io.TextIOWrapper(io.BufferedWriter(raw), "utf-8", "backslashreplace", line_buffering=True)
        else:
            with suppress(OSError):
                now.flush()
            lines, through = now.line_buffering, now.write_through
            below = raw if through else io.BufferedWriter(raw)
            stream = io.TextIOWrapper(below, _letters(now.encoding), "backslashreplace", None, lines, through)
        setattr(sys, name, stream)


def _letters(encoding: str) -> str:
    """Those of the terminal, also where all else is in UTF-8; as they are where the environment says so."""
    own = locale.getencoding()
    plain = encoding.lower() == "utf-8" and sys.flags.utf8_mode and not os.environ.get("PYTHONIOENCODING")
    return own if plain and own.lower() not in ("ansi_x3.4-1968", "us-ascii", "ascii") else encoding


def with_names_in_utf8() -> None:
    """Begin again in Python's UTF-8 mode, if this process takes the names of files for something else.

    Libraries that open files themselves (Arrow, ReadStat) write names in UTF-8, whatever the locale.
    """
    if sys.getfilesystemencoding() != "utf-8" and "PYTHONUTF8" not in os.environ:
        os.execve(sys.executable, sys.orig_argv, {**os.environ, "PYTHONUTF8": "1"})
