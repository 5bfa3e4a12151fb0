"""Which sets of institutions an edition tells of: chosen such that no combination of them is about too few.

Told are the sector, the institutions of each category of a grouping of institutions (sector report), and the group with
which an institution is compared (its own report). Students of each wave and staff are each a system of their own, by
every characteristic of respondents again: a category may occur at some institutions only.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import cache

import pandas as pd

from helpers import characteristics, groups, settings, tables
from helpers.characteristics import MISSING, TOTAL
from helpers.disclosure import sets
from helpers.disclosure.sets import Set
from helpers.disclosure.versions import PLACE, SECTOR, SURVEYS, counting, name

COMPARABLE = "comparable:"
KINDS = {"roc": "roc's", "aoc": "aoc's", "vakinstelling": "vakinstellingen"}
"""Institutions of a kind, in the plural."""

ANY = "*"
Earlier = Mapping[tuple[str, str], Sequence[Set]]
"""By characteristic and category the sets that earlier versions of the edition told of one population and wave."""


def members(rows: pd.DataFrame, by: str = TOTAL) -> dict[str, frozenset[str]]:
    """The institutions with respondents, by category; those of whom it is not known are a category too."""
    if by == TOTAL:
        return {TOTAL: frozenset(rows[PLACE].dropna().astype(str).unique())}
    columns = groups.parts(by)
    pairs = rows[[PLACE, *columns]].drop_duplicates()
    known = pairs[columns].notna().all(axis=1)
    codes = pd.Series(MISSING, index=pairs.index, dtype=object)
    codes[known] = groups.codes(pairs[known], by)
    return {str(code): frozenset(part.astype(str)) for code, part in pairs[PLACE].groupby(codes)}


def institution_sets(register: pd.DataFrame) -> dict[str, frozenset[str]]:
    """The institutions of each category by which the sector report has figures: ``<grouping>=<category>``.

    In the order in which they are kept: groupings as they are declared, the largest category first.
    """
    found, register = {}, groups.with_classes(register)
    for by in characteristics.load().institution():
        categories = sorted(members(register, by).items(), key=lambda each: (-len(each[1]), each[0]))
        found |= {f"{by}={category}": codes for category, codes in categories}
    return found


def group_members(register: pd.DataFrame, found: Iterable[str]) -> dict[str, frozenset[str]]:
    """Members of comparable groups, ``<kind>|<size>`` with ``*`` for any, by the groups' own definition."""
    codes, kinds, sizes = (register[name].astype(str) for name in (PLACE, "kind", "size_class"))
    members_of = {}
    for group in sorted(set(found)):
        kind, size = group.split("|")
        inside = (kinds.eq(kind) | (kind == ANY)) & (sizes.eq(size) | (size == ANY))
        members_of[group] = frozenset(codes[inside])
    return members_of


def comparable_groups(
    register: pd.DataFrame, taking_part: Sequence[frozenset[str]], earlier: Sequence[Earlier] = ()
) -> pd.DataFrame:
    """The group with which each institution is compared.

    Same kind and size; where a combination with the other sets that are told would be about too few institutions, the
    smaller of all of its kind and all of its size; else none. The institutions of each kind, size and region, which the
    sector report tells of, come first.

    Parameters
    ----------
    taking_part
        The institutions with respondents: of students in the newest wave, and of staff.
    earlier
        Of each of these, what earlier versions of the edition told.

    Returns
    -------
    pandas.DataFrame
        institution_id, group (NA: none), label, n_institutions (the institution itself included), kind, size_class.
    """
    least = settings.load_settings().disclosure.least_institutions
    known_before = [*earlier, *({} for _ in taking_part)]
    systems = [
        (present, _base(register, present, least, before.get((TOTAL, TOTAL), ())))
        for present, before in zip(taking_part, known_before, strict=False)
        if present
    ]
    kinds, sizes = register["kind"].astype(str), register["size_class"].astype(str)
    narrow = list(kinds + "|" + sizes)
    by_group = group_members(register, [*narrow, *(kinds + f"|{ANY}"), *(f"{ANY}|" + sizes)])

    @cache
    def allowed(group: str) -> bool:
        parts = [(by_group[group] & present, family) for present, family in systems]
        safe = all(not part or sets.isolated([*family, part], least) is None for part, family in parts)
        if not safe or not any(part for part, _ in parts):
            return False
        for part, family in parts:
            family += [part] if part else []
        return True

    for group in sorted(set(narrow), key=lambda each: (-len(by_group[each]), each)):
        allowed(group)  # in this order, whoever asks first
    found = []
    for code, kind, size in zip(register[PLACE], kinds, sizes, strict=True):
        wider = sorted((f"{kind}|{ANY}", f"{ANY}|{size}"), key=lambda each: (len(by_group[each]), each))
        group = next((each for each in (f"{kind}|{size}", *wider) if allowed(each)), None)
        number = len(by_group[group] & systems[0][0]) if group else None
        found.append((code, group, label(group), number))
    frame = pd.DataFrame(found, columns=[PLACE, "group", "label", "n_institutions"])
    frame = frame.assign(kind=register["kind"].to_numpy(), size_class=register["size_class"].to_numpy())
    return frame.astype({"group": "string", "label": "string", "n_institutions": "Int32"})


