"""Everything that the audit says of one bundle, and of a whole edition."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

import pandas as pd

from helpers import paths
from helpers.audit import agreement, inventory, office, pages, printed, prose, tables
from helpers.audit.attack import Bound, Contradiction, bounds
from helpers.audit.bundle import Bundle
from helpers.audit.declared import Finding, short
from helpers.audit.names import Trace, traces
from helpers.audit.published import Statement, folders, read, stated
from helpers.audit.said import Said
from helpers.audit.sentences import graph, literals, values
from helpers.audit.texts import Mention, mentions


@dataclass
class Outcome:
    """What the attack found.

    ``exact`` and ``near``: counts and answers that can be computed; ``told``: figures of hidden groups in words;
    ``rows``: hidden rows that tell a figure; ``marks``: what identifies in a bundle; ``unexpected``: what is not
    declared, or what one form of a report says and another does not; ``files``: SHA-256 of every file that was looked
    at, by report and name.
    """

    reports: int = 0
    statements: int = 0
    hidden: int = 0
    exact: list[Bound] = field(default_factory=list)
    near: list[Bound] = field(default_factory=list)
    told: list[Mention] = field(default_factory=list)
    rows: list[Statement] = field(default_factory=list)
    marks: list[Trace] = field(default_factory=list)
    unexpected: list[Finding] = field(default_factory=list)
    files: dict[str, dict[str, str]] = field(default_factory=dict)

    @property
    def passed(self) -> bool:
        """Whether nothing was found."""
        return not (self.exact or self.near or self.told or self.rows or self.marks or self.unexpected)


@dataclass
class Look:
    """What one bundle says: statements, what it tells in words, what identifies, what is not expected; its files.

    ``fixed``: checksums of parts that are the same in all reports.
    """

    unit: str
    statements: list[Statement]
    told: list[Mention]
    marks: list[Trace]
    unexpected: list[Finding]
    files: dict[str, str]
    fixed: dict[tuple[str, str], str]


def audit(reports: Path, register: pd.DataFrame, rules: dict[str, int], earlier: list[Path]) -> Outcome:
    """Attack all reports below a folder together, with those of earlier editions.

    ``rules``: what the method chapter tells: minimum_respondents, benchmark_rounding, and the protection_width asked
    for.
    """
    outcome = Outcome()
    jobs = [(folder, register, rules) for folder in folders(reports)]
    graph(), values(), literals()  # before the forks, so that they share it
    with ProcessPoolExecutor(os.cpu_count() or 1) as pool:
        looks = list(pool.map(_look, jobs))
    statements = [one for look in looks for one in look.statements]
    for look in looks:
        outcome.told += look.told
        outcome.marks += look.marks
        outcome.unexpected += look.unexpected
        outcome.files[look.unit] = look.files
    outcome.unexpected += [*office.compared({look.unit: look.fixed for look in looks}), *_loose(reports)]
    outcome.reports, outcome.statements = len(looks), len(statements)
    outcome.rows = [one for one in statements if one.contradicts]
    before = [one for folder in earlier for one in read(folder)]
    try:
        found = bounds([*statements, *before], register, rules["benchmark_rounding"])
    except Contradiction as error:
        outcome.unexpected.append(
            Finding("all reports", "", "", f"statements that cannot all be true: {error}", "counts that agree",
                    "Find which of the places named is wrong, and render that report again")
        )  # fmt: skip
        return outcome
    outcome.hidden = len(found)
    for one in found:
        kind = one.known(rules["minimum_respondents"], rules["protection_width"])
        if kind:
            (outcome.exact if kind == "exact" else outcome.near).append(one)
    return outcome


def _look(job: tuple[Path, pd.DataFrame, dict[str, int]]) -> Look:
    folder, register, rules = job
    bundle = Bundle(folder)
    statements, unread = _stated(bundle)
    return Look(
        bundle.unit,
        statements,
        mentions(bundle, statements),
        traces(bundle, register, paths.ROOT),
        [*unread, *unexpected(bundle, rules)],
        inventory.digests(bundle),
        office.fixed(bundle),
    )


def _stated(bundle: Bundle) -> tuple[list[Statement], list[Finding]]:
    """What a report states; where a file cannot be read, that is what is found."""
    try:
        return stated(bundle), []
    except (ValueError, KeyError, IndexError) as error:
        return [], [Finding(bundle.unit, "", "", f"tables that cannot be read ({error})", "tables as rendered")]


def checks(bundle: Bundle, rules: dict) -> dict[str, Callable[[], Iterator[Finding]]]:
    """What is looked at in one bundle, by name."""
    said = Said(bundle)
    return {
        "files": lambda: inventory.check(bundle, said),
        "pages": lambda: pages.check(bundle),
        "documents": lambda: office.check(bundle, said),
        "PDF": lambda: printed.check(bundle, said),
        "tables": lambda: tables.check(bundle, rules),
        "prose": lambda: prose.check(bundle, said),
        "agreement": lambda: agreement.check(bundle, said),
    }


def unexpected(bundle: Bundle, rules: dict) -> Iterator[Finding]:
    """Everything in one bundle that is not declared, small, or said by one form of the report only.

    A check that cannot read a file has found something.
    """
    for name, check in checks(bundle, rules).items():
        try:
            yield from check()
        except Exception as error:  # whatever a file does to its reader: it may not leave
            yield Finding(bundle.unit, "", name, f"files that cannot be read ({error!r})", "files as rendered")


def _loose(reports: Path) -> Iterator[Finding]:
    """Files beside the reports, or hidden folders between them."""
    for path in sorted(reports.iterdir()):
        if not path.is_dir() or path.name.startswith("."):
            yield Finding(
                path.name, "", "", f"{short(path.name)} beside the reports", "a folder a report", "Take it out"
            )
