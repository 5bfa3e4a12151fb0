"""Parameters, validated as a whole before anything runs.

``parameters/settings.yml`` holds what every edition shares, ``parameters/disclosure.yml`` what may be shown (see
:mod:`helpers.rulebook`), ``parameters/editions/<edition>.yml``
what one edition is, ``parameters/sector.yml`` and ``parameters/institution.yml`` what a report of
each kind of unit consists of and with which values its notebooks run.
"""

from __future__ import annotations

import difflib
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Literal

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from helpers import paths
from helpers.errors import MonitorError, Problem, Problems
from helpers.files import display
from helpers.rulebook import Disclosure, Rulebook

SECTOR = "sector"


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


class General(_Strict):
    """What every edition shares, disclosure control apart: ``parameters/settings.yml``."""

    confidence: float = Field(gt=0.5, lt=1)
    reading_minutes: int = Field(default=10, ge=1)


@dataclass(frozen=True)
class Settings:
    """What every edition shares."""

    confidence: float
    reading_minutes: int
    rulebook: Rulebook

    @cached_property
    def disclosure(self) -> Disclosure:
        """The general rules of disclosure control."""
        return self.rulebook.resolve()

    def disclosure_for(self, source: str | None) -> Disclosure:
        """The rules for a canonical table, which may be stricter than the general ones."""
        return self.rulebook.resolve(source)


class Synthetic(_Strict):
    """Marks an edition as made up, and says how its deliveries are generated."""

    world: Literal["small", "nation"]
    seed: int = Field(ge=0)


class Without(_Strict):
    """Something that an edition does without: a source, an institution, or one institution in one source."""

    source: str | None = None
    institution: str | None = None
    reason: str = Field(min_length=3, description="Stands on the intake page and in the method chapter.")

    @model_validator(mode="after")
    def _something(self) -> Without:
        if self.source is None and self.institution is None:
            raise ValueError("name a source, an institution, or both")
        return self


class Edition(_Strict):
    """One publication of the monitor."""

    edition: str = Field(pattern=r"^[a-z0-9][a-z0-9-]*$")
    title: str
    year: int = Field(ge=2000, le=2100)
    published: str = Field(description="Month and year on the title page, in Dutch.")
    waves: list[int] = Field(min_length=1)
    synthetic: Synthetic | None = None
    compare_with_published: bool = Field(
        default=False,
        description="Whether the findings page sets the published findings of 2023 beside this edition's.",
    )
    data_licence: Literal["MIT", "CC0-1.0", "CC-BY-4.0"] | None = Field(
        default=None, description="Open licence of the sector report's data annex; none is stated where it is left out."
    )
    first_units: list[str] = Field(
        default_factory=list, description="Institutions that `make report` makes; empty means all."
    )
    without: list[Without] = Field(
        default_factory=list, description="What the edition goes on without, each with its reason."
    )

    def left_out(self, source: str) -> str | None:
        """Why the edition goes without a whole source; ``None`` if it does not."""
        return next((each.reason for each in self.without if each.source == source and not each.institution), None)

    def institutions_left_out(self, source: str) -> dict[str, str]:
        """Institutions of which the edition does not use this source, with the reason."""
        return {
            each.institution: each.reason
            for each in self.without
            if each.institution is not None and each.source in (None, source)
        }

    @model_validator(mode="after")
    def _waves_rise(self) -> Edition:
        if self.waves != sorted(set(self.waves)):
            raise ValueError("waves must be listed once each, oldest first")
        return self

    @property
    def paths(self) -> paths.EditionPaths:
        """Where the edition's files are."""
        return paths.EditionPaths(self.edition)


class UnitKind(_Strict):
    """What a report of one kind of unit consists of."""

    title: str
    chapters: list[str] = Field(min_length=1)
    parameters: dict[str, int | str]
    skip: dict[str, str] = Field(default_factory=dict, description="Institutions without a report, with the reason.")


def _read(path: Path, model: type[BaseModel], problems: list[Problem]) -> BaseModel | None:
    name = display(path)
    if not path.is_file():
        problems.append(Problem(name, "", "no such file", "a parameter file", "Restore it or check the name."))
        return None
    try:
        content = yaml.safe_load(path.read_text(encoding="utf-8"))
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        mark = getattr(error, "problem_mark", None)
        where = f"line {mark.line + 1}" if mark else ""
        problems.append(Problem(name, where, "text that is not YAML", "YAML", "Check indentation and quotes there."))
        return None
    try:
        return model.model_validate(content)
    except ValidationError as error:
        problems.extend(_explain(name, model, item) for item in error.errors())
        return None


def _explain(name: str, model: type[BaseModel], item: dict) -> Problem:
    where = "key " + ".".join(str(part) for part in item["loc"]) if item["loc"] else ""
    found = repr(item.get("input"))
    if item["type"] == "extra_forbidden":
        allowed = sorted(_keys(model))
        near = difflib.get_close_matches(str(item["loc"][-1]), allowed, n=1)
        remedy = f"Did you mean '{near[0]}'?" if near else "Remove it."
        return Problem(name, where, "an unknown key", ", ".join(allowed), remedy)
    if item["type"] == "missing":
        return Problem(name, where, "nothing", "a value", "Add the key.")
    return Problem(name, where, found, item["msg"], "Correct the value.")


def _keys(model: type[BaseModel]) -> set[str]:
    """Names of a model's fields and of those of the models inside it."""
    keys = set(model.model_fields)
    for field in model.model_fields.values():
        for kind in (field.annotation, *getattr(field.annotation, "__args__", ())):
            if isinstance(kind, type) and issubclass(kind, BaseModel):
                keys |= _keys(kind)
    return keys


def load_settings(folder: Path | None = None) -> Settings:
    """Settings shared by all editions, with the rules of disclosure control; raises :class:`Problems`."""
    folder = folder or paths.PARAMETERS
    problems: list[Problem] = []
    general = _read(folder / "settings.yml", General, problems)
    rulebook = _read(folder / "disclosure.yml", Rulebook, problems)
    if general is None or rulebook is None:
        raise Problems("The parameters cannot be used:", problems)
    return Settings(general.confidence, general.reading_minutes, rulebook)


def load_edition(edition: str, folder: Path | None = None) -> Edition:
    """One edition's settings; raises :class:`Problems`, naming the editions there are."""
    folder = (folder or paths.PARAMETERS) / "editions"
    known = sorted(path.stem for path in folder.glob("*.yml"))
    if edition not in known:
        raise MonitorError(
            f"There is no edition '{edition}' in {display(folder)}; there are: {', '.join(known) or 'none'}."
        )
    result = load_file(folder / f"{edition}.yml", Edition)
    if result.edition != edition:
        raise MonitorError(
            f"{display(folder / f'{edition}.yml')}: key edition says '{result.edition}'; "
            f"it must equal the file's name, '{edition}'."
        )
    return result


def load_unit_kind(unit: str, folder: Path | None = None) -> UnitKind:
    """What the report of ``unit`` consists of; raises :class:`Problems`."""
    return load_file((folder or paths.PARAMETERS) / _kind_file(unit), UnitKind)


def _kind_file(unit: str) -> str:
    return "sector.yml" if unit == SECTOR else "institution.yml"


def load_file(path: Path, model: type[BaseModel]):
    """A parameter file as its model; raises :class:`Problems` with everything that is wrong with it."""
    problems: list[Problem] = []
    result = _read(path, model, problems)
    if result is None:
        raise Problems("The parameters cannot be used:", problems)
    return result
