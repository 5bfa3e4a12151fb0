"""Parameters, validated as a whole before anything runs.

``parameters/settings.yml`` holds what every edition shares, ``parameters/disclosure.yml`` what may be shown (see
:mod:`helpers.rulebook`), ``parameters/editions/<edition>.yml``
what one edition is, ``parameters/chapters.yml`` which chapters there are and in which reports,
``parameters/sector.yml`` and ``parameters/institution.yml`` what else makes a report of each kind of
unit, and with which values its notebooks run.
"""

from __future__ import annotations

import functools
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, Field, field_validator, model_validator

from helpers import paths
from helpers.configuration import Strict, read, stamp
from helpers.errors import MonitorError, Problem, Problems
from helpers.files import display, marks
from helpers.rulebook import Disclosure, Rulebook

SECTOR, INSTITUTION = "sector", "institution"


class General(Strict):
    """What every edition shares, disclosure control apart: ``parameters/settings.yml``."""

    confidence: float = Field(gt=0.5, lt=0.998, description="Of every interval; the outer limit of a funnel is 0.998.")
    margin: float = Field(
        gt=0, le=0.2, description="Difference of two shares that matters: less is slight, or about equal."
    )


@dataclass(frozen=True)
class Settings:
    """What every edition shares."""

    confidence: float
    margin: float
    rulebook: Rulebook

    @cached_property
    def disclosure(self) -> Disclosure:
        """The general rules of disclosure control."""
        return self.rulebook.resolve()

    def disclosure_for(self, source: str | None) -> Disclosure:
        """The rules for a canonical table, which may be stricter than the general ones."""
        return self.rulebook.resolve(source)


class Synthetic(Strict):
    """Marks an edition as made up, and says how its deliveries are generated."""

    world: Literal["small", "nation"]
    seed: int = Field(ge=0)


class Without(Strict):
    """Something that an edition does without: a source, an institution, or one institution in one source."""

    source: str | None = None
    institution: str | None = None
    reason: str = Field(min_length=3, description="Stands on the intake page and in the method chapter.")

    @model_validator(mode="after")
    def _something(self) -> Without:
        if self.source is None and self.institution is None:
            raise ValueError("name a source, an institution, or both")
        return self


class Edition(Strict):
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

    @field_validator("title", "published")
    @classmethod
    def _shows_as_it_is(cls, value: str) -> str:
        if marks(value):
            raise ValueError(f"no marks that turn text around ({marks(value)})")
        return value

    @model_validator(mode="after")
    def _waves_rise(self) -> Edition:
        if self.waves != sorted(set(self.waves)):
            raise ValueError("waves must be listed once each, oldest first")
        return self

    @property
    def paths(self) -> paths.EditionPaths:
        """Where the edition's files are."""
        return paths.EditionPaths(self.edition)


class Chapters(Strict):
    """All chapters in order, each with the reports in which it stands."""

    chapters: dict[str, Literal["sector", "institution", "both"]]

    @field_validator("chapters")
    @classmethod
    def _each_kind_has_some(cls, chapters: dict[str, str]) -> dict[str, str]:
        without = {SECTOR, INSTITUTION} - set(chapters.values())
        if without and "both" not in chapters.values():
            raise ValueError(f"reports without a chapter: {', '.join(sorted(without))}")
        return chapters

    def of(self, unit: str) -> list[str]:
        """Chapters of the report of a unit, in order."""
        kind = SECTOR if unit == SECTOR else INSTITUTION
        return [chapter for chapter, where in self.chapters.items() if where in (kind, "both")]


class UnitKind(Strict):
    """What a report of one kind of unit is, its chapters apart."""

    title: str
    parameters: dict[str, int | str]
    skip: dict[str, str] = Field(default_factory=dict, description="Institutions without a report, with the reason.")


def load_settings(folder: Path | None = None) -> Settings:
    """Settings shared by all editions, with the rules of disclosure control; read again when a file changed.

    Raises :class:`Problems`.
    """
    files = [(folder or paths.PARAMETERS) / name for name in ("settings.yml", "disclosure.yml")]
    return _settings(*files, *map(stamp, files))


@functools.lru_cache(maxsize=4)
def _settings(shared: Path, rules: Path, *_changed: tuple[int, ...]) -> Settings:
    problems: list[Problem] = []
    general = read(shared, General, problems)
    rulebook = read(rules, Rulebook, problems)
    if general is None or rulebook is None:
        raise Problems("The parameters cannot be used:", problems)
    return Settings(general.confidence, general.margin, rulebook)


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


def load_chapters() -> Chapters:
    """Which chapters there are, in which reports; raises :class:`Problems`."""
    return load_file(paths.CHAPTERS, Chapters)


def load_unit_kind(unit: str, folder: Path | None = None) -> UnitKind:
    """What the report of ``unit`` is, its chapters apart; raises :class:`Problems`."""
    return load_file((folder or paths.PARAMETERS) / _kind_file(unit), UnitKind)


def _kind_file(unit: str) -> str:
    return "sector.yml" if unit == SECTOR else "institution.yml"


def load_file(path: Path, model: type[BaseModel]):
    """A parameter file as its model; raises :class:`Problems` with everything that is wrong with it."""
    problems: list[Problem] = []
    result = read(path, model, problems)
    if result is None:
        raise Problems("The parameters cannot be used:", problems)
    return result
