"""Data sets that come with R's packages, as pandas tables, and expressions computed by R itself."""

from __future__ import annotations

import numpy as np
import pandas as pd

from helpers.models.lme4 import own_environment


def _robjects():
    """R's objects, without what R's start does to the environment of later processes, notebooks' kernels among them."""
    with own_environment():
        from rpy2 import robjects
    return robjects


def evaluate(code: str) -> np.ndarray:
    """Numbers that R computes, in R's order (matrices column by column)."""
    robjects = _robjects()
    return np.array(robjects.r(code), dtype=float)


def give(**frames: pd.DataFrame) -> None:
    """Tables that R then knows by these names."""
    robjects = _robjects()
    from rpy2.robjects import default_converter, pandas2ri

    with (default_converter + pandas2ri.converter).context():
        for name, frame in frames.items():
            robjects.globalenv[name] = frame


def data(package: str, name: str, expression: str = "") -> pd.DataFrame:
    """A data set; ``expression`` is R code that gives the table if it is not the data set itself."""
    robjects = _robjects()
    from rpy2.robjects import default_converter, pandas2ri

    code = f"suppressPackageStartupMessages(library({package})); data({name}, package = '{package}'); "
    table = robjects.r(code + f"as.data.frame({expression or name})")
    with (default_converter + pandas2ri.converter).context():
        return robjects.conversion.get_conversion().rpy2py(table).reset_index(drop=True)


def herds() -> pd.DataFrame:
    """lme4's own example as respondents: one row an animal, the herd as its institution."""
    rows = []
    for row in data("lme4", "cbpp").itertuples():
        answers = [5] * int(row.incidence) + [1] * (int(row.size) - int(row.incidence))
        rows += [{"institution_id": str(row.herd), "period": row.period, "feels_safe": answer} for answer in answers]
    frame = pd.DataFrame(rows)
    return frame.assign(
        period=pd.Categorical(frame["period"], list("1234"), ordered=True),
        feels_safe=frame["feels_safe"].astype("Int32"),
    )
