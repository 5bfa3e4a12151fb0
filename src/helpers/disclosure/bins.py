"""How values of institutions lie, without any one of them: bins with enough institutions each, open at both ends.

An institution's share with its interval is as good as its name: the interval tells how many answered, and how many
students an institution has is public. A number of institutions between two round limits tells neither.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

WIDTHS = (0.01, 0.02, 0.05, 0.1, 0.2)
"""Widths of bins, in shares: the narrowest that gives no more than :data:`MOST` of them."""
MOST = 8


def bins(values: Sequence[float], least: int) -> pd.DataFrame:
    """Institutions by value.

    Parameters
    ----------
    values
        A share, or a difference of shares, of each institution.
    least
        Institutions in a bin, at the least.

    Returns
    -------
    pandas.DataFrame
        One row a bin, from low to high: ``low`` (missing in the first), ``high`` (missing in the last) and
        ``institutions``. None where there are not enough institutions for two bins.
    """
    known = np.sort(np.asarray(values, dtype=float))
    known = known[~np.isnan(known)]
    found = []
    for width in WIDTHS:
        found = _merged(known, width, least)
        if len(found) <= MOST:
            break
    if len(found) < 2:
        found = []
    data = pd.DataFrame(found, columns=["low", "high", "institutions"])
    if len(data):
        data.loc[data.index[0], "low"], data.loc[data.index[-1], "high"] = np.nan, np.nan
    return data.astype({"low": float, "high": float, "institutions": "int64"})


def _merged(known: np.ndarray, width: float, least: int) -> list[list[float]]:
    """Bins of one width, joined with the next until there are enough in them."""
    place = np.floor(np.round(known / width, 9))
    found: list[list[float]] = []
    if not len(place):
        return found
    low, inside = place[0], 0
    for step in np.arange(place[0], place[-1] + 1):
        inside += int((place == step).sum())
        if inside >= least:
            found.append([round(low * width, 9), round((step + 1) * width, 9), inside])
            low, inside = step + 1, 0
    if inside and found:
        found[-1][1] = round((place[-1] + 1) * width, 9)
        found[-1][2] += inside
    return found
