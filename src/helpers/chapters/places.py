"""Differences between institutions: the sector's spread without names, and a unit's own place."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

import pandas as pd

from helpers import dutch, figures, groups, statistics, wording
from helpers.chapters import common
from helpers.chapters.common import PEOPLE, SECTOR
from helpers.publish import Cells, Field, Figure, Finding, Item, Prose, Table
from helpers.report import Report

NAME = {"students": "studenten", "staff": "medewerkers"}


def institution_table(report: Report, population: str) -> pd.DataFrame:
    """One row an institution with enough respondents: its observed and expected share in the report's wave."""
    data = _all_institutions(report, population)
    return data[data["n"] >= report.settings.disclosure.minimum_respondents].reset_index(drop=True)


def _all_institutions(report: Report, population: str) -> pd.DataFrame:
    data = report.analysis(f"institutions_{population}")
    return data[data["wave"] == report.wave] if "wave" in data else data


def _own_row(report: Report, population: str) -> pd.DataFrame:
    """The unit's own row; none where nobody took part."""
    data = _all_institutions(report, population)
    return data[(data["institution_id"] == report.unit) & (data["n"] > 0)].assign(label="eigen instelling")


def spread(report: Report, population: str) -> list[Item]:
    """Caterpillar plot of all institutions, without names (sector report only)."""
    data = institution_table(report, population)
    people, name = PEOPLE[population], NAME[population]
    mean = float(common.figures_for(report, population, "total")["safe"].iloc[0])
    cells = Cells(
        data.sort_values("safe").assign(place=range(1, len(data) + 1)),
        keys=["place"],
        hide=["safe", "low", "high"],
        shares=("safe",),
    )
    text = partial(_spread_text, people=people)
    return [
        Prose(text, cells, (f"fig-{name}-spreiding",)),
        Figure(
            f"fig-{name}-spreiding",
            f"Aandeel {people} dat zich veilig voelt per instelling, met 95%-interval "
            f"({common.source(report, population)})",
            lambda released: "Rupsdiagram zonder namen van instellingen. " + text(released),
            cells,
            partial(figures.caterpillar, mean=mean),
            height=3.4,
        ),
        Finding("S14" if population == "students" else "medewerkers-spreiding", text, cells, weight=33),
    ]


def _spread_text(released: pd.DataFrame, people: str) -> str:
    shown = released["safe"].dropna().astype(float)
    if len(shown) < 2:
        return f"Er zijn te weinig instellingen om de spreiding van het veiligheidsgevoel van {people} te tonen."
    return (
        f"Tussen de {dutch.number(len(shown))} instellingen met genoeg respondenten loopt het aandeel {people} dat "
        f"zich veilig voelt uiteen van {dutch.percent(shown.min())} tot {dutch.percent(shown.max())}; de "
        f"middelste helft van de instellingen ligt tussen {dutch.percent(shown.quantile(0.25))} en "
        f"{dutch.percent(shown.quantile(0.75))}."
    )


def by_kind(report: Report, population: str, characteristics: Sequence[str]) -> list[Item]:
    """Shares by a characteristic of the institution, such as region and size (sector report only)."""
    rows = groups.add_groups(report.rows(population))
    if population == "students":
        rows = rows[rows["wave"] == report.wave]
    rows = rows.merge(report.institutions[["institution_id", *characteristics]], on="institution_id", how="left")
    people, name = PEOPLE[population], NAME[population]
    items: list[Item] = []
    for by in characteristics:
        data = common.labelled(statistics.shares(rows, by=[by]), by)
        subject, id = common.SUBJECT[by], f"{name}-{by.replace('_', '-')}"
        title = f"{dutch.sentence(people)} die zich veilig voelen, naar {subject} van de instelling"
        items += [
            common.group_sentence(report, data, subject, people, (f"fig-{id}", f"tbl-{id}")),
            common.dot_figure(report, f"fig-{id}", f"{title} ({common.source(report, population)})", data, subject),
            common.share_table(report, f"tbl-{id}", title, data),
            Finding(f"{name}-{by}", common.key_sentence(report, subject, people), common.cells(data), weight=45),
        ]
    return items


def association(x: pd.Series, y: pd.Series, n: pd.Series, *, id: str, rising: str, falling: str) -> list[Item]:
    """Correlation over institutions, weighted for size, with its interval.

    ``rising`` and ``falling`` are clauses that say in words what a positive and a negative one mean.
    """
    found = statistics.correlation(x, y, n)
    row = pd.DataFrame([{"n": int(n.sum()), "r": found.r, "low": found.low, "high": found.high, "k": len(x)}])
    cells = Cells(row, keys=["k"], hide=["r", "low", "high"])
    text = partial(_association_text, rising=rising, falling=falling)
    return [Prose(text, cells), Finding(id, text, cells, weight=60)]


