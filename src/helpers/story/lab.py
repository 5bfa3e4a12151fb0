"""What makes JupyterLab comfortable: edits of helpers are seen without a restart, a cell can be run again."""

from __future__ import annotations

import os

from IPython import get_ipython

from helpers import paths


def settle() -> bool:
    """Set up an interactive session; nothing in the pipeline or under nbval. True if it is one."""
    shell = get_ipython()
    if shell is None or "JPY_SESSION_NAME" not in os.environ or paths.UNIT_FOLDER in os.environ:
        return False
    shell.run_line_magic("load_ext", "autoreload")
    shell.run_line_magic("autoreload", "2")
    return True


def cell() -> tuple[str, int]:
    """The cell that runs, as JupyterLab names it (empty elsewhere), and the number of its run."""
    shell = get_ipython()
    parent = getattr(shell, "parent_header", None) or {}
    return str(parent.get("metadata", {}).get("cellId", "")), getattr(shell, "execution_count", 0)


def again(before: tuple[str, int]) -> bool:
    """Whether the cell that runs is one that ran before, run again."""
    name, run = cell()
    return bool(name) and name == before[0] and run != before[1]
