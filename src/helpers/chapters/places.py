"""Differences between institutions: the sector's spread without names, and a unit's own place."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial

import pandas as pd

from helpers import characteristics, disclosure, dutch, figures, statistics, wording
from helpers.chapters import captions, common
from helpers.chapters.common import SECTOR
from helpers.disclosure.rounding import DOWN, NEAREST, UP
from helpers.publish import Cells, Field, Figure, Finding, Item, Prose, Table
from helpers.report import Report

NAME = {"students": "studenten", "staff": "medewerkers"}
NEARBY = ("observed", "expected", "excess", "shrunken")
LOWER = ("observed_low", "excess_low", "shrunken_low")
UPPER = ("observed_high", "excess_high", "shrunken_high")
ADVICE = "Wij raden af om instellingen op volgorde te zetten: een plaats hoger of lager zegt meestal niets."


def institution_table(report: Report, population: str) -> pd.DataFrame:
    """One row an institution with enough respondents: its observed share in the report's wave."""
    data = _all_institutions(report, population)
    return data[data["n"] >= report.settings.disclosure.minimum_respondents].reset_index(drop=True)


def _all_institutions(report: Report, population: str) -> pd.DataFrame:
    data = report.analysis(f"institutions_{population}")
    return data[data["wave"] == report.wave] if "wave" in data else data


def _untold(report: Report, population: str) -> set[str]:
    """Institutions whose own share may not be shown: few respondents, or answers that nobody or everybody gave.

    Their place among others may not be shown either: whoever knows all others' shares knows whose the last one is.
    """
    data = _all_institutions(report, population).dropna(subset=["safe"])
    data = data.assign(neutral=(1 - data["safe"] - data["unsafe"]).round(9))
    released = Cells(
        data, keys=["institution_id"], hide=["safe"], shares=("safe", "neutral", "unsafe"), source=population
    ).release(report.settings.rulebook)
    return set(released.data.loc[released.data["safe"].isna(), "institution_id"])


def _own_row(report: Report, population: str) -> pd.DataFrame:
    """The unit's own row; none where nobody took part."""
    data = _all_institutions(report, population)
    own = data[(data["institution_id"] == report.unit) & (data["n"] > 0)]
    return own.assign(label="eigen instelling", untold=report.unit in _untold(report, population))


def _modelled(report: Report, population: str) -> pd.DataFrame:
    """One row an institution of the composition model with enough respondents; none for an earlier wave."""
    data = _expected(report, population)
    enough = data["n_model"] >= report.settings.disclosure_for(population).minimum_respondents
    return data[enough & ~data["institution_id"].isin(_untold(report, population))].reset_index(drop=True)


def _expected(report: Report, population: str) -> pd.DataFrame:
    """One row an institution of the composition model, which is of the last wave; none for an earlier one."""
    data = report.analysis(f"expected_{population}")
    return data.iloc[:0] if population == "students" and report.wave != max(report.about.waves) else data


def spread(report: Report, population: str) -> list[Item]:
    """Caterpillar plot of all institutions, without names (sector report only)."""
    data = institution_table(report, population)
    people, name = characteristics.load().people(population), NAME[population]
    mean = float(common.figures_for(report, population, "total")["safe"].iloc[0])
    chance = statistics.funnel(data["safe"], mean, data["n_effective"])
    told = data[~data["institution_id"].isin(_untold(report, population))]
    cells = _nameless(told, population, "safe", ["safe", "low", "high"], ("safe",))
    text = partial(_spread_text, people=people, chance=chance)
    students = population == "students"
    source = captions.source(report, population)
    id = f"fig-{name}-spreiding"
    figure = Figure(
        id,
        partial(_spread_title, people=people),
        partial(_places_caption, what=f"Aandeel {people} dat zich veilig voelt", source=source),
        lambda released: "Rupsdiagram zonder namen van instellingen. " + text(released),
        cells,
        figures.Caterpillar(mean, f"sector {dutch.percent(mean)}"),
    )
    released = cells.release(report.settings.rulebook).data
    several = (released[disclosure.REASON] == "").sum() > 1  # of one there is nothing to compare
    return [
        Prose(text, cells, (id,)),
        *([figure] if several else []),
        Finding(
            "S14" if students else "medewerkers-spreiding",
            text,
            cells,
            33,
            ("S14", "S15") if students else (),
            2,
            id,
            partial(_short_spread_text, people=people),
        ),
    ]


