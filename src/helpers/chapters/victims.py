"""LHB against other respondents, and victims by kind, from the Monitor Sociale Veiligheid 2017-2018.

The older survey has no institutions; its figures are the sector's, in every report.
"""

from __future__ import annotations

from functools import partial

import pandas as pd

from helpers import characteristics, disclosure, dutch, figures, schema, settings, statistics, wording
from helpers.chapters import captions, common
from helpers.disclosure.rounding import DOWN, NEAREST, UP
from helpers.publish import Cells, Field, Figure, Finding, Item, Prose, Table
from helpers.report import Report

NAME = {"students": "studenten", "staff": "medewerkers"}
YEARS = "2017-2018"
SOURCE = f"Monitor Sociale Veiligheid {YEARS}"
VIOLENCE = {
    "victim_material": "materieel geweld",
    "victim_psychological_physical": "psychisch-fysiek geweld",
    **{f"victim_{kind}": schema.LABELS["victim"][kind] for kind in schema.VICTIM_KINDS},
}


def lhb(report: Report, population: str) -> list[Item]:
    """Feeling safe and victimisation of LHB respondents beside others."""
    rows = report.sector_rows(f"{population}_msv")
    return [*_safety(rows, population), *_victims(rows, population)]


def _safety(rows: pd.DataFrame, population: str) -> list[Item]:
    people = characteristics.load().people(population)
    data = common.labelled(statistics.shares(rows, by=["lhb"]), "lhb").assign(source=f"{population}_msv")
    cells = common.cells(data)
    text = partial(_safety_text, people=people)
    id = "S12" if population == "students" else "T08"
    at = f"fig-{NAME[population]}-slachtoffers"
    return [Prose(text, cells), Finding(id, text, cells, 35, (id,), 3, at, partial(text, short=True))]


def _safety_text(released: pd.DataFrame, people: str, short: bool = False) -> str:
    shown = released[released[disclosure.REASON] == ""].set_index("label")
    if len(shown) < 2:
        return f"Er zijn te weinig respondenten om LHB-{people} en andere {people} te vergelijken."
    lhb, others = shown.loc["LHB"], shown.loc["niet LHB"]
    gap = statistics.difference(lhb, others)
    if short:
        words = wording.compared(gap.difference, gap.low, gap.high)
        return (
            f"In {YEARS} voelden LHB-{people} zich {words} veilig ({dutch.percent(lhb['safe'])}) "
            f"{wording.than(gap.difference, gap.low, gap.high)} andere {people} ({dutch.percent(others['safe'])})."
        )
    return (
        f"In de {SOURCE} voelden LHB-{people} zich {wording.compared_safe(gap.difference, gap.low, gap.high)} "
        f"andere {people}: {dutch.percent(lhb['safe'])} tegen {dutch.percent(others['safe'])}, "
        f"{wording.with_interval(gap.difference, gap.low, gap.high)}."
    )


def _victims(rows: pd.DataFrame, population: str) -> list[Item]:
    people, name = characteristics.load().people(population), NAME[population]
    data = victim_shares(rows)
    shares = ["share", "low", "high", "n_effective"]
    cells = Cells(
        data,
        keys=["label", "group"],
        hide=shares,
        partition=["label"],
        shares=("share",),
        source=f"{population}_msv",
        percents={"share": NEAREST, "low": DOWN, "high": UP},
    )
    gaps = _gap_cells(cells.release(settings.load_settings().rulebook).data)
    text = partial(_victims_text, people=people)
    id = f"{name}-slachtoffers"
    finding = "S13" if population == "students" else "T09"
    return [
        Prose(text, cells, (f"fig-{id}", f"tbl-{id}", f"tbl-{name}-slachtoffers-verschil")),
        Figure(
            f"fig-{id}",
            partial(_victims_title, people=people),
            partial(_victims_caption, people=people),
            _victims_alt,
            cells,
            figures.Dots(value="share", low="low", high="high", by="group", xlabel="was slachtoffer"),
        ),
        Table(
            f"tbl-{id}",
            f"Aandeel {people} dat slachtoffer was, naar soort geweld, LHB en niet LHB",
            cells,
            [
                Field("Soort geweld", "label"),
                Field("Groep", "group"),
                Field("Respondenten", "n", dutch.number),
                Field("Slachtoffer (%)", "share", common.bare_percent),
                Field("Interval", "low", dutch.interval, upper="high"),
            ],
        ),
        Table(
            f"tbl-{name}-slachtoffers-verschil",
            f"Verschil in slachtofferschap (procentpunt) tussen LHB-{people} en andere {people}; de intervallen "
            "gelden voor alle soorten samen",
            gaps,
            [
                Field("Soort geweld", "label"),
                Field("Verschil", "difference", common.bare_percent),
                Field("Interval", "low", dutch.interval, upper="high"),
                Field("LHB vaker slachtoffer", "words"),
            ],
        ),
        Finding(finding, text, cells, 36, (finding,), 3, f"fig-{id}", partial(text, short=True)),
    ]


