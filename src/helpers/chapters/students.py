"""Chapter 1: how safe students feel."""

from __future__ import annotations

from functools import partial

import pandas as pd

from helpers import disclosure, dutch, figures, statistics, wording
from helpers.chapters import common, composition, places, victims
from helpers.chapters.common import OWN, SECTOR
from helpers.publish import Cells, Field, Figure, Finding, Item, Prose, Table
from helpers.report import Report

SOURCE = "JOB-monitor"


def introduction(report: Report) -> list[Item]:
    """Who answered, and what stands beside what."""
    data = common.figures_for(report, "students", "total")
    texts: list[Item] = [Prose(lambda released: _who(report, released), common.cells(data, ["scope"]))]
    if not report.is_sector:
        texts.append(Prose(common.comparable_words(report)))
    return texts


def _who(report: Report, released: pd.DataFrame) -> str:
    row = released.iloc[0]
    where = "aan alle instellingen" if report.is_sector else "van deze instelling"
    if row[disclosure.REASON]:
        return (
            f"In {report.wave} vulden te weinig studenten {where} de {SOURCE} in om eigen cijfers te tonen. "
            "De cijfers van de sector staan er ter oriëntatie."
        )
    return (
        f"In {report.wave} beantwoordden {dutch.number(row['n'])} studenten {where} in de {SOURCE} de vraag hoe "
        "veilig zij zich op hun instelling voelen. Wie een 4 of een 5 geeft op een schaal van 1 tot 5 voelt zich "
        "veilig, wie een 3 geeft is neutraal, en wie een 1 of een 2 geeft voelt zich onveilig."
    )


def state(report: Report) -> list[Item]:
    """State of affairs: safe, neutral, unsafe."""
    data = common.figures_for(report, "students", "total")
    spec = common.cells(data.assign(label=data["scope"].map(dutch.sentence)), ["scope", "label"])
    finding = "S01" if report.is_sector else "eigen-studenten"
    return [
        Prose(_state_text, spec, ("fig-studenten-stand", "tbl-studenten-stand")),
        Figure(
            "fig-studenten-stand",
            f"Veiligheidsgevoel van studenten, {report.wave} (bron: {SOURCE})",
            lambda released: "Gestapelde balken. " + _state_text(released),
            spec,
            figures.answers,
            height=figures.rows_height(len(data), each=0.5),
        ),
        common.share_table(report, "tbl-studenten-stand", f"Veiligheidsgevoel van studenten, {report.wave}", data),
        Finding(finding, _state_text, spec, weight=10),
    ]


def _state_text(released: pd.DataFrame) -> str:
    shown = released[released[disclosure.REASON] == ""]
    first = released.iloc[0]
    if first[disclosure.REASON]:
        sector = released[released["scope"] == SECTOR].iloc[0]
        return (
            "Voor deze instelling zijn er te weinig respondenten om het veiligheidsgevoel van studenten te tonen; "
            f"in de sector voelt {dutch.percent(sector['safe'])} van de studenten zich veilig."
        )
    whom = "van de mbo-studenten" if first["scope"] == SECTOR else "van de studenten van deze instelling"
    text = (
        f"**{dutch.percent(first['safe'])}** {whom} voelt zich veilig; {dutch.percent(first['unsafe'])} voelt "
        f"zich onveilig en {dutch.percent(first['neutral'])} is neutraal."
    )
    sector = shown[shown["scope"] == SECTOR]
    if first["scope"] == OWN and len(sector):
        gap = statistics.difference(first, sector.iloc[0])
        words = wording.compared_safe(gap.difference, gap.low, gap.high)
        text += (
            f" Studenten van deze instelling voelen zich daarmee {words} studenten in de sector "
            f"als geheel ({dutch.percent(sector.iloc[0]['safe'])})."
        )
    return text


