"""What the multilevel models say: how much lies between institutions, and what goes with it (sector report only)."""

from __future__ import annotations

import json
from collections.abc import Iterator
from functools import partial
from typing import TYPE_CHECKING

import pandas as pd

from helpers import characteristics, dutch, settings, wording
from helpers.chapters import common, phrases
from helpers.chapters.view import Absent, View, of_one_kind
from helpers.disclosure.rounding import RATIO, to_multiples
from helpers.models import specification
from helpers.publish import Cells, Field, Table, bare_percent
from helpers.values import Difference, Label, Number, Part, Share, gap

if TYPE_CHECKING:
    from helpers.story import Report

MODEL = {
    "null": "zonder kenmerken",
    "composition": "met samenstelling",
    "satisfaction": "met samenstelling en tevredenheid",
    "institution": "met samenstelling en kenmerken van de instelling",
    "programme": "zonder kenmerken, met opleidingen",
}
REFERENCE = " (ijkgroep)"
MISSING = float("nan")


class Models(View):
    """The multilevel models of a population.

    In templates: ``reason`` (why there is no model, where there is none: then all figures are hidden); ``between`` and
    ``inside`` (shares of the variance between and within institutions); ``programmes`` (``there``, ``share``, ``n``);
    ``composed`` (whether there is a model with composition) and ``smaller`` (what part of the variance between
    institutions it takes away); ``quality`` (:func:`quality`); ``satisfaction`` (:func:`satisfied`),
    ``has_characteristics`` and ``characteristics`` (:func:`clear_characteristics`), ``check`` (:func:`linear_check`);
    ``people``.
    """

    def __init__(self, report: Report, population: str) -> None:
        summary = report.analysis(f"models_{population}")
        super().__init__(report, summary_cells(summary), "models")
        self._terms_known = report.analysis(f"terms_{population}")
        self._satisfaction = specification.SATISFACTION[population]
        people = characteristics.load().people(population)
        self.people = Label(people)
        self.reason = Label(str(summary["message"].iloc[0]))
        by_model = self._data.set_index("model")
        nothing = pd.Series(dict.fromkeys(specification.NUMBERS, MISSING))
        null, composition, programme = (
            by_model.loc[name] if name in by_model.index else nothing for name in ("null", "composition", "programme")
        )
        self.between = Share(null["icc"], null["icc_low"], null["icc_high"], decimals=1)
        self.inside = Share(1 - null["icc"], decimals=1)
        total = programme["variance"] / programme["icc"] if programme["icc"] > 0 else MISSING
        share = Share(programme["programme_variance"] / total, decimals=1)
        self.programmes = Part(there=share.shown, share=share, n=Number(programme["n_programmes"]))
        self.composed = "composition" in by_model.index
        self.smaller = Share(composition["pcv"])
        self.quality = quality(self._data)
        self.satisfaction = satisfied(self._released("satisfaction", self._satisfaction), people)
        institution = self._released("institution", specification.INSTITUTION)
        self.has_characteristics = len(institution) > 0
        self.characteristics = clear_characteristics(institution)
        self.check = linear_check(self._linear(report.analysis(f"linear_{population}")))

    def _chosen(self, model: str, only: tuple[str, ...] = ()) -> pd.DataFrame:
        """Terms of a model; ``only``: of these characteristics."""
        terms = self._terms_known[self._terms_known["model"] == model]
        return terms[terms["term"].isin(only)] if only else terms

    def _released(self, model: str, only: tuple[str, ...]) -> pd.DataFrame:
        return terms_cells(self._chosen(model, only)).release(self._report.settings.rulebook).data

    def _linear(self, linear: pd.DataFrame) -> pd.DataFrame:
        told, known = linear[linear["term"].notna()], characteristics.load()
        pairs = zip(told["term"], told["category"], strict=True)
        data = told.assign(label=[f"{known.label(*pair)} ({known.subject(pair[0])})" for pair in pairs])
        cells = Cells(
            data,
            keys=["label", "logistic", "linear"],
            hide=["estimate", "low", "high", "icc"],
            kind="model term",
            open="model",
            precision=dict.fromkeys(("estimate", "low", "high"), RATIO),
        )
        return cells.release(self._report.settings.rulebook).data

    def table(self, id: str, caption: str) -> Table | None:
        """The models with their variance between institutions; none where there is no model."""
        fields = [
            Field("Model", "label"),
            Field("Variantie", "variance", partial(dutch.number, decimals=3)),
            Field("Interval variantie", "variance_low", partial(dutch.limits, decimals=3), upper="variance_high"),
            Field("ICC (%)", "icc", bare_percent),
            Field("Interval ICC", "icc_low", dutch.interval, upper="icc_high"),
            Field("Mediane OR", "mor", partial(dutch.number, decimals=2)),
            Field("Variantie kleiner (%)", "pcv", partial(dutch.percent, decimals=0, sign=False)),
        ]
        return self._table(id, caption, fields) if len(self._data) else None

    def composition_terms(self, id: str, caption: str) -> Table | None:
        """Odds ratios and differences by the characteristics of people; none without that model."""
        return self._terms(id, caption, self._chosen("composition"))

    def satisfaction_terms(self, id: str, caption: str) -> Table | None:
        """The same by satisfaction."""
        return self._terms(id, caption, self._chosen("satisfaction", self._satisfaction))

    def institution_terms(self, id: str, caption: str) -> Table | None:
        """The same by the characteristics of institutions."""
        return self._terms(id, caption, self._chosen("institution", specification.INSTITUTION))

    def _terms(self, id: str, caption: str, terms: pd.DataFrame) -> Table | None:
        fields = [
            Field("Kenmerk", "subject"),
            Field("Groep", "label"),
            Field("Odds ratio", "odds_ratio", partial(dutch.number, decimals=2)),
            Field("Interval odds ratio", "low", partial(dutch.limits, decimals=2), upper="high"),
            Field("Verschil", "points", bare_percent),
            Field("Interval verschil", "points_low", dutch.interval, upper="points_high"),
        ]
        return self._table(id, caption, fields, terms_cells(with_references(terms))) if len(terms) else None