def _nameless(data: pd.DataFrame, source: str, value: str, hide: list[str], shares: tuple[str, ...] = ()) -> Cells:
    """Institutions in order of a value, with a place instead of a name, and without their numbers of respondents."""
    ordered = data.dropna(subset=[value]).sort_values(value)
    placed = ordered.assign(place=range(1, len(ordered) + 1), n=ordered["n" if "n" in ordered else "n_model"])
    return Cells(placed, keys=["place"], hide=hide, shares=shares, source=source, show_count=False)


def _spread_text(released: pd.DataFrame, people: str, chance: statistics.Funnel) -> str:
    shown = released["safe"].dropna().astype(float)
    if len(shown) < 2:
        return f"Er zijn te weinig instellingen om de spreiding van het veiligheidsgevoel van {people} te tonen."
    bound = dutch.confidence(statistics.confidence_level())
    return (
        f"Bij de {dutch.number(len(shown))} instellingen met genoeg respondenten loopt het aandeel {people} dat zich "
        f"veilig voelt, van {dutch.percent(shown.min())} tot {dutch.percent(shown.max())}. De middelste helft van de "
        f"instellingen ligt tussen {dutch.percent(shown.quantile(0.25))} en {dutch.percent(shown.quantile(0.75))}. Bij "
        f"{_none(chance.outside)} van deze instellingen ligt het aandeel buiten de {bound}-grenzen van een "
        f"trechterdiagram rond het gemiddelde; door toeval alleen zou dat bij {_about(chance.by_chance)} zo zijn."
    )


def _about(expected: float) -> str:
    count = round(expected)
    return f"ongeveer {dutch.plural(count, 'instelling', 'instellingen')}" if count else "minder dan 1 instelling"


def _none(count: int) -> str:
    return "geen" if count == 0 else dutch.number(count)


def _short_spread_text(released: pd.DataFrame, people: str) -> str:
    shown = released["safe"].dropna().astype(float)
    if len(shown) < 2:
        return ""
    return (
        f"Het aandeel {people} dat zich veilig voelt, verschilt per instelling: van {dutch.percent(shown.min())} tot "
        f"{dutch.percent(shown.max())}."
    )


def _spread_title(released: pd.DataFrame, people: str) -> str:
    shown = released["safe"].dropna().astype(float)
    if len(shown) < 2:
        return f"Het aandeel {people} dat zich veilig voelt, per instelling"
    return (
        f"Tussen instellingen loopt het aandeel {people} dat zich veilig voelt uiteen van "
        f"{dutch.percent(shown.min())} tot {dutch.percent(shown.max())}"
    )


def _places_caption(released: pd.DataFrame, what: str, source: str) -> str:
    shown = released[released[disclosure.REASON] == ""]
    count = dutch.plural(len(shown), "instelling", "instellingen")
    return captions.sourced(f"{what} per instelling, zonder namen, {captions.interval()}", source, count)


def after_composition(report: Report, population: str) -> list[Item]:
    """What is left of the differences between institutions when composition counts (sector report only)."""
    data = _modelled(report, population)
    people, name = characteristics.load().people(population), NAME[population]
    if len(data) < 2:
        return [
            Prose(f"Wat er overblijft als de samenstelling van de {people} meetelt, is in deze editie niet te tonen.")
        ]
    data = data.assign(spread=data["rank_high"] - data["rank_low"])
    cells = _nameless(
        data, population, "excess", ["excess", "excess_low", "excess_high", "expected", "shrunken", "spread"]
    )
    text = partial(_after_text, people=people, total=len(data))
    what = f"Gevonden min verwacht aandeel {people} dat zich veilig voelt (dicht: duidelijk anders dan verwacht)"
    id = f"fig-{name}-na-samenstelling"
    return [
        Prose(text, cells, (id,)),
        Figure(
            id,
            partial(_after_title, people=people),
            partial(_places_caption, what=what, source=captions.source(report, population)),
            lambda released: "Rupsdiagram zonder namen van instellingen. " + text(released),
            cells,
            figures.Caterpillar(
                0.0,
                "als verwacht",
                value="excess",
                low="excess_low",
                high="excess_high",
                ylabel="verschil (procentpunt)",
                marked=True,
            ),
        ),
        Prose(partial(_rank_text, total=len(data)), cells),
    ]


