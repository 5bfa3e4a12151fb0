"""Applying a crosswalk: delivered columns and codes -> canonical ones, every value accounted for."""

from __future__ import annotations

import math
import re
from dataclasses import asdict, dataclass, field

import numpy as np
import pandas as pd

from helpers import schema
from helpers.ingest import dates, numbers, privacy
from helpers.ingest.crosswalks import Crosswalk, Mapping
from helpers.ingest.headings import hint
from helpers.ingest.problems import Defect
from helpers.ingest.readers.delivered import LISTED, Delivered, rows_words
from helpers.ingest.readers.sheets import Amount
from helpers.ingest.words import nearest, visible

__all__ = ["Account", "Mapped", "apply", "check_columns", "dtype_of", "key_of", "rows_words"]


@dataclass(frozen=True)
class Account:
    """Where the values of one delivered column went: ``rows = mapped + missing + empty + unknown``."""

    column: str
    source: str
    rows: int
    mapped: int
    missing: int
    empty: int
    unknown: int

    def to_dict(self) -> dict[str, object]:
        """For a JSON file."""
        return asdict(self)


@dataclass
class Mapped:
    """A canonical frame on its way: with the sender's row numbers as index, until it is written."""

    frame: pd.DataFrame
    accounts: list[Account] = field(default_factory=list)
    defects: list[Defect] = field(default_factory=list)


def check_columns(delivered: Delivered, crosswalk: Crosswalk, name: str) -> list[Defect]:
    """Delivered columns that are lacking, unknown or double."""
    columns = [str(column) for column in delivered.frame.columns]
    expected = crosswalk.expected()
    unknown = [column for column in columns if column not in expected and not crosswalk.ignores(column)]
    defects = []
    for source, column in expected.items():
        if source in columns or crosswalk.columns[column].optional:
            continue
        near = nearest(source, unknown)
        remedy = (
            f"Heet die nu ‘{visible(near)}’? Verander dan `from` in de crosswalk."
            if near
            else "Vraag de afzender erom, of verbeter de crosswalk."
        )
        defects.append(
            Defect(
                name,
                f"kolom ‘{source}’",
                "geen zo'n kolom",
                f"‘{source}’ (voor {column})",
                remedy,
                rule="column_missing",
            )
        )
    for column in dict.fromkeys(unknown):
        kind = privacy.by_header(column, delivered.labels.get(column, ""))
        kind = kind or privacy.by_values(_one(delivered.frame, column))
        defects.append(_unexpected(name, column, kind))
    for column in sorted({column for column in columns if columns.count(column) > 1}):
        asked = delivered.labels.get(column, "")
        defects.append(
            Defect(
                name,
                _column(column),
                "de kolom twee keer" + (f" (‘{visible(asked, 120)}’)" if asked else ""),
                "elke kolom één keer",
                "Haal een van de twee weg.",
                rule="column_double",
            )
        )
    return defects


def _unexpected(name: str, column: str, kind: str | None) -> Defect:
    if kind is None:
        remedy = "Neem haar op in de crosswalk, onder `columns` of onder `ignore`."
        allowed = "kolommen van de crosswalk"
        return Defect(
            name, _column(column), "een kolom die niemand verwacht", allowed, remedy, rule="column_unexpected"
        )
    return Defect(
        name,
        _column(column),
        f"wat lijkt op een {kind}",
        "geen persoonsgegevens",
        "Verwijder dit bestand, en vraag de afzender het zonder deze kolom te sturen.",
        rule="identifier_column",
    )


def _column(column: str) -> str:
    return f"kolom ‘{visible(column)}’" if column else "een kolom zonder naam"


def _one(frame: pd.DataFrame, column: str) -> pd.Series:
    """The column, or the first of those with its name."""
    found = frame[column]
    return found.iloc[:, 0] if isinstance(found, pd.DataFrame) else found


