"""What students and staff told in focus groups. They illustrate; they do not count."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from helpers import dutch, figures, schema
from helpers.chapters.view import Absent, View, unless_left_out
from helpers.disclosure.rounding import NEAREST
from helpers.errors import MonitorError
from helpers.publish import Cells, Field, Figure, Table
from helpers.quotes.pool import PER_CODE
from helpers.values import Label, Number, Part, Share

if TYPE_CHECKING:
    from helpers.story import Report

SPEAKER = {"students": "student", "staff": "medewerker"}
"""Who said a quote."""


class Conversations(View):
    """How many focus groups there were: ``groups``, ``fragments``; ``quoted`` where quotes of them are shown."""

    def __init__(self, report: Report) -> None:
        data = report.analysis("fragments")
        counted = pd.DataFrame({"groups": [data["all_groups"].max()], "fragments": [data["fragments"].sum()]})
        cells = Cells(
            counted.iloc[: len(data)], keys=[], hide=["groups", "fragments"], kind="frequency", open="conversations"
        )
        super().__init__(report, cells)
        self.groups, self.fragments = (Number(self._data[name].sum()) for name in ("groups", "fragments"))
        self.quoted = not report.analysis("quotes").empty


def conversations(report: Report) -> Conversations | Absent:
    """How many focus groups there were, and fragments coded from them."""
    return unless_left_out(report, "fragments", Conversations)


class Themes(View):
    """Themes of the conversations, as shares of the fragments of each kind of participants.

    In templates: ``number`` (of themes), ``fragments``; ``tops``: the theme that was spoken of most, with ``who`` (the
    kinds of participants of which it is) and their ``shares``; ``themes``, each with ``label`` and ``said`` (``who``,
    ``share``).
    """

    def __init__(self, report: Report) -> None:
        data = report.analysis("fragments")
        counts = data.groupby(["theme", "participants"], observed=True)["fragments"].sum().unstack(fill_value=0)
        shares = (counts / counts.sum()).rename(columns=lambda code: schema.LABELS["participants"][code])
        table = shares.assign(n=counts.sum(axis=1), label=[schema.LABELS["theme"][code] for code in counts.index])
        table = table.sort_values(["n", "label"], ascending=[False, True]).reset_index(drop=True)
        who = self._who = tuple(map(str, shares.columns))
        super().__init__(
            report,
            Cells(table, ["label", "n"], who, "frequency", open="conversations", precision=dict.fromkeys(who, NEAREST)),
            "themes",
        )
        self.number, self.fragments = Number(len(self._data)), Number(self._data["n"].sum())
        self.themes = [_theme(row, who) for _, row in self._data.iterrows()]
        self.tops = [_top(theme, part) for theme, part in self._most().groupby("theme", sort=False)]

    def _most(self) -> pd.DataFrame:
        """Of each kind of participants the theme that they spoke of most: who, theme, share."""
        first = [self._data.sort_values(each, ascending=False, kind="stable").head(1) for each in self._who]
        rows = [(who, row["label"].iloc[0], row[who].iloc[0]) for who, row in zip(self._who, first, strict=True)]
        return pd.DataFrame(rows, columns=["who", "theme", "share"])

    def heat(self, id: str, **texts: str) -> Figure | None:
        """Themes by kind of participants, by colour; ``title``, ``caption``, ``alt``: templates. None without any."""
        return None if self.empty else self._figure(id, figures.Heat(self._who), **texts)


def _theme(row: pd.Series, who: tuple[str, ...]) -> Part:
    return Part(label=Label(row["label"]), said=[Part(who=Label(each), share=Share(row[each])) for each in who])


def _top(theme: str, part: pd.DataFrame) -> Part:
    shares = [Share(share).whole for share in part["share"]]
    return Part(theme=Label(theme), who=[Label(who) for who in part["who"]], shares=shares)


def themes(report: Report) -> Themes | Absent:
    """What focus groups spoke about, by kind of participants."""
    return unless_left_out(report, "fragments", Themes)


class Codes(View):
    """How many fragments and groups stand behind each thing that was told; ``empty`` without any."""

    def __init__(self, report: Report) -> None:
        data = report.analysis("fragment_codes").set_index(["code", "participants"])
        names = [code for code in schema.FRAGMENT_CODES if code in data.index.unique("code") and code != "other"]
        columns = {
            f"{kind}_{who}": [int(data[kind].get((code, who), 0)) for code in names]
            for kind in ("fragments", "groups")
            for who in SPEAKER
        }
        counted = pd.DataFrame({"label": [schema.LABELS["code"][code] for code in names], **columns})
        super().__init__(report, Cells(counted, ["label"], list(columns), "frequency", open="conversations"))

    def table(self, id: str, caption: str) -> Table | None:
        """A row a thing that was told; ``caption``: a template. None without any."""
        fields = [
            Field("Onderwerp", "label"),
            Field("Fragmenten studenten", "fragments_students", dutch.number),
            Field("Groepen studenten", "groups_students", dutch.number),
            Field("Fragmenten medewerkers", "fragments_staff", dutch.number),
            Field("Groepen medewerkers", "groups_staff", dutch.number),
        ]
        return None if self.empty else self._table(id, caption, fields)


def codes(report: Report) -> Codes | Absent:
    """How many fragments and groups stand behind each thing that was told."""
    return unless_left_out(report, "fragments", Codes)


class ToldAbout(View):
    """One thing that was told: ``subject``, ``fragments`` and ``groups``, hidden where nobody told of it."""

    def __init__(self, report: Report, code: str) -> None:
        data = report.analysis("fragment_codes")
        data = data[data["code"] == code]
        hide = ["fragments", "groups"]
        super().__init__(
            report, Cells(data, keys=["code", "participants"], hide=hide, kind="frequency", open="conversations")
        )
        self.subject = Label(schema.LABELS["code"][code])
        self.fragments, self.groups = (Number(self._data[name].sum(min_count=1)) for name in hide)


def told_about(report: Report, code: str) -> ToldAbout | Absent:
    """How many fragments and groups stand behind one thing that was told.

    Parameters
    ----------
    code
        One of :data:`helpers.schema.FRAGMENT_CODES`, such as ``"atmosphere"``.

    Examples
    --------
    >>> report.tell("De sfeer telt {{ heard(fragments, groups) }}.", report.told_about("atmosphere"))
    """
    reason = _refused(report, code)
    return ToldAbout(report, code) if reason is None else Absent(reason)


class Quotes(View):
    """Quotes with a code that a person released, to be shown with ``report.quote``: ``said`` (``text``, ``who``)."""

    def __init__(self, report: Report, code: str) -> None:
        data = report.analysis("quotes")
        data = data[data["code"] == code].head(PER_CODE)
        super().__init__(
            report, Cells(data, keys=["fragment"], hide=["participants", "text"], kind="quote", open="quotes")
        )
        self.said = [
            Part(text=Label(row["text"]), who=Label(SPEAKER[row["participants"]])) for _, row in self._data.iterrows()
        ]


def quotes(report: Report, code: str) -> Quotes | Absent:
    """Quotes on one thing that was told, released by a person; that table holds no others.

    Examples
    --------
    >>> report.quote(report.quotes("atmosphere"))
    """
    reason = _refused(report, code)
    return Quotes(report, code) if reason is None else Absent(reason)


def _refused(report: Report, code: str) -> str | None:
    if code not in schema.FRAGMENT_CODES:
        known = ", ".join(schema.FRAGMENT_CODES)
        raise MonitorError(f"Fragments of focus groups have no code '{code}'; they have {known}.")
    return report.left_out("fragments")
