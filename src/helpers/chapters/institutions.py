"""Chapter 3: the role of institutions: plans, facilities, partners, registration of incidents."""

from __future__ import annotations

from functools import partial

import pandas as pd

from helpers import dutch, schema, wording
from helpers.analyse import policy
from helpers.chapters import common, questions
from helpers.ingest import comparability
from helpers.publish import Cells, Field, Finding, Item, Prose, Table
from helpers.report import Report


@common.needs("coordinators")
def introduction(report: Report) -> list[Item]:
    """Who filled in the questionnaire; for an institution: why it sees the sector's figures."""
    answers = report.analysis("coordinators")
    respondents, places = (int(answers[column].max()) if len(answers) else 0 for column in ("n", "n_institutions"))
    items: list[Item] = [
        Prose(
            f"Dit hoofdstuk steunt op de antwoorden van {dutch.number(respondents)} veiligheidscoördinatoren en "
            f"andere medewerkers die op hun instelling over veiligheid gaan ({dutch.number(places)} instellingen), "
            "en op de cijfers over incidenten die instellingen aanleverden. Elke instelling telt in de percentages "
            "even zwaar, ook als er meer mensen de vragenlijst invulden."
        )
    ]
    if not report.is_sector:
        minimum = report.settings.disclosure.minimum_respondents
        items.append(
            Prose(
                "Per instelling vulden maar enkele mensen de vragenlijst in. Antwoorden van minder dan "
                f"{minimum} mensen tonen wij niet. Daarom staan hier de cijfers van de hele sector, om de eigen "
                "situatie mee te vergelijken."
            )
        )
    return items


@common.needs("coordinators")
def plans(report: Report) -> list[Item]:
    """Safety plans, their evaluation and the board's attention."""
    return [
        *questions.question(report, "safety_plan", ("I02",), question=1),
        *questions.question(report, "plan_evaluation", ("I07",)),
        *questions.question(report, "board_attention"),
    ]


@common.needs("coordinators")
def facilities(report: Report) -> list[Item]:
    """Facilities for safety, and the partners of institutions."""
    return [*questions.question(report, "facility", ("I04",)), *questions.question(report, "partner", ("I07",))]


@common.needs("coordinators")
def topics(report: Report) -> list[Item]:
    """Topics that should get more attention and those that did, bottlenecks and success factors."""
    return [
        *questions.question(report, "topic_wished", ("I05",)),
        *questions.question(report, "topic_last_year", ("I09",)),
        *questions.question(report, "bottleneck_code", ("I06", "I10")),
        *questions.question(report, "success_code", ("I06",)),
        *_agreement(report),
    ]


def _agreement(report: Report) -> list[Item]:
    """Whether coordinators agree on bottlenecks and success factors, by one rule."""
    data = report.analysis("agreement")
    cells = Cells(
        data.assign(label=[questions.QUESTIONS[code][1] for code in data["question"]]),
        keys=["label", "question", "top", "consensus", "none"],
        hide=["share", "low", "high", "same", "same_low", "same_high", "even"],
    )
    if data.empty:
        return [Prose("Over knelpunten en succesfactoren zijn er geen antwoorden.")]
    id = "tbl-rol-eensgezindheid"
    return [
        Prose(_agreement_text, cells, (id,)),
        Table(
            id,
            "Hoe eensgezind coördinatoren zijn: kans dat twee van hen hetzelfde noemen",
            cells,
            [
                Field("Vraag", "label"),
                Field("Coördinatoren", "n", dutch.number),
                Field("Meest genoemd (%)", "share", common.bare_percent),
                Field("Interval meest", "low", dutch.interval, upper="high"),
                Field("Kans op hetzelfde (%)", "same", common.bare_percent),
                Field("Interval kans", "same_low", dutch.interval, upper="same_high"),
                Field("Bij gelijke verdeling (%)", "even", common.bare_percent),
            ],
        ),
        Finding(
            "rol-eensgezindheid", _agreement_text, cells, 51, ("I06",), None, id, partial(_agreement_text, short=True)
        ),
    ]


def _agreement_text(released: pd.DataFrame, short: bool = False) -> str:
    parts = []
    for _, row in released.iterrows():
        if pd.isna(row["share"]):
            continue
        verdict = (
            "is er consensus"
            if row["consensus"]
            else "is er geen consensus"
            if row["none"]
            else "is niet te zeggen of er consensus is"
        )
        if short:
            parts.append(f"Over {row['label']} {verdict}.")
            continue
        parts.append(
            f"Over {row['label']} {verdict}. Het meest genoemd is ‘{schema.LABELS['factor'][row['top']]}’: door "
            f"{dutch.percent(row['share'], 0)} (interval {dutch.interval(row['low'], row['high'], 0)}). De kans dat "
            f"twee coördinatoren hetzelfde noemen, is {dutch.percent(row['same'], 0)}."
        )
    if not parts:
        return "Over knelpunten en succesfactoren zijn er te weinig antwoorden om te tonen."
    rule = "Van consensus spreken wij als meer dan de helft hetzelfde noemt, buiten de onzekerheid."
    return " ".join(parts if short else [*parts, rule])


