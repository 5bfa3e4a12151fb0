"""All multilevel models of an edition on counts, against plain glmer on rows, in one run.

``python benchmarks/bench_models.py [edition] [share]``: the models that the analyse stage fits (students, staff), once
through :mod:`helpers.models` and once by lme4's ``glmer`` with its defaults on one row a respondent, through the same
pymer4. Prints both times, their ratio and how far estimates differ. ``share`` of the respondents (1 by default; all of
them take about half an hour on rows). The edition must have been prepared: ``make prepare EDITION=nation``.
"""

import sys
import time

import numpy as np
import pandas as pd

from helpers import models, settings
from helpers.analyse import populations
from helpers.models import specification


def respondents(edition: str, population: str, share: float) -> pd.DataFrame:
    rows, _ = populations.read(edition, population)
    if "wave" in rows:
        rows = rows[rows["wave"] == max(settings.load_edition(edition).waves)]
    needed = [*specification.COMPOSITION[population], *specification.SATISFACTION[population], "feels_safe"]
    return rows.dropna(subset=needed).sample(frac=share, random_state=1).reset_index(drop=True)


def jobs(population: str) -> list[tuple[str, tuple[str, ...], str | None]]:
    every = [(name, specification.predictors(population, name), None) for name in specification.MODELS]
    return [*every, *([("programme", (), "programme")] if population == "students" else [])]


def on_rows(rows: pd.DataFrame, predictors: tuple[str, ...], within: str | None) -> tuple[dict, float, float]:
    """The naive way: coefficients by R's name, the standard deviation of institutions, and seconds."""
    from pymer4.models import Lmer

    coded = pd.DataFrame({"institution_id": rows["institution_id"].astype(str)})
    coded["safe"] = (rows["feels_safe"] >= 4).astype(int)
    for name in predictors:
        column = rows[name]
        if pd.api.types.is_float_dtype(column):
            coded[name] = column
            continue
        order = models.counts.levels_of(column, column.astype(str))
        coded[name] = column.astype(str).map({code: f"{place:02d}" for place, code in enumerate(order)})
    random = "(1|institution_id)"
    if within:
        coded["unit"] = coded["institution_id"] + ":" + rows[within].astype(str)
        random += " + (1|unit)"
    formula = f"safe ~ {' + '.join([*(predictors or ['1']), random])}"
    start = time.perf_counter()
    model = Lmer(formula, data=coded, family="binomial")
    table = model.fit(summarize=False, no_warnings=True)
    table = model.coefs if table is None else table
    seconds = time.perf_counter() - start
    variance = float(model.ranef_var.loc["institution_id", "Var"])
    return table["Estimate"].to_dict(), float(np.sqrt(variance)), seconds


def on_counts(rows: pd.DataFrame, predictors: tuple[str, ...], within: str | None) -> tuple[dict, float, float]:
    start = time.perf_counter()
    result = models.fit(rows, predictors, between=specification.INSTITUTION, within=within)
    seconds = time.perf_counter() - start
    levels = {name: models.counts.levels_of(rows[name], rows[name].astype(str)) for name in predictors}
    named = {
        ("(Intercept)" if term == "" else term if code == "" else f"{term}{levels[term].index(code):02d}"): value
        for (term, code), value in result.coefficients.items()
    }
    return named, float(np.sqrt(result.variance)), seconds


def main() -> None:
    """Time both and compare."""
    edition = sys.argv[1] if len(sys.argv) > 1 else "nation"
    share = float(sys.argv[2]) if len(sys.argv) > 2 else 1.0
    warm = respondents(edition, "staff", 0.05)
    models.fit(warm, ("gender",))  # R is started outside the measurement
    total = {"counts": 0.0, "rows": 0.0}
    print("| population | model | respondents | rows (s) | counts (s) | ratio | largest difference |")
    print("|---|---|---:|---:|---:|---:|---:|")
    for population in ("students", "staff"):
        rows = respondents(edition, population, share)
        for name, predictors, within in jobs(population):
            ours, own, counts = on_counts(rows, predictors, within)
            naive, theirs, rowwise = on_rows(rows, predictors, within)
            gap = max([abs(own - theirs), *(abs(ours[key] - naive[key]) for key in ours)])
            total["counts"] += counts
            total["rows"] += rowwise
            print(
                f"| {population} | {name} | {len(rows):,} | {rowwise:.1f} | {counts:.2f} | {rowwise / counts:.0f} "
                f"| {gap:.1e} |",
                flush=True,
            )
    print(
        f"\nall together: {total['rows'] / total['counts']:.1f} times faster ({total['rows']:.0f} s, "
        f"{total['counts']:.1f} s)"
    )


if __name__ == "__main__":
    main()
