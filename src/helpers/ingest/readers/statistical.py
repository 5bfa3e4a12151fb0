"""SPSS (.sav, .zsav, .por), Stata (.dta) and SAS (.sas7bdat, .xpt), through pyreadstat (ReadStat)."""

from __future__ import annotations

import struct
from dataclasses import dataclass, replace
from pathlib import Path

import pandas as pd
import pyreadstat

from helpers.ingest.account import Parts
from helpers.ingest.crosswalks import Crosswalk
from helpers.ingest.problems import Defect, Unreadable
from helpers.ingest.readers import encodings, isolated
from helpers.ingest.readers.delivered import Delivered

HEAD = 1 << 22
"""The dictionary of an SPSS file lies within so many bytes."""

NAMES = {
    ".sav": "SPSS",
    ".zsav": "SPSS (gecomprimeerd)",
    ".por": "SPSS Portable",
    ".dta": "Stata",
    ".sas7bdat": "SAS",
    ".xpt": "SAS-transportbestand",
}
UNCOUNTED = (".por", ".xpt")
"""Formats that do not say how many rows they have."""

CHARACTERS = ("encod", "convert", "character")
"""Words of ReadStat about bytes that are not in the encoding that the file names."""
OTHERS = {"WINDOWS-1252": "Windows-1252", "MACINTOSH": "Mac Roman", "CP850": "CP850 (DOS)", "UTF-8": "UTF-8"}


def read(path: Path, name: str, crosswalk: Crosswalk | None) -> Delivered:
    """Codes as they are, user-missing ones included; labels beside them. Raises :class:`Unreadable`."""
    suffix = path.suffix.lower()
    facts, doubts, limit = [], [], isolated.patience(path)
    try:
        frame, meta = isolated.call(_tabulate, path, suffix, seconds=limit)
    except isolated.Crashed:
        raise
    except Exception as error:
        if any(word in str(error).lower() for word in CHARACTERS):
            frame, meta = _in_another_encoding(path, suffix, name, limit)
            doubts.append(_other_encoding(name, meta.encoding))
        elif "date" in str(error):
            # a date that Python cannot hold (year 10000, say) does not make the file unreadable
            frame, meta = isolated.call(_tabulate, path, suffix, seconds=limit, disable_datetime_conversion=True)
            facts.append("datums buiten het bereik: als getal gelezen")
        else:
            raise
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
        doubts=(*doubts, *([_unproven(name, len(frame), NAMES[suffix])] if suffix in UNCOUNTED else [])),
        facts=(f"{NAMES[suffix]}, tekens: {meta.encoding or 'niet vermeld'}", *facts),
        parts=(
            Parts("rijen", promised or (meta.rows if (meta.rows or -1) >= 0 else len(frame)), len(frame)),
            Parts("kolommen", meta.columns, len(frame.columns)),
        ),
    )


def _in_another_encoding(path: Path, suffix: str, name: str, limit: float) -> tuple[pd.DataFrame, _About]:
    """The table in the encoding that makes its texts likeliest, where the one that the file names is impossible."""
    found = []
    for prior, encoding in enumerate(OTHERS):
        try:
            frame, meta = isolated.call(_tabulate, path, suffix, seconds=limit, encoding=encoding)
        except isolated.Crashed:
            raise
        except Exception:
            continue
        words = encodings.words_of("\x1f".join(_texts(frame, meta)))
        odd = [encodings.oddness(word) for word in words]
        found.append((prior + sum(odd), max(odd, default=0.0), frame, replace(meta, encoding=OTHERS[encoding])))
    found.sort(key=lambda each: each[:2])
    if not found or found[0][1] >= encodings.STRANGE:
        raise Unreadable(
            name,
            "tekens die niet bestaan in de codering die het bestand noemt",
            "tekst in de codering die het bestand noemt",
            "Vraag de afzender het opnieuw op te slaan, in Unicode.",
        )
    return found[0][2:]


def _texts(frame: pd.DataFrame, meta: _About) -> list[str]:
    values = [value for column in frame if frame[column].dtype == object for value in pd.unique(frame[column].dropna())]
    labels = [label for own in meta.value_labels.values() for label in own.values()]
    return [str(text) for text in (*values, *meta.labels.values(), *labels) if isinstance(text, str)]


def _other_encoding(name: str, encoding: str | None) -> Defect:
    found = f"tekens die niet bestaan in de codering die het bestand noemt; gelezen als {encoding}"
    remedy = "Kijk of namen en woorden goed zijn gelezen, en vraag de afzender anders het bestand in Unicode."
    return Defect(name, "", found, "tekst in de codering die het bestand noemt", remedy, rule="text_encoding")


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


def _unproven(name: str, rows: int, kind: str) -> Defect:
    """Damage can cost such a file a row that nothing in it gives away; the other formats state their rows."""
    remedy = "Vraag de afzender of dit aantal klopt, of om een .sav-bestand."
    allowed = "een bestand dat zijn aantal rijen noemt"
    found = f"{rows} rijen in een {'Portable-bestand' if 'Portable' in kind else kind}"
    return Defect(name, "", found, allowed, remedy, rule="rows_unproven")


@dataclass(frozen=True)
class _About:
    """What a file says about its table."""

    rows: int | None
    columns: int
    labels: dict[str, str]
    value_labels: dict[str, dict]
    missing: dict[str, list]
    encoding: str | None


def _tabulate(path: Path, suffix: str, **options: object) -> tuple[pd.DataFrame, _About]:
    if suffix == ".por":
        frame, meta = pyreadstat.read_por(str(path), apply_value_formats=False, **options)
    elif suffix == ".xpt":
        frame, meta = pyreadstat.read_xport(str(path), **options)
    elif suffix == ".sas7bdat":
        frame, meta = pyreadstat.read_sas7bdat(str(path), user_missing=True, **options)
    elif suffix == ".dta":
        frame, meta = pyreadstat.read_dta(str(path), user_missing=True, apply_value_formats=False, **options)
    else:
        frame, meta = pyreadstat.read_sav(str(path), user_missing=True, apply_value_formats=False, **options)
    labels = {column: label for column, label in meta.column_names_to_labels.items() if label}
    values = dict(meta.variable_value_labels or {})
    return frame, _About(meta.number_rows, meta.number_columns, labels, values, _missing(meta), meta.file_encoding)


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
