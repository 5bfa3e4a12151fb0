"""What a chapter may read of its unit, and where what it publishes goes."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

import pandas as pd

from helpers import dutch, paths, reads, settings, tables
from helpers.configuration import nearest
from helpers.errors import MonitorError
from helpers.sources import load_sources


@dataclass
class Report:
    """One chapter for one unit.

    Parameters
    ----------
    edition, unit, wave
        The notebook's parameters: edition, ``"sector"`` or a BRIN code, year of measurement.
    chapter
        The notebook's name without suffix.
    """

    edition: str
    unit: str
    wave: int
    chapter: str
    _tables: dict[str, pd.DataFrame] = field(default_factory=dict)

    def __post_init__(self) -> None:
        reads.watch()
        folder = os.environ.get(paths.UNIT_FOLDER)
        if folder and Path(folder).name != self.unit and Path(folder).parent.name == "units":
            raise MonitorError(
                f"Chapter {self.chapter} opens the report of '{self.unit}' while it runs for '{Path(folder).name}'. "
                "Use the notebook's parameter: Report(…, unit=unit)."
            )
        if self.wave not in self.about.waves:
            raise MonitorError(
                f"Chapter {self.chapter}: wave {self.wave} is not in edition '{self.edition}', "
                f"which has {dutch.enumerate_words(map(str, self.about.waves))}."
            )
        if not self.is_sector and self.unit not in set(self.institutions["institution_id"]):
            raise MonitorError(
                f"Chapter {self.chapter}: there is no institution '{self.unit}' in the register of "
                f"edition '{self.edition}'. Check the code in the register, or the parameter `unit`."
            )

    @property
    def is_sector(self) -> bool:
        """Whether this is the sector report."""
        return self.unit == settings.SECTOR

    @cached_property
    def about(self) -> settings.Edition:
        """The edition's settings."""
        return settings.load_edition(self.edition)

    @cached_property
    def settings(self) -> settings.Settings:
        """The settings that all editions share."""
        return settings.load_settings()

    @cached_property
    def institutions(self) -> pd.DataFrame:
        """The whole register."""
        return tables.read_table(self.edition, "institutions")

    @cached_property
    def institution(self) -> pd.Series:
        """The unit's own row of the register (institution reports only)."""
        rows = self.institutions
        return rows[rows["institution_id"] == self.unit].iloc[0]

    @property
    def folder(self) -> Path:
        """Where the chapter's files go."""
        given = os.environ.get(paths.UNIT_FOLDER)
        return Path(given) if given else self.about.paths.outputs / "drafts" / self.unit

    def left_out(self, table: str) -> str | None:
        """Why the edition goes without every source of a table: their titles with the reasons; else ``None``."""
        sources = [source for source in load_sources() if source.table == table]
        if not sources:
            known = sorted({source.table for source in load_sources()})
            told = (f"There is no '{table}' to tell of.", nearest(table, known), f"There are: {', '.join(known)}.")
            raise MonitorError(" ".join(filter(None, told)))
        reasons = {source.title: self.about.left_out(source.source) for source in sources}
        if None in reasons.values():
            return None
        return "; ".join(f"{title}: {reason}" for title, reason in reasons.items()).rstrip(".")

    def rows(self, table: str) -> pd.DataFrame:
        """The unit's own respondents (for the sector: all)."""
        return self._once(f"rows of {table}", lambda: tables.read_table(self.edition, table, unit=self.unit))

    def sector_rows(self, table: str) -> pd.DataFrame:
        """A table without institutions, whole: the older survey, the same for every unit."""
        return tables.read_table(self.edition, table)

    def analysis(self, name: str) -> pd.DataFrame:
        """A table of the analyse stage."""
        return self._once(name, lambda: tables.read_analysis(self.edition, name))

    def _once(self, name: str, read: Callable[[], pd.DataFrame]) -> pd.DataFrame:
        """A table that is read at its first use; sections share it and change copies only."""
        if name not in self._tables:
            self._tables[name] = read()
        return self._tables[name]
