"""A second version of an edition: signed only if its difference with what was told before is about enough institutions.

A late delivery or a correction changes the figures of the sector by just what those institutions gave. What was told
cannot be taken back, so the sets of all versions are one system (:mod:`helpers.disclosure.versions`).
"""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from datetime import date

from helpers import settings
from helpers.analyse import published
from helpers.disclosure import sets, versions
from helpers.disclosure.versions import Prints, Released, Version
from helpers.errors import MonitorError
from helpers.files import display

TITLES = {
    "students": "students",
    "staff": "staff",
    "coordinators": "answers of safety coordinators",
    "incidents": "incidents",
}


def release(edition: str, person: str, signed_before: bool) -> None:
    """Keep what this version tells, or refuse it.

    Raises
    ------
    MonitorError
        If a combination of what is told, now and in earlier versions, is about too few institutions; if the edition was
        signed before and what it told then is not kept. ``versions`` in ``parameters/disclosure.yml`` lets a version
        through, with who approved it and why.
    """
    before = versions.load(edition)
    if before is None and signed_before:
        raise MonitorError(
            f"Edition '{edition}' was signed before, but {display(versions.path_of(edition))}, which says what it "
            "told, is not there. Put it back from where you keep the deliveries. If no report ever left, remove "
            f"parameters/signoff/{edition}.yml and sign again."
        )
    released = before or Released(salt=secrets.token_hex(16), versions=[])
    now = {figure: marks for each in TITLES for figure, marks in versions.prints(edition, each, released.salt).items()}
    members, told = published.told(edition)
    number = len(released.versions) + 1
    approved = settings.load_settings().rulebook.approves(edition, number)
    problems = list(changes(edition, released, now, members, told))
    if problems and not approved:
        raise MonitorError(_refusal(edition, number, problems))
    version = Version(
        person=person.strip(),
        date=date.today(),
        prints=now,
        members={scope: sorted(codes) for scope, codes in members.items()},
        told=told,
    )
    last = released.versions[-1] if released.versions else None
    if last is None or (last.prints, last.members, last.told) != (version.prints, version.members, version.told):
        versions.save(edition, Released(salt=released.salt, versions=[*released.versions, version]))


def changes(
    edition: str, released: Released, now: Prints, members: dict[str, frozenset[str]], told: dict[str, list[str]]
) -> Iterator[tuple[str, frozenset[str]]]:
    """Figures that, with what was told before, are about too few institutions, and which these are.

    A synthetic edition of so few institutions that nothing protects them is judged for what changed only.
    """
    least = settings.load_settings().disclosure.least_institutions
    made_up = settings.load_edition(edition).synthetic is not None and len(members[versions.SECTOR]) < least
    before = versions.earlier(released, now)
    for figure in sorted(told):
        present = frozenset(now.get(figure, {}))
        own = {members[scope] & present for scope in told[figure]} - {frozenset()}
        both = own | {each for each in before.get(figure, ()) if each}
        if both == own and made_up:
            continue
        found = sets.isolated(both, least)
        if found is not None:
            yield figure, found


def warnings(edition: str) -> list[str]:
    """What a reviewer should know before signing: that this version cannot be signed as it is."""
    released = versions.load(edition)
    if released is None or settings.load_settings().rulebook.approves(edition, len(released.versions) + 1):
        return []
    now = {figure: marks for each in TITLES for figure, marks in versions.prints(edition, each, released.salt).items()}
    problems = list(changes(edition, released, now, *published.told(edition)))
    return [_refusal(edition, len(released.versions) + 1, problems)] if problems else []


def _refusal(edition: str, number: int, problems: list[tuple[str, frozenset[str]]]) -> str:
    least = settings.load_settings().disclosure.least_institutions
    table: dict[tuple[str, str], tuple[int, frozenset[str]]] = {}
    for figure, codes in problems:
        population, wave, _, _ = figure.split("|")
        count, every = table.get((population, wave), (0, frozenset()))
        table[population, wave] = (count + 1, every | codes)
    lines = [
        f"  - {TITLES[population]}{f' of {wave}' if wave else ''}: {count} figures, by which {len(codes)} "
        f"institution{'s' if len(codes) != 1 else ''} can be computed ({', '.join(sorted(codes))})"
        for (population, wave), (count, codes) in sorted(table.items())
    ]
    return "\n".join(
        [
            f"Version {number} of edition '{edition}' cannot be signed: its figures, with those of the reports that "
            "were released before, tell what a few institutions gave.",
            *lines,
            f"No difference between versions may be about fewer than {least} institutions. Do one of these:",
            f"  - wait until the deliveries of {least} institutions at least have changed, in each group of "
            "institutions that is told of;",
            f"  - leave what came late out: under `without` in parameters/editions/{edition}.yml, the institution and "
            "the source, or take the earlier delivery back;",
            "  - keep the version that was released, and put the change into the next edition.",
            "Signing only the institutions' own reports does not help: the figures of the sector stand in these too. "
            "The codes are for you; they stand in no report. If someone decides that this version may go all the "
            "same, record it under `versions` in parameters/disclosure.yml (edition, version, approved_by, reason).",
        ]
    )
