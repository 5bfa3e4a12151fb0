"""How kernels start here: over unix sockets with keys, in a folder of their own; and in warm jobs, forked.

:func:`private` makes every kernel that this process starts one of these, whoever asks for it: papermill, nbclient,
nbval or JupyterLab. :func:`prepare` forks a process that waits for a connection file, before the asking process has
threads or sockets of its own; :class:`LocalSockets` hands it that file when jupyter_client launches a kernel.
"""

from __future__ import annotations

import atexit
import json
import os
import shutil
import signal
import time
from importlib.metadata import EntryPoint
from pathlib import Path

from jupyter_client.provisioning import LocalProvisioner
from jupyter_client.provisioning.factory import KernelProvisionerFactory

from helpers.warm import application, client, sockets

NAME = "miv-sockets"
_waiting: ForkedKernel | None = None


class ForkedKernel:
    """A forked process in the shape of :class:`subprocess.Popen`, as far as jupyter_client uses it."""

    stdin = stdout = stderr = None

    def __init__(self, pid: int, pipe: int) -> None:
        self.pid = pid
        self.pipe = pipe
        self.returncode: int | None = None

    def start(self, arguments: list[str], folder: str | None, environment: dict[str, str]) -> None:
        """Let the waiting process become the kernel."""
        message = {"arguments": arguments, "folder": folder, "environment": environment}
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


class LocalSockets(LocalProvisioner):
    """Launches kernels over unix sockets: the prepared one; for a second launch, such as a restart, an ordinary one."""

    folder: Path | None = None

    async def pre_launch(self, **kwargs):
        """Give the kernel a folder for its sockets, and its own program."""
        if self.folder is None:
            self.folder = _folder()
        manager = self.parent
        manager.transport, manager.ip, manager.cache_ports = "ipc", str(self.folder / "s"), False
        if not manager.connection_file:
            manager.connection_file = str(self.folder / "kernel.json")
        settled = await super().pre_launch(**kwargs)
        return {**settled, "cmd": [PROGRAM.get(word, word) for word in settled["cmd"]]}

    async def launch_kernel(self, cmd: list[str], **kwargs):
        """Hand its arguments to the waiting process."""
        global _waiting
        if _waiting is None:
            return await super().launch_kernel(cmd, **kwargs)
        kernel, _waiting = _waiting, None
        kernel.start(cmd[cmd.index("-f") :], kwargs.get("cwd"), dict(kwargs.get("env") or os.environ))
        self.process, self.pid, self.pgid = kernel, kernel.pid, None
        return self.connection_info

    async def cleanup(self, restart: bool = False) -> None:
        """Take the folder away, unless the kernel starts again."""
        await super().cleanup(restart)
        if self.folder is not None and not restart:
            shutil.rmtree(self.folder, ignore_errors=True)
            self.folder = None


PROGRAM = {"ipykernel_launcher": application.__name__}


def _folder() -> Path:
    """A folder for one kernel's sockets: in a warm job inside the server's own, which goes with it."""
    address = os.environ.get(client.ADDRESS)
    inside = Path(address).parent if address and Path(address).exists() else None
    folder = sockets.make(inside)
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return folder


def private() -> None:
    """Make jupyter_client start kernels of this process in our way."""
    factory = KernelProvisionerFactory.instance()
    factory.provisioners[NAME] = EntryPoint(NAME, f"{__name__}:{LocalSockets.__name__}", factory.GROUP_NAME)
    factory.default_provisioner_name = NAME


def prepare() -> None:
    """Fork the process that the next kernel of this process will be."""
    global _waiting
    read, write = os.pipe()
    pid = os.fork()
    if pid == 0:
        os.close(write)
        _become_kernel(read)
    os.close(read)
    _waiting = ForkedKernel(pid, write)


def _become_kernel(pipe: int) -> None:
    """Wait for arguments, then be a kernel; never returns."""
    with os.fdopen(pipe, "r", encoding="utf-8") as messages:
        text = messages.read()
    if not text:
        os._exit(0)
    message = json.loads(text)
    os.environ.clear()
    os.environ.update(message["environment"])
    if message["folder"]:
        os.chdir(message["folder"])
    try:
        application.start(message["arguments"])
    finally:
        os._exit(0)
