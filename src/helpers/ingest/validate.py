"""Checks on a canonical table with pandera, lazily: all that is wrong at once, told in the sender's terms."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

import numpy as np
import pandas as pd
import pandera.pandas as pa
from pandera.errors import SchemaErrors

from helpers import files, schema
from helpers.ingest import privacy
from helpers.ingest.crosswalks import Crosswalk, Mapping
from helpers.ingest.mapping import Mapped, allowed_numbers, dtype_of, key_of
from helpers.ingest.problems import Defect
from helpers.ingest.readers.delivered import LISTED, Delivered
from helpers.ingest.rules import Limits
from helpers.ingest.words import visible

NAMES = ("name", "programme", "group")
"""Columns with names, in which no mark may turn the direction of text."""
UNIQUE = {"institutions": ["institution_id"]}
"""Columns that together identify a row."""


@cache
def table_schema(table: str) -> pa.DataFrameSchema:
    """pandera schema of a canonical table: types, categories, bounds, required columns, keys."""
    columns = {name: _column(name, about) for name, about in schema.TABLES[table].items()}
    return pa.DataFrameSchema(columns, strict=True, ordered=True, unique=UNIQUE.get(table))


def _column(name: str, about: schema.Column) -> pa.Column:
    checks = []
    if about.low is not None or about.high is not None:
        low = -np.inf if about.low is None else about.low
        high = np.inf if about.high is None else about.high
        checks.append(pa.Check(lambda values: (values >= low) & (values <= high), name="range"))
    if name == "weight":
        checks = [pa.Check(lambda values: (values > 0) & np.isfinite(values), name="weight")]
    if about.kind == "id":
        checks.append(pa.Check(_are_codes, name="brin"))
    return pa.Column(dtype_of(about), checks, nullable=not about.required, coerce=False)


def _are_codes(codes: pd.Series) -> pd.Series:
    """Which are BRIN codes; each different code is looked at once."""
    return codes.isin([code for code in codes.unique() if re.fullmatch(schema.INSTITUTION_PATTERN, str(code))])


def check(
    mapped: Mapped, crosswalk: Crosswalk, delivered: Delivered, name: str, limits: Limits, persons: bool = True
) -> list[Defect]:
    """What the values of a mapped table break, by column and kind, with the sender's rows and values.

    ``persons``: whether the rows are about persons, so that columns of identifiers are looked for; texts are
    looked through whatever they are about.
    """
    telling = _Telling(mapped, crosswalk, delivered, name)
    try:
        table_schema(crosswalk.table).validate(mapped.frame, lazy=True)
    except SchemaErrors as error:
        telling.failures(error.failure_cases)
    telling.weights(limits)
    telling.missing_share(limits)
    telling.names()
    telling.texts()
    if persons:
        telling.identifiers()
    return telling.defects


class _Telling:
    """Failures of a canonical table in the words of its delivery."""

    def __init__(self, mapped: Mapped, crosswalk: Crosswalk, delivered: Delivered, name: str) -> None:
        self.frame, self.accounts = mapped.frame, mapped.accounts
        self.crosswalk, self.delivered, self.name = crosswalk, delivered, name
        self.defects: list[Defect] = []

    def failures(self, cases: pd.DataFrame) -> None:
        """One defect a column and check; a row whose value was already refused is not told again."""
        unknown = {account.column for account in self.accounts if account.unknown}
        for (column, check_name), group in cases.groupby(["column", "check"], sort=False, dropna=False):
            rows = np.sort(group["index"].dropna().astype(int).unique())
            check_name = str(check_name)
            if check_name == "weight" or (check_name == "not_nullable" and column == "weight"):
                self._tell(column, rows, self._values(column, rows), "gewichten groter dan 0", "weight_invalid")
            elif check_name == "not_nullable":
                self._required(str(column), rows, unknown)
            elif check_name == "range":
                allowed = allowed_numbers(schema.TABLES[self.crosswalk.table][str(column)])
                self._tell(column, rows, self._values(column, rows), allowed, "value_range")
            elif check_name == "brin":
                allowed = "een BRIN-code: twee cijfers en twee hoofdletters"
                self._tell(column, rows, self._values(column, rows), allowed, "code_brin")
            elif check_name == "multiple_fields_uniqueness":
                self._double(column)
            else:  # a type that the mapping should have made: ours to mend, not the sender's
                raise TypeError(f"canonical column {column} of {self.crosswalk.table} breaks '{check_name}'")

    def _double(self, column: str) -> None:
        values = self.frame[column]
        for value in values[values.duplicated()].dropna().unique():
            rows = self.frame.index[values == value].to_numpy()
            self._tell(column, rows, f"{value} {len(rows)} keer", "elke instelling één keer", "key_double")

    def _required(self, column: str, rows: np.ndarray, unknown: set[str]) -> None:
        if column in unknown or column not in self.crosswalk.columns:
            return
        times = "één keer" if len(rows) == 1 else f"{len(rows)} keer"
        self._tell(column, rows, f"niets, {times}", "een waarde in elke rij", "value_required")

    def _values(self, column: object, rows: np.ndarray) -> str:
        """The delivered values of these rows, each once, as the sender wrote them."""
        mapping = self.crosswalk.columns.get(str(column))
        values = (
            self.delivered.frame.loc[rows, mapping.source]
            if mapping is not None and mapping.source in self.delivered.frame
            else self.frame.loc[rows, column]
        )
        words = list(dict.fromkeys(f"‘{visible(key_of(value), 40)}’" if key_of(value) else "niets" for value in values))
        more = " …" if len(words) > LISTED else ""
        return f"{', '.join(words[:LISTED])}{more}, {'één keer' if len(rows) == 1 else f'{len(rows)} keer'}"

    def _tell(self, column: object, rows: np.ndarray, found: str, allowed: str, rule: str) -> None:
        mapping = self.crosswalk.columns.get(str(column))
        source = mapping.source if mapping else str(column)
        remedy = {
            "value_required": "Vul het aan, of haal de rij weg.",
            "key_double": "Haal een van de rijen weg.",
            "code_brin": "Verbeter de code.",
        }.get(rule, "Vraag de afzender het te verbeteren, of pas de crosswalk aan.")
        place = self.delivered.place(source, rows)
        self.defects.append(Defect(self.name, place, privacy.veil(found), allowed, remedy, rule=rule))

    def weights(self, limits: Limits) -> None:
        """The mean weight lies near 1, or the weights were made for another selection."""
        if "weight" not in self.frame or "weight" not in self.crosswalk.columns:
            return
        weights = self.frame["weight"]
        mean = float(weights[weights > 0].mean())
        if np.isfinite(mean) and not limits.weight_mean_low <= mean <= limits.weight_mean_high:
            found = f"een gemiddeld gewicht van {mean:.3f}".replace(".", ",")
            allowed = f"tussen {limits.weight_mean_low:g} en {limits.weight_mean_high:g}".replace(".", ",")
            remedy = "Zijn rijen weggelaten na het wegen? Vraag de afzender naar de gewichten van deze selectie."
            self._tell_column("weight", found, allowed, remedy, "weight_sum")

    def missing_share(self, limits: Limits) -> None:
        """Columns in which most answers are missing."""
        required = schema.TABLES[self.crosswalk.table]
        for account in self.accounts:
            about = required[account.column]
            gone = account.missing + account.empty
            if about.required or about.kind == "text" or not account.rows:
                continue
            if gone / account.rows > limits.missing_share:
                found = f"{gone} van {account.rows} antwoorden ontbreken"
                allowed = f"hoogstens {limits.missing_share * 100:.0f} procent"
                remedy = "Is de vraag aan iedereen gesteld? Vraag het de afzender."
                self._tell_column(account.column, found, allowed, remedy, "missing_share")

    def names(self) -> None:
        """Names that show as another than they are."""
        for column in self.crosswalk.columns:
            if column in NAMES and column in self.frame:
                found = files.marks("".join(self.frame[column].dropna().astype(str).unique()))
                if found:
                    remedy = "Haal ze uit de namen, of vraag de afzender dat te doen."
                    self._tell_column(column, f"tekens als {found}", "namen zonder", remedy, "name_marks")

    def _tell_column(self, column: str, found: str, allowed: str, remedy: str, rule: str) -> None:
        place = f"kolom ‘{self.crosswalk.columns[column].source}’"
        self.defects.append(Defect(self.name, place, found, allowed, remedy, rule=rule))

    def identifiers(self) -> None:
        """Columns of identifiers, among those that are mapped and those that are ignored."""
        for column in self.delivered.frame.columns:
            if self.crosswalk.ignores(str(column)):
                series = self.delivered.frame[column]
                if isinstance(series, pd.Series):
                    self._ignored(str(column), series)
        for column, kind in self.delivered.dropped.items():
            if kind == "persoonsgegeven":
                self._dropped(column, kind)
        for column, about, mapping in self._mapped():
            if about.kind != "number" and (about.kind != "text" or column == "programme"):
                self._mapped_column(column, mapping.source)

    def texts(self) -> None:
        """Identifiers inside every text, for any of them may be told: answers, names, remarks."""
        for column, about, mapping in self._mapped():
            if about.kind == "text":
                self._open_answers(column, mapping.source)
            if column == "name":
                self._published(mapping.source)

    def _published(self, source: str) -> None:
        """Names of institutions are published as they are: nobody's name, number or address stands among them."""
        rows = [row for row, name in self.frame["name"].dropna().items() if privacy.announces(str(name))]
        if rows:
            place, remedy = (
                self.delivered.place(source, rows),
                "Haal het uit de namen, of vraag de afzender dat te doen.",
            )
            found, allowed = "wat lijkt op een naam of gegevens van een persoon", "alleen namen van instellingen"
            self.defects.append(Defect(self.name, place, found, allowed, remedy, rule="identifier_column"))

    def _mapped(self) -> Iterator[tuple[str, schema.Column, Mapping]]:
        """Canonical columns with what they come from; dates of birth go no further."""
        for column, about in schema.TABLES[self.crosswalk.table].items():
            mapping = self.crosswalk.columns.get(column)
            if mapping is not None and mapping.born is None and mapping.source in self.delivered.frame:
                yield column, about, mapping

    def _ignored(self, column: str, values: pd.Series) -> None:
        kind = privacy.by_header(column, self.delivered.labels.get(column, "")) or privacy.by_values(values)
        if kind is not None:
            self._dropped(column, kind)

    def _dropped(self, column: str, kind: str) -> None:
        words = f"een {kind}" if kind != "persoonsgegeven" else "een persoonsgegeven"
        self.defects.append(
            Defect(
                self.name,
                f"kolom ‘{column}’",
                f"wat lijkt op {words}",
                "geen persoonsgegevens",
                "De kolom is weggelaten. Vraag de afzender haar niet meer te sturen, "
                "en bewaar dit bestand niet langer dan nodig.",
                rule="identifier_dropped",
            )
        )

    def _mapped_column(self, column: str, source: str) -> None:
        kind = privacy.by_header(source) if column != "institution_id" else None
        # a column of which the crosswalk lists every code holds those and nothing else
        listed = schema.TABLES[self.crosswalk.table][column].kind in ("category", "boolean")
        known = listed and all(each.unknown == 0 for each in self.accounts if each.column == column)
        if kind is None and not known and column != "n_students":
            kind = privacy.by_values(self.delivered.frame[source])
        if kind is not None:
            self._tell(
                column,
                np.array([], dtype=int),
                f"wat lijkt op een {kind}",
                "geen persoonsgegevens",
                "identifier_column",
            )

    def _open_answers(self, column: str, source: str) -> None:
        rows = self.frame[column].dropna().groupby(self.frame[column]).groups
        hits: dict[str, list[int]] = {}
        named: list[int] = []
        for answer, places in rows.items():
            for hit in privacy.in_text(str(answer)):
                hits.setdefault(hit.kind, []).extend(places)
            if privacy.names_in_text(str(answer)):
                named.extend(places)
        for kind, rows in hits.items():
            place = self.delivered.place(source, rows)
            remedy = "Vraag de afzender het weg te halen, of zet `identifier_text: drop` in parameters/intake.yml."
            self.defects.append(
                Defect(
                    self.name,
                    place,
                    f"wat lijkt op een {kind}",
                    "geen persoonsgegevens",
                    remedy,
                    rule="identifier_text",
                )
            )
        if named:
            place = self.delivered.place(source, named)
            remedy = "Lees deze antwoorden, en haal namen van personen eruit."
            self.defects.append(
                Defect(
                    self.name, place, "wat een naam kan zijn", "geen namen van personen", remedy, rule="name_in_text"
                )
            )


def without_identifiers(frame: pd.DataFrame, table: str) -> pd.DataFrame:
    """The table with identifiers in open answers replaced by their kind."""
    for column, about in schema.TABLES[table].items():
        if about.kind == "text" and column in frame and frame[column].notna().any():
            frame[column] = frame[column].map(privacy.veil, na_action="ignore").astype("string")
    return frame