def summary_cells(summary: pd.DataFrame) -> Cells:
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
        kind="model term",
        open="model",
    )


def quality(released: pd.DataFrame) -> Part:
    """How many respondents the models with characteristics use and drop, and whether estimates can be relied on.

    ``n``, ``n_institutions``, ``n_dropped`` and ``dropped`` (as a share), all hidden without a model; ``restless`` and
    ``flat`` (models that did not converge, or without variance between institutions), ``notes`` (groups without an
    odds ratio: ``label``, ``subject``, ``why``).
    """
    dropped = released["n_dropped"].astype("Float64").dropna()  # most by those with characteristics
    first = released.loc[dropped.idxmax()] if len(dropped) else dict.fromkeys(specification.NUMBERS, MISSING)
    return Part(
        n=Number(first["n"]).rounded(-1),
        n_institutions=Number(first["n_institutions"]),
        n_dropped=Number(first["n_dropped"]).rounded(-1),
        dropped=Share(first["n_dropped"] / (first["n"] + first["n_dropped"])),
        restless=[Label(row["label"]) for _, row in released.iterrows() if not row["converged"]],
        flat=[Label(row["label"]) for _, row in released.iterrows() if row["singular"]],
        notes=list(_notes(released)),
    )


def _notes(released: pd.DataFrame) -> Iterator[Part]:
    found: dict[tuple[str, str], str] = {}
    for notes in released["notes"].dropna():
        for term, category, clause in json.loads(notes):
            found.setdefault((term, category), clause)
    for (term, category), clause in found.items():
        known = characteristics.load()
        label, subject = Label(known.label(term, category)), Label(known.subject(term))
        yield Part(label=label, subject=subject, why=Label(clause))


def terms_cells(terms: pd.DataFrame) -> Cells:
    """Odds ratios and average differences of the groups of each characteristic."""
    known, numbers = characteristics.load(), ["odds_ratio", "low", "high", "points", "points_low", "points_high"]
    data = terms.assign(
        subject=[dutch.sentence(known.subject(by)) for by in terms["term"]],
        label=[
            known.label(by, code) + (REFERENCE if code and code == reference else "")
            for by, code, reference in zip(terms["term"], terms["category"], terms["reference"], strict=True)
        ],
    )
    return Cells(
        data,
        keys=["subject", "label", "term", "category"],
        hide=numbers,
        kind="model term",
        open="model",
        precision={"low": RATIO, "high": RATIO},
    )