def _association_text(released: pd.DataFrame, rising: str, falling: str) -> str:
    row = released.iloc[0]
    if pd.isna(row["r"]):
        return f"Er zijn te weinig instellingen om te zeggen of geldt: {rising}."
    limits = (
        f"r = {dutch.number(row['r'], 2)}, interval {dutch.number(row['low'], 2)} tot {dutch.number(row['high'], 2)}"
    )
    over = f"Over {dutch.number(row['k'])} instellingen"
    if not wording.certain(row["low"], row["high"]):
        return f"{over} is er geen duidelijke samenhang; niet te zeggen is dat geldt: {rising} ({limits})."
    what = rising if row["r"] > 0 else falling
    return (
        f"{over} is er een {wording.strength(row['r'])} samenhang: {what} ({limits}). "
        "Een samenhang zegt niet wat oorzaak is en wat gevolg."
    )


def own_place(report: Report, population: str) -> list[Item]:
    """The unit's own place in a funnel plot around the sector's mean (institution report only)."""
    own = _own_row(report, population)
    people, name = PEOPLE[population], NAME[population]
    if own.empty:
        return [Prose(f"Van deze instelling hebben geen {people} meegedaan; haar plaats is niet te tonen.")]
    benchmark = common.figures_for(report, population, "total")
    mean = float(benchmark[benchmark["scope"] == SECTOR]["safe"].iloc[0])
    cells = Cells(own, keys=["label"], hide=["safe", "n_effective"], shares=("safe",))
    text = partial(_place_text, mean=mean, people=people)
    return [
        Prose(text, cells, (f"fig-{name}-plaats",)),
        Figure(
            f"fig-{name}-plaats",
            f"Plaats van de instelling in de sector: aandeel {people} dat zich veilig voelt, met de grenzen die bij "
            f"toeval horen ({common.source(report, population)})",
            lambda released: "Trechterdiagram. " + text(released),
            cells,
            partial(figures.funnel, mean=mean),
            height=3.4,
        ),
        Finding(f"eigen-{name}-plaats", text, cells, weight=40),
    ]


def _place_text(released: pd.DataFrame, mean: float, people: str) -> str:
    row = released.iloc[0]
    if pd.isna(row["safe"]):
        return f"Er zijn te weinig {people} van deze instelling om haar plaats in de sector te tonen."
    error = (mean * (1 - mean) / row["n_effective"]) ** 0.5
    z = (row["safe"] - mean) / error
    side = "boven" if z > 0 else "onder"
    if abs(z) < 1.96:
        return (
            f"Het aandeel {people} van deze instelling dat zich veilig voelt ({dutch.percent(row['safe'])}) ligt "
            f"binnen de grenzen die bij toeval horen rond het sectorgemiddelde van {dutch.percent(mean)}."
        )
    bound = "99,8%" if abs(z) > 3.09 else "95%"
    return (
        f"Het aandeel {people} van deze instelling dat zich veilig voelt ({dutch.percent(row['safe'])}) ligt "
        f"{side} het sectorgemiddelde van {dutch.percent(mean)}, buiten de {bound}-grenzen die bij toeval horen. "
        "Dat zegt nog niet waardoor: de samenstelling van de groep telt mee (zie hierna)."
    )


def expected(report: Report, population: str) -> list[Item]:
    """Observed against what is expected given composition (institution report only)."""
    own = _own_row(report, population)
    people, name = PEOPLE[population], NAME[population]
    if own["expected"].isna().all():
        return [
            Prose(
                f"Een verwachte waarde gegeven de samenstelling van de {people} is voor deze instelling niet te "
                "berekenen (te weinig instellingen of respondenten)."
            )
        ]
    cells = Cells(own, keys=["label"], hide=["safe", "low", "high", "expected"], shares=("safe",))
    text = partial(_expected_text, people=people)
    return [
        Prose(text, cells, (f"tbl-{name}-verwacht",)),
        Table(
            f"tbl-{name}-verwacht",
            f"Gevonden en verwacht aandeel {people} dat zich veilig voelt",
            cells,
            [
                Field("Waar", "label"),
                Field("Respondenten", "n", dutch.number),
                Field("Gevonden (%)", "safe", common.bare_percent),
                Field("Interval", "low", common.bare_percent, upper="high"),
                Field("Verwacht (%)", "expected", common.bare_percent),
            ],
        ),
        Finding(f"eigen-{name}-verwacht", text, cells, weight=50),
    ]


def _expected_text(released: pd.DataFrame, people: str) -> str:
    row = released.iloc[0]
    if pd.isna(row["safe"]):
        return f"Er zijn te weinig {people} van deze instelling om gevonden en verwacht naast elkaar te zetten."
    start = (
        f"Op grond van de samenstelling van de {people} is te verwachten dat {dutch.percent(row['expected'])} zich "
        f"veilig voelt; gevonden is {dutch.percent(row['safe'])} (interval {dutch.interval(row['low'], row['high'])})."
    )
    if row["low"] <= row["expected"] <= row["high"]:
        return start + " Het verschil valt binnen de onzekerheid."
    side = "hoger" if row["safe"] > row["expected"] else "lager"
    return start + f" Het gevonden aandeel is daarmee {side} dan verwacht."