def apply(delivered: Delivered, crosswalk: Crosswalk, name: str) -> Mapped:
    """Canonical columns in the schema's order and types, what was wrong with their values, and the accounts.

    The frame's index holds the row numbers that the sender sees.
    """
    frame = delivered.frame
    frame.index = frame.index + delivered.first_row
    mapped = Mapped(pd.DataFrame(index=frame.index))
    result: dict[str, pd.Series] = {}
    for column, about in schema.TABLES[crosswalk.table].items():
        mapping = crosswalk.columns.get(column)
        if mapping is None or mapping.source not in frame.columns:
            nothing = np.nan if about.kind == "number" else pd.NA
            result[column] = pd.Series(nothing, index=frame.index, dtype=dtype_of(about))
            continue
        job = _Column(delivered, crosswalk, column, about, mapping, name)
        result[column] = job.convert(frame[mapping.source])
        mapped.defects += job.defects
        mapped.accounts.append(job.account)
    mapped.frame = pd.DataFrame(result, index=frame.index)
    if crosswalk.key is not None and crosswalk.key in frame.columns:
        mapped.defects += _double_keys(frame[crosswalk.key], crosswalk.key, delivered, name)
    return mapped


def _double_keys(keys: pd.Series, column: str, delivered: Delivered, name: str) -> list[Defect]:
    double = keys[keys.duplicated(keep=False) & keys.notna()]
    if double.empty:
        return []
    place = delivered.place(column, double.index)
    found = f"{double.nunique()} sleutels die vaker voorkomen, samen {len(double)} rijen"
    remedy = "Staat een respondent er twee keer in? Vraag de afzender het bestand te ontdubbelen."
    return [Defect(name, place, found, "elke sleutel één keer", remedy, rule="key_double")]


