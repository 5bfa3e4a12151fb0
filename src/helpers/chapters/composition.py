"""What the multilevel models say: how much lies between institutions, and what goes with it."""

from __future__ import annotations

import json
from functools import partial

import pandas as pd

from helpers import characteristics, dutch, settings, wording
from helpers.chapters import common, phrases
from helpers.disclosure.rounding import to_multiples
from helpers.models import specification
from helpers.publish import Cells, Field, Finding, Item, Prose, Table
from helpers.report import Report

NAME = {"students": "studenten", "staff": "medewerkers"}
MODEL = {
    "null": "zonder kenmerken",
    "composition": "met samenstelling",
    "satisfaction": "met samenstelling en tevredenheid",
    "institution": "met samenstelling en kenmerken van de instelling",
    "programme": "zonder kenmerken, met opleidingen",
}
REFERENCE = " (ijkgroep)"


def model(report: Report, population: str) -> list[Item]:
    """Sentences and tables on the multilevel models of a population (sector report only)."""
    summary = report.analysis(f"models_{population}")
    people, name = characteristics.load().people(population), NAME[population]
    cells = _summary_cells(summary)
    id = "S19" if population == "students" else "T07"
    fitted = summary[summary["variance"].notna()]
    if fitted.empty:
        reason = summary["message"].iloc[0]
        told = Prose(f"Het multilevelmodel voor {people} is in deze editie niet te schatten: {reason}")
        return [told, Finding(id, "", cells, treats=(id,))]
    text = partial(_variance_text, people=people)
    tables = (f"tbl-{name}-model", f"tbl-{name}-odds")
    return [
        Prose(text, cells, tables),
        _summary_table(tables[0], cells, people),
        Prose(partial(_quality_text, people=people), cells),
        *_terms(report, population, "composition", tables[1], "kenmerken van {people}"),
        *_satisfaction(report, population),
        *_institution(report, population),
        *_check(report, population),
        Finding(id, text, cells, 55, (id,), 2, tables[0], partial(_short_variance_text, people=people)),
    ]


def _summary_cells(summary: pd.DataFrame) -> Cells:
    """Numbers of respondents are told in multiples, as all over several institutions; other numbers are whole too."""
    fitted = summary[summary["variance"].notna()]
    base = settings.load_settings().disclosure.benchmark_rounding
    counts = {name: to_multiples(fitted[name], base) for name in ("n", "n_dropped")}
    counts |= {name: fitted[name] for name in ("n_institutions", "n_programmes")}
    whole = {name: pd.array(values, dtype="Int64") for name, values in counts.items()}
    return Cells(
        fitted.assign(label=[MODEL[code] for code in fitted["model"]], **whole),
        keys=["label", "model", "singular", "converged", "notes"],
        hide=[*specification.NUMBERS],
        open="model",
    )


def _summary_table(id: str, cells: Cells, people: str) -> Table:
    return Table(
        id,
        f"Multilevelmodellen voor het veiligheidsgevoel van {people}: variantie tussen instellingen, het deel van de "
        "verschillen dat tussen instellingen ligt (ICC), mediane odds ratio, en hoeveel kleiner de variantie is dan "
        "zonder kenmerken",
        cells,
        [
            Field("Model", "label"),
            Field("Variantie", "variance", partial(dutch.number, decimals=3)),
            Field("Interval variantie", "variance_low", partial(dutch.limits, decimals=3), upper="variance_high"),
            Field("ICC (%)", "icc", common.bare_percent),
            Field("Interval ICC", "icc_low", dutch.interval, upper="icc_high"),
            Field("Mediane OR", "mor", lambda value: dutch.number(value, 2)),
            Field("Variantie kleiner (%)", "pcv", partial(dutch.percent, decimals=0, sign=False)),
        ],
    )


def _variance_text(released: pd.DataFrame, people: str) -> str:
    by_model = released.set_index("model")
    null = by_model.loc["null"]
    between = dutch.percent(null["icc"])
    if pd.notna(null["icc_low"]):
        between += f" (interval {dutch.interval(null['icc_low'], null['icc_high'])})"
    start = (
        f"Van alle verschillen in het veiligheidsgevoel van {people} ligt {between} tussen "
        f"instellingen en {dutch.percent(1 - null['icc'])} binnen instellingen."
    )
    if "programme" in by_model.index:
        start += _programmes(by_model.loc["programme"])
    if "composition" not in by_model.index:
        return start
    pcv = by_model.loc["composition", "pcv"]
    if pd.isna(pcv) or pcv <= 0:
        return start + " De verschillen tussen instellingen worden niet kleiner als hun samenstelling meetelt."
    return (
        f"{start} Houden wij rekening met de samenstelling van de {people}, dan wordt de variantie tussen "
        f"instellingen {dutch.percent(pcv, 0)} kleiner. Zoveel van de verschillen tussen instellingen hangt samen "
        "met wie er leren of werken."
    )


