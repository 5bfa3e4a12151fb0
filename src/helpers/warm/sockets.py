"""Folders for unix sockets and other scratch: the owner's only, on a short path, and gone afterwards.

Kernels and warm jobs talk over unix sockets in such a folder. A port of the machine's own network would be open to
every user of a shared server.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from helpers.errors import MonitorError

LONGEST = 107
"""Bytes that the system allows for the path of a unix socket."""
ROOM = 48
"""Bytes of it that are kept for what comes inside: a kernel's own folder and the names of its sockets."""
SHORT = Path("/tmp")
"""Where the folder for temporary files is on too long a path."""
SCRATCH = "TMPDIR"
PREFIX = "miv-"


def make(inside: Path | None = None) -> Path:
    """A new folder that only its owner can enter; ``inside`` another of these, else where temporary files are.

    Raises :class:`MonitorError` if no such place has a path that is short enough.
    """
    if inside is not None:
        return Path(tempfile.mkdtemp(dir=inside, prefix=PREFIX[0]))
    for place in (Path(tempfile.gettempdir()), SHORT):
        if place.is_dir() and len(os.fsencode(place)) + ROOM <= LONGEST:
            return Path(tempfile.mkdtemp(prefix=PREFIX, dir=place))
    raise MonitorError(
        f"The folder for temporary files, {tempfile.gettempdir()}, is on too long a path for the sockets through which "
        f"chapters run: set {SCRATCH} to a folder with a path of at most {LONGEST - ROOM} bytes."
    )


@contextmanager
def scratch() -> Iterator[Path]:
    """A folder in which this process, and all that it starts, keep what is temporary; it goes with all in it."""
    before, folder = os.environ.get(SCRATCH), make()
    os.environ[SCRATCH], tempfile.tempdir = str(folder), str(folder)
    try:
        yield folder
    finally:
        tempfile.tempdir = None
        os.environ.pop(SCRATCH)
        if before is not None:
            os.environ[SCRATCH] = before
        clear(folder)


def clear(folder: Path) -> None:
    """Take a folder of :func:`make` away with all that is in it, and nothing else."""
    if folder.name.startswith(PREFIX):
        shutil.rmtree(folder, ignore_errors=True)
