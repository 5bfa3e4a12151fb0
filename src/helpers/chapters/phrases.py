"""Who is meant by a category, as a reader would say it: ``studenten met een functiebeperking``."""

from __future__ import annotations

from helpers import groups, schema
from helpers.chapters import common

WHO: dict[str, dict[str, str]] = {
    "gender": {
        "male": "mannelijke {people}",
        "female": "vrouwelijke {people}",
        "other": "{people} die bij geslacht ‘anders’ invulden",
    },
    "age_group": {
        "<18": "{people} jonger dan 18 jaar",
        "18-20": "{people} van 18 tot en met 20 jaar",
        "21-23": "{people} van 21 tot en met 23 jaar",
        "24+": "{people} van 24 jaar en ouder",
        "<35": "{people} jonger dan 35 jaar",
        "35-44": "{people} van 35 tot en met 44 jaar",
        "45-54": "{people} van 45 tot en met 54 jaar",
        "55+": "{people} van 55 jaar en ouder",
    },
    "disability": {"True": "{people} met een functiebeperking", "False": "{people} zonder functiebeperking"},
    "level": {code: f"{{people}} van niveau {code}" for code in "1234"},
    "track": {"bol": "{people} in de bol", "bbl": "{people} in de bbl"},
    "level_track": {
        f"{level} {track}": f"{{people}} van {track} niveau {level}" for level in "1234" for track in ("bol", "bbl")
    },
    "field": {code: f"{{people}} in het vakgebied {words}" for code, words in schema.LABELS["field"].items()},
    "role": {"teaching": "onderwijzende {people}", "support": "ondersteunende {people}"},
    "student_contact": {
        "none": "{people} zonder contact met studenten",
        "some": "{people} met enig contact met studenten",
        "much": "{people} met veel contact met studenten",
    },
    "joy_group": {
        "laag: 1 of 2": "{people} met weinig plezier in hun werk",
        "midden: 3": "{people} met matig plezier in hun werk",
        "hoog: 4 of 5": "{people} met veel plezier in hun werk",
    },
    "energy_group": {
        "laag: 1 of 2": "{people} die weinig energie van hun werk krijgen",
        "midden: 3": "{people} die enige energie van hun werk krijgen",
        "hoog: 4 of 5": "{people} die veel energie van hun werk krijgen",
    },
    "search_group": {
        "geen stappen": "{people} die geen stappen zetten naar ander werk",
        "1 stap": "{people} die 1 stap zetten naar ander werk",
        "2 of meer stappen": "{people} die 2 of meer stappen zetten naar ander werk",
    },
    **{
        column: {"True": f"slachtoffers van {kind}", "False": f"{{people}} die geen slachtoffer waren van {kind}"}
        for column, kind in (
            ("victim_verbal", "verbaal geweld"),
            ("victim_psychological_physical", "psychisch-fysiek geweld"),
        )
    },
    "region": {code: f"{{people}} in {words}" for code, words in schema.LABELS["region"].items()},
    "size_class": {
        code: f"{{people}} van instellingen met {words}" for code, words in schema.LABELS["size_class"].items()
    },
    "kind": {"roc": "{people} van roc’s", "aoc": "{people} van aoc’s", "vakinstelling": "{people} van vakinstellingen"},
}
"""By characteristic and category; all are plural. Grades are made by :func:`_grade`."""

GRADED = {"grade_programme": "hun opleiding", "grade_institution": "hun instelling", "grade_work": "hun werk"}
GRADE = dict(zip(groups.GRADES, ("een 5 of lager", "een 6 of 7", "een 8 of hoger"), strict=True))


def who(by: str, category: object, people: str) -> str:
    """The people of one category, in the plural; the category's own label where there are no words for it.

    Of a crossing, the first characteristic is said of the people of the second: ``vrouwelijke ondersteunende
    medewerkers``.
    """
    code = str(category)
    if "*" in by:
        first, second = zip(groups.parts(by), code.split("*"), strict=True)
        return who(*first, who(*second, people))
    if by in GRADED and code in GRADE:
        return f"{people} die {GRADED[by]} {GRADE[code]} geven"
    if by == "grade_mean":
        return f"{people} met een gemiddeld cijfer {'' if code.startswith('hoger') else 'van '}{code}"
    found = WHO.get(by, {}).get(code)
    return found.format(people=people) if found else f"{people} ({common.label(by, code)})"


def comma(whom: str) -> str:
    """The comma that closes a relative clause, where there is one."""
    return "," if " die " in whom else ""
