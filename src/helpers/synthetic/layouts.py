"""Layouts in which the surveys arrive: the senders' own variable names, labels and codes.

The crosswalks in ``data/crosswalks`` say the same from the receiver's side; neither reads the other, so
that a mistake in one shows.
"""

from __future__ import annotations

from dataclasses import dataclass, field

SATISFIED = {1: "zeer onveilig", 2: "onveilig", 3: "neutraal", 4: "veilig", 5: "zeer veilig"}
YES_NO = {"yes": 1, "no": 2}
NO_YES = {"no": 0, "yes": 1}


@dataclass(frozen=True)
class Variable:
    """One variable of an SPSS file.

    ``codes``: canonical word -> delivered code (empty: numbers as they are); ``words``: labels by code;
    ``missing``: user-missing codes with their labels, the first of which stands for a lost answer;
    ``turned``: the scale runs the other way, as (low, high).
    """

    source: str
    name: str
    label: str
    codes: dict = field(default_factory=dict)
    words: dict = field(default_factory=dict)
    missing: dict = field(default_factory=dict)
    turned: tuple[int, int] | None = None
    text: bool = False


def _gender(name: str, label: str, codes: dict, missing: dict) -> Variable:
    words = {codes["male"]: "man", codes["female"]: "vrouw"}
    if "other" in codes:
        words[codes["other"]] = "anders"
    return Variable("gender", name, label, codes, words, missing)


def _students(names: dict[str, str], *, no_yes: bool, turned: bool, lost: int, asked: str) -> list[Variable]:
    unknown = {9: "geen antwoord"}
    disability = NO_YES if no_yes else YES_NO
    safe_words = {6 - code: word for code, word in SATISFIED.items()} if turned else SATISFIED
    fields = ("zorg_welzijn", "techniek", "economie", "groen", "horeca_dienst", "creatief")
    ages = ("<18", "18-20", "21-23", "24+")
    return [
        Variable("institution_id", names["institution_id"], "BRIN van de instelling", text=True),
        Variable("programme", names["programme"], "Opleiding, geanonimiseerde code", text=True),
        Variable(
            "field", names["field"], "Vakgebied van de opleiding",
            {code: i for i, code in enumerate(fields, 1)}, {i: code.replace("_", " en ") for i, code in enumerate(fields, 1)},
        ),
        Variable("level", names["level"], "Niveau van de opleiding", {c: int(c) for c in "1234"}, {int(c): f"niveau {c}" for c in "1234"}),
        Variable("track", names["track"], "Leerweg", {"bol": 1, "bbl": 2}, {1: "bol", 2: "bbl"}),
        _gender(names["gender"], "Ben je een …", {"male": 1, "female": 2, "other": 3}, unknown),
        Variable("age_group", names["age_group"], "Leeftijd in klassen", {a: i for i, a in enumerate(ages, 1)}, dict(enumerate(ages, 1)), unknown),
        Variable(
            "disability", names["disability"], "Heb je een functiebeperking, ziekte of aandoening?", disability,
            {code: {"yes": "ja", "no": "nee"}[word] for word, code in disability.items()},
            {8: "wil ik niet zeggen", 9: "geen antwoord"},
        ),
        Variable("satisfaction_programme", names["satisfaction_programme"], "Rapportcijfer voor je opleiding", missing={99: "geen antwoord"}),
        Variable("satisfaction_institution", names["satisfaction_institution"], "Rapportcijfer voor je school", missing={99: "geen antwoord"}),
        Variable("feels_safe", names["feels_safe"], asked, words=safe_words, missing={lost: "weet niet", 9: "geen antwoord"}, turned=(1, 5) if turned else None),
        Variable("weight", names["weight"], "Weegfactor"),
    ]  # fmt: skip


STUDENTS: dict[int, list[Variable]] = {
    2016: _students(
        {
            "institution_id": "BRIN_NR", "programme": "OPLCODE", "field": "DOMEIN6", "level": "NIV", "track": "LWEG",
            "gender": "SEKSE", "age_group": "LFTKL", "disability": "HANDICAP", "satisfaction_programme": "q21_1",
            "satisfaction_institution": "q21_2", "feels_safe": "q14_3", "weight": "WEEG",
        },
        no_yes=True, turned=True, lost=7, asked="Hoe veilig voel je je op school? (1 = zeer veilig)",
    ),
    2018: _students(
        {
            "institution_id": "BRIN", "programme": "OPLEIDING", "field": "DOMEIN", "level": "NIVEAU", "track": "LEERWEG",
            "gender": "GESLACHT", "age_group": "LEEFTIJDKL", "disability": "FUNCTIEBEP", "satisfaction_programme": "CIJFER_OPL",
            "satisfaction_institution": "CIJFER_SCH", "feels_safe": "VEILIG", "weight": "GEWICHT",
        },
        no_yes=True, turned=False, lost=8, asked="Hoe veilig voel je je op school?",
    ),
    2020: _students(
        {
            "institution_id": "brin", "programme": "opl_code", "field": "v04_domein", "level": "v02_niveau", "track": "v03_leerweg",
            "gender": "v05_geslacht", "age_group": "v06_leeftijd", "disability": "v09_beperking", "satisfaction_programme": "v30_cijfer_opl",
            "satisfaction_institution": "v31_cijfer_inst", "feels_safe": "v21_veilig", "weight": "weegfactor",
        },
        no_yes=False, turned=False, lost=8, asked="Ik voel me veilig op mijn school",
    ),
    2022: _students(
        {
            "institution_id": "brin", "programme": "opleiding_code", "field": "domein", "level": "niveau", "track": "leerweg",
            "gender": "geslacht", "age_group": "leeftijd_klasse", "disability": "beperking", "satisfaction_programme": "cijfer_opleiding",
            "satisfaction_institution": "cijfer_instelling", "feels_safe": "veilig_school", "weight": "weegfactor",
        },
        no_yes=False, turned=False, lost=8, asked="Ik voel me veilig op mijn school",
    ),
}  # fmt: skip

