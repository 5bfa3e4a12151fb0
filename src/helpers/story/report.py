"""The report that a notebook writes in: sentences with released values, and the figures and tables beside them."""

from __future__ import annotations

import difflib
import re
import sys
from collections.abc import Iterable, Sequence
from functools import cached_property
from types import CodeType, FrameType
from typing import Any

from helpers import findings, publish
from helpers.chapters import (
    differences,
    focus_groups,
    modelled,
    older_survey,
    own,
    picture,
    places,
    questions,
    registered,
    state,
    waves,
)
from helpers.chapters.view import Absent, View
from helpers.errors import MonitorError
from helpers.story import facts, lab, markdown, publishing, template
from helpers.story.template import Told
from helpers.values import Hidden, Label, Number, Part, Text, Value

STANDARD = "{{ too_few() }}"
"""What stands where every given text would tell something hidden."""

Item = publish.Table | publish.Figure | None
ID = re.compile(r"(?:fig|tbl)-[a-z0-9]+(?:[-_][a-z0-9]+)*")
FINDING = re.compile(r"[A-Za-z0-9]+(?:[-_*][A-Za-z0-9]+)*")
ARGUMENTS = ("hidden", "finding", "treats", "question", "weight", "short", "show", "at")


class Report(publishing.Publishing):
    """A chapter of one unit, as its notebook writes it.

    Views (``report.shares("students")``, …) hold released values; :meth:`tell` prints a sentence with them,
    :meth:`show` their figures and tables. Nothing else leaves a notebook.

    Parameters
    ----------
    edition, unit, wave
        The notebook's parameters: edition, ``"sector"`` or a BRIN code, year of measurement.
    chapter
        The notebook's name without suffix.
    """

    shares = state.shares
    comparable = state.comparable
    trend = waves.trend
    trend_by = waves.trend_by
    picture = picture.picture
    spread = places.spread
    place = places.place
    association = places.association
    associations = places.associations
    least_safe = places.least_safe
    models = modelled.models
    composition = modelled.composition
    after_composition = places.after_composition
    expected = places.expected
    release = own.release
    crosstab = own.crosstab
    groups = differences.groups
    overview = differences.overview
    lhb = older_survey.lhb
    victims = older_survey.victims
    coordinators = questions.coordinators
    question = questions.question
    agreement = questions.agreement
    maturity = questions.maturity
    registration = registered.registration
    delivery = registered.delivery
    incidents = registered.incidents
    conversations = focus_groups.conversations
    themes = focus_groups.themes
    codes = focus_groups.codes
    told_about = focus_groups.told_about
    quotes = focus_groups.quotes

    def __post_init__(self) -> None:
        super().__post_init__()
        lab.settle()

    def tell(
        self,
        text: str,
        *views: View | Absent,
        hidden: str | Sequence[str] | None = None,
        finding: str = "",
        treats: Sequence[str] = (),
        question: int | None = None,
        weight: int = 50,
        short: str | Sequence[str] = (),
        show: Sequence[Item] = (),
        at: str = "",
        **named: Any,
    ) -> None:
        """Tell a sentence with released values, and show the figures and tables that belong to it.

        Parameters
        ----------
        text
            A template: Markdown with ``{{ values }}``. ``{% if sector_report %}`` parts the sector from an institution.
        views
            Their names can be used in the template; more by keyword: ``groep=report.groups("students", "gender")``.
        hidden
            What is told where a value may not be shown, or the text tells nothing: a template, or several that are
            tried in order. Needed for every view that may hide something.
        finding
            Name under which the summary takes it up: an id of the register, or a name of your own. Where the views have
            no rows at all, the summary leaves it out.
        treats
            Findings of the register that it answers (the sector's chapters must answer all).
        question
            Research question (1 to 3) under which the summary tells it; none: under the chapter's title.
        weight
            Place in the summary: a lower one comes first.
        short
            A plainer template for the summary, or several that are tried in order; where all are hidden, or the one
            that is told is empty, the summary leaves it out. Without it the summary takes ``text``.
        show
            Figures and tables; the sentence refers to those that may be shown.
        at
            Label of the figure or table to which the summary links, where that is not the first of ``show``.

        Raises
        ------
        MonitorError
            For a name that is not there, a figure typed by hand, a value that was not released, a hidden value without
            ``hidden``, a finding that the register does not know, Markdown that is not whole.
        """
        absent = [each for each in (*views, *named.values()) if isinstance(each, Absent)]
        if absent:
            self._tell_absent(absent[0])
            return
        names = self._names(views, named)
        texts = [text, *_several(hidden)]
        briefs = _several(short)
        for each in (*texts, *briefs):
            self.check_typed(each)
            template.check_names(each, names)
        self._check_hidden(text, hidden, views, named)
        self._check_findings(finding, treats, question, weight, briefs)
        told = self._first(texts, names)
        markdown.check(told.text)
        outputs = self._items(show)
        self._text_output(told.text, [output.metadata["id"] for output in outputs if "id" in output.metadata], outputs)
        if finding or treats:
            brief = self._first([*briefs, ""], names) if briefs else told
            brief = Told("") if _without_rows([*views, *named.values()]) else brief
            self._keep(finding or treats[0], told, brief, treats, question, weight, at or _first_id(show))
        self._write_notes()

    def show(self, *items: Item | Iterable[Item]) -> None:
        """Show figures and tables of views; those of a source that the edition goes without are left out."""
        flat = [one for item in items for one in (item if isinstance(item, (list, tuple)) else [item])]
        self._display(self._items(flat))
        self._write_notes()

    def quote(self, quotes: focus_groups.Quotes | Absent) -> None:
        """Show quotes (``report.quotes(…)``), each by itself; none of a source that the edition goes without."""
        if not isinstance(quotes, focus_groups.Quotes | Absent):
            raise MonitorError(f"report.quote shows report.quotes(…), and not a {type(quotes).__name__}.")
        if isinstance(quotes, Absent) or quotes.empty:
            return
        self._note(f"quotes-{len(self._record) + 1}", quotes._cells, quotes._cells.release(self.settings.rulebook))
        self._display([publish.Output(f"> “{each.text}” ({each.who})") for each in quotes.said])
        self._write_notes()

    def note(self, title: str, text: str, *views: View | Absent, important: bool = False, **named: Any) -> None:
        """Tell something in a box with a title; ``important``: in one that stands out. None where a view is absent."""
        if any(isinstance(each, Absent) for each in (*views, *named.values())):
            return
        names = self._names(views, named)
        for each in (title, text):
            self.check_typed(each)
            template.check_names(each, names)
        body = self._first([text], names).text
        markdown.check(body)
        kind = "important" if important else "note"
        box = f'::: {{.callout-{kind} title="{publish.attribute(title)}"}}\n{body}\n:::'
        self._display([publish.Output(box, markdown.box(title, body, important=important))])

    def write(self, text: str, names: dict[str, object]) -> str:
        """The text of a template, for a title or caption."""
        return template.render(text, {**self._facts(), **names}).text

    def check_template(self, text: str) -> None:
        """Refuse a text that holds a figure typed by hand, or asks for a value."""
        template.check_names(text, {})

    def check_typed(self, text: str) -> None:
        """Refuse a text that does not stand literally in the notebook, such as an f-string."""
        if not isinstance(text, str):
            raise MonitorError(f"A sentence is a text between quotes; this is a {type(text).__name__}.")
        if text and not _stands_in_code(text, sys._getframe(1)):
            raise MonitorError(
                f"“{text[:80]}” was put together while the notebook ran (an f-string, a sum of texts, str(…)). Write "
                'it as it is, with the values in it: report.tell("{{ own.safe }} van de studenten …", stand).'
            )

    def _names(self, views: Sequence[View], named: dict[str, Any]) -> dict[str, object]:
        names = self._facts()
        for view in views:
            if not self._is_own(view):
                raise MonitorError(
                    f"report.tell takes views of this report (report.shares(…), report.release(…)), not a "
                    f"{type(view).__name__}. Give a value a name: report.tell(…, groep=…)."
                )
            names.update(view.names())
        for name, value in named.items():
            names[name] = self._named(name, value)
        return names

    def _named(self, name: str, value: object) -> object:
        if isinstance(value, bool) or value is None or self._is_own(value):
            return value
        if isinstance(value, str):
            near = difflib.get_close_matches(name, ARGUMENTS, n=1, cutoff=0.8)
            if near:
                raise MonitorError(f"report.tell has no '{name}'. Did you mean {near[0]}=?")
            self.check_typed(value)
            template.check_names(value, {})
            return Label(value)
        if isinstance(value, list | tuple) and not any(isinstance(each, bool) for each in value):
            return [self._named(name, each) for each in value]
        shown = f"{value!r}, " if isinstance(value, int | float) else ""
        raise MonitorError(
            f"'{name}' is {shown}a {type(value).__name__} that no view holds: only released values may be told. "
            "Take it from a view (report.shares(…), report.groups(…)), or release your own rows with report.release(…)."
        )

    def _is_own(self, value: object) -> bool:
        return self._holder(value) is not None

    def _holder(self, value: object) -> View | None:
        """The view of this report that a value is or stands in; only what a view holds was released."""
        for view in self._views:
            todo: list[object] = [view]
            while todo:
                each = todo.pop()
                if each is value and isinstance(value, View | Value | Part):
                    return view
                if isinstance(each, View | Part):
                    todo += [found for name, found in vars(each).items() if not name.startswith("_")]
                elif isinstance(each, list | tuple):
                    todo += each
                elif isinstance(each, dict):
                    todo += each.values()
        return None

    def _facts(self) -> dict[str, object]:
        least = Number(self.settings.disclosure.minimum_respondents)
        return {"sector_report": self.is_sector, "wave": facts.wave(self.wave), "minimum": least}

    def _check_hidden(self, text: str, hidden: object, views: Sequence[View], named: dict[str, Any]) -> None:
        if hidden is not None:
            return
        asked = template.asked(text, template.environment())
        risky = [name for view in views if view.can_hide for name in view.names() if name in asked]
        for name, value in named.items():
            holders = [self._holder(each) for each in (value if isinstance(value, list | tuple) else [value])]
            risky += [name for holder in holders if holder is not None and holder.can_hide and name in asked]
        risky = [name for name in risky if name not in ("sector_report", "wave")]
        if risky:
            raise MonitorError(
                f"The sentence uses {', '.join(sorted(set(risky)))}, which may be hidden in a report, and says nothing "
                'for that case. Add hidden="…": what to tell where it may not be shown.'
            )

    @cached_property
    def _register(self) -> list[str]:
        """Ids of the findings register, which is read once a chapter."""
        return sorted(one.id for one in findings.load_register())

    def _check_findings(
        self, finding: str, treats: Sequence[str], question: int | None, weight: int, briefs: list[str]
    ) -> None:
        if finding and not FINDING.fullmatch(finding):
            raise MonitorError(f"'{finding}' is no name of a finding: letters, digits, hyphens and underscores.")
        if question not in (None, 1, 2, 3) or type(weight) is not int:
            raise MonitorError(f"question is 1, 2 or 3 and weight a whole number; here {question!r} and {weight!r}.")
        if briefs and not (finding or treats):
            raise MonitorError('short= is for the summary: give the sentence a name as well, finding="…".')
        wrong = [id for id in treats if id not in self._register]
        if wrong:
            raise MonitorError(
                f"data/findings.yml knows no finding {', '.join(wrong)}; it has {', '.join(self._register)}. Correct "
                "`treats`, or add the finding to the register."
            )

    def _first(self, texts: Sequence[str], names: dict[str, object]) -> Told:
        """The first of some templates that tells something, and nothing hidden; else nothing, or that it is hidden."""
        told = []
        for each in texts:
            try:
                told.append(template.render(each, names))
            except Hidden:
                continue
            if told[-1].text:
                return told[-1]
        return told[-1] if told else template.render(STANDARD, names)

    def _items(self, items: Sequence[Item]) -> list[publish.Output]:
        if isinstance(items, publish.Table | publish.Figure):
            items = [items]
        checked = [self._checked(item) for item in items if item is not None]
        made = [output for item in checked for output in self._outputs(item)]
        self._shown |= {output.metadata["id"]: lab.cell() for output in made if "id" in output.metadata}
        return made

    def _checked(self, item: object) -> publish.Table | publish.Figure:
        if any(item is each for each in self._made):
            if not ID.fullmatch(item.id):
                raise MonitorError(
                    f"'{item.id}' is no id of a figure or table: it begins with fig- or tbl-, then small letters, "
                    "digits and hyphens."
                )
            if item.id in self._shown and not lab.again(self._shown[item.id]):
                raise MonitorError(
                    f"'{item.id}' is shown twice in this chapter. Give each figure and table its own id."
                )
            return item
        raise MonitorError(
            f"report.show takes figures and tables that a view made, not a {type(item).__name__}. For rows of your "
            "own: report.release(…) or report.crosstab(…), and then its table(…) or figure(…)."
        )

    def _text_output(self, text: str, labels: list[str], outputs: list[publish.Output]) -> None:
        opening, gap, more = text.partition("\n\n")
        shown = f"{opening}{_see(labels)}{gap}{more}" if text else ""
        first = [publish.Output(shown, markdown.to_html(shown, self._shown))] if shown else []
        self._display([*first, *outputs])

    def _tell_absent(self, absent: Absent) -> None:
        """That a source is left out: once in a cell."""
        cell = _cell(sys._getframe(2))
        told = publishing.said("source_left_out(reason)", reason=absent.reason)
        if (cell, absent.reason) not in self._absent:
            self._absent.add((cell, absent.reason))
            self._display([publish.Output(told, markdown.to_html(told))])
        self._write_notes()

    def _keep(
        self,
        id: str,
        told: Told,
        brief: Told,
        treats: Sequence[str],
        question: int | None,
        weight: int,
        at: str,
    ) -> None:
        self._findings[id] = {
            "id": id,
            "sentence": told.text if brief.text else "",
            "short": brief.text,
            "weight": weight,
            "treats": list(treats),
            "question": question,
            "at": at,
            "card": brief.card,
            "nothing": brief.nothing,
        }


