"""Incidents that institutions registered: who could deliver them, and how many there were."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import pandas as pd

from helpers import dutch, schema
from helpers.chapters.view import Absent, View, unless_left_out
from helpers.errors import MonitorError
from helpers.ingest import comparability
from helpers.publish import Cells, Field, Table
from helpers.values import UNTOLD, Label, Number, Part, Share

if TYPE_CHECKING:
    from helpers.story import Report

RATE = Field(f"Per {dutch.number(comparability.PER)} studenten", "rate", partial(dutch.number, decimals=1))


class Registration(View):
    """How many institutions delivered incidents, and why others did not.

    In templates: ``delivered``, ``lacking`` and ``total`` (numbers of institutions), ``share`` (delivered of total),
    ``reasons`` (each with ``reason`` and ``institutions``).
    """

    def __init__(self, report: Report) -> None:
        practice = report.analysis("registration")
        cells = Cells(
            practice, keys=["delivered", "reason"], hide=["institutions"], kind="frequency", open="institutions"
        )
        super().__init__(report, cells)
        came = self._data["delivered"].astype(bool)
        delivered, total = self._data.loc[came, "institutions"].sum(), self._data["institutions"].sum()
        self.delivered, self.lacking, self.total = Number(delivered), Number(total - delivered), Number(total)
        self.share = Share(delivered / total if total else float("nan"))
        why = self._data[~came].sort_values(["institutions", "reason"], ascending=[False, True])
        self._why = why.reset_index(drop=True)
        self.reasons = [
            Part(reason=Label(str(row["reason"])), institutions=Number(row["institutions"]))
            for _, row in why.iterrows()
        ]

    def table(self, id: str, caption: str) -> Table | None:
        """Why institutions could not deliver; ``caption``: a template. The sector's only; none where all could."""
        if not self._report.is_sector or self._why.empty:
            return None
        fields = [Field("Reden", "reason"), Field("Instellingen", "institutions", dutch.number)]
        cells = Cells(self._why, keys=["reason"], hide=["institutions"], kind="frequency", open="institutions")
        return self._table(id, caption, fields, cells)


def registration(report: Report) -> Registration | Absent:
    """How many institutions delivered incidents, and why others did not."""
    return unless_left_out(report, "incidents", Registration)


class Delivery(View):
    """What the institution itself delivered about incidents; ``empty`` where nothing was received.

    In templates: ``delivered`` (yes or no), ``reason`` (why not, where it was given), ``kind`` of period and
    ``periods`` (in words); ``comparable`` with others (yes or no), ``partly``, and ``why`` not.
    """

    def __init__(self, report: Report) -> None:
        super().__init__(
            report, Cells(_delivery(report), keys=[], hide=list(NOTHING), kind="frequency", open="own_registration")
        )
        row = pd.Series(NOTHING, dtype=object) if self.empty else self._data.iloc[0]
        self.delivered = bool(row["delivered"])
        self.comparable = bool(row["comparable"] == comparability.FULL)
        self.partly = bool(row["comparable"] == comparability.PARTIAL)
        self.reason, self.kind = _label(row["reason"]), _label(row["kind"])
        self.periods, self.why = _label(row["periods"]), _label(row["why"])


NOTHING = {"delivered": False, "reason": pd.NA, "kind": pd.NA, "periods": pd.NA, "comparable": "", "why": pd.NA}
"""What is known of a delivery: of none."""


def _delivery(report: Report) -> pd.DataFrame:
    """What is known of the unit's delivery, by the names of :data:`NOTHING`: one row, or none."""
    rows = report.rows("incidents")
    if rows.empty:
        return pd.DataFrame(columns=list(NOTHING))
    if not rows["delivered"].all():
        reasons = rows["reason"].dropna()
        return pd.DataFrame([NOTHING | {"reason": reasons.iloc[0] if len(reasons) else pd.NA}])
    known = {
        "delivered": True,
        "kind": schema.LABELS["period_kind"][rows["period_kind"].iloc[0]],
        "periods": dutch.enumerate_words(sorted(set(rows["period"]))),
        "comparable": comparability.FULL,
    }
    against = report.analysis("incident_reference")
    if len(against):
        own = comparability.own_row(report.unit, rows, tuple(against.iloc[0]))
        known |= {"comparable": own["comparable"], "why": own["reason"]}
    return pd.DataFrame([NOTHING | known])


