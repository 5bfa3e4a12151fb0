"""An edition's analysis tables, asked for figures."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd

from helpers import characteristics, disclosure, settings, statistics, tables
from helpers.disclosure import rounding
from helpers.disclosure.rounding import LIMITS, MEAN


@dataclass
class Evidence:
    """An edition's analysis tables; shares are 0..1, rows are pandas Series with ``safe`` and its limits."""

    edition: str

    @cached_property
    def about(self) -> settings.Edition:
        """The edition's settings."""
        return settings.load_edition(self.edition)

    @property
    def wave(self) -> int:
        """Last wave of the edition."""
        return max(self.about.waves)

    @cached_property
    def _tables(self) -> dict[str, pd.DataFrame]:
        return {}

    def table(self, name: str) -> pd.DataFrame:
        """An analysis table, read once."""
        if name not in self._tables:
            self._tables[name] = tables.read_analysis(self.edition, name)
        return self._tables[name]

    def rows(self, population: str, by: str, wave: int | None = None) -> pd.DataFrame:
        """Sector shares by one characteristic, indexed by category, without those of whom it is not known.

        Raises ``LookupError`` where one of them may not be shown.
        """
        data = self.table(f"benchmarks_{population}")
        data = data[(data["scope"] == "sector") & (data["by"] == by) & (data["n"] > 0)]
        data = data[data["category"] != characteristics.MISSING]
        if population == "students":
            data = data[data["wave"] == (wave or self.wave)]
        if data["protect"].fillna(False).any():
            raise LookupError(f"{by}: some categories may not be shown")
        told = self._told(data.assign(several=True), population, ("safe", "neutral", "unsafe"), rounded="several")
        return told.set_index("category")

    def _told(
        self,
        data: pd.DataFrame,
        source: str,
        shares: Sequence[str],
        precision: Mapping[str, str] | None = None,
        rounded: str | None = None,
    ) -> pd.DataFrame:
        """The rows as chapters tell them: hidden ones without figures, others at their precision."""
        rules = settings.load_settings().disclosure_for(source)
        numbers = [name for name in data.columns if name in rounding.BY_NAME or name in (precision or {})]
        kinds = rounding.precision_of(data, numbers, precision or {})
        hide = [name for name in numbers if name not in ("n", "wave")]
        return disclosure.release(data, rules=rules, hide=hide, shares=shares, precision=kinds, rounded=rounded).data

    def contrast(self, population: str, by: str, more: object, less: object, share: str = "safe") -> pd.Series:
        """Difference ``more - less`` between two groups, with limits; raises ``LookupError`` if not compared."""
        data = self.table(f"contrasts_{population}")
        sizes = None if by == "wave" else self.rows(population, by)["n"]
        found = data[
            (data["by"] == by) & (data["share"] == share) & (data["a"] == str(more)) & (data["b"] == str(less))
        ]
        if found.empty:
            raise LookupError(f"{by}: {more} and {less} were not compared")
        if sizes is None:
            return found.iloc[0]
        ends = sizes.reindex([str(more), str(less)])
        if ends.isna().any():
            raise LookupError(f"{by}: {more} or {less} may not be shown")
        rules = settings.load_settings().disclosure_for(population)
        few = rounding.fewest(np.array([ends.min()], dtype=float), np.array([True]), rules.benchmark_rounding)
        return rounding.told_differences(found, [*few] * len(found), rules).iloc[0]

    def institutions(self, population: str) -> pd.DataFrame:
        """Institutions with enough respondents, last wave."""
        data = self.table(f"institutions_{population}")
        if "wave" in data:
            data = data[data["wave"] == self.wave]
        return data[data["n"] >= settings.load_settings().disclosure.minimum_respondents]

    def coordinators(self, question: str) -> pd.DataFrame:
        """Answers to one question for coordinators, by category; ``LookupError`` if there are none."""
        data = self.table("coordinators")
        data = data[(data["question"] == question) & data["share"].notna()]
        if data.empty:
            raise LookupError(f"nobody answered {question}")
        told = self._told(data, "coordinators", (), LIMITS)
        return told.set_index("category")

    def maturity(self) -> pd.DataFrame:
        """Changes of maturity, by subject; ``LookupError`` if nobody answered."""
        rows = self.table("maturity")
        rows = rows[(rows["moment"] == "verandering") & rows["mean"].notna()]
        if rows.empty:
            raise LookupError("no answers")
        return self._told(rows, "coordinators", (), {"low": MEAN, "high": MEAN})

    def least_safe(self) -> pd.DataFrame:
        """The quarter of institutions where staff feel least safe and all, by group; ``LookupError`` of too few."""
        found = self.table("least_safe").set_index("group")
        if not found["n"].min() >= settings.load_settings().disclosure.least_institutions:
            raise LookupError("too few institutions")
        return found

    def told(self, name: str) -> pd.DataFrame:
        """A table on the focus groups; ``LookupError`` if there were none."""
        data = self.table(name)
        if data.empty:
            raise LookupError("there were no focus groups")
        return data

    def model(self, population: str, name: str) -> pd.Series:
        """Summary of one multilevel model; raises ``LookupError`` if it could not be fitted."""
        data = self.table(f"models_{population}").set_index("model")
        if name not in data.index or pd.isna(data.loc[name, "variance"]):
            raise LookupError(f"model {name} of {population} was not fitted")
        return data.loc[name]

    def msv(self, population: str, column: str | None = None) -> pd.DataFrame:
        """Shares of the older survey for LHB respondents and others: those who feel safe, or a column of victims."""
        rows = tables.read_table(self.edition, f"{population}_msv")
        if column is None:
            found = statistics.shares(rows, by=["lhb"])
        else:
            found = statistics.proportion(rows, column, by=["lhb"]).rename(columns={"share": "safe"})
        table = f"{population}_msv"
        precision = LIMITS if column else {}
        named = found.assign(lhb=found["lhb"].map({True: "LHB", False: "other"}).astype(str))
        told = self._told(named, table, ("safe",), precision)
        if told["safe"].isna().any():
            raise LookupError(f"{table}: one of the groups may not be shown")
        return told.set_index("lhb")