def _short_variance_text(released: pd.DataFrame, people: str) -> str:
    icc = released.set_index("model").loc["null", "icc"]
    return (
        f"Van alle verschillen in het veiligheidsgevoel van {people} ligt {dutch.percent(icc)} tussen instellingen. De "
        "rest ligt binnen instellingen."
    )


def _programmes(row: pd.Series) -> str:
    total = row["variance"] / row["icc"] if row["icc"] > 0 else float("nan")
    if pd.isna(total):
        return ""
    return (
        f" Tussen opleidingen binnen een instelling ligt {dutch.percent(row['programme_variance'] / total)} "
        f"({dutch.number(row['n_programmes'])} opleidingen)."
    )


def _quality_text(released: pd.DataFrame, people: str) -> str:
    """How many respondents the models use and drop, and whether the estimates can be relied on."""
    first = released.iloc[0]
    total = first["n"] + first["n_dropped"]
    text = (
        f"De modellen gebruiken ongeveer {dutch.number(first['n'], -1)} {people} van "
        f"{dutch.number(first['n_institutions'])} instellingen; ongeveer {dutch.number(first['n_dropped'], -1)} "
        f"({dutch.percent(first['n_dropped'] / total)}) vallen af omdat een antwoord of kenmerk ontbreekt."
    )
    restless = [row["label"] for _, row in released.iterrows() if not row["converged"]]
    flat = [row["label"] for _, row in released.iterrows() if row["singular"]]
    if restless:
        text += (
            f" De berekening van het model {dutch.enumerate_words(restless)} is niet goed afgerond; lees die "
            "uitkomsten met voorbehoud."
        )
    else:
        text += " De berekening van alle modellen is goed afgerond."
    if flat:
        text += (
            f" In het model {dutch.enumerate_words(flat)} is de variantie tussen instellingen op nul geschat: er is "
            "geen verschil tussen instellingen aan te wijzen, wat niet hetzelfde is als dat er geen is."
        )
    for note in _notes(released):
        text += f" {note}"
    return text


def _notes(released: pd.DataFrame) -> list[str]:
    found: dict[tuple[str, str], str] = {}
    for notes in released["notes"].dropna():
        for term, category, clause in json.loads(notes):
            found.setdefault((term, category), clause)
    return [
        f"Voor {_label(term, category)} ({characteristics.load().subject(term)}) staat er geen odds ratio: {clause}."
        for (term, category), clause in found.items()
    ]


def _label(term: str, category: str) -> str:
    return characteristics.load().label(term, category)


def _terms_cells(terms: pd.DataFrame) -> Cells:
    numbers = ["odds_ratio", "low", "high", "points", "points_low", "points_high"]
    data = terms.assign(
        subject=[dutch.sentence(characteristics.load().subject(by)) for by in terms["term"]],
        label=[
            _label(by, code) + (REFERENCE if code and code == reference else "")
            for by, code, reference in zip(terms["term"], terms["category"], terms["reference"], strict=True)
        ],
    )
    return Cells(data, keys=["subject", "label", "term", "category"], hide=numbers, open="model")


def _with_references(terms: pd.DataFrame) -> pd.DataFrame:
    """The terms, each characteristic after a row of the group with which its groups are compared."""
    parts = []
    for _, part in terms.groupby("term", sort=False):
        if part["reference"].iloc[0]:
            numbers = dict.fromkeys(specification.TERM_NUMBERS, float("nan"))
            first = {**part.iloc[0], **numbers, "category": part["reference"].iloc[0], "odds_ratio": 1.0, "points": 0.0}
            parts.append(pd.DataFrame([first]).astype(dict.fromkeys(numbers, "float64")))
        parts.append(part)
    return pd.concat(parts, ignore_index=True)


def _terms(report: Report, population: str, model: str, id: str, what: str, only: tuple[str, ...] = ()) -> list[Item]:
    """Table of a model's odds ratios and average differences; ``only``: of these terms."""
    terms = report.analysis(f"terms_{population}")
    terms = terms[(terms["model"] == model) & (terms["term"].isin(only) if only else True)]
    if terms.empty:
        return []
    people = characteristics.load().people(population)
    return [
        Table(
            id,
            f"Samenhang van {what.format(people=people)} met zich veilig voelen, bij gelijke andere kenmerken "
            "(ten opzichte van de ijkgroep; verschil in procentpunt)",
            _terms_cells(_with_references(terms)),
            [
                Field("Kenmerk", "subject"),
                Field("Groep", "label"),
                Field("Odds ratio", "odds_ratio", lambda value: dutch.number(value, 2)),
                Field("Interval odds ratio", "low", partial(dutch.limits, decimals=2), upper="high"),
                Field("Verschil", "points", common.bare_percent),
                Field("Interval verschil", "points_low", dutch.interval, upper="points_high"),
            ],
        )
    ]