def _label(value: object) -> Label:
    return UNTOLD if pd.isna(value) else Label(str(value))


def delivery(report: Report) -> Delivery | Absent:
    """What the institution itself delivered about incidents, or why it could not (institution reports only)."""
    if report.is_sector:
        raise MonitorError("report.delivery() is about one institution: put it under `if not report.is_sector:`.")
    return unless_left_out(report, "incidents", Delivery)


class OwnIncidents(View):
    """Numbers of incidents that the institution registered, by category and period; ``empty`` without any."""

    def __init__(self, report: Report) -> None:
        rows = report.rows("incidents")
        rows = rows[rows["delivered"] & rows["category"].notna()]
        data = rows.assign(
            label=[schema.LABELS["category"][code] for code in rows["category"]],
            text=[
                dutch.number(count) if status == "exact" else schema.LABELS["status"][status]
                for count, status in zip(rows["count"], rows["status"], strict=True)
            ],
            rate=_own_rates(report, rows),
        ).sort_values(["period", "category"])
        super().__init__(
            report,
            Cells(data, keys=["period", "label"], hide=["text", "rate"], kind="frequency", open="own_registration"),
        )

    def table(self, id: str, caption: str) -> Table | None:
        """A row a period and category; ``caption``: a template. None without incidents."""
        fields = [Field("Periode", "period"), Field("Soort incident", "label"), Field("Aantal", "text", str), RATE]
        return None if self.empty else self._table(id, caption, fields)


def _own_rates(report: Report, rows: pd.DataFrame) -> pd.Series:
    """Incidents per :data:`comparability.PER` students, only in the period in which institutions are compared."""
    against = report.analysis("incident_reference")
    students = report.institution["n_students"]
    if against.empty or pd.isna(students):
        return pd.Series(float("nan"), index=rows.index)
    comparable = comparability.comparable_rows(rows, tuple(against.iloc[0])).index
    rates = rows["count"].astype("float64") / float(students) * comparability.PER
    return rates.where(rows.index.isin(comparable))


class SectorIncidents(View):
    """Incidents by category over the institutions of which the figures can be compared.

    In templates: ``period`` (hidden where too few can be compared), ``delivered`` (institutions), of which
    ``wholly``, ``partly`` and ``not_at_all`` can be compared.
    """

    def __init__(self, report: Report) -> None:
        data = report.analysis("incident_rates")
        data = data[data["institutions"] >= report.settings.disclosure.least_institutions]
        data = data.assign(label=[schema.LABELS["category"][code] for code in data["category"]])
        cells = Cells(
            data,
            keys=["label"],
            hide=["institutions", "count", "rate"],
            kind="frequency",
            count="students",
            source="incidents",
            largest="largest",
            two="two",
            ranked="rate",
        )
        super().__init__(report, cells)
        counts = report.analysis("comparability").assign(period=data["period"].max())
        found = Cells(
            counts, keys=["comparable", "period"], hide=["institutions"], kind="frequency", open="institutions"
        )
        told = found.release(report.settings.rulebook).data.set_index("comparable")
        by = told["institutions"]
        self.period = _label(told["period"].iloc[0])
        self.delivered = Number(by.sum())
        self.wholly, self.partly, self.not_at_all = (
            Number(by[each]) for each in (comparability.FULL, comparability.PARTIAL, comparability.NONE)
        )

    def table(self, id: str, caption: str) -> Table | None:
        """A row a category; ``caption``: a template. None where too few institutions can be compared."""
        fields = [
            Field("Soort incident", "label"),
            Field("Instellingen", "institutions", dutch.number),
            Field("Incidenten", "count", dutch.number),
            RATE,
        ]
        return None if self.empty else self._table(id, caption, fields)


def incidents(report: Report) -> OwnIncidents | SectorIncidents | Absent:
    """Numbers of incidents by category: the unit's own, or rates over the institutions that can be compared."""
    reason = report.left_out("incidents")
    if reason is not None:
        return Absent(reason)
    return SectorIncidents(report) if report.is_sector else OwnIncidents(report)
