"""The canonical tables: one schema for all waves, and the codebook in Dutch.

Every delivery, whatever its layout, becomes one of the tables below. Columns have
English names and English category codes; the Dutch words that readers see live in
:data:`LABELS` and in ``data/characteristics.yml``. Missing is missing (``NA``), never a code.
Categorical columns are pandas categoricals with exactly the categories, in exactly the order, given here.
"""

from __future__ import annotations

from dataclasses import dataclass

FIVE_POINTS = (1, 2, 3, 4, 5)
SAFE_CODES = {"unsafe": (1, 2), "neutral": (3,), "safe": (4, 5)}
"""Reading of the five-point item ``feels_safe``: 1-2 unsafe, 3 neutral, 4-5 safe."""

INSTITUTION_PATTERN = r"[0-9]{2}[A-Z]{2}"
"""A BRIN code. Real ones start with 00 to 3x; fictional ones here start with 9."""


@dataclass(frozen=True)
class Column:
    """One column of a canonical table.

    ``kind`` is ``id`` or ``text`` (string), ``category``, ``integer``, ``number`` or ``boolean``.
    ``low`` and ``high`` bound numbers, both inclusive.
    """

    kind: str
    label: str
    categories: tuple[str, ...] = ()
    low: float | None = None
    high: float | None = None
    required: bool = False


def _category(label: str, *categories: str, required: bool = False) -> Column:
    return Column("category", label, categories, required=required)


def _scale(label: str, high: int) -> Column:
    return Column("integer", label, low=1, high=high)


def _share(label: str) -> Column:
    return Column("number", label, low=0, high=1)


_GENDER = _category("Geslacht", "male", "female", "other")
_WEIGHT = Column("number", "Weegfactor", low=0, required=True)
_INSTITUTION = Column("id", "Instelling (BRIN)", required=True)
_FEELS_SAFE = _scale("Veiligheidsgevoel (1-5)", 5)
_LHB = Column("boolean", "LHB")

VICTIM_KINDS = (
    "bullying",
    "discrimination",
    "threat",
    "bodily_violence",
    "sexual_harassment",
    "violence",
    "sexting",
    "digital_aggression",
)
"""The kinds of psychological-physical violence that the MSV asked about."""

_MSV = {
    "gender": _GENDER,
    "lhb": _LHB,
    "feels_safe": _FEELS_SAFE,
    "victim_material": Column("boolean", "Slachtoffer van materieel geweld"),
    "victim_psychological_physical": Column("boolean", "Slachtoffer van psychisch-fysiek geweld"),
    **{f"victim_{kind}": Column("boolean", kind) for kind in VICTIM_KINDS},
    "weight": _WEIGHT,
}

PARTNERS = ("municipality", "police", "youth_work", "health_service", "neighbourhood", "school_and_safety")
FACILITIES = (
    "confidential_advisor",
    "reporting_point",
    "active_supervision",
    "access_control",
    "cameras",
    "safety_coordinator",
)
TOPICS = (
    "undermining_crime",
    "unwanted_behaviour",
    "transgressive_behaviour",
    "sexual_resilience",
    "physical_safety",
    "online_safety",
    "discrimination",
    "weapons_drugs",
    "radicalisation",
)
FACTORS = (
    "outside_influences",
    "online_risks",
    "assertiveness",
    "little_sight_of_incidents",
    "little_knowledge_of_acting",
    "time_and_money",
    "short_lines",
    "support_of_board",
    "bond_with_students",
    "cooperation_with_partners",
)
"""Codes given to the coordinators' open answers on bottlenecks and success factors."""

THEMES = (
    "discrimination",
    "online_safety",
    "lhbtqi",
    "diversity_inclusion",
    "aggression_violence",
    "sexual_violence",
    "discussions",
)
FRAGMENT_CODES = (
    "accepted_unsafety",
    "work_placement",
    "mutual_support",
    "mentor_trust",
    "atmosphere",
    "mentor_knowledge",
    "other",
)
INCIDENT_CATEGORIES = (
    "verbal_aggression",
    "physical_violence",
    "threat",
    "sexual",
    "discrimination",
    "theft_vandalism",
    "weapons",
    "drugs_alcohol",
    "online",
    "other",
)


def _flags(prefix: str, codes: tuple[str, ...]) -> dict[str, Column]:
    return {f"{prefix}_{code}": Column("boolean", code) for code in codes}


