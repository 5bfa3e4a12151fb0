"""Differences by characteristics: what stands in a sentence, a figure, a table, and in the table of all of them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType

import pandas as pd

from helpers import characteristics, disclosure, dutch, figures, groups, statistics, wording
from helpers.chapters import captions, phrases
from helpers.chapters.common import (
    OWN,
    SECTOR,
    bare_percent,
    cells,
    figures_for,
    own_contrasts,
    own_rows,
    pair,
    share_table,
    source,
)
from helpers.characteristics import UNKNOWN
from helpers.publish import Cells, Field, Figure, Finding, Item, Prose, Table
from helpers.report import Report

FEW_GROUPS = 4


def group_text(rows: pd.DataFrame, subject: str, people: str, pairs: pd.DataFrame, *, first: bool = False) -> str:
    """Sentences that name the safest and the least safe group, with their difference.

    ``rows``: released rows of one scope; ``pairs``: see :func:`own_contrasts`; its limits hold for all pairs together.
    ``first``: only those on feeling safe, of these two groups.
    """
    shown = compared(rows)
    if len(shown) < 2:
        return f"Er zijn te weinig respondenten om {people} naar {subject} te vergelijken."
    most, least, gap = _told_pair(shown, pairs)
    if gap is None:
        return f"Naar {subject} zijn de groepen {people} niet met elkaar te vergelijken."
    text = _safe_text(shown, subject, people, (most, least, gap))
    clear = wording.certain(gap["low"], gap["high"])
    return text if first else f"{text}{_unsafe(most, least, pairs)}{_each(shown) if clear else ''}"


def _safe_text(shown: pd.DataFrame, subject: str, people: str, told: tuple) -> str:
    most, least, gap = told
    limits = gap["difference"], gap["low"], gap["high"]
    lead = f"Naar {subject} is er bij {people} {wording.difference(*limits)}."
    high, low, size = _share_of(most, "safe"), _share_of(least, "safe"), wording.with_interval(*limits)
    clear = wording.certain(gap["low"], gap["high"])
    if clear and _are_ends(shown, most, least):
        return f"{lead} Het aandeel dat zich veilig voelt, loopt van {low} tot {high}: {size}."
    text = f"{lead} Veilig voelt zich {high} tegen {low}: {size}."
    return f"{text} Van kleinere groepen is het aandeel daarvoor te onzeker." if clear else text


def _share_of(row: pd.Series, answer: str) -> str:
    """A group's share and its label: ``83,5% (man)``."""
    return f"{dutch.percent(row[answer])} ({row['label']})"


def short_text(rows: pd.DataFrame, by: str, people: str, pairs: pd.DataFrame, own: bool) -> str:
    """The same in one plain sentence without intervals, for the summary; ``own``: about one institution."""
    shown, known = compared(rows), characteristics.load()
    told = _told_pair(shown, pairs) if len(shown) > 1 else (None, None, None)
    if told[2] is None:
        return ""
    most, least, gap = told
    if not wording.certain(gap["low"], gap["high"]):
        where = f"{people} van deze instelling" if own else people
        return wording.nothing(known.in_sentence(by), where)
    less, more = (known.who(by, row["category"], people) for row in (least, most))
    whom = less + phrases.comma(less)
    start = f"Bij deze instelling voelen {whom} zich" if own else f"{dutch.sentence(whom)} voelen zich"
    words = wording.compared(-gap["difference"], -gap["high"], -gap["low"])
    text = f"{start} {words} veilig ({dutch.percent(least['safe'])}) dan {more} ({dutch.percent(most['safe'])})."
    return text + _between(shown, by, people, (least["category"], most["category"]))


def _between(shown: pd.DataFrame, by: str, people: str, told: tuple) -> str:
    """The third group, where there are three."""
    others = shown[~shown["category"].isin(told)]
    if len(shown) != 3 or len(others) != 1:
        return ""
    row = others.iloc[0]
    whom = characteristics.load().who(by, row["category"], people)
    return f" Bij {whom}{phrases.comma(whom)} is dat {dutch.percent(row['safe'])}."


