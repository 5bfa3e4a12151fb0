"""Chapter 4: what students and staff told in focus groups. They illustrate; they do not count."""

from __future__ import annotations

from functools import partial

import pandas as pd

from helpers import dutch, figures, schema
from helpers.chapters import captions, common
from helpers.publish import Cells, Field, Figure, Finding, Item, Prose, Table, literal
from helpers.quotes.pool import PER_CODE
from helpers.report import Report

CAUTION = (
    "De focusgroepen zijn niet representatief. Zij laten zien hoe mensen veiligheid kunnen ervaren, niet hoe vaak "
    "iets voorkomt."
)


@common.needs("fragments")
def introduction(report: Report) -> list[Item]:
    """Caution first, then how many groups there were."""
    data = report.analysis("fragments")
    groups = int(data["all_groups"].max()) if len(data) else 0
    fragments = int(data["fragments"].sum()) if len(data) else 0
    items: list[Item] = [Prose(f'::: {{.callout-important title="Illustratie, geen steekproef"}}\n{CAUTION}\n:::')]
    if groups == 0:
        return [*items, Prose("In deze editie zijn er geen focusgroepen gehouden.")]
    items.append(
        Prose(
            f"Er waren {dutch.number(groups)} focusgroepen, met studenten en met medewerkers. Uit de gesprekken zijn "
            f"{dutch.number(fragments)} fragmenten gecodeerd. Om niemand herkenbaar te maken, gaan alle rapporten over "
            "alle gesprekken samen, ook dat van een instelling waar gesprekken zijn gehouden."
        )
    )
    if len(report.analysis("quotes")):
        items.append(
            Prose(
                "Citaten staan er alleen met toestemming, en nadat een onderzoeker ze heeft bekeken. Waar woorden "
                "iemand herkenbaar konden maken, zijn ze vervangen."
            )
        )
    return items


@common.needs("fragments")
def themes(report: Report) -> list[Item]:
    """The seven themes by kind of participants."""
    data = report.analysis("fragments")
    if data.empty:
        nothing = Cells(data, keys=["theme"], hide=["fragments"], open="conversations")
        return [Finding("F01", "", nothing, treats=("F01", "F02"))]
    counts = data.groupby(["theme", "participants"], observed=True)["fragments"].sum().unstack(fill_value=0)
    shares = counts / counts.sum()
    table = pd.DataFrame(
        {
            "label": [schema.LABELS["theme"][code] for code in counts.index],
            "n": counts.sum(axis=1).to_numpy(),
            **{schema.LABELS["participants"][code]: shares[code].to_numpy() for code in shares.columns},
        }
    )
    columns = [column for column in table.columns if column not in ("label", "n")]
    table = table.sort_values(["n", "label"], ascending=[False, True]).reset_index(drop=True)
    cells = Cells(table, keys=["label", "n"], hide=columns, open="conversations")
    text = partial(_themes_text, columns=columns)
    return [
        Prose(text, cells, ("fig-gesprek-themas",)),
        Figure(
            "fig-gesprek-themas",
            partial(_themes_title, columns=columns),
            _themes_caption,
            partial(_themes_alt, columns=columns),
            cells,
            figures.Heat(tuple(columns)),
        ),
        Finding("F01", text, cells, 70, ("F01", "F02"), None, "fig-gesprek-themas"),
    ]


def _themes_title(released: pd.DataFrame, columns: list[str]) -> str:
    tops: dict[str, list[str]] = {}
    for column in columns:
        top = released.sort_values(column, ascending=False, kind="stable").iloc[0]["label"]
        tops.setdefault(str(top), []).append(column)
    parts = [f"{dutch.enumerate_words(who)} het meest over {top}" for top, who in tops.items()]
    return f"In de gesprekken spraken {dutch.enumerate_words(parts)}"


def _themes_caption(released: pd.DataFrame) -> str:
    what = "Deel van de fragmenten van studenten en van medewerkers, per thema; het meest besproken thema staat boven"
    return captions.sourced(what, "Bron: focusgroepen", f"n = {dutch.number(released['n'].sum())} fragmenten")


