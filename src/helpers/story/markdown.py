"""Markdown of sentences: whether it is whole, and how it looks in JupyterLab."""

from __future__ import annotations

import html
import re
from collections.abc import Collection

from markdown_it import MarkdownIt

from helpers import brand
from helpers.errors import MonitorError

REFERENCE = re.compile(r"(?<!\\)@((?:fig|tbl)-[\w-]+)")
"""A reference to a figure or table; one that a label escapes is a word."""
READER = MarkdownIt("commonmark")
CHECKER = MarkdownIt("commonmark").disable("text_join")
"""Tells a mark that was typed from one that a label escapes."""
BORDERS = {False: "primary", True: "warn-line"}
"""Colours of the brand at the side of a box in JupyterLab, as pages have them."""


def check(text: str) -> None:
    """Refuse what would not come out as it was meant: raw HTML, marks without their end, blocks and headings.

    Raises :class:`MonitorError` with the place.
    """
    problem = _problem(text)
    if problem:
        raise MonitorError(f"“{text[:80]}”: {problem} Write plain sentences, with **bold**, *italics* or a list.")


def _problem(text: str) -> str:
    if re.search(r"^\s*(:::|#{1,6}\s|```|~~~|\|)", text, re.MULTILINE):
        return "a heading, box, table or block of code cannot stand in a sentence."
    if re.search(r"\]\(|!\[|\{[.#][\w-]+", text):
        return "a link, picture or label is made by the report, not typed."
    for token in CHECKER.parse(text):
        if token.type in ("html_block", "code_block", "fence", "heading_open"):
            return f"this is read as a {token.type.replace('_', ' ')}."
        for inner in token.children or []:
            if inner.type == "html_inline":
                return f"raw HTML ({inner.content}) cannot stand in a sentence."
            if inner.type == "text" and re.search(r"\*|(?<!\w)_|_(?!\w)|`", inner.content):
                return f"a mark (* _ `) has no end in “{inner.content[:40]}”."
    return ""


def to_html(text: str, shown: Collection[str] = ()) -> str:
    """The sentence as JupyterLab shows it; references read as words, and say so where their label is not ``shown``."""

    def reference(found: re.Match) -> str:
        label = html.escape(found[1])
        word = "figuur" if label.startswith("fig-") else "tabel"
        missing = "" if found[1] in shown else " (hierboven niet getoond)"
        return f'<a href="#{label}">{word}: {label.split("-", 1)[1]}{missing}</a>'

    return REFERENCE.sub(reference, READER.render(text)).strip()


def box(title: str, body: str, *, important: bool) -> str:
    """A box as JupyterLab shows it."""
    style = f"border-left: 4px solid {brand.load().colour(BORDERS[important])}; padding: 0.4em 1em; margin: 0.5em 0"
    return f'<div style="{style}"><strong>{html.escape(title)}</strong>{to_html(body)}</div>'