def trend(report: Report) -> list[Item]:
    """Share feeling safe over the waves."""
    waves = [wave for wave in report.about.waves if wave <= report.wave]
    parts = [common.figures_for(report, "students", "total", wave).assign(wave=wave) for wave in waves]
    data = pd.concat(parts, ignore_index=True)
    data["wave"] = data["wave"].astype(int)
    spec = Cells(
        data.assign(label=data["wave"].astype(str)),
        keys=["scope", "wave", "label"],
        hide=[*common.ANSWERS, "n_effective"],
        shares=("safe", "unsafe"),
    )
    years = f"{min(waves)}-{max(waves)}"
    finding = "S03" if report.is_sector else "eigen-studenten-trend"
    broken = _breaks(report, waves)
    items: list[Item] = [Prose(_trend_text, spec, ("fig-studenten-trend", "tbl-studenten-trend"))]
    if len(broken):
        items.append(Prose(_break_words(broken)))
    if len(waves) > 1:
        items.append(
            Figure(
                "fig-studenten-trend",
                f"Aandeel studenten dat zich veilig voelt, {years} (bron: {SOURCE})",
                lambda released: "Lijnen over de metingen. " + _trend_text(released),
                spec,
                partial(figures.trend, breaks=list(zip(broken["wave"], broken["kind"], strict=True))),
                height=3.4,
            )
        )
    items += [
        Table(
            "tbl-studenten-trend",
            f"Aandeel studenten dat zich veilig voelt, {years}",
            spec,
            [
                Field("Meting", "wave", str),
                common.WHERE,
                Field("Respondenten", "n", dutch.number),
                Field("Veilig (%)", "safe", common.bare_percent),
                Field("Interval", "safe_low", common.bare_percent, upper="safe_high"),
                Field("Onveilig (%)", "unsafe", common.bare_percent),
            ],
        ),
        Finding(finding, _trend_text, spec, weight=20),
    ]
    return items


def _breaks(report: Report, waves: list[int]) -> pd.DataFrame:
    """Changes in the question between the waves that are shown."""
    found = report.analysis("breaks")
    here = (found["table"] == "students") & (found["column"] == "feels_safe") & found["wave"].isin(waves[1:])
    return found[here].sort_values("wave").reset_index(drop=True)


def _break_words(broken: pd.DataFrame) -> str:
    notes = " ".join(str(note).strip() for note in broken["note"])
    return f"De metingen zijn niet helemaal te vergelijken. {notes} Een stippellijn in de figuur geeft aan waar."


def _trend_text(released: pd.DataFrame) -> str:
    scope = released["scope"].iloc[0]
    rows = released[(released["scope"] == scope) & (released[disclosure.REASON] == "")].sort_values("wave")
    if len(rows) < 2:
        whose = "Voor deze instelling" if scope == OWN else "In deze editie"
        return f"{whose} zijn er geen twee metingen met genoeg respondenten om een ontwikkeling te tonen."
    first, last, before = rows.iloc[0], rows.iloc[-1], rows.iloc[-2]
    total, step = statistics.difference(last, first), statistics.difference(last, before)
    rises = bool((rows["safe"].diff().dropna() > 0).all())
    every = ", bij elke meting een stap omhoog" if rises and len(rows) > 2 else ""
    return (
        f"Tussen {first['wave']} en {last['wave']} is het aandeel studenten dat zich veilig voelt "
        f"{wording.changed(total.difference, total.low, total.high)}, van {dutch.percent(first['safe'])} naar "
        f"{dutch.percent(last['safe'])}{every}. Ten opzichte van {before['wave']} is het "
        f"{wording.changed(step.difference, step.low, step.high)}: "
        f"{wording.with_interval(step.difference, step.low, step.high)}."
    )


def by_person(report: Report) -> list[Item]:
    """Differences by gender, age and disability (research question 3)."""
    return common.differences(report, "students", ("gender", "age_group", "disability"), "studenten-persoon")


def by_programme(report: Report) -> list[Item]:
    """Differences by level and track, and by field (research question 2)."""
    return common.differences(report, "students", ("level_track", "field"), "studenten-opleiding")


def satisfaction(report: Report) -> list[Item]:
    """Feeling safe by satisfaction with programme and institution."""
    return common.differences(report, "students", ("grade_programme", "grade_institution"), "studenten-tevredenheid")


def institutions(report: Report) -> list[Item]:
    """Differences between institutions: all of them (sector), or the unit's own place."""
    return _sector_institutions(report) if report.is_sector else places.own_place(report, "students")


def _sector_institutions(report: Report) -> list[Item]:
    return [
        *places.spread(report, "students"),
        *places.by_kind(report, "students", ("region", "size_class")),
        *_satisfied_institutions(report),
    ]


def _satisfied_institutions(report: Report) -> list[Item]:
    data = places.institution_table(report, "students").dropna(subset=["satisfaction_institution", "safe"])
    return places.association(
        data["satisfaction_institution"],
        data["safe"],
        data["n"],
        id="S18",
        rising="waar studenten hun instelling een hoger cijfer geven, voelen zij zich vaker veilig",
        falling="waar studenten hun instelling een hoger cijfer geven, voelen zij zich minder vaak veilig",
    )


def model(report: Report) -> list[Item]:
    """The multilevel model: what composition explains (sector), what was expected (institution)."""
    return composition.model(report, "students") if report.is_sector else places.expected(report, "students")


@common.needs("students_msv")
def lhb(report: Report) -> list[Item]:
    """LHB against other students, from the older survey; always the whole sector."""
    return victims.lhb(report, "students")
