"""Coordinators' questionnaire and incident registrations, as they arrive."""

from __future__ import annotations

import datetime
from pathlib import Path

import numpy as np
import pandas as pd

from helpers.synthetic.files import write_xlsx
from helpers.synthetic.worlds import World

YES = {
    "Partner: gemeente": 0.81, "Partner: politie": 0.86, "Partner: jongerenwerk": 0.52, "Partner: GGD": 0.47,
    "Partner: buurt": 0.38, "Partner: Stichting School & Veiligheid": 0.33,
    "Voorziening: vertrouwenspersoon": 0.965, "Voorziening: meldpunt": 0.80, "Voorziening: actief toezicht": 0.44,
    "Voorziening: toegangscontrole": 0.51, "Voorziening: camera's": 0.66, "Voorziening: veiligheidscoördinator": 0.72,
    "Meer aandacht: ondermijning": 0.58, "Meer aandacht: ongewenst gedrag": 0.54,
    "Meer aandacht: seksueel grensoverschrijdend gedrag": 0.52, "Meer aandacht: seksuele weerbaarheid": 0.47,
    "Meer aandacht: fysieke veiligheid": 0.22, "Meer aandacht: online veiligheid": 0.33,
    "Meer aandacht: discriminatie": 0.31, "Meer aandacht: wapens en drugs": 0.29, "Meer aandacht: radicalisering": 0.12,
    "Laatste jaar: ondermijning": 0.24, "Laatste jaar: ongewenst gedrag": 0.63,
    "Laatste jaar: seksueel grensoverschrijdend gedrag": 0.61, "Laatste jaar: seksuele weerbaarheid": 0.25,
    "Laatste jaar: fysieke veiligheid": 0.68, "Laatste jaar: online veiligheid": 0.35,
    "Laatste jaar: discriminatie": 0.39, "Laatste jaar: wapens en drugs": 0.36, "Laatste jaar: radicalisering": 0.15,
}  # fmt: skip
BOTTLENECKS = {
    "invloeden van buitenaf": (0.29, "Jeugdcriminaliteit komt van buiten de school naar binnen."),
    "online risico's": (0.17, "Wat online begint, eindigt bij ons in de gang."),
    "mondigheid": (0.15, "Studenten zijn minder aanspreekbaar dan vroeger."),
    "weinig zicht op incidenten": (0.17, "We horen lang niet alles wat er gebeurt."),
    "weinig kennis van handelen": (0.13, "Collega's weten niet goed wat ze moeten doen."),
    "tijd en geld": (0.09, "Er is te weinig tijd om het goed te doen."),
}
SUCCESSES = {
    "korte lijnen": (0.27, "We weten elkaar snel te vinden."),
    "band met studenten": (0.25, "Mentoren kennen hun studenten."),
    "samenwerking met partners": (0.23, "De wijkagent komt elke week langs."),
    "steun van het bestuur": (0.17, "Het college van bestuur staat erachter."),
    "tijd en geld": (0.08, "Er zijn uren voor vrijgemaakt."),
}
REASONS = (
    "Geen centrale registratie",
    "Registratie per locatie, niet samen te voegen",
    "Systeem kan geen overzicht leveren",
    "Geen capaciteit om aan te leveren",
)
CATEGORIES = {
    "verbale agressie": 9.0, "fysiek geweld": 4.5, "bedreiging": 4.0, "seksueel grensoverschrijdend gedrag": 2.6,
    "discriminatie": 1.8, "diefstal en vernieling": 8.0, "wapenbezit": 1.2, "drugs en alcohol": 5.0,
    "online incidenten": 2.4, "overig": 3.0,
}  # fmt: skip
"""Words in the registrations, with incidents per 1,000 students and school year."""
YEARS = (2020, 2021, 2022)


