"""6. Two versions of the sector's report: what a late delivery or a correction changed.

The rows of the sector's tables by kind, size and region that changed say which institution it was; numbers and shares
before and after give what its respondents answered.
"""

from __future__ import annotations

import numpy as np

from benchmarks.attack.bundles import ALL, BLANK, SECTOR, Bundles, Found, Sheet

NAME = "6 two versions"
COLUMNS = ("kind", "size_class", "region")
ROUNDED = 10
"""Counts over institutions are told within so many."""


def attack(bundles: Bundles, before: Bundles | None) -> list[Found]:
    """The difference of two versions of an edition; ``before``: an earlier one."""
    if before is None:
        return [Found(NAME, "no earlier version was given (--before)", "-", "0")]
    if not before.of(SECTOR) or not bundles.of(SECTOR):
        return [Found(NAME, "one of the versions has no sector report", "-", "0")]
    return [_changed(bundles, before, people) for people in ("students", "staff")]


def _changed(bundles: Bundles, before: Bundles, people: str) -> Found:
    told, details = 0, []
    for sheet in bundles.of(SECTOR, people):
        old = next((one for one in before.of(SECTOR) if one.name == sheet.name), None)
        if old is None or not sheet.name.startswith("tbl-") or not sheet.has("scope", "label", "n", "safe"):
            continue
        for index, row in sheet.rows.iterrows():
            words = _difference(sheet, old, index, row)
            if words:
                told += 1
                details.append(words)
    names = _who(bundles, before, people)
    if len(names) == 1:
        rows = bundles.truth.rows(people)
        rows = rows[rows["institution_id"].isin(names)]
        true = (rows["safe"] * rows["weight"]).sum() / rows["weight"].sum()
        details.insert(0, f"it is {names[0]}: truly {true:.3f} of {len(rows)}")
    figure = f"{told} differences within 5 points; {len(names)} institutions fit" if told else "0"
    return Found(NAME, f"{people}: rows of the sector that tell what changed", figure, "0", tuple(details))


def _difference(sheet: Sheet, old: Sheet, index: int, row) -> str:
    """The share of those who came or went, if the rounding of both versions leaves it within five points."""
    keys = [name for name in ("scope", "label", "wave") if name in sheet.rows and name in old.rows]
    same = np.logical_and.reduce([old.rows[name] == row[name] for name in keys])
    if row["scope"] != ALL or row["label"] == BLANK or same.sum() != 1:
        return ""
    at = old.rows.index[same][0]
    was = old.rows.loc[at]
    n = row["n"] - was["n"]
    if not np.isfinite(n) or n == 0:
        return ""
    safe = (row["n"] * row["safe"] - was["n"] * was["safe"]) / n
    half = row["n"] * sheet.half(index, "safe") + was["n"] * old.half(at, "safe")
    half = (half + ROUNDED * (abs(row["safe"] - safe) + abs(was["safe"] - safe))) / abs(n)
    return f"{sheet.name} {row['label']}: {safe:.3f} ± {half:.3f} of {n:+.0f}" if half <= 0.05 else ""


def _who(bundles: Bundles, before: Bundles, people: str) -> list[str]:
    """Institutions in all groups of institutions that changed, where a group of each kind did."""
    register, fits = bundles.register, np.ones(len(bundles.register), bool)
    asked = False
    for sheet in bundles.of(SECTOR, people):
        column = next(
            (name for name in COLUMNS if sheet.name == f"tbl-{sheet.topic.split('-')[0]}-{name.replace('_', '-')}"),
            None,
        )
        old = next((one for one in before.of(SECTOR) if one.name == sheet.name), None)
        if column is None or old is None:
            continue
        both = sheet.rows.merge(old.rows, on="category", how="outer", suffixes=("", "_old"))
        changed = both.loc[(both["n"] != both["n_old"]) | (both["safe"] != both["safe_old"]), "category"]
        if len(changed):
            asked = True
            fits &= register[column].isin(changed.astype(str)).to_numpy()
    return list(register.loc[fits, "institution_id"]) if asked else []
