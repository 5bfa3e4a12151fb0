"""Chapter 1: how safe students feel."""

from __future__ import annotations

from functools import partial

import pandas as pd

from helpers import characteristics, disclosure, dutch, figures, wording
from helpers.analyse import populations
from helpers.chapters import captions, common, differences, trends, victims
from helpers.chapters.common import OWN, SECTOR
from helpers.publish import Cells, Field, Figure, Finding, Item, Prose, Table
from helpers.report import Report

SOURCE = "JOB-monitor"


def introduction(report: Report) -> list[Item]:
    """Who answered, what stands beside what, and what these figures cannot say."""
    data = common.figures_for(report, "students", "total")
    texts: list[Item] = [Prose(lambda released: _who(report, released), common.cells(data, ["scope"]))]
    if not report.is_sector:
        texts.append(Prose(common.comparable_words(report)))
    return [*texts, Prose(common.limits("studenten"))]


def _who(report: Report, released: pd.DataFrame) -> str:
    row = released.iloc[0]
    where = "van alle instellingen" if report.is_sector else "van deze instelling"
    if row[disclosure.REASON]:
        return (
            f"In {report.wave} vulden te weinig studenten {where} de {SOURCE} in om eigen cijfers te tonen. "
            "De cijfers van de sector staan er ter oriëntatie."
        )
    return (
        f"In {report.wave} beantwoordden {dutch.number(row['n'])} studenten {where} in de {SOURCE} de vraag hoe "
        f"veilig zij zich op hun instelling voelen{_response(report, row['n'])}. {common.SCALE}"
    )


def _response(report: Report, respondents: int) -> str:
    """What part of the register's students answered; nothing where the register does not know their number."""
    register = report.institutions
    own = register if report.is_sector else register[register["institution_id"] == report.unit]
    students = own["n_students"].sum()
    if pd.isna(students) or students <= 0:
        return ""
    return f" ({dutch.percent(respondents / float(students), 0)} van de studenten in het register)"


def state(report: Report) -> list[Item]:
    """State of affairs: safe, neutral, unsafe."""
    data = common.figures_for(report, "students", "total")
    spec = common.cells(data.assign(label=data["scope"].map(dutch.sentence)), ["scope", "label"])
    finding = "S01" if report.is_sector else "eigen-studenten"
    return [
        Prose(_state_text, spec, ("fig-studenten-stand", "tbl-studenten-stand")),
        captions.answers(report, "students", "fig-studenten-stand", "studenten", data),
        common.share_table(report, "tbl-studenten-stand", f"Veiligheidsgevoel van studenten, {report.wave}", data),
        Finding(
            finding,
            _state_text,
            spec,
            10,
            ("S01", "S02"),
            1,
            "fig-studenten-stand",
            partial(_state_text, short=True),
        ),
    ]


def _state_text(released: pd.DataFrame, short: bool = False) -> str:
    shown = released[released[disclosure.REASON] == ""]
    first = released.iloc[0]
    if first[disclosure.REASON]:
        sector = released[released["scope"] == SECTOR].iloc[0]
        return (
            "Voor deze instelling zijn er te weinig respondenten om het veiligheidsgevoel van studenten te tonen; "
            f"in de sector voelt {dutch.percent(sector['safe'])} van de studenten zich veilig."
        )
    whom = "van de mbo-studenten" if first["scope"] == SECTOR else "van de studenten van deze instelling"
    safe, unsafe = dutch.percent(first["safe"]), dutch.percent(first["unsafe"])
    if short:
        text = f"**{safe}** {whom} voelt zich veilig{common.uncertain(first)}, {unsafe} voelt zich onveilig."
    else:
        text = (
            f"**{safe}** {whom} voelt zich veilig (interval {dutch.interval(first['safe_low'], first['safe_high'])}); "
            f"{unsafe} voelt zich onveilig en {dutch.percent(first['neutral'])} is neutraal."
        )
    sector = shown[shown["scope"] == SECTOR]
    if first["scope"] == OWN and len(sector):
        text += f" {common.beside_sector(first, sector.iloc[0], 'studenten', short=short)}"
    return text


