"""What safety coordinators answered: who they are, every question by itself, whether they agree, and maturity."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import pandas as pd

from helpers import dutch, figures, schema, wording
from helpers.analyse import policy
from helpers.chapters.view import Absent, View, counts, unless_left_out
from helpers.disclosure.rounding import DOWN, LIMITS, MEAN, NEAREST, UP
from helpers.errors import MonitorError
from helpers.publish import Cells, Field, Figure, Table, bare_percent
from helpers.values import UNTOLD, Label, Number, Part, Share, Text

if TYPE_CHECKING:
    from helpers.story import Report

QUESTIONS = {
    "safety_plan": ("safety_plan", "schoolveiligheidsplan"),
    "plan_evaluation": ("plan_evaluation", "evaluatie van het veiligheidsplan"),
    "board_attention": ("board_attention", "aandacht van het bestuur voor veiligheid"),
    "facility": ("facility", "voorzieningen"),
    "partner": ("partner", "partners met wie wordt samengewerkt"),
    "topic_wished": ("topic", "thema’s die meer aandacht verdienen"),
    "topic_last_year": ("topic", "thema’s die het laatste jaar aandacht kregen"),
    "bottleneck_code": ("factor", "knelpunten"),
    "success_code": ("factor", "succesfactoren"),
}
"""By code of a question: whose words its answers have in the schema, and what it is about."""

SORTED = ("facility", "partner", "topic_wished", "topic_last_year", "bottleneck_code", "success_code")
"""Questions whose answers have no order of their own: the most given comes first."""

TOP = 3
"""So many answers are named as those given most."""


class Coordinators(View):
    """Who filled in the questionnaire: ``respondents``, and of how many ``institutions``."""

    def __init__(self, report: Report) -> None:
        most = report.analysis("coordinators")[["n", "n_institutions"]].max()
        cells = Cells(most.to_frame().T, keys=[], hide=["n_institutions"], kind="participation", source="coordinators")
        super().__init__(report, cells)
        self.respondents = Number(self._data["n"].iloc[0])
        self.institutions = Number(self._data["n_institutions"].iloc[0])


def coordinators(report: Report) -> Coordinators | Absent:
    """Who filled in the questionnaire of safety coordinators."""
    return unless_left_out(report, "coordinators", Coordinators)


class Question(View):
    """The answers to one question, as shares of the institutions: the sector's, in every report.

    In templates: ``answers`` by code (``answers.elaborated``), each with ``label`` and ``share``; ``given``: those that
    may be shown, in the order of the figure; ``top``: the three given most, ``most`` the first of these, ``fourth``
    the one behind them, ``least`` the one given least; ``subject``; ``empty`` where nobody answered.
    """

    def __init__(self, report: Report, code: str) -> None:
        words, subject = QUESTIONS[code]
        data = report.analysis("coordinators")
        data = data[(data["question"] == code) & data["share"].notna()]
        data = data.assign(label=[schema.LABELS[words][each] for each in data["category"]])
        cells = Cells(
            data.assign(few=of_few(report, data)).reset_index(drop=True),
            keys=["label", "category"],
            hide=["share", "low", "high"],
            kind="practice",
            protect="few",
            source="coordinators",
            precision=LIMITS,
            ranked="share" if code in SORTED else None,
        )
        super().__init__(report, cells, sentences="question")
        shown = self._shown()
        by_code = {row["category"]: _answer(row) for _, row in shown.iterrows()}
        ranked = [by_code[each] for each in shown.sort_values("share", ascending=False, kind="stable")["category"]]
        untold = Part(label=UNTOLD, share=Share(float("nan")))
        self.subject = Label(subject)
        self.answers = Part(**{each: by_code.get(each, untold) for each in schema.LABELS[words]})
        self.given = list(by_code.values()) or [untold]
        self.top = ranked[:TOP] or [untold]
        self.most, self.least = ([*ranked, untold][0], [untold, *ranked][-1])
        self.fourth = [*ranked[TOP:], untold][0]
        self.counts = counts(shown)

    def below_top(self, *codes: str) -> list[Part]:
        """Of these answers, those that were given and are not among the three given most."""
        unknown = sorted(set(codes) - set(dir(self.answers)))
        if unknown:
            raise MonitorError(
                f"The question on {self.subject} has no answer {', '.join(unknown)}; it has "
                f"{', '.join(dir(self.answers))}."
            )
        found = [getattr(self.answers, code) for code in codes]
        return [answer for answer in found if answer.share and answer not in self.top]

    def bars(self, id: str, **texts: str) -> Figure | None:
        """A bar an answer; ``title``, ``caption``, ``alt``: templates. None where nobody answered."""
        return None if self.empty else self._figure(id, figures.Bars(xlabel="deel van de instellingen"), **texts)


def of_few(report: Report, data: pd.DataFrame) -> pd.Series:
    """Rows that are about too few institutions, where more of them answered the questionnaire."""
    least = report.settings.disclosure.least_institutions
    return (data["n_institutions"] < least) & (report.analysis("coordinators")["n_institutions"].max() >= least)


def _answer(row: pd.Series) -> Part:
    return Part(label=Label(str(row["label"])), share=Share(row["share"], row["low"], row["high"]))


def question(report: Report, code: str) -> Question | Absent:
    """The answers of safety coordinators to one question.

    Parameters
    ----------
    code
        One of :data:`QUESTIONS`, such as ``"safety_plan"``.

    Examples
    --------
    >>> plan = report.question("safety_plan")
    >>> report.tell("{{ answers.elaborated.share }} heeft een plan.", plan, hidden="…")
    """
    if code not in QUESTIONS:
        raise MonitorError(f"Coordinators were not asked '{code}'; report.question knows {', '.join(QUESTIONS)}.")
    return unless_left_out(report, "coordinators", Question, code)


class Agreement(View):
    """Whether coordinators agree on bottlenecks and on success factors, by one rule.

    In templates: ``questions``, each with ``subject``, ``consensus`` and ``none`` (yes or no; neither: it cannot be
    said), ``top`` (the answer given most), its ``share``, and ``same`` (the chance that two give the same answer).
    """

    def __init__(self, report: Report) -> None:
        data = report.analysis("agreement")
        cells = Cells(
            data.assign(label=[QUESTIONS[code][1] for code in data["question"]]),
            keys=["label", "question"],
            hide=["top", "consensus", "none", "share", "low", "high", "same", "same_low", "same_high", "even"],
            kind="practice",
            source="coordinators",
            precision=LIMITS | {"same": NEAREST, "same_low": DOWN, "same_high": UP, "even": NEAREST},
        )
        super().__init__(report, cells)
        self.questions = [_agreed(row) for _, row in self._shown().iterrows()] or [Part(subject=UNTOLD)]

    def table(self, id: str, caption: str) -> Table | None:
        """A row a question; ``caption``: a template. None where nobody answered."""
        fields = [
            Field("Vraag", "label"),
            Field("Coördinatoren", "n", dutch.number),
            Field("Meest genoemd (%)", "share", bare_percent),
            Field("Interval meest", "low", dutch.interval, upper="high"),
            Field("Kans op hetzelfde (%)", "same", bare_percent),
            Field("Interval kans", "same_low", dutch.interval, upper="same_high"),
            Field("Bij gelijke verdeling (%)", "even", bare_percent),
        ]
        return None if self.empty else self._table(id, caption, fields)


def _agreed(row: pd.Series) -> Part:
    return Part(
        subject=Label(str(row["label"])),
        consensus=bool(row["consensus"]),
        none=bool(row["none"]),
        top=Label(schema.LABELS["factor"][row["top"]]),
        share=Share(row["share"], row["low"], row["high"]),
        same=Share(row["same"], row["same_low"], row["same_high"]),
    )


def agreement(report: Report) -> Agreement | Absent:
    """Whether coordinators agree on bottlenecks and on success factors."""
    return unless_left_out(report, "coordinators", Agreement)


class Maturity(View):
    """Maturity of privacy and information security, now and at the measurement before, and the change.

    In templates: ``subjects``, each with ``subject``, ``now``, ``before``, ``change`` and its ``interval`` (points of
    the scale), and ``higher`` (``duidelijk hoger``, ``niet duidelijk anders``, …).
    """

    def __init__(self, report: Report) -> None:
        data = report.analysis("maturity")
        data = data[data["mean"].notna()].reset_index(drop=True)
        super().__init__(
            report,
            Cells(data, ["subject", "moment"], ["mean", "low", "high"], "mean", precision={"low": MEAN, "high": MEAN}),
        )
        parts = [_matured(part.set_index("moment")) for _, part in self._shown().groupby("subject", sort=False)]
        self.subjects = [part for part in parts if part is not None] or [Part(subject=UNTOLD)]

    def table(self, id: str, caption: str) -> Table | None:
        """A row a subject and moment; ``caption``: a template. None where nobody answered."""
        fields = [
            Field("Onderwerp", "subject"),
            Field("Moment", "moment"),
            Field("Coördinatoren", "n", dutch.number),
            Field("Gemiddelde", "mean", partial(dutch.number, decimals=2)),
            Field("Interval", "low", partial(dutch.limits, decimals=2), upper="high"),
        ]
        return None if self.empty else self._table(id, caption, fields)


def _matured(rows: pd.DataFrame) -> Part | None:
    """One subject by moment; ``None`` where a moment or the change may not be shown."""
    if not {*policy.MOMENTS.values(), policy.CHANGE} <= set(rows.index):
        return None
    now, before, change = (rows.loc[each] for each in (policy.MOMENTS["now"], policy.MOMENTS["before"], policy.CHANGE))
    return Part(
        subject=Label(str(now["subject"])),
        now=Number(now["mean"], 2),
        before=Number(before["mean"], 2),
        change=Number(change["mean"], 2),
        interval=Text(dutch.limits(change["low"], change["high"], 2)),
        higher=Text(wording.higher(change["mean"], change["low"], change["high"], matters=0)),
    )


def maturity(report: Report) -> Maturity | Absent:
    """Maturity of privacy and information security, now and before."""
    return unless_left_out(report, "coordinators", Maturity)
