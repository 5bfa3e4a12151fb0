"""2. Rows without names, matched with the register: which row is which institution.

A table or drawing with one row an institution tells its effective number of respondents (by the width of an interval)
and its share, and one with what was expected its composition. Institutions of the register have a number of students
and shares of bol and of students with a non-western background. Rows and institutions are matched one to one: sizes and
composition by regressions that learn from the match, and the match from these, in turn.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from scipy.optimize import linear_sum_assignment

from benchmarks.attack import drawings
from benchmarks.attack.bundles import PEOPLE, SECTOR, Bundles, Found, Sheet, effective

NAME = "2 rows without names"
PART = 0.6
"""A table with rows for at least this part of the register's institutions is one of institutions."""
ROUNDS = 12
SURE = 0.99


@dataclass(frozen=True)
class Rows:
    """One row an institution: a share (or found less expected), its limits, and what is expected if that is told."""

    people: str
    place: str
    value: np.ndarray
    low: np.ndarray
    high: np.ndarray
    expected: np.ndarray | None

    @property
    def safe(self) -> np.ndarray:
        """The share, found less expected or not."""
        return self.value if self.expected is None else self.value + self.expected

    @property
    def size(self) -> np.ndarray:
        """Logarithm of the effective number of respondents."""
        if self.expected is None:
            return np.log(effective(np.clip(self.safe, 0.02, 0.98), self.low, self.high))
        p = np.clip(self.safe, 0.02, 0.98)
        return np.log(4 * 1.96**2 * p * (1 - p) / np.clip(self.high - self.low, 1e-4, None) ** 2)


def nameless(bundles: Bundles) -> list[Rows]:
    """Tables and drawings with a row an institution; a drawing beside a table tells its numbers more exactly."""
    least = max(3.0, PART * len(bundles.register))
    tables = {sheet.name: rows for sheet in bundles.of(SECTOR)
              if sheet.people and len(sheet.rows) >= least and (rows := _of_table(sheet)) is not None}  # fmt: skip
    others = {sheet.name for sheet in bundles.of(SECTOR)} - set(tables)
    drawn = {}
    for label, svg in bundles.drawings(SECTOR).items():
        people = next((code for word, code in PEOPLE.items() if word in label), None)
        for each in drawings.read(svg) if people and label not in others else ():
            rows = _of_drawing(each, people, label, least)
            if rows is not None:
                drawn[label] = rows
    exact = {label: _exact(rows, drawn.get(label)) for label, rows in tables.items()}
    alone = {label: rows for label, rows in drawn.items() if label not in tables and rows.value.min() > 0}
    return [*exact.values(), *alone.values()]


def _exact(rows: Rows, drawn: Rows | None) -> Rows:
    if drawn is None or len(drawn.value) != len(rows.value) or np.abs(drawn.value - rows.value).max() > 0.006:
        return rows
    return replace(rows, value=drawn.value, low=drawn.low, high=drawn.high, place=f"{rows.place} and its drawing")


def _of_table(sheet: Sheet) -> Rows | None:
    columns = list(sheet.rows.columns)
    limits = [name for name in columns if name == "low" or name.endswith("_low")]
    if not limits or sheet.has("label") or sheet.has("category"):
        return None
    low = limits[0]
    value = low.removesuffix("_low") if low != "low" else next(n for n in ("safe", "share", "mean") if n in columns)
    arrays = [sheet.rows[name].to_numpy(float) for name in (value, low, low.replace("low", "high"))]
    expected = sheet.rows["expected"].to_numpy(float) if "expected" in columns else None
    return Rows(sheet.people, sheet.name, *arrays, expected)


def _of_drawing(each: drawings.Drawing, people: str, label: str, least: float) -> Rows | None:
    """A drawing of vertical intervals with a mark on each, side by side on an axis without numbers."""
    if each.y is None or each.x is not None or len(each.points) < least:
        return None
    points = each.points[np.argsort(each.points[:, 0])]
    value = each.y.value(points[:, 1])
    ends = [each.ends[np.abs(each.ends[:, 0] - x) < 0.05] for x in points[:, 0]]
    if any(len(end) < 2 for end in ends):
        return None
    limits = [each.y.value(end[:, 1]) for end in ends]
    low, high = (np.array([side(one) for one in limits]) for side in (np.min, np.max))
    return Rows(people, label, value, low, high, None)


def attack(bundles: Bundles) -> list[Found]:
    """The match of each population, and what an institution's own rank names."""
    every, found = nameless(bundles), []
    for people in PEOPLE.values():
        rows = [one for one in every if one.people == people]
        if rows:
            found.append(_matched(bundles, people, rows))
    if not found:
        found.append(Found(NAME, "no table or drawing has a row an institution", "0 rows", "0"))
    return [*found, _keyed(bundles)]