def trend(report: Report) -> list[Item]:
    """Share feeling safe over the waves."""
    waves = [wave for wave in report.about.waves if wave <= report.wave]
    parts = [common.figures_for(report, "students", "total", wave).assign(wave=wave) for wave in waves]
    data = pd.concat(parts, ignore_index=True)
    data["wave"] = data["wave"].astype(int)
    spec = Cells(
        data.assign(label=data["wave"].astype(str), benchmark=data["scope"] != OWN),
        keys=["scope", "wave", "label"],
        hide=[*common.ANSWERS, "n_effective"],
        shares=("safe", "neutral", "unsafe"),
        source="students",
        rounded="benchmark",
        percents=common.PERCENTS,
    )
    years = f"{min(waves)}-{max(waves)}"
    finding = "S03" if report.is_sector else "eigen-studenten-trend"
    broken = breaks(report, waves)
    pairs, lines = changes(report, waves)
    text = partial(_trend_text, pairs=pairs)
    items: list[Item] = [
        Prose(text, spec, ("fig-studenten-trend", "tbl-studenten-trend")),
        Prose(partial(_line_text, lines=lines, broken=len(broken) > 0), spec),
    ]
    if len(broken):
        items.append(Prose(_break_words(broken)))
    if len(waves) > 1:
        items.append(
            Figure(
                "fig-studenten-trend",
                partial(trend_title, pairs=pairs),
                partial(_trend_caption, years=years, broken=len(broken) > 0),
                partial(_trend_alt, pairs=pairs),
                spec,
                figures.Trend(breaks=tuple(zip(broken["wave"], broken["kind"], strict=True))),
            )
        )
    items += [
        Table(
            "tbl-studenten-trend",
            f"Aandeel studenten dat zich veilig voelt, {years}",
            spec,
            [
                Field("Meting", "wave", str),
                common.WHERE,
                Field("Respondenten", "n", dutch.number),
                Field("Veilig (%)", "safe", common.bare_percent),
                Field("Interval", "safe_low", dutch.interval, upper="safe_high"),
                Field("Onveilig (%)", "unsafe", common.bare_percent),
            ],
        ),
        Finding(finding, text, spec, 20, ("S03",), 1, "fig-studenten-trend", partial(text, short=True)),
    ]
    return [*items, *trends.by_level(report, waves, list(broken["wave"]))]


def changes(report: Report, waves: list[int]) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Differences between waves and the line through them: those of the sector, or of the unit's own rows."""
    if report.is_sector and max(waves) == max(report.about.waves):
        return common.own_contrasts(report, "students", "wave"), report.analysis("trend_students")
    rows = report.rows("students")
    rows = rows[rows["wave"] <= max(waves)]
    cluster = populations.CLUSTER if report.is_sector else None
    pairs = populations.wave_differences(rows, cluster)
    told = common.told_pairs(pairs, rows, "wave", report.settings.disclosure_for("students"))
    return told, populations.trends(rows, cluster)


def breaks(report: Report, waves: list[int]) -> pd.DataFrame:
    """Changes in the question between the waves that are shown."""
    found = report.analysis("breaks")
    here = (found["table"] == "students") & (found["column"] == "feels_safe") & found["wave"].isin(waves[1:])
    return found[here].sort_values("wave").reset_index(drop=True)


def _break_words(broken: pd.DataFrame) -> str:
    notes = " ".join(str(note).strip() for note in broken["note"])
    return f"De metingen zijn niet helemaal te vergelijken. {notes} Een stippellijn in de figuur geeft aan waar."


def shown_waves(released: pd.DataFrame) -> pd.DataFrame:
    """Rows of the unit itself that may be shown, oldest first; an institution need not be in the first wave."""
    scope = OWN if OWN in set(released["scope"]) else released["scope"].iloc[0]
    own = released[(released["scope"] == scope) & (released[disclosure.REASON] == "")]
    return own.sort_values("wave")


def _trend_text(released: pd.DataFrame, pairs: pd.DataFrame, short: bool = False) -> str:
    rows = shown_waves(released)
    own = OWN in set(released["scope"])
    if len(rows) < 2:
        whose = "Voor deze instelling" if own else "In deze editie"
        return f"{whose} zijn er geen twee metingen met genoeg respondenten om een ontwikkeling te tonen."
    first, last, before = rows.iloc[0], rows.iloc[-1], rows.iloc[-2]
    total, step = (common.pair(pairs, last["wave"], earlier["wave"]) for earlier in (first, before))
    if total is None or step is None:
        return "De metingen zijn niet met elkaar te vergelijken."
    rises = bool((rows["safe"].diff().dropna() > 0).all())
    every = ", bij elke meting een stap omhoog" if rises and len(rows) > 2 else ""
    text = (
        f"Tussen {first['wave']} en {last['wave']} is het aandeel studenten{' van deze instelling' if own else ''} dat "
        f"zich veilig voelt, {wording.changed(total['difference'], total['low'], total['high'])}, van "
        f"{dutch.percent(first['safe'])} naar {dutch.percent(last['safe'])}"
    )
    if short:
        return f"{text}."
    text += f"{every}: {wording.with_interval(total['difference'], total['low'], total['high'])}."
    if len(rows) == 2:
        return text
    return (
        f"{text} Ten opzichte van {before['wave']} is het "
        f"{wording.changed(step['difference'], step['low'], step['high'])}: "
        f"{wording.with_interval(step['difference'], step['low'], step['high'])}."
    )