TABLES: dict[str, dict[str, Column]] = {
    "institutions": {
        "institution_id": _INSTITUTION,
        "name": Column("text", "Naam", required=True),
        "kind": _category("Soort instelling", "roc", "aoc", "vakinstelling", required=True),
        "region": _category("Regio", "noord", "oost", "west", "zuid", required=True),
        "n_students": Column("integer", "Aantal studenten", low=1, required=True),
        "size_class": _category("Grootte", "<5000", "5000-15000", ">15000", required=True),
        "share_non_western": _share("Aandeel studenten met een niet-westerse achtergrond"),
        "share_bol": _share("Aandeel bol-studenten"),
        "urban": Column("boolean", "Grootstedelijk"),
    },
    "students": {
        "wave": Column("integer", "Meetjaar", low=2000, high=2100, required=True),
        "institution_id": _INSTITUTION,
        "programme": Column("text", "Opleiding (geanonimiseerde code)"),
        "field": _category("Vakgebied", "zorg_welzijn", "techniek", "economie", "groen", "horeca_dienst", "creatief"),
        "level": _category("Niveau", "1", "2", "3", "4"),
        "track": _category("Leerweg", "bol", "bbl"),
        "gender": _GENDER,
        "age_group": _category("Leeftijd", "<18", "18-20", "21-23", "24+"),
        "disability": Column("boolean", "Functiebeperking"),
        "satisfaction_programme": _scale("Rapportcijfer opleiding", 10),
        "satisfaction_institution": _scale("Rapportcijfer instelling", 10),
        "feels_safe": _FEELS_SAFE,
        "weight": _WEIGHT,
    },
    "staff": {
        "institution_id": _INSTITUTION,
        "gender": _GENDER,
        "role": _category("Functie", "teaching", "support"),
        "student_contact": _category("Contact met studenten", "none", "some", "much"),
        "age_group": _category("Leeftijd", "<35", "35-44", "45-54", "55+"),
        "satisfaction": _scale("Rapportcijfer werk", 10),
        "joy": _scale("Werkplezier (1-5)", 5),
        "energy": _scale("Energie uit het werk (1-5)", 5),
        "job_search": Column("integer", "Stappen gezet naar ander werk", low=0, high=4),
        "feels_safe": _FEELS_SAFE,
        "victim_verbal": Column("boolean", "Slachtoffer van verbaal geweld"),
        "victim_psychological_physical": Column("boolean", "Slachtoffer van psychisch-fysiek geweld"),
        "weight": _WEIGHT,
    },
    "students_msv": dict(_MSV),
    "staff_msv": dict(_MSV),
    "coordinators": {
        "institution_id": _INSTITUTION,
        "safety_plan": _category("Schoolveiligheidsplan", "elaborated", "in_development", "none"),
        "plan_evaluation": _category("Evaluatie van het plan", "yearly", "less_often", "after_incidents", "never"),
        "board_attention": _category("Aandacht van het bestuur", "enough", "somewhat", "too_little"),
        **_flags("partner", PARTNERS),
        **_flags("facility", FACILITIES),
        **_flags("topic_wished", TOPICS),
        **_flags("topic_last_year", TOPICS),
        "bottleneck": Column("text", "Knelpunt (open antwoord)"),
        "bottleneck_code": _category("Knelpunt", *FACTORS),
        "success_factor": Column("text", "Succesfactor (open antwoord)"),
        "success_code": _category("Succesfactor", *FACTORS),
        "privacy_now": _scale("Volwassenheid privacy nu (1-5)", 5),
        "privacy_before": _scale("Volwassenheid privacy vorige meting (1-5)", 5),
        "security_now": _scale("Volwassenheid informatiebeveiliging nu (1-5)", 5),
        "security_before": _scale("Volwassenheid informatiebeveiliging vorige meting (1-5)", 5),
    },
    "incidents": {
        "institution_id": _INSTITUTION,
        "period": Column("text", "Periode"),
        "period_kind": _category("Soort periode", "school_year", "calendar_year"),
        "category": _category("Soort incident", *INCIDENT_CATEGORIES),
        "count": Column("integer", "Aantal incidenten", low=0),
        "status": _category("Bekendheid van het aantal", "exact", "censored", "unknown"),
        "delivered": Column("boolean", "Aangeleverd", required=True),
        "reason": Column("text", "Reden van niet aanleveren"),
        "layout": Column("text", "Indeling van de registratie"),
    },
    "enrolment": {
        "institution_id": _INSTITUTION,
        "year": Column("integer", "Peiljaar", low=2000, high=2100, required=True),
        "level": _category("Niveau", "1", "2", "3", "4"),
        "track": _category("Leerweg", "bol", "bbl"),
        "n_students": Column("integer", "Aantal studenten", low=0),
    },
    "fragments": {
        "group": Column("text", "Focusgroep", required=True),
        "institution_id": Column("id", "Instelling (BRIN)"),
        "participants": _category("Deelnemers", "students", "staff", required=True),
        "theme": _category("Thema", *THEMES, required=True),
        "code": _category("Code", *FRAGMENT_CODES),
        "text": Column("text", "Fragment", required=True),
        "quote_consent": Column("boolean", "Toestemming om te citeren", required=True),
    },
}
"""Canonical tables by name; one row a respondent unless the table says otherwise.

``institutions``: one row an institution. ``incidents``: institution x period x category, where ``count`` is empty
if ``status`` is not exact; or one row with ``delivered`` false and a ``reason``. ``enrolment``: institution x year
x level x track, where ``n_students`` is empty if the source hides it. ``fragments``: one row a coded fragment.
"""

