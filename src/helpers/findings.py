"""Back-tests: what the published monitor found, computed again from an edition's tables.

``data/findings.yml`` is the register. :func:`compute` answers each finding of kind value, bound or direction from
the analysis tables of an edition, which is to say from the deliveries. An edition calibrated to the
published monitor must agree with all of them; the next edition may differ, and then that is news.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

import pandas as pd
import yaml
from pydantic import BaseModel, ConfigDict, Field

from helpers import paths, settings, statistics, tables
from helpers.analyse import populations


class Published(BaseModel):
    """One finding of the register."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    id: str = Field(pattern=r"^[A-Z]\d\d$")
    kind: Literal["value", "bound", "direction", "statement"]
    what: str
    sources: list[Literal["nota", "brief"]] = Field(min_length=1)
    value: float | None = None
    tolerance: float | None = None
    above: float | None = None
    below: float | None = None

    def holds(self, percent: float) -> bool:
        """Whether a computed percentage agrees with a published value or bound."""
        if self.value is not None:
            return abs(percent - self.value) <= self.tolerance
        return (self.above is None or percent > self.above) and (self.below is None or percent < self.below)


@dataclass(frozen=True)
class Outcome:
    """What the edition gives for a finding: figures in words, and whether they agree."""

    computed: str
    agrees: bool


def load_register() -> list[Published]:
    """The register of published findings."""
    content = yaml.safe_load(paths.FINDINGS.read_text(encoding="utf-8"))
    return [Published.model_validate(entry) for entry in content["findings"]]


@dataclass
class Evidence:
    """An edition's analysis tables, asked for shares in percent."""

    edition: str

    @cached_property
    def wave(self) -> int:
        """Last wave of the edition."""
        return max(settings.load_edition(self.edition).waves)

    @cached_property
    def _benchmarks(self) -> dict[str, pd.DataFrame]:
        return {name: tables.read_analysis(self.edition, f"benchmarks_{name}") for name in ("students", "staff")}

    def table(self, name: str) -> pd.DataFrame:
        """An analysis table."""
        return tables.read_analysis(self.edition, name)

    def rows(self, population: str, by: str, wave: int | None = None) -> pd.DataFrame:
        """Sector shares by one characteristic, indexed by category."""
        data = self._benchmarks[population]
        data = data[(data["scope"] == "sector") & (data["by"] == by) & (data["n"] > 0)]
        if population == "students":
            data = data[data["wave"] == (wave or self.wave)]
        return data.set_index("category")

    def share(self, population: str, by: str = "total", category: str = "total", answer: str = "safe") -> float:
        """One share, in percent."""
        return 100 * float(self.rows(population, by).loc[category, answer])

    def institutions(self, population: str) -> pd.DataFrame:
        """Institutions with enough respondents, last wave."""
        data = self.table(f"institutions_{population}")
        if "wave" in data:
            data = data[data["wave"] == self.wave]
        return data[data["n"] >= settings.load_settings().disclosure.minimum_respondents]

    def by_kind(self, population: str, column: str) -> pd.Series:
        """Share safe (percent) of respondents by a characteristic of their institution."""
        data = self.institutions(population).dropna(subset=["safe"])
        weighted = (data["safe"] * data["n"]).groupby(data[column], observed=True).sum()
        return 100 * weighted / data["n"].groupby(data[column], observed=True).sum()

    def coordinators(self, question: str) -> pd.Series:
        """Answers to one question of the coordinators' questionnaire, in percent."""
        data = self.table("coordinators")
        return 100 * data[data["question"] == question].set_index("category")["share"]


def _certainly_higher(rows: pd.DataFrame, more: str, less: str) -> Outcome:
    """The share safe of one category is higher than that of another, beyond chance."""
    gap = statistics.difference(rows.loc[more], rows.loc[less])
    text = f"{more} - {less}: {100 * gap.difference:.1f} ({100 * gap.low:.1f} to {100 * gap.high:.1f})"
    return Outcome(text, gap.low > 0)


def _all(*outcomes: Outcome) -> Outcome:
    return Outcome("; ".join(one.computed for one in outcomes), all(one.agrees for one in outcomes))


def _rising(evidence: Evidence) -> Outcome:
    waves = settings.load_edition(evidence.edition).waves
    shares = [100 * float(evidence.rows("students", "total", wave)["safe"].iloc[0]) for wave in waves]
    return Outcome(" < ".join(f"{share:.1f}" for share in shares), shares == sorted(set(shares)))


def _least_safe_levels(evidence: Evidence) -> Outcome:
    shares = 100 * evidence.rows("students", "level_track")["safe"].sort_values()
    tracks = evidence.rows("students", "track")
    order = Outcome(
        ", ".join(f"{code} {share:.1f}" for code, share in shares.items()), set(shares.index[:2]) == {"2 bol", "3 bol"}
    )
    return _all(order, _certainly_higher(tracks, "bbl", "bol"))


def _differs(evidence: Evidence) -> Outcome:
    found = []
    for by in ("level", "gender", "age_group", "disability"):
        rows = evidence.rows("students", by).sort_values("safe")
        found.append(_certainly_higher(rows, rows.index[-1], rows.index[0]))
    return _all(*found)


