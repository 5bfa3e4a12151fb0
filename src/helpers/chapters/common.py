"""What the chapters share: own figures beside comparable institutions and the sector."""

from __future__ import annotations

import functools
from collections.abc import Callable, Sequence

import pandas as pd

from helpers import disclosure, dutch, figures, groups, schema, statistics, wording
from helpers.publish import Cells, Field, Figure, Finding, Item, Prose, Table
from helpers.report import Report

Section = Callable[..., list[Item]]
"""A function of a report and more that gives what a section publishes."""

OWN = "eigen instelling"
COMPARABLE = "vergelijkbare instellingen"
SECTOR = "alle instellingen"
ANSWERS = ["safe", "safe_low", "safe_high", "neutral", "unsafe", "unsafe_low", "unsafe_high"]

WHERE = Field("Waar", "scope", words={OWN: "eigen", COMPARABLE: "vergelijkbaar", SECTOR: "alle"})
"""Column of a table that says whose figures a row holds."""

PEOPLE = {"students": "studenten", "staff": "medewerkers"}
SUBJECT = {
    "gender": "geslacht",
    "age_group": "leeftijd",
    "disability": "functiebeperking",
    "level": "niveau",
    "track": "leerweg",
    "level_track": "niveau en leerweg",
    "field": "vakgebied",
    "role": "functie",
    "student_contact": "contact met studenten",
    "victim_verbal": "slachtofferschap van verbaal geweld",
    "victim_psychological_physical": "slachtofferschap van psychisch-fysiek geweld",
    "grade_programme": "cijfer voor de opleiding",
    "grade_institution": "cijfer voor de instelling",
    "grade_work": "cijfer voor het werk",
    "joy_group": "werkplezier",
    "energy_group": "energie uit het werk",
    "search_group": "stappen naar ander werk",
    "region": "regio",
    "size_class": "grootte",
}

FEW_GROUPS = 4

SUMMARY_WEIGHT = {
    "level_track": 30,
    "gender": 30,
    "disability": 30,
    "age_group": 31,
    "role": 32,
    "student_contact": 32,
    "grade_institution": 34,
    "grade_work": 34,
    "victim_psychological_physical": 35,
}
"""Which differences come first in the summary (lower is earlier); others have weight 45."""


def needs(table: str) -> Callable[[Section], Section]:
    """A section that stands on a canonical table: without its sources it says so, and why, instead."""

    def mark(section: Section) -> Section:
        @functools.wraps(section)
        def told(report: Report, *arguments: object, **options: object) -> list[Item]:
            without = report.left_out(table)
            return section(report, *arguments, **options) if without is None else [Prose(without)]

        return told

    return mark


def figures_for(report: Report, population: str, by: str, wave: int | None = None) -> pd.DataFrame:
    """Shares by one characteristic for every scope the unit may see.

    Columns: scope (Dutch), category, label (Dutch) and those of :func:`helpers.statistics.shares`.
    ``by="total"`` gives one row a scope. ``wave=None``: the report's wave for students.
    """
    benchmark = report.analysis(f"benchmarks_{population}")
    wave = wave or report.wave
    if population == "students":
        benchmark = benchmark[benchmark["wave"] == wave]
    benchmark = benchmark[benchmark["by"] == by]
    parts = [benchmark[benchmark["scope"] == "sector"].assign(scope=SECTOR)]
    if not report.is_sector:
        group = comparable_scope(report)
        if group is not None:
            parts.insert(0, benchmark[benchmark["scope"] == group].assign(scope=COMPARABLE))
        own = own_shares(report, population, by, wave)
        parts.insert(0, own.assign(scope=OWN))
    data = pd.concat([part for part in parts if len(part)], ignore_index=True) if any(map(len, parts)) else parts[-1]
    data["label"] = [label(by, code) for code in data["category"]]
    categories = list(dict.fromkeys(parts[-1]["category"]))  # the sector has them all, in order
    data["_place"] = [categories.index(code) if code in categories else len(categories) for code in data["category"]]
    data = data[data["n"] > 0].sort_values("_place", kind="stable")
    return data.drop(columns="_place").reset_index(drop=True)


