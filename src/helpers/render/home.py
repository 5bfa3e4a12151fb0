"""The first page of a report: findings with their number large, and figures that carry a finding.

Nothing is typed or read from text here: a card is a finding whose chapter marked its number, a shown figure one that a
chapter published.
"""

from __future__ import annotations

CARDS = 4


def group(title: str, findings: list[dict], shown: dict[str, dict[str, str]]) -> dict:
    """Findings under one heading of the summary, parted into cards, a shown figure, and other sentences.

    ``shown`` holds the figures that may be repeated, by label: caption, file and alternative text as Markdown.
    """
    findings = [{"at": "", **each} for each in findings]
    cards = [{**each, **each["card"]} for each in findings if each.get("card")][:CARDS]
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
