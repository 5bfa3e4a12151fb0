"""Parquet."""

from __future__ import annotations

from pathlib import Path

import pyarrow.parquet as pq

from helpers.ingest.account import Parts
from helpers.ingest.crosswalks import Crosswalk
from helpers.ingest.readers.delivered import Delivered


def read(path: Path, name: str, crosswalk: Crosswalk | None) -> Delivered:
    """The table; dictionary columns as their words."""
    table = pq.read_table(path, page_checksum_verification=True, use_threads=False)
    frame = table.to_pandas(strings_to_categorical=False, use_threads=False)
    for column in frame.columns:
        if str(frame[column].dtype) == "category":
            frame[column] = frame[column].astype(object)
    frame.columns = [str(column) for column in frame.columns]
    about = pq.read_metadata(path)
    parts = (Parts("rijen", about.num_rows, len(frame)), Parts("kolommen", len(about.schema.names), frame.shape[1]))
    return Delivered(frame=frame.reset_index(drop=True), facts=("Parquet",), parts=parts)
