"""One page: where the institution stands, beside others, earlier waves and what is expected given composition."""

from __future__ import annotations

from functools import partial

import pandas as pd

from helpers import disclosure, dutch, figures, statistics, wording
from helpers.chapters import captions, common, places, students
from helpers.chapters.common import COMPARABLE, OWN, PEOPLE, SECTOR
from helpers.disclosure.rounding import DOWN, NEAREST, UP
from helpers.publish import Cells, Figure, Item, Prose
from helpers.report import Report

EXPECTED = "verwacht"
ID = "fig-beeld"
KEYS = ["people", "scope", "wave"]
NUMBERS = ["safe", "safe_low", "safe_high", "neutral", "unsafe", "n_effective", "observed"]
NUMBERS += ["excess", "excess_low", "excess_high"]


def picture(report: Report) -> list[Item]:
    """A paragraph, the composite figure, and what stands in it."""
    if report.is_sector:
        return [Prose("Dit beeld is er van één instelling; dat van de hele sector staat in de hoofdstukken.")]
    waves = [wave for wave in report.about.waves if wave <= report.wave]
    broken = students.breaks(report, waves)
    pairs, _ = students.changes(report, waves)
    cells = _cells(report, waves)
    return [
        Prose(partial(_text, pairs=pairs), cells, (ID,)),
        Figure(
            ID,
            _title,
            partial(_caption, report=report),
            _alt,
            cells,
            figures.Standing(tuple(zip(broken["wave"], broken["kind"], strict=True))),
        ),
        Prose(common.comparable_words(report)),
        *_without(report),
    ]


def _without(report: Report) -> list[Item]:
    """Which population is left out of the edition, and why."""
    return [Prose(reason) for table in PEOPLE if (reason := report.left_out(table)) is not None]


def _cells(report: Report, waves: list[int]) -> Cells:
    """Shares by population, scope and wave, and the expected share of the last one: what each population releases."""
    parts = [
        _population(report, population, waves).release(report.settings.rulebook).data
        for population in PEOPLE
        if report.left_out(population) is None
    ]
    data = pd.concat(parts, ignore_index=True) if parts else pd.DataFrame(columns=[*KEYS, "n", *NUMBERS])
    shown = data[data[disclosure.REASON] == ""] if parts else data
    return Cells(shown.reset_index(drop=True), keys=KEYS, hide=["n", *NUMBERS], open="released")


def _population(report: Report, population: str, waves: list[int]) -> Cells:
    """Cells of one population.

    An expected share goes with the difference from the one that was found, so that it is hidden where that one is.
    """
    parts = []
    for wave in waves if population == "students" else [None]:
        found = common.figures_for(report, population, "total", wave)
        parts.append(found.assign(wave=wave, observed=found["safe"]))
    parts.append(_expected(report, population).assign(wave=waves[-1] if population == "students" else None))
    columns = ["scope", "wave", "n", *NUMBERS]
    filled = [part.reindex(columns=columns).astype({"wave": object}) for part in parts if len(part)]
    data = pd.concat(filled, ignore_index=True) if filled else pd.DataFrame(columns=columns)
    return Cells(
        data.assign(
            people=PEOPLE[population],
            wave=pd.array(data["wave"], dtype="Int64"),
            benchmark=data["scope"].isin((SECTOR, COMPARABLE)),
            **{column: data[column].astype(float) for column in NUMBERS},
        ),
        keys=KEYS,
        hide=NUMBERS,
        shares=("safe", "neutral", "unsafe", "observed"),
        source=population,
        rounded="benchmark",
        percents={
            **dict.fromkeys(("safe", "neutral", "unsafe", "observed", "excess"), NEAREST),
            **dict.fromkeys(("safe_low", "excess_low"), DOWN),
            **dict.fromkeys(("safe_high", "excess_high"), UP),
        },
    )


def _expected(report: Report, population: str) -> pd.DataFrame:
    """One row: what is expected given composition; none where it cannot be computed."""
    data = places.expected_row(report, population)
    if data.empty:
        return data.iloc[:, :0]
    nothing = dict.fromkeys(("safe_low", "safe_high", "neutral", "unsafe", "n_effective"), float("nan"))
    return data.assign(scope=EXPECTED, n=data["n_model"], safe=data["expected"], **nothing)[["scope", "n", *NUMBERS]]


def _now(released: pd.DataFrame, people: str) -> pd.DataFrame:
    """Rows of one population's last wave that may be shown, by scope."""
    rows = released[released["people"] == people]
    if rows["wave"].notna().any():
        rows = rows[rows["wave"] == rows["wave"].max()]
    return rows[rows[disclosure.REASON] == ""].set_index("scope")