def _see(labels: Sequence[str]) -> str:
    """`` Zie @fig-a en @tbl-b.``, or nothing."""
    names = {"labels": [Text(f"@{label}") for label in labels]}
    return f" {template.render('{{ see_also(labels) }}', names).text}" if labels else ""


def _several(texts: str | Sequence[str] | None) -> list[str]:
    return [] if texts is None else [texts] if isinstance(texts, str) else list(texts)


def _without_rows(given: Iterable[object]) -> bool:
    """Whether there are views, and none has rows."""
    views = [each for each in given if isinstance(each, View)]
    return bool(views) and all(view.empty for view in views)


def _first_id(items: Sequence[Item]) -> str:
    return next((item.id for item in items if item is not None), "")


def _cell(frame: FrameType | None) -> CodeType | None:
    """What tells the cell of a notebook from another: its code (and not its address, which a later cell may get)."""
    while frame is not None and frame.f_code.co_name != "<module>":
        frame = frame.f_back
    return frame.f_code if frame is not None else None


def _stands_in_code(text: str, frame: FrameType | None) -> bool:
    """Whether a text is a constant of the code that calls this package, or of a cell that ran before."""
    while frame is not None and __package__.split(".")[0] == str(frame.f_globals.get("__name__", "")).split(".")[0]:
        frame = frame.f_back
    while frame is not None:
        if text in _texts(frame.f_code) or any(text in each for each in _earlier(frame)):
            return True
        if frame.f_code.co_name == "<module>":
            return False
        frame = frame.f_back
    return False


def _texts(code: CodeType) -> set[str]:
    found: set[str] = set()
    todo: list[object] = [code.co_consts]
    while todo:
        each = todo.pop()
        if isinstance(each, str):
            found.add(each)
        elif isinstance(each, tuple | frozenset):
            todo += each
        elif isinstance(each, CodeType):
            todo.append(each.co_consts)
    return found


def _earlier(frame: FrameType) -> Iterable[set[str]]:
    """Texts of cells that ran before, where IPython keeps them."""
    for source in frame.f_globals.get("In", [])[:-1]:
        try:
            yield _texts(compile(source, "<cell>", "exec"))
        except SyntaxError:
            continue
