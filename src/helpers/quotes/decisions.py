"""What a person decided about quotes: ``parameters/quotes/<edition>.yml``, kept in git.

A fragment is named by :func:`helpers.quotes.spoken.key`, so that nothing a participant said stands in git before it is
released. A decision releases a fragment as it is, replaces it with other words, or withholds it.
"""

from __future__ import annotations

import datetime
import difflib
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Literal

import yaml
from pydantic import Field, field_validator, model_validator

from helpers import paths, settings
from helpers.configuration import Strict
from helpers.errors import Problem, Problems
from helpers.quotes.finders import Find, Level, Register, find
from helpers.quotes.spoken import written

TITLE = "The decisions on quotes cannot be used:"


class Decision(Strict):
    """What happens to one fragment, who decided it, when and why."""

    fragment: str = Field(pattern=r"^[0-9a-f]{12}$", description="As the page of `make quotes` gives it.")
    decision: Literal["release", "replace", "withhold"]
    text: str | None = Field(default=None, min_length=3, description="What is quoted instead, with `replace` only.")
    accepted: dict[str, str] = Field(
        default_factory=dict, description="Finds that stay in what is released, each with the reason why that may be."
    )
    by: str = Field(min_length=2)
    date: datetime.date
    reason: str = Field(min_length=3, description="Without names or places: it stands in git.")

    @field_validator("accepted", mode="before")
    @classmethod
    def _nothing_accepted(cls, value: object) -> object:
        return {} if value is None else value

    @model_validator(mode="after")
    def _text_with_replace_only(self) -> Decision:
        if self.decision == "replace" and not self.text:
            raise ValueError("a decision to replace needs the text that is quoted instead, under the key text")
        if self.decision != "replace" and self.text:
            raise ValueError(f"a decision to {self.decision} has no text; did you mean replace?")
        if self.decision == "withhold" and self.accepted:
            raise ValueError("what is withheld has nothing to accept; leave the key accepted out")
        if any(len(reason.strip()) < 3 for reason in self.accepted.values()):
            raise ValueError("every accepted find needs a reason of three letters or more")
        return self


class Decisions(Strict):
    """All decisions of an edition."""

    edition: str
    decisions: list[Decision] = Field(default_factory=list)


def path_of(edition: str) -> Path:
    """Where an edition's decisions are."""
    return paths.PARAMETERS / "quotes" / f"{edition}.yml"


def load(edition: str) -> list[Decision]:
    """An edition's decisions, none if it has no file; raises :class:`Problems` with everything that is wrong."""
    path = path_of(edition)
    if not path.is_file():
        return []
    try:
        found = settings.load_file(path, Decisions)
    except Problems as error:
        raise Problems(TITLE, [_placed(problem, path) for problem in error.problems]) from None
    problems = list(_of_the_file(found, edition))
    if problems:
        raise Problems(TITLE, problems)
    return found.decisions


def _placed(problem: Problem, path: Path) -> Problem:
    """A fault with the decision counted as a person counts, and named by its fragment."""
    match = re.match(r"key decisions\.(\d+)(?:\.(.+))?$", problem.where)
    if not match:
        return problem
    number = int(match[1])
    entry = yaml.safe_load(path.read_text(encoding="utf-8"))["decisions"][number]
    named = f" (fragment {entry['fragment']})" if isinstance(entry, dict) and "fragment" in entry else ""
    return replace(problem, where=f"decision {number + 1}{named}" + (f", key {match[2]}" if match[2] else ""))


def _of_the_file(found: Decisions, edition: str) -> Iterator[Problem]:
    if found.edition != edition:
        yield _problem(edition, "key edition", repr(found.edition), repr(edition), "Correct the key or the name.")
    for key, times in Counter(decision.fragment for decision in found.decisions).items():
        if times > 1:
            yield _problem(edition, f"fragment {key}", f"{times} decisions", "one decision a fragment", "Keep one.")


def check(edition: str, decisions: list[Decision], said: Mapping[str, str], register: Register) -> list[Problem]:
    """What is wrong with decisions, given all fragments of the edition (text by key).

    Problems of level ``warn`` are decisions on fragments that are no longer there.
    """
    return [problem for decision in decisions for problem in _of_one(edition, decision, said, register)]


def _of_one(edition: str, decision: Decision, said: Mapping[str, str], register: Register) -> Iterator[Problem]:
    place = f"fragment {decision.fragment}"
    for reason in (decision.reason, *decision.accepted.values()):
        for one in find(reason, register):
            if one.level > Level.REVIEW:
                yield _problem(
                    edition,
                    place,
                    f"a reason with '{one.text}' ({one.reasons[0]})",
                    "a reason that tells nothing about anyone, for it stands in git",
                    "Say it without.",
                )
    if decision.fragment not in said:
        yield _problem(
            edition,
            place,
            "a decision on a fragment that is not in this edition",
            "fragments of the edition",
            "Take the decision out if the fragment is gone; if its text was changed, decide about the new text.",
            level="warn",
        )
    text = decision.text if decision.decision == "replace" else said.get(decision.fragment)
    if text is None or decision.decision == "withhold":
        return
    if decision.decision == "replace" and written(text) == written(said.get(decision.fragment, "")):
        yield _problem(
            edition, place, "a replacement that equals the fragment", "other words", "Say release, or change the text."
        )
    yield from _unresolved(edition, place, decision, find(text, register))


def _unresolved(edition: str, place: str, decision: Decision, finds: list[Find]) -> Iterator[Problem]:
    what = "replacement" if decision.decision == "replace" else "fragment"
    for one in finds:
        told = f"a {what} with '{one.text}' ({'; '.join(one.reasons)})"
        if one.level is Level.NEVER:
            yield _problem(edition, place, told, "nothing of this kind, ever", "Replace or withhold it.")
        elif one.text not in decision.accepted:
            remedy = f"Replace or withhold it, or say under accepted why '{one.text}' may stay."
            yield _problem(edition, place, told, "finds that are accepted by name", remedy)
    texts = sorted({one.text for one in finds})
    for text in decision.accepted:
        if text not in texts:
            near = difflib.get_close_matches(text, texts, n=1)
            remedy = f"Did you mean '{near[0]}'?" if near else "Take it out."
            allowed = ", ".join(texts) or f"none: nothing was found in the {what}"
            yield _problem(edition, place, f"'{text}' under accepted", allowed, remedy)


def _problem(edition: str, where: str, found: str, allowed: str, remedy: str, level: str = "refuse") -> Problem:
    path = path_of(edition)
    name = str(path.relative_to(paths.ROOT)) if path.is_relative_to(paths.ROOT) else path.name
    return Problem(name, where, found, allowed, remedy, level)