def trend_title(released: pd.DataFrame, pairs: pd.DataFrame) -> str:
    """How the unit's share changed from its first wave to its last, in a few words."""
    rows = shown_waves(released)
    gap = common.pair(pairs, rows.iloc[-1]["wave"], rows.iloc[0]["wave"]) if len(rows) > 1 else None
    if gap is None:
        return "Het aandeel studenten dat zich veilig voelt, per meting"
    first, last = rows.iloc[0], rows.iloc[-1]
    whose = " van deze instelling" if first["scope"] == OWN else ""
    return (
        f"Het aandeel studenten{whose} dat zich veilig voelt is tussen {first['wave']} en {last['wave']} "
        f"{wording.changed(gap['difference'], gap['low'], gap['high'])}: van {dutch.percent(first['safe'])} naar "
        f"{dutch.percent(last['safe'])}"
    )


def _trend_caption(released: pd.DataFrame, years: str, broken: bool) -> str:
    last = released[released["wave"] == released["wave"].max()]
    what = f"Aandeel studenten dat zich veilig voelt, {years}, {captions.interval()}"
    lines = "; een lijn is onderbroken waar de vraag veranderde" if broken else ""
    count = captions.counted(last)
    return captions.sourced(what + lines, f"Bron: {SOURCE}", f"{count} in {last['wave'].iloc[0]}" if count else "")


def _trend_alt(released: pd.DataFrame, pairs: pd.DataFrame) -> str:
    shown = released[released[disclosure.REASON] == ""].sort_values("wave", kind="stable")
    lines = [
        f"{scope}: " + ", ".join(f"{row['wave']} {dutch.percent(row['safe'])}" for _, row in part.iterrows())
        for scope, part in shown.groupby("scope", sort=False)
    ]
    return f"Lijnen over de metingen. {trend_title(released, pairs)}. {'; '.join(lines)}."


def _line_text(released: pd.DataFrame, lines: pd.DataFrame, broken: bool) -> str:
    """The change a year over all waves, and over those since the question last changed."""
    shown = set(shown_waves(released)["wave"])
    by_span = lines.set_index("span")
    every, since = by_span.loc["all"], by_span.loc["unbroken"]
    if len(shown) < 2 or pd.isna(every["slope"]) or not {every["first"], every["last"]} <= shown:
        return ""
    text = f"Over {dutch.number(every['waves'])} metingen is de verandering gemiddeld {_a_year(every)}."
    if not broken or pd.isna(since["slope"]) or not {since["first"], since["last"]} <= shown:
        return text
    return (
        f"{text} Sinds de vraag voor het laatst veranderde, in {int(since['first'])}, is dat {_a_year(since)}. Die "
        "verandering ligt niet aan de vraag."
    )


def _a_year(line: pd.Series) -> str:
    tested = "" if pd.isna(line["p"]) else f"; toets op verandering: p {_p(line['p'])}"
    limits = dutch.interval(line["low"], line["high"], 2)
    return f"{dutch.number(line['slope'] * 100, 2)} procentpunt per jaar (interval {limits}{tested})"


def _p(p: float) -> str:
    words = dutch.p_value(p)
    return words if words.startswith("<") else f"= {words}"


PERSON = ("gender", "age_group", "disability")
PROGRAMME = ("level_track", "level", "track", "field")
SATISFACTION = ("grade_programme", "grade_institution")


def by_person(report: Report) -> list[Item]:
    """Differences by gender, age and disability, and by gender and disability together (research question 3)."""
    crossings = ("gender*disability",) if report.is_sector else ()
    return differences.differences(
        report,
        "students",
        (*PERSON, *crossings),
        "studenten-persoon",
        question=3,
        treats={"gender": ("S06", "S07", "S11"), "age_group": ("S11",), "disability": ("S04", "S05", "S11")},
    )


def by_programme(report: Report) -> list[Item]:
    """Differences by level and track, and by field (research question 2)."""
    return differences.differences(
        report,
        "students",
        PROGRAMME if report.is_sector else ("level_track", "field"),
        "studenten-opleiding",
        question=2,
        treats={"level_track": ("S08", "S09", "S10"), "track": ("S10",), "level": ("S11",)},
    )


def overview(report: Report) -> list[Item]:
    """The largest difference by every characteristic, in one table."""
    institution = characteristics.load().institution() if report.is_sector else ()
    return differences.overview(report, "students", (*PERSON, *PROGRAMME, *SATISFACTION, *institution), "studenten")


def satisfaction(report: Report) -> list[Item]:
    """Feeling safe by satisfaction with programme and institution."""
    answers = dict.fromkeys(SATISFACTION, ("S17",))
    return differences.differences(
        report, "students", SATISFACTION, "studenten-tevredenheid", question=2, treats=answers
    )


@common.needs("students_msv")
def lhb(report: Report) -> list[Item]:
    """LHB against other students, from the older survey; always the whole sector."""
    return victims.lhb(report, "students")