def own_shares(report: Report, population: str, by: str, wave: int) -> pd.DataFrame:
    """The unit's own shares, computed from its own rows."""
    rows = groups.add_groups(report.rows(population))
    if population == "students":
        rows = rows[rows["wave"] == wave]
    shares = statistics.shares(rows, by=[] if by == "total" else [by])
    return shares.assign(category="total" if by == "total" else shares[by].astype(str))


def labelled(shares: pd.DataFrame, by: str) -> pd.DataFrame:
    """Sector shares by one characteristic with the columns of :func:`figures_for`; empty groups are left out."""
    data = shares[shares["n"] > 0]
    return data.assign(
        scope=SECTOR, category=data[by].astype(str), label=[label(by, code) for code in data[by]]
    ).reset_index(drop=True)


def comparable_scope(report: Report) -> str | None:
    """Name of the comparable group's benchmark, or None where there is none."""
    table = report.analysis("comparable")
    row = table[table["institution_id"] == report.unit]
    if row.empty or pd.isna(row["group"].iloc[0]):
        return None
    return f"comparable:{row['group'].iloc[0]}"


def comparable_words(report: Report) -> str:
    """What the comparable institutions are, in Dutch, for a caption or a sentence."""
    table = report.analysis("comparable")
    row = table[table["institution_id"] == report.unit]
    if row.empty or pd.isna(row["group"].iloc[0]):
        return "Voor deze instelling zijn er te weinig vergelijkbare instellingen om mee te vergelijken."
    return (
        f"Vergelijkbare instellingen zijn hier: {row['label'].iloc[0]} "
        f"({dutch.number(row['n_institutions'].iloc[0])} instellingen, deze instelling inbegrepen)."
    )


def label(by: str, code: object) -> str:
    """Dutch word for a category of a grouping, derived groupings included."""
    if by == "total":
        return "totaal"
    if by == "level_track":
        level, track = str(code).split(" ")
        return f"{schema.label('track', track)} {schema.label('level', level)}"
    if by in schema.LABELS:
        return schema.label(by, code)
    return str(code)


def cells(data: pd.DataFrame, keys: Sequence[str] = ("scope", "label")) -> Cells:
    """Shares of the five-point item, ready for disclosure control: groups add up within a scope."""
    grouped = [key for key in keys if key != "label"]
    return Cells(data, keys=list(keys), hide=[*ANSWERS, "n_effective"], partition=grouped, shares=("safe", "unsafe"))


def share_table(report: Report, id: str, caption: str, data: pd.DataFrame) -> Table:
    """Table of shares by group and scope."""
    first = [Field("Groep", "label")] if data["label"].nunique() > 1 else []
    if data["scope"].nunique() > 1 or not first:
        first.append(WHERE)
    fields = [*first, *_share_fields()]
    return Table(id, caption, cells(order(data)), fields)


def _share_fields() -> list[Field]:
    return [
        Field("Respondenten", "n", dutch.number),
        Field("Veilig (%)", "safe", bare_percent),
        Field("Interval", "safe_low", bare_percent, upper="safe_high"),
        Field("Neutraal (%)", "neutral", bare_percent),
        Field("Onveilig (%)", "unsafe", bare_percent),
    ]


def order(data: pd.DataFrame) -> pd.DataFrame:
    """Rows by group first, then scope, both in the order in which they come."""
    labels = list(dict.fromkeys(data["label"]))
    return (
        data.assign(_=[labels.index(text) for text in data["label"]]).sort_values("_", kind="stable").drop(columns="_")
    )


def bare_percent(share: float) -> str:
    """A percentage without its sign, for a column whose heading has it."""
    return dutch.percent(share, sign=False)


def dot_figure(report: Report, id: str, caption: str, data: pd.DataFrame, subject: str) -> Figure:
    """Dot plot with intervals of the share feeling safe, by group and scope."""
    rows = data["label"].nunique()
    return Figure(
        id,
        caption,
        alt=lambda released: alt_of_groups(released, subject),
        cells=cells(data),
        draw=figures.dots,
        height=figures.rows_height(rows, each=0.34 if report.is_sector else 0.46),
    )


