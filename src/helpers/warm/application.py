"""The kernel's own program, ``python -m helpers.warm.application -f <connection file>``: ipykernel without a port.

ipykernel hears of what forked subprocesses print through a port of its own, whatever the transport; here that is a unix
socket beside the kernel's others.
"""

from __future__ import annotations

import os

import zmq
from ipykernel import kernelapp
from ipykernel.iostream import IOPubThread
from zmq.eventloop.zmqstream import ZMQStream


class LocalThread(IOPubThread):
    """Sends what cells show, and what their forked subprocesses print."""

    def _setup_pipe_in(self) -> None:
        self._pipe_uuid = os.urandom(16)
        self._pipe_address = self.socket.getsockopt(zmq.LAST_ENDPOINT).rstrip(b"\0").decode() + "-in"
        if not self._pipe_address.startswith("ipc://"):
            raise RuntimeError(f"this kernel was asked to talk over {self._pipe_address}, not over a unix socket")
        channel = self.socket.context.socket(zmq.PULL)
        channel.linger = 0
        channel.bind(self._pipe_address)
        self._pipe_in = ZMQStream(channel, self.io_loop)
        self._pipe_in.on_recv(self._handle_pipe_msg)

    def _setup_pipe_out(self) -> tuple[zmq.Context, zmq.Socket]:
        context = zmq.Context()  # after a fork, another
        channel = context.socket(zmq.PUSH)
        channel.linger = 3000
        channel.connect(self._pipe_address)
        return context, channel


def start(arguments: list[str] | None = None) -> None:
    """Be a kernel until it is told to end; ``arguments`` as ipykernel's launcher takes them."""
    kernelapp.IOPubThread = LocalThread
    application = kernelapp.IPKernelApp.instance()
    application.initialize(arguments)
    application.start()


if __name__ == "__main__":
    start()
