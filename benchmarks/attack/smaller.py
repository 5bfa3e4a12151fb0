"""8. Smaller ways: the page for reviewers with its record, and groups that a table leaves out."""

from __future__ import annotations

import json
from collections.abc import Iterator
from fractions import Fraction

from benchmarks.attack.bundles import ALL, BLANK, OWN, SECTOR, Bundles, Found

NAME = "8 smaller"
LONG = 6
"""A number with more decimals than this is a quotient that nobody rounded."""
PARTS = 10**7
CONFIDENTIAL = "alleen voor de instelling zelf"


def attack(bundles: Bundles) -> list[Found]:
    """The record, the page, and groups left out."""
    return [_record(bundles), _page(bundles), _left_out(bundles)]


def numbers(value: object, path: str = "") -> Iterator[tuple[str, float]]:
    """All numbers with decimals in what a JSON file holds, with the way to each."""
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from numbers(inner, f"{path}.{key}" if path else str(key))
    elif isinstance(value, list):
        for place, inner in enumerate(value):
            yield from numbers(inner, f"{path}[{place}]")
    elif isinstance(value, float):
        yield path, value


def _record(bundles: Bundles) -> Found:
    paths = [*sorted((bundles.folder / "disclosure").glob("*.json")),
             *(bundles.report(unit) / "report.json" for unit in bundles.units)]  # fmt: skip
    found = []
    for path in paths:
        for where, value in numbers(json.loads(path.read_text(encoding="utf-8"))) if path.is_file() else ():
            if abs(value - round(value, LONG)) > 1e-12:
                part = Fraction(value).limit_denominator(PARTS)
                if abs(float(part) - value) < 1e-15:
                    found.append(f"{path.name} {where}: {value!r} = {part.numerator} of {part.denominator}")
    return Found(NAME, "unrounded quotients in records, given back as fractions", str(len(found)), "0", tuple(found))


def _page(bundles: Bundles) -> Found:
    path = bundles.folder / "disclosure" / "index.html"
    told = path.read_text(encoding="utf-8").count(CONFIDENTIAL) if path.is_file() else 0
    return Found(NAME, f"“{CONFIDENTIAL}” on the page for reviewers", str(told), "0")


def _left_out(bundles: Bundles) -> Found:
    """Groups that the sector has and an institution's own rows do not: nobody is in them."""
    from benchmarks.attack.quantities import characteristic

    found, right, details = 0, 0, []
    for sheet in bundles.sheets:
        if (
            sheet.unit == SECTOR
            or not sheet.name.startswith("tbl-")
            or not sheet.has("scope", "label", "category", "n")
        ):
            continue
        own, every = (sheet.rows.loc[sheet.rows["scope"] == scope, "category"] for scope in (OWN, ALL))
        for code in sorted(set(every) - set(own)) if len(set(every)) > 1 and sheet.people else ():
            found += 1
            by = characteristic(sheet)
            rows = bundles.truth.rows(sheet.people)
            rows = rows[rows["institution_id"] == sheet.unit]
            inside = rows[by].isna() if code == "missing" else rows[by].astype(str) == str(code)
            right += not inside.any()
            word = BLANK if code == "missing" else code
            details.append(f"{sheet.unit} {sheet.name}: nobody in {word}")
    return Found(NAME, "groups that are left out: nobody is in them", f"{found} ({right} right)", "0", tuple(details))
