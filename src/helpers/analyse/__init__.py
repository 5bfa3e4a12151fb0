"""Analyse: what is the same for every report, computed once per edition.

Each part writes the tables named in :data:`PARTS` into ``outputs/<edition>/analysis``.
"""

from __future__ import annotations

from collections.abc import Callable

import pandas as pd

from helpers import codebook, paths, tables
from helpers.analyse import conversations, policy, populations

PARTS: dict[str, tuple[str, ...]] = {
    "students": ("benchmarks_students", "institutions_students", "comparable", "models_students", "terms_students"),
    "staff": ("benchmarks_staff", "institutions_staff", "models_staff", "terms_staff"),
    "policy": (
        "coordinators",
        "maturity",
        "registration",
        "comparability",
        "incident_rates",
        "incident_reference",
    ),
    "conversations": ("fragments", "fragment_codes", "quotes"),
    "documentation": ("codebook", "breaks"),
}
"""Analysis tables by part; one part is one job of the workflow."""

_COMPUTE: dict[str, Callable[[str], dict[str, pd.DataFrame]]] = {
    "students": populations.students,
    "staff": populations.staff,
    "policy": policy.compute,
    "conversations": conversations.compute,
    "documentation": codebook.compute,
}


def analyse(edition: str, part: str) -> None:
    """Compute one part and write its tables."""
    results = _COMPUTE[part](edition)
    folder = paths.EditionPaths(edition).analysis
    for name in PARTS[part]:
        tables.write(results[name], folder / f"{name}.parquet")