def _msv(evidence: Evidence, population: str, column: str | None = None) -> pd.DataFrame:
    rows = tables.read_table(evidence.edition, f"{population}_msv")
    if column is None:
        found = statistics.shares(rows, by=["lhb"])
    else:
        found = statistics.proportion(rows, column, by=["lhb"]).rename(columns={"share": "safe"})
    return found.assign(lhb=found["lhb"].map({True: "LHB", False: "other"}).astype(str)).set_index("lhb")


def _grades(evidence: Evidence, population: str, *characteristics: str) -> Outcome:
    """Every step up in a grade goes with a higher share safe, and the ends lie at least ten points apart."""
    found = []
    for by in characteristics:
        shares = 100 * evidence.rows(population, by)["safe"]
        rises = bool((shares.diff().dropna() > 0).all())
        found.append(
            Outcome(
                f"{by} {shares.iloc[0]:.1f} to {shares.iloc[-1]:.1f}", rises and shares.iloc[-1] - shares.iloc[0] > 10
            )
        )
    return _all(*found)


def _larger_and_west(evidence: Evidence) -> Outcome:
    sizes, regions = evidence.by_kind("students", "size_class"), evidence.by_kind("students", "region")
    others = regions.drop("west").min()
    text = (
        f"<5000 {sizes['<5000']:.1f}, >15000 {sizes['>15000']:.1f}; "
        f"west {regions['west']:.1f}, lowest other {others:.1f}"
    )
    return Outcome(text, sizes["<5000"] > sizes[">15000"] and regions["west"] < others)


def _correlates(x: pd.Series, y: pd.Series, n: pd.Series, sign: int) -> Outcome:
    found = statistics.correlation(x, y, n)
    low = found.low if sign > 0 else -found.high
    return Outcome(f"r = {found.r:.2f} ({found.low:.2f} to {found.high:.2f}), {found.n} institutions", low > 0)


def _satisfied_institutions(evidence: Evidence) -> Outcome:
    data = evidence.institutions("students")
    return _correlates(data["satisfaction_institution"], data["safe"], data["n"], 1)


def _within(evidence: Evidence, population: str) -> Outcome:
    icc = evidence.table(f"models_{population}").set_index("model").loc["null", "icc"]
    return Outcome(f"{100 * icc:.1f} percent between institutions", bool(icc < 0.2))


def _north_and_east(evidence: Evidence) -> Outcome:
    shares = evidence.by_kind("staff", "region")
    text = ", ".join(f"{region} {share:.1f}" for region, share in shares.items())
    return Outcome(text, min(shares["noord"], shares["oost"]) > max(shares["west"], shares["zuid"]))


def _large_staff(evidence: Evidence) -> Outcome:
    shares = evidence.by_kind("staff", "size_class")
    return Outcome(", ".join(f"{size} {share:.1f}" for size, share in shares.items()), shares.idxmin() == ">15000")


def _non_western(evidence: Evidence) -> Outcome:
    data = evidence.institutions("staff")
    return _correlates(data["share_non_western"], data["safe"], data["n"], -1)


def _job_search(evidence: Evidence) -> Outcome:
    shares = 100 * evidence.rows("staff", "search_group")["unsafe"]
    return Outcome(" < ".join(f"{share:.1f}" for share in shares), bool((shares.diff().dropna() > 0).all()))


def _lhb_staff(evidence: Evidence) -> Outcome:
    rows = _msv(evidence, "staff")
    gap = statistics.difference(rows.loc["LHB"], rows.loc["other"])
    return Outcome(f"{100 * gap.difference:.1f} ({100 * gap.low:.1f} to {100 * gap.high:.1f})", gap.high >= 0)


def _unsafe(evidence: Evidence, by: str, more: str, less: str, times: float = 1.0) -> Outcome:
    """The share unsafe of one category is more than so many times that of another."""
    shares = 100 * evidence.rows("staff", by)["unsafe"]
    return Outcome(
        f"{more} {shares[more]:.1f}, {less} {shares[less]:.1f} unsafe", bool(shares[more] > times * shares[less])
    )


def _contact(evidence: Evidence) -> Outcome:
    rows = evidence.rows("staff", "student_contact")
    return _all(_certainly_higher(rows, "none", "some"), _certainly_higher(rows, "some", "much"))


def _least_safe(evidence: Evidence) -> Outcome:
    found = populations.least_safe_institutions(evidence.institutions("staff"))
    low, every = found.loc["least safe"], found.loc["all"]
    text = (
        f"west {100 * low['west']:.0f}% ({100 * every['west']:.0f}% of all), large {100 * low['large']:.0f}% "
        f"({100 * every['large']:.0f}%), grade {low['satisfaction']:.2f} ({every['satisfaction']:.2f})"
    )
    return Outcome(
        text, low["west"] > 0.5 and low["large"] > every["large"] and low["satisfaction"] < every["satisfaction"]
    )


