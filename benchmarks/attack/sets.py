"""5. Differences of published sets of institutions: what is left when they are subtracted, and when some collude.

Sets are those of the sector's tables by a characteristic of institutions, of comparable groups, and the sector itself.
All sums and differences of a few of these that leave a set of one institution, or of one more for every institution
that tells its own figures, tell that one's. Shares are averages weighted with the respondents' numbers.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import combinations, product

import numpy as np

from benchmarks.attack.bundles import ALL, BLANK, COMPARABLE, SECTOR, Bundles, Found

NAME = "5 differences of sets"
PARTS = 4
"""So many sets are added and subtracted at the most."""
COLLUDE = 2
FEWEST = 4
"""One that reads, and the three others that the method chapter promises."""
MOSTLY = 0.5
GROUP = re.compile(
    r"Vergelijkbare instellingen zijn hier: (?P<kind>[^()]+?)(?: met (?P<size>[^()]+?))? \((?P<k>\d+) instelling"
)


@dataclass(frozen=True)
class Published:
    """A set of which figures are published: its members (0 and 1), respondents and share, and where it was read."""

    members: tuple[int, ...]
    n: float
    safe: float
    half_n: float
    half_safe: float
    place: str


def published(bundles: Bundles, people: str) -> list[Published]:
    """All sets with a total of a population; a set that stands in several places once.

    Only institutions with respondents count: who took part is no secret.
    """
    found: dict[tuple[int, ...], Published] = {}
    part = bundles.register["institution_id"].isin(bundles.truth.institutions(people).index).to_numpy(int)
    step = _step(bundles)
    for sheet in bundles.sheets:
        if sheet.people != people or not sheet.has("scope", "label", "n", "safe") or "wave" in sheet.rows:
            continue
        for index, row in sheet.rows.iterrows():
            members = _members(bundles, sheet, row)
            if members is None or not np.isfinite(row["safe"]):
                continue
            members = tuple((np.array(members) * part).tolist())
            if not sum(members):
                continue
            one = Published(members, row["n"], row["safe"], step / 2, sheet.half(index, "safe"),
                            f"{sheet.unit} {sheet.name} {row['label']}")  # fmt: skip
            if members not in found or one.half_safe < found[members].half_safe:
                found[members] = one
    return list(found.values())


def _step(bundles: Bundles) -> float:
    """The multiple in which counts over institutions are told."""
    told = [sheet.rows.loc[sheet.rows["scope"].isin((ALL, COMPARABLE)), "n"] for sheet in bundles.sheets
            if sheet.has("scope", "n")]  # fmt: skip
    whole = np.concatenate([each.dropna().to_numpy() for each in told]).astype(int) if told else np.array([], int)
    return float(np.gcd.reduce(whole)) if len(whole) else 1.0


def _members(bundles: Bundles, sheet, row) -> tuple[int, ...] | None:
    register = bundles.register
    total = str(row.get("category", "total")) == "total"
    if row["scope"] == ALL and total:
        return tuple(np.ones(len(register), int))
    if row["scope"] == COMPARABLE and total:
        return _comparable(bundles, sheet.unit)
    if row["scope"] == ALL and sheet.unit == SECTOR and row["label"] != BLANK:
        for column in ("kind", "size_class", "region"):
            if sheet.name.endswith("-" + column.replace("_", "-")):
                return tuple((register[column] == str(row.get("category"))).astype(int))
    return None


def _comparable(bundles: Bundles, unit: str) -> tuple[int, ...] | None:
    """Members of a comparable group, from the sentence that says which it is."""
    found = next((match for words in bundles.sentences(unit) if (match := GROUP.search(words))), None)
    if found is None:
        return None
    register = bundles.register
    here = register.set_index("institution_id").loc[unit]
    inside = np.ones(len(register), bool)
    if found["size"]:
        inside &= (register["size_class"] == here["size_class"]).to_numpy()
    if found["kind"].strip() != "instellingen":
        inside &= (register["kind"] == here["kind"]).to_numpy()
    return tuple(inside.astype(int)) if inside.sum() == int(found["k"]) else None


def attack(bundles: Bundles) -> list[Found]:
    """For each population, and for each number of institutions that collude; and rows that are mostly one's."""
    found = [one for people in ("students", "staff") for one in _attack(bundles, people)]
    return [*found, _one_of_all(bundles)]