def _joined(rows: list[Rows]) -> tuple[Rows, np.ndarray | None]:
    """The rows of the share, and what was expected of each, joined through found = expected + difference and size."""
    plain = next((one for one in rows if one.expected is None), None)
    model = next((one for one in rows if one.expected is not None), None)
    if plain is None or model is None:
        only = plain or model
        return only, only.expected
    cost = ((plain.safe[:, None] - model.safe) / 0.01) ** 2 + ((plain.size[:, None] - model.size) / 0.3) ** 2
    of, to = linear_sum_assignment(cost)
    expected = np.full(len(plain.safe), np.nan)
    expected[of] = model.expected[to]
    return plain, expected


def _features(register: pd.DataFrame) -> np.ndarray:
    kinds = pd.get_dummies(register["kind"]).to_numpy(float)[:, 1:]
    return np.column_stack(
        [np.ones(len(register)), register[["share_bol", "share_non_western"]].to_numpy(float), kinds]
    )


def match(size: np.ndarray, expected: np.ndarray | None, register: pd.DataFrame) -> np.ndarray:
    """Costs (half squared standardised distances) of every row and institution, after learning from the match."""
    students = np.log(register["n_students"].to_numpy(float))
    design = np.column_stack([np.ones(len(students)), students])
    start = np.sort(size)[::-1]
    most = students[np.argsort(-students)][: len(size)]
    coefficients = np.polyfit(most, start, 1)[::-1]
    spread, composition, width = 0.3, None, 1.0
    cost = np.zeros((len(size), len(students)))
    for _ in range(ROUNDS):
        cost = 0.5 * ((size[:, None] - design @ coefficients) / spread) ** 2
        if composition is not None:
            known = np.isfinite(expected)
            cost[known] += 0.5 * ((expected[known, None] - _features(register) @ composition) / width) ** 2
        of, to = linear_sum_assignment(cost)
        coefficients = np.linalg.lstsq(design[to], size[of], rcond=None)[0]
        spread = max(0.05, float(np.std(size[of] - design[to] @ coefficients)))
        if expected is not None:
            known = np.isfinite(expected[of])
            at = _features(register)[to[known]]
            composition = np.linalg.lstsq(at, expected[of[known]], rcond=None)[0]
            width = max(1e-3, float(np.std(expected[of[known]] - at @ composition)))
    return cost


def _matched(bundles: Bundles, people: str, rows: list[Rows]) -> Found:
    plain, expected = _joined(rows)
    truth = bundles.truth.institutions(people).reindex(bundles.register["institution_id"])
    apart = np.abs(plain.safe[:, None] - truth["safe"].to_numpy()) / 0.0005
    apart += np.abs(plain.size[:, None] - np.log(truth["effective"].to_numpy())) / 0.05
    true = linear_sum_assignment(np.nan_to_num(apart, nan=1e6))[1]
    cost = match(plain.size, expected, bundles.register)
    of, to = linear_sum_assignment(cost)
    first = int((to == true[of]).sum())
    three = sum(true[row] in np.argsort(cost[row])[:3] for row in range(len(cost)))
    likely = np.exp(-(cost - cost.min(axis=1, keepdims=True)))
    likely /= likely.sum(axis=1, keepdims=True)
    sure = likely.max(axis=1) > SURE
    right = int((likely.argmax(axis=1) == true)[sure].sum())
    safest = int(np.argmax(plain.safe))
    codes = bundles.register["institution_id"].to_numpy()
    details = (
        f"read from {', '.join(one.place for one in rows)}",
        f"surer than {SURE}: {int(sure.sum())} rows, {right} right",
        f"the safest is {codes[likely[safest].argmax()]} with p = {likely[safest].max():.4f}"
        f" ({'right' if likely[safest].argmax() == true[safest] else 'wrong'})",
    )
    figure = f"{first} of {len(cost)} at first guess, {three} within three"
    return Found(NAME, f"{people}: rows named", figure, "1 and 3 by chance", details)


KEYS = ("excess", "excess_low", "excess_high", "expected", "shrunken")


def _keyed(bundles: Bundles) -> Found:
    """Figures in an institution's own report that are in the sector's rows too: a key to one of these."""
    asked, named, details = 0, 0, []
    lists = {one.people: one for one in bundles.of(SECTOR) if not one.has("label") and one.has(*KEYS[:2])}
    for sheet in bundles.sheets:
        every = lists.get(sheet.people)
        if sheet.unit == SECTOR or not sheet.has(*KEYS[:2]) or not sheet.has("label") or sheet.people is None:
            continue
        keys = [name for name in KEYS if sheet.has(name) and every is not None and every.has(name)]
        for index, own in sheet.rows.iterrows():
            asked += 1
            near = [
                all(abs(row[key] - own[key]) <= 2 * sheet.half(index, key) + 1e-4 for key in keys)
                for _, row in (every.rows.iterrows() if keys else ())
            ]
            if sum(near) == 1:
                named += 1
                details.append(f"{sheet.unit} {sheet.name}: row {near.index(True) + 1} of {every.name}")
    return Found(NAME, "rows that a report's own figures single out", f"{named} of {asked}", "0", tuple(details))
