"""Chapter 2: how safe staff feel."""

from __future__ import annotations

from functools import partial

import pandas as pd

from helpers import characteristics, disclosure, dutch
from helpers.chapters import captions, common, composition, differences, places
from helpers.chapters.common import OWN, SECTOR
from helpers.publish import Cells, Field, Finding, Item, Prose, Table
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


@common.needs("staff")
def institutions(report: Report) -> list[Item]:
    """Differences between institutions: all of them (sector), or the unit's own place."""
    if not report.is_sector:
        return places.own_place(report, "staff")
    return [
        *places.spread(report, "staff"),
        *differences.items(
            report,
            "staff",
            characteristics.load().institution(),
            question=2,
            treats={"region": ("T02",), "size_class": ("T03",)},
        ),
        *places.associations(report, "staff", _associations(report)),
        *_least_safe(report),
    ]


def _associations(report: Report) -> list[places.Association]:
    data = places.institution_table(report, "staff")
    students = places.institution_table(report, "students")[["institution_id", "safe"]]
    both = data.merge(students, on="institution_id", suffixes=("", "_students"))
    return [
        places.Association(
            "T15",
            "Veiligheidsgevoel van medewerkers en van studenten",
            "het veiligheidsgevoel van medewerkers en dat van studenten",
            both["safe"],
            both["safe_students"],
            both["n"],
            rising="waar medewerkers zich vaker veilig voelen, voelen ook studenten zich vaker veilig",
            falling="waar medewerkers zich vaker veilig voelen, voelen studenten zich minder vaak veilig",
            treats=("T15",),
        ),
        places.Association(
            "T04",
            "Aandeel studenten met een niet-westerse achtergrond en veiligheidsgevoel",
            "het aandeel studenten met een niet-westerse achtergrond en het veiligheidsgevoel van medewerkers",
            data["share_non_western"],
            data["safe"],
            data["n"],
            rising="waar het aandeel studenten met een niet-westerse achtergrond groter is, voelen medewerkers zich "
            "gemiddeld vaker veilig",
            falling="waar het aandeel studenten met een niet-westerse achtergrond groter is, voelen medewerkers zich "
            "gemiddeld minder vaak veilig",
            treats=("T04",),
        ),
        places.Association(
            "medewerkers-tevreden-instelling",
            "Cijfer voor het werk en veiligheidsgevoel",
            "het cijfer voor het werk en het veiligheidsgevoel van medewerkers",
            data["satisfaction"],
            data["safe"],
            data["n"],
            rising="waar medewerkers hun werk een hoger cijfer geven, voelen zij zich vaker veilig",
            falling="waar medewerkers hun werk een hoger cijfer geven, voelen zij zich minder vaak veilig",
        ),
    ]


def _least_safe(report: Report) -> list[Item]:
    found = report.analysis("least_safe")
    cells = Cells(found, keys=["group"], hide=["n", "west", "large", "satisfaction"], open="institutions")
    if found["n"].min() <= report.settings.disclosure.minimum_benchmark_institutions:
        few = "Er zijn te weinig instellingen om te beschrijven waar medewerkers zich het minst veilig voelen."
        return [Prose(few), Finding("T14", "", cells, treats=("T14",))]
    id = "tbl-medewerkers-minst-veilig"
    words = {"least safe": "kwart waar medewerkers zich het minst veilig voelen", "all": "alle instellingen"}
    return [
        Prose(_least_safe_text, cells, (id,)),
        Table(
            id,
            "Instellingen waar medewerkers zich het minst vaak veilig voelen, naast alle instellingen",
            cells,
            [
                Field("Instellingen", "group", words=words),
                Field("Aantal", "n", dutch.number),
                Field("In West (%)", "west", partial(dutch.percent, decimals=0, sign=False)),
                Field("Meer dan 15.000 studenten (%)", "large", partial(dutch.percent, decimals=0, sign=False)),
                Field("Cijfer voor het werk", "satisfaction", lambda value: dutch.number(value, 1)),
            ],
        ),
        Finding("T14", _least_safe_text, cells, 46, ("T14",), 2, id),
    ]


def _least_safe_text(released: pd.DataFrame) -> str:
    by_group = released.set_index("group")
    low, every = by_group.loc["least safe"], by_group.loc["all"]
    return (
        f"Bij {dutch.plural(int(low['n']), 'instelling', 'instellingen')}, een kwart, voelen medewerkers zich het "
        f"minst vaak veilig. Daarvan ligt {dutch.percent(low['west'], 0)} in West (van alle instellingen "
        f"{dutch.percent(every['west'], 0)}) en heeft {dutch.percent(low['large'], 0)} meer dan 15.000 studenten (van "
        f"alle {dutch.percent(every['large'], 0)}). Medewerkers geven hun werk er gemiddeld een "
        f"{dutch.number(low['satisfaction'], 1)}; bij alle instellingen is dat een "
        f"{dutch.number(every['satisfaction'], 1)}."
    )


@common.needs("staff")
def model(report: Report) -> list[Item]:
    """The multilevel model (sector), or what was expected (institution)."""
    if not report.is_sector:
        return places.expected(report, "staff")
    return [*composition.model(report, "staff"), *places.after_composition(report, "staff")]
