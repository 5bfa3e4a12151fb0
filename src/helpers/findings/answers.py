"""What an edition gives for each published finding: a figure in Dutch, its interval, and whether it agrees."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum

import pandas as pd

from helpers import characteristics, dutch, schema, statistics, wording
from helpers.findings.evidence import Evidence
from helpers.findings.register import Published, load_register


class Agrees(Enum):
    """Whether an edition confirms a finding.

    ``YES``: the edition shows it, a difference with its whole interval. ``PARTLY``: it points that way but may be
    chance, or one part of several is so. ``NO``: it shows it not.
    """

    YES = "yes"
    PARTLY = "partly"
    NO = "no"

    @classmethod
    def of(cls, shown: object, points: object = False) -> Agrees:
        """By whether it is shown, and whether the figures at least point that way."""
        return cls.YES if shown else cls.PARTLY if points else cls.NO

    @classmethod
    def all(cls, parts: list[Agrees]) -> Agrees:
        """Of several parts: one that all are alike in, or else partly."""
        return parts[0] if len(set(parts)) == 1 else cls.PARTLY

    @classmethod
    def among(cls, *criteria: object) -> Agrees:
        """Shown if all criteria hold, partly if some do."""
        return cls.of(all(map(bool, criteria)), any(map(bool, criteria)))


@dataclass(frozen=True)
class Outcome:
    """What the edition gives: figures in Dutch words, their interval ('' if none), and whether they agree."""

    computed: str
    interval: str
    agrees: Agrees


MOSTLY_WITHIN = 0.2
"""Up to this part of the variance between institutions, by far the most lies within them."""


@dataclass(frozen=True)
class Share:
    """A percentage with its limits, as shares."""

    value: float
    low: float = float("nan")
    high: float = float("nan")

    @classmethod
    def of(cls, row: pd.Series, answer: str = "safe") -> Share:
        """The share of an answer in a row of shares."""
        return cls(float(row[answer]), float(row[f"{answer}_low"]), float(row[f"{answer}_high"]))

    def outcome(self, finding: Published) -> Outcome:
        """Whether it agrees with a published value or bound; a bound is of one institution: its value is not told."""
        if pd.isna(self.value):
            raise LookupError("the share is not known")
        if finding.kind == "bound":
            holds = finding.holds(100 * self.value)
            return Outcome(finding.published if holds else f"niet {finding.published}", "", Agrees.of(holds))
        near = 100 * self.low <= finding.value <= 100 * self.high
        agrees = Agrees.of(finding.holds(100 * self.value), near)
        return Outcome(dutch.percent(self.value), dutch.interval(self.low, self.high), agrees)


def _points(value: float, low: float, high: float) -> tuple[str, str]:
    """A difference in percentage points and its interval, signed."""
    return (
        f"{dutch.number(100 * value, 1)} procentpunt",
        dutch.interval(low, high),
    )


def _joined(parts: list[tuple[str, Outcome]]) -> Outcome:
    """Several outcomes as one, each after its own word."""
    return Outcome(
        "; ".join(f"{word} {one.computed}" for word, one in parts),
        "; ".join(f"{word} {one.interval}" for word, one in parts if one.interval),
        Agrees.all([one.agrees for _, one in parts]),
    )


def _higher(e: Evidence, population: str, by: str, more: str, less: str) -> Outcome:
    """The share safe of one group is higher than that of another, beyond chance."""
    gap = e.contrast(population, by, more, less)
    words = _points(gap["difference"], gap["low"], gap["high"])
    return Outcome(*words, Agrees.of(gap["low"] > 0, gap["difference"] > 0))


def _msv_gap(e: Evidence, population: str, column: str | None, sign: int) -> Outcome:
    """LHB less others in the older survey; ``sign`` is the published direction, 0: not lower by what matters.

    That nothing was seen does not show that there is nothing: for 0 the interval ends above minus the margin.
    """
    rows = e.msv(population, column)
    gap = statistics.difference(rows.loc["LHB"], rows.loc["other"])
    if sign == 0:
        agrees = Agrees.of(gap.low > -wording.margin(), gap.high >= 0)
    else:
        low, size = (gap.low, gap.difference) if sign > 0 else (-gap.high, -gap.difference)
        agrees = Agrees.of(low > 0, size > 0)
    return Outcome(*_points(gap.difference, gap.low, gap.high), agrees)


def _rising(e: Evidence) -> Outcome:
    waves = e.about.waves
    shares = [float(e.rows("students", "total", wave)["safe"].iloc[0]) for wave in waves]
    gap = e.contrast("students", "wave", waves[-1], waves[0])
    computed = "; ".join(f"{wave}: {dutch.percent(share)}" for wave, share in zip(waves, shares, strict=True))
    _, interval = _points(gap["difference"], gap["low"], gap["high"])
    agrees = Agrees.of(gap["low"] > 0 and shares == sorted(set(shares)), gap["difference"] > 0)
    return Outcome(computed, f"verschil {waves[0]}-{waves[-1]}: {interval}", agrees)


def _least_safe_levels(e: Evidence) -> Outcome:
    shares = e.rows("students", "level_track")["safe"].sort_values()
    names = [" niveau ".join(reversed(str(code).split())) for code in shares.index[:3]]
    words = ", ".join(f"{name} {dutch.percent(share)}" for name, share in zip(names, shares, strict=False))
    lowest = Outcome(words, "", Agrees.among(*(code in shares.index[:2] for code in ("2 bol", "3 bol"))))
    return _joined([("laagste:", lowest), ("bbl min bol:", _higher(e, "students", "track", "bbl", "bol"))])


def _ends(e: Evidence, population: str, by: str) -> Outcome:
    """The largest difference by a characteristic, beyond chance: that it is above zero says nothing."""
    rows = e.rows(population, by).sort_values("safe")
    found = _higher(e, population, by, rows.index[-1], rows.index[0])
    return Outcome(found.computed, found.interval, Agrees.of(found.agrees is Agrees.YES))


def _differs(e: Evidence) -> Outcome:
    words = {"level": "niveau", "gender": "geslacht", "age_group": "leeftijd", "disability": "functiebeperking"}
    return _joined([(word, _ends(e, "students", by)) for by, word in words.items()])


def _climbs(e: Evidence, population: str, words: dict[str, str]) -> Outcome:
    """Every step up in a grade goes with a higher share safe, and the ends lie at least ten points apart."""
    found = []
    for by, word in words.items():
        shares = e.rows(population, by)["safe"]
        ends = _higher(e, population, by, shares.index[-1], shares.index[0])
        climbs = bool((shares.diff().dropna() > 0).all()) and shares.iloc[-1] - shares.iloc[0] > 0.1
        certain = ends.agrees is Agrees.YES
        found.append((word, Outcome(ends.computed, ends.interval, Agrees.of(climbs and certain, certain))))
    return _joined(found)


def _larger_and_west(e: Evidence) -> Outcome:
    small, large = e.rows("students", "size_class")["safe"].iloc[[0, -1]].index
    regions = e.rows("students", "region")["safe"]
    others = regions.drop("west")
    west = _higher(e, "students", "region", others.idxmin(), "west")
    return _joined(
        [
            ("klein min groot:", _higher(e, "students", "size_class", small, large)),
            ("laagste andere regio min West:", west),
        ]
    )


def _correlates(x: pd.Series, y: pd.Series, n: pd.Series, sign: int) -> Outcome:
    found = statistics.correlation(x, y, n)
    if pd.isna(found.r):
        raise LookupError("too few institutions")
    low, size = (found.low, found.r) if sign > 0 else (-found.high, -found.r)
    return Outcome(
        f"r = {dutch.number(found.r, 2)} ({found.n} instellingen)",
        dutch.limits(found.low, found.high, 2),
        Agrees.of(low > 0, size > 0),
    )


def _satisfied_institutions(e: Evidence) -> Outcome:
    data = e.institutions("students")
    return _correlates(data["satisfaction_institution"], data["safe"], data["n"], 1)


def _non_western(e: Evidence) -> Outcome:
    data = e.institutions("staff")
    return _correlates(data["share_non_western"], data["safe"], data["n"], -1)


def _staff_and_students(e: Evidence) -> Outcome:
    staff, students = e.institutions("staff"), e.institutions("students")
    both = staff.merge(students[["institution_id", "safe"]], on="institution_id", suffixes=("", "_students"))
    return _correlates(both["safe"], both["safe_students"], both["n"], 1)


def _within(e: Evidence, population: str) -> Outcome:
    row = e.model(population, "null")
    return Outcome(
        f"{dutch.percent(1 - row['icc'])} binnen instellingen",
        dutch.interval(1 - row["icc_high"], 1 - row["icc_low"]),
        Agrees.of(max(row["icc"], row["icc_high"]) < MOSTLY_WITHIN, row["icc"] < MOSTLY_WITHIN),
    )


def _north_and_east(e: Evidence) -> Outcome:
    shares = e.rows("staff", "region")["safe"]
    known = characteristics.load()
    lower, upper = shares[["noord", "oost"]].idxmin(), shares[["west", "zuid"]].idxmax()
    gap = _higher(e, "staff", "region", lower, upper)
    words = ", ".join(f"{known.label('region', code)} {dutch.percent(share)}" for code, share in shares.items())
    return Outcome(words, f"kleinste verschil: {gap.interval}", gap.agrees)


def _large_staff(e: Evidence) -> Outcome:
    shares = e.rows("staff", "size_class")["safe"]
    known = characteristics.load()
    gap = _higher(e, "staff", "size_class", shares.drop(">15000").idxmin(), ">15000")
    words = ", ".join(f"{known.label('size_class', code)} {dutch.percent(share)}" for code, share in shares.items())
    return Outcome(words, f"kleinste verschil: {gap.interval}", gap.agrees)


def _unsafe_ratio(e: Evidence, by: str, more: str, less: str, times: float = 1.0) -> Outcome:
    """The share unsafe of one group is higher beyond chance, and more than so many times that of another."""
    rows = e.rows("staff", by)
    gap = e.contrast("staff", by, more, less, "unsafe")
    first, second = float(rows.loc[more, "unsafe"]), float(rows.loc[less, "unsafe"])
    _, interval = _points(gap["difference"], gap["low"], gap["high"])
    computed = f"{dutch.percent(first)} tegen {dutch.percent(second)} onveilig"
    agrees = Agrees.of(gap["low"] > 0 and first > times * second, gap["difference"] > 0)
    return Outcome(computed, f"verschil {interval}", agrees)


def _job_search(e: Evidence) -> Outcome:
    rows = e.rows("staff", "search_group")
    gap = e.contrast("staff", "search_group", rows.index[-1], rows.index[0], "unsafe")
    _, interval = _points(gap["difference"], gap["low"], gap["high"])
    computed = "; ".join(f"{steps}: {dutch.percent(share)}" for steps, share in rows["unsafe"].items())
    each = bool((rows["unsafe"].diff().dropna() > 0).all())
    return Outcome(computed, f"verschil {interval}", Agrees.of(each and gap["low"] > 0, gap["difference"] > 0))


def _contact(e: Evidence) -> Outcome:
    return _joined(
        [
            ("geen min enig:", _higher(e, "staff", "student_contact", "none", "some")),
            ("enig min veel:", _higher(e, "staff", "student_contact", "some", "much")),
        ]
    )


def _victims(e: Evidence) -> Outcome:
    words = {"victim_verbal": "verbaal", "victim_psychological_physical": "psychisch-fysiek"}
    return _joined([(word, _unsafe_ratio(e, by, "True", "False", times=1.5)) for by, word in words.items()])


def _least_safe(e: Evidence) -> Outcome:
    found = e.least_safe()
    low, every = found.loc["least safe"], found.loc["all"]
    text = (
        f"in West {dutch.percent(low['west'], 0)} (alle: {dutch.percent(every['west'], 0)}), groot "
        f"{dutch.percent(low['large'], 0)} (alle: {dutch.percent(every['large'], 0)}), cijfer "
        f"{dutch.number(low['satisfaction'], 1)} (alle: {dutch.number(every['satisfaction'], 1)})"
    )
    agrees = Agrees.among(low["west"] > 0.5, low["large"] > 0.5, low["satisfaction"] < every["satisfaction"])
    return Outcome(text, "", agrees)


def _composition(e: Evidence) -> Outcome:
    """More than half of the variance between institutions, for students and for staff."""
    shrunk = {name: float(e.model(name, "composition")["pcv"]) for name in ("students", "staff")}
    text = (
        f"variantie {dutch.percent(shrunk['students'], 0)} kleiner bij studenten, "
        f"{dutch.percent(shrunk['staff'], 0)} bij medewerkers"
    )
    return Outcome(text, "", Agrees.among(*(part > 0.5 for part in shrunk.values())))


def _answers(e: Evidence, question: str, words: str, codes: list[str]) -> tuple[str, str]:
    """Shares of some answers of coordinators in Dutch, and their intervals."""
    rows = e.coordinators(question).loc[codes]
    names = [schema.LABELS[words][code] for code in rows.index]
    shares = [f"{name} {dutch.percent(share, 0)}" for name, share in zip(names, rows["share"], strict=True)]
    limits = [dutch.interval(low, high, 0) for low, high in zip(rows["low"], rows["high"], strict=True)]
    return ", ".join(shares), "; ".join(limits)


def _facilities(e: Evidence) -> Outcome:
    codes = ["confidential_advisor", "reporting_point", "active_supervision"]
    advisor, point, watch = e.coordinators("facility")["share"].loc[codes]
    agrees = Agrees.among(advisor > 0.9, 0.5 < point < advisor, watch < point)
    return Outcome(*_answers(e, "facility", "facility", codes), agrees)


def _registration(e: Evidence) -> Outcome:
    practice = e.table("registration")
    total, without = practice["institutions"].sum(), practice.loc[~practice["delivered"], "institutions"].sum()
    if total == 0:
        raise LookupError("nothing was delivered")
    share = float(without / total)
    low, high = (float(limit) for limit in statistics.wilson(share, total))
    compared = e.table("comparability").set_index("comparable")["institutions"]
    agrees = Agrees.among(share > 0.1, (compared.drop("full") > 0).any())
    return Outcome(f"{dutch.percent(share, 0)} kon niet aanleveren", dutch.interval(low, high, 0), agrees)


def _top(e: Evidence, question: str, among: set[str], size: int) -> Outcome:
    """The answers named most are the published ones."""
    rows = e.coordinators(question).sort_values("share", ascending=False)
    first = list(rows.index[:size])
    return Outcome(
        *_answers(e, question, "topic", first), Agrees.of(set(first) == among, 2 * len(among & {*first}) >= size)
    )


def _no_consensus(e: Evidence) -> Outcome:
    rows = e.table("agreement").set_index("question").loc[["bottleneck_code", "success_code"]]
    top = [schema.LABELS["factor"][code] for code in rows["top"]]
    computed = "; ".join(f"{name} {dutch.percent(share, 0)}" for name, share in zip(top, rows["share"], strict=True))
    limits = "; ".join(dutch.interval(low, high, 0) for low, high in zip(rows["low"], rows["high"], strict=True))
    agrees = Agrees.among(*rows["none"].astype(bool), rows["top"].iloc[0] == "outside_influences")
    return Outcome(computed, limits, agrees)


def _varies(e: Evidence) -> Outcome:
    """Partners and ways of evaluating differ: no way of evaluating is that of most, partners range widely."""
    evaluation, partners = e.coordinators("plan_evaluation")["share"], e.coordinators("partner")["share"]
    text = (
        f"partners {dutch.percent(partners.min(), 0)} tot {dutch.percent(partners.max(), 0)}; evaluatie hooguit "
        f"{dutch.percent(evaluation.max(), 0)} op dezelfde manier"
    )
    return Outcome(text, "", Agrees.among(evaluation.max() < 0.5, partners.max() - partners.min() > 0.2))


def _maturity(e: Evidence) -> Outcome:
    rows = e.maturity()
    computed = "; ".join(f"{row.subject} {dutch.number(row.mean, 2)} hoger" for row in rows.itertuples())
    limits = "; ".join(dutch.limits(row.low, row.high, 2) for row in rows.itertuples())
    return Outcome(computed, limits, Agrees.of((rows["low"] > 0).all(), (rows["mean"] > 0).all()))


def _bottlenecks(e: Evidence) -> Outcome:
    codes = ["little_sight_of_incidents", "little_knowledge_of_acting"]
    shares = e.coordinators("bottleneck_code").loc[codes, "share"]
    return Outcome(*_answers(e, "bottleneck_code", "factor", codes), Agrees.among(*(shares > 0.05)))


def _themes(e: Evidence) -> Outcome:
    number = e.told("fragments")["theme"].nunique()
    return Outcome(f"{number} thema’s", "", Agrees.of(number == len(schema.THEMES), number >= len(schema.THEMES) / 2))


def _illustrate(e: Evidence) -> Outcome:
    """Fewer groups than institutions: they cannot stand for all of them, however they were chosen."""
    number, institutions = int(e.told("fragments")["all_groups"].max()), len(e.institutions("students"))
    return Outcome(f"{number} groepen, bij {institutions} instellingen", "", Agrees.of(number < institutions))


def _told(e: Evidence, *codes: str, by: tuple[str, ...] = ()) -> Outcome:
    """Fragments were coded with all of these, by all of these participants."""
    data = e.told("fragment_codes")
    data = data[data["code"].isin(codes)]
    number = int(data["fragments"].sum())
    there = [(data["code"] == code).any() for code in codes]
    agrees = Agrees.among(*there, *(each in set(data["participants"]) for each in by))
    return Outcome(dutch.plural(number, "fragment", "fragmenten"), "", agrees)


def _share(population: str, by: str = "total", category: str = "total", answer: str = "safe"):
    return lambda e: Share.of(e.rows(population, by).loc[category], answer)


def _extreme(pick: str) -> Callable[[Evidence], Share]:
    def found(e: Evidence) -> Share:
        data = e.institutions("students").dropna(subset=["safe"])
        row = data.loc[getattr(data["safe"], pick)()]
        return Share(float(row["safe"]), float(row["low"]), float(row["high"]))

    return found


def _elaborated(e: Evidence) -> Share:
    row = e.coordinators("safety_plan").loc["elaborated"]
    return Share(float(row["share"]), float(row["low"]), float(row["high"]))


PERCENTAGES: dict[str, Callable[[Evidence], Share]] = {
    "S01": _share("students"),
    "S02": _share("students", answer="unsafe"),
    "S04": _share("students", "disability", "True"),
    "S05": _share("students", "disability", "False"),
    "S06": _share("students", "gender", "female"),
    "S07": _share("students", "gender", "male"),
    "S08": _share("students", "level_track", "2 bol"),
    "S09": _share("students", "level_track", "3 bol"),
    "S14": _extreme("idxmax"),
    "S15": _extreme("idxmin"),
    "T01": _share("staff"),
    "I02": _elaborated,
}
"""Findings of kind value and bound."""

ANSWERS: dict[str, Callable[[Evidence], Outcome]] = {
    "S03": _rising,
    "S10": _least_safe_levels,
    "S11": _differs,
    "S12": lambda e: _msv_gap(e, "students", None, -1),
    "S13": lambda e: _joined(
        [
            ("materieel", _msv_gap(e, "students", "victim_material", 1)),
            ("psychisch-fysiek", _msv_gap(e, "students", "victim_psychological_physical", 1)),
        ]
    ),
    "S16": _larger_and_west,
    "S17": lambda e: _climbs(e, "students", {"grade_programme": "opleiding", "grade_institution": "instelling"}),
    "S18": _satisfied_institutions,
    "S19": lambda e: _within(e, "students"),
    "T02": _north_and_east,
    "T03": _large_staff,
    "T04": _non_western,
    "T05": lambda e: _climbs(e, "staff", {"grade_work": "cijfer", "joy_group": "plezier", "energy_group": "energie"}),
    "T06": _job_search,
    "T07": lambda e: _within(e, "staff"),
    "T08": lambda e: _msv_gap(e, "staff", None, 0),
    "T09": lambda e: _msv_gap(e, "staff", "victim_psychological_physical", 1),
    "T10": lambda e: _unsafe_ratio(e, "gender", "female", "male"),
    "T11": lambda e: _unsafe_ratio(e, "role", "support", "teaching"),
    "T12": _contact,
    "T13": _victims,
    "T14": _least_safe,
    "T15": _staff_and_students,
    "I01": _composition,
    "I03": _registration,
    "I04": _facilities,
    "I05": lambda e: _top(
        e,
        "topic_wished",
        {"undermining_crime", "unwanted_behaviour", "transgressive_behaviour", "sexual_resilience"},
        4,
    ),
    "I06": _no_consensus,
    "I07": _varies,
    "I08": _maturity,
    "I09": lambda e: _top(
        e, "topic_last_year", {"physical_safety", "unwanted_behaviour", "transgressive_behaviour"}, 3
    ),
    "I10": _bottlenecks,
    "F01": _themes,
    "F02": _illustrate,
    "F03": lambda e: _told(e, "accepted_unsafety"),
    "F04": lambda e: _told(e, "mutual_support", by=("students", "staff")),
    "F05": lambda e: _told(e, "mentor_trust", "atmosphere", "mentor_knowledge"),
    "F06": lambda e: _told(e, "work_placement", by=("students",)),
}
"""Findings of kind direction and statement."""


def answer(finding: Published, evidence: Evidence) -> Outcome:
    """What an edition gives for a finding; raises ``LookupError`` where its data do not answer it."""
    try:
        if finding.id in PERCENTAGES:
            return PERCENTAGES[finding.id](evidence).outcome(finding)
        return ANSWERS[finding.id](evidence)
    except LookupError as error:
        raise LookupError(f"{finding.id} cannot be computed: {error}") from error


def compute(edition: str) -> dict[str, pd.DataFrame]:
    """All findings: columns id, kind, computed, interval, agrees (yes, partly, no; missing where it cannot be said)."""
    evidence = Evidence(edition)
    found = []
    for one in load_register():
        try:
            outcome = answer(one, evidence)
            found.append((one.id, one.kind, outcome.computed, outcome.interval, outcome.agrees.value))
        except LookupError:
            found.append((one.id, one.kind, "", "", None))
    frame = pd.DataFrame(found, columns=["id", "kind", "computed", "interval", "agrees"])
    return {"findings": frame.astype({"agrees": "string"})}