@common.needs("coordinators")
def maturity(report: Report) -> list[Item]:
    """Maturity of privacy and information security, now and at the measurement before, and the change."""
    data = report.analysis("maturity")
    data = data[data["mean"].notna()].reset_index(drop=True)
    cells = Cells(data, keys=["subject", "moment"], hide=["mean", "low", "high"])
    if data.empty:
        nothing = Prose("Over privacy en informatiebeveiliging zijn er geen antwoorden.")
        return [nothing, Finding("I08", "", cells, treats=("I08",))]
    id = "tbl-rol-volwassenheid"
    return [
        Prose(_maturity_text, cells, (id,)),
        Table(
            id,
            "Volwassenheid van privacy en informatiebeveiliging (gemiddelde, schaal 1 tot 5)",
            cells,
            [
                Field("Onderwerp", "subject"),
                Field("Moment", "moment"),
                Field("Coördinatoren", "n", dutch.number),
                Field("Gemiddelde", "mean", lambda value: dutch.number(value, 2)),
                Field("Interval", "low", partial(dutch.limits, decimals=2), upper="high"),
            ],
        ),
        Finding("I08", _maturity_text, cells, 60, ("I08",), None, id, partial(_maturity_text, short=True)),
    ]


def _maturity_text(released: pd.DataFrame, short: bool = False) -> str:
    parts = []
    for subject in dict.fromkeys(released["subject"]):
        rows = released[(released["subject"] == subject) & released["mean"].notna()].set_index("moment")
        if not {"nu", "vorige meting", policy.CHANGE} <= set(rows.index):
            continue
        now, before, change = rows.loc["nu"], rows.loc["vorige meting"], rows.loc[policy.CHANGE]
        limits = change["mean"], change["low"], change["high"]
        decimals = 1 if short else 2
        size = f"; verandering {dutch.number(limits[0], 2)}, interval {dutch.limits(*limits[1:], 2)}"
        parts.append(
            f"De volwassenheid van {subject} is {wording.higher(*limits, slight=0)} dan bij de vorige meting: "
            f"gemiddeld {dutch.number(now['mean'], decimals)} tegen {dutch.number(before['mean'], decimals)}"
            f"{'' if short else size}."
        )
    if not parts:
        return "Over privacy en informatiebeveiliging zijn er te weinig antwoorden om te tonen."
    return " ".join(parts)


@common.needs("incidents")
def registration(report: Report) -> list[Item]:
    """Who could deliver incidents and who could not, and why."""
    practice = report.analysis("registration")
    delivered = int(practice.loc[practice["delivered"], "institutions"].sum())
    total = int(practice["institutions"].sum())
    items: list[Item] = []
    if not report.is_sector:
        items.append(Prose(_own_delivery(report)))
    if total == 0:
        nothing = Cells(practice, keys=["reason"], hide=["institutions"], open="institutions")
        told = Prose("Over de registratie van incidenten is niets ontvangen.")
        return [*items, told, Finding("I03", "", nothing, treats=("I03",))]
    counted = (
        f"Cijfers over incidenten {dutch.agree(delivered, 'kwam', 'kwamen')} van {dutch.number(delivered)} van de "
        f"{dutch.number(total)} instellingen ({dutch.percent(delivered / total, 0)}); "
        f"{dutch.number(total - delivered)} {dutch.agree(total - delivered, 'kon', 'konden')} die niet aanleveren."
    )
    silent = "‘Niet aangeleverd’ betekent niet dat er niets gebeurde."
    text = (
        f"{counted} Instellingen registreren verschillend. Aantallen van de ene instelling zijn daarom niet zonder "
        f"meer met die van een andere te vergelijken. {silent}"
    )
    reasons = practice[~practice["delivered"]].sort_values(["institutions", "reason"], ascending=[False, True])
    cells = Cells(reasons.reset_index(drop=True), keys=["reason"], hide=["institutions"], open="institutions")
    items.append(Prose(text, see=("tbl-rol-registratie",)))
    if report.is_sector and len(reasons):
        items.append(
            Table(
                "tbl-rol-registratie",
                "Waarom instellingen geen incidenten konden aanleveren",
                cells,
                [Field("Reden", "reason"), Field("Instellingen", "institutions", dutch.number)],
            )
        )
    items.append(Finding("I03", text, cells, 45, ("I03",), None, "tbl-rol-registratie", f"{counted} {silent}"))
    return items


def _own_delivery(report: Report) -> str:
    rows = report.rows("incidents")
    if rows.empty:
        return "Van deze instelling is niets over incidenten ontvangen, ook geen reden waarom niet."
    if not bool(rows["delivered"].all()):
        reason = rows["reason"].dropna()
        why = f" Opgegeven reden: {reason.iloc[0]}." if len(reason) else ""
        return f"Deze instelling kon geen incidenten aanleveren.{why}"
    periods = dutch.enumerate_words(sorted(set(rows["period"])))
    kind = schema.LABELS["period_kind"][rows["period_kind"].iloc[0]]
    text = f"Deze instelling leverde incidenten aan, geteld per {kind}, over {periods}."
    own = _own_comparability(report)
    if own is None or own["comparable"] == comparability.FULL:
        return text
    return f"{text} Vergelijken met andere instellingen kan niet overal: de instelling {_reason(own)}."


