"""The questions to safety coordinators of which each has a figure of its own."""

from __future__ import annotations

from functools import partial

import pandas as pd

from helpers import dutch, figures, schema, wording
from helpers.chapters import captions
from helpers.publish import Cells, Figure, Finding, Item, Prose
from helpers.report import Report

SOURCE = "vragenlijst veiligheidscoördinatoren"
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


SORTED = ("facility", "partner", "topic_wished", "topic_last_year", "bottleneck_code", "success_code")
"""Questions whose answers have no order of their own: the most given comes first."""


def question(
    report: Report, question_code: str, treats: tuple[str, ...] = (), question: int | None = None
) -> list[Item]:
    """A sentence and a figure on one question; a finding where it answers published ones (``treats``)."""
    words, subject = QUESTIONS[question_code]
    data = report.analysis("coordinators")
    data = data[(data["question"] == question_code) & data["share"].notna()]
    id = f"rol-{question_code.replace('_', '-').removesuffix('-code')}"
    if data.empty:
        nothing = Cells(data, keys=["category"], hide=["share"], open="institutions")
        return [Prose(f"Over {subject} zijn er geen antwoorden."), Finding(id, "", nothing, treats=treats)]
    data = data.assign(label=[schema.LABELS[words][code] for code in data["category"]])
    if question_code in SORTED:
        data = data.sort_values(["share", "label"], ascending=[False, True])
    cells = Cells(
        data.reset_index(drop=True), keys=["label", "category"], hide=["share", "low", "high"], source="coordinators"
    )
    text = partial(_question_text, question=question_code, subject=subject)
    items: list[Item] = [
        Prose(text, cells, (f"fig-{id}",)),
        Figure(
            f"fig-{id}",
            partial(_question_title, question=question_code, subject=subject),
            partial(_question_caption, subject=subject),
            partial(_question_alt, subject=subject),
            cells,
            figures.Bars(xlabel="deel van de instellingen"),
        ),
    ]
    if treats:
        items.append(Finding(id, text, cells, 50, treats, question, f"fig-{id}", partial(text, short=True)))
    return items


def _question_title(released: pd.DataFrame, question: str, subject: str) -> str:
    shown = released[released["share"].notna()]
    by_code = shown.set_index("category")
    if question == "safety_plan" and "elaborated" in by_code.index:
        return (
            f"{dutch.percent(by_code.loc['elaborated', 'share'], 0)} van de instellingen heeft een uitgewerkt "
            "schoolveiligheidsplan"
        )
    if question == "board_attention" and "enough" in by_code.index:
        return (
            f"Bij {dutch.percent(by_code.loc['enough', 'share'], 0)} van de instellingen heeft het bestuur voldoende "
            "aandacht voor veiligheid"
        )
    if shown.empty:
        return f"{dutch.sentence(subject)} volgens veiligheidscoördinatoren"
    top = shown.sort_values("share", ascending=False, kind="stable").iloc[0]
    share = dutch.percent(top["share"], 0)
    if question == "plan_evaluation":
        return f"{share} van de instellingen evalueert het veiligheidsplan {top['label']}"
    return f"{dutch.sentence(subject)}: {top['label']} wordt het meest genoemd ({share})"


def _question_caption(released: pd.DataFrame, subject: str) -> str:
    what = (
        f"{dutch.sentence(subject)} volgens veiligheidscoördinatoren, deel van de instellingen, {captions.interval()}"
    )
    return captions.sourced(what, f"Bron: {SOURCE}", captions.counted(released, "coördinatoren"))


def _question_alt(released: pd.DataFrame, subject: str) -> str:
    shown = released[released["share"].notna()]
    parts = [f"{row['label']} {dutch.percent(row['share'], 0)}" for _, row in shown.iterrows()]
    return f"Staafdiagram van {subject}, deel van de instellingen: {'; '.join(parts)}."


MOST = {
    "facility": "De meest genoemde voorzieningen zijn",
    "partner": "De meest genoemde partners zijn",
    "topic_wished": "Meer aandacht verdienen volgens coördinatoren vooral",
    "topic_last_year": "Het laatste jaar kregen vooral aandacht:",
    "bottleneck_code": "De meest genoemde knelpunten zijn",
    "success_code": "De meest genoemde succesfactoren zijn",
}
"""Start of the sentence with the answers that were given most."""


def _question_text(released: pd.DataFrame, question: str, subject: str, short: bool = False) -> str:
    shown = released[released["share"].notna()]
    if shown.empty:
        return f"Over {subject} zijn er te weinig antwoorden om te tonen."
    if question == "safety_plan":
        by_code = shown.set_index("category")
        plan = by_code.loc["elaborated"] if "elaborated" in by_code.index else None
        if plan is None:
            return "Over uitgewerkte schoolveiligheidsplannen zijn er te weinig antwoorden om te tonen."
        limits = (
            wording.uncertain(plan["low"], plan["high"])
            if short
            else f" (interval {dutch.interval(plan['low'], plan['high'])})"
        )
        developing = by_code["share"].get("in_development")
        more = "" if pd.isna(developing) else f"; bij {dutch.percent(developing)} is het in ontwikkeling"
        return (
            f"Volgens de coördinatoren heeft {dutch.percent(plan['share'])} van de instellingen een uitgewerkt "
            f"schoolveiligheidsplan{limits}{more}."
        )
    if question == "plan_evaluation":
        parts = [f"{row['label']} ({dutch.percent(row['share'], 0)})" for _, row in shown.iterrows()]
        return f"De evaluatie van het veiligheidsplan verschilt: {dutch.enumerate_words(parts)}."
    if question == "board_attention":
        by_code = shown.set_index("category")["share"]
        return (
            f"Volgens coördinatoren van {dutch.percent(by_code.get('enough'), 0)} van de instellingen besteedt het "
            f"bestuur voldoende aandacht aan veiligheid, volgens {dutch.percent(by_code.get('too_little'), 0)} te "
            "weinig."
        )
    top = [f"{row['label']} ({dutch.percent(row['share'], 0)})" for _, row in shown.head(3).iterrows()]
    last = shown.iloc[-1]
    text = f"{MOST[question]} {dutch.enumerate_words(top)}."
    if question in ("facility", "partner"):
        return text + f" Het minst genoemd is {last['label']} ({dutch.percent(last['share'], 0)})."
    if question == "topic_wished" and len(shown) > 3:
        return text + f" Daarna volgt {shown.iloc[3]['label']} ({dutch.percent(shown.iloc[3]['share'], 0)})."
    if question == "bottleneck_code":
        return text + _sight_and_knowledge(shown.iloc[3:])
    return text


def _sight_and_knowledge(shown: pd.DataFrame) -> str:
    by_code = shown.set_index("category")
    named = [
        f"{by_code.loc[code, 'label']} ({dutch.percent(by_code.loc[code, 'share'], 0)})"
        for code in ("little_sight_of_incidents", "little_knowledge_of_acting")
        if code in by_code.index
    ]
    if not named:
        return ""
    return f" Ook {dutch.enumerate_words(named)} {'wordt' if len(named) == 1 else 'worden'} als knelpunt genoemd."
