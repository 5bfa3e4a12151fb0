"""Which TCP ports a running process, and all that it started, listens on: read from /proc while it runs."""

from __future__ import annotations

import threading
from pathlib import Path

LISTENS = "0A"
"""The state of a listening socket in /proc/net/tcp."""


def family(root: int) -> set[int]:
    """A process and its descendants; also those of its descendants whose parent has ended meanwhile, by session."""
    parents, sessions = {}, {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                words = (entry / "stat").read_text().rpartition(")")[2].split()
            except OSError:
                continue
            parents[int(entry.name)], sessions[int(entry.name)] = int(words[1]), int(words[3])
    found, size = {root}, 0
    while len(found) > size:
        size = len(found)
        found |= {one for one, parent in parents.items() if parent in found}
        found |= {one for one, session in sessions.items() if session in found}
    return found


def listening(root: int) -> set[str]:
    """Addresses (as the kernel writes them) on which a process and its descendants listen."""
    held = set()
    for process in family(root):
        try:
            channels = list(Path(f"/proc/{process}/fd").iterdir())
        except OSError:
            continue
        for channel in channels:
            try:
                held.add(str(channel.readlink()))
            except OSError:
                continue
    found = set()
    for table in ("tcp", "tcp6"):
        for line in Path(f"/proc/net/{table}").read_text().splitlines()[1:]:
            words = line.split()
            if words[3] == LISTENS and f"socket:[{words[9]}]" in held:
                found.add(words[1])
    return found


class Watch(threading.Thread):
    """Looks all the while: ``with Watch(pid) as watch: …``, then ``watch.found``; ``looks`` says how often it did."""

    def __init__(self, root: int) -> None:
        super().__init__(daemon=True)
        self.root, self.found, self.looks, self.ended = root, set(), 0, threading.Event()

    def run(self) -> None:
        while not self.ended.wait(0.02):
            self.found |= listening(self.root)
            self.looks += 1

    def __enter__(self) -> Watch:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.ended.set()
        self.join()