def _reason(own: pd.Series) -> str:
    return f"weet niet alles ({own['reason']})" if own["comparable"] == comparability.PARTIAL else str(own["reason"])


def _own_comparability(report: Report) -> pd.Series | None:
    """Whether the institution's figures can be compared, and why not; ``None`` if nobody's can."""
    against = report.analysis("incident_reference")
    if against.empty:
        return None
    return comparability.own_row(report.unit, report.rows("incidents"), tuple(against.iloc[0]))


@common.needs("incidents")
def incidents(report: Report) -> list[Item]:
    """Numbers of incidents by category: the unit's own, or rates over the institutions that can be compared."""
    return _sector_incidents(report) if report.is_sector else _own_incidents(report)


def _own_incidents(report: Report) -> list[Item]:
    rows = report.rows("incidents")
    rows = rows[rows["delivered"] & rows["category"].notna()]
    if rows.empty:
        return []
    data = rows.assign(
        label=[schema.LABELS["category"][code] for code in rows["category"]],
        text=[
            dutch.number(count) if status == "exact" else schema.LABELS["status"][status]
            for count, status in zip(rows["count"], rows["status"], strict=True)
        ],
        rate=_own_rates(report, rows),
    ).sort_values(["period", "category"])
    cells = Cells(data, keys=["period", "label"], hide=["text", "rate"], open="own_registration")
    return [
        Prose(
            "Het gaat om aantallen uit de eigen registratie, alle locaties samen. Het aantal per 1.000 studenten staat "
            "er alleen bij als het aantal bekend is en het om de periode van de meeste instellingen gaat.",
            see=("tbl-rol-incidenten",),
        ),
        Table(
            "tbl-rol-incidenten",
            "Incidenten die deze instelling aanleverde, naar soort en periode",
            cells,
            [
                Field("Periode", "period"),
                Field("Soort incident", "label"),
                Field("Aantal", "text", str),
                Field("Per 1.000 studenten", "rate", lambda value: dutch.number(value, 1)),
            ],
        ),
    ]


def _own_rates(report: Report, rows: pd.DataFrame) -> pd.Series:
    """Incidents per 1,000 students, only in the period in which institutions are compared."""
    against = report.analysis("incident_reference")
    students = report.institution["n_students"]
    if against.empty or pd.isna(students):
        return pd.Series(float("nan"), index=rows.index)
    comparable = comparability.comparable_rows(rows, tuple(against.iloc[0])).index
    return (rows["count"].astype("float64") / float(students) * 1000).where(rows.index.isin(comparable))


def _sector_incidents(report: Report) -> list[Item]:
    data = report.analysis("incident_rates")
    minimum = report.settings.disclosure.minimum_benchmark_institutions
    data = data[data["institutions"] > minimum]
    counts = report.analysis("comparability").set_index("comparable")["institutions"]
    if data.empty:
        return [Prose("Te weinig instellingen leverden cijfers over incidenten die te vergelijken zijn.")]
    data = data.assign(label=[schema.LABELS["category"][code] for code in data["category"]]).sort_values(
        ["rate", "label"], ascending=[False, True]
    )
    period = data["period"].iloc[0]
    cells = Cells(
        data.reset_index(drop=True),
        keys=["label"],
        hide=["institutions", "count", "rate"],
        count="students",
        source="incidents",
        largest="largest",
        two="two",
    )
    return [
        Prose(_comparable_words(counts, period), see=("tbl-rol-incidenten",)),
        Table(
            "tbl-rol-incidenten",
            f"Geregistreerde incidenten naar soort, {period}, bij instellingen waarvan de cijfers te vergelijken zijn",
            cells,
            [
                Field("Soort incident", "label"),
                Field("Instellingen", "institutions", dutch.number),
                Field("Incidenten", "count", dutch.number),
                Field("Per 1.000 studenten", "rate", lambda value: dutch.number(value, 1)),
            ],
        ),
    ]


def _comparable_words(counts: pd.Series, period: str) -> str:
    delivered = int(counts.sum())
    return (
        f"{dutch.plural(delivered, 'instelling leverde', 'instellingen leverden')} cijfers over incidenten. De cijfers "
        f"over {period} zijn van {dutch.number(counts[comparability.FULL])} volledig te vergelijken en van "
        f"{dutch.number(counts[comparability.PARTIAL])} voor een deel van de soorten. Van "
        f"{dutch.number(counts[comparability.NONE])} kan het niet, bijvoorbeeld omdat zij per kalenderjaar tellen. "
        "Het gaat om wat is geregistreerd, niet om wat is gebeurd: wie veel registreert, is niet onveiliger."
    )