def _are_ends(shown: pd.DataFrame, most: pd.Series, least: pd.Series) -> bool:
    return most["category"] == shown.iloc[-1]["category"] and least["category"] == shown.iloc[0]["category"]


def _told_pair(shown: pd.DataFrame, pairs: pd.DataFrame) -> tuple[pd.Series, pd.Series, pd.Series | None]:
    """The two groups to tell of, the safer first, and their difference.

    These are the ends; where their difference may be chance (a small group) while that of others is not, it is the
    largest clear difference.
    """
    least, most = shown.iloc[0], shown.iloc[-1]
    gap = pair(pairs, most["category"], least["category"])
    if gap is None or wording.certain(gap["low"], gap["high"]):
        return most, least, gap
    among = set(shown["category"].astype(str))
    clear = pairs[(pairs["share"] == "safe") & (pairs["low"] > 0) & pairs["a"].isin(among) & pairs["b"].isin(among)]
    if clear.empty:
        return most, least, gap
    best = clear.sort_values("difference", kind="stable").iloc[-1]
    by_category = shown.set_index(shown["category"].astype(str))
    return by_category.loc[best["a"]], by_category.loc[best["b"]], best


def _unsafe(most: pd.Series, least: pd.Series, pairs: pd.DataFrame) -> str:
    """The shares that feel unsafe in the same two groups, and their difference."""
    gap = pair(pairs, least["category"], most["category"], "unsafe")
    if gap is None:
        return ""
    verdict = wording.told(gap["difference"], gap["low"], gap["high"])
    return f" Onveilig voelt zich {_share_of(least, 'unsafe')} tegen {_share_of(most, 'unsafe')}: {verdict}."


def compared(rows: pd.DataFrame) -> pd.DataFrame:
    """Rows that may be shown, of known groups, the least safe first."""
    known = rows[(rows[disclosure.REASON] == "") & (rows["label"] != UNKNOWN) & rows["safe"].notna()]
    return known.sort_values("safe", kind="stable")


def _each(shown: pd.DataFrame) -> str:
    """Every group's share, where there are few but more than the two that the sentence names."""
    if not 2 < len(shown) <= FEW_GROUPS:
        return ""
    parts = [_share_of(row, "safe") for _, row in shown.iloc[::-1].iterrows()]
    return f" Per groep: {dutch.enumerate_words(parts)}."


def differences(
    report: Report,
    population: str,
    groupings: Sequence[str],
    name: str,
    *,
    question: int,
    treats: Mapping[str, tuple[str, ...]] = MappingProxyType({}),
) -> list[Item]:
    """For each characteristic: a sentence, a dot plot and a table; the sentence goes to the summary too.

    ``question``: the research question that they answer; ``treats``: published findings by characteristic.
    """
    known = characteristics.load()
    people = known.people(population)
    items: list[Item] = []
    for by in groupings:
        data = figures_for(report, population, by)
        subject = known.subject(by)
        id = f"{name}-{by.replace('_', '-').replace('*', '-')}"
        answers = treats.get(by, ())
        if (data["label"] == UNKNOWN).all():
            nothing = Prose(f"Naar {known.in_sentence(by)} zijn er geen gegevens.")
            items += [nothing, Finding(f"{name}-{by}", "", cells(data), treats=answers)]
            continue
        spec = cells(data)
        pairs = own_contrasts(report, population, by)
        text = text_for(report, by, people, pairs)
        key = key_sentence(report, text_for(report, by, people, pairs, first=True))
        short = short_for(report, by, people, pairs)
        what = f"{dutch.sentence(people)} die zich veilig voelen, naar {subject}"
        items += [
            Prose(text, spec, (f"fig-{id}", f"tbl-{id}")),
            dot_figure(report, population, f"fig-{id}", by, data, subject, pairs),
            share_table(report, f"tbl-{id}", f"{what} ({source(report, population)})", data),
            Finding(f"{name}-{by}", key, spec, known.weight(by), answers, question, f"fig-{id}", short),
        ]
    return items


