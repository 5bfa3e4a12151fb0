"""Applying a crosswalk: delivered columns and codes -> canonical ones, every value accounted for."""

from __future__ import annotations

import difflib

import numpy as np
import pandas as pd

from helpers import schema
from helpers.errors import Problem
from helpers.ingest.registry import Crosswalk, Mapping

LISTED = 5
"""So many codes or rows are named in a message; the rest is counted."""


def check_columns(frame: pd.DataFrame, crosswalk: Crosswalk, name: str) -> list[Problem]:
    """Delivered columns that are lacking, unknown or double."""
    delivered = list(frame.columns)
    expected = {mapping.source: column for column, mapping in crosswalk.columns.items()}
    known = set(expected) | set(crosswalk.ignore)
    unknown = [column for column in delivered if column not in known]
    problems = []
    for column in (column for column in expected if column not in delivered):
        near = difflib.get_close_matches(column, unknown, n=1, cutoff=0.5)
        remedy = (
            f"Is it now called '{near[0]}'? Then change `from` in the crosswalk."
            if near
            else "Ask the sender for it, or correct the crosswalk."
        )
        problems.append(
            Problem(name, f"column '{column}'", "no such column", f"'{column}' (for {expected[column]})", remedy)
        )
    for column in unknown:
        remedy = "Map it in the crosswalk, or add it to `ignore` there."
        problems.append(
            Problem(name, f"column '{column}'", "a column nobody expects", "mapped or ignored columns", remedy)
        )
    for column in sorted({column for column in delivered if delivered.count(column) > 1}):
        problems.append(Problem(name, f"column '{column}'", "the column twice", "once", "Take one of the two out."))
    return problems


def apply(frame: pd.DataFrame, crosswalk: Crosswalk, name: str, first_row: int) -> tuple[pd.DataFrame, list[Problem]]:
    """Canonical columns, in the schema's order and types, and what was wrong with their values.

    ``first_row`` is the number that the sender sees before the first data row, for messages.
    """
    problems: list[Problem] = []
    result: dict[str, pd.Series] = {}
    for column, about in schema.TABLES[crosswalk.table].items():
        mapping = crosswalk.columns.get(column)
        if mapping is None:
            result[column] = pd.Series(pd.NA, index=frame.index, dtype=dtype_of(about))
            continue
        place = _Place(name, mapping.source, first_row)
        values, found = _column(frame[mapping.source], mapping, about, place)
        result[column] = values
        problems += found
        if about.required:
            problems += _required(values, place, column)
    return pd.DataFrame(result), problems


class _Place:
    """Where a column stands, for messages."""

    def __init__(self, file: str, column: str, first_row: int) -> None:
        self.file, self.column, self.first_row = file, column, first_row

    def problem(self, rows: np.ndarray, found: str, allowed: str, remedy: str) -> Problem:
        numbers = ", ".join(str(self.first_row + row) for row in rows[:LISTED])
        more = f" and {len(rows) - LISTED} more" if len(rows) > LISTED else ""
        return Problem(self.file, f"column '{self.column}', row {numbers}{more}", found, allowed, remedy)


def _column(
    column: pd.Series, mapping: Mapping, about: schema.Column, place: _Place
) -> tuple[pd.Series, list[Problem]]:
    codes, uniques = pd.factorize(column, use_na_sentinel=True)
    keys = [_key(value) for value in uniques]
    missing = {_key(code) for code in mapping.missing} | {""}
    if about.kind in ("category", "boolean"):
        return _mapped(codes, keys, missing, mapping, about, place)
    if about.kind in ("integer", "number"):
        return _numbers(codes, keys, missing, mapping, about, place)
    words = np.array([None if key in missing else key for key in keys] + [None], dtype=object)
    values = pd.Series(words[codes], dtype="string", index=column.index)
    return values, (_check_ids(values, place) if about.kind == "id" else [])