def _satisfaction(report: Report, population: str) -> list[Item]:
    people, name = characteristics.load().people(population), NAME[population]
    only = specification.SATISFACTION[population]
    terms = report.analysis(f"terms_{population}")
    terms = terms[(terms["model"] == "satisfaction") & terms["term"].isin(only)]
    if terms.empty:
        return []
    id = f"tbl-{name}-tevreden-model"
    text = partial(_satisfaction_text, people=people)
    return [
        Prose(text, _terms_cells(terms), (id,)),
        *_terms(report, population, "satisfaction", id, "tevredenheid van {people}", only),
    ]


def _satisfaction_text(released: pd.DataFrame, people: str) -> str:
    parts = []
    for subject in dict.fromkeys(released["subject"]):
        last = released[released["subject"] == subject].iloc[-1]
        limits = last["points"], last["points_low"], last["points_high"]
        whom = dutch.sentence(characteristics.load().who(last["term"], last["category"], people))
        verdict = f"{wording.compared_safe(*limits)} de laagste groep: {wording.with_interval(*limits)}"
        parts.append(f"{whom}{phrases.comma(whom)} voelen zich {verdict}.")
    return (
        f"Ook bij gelijke samenstelling gaat tevredenheid van {people} samen met zich veilig voelen. "
        f"{' '.join(parts)} Of tevredenheid veilig maakt, of veiligheid tevreden, is hieruit niet op te maken."
    )


def _institution(report: Report, population: str) -> list[Item]:
    people, name = characteristics.load().people(population), NAME[population]
    terms = report.analysis(f"terms_{population}")
    terms = terms[(terms["model"] == "institution") & terms["term"].isin(specification.INSTITUTION)]
    if terms.empty:
        return []
    id = f"tbl-{name}-instelling-model"
    return [
        Prose(partial(_institution_text, people=people), _terms_cells(terms), (id,)),
        *_terms(report, population, "institution", id, "kenmerken van de instelling", specification.INSTITUTION),
    ]


def _institution_text(released: pd.DataFrame, people: str) -> str:
    clear: dict[str, list[str]] = {}
    for _, row in released.iterrows():
        if pd.isna(row["low"]) or not wording.certain(row["low"] - 1, row["high"] - 1):
            continue
        words = wording.compared(row["points"], *[row["points"]] * 2)  # that it is certain, the odds ratio says
        told = f"{row['label']}: {words} veilig, {dutch.points(row['points'])}"
        clear.setdefault(row["subject"].lower(), []).append(told)
    if not clear:
        return (
            f"Bij {people} met dezelfde kenmerken hangt geen kenmerk van de instelling (grootte, regio, "
            "soort, aandeel studenten met een niet-westerse achtergrond) duidelijk samen met het veiligheidsgevoel."
        )
    subjects = [f"{subject} ({'; '.join(told)})" for subject, told in clear.items()]
    which = dutch.agree(len(clear), "hangt dit kenmerk", "hangen deze kenmerken")
    return (
        f"Bij {people} met dezelfde kenmerken {which} van de instelling nog samen met het veiligheidsgevoel, buiten de "
        f"onzekerheid: {dutch.enumerate_words(subjects)}. De andere doen dat niet."
    )


def _check(report: Report, population: str) -> list[Item]:
    """Whether conclusions hang on counting a 4 or 5 as safe."""
    linear = report.analysis(f"linear_{population}")
    linear = linear[linear["term"].notna()]
    if linear.empty:
        return []
    data = linear.assign(
        label=[
            f"{_label(term, category)} ({characteristics.load().subject(term)})"
            for term, category in zip(linear["term"], linear["category"], strict=True)
        ]
    )
    cells = Cells(data, keys=["label", "logistic", "linear"], hide=["estimate", "low", "high", "icc"], open="model")
    return [Prose(partial(_check_text, people=characteristics.load().people(population)), cells)]


def _check_text(released: pd.DataFrame, people: str) -> str:
    other = released[released["logistic"] != released["linear"]]
    start = (
        "Ter controle is hetzelfde model geschat op het antwoord zelf, van 1 tot 5. Daarin zit "
        f"{dutch.percent(released['icc'].iloc[0])} van alle verschillen tussen instellingen en de rest daarbinnen."
    )
    if other.empty:
        return f"{start} De conclusies over de kenmerken van {people} zijn dezelfde."
    words = [f"{row['label']}: {row['logistic']}, maar op de schaal {row['linear']}" for _, row in other.iterrows()]
    return (
        f"{start} De conclusies over de kenmerken van {people} zijn dezelfde, behalve bij {'; '.join(words)}. Daar "
        "hangt de uitkomst af van hoe het antwoord wordt geteld; wij trekken er geen conclusie uit."
    )
