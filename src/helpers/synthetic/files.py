"""Writing deliveries in their senders' formats, the same bytes for the same content."""

from __future__ import annotations

import datetime
import io
import zipfile
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import openpyxl
import pandas as pd
import pyreadstat

from helpers.synthetic.layouts import Variable

MADE = datetime.datetime(2023, 6, 1, 12, 0, 0)
"""Date that every synthetic file bears, so that no clock shows in it."""

_SAV_DATE = slice(92, 109)
"""Creation date (9) and time (8) in the header record of an SPSS system file."""


def write_sav(path: Path, rows: pd.DataFrame, layout: Sequence[Variable], extra: pd.DataFrame, labels: dict) -> None:
    """One SPSS file: delivered names and codes, labels, user-missing codes declared."""
    data = {variable.name: _delivered(rows[variable.source], variable) for variable in layout}
    frame = pd.DataFrame({**{name: extra[name] for name in extra}, **data})
    pyreadstat.write_sav(
        frame,
        str(path),
        column_labels={**labels, **{variable.name: variable.label for variable in layout}},
        variable_value_labels={
            variable.name: {**variable.words, **variable.missing}
            for variable in layout
            if variable.words or variable.missing
        },
        missing_ranges={variable.name: list(variable.missing) for variable in layout if variable.missing},
        variable_format={variable.name: "F8.4" for variable in layout if variable.source == "weight"},
        row_compress=True,
    )
    with open(path, "r+b") as file:
        file.seek(_SAV_DATE.start)
        file.write(MADE.strftime("%d %b %y%H:%M:%S").encode("ascii"))


def _delivered(column: pd.Series, variable: Variable) -> pd.Series:
    if variable.text:
        return column.astype(str)
    values = column.map(variable.codes) if variable.codes else column
    values = values.astype("float64")
    if variable.turned is not None:
        values = sum(variable.turned) - values
    if variable.missing:
        values = values.fillna(next(iter(variable.missing)))
    return values


def write_xlsx(path: Path, sheets: dict[str, Sequence[Sequence[object]]]) -> None:
    """A workbook of plain rows; its properties and zip entries bear :data:`MADE`."""
    book = openpyxl.Workbook()
    book.remove(book.active)
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append([_cell(value) for value in row])
    book.properties.creator = "synthetisch"
    book.properties.created = book.properties.modified = MADE
    buffer = io.BytesIO()
    book.save(buffer)
    path.write_bytes(_same_times(buffer.getvalue()))


def _cell(value: object) -> object:
    if value is None or (isinstance(value, float) and np.isnan(value)):
        return None
    return value.item() if isinstance(value, np.generic) else value


def _same_times(archive: bytes) -> bytes:
    """The same zip with every entry's time, and the time of last saving, set to :data:`MADE`."""
    result = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(archive)) as old, zipfile.ZipFile(result, "w", zipfile.ZIP_DEFLATED) as new:
        for entry in old.infolist():
            content = old.read(entry)
            if entry.filename == "docProps/core.xml":
                content = _fix_modified(content)
            info = zipfile.ZipInfo(entry.filename, MADE.timetuple()[:6])
            info.compress_type, info.external_attr = zipfile.ZIP_DEFLATED, 0o600 << 16
            new.writestr(info, content)
    return result.getvalue()


def _fix_modified(core: bytes) -> bytes:
    import re

    stamp = MADE.strftime("%Y-%m-%dT%H:%M:%SZ").encode()
    return re.sub(rb"(<dcterms:modified[^>]*>)[^<]*", rb"\g<1>" + stamp, core)


def write_register(path: Path, institutions: pd.DataFrame) -> None:
    """The register: semicolons, decimal commas, Windows-1252."""
    table = institutions.sort_values("institution_id")
    frame = pd.DataFrame(
        {
            "BRIN NUMMER": table["institution_id"],
            "NAAM INSTELLING": table["name"],
            "SOORT": table["kind"].map({"roc": "ROC", "aoc": "AOC", "vakinstelling": "Vakinstelling"}),
            "LANDSDEEL": table["region"].str.capitalize(),
            "AANTAL STUDENTEN": table["n_students"],
            "PERC NIET-WESTERS": (table["share_non_western"] * 100).round(1),
            "PERC BOL": (table["share_bol"] * 100).round(1),
            "G4/G40": table["urban"].map({True: "J", False: "N"}),
            "PEILDATUM": "01-10-2022",
        }
    )
    frame.to_csv(path, sep=";", decimal=",", index=False, encoding="cp1252", lineterminator="\r\n")
