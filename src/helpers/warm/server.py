"""The process that has everything imported, and forks a child per job: ``python -m helpers.warm.server <socket>``.

It ends, and its jobs with it, when its standard input closes: that is when the process that started it ends.
A job ends when the client that asked for it goes away. The server has no threads: a fork with threads is not safe.
"""

from __future__ import annotations

import importlib
import json
import os
import runpy
import selectors
import signal
import socket
import sys
import traceback
from contextlib import suppress
from pathlib import Path

from helpers import closure, paths
from helpers.warm import FORKED_JOB, sockets

PRELOAD = (
    "helpers.analyse.populations",
    "helpers.analyse.policy",
    "helpers.analyse.conversations",
    "helpers.execute",
    "helpers.warm.application",
    "helpers.warm.kernel",
    "helpers.ingest",
    "helpers.render.intake",
    "helpers.render",
    "helpers.render.word",
    "ipykernel.ipkernel",
    "matplotlib.backends.backend_agg",
    "matplotlib.backends.backend_svg",
    "nbclient",
    "openpyxl",
    "pandera.pandas",
    "papermill",
    "phonenumbers",
    "pyarrow.parquet",
    "pyreadstat",
    "seaborn",
    "stdnum.nl.bsn",
    "docx",
    "typst",
)


def preload() -> None:
    """Import what jobs need; raises RuntimeError if that started a thread."""
    for name in PRELOAD:
        importlib.import_module(name)
    for notebook in sorted(paths.NOTEBOOKS.glob("*.ipynb")):
        for name in sorted(closure.notebook_imports(notebook)):
            with suppress(Exception):  # what is wrong with it, its own chapter tells
                importlib.import_module(name)
    threads = len(list(Path("/proc/self/task").iterdir()))
    if threads != 1:
        raise RuntimeError(f"{threads} threads after the imports: forking would not be safe")


class Server:
    """One request per connection: the client's output channels, then the words of its command as JSON."""

    def __init__(self, address: str) -> None:
        self.listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self.listener.bind(address)
        self.listener.listen(64)
        self.selector = selectors.DefaultSelector()
        self.jobs: dict[int, tuple[socket.socket, int]] = {}
        self.selector.register(self.listener, selectors.EVENT_READ, self.accept)
        self.selector.register(sys.stdin.fileno(), selectors.EVENT_READ, self.stop)
        self.running = True

    def serve(self) -> None:
        """Work until standard input closes."""
        while self.running:
            for key, _ in self.selector.select(timeout=1.0):
                key.data(key.fileobj)
        for pid in self.jobs:
            _end(pid)

    def stop(self, _) -> None:
        """The starter is gone."""
        self.running = False

    def accept(self, _) -> None:
        """Read a request and fork its child."""
        connection, _address = self.listener.accept()
        head, channels, _flags, _from = socket.recv_fds(connection, 8, 2)
        if len(head) < 8:
            connection.close()
            return
        size = int.from_bytes(head, "big")
        message = bytearray()
        while len(message) < size:
            part = connection.recv(size - len(message))
            if not part:
                connection.close()
                return
            message += part
        request = json.loads(message)
        with suppress(OSError):
            connection.sendall(b"started\n")
        pid = os.fork()
        if pid == 0:
            self.selector.close()
            self.listener.close()
            connection.close()
            _work(request, channels)
        with suppress(OSError):
            os.setpgid(pid, pid)  # the child does so too: whoever is first
        for channel in channels:
            os.close(channel)
        ended = os.pidfd_open(pid)
        self.jobs[pid] = (connection, ended)
        self.selector.register(ended, selectors.EVENT_READ, lambda _: self.finish(pid))
        self.selector.register(connection, selectors.EVENT_READ, lambda _: _end(pid))

    def finish(self, pid: int) -> None:
        """Tell the client how its job ended."""
        connection, ended = self.jobs.pop(pid)
        self.selector.unregister(ended)
        self.selector.unregister(connection)
        os.close(ended)
        _, status = os.waitpid(pid, 0)
        _end(pid)  # what the job left behind, such as a kernel
        with suppress(OSError):
            connection.sendall(f"{abs(os.waitstatus_to_exitcode(status))}\n".encode())
        connection.close()


def _end(pid: int) -> None:
    """Kill a job with all its processes: each job is the leader of a group."""
    with suppress(ProcessLookupError):
        os.killpg(pid, signal.SIGKILL)


def _work(request: dict, channels: list[int]) -> None:
    """In the child: run the module as ``python -m`` would; never returns."""
    code = 1
    try:
        os.setpgid(0, 0)
        signal.signal(signal.SIGINT, signal.default_int_handler)
        with open(os.devnull, "rb") as nothing:
            os.dup2(nothing.fileno(), 0)
        for target, channel in enumerate(channels, start=1):
            os.dup2(channel, target)
        os.environ.clear()
        os.environ.update(request["environment"])
        os.environ[FORKED_JOB] = "1"
        os.chdir(request["folder"])
        sys.argv = list(request["words"])
        runpy.run_module(request["words"][0], run_name="__main__", alter_sys=True)
        code = 0
    except SystemExit as stop:
        code = stop.code if isinstance(stop.code, int) else int(stop.code is not None)
    except BaseException:
        traceback.print_exc()
    finally:
        with suppress(Exception):
            sys.stdout.flush()
            sys.stderr.flush()
        os._exit(code)


def main(arguments: list[str]) -> int:
    """Serve at the given socket."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the starter decides
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    server = Server(arguments[0])  # listens first: clients wait until the imports are done
    preload()
    signal.signal(signal.SIGTERM, lambda *_: server.stop(None))
    server.serve()
    sockets.clear(Path(arguments[0]).parent)  # its starter does so too, unless it was killed
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
