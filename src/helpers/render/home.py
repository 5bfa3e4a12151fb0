"""The first page of a report: findings with their number large, and figures that carry a finding.

Nothing is typed here: a card is a finding whose sentence opens with a percentage, a shown figure one of a chapter's.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

CARDS = 4
MARKED = re.compile(r"^\*\*(?P<number>\d[\d.,]*%)\*\*\s+(?P<rest>.+)$", re.DOTALL)
OPENING = re.compile(r"^(?:\*\*)?(?P<number>\d[\d.,]*%)(?:\*\*)?\s+(?P<rest>.+)$", re.DOTALL)
PICTURE = re.compile(
    r"^!\[(?P<caption>.*)\]\((?P<file>figures/[\w.-]+\.svg)\)"
    r'\{#(?P<id>fig-[\w-]+) fig-alt="(?P<alt>(?:[^"\\]|\\.)*)"\}$',
    re.MULTILINE,
)


def pictures(texts: Iterable[str]) -> dict[str, dict[str, str]]:
    """Caption, file and alternative text of every figure in chapters' Markdown, by label, as Markdown."""
    return {found["id"]: found.groupdict() for text in texts for found in PICTURE.finditer(text)}


def group(title: str, findings: list[dict], shown: dict[str, dict[str, str]], sector: bool) -> dict:
    """Findings under one heading of the summary, parted into cards, a shown figure, and other sentences.

    ``shown`` holds the figures that may be repeated (:func:`pictures`). In an institution's report, a card is only a
    finding whose number its chapter marked as its own: other percentages there may be the sector's.
    """
    findings = [{"at": "", **each} for each in findings]
    cards = [card for each in findings if (card := _card(each, OPENING if sector else MARKED))][:CARDS]
    carded = [card["sentence"] for card in cards]
    others = [each for each in findings if each["sentence"] not in carded]
    figure = next((each for each in others if each["at"] in shown), None)
    return {
        "title": title,
        "findings": findings,
        "cards": cards,
        "figure": {**shown[figure["at"]], **figure} if figure else None,
        "others": [each for each in others if each is not figure],
    }


def _card(finding: dict, pattern: re.Pattern) -> dict | None:
    found = pattern.match(finding["sentence"])
    return {**finding, **found.groupdict()} if found else None