def alt_of_groups(released: pd.DataFrame, subject: str) -> str:
    """Alt text of a dot plot: the message and its main numbers, from released data."""
    parts = [
        f"{row['label']} ({row['scope']}) {dutch.percent(row['safe'])}"
        for _, row in order(released).iterrows()
        if row[disclosure.REASON] == ""
    ]
    return f"Puntendiagram van het aandeel dat zich veilig voelt naar {subject}: " + "; ".join(parts) + "."


def group_sentence(report: Report, data: pd.DataFrame, subject: str, people: str, see: tuple[str, ...]) -> Prose:
    """Sentence that names the safest and the least safe group of the unit, with their difference."""
    return Prose(text_for(report, subject, people), cells(data), see)


def _group_text(rows: pd.DataFrame, subject: str, people: str) -> str:
    shown = rows[rows[disclosure.REASON] == ""].sort_values("safe")
    if len(shown) < 2:
        return f"Naar {subject} zijn er te weinig respondenten om groepen {people} te vergelijken."
    least, most = shown.iloc[0], shown.iloc[-1]
    gap = statistics.difference(most, least)
    ends = f"{most['label']} {dutch.percent(most['safe'])} en {least['label']} {dutch.percent(least['safe'])}"
    if not wording.certain(gap.low, gap.high):
        return f"Naar {subject} is er geen duidelijk verschil ({ends})."
    size = "een licht verschil" if gap.difference < wording.SLIGHT else "een duidelijk verschil"
    return (
        f"Naar {subject} is er {size}: het aandeel {people} dat zich veilig voelt, loopt van "
        f"{dutch.percent(least['safe'])} ({least['label']}) tot {dutch.percent(most['safe'])} "
        f"({most['label']}), {wording.with_interval(gap.difference, gap.low, gap.high)}.{_each(shown)}"
    )


def _each(shown: pd.DataFrame) -> str:
    """Every group's share, where there are few but more than the two that the sentence names."""
    if not 2 < len(shown) <= FEW_GROUPS:
        return ""
    parts = [f"{row['label']} {dutch.percent(row['safe'])}" for _, row in shown.iloc[::-1].iterrows()]
    return f" Per groep: {dutch.enumerate_words(parts)}."


def differences(
    report: Report, population: str, characteristics: Sequence[str], name: str, finding: str | None = None
) -> list[Item]:
    """For each characteristic: a sentence, a dot plot and a table; the first sentence goes to the summary too."""
    people = PEOPLE[population]
    items: list[Item] = []
    for by in characteristics:
        data = figures_for(report, population, by)
        subject = SUBJECT[by]
        id = f"{name}-{by.replace('_', '-')}"
        if data.empty:
            items.append(Prose(f"Naar {subject} zijn er geen gegevens."))
            continue
        title = f"{dutch.sentence(people)} die zich veilig voelen, naar {subject}"
        items += [
            group_sentence(report, data, subject, people, (f"fig-{id}", f"tbl-{id}")),
            dot_figure(report, f"fig-{id}", f"{title} ({source(report, population)})", data, subject),
            share_table(report, f"tbl-{id}", title, data),
            Finding(f"{name}-{by}", key_sentence(report, subject, people), cells(data), SUMMARY_WEIGHT.get(by, 45)),
        ]
    return items


def key_sentence(report: Report, subject: str, people: str) -> Callable[[pd.DataFrame], str]:
    """As :func:`text_for`, but empty where there is nothing to compare: then it is no finding for the summary."""
    scope = SECTOR if report.is_sector else OWN
    text = text_for(report, subject, people)

    def sentence(released: pd.DataFrame) -> str:
        shown = released[(released["scope"] == scope) & (released[disclosure.REASON] == "")]
        return text(released) if len(shown) > 1 else ""

    return sentence


def source(report: Report, population: str) -> str:
    """Source of a population's figures, for captions."""
    return f"JOB-monitor {report.wave}" if population == "students" else "medewerkersonderzoek"


def text_for(report: Report, subject: str, people: str) -> Callable[[pd.DataFrame], str]:
    """Function that makes the unit's sentence on one characteristic from released data."""
    scope = SECTOR if report.is_sector else OWN
    return lambda released: _group_text(released[released["scope"] == scope], subject, people)
