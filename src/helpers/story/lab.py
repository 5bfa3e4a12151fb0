"""What makes JupyterLab comfortable: edits of helpers are seen without a restart, errors speak instead of trace."""

from __future__ import annotations

import os

from IPython import get_ipython

from helpers import paths
from helpers.errors import MonitorError


def settle() -> bool:
    """Set up an interactive session; nothing in the pipeline or under nbval. True if it is one."""
    shell = get_ipython()
    if shell is None or "JPY_SESSION_NAME" not in os.environ or paths.UNIT_FOLDER in os.environ:
        return False
    shell.run_line_magic("load_ext", "autoreload")
    shell.run_line_magic("autoreload", "2")
    shell.set_custom_exc((MonitorError,), _told)
    return True


def _told(shell, kind, error, trace, tb_offset=None):
    """The message alone, as it is written for a researcher."""
    shell._showtraceback(kind, error, [f"\x1b[31m{error}\x1b[0m"])