class _Column:
    """The conversion of one column, and what it found."""

    def __init__(self, delivered: Delivered, crosswalk: Crosswalk, column, about, mapping: Mapping, name: str) -> None:
        self.delivered, self.mapping, self.about = delivered, mapping, about
        self.column, self.name = column, name
        self.declared = delivered.missing.get(mapping.source, [])
        # an empty cell is no answer, unless the crosswalk says what it means (a box that was not ticked)
        self.missing = {key_of(code) for code in mapping.missing} | ({""} - {key_of(code) for code in mapping.values})
        self.defects: list[Defect] = []
        self.account = Account(column, mapping.source, 0, 0, 0, 0, 0)

    def tell(self, rows: np.ndarray, found: str, allowed: str, remedy: str, rule: str) -> None:
        place = self.delivered.place(self.mapping.source, rows)
        self.defects.append(Defect(self.name, place, found, allowed, remedy, rule=rule))

    def _keys(self, uniques) -> list[str]:
        """By what the delivered values are compared; a code may have been written as a number with decimals."""
        keys = [key_of(value) for value in uniques.tolist()]
        typed = pd.api.types.is_numeric_dtype(uniques.dtype)
        if typed or self.about.kind not in ("category", "boolean", "integer", "number"):
            return keys
        known = {key_of(code) for code in self.mapping.values} | self.missing
        return [key if key in known or code_of(key) not in known else code_of(key) for key in keys]

    def convert(self, column: pd.Series) -> pd.Series:
        """The canonical values."""
        delivered, column = column, self._on_scale(column)
        if "" not in self.missing:
            column = column.astype(object).where(column.notna(), "")
        codes, uniques = pd.factorize(column, use_na_sentinel=True)
        keys = self._keys(uniques)
        counts = np.bincount(codes[codes >= 0], minlength=len(keys))
        absent = [self._is_missing(key) for key in keys]
        if self.mapping.born is not None:
            values, known = self._ages(uniques, keys, absent)
        elif self.about.kind in ("category", "boolean"):
            values, known = self._mapped(keys, absent)
        elif self.about.kind in ("integer", "number"):
            values, known = self._numbers(uniques, keys, absent)
            self._tell_fractions(np.array([*values, np.nan], dtype=float)[codes], delivered)
        else:
            values = [None if gone else key for key, gone in zip(keys, absent, strict=True)]
            known = [True] * len(keys)
        self._tell_declared(codes, column.index.to_numpy(), keys)
        self._tell_unknown(codes, column.index.to_numpy(), keys, counts, known, absent)
        self._count(codes, keys, counts, known, absent)
        return self._series(codes, values, column.index)

    def _on_scale(self, column: pd.Series) -> pd.Series:
        """Cells with a percent format hold fractions, whatever the crosswalk says of the column's other numbers."""
        if self.about.kind != "number" or column.dtype != object or not any(map(_is_percent, column)):
            return column
        return column.map(lambda cell: round(float(cell) / self.mapping.scale, 12) if _is_percent(cell) else cell)

    def _tell_fractions(self, shares: np.ndarray, column: pd.Series) -> None:
        """Numbers of at most one in a column of percentages may be shares as fractions: most of them, or a few."""
        if self.mapping.unit != "procent" or self.mapping.scale == 1:
            return
        filled = ~column.map(_says_percent).to_numpy(dtype=bool) & (shares > 0)
        small = filled & (shares <= self.mapping.scale)
        if not small.any():
            return
        times = "één getal" if small.sum() == 1 else f"{int(small.sum())} getallen"
        remedy = "Vraag de afzender of dit breuken zijn (0,157 voor 15,7 procent), en dan om procenten in elke rij."
        rule = "share_scale" if 2 * small.sum() >= filled.sum() else "account_doubt"
        rows = column.index.to_numpy()[small]
        self.tell(rows, f"{times} van hoogstens 1 in een kolom met procenten", "procenten", remedy, rule)

    def _is_missing(self, key: str) -> bool:
        if key in self.missing:
            return True
        return any(_declared(key, code) for code in self.declared)

    def _tell_declared(self, codes, rows, keys: list[str]) -> None:
        """Answers that the sender declared missing, and the crosswalk did not: they would vanish."""
        if not self.declared:
            return
        gone = [key for key in self._answers(keys) if key not in self.missing]
        gone = [key for key in gone if any(_declared(key, code) for code in self.declared)]
        if not gone:
            return
        where = rows[np.isin(codes, [i for i, key in enumerate(keys) if key in gone])]
        more = f" en {len(gone) - LISTED} andere" if len(gone) > LISTED else ""
        found = f"code {', '.join(gone[:LISTED])}{more}, die de afzender als ontbrekend aanmerkt"
        times = f", {'één keer' if len(where) == 1 else f'{len(where)} keer'}" if len(where) else ""
        remedy = "Vraag de afzender wat klopt; zet de code anders onder `missing` in de crosswalk."
        self.tell(where, found + times, "een code die een antwoord is", remedy, "missing_conflict")

    def _answers(self, keys: list[str]) -> list[str]:
        """Codes that the crosswalk takes for answers: those it lists, or every number within the column's bounds."""
        if self.about.kind not in ("integer", "number"):
            return [key_of(code) for code in self.mapping.values]
        low, high = self.about.low, self.about.high
        ends = (-np.inf if low is None else low, np.inf if high is None else high)
        if self.mapping.turned is None:
            first, last = (end / self.mapping.scale for end in ends)
        else:
            first, last = (sum(self.mapping.turned) - end for end in reversed(ends))
        listed = self.about.kind == "integer" and low is not None and high is not None
        whole = [str(number) for number in range(math.ceil(first), math.floor(last) + 1)] if listed else []
        return list(dict.fromkeys([*whole, *(key for key in keys if first <= numbers.parse(key, ".") <= last)]))

    def _mapped(self, keys: list[str], absent: list[bool]) -> tuple[list, list[bool]]:
        accepted = {key_of(code): value for code, value in self.mapping.values.items()}
        boolean = self.about.kind == "boolean"
        values = [
            None if gone or key not in accepted else accepted[key] if boolean else str(accepted[key])
            for key, gone in zip(keys, absent, strict=True)
        ]
        return values, [key in accepted for key in keys]

    def _numbers(self, uniques, keys: list[str], absent: list[bool]) -> tuple[list, list[bool]]:
        decimal = self.delivered.decimals.get(self.mapping.source)
        if getattr(uniques, "dtype", None) == np.dtype("float64"):
            values = np.where(np.array(absent, dtype=bool) | ~np.isfinite(uniques), np.nan, uniques)
        else:
            read = [
                np.nan if gone else self._number(value, decimal) for value, gone in zip(uniques, absent, strict=True)
            ]
            values = np.array(read, dtype=float)
        known = ~np.isnan(values)
        if self.about.kind == "integer":
            # a scale factor may make whole numbers of fractions; a share of a cent must not be rounded away
            scaled = values * self.mapping.scale
            known &= numbers.whole(scaled) | np.isnan(scaled)
        values = np.where(known, values * self.mapping.scale, np.nan)
        if self.mapping.turned is not None:
            values = sum(self.mapping.turned) - values
        return list(values), list(known)

    def _number(self, value: object, decimal: str | None) -> float:
        """A typed cell is its number; text is parsed in the column's dialect, a percent sign only for percentages."""
        if isinstance(value, (int, float, np.integer, np.floating)) and not isinstance(value, bool):
            return float(value) if np.isfinite(value) else np.nan
        text = str(value).strip()
        return numbers.parse(text.removesuffix("%") if self.mapping.unit == "procent" else text, decimal)

    def _ages(self, uniques, keys: list[str], absent: list[bool]) -> tuple[list, list[bool]]:
        """Age classes on the reference date; the dates themselves go no further."""
        found = dates.read([None if gone else value for value, gone in zip(uniques, absent, strict=True)])
        if found.question:
            remedy = "Vraag de afzender hoe de datums zijn geschreven."
            self.tell(np.array([], dtype=int), found.question, "één vorm, die zeker is", remedy, "value_type")
        ages = [dates.age_on(day, self.mapping.born) for day in found.values]
        return [age_class(age, self.about.categories) for age in ages], [age is not None for age in ages]

    def _tell_unknown(self, codes, rows, keys, counts, known, absent) -> None:
        wrong = [i for i in range(len(keys)) if not known[i] and not absent[i]]
        wrong.sort(key=lambda i: -counts[i])
        for i in wrong[:LISTED]:
            where = rows[np.flatnonzero(codes == i)]
            times = "één keer" if counts[i] == 1 else f"{counts[i]} keer"
            remedy = hint(keys[i], self.mapping.values) + self._remedy() if keys[i].strip() else self._remedy()
            self.tell(where, self._found(keys[i], times), self._allowed(), remedy, self._rule())
        if len(wrong) > LISTED:
            rest = wrong[LISTED:]
            where = rows[np.isin(codes, rest)]
            found = f"nog {len(rest)} andere verkeerde waarden, samen {int(counts[rest].sum())} keer"
            self.tell(where, found, self._allowed(), self._remedy(), self._rule())

    def _rule(self) -> str:
        return "code_unknown" if self.about.kind in ("category", "boolean") and not self.mapping.born else "value_type"

    def _found(self, key: str, times: str) -> str:
        if self.mapping.born is not None:
            return f"iets dat geen datum is, {times}"
        return f"{'code ' if self._rule() == 'code_unknown' else ''}‘{visible(key, 40)}’, {times}"

    def _allowed(self) -> str:
        if self.mapping.born is not None:
            return "datums"
        if self._rule() == "code_unknown":
            gone = [f"{code} (ontbrekend)" for code in sorted(self.missing - {""})]
            words = [*(key_of(code) for code in self.mapping.values), *gone]
            return ", ".join(words[:25]) + (" …" if len(words) > 25 else "")
        return allowed_numbers(self.about)

    def _remedy(self) -> str:
        if self._rule() == "code_unknown":
            return "Zet de code onder `values` of `missing` in de crosswalk, of vraag de afzender wat hij betekent."
        return "Vraag de afzender het te verbeteren, of zet de code onder `missing` in de crosswalk."

    def _count(self, codes, keys, counts, known, absent) -> None:
        missing = sum(int(n) for n, key, gone in zip(counts, keys, absent, strict=True) if gone and key != "")
        blank = sum(int(n) for n, key, gone in zip(counts, keys, absent, strict=True) if gone and key == "")
        unknown = sum(int(n) for n, ok, gone in zip(counts, known, absent, strict=True) if not ok and not gone)
        empty = int((codes < 0).sum()) + blank
        mapped = len(codes) - missing - empty - unknown
        self.account = Account(self.column, self.mapping.source, len(codes), mapped, missing, empty, unknown)

    def _series(self, codes, values: list, index: pd.Index) -> pd.Series:
        kind = self.about.kind
        if kind in ("integer", "number"):
            numbers = np.array([*values, np.nan], dtype=float)[codes]
            if kind == "number":
                return pd.Series(numbers, index=index, dtype="float64")
            gone = np.isnan(numbers)
            whole = np.where(gone, 0, np.rint(np.clip(numbers, -(2**31), 2**31 - 1))).astype("int32")
            return pd.Series(pd.arrays.IntegerArray(whole, gone), index=index)
        if kind == "category":
            places = {category: i for i, category in enumerate(self.about.categories)}
            lookup = np.array([*(places.get(value, -1) for value in values), -1])
            return pd.Series(pd.Categorical.from_codes(lookup[codes], dtype=dtype_of(self.about)), index=index)
        if kind == "boolean":
            gone = np.array([*(value is None for value in values), True])[codes]
            true = np.array([*(value is True for value in values), False])[codes]
            return pd.Series(pd.arrays.BooleanArray(true, gone), index=index)
        return pd.Series(np.array([*values, None], dtype=object)[codes], dtype="string", index=index)


