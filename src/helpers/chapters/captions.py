"""What captions and titles of figures say, from released data: source, wave, numbers of respondents, message."""

from __future__ import annotations

from functools import partial

import pandas as pd

from helpers import disclosure, dutch, figures, schema, statistics, wording
from helpers.chapters import common
from helpers.chapters.common import COMPARABLE, OWN, SECTOR, UNKNOWN, cells
from helpers.publish import Figure
from helpers.report import Report

SHORT = {OWN: "eigen", COMPARABLE: "vergelijkbaar", SECTOR: "alle instellingen"}


def interval() -> str:
    """What the lines of a figure are: ``met 95%-interval``."""
    return f"met {dutch.confidence(statistics.confidence_level())}-interval"


def source(report: Report, population: str) -> str:
    """Source of a population's figures with its wave, as a clause."""
    return f"Bron: {common.source(report, population)}"


def counted(released: pd.DataFrame, whose: str = "respondenten") -> str:
    """``n = 1.204 (eigen) en ongeveer 250.000 (alle instellingen)``: respondents of the rows that are shown.

    Numbers over several institutions are rounded, and said to be about. Nothing where no number may be told.
    """
    shown = released[(released[disclosure.REASON] == "") & released["n"].notna()]
    if "label" in shown:
        shown = shown[shown["label"] != UNKNOWN]
    if shown.empty:
        return ""
    if "scope" not in shown:
        return f"n = {dutch.number(shown['n'].max())} {whose}"
    sums = shown.groupby("scope")["n"].sum()
    parts = [
        f"{'' if scope == OWN else 'ongeveer '}{dutch.number(sums[scope])} ({words})"
        for scope, words in SHORT.items()
        if scope in sums.index
    ]
    return f"n = {dutch.enumerate_words(parts)}"


def by_label(released: pd.DataFrame, name: str, share: str) -> str:
    """``niveau 1: 2020 80,0%, 2022 81,0%; niveau 2: …``: shown shares by ``name`` within every label, for alt texts."""
    shown = released[released[disclosure.REASON] == ""]
    return "; ".join(
        f"{label}: " + ", ".join(f"{row[name]} {dutch.percent(row[share])}" for _, row in part.iterrows())
        for label, part in shown.groupby("label", sort=False)
    )


def sourced(what: str, source: str, count: str) -> str:
    """A caption: what is drawn; source with its wave; number of respondents."""
    return f"{what.rstrip('.')}. {source}{'; ' if count else ''}{count}."


def beside(own: pd.Series, sector: pd.Series, people: str) -> str:
    """Title that sets the unit's own share beside the sector's."""
    gap = common.gap_with_sector(own, sector)
    return (
        f"{dutch.sentence(people)} voelen zich hier {wording.compared_safe(gap.difference, gap.low, gap.high)} in de "
        f"sector: {dutch.percent(own['safe'])} tegen {dutch.percent(sector['safe'])}"
    )


def of_sector(sector: pd.Series, people: str) -> str:
    """Title where only the sector's share may be shown."""
    return f"In de sector voelt {dutch.percent(sector['safe'])} van de {people} zich veilig"


def standing(released: pd.DataFrame, people: str) -> str:
    """Title on the unit's share of safe answers: the sector's own, or an institution's beside it."""
    shown = released[released[disclosure.REASON] == ""].drop_duplicates("scope").set_index("scope")
    if SECTOR not in shown.index:
        return f"Veiligheidsgevoel van {people}"
    if OWN in shown.index:
        return beside(shown.loc[OWN], shown.loc[SECTOR], people)
    sector = shown.loc[SECTOR]
    return f"{of_sector(sector, people)} en {dutch.percent(sector['unsafe'])} onveilig"


def answers(report: Report, population: str, id: str, people: str, data: pd.DataFrame) -> Figure:
    """The five answers of every scope as bars around neutral."""

    def caption(released: pd.DataFrame) -> str:
        what = f"Antwoorden van {people} op de vraag hoe veilig zij zich voelen, van 1 (onveilig) tot 5 (veilig)"
        return sourced(what, source(report, population), counted(released))

    return Figure(
        id,
        partial(standing, people=people),
        caption,
        partial(_answers_alt, people=people),
        cells(data.assign(label=data["scope"].map(dutch.sentence)), ["scope", "label"], answers=True),
        figures.Answers(),
    )


def _answers_alt(released: pd.DataFrame, people: str) -> str:
    told = []
    for _, row in released[released[disclosure.REASON] == ""].iterrows():
        points = ", ".join(f"{point}: {dutch.percent(row[f'answer_{point}'])}" for point in schema.FIVE_POINTS)
        told.append(
            f"{row['label']}: {dutch.percent(row['safe'])} veilig, {dutch.percent(row['neutral'])} neutraal, "
            f"{dutch.percent(row['unsafe'])} onveilig (antwoord {points})"
        )
    return f"Staven rond neutraal met de antwoorden van {people}. {'; '.join(told)}."
