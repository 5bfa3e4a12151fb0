"""Respondents counted per institution and covariate pattern, and data that no model can be fitted to.

With categorical predictors, or predictors that are the same for a whole institution, a binomial mixed model on
counts per pattern has the same likelihood, up to a constant, as on rows: thousands of rows instead of hundreds of
thousands.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NoReturn

import numpy as np
import pandas as pd

from helpers import dutch
from helpers.errors import MonitorError
from helpers.schema import SAFE_CODES

LEAST_INSTITUTIONS = 5
"""With fewer institutions a variance between institutions cannot be estimated sensibly."""

SUMS = ["safe", "other", "weight", "weight_safe", "weight_square"]


class ModelRefused(MonitorError):
    """The data do not allow the model; the message says why, in Dutch, for the report."""


def aggregate(rows: pd.DataFrame, predictors: Sequence[str]) -> tuple[pd.DataFrame, int]:
    """Counts of safe and other answers per institution and covariate pattern, and rows dropped.

    Rows without an answer or without one of ``predictors`` are dropped and counted, and so are those whose survey
    weight is missing or not above zero: who counts in no share counts in no model. Columns: institution_id, the
    predictors (texts, or numbers as they are), ``safe``, ``other``, and sums of survey weights (1 where there are
    none): ``weight``, ``weight_safe``, ``weight_square``.
    """
    needed = ["institution_id", *predictors, "feels_safe"]
    complete = rows[[*needed, *(["weight"] if "weight" in rows else [])]].dropna(subset=needed)
    if "weight" in rows:
        complete = complete[complete["weight"].fillna(0) > 0]
    safe = complete["feels_safe"].astype("int64").isin(SAFE_CODES["safe"]).to_numpy()
    weight = complete["weight"].to_numpy(float) if "weight" in rows else np.ones(len(complete))
    keys = [_key(complete[name]) for name in needed[:-1]]
    sums = pd.DataFrame(
        {
            "safe": safe.astype("int64"),
            "other": (~safe).astype("int64"),
            "weight": weight,
            "weight_safe": weight * safe,
            "weight_square": weight**2,
        },
        index=complete.index,
    )
    return sums.groupby(keys, sort=True).sum().reset_index(), len(rows) - len(complete)


def _key(column: pd.Series) -> pd.Series:
    return column.astype("float64") if is_number(column) else column.astype(str)


def is_number(column: pd.Series) -> bool:
    """Whether a predictor enters the model as a number instead of as categories.

    Raises :class:`MonitorError` for whole numbers, which may be either: codes of categories, or amounts.
    """
    if pd.api.types.is_integer_dtype(column):
        raise MonitorError(
            f"The predictor '{column.name}' holds whole numbers ({column.dtype}); allowed: float64 for an amount, "
            "text or categories for codes. Say which: .astype('float64') or .astype(str)."
        )
    return pd.api.types.is_float_dtype(column)


def refuse_unfit(counts: pd.DataFrame) -> None:
    """Raises :class:`ModelRefused` for too few institutions, or answers that do not differ."""
    refuse_few(counts["institution_id"])
    if counts["safe"].sum() == 0 or counts["other"].sum() == 0:
        refuse_equal()


def refuse_few(institution_ids: pd.Series) -> None:
    """Raises :class:`ModelRefused` for fewer than :data:`LEAST_INSTITUTIONS` institutions."""
    institutions = institution_ids.nunique()
    if institutions < LEAST_INSTITUTIONS:
        raise ModelRefused(
            f"er zijn {institutions} instellingen met respondenten, en voor een model zijn er ten minste "
            f"{LEAST_INSTITUTIONS} nodig."
        )


def refuse_equal() -> NoReturn:
    """Raises :class:`ModelRefused`: all answers are equal."""
    raise ModelRefused("alle respondenten gaven hetzelfde antwoord, dus er valt niets te verklaren.")


@dataclass(frozen=True)
class Separated:
    """A category in which all answers are the same, so that no finite odds ratio fits it."""

    term: str
    category: str
    n: int
    all_safe: bool


def drop_separated(counts: pd.DataFrame, predictors: Sequence[str]) -> tuple[pd.DataFrame, list[Separated]]:
    """The counts without categories in which all answers are the same, and which these are.

    The likelihood is highest with such a category's coefficient at infinity; there its rows say nothing of the
    other coefficients, so that leaving them out gives these the same estimates (Albert and Anderson 1984,
    Biometrika 71: 1-10, quasi-complete separation).
    """
    found: list[Separated] = []
    while True:
        before = len(found)
        for name in predictors:
            sums = counts.groupby(name, sort=True)[["safe", "other"]].sum()
            if len(sums) < 2 or is_number(counts[name]):
                continue
            for category, row in sums[(sums["safe"] == 0) | (sums["other"] == 0)].iterrows():
                found.append(Separated(name, str(category), int(row.sum()), bool(row["other"] == 0)))
                counts = counts[counts[name] != category].reset_index(drop=True)
        if len(found) == before:
            return counts, found


def levels_of(column: pd.Series, used: pd.Series) -> list[str]:
    """Categories that occur, in the column's own order; the first is the reference."""
    if isinstance(column.dtype, pd.CategoricalDtype):
        order = [str(code) for code in column.cat.categories]
    else:
        order = sorted(used.unique())
    present = set(used)
    return [code for code in order if code in present]


def coded(counts: pd.DataFrame, levels: dict[str, list[str]]) -> pd.DataFrame:
    """Categories as numbered texts, so that R's alphabetical order is ours and the first is the reference."""
    codes = {
        name: counts[name].map({code: f"{place:02d}" for place, code in enumerate(order)})
        for name, order in levels.items()
    }
    return counts.assign(**codes)


@dataclass(frozen=True)
class Columns:
    """Columns of a model's matrix: by term and category, in the order in which R names them."""

    levels: dict[str, list[str]]
    numbers: tuple[str, ...]

    @classmethod
    def of(cls, predictors: Sequence[str], rows: pd.DataFrame, used: pd.DataFrame) -> Columns:
        """Columns of predictors of which more than one value is left in ``used``; ``rows`` have their categories."""
        varying = [name for name in predictors if used[name].nunique() > 1]
        return cls(
            {name: levels_of(rows[name], used[name]) for name in varying if not is_number(rows[name])},
            tuple(name for name in varying if is_number(rows[name])),
        )

    @property
    def fixed(self) -> list[str]:
        """Terms of the formula; ``1`` if there are none."""
        return [*self.levels, *self.numbers] or ["1"]

    def r_names(self) -> dict[str, tuple[str, str]]:
        """R's name of each coefficient, and the term and category that it is of."""
        named = {
            f"{name}{place:02d}": (name, code)
            for name, order in self.levels.items()
            for place, code in enumerate(order[1:], start=1)
        }
        return {**named, **{name: (name, "") for name in self.numbers}}


def matrix(counts: pd.DataFrame, keys: Sequence[tuple[str, str]]) -> np.ndarray:
    """Matrix (patterns x coefficients) of the coefficients in ``keys``: ("", "") the intercept, (term, "") a number."""
    columns = []
    for term, category in keys:
        if term == "":
            columns.append(np.ones(len(counts)))
        else:
            values = counts[term]
            columns.append(values.to_numpy(float) if category == "" else (values == category).to_numpy(float))
    return np.column_stack(columns)


def words(separated: Sequence[Separated]) -> list[tuple[str, str, str]]:
    """Term, category and a Dutch clause for each separated category."""
    return [
        (each.term, each.category, f"alle {dutch.number(each.n)} voelen zich {'' if each.all_safe else 'niet '}veilig")
        for each in separated
    ]