def write_coordinators(path: Path, world: World, rng: np.random.Generator) -> None:
    """One row a coordinator, after a title row; open answers beside their codes."""
    places = world.institutions["institution_id"].to_numpy()
    places = places[places != "99AC"]
    chosen = np.concatenate([places, rng.choice(places, max(0, world.coordinators - len(places)))])
    chosen = np.sort(chosen[: world.coordinators])
    header = [
        "BRIN", "Veiligheidsplan", "Evaluatie plan", "Aandacht bestuur", *YES, "Knelpunt (open)", "Knelpunt (code)",
        "Succesfactor (open)", "Succesfactor (code)", "Privacy nu", "Privacy vorige meting",
        "Informatiebeveiliging nu", "Informatiebeveiliging vorige meting",
    ]  # fmt: skip
    answers = {name: _spread(share, len(chosen), rng) for name, share in YES.items()}
    plans = _quota({"uitgewerkt": 0.44, "in ontwikkeling": 0.42, "geen plan": 0.14}, len(chosen), rng)
    evaluations = _quota(
        {"elk jaar": 0.31, "minder vaak": 0.34, "na incidenten": 0.21, "nooit": 0.14}, len(chosen), rng
    )
    board = _quota({"voldoende": 0.46, "enigszins": 0.36, "te weinig": 0.18}, len(chosen), rng)
    bottlenecks = _quota({code: share for code, (share, _) in BOTTLENECKS.items()}, len(chosen), rng)
    successes = _quota({code: share for code, (share, _) in SUCCESSES.items()}, len(chosen), rng)
    rows: list[list[object]] = [["Vragenlijst veiligheidscoördinatoren 2023"], header]
    for i, code in enumerate(chosen):
        before = [int(np.clip(np.rint(rng.normal(2.7, 0.8)), 1, 5)) for _ in range(2)]
        now = [int(np.clip(value + rng.choice([0, 1, 1, 2], p=[0.4, 0.25, 0.25, 0.1]), 1, 5)) for value in before]
        rows.append(
            [
                code, plans[i], evaluations[i], board[i], *("ja" if answers[name][i] else "nee" for name in YES),
                BOTTLENECKS[bottlenecks[i]][1], bottlenecks[i], SUCCESSES[successes[i]][1], successes[i],
                now[0], before[0], now[1], before[1],
            ]
        )  # fmt: skip
    write_xlsx(path, {"Antwoorden": rows})


def _spread(share: float, size: int, rng: np.random.Generator) -> np.ndarray:
    """True for the stated share of places, in random order."""
    return rng.permutation(np.arange(size) < round(share * size))


def _quota(shares: dict[str, float], size: int, rng: np.random.Generator) -> list[str]:
    """Words in their stated shares, in random order."""
    edges = np.rint(np.cumsum(list(shares.values())) / sum(shares.values()) * size).astype(int)
    words = list(shares)
    return [words[int(np.searchsorted(edges, place, side="right"))] for place in rng.permutation(size)]


def write_incidents(folder: Path, world: World, rng: np.random.Generator) -> None:
    """A workbook per delivering institution, in one of several layouts, and an overview of who delivered."""
    folder.mkdir()
    table = world.institutions.sort_values("institution_id")
    delivers = _spread(0.62, len(table), rng) if world.name == "nation" else np.array([True, True, False])
    overview: list[list[object]] = [["BRIN", "Geleverd", "Toelichting"]]
    for place, (row, delivered) in enumerate(zip(table.itertuples(), delivers, strict=True)):
        reason = None if delivered else REASONS[place % len(REASONS)]
        overview.append([row.institution_id, "ja" if delivered else "nee", reason])
        if delivered:
            counts = _counts(row.n_students, rng)
            layouts = (
                (_long, _wide, _log, _calendar, _locations, _sheets) if world.name == "nation" else (_long, _wide, _log)
            )
            made = layouts[place % len(layouts)](counts, rng)
            write_xlsx(folder / f"incidenten_{row.institution_id}.xlsx", made)
    write_xlsx(folder / "overzicht.xlsx", {"Overzicht": overview})