def label(group: str | None) -> str | None:
    """A comparable group in words."""
    if group is None:
        return None
    kind, size = group.split("|")
    of_size = "" if size == ANY else f" met {characteristics.load().label('size_class', size)}"
    return f"{KINDS.get(kind, 'instellingen')}{of_size}"


def _base(register: pd.DataFrame, present: frozenset[str], least: int, earlier: Sequence[Set]) -> list[Set]:
    """What is told of a population before any comparable group: the sector, and the categories that are safe."""
    given = _given(present, earlier, least)
    categories = [codes & present for codes in institution_sets(register).values()]
    chosen = sets.choose(categories, least, given)
    return [*given, *(each for each, safe in zip(categories, chosen, strict=True) if safe)]


def _given(present: frozenset[str], earlier: Sequence[Set], least: int) -> list[Set]:
    """The whole sector, which is always told, and what was told before, where these two can be told together.

    Where they cannot, no choice of other sets mends it: such a version is not signed (:mod:`helpers.release.versions`).
    """
    both = [present, *earlier]
    return both if sets.isolated(both, least) is None else [present]


def of_wave(told_before: Mapping[str, Sequence[Set]], population: str, wave: object) -> Earlier:
    """Of what was told before that of one population and wave, by characteristic and category."""
    start = name(population, wave, "", "").removesuffix("|")
    found = {}
    for figure, before in told_before.items():
        if figure.startswith(start):
            by, category = figure.removeprefix(start).split("|", 1)
            found[by, category] = before
    return found


def hide(
    table: pd.DataFrame, rows: pd.DataFrame, scopes: Mapping[str, frozenset[str]], population: str, earlier: Earlier
) -> pd.DataFrame:
    """A benchmark without the comparable groups that cannot be told, and with ``protect``: rows that are hidden.

    Parameters
    ----------
    table
        Of one population and wave: scope, by, category, n.
    rows
        The respondents behind it, with the characteristics of their institutions.
    scopes
        Members of each scope; the sector's first.
    """
    rules = settings.load_settings().disclosure_for(population)
    least, known, rows = rules.least_institutions, characteristics.load(), counting(rows)
    present = members(rows)[TOTAL]
    wanted = {SECTOR: present, **institution_sets(rows)}
    wanted |= {name: codes & present for name, codes in scopes.items() if name != SECTOR}
    shown = _safe(wanted, present, least, earlier.get((TOTAL, TOTAL), ()))
    table = table[table["scope"].isin(shown) | (table["scope"] == SECTOR)].reset_index(drop=True)
    hidden = pd.Series(False, index=table.index)
    for by in known.institution():
        here = table["by"] == by
        hidden |= here & ~(by + "=" + table["category"].astype(str)).isin(shown)
    told = {name: codes for name, codes in wanted.items() if name in shown and "=" not in name}
    respondents = known.of_respondents(population)
    if sets.isolated([present], least) is not None:
        respondents = ()  # in so small a sector nothing protects an institution: its total is told as well
    enough = table["n"] >= rules.minimum_respondents
    for by in respondents:
        for category, there in members(rows, by).items():
            here = (table["by"] == by) & (table["category"].astype(str) == category)
            named = set(table.loc[here & enough, "scope"])
            parts = {name: codes & there for name, codes in told.items() if name in named}
            safe = _safe(parts, present, least, earlier.get((by, category), ()))
            hidden |= here & enough & ~table["scope"].isin(safe)
        hidden |= _complement(table, hidden, (table["by"] == by) & enough, rows, told, least)
    return table.assign(protect=(hidden & (table["n"] > 0)).astype("boolean").where(hidden))


