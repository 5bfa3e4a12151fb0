"""Sign-off: a second person takes responsibility for what is released; without it a report is marked as a concept.

``parameters/signoff/<edition>.yml`` (``MIV_SIGNOFF`` moves the folder) says who signed, when, whose work, and of each
report the SHA-256 of every file. A report is released if its bytes are these, and no other report is.

Signed are the reports without the mark of a concept. They are made and attacked beside the concepts, and take their
place when nothing was found: at no moment does a report stand there without the mark that was not audited.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import date
from enum import StrEnum
from pathlib import Path

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from helpers import paths
from helpers.errors import MonitorError
from helpers.files import LOADER, display, marks, write_text
from helpers.quotes import pool
from helpers.release import makers, versions
from helpers.release.signed import bundle, changed, contents

ASIDE = ".signing"
"""Folder below an edition's outputs in which reports are made and attacked before they are signed."""


class State(StrEnum):
    """Whether a report may be handed over: ``CHANGED`` lacks the mark of a concept, and is not what was signed."""

    RELEASED = "released"
    CONCEPT = "concept"
    CHANGED = "changed"


class Signed(BaseModel):
    """One report as it was signed: the checksum of what it says, and the SHA-256 of its files by path."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    contents: str
    files: dict[str, str] = Field(min_length=1)


class Signature(BaseModel):
    """A reviewer's sign-off: who, when, of whose work, and of which bytes."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    person: str = Field(min_length=3)
    date: date
    makers: list[str] = Field(min_length=1)
    reports: dict[str, Signed]

    def changes(self, unit: str, files: dict[str, str]) -> dict[str, str]:
        """Files of a report that are not as they were signed, by path: ``gone``, ``added`` or ``other``."""
        return changed(self.reports[unit].files if unit in self.reports else {}, files)

    def covers(self, unit: str, files: dict[str, str]) -> bool:
        """Whether the bytes of a report are those that were signed."""
        return unit in self.reports and not self.changes(unit, files)


Make = Callable[[Path, Sequence[str]], None]
"""Makes reports of units in a folder, without the mark of a concept."""

Attack = Callable[[Path, Sequence[str]], bool]
"""Audits the reports below a folder of outputs, with those of earlier editions; whether nothing was found."""


def path_of(edition: str) -> Path:
    """Where an edition's sign-off is."""
    return paths.signoffs_root() / f"{edition}.yml"


def load(edition: str) -> Signature | None:
    """The sign-off of an edition, or ``None``; raises :class:`MonitorError` for a file that is not one."""
    path = path_of(edition)
    if not path.is_file():
        return None
    try:
        return Signature.model_validate(yaml.load(path.read_text(encoding="utf-8"), Loader=LOADER))
    except (yaml.YAMLError, ValidationError) as error:
        raise MonitorError(
            f"{path.name} in {path.parent} is no sign-off ({error}). It needs person, date, makers and reports, each "
            f"with contents and files; take it away and sign again with `make sign EDITION={edition}`."
        ) from error


def made(edition: str) -> dict[str, dict]:
    """What each report that there is says of itself (``report.json``), by unit."""
    found = paths.EditionPaths(edition).outputs.glob("reports/*/report.json")
    units = sorted(path.parent for path in found if not path.parent.name.startswith("."))
    return {folder.name: json.loads((folder / "report.json").read_text(encoding="utf-8")) for folder in units}


def state(edition: str, unit: str, signature: Signature | None, files: dict[str, str] | None = None) -> State:
    """Whether a report that there is may be handed over, by its bytes; ``files``: those of its bundle, if at hand."""
    if signature is not None:
        files = bundle(paths.EditionPaths(edition).report(unit)) if files is None else files
        if signature.covers(unit, files):
            return State.RELEASED
    said = json.loads((paths.EditionPaths(edition).report(unit) / "report.json").read_text(encoding="utf-8"))
    return State.CONCEPT if said.get("concept") is True else State.CHANGED


