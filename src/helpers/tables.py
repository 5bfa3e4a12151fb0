"""Reading and writing canonical and analysis tables (Parquet, the same bytes for the same content)."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from helpers import paths, schema
from helpers.errors import MonitorError
from helpers.files import write_parquet
from helpers.sources import load_sources

SECTOR = "sector"
OWN_TABLES = ("students", "staff", "coordinators", "incidents")
"""Tables of which every institution gets a slice with only its own rows."""


def source_files(edition: str, table: str) -> list[Path]:
    """Parquet files, one a source, that make up a canonical table."""
    data = paths.EditionPaths(edition).data
    return [data / f"{source.source}.parquet" for source in load_sources() if source.table == table]


def read_table(edition: str, table: str, unit: str = SECTOR, columns: list[str] | None = None) -> pd.DataFrame:
    """A canonical table: all rows for ``unit="sector"``, an institution's own rows for a BRIN code.

    Raises :class:`MonitorError` if the edition has not been prepared.
    """
    if table not in schema.TABLES:
        raise MonitorError(f"There is no canonical table '{table}'; there are: {', '.join(schema.TABLES)}.")
    if unit == SECTOR:
        files = source_files(edition, table)
    else:
        files = [paths.EditionPaths(edition).unit(unit) / "data" / f"{table}.parquet"]
    parts = [_read(path, edition, columns) for path in files]
    parts = [part for part in parts if len(part)] or parts[:1]  # a source that is left out has no rows
    return parts[0] if len(parts) == 1 else pd.concat(parts, ignore_index=True)


def read_analysis(edition: str, name: str) -> pd.DataFrame:
    """A table of the analyse stage; raises :class:`MonitorError` if the edition has not been prepared."""
    return _read(paths.EditionPaths(edition).analysis / f"{name}.parquet", edition, None)


def _read(path: Path, edition: str, columns: list[str] | None) -> pd.DataFrame:
    if not path.is_file():
        raise MonitorError(
            f"{path} is not there yet: run `make prepare EDITION={edition}` (or `make report EDITION={edition}`) first."
        )
    return pd.read_parquet(path, columns=columns)


def slice_path(edition: str, unit: str, table: str) -> Path:
    """Where an institution's own rows of a table are."""
    return paths.EditionPaths(edition).unit(unit) / "data" / f"{table}.parquet"


def write_slices(edition: str, table: str, units: list[str]) -> None:
    """Write every institution's own rows of a table; institutions without rows get an empty table."""
    rows = read_table(edition, table)
    order = rows["institution_id"].to_numpy(dtype=object)
    groups = rows.groupby(order, sort=False, dropna=True).indices
    for unit in units:
        own = rows.iloc[groups[unit]] if unit in groups else rows.iloc[:0]
        write_parquet(slice_path(edition, unit, table), own.reset_index(drop=True))
