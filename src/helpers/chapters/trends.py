"""How groups of students changed over the waves: small panels on one scale (sector report only)."""

from __future__ import annotations

from functools import partial

import pandas as pd

from helpers import disclosure, dutch, figures, statistics, wording
from helpers.chapters import captions, common
from helpers.publish import Figure, Item, Prose
from helpers.report import Report


def by_level(report: Report, waves: list[int], breaks: list[int]) -> list[Item]:
    """A sentence and one small panel a level, where there are two waves or more.

    Of an institution this would tell what its table by level and track may hide.
    """
    if not report.is_sector or len(waves) < 2:
        return []
    parts = [common.figures_for(report, "students", "level", wave).assign(wave=wave) for wave in waves]
    data = pd.concat(parts, ignore_index=True)
    data = data[data["label"] != common.UNKNOWN].reset_index(drop=True)
    cells = common.cells(data, ["scope", "wave", "label"])
    id = "fig-studenten-trend-niveau"
    return [
        Prose(partial(_text, broken=len(breaks) > 0), cells, (id,)),
        Figure(id, _title, partial(_caption, years=f"{min(waves)}-{max(waves)}"), _alt, cells, figures.Panels(breaks)),
    ]


def _changes(released: pd.DataFrame) -> dict[str, statistics.Difference]:
    """Last wave less first of each group that is shown in both."""
    shown = released[(released[disclosure.REASON] == "") & released["safe"].notna()]
    first, last = shown["wave"].min(), shown["wave"].max()
    found = {}
    for label, part in shown.groupby("label", sort=False):
        rows = part.set_index("wave")
        if first != last and {first, last} <= set(rows.index):
            found[str(label)] = statistics.difference(rows.loc[last], rows.loc[first])
    return found


def _title(released: pd.DataFrame) -> str:
    changes = _changes(released)
    risen = sum(gap.low > 0 for gap in changes.values())
    fallen = sum(gap.high < 0 for gap in changes.values())
    if not changes or risen + fallen == 0:
        return "Bij geen van de niveaus is het aandeel studenten dat zich veilig voelt duidelijk veranderd"
    parts = [f"{dutch.number(risen)} gestegen"] * (risen > 0) + [f"{dutch.number(fallen)} gedaald"] * (fallen > 0)
    return (
        f"Van de {dutch.number(len(changes))} niveaus is het aandeel studenten dat zich veilig voelt bij "
        f"{dutch.enumerate_words(parts)}"
    )


def _text(released: pd.DataFrame, broken: bool) -> str:
    changes = _changes(released)
    if not changes:
        return ""
    shown = released[released[disclosure.REASON] == ""]
    first, last = shown["wave"].min(), shown["wave"].max()
    parts = [
        f"Op {label} is het {wording.changed(gap.difference, gap.low, gap.high)} "
        f"({wording.with_interval(gap.difference, gap.low, gap.high, nested=True)})."
        for label, gap in changes.items()
    ]
    note = " Ook hier veranderde de vraag tussendoor." if broken else ""
    return f"De figuur toont de ontwikkeling per niveau van {first} tot en met {last}. {' '.join(parts)}{note}"


def _caption(released: pd.DataFrame, years: str) -> str:
    last = released[released["wave"] == released["wave"].max()]
    what = f"Aandeel studenten dat zich veilig voelt per niveau, {years}, {captions.interval()}"
    what += "; boven elk paneel staat het laatste"
    return captions.sourced(what, "Bron: JOB-monitor", f"{captions.counted(last)} in {last['wave'].iloc[0]}")


def _alt(released: pd.DataFrame) -> str:
    return f"Een paneel per niveau. {_title(released)}. {captions.by_label(released, 'wave', 'safe')}."
