"""Students and staff: benchmarks by characteristic, institutions' shares, and the multilevel models."""

from __future__ import annotations

import pandas as pd

from helpers import groups, models, settings, statistics, tables

PREDICTORS = {
    "students": ("gender", "level_track", "age_group", "disability"),
    "staff": ("gender", "age_group", "role", "student_contact"),
}
"""Composition: characteristics of respondents that an institution does not choose."""

GRADES = {
    "students": ("satisfaction_programme", "satisfaction_institution"),
    "staff": ("satisfaction",),
}
NAMES = {
    "roc": "roc's",
    "aoc": "aoc's",
    "vakinstelling": "vakinstellingen",
    "<5000": "minder dan 5.000 studenten",
    "5000-15000": "5.000 tot 15.000 studenten",
    ">15000": "meer dan 15.000 studenten",
}


def students(edition: str) -> dict[str, pd.DataFrame]:
    """Benchmarks, institutions, comparable groups and models of students, over all waves."""
    about = settings.load_edition(edition)
    rows = groups.add_groups(tables.read_table(edition, "students"))
    register = tables.read_table(edition, "institutions")
    comparable = comparable_groups(register, rows)
    waves = {int(wave): part.reset_index(drop=True) for wave, part in rows.groupby("wave", observed=True)}
    benchmarks = [benchmark(part, comparable, "students").assign(wave=wave) for wave, part in waves.items()]
    latest = waves.get(max(about.waves), rows.iloc[:0])
    fitted, terms, expected = fit_models(latest, "students")
    by_wave = [institutions(part, register, "students").assign(wave=wave) for wave, part in waves.items()]
    observed = pd.concat(by_wave, ignore_index=True)
    now = observed["wave"] == max(about.waves)
    observed = _with_expected(observed, expected, now)
    return {
        "benchmarks_students": pd.concat(benchmarks, ignore_index=True),
        "institutions_students": observed,
        "comparable": comparable,
        "models_students": fitted,
        "terms_students": terms,
    }


def staff(edition: str) -> dict[str, pd.DataFrame]:
    """Benchmarks, institutions and models of staff."""
    rows = groups.add_groups(tables.read_table(edition, "staff"))
    register = tables.read_table(edition, "institutions")
    comparable = comparable_groups(register, groups.add_groups(tables.read_table(edition, "students")))
    fitted, terms, expected = fit_models(rows, "staff")
    observed = institutions(rows, register, "staff")
    return {
        "benchmarks_staff": benchmark(rows, comparable, "staff"),
        "institutions_staff": _with_expected(observed, expected, pd.Series(True, index=observed.index)),
        "models_staff": fitted,
        "terms_staff": terms,
    }


def comparable_groups(register: pd.DataFrame, students: pd.DataFrame) -> pd.DataFrame:
    """The group with which each institution is compared.

    Same kind and size; where that leaves too few *other* institutions with respondents, same size; else none.
    Columns: institution_id, group (NA: none), label, n_institutions (the institution itself included),
    kind, size_class.
    """
    least = settings.load_settings().disclosure.minimum_benchmark_institutions
    present = set(students["institution_id"].unique())
    register = register.assign(
        narrow=register["kind"].astype(str) + "|" + register["size_class"].astype(str),
        wide="*|" + register["size_class"].astype(str),
    )
    counts = {
        column: register[register["institution_id"].isin(present)].groupby(column).size()
        for column in ("narrow", "wide")
    }
    found: list[tuple] = []
    for row in register.itertuples():
        group, size = None, None
        for column in ("narrow", "wide"):
            name = getattr(row, column)
            others = int(counts[column].get(name, 0)) - (row.institution_id in present)
            if others >= least:
                group, size = name, int(counts[column][name])
                break
        found.append((row.institution_id, group, _group_label(group), size))
    frame = pd.DataFrame(found, columns=["institution_id", "group", "label", "n_institutions"])
    frame = frame.assign(kind=register["kind"].to_numpy(), size_class=register["size_class"].to_numpy())
    return frame.astype({"group": "string", "label": "string", "n_institutions": "Int32"})


def _group_label(group: str | None) -> str | None:
    if group is None:
        return None
    kind, size = group.split("|")
    return f"{'instellingen' if kind == '*' else NAMES[kind]} met {NAMES[size]}"


def benchmark(rows: pd.DataFrame, comparable: pd.DataFrame, population: str) -> pd.DataFrame:
    """Shares by every characteristic for the sector and for each comparable group.

    Columns: scope (``sector`` or ``comparable:<group>``), by, category, n_institutions and those of
    :func:`helpers.statistics.shares`.
    """
    parts = [_all_shares(rows, population).assign(scope="sector")]
    for group, members in group_members(comparable).items():
        part = rows[rows["institution_id"].isin(members)]
        parts.append(_all_shares(part, population).assign(scope=f"comparable:{group}"))
    return pd.concat(parts, ignore_index=True)


def group_members(comparable: pd.DataFrame) -> dict[str, set[str]]:
    """Members of each comparable group that is in use, by the groups' own definition."""
    kinds = comparable["kind"].astype(str) + "|" + comparable["size_class"].astype(str)
    sizes = "*|" + comparable["size_class"].astype(str)
    return {
        group: set(comparable["institution_id"][(sizes if group.startswith("*") else kinds) == group])
        for group in sorted(comparable["group"].dropna().unique())
    }