def _one_of_all(bundles: Bundles) -> Found:
    """Rows over several institutions whose respondents come from too few of these, or mostly from one or two."""
    from benchmarks.attack.quantities import characteristic

    seen, every, details = set(), 0, []
    for sheet in bundles.sheets:
        if sheet.people is None or not sheet.has("scope", "category", "n", "safe") or "wave" in sheet.rows:
            continue
        by = characteristic(sheet)
        for _, row in sheet.rows.iterrows() if by is not None else ():
            members = _comparable(bundles, sheet.unit) if row["scope"] == COMPARABLE else None
            key = (sheet.people, by, row["category"], members)
            if members is None or key in seen or not np.isfinite(row["safe"]):
                continue
            seen.add(key)
            every += 1
            codes = bundles.register["institution_id"][np.array(members, bool)]
            rows = bundles.truth.rows(sheet.people)
            rows = rows[rows["institution_id"].isin(codes)]
            inside = rows[by].isna() if row["category"] == "missing" else rows[by].astype(str) == row["category"]
            parts = rows[inside]["institution_id"].value_counts(normalize=True)
            if len(parts) < FEWEST or parts.iloc[0] > MOSTLY:
                details.append(
                    f"{sheet.name} {row['label']} ({sheet.unit} and alike): {row['n']:.0f} respondents of {len(parts)}"
                    f" institutions, {parts.iloc[0]:.0%} of {parts.index[0]}"
                )
    figure = f"{len(details)} of {every}"
    what = f"rows of comparable institutions from fewer than {FEWEST}, or for more than {MOSTLY:.0%} from one"
    return Found(NAME, what, figure, "0", tuple(details))


def _attack(bundles: Bundles, people: str) -> list[Found]:
    sets = published(bundles, people)
    if not sets:
        return [Found(NAME, f"{people}: no set is published", "0", "0")]
    left = remainders(np.array([one.members for one in sets]), COLLUDE + 1)
    codes, found, seen = bundles.register["institution_id"].to_numpy(), [], set()
    for collude in range(COLLUDE + 1):
        exposed = {place for members in left if sum(members) == collude + 1 for place in np.flatnonzero(members)}
        details = tuple(
            f"{', '.join(codes[np.flatnonzero(members)])}: "
            + " ".join(f"{'+' if sign > 0 else '-'} [{sets[place].place}]" for place, sign in ways)
            + _value(bundles, people, sets, members, ways)
            for members, ways in left.items()
            if sum(members) == collude + 1
        )
        seen |= exposed
        with_whom = ("to anybody", "to one that knows itself", "to two that collude")[collude]
        found.append(Found(NAME, f"{people}: institutions that differences of {len(sets)} sets tell, {with_whom}",
                           f"{len(seen)} of {len(codes)}", "0", details))  # fmt: skip
    return found


def remainders(sets: np.ndarray, most: int) -> dict[tuple[int, ...], tuple[tuple[int, int], ...]]:
    """Sets of at most so many institutions that sums and differences of published sets leave, and the shortest way.

    ``sets``: 0 and 1, a row a set and a column an institution.
    """
    found: dict[tuple[int, ...], tuple[tuple[int, int], ...]] = {}
    for number in range(1, PARTS + 1):
        signs = np.array([each for each in product((1, -1), repeat=number) if each[0] == 1])
        for places in combinations(range(len(sets)), number):
            for sign, members in zip(signs, signs @ sets[list(places)], strict=True):
                members = -members if members.min() < 0 else members
                if members.min() == 0 and members.max() == 1 and members.sum() <= most:
                    way = tuple(
                        zip(places, (sign if (sign @ sets[list(places)]).max() == 1 else -sign).tolist(), strict=True)
                    )
                    found.setdefault(tuple(members.tolist()), way)
    return found


def _value(bundles: Bundles, people: str, sets: list[Published], members: tuple[int, ...], ways) -> str:
    """What follows of the set's share, and the truth."""
    n = sum(sign * sets[place].n for place, sign in ways)
    if n <= 0:
        return ""
    safe = sum(sign * sets[place].n * sets[place].safe for place, sign in ways) / n
    half = sum(
        sets[place].n * sets[place].half_safe + sets[place].half_n * abs(sets[place].safe - safe) for place, _ in ways
    )
    inside = bundles.register["institution_id"][np.array(members, bool)]
    rows = bundles.truth.rows(people)
    rows = rows[rows["institution_id"].isin(inside)]
    true = (rows["safe"] * rows["weight"]).sum() / rows["weight"].sum() if len(rows) else np.nan
    return f" = {safe:.3f} ± {half / n:.3f} of {n:.0f} (true {true:.3f} of {len(rows)})"
