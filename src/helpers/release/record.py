"""The disclosure record of an edition: what was hidden and why, what was let through and by whom, and checksums.

``outputs/<edition>/disclosure/record.json`` is for the archive; ``helpers.render.disclosure`` makes the page that a
reviewer reads before signing. Neither tells more of what is hidden than the reports do: rows are counted, respondents
never, and reasons are told of all reports together. From the reasons of one report it could follow which of two hidden
groups is the small one.
"""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path

import pandas as pd

from helpers import paths, settings
from helpers.errors import MonitorError
from helpers.files import write_text
from helpers.release import makers, signed, signoff

NOTED = {"cells", "hidden", "status", "open"}
"""What a chapter writes down about each table and figure."""

SAID = {"contents", "files", "concept"}
"""What a report says of itself."""


def record(edition: str) -> dict:
    """What was hidden by rule and report, grounds and exceptions, the audit's outcome, all files of all reports.

    Raises :class:`MonitorError` where reports stand that an earlier version of the project made.
    """
    about = settings.load_edition(edition)
    where = about.paths
    reports = signoff.made(edition)
    _check_notes(where, reports)
    signature = signoff.load(edition)
    items = {unit: signed.items(edition, unit) for unit in reports}
    every = [item for of_unit in items.values() for item in of_unit]
    units = {unit: _unit(edition, unit, items[unit], report, signature) for unit, report in reports.items()}
    book = settings.load_settings().rulebook
    return {
        "edition": edition,
        "synthetic": about.synthetic is not None,
        "signed": all(unit["signed"] for unit in units.values()) and bool(units),
        "person": signature.person if signature else None,
        "date": signature.date.isoformat() if signature else None,
        "makers": makers.known(edition) or (signature.makers if signature else []),
        "audit": _audit(where, reports),
        "rules": book.rules.model_dump(),
        "exceptions": book.exceptions(),
        "versions": [each.model_dump() for each in book.versions if each.edition == edition],
        "grounds": [
            {"ground": ground, "reason": reason, "items": sum(unit["open"].get(ground, 0) for unit in units.values())}
            for ground, reason in book.open.items()
        ],
        "left_out": [each.model_dump() for each in about.without],
        "quotes": _quotes(where),
        "hidden": dict(sum((Counter(item["hidden"]) for item in every), Counter())),
        "cells": sum(unit["cells"] for unit in units.values()),
        "units": units,
    }


def write(edition: str) -> Path:
    """Write the record; returns its path."""
    path = paths.EditionPaths(edition).outputs / "disclosure" / "record.json"
    write_text(path, json.dumps(record(edition), ensure_ascii=False, indent=1, default=str) + "\n")
    return path


def _audit(where: paths.EditionPaths, reports: dict[str, dict]) -> dict | None:
    """How many of what the audit looked at and found, not what; and whether it looked at the reports of now."""
    path = where.outputs / "disclosure" / "audit.json"
    if not path.is_file():
        return None
    audit = json.loads(path.read_text(encoding="utf-8"))
    told = {key: value for key, value in audit.items() if isinstance(value, int | str) or key == "earlier"}
    return {**told, "of_these": audit["contents"] == {unit: said["contents"] for unit, said in reports.items()}}


def _quotes(where: paths.EditionPaths) -> list[dict]:
    """What became of the fragments of focus groups, and who decided."""
    path = where.analysis / "quotes_record.parquet"
    return pd.read_parquet(path).to_dict("records") if path.is_file() else []


def _check_notes(where: paths.EditionPaths, reports: dict[str, dict]) -> None:
    def complete(unit: str) -> bool:
        return set(reports[unit]) >= SAID and all(set(item) >= NOTED for item in signed.items(where.edition, unit))

    old = [unit for unit in reports if not complete(unit)]
    if old:
        raise MonitorError(
            f"In {where.outputs.name}/reports stand reports that an earlier version of this project made: "
            f"{', '.join(old)}. What they hid is not written down as the disclosure record needs it. Make them again "
            "(`make nation` makes all, `make institution ID=…` one), or remove their folders."
        )


def _unit(edition: str, unit: str, items: list[dict], report: dict, signature: signoff.Signature | None) -> dict:
    folder = paths.EditionPaths(edition).report(unit)
    files = signed.bundle(folder)
    state = signoff.state(edition, unit, signature, files)
    return {
        "items": len(items),
        "cells": sum(item["cells"] for item in items),
        "hidden": sum(sum(item["hidden"].values()) for item in items),
        "stopped": sum(item["status"] != "PASS" for item in items),
        "open": dict(Counter(item["open"] for item in items if item["open"])),
        "contents": report["contents"],
        "state": state,
        "signed": state == signoff.State.RELEASED,
        "changed": signature.changes(unit, files) if signature and state == signoff.State.CHANGED else {},
        "files": signed.listing(folder, files),
    }
