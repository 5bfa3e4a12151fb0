"""Analyse: what is the same for every report, computed once per edition.

Each part writes the tables named in :data:`PARTS` into ``outputs/<edition>/analysis``.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path

import pandas as pd

from helpers import codebook, files, findings, paths, reads
from helpers.analyse import conversations, multilevel, policy, populations

_MODELS = ("models", "terms", "linear", "expected")

PARTS: dict[str, tuple[str, ...]] = {
    "students": (
        "benchmarks_students",
        "contrasts_students",
        "tests_students",
        "trend_students",
        "institutions_students",
        "comparable",
        "protection_students",
    ),
    "staff": (
        "benchmarks_staff",
        "contrasts_staff",
        "tests_staff",
        "institutions_staff",
        "least_safe",
        "protection_staff",
    ),
    "models_students": tuple(f"{name}_students" for name in _MODELS),
    "models_staff": tuple(f"{name}_staff" for name in _MODELS),
    "policy": (
        "coordinators",
        "agreement",
        "maturity",
        "registration",
        "comparability",
        "incident_rates",
        "incident_reference",
    ),
    "conversations": ("fragments", "fragment_codes", "quotes", "quotes_record"),
    "documentation": ("codebook", "breaks"),
    "findings": ("findings",),
}
"""Analysis tables by part; one part is one job of the workflow."""

_COMPUTE: dict[str, Callable[[str], dict[str, pd.DataFrame]]] = {
    "students": populations.students,
    "staff": populations.staff,
    "models_students": partial(multilevel.compute, population="students"),
    "models_staff": partial(multilevel.compute, population="staff"),
    "policy": policy.compute,
    "conversations": conversations.compute,
    "documentation": codebook.compute,
    "findings": findings.compute,
}


def module_of(part: str) -> str:
    """Name of the module that computes a part."""
    compute = _COMPUTE[part]
    return getattr(compute, "func", compute).__module__


def record_path(edition: str, part: str) -> Path:
    """Where it stands which files a part read, the last time."""
    return paths.EditionPaths(edition).analysis / f"{part}.reads.json"


def analyse(edition: str, part: str) -> None:
    """Compute one part and write its tables, and the record of what it read."""
    with reads.recording(record_path(edition, part)):
        results = _COMPUTE[part](edition)
    folder = paths.EditionPaths(edition).analysis
    for name in PARTS[part]:
        files.write_parquet(folder / f"{name}.parquet", results[name])
