"""``python -m helpers.render <edition> <unit>``, or ``intake`` for the intake page: what a job of the workflow runs."""

import sys

from helpers import render
from helpers.errors import exit_code
from helpers.render import intake


def main(arguments: list[str]) -> None:
    """Stitch and render one unit, or render the intake page."""
    edition, unit = arguments
    if unit == "intake":
        intake.render(edition)
    else:
        render.render(edition, unit)


if __name__ == "__main__":
    sys.exit(exit_code(main, sys.argv[1:]))
