"""Reading in a child process: a damaged file can bring a C library down, and only the child with it."""

from __future__ import annotations

import os
import pickle
import select
import signal
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from helpers.errors import MonitorError

Result = TypeVar("Result")
SECONDS, SECONDS_A_MEGABYTE = 15, 5
"""A child that has not begun to answer by then is stuck; a wave of 12 MB takes one second."""


_inside = False
"""Whether this process is such a child: what it calls needs no other."""


class Crashed(Exception):
    """The child ended without an answer."""


def patience(*files: Path) -> float:
    """Seconds after which reading these files is stuck."""
    return SECONDS + SECONDS_A_MEGABYTE * sum(path.stat().st_size for path in files) / 1e6


def call(function: Callable[..., Result], *arguments: object, seconds: float = SECONDS, **options: object) -> Result:
    """``function(*arguments, **options)`` in a fork; its result, or its exception.

    Raises :class:`Crashed`, also if there is no answer within ``seconds``.

    The result travels by pickle. In a child, and where there is no fork, the call is made here.
    """
    if _inside or not hasattr(os, "fork"):
        return function(*arguments, **options)
    receive, send = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(receive)
        _answer(send, function, arguments, options)
    os.close(send)
    try:
        with os.fdopen(receive, "rb") as channel:
            if not select.select([channel], [], [], seconds)[0]:
                os.kill(child, signal.SIGKILL)
                raise Crashed(f"geen antwoord na {seconds:.0f} s")
            worked, result = pickle.load(channel)
    except (EOFError, pickle.UnpicklingError) as error:
        raise Crashed("het lezen liep vast") from error
    finally:
        os.waitpid(child, 0)
    if not worked:
        raise result
    return result


def _answer(channel: int, function, arguments, options) -> None:
    """Run the function and send what came of it; never returns."""
    global _inside
    _inside = True
    try:
        signal.signal(signal.SIGINT, signal.SIG_DFL)
        try:
            answer = (True, function(*arguments, **options))
        except Exception as error:
            kind = MonitorError if isinstance(error, MonitorError) else ValueError
            answer = (False, kind(str(error)) if _unpicklable(error) else error)
        with os.fdopen(channel, "wb") as pipe:
            pickle.dump(answer, pipe, protocol=5)
    finally:
        os._exit(0)


def _unpicklable(error: Exception) -> bool:
    try:
        pickle.loads(pickle.dumps(error))
    except Exception:
        return True
    return False
