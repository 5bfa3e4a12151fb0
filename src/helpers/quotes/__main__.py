"""``python -m helpers.quotes <edition>``: what may be quoted, what was decided, and a page to decide on.

Exit code 1 if reports wait for a decision, or if the decisions cannot be used.
"""

from __future__ import annotations

import sys
from collections import Counter

from helpers import paths
from helpers.errors import exit_code
from helpers.quotes import decisions, page, pool


def main(arguments: list[str]) -> int:
    """Write the page and tell how far the deciding is; 1 if a report waits for it."""
    edition = arguments[0]
    said = pool.load(edition)
    target = page.render(edition, said)
    counts = Counter(each.outcome for each in said.fragments)
    undecided, waiting = counts["undecided"], len(said.awaited)
    decided = len(said.candidates) - undecided
    print(f"Quotes of '{edition}': {len(said.candidates)} candidates, {decided} decided, {undecided} undecided")
    told = ", ".join(f"{counts[outcome]} {words}" for outcome, words in _WORDS.items() if counts[outcome])
    print(f"  {told or 'nothing was said'}; {_short(target)}")
    for warning in said.warnings:
        print(f"  warning: {warning}", file=sys.stderr)
    if waiting:
        print(
            f"  {waiting} undecided would be shown in reports, which go on without: decide in "
            f"{_short(decisions.path_of(edition))}, with the blocks on the page.",
            file=sys.stderr,
        )
    return 1 if waiting else 0


_WORDS = {
    "no_consent": "without consent",
    "few_groups": "spoken of in too few groups",
    "withhold": "withheld",
    "replace": "replaced",
    "release": "released as said",
    "clean": "released without finds",
}


def _short(path) -> str:
    return str(path.relative_to(paths.ROOT)) if path.is_relative_to(paths.ROOT) else str(path)


if __name__ == "__main__":
    outcome: list[int] = []
    failed = exit_code(lambda arguments: outcome.append(main(arguments)), sys.argv[1:])
    sys.exit(failed or outcome[0])
