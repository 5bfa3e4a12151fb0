"""The compendium's code: rooms in layers (``docs/architecture.md``), each importing only from those below."""

import os
import sys

from helpers import errors, streams

os.umask(0o077)  # whatever a process of the project makes, only its owner can open, be it a job, a kernel or a page
sys.excepthook = errors.uncaught
streams.settle()