def _is_percent(cell: object) -> bool:
    return isinstance(cell, Amount) and cell.unit == "%"


def _says_percent(cell: object) -> bool:
    """Whether a cell shows a percent sign, so that there is no doubt about its scale."""
    return _is_percent(cell) or isinstance(cell, str) and cell.rstrip().endswith("%")


def _declared(key: str, code: object) -> bool:
    """Whether a key is a code, or lies in a range, that the sender declared missing."""
    if isinstance(code, tuple):
        number = numbers.parse(key, ".")
        return not np.isnan(number) and float(code[0]) <= number <= float(code[1])
    return key == key_of(code)


def age_class(age: int | None, categories: tuple[str, ...]) -> str | None:
    """The class (``<18``, ``18-20``, ``24+``) to which an age belongs."""
    if age is None:
        return None
    for category in categories:
        numbers = [int(number) for number in re.findall(r"\d+", category)]
        fits = age < numbers[0] if category.startswith("<") else age >= numbers[0]
        if fits and (len(numbers) == 1 or age <= numbers[1]):
            return category
    return None


def allowed_numbers(about: schema.Column) -> str:
    """``hele getallen van 1 tot en met 5``."""
    kind = "hele getallen" if about.kind == "integer" else "getallen"
    if about.low is None:
        return kind
    return f"{kind} van {about.low:g}" + (f" tot en met {about.high:g}" if about.high is not None else " of meer")


def key_of(value: object) -> str:
    """Text by which a delivered code is compared: 1, 1.0, "1" and " 1 " are the same."""
    if value is None or value is pd.NaT or value is pd.NA or value != value:
        return ""
    if isinstance(value, (bool, np.bool_)):
        return "true" if value else "false"
    if isinstance(value, (float, np.floating)) and math.isfinite(value):
        near = round(value)
        return str(near) if abs(value - near) <= numbers.TOLERANCE else str(value)
    return " ".join(str(value).split())


def code_of(key: str) -> str:
    """The code that a program wrote with decimals: ``1.0``, ``99,00`` and ``2.000000000001`` are 1, 99 and 2."""
    match = re.fullmatch(r"([+-]?[0-9]+)[.,]([0-9]+)", key)
    return key_of(float(f"{match[1]}.{match[2]}")) if match else key


def dtype_of(about: schema.Column) -> object:
    """pandas type of a canonical column."""
    if about.kind == "category":
        return pd.CategoricalDtype(list(about.categories), ordered=True)
    return {"id": "string", "text": "string", "integer": "Int32", "number": "float64", "boolean": "boolean"}[about.kind]
