"""The one way out of a chapter.

A chapter hands items (:class:`Prose`, :class:`Table`, :class:`Figure`, :class:`Finding`) to
:meth:`helpers.report.Report.publish`. Every item that shows figures brings its :class:`Cells`: the data
and what disclosure control must know about them. Texts, captions, alt texts and drawings are made from
the *released* data only, so that a hidden figure cannot slip out through a sentence or a bar.
"""

from __future__ import annotations

import base64
import csv
import html
import io
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

import pandas as pd

from helpers import disclosure, dutch
from helpers.disclosure import kinds, rounding
from helpers.errors import MonitorError
from helpers.files import write_bytes

if TYPE_CHECKING:
    from matplotlib.axes import Axes

Text = str | Callable[[pd.DataFrame], str]
"""A fixed text, or one made from released data."""

FIXED = "\N{NO-BREAK SPACE}"
COMMA_WIDE, DIGIT_WIDE = "\N{PUNCTUATION SPACE}", "\N{FIGURE SPACE}"
WHOLE = re.compile(rf"{dutch.MINUS}?[\d.]+")
DECIMALS = re.compile(rf"{WHOLE.pattern},(\d+)")
SYNTHETIC_LINE = "Synthetische gegevens: geen enkel cijfer in dit bestand gaat over een bestaande instelling."


@dataclass(frozen=True)
class Cells:
    """Data to be shown, and what disclosure control must know about them.

    ``keys`` are the columns that name a row, ``hide`` those that tell something about its respondents; all other
    columns are dropped. ``kind``: the kind of statistic (:mod:`helpers.disclosure.kinds`), which says what checks it
    must have had. ``source``: the canonical table whose rules hold. ``open`` names the ground, one of those in
    ``parameters/disclosure.yml``, on which figures that are no statements about respondents pass.
    ``show_count=False``: the count is checked but not told, where it would say which institution a row is.
    ``ranked``: the column by which rows are ordered, as it is told: the largest first, equal ones by their keys.
    ``precision``: kinds of number of columns whose name does not say it
    (:func:`helpers.disclosure.rounding.precision_of`). All else: see :func:`helpers.disclosure.release`.
    """

    data: pd.DataFrame
    keys: Sequence[str]
    hide: Sequence[str]
    kind: str
    count: str = "n"
    partition: Sequence[str] | None = None
    shares: Sequence[str] = ()
    source: str | None = None
    open: str | None = None
    show_count: bool = True
    rounded: str | None = None
    told: str | None = None
    protect: str | None = None
    largest: str | None = None
    two: str | None = None
    precision: Mapping[str, str] = field(default_factory=dict)
    ranked: str | None = None

    def release(self, rulebook: disclosure.Rulebook) -> disclosure.Released:
        """Only the columns to be shown, with hidden rows blanked.

        Raises :class:`MonitorError` for an unknown ground or kind, and ``KeyError`` for a number of unknown precision.
        """
        columns = list(dict.fromkeys([*self.keys, *self.hide]))
        precision = rounding.precision_of(self.data, columns, self.precision)
        if self.open is not None:
            return self._open(rulebook, precision)
        released = disclosure.release(
            self.data,
            rules=rulebook.resolve(self.source),
            count=self.count,
            hide=self.hide,
            partition=self.partition,
            shares=self.shares,
            protect=self.protect,
            largest=self.largest,
            two=self.two,
            told=self.told,
            rounded=self.rounded,
            precision=precision,
        )
        kinds.check(self.kind, released.checks, None)
        count = [self.count] if self.show_count else []
        kept = list(dict.fromkeys([*self.keys, *count, *self.hide, disclosure.REASON, disclosure.DECIMALS]))
        return replace(released, data=self._ranked(released.data[kept]))

    def _open(self, rulebook: disclosure.Rulebook, precision: Mapping[str, str]) -> disclosure.Released:
        if self.open not in rulebook.open:
            raise MonitorError(
                f"A chapter shows figures on the ground '{self.open}', which parameters/disclosure.yml does not know; "
                f"it knows: {', '.join(rulebook.open)}. Add the ground with its reason, or let the figures be checked."
            )
        kinds.check(self.kind, {}, self.open)
        data = self.data[list(dict.fromkeys([*self.keys, *self.hide]))].copy()
        many = pd.Series(float("inf"), index=data.index)
        told = rounding.told(data, self.data.get(self.count, many), precision, rulebook.resolve(self.source))
        told = self._ranked(told.assign(**{disclosure.REASON: ""}))
        return disclosure.Released(told, {}, checks={self.open: "PASS"})

    def _ranked(self, data: pd.DataFrame) -> pd.DataFrame:
        """In the order of what is told: that of exact figures would tell which of two equal ones is the larger."""
        if self.ranked is not None:
            order = [self.ranked, *self.keys]
            data = data.sort_values(order, ascending=[False, *[True] * len(self.keys)], kind="stable")
        return data.reset_index(drop=True)


