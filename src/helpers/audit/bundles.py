"""What may not stand in a bundle at all: another institution's name or code, a path or user of the maker's machine.

Every file is opened as its reader would, members of archives, metadata and comments included.
"""

from __future__ import annotations

import getpass
import html
import re
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from helpers.audit import files


@dataclass(frozen=True)
class Trace:
    """Something found in a bundle that identifies: where, and what."""

    unit: str
    file: str
    what: str


def traces(folder: Path, register: pd.DataFrame, root: Path) -> list[Trace]:
    """Everything in a bundle that names an institution other than its own, or this machine.

    ``folder`` is named for its institution, or ``sector``; ``register``: institution_id and name; ``root``: the
    project's folder, whose path may not appear.
    """
    others = register[register["institution_id"] != folder.name]
    named = {str(name) for name in others["name"]} | set(others["institution_id"])
    machine = {str(root), str(Path.home()) + "/", f"/{getpass.getuser()}/"} - {"/", "//"}
    pattern = re.compile("|".join(re.escape(word) for word in sorted({*named, *machine}, key=len, reverse=True)))
    found: list[Trace] = []
    for path in sorted(each for each in folder.rglob("*") if each.is_file()):
        if path.name == "report.json":
            continue  # the record for the researchers stays with them
        place = str(path.relative_to(folder))
        for text in (place, *files.raw(path)):
            words = {*pattern.findall(text), *pattern.findall(html.unescape(text))}  # a name with & is written &amp;
            found += [Trace(folder.name, place, word) for word in sorted(words)]
    return found
