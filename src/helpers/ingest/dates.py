"""Dates as senders write them."""

from __future__ import annotations

import datetime

import numpy as np
import pandas as pd

FORMS = ("%d-%m-%Y", "%Y-%m-%d", "%d/%m/%Y", "%Y%m%d", "%d.%m.%Y", "%Y-%m-%d %H:%M:%S", "%d-%m-%Y %H:%M")


def as_date(value: object) -> datetime.date | None:
    """A date cell, or text such as ``31-12-2004`` or ``2004-12-31``; ``None`` for anything else."""
    if value is None or value is pd.NaT:
        return None
    if isinstance(value, datetime.datetime):
        return value.date()
    if isinstance(value, datetime.date):
        return value
    if isinstance(value, np.datetime64):
        return None if np.isnat(value) else pd.Timestamp(value).date()
    text = str(value).strip()
    for form in FORMS:
        try:
            return datetime.datetime.strptime(text, form).date()
        except ValueError:
            continue
    return None


def age_on(value: object, day: datetime.date) -> int | None:
    """Whole years on ``day`` of somebody born on ``value``; ``None`` if that is no date, or lies after it."""
    born = as_date(value)
    if born is None or born > day:
        return None
    return day.year - born.year - ((day.month, day.day) < (born.month, born.day))
