"""Worlds whose truth is known, drawn again and again: do intervals hold what they promise?

``python tests/simulate.py [replications]`` prints the table of docs/coverage.md. Every statistic gives its
coverage (in percent) at nominal 95, or a rate of false alarms at nominal 5.
"""

from __future__ import annotations

import sys
from collections.abc import Callable

import numpy as np
import pandas as pd
from scipy.special import expit

from helpers import groups, models, statistics, values
from helpers.chapters import differences
from helpers.models.effects import marginal

INSTITUTIONS = 58
SPREAD = 0.22
"""Standard deviation of institutions' effects (log odds), about that of the students' data."""


def answers(probability: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Five-point answers: 5 with the probability of feeling safe, else 2."""
    return np.where(rng.random(len(probability)) < probability, 5, 2)


def weights(size: int, rng: np.random.Generator) -> np.ndarray:
    return rng.lognormal(0, 0.3, size)


def sector(rng: np.random.Generator, gaps: dict[str, float] | None = None, mean: float = 100.0) -> pd.DataFrame:
    """Respondents in 58 institutions with effects, and groups a, b, … with the log odds in ``gaps``."""
    gaps = gaps or {"a": 0.0}
    sizes = rng.integers(int(mean * 0.3), int(mean * 1.7), INSTITUTIONS)
    place = np.repeat(np.arange(INSTITUTIONS), sizes)
    effect = rng.normal(0, SPREAD, INSTITUTIONS)
    group = rng.integers(0, len(gaps), len(place))
    odds = np.array(list(gaps.values()))[group]
    return pd.DataFrame(
        {
            "institution_id": np.char.add("i", np.char.zfill(place.astype(str), 2)),
            "group": pd.Categorical.from_codes(group, list(gaps)),
            "feels_safe": answers(expit(1.4 + odds + effect[place]), rng),
            "weight": weights(len(place), rng),
            "effect": effect[place],
        }
    )


def truth(odds: float = 0.0, spread: float = SPREAD) -> float:
    """Share safe over all institutions that might have been."""
    return float(marginal(np.array([1.4 + odds]), spread**2)[0][0])


def holds(low: float, high: float, value: float) -> bool:
    return bool(low <= value <= high)


def one_share(rng) -> dict[str, bool]:
    rows = pd.DataFrame({"feels_safe": answers(np.full(250, 0.81), rng), "weight": weights(250, rng)})
    row = statistics.shares(rows).iloc[0]
    return {"share, one institution (weights)": holds(row["safe_low"], row["safe_high"], 0.81)}


def small_share(rng) -> dict[str, bool]:
    rows = pd.DataFrame({"feels_safe": answers(np.full(12, 0.81), rng), "weight": weights(12, rng)})
    row = statistics.shares(rows).iloc[0]
    return {"share, 12 respondents (weights)": holds(row["safe_low"], row["safe_high"], 0.81)}


def own_against_other(rng) -> dict[str, bool]:
    first = pd.DataFrame({"feels_safe": answers(np.full(120, 0.85), rng), "weight": weights(120, rng)})
    second = pd.DataFrame({"feels_safe": answers(np.full(300, 0.78), rng), "weight": weights(300, rng)})
    gap = statistics.difference(statistics.shares(first).iloc[0], statistics.shares(second).iloc[0])
    return {"difference of two separate groups": holds(gap.low, gap.high, 0.07)}


def own_against_sector(rng) -> dict[str, bool]:
    """An institution without an effect of its own, beside the sector it is a part of."""
    rows = sector(rng)
    own = rows["institution_id"] == "i00"
    rows.loc[own, "feels_safe"] = answers(np.full(own.sum(), truth()), rng)
    first = statistics.shares(rows[own]).iloc[0]
    second = statistics.shares(rows, cluster="institution_id").iloc[0]
    gap = statistics.difference(first, second, part=first["n"] / second["n"])
    return {"institution less sector": holds(gap.low, gap.high, 0.0)}


def clustered(rng) -> dict[str, bool]:
    gaps = {"a": 0.0, "b": -0.3}
    rows = sector(rng, gaps)
    by_group = statistics.shares(rows, by=["group"], cluster="institution_id").set_index("group").loc["a"]
    pair = statistics.contrasts(rows, ["group"], cluster="institution_id").iloc[0]
    true = {name: truth(odds) for name, odds in gaps.items()}
    return {
        "share, sector (weights, clusters)": holds(by_group["safe_low"], by_group["safe_high"], true["a"]),
        "difference of two groups, sector": holds(pair["low"], pair["high"], true["a"] - true["b"]),
    }


def few_clusters(rng) -> dict[str, bool]:
    rows = sector(rng)
    rows = rows[rows["institution_id"] < "i06"]
    row = statistics.shares(rows, cluster="institution_id").iloc[0]
    return {"share, six institutions": holds(row["safe_low"], row["safe_high"], truth())}


def many_pairs(rng) -> dict[str, bool]:
    gaps = dict(zip("abcdef", (0.0, 0.1, -0.1, 0.2, 0.0, -0.3), strict=True))
    rows = sector(rng, gaps)
    true = {name: truth(odds) for name, odds in gaps.items()}
    pairs = statistics.contrasts(rows, ["group"], cluster="institution_id")
    inside = [holds(row.low, row.high, true[row.a] - true[row.b]) for row in pairs.itertuples()]
    return {"all 15 differences of six groups together": all(inside)}


def between(rng) -> dict[str, bool]:
    rows = sector(rng)
    regions = {f"i{place:02d}": "wozn"[place % 4] for place in range(INSTITUTIONS)}
    rows["region"] = rows["institution_id"].map(regions)
    pair = statistics.contrasts(rows[rows["region"].isin(list("wo"))], ["region"], cluster="institution_id").iloc[0]
    return {"difference of two regions": holds(pair["low"], pair["high"], 0.0)}


def a_mean(rng) -> dict[str, bool]:
    rows = sector(rng)
    rows["grade"] = 6.6 + 1.2 * rows["effect"] + rng.normal(0, 1.4, len(rows))
    row = statistics.means(rows, "grade", cluster="institution_id").iloc[0]
    return {"mean grade, sector": holds(row["low"], row["high"], 6.6)}


def over_waves(rng) -> dict[str, bool]:
    effect = rng.normal(0, SPREAD, INSTITUTIONS)
    parts = []
    for place, wave in enumerate((2016, 2018, 2020, 2022)):
        sizes = rng.integers(40, 160, INSTITUTIONS)
        where = np.repeat(np.arange(INSTITUTIONS), sizes)
        chance = np.clip(expit(1.3 + effect[where]) + 0.01 * place, 0, 1)
        parts.append(
            pd.DataFrame(
                {
                    "wave": wave,
                    "institution_id": where,
                    "feels_safe": answers(chance, rng),
                    "weight": weights(len(where), rng),
                }
            )
        )
    line = statistics.trend(pd.concat(parts, ignore_index=True), cluster="institution_id")
    return {"change a year over four waves": holds(line.low, line.high, 0.005)}


def a_correlation(rng) -> dict[str, bool]:
    x = rng.normal(0, 1, INSTITUTIONS)
    y = 0.6 * x + np.sqrt(1 - 0.36) * rng.normal(0, 1, INSTITUTIONS)
    found = statistics.correlation(x, y, np.geomspace(100, 1000, INSTITUTIONS))
    return {"correlation over institutions": holds(found.low, found.high, 0.6)}


def no_groups(rng) -> dict[str, bool]:
    """A world in which groups do not differ: does the report say that they do?"""
    rows = sector(rng, dict.fromkeys("abcdef", 0.0))
    shown = groups.shares_by(rows, "group", "institution_id").assign(hidden="", label=lambda found: found["category"])
    pairs = groups.contrasts_by(rows, "group", "institution_id", 10)
    _, _, gap = differences.told_pair(differences.compared(shown), pairs)
    clear = values.Difference(gap["difference"], gap["low"], gap["high"]).clear
    return {"FALSE ALARM: sentence that six equal groups differ": clear}


def no_change(rng) -> dict[str, bool]:
    rows = sector(rng, dict.fromkeys("abcd", 0.0))
    p = statistics.omnibus(rows, ["group"], cluster="institution_id")
    return {"FALSE ALARM: test of four equal groups": p < 0.05}


def a_model(rng) -> dict[str, bool]:
    """The composition model with a characteristic of institutions, where one group and the characteristic matter."""
    large = np.arange(INSTITUTIONS) % 2
    sizes = rng.integers(60, 340, INSTITUTIONS)
    place = np.repeat(np.arange(INSTITUTIONS), sizes)
    effect = rng.normal(0, SPREAD, INSTITUTIONS)
    mix = rng.beta(4, 4, INSTITUTIONS)
    female = rng.random(len(place)) < mix[place]
    linear = 1.4 - 0.3 * female - 0.15 * large[place]
    rows = pd.DataFrame(
        {
            "institution_id": np.char.add("i", np.char.zfill(place.astype(str), 2)),
            "gender": pd.Categorical.from_codes(female.astype(int), ["male", "female"]),
            "size": pd.Categorical.from_codes(large[place], ["small", "large"]),
            "feels_safe": answers(expit(linear + effect[place]), rng),
            "weight": weights(len(place), rng),
        }
    )
    result = models.fit(rows, ("gender", "size"), between=("size",))
    terms = result.terms.set_index("term")
    first, second = (marginal(1.4 - 0.3 * value - 0.15 * large[place], SPREAD**2)[0].mean() for value in (0, 1))
    variance = result.components.loc["institution"]
    odds = terms[["low", "high"]]
    outcome = models.expected(rows, ("gender", "size"), result)
    shares = pd.DataFrame({"own": expit(linear + effect[place]), "id": rows["institution_id"], "w": rows["weight"]})
    own = (shares["own"] * shares["w"]).groupby(shares["id"]).sum() / shares["w"].groupby(shares["id"]).sum()
    third = outcome.iloc[3]
    limits = [np.nan_to_num(variance["low"], nan=0.0), np.nan_to_num(variance["high"], nan=np.inf)]
    return {
        "model: odds ratio of a characteristic of respondents": holds(*odds.loc["gender"], np.exp(-0.3)),
        "model: odds ratio of a characteristic of institutions": holds(*odds.loc["size"], np.exp(-0.15)),
        "model: average difference in percentage points": holds(
            *terms.loc["gender", ["points_low", "points_high"]], second - first
        ),
        "model: variance between institutions": holds(*limits, SPREAD**2),
        "model: shrunken share of an institution": holds(
            third["shrunken_low"], third["shrunken_high"], own[third["institution_id"]]
        ),
    }


def all_as_expected(rng) -> dict[str, bool]:
    """Institutions that differ in composition only: is one said to lie above or below what is expected?"""
    place = np.repeat(np.arange(INSTITUTIONS), rng.integers(60, 340, INSTITUTIONS))
    female = rng.random(len(place)) < rng.beta(4, 4, INSTITUTIONS)[place]
    rows = pd.DataFrame(
        {
            "institution_id": np.char.add("i", np.char.zfill(place.astype(str), 2)),
            "gender": pd.Categorical.from_codes(female.astype(int), ["male", "female"]),
            "feels_safe": answers(expit(1.4 - 0.4 * female), rng),
            "weight": weights(len(place), rng),
        }
    )
    outcome = models.expected(rows, ("gender",), models.fit(rows, ("gender",)))
    row = outcome.iloc[7]
    ALL_EXCESS.append(float(outcome["excess"].mean()))
    return {"FALSE ALARM: institution above or below expected": not holds(row["excess_low"], row["excess_high"], 0.0)}


ALL_EXCESS: list[float] = []
"""Mean of observed less expected over institutions, one a replication: an expectation without bias gives zero."""

CHEAP: tuple[Callable, ...] = (
    one_share, small_share, own_against_other, own_against_sector, clustered, few_clusters, many_pairs, between, a_mean,
    over_waves, a_correlation, no_groups, no_change,
)  # fmt: skip
MODELS: tuple[Callable, ...] = (a_model, all_as_expected)


def simulate(worlds: tuple[Callable, ...], replications: int, seed: int = 20231120) -> pd.Series:
    """Share of replications in which each statistic's interval holds the truth (or alarms), in percent."""
    found: dict[str, list[bool]] = {}
    for number, world in enumerate(worlds):
        for replication in range(replications):
            for name, result in world(np.random.default_rng([seed, number, replication])).items():
                found.setdefault(name, []).append(result)
    return pd.Series({name: 100 * float(np.mean(results)) for name, results in found.items()})


def main() -> None:
    """Print the table as Markdown."""
    replications = int(sys.argv[1]) if len(sys.argv) > 1 else 1000
    table = simulate((*CHEAP, *MODELS), replications)
    print(f"| statistic | of {replications:,} replications (%) |\n|---|---:|")
    for name, value in table.items():
        print(f"| {name} | {value:.1f} |")
    print(f"| observed less expected, mean over institutions (percentage points) | {100 * np.mean(ALL_EXCESS):.3f} |")


if __name__ == "__main__":
    main()