def _after_title(released: pd.DataFrame, people: str) -> str:
    above, below = int((released["excess_low"] > 0).sum()), int((released["excess_high"] < 0).sum())
    if above + below == 0:
        return f"Gezien de samenstelling van de {people} wijkt geen instelling duidelijk af van wat te verwachten is"
    return (
        f"Gezien de samenstelling van de {people} ligt het aandeel bij "
        f"{dutch.plural(above, 'instelling', 'instellingen')} duidelijk boven en bij {dutch.number(below)} duidelijk "
        "onder wat te verwachten is"
    )


def _after_text(released: pd.DataFrame, people: str, total: int) -> str:
    rows = released.dropna(subset=["excess"])
    above, below = int((rows["excess_low"] > 0).sum()), int((rows["excess_high"] < 0).sum())
    return (
        f"Ook als de samenstelling van de {people} meetelt, wijkt het gevonden aandeel af van het verwachte: van "
        f"{_signed(rows['excess'].min())} tot {_signed(rows['excess'].max())} procentpunt. Bij {_none(above)} "
        f"van de {dutch.number(total)} instellingen ligt het erboven, buiten de onzekerheid, en bij {_none(below)} "
        "eronder. Bij de andere valt het verschil binnen de onzekerheid. Ook als er niets aan de hand is, wijken er "
        f"door toeval ongeveer {dutch.number(total * statistics.by_chance())} af."
    )


def _rank_text(released: pd.DataFrame, total: int) -> str:
    wide = released["spread"].dropna().astype(float)
    return (
        "Zetten wij de instellingen na die correctie op volgorde, dan beslaat het interval van een plaats gemiddeld "
        f"{dutch.number(wide.mean())} van de {dutch.number(total)} plaatsen. {ADVICE}"
    )


def _signed(value: float) -> str:
    return ("+" if value > 0 else "") + dutch.number(value * 100, 1)


@dataclass(frozen=True)
class Association:
    """A correlation over institutions that a chapter tells.

    ``between`` names both in a sentence. ``x`` and ``y`` by institution, weighted with ``n``; ``rising`` and
    ``falling`` are clauses that say in words what a positive and a negative one mean; ``treats``: published findings
    that it answers.
    """

    id: str
    title: str
    between: str
    x: pd.Series
    y: pd.Series
    n: pd.Series
    rising: str
    falling: str
    treats: tuple[str, ...] = ()


def associations(report: Report, population: str, all_of_them: list[Association]) -> list[Item]:
    """Correlations over institutions, weighted for size, each with its interval, and one table of them."""
    name = NAME[population]
    id = f"tbl-{name}-samenhang"
    items: list[Item] = []
    rows = []
    for one in all_of_them:
        found = statistics.correlation(one.x, one.y, one.n)
        row = {
            "label": one.title,
            "n": int(one.n.sum()),
            "r": found.r,
            "low": found.low,
            "high": found.high,
            "k": found.n,
        }
        rows.append(row)
        cells = _correlation_cells([row])
        text = partial(_association_text, one=one)
        told = partial(_association_text, one=one, telling=True)
        short = partial(_association_text, one=one, telling=True, short=True)
        items += [Prose(text, cells), Finding(one.id, told, cells, 60, one.treats, 2, id, short)]
    table = Table(
        id,
        "Samenhang over instellingen, gewogen naar aantal respondenten",
        _correlation_cells(rows),
        [
            Field("Samenhang", "label"),
            Field("Instellingen", "k", dutch.number),
            Field("Correlatie (r)", "r", lambda value: dutch.number(value, 2)),
            Field("Interval", "low", partial(dutch.limits, decimals=2), upper="high"),
        ],
    )
    together = "Hieronder staan de samenhangen bij elkaar. Een samenhang zegt niet wat oorzaak is en wat gevolg."
    return [*items, Prose(together, see=(id,)), table]


def _correlation_cells(rows: list[dict]) -> Cells:
    return Cells(pd.DataFrame(rows), keys=["label", "k"], hide=["r", "low", "high"], open="association")


