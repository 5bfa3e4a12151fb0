"""What may not stand in a bundle at all: another institution's name or code, a path or user of the maker's machine.

Every file is opened as its reader would, members of archives, metadata and comments included.
"""

from __future__ import annotations

import getpass
import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pandas as pd


@dataclass(frozen=True)
class Trace:
    """Something found in a bundle that identifies: where, and what."""

    unit: str
    file: str
    what: str


def traces(reports: Path, register: pd.DataFrame, root: Path) -> list[Trace]:
    """Everything in the bundles below a folder that names an institution other than their own, or this machine.

    ``register``: institution_id and name; ``root``: the project's folder, whose path may not appear.
    """
    found: list[Trace] = []
    for folder in sorted(path for path in reports.iterdir() if path.is_dir() and not path.name.startswith(".")):
        others = register[register["institution_id"] != folder.name]
        words = {str(name) for name in others["name"]} | set(others["institution_id"])
        machine = {str(root), str(Path.home()) + "/", f"/{getpass.getuser()}/"} - {"/", "//"}
        pattern = re.compile("|".join(re.escape(word) for word in sorted({*words, *machine}, key=len, reverse=True)))
        for path in sorted(each for each in folder.rglob("*") if each.is_file()):
            if path.name == "report.json":
                continue  # the record for the researchers stays with them
            place = str(path.relative_to(folder))
            for text in (place, *_texts(path)):
                found += [Trace(folder.name, place, word) for word in sorted(set(pattern.findall(text)))]
    return found


def _texts(path: Path) -> Iterator[str]:
    """All text of a file: members of an archive, pages and metadata of a PDF, characters of anything else."""
    if path.suffix == ".pdf":
        from pypdf import PdfReader

        reader = PdfReader(str(path))
        yield str(dict(reader.metadata or {}))
        for page in reader.pages:
            yield page.extract_text()
    elif zipfile.is_zipfile(path):
        with zipfile.ZipFile(path) as archive:
            for member in archive.infolist():
                yield member.filename + member.comment.decode(errors="replace")
                yield archive.read(member).decode("utf-8", errors="replace")
    else:
        yield path.read_bytes().decode("utf-8", errors="replace")
