"""Codes and the groups to which they belong: the topmost parent, or the sets that ATLAS.ti makes of code groups.

Of both, those are taken that the crosswalk knows as columns; of a code that has none of these, its parent.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Container, Iterable, Iterator
from pathlib import Path

import pandas as pd

from helpers.ingest.account import Parts
from helpers.ingest.crosswalks import Crosswalk
from helpers.ingest.readers.delivered import Delivered
from helpers.ingest.readers.refi.parse import guid, local, parse

LOOSE = "Code"
"""Column of codes that belong to no group."""


def read_codebook(path: Path, name: str, crosswalk: Crosswalk | None) -> Delivered:
    """One row a code: Code, Groep, Omschrijving, Selecteerbaar."""
    from pyrefiqda.models import CodeBook

    book, document, foreign = parse(path.read_bytes(), CodeBook, name, "codebook")
    rows: list[tuple[str, str, str, bool]] = []
    for code in codes_of(book):
        rows += [(each.name, group, each.description or "", bool(each.is_codable)) for each, group in under(code)]
    frame = pd.DataFrame(rows, columns=["Code", "Groep", "Omschrijving", "Selecteerbaar"], dtype=object)
    facts = [f"REFI-QDA-codeboek, {len(rows)} codes"]
    sets = sum(local(element) == "Set" for element in document.iter("{*}Set"))
    facts += [f"{sets} verzamelingen van codes niet gelezen"] if sets else []
    facts += [f"niet van de standaard, niet gelezen: {', '.join(foreign)}"] if foreign else []
    total = sum(1 for _ in document.iter("{*}Code"))
    return Delivered(frame=frame, facts=tuple(facts), parts=(Parts("rijen", total, len(rows)),))


def codes_of(holder) -> list:
    """The topmost codes of a project or codebook."""
    book = getattr(holder, "code_book", holder)
    return list(getattr(getattr(book, "codes", None), "code", None) or [])


def under(code, group: str | None = None) -> Iterator[tuple]:
    """A code and those below it, with the name of the topmost one (empty for a code that stands alone)."""
    children = list(code.code or [])
    top = group if group is not None else (code.name if children else "")
    yield code, top
    for child in children:
        yield from under(child, top or code.name)


class Codes:
    """The codes of a project: a word, and the groups (columns) in which it stands."""

    def __init__(self, project, wanted: Iterable[str]) -> None:
        self.facts: list[str] = []
        sets = _sets(project)
        self.wanted = {name.casefold() for name in wanted}
        self.of: dict[str, tuple[str, list[str]]] = {}
        unused: dict[str, int] = defaultdict(int)
        for each, group in (pair for code in codes_of(project) for pair in under(code)):
            mine = sets.get(guid(each.guid), [])
            expected = [name for name in dict.fromkeys((group, *mine)) if name.casefold() in self.wanted]
            chosen = expected or ([group] if group else mine or [LOOSE])
            self.of[guid(each.guid)] = (each.name, chosen)
            for name in mine:
                unused[name] += name not in chosen
        left = sorted(name for name, count in unused.items() if count)
        if left:
            self.facts.append(f"verzamelingen van codes, niet (helemaal) gebruikt als groep: {', '.join(left)}")

    @property
    def groups(self) -> list[str]:
        """All groups, in order of name."""
        return sorted({group for _, groups in self.of.values() for group in groups})

    def columns(self, used: Container[str]) -> list[str]:
        """Groups that are columns: those ``used`` or known to the crosswalk, all without one."""
        return [each for each in self.groups if not self.wanted or each in used or each.casefold() in self.wanted]


def _sets(project) -> dict[str, list[str]]:
    """Names of the sets that hold each code."""
    found: dict[str, list[str]] = defaultdict(list)
    for each in getattr(getattr(project, "sets", None), "set", None) or []:
        for reference in each.member_code or []:
            if each.name not in found[guid(reference.target_guid)]:
                found[guid(reference.target_guid)].append(each.name)
    return found
