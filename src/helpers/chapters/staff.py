"""Chapter 2: how safe staff feel."""

from __future__ import annotations

import pandas as pd

from helpers import disclosure, dutch, figures, statistics, wording
from helpers.analyse import populations
from helpers.chapters import common, composition, places, victims
from helpers.chapters.common import OWN, SECTOR
from helpers.publish import Cells, Figure, Finding, Item, Prose
from helpers.report import Report


@common.needs("staff")
def introduction(report: Report) -> list[Item]:
    """Who answered."""
    data = common.figures_for(report, "staff", "total")
    return [Prose(lambda released: _who(report, released), common.cells(data, ["scope"]))]


def _who(report: Report, released: pd.DataFrame) -> str:
    where = "aan alle instellingen" if report.is_sector else "van deze instelling"
    row = released.iloc[0]
    if row[disclosure.REASON] or (not report.is_sector and row["scope"] != OWN):
        return (
            f"Van de medewerkers {where} zijn er geen, of te weinig, antwoorden om eigen cijfers te tonen. "
            "De cijfers van de sector staan er ter oriëntatie."
        )
    return (
        f"{dutch.number(row['n'])} medewerkers {where} gaven op een schaal van 1 tot 5 aan hoe veilig zij zich op "
        "hun werk voelen. Wie een 4 of een 5 geeft voelt zich veilig, wie een 1 of een 2 geeft onveilig."
    )


@common.needs("staff")
def state(report: Report) -> list[Item]:
    """State of affairs: safe, neutral, unsafe."""
    data = common.figures_for(report, "staff", "total")
    spec = common.cells(data.assign(label=data["scope"].map(dutch.sentence)), ["scope", "label"])
    return [
        Prose(_state_text, spec, ("fig-medewerkers-stand", "tbl-medewerkers-stand")),
        Figure(
            "fig-medewerkers-stand",
            "Veiligheidsgevoel van medewerkers (bron: medewerkersonderzoek)",
            lambda released: "Gestapelde balken. " + _state_text(released),
            spec,
            figures.answers,
            height=figures.rows_height(len(data), each=0.5),
        ),
        common.share_table(report, "tbl-medewerkers-stand", "Veiligheidsgevoel van medewerkers", data),
        Finding("T01" if report.is_sector else "eigen-medewerkers", _state_text, spec, weight=10),
    ]


def _state_text(released: pd.DataFrame) -> str:
    sector = released[released["scope"] == SECTOR].iloc[0]
    first = released.iloc[0]
    if first["scope"] == SECTOR:
        return (
            f"**{dutch.percent(first['safe'])}** van de medewerkers in het mbo voelt zich veilig op het werk; "
            f"{dutch.percent(first['unsafe'])} voelt zich onveilig en {dutch.percent(first['neutral'])} is neutraal."
        )
    if first["scope"] != OWN or first[disclosure.REASON]:
        return (
            "Voor deze instelling zijn er te weinig antwoorden om het veiligheidsgevoel van medewerkers te tonen; "
            f"in de sector voelt {dutch.percent(sector['safe'])} van de medewerkers zich veilig."
        )
    gap = statistics.difference(first, sector)
    return (
        f"**{dutch.percent(first['safe'])}** van de medewerkers van deze instelling voelt zich veilig op het werk en "
        f"{dutch.percent(first['unsafe'])} onveilig. Zij voelen zich daarmee "
        f"{wording.compared_safe(gap.difference, gap.low, gap.high)} medewerkers in de sector als geheel "
        f"({dutch.percent(sector['safe'])})."
    )


@common.needs("staff")
def by_person(report: Report) -> list[Item]:
    """Differences by gender, age, role and contact with students (research question 3)."""
    return common.differences(
        report, "staff", ("gender", "age_group", "role", "student_contact"), "medewerkers-persoon"
    )


