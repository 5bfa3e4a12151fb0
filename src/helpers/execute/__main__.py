"""``python -m helpers.execute <edition> <unit> <chapter>``: what a job of the workflow runs."""

import sys

from helpers import execute
from helpers.errors import exit_code


def main(arguments: list[str]) -> None:
    """Execute one chapter for one unit."""
    execute.run_chapter(*arguments)


if __name__ == "__main__":
    sys.exit(exit_code(main, sys.argv[1:]))
