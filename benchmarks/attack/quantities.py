"""1. A hidden quantity that another statistic tells: the same people, or nearly the same, in another table or sentence.

Totals of an institution that one table hides and another tells; answers hidden beside shown shares, which says that
nobody gave one of them; sets of respondents that differ by fewer than the minimum, so that their difference is told;
blanks, whose number is told, by what all groups together leave; waves that are hidden in a table and count in a slope.
"""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass
from itertools import combinations

import numpy as np
from scipy import stats

from benchmarks.attack.bundles import (
    ANSWERS,
    BLANK,
    EXPECTED,
    MARK,
    MINIMUM,
    OWN,
    PEOPLE,
    POINTS,
    SECTOR,
    TOTAL,
    Bundles,
    Found,
    Sheet,
    share,
)

NAME = "1 told by another statistic"
SHARES = ("safe", "observed")
SLOPE = re.compile(r"Over (\d+) metingen is de verandering gemiddeld")


@dataclass(frozen=True)
class Own:
    """What a row says of all respondents of an institution: who, when, how many, and what share is safe."""

    unit: str
    people: str
    wave: str
    place: str
    n: float
    safe: float
    half: float
    hidden: bool
    subset: bool


def own_totals(sheet: Sheet, last: str) -> list[Own]:
    """Rows of a table on all respondents of its institution (or on those of whom all is known)."""
    found = []
    column = next((name for name in SHARES if sheet.has(name)), None)
    if sheet.unit == SECTOR or column is None or not sheet.has("n"):
        return found
    for index, row in sheet.rows.iterrows():
        whose = str(row.get("scope", row.get("label", ""))).lower()
        groups = {str(row.get(name, "")).lower() for name in ("category", "label")} - {"", str(row.get("wave", ""))}
        if not whose.startswith((OWN, EXPECTED)) or groups - {"total", TOTAL, OWN}:
            continue
        people = sheet.people or PEOPLE.get(str(row.get("people", "")))
        if people is None:
            continue
        wave = (str(row.get("wave", "")) or last) if people == "students" else ""
        told = "observed" if whose.startswith(EXPECTED) and sheet.has("observed") else column
        subset = whose.startswith(EXPECTED) or sheet.has("expected")
        hidden = row.get("hidden") == MARK or np.isnan(row["n"])
        half = sheet.half(index, told) if not hidden else np.nan
        found.append(Own(sheet.unit, people, wave, sheet.name, row["n"], row[told], half, hidden, subset))
    return found


def attack(bundles: Bundles) -> list[Found]:
    """All ways."""
    last = max((str(wave) for one in bundles.sheets if "wave" in one.rows for wave in one.rows["wave"]), default="")
    owns = defaultdict(list)
    for sheet in bundles.sheets:
        for one in own_totals(sheet, last):
            owns[one.unit, one.people, one.wave].append(one)
    return [_totals(bundles, owns), _answers(bundles), _rests(bundles, owns), _blanks(bundles, owns), _slopes(bundles)]


def _totals(bundles: Bundles, owns: dict) -> Found:
    hidden = {key: [one for one in ones if not one.hidden and np.isfinite(one.safe)]
              for key, ones in owns.items() if any(one.hidden for one in ones)}  # fmt: skip
    details = []
    for (unit, people, wave), ones in hidden.items():
        for one in ones[:1]:
            safe = round(one.n * one.safe)
            how = f": {safe} of {one.n:.0f} safe, and one answer that nobody gave" if one.n >= MINIMUM else ""
            details.append(f"{unit} {people} {wave} hidden, told by {one.place}{how}")
        details += [f"{unit} {people}: “{words[:150]}”" for words in _said(bundles, unit, people)]
    told = sum(bool(ones) or bool(_said(bundles, key[0], key[1])) for key, ones in hidden.items())
    return Found(NAME, "hidden totals that another statistic tells", f"{told} of {len(hidden)}", "0", tuple(details))


def _said(bundles: Bundles, unit: str, people: str) -> list[str]:
    """Sentences with a percentage of an institution's own people that is no percentage of others."""
    word = next(name for name, code in PEOPLE.items() if code == people)
    about = re.compile(rf"\b{word}\b.*(verwachten|gevonden)|\b{word} van deze instelling voelt")
    return [words for words in bundles.sentences(unit) if about.search(words) and re.search(r"\d%", words)]


def _answers(bundles: Bundles) -> Found:
    shown, hidden = set(), {}
    for sheet in bundles.sheets:
        for _, row in sheet.rows.iterrows() if sheet.unit != SECTOR and sheet.has("scope", "n", *ANSWERS) else ():
            if row["scope"] != OWN or str(row.get("category", "")) != "total":
                continue
            key = (sheet.unit, sheet.people)
            if sheet.has(*POINTS) and np.isnan(row[POINTS[0]]):
                hidden[key] = sheet.name
            elif not sheet.has(*POINTS) and np.isfinite(row["safe"]):
                shown.add(key)
    told, right = sorted(shown & set(hidden)), 0
    for unit, people in told:
        rows = bundles.truth.rows(people)
        given = set(rows.loc[rows["institution_id"] == unit, "feels_safe"].astype(int))
        right += len(given) < len(POINTS)
    details = tuple(f"{unit} {people}: {hidden[unit, people]}" for unit, people in told)
    return Found(
        NAME, "hidden answers that say “nobody gave one of these”", f"{len(told)} ({right} right)", "0", details
    )