def _association_text(released: pd.DataFrame, one: Association, telling: bool = False, short: bool = False) -> str:
    """What an association says; ``telling``: empty where it cannot be computed; ``short``: for the summary."""
    row = released.iloc[0]
    if pd.isna(row["r"]):
        few = f"Er zijn te weinig instellingen om iets te zeggen over de samenhang tussen {one.between}."
        return "" if telling else few
    limits = f"r = {dutch.number(row['r'], 2)}, interval {dutch.limits(row['low'], row['high'], 2)}"
    if not wording.certain(row["low"], row["high"]):
        text = f"Er is geen duidelijke samenhang tussen {one.between}"
        return f"{text}." if short else f"{text} ({dutch.number(row['k'])} instellingen; {limits})."
    what, strength = one.rising if row["r"] > 0 else one.falling, wording.strength(row["r"])
    if short:
        return f"{dutch.sentence(what)}: een {strength} samenhang."
    return f"Over {dutch.number(row['k'])} instellingen is er een {strength} samenhang: {what} ({limits})."


def own_place(report: Report, population: str) -> list[Item]:
    """The unit's own place in a funnel plot around the sector's mean (institution report only)."""
    own = _own_row(report, population)
    people, name = characteristics.load().people(population), NAME[population]
    if own.empty:
        return [Prose(f"Van deze instelling deden geen {people} mee; haar plaats is daarom niet te tonen.")]
    benchmark = common.figures_for(report, population, "total")
    mean = float(benchmark[benchmark["scope"] == SECTOR]["safe"].iloc[0])
    cells = Cells(
        own,
        keys=["label"],
        hide=["safe", "n_effective"],
        shares=("safe",),
        protect="untold",
        source=population,
        percents={"safe": NEAREST},
    )
    text = partial(_place_text, mean=mean, people=people)
    id = f"fig-{name}-plaats"
    return [
        Prose(text, cells, (id,)),
        Figure(
            id,
            partial(_place_title, mean=mean, people=people),
            partial(_place_caption, people=people, source=captions.source(report, population)),
            lambda released: "Trechterdiagram. " + text(released),
            cells,
            figures.Funnel(mean),
        ),
        Finding(f"eigen-{name}-plaats", text, cells, 40, (), 2, id, partial(text, short=True)),
    ]


def _place_text(released: pd.DataFrame, mean: float, people: str, short: bool = False) -> str:
    row = released.iloc[0]
    if pd.isna(row["safe"]):
        return f"Er zijn te weinig {people} van deze instelling om haar plaats in de sector te tonen."
    z = statistics.funnel([row["safe"]], mean, [row["n_effective"]]).z[0]
    start = (
        f"Het aandeel {people} van deze instelling dat zich veilig voelt, is {dutch.percent(row['safe'])}; het "
        f"sectorgemiddelde is {dutch.percent(mean)}."
    )
    if abs(z) < statistics.warning():
        return f"{start} Dat verschil valt binnen de grenzen die bij toeval horen."
    bound = _bound(z)
    small = " is klein, maar" if _is_small(row, mean) else ""
    outside = f"{start} Dat verschil{small} valt buiten de {bound}-grenzen die bij toeval horen."
    return outside if short else f"{outside} Waardoor dat komt, staat hiermee niet vast: de samenstelling telt mee."


def _bound(z: float) -> str:
    """The outermost limits of a funnel that a distance lies outside."""
    return dutch.confidence(statistics.ALARM_CONFIDENCE if abs(z) > statistics.ALARM else statistics.confidence_level())


def _is_small(row: pd.Series, mean: float) -> bool:
    """Large numbers put small differences outside the limits; beside the sector they are "ongeveer even vaak"."""
    return abs(row["safe"] - mean) < wording.SLIGHT


def _place_title(released: pd.DataFrame, mean: float, people: str) -> str:
    row = released.iloc[0]
    if pd.isna(row["safe"]):
        return f"De plaats van de instelling in de sector, naar het aandeel {people} dat zich veilig voelt"
    z = statistics.funnel([row["safe"]], mean, [row["n_effective"]]).z[0]
    if abs(z) < statistics.warning():
        return f"Het aandeel {people} dat zich veilig voelt ligt binnen de grenzen die bij toeval horen"
    side, bound = "boven" if z > 0 else "onder", _bound(z)
    side = f"iets {side}" if _is_small(row, mean) else side
    return f"Het aandeel {people} dat zich veilig voelt ligt {side} de sector, buiten de {bound}-grenzen van het toeval"


