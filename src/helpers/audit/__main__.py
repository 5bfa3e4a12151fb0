"""``python -m helpers.audit <edition>``: attack the published reports of an edition, and say what can be known."""

from __future__ import annotations

import sys

import pandas as pd
import yaml

from helpers import paths
from helpers.audit import bounds, read, traces
from helpers.errors import exit_code


def main(arguments: list[str]) -> int:
    """Print the outcome; 0 if nothing that is hidden can be known, 1 otherwise."""
    where = paths.EditionPaths(arguments[0])
    reports = where.outputs / "reports"
    if not reports.is_dir() or not any(reports.iterdir()):
        print(f"There are no reports of edition '{arguments[0]}' to audit: run `make report` first.", file=sys.stderr)
        return 1
    rules = yaml.safe_load((paths.PARAMETERS / "settings.yml").read_text(encoding="utf-8"))["disclosure"]
    register = pd.read_parquet(where.data / "register.parquet")
    statements = read(reports)
    found = bounds(statements, register, rules["benchmark_rounding"])
    width = rules["protection_width"]
    known = [one for one in found if one.width < 1]
    narrow = [one for one in found if 1 <= one.width < width]
    marks = traces(reports, register, paths.ROOT)
    units = len({one.unit for one in statements})
    print(f"Audit of '{arguments[0]}': {units} reports, {len(statements):,} statements, {len(found):,} hidden counts")
    print(f"  known exactly: {len(known)}; known to within {width}: {len(narrow)}; bundles that identify: {len(marks)}")
    for one in (*known, *narrow)[:20]:
        print(f"  - {one.unit}, {one.table}, {one.group}: between {one.low:.0f} and {one.high:.0f}")
    for one in marks[:20]:
        print(f"  - {one.unit}/{one.file}: {one.what}")
    return 1 if known or narrow or marks else 0


if __name__ == "__main__":
    outcome: list[int] = []
    failed = exit_code(lambda arguments: outcome.append(main(arguments)), sys.argv[1:])
    sys.exit(failed or outcome[0])
