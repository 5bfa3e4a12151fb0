"""The disclosure record of an edition: what was hidden and why, what was let through and by whom, and checksums.

``outputs/<edition>/disclosure/record.json`` is for the archive; ``helpers.render.disclosure`` makes the page that a
reviewer reads before signing.
"""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path

import pandas as pd

from helpers import paths, settings
from helpers.errors import MonitorError
from helpers.files import write_bytes
from helpers.release import signoff

NOTED = {"cells", "hidden", "respondents", "lost", "status", "open"}
"""What a chapter writes down about each table and figure."""


def record(edition: str) -> dict:
    """What was hidden by rule and report, grounds and exceptions, the audit's outcome, checksums of all files.

    Raises :class:`MonitorError` where reports stand that an earlier version of the project made.
    """
    about = settings.load_edition(edition)
    where = about.paths
    made = sorted(path.parent.name for path in where.outputs.glob("reports/*/report.json"))
    _check_notes(where, made)
    signature = signoff.load(edition)
    units = {unit: _unit(where, unit, signature) for unit in made}
    book = settings.load_settings().rulebook
    audit = where.outputs / "disclosure" / "audit.json"
    return {
        "edition": edition,
        "synthetic": about.synthetic is not None,
        "signed": all(unit["signed"] for unit in units.values()) and bool(units),
        "person": signature.person if signature else None,
        "date": signature.date.isoformat() if signature else None,
        "audit": json.loads(audit.read_text(encoding="utf-8")) if audit.is_file() else None,
        "rules": book.rules.model_dump(),
        "exceptions": book.exceptions(),
        "versions": [each.model_dump() for each in book.versions if each.edition == edition],
        "grounds": [
            {"ground": ground, "reason": reason, "items": sum(unit["open"].get(ground, 0) for unit in units.values())}
            for ground, reason in book.open.items()
        ],
        "left_out": [each.model_dump() for each in about.without],
        "quotes": _quotes(where),
        "hidden": dict(sum((Counter(unit["hidden"]) for unit in units.values()), Counter())),
        "cells": sum(unit["cells"] for unit in units.values()),
        "units": units,
    }


def write(edition: str) -> Path:
    """Write the record; returns its path."""
    path = paths.EditionPaths(edition).outputs / "disclosure" / "record.json"
    content = json.dumps(record(edition), ensure_ascii=False, indent=1, default=str) + "\n"
    write_bytes(path, content.encode("utf-8"))
    return path


def _quotes(where: paths.EditionPaths) -> list[dict]:
    """What became of the fragments of focus groups, and who decided."""
    path = where.analysis / "quotes_record.parquet"
    return pd.read_parquet(path).to_dict("records") if path.is_file() else []


def _check_notes(where: paths.EditionPaths, made: list[str]) -> None:
    def complete(unit: str) -> bool:
        notes = all(set(item) >= NOTED for path in where.unit(unit).glob("*.disclosure.json") for item in _items(path))
        return notes and {"contents", "files"} <= set(_said(where, unit))

    old = [unit for unit in made if not complete(unit)]
    if old:
        raise MonitorError(
            f"In {where.outputs.name}/reports stand reports that an earlier version of this project made: "
            f"{', '.join(old)}. What they hid is not written down as the disclosure record needs it. Make them again "
            "(`make nation` makes all, `make institution ID=…` one), or remove their folders."
        )


def _said(where: paths.EditionPaths, unit: str) -> dict:
    return json.loads((where.report(unit) / "report.json").read_text(encoding="utf-8"))


def _unit(where: paths.EditionPaths, unit: str, signature: signoff.Signature | None) -> dict:
    report = _said(where, unit)
    items = [item for path in sorted(where.unit(unit).glob("*.disclosure.json")) for item in _items(path)]
    respondents = sum(item["respondents"] for item in items)
    return {
        "items": len(items),
        "cells": sum(item["cells"] for item in items),
        "hidden": dict(sum((Counter(item["hidden"]) for item in items), Counter())),
        "lost": sum(item["lost"] for item in items) / respondents if respondents else 0.0,
        "stopped": sum(item["status"] != "PASS" for item in items),
        "open": dict(Counter(item["open"] for item in items if item["open"])),
        "contents": report["contents"],
        "signed": signature is not None and signature.covers(where.edition, unit),
        "files": report["files"],
    }


def _items(path: Path) -> list[dict]:
    """Tables and figures of a chapter; sentences are made from the same cells."""
    return [item for item in json.loads(path.read_text("utf-8")) if item["id"].startswith(("tbl-", "fig-"))]