def _mapped(codes, keys, missing, mapping: Mapping, about: schema.Column, place: _Place):
    accepted = {_key(code): value for code, value in mapping.values.items()}
    problems = []
    targets: list[object] = []
    for number, key in enumerate(keys):
        if key in accepted:
            targets.append(accepted[key] if about.kind == "boolean" else str(accepted[key]))
            continue
        targets.append(None)
        if key not in missing:
            rows = np.flatnonzero(codes == number)
            allowed = ", ".join([*accepted, *(f"{code} (missing)" for code in sorted(missing - {""}))])
            problems.append(
                place.problem(
                    rows,
                    f"code '{key}', {len(rows)} times",
                    allowed,
                    "Add it to `values` or `missing` in the crosswalk.",
                )
            )
    words = np.array([*targets, None], dtype=object)[codes]
    if about.kind == "boolean":
        return pd.Series(words, dtype="boolean"), problems
    return pd.Series(pd.Categorical(words, categories=list(about.categories), ordered=True)), problems


def _numbers(codes, keys, missing, mapping: Mapping, about: schema.Column, place: _Place):
    values = np.array([np.nan if key in missing else _number(key) for key in keys] + [np.nan])
    problems = []
    for number, key in enumerate(keys):
        wrong = key not in missing and (np.isnan(values[number]) or not _fits(values[number] * mapping.scale, about))
        if wrong:
            rows = np.flatnonzero(codes == number)
            problems.append(
                place.problem(rows, f"'{key}', {len(rows)} times", _allowed(about), "Correct it, or map it.")
            )
            values[number] = np.nan
    values = values * mapping.scale
    if mapping.turned is not None:
        values = sum(mapping.turned) - values
    series = pd.Series(values[codes])
    if about.kind == "number":
        return series.astype("float64"), _fewer(problems)
    return series.round().astype("Int32"), _fewer(problems)


def _fewer(problems: list[Problem]) -> list[Problem]:
    """A column full of wrong numbers gives a few messages and a count, not thousands."""
    if len(problems) <= LISTED:
        return problems
    last = problems[LISTED - 1]
    rest = Problem(
        last.file,
        last.where.split(", row")[0],
        f"{len(problems) - LISTED} more wrong values",
        last.allowed,
        last.remedy,
    )
    return [*problems[:LISTED], rest]


def _fits(value: float, about: schema.Column) -> bool:
    if about.kind == "integer" and value != round(value):
        return False
    return (about.low is None or value >= about.low) and (about.high is None or value <= about.high)


def _allowed(about: schema.Column) -> str:
    kind = "whole numbers" if about.kind == "integer" else "numbers"
    if about.low is None:
        return kind
    return f"{kind} from {about.low:g}" + (f" to {about.high:g}" if about.high is not None else "")


def _check_ids(values: pd.Series, place: _Place) -> list[Problem]:
    right = values.str.fullmatch(schema.INSTITUTION_PATTERN)
    wrong = values[~right.fillna(True).astype(bool)]
    return [
        place.problem(
            np.flatnonzero((values == code).fillna(False)),
            f"'{code}'",
            "a BRIN code: two digits and two capitals",
            "Correct the code.",
        )
        for code in list(dict.fromkeys(wrong))[:LISTED]
    ]


def _required(values: pd.Series, place: _Place, column: str) -> list[Problem]:
    empty = np.flatnonzero(values.isna().to_numpy())
    if column == "weight":
        empty = np.flatnonzero((values.isna() | (values <= 0)).to_numpy())
    if not len(empty):
        return []
    words = "a weight that is missing or zero" if column == "weight" else "nothing"
    return [
        place.problem(empty, f"{words}, {len(empty)} times", "a value in every row", "Fill it in, or take the row out.")
    ]


def _key(value: object) -> str:
    """Text by which a delivered code is compared: 1, 1.0, "1" and " 1 " are the same."""
    if value is None or value != value:
        return ""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value).strip()


def _number(key: str) -> float:
    try:
        return float(key.replace(",", "."))
    except ValueError:
        return np.nan


def dtype_of(about: schema.Column) -> object:
    """pandas type of a canonical column."""
    if about.kind == "category":
        return pd.CategoricalDtype(list(about.categories), ordered=True)
    return {"id": "string", "text": "string", "integer": "Int32", "number": "float64", "boolean": "boolean"}[about.kind]
