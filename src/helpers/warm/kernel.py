"""A kernel that is forked instead of started.

:func:`prepare` forks a process that waits for a connection file, before the asking process has threads or
sockets of its own; :class:`ForkingProvisioner` hands it that file when jupyter_client launches a kernel.
"""

from __future__ import annotations

import json
import os
import signal
import time
from importlib.metadata import EntryPoint

from jupyter_client.provisioning import LocalProvisioner
from jupyter_client.provisioning.factory import KernelProvisionerFactory

NAME = "miv-forking"
_waiting: ForkedKernel | None = None


class ForkedKernel:
    """A forked process in the shape of :class:`subprocess.Popen`, as far as jupyter_client uses it."""

    stdin = stdout = stderr = None

    def __init__(self, pid: int, pipe: int) -> None:
        self.pid = pid
        self.pipe = pipe
        self.returncode: int | None = None

    def start(self, connection_file: str, folder: str | None, environment: dict[str, str]) -> None:
        """Let the waiting process become the kernel."""
        message = {"connection_file": connection_file, "folder": folder, "environment": environment}
        with os.fdopen(self.pipe, "w", encoding="utf-8") as pipe:
            json.dump(message, pipe)

    def poll(self) -> int | None:
        """Exit code, or None while it runs."""
        if self.returncode is None:
            try:
                pid, status = os.waitpid(self.pid, os.WNOHANG)
            except ChildProcessError:
                self.returncode = 0
            else:
                if pid:
                    self.returncode = os.waitstatus_to_exitcode(status)
        return self.returncode

    def wait(self, timeout: float | None = None) -> int | None:
        """Wait until it has ended."""
        end = None if timeout is None else time.monotonic() + timeout
        while self.poll() is None and (end is None or time.monotonic() < end):
            time.sleep(0.01)
        return self.returncode

    def send_signal(self, signum: int) -> None:
        """Send a signal, unless it has ended."""
        if self.poll() is None:
            os.kill(self.pid, signum)

    def terminate(self) -> None:
        """Ask it to end."""
        self.send_signal(signal.SIGTERM)

    def kill(self) -> None:
        """End it."""
        self.send_signal(signal.SIGKILL)


class ForkingProvisioner(LocalProvisioner):
    """Launches the prepared kernel; a second launch, such as a restart, gets an ordinary one."""

    async def launch_kernel(self, cmd: list[str], **kwargs):
        """Hand the connection file to the waiting process."""
        global _waiting
        if _waiting is None:
            return await super().launch_kernel(cmd, **kwargs)
        kernel, _waiting = _waiting, None
        kernel.start(self.parent.connection_file, kwargs.get("cwd"), dict(kwargs.get("env") or os.environ))
        self.process, self.pid, self.pgid = kernel, kernel.pid, None
        return self.connection_info


def prepare() -> None:
    """Fork the process that the next kernel of this process will be, and make jupyter_client use it."""
    global _waiting
    read, write = os.pipe()
    pid = os.fork()
    if pid == 0:
        os.close(write)
        _become_kernel(read)
    os.close(read)
    _waiting = ForkedKernel(pid, write)
    factory = KernelProvisionerFactory.instance()
    factory.provisioners[NAME] = EntryPoint(NAME, f"{__name__}:{ForkingProvisioner.__name__}", factory.GROUP_NAME)
    factory.default_provisioner_name = NAME


def _become_kernel(pipe: int) -> None:
    """Wait for the connection file, then be a kernel; never returns."""
    with os.fdopen(pipe, "r", encoding="utf-8") as messages:
        text = messages.read()
    if not text:
        os._exit(0)
    message = json.loads(text)
    os.environ.clear()
    os.environ.update(message["environment"])
    if message["folder"]:
        os.chdir(message["folder"])
    from ipykernel.kernelapp import IPKernelApp

    application = IPKernelApp.instance()
    application.initialize(["-f", message["connection_file"]])
    try:
        application.start()
    finally:
        os._exit(0)