def _counts(students: int, rng: np.random.Generator) -> pd.DataFrame:
    """Incidents by category and school year; rare kinds of small institutions come out as zero."""
    level = rng.lognormal(0, 0.5)
    rates = np.array(list(CATEGORIES.values())) * students / 1000 * level * 0.25
    return pd.DataFrame({year: rng.poisson(rates * rng.lognormal(0, 0.1)) for year in YEARS}, index=list(CATEGORIES))


def _long(counts: pd.DataFrame, rng: np.random.Generator) -> dict[str, list[list[object]]]:
    rows: list[list[object]] = [["Schooljaar", "Soort", "Aantal"]]
    for year in YEARS:
        rows += [[f"{year}-{year + 1}", word, int(counts.loc[word, year])] for word in counts.index]
    rows[-1][2] = "n.v.t."
    return {"Registratie": rows}


def _wide(counts: pd.DataFrame, rng: np.random.Generator) -> dict[str, list[list[object]]]:
    rows: list[list[object]] = [["Overzicht incidenten"], ["alle locaties samen"], []]
    rows.append(["Categorie", *(f"{year}/{(year + 1) % 100}" for year in YEARS), "Totaal"])
    for word in counts.index:
        values = counts.loc[word].tolist()
        shown = ["<5" if 0 < value < 5 and word == "wapenbezit" else value for value in values]
        rows.append([word.capitalize(), *shown, sum(values)])
    return {"Incidenten": rows}


def _calendar(counts: pd.DataFrame, rng: np.random.Generator) -> dict[str, list[list[object]]]:
    """Calendar years, one total that does not add up, an empty cell."""
    years = [year + 1 for year in YEARS]
    rows: list[list[object]] = [["Registratie per kalenderjaar"], ["Categorie (kalenderjaar)", *years]]
    rows += [[word, *(int(value) for value in counts.loc[word])] for word in counts.index]
    totals = [int(counts[year].sum()) for year in YEARS]
    rows.append(["Totaal", *totals[:-1], totals[-1] + 1])
    rows[-2][1] = None
    return {"Cijfers": rows}


def _locations(counts: pd.DataFrame, rng: np.random.Generator) -> dict[str, list[list[object]]]:
    """Two locations below each other."""
    rows: list[list[object]] = [["Locatie", "Schooljaar", "Soort", "Aantal"]]
    first = pd.DataFrame(rng.binomial(counts.to_numpy(), 0.7), counts.index, counts.columns)
    for place, part in (("Noord", first), ("Zuid", counts - first)):
        rows += [
            [place, f"{year}-{year + 1}", word, int(part.loc[word, year])] for year in YEARS for word in part.index
        ]
    return {"Export": rows}


def _sheets(counts: pd.DataFrame, rng: np.random.Generator) -> dict[str, list[list[object]]]:
    """A sheet a location, and one with the totals."""
    first = pd.DataFrame(rng.binomial(counts.to_numpy(), 0.6), counts.index, counts.columns)
    heading = ["Soort incident per locatie", *(f"{year}/{(year + 1) % 100}" for year in YEARS)]
    return {
        title: [[f"Locatie: {title}"], heading, *([word, *map(int, part.loc[word])] for word in part.index)]
        for title, part in (("Hoofdgebouw", first), ("Dependance", counts - first), ("Totaal", counts))
    }


def _log(counts: pd.DataFrame, rng: np.random.Generator) -> dict[str, list[list[object]]]:
    rows: list[list[object]] = []
    for year in YEARS:
        start = datetime.date(year, 8, 1)
        for word in counts.index:
            days = rng.integers(0, 365, int(counts.loc[word, year]))
            rows += [[start + datetime.timedelta(int(day)), word, "hoofdlocatie"] for day in days]
    rows.sort(key=lambda row: (row[0], row[1]))
    return {"Logboek": [["Datum", "Soort incident", "Locatie"], *rows]}
