"""``python -m helpers.analyse <edition> <part>``, and ``… <edition> slices <table> <unit>…``."""

import sys

from helpers import analyse, tables
from helpers.errors import exit_code


def main(arguments: list[str]) -> None:
    """Compute one part, or cut a table into institutions' own rows."""
    edition, part = arguments[:2]
    if part == "slices":
        tables.write_slices(edition, arguments[2], arguments[3:])
    else:
        analyse.analyse(edition, part)


if __name__ == "__main__":
    sys.exit(exit_code(main, sys.argv[1:]))
