"""Differences between institutions: the sector's spread without names, and a unit's own place."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial

import pandas as pd

from helpers import disclosure, dutch, figures, statistics, wording
from helpers.chapters import captions, common
from helpers.chapters.common import PEOPLE, SECTOR
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


def _own_row(report: Report, population: str) -> pd.DataFrame:
    """The unit's own row; none where nobody took part."""
    data = _all_institutions(report, population)
    return data[(data["institution_id"] == report.unit) & (data["n"] > 0)].assign(label="eigen instelling")


def _modelled(report: Report, population: str) -> pd.DataFrame:
    """One row an institution of the composition model with enough respondents; none for an earlier wave."""
    data = _expected(report, population)
    return data[data["n_model"] >= report.settings.disclosure.minimum_respondents].reset_index(drop=True)


def _expected(report: Report, population: str) -> pd.DataFrame:
    """One row an institution of the composition model, which is of the last wave; none for an earlier one."""
    data = report.analysis(f"expected_{population}")
    return data.iloc[:0] if population == "students" and report.wave != max(report.about.waves) else data


def spread(report: Report, population: str) -> list[Item]:
    """Caterpillar plot of all institutions, without names (sector report only)."""
    data = institution_table(report, population)
    people, name = PEOPLE[population], NAME[population]
    mean = float(common.figures_for(report, population, "total")["safe"].iloc[0])
    chance = statistics.funnel(data["safe"], mean, data["n_effective"])
    cells = _nameless(data, population, "safe", ["safe", "low", "high"], ("safe",))
    text = partial(_spread_text, people=people, chance=chance)
    students = population == "students"
    source = captions.source(report, population)
    id = f"fig-{name}-spreiding"
    return [
        Prose(text, cells, (id,)),
        Figure(
            id,
            partial(_spread_title, people=people),
            partial(_places_caption, what=f"Aandeel {people} dat zich veilig voelt", source=source),
            lambda released: "Rupsdiagram zonder namen van instellingen. " + text(released),
            cells,
            figures.Caterpillar(mean, f"sector {dutch.percent(mean)}"),
        ),
        Finding(
            "S14" if students else "medewerkers-spreiding", text, cells, 33, ("S14", "S15") if students else (), 2, id
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
    return (
        f"Tussen de {dutch.number(len(shown))} instellingen met genoeg respondenten loopt het aandeel {people} dat "
        f"zich veilig voelt uiteen van {dutch.percent(shown.min())} tot {dutch.percent(shown.max())}; de middelste "
        f"helft van de instellingen ligt tussen {dutch.percent(shown.quantile(0.25))} en "
        f"{dutch.percent(shown.quantile(0.75))}. Van deze instellingen liggen er {dutch.number(chance.outside)} "
        "buiten de 95%-grenzen van een trechterdiagram rond het gemiddelde, waar er bij toeval ongeveer "
        f"{dutch.number(chance.by_chance)} te verwachten zijn."
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
    return captions.sourced(f"{what} per instelling, zonder namen, {captions.INTERVAL}", source, count)


def after_composition(report: Report, population: str) -> list[Item]:
    """What is left of the differences between institutions when composition counts (sector report only)."""
    data = _modelled(report, population)
    people, name = PEOPLE[population], NAME[population]
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
        f"Telt de samenstelling van de {people} mee, dan wijkt het gevonden aandeel nog af van het verwachte: van "
        f"{_signed(rows['excess'].min())} tot {_signed(rows['excess'].max())} procentpunt. Bij {dutch.number(above)} "
        f"van de {dutch.number(total)} instellingen ligt het er duidelijk boven en bij {dutch.number(below)} "
        "duidelijk onder; bij de andere valt het verschil binnen de onzekerheid. Ook als er niets aan de hand is, "
        f"zijn er bij toeval ongeveer {dutch.number(total * 0.05)} te verwachten die afwijken."
    )


def _rank_text(released: pd.DataFrame, total: int) -> str:
    wide = released["spread"].dropna().astype(float)
    return (
        f"Zet men de instellingen na die correctie op volgorde, dan beslaat het interval van een plaats gemiddeld "
        f"{dutch.number(wide.mean())} van de {dutch.number(total)} plaatsen. {ADVICE}"
    )


def _signed(value: float) -> str:
    return ("+" if value > 0 else "") + dutch.number(value * 100, 1)


@dataclass(frozen=True)
class Association:
    """A correlation over institutions that a chapter tells.

    ``x`` and ``y`` by institution, weighted with ``n``; ``rising`` and ``falling`` are clauses that say in words what a
    positive and a negative one mean; ``treats``: published findings that it answers.
    """

    id: str
    title: str
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
        text = partial(_association_text, rising=one.rising, falling=one.falling)
        items += [Prose(text, cells), Finding(one.id, text, cells, 60, one.treats, 2, id)]
    table = Table(
        id,
        "Samenhang over instellingen, gewogen naar aantal respondenten",
        _correlation_cells(rows),
        [
            Field("Samenhang", "label"),
            Field("Instellingen", "k", dutch.number),
            Field("Correlatie (r)", "r", lambda value: dutch.number(value, 2)),
            Field("Interval", "low", lambda value: dutch.number(value, 2), upper="high"),
        ],
    )
    return [*items, Prose("De samenhangen staan bij elkaar in één tabel.", see=(id,)), table]


def _correlation_cells(rows: list[dict]) -> Cells:
    return Cells(pd.DataFrame(rows), keys=["label", "k"], hide=["r", "low", "high"], open="association")


def _association_text(released: pd.DataFrame, rising: str, falling: str) -> str:
    row = released.iloc[0]
    if pd.isna(row["r"]):
        return f"Er zijn te weinig instellingen om te zeggen of geldt: {rising}."
    limits = (
        f"r = {dutch.number(row['r'], 2)}, interval {dutch.number(row['low'], 2)} tot {dutch.number(row['high'], 2)}"
    )
    over = f"Over {dutch.number(row['k'])} instellingen"
    if not wording.certain(row["low"], row["high"]):
        return f"{over} is er geen duidelijke samenhang; niet te zeggen is dat geldt: {rising} ({limits})."
    what = rising if row["r"] > 0 else falling
    return (
        f"{over} is er een {wording.strength(row['r'])} samenhang: {what} ({limits}). "
        "Een samenhang zegt niet wat oorzaak is en wat gevolg."
    )


def own_place(report: Report, population: str) -> list[Item]:
    """The unit's own place in a funnel plot around the sector's mean (institution report only)."""
    own = _own_row(report, population)
    people, name = PEOPLE[population], NAME[population]
    if own.empty:
        return [Prose(f"Van deze instelling hebben geen {people} meegedaan; haar plaats is niet te tonen.")]
    benchmark = common.figures_for(report, population, "total")
    mean = float(benchmark[benchmark["scope"] == SECTOR]["safe"].iloc[0])
    cells = Cells(
        own,
        keys=["label"],
        hide=["safe", "n_effective"],
        shares=("safe",),
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
        Finding(f"eigen-{name}-plaats", text, cells, 40, (), 2, id),
    ]


def _place_text(released: pd.DataFrame, mean: float, people: str) -> str:
    row = released.iloc[0]
    if pd.isna(row["safe"]):
        return f"Er zijn te weinig {people} van deze instelling om haar plaats in de sector te tonen."
    z = statistics.funnel([row["safe"]], mean, [row["n_effective"]]).z[0]
    side = "boven" if z > 0 else "onder"
    if abs(z) < statistics.WARNING:
        return (
            f"Het aandeel {people} van deze instelling dat zich veilig voelt ({dutch.percent(row['safe'])}) ligt "
            f"binnen de grenzen die bij toeval horen rond het sectorgemiddelde van {dutch.percent(mean)}."
        )
    bound = "99,8%" if abs(z) > statistics.ALARM else "95%"
    return (
        f"Het aandeel {people} van deze instelling dat zich veilig voelt ({dutch.percent(row['safe'])}) ligt "
        f"{side} het sectorgemiddelde van {dutch.percent(mean)}, buiten de {bound}-grenzen die bij toeval horen. "
        "Dat zegt nog niet waardoor: de samenstelling van de groep telt mee (zie hierna)."
    )


def _place_title(released: pd.DataFrame, mean: float, people: str) -> str:
    row = released.iloc[0]
    if pd.isna(row["safe"]):
        return f"De plaats van de instelling in de sector, naar het aandeel {people} dat zich veilig voelt"
    z = statistics.funnel([row["safe"]], mean, [row["n_effective"]]).z[0]
    if abs(z) < statistics.WARNING:
        return f"Het aandeel {people} dat zich veilig voelt ligt binnen de grenzen die bij toeval horen"
    side, bound = "boven" if z > 0 else "onder", "99,8%" if abs(z) > statistics.ALARM else "95%"
    return f"Het aandeel {people} dat zich veilig voelt ligt {side} de sector, buiten de {bound}-grenzen van het toeval"


def _place_caption(released: pd.DataFrame, people: str, source: str) -> str:
    what = (
        f"Aandeel {people} dat zich veilig voelt naast het gemiddelde van de sector, met de grenzen waarbinnen 95% en "
        "99,8% van de instellingen bij toeval valt"
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
    people, name = PEOPLE[population], NAME[population]
    if own.empty:
        return [
            Prose(
                f"Een verwachte waarde gegeven de samenstelling van de {people} is voor deze instelling niet te "
                "berekenen (te weinig instellingen of respondenten)."
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
                Field("Interval gevonden", "observed_low", common.bare_percent, upper="observed_high"),
                Field("Verwacht (%)", "expected", common.bare_percent),
                Field("Verschil", "excess", common.bare_percent),
                Field("Interval verschil", "excess_low", common.bare_percent, upper="excess_high"),
            ],
        ),
        Prose(partial(_own_rank_text, total=len(every), people=people), cells),
        Finding(f"eigen-{name}-verwacht", text, cells, 50, (), 2, id),
    ]


def _expected_text(released: pd.DataFrame, people: str) -> str:
    row = released.iloc[0]
    if pd.isna(row["observed"]):
        return f"Er zijn te weinig {people} van deze instelling om gevonden en verwacht naast elkaar te zetten."
    start = (
        f"Op grond van de samenstelling van de {people} is te verwachten dat {dutch.percent(row['expected'])} zich "
        f"veilig voelt; gevonden is {dutch.percent(row['observed'])}, "
        f"{wording.with_interval(row['excess'], row['excess_low'], row['excess_high'])}."
    )
    if not wording.certain(row["excess_low"], row["excess_high"]):
        return start + " Het verschil valt binnen de onzekerheid."
    side = "hoger" if row["excess"] > 0 else "lager"
    size = "licht" if abs(row["excess"]) < wording.SLIGHT else "duidelijk"
    return start + f" Het gevonden aandeel is daarmee {size} {side} dan verwacht."


def _own_rank_text(released: pd.DataFrame, total: int, people: str) -> str:
    row = released.iloc[0]
    if pd.isna(row["rank"]):
        return ""
    return (
        f"Houdt men ook rekening met toeval, dan is de beste schatting van het aandeel {people} dat zich veilig "
        f"voelt {dutch.percent(row['shrunken'])} (interval "
        f"{dutch.interval(row['shrunken_low'], row['shrunken_high'])}). Op volgorde gezet, na correctie voor "
        f"samenstelling, zou deze instelling ergens tussen plaats {dutch.number(row['rank_low'])} en "
        f"{dutch.number(row['rank_high'])} van de {dutch.number(total)} staan. {ADVICE}"
    )