def _told(released: pd.DataFrame) -> dict[str, pd.DataFrame]:
    """Shown rows of each population that has its sector's share."""
    found = {str(people): _now(released, people) for people in dict.fromkeys(released["people"])}
    return {people: rows for people, rows in found.items() if SECTOR in rows.index}


def _title(released: pd.DataFrame) -> str:
    compared = [(people, _gap(rows)) for people, rows in _told(released).items() if OWN in rows.index]
    if not compared:
        return "Van deze instelling zijn er te weinig antwoorden om te tonen; dit is het beeld van de sector"
    words = [wording.compared_safe(gap.difference, gap.low, gap.high) for _, gap in compared]
    if len(set(words)) == 1:
        everyone = dutch.enumerate_words(people for people, _ in compared)
        return f"{dutch.sentence(everyone)} voelen zich hier {words[0]} in de sector"
    text = f"{dutch.sentence(compared[0][0])} voelen zich hier {words[0]} in de sector"
    for people, gap in compared[1:]:
        text += f", {people} {wording.compared(gap.difference, gap.low, gap.high)}"
    return text


def _gap(rows: pd.DataFrame) -> statistics.Difference:
    return common.gap_with_sector(rows.loc[OWN], rows.loc[SECTOR])


def _caption(released: pd.DataFrame, report: Report) -> str:
    told = _told(released)
    counts = [
        f"{people} {captions.counted(rows.drop(index=EXPECTED, errors='ignore').reset_index())}"
        for people, rows in told.items()
    ]
    sources = [common.source(report, code) for code, people in PEOPLE.items() if people in told]
    expected = any(EXPECTED in rows.index for rows in told.values())
    what = f"Aandeel dat zich veilig voelt, {captions.INTERVAL}"
    if expected:
        what += "; verwacht is het aandeel dat bij de samenstelling van de groep past"
    return captions.sourced(what, f"Bron: {dutch.enumerate_words(sources)}", "; ".join(counts))


def _alt(released: pd.DataFrame) -> str:
    pieces = [_title(released)]
    for people, rows in _told(released).items():
        parts = [f"{scope} {dutch.percent(row['safe'])}" for scope, row in rows.iterrows()]
        pieces.append(f"{dutch.sentence(people)} die zich veilig voelen: {', '.join(parts)}")
    waves = released[(released[disclosure.REASON] == "") & released["wave"].notna() & (released["scope"] != EXPECTED)]
    if waves["wave"].nunique() > 1:
        lines = [
            f"{scope} " + ", ".join(f"{row['wave']} {dutch.percent(row['safe'])}" for _, row in part.iterrows())
            for scope, part in waves.groupby("scope", sort=False)
        ]
        pieces.append(f"Studenten per meting: {'; '.join(lines)}")
    return ". ".join(pieces)


def _text(released: pd.DataFrame, pairs: pd.DataFrame) -> str:
    told = _told(released)
    if not told:
        return "Er zijn te weinig antwoorden om te tonen waar deze instelling staat."
    sentences = []
    for people, rows in told.items():
        sentences += [_beside(people, rows), _against_expected(people, rows)]
        if people == PEOPLE["students"]:
            sentences.append(_over_time(released, people, pairs))
    return " ".join(sentence for sentence in sentences if sentence)


def _beside(people: str, rows: pd.DataFrame) -> str:
    if OWN not in rows.index:
        return (
            f"Over {people} van deze instelling zijn er te weinig antwoorden om te tonen. "
            f"{captions.of_sector(rows.loc[SECTOR], people)}."
        )
    text = captions.beside(rows.loc[OWN], rows.loc[SECTOR], people)
    if COMPARABLE in rows.index:
        text += f"; bij vergelijkbare instellingen is het {dutch.percent(rows.loc[COMPARABLE, 'safe'])}"
    return f"{text}."


def _against_expected(people: str, rows: pd.DataFrame) -> str:
    if EXPECTED not in rows.index or OWN not in rows.index:
        return ""
    row = rows.loc[EXPECTED]
    start = f"Gezien de samenstelling van de {people} was {dutch.percent(row['safe'])} te verwachten"
    if not wording.certain(row["excess_low"], row["excess_high"]):
        return f"{start}; het verschil daarmee valt binnen de onzekerheid."
    size = "iets" if abs(row["excess"]) < wording.SLIGHT else "duidelijk"
    return f"{start}; wat is gevonden, ligt {size} {'hoger' if row['excess'] > 0 else 'lager'}."


def _over_time(released: pd.DataFrame, people: str, pairs: pd.DataFrame) -> str:
    rows = released[(released["people"] == people) & (released["scope"] == OWN)]
    if rows["wave"].nunique() < 2:
        return ""
    return f"{students.trend_title(rows, pairs)}."
