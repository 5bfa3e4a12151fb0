"""The compendium's code: rooms in layers (``docs/architecture.md``), each importing only from those below."""

import sys

from helpers import errors

sys.excepthook = errors.uncaught
