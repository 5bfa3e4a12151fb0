"""The multilevel model on counts against the same model on rows, in one run.

``python benchmarks/bench_models.py [rows]``; prints both times, their ratio and how far the estimates differ.
"""

import sys
import time

import numpy as np
import pandas as pd
from scipy.special import expit

from helpers import models

PREDICTORS = ("gender", "level_track", "age_group", "disability")


def respondents(size: int) -> pd.DataFrame:
    """Rows like those of the student survey, with known effects."""
    rng = np.random.default_rng(20231120)
    institution = rng.integers(0, 58, size)
    gender, age = rng.integers(0, 2, size), rng.integers(0, 4, size)
    level, disability = rng.integers(0, 8, size), rng.integers(0, 2, size)
    effect = rng.normal(0, 0.25, 58)[institution]
    eta = 1.4 - 0.3 * gender + 0.1 * age + 0.05 * level - 0.3 * disability + effect
    return pd.DataFrame(
        {
            "institution_id": pd.Series(institution).map("90{:02d}".format),
            "gender": pd.Categorical.from_codes(gender, ["male", "female"]),
            "age_group": pd.Categorical.from_codes(age, ["<18", "18-20", "21-23", "24+"]),
            "level_track": pd.Categorical.from_codes(level, [f"{n} {t}" for t in ("bol", "bbl") for n in "1234"]),
            "disability": pd.Categorical.from_codes(disability, ["False", "True"]),
            "feels_safe": pd.array(np.where(rng.random(size) < expit(eta), 5, 2), dtype="Int32"),
        }
    )


def on_rows(rows: pd.DataFrame) -> pd.Series:
    """The naive way: lme4 on one row a respondent."""
    from pymer4.models import Lmer

    coded = rows.assign(safe=(rows["feels_safe"] >= 4).astype(int))
    for name in PREDICTORS:
        coded[name] = [f"{code:02d}" for code in rows[name].cat.codes]
    model = Lmer(f"safe ~ {' + '.join(PREDICTORS)} + (1|institution_id)", data=coded, family="binomial")
    table = model.fit(summarize=False)
    return (model.coefs if table is None else table)["Estimate"]


def main() -> None:
    """Time both and compare."""
    size = int(sys.argv[1]) if len(sys.argv) > 1 else 40_000
    rows = respondents(size)
    models.fit(rows.head(2000), ("gender",))  # R is started outside the measurement
    start = time.perf_counter()
    result = models.fit(rows, PREDICTORS)
    counts = time.perf_counter() - start
    start = time.perf_counter()
    naive = on_rows(rows)
    rowwise = time.perf_counter() - start
    ours = [result.coefficients["(Intercept)"], *result.terms["estimate"]]
    print(f"{size} rows: counts {counts:.1f} s, rows {rowwise:.1f} s, ratio {rowwise / counts:.1f}")
    print(f"largest difference of an estimate: {np.abs(np.array(ours) - naive.to_numpy()).max():.1e}")


if __name__ == "__main__":
    main()