def dot_figure(
    report: Report, population: str, id: str, by: str, data: pd.DataFrame, subject: str, pairs: pd.DataFrame
) -> Figure:
    """Dot plot with intervals of the share feeling safe, by group and scope; regions on a schematic map too."""
    people, scope = characteristics.load().people(population), SECTOR if report.is_sector else OWN

    def title(released: pd.DataFrame) -> str:
        return title_of_groups(released, scope, subject, people, pairs)

    def caption(released: pd.DataFrame) -> str:
        what = f"Aandeel {people} dat zich veilig voelt, naar {subject}, {captions.interval()}"
        return captions.sourced(what, captions.source(report, population), captions.counted(released))

    return Figure(
        id,
        title,
        caption,
        lambda released: alt_of_groups(released, subject, people, title(released)),
        cells(data[data["label"] != UNKNOWN].reset_index(drop=True)),
        figures.Regions() if by == "region" else figures.Dots(),
    )


def title_of_groups(released: pd.DataFrame, scope: str, subject: str, people: str, pairs: pd.DataFrame) -> str:
    """Whether and how much groups differ, in a few words."""
    shown = compared(released[released["scope"] == scope])
    plain = f"{dutch.sentence(people)} die zich veilig voelen, naar {subject}"
    if len(shown) < 2:
        return plain
    most, least, gap = _told_pair(shown, pairs)
    if gap is None:
        return plain
    if not wording.certain(gap["low"], gap["high"]):
        return f"Geen duidelijk verschil tussen {people} naar {subject}"
    size = "Licht" if gap["difference"] < wording.SLIGHT else "Duidelijk"
    return (
        f"{size} verschil naar {subject}: van {dutch.percent(least['safe'])} ({least['label']}) tot "
        f"{dutch.percent(most['safe'])} ({most['label']}) voelt zich veilig"
    )


def alt_of_groups(released: pd.DataFrame, subject: str, people: str, title: str) -> str:
    """Alt text of a dot plot: the message and the numbers of the first unit; the table beside it has those of all."""
    shown = released[(released[disclosure.REASON] == "") & (released["label"] != UNKNOWN)]
    first = [scope for scope in (OWN, SECTOR) if scope in set(shown["scope"])][:1]
    rows = shown[shown["scope"].isin(first)]
    parts = [f"{row['label']} {dutch.percent(row['safe'])}" for _, row in rows.iterrows()]
    others = " De tabel heeft ook de cijfers van anderen." if shown["scope"].nunique() > 1 else ""
    return (
        f"Puntendiagram van het aandeel {people} dat zich veilig voelt naar {subject}. {title}. "
        f"{dutch.sentence(''.join(first))}: {'; '.join(parts)}.{others}"
    )


def key_sentence(report: Report, text: Callable[[pd.DataFrame], str]) -> Callable[[pd.DataFrame], str]:
    """As ``text``, but empty where there is nothing to compare: then it is no finding for the summary."""
    scope = SECTOR if report.is_sector else OWN

    def sentence(released: pd.DataFrame) -> str:
        return text(released) if len(compared(released[released["scope"] == scope])) > 1 else ""

    return sentence