def _all_shares(rows: pd.DataFrame, population: str) -> pd.DataFrame:
    parts = [statistics.shares(rows).assign(by="total", category="total")]
    for by in groups.CHARACTERISTICS[population]:
        shares = statistics.shares(rows, by=[by])
        parts.append(shares.assign(by=by, category=shares[by].astype(str)).drop(columns=[by]))
    return pd.concat(parts, ignore_index=True).assign(n_institutions=rows["institution_id"].nunique())


def institutions(rows: pd.DataFrame, register: pd.DataFrame, population: str) -> pd.DataFrame:
    """One row an institution of the register: respondents, share safe and unsafe, mean grades."""
    names = register["institution_id"].astype(str)
    coded = rows.assign(
        institution_id=pd.Categorical(rows["institution_id"].astype(object), categories=list(names), ordered=True)
    )
    shares = statistics.shares(coded, by=["institution_id"]).rename(columns={"safe_low": "low", "safe_high": "high"})
    for grade in GRADES[population]:
        shares[grade] = statistics.means(coded, grade, by=["institution_id"])["mean"].to_numpy()
    shares["institution_id"] = shares["institution_id"].astype("string")
    kept = ["institution_id", "n", "n_effective", "safe", "low", "high", "unsafe", *GRADES[population]]
    about = register[["institution_id", "kind", "region", "size_class", "n_students", "share_non_western"]]
    return about.merge(shares[kept], on="institution_id", how="left")


def least_safe_institutions(data: pd.DataFrame) -> pd.DataFrame:
    """The quarter of institutions with the lowest share safe beside all: columns group, n, west, large, satisfaction.

    ``west`` and ``large`` are shares of institutions, ``satisfaction`` a mean of institutions' means.
    """
    data = data.dropna(subset=["safe"]).sort_values("safe")
    groups = {"least safe": data.head(max(1, len(data) // 4)), "all": data}
    return pd.DataFrame(
        {
            "group": name,
            "n": len(part),
            "west": (part["region"] == "west").mean(),
            "large": (part["size_class"] == ">15000").mean(),
            "satisfaction": part["satisfaction"].mean(),
        }
        for name, part in groups.items()
    ).set_index("group")


def fit_models(rows: pd.DataFrame, population: str) -> tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame]:
    """Null and composition model on the same complete rows.

    Returns
    -------
    summary
        population, model, variance, icc, mor, pcv, n, n_dropped, n_institutions, message; a model that the
        data do not allow has a message and no figures.
    terms
        population, model and the columns of :class:`helpers.models.ModelResult`'s terms.
    expected
        As :func:`helpers.models.expected`; empty without a composition model.
    """
    predictors = PREDICTORS[population]
    summary, terms = [], []
    expected = pd.DataFrame(columns=["institution_id", "n_model", "expected", "shrunken"])
    null_variance = None
    for name, chosen in (("null", ()), ("composition", predictors)):
        try:
            result = models.fit(rows, chosen, complete_for=predictors)
        except models.ModelRefused as refusal:
            summary.append({"population": population, "model": name, "message": str(refusal)})
            continue
        null_variance = result.variance if name == "null" else null_variance
        explained = 1 - result.variance / null_variance if name != "null" and null_variance else None
        summary.append(
            {
                "population": population,
                "model": name,
                "variance": result.variance,
                "icc": result.icc,
                "mor": result.median_odds_ratio,
                "pcv": explained,
                "n": result.n,
                "n_dropped": result.n_dropped,
                "n_institutions": result.n_institutions,
                "message": result.message,
            }
        )
        terms.append(result.terms.assign(population=population, model=name))
        if name == "composition":
            expected = models.expected(rows, predictors, result)
    return _summary(summary), _concat(terms), expected


def _summary(found: list[dict]) -> pd.DataFrame:
    numbers = ["variance", "icc", "mor", "pcv", "n", "n_dropped", "n_institutions"]
    columns = ["population", "model", *numbers, "message"]
    return pd.DataFrame(found, columns=columns).astype(dict.fromkeys(numbers, "float64"))


def _concat(terms: list[pd.DataFrame]) -> pd.DataFrame:
    columns = ["population", "model", "term", "category", "estimate", "se", "p", "odds_ratio", "low", "high"]
    filled = [part for part in terms if len(part)]
    frame = pd.concat(filled, ignore_index=True) if filled else pd.DataFrame(columns=columns)
    return frame[columns].astype(dict.fromkeys(columns[4:], "float64"))


def _with_expected(observed: pd.DataFrame, expected: pd.DataFrame, rows: pd.Series) -> pd.DataFrame:
    """Expected and shrunken shares for the rows of the wave that was modelled; missing elsewhere."""
    expected = expected.assign(institution_id=expected["institution_id"].astype("string"))
    merged = observed.merge(expected, on="institution_id", how="left")
    for column in ("n_model", "expected", "shrunken"):
        merged[column] = merged[column].astype("float64").where(rows.to_numpy())
    return merged
