"""``python -m helpers.ingest source <edition> <source>`` and ``python -m helpers.ingest gate <edition>``."""

import sys

from helpers import ingest
from helpers.errors import exit_code


def main(arguments: list[str]) -> None:
    """Run one step of ingest."""
    if arguments[0] == "gate":
        ingest.gate(arguments[1])
    else:
        ingest.ingest_source(arguments[1], arguments[2])


if __name__ == "__main__":
    sys.exit(exit_code(main, sys.argv[1:]))