def _place_caption(released: pd.DataFrame, people: str, source: str) -> str:
    inner, outer = (dutch.confidence(each) for each in (statistics.confidence_level(), statistics.ALARM_CONFIDENCE))
    what = (
        f"Aandeel {people} dat zich veilig voelt naast het gemiddelde van de sector, met de grenzen waarbinnen {inner} "
        f"en {outer} van de instellingen bij toeval valt"
    )
    return captions.sourced(what, source, captions.counted(released, people))


def expected_row(report: Report, population: str) -> pd.DataFrame:
    """The unit's own row of the composition model; none where nothing can be expected."""
    every = _modelled(report, population)
    data = _expected(report, population) if len(every) else every
    return data[(data["institution_id"] == report.unit) & data["expected"].notna()]


def expected(report: Report, population: str) -> list[Item]:
    """Observed against what is expected given composition, and the rank's uncertainty (institution report only)."""
    every = _modelled(report, population)
    own = expected_row(report, population).assign(label="eigen instelling")
    people, name = characteristics.load().people(population), NAME[population]
    if own.empty:
        return [
            Prose(
                f"Voor deze instelling is niet te berekenen wat bij de samenstelling van de {people} te verwachten is: "
                "er zijn te weinig instellingen of respondenten."
            )
        ]
    shown = ["observed", "observed_low", "observed_high", "expected", "excess", "excess_low", "excess_high"]
    cells = Cells(
        own.assign(n=own["n_model"]),
        keys=["label"],
        hide=[*shown, "shrunken", "shrunken_low", "shrunken_high", "rank", "rank_low", "rank_high"],
        shares=("observed",),
        source=population,
        percents={**dict.fromkeys(NEARBY, NEAREST), **dict.fromkeys(LOWER, DOWN), **dict.fromkeys(UPPER, UP)},
    )
    text = partial(_expected_text, people=people)
    id = f"tbl-{name}-verwacht"
    return [
        Prose(text, cells, (id,)),
        Table(
            id,
            f"Gevonden en verwacht aandeel {people} dat zich veilig voelt, van respondenten van wie alle kenmerken "
            "bekend zijn (verschil in procentpunt)",
            cells,
            [
                Field("Respondenten", "n", dutch.number),
                Field("Gevonden (%)", "observed", common.bare_percent),
                Field("Interval gevonden", "observed_low", dutch.interval, upper="observed_high"),
                Field("Verwacht (%)", "expected", common.bare_percent),
                Field("Verschil", "excess", common.bare_percent),
                Field("Interval verschil", "excess_low", dutch.interval, upper="excess_high"),
            ],
        ),
        Prose(partial(_own_rank_text, total=len(every), people=people), cells),
        Finding(f"eigen-{name}-verwacht", text, cells, 50, (), 2, id, partial(text, short=True)),
    ]


def _expected_text(released: pd.DataFrame, people: str, short: bool = False) -> str:
    row = released.iloc[0]
    if pd.isna(row["observed"]):
        return f"Er zijn te weinig {people} van deze instelling om gevonden en verwacht naast elkaar te zetten."
    limits = row["excess"], row["excess_low"], row["excess_high"]
    start = (
        f"Bij de samenstelling van de {people} is te verwachten dat {dutch.percent(row['expected'])} zich veilig "
        f"voelt; gevonden is {dutch.percent(row['observed'])}"
    )
    if short:
        return f"{start}. Dat is {wording.higher(*limits)} dan verwacht."
    return f"{start}, {wording.with_interval(*limits)}. Dat is {wording.higher(*limits)} dan verwacht."


def _own_rank_text(released: pd.DataFrame, total: int, people: str) -> str:
    row = released.iloc[0]
    if pd.isna(row["rank"]):
        return ""
    return (
        f"Houden wij ook rekening met toeval, dan is de beste schatting van het aandeel {people} dat zich veilig "
        f"voelt, {dutch.percent(row['shrunken'])} (interval "
        f"{dutch.interval(row['shrunken_low'], row['shrunken_high'])}). Zetten wij alle instellingen na correctie voor "
        f"hun samenstelling op volgorde, dan staat deze ergens tussen plaats {dutch.number(row['rank_low'])} en "
        f"{dutch.number(row['rank_high'])} van de {dutch.number(total)}. {ADVICE}"
    )
