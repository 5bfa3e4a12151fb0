"""3. Drawings with numbers that no table has: coordinates of marks, read through the ticks of the axes.

Every number of a figure's table is looked for among the drawn ones. Found to the table's last decimal it tells nothing
new; found within half a step of it, and elsewhere, it tells what rounding took away. On an axis of respondents a mark
tells their effective number.
"""

from __future__ import annotations

import numpy as np

from benchmarks.attack import drawings
from benchmarks.attack.bundles import FEW, OWN, PEOPLE, SECTOR, Bundles, Found, Sheet

NAME = "3 coordinates of drawings"
NOISE = 2e-6
"""So exactly a coordinate of six decimals tells a share."""
NUMBERS = ("safe", "neutral", "unsafe", "share", "mean", "excess", "observed", "low", "high")


def attack(bundles: Bundles) -> list[Found]:
    """All drawings of all reports."""
    drawn = finer = few = few_finer = files = 0
    errors, sizes, details = [], [], []
    tables = {(sheet.unit, sheet.name): sheet for sheet in bundles.sheets}
    for unit in bundles.units:
        for label, svg in bundles.drawings(unit).items():
            files += 1
            parts, sheet = drawings.read(svg), tables.get((unit, label))
            sizes += [(unit, label, size) for part in parts for size in _sizes(part)]
            values = np.concatenate([part.values() for part in parts]) if parts else np.array([])
            if sheet is None or not len(values):
                continue
            for index, column, told, half in _told(sheet):
                near = values[np.abs(values - told) <= half + NOISE]
                if not len(near):
                    continue
                drawn += 1
                small = sheet.has("n") and sheet.rows["n"][index] < FEW
                few += small
                if np.abs(near - told).min() > NOISE * 5:
                    finer, few_finer = finer + 1, few_finer + small
                    nearest = float(near[np.abs(near - told).argmin()])
                    exact = _true(bundles, sheet, index, column, nearest)
                    if exact is not None:
                        errors.append(abs(nearest - exact))
                        details.append(
                            f"{unit} {label} {column}: told {told:.4f}, drawn {nearest:.9f}, true {exact:.9f}"
                        )
    if not files:
        return [Found(NAME, "no drawing with coordinates", "0", "0")]
    error = f"; median error {np.median(errors):.1e} of {len(errors)} checked" if errors else ""
    return [
        Found(NAME, f"numbers of {files} drawings, finer than their table", f"{finer} of {drawn}{error}", "0",
              tuple(details[:5])),
        Found(NAME, f"of these on fewer than {FEW} respondents", f"{few_finer} of {few}", "0"),
        _effective(bundles, sizes),
    ]  # fmt: skip


def _told(sheet: Sheet):
    """Numbers of a table that may be drawn: row, column, number, half its step."""
    ends = ("_low", "_high")
    names = [name for name in sheet.rows if name in NUMBERS or name.endswith(ends) or name.startswith("answer_")]
    for name in names:
        for index, told in sheet.rows[name].items():
            if isinstance(told, float) and np.isfinite(told) and told not in (0.0, 1.0):
                yield index, name, told, sheet.half(index, name) * (2 if name.endswith(ends) else 1)


def _true(bundles: Bundles, sheet: Sheet, index: int, column: str, drawn: float) -> float | None:
    """The share that a row on all respondents of an institution tells (only to score)."""
    row = sheet.rows.loc[index]
    people = sheet.people or PEOPLE.get(str(row.get("people", "")))
    if column != "safe" or people is None or str(row.get("category", "total")) != "total":
        return None
    wave = str(row.get("wave", "")) or None
    if not {"scope", "label"} & set(sheet.rows):
        every = bundles.truth.institutions(people)["safe"].to_numpy()
        return float(every[np.abs(every - drawn).argmin()])
    if str(row.get("scope", row.get("label"))) != OWN or sheet.unit == SECTOR:
        return None
    return float(bundles.truth.institutions(people, wave)["safe"].get(sheet.unit, np.nan))


def _sizes(part: drawings.Drawing) -> list[float]:
    """Numbers of marks on an axis of respondents."""
    alone = part.x is not None and part.x.logarithmic and len(part.points) == 1
    return [float(part.x.value(part.points[0, 0]))] if alone else []


def _effective(bundles: Bundles, sizes: list[tuple[str, str, float]]) -> Found:
    right = []
    for unit, label, size in sizes:
        people = "students" if "studenten" in label else "staff"
        true = bundles.truth.institutions(people)["effective"].get(unit, np.nan)
        right.append(abs(size / true - 1))
    error = f"; largest error {max(right):.0e}" if right else ""
    return Found(NAME, "effective numbers of respondents", f"{len(sizes)}{error}", "0")
