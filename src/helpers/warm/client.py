"""Ask the warm server to run a module, or run it in a Python of its own: ``client.py <module> <arguments>``.

Only the standard library, and little of it: this file is started once per job.
"""

import json
import os
import socket
import sys

ADDRESS = "MIV_WARM"
"""Environment variable with the path of the server's socket."""


def main(words: list[str]) -> int:
    """Run ``words[0]`` with the rest as its arguments; returns the exit code."""
    address = os.environ.get(ADDRESS)
    if address:
        connection = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        try:
            connection.connect(address)
        except OSError:
            address = None
    if not address:
        _ordinary(words)
    request = {"words": words, "folder": os.getcwd(), "environment": dict(os.environ)}
    message = json.dumps(request).encode()
    try:
        socket.send_fds(connection, [len(message).to_bytes(8, "big")], [1, 2])
        connection.sendall(message)
        answers = connection.makefile("r")
        started = answers.readline()
    except OSError:
        started = ""
    if not started:  # the server could not do its imports
        _ordinary(words)
    answer = answers.readline()
    if not answer:
        print("The warm server stopped before this job was ready.", file=sys.stderr)
        return 1
    return int(answer)


def _ordinary(words: list[str]) -> None:
    """Become an ordinary Python that runs the module."""
    os.execv(sys.executable, [sys.executable, "-m", *words])


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
