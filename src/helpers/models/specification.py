"""Which multilevel models an edition has, of which predictors, and what its tables of them hold.

Whoever tells of the models reads this; only :mod:`helpers.analyse.multilevel` fits them.
"""

from __future__ import annotations

COMPOSITION = {
    "students": ("gender", "level_track", "age_group", "disability"),
    "staff": ("gender", "age_group", "role", "student_contact"),
}
"""Characteristics of respondents that an institution does not choose."""

SATISFACTION = {"students": ("grade_mean",), "staff": ("grade_work", "joy_group", "energy_group")}
INSTITUTION = ("size_class", "region", "kind", "non_western")
MODELS = ("null", "composition", "satisfaction", "institution")
"""The models that all populations have; students also have ``programme``."""

NUMBERS = [
    "variance", "variance_low", "variance_high", "programme_variance", "icc", "icc_low", "icc_high", "mor", "pcv", "n",
    "n_dropped", "n_institutions", "n_programmes",
]  # fmt: skip
SUMMARY = ["population", "model", *NUMBERS, "singular", "converged", "message", "notes"]
TERM_NUMBERS = ["n", "estimate", "se", "p", "odds_ratio", "low", "high", "points", "points_low", "points_high"]
TERMS = ["population", "model", "term", "category", "reference", *TERM_NUMBERS]
LINEAR = ["term", "category", "estimate", "se", "low", "high", "logistic", "linear", "icc", "message"]


def predictors(population: str, model: str) -> tuple[str, ...]:
    """Predictors of one of :data:`MODELS`."""
    composition = COMPOSITION[population]
    return {
        "null": (),
        "composition": composition,
        "satisfaction": (*composition, *SATISFACTION[population]),
        "institution": (*composition, *INSTITUTION),
    }[model]