def victim_shares(rows: pd.DataFrame) -> pd.DataFrame:
    """Share of victims by kind of violence and LHB: columns label, group, n, n_effective, share, low, high."""
    parts, known = [], characteristics.load()
    for column, words in VIOLENCE.items():
        found = statistics.proportion(rows, column, by=["lhb"])
        found = found[found["n"] > 0]
        parts.append(found.assign(label=words, group=[known.label("lhb", code) for code in found["lhb"]]))
    return pd.concat(parts, ignore_index=True)


def _victims_title(released: pd.DataFrame, people: str) -> str:
    gaps = _gap_cells(released).data
    if gaps.empty:
        return f"Aandeel {people} dat slachtoffer was, naar soort geweld"
    often = int((gaps["low"] > 0).sum())
    kinds = dutch.plural(len(gaps), "soort", "soorten")
    count = dutch.number(often) if often else "geen"
    return f"Bij {count} van de {kinds} geweld zijn LHB-{people} duidelijk vaker slachtoffer"


def _victims_caption(released: pd.DataFrame, people: str) -> str:
    what = f"Aandeel {people} dat slachtoffer was, naar soort geweld, LHB en niet LHB, {captions.interval()}"
    sizes = released[released[disclosure.REASON] == ""].groupby("group", sort=False)["n"].max().dropna()
    count = dutch.enumerate_words(f"{dutch.number(size)} ({group})" for group, size in sizes.items())
    return captions.sourced(what, f"Bron: {SOURCE}, de hele sector", f"n = {count}" if len(sizes) else "")


def _victims_alt(released: pd.DataFrame) -> str:
    return f"Puntendiagram van slachtoffers naar soort geweld. {captions.by_label(released, 'group', 'share')}."


def _gap_cells(released: pd.DataFrame) -> Cells:
    """Difference between the two groups by kind, of released figures; limits hold for all kinds (Bonferroni)."""
    shown = released[released[disclosure.REASON] == ""]
    kinds = [kind for kind in VIOLENCE.values() if (shown["label"] == kind).sum() == 2]
    found = []
    for kind in kinds:
        rows = shown[shown["label"] == kind].set_index("group")
        level = 1 - (1 - statistics.confidence_level()) / len(kinds)
        gap = statistics.difference(rows.loc["LHB"], rows.loc["niet LHB"], level, share="share")
        words = "ja" if gap.low > 0 else "nee, minder vaak" if gap.high < 0 else "geen duidelijk verschil"
        found.append((kind, words, gap.difference, gap.low, gap.high))
    data = pd.DataFrame(found, columns=["label", "words", "difference", "low", "high"])
    return Cells(data, keys=["label", "words"], hide=["difference", "low", "high"], open="released")


def _victims_text(released: pd.DataFrame, people: str, short: bool = False) -> str:
    sentences = []
    for kind in ("materieel geweld", "psychisch-fysiek geweld"):
        rows = released[(released["label"] == kind) & (released[disclosure.REASON] == "")].set_index("group")
        if len(rows) < 2:
            continue
        lhb, others = rows.loc["LHB"], rows.loc["niet LHB"]
        gap = statistics.difference(lhb, others, share="share")
        limits = gap.difference, gap.low, gap.high
        size = "" if short else f"; {wording.with_interval(*limits, nested=True)}"
        words = wording.compared(*limits)
        others_too = f"slachtoffer van {kind} {wording.than(*limits)} andere {people}"
        told = f"LHB-{people} waren {words} {others_too}"
        if short:
            first = f"In {YEARS} waren LHB-{people} {words} {others_too}"
            told = first if not sentences else f"Van {kind} waren zij {words} slachtoffer"
        sentences.append(f"{told} ({dutch.percent(lhb['share'])} tegen {dutch.percent(others['share'])}{size}).")
    return " ".join(sentences) or f"Over slachtofferschap van {people} zijn er te weinig gegevens."
