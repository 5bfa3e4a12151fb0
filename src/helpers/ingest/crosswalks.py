"""Crosswalks: what the columns and codes of a delivery mean, one readable file per source and wave.

A crosswalk is all that a new wave or questionnaire needs; no code changes. ``docs/crosswalks.md`` explains each
key to a researcher.
"""

from __future__ import annotations

import datetime
import fnmatch
import re
from pathlib import Path
from typing import Literal

from pydantic import Field, TypeAdapter, model_validator

from helpers import paths, schema
from helpers.errors import Problem, Problems
from helpers.files import Strict, display, read_yaml, validated
from helpers.ingest.words import same

DERIVED = {"wave", "size_class"}
"""Columns that no sender delivers: ingest fills them in."""


class Mapping(Strict):
    """How one canonical column follows from a delivered one.

    ``values``: delivered code -> canonical category or yes/no; ``missing``: delivered codes that are no
    answer; ``reversed``: scale to be turned, as [low, high]; ``scale``: factor for numbers; ``born``: the column
    holds dates of birth, of which only the age class on this date is kept; ``question``: its wording in the
    questionnaire; ``unit``: of a number; ``label``: a Dutch label for the codebook, if other than the schema's;
    ``optional``: a delivery without the column is accepted, and the canonical column is empty.
    """

    source: str = Field(alias="from")
    values: dict[str | int, str | bool] = Field(default_factory=dict)
    missing: list[str | int] = Field(default_factory=list)
    turned: tuple[int, int] | None = Field(default=None, alias="reversed")
    scale: float = 1.0
    born: datetime.date | None = None
    question: str = ""
    unit: str = ""
    label: str = ""
    optional: bool = False


class Csv(Strict):
    """Dialect of a text file, where it must not be recognised: each part that is given is not guessed."""

    delimiter: str | None = None
    encoding: str | None = None
    decimal: Literal[",", "."] | None = None


class Wide(Strict):
    """Columns to be laid under each other: ``columns`` matches their names, its group goes to ``name``."""

    columns: str
    name: str
    value: str

    @model_validator(mode="after")
    def _one_group(self) -> Wide:
        if re.compile(self.columns).groups != 1:
            raise ValueError("columns must be a pattern with exactly one group")
        return self


class Break(Strict):
    """A change since the wave before: figures of before and after are not simply comparable."""

    kind: Literal["wording", "scale", "population", "mode"]
    note: str = Field(min_length=10, description="one Dutch sentence for the reader of a trend")


class Crosswalk(Strict):
    """From the columns of one delivery to those of a canonical table."""

    table: str
    format: Literal["table", "limesurvey", "qualtrics", "microsoft_forms", "google_forms", "refi"] = "table"
    sheet: str | None = None
    header_row: int | None = Field(default=None, ge=1, description="where the names stand; else it is looked for")
    csv: Csv = Csv()
    key: str | None = Field(default=None, description="column that identifies a row; checked, not kept")
    wide: Wide | None = None
    derive: dict[str, str] = Field(default_factory=dict, description="canonical column -> source that gives it")
    columns: dict[str, Mapping]
    breaks: dict[str, Break] = Field(default_factory=dict)
    ignore: list[str] = Field(default_factory=list)

    def expected(self) -> dict[str, str]:
        """Delivered column -> canonical column."""
        return {mapping.source: column for column, mapping in self.columns.items()}

    def ignores(self, column: str) -> bool:
        """Whether a delivered column is ignored, by name or by a pattern such as ``BRIN *``."""
        name = same(column)
        patterns = [*self.ignore, *([self.key] if self.key else [])]
        return column in patterns or any(fnmatch.fnmatchcase(name, same(pattern)) for pattern in patterns)

    def fits(self, columns: list[str]) -> float:
        """Share of the required delivered columns that are there."""
        made = {self.wide.name, self.wide.value} if self.wide else set()
        wanted = [each.source for each in self.columns.values() if not each.optional and each.source not in made]
        return sum(column in columns for column in wanted) / max(len(wanted), 1)


class Overview(Strict):
    """Workbook that says which institutions delivered incidents, and why others did not."""

    file: str
    institution_id: str
    delivered: str
    delivered_values: dict[str, bool]
    reason: str
    reasons: list[str] = Field(default_factory=list, description="the only reasons that are told; of others, none is")


