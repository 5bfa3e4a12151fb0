"""SPSS (.sav, .zsav, .por) and Stata (.dta), through pyreadstat (ReadStat)."""

from __future__ import annotations

import struct
from dataclasses import dataclass
from pathlib import Path

import pandas as pd
import pyreadstat

from helpers.ingest.crosswalks import Crosswalk
from helpers.ingest.problems import Defect, Unreadable
from helpers.ingest.readers import isolated
from helpers.ingest.readers.delivered import Delivered

HEAD = 1 << 22
"""The dictionary of an SPSS file lies within so many bytes."""

NAMES = {".sav": "SPSS", ".zsav": "SPSS (gecomprimeerd)", ".por": "SPSS Portable", ".dta": "Stata"}


def read(path: Path, name: str, crosswalk: Crosswalk | None) -> Delivered:
    """Codes as they are, user-missing ones included; labels beside them. Raises :class:`Unreadable`."""
    suffix = path.suffix.lower()
    facts, limit = [], isolated.patience(path)
    try:
        frame, meta = isolated.call(_tabulate, path, suffix, seconds=limit)
    except isolated.Crashed:
        raise
    except Exception as error:
        if "date" not in str(error):
            raise
        # a date that Python cannot hold (year 10000, say) does not make the file unreadable
        frame, meta = isolated.call(_tabulate, path, suffix, seconds=limit, disable_datetime_conversion=True)
        facts.append("datums buiten het bereik: als getal gelezen")
    if meta.rows is not None and 0 <= meta.rows != len(frame):
        raise Unreadable(
            name,
            f"{len(frame)} rijen waar de kop van het bestand er {meta.rows} belooft",
            "een heel bestand",
            "Het is bij het versturen afgekapt: vraag de afzender het opnieuw te sturen.",
        )
    promised = _second_count(path) if suffix in (".sav", ".zsav") else None
    if promised is not None and promised != len(frame):
        raise Unreadable(
            name,
            f"{len(frame)} rijen waar het bestand er elders {promised} noemt",
            "een heel bestand",
            "De kop van het bestand is beschadigd: vraag de afzender het opnieuw te sturen.",
        )
    if not len(frame.columns):
        raise Unreadable(name, "een bestand zonder kolommen", "een tabel", "Vraag de afzender het opnieuw te sturen.")
    return Delivered(
        frame=frame,
        labels=meta.labels,
        value_labels=meta.value_labels,
        missing=meta.missing,
        doubts=(_unproven(name, len(frame)),) if suffix == ".por" else (),
        facts=(f"{NAMES[suffix]}, tekens: {meta.encoding or 'niet vermeld'}", *facts),
    )


def _second_count(path: Path) -> int | None:
    """The number of cases as an SPSS file repeats it in 64 bits (extension record 16); ``None`` if it does not.

    The count in the header decides how many rows are read; a bit that changed there would cost rows in silence.
    """
    with path.open("rb") as file:
        head = file.read(HEAD)
    for order in "<>":
        place = head.find(struct.pack(f"{order}4iq", 7, 16, 8, 2, 1))
        if 0 <= place <= len(head) - 32:
            return struct.unpack_from(f"{order}q", head, place + 24)[0]
    return None


def _unproven(name: str, rows: int) -> Defect:
    """Damage can cost a Portable file a row that nothing in it gives away; the other formats state their rows."""
    remedy = "Vraag de afzender of dit aantal klopt, of om een .sav-bestand."
    allowed = "een bestand dat zijn aantal rijen noemt"
    return Defect(name, "", f"{rows} rijen in een Portable-bestand", allowed, remedy, rule="rows_unproven")


@dataclass(frozen=True)
class _About:
    """What a file says about its table."""

    rows: int | None
    labels: dict[str, str]
    value_labels: dict[str, dict]
    missing: dict[str, list]
    encoding: str | None


def _tabulate(path: Path, suffix: str, **options: bool) -> tuple[pd.DataFrame, _About]:
    if suffix == ".por":
        frame, meta = pyreadstat.read_por(str(path), apply_value_formats=False, **options)
    elif suffix == ".dta":
        frame, meta = pyreadstat.read_dta(str(path), user_missing=True, apply_value_formats=False, **options)
    else:
        frame, meta = pyreadstat.read_sav(str(path), user_missing=True, apply_value_formats=False, **options)
    labels = {column: label for column, label in meta.column_names_to_labels.items() if label}
    about = _About(meta.number_rows, labels, dict(meta.variable_value_labels or {}), _missing(meta), meta.file_encoding)
    return frame, about


def _missing(meta: object) -> dict[str, list]:
    """Codes that the sender declared missing, by column."""
    found: dict[str, list] = {}
    for column, ranges in (getattr(meta, "missing_ranges", None) or {}).items():
        found[column] = [
            each if not isinstance(each, dict) else each["lo"] if each["lo"] == each["hi"] else (each["lo"], each["hi"])
            for each in ranges
        ]
    for column, codes in (getattr(meta, "missing_user_values", None) or {}).items():
        found.setdefault(column, []).extend(codes)
    return found
