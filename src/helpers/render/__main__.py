"""``python -m helpers.render <edition> <unit>``: what a job of the workflow runs."""

import sys

from helpers import render
from helpers.errors import exit_code


def main(arguments: list[str]) -> None:
    """Stitch and render one unit."""
    render.render(*arguments)


if __name__ == "__main__":
    sys.exit(exit_code(main, sys.argv[1:]))
