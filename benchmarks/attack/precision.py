"""4. What rounding took away, given back by what was computed before rounding.

An effect size with decimals beside a difference in whole points gives both shares back. Other numbers are told finer
than the method chapter promises: whole percents below a hundred respondents, tenths above; in tables and workbooks.
"""

from __future__ import annotations

from collections import Counter

import numpy as np
import openpyxl

from benchmarks.attack.bundles import FEW, OWN, SECTOR, Bundles, Found, Sheet, share

NAME = "4 derived before rounding"
CLOSE = 0.0015
SHARES = ("safe", "neutral", "unsafe", "observed", "expected", "excess", "shrunken", "share", "difference")
GRID = 4001


def attack(bundles: Bundles) -> list[Found]:
    """Effect sizes, and decimals."""
    return [_effects(bundles), _decimals(bundles), _workbooks(bundles)]


def between(h: float, half: float, first: tuple[float, float], second: tuple[float, float], gap: float, step: float):
    """Smallest and largest first and second share that fit an effect size ``h`` (± ``half``), their own intervals and
    their difference ``gap`` (± ``step``); ``None`` where nothing fits."""
    a = np.linspace(max(0.0, first[0]), min(1.0, first[1]), GRID)
    angle = np.arcsin(np.sqrt(a))
    least, most = (np.sin(np.clip(angle - effect / 2, 0, np.pi / 2)) ** 2 for effect in (h + half, h - half))
    least = np.maximum.reduce([least, np.full(GRID, second[0]), a - gap - step])
    most = np.minimum.reduce([most, np.full(GRID, second[1]), a - gap + step])
    fits = least <= most
    return ((a[fits].min(), a[fits].max()), (least[fits].min(), most[fits].max())) if fits.any() else None


def _effects(bundles: Bundles) -> Found:
    found: dict[tuple[str, str, str], tuple[float, float]] = {}
    small: set[tuple[str, str, str]] = set()
    sheets = [one for one in bundles.sheets if one.unit != SECTOR and one.has("most", "least", "difference", "h")]
    for sheet in sheets:
        for index, row in sheet.rows.iterrows():
            table = _groups(bundles, sheet, row)
            if table is None or not np.isfinite(row["h"]):
                continue
            rows = table.rows[table.rows["scope"] == OWN].set_index("label", drop=False)
            ends, sides = [], (row["most"], row["least"])
            for label in sides:
                at = table.rows.index[(table.rows["scope"] == OWN) & (table.rows["label"] == label)][0]
                half = table.half(at, "safe")
                ends.append((rows["safe"][label] - half, rows["safe"][label] + half))
            step = 0.005 if rows["n"][list(sides)].min() < FEW else sheet.half(index, "difference")
            fits = between(row["h"], sheet.half(index, "h"), *ends, row["difference"], step + 1e-9)
            for label, limits in zip(sides, fits or (), strict=bool(fits)):
                key = (sheet.unit, table.name, label)
                if rows["n"][label] < FEW:
                    small.add(key)
                    old = found.get(key, (0.0, 1.0))
                    found[key] = (max(old[0], limits[0]), min(old[1], limits[1]))
    back = {key: (low + high) / 2 for key, (low, high) in found.items() if high - low <= 2 * CLOSE}
    right = sum(abs(value - _true(bundles, *key)) <= CLOSE + 5e-4 for key, value in back.items())
    details = tuple(f"{' '.join(key)}: {value:.4f}" for key, value in back.items())
    figure = f"{len(back)} of {len(small)} ({right} right)"
    return Found(NAME, f"small groups' shares given back to {CLOSE * 100:.2f} points", figure, "0", details)


def _groups(bundles: Bundles, sheet: Sheet, row) -> Sheet | None:
    """The table with both groups, of the characteristic that the row is about."""
    for table in bundles.of(sheet.unit, sheet.people):
        if table.name.startswith("tbl-") and table.has("scope", "label", "n", "safe"):
            own = table.rows[(table.rows["scope"] == OWN) & table.rows["safe"].notna()]
            if {row["most"], row["least"]} <= set(own["label"]) and _fits(own, row):
                return table
    return None


def _fits(own, row) -> bool:
    """Two characteristics may have groups of one name (grades): the difference tells which it is."""
    safe = own.set_index("label")["safe"]
    return abs(safe[row["most"]] - safe[row["least"]] - row["difference"]) <= 0.0151


def _true(bundles: Bundles, unit: str, table: str, label: str) -> float:
    from helpers import characteristics  # only to score

    people = "students" if "studenten" in table else "staff"
    known = characteristics.load()
    by = next(by for by in sorted(known.of(people), key=len, reverse=True) if table.endswith(by.replace("_", "-")))
    rows = bundles.truth.rows(people)
    rows = rows[rows["institution_id"] == unit]
    rows = rows[rows[by].notna()]
    return share(rows[[known.label(by, str(code)) == label for code in rows[by]]])


def _decimals(bundles: Bundles) -> Found:
    finer: Counter[str] = Counter()
    every = 0
    for sheet in bundles.sheets:
        if not sheet.has("n") or sheet.name.startswith("fig-gesprek"):
            continue
        limits = tuple(f"{name}_{end}" for name in SHARES for end in ("low", "high"))
        names = [name for name in sheet.rows if name in (*SHARES, *limits)]
        for name in names:
            told = sheet.rows[name].to_numpy(dtype=float, na_value=np.nan)
            each = np.where(sheet.rows["n"] < FEW, 0.01, 0.001)
            shown = np.isfinite(told) & sheet.rows["n"].notna().to_numpy()
            every += int(shown.sum())
            finer[sheet.name] += int((np.abs(told / each - np.round(told / each))[shown] > 1e-6).sum())
    details = tuple(f"{name}: {times}" for name, times in finer.most_common() if times)
    return Found(NAME, "numbers told finer than promised", f"{sum(finer.values())} of {every}", "0", details)


def _workbooks(bundles: Bundles) -> Found:
    """Cells of workbooks with more decimals than any table of the annex has."""
    most, every, details = 0, 0, []
    for unit in bundles.units:
        decimals = max((int(sheet.decimals.to_numpy().max()) for sheet in bundles.of(unit)), default=4)
        for path in sorted(bundles.report(unit).glob("data/*.xlsx")):
            book = openpyxl.load_workbook(path, read_only=True)
            for page in book:
                for row in page.iter_rows(values_only=True):
                    for cell in row:
                        if isinstance(cell, float):
                            every += 1
                            if abs(cell - round(cell, decimals)) > 1e-12:
                                most += 1
                                details.append(f"{unit} {page.title}: {cell!r}")
    return Found(NAME, "cells of workbooks finer than the tables", f"{most} of {every}", "0", tuple(details[:5]))