def asked(edition: str, unit: str) -> dict[str, str] | None:
    """Files that a report without the mark of a concept must have; ``None`` where it must have the mark.

    Those that were signed, if the report still says what was signed.
    """
    signature = load(edition)
    signed = signature.reports.get(unit) if signature else None
    return signed.files if signed and signed.contents == contents(edition, unit) else None


def note(edition: str, unit: str) -> None:
    """Write down in the unit's folder against which sign-off its report was made."""
    write_text(_note(edition, unit), _mark(load(edition), unit))


def outdated(edition: str, units: Sequence[str]) -> list[str]:
    """Units whose report must be made again: it is not what was signed, and lacks the mark or has it undeservedly."""
    signature = load(edition)
    states = {unit: state(edition, unit, signature) for unit in made(edition) if unit in units}

    def tried(unit: str) -> bool:
        path = _note(edition, unit)
        return (path.read_text(encoding="utf-8") if path.is_file() else "") == _mark(signature, unit)

    return [unit for unit, now in states.items() if now == State.CHANGED or (now == State.CONCEPT and not tried(unit))]


def _note(edition: str, unit: str) -> Path:
    return paths.EditionPaths(edition).unit(unit) / "signoff.txt"


def _mark(signature: Signature | None, unit: str) -> str:
    signed = signature.reports.get(unit) if signature else None
    return hashlib.sha256(signed.model_dump_json().encode()).hexdigest() if signed else ""


def sign(edition: str, person: str, maker: str, make: Make, attack: Attack) -> Signature:
    """Sign all reports of an edition and put those that were signed in the place of the concepts.

    ``maker``: who made them, as far as the project does not know ('' for nobody else).

    Raises
    ------
    MonitorError
        Without a name, or with one that shows as another; for a name of who made the reports, or where that is not
        known; without reports; without an audit of these reports, or with one that found something, in the concepts or
        in what is to be released; with
        quotes that wait for a decision; as a second version that gives a few institutions away
        (:mod:`helpers.release.versions`). Then nothing is signed and the reports are as they were.
    """
    where = paths.EditionPaths(edition)
    person = _person(edition, person)
    reports = made(edition)
    if not reports:
        raise MonitorError(f"There are no reports of edition '{edition}' to sign: run `make report` first.")
    by = _makers(edition, person, maker)
    said = {unit: report["contents"] for unit, report in reports.items()}
    earlier = _audited(edition, where, said)
    _decided(edition)
    changed = [unit for unit in reports if said[unit] != contents(edition, unit)]
    if changed:
        raise MonitorError(f"These reports are older than their chapters: {', '.join(changed)}. Run `make report`.")
    for refusal in versions.warnings(edition):
        raise MonitorError(refusal)
    with _aside(where) as root:
        final = root / edition
        make(final / "reports", list(reports))
        files = {unit: bundle(final / "reports" / unit) for unit in reports}
        try:
            _found_nothing(edition, root, said, earlier, attack)
        finally:
            _keep_audit(final, where)
        if files != {unit: bundle(final / "reports" / unit) for unit in reports}:
            raise MonitorError("The reports changed while they were audited. Nothing is signed; sign again.")
        signature = Signature(
            person=person,
            date=date.today(),
            makers=by,
            reports={unit: Signed(contents=said[unit], files=files[unit]) for unit in reports},
        )
        versions.release(edition, person, signed_before=load(edition) is not None)
        _write(edition, signature)
        _place(final, where, list(reports))
    makers.forget(edition)
    return signature


def _person(edition: str, person: str) -> str:
    name = " ".join(person.split())
    if len(name.split()) < 2:
        raise MonitorError(f'Say who signs: make sign EDITION={edition} NAME="<first and last name>".')
    if marks(name):
        raise MonitorError(f"NAME holds marks that turn text around ({marks(name)}): type the name itself.")
    return name