def overview(report: Report, population: str, groupings: Sequence[str], name: str) -> list[Item]:
    """One table of the largest difference by each characteristic, with effect size and test.

    Its rows are made from released figures only: of a group that is hidden elsewhere nothing stands here.
    """
    found = [_overview_row(report, population, by) for by in groupings]
    data = pd.DataFrame([row for row in found if row is not None])
    people = characteristics.load().people(population)
    if data.empty:
        return [Prose(f"Er zijn te weinig {people} om kenmerken naast elkaar te zetten.")]
    data["p_holm"] = statistics.holm(data["p"])
    data = data.sort_values("difference", ascending=False, kind="stable").reset_index(drop=True)
    spec = Cells(
        data,
        keys=["label", "ends", "most", "least"],
        hide=["difference", "low", "high", "h", "p_holm", "unknown"],
        open="released",
    )
    id = f"tbl-{name}-overzicht"
    return [
        Prose(
            "Hieronder staat per kenmerk het grootste verschil tussen twee groepen. De intervallen houden rekening "
            "met het aantal groepen dat wordt vergeleken, de p-waarden ook met het aantal kenmerken. Een effect (h) "
            "van 0,2 heet klein, van 0,5 middelgroot. Onbekend is het deel dat het kenmerk niet invulde.",
            see=(id,),
        ),
        Table(
            id,
            f"Grootste verschil in het aandeel {people} dat zich veilig voelt, per kenmerk (procentpunt)",
            spec,
            [
                Field("Kenmerk", "label"),
                Field("Veiligst / minst veilig", "ends"),
                Field("Verschil", "difference", bare_percent),
                Field("Interval", "low", dutch.interval, upper="high"),
                Field("Effect (h)", "h", lambda value: dutch.number(value, 2)),
                Field("p", "p_holm", dutch.p_value),
                Field("Onbekend (%)", "unknown", bare_percent),
            ],
        ),
    ]


def _overview_row(report: Report, population: str, by: str) -> dict | None:
    scope = SECTOR if report.is_sector else OWN
    data = figures_for(report, population, by)
    released = cells(data).release(report.settings.rulebook).data
    shown = compared(released[released["scope"] == scope])
    if len(shown) < 2:
        return None
    most, least, gap = _told_pair(shown, own_contrasts(report, population, by))
    if gap is None:
        return None
    return {
        "label": dutch.sentence(characteristics.load().subject(by)),
        "ends": f"{most['label']} / {least['label']}",
        "most": most["label"],
        "least": least["label"],
        **{key: float(gap[key]) for key in ("difference", "low", "high", "h")},
        **_test(report, population, by),
        "unknown": _unknown(report, population, by, released[released["scope"] == scope]),
    }


def _test(report: Report, population: str, by: str) -> dict[str, float]:
    """Test of any difference."""
    if report.is_sector:
        return {"p": float(report.analysis(f"tests_{population}").set_index("by").loc[by, "p"])}
    rows, columns = own_rows(report, population), groups.parts(by)
    least = report.settings.disclosure_for(population).minimum_respondents
    return {"p": statistics.omnibus(rows, columns, least=least)}


def _unknown(report: Report, population: str, by: str, released: pd.DataFrame) -> float:
    """Share of respondents of whom the characteristic is not known; nothing where their number is hidden or small."""
    if report.is_sector:
        return float(report.analysis(f"tests_{population}").set_index("by").loc[by, "unknown"])
    counted = released.loc[released["label"] == UNKNOWN, "n"].dropna()
    if counted.empty or counted.iloc[0] < report.settings.disclosure_for(population).minimum_respondents:
        return float("nan")
    rows = own_rows(report, population)
    return float(rows.loc[rows["feels_safe"].notna(), groups.parts(by)].isna().any(axis=1).mean())


def text_for(
    report: Report, by: str, people: str, pairs: pd.DataFrame, *, first: bool = False
) -> Callable[[pd.DataFrame], str]:
    """Function that makes the unit's sentences on one characteristic from released data."""
    scope, subject = SECTOR if report.is_sector else OWN, characteristics.load().in_sentence(by)
    return lambda released: group_text(released[released["scope"] == scope], subject, people, pairs, first=first)


def short_for(report: Report, by: str, people: str, pairs: pd.DataFrame) -> Callable[[pd.DataFrame], str]:
    """Function that makes the summary's sentence on one characteristic from released data."""
    scope, own = (SECTOR, False) if report.is_sector else (OWN, True)
    return lambda released: short_text(released[released["scope"] == scope], by, people, pairs, own)
