"""Chapter 2: how safe staff feel."""

from __future__ import annotations

from functools import partial

import pandas as pd

from helpers import characteristics, disclosure, dutch
from helpers.chapters import captions, common, differences, victims
from helpers.chapters.common import OWN, SECTOR
from helpers.publish import Finding, Item, Prose
from helpers.report import Report


@common.needs("staff")
def introduction(report: Report) -> list[Item]:
    """Who answered."""
    data = common.figures_for(report, "staff", "total")
    who = Prose(lambda released: _who(report, released), common.cells(data, ["scope"]))
    return [who, Prose(common.limits("medewerkers"))]


def _who(report: Report, released: pd.DataFrame) -> str:
    where = "van alle instellingen" if report.is_sector else "van deze instelling"
    row = released.iloc[0]
    if row[disclosure.REASON] or (not report.is_sector and row["scope"] != OWN):
        return (
            f"Van de medewerkers {where} zijn er geen, of te weinig, antwoorden om eigen cijfers te tonen. "
            "De cijfers van de sector staan er ter oriëntatie."
        )
    return (
        f"In het medewerkersonderzoek gaven {dutch.number(row['n'])} medewerkers {where} aan hoe veilig zij zich op "
        f"hun werk voelen. {common.SCALE}"
    )


@common.needs("staff")
def state(report: Report) -> list[Item]:
    """State of affairs: safe, neutral, unsafe."""
    data = common.figures_for(report, "staff", "total")
    spec = common.cells(data.assign(label=data["scope"].map(dutch.sentence)), ["scope", "label"])
    return [
        Prose(_state_text, spec, ("fig-medewerkers-stand", "tbl-medewerkers-stand")),
        captions.answers(report, "staff", "fig-medewerkers-stand", "medewerkers", data),
        common.share_table(report, "tbl-medewerkers-stand", "Veiligheidsgevoel van medewerkers", data),
        Finding(
            "T01" if report.is_sector else "eigen-medewerkers",
            _state_text,
            spec,
            10,
            ("T01",),
            1,
            "fig-medewerkers-stand",
            partial(_state_text, short=True),
        ),
    ]


def _state_text(released: pd.DataFrame, short: bool = False) -> str:
    sector = released[released["scope"] == SECTOR].iloc[0]
    first = released.iloc[0]
    own = first["scope"] == OWN
    if first["scope"] != SECTOR and (not own or first[disclosure.REASON]):
        return (
            "Voor deze instelling zijn er te weinig antwoorden om het veiligheidsgevoel van medewerkers te tonen; "
            f"in de sector voelt {dutch.percent(sector['safe'])} van de medewerkers zich veilig."
        )
    whom = "van de medewerkers van deze instelling" if own else "van de medewerkers in het mbo"
    safe, unsafe = dutch.percent(first["safe"]), dutch.percent(first["unsafe"])
    start = f"**{safe}** {whom} voelt zich veilig op het werk"
    if short:
        text = f"{start}{common.uncertain(first)}, {unsafe} voelt zich onveilig."
    else:
        text = (
            f"{start} (interval {dutch.interval(first['safe_low'], first['safe_high'])}); {unsafe} voelt zich onveilig "
            f"en {dutch.percent(first['neutral'])} is neutraal."
        )
    return f"{text} {common.beside_sector(first, sector, 'medewerkers', short=short)}" if own else text


PERSON = ("gender", "age_group", "role", "student_contact")
WORK = ("grade_work", "joy_group", "energy_group", "search_group")
VICTIM = ("victim_verbal", "victim_psychological_physical")


@common.needs("staff")
def by_person(report: Report) -> list[Item]:
    """Differences by gender, age, role and contact with students (research question 3)."""
    crossings = ("gender*role",) if report.is_sector else ()
    return differences.differences(
        report,
        "staff",
        (*PERSON, *crossings),
        "medewerkers-persoon",
        question=3,
        treats={"gender": ("T10",), "role": ("T11",), "student_contact": ("T12",)},
    )


@common.needs("staff")
def by_work(report: Report) -> list[Item]:
    """Feeling safe by satisfaction, joy in work, energy from work and steps to other work."""
    answers = {**dict.fromkeys(WORK[:3], ("T05",)), "search_group": ("T06",)}
    return differences.differences(report, "staff", WORK, "medewerkers-werk", question=3, treats=answers)


@common.needs("staff")
def by_victim(report: Report) -> list[Item]:
    """Feeling safe of victims of verbal and of psychological-physical violence."""
    answers = dict.fromkeys(VICTIM, ("T13",))
    return differences.differences(report, "staff", VICTIM, "medewerkers-geweld", question=3, treats=answers)


@common.needs("staff")
def overview(report: Report) -> list[Item]:
    """The largest difference by every characteristic, in one table."""
    institution = characteristics.load().institution() if report.is_sector else ()
    return differences.overview(report, "staff", (*PERSON, *WORK, *VICTIM, *institution), "medewerkers")


@common.needs("staff_msv")
def lhb(report: Report) -> list[Item]:
    """LHB against other staff, from the older survey; always the whole sector."""
    return victims.lhb(report, "staff")