def _staff_and_students(evidence: Evidence) -> Outcome:
    staff, students = evidence.institutions("staff"), evidence.institutions("students")
    both = staff.merge(students[["institution_id", "safe"]], on="institution_id", suffixes=("", "_students"))
    return _correlates(both["safe"], both["safe_students"], both["n"], 1)


def _composition(evidence: Evidence) -> Outcome:
    """More than half of the variance between institutions for students, and a part of it for staff."""
    shrunk = {
        name: 100 * float(evidence.table(f"models_{name}").set_index("model").loc["composition", "pcv"])
        for name in ("students", "staff")
    }
    text = (
        f"variance between institutions {shrunk['students']:.0f}% smaller for students, "
        f"{shrunk['staff']:.0f}% for staff"
    )
    return Outcome(text, shrunk["students"] > 50 and shrunk["staff"] > 0)


def _facilities(evidence: Evidence) -> Outcome:
    shares = evidence.coordinators("facility")
    advisor, point, watch = (shares[name] for name in ("confidential_advisor", "reporting_point", "active_supervision"))
    return Outcome(
        f"{advisor:.0f} > {point:.0f} > {watch:.0f}", bool(advisor > 90 and 50 < point < advisor and watch < point)
    )


def _maturity(evidence: Evidence) -> Outcome:
    data = evidence.table("maturity").pivot(index="subject", columns="moment", values=["mean", "low", "high"])
    text = "; ".join(
        f"{name} {row['mean', 'vorige meting']:.2f} to {row['mean', 'nu']:.2f}" for name, row in data.iterrows()
    )
    return Outcome(text, bool((data["low"]["nu"] > data["high"]["vorige meting"]).all()))


Percent = Callable[[Evidence], float]
Direction = Callable[[Evidence], Outcome]

PERCENTAGES: dict[str, Percent] = {
    "S01": lambda e: e.share("students"),
    "S02": lambda e: e.share("students", answer="unsafe"),
    "S04": lambda e: e.share("students", "disability", "True"),
    "S05": lambda e: e.share("students", "disability", "False"),
    "S06": lambda e: e.share("students", "gender", "female"),
    "S07": lambda e: e.share("students", "gender", "male"),
    "S08": lambda e: e.share("students", "level_track", "2 bol"),
    "S09": lambda e: e.share("students", "level_track", "3 bol"),
    "S14": lambda e: 100 * e.institutions("students")["safe"].max(),
    "S15": lambda e: 100 * e.institutions("students")["safe"].min(),
    "T01": lambda e: e.share("staff"),
    "I02": lambda e: e.coordinators("safety_plan")["elaborated"],
}
DIRECTIONS: dict[str, Direction] = {
    "S03": _rising,
    "S10": _least_safe_levels,
    "S11": _differs,
    "S12": lambda e: _certainly_higher(_msv(e, "students"), "other", "LHB"),
    "S13": lambda e: _all(
        _certainly_higher(_msv(e, "students", "victim_material"), "LHB", "other"),
        _certainly_higher(_msv(e, "students", "victim_psychological_physical"), "LHB", "other"),
    ),
    "S16": _larger_and_west,
    "S17": lambda e: _grades(e, "students", "grade_programme", "grade_institution"),
    "S18": _satisfied_institutions,
    "S19": lambda e: _within(e, "students"),
    "T02": _north_and_east,
    "T03": _large_staff,
    "T04": _non_western,
    "T05": lambda e: _grades(e, "staff", "grade_work", "joy_group", "energy_group"),
    "T06": _job_search,
    "T07": lambda e: _within(e, "staff"),
    "T08": _lhb_staff,
    "T09": lambda e: _certainly_higher(_msv(e, "staff", "victim_psychological_physical"), "LHB", "other"),
    "T10": lambda e: _unsafe(e, "gender", "female", "male"),
    "T11": lambda e: _unsafe(e, "role", "support", "teaching"),
    "T12": _contact,
    "T13": lambda e: _all(
        _unsafe(e, "victim_verbal", "True", "False", times=1.5),
        _unsafe(e, "victim_psychological_physical", "True", "False", times=1.5),
    ),
    "T14": _least_safe,
    "T15": _staff_and_students,
    "I01": _composition,
    "I04": _facilities,
    "I08": _maturity,
}


def answer(finding: Published, evidence: Evidence) -> Outcome:
    """What an edition gives for a finding of kind value, bound or direction; raises KeyError for a statement."""
    if finding.id in PERCENTAGES:
        percent = PERCENTAGES[finding.id](evidence)
        return Outcome(f"{percent:.2f} percent", finding.holds(percent))
    return DIRECTIONS[finding.id](evidence)


def compute(edition: str) -> pd.DataFrame:
    """All findings that an edition can answer: columns id, kind, what, computed, agrees."""
    evidence = Evidence(edition)
    found = [(finding, answer(finding, evidence)) for finding in load_register() if finding.kind != "statement"]
    return pd.DataFrame(
        {"id": one.id, "kind": one.kind, "what": one.what, "computed": outcome.computed, "agrees": outcome.agrees}
        for one, outcome in found
    )