def bare_percent(share: float, decimals: int | None = None) -> str:
    """A percentage without its sign, for a column whose heading has it."""
    return dutch.percent(share, decimals, sign=False)


BY_ROW = (bare_percent, dutch.interval, dutch.p_value, dutch.effect)
"""What writes numbers in the decimals in which the percentages of their row are told."""


@dataclass(frozen=True)
class Field:
    """One column of a table: its Dutch heading, where it comes from and how it is written.

    ``upper`` names the column with the upper limit where ``column`` holds the lower one of an interval, and ``write``
    gets both; ``words`` are shorter words for the column's texts.
    """

    heading: str
    column: str
    write: Callable[..., str] | None = None
    upper: str | None = None
    words: Mapping[str, str] = field(default_factory=dict)

    def cell(self, row: pd.Series) -> str:
        """The column's value in one row, as it is read."""
        value = row[self.column]
        how = {"decimals": row[disclosure.DECIMALS]} if self.write in BY_ROW and disclosure.DECIMALS in row else {}
        if self.upper is not None:
            return dutch.HIDDEN if pd.isna(value) else self.write(value, row[self.upper], **how).replace(" ", FIXED)
        if self.write is not None:
            return self.write(value, **how)
        return dutch.HIDDEN if pd.isna(value) else self.words.get(str(value), str(value))


@dataclass(frozen=True)
class Table:
    """A table: ``id`` starts with ``tbl-``; ``fields`` in order of appearance."""

    id: str
    caption: Text
    cells: Cells
    fields: Sequence[Field]


class Kind(Protocol):
    """A kind of figure: see :mod:`helpers.figures`."""

    def height(self, data: pd.DataFrame) -> float:
        """Height in inches that the data need."""

    def __call__(self, axes: Axes, data: pd.DataFrame) -> None:
        """Draw."""


@dataclass(frozen=True)
class Figure:
    """A figure: ``id`` starts with ``fig-``; ``draw(axes, shown)`` draws the released rows that are shown.

    ``title`` states what the figure shows, and leads the caption; ``caption`` says what is drawn, of whom, and where
    it comes from; ``alt`` tells the message and its main numbers. ``draw.height(shown)``: height in inches.
    """

    id: str
    title: Text
    caption: Text
    alt: Text
    cells: Cells
    draw: Kind

    def texts(self, released: pd.DataFrame) -> tuple[str, str, str]:
        """Title, caption and alt text, made from released data; sentences end with a full stop."""
        title, caption, alt = (text_of(text, released).strip() for text in (self.title, self.caption, self.alt))
        return title.rstrip("."), _stop(caption), _stop(alt)


@dataclass
class Output:
    """What one item became: Markdown for the report, HTML for JupyterLab."""

    markdown: str
    html: str | None = None
    metadata: dict = field(default_factory=dict)


def text_of(text: Text, data: pd.DataFrame) -> str:
    """The text, made from released data where it is a function."""
    return text(data) if callable(text) else text