@common.needs("staff")
def by_work(report: Report) -> list[Item]:
    """Feeling safe by satisfaction, joy in work, energy from work and steps to other work."""
    return common.differences(
        report, "staff", ("grade_work", "joy_group", "energy_group", "search_group"), "medewerkers-werk"
    )


@common.needs("staff")
def by_victim(report: Report) -> list[Item]:
    """Feeling safe of victims of verbal and of psychological-physical violence."""
    return common.differences(report, "staff", ("victim_verbal", "victim_psychological_physical"), "medewerkers-geweld")


@common.needs("staff")
def institutions(report: Report) -> list[Item]:
    """Differences between institutions: all of them (sector), or the unit's own place."""
    if not report.is_sector:
        return places.own_place(report, "staff")
    return [
        *places.spread(report, "staff"),
        *places.by_kind(report, "staff", ("region", "size_class")),
        *_with_students(report),
        *_with_composition(report),
        *_least_safe(report),
    ]


def _with_students(report: Report) -> list[Item]:
    students = places.institution_table(report, "students")[["institution_id", "safe"]]
    data = places.institution_table(report, "staff").merge(students, on="institution_id", suffixes=("", "_students"))
    data = data.dropna(subset=["safe", "safe_students"])
    return places.association(
        data["safe"],
        data["safe_students"],
        data["n"],
        id="T15",
        rising="waar medewerkers zich vaker veilig voelen, voelen ook studenten zich vaker veilig",
        falling="waar medewerkers zich vaker veilig voelen, voelen studenten zich minder vaak veilig",
    )


def _with_composition(report: Report) -> list[Item]:
    data = places.institution_table(report, "staff").dropna(subset=["safe", "share_non_western"])
    return places.association(
        data["share_non_western"],
        data["safe"],
        data["n"],
        id="T04",
        rising="waar het aandeel studenten met een niet-westerse achtergrond groter is, voelen medewerkers zich "
        "gemiddeld vaker veilig",
        falling="waar het aandeel studenten met een niet-westerse achtergrond groter is, voelen medewerkers zich "
        "gemiddeld minder vaak veilig",
    )


def _least_safe(report: Report) -> list[Item]:
    found = populations.least_safe_institutions(places.institution_table(report, "staff"))
    if found.loc["least safe", "n"] <= report.settings.disclosure.minimum_benchmark_institutions:
        return [
            Prose("Er zijn te weinig instellingen om te beschrijven waar medewerkers zich het minst veilig voelen.")
        ]
    cells = Cells(found.reset_index(), keys=["group"], hide=["n", "west", "large", "satisfaction"], open=True)
    return [Prose(_least_safe_text, cells), Finding("T14", _least_safe_text, cells, weight=46)]


def _least_safe_text(released: pd.DataFrame) -> str:
    by_group = released.set_index("group")
    low, every = by_group.loc["least safe"], by_group.loc["all"]
    return (
        f"Van het kwart instellingen waar medewerkers zich het minst vaak veilig voelen ({dutch.number(low['n'])} "
        f"instellingen), ligt {dutch.percent(low['west'], 0)} in West (van alle instellingen "
        f"{dutch.percent(every['west'], 0)}) en heeft {dutch.percent(low['large'], 0)} meer dan 15.000 studenten (van "
        f"alle {dutch.percent(every['large'], 0)}). Medewerkers geven hun werk er gemiddeld een "
        f"{dutch.number(low['satisfaction'], 1)}, tegen een {dutch.number(every['satisfaction'], 1)} bij alle "
        "instellingen."
    )


@common.needs("staff")
def model(report: Report) -> list[Item]:
    """The multilevel model (sector), or what was expected (institution)."""
    return composition.model(report, "staff") if report.is_sector else places.expected(report, "staff")


@common.needs("staff_msv")
def lhb(report: Report) -> list[Item]:
    """LHB against other staff, from the older survey; always the whole sector."""
    return victims.lhb(report, "staff")
