"""The rules of disclosure control: ``parameters/disclosure.yml``, validated, each rule with its reason.

A source may have stricter rules; a looser one is refused unless the file says who approved it.
"""

from __future__ import annotations

from typing import Annotated, Generic, TypeVar

from pydantic import Field, create_model, model_validator

from helpers import schema
from helpers.configuration import Strict

T = TypeVar("T")


class PercentStep(Strict):
    """Percentages on fewer than ``below`` respondents are multiples of ``points`` percentage points."""

    below: int = Field(ge=1)
    points: float = Field(gt=0, le=25)


FINEST = 0.001
"""Shares leave in tenths of a percent at the finest."""


class Disclosure(Strict):
    """The rules as numbers."""

    minimum_respondents: int = Field(ge=3, description="A figure on fewer respondents is hidden.")
    minimum_benchmark_institutions: int = Field(
        ge=3, description="No figure over institutions, and no difference of such figures, is about fewer."
    )
    colluding_institutions: int = Field(
        ge=1, description="So many institutions may put their own figures together, and take them away from others."
    )
    benchmark_rounding: int = Field(
        ge=1, description="Respondents behind a figure over several institutions are told in multiples of this."
    )
    fitting_choices: int = Field(
        ge=2, description="A sum of what is public of each institution is told so coarsely that this many choices fit."
    )
    protection_width: int = Field(ge=1, description="A hidden count may not be known more narrowly than this.")
    extreme_shares_hidden_below: int = Field(
        ge=0, description="Shares of 0 or 100 percent are hidden in groups smaller than this."
    )
    dominance_one: float = Field(
        default=1.0, gt=0, le=1, description="Part of an amount that one institution may have at the most."
    )
    dominance_two: float = Field(
        default=1.0, gt=0, le=1, description="Part of an amount that two institutions may have together at the most."
    )
    percent_rounding: list[PercentStep] = Field(
        default_factory=list, description="Steps of percentages by the number of respondents."
    )
    quote_groups: int = Field(
        default=3, ge=1, description="A quote is shown only if at least this many groups spoke of its theme and code."
    )

    @property
    def least_institutions(self) -> int:
        """Fewest institutions that a published figure, or a difference of such figures, may be about."""
        return self.minimum_benchmark_institutions + self.colluding_institutions

    def step(self, n: float) -> float:
        """Step in which a share on ``n`` respondents is told: 0.01 is whole percents."""
        steps = [rule.points / 100 for rule in self.percent_rounding if n < rule.below]
        return max([*steps, FINEST])


LOWER_IS_STRICTER = ("dominance_one", "dominance_two")


def looser(name: str, value: object, than: object) -> bool:
    """Whether a rule's value hides less than another one."""
    if name == "percent_rounding":
        bases = {1, *(rule.below - 1 for rule in [*value, *than])}
        return any(_step(value, base) < _step(than, base) for base in bases)
    return value > than if name in LOWER_IS_STRICTER else value < than


def _step(rules: list[PercentStep], n: int) -> float:
    return max([rule.points for rule in rules if n < rule.below], default=0.0)


class Rule(Strict, Generic[T]):
    """A rule's value, and why it is so."""

    value: T
    reason: str = Field(min_length=10)


class Exceptional(Rule[T], Generic[T]):
    """A source's own value; a looser one says who approved it."""

    approved_by: str | None = Field(default=None, min_length=3)


def _typed(name: str) -> object:
    field = Disclosure.model_fields[name]
    return Annotated[(field.annotation, *field.metadata)] if field.metadata else field.annotation


RuleSet = create_model(
    "RuleSet", __base__=Strict, **{name: (Rule[_typed(name)], ...) for name in Disclosure.model_fields}
)
SourceRules = create_model(
    "SourceRules",
    __base__=Strict,
    **{name: (Exceptional[_typed(name)] | None, None) for name in Disclosure.model_fields},
)


class Allowed(Strict):
    """A version of an edition that may be signed although, with an earlier one, it gives a few institutions away."""

    edition: str
    version: int = Field(ge=2)
    approved_by: str = Field(min_length=3)
    reason: str = Field(min_length=10)


class Rulebook(Strict):
    """The whole file."""

    rules: RuleSet
    sources: dict[str, SourceRules] = Field(default_factory=dict)
    versions: list[Allowed] = Field(default_factory=list)
    open: dict[str, Annotated[str, Field(min_length=10)]] = Field(
        description="Grounds on which figures that are no statements about respondents pass."
    )

    @model_validator(mode="after")
    def _known_sources_and_approved(self) -> Rulebook:
        unknown = sorted(set(self.sources) - set(schema.TABLES))
        if unknown:
            raise ValueError(f"unknown sources {', '.join(unknown)}; allowed: {', '.join(sorted(schema.TABLES))}")
        for source, rules in self.sources.items():
            for name in rules.model_fields_set:
                own = getattr(rules, name)
                general = getattr(self.rules, name).value
                if own is not None and looser(name, own.value, general) and own.approved_by is None:
                    raise ValueError(
                        f"sources.{source}.{name} is looser than the general rule ({own.value} against {general}); "
                        "say who decided that in `approved_by`, or make it stricter"
                    )
        return self

    def resolve(self, source: str | None = None) -> Disclosure:
        """The rules for a source (a canonical table), or the general ones."""
        values = {name: getattr(self.rules, name).value for name in Disclosure.model_fields}
        own = self.sources.get(source) if source else None
        for name in own.model_fields_set if own else ():
            if getattr(own, name) is not None:
                values[name] = getattr(own, name).value
        return Disclosure.model_validate(values)

    def approves(self, edition: str, version: int) -> bool:
        """Whether someone decided that this version of an edition may be signed all the same."""
        return any((each.edition, each.version) == (edition, version) for each in self.versions)

    def exceptions(self) -> list[dict[str, object]]:
        """What sources do otherwise: source, rule, value, general, reason, approved_by, looser."""
        found = []
        for source, rules in self.sources.items():
            for name in sorted(rules.model_fields_set):
                own, general = getattr(rules, name), getattr(self.rules, name).value
                if own is not None:
                    told = own.model_dump()
                    shown = getattr(self.rules, name).model_dump()["value"]
                    found.append(
                        {"source": source, "rule": name, **told, "general": shown}
                        | {"looser": looser(name, own.value, general)}
                    )
        return found