def _themes_alt(released: pd.DataFrame, columns: list[str]) -> str:
    parts = [
        f"{row['label']} " + ", ".join(f"{column} {dutch.percent(row[column], 0)}" for column in columns)
        for _, row in released.iterrows()
    ]
    return f"Kleurentabel van thema’s in de gesprekken. {'; '.join(parts)}."


def _themes_text(released: pd.DataFrame, columns: list[str]) -> str:
    tops = [released.sort_values(column, ascending=False).iloc[0] for column in columns]
    shares = [dutch.percent(row[column], 0) for row, column in zip(tops, columns, strict=True)]
    if len({row["label"] for row in tops}) == 1:
        whom = dutch.sentence(dutch.enumerate_words(columns))
        said = f"{whom} spraken het meest over {tops[0]['label']} ({dutch.enumerate_words(shares)} van hun fragmenten)."
    else:
        said = " ".join(
            f"{dutch.sentence(column)} spraken het meest over {row['label']} ({share} van hun fragmenten)."
            for column, row, share in zip(columns, tops, shares, strict=True)
        )
    return f"In de focusgroepen kwamen {dutch.number(len(released))} thema’s aan de orde. {said} {CAUTION}"


@common.needs("fragments")
def codes(report: Report) -> list[Item]:
    """How many fragments and groups stand behind each thing that was told."""
    data = report.analysis("fragment_codes")
    if data.empty:
        return []
    wide = data.pivot(index="code", columns="participants", values=["fragments", "groups"]).fillna(0).astype(int)
    names = [code for code in schema.FRAGMENT_CODES if code in wide.index and code != "other"]
    columns = {
        f"{kind}_{who}": [int(wide[kind].get(who, pd.Series(0, wide.index))[code]) for code in names]
        for kind in ("fragments", "groups")
        for who in ("students", "staff")
    }
    table = pd.DataFrame({"label": [schema.LABELS["code"][code] for code in names], **columns})
    return [
        Prose("Hieronder staat waarover is verteld, en in hoeveel groepen.", see=("tbl-gesprek-codes",)),
        Table(
            "tbl-gesprek-codes",
            "Waarover is verteld: aantal fragmenten en groepen, van studenten en van medewerkers",
            Cells(table, keys=["label"], hide=list(columns), open="conversations"),
            [
                Field("Onderwerp", "label"),
                Field("Fragmenten studenten", "fragments_students", dutch.number),
                Field("Groepen studenten", "groups_students", dutch.number),
                Field("Fragmenten medewerkers", "fragments_staff", dutch.number),
                Field("Groepen medewerkers", "groups_staff", dutch.number),
            ],
        ),
    ]


@common.needs("fragments")
def code_story(report: Report, code: str, finding: str, text: str) -> list[Item]:
    """A story line (``text``) with the number of fragments and groups behind it, and released quotes."""
    data = report.analysis("fragment_codes")
    row = data[data["code"] == code]
    count = int(row["fragments"].sum())
    groups = int(row["groups"].sum())
    cells = Cells(row, keys=["code", "participants"], hide=["fragments", "groups"], open="conversations")
    treats = (finding.split("-")[0],)
    if count == 0:
        told = f"Over {schema.LABELS['code'][code]} is in deze gesprekken niets gezegd."
        return [Prose(told), Finding(finding, "", cells, treats=treats)]
    told = f"{text} ({dutch.plural(count, 'fragment', 'fragmenten')} uit {dutch.plural(groups, 'groep', 'groepen')})."
    return [Prose(told), *quotes(report, code), Finding(finding, told, cells, 75, treats, None, "tbl-gesprek-codes")]


def quotes(report: Report, code: str) -> list[Item]:
    """Quotes with this code that a person released; that table holds no others."""
    data = report.analysis("quotes")
    data = data[data["code"] == code].head(PER_CODE)
    return [Prose(f"> {_quote(row)}") for _, row in data.iterrows()]


def _quote(row: pd.Series) -> str:
    who = {"students": "student", "staff": "medewerker"}[row["participants"]]
    return f"“{literal(row['text'])}” ({who})"