LABELS: dict[str, dict[str, str]] = {
    "victim_material": {"True": "slachtoffer van materieel geweld", "False": "geen slachtoffer van materieel geweld"},
    "victim": {
        "bullying": "pesten",
        "discrimination": "discriminatie",
        "threat": "bedreiging",
        "bodily_violence": "lichamelijk geweld",
        "sexual_harassment": "seksuele intimidatie",
        "violence": "geweld",
        "sexting": "sexting",
        "digital_aggression": "digitale agressie",
    },
    "answer": {"safe": "veilig", "neutral": "neutraal", "unsafe": "onveilig"},
    "safety_plan": {"elaborated": "uitgewerkt", "in_development": "in ontwikkeling", "none": "geen plan"},
    "plan_evaluation": {
        "yearly": "elk jaar",
        "less_often": "minder vaak dan elk jaar",
        "after_incidents": "alleen na incidenten",
        "never": "nooit",
    },
    "board_attention": {"enough": "voldoende", "somewhat": "enigszins", "too_little": "te weinig"},
    "partner": {
        "municipality": "gemeente",
        "police": "politie",
        "youth_work": "jongerenwerk",
        "health_service": "GGD",
        "neighbourhood": "buurt en ondernemers",
        "school_and_safety": "Stichting School & Veiligheid",
    },
    "facility": {
        "confidential_advisor": "vertrouwenspersoon",
        "reporting_point": "meldpunt",
        "active_supervision": "actief toezicht in openbare ruimten",
        "access_control": "toegangscontrole",
        "cameras": "camera’s",
        "safety_coordinator": "veiligheidscoördinator",
    },
    "topic": {
        "undermining_crime": "ondermijning",
        "unwanted_behaviour": "ongewenst gedrag gericht op anderen",
        "transgressive_behaviour": "seksueel grensoverschrijdend gedrag",
        "sexual_resilience": "seksuele weerbaarheid",
        "physical_safety": "fysieke veiligheid",
        "online_safety": "online veiligheid",
        "discrimination": "discriminatie",
        "weapons_drugs": "wapens en drugs",
        "radicalisation": "radicalisering",
    },
    "factor": {
        "outside_influences": "invloeden van buitenaf zoals jeugdcriminaliteit",
        "online_risks": "online risico’s",
        "assertiveness": "mondigheid en aanspreekbaarheid",
        "little_sight_of_incidents": "onvoldoende zicht op incidenten",
        "little_knowledge_of_acting": "onvoldoende kennis van hoe te handelen",
        "time_and_money": "tijd en geld",
        "short_lines": "korte lijnen",
        "support_of_board": "steun van het bestuur",
        "bond_with_students": "band met studenten",
        "cooperation_with_partners": "samenwerking met partners",
    },
    "theme": {
        "discrimination": "discriminatie, racisme en vooroordelen",
        "online_safety": "online veiligheid",
        "lhbtqi": "veiligheid van lhbtqi+",
        "diversity_inclusion": "diversiteit, inclusie en gelijke kansen",
        "aggression_violence": "agressie en geweld",
        "sexual_violence": "seksueel geweld",
        "discussions": "discussies met gevolgen",
    },
    "code": {
        "accepted_unsafety": "geaccepteerde onveiligheid",
        "work_placement": "ervaring op de stage",
        "mutual_support": "onderlinge steun en verbondenheid",
        "mentor_trust": "vertrouwensband met de mentor",
        "atmosphere": "sfeer",
        "mentor_knowledge": "kennis van mentoren",
        "other": "overig",
    },
    "participants": {"students": "studenten", "staff": "medewerkers"},
    "period_kind": {"school_year": "schooljaar", "calendar_year": "kalenderjaar"},
    "status": {"exact": "bekend", "censored": "onleesbaar gemaakt", "unknown": "niet bekend"},
    "category": {
        "verbal_aggression": "verbale agressie",
        "physical_violence": "fysiek geweld",
        "threat": "bedreiging",
        "sexual": "seksueel grensoverschrijdend gedrag",
        "discrimination": "discriminatie",
        "theft_vandalism": "diefstal en vernieling",
        "weapons": "wapenbezit",
        "drugs_alcohol": "drugs en alcohol",
        "online": "online incidenten",
        "other": "overig",
    },
}
"""Dutch words for category codes, by column or by prefix for families of yes/no columns; those of characteristics stand
in ``data/characteristics.yml``, and :meth:`helpers.characteristics.Characteristics.words` has them all."""
