"""Groups of respondents by characteristics: derived columns, and shares and differences by them."""

from __future__ import annotations

import numpy as np
import pandas as pd

from helpers import characteristics, statistics
from helpers.characteristics import INSTITUTIONS, MISSING, Characteristic
from helpers.statistics.design import groups_of


def add_groups(rows: pd.DataFrame) -> pd.DataFrame:
    """The rows with the derived characteristics of respondents, for the columns that are there.

    Classes and combined codes are ordered categories, numbers are ``float64``.
    """
    every = [one for one in characteristics.load() if one.derived and INSTITUTIONS not in one.of]
    return rows.assign(**{one.name: _derived(rows, one) for one in every if set(one.sources) <= set(rows.columns)})


def parts(by: str) -> list[str]:
    """Columns of a grouping: one, or those of a crossing."""
    return by.split("*")


def codes(groups: pd.DataFrame, by: str) -> list[str]:
    """Category of each row of a table of groups: that of the one column, or those of a crossing joined alike."""
    columns = [groups[name].astype(str) for name in parts(by)]
    return ["*".join(values) for values in zip(*columns, strict=True)]


def code_of(name: object) -> str:
    """Category of a group as :func:`helpers.statistics.contrasts` names it."""
    return "*".join(map(str, name)) if isinstance(name, tuple) else str(name)


def with_classes(register: pd.DataFrame) -> pd.DataFrame:
    """The register with the characteristics by which institutions are grouped, those that are derived among them."""
    known = characteristics.load()
    derived = [one for one in map(known.get, known.institution()) if one.derived and one.name not in register]
    return register.assign(**{one.name: _derived(register, one) for one in derived})


def add_institution(rows: pd.DataFrame, register: pd.DataFrame) -> pd.DataFrame:
    """The rows with the characteristics of their institutions, the numbers that models use among them."""
    every = [one for one in characteristics.load() if INSTITUTIONS in one.of]
    about = {one.name: _derived(register, one) if one.derived else register[one.name] for one in every}
    order = pd.DataFrame(about).set_index(register["institution_id"]).reindex(rows["institution_id"].astype(object))
    return rows.assign(**{name: order[name].array for name in about})


def shares_by(rows: pd.DataFrame, by: str, cluster: str | None) -> pd.DataFrame:
    """Shares by a characteristic or crossing, with a row for respondents of whom it is not known (if there are any).

    Columns: by, category, and those of :func:`helpers.statistics.shares`.
    """
    columns = parts(by)
    shares = statistics.shares(rows, by=columns, cluster=cluster)
    shares = shares.assign(by=by, category=codes(shares, by)).drop(columns=columns)
    unknown = rows[rows[columns].isna().any(axis=1)]
    if unknown.empty:
        return shares
    rest = statistics.shares(unknown, cluster=cluster).assign(by=by, category=MISSING)
    return pd.concat([shares, rest], ignore_index=True)


def contrasts_by(rows: pd.DataFrame, by: str, cluster: str | None, least: int) -> pd.DataFrame:
    """:func:`helpers.statistics.contrasts` by a characteristic or crossing, of feeling safe and of feeling unsafe.

    Columns: by, ``share`` (safe or unsafe), a, b (categories as texts), difference, low, high, h.
    """
    parts_of = [
        statistics.contrasts(rows, parts(by), share=share, cluster=cluster, least=least).assign(share=share)
        for share in ("safe", "unsafe")
    ]
    pairs = pd.concat([part for part in parts_of if len(part)] or parts_of[:1], ignore_index=True)
    return pairs.assign(
        by=by, a=[code_of(name) for name in pairs["a"]], b=[code_of(name) for name in pairs["b"]]
    ).astype(dict.fromkeys(("difference", "low", "high", "h"), "float64"))


def _derived(rows: pd.DataFrame, one: Characteristic) -> pd.Series:
    """A derived characteristic: classes of a number, a number, or codes side by side; missing where a source is."""
    if not one.bins and one.times is None:
        index, groups = groups_of(rows, one.sources)
        names = groups.astype(str).agg(" ".join, axis=1)
        order = {code: place for place, code in enumerate(one.categories)}
        places = np.append([order.get(name, -1) for name in names], -1)
        return pd.Series(pd.Categorical.from_codes(places[index], list(one.categories), ordered=True), index=rows.index)
    values = rows[[*one.sources]].astype("float64").mean(axis=1, skipna=False)
    if one.times is not None:
        return values * one.times
    return pd.cut(values, bins=list(one.bins), labels=list(one.categories), ordered=True)