EXTRA = {
    2016: {"RESPNR": "Volgnummer", "q14_1": "De lessen beginnen op tijd"},
    2018: {"RESPID": "Volgnummer", "ROOSTER": "Ik ben tevreden over het rooster"},
    2020: {"resp_id": "Volgnummer", "v18_rooster": "Ik ben tevreden over het rooster"},
    2022: {"respondentnr": "Volgnummer", "vraag_rooster": "Ik ben tevreden over het rooster"},
}
"""Variables that the monitor does not use: a sequence number and an answer to another question."""

STAFF = [
    Variable("institution_id", "brin", "BRIN van de instelling", text=True),
    _gender("geslacht", "Wat is uw geslacht?", {"male": 1, "female": 2}, {9: "geen antwoord"}),
    Variable("role", "functie", "Functie", {"teaching": 1, "support": 2}, {1: "onderwijzend", 2: "ondersteunend"}),
    Variable("student_contact", "contact", "Contact met studenten", {"none": 1, "some": 2, "much": 3},
             {1: "geen", 2: "enig", 3: "veel"}, {9: "geen antwoord"}),
    Variable("age_group", "leeftijd", "Leeftijd in klassen", {a: i for i, a in enumerate(("<35", "35-44", "45-54", "55+"), 1)},
             dict(enumerate(("<35", "35-44", "45-54", "55+"), 1)), {9: "geen antwoord"}),
    Variable("satisfaction", "cijfer_werk", "Rapportcijfer voor uw werk", missing={99: "geen antwoord"}),
    Variable("joy", "plezier", "Ik heb plezier in mijn werk", missing={9: "geen antwoord"}),
    Variable("energy", "energie", "Mijn werk geeft mij energie", missing={9: "geen antwoord"}),
    Variable("job_search", "zoekstappen", "Aantal stappen gezet naar ander werk (0-4)", missing={9: "geen antwoord"}),
    Variable("feels_safe", "veilig_werk", "Ik voel me veilig op mijn werk", words=SATISFIED, missing={9: "geen antwoord"}),
    Variable("victim_verbal", "verbaal", "Slachtoffer van verbaal geweld, laatste 12 maanden", YES_NO, {1: "ja", 2: "nee"}, {9: "geen antwoord"}),
    Variable("victim_psychological_physical", "psychfys", "Slachtoffer van psychisch-fysiek geweld, laatste 12 maanden",
             YES_NO, {1: "ja", 2: "nee"}, {9: "geen antwoord"}),
    Variable("weight", "weegfactor", "Weegfactor"),
]  # fmt: skip

MSV = [
    _gender("geslacht", "Geslacht", {"male": 1, "female": 2}, {9: "geen antwoord"}),
    Variable("lhb", "lhb", "Lesbisch, homoseksueel of biseksueel", YES_NO, {1: "ja", 2: "nee"}, {9: "wil niet zeggen"}),
    Variable("feels_safe", "veilig", "Hoe veilig voelt u zich op school?", words=SATISFIED, missing={9: "geen antwoord"}),
    Variable("victim_material", "sl_materieel", "Slachtoffer van materieel geweld", YES_NO, {1: "ja", 2: "nee"}),
    Variable("victim_psychological_physical", "sl_psychfys", "Slachtoffer van psychisch-fysiek geweld", YES_NO, {1: "ja", 2: "nee"}),
    *(
        Variable(f"victim_{kind}", name, f"Slachtoffer van {label}", YES_NO, {1: "ja", 2: "nee"})
        for kind, name, label in (
            ("bullying", "sl_pesten", "pesten"),
            ("discrimination", "sl_discr", "discriminatie"),
            ("threat", "sl_bedreig", "bedreiging"),
            ("bodily_violence", "sl_lichaam", "lichamelijk geweld"),
            ("sexual_harassment", "sl_seksint", "seksuele intimidatie"),
            ("violence", "sl_geweld", "geweld"),
            ("sexting", "sl_sexting", "sexting"),
            ("digital_aggression", "sl_digitaal", "digitale agressie"),
        )
    ),
    Variable("weight", "weeg", "Weegfactor"),
]  # fmt: skip