def with_references(terms: pd.DataFrame) -> pd.DataFrame:
    """The terms, each characteristic after a row of the group with which its groups are compared."""
    parts = []
    for _, part in terms.groupby("term", sort=False):
        if part["reference"].iloc[0]:
            numbers = dict.fromkeys(specification.TERM_NUMBERS, float("nan"))
            first = {**part.iloc[0], **numbers, "category": part["reference"].iloc[0], "odds_ratio": 1.0, "points": 0.0}
            parts.append(pd.DataFrame([first]).astype(dict.fromkeys(numbers, "float64")))
        parts.append(part)
    return pd.concat(parts, ignore_index=True)


def satisfied(released: pd.DataFrame, people: str) -> list[Part]:
    """The most satisfied by each characteristic: ``whom``, ``clause`` (whether that ends in one), ``gap`` (with the
    least satisfied)."""
    lasts = released.drop_duplicates("subject", keep="last")
    found = [(characteristics.load().who(row["term"], row["category"], people), row) for _, row in lasts.iterrows()]
    return [Part(whom=Label(whom), clause=bool(phrases.comma(whom)), gap=gap(row, "points")) for whom, row in found]


def clear_characteristics(released: pd.DataFrame) -> list[Part]:
    """Characteristics of institutions that go clearly with feeling safe: ``subject``, ``groups`` (``label``, ``gap``).

    That it is certain, the odds ratio says: the difference has no interval of its own.
    """
    limits = zip(released["low"] - 1, released["high"] - 1, strict=True)
    clear = released.loc[[wording.certain(*each) for each in limits]]
    return [
        Part(
            subject=Label(subject.lower()),
            groups=[
                Part(label=Label(row["label"]), gap=Difference(*[row["points"]] * 3, 1)) for _, row in part.iterrows()
            ],
        )
        for subject, part in clear.groupby("subject", sort=False)
    ]


def linear_check(released: pd.DataFrame) -> Part:
    """Whether conclusions hang on counting a 4 or 5 as safe: ``there``, ``between`` (share of the variance between
    institutions), ``other`` (groups with another conclusion: ``label``, ``logistic``, ``linear``)."""
    there = len(released) > 0
    other = released[released["logistic"] != released["linear"]]
    names = ("label", "logistic", "linear")
    return Part(
        there=there,
        between=Share(released["icc"].iloc[0] if there else MISSING, decimals=1),
        other=[Part(**{name: Label(row[name]) for name in names}) for _, row in other.iterrows()],
    )


class Composition(View):
    """How far differences between institutions come from their composition.

    In templates: ``populations``, each with ``people`` and ``smaller`` (what part of the variance between institutions
    goes with composition); ``there``: whether there is any.
    """

    def __init__(self, report: Report) -> None:
        summary = pd.concat([report.analysis(f"models_{name}") for name in common.POPULATIONS], ignore_index=True)
        both = summary[summary["model"].isin(("null", "composition")) & summary["variance"].notna()]
        data = both.assign(
            people=[characteristics.load().people(code) for code in both["population"]],
            label=[MODEL[code] for code in both["model"]],
        )
        keys, numbers = ["people", "label", "population", "model"], ["variance", "variance_low", "variance_high"]
        super().__init__(report, Cells(data, keys=keys, hide=[*numbers, "icc", "pcv"], kind="model term", open="model"))
        known = self._data[self._data["pcv"].notna()]
        self.populations = [Part(people=Label(row["people"]), smaller=Share(row["pcv"])) for _, row in known.iterrows()]
        self.there = len(known) > 0

    def table(self, id: str, caption: str) -> Table | None:
        """Variance between institutions without and with composition; ``caption``: a template."""
        fields = [
            Field("Groep", "people"),
            Field("Model", "label"),
            Field("Variantie", "variance", partial(dutch.number, decimals=3)),
            Field("Interval", "variance_low", partial(dutch.limits, decimals=3), upper="variance_high"),
            Field("Variantie kleiner (%)", "pcv", partial(dutch.percent, decimals=0, sign=False)),
        ]
        return self._table(id, caption, fields) if self.there else None


def models(report: Report, population: str) -> Models | Absent:
    """The multilevel models of a population (sector report only).

    Examples
    --------
    >>> modellen = report.models("students")
    >>> report.tell("Tussen instellingen ligt {{ between }}.", modellen, hidden="…")
    """
    return of_one_kind(report, Models, "models", population, sector=True)


def composition(report: Report) -> Composition:
    """How far differences between institutions come from their composition: of students and of staff.

    Examples
    --------
    >>> samenstelling = report.composition()
    >>> report.show(samenstelling.table("tbl-rol-samenstelling", "Variantie tussen instellingen"))
    """
    return Composition(report)
