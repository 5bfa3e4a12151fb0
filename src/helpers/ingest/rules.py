"""Settings of intake: what each rule does, and the limits that the rules use (``parameters/intake.yml``)."""

from __future__ import annotations

import difflib
from pathlib import Path
from typing import Literal

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator

from helpers import paths
from helpers.errors import Problem, Problems
from helpers.ingest.problems import RULES

Level = Literal["refuse", "warn", "drop", "off"]

DROPPING = ("identifier_text",)
"""Rules that can also *drop*: what was found is taken out, and a warning says so."""

FIXED = (
    "delivery_missing",
    "delivery_double",
    "file_link",
    "name_marks",
    "file_unreadable",
    "checksum",
    "account_open",
    "account_missing",
    "no_rows",
    "column_missing",
    "column_double",
    "identifier_column",
    "incident_overview",
)
"""Rules that cannot be weakened: without them there is nothing to work with, or something that must not be here."""


class Limits(BaseModel):
    """Limits of the rules that compare amounts."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)

    weight_mean_low: float = Field(gt=0, description="mean weight of a survey, at least")
    weight_mean_high: float = Field(gt=0, description="mean weight of a survey, at most")
    missing_share: float = Field(gt=0, le=1, description="share of answers that may be missing in a column")
    jump_respondents: float = Field(gt=1, description="so many times more or fewer respondents than a wave before")
    jump_share: float = Field(gt=0, le=1, description="change of the share feeling safe, as a share")
    jump_minimum: int = Field(ge=1, description="institutions with fewer respondents in a wave are not compared")
    likeness_own: float = Field(gt=0, lt=1, description="likeness to the own wave before, at least")
    likeness_other: float = Field(gt=0, le=1, description="likeness to another institution that is suspicious")
    hidden_most: int = Field(ge=1, description="the largest number that a source of numbers of students hides")
    hidden_share: float = Field(ge=0, lt=1, description="share of a sum that may be hidden for it to be used")


class IntakeSettings(BaseModel):
    """The whole file."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    limits: Limits
    rules: dict[str, Level]

    @field_validator("rules", mode="before")
    @classmethod
    def _off_is_a_word(cls, rules: object) -> object:
        """YAML reads a bare ``off`` as false."""
        return {rule: "off" if level is False else level for rule, level in dict(rules or {}).items()}

    def level(self, rule: str) -> str:
        """What a rule does."""
        return self.rules.get(rule, RULES[rule][1])


def load(path: Path | None = None) -> IntakeSettings:
    """The settings of intake; raises :class:`Problems` with everything that is wrong with the file."""
    path = path or paths.PARAMETERS / "intake.yml"
    name = str(path.relative_to(paths.ROOT)) if path.is_relative_to(paths.ROOT) else path.name
    try:
        settings = IntakeSettings.model_validate(yaml.safe_load(path.read_text(encoding="utf-8")))
    except FileNotFoundError:
        raise Problems(
            "The settings of intake cannot be used:", [Problem(name, "", "no file", "the file", "Restore it.")]
        ) from None
    except yaml.YAMLError as error:
        raise Problems(
            "The settings of intake cannot be used:",
            [Problem(name, "", "text that is not YAML", "YAML", "Check indentation and quotes.")],
        ) from error
    except ValidationError as error:
        problems = [
            Problem(name, ".".join(map(str, item["loc"])), repr(item.get("input")), item["msg"], "Correct it.")
            for item in error.errors()
        ]
        raise Problems("The settings of intake cannot be used:", problems) from None
    problems = [_unknown(name, rule) for rule in settings.rules if rule not in RULES]
    for rule, level in settings.rules.items():
        if rule in FIXED and level != "refuse":
            problems.append(Problem(name, f"rules.{rule}", f"'{level}'", "refuse", "This rule cannot be weakened."))
        if level == "drop" and rule in RULES and rule not in DROPPING:
            problems.append(Problem(name, f"rules.{rule}", "'drop'", "refuse, warn, off", "Choose one of these."))
    if problems:
        raise Problems("The settings of intake cannot be used:", problems)
    return settings


def _unknown(name: str, rule: str) -> Problem:
    near = difflib.get_close_matches(rule, RULES, n=1)
    remedy = f"Did you mean '{near[0]}'?" if near else "Remove it."
    return Problem(name, f"rules.{rule}", "an unknown rule", ", ".join(RULES), remedy)