def pipe_table(fields: Sequence[Field], data: pd.DataFrame) -> str:
    """Pandoc pipe table of written cells; figures aligned right."""
    heads = [_markdown(item.heading) for item in fields]
    rules = ["---:" if item.write else ":---" for item in fields]
    columns = [[_markdown(item.cell(row)) for _, row in data.iterrows()] for item in fields]
    rows = list(zip(*map(_under_each_other, columns), strict=True))
    widths = [max([len(heads[i]), 4, *(len(row[i]) for row in rows)]) for i in range(len(fields))]
    rules = [rule[0] + "-" * (width - 2) + rule[-1] for rule, width in zip(rules, widths, strict=True)]
    lines = [heads, rules, *rows]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)


def _under_each_other(column: list[str]) -> list[str]:
    """Decimal commas below one another: a whole number among decimals ends in spaces as wide as these."""
    decimals = max((len(found[1]) for text in column if (found := DECIMALS.fullmatch(text))), default=0)
    if not decimals:
        return column
    room = COMMA_WIDE + DIGIT_WIDE * decimals
    return [text + room if WHOLE.fullmatch(text) else text for text in column]


def html_table(fields: Sequence[Field], data: pd.DataFrame, caption: str) -> str:
    """The same table for JupyterLab."""
    head = "".join(f"<th>{html.escape(item.heading)}</th>" for item in fields)
    body = "".join(
        "<tr>" + "".join(f"<td>{html.escape(item.cell(row))}</td>" for item in fields) + "</tr>"
        for _, row in data.iterrows()
    )
    return (
        f"<table><caption>{html.escape(caption)}</caption><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"
    )


def figure_facts(id: str, title: str, caption: str, alt: str) -> dict[str, str]:
    """A figure's caption (its title, bold, leads it), file and alternative text, as Markdown."""
    told = f"**{literal(title)}.** {literal(caption)}"
    return {"id": id, "caption": told, "file": f"figures/{id}.svg", "alt": attribute(alt)}


def figure_markdown(facts: dict[str, str]) -> str:
    """The figure as Pandoc reads it."""
    return '![{caption}]({file}){{#{id} fig-alt="{alt}"}}'.format_map(facts)


def html_figure(svg: bytes, alt: str, title: str, caption: str) -> str:
    """The figure for JupyterLab, self-contained."""
    source = base64.b64encode(svg).decode("ascii")
    return (
        f'<figure><img src="data:image/svg+xml;base64,{source}" alt="{html.escape(alt)}"/>'
        f"<figcaption><strong>{html.escape(title)}.</strong> {html.escape(caption)}</figcaption></figure>"
    )


def attribute(text: str) -> str:
    """Text made safe for a quoted Pandoc attribute; marks of emphasis, which would be read aloud, are left out."""
    return " ".join(text.replace("**", "").split()).replace("\\", "\\\\").replace('"', "”")


def _stop(text: str) -> str:
    return text if text.endswith((".", "!", "?", ":")) or not text else f"{text}."


def _markdown(text: str) -> str:
    """Text that stands literally in a Markdown table cell; spaces that keep words together stay."""
    for mark in "\\`*_{}[]<>#|~^$@":
        text = text.replace(mark, "\\" + mark)
    return re.sub(r"[ \t\r\n]+", " ", text).strip()


literal = _markdown


def write_csv(path: Path, data: pd.DataFrame, synthetic: bool) -> None:
    """Data annex of one table or figure: semicolons, decimal comma, UTF-8 with BOM, as Dutch Excel reads it.

    Texts that a spreadsheet would take for a formula get a leading apostrophe.
    """
    buffer = io.StringIO()
    if synthetic:
        buffer.write(f"# {SYNTHETIC_LINE}\n")
    safe = data.copy()
    for column in safe.columns:
        if not pd.api.types.is_numeric_dtype(safe[column]):
            safe[column] = [_no_formula(value) for value in safe[column]]
    safe.to_csv(buffer, sep=";", decimal=",", index=False, quoting=csv.QUOTE_MINIMAL, lineterminator="\n")
    write_bytes(path, ("\ufeff" + buffer.getvalue()).encode("utf-8"))


def _no_formula(value: object) -> object:
    text = "" if pd.isna(value) else str(value)
    return "'" + text if text.lstrip()[:1] in ("=", "+", "-", "@", "\t") else text