def _makers(edition: str, person: str, maker: str) -> list[str]:
    """Who made the reports; refuses one of them as the one who signs."""
    before = load(edition)
    known = makers.known(edition) or (before.makers if before else [])
    extra = " ".join(maker.split())
    if not extra and (not known or makers.UNKNOWN in known):
        raise MonitorError(
            "It is not known who made these reports, and who made them cannot sign them. Say who did: "
            f'make sign EDITION={edition} NAME="{person}" MAKER="<first and last name>". From the next `make report` '
            'on it is known by itself, where git knows who works here: git config user.name "<first and last name>".'
        )
    by = [name for name in dict.fromkeys([*known, extra]) if name]
    same = [name for name in by if makers.may_be_same(name, person)]
    if same:
        raise MonitorError(
            f"{person} cannot sign: these reports were made by {', '.join(same)}, which may be the same person. A "
            f"second person signs. If these are two people, put the maker's full name in "
            f"{display(makers.path_of(edition))}."
        )
    return by


def _audited(edition: str, where: paths.EditionPaths, said: dict[str, str]) -> list[str]:
    """The earlier editions with which these reports were attacked; refuses where something was found."""
    path = where.outputs / "disclosure" / "audit.json"
    audit = json.loads(path.read_text(encoding="utf-8")) if path.is_file() else None
    todo = f"Run `make audit EDITION={edition}`"
    if audit is None:
        raise MonitorError(f"Nobody attacked these reports yet. {todo} first.")
    if audit["passed"] is not True:
        raise MonitorError(f"The audit found something that can be known. {todo} to see what, and mend it.")
    if audit["contents"] != said:
        raise MonitorError(f"The reports changed since the audit. {todo} again.")
    return audit.get("earlier", [])


def _found_nothing(edition: str, root: Path, said: dict[str, str], earlier: list[str], attack: Attack) -> None:
    """Attack what is to be released; raises :class:`MonitorError` unless that found nothing, in just these reports."""
    path = root / edition / "disclosure" / "audit.json"
    passed = attack(root, earlier)
    audit = json.loads(path.read_text(encoding="utf-8")) if path.is_file() else {}
    if not passed or audit.get("passed") is not True or audit.get("contents") != said:
        raise MonitorError(
            "Nothing is signed, and the reports are concepts as they were: the audit of the reports as they would be "
            "released found something, or did not end. What it says stands above; mend it, and `make report`, "
            f"`make audit EDITION={edition}` and sign again."
        )


def _decided(edition: str) -> None:
    waiting = len(pool.load(edition).awaited)
    if waiting:
        raise MonitorError(f"{waiting} quotes wait for a decision. See `make quotes EDITION={edition}`.")


@contextmanager
def _aside(where: paths.EditionPaths) -> Iterator[Path]:
    """A folder of outputs as it will be after the release: reports and audit are its own, all else is that of now."""
    root = where.outputs / ASIDE
    clear(where.edition)
    final = root / where.edition
    for folder in ("reports", "disclosure"):
        (final / folder).mkdir(parents=True)
    try:
        for path in where.outputs.iterdir():
            if path.name not in ("reports", "disclosure", ASIDE):
                (final / path.name).symlink_to(path)
        for path in where.outputs.parent.iterdir():
            if path.name != where.edition:
                (root / path.name).symlink_to(path)
        yield root
    finally:
        clear(where.edition)


def clear(edition: str) -> None:
    """Take away what an interrupted sign-off left."""
    shutil.rmtree(paths.EditionPaths(edition).outputs / ASIDE, ignore_errors=True)


def _keep_audit(final: Path, where: paths.EditionPaths) -> None:
    path = final / "disclosure" / "audit.json"
    if path.is_file():
        os.replace(path, where.outputs / "disclosure" / path.name)


def _write(edition: str, signature: Signature) -> None:
    text = yaml.safe_dump(signature.model_dump(), allow_unicode=True, sort_keys=False, width=200)
    write_text(path_of(edition), f"# Written by `make sign`: who takes responsibility for which bytes.\n{text}")


def _place(final: Path, where: paths.EditionPaths, units: Sequence[str]) -> None:
    """Put what was signed in the place of the concepts, a report at a time."""
    replaced = final / "replaced"
    replaced.mkdir()
    for unit in units:
        os.replace(where.report(unit), replaced / unit)
        os.replace(final / "reports" / unit, where.report(unit))