def _rests(bundles: Bundles, owns: dict) -> Found:
    """Fewer than the minimum, by the difference of two sets that are both shown."""
    from helpers.models import specification  # only to score

    found = []
    for (unit, people, wave), ones in owns.items():
        told = [one for one in ones if not one.hidden and np.isfinite(one.safe)]
        for one, other in combinations(sorted(told, key=lambda each: (-each.n, each.half)), 2):
            rest = one.n - other.n
            if 0 < rest < MINIMUM and not any(each[:3] == (unit, people, wave) for each in found):
                found.append(
                    (unit, people, wave, rest, one.n * one.safe - other.n * other.safe, one.place, other.place)
                )
    right, chance, details = 0, 0.0, []
    for unit, people, wave, rest, safe, *places in found:
        rows = bundles.truth.rows(people, wave)
        rows = rows[rows["institution_id"] == unit]
        left = rows[rows[[*specification.COMPOSITION[people], *specification.SATISFACTION[people]]].isna().any(axis=1)]
        guess = int(np.clip(round(safe), 0, rest))
        right += len(left) == rest and int(left["safe"].sum()) == guess
        chance += stats.binom.pmf(np.arange(rest + 1), rest, share(bundles.truth.rows(people, wave))).max()
        details.append(f"{unit} {people} {wave}: {guess} of {rest:.0f} safe ({safe:.2f}), {' less '.join(places)}")
    figure = f"{len(found)} ({right} exactly right; guessing gives {chance:.1f})"
    return Found(NAME, f"sets of fewer than {MINIMUM} by the difference of two sets", figure, "0", tuple(details))


def _blanks(bundles: Bundles, owns: dict) -> Found:
    """Those who left a question blank: fewer than the minimum, their number told and all groups shown."""
    found, right, chance, details = 0, 0, 0.0, []
    for sheet in bundles.sheets:
        if sheet.unit == SECTOR or not sheet.has("scope", "category", "n", "safe") or not sheet.name.startswith("tbl-"):
            continue
        rows = sheet.rows[sheet.rows["scope"] == OWN]
        blank, known = rows[rows["label"] == BLANK], rows[rows["label"] != BLANK]
        totals = [one for key, ones in owns.items() if key[:2] == (sheet.unit, sheet.people) for one in ones
                  if not one.hidden and not one.subset and one.wave in ("", _wave(bundles))]  # fmt: skip
        if len(blank) != 1 or not totals or known["safe"].isna().any() or not 0 < blank["n"].iloc[0] < MINIMUM:
            continue
        total, number = min(totals, key=lambda one: one.half), blank["n"].iloc[0]
        if known["n"].sum() + number != total.n or np.isfinite(blank["safe"].iloc[0]):
            continue
        safe = total.n * total.safe - (known["n"] * known["safe"]).sum()
        error = total.n * total.half + sum(known["n"][i] * sheet.half(i, "safe") for i in known.index)
        if error >= 0.5 * number:
            continue
        by = characteristic(sheet)
        truth = bundles.truth.rows(sheet.people)
        left = truth[(truth["institution_id"] == sheet.unit) & truth[by].isna()] if by else truth.iloc[:0]
        guess = int(np.clip(round(safe), 0, number))
        found += 1
        right += len(left) == number and int(left["safe"].sum()) == guess
        chance += stats.binom.pmf(np.arange(number + 1), number, share(truth)).max()
        details.append(f"{sheet.unit} {sheet.name}: {guess} of {number:.0f} blanks safe (± {error:.1f})")
    figure = f"{found} ({right} exactly right; guessing gives {chance:.1f})"
    return Found(NAME, "blanks whose answers the groups leave", figure, "0", tuple(details))


def _wave(bundles: Bundles) -> str:
    return max((str(wave) for one in bundles.sheets if "wave" in one.rows for wave in one.rows["wave"]), default="")


def characteristic(sheet: Sheet) -> str | None:
    """The characteristic of a table, by its name (only to score)."""
    from helpers import characteristics

    known = characteristics.load().of(sheet.people)
    return next((by for by in sorted(known, key=len, reverse=True)
                 if sheet.name.endswith("-" + by.replace("_", "-"))), None)  # fmt: skip


def _slopes(bundles: Bundles) -> Found:
    details = []
    for unit in bundles.units:
        for sheet in bundles.of(unit) if unit != SECTOR else ():
            if not sheet.has("scope", "wave", "n", "safe") or sheet.people is None or not sheet.name.startswith("tbl-"):
                continue
            own = sheet.rows[sheet.rows["scope"] == OWN]
            shown = int(own["safe"].notna().sum())
            counted = [int(found[1]) for words in bundles.sentences(unit) if (found := SLOPE.search(words))]
            if counted and max(counted) > shown:
                details.append(f"{unit} {sheet.name}: {shown} waves shown, a slope of {max(counted)}")
    return Found(NAME, "hidden waves in a slope that is told", str(len(details)), "0", tuple(details))
