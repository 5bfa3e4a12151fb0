"""The registry of sources and the crosswalks: what arrives, and what it means."""

from __future__ import annotations

import re
from pathlib import Path

import yaml
from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError

from helpers import paths, schema
from helpers.errors import MonitorError, Problem, Problems


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Source(_Strict):
    """One source of an edition: the files that match ``pattern`` feed ``table`` through ``crosswalk``."""

    source: str
    table: str
    pattern: str
    crosswalk: str
    wave: int | None = None
    required: bool = True

    def files(self, where: paths.EditionPaths) -> list[Path]:
        """Delivered files of this source, in order of name."""
        return sorted(path for path in where.deliveries.glob(self.pattern) if path.is_file())


class Mapping(_Strict):
    """How one canonical column follows from a delivered one.

    ``values``: delivered code -> canonical category or yes/no; ``missing``: delivered codes that are no
    answer; ``reversed``: scale to be turned, as [low, high]; ``scale``: factor for numbers.
    """

    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)

    source: str = Field(alias="from")
    values: dict[str | int, str | bool] = Field(default_factory=dict)
    missing: list[str | int] = Field(default_factory=list)
    turned: tuple[int, int] | None = Field(default=None, alias="reversed")
    scale: float = 1.0


class Csv(_Strict):
    """Dialect of a CSV delivery."""

    delimiter: str
    encoding: str
    decimal: str


class Crosswalk(_Strict):
    """From the columns of one delivery to those of a canonical table."""

    table: str
    sheet: str | None = None
    header_row: int = Field(default=1, ge=1)
    csv: Csv | None = None
    columns: dict[str, Mapping]
    ignore: list[str] = Field(default_factory=list)


class Overview(_Strict):
    """Workbook that says which institutions delivered incidents, and why others did not."""

    file: str
    institution_id: str
    delivered: str
    delivered_values: dict[str, bool]
    reason: str


class Layout(_Strict):
    """One way in which institutions register incidents; recognised by ``header``.

    ``shape``: ``long`` (a row a school year and category), ``wide`` (categories down, school years
    across) or ``log`` (a row an incident, with its date).
    """

    name: str
    shape: str = Field(pattern="^(long|wide|log)$")
    header: list[str] = Field(min_length=1)
    category: str
    school_year: str | None = None
    count: str | None = None
    date: str | None = None
    ignore: list[str] = Field(default_factory=list)


class IncidentCrosswalk(_Strict):
    """From the incident registrations of institutions to the canonical table."""

    table: str
    overview: Overview
    file: str
    layouts: list[Layout] = Field(min_length=1)
    categories: dict[str, str]
    unknown: list[str]
    censored: list[str]


def load_sources(path: Path | None = None) -> list[Source]:
    """The registry; raises :class:`Problems` with everything that is wrong with it."""
    path = path or paths.SOURCES
    content = _yaml(path)
    sources = _validated(TypeAdapter(list[Source]), content, path)
    problems = [
        Problem(
            _name(path), f"source {source.source}", f"table '{source.table}'", ", ".join(schema.TABLES), "Correct it."
        )
        for source in sources
        if source.table not in schema.TABLES
    ]
    keys = [source.source for source in sources]
    problems += [
        Problem(_name(path), f"source {key}", "the key twice", "each source once", "Rename one of them.")
        for key in sorted({key for key in keys if keys.count(key) > 1})
    ]
    if problems:
        raise Problems("The registry of sources cannot be used:", problems)
    return sources


def load_crosswalk(name: str, folder: Path | None = None) -> Crosswalk | IncidentCrosswalk:
    """A crosswalk by name; raises :class:`Problems` with everything that is wrong with it."""
    path = (folder or paths.CROSSWALKS) / f"{name}.yml"
    content = _yaml(path)
    table = content.get("table") if isinstance(content, dict) else None
    model = IncidentCrosswalk if table == "incidents" else Crosswalk
    crosswalk = _validated(TypeAdapter(model), content, path)
    problems = (
        _check_categories(crosswalk, path)
        if isinstance(crosswalk, IncidentCrosswalk)
        else _check_columns(crosswalk, path)
    )
    if problems:
        raise Problems("A crosswalk cannot be used:", problems)
    return crosswalk


def _check_categories(crosswalk: IncidentCrosswalk, path: Path) -> list[Problem]:
    allowed = ", ".join(schema.INCIDENT_CATEGORIES)
    problems = [
        Problem(_name(path), f"categories, '{word}'", f"'{code}'", allowed, "Choose one of these.")
        for word, code in crosswalk.categories.items()
        if code not in schema.INCIDENT_CATEGORIES
    ]
    try:
        if re.compile(crosswalk.file).groups != 1:
            raise re.error("not one group")
    except re.error:
        problems.append(
            Problem(
                _name(path), "file", f"'{crosswalk.file}'", "a pattern with one group: the BRIN code", "Correct it."
            )
        )
    return problems


def _check_columns(crosswalk: Crosswalk, path: Path) -> list[Problem]:
    columns = schema.TABLES.get(crosswalk.table)
    if columns is None:
        return [Problem(_name(path), "table", f"'{crosswalk.table}'", ", ".join(schema.TABLES), "Correct it.")]
    problems = []
    derived = {"wave", "size_class"}
    for name, mapping in crosswalk.columns.items():
        if name not in columns:
            problems.append(
                Problem(_name(path), f"columns, {name}", "no canonical column", ", ".join(columns), "Correct it.")
            )
            continue
        allowed = columns[name].categories or (("True", "False") if columns[name].kind == "boolean" else ())
        wrong = [code for code in mapping.values.values() if allowed and str(code) not in allowed]
        problems += [
            Problem(_name(path), f"columns, {name}, values", f"'{code}'", ", ".join(allowed), "Choose one of these.")
            for code in wrong
        ]
    lacking = [name for name, column in columns.items() if column.required and name not in crosswalk.columns]
    problems += [
        Problem(_name(path), "columns", f"nothing for '{name}'", "a mapping for every required column", "Add it.")
        for name in lacking
        if name not in derived
    ]
    return problems


def _yaml(path: Path) -> object:
    try:
        return yaml.safe_load(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise MonitorError(
            f"{_name(path)} is not there; restore it, or correct the name in data/sources.yml."
        ) from None
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        mark = getattr(error, "problem_mark", None)
        where = f", line {mark.line + 1}" if mark else ""
        raise MonitorError(f"{_name(path)}{where} is not YAML: check indentation, quotes and colons there.") from error


def _validated(adapter: TypeAdapter, content: object, path: Path):
    try:
        return adapter.validate_python(content)
    except ValidationError as error:
        problems = [
            Problem(
                _name(path),
                ".".join(str(part) for part in item["loc"]),
                repr(item.get("input")),
                item["msg"],
                "Correct it.",
            )
            for item in error.errors()
        ]
        raise Problems("This file cannot be used:", problems) from None


def _name(path: Path) -> str:
    return str(path.relative_to(paths.ROOT)) if path.is_relative_to(paths.ROOT) else str(path)