class Layout(Strict):
    """One way in which institutions register incidents; recognised by ``header``.

    ``shape``: ``long`` (a row a period and category), ``wide`` (categories down, periods across) or ``log`` (a row
    an incident, or as many as ``count`` says, with its date). ``dates``: the order of dates as text, where it cannot
    be told: dmy or mdy. ``period_kind``: whether its years are school years or calendar years.
    ``location``: the column that names a location; figures of locations are added. ``sheets``: ``one`` where sheets
    with this header together are one table, or ``all`` where each sheet is a location. ``totals``: words that mark a
    row or column of totals, which is checked and not counted; ``ignore``: columns that are left out.
    """

    name: str
    shape: Literal["long", "wide", "log"]
    header: list[str] = Field(min_length=1)
    category: str
    period: str | None = None
    count: str | None = None
    date: str | None = None
    location: str | None = None
    period_kind: Literal["school_year", "calendar_year"] = "school_year"
    dates: Literal["dmy", "mdy"] | None = None
    sheets: Literal["one", "all"] = "one"
    totals: list[str] = Field(default_factory=list)
    ignore: list[str] = Field(default_factory=list)

    @model_validator(mode="after")
    def _complete(self) -> Layout:
        needed = {"long": ("period", "count"), "wide": (), "log": ("date",)}[self.shape]
        lacking = [key for key in needed if getattr(self, key) is None]
        if lacking:
            raise ValueError(f"a layout of shape '{self.shape}' also needs {', '.join(lacking)}")
        return self


class IncidentCrosswalk(Strict):
    """From the incident registrations of institutions to the canonical table."""

    table: Literal["incidents"]
    overview: Overview
    file: str
    layouts: list[Layout] = Field(min_length=1)
    categories: dict[str, str]
    unknown: list[str]
    censored: list[str]
    thousands: Literal[".", " "] | None = Field(default=None, description="between thousands in numbers as text")


def load(name: str, folder: Path | None = None) -> Crosswalk | IncidentCrosswalk:
    """A crosswalk by name; raises :class:`Problems` with everything that is wrong with it."""
    path = (folder or paths.CROSSWALKS) / f"{name}.yml"
    content = read_yaml(path)
    table = content.get("table") if isinstance(content, dict) else None
    model = IncidentCrosswalk if table == "incidents" else Crosswalk
    crosswalk = validated(TypeAdapter(model), content, path)
    check = _check_categories if isinstance(crosswalk, IncidentCrosswalk) else _check_columns
    problems = check(crosswalk, display(path))
    if problems:
        raise Problems("A crosswalk cannot be used:", problems)
    return crosswalk


def _check_categories(crosswalk: IncidentCrosswalk, name: str) -> list[Problem]:
    allowed = ", ".join(schema.INCIDENT_CATEGORIES)
    problems = [
        Problem(name, f"categories, '{word}'", f"'{code}'", allowed, "Choose one of these.")
        for word, code in crosswalk.categories.items()
        if code not in schema.INCIDENT_CATEGORIES
    ]
    try:
        if re.compile(crosswalk.file).groups != 1:
            raise re.error("not one group")
    except re.error:
        allowed = "a pattern with one group: the BRIN code"
        problems.append(Problem(name, "file", f"'{crosswalk.file}'", allowed, "Correct it."))
    return problems


def _check_columns(crosswalk: Crosswalk, name: str) -> list[Problem]:
    columns = schema.TABLES.get(crosswalk.table)
    if columns is None:
        return [Problem(name, "table", f"'{crosswalk.table}'", ", ".join(schema.TABLES), "Correct it.")]
    problems = []
    for column, mapping in crosswalk.columns.items():
        if column not in columns:
            problems.append(
                Problem(name, f"columns, {column}", "no canonical column", ", ".join(columns), "Correct it.")
            )
        else:
            problems += _check_mapping(column, mapping, columns[column], name)
    lacking = [
        column
        for column, about in columns.items()
        if about.required and column not in {*crosswalk.columns, *crosswalk.derive, *DERIVED}
    ]
    problems += [
        Problem(name, "columns", f"nothing for '{column}'", "a mapping for every required column", "Add it.")
        for column in lacking
    ]
    sources = [mapping.source for mapping in crosswalk.columns.values()]
    problems += [
        Problem(name, "columns", f"'{source}' mapped twice", "each delivered column once", "Take one of them out.")
        for source in sorted({source for source in sources if sources.count(source) > 1})
    ]
    problems += [
        Problem(name, "breaks", f"'{column}'", "a column under `columns`", "Correct the name.")
        for column in crosswalk.breaks
        if column not in crosswalk.columns
    ]
    return problems


def _check_mapping(column: str, mapping: Mapping, about: schema.Column, name: str) -> list[Problem]:
    where = f"columns, {column}"
    allowed = about.categories or (("True", "False") if about.kind == "boolean" else ())
    problems = [
        Problem(name, f"{where}, values", f"'{code}'", ", ".join(allowed), "Choose one of these.")
        for code in mapping.values.values()
        if allowed and str(code) not in allowed
    ]
    both = {str(code) for code in mapping.values} & {str(code) for code in mapping.missing}
    problems += [
        Problem(name, where, f"code '{code}' in `values` and in `missing`", "one of the two", "Take one out.")
        for code in sorted(both)
    ]
    if allowed and not mapping.values and mapping.born is None:
        problems.append(Problem(name, where, "no `values`", "what each delivered code means", "Add `values`."))
    if mapping.born is not None and column != "age_group":
        problems.append(Problem(name, where, "`born`", "only for age_group", "Take it out."))
    return problems