def _safe(wanted: Mapping[str, frozenset[str]], present: frozenset[str], least: int, earlier: Sequence[Set]) -> set:
    """Names of the sets that can be told; the whole sector always is."""
    given = _given(present, earlier, least) if present in wanted.values() else list(earlier)
    chosen = sets.choose(list(wanted.values()), least, given)
    return {name for (name, codes), safe in zip(wanted.items(), chosen, strict=True) if safe or codes == present}


def _complement(
    table: pd.DataFrame,
    hidden: pd.Series,
    here: pd.Series,
    rows: pd.DataFrame,
    told: Mapping[str, frozenset[str]],
    least: int,
) -> pd.Series:
    """The smallest other groups of a scope, until those that are hidden together are about enough institutions."""
    more = pd.Series(False, index=table.index)
    for scope, codes in told.items():
        of_scope = here & (table["scope"] == scope)
        if not (hidden & of_scope).any():
            continue
        by_category = members(rows, table.loc[of_scope, "by"].iloc[0])
        order = table[of_scope & ~hidden].sort_values(["n", "category"]).index
        together = frozenset().union(*(by_category[str(each)] for each in table.loc[hidden & of_scope, "category"]))
        for place in order:
            if (hidden | more)[of_scope].sum() > 1 and len(together & codes) >= least:
                break
            more[place] = True
            together |= by_category[str(table.loc[place, "category"])]
    return more


def told(edition: str) -> tuple[dict[str, frozenset[str]], dict[str, list[str]]]:
    """What the edition tells of: the members of every set by name, and by figure the names of its sets.

    Figures as :mod:`helpers.disclosure.versions` names them. Of coordinators and incidents only the sector is told.
    """
    register, known = tables.read_table(edition, "institutions"), characteristics.load()
    rules = settings.load_settings()
    groups_in_use = tables.read_analysis(edition, "comparable")["group"].dropna()
    members_of = {SECTOR: frozenset(register[PLACE].astype(str)), **institution_sets(register)}
    members_of |= {f"{COMPARABLE}{group}": codes for group, codes in group_members(register, groups_in_use).items()}
    found: dict[str, list[str]] = {}
    for population in SURVEYS:
        table = tables.read_analysis(edition, f"benchmarks_{population}")
        least = rules.disclosure_for(population).minimum_respondents
        table = table[(table["n"] >= least) & ~table["protect"].fillna(False).astype(bool)]
        waves = table["wave"] if "wave" in table else [""] * len(table)
        for wave, scope, by, category in zip(waves, table["scope"], table["by"], table["category"], strict=True):
            if by not in known.institution():
                found.setdefault(name(population, wave, by, category), []).append(scope)
            elif scope == SECTOR:
                found.setdefault(name(population, wave, TOTAL, TOTAL), []).append(f"{by}={category}")
    answers = tables.read_table(edition, "coordinators")
    found |= {name("coordinators", "", column, ""): [SECTOR] for column in answers.columns if column != PLACE}
    rates = tables.read_analysis(edition, "incident_rates")
    rates = rates[rates["institutions"] >= rules.disclosure.least_institutions]
    found |= {name("incidents", "", category, ""): [SECTOR] for category in rates["category"].astype(str)}
    return members_of, found
