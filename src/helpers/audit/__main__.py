"""``python -m helpers.audit <edition> [earlier edition…]``: attack published reports, and say what can be known."""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path

import pandas as pd
import yaml

from helpers import paths
from helpers.audit.report import Outcome, audit
from helpers.errors import exit_code

SHOWN = 20


def contents(reports: Path) -> dict[str, str]:
    """Checksum of what each report says, as its own record has it."""
    found = {path.parent.name: json.loads(path.read_text("utf-8")) for path in sorted(reports.glob("*/report.json"))}
    return {unit: report["contents"] for unit, report in found.items()}


def rules_of(folder: Path) -> dict[str, int]:
    """The rules' values, as ``parameters/disclosure.yml`` has them."""
    rules = yaml.safe_load((folder / "disclosure.yml").read_text(encoding="utf-8"))["rules"]
    return {name: rule["value"] for name, rule in rules.items()}


def main(arguments: list[str]) -> int:
    """Print and record the outcome; 0 if nothing that is hidden can be known, 1 otherwise."""
    edition, *others = arguments
    where = paths.EditionPaths(edition)
    reports = where.outputs / "reports"
    lacking = [each for each in (edition, *others) if not list(_reports(each).glob("*"))]
    if lacking:
        print(f"There are no reports of edition '{lacking[0]}' to audit: run `make report` first.", file=sys.stderr)
        return 1
    register = pd.read_parquet(where.data / "register.parquet")
    earlier = [_reports(each) for each in others]
    rules = rules_of(paths.PARAMETERS)
    outcome = audit(reports, register, rules, earlier)
    _tell(edition, outcome, rules)
    _record(where, outcome, others)
    return 0 if outcome.passed else 1


def _reports(edition: str) -> Path:
    return paths.EditionPaths(edition).outputs / "reports"


def _tell(edition: str, outcome: Outcome, rules: dict[str, int]) -> None:
    print(
        f"Audit of '{edition}': {outcome.reports} reports, {outcome.statements:,} statements, "
        f"{outcome.hidden:,} hidden counts and answers"
    )
    counted = {
        "known exactly": len(outcome.exact),
        f"known to within {rules['protection_width']}": len(outcome.near),
        "told in words": len(outcome.told),
        "told in hidden rows": len(outcome.rows),
        "bundles that identify": len({mark.unit for mark in outcome.marks}),
        "not expected": len(outcome.unexpected),
    }
    print("  " + "; ".join(f"{what}: {number}" for what, number in counted.items()))
    for one in (*outcome.exact, *outcome.near)[:SHOWN]:
        print(f"  - {one.unit}, {one.table}, {one.group}, {one.what}: between {one.low:.1f} and {one.high:.1f}")
    for one in outcome.told[:SHOWN]:
        print(f"  - {one.unit}/{one.file}: tells of {one.group} ({one.table}): “{one.words}”")
    for one in outcome.rows[:SHOWN]:
        print(f"  - {one.place}, {one.table}: tells a figure of {one.label}, which is marked as hidden")
    for one in outcome.marks[:SHOWN]:
        print(f"  - {one.unit}/{one.file}: names {one.what}")
    for one in outcome.unexpected:
        print(f"  - {one}")


def _record(where: paths.EditionPaths, outcome: Outcome, earlier: list[str]) -> None:
    """What the disclosure record tells of the attack, beside checksums of every file that was looked at."""
    content = {
        "contents": contents(where.outputs / "reports"),
        "files": outcome.files,
        "earlier": earlier,
        "passed": outcome.passed,
        **{name: getattr(outcome, name) for name in ("reports", "statements", "hidden")},
        **{name: len(getattr(outcome, name)) for name in ("exact", "near", "told", "rows", "marks", "unexpected")},
    }
    target = where.outputs / "disclosure" / "audit.json"
    target.parent.mkdir(parents=True, exist_ok=True)
    temporary = target.with_name(f".{target.name}.{os.getpid()}")
    temporary.write_text(json.dumps(content, indent=1) + "\n", encoding="utf-8")
    os.replace(temporary, target)


if __name__ == "__main__":
    outcome: list[int] = []
    failed = exit_code(lambda arguments: outcome.append(main(arguments)), sys.argv[1:])
    sys.exit(failed or outcome[0])
