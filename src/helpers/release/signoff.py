"""Sign-off: a reviewer takes responsibility for what is released; without it a report is marked as a concept.

``parameters/signoff/<edition>.yml`` (``MIV_SIGNOFF`` moves the folder) holds who signed, when, and for each report the
checksum of what it says. A report whose contents change afterwards is a concept again, and it alone.
"""

from __future__ import annotations

import hashlib
import json
from datetime import date
from pathlib import Path

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from helpers import paths
from helpers.errors import MonitorError
from helpers.files import marks, write_text
from helpers.quotes import pool

CONTENTS = ("*.ipynb", "*.findings.json", "*.disclosure.json", "tables/*.csv", "figures/*.svg")
"""Files of a unit that hold all that its report says about respondents."""


class Signature(BaseModel):
    """A reviewer's sign-off: who, when, and the checksum of each report's contents."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    person: str = Field(min_length=3)
    date: date
    reports: dict[str, str]

    def covers(self, edition: str, unit: str) -> bool:
        """Whether it was given for a report as it is now."""
        return self.reports.get(unit) == contents(edition, unit)


def path_of(edition: str) -> Path:
    """Where an edition's sign-off is."""
    return paths.signoffs_root() / f"{edition}.yml"


def contents(edition: str, unit: str) -> str:
    """Checksum of what a unit's report says: its executed chapters and what they published, and the rules."""
    folder = paths.EditionPaths(edition).unit(unit)
    files = sorted({path for pattern in CONTENTS for path in folder.glob(pattern) if ".failed." not in path.name})
    words = sorted((paths.REPORT_PARTS / "words" / edition).glob("*.md"))
    digest = hashlib.sha256()
    for path in (*files, *words, paths.PARAMETERS / "disclosure.yml"):
        digest.update(path.name.encode())
        digest.update(hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()


def load(edition: str) -> Signature | None:
    """The sign-off of an edition, or ``None``; raises :class:`MonitorError` for a file that is not one."""
    path = path_of(edition)
    if not path.is_file():
        return None
    try:
        return Signature.model_validate(yaml.safe_load(path.read_text(encoding="utf-8")))
    except (yaml.YAMLError, ValidationError) as error:
        raise MonitorError(
            f"{path.name} in {path.parent} is no sign-off ({error}). It needs person, date and reports; "
            f"take it away and sign again with `make sign EDITION={edition}`."
        ) from error


def signed(edition: str, unit: str) -> Signature | None:
    """The sign-off if it covers this report as it is now."""
    signature = load(edition)
    return signature if signature is not None and signature.covers(edition, unit) else None


def mark(edition: str, unit: str) -> str:
    """The checksum that was signed for a report ('' where there is none): a change makes the report again."""
    signature = load(edition)
    return signature.reports.get(unit, "") if signature else ""


def sign(edition: str, person: str) -> Signature:
    """Sign all reports of an edition, after an audit of just these that found nothing.

    Raises
    ------
    MonitorError
        Without a name, or with one that shows as another; without reports; without an audit of these reports, or with
        one that found something; with quotes that wait for a decision.
    """
    where = paths.EditionPaths(edition)
    if len(person.strip()) < 3:
        raise MonitorError(f'Say who signs: make sign EDITION={edition} NAME="<first and last name>".')
    if marks(person):
        raise MonitorError(f"NAME holds marks that turn text around ({marks(person)}): type the name itself.")
    made = {
        path.parent.name: json.loads(path.read_text("utf-8")) for path in where.outputs.glob("reports/*/report.json")
    }
    if not made:
        raise MonitorError(f"There are no reports of edition '{edition}' to sign: run `make report` first.")
    _audited(edition, made)
    _decided(edition)
    now = {unit: contents(edition, unit) for unit in sorted(made)}
    changed = [unit for unit, report in made.items() if report["contents"] != now[unit]]
    if changed:
        raise MonitorError(f"These reports are older than their chapters: {', '.join(changed)}. Run `make report`.")
    signature = Signature(person=person.strip(), date=date.today(), reports=now)
    text = yaml.safe_dump(signature.model_dump(), allow_unicode=True, sort_keys=False)
    head = "# Written by `make sign`: who takes responsibility for what.\n"
    write_text(path_of(edition), head + text)
    return signature


def _audited(edition: str, made: dict[str, dict]) -> None:
    path = paths.EditionPaths(edition).outputs / "disclosure" / "audit.json"
    audit = json.loads(path.read_text(encoding="utf-8")) if path.is_file() else None
    todo = f"Run `make audit EDITION={edition}`"
    if audit is None:
        raise MonitorError(f"Nobody attacked these reports yet. {todo} first.")
    if not audit["passed"]:
        raise MonitorError(f"The audit found something that can be known. {todo} to see what, and mend it.")
    if audit["contents"] != {unit: report["contents"] for unit, report in made.items()}:
        raise MonitorError(f"The reports changed since the audit. {todo} again.")


def _decided(edition: str) -> None:
    waiting = len(pool.load(edition).awaited)
    if waiting:
        raise MonitorError(f"{waiting} quotes wait for a decision. See `make quotes EDITION={edition}`.")
