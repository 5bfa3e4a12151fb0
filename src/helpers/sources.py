"""The registry of sources (``data/sources.yml``), and what was received of each, as intake writes it down."""

from __future__ import annotations

import datetime
import errno
import os
from pathlib import Path

import yaml
from pydantic import Field, TypeAdapter, field_validator, model_validator

from helpers import paths, schema
from helpers.errors import Problem, Problems
from helpers.files import Strict, display, read_yaml, validated, write_text

RECEIVED = "received.yml"
"""The log book, in the folder of an edition's deliveries: every version of every file that intake saw."""

CLOSED = (errno.EROFS, errno.EACCES, errno.EPERM)
"""What the system says of a folder in which one may read and not write."""

SIDECAR = ".sha256"
"""A file beside a delivery with the sender's own checksum of it."""

NOT_DELIVERIES = (RECEIVED, "manifest.json", "README.md")


class Period(Strict):
    """When the data were collected, both days inclusive."""

    first: datetime.date = Field(alias="from")
    last: datetime.date = Field(alias="until")

    @model_validator(mode="after")
    def _in_order(self) -> Period:
        if self.last < self.first:
            raise ValueError("until lies before from")
        return self


class Source(Strict):
    """One source of an edition: the files that match ``pattern`` feed ``table`` through ``crosswalk``.

    ``crosswalk`` may name several, for layouts that differ between publication years: the one that fits is
    taken, and the intake page says which. ``coverage``: share of the register's institutions that is expected to
    have rows; 0 for a source without institutions. ``persons``: rows are about persons, so that columns of
    identifiers are looked for; texts are looked through in every source.
    """

    source: str = Field(pattern=r"^[a-z][a-z0-9_]*$")
    title: str
    table: str
    pattern: str
    crosswalk: tuple[str, ...]
    owner: str
    basis: str = Field(description="legal basis or agreement under which the data may be used")
    period: Period
    coverage: float = Field(ge=0, le=1)
    wave: int | None = None
    required: bool = True
    persons: bool = True

    @field_validator("crosswalk", mode="before")
    @classmethod
    def _several(cls, value: object) -> object:
        return (value,) if isinstance(value, str) else value

    def files(self, where: paths.EditionPaths) -> list[Path]:
        """Delivered files of this source, in order of name; never a link, one behind it, or a name that is no text."""
        found = where.deliveries.glob(self.pattern)
        return sorted(
            path
            for path in found
            if path.is_file()
            and path.suffix != SIDECAR
            and not path.name.startswith((".", "~$"))
            and not _linked(path, where.deliveries)
            and _is_text(path)
        )


class Version(Strict):
    """One version of a received file."""

    sha256: str
    bytes: int
    rows: int
    date: datetime.date


Received = dict[str, list[Version]]
"""Versions by file name, oldest first."""


def load_sources(path: Path | None = None) -> list[Source]:
    """The registry; raises :class:`Problems` with everything that is wrong with it."""
    path = path or paths.SOURCES
    sources = validated(TypeAdapter(list[Source]), read_yaml(path), path)
    name = display(path)
    problems = [
        Problem(name, f"source {source.source}", f"table '{source.table}'", ", ".join(schema.TABLES), "Correct it.")
        for source in sources
        if source.table not in schema.TABLES
    ]
    keys = [source.source for source in sources]
    problems += [
        Problem(name, f"source {key}", "the key twice", "each source once", "Rename one of them.")
        for key in sorted({key for key in keys if keys.count(key) > 1})
    ]
    if problems:
        raise Problems("The registry of sources cannot be used:", problems)
    return sources


def load_received(folder: Path) -> Received:
    """The log book in a folder; empty if there is none. Raises :class:`Problems`."""
    path = folder / RECEIVED
    if not path.is_file():
        return {}
    return validated(TypeAdapter(Received), read_yaml(path) or {}, path)


def update_received(where: paths.EditionPaths, seen: dict[str, dict], today: datetime.date) -> tuple[Received, Path]:
    """Add what is new to the log book; gives it, and the folder where it now is.

    ``seen``: sha256, bytes and rows by file name. It stands among the deliveries; where nobody may write there, as on
    a network share, it stands among the outputs until one may.
    """
    received = _joined(load_received(where.deliveries), load_received(where.outputs))
    for name, about in sorted(seen.items()):
        versions = received.get(name, [])
        if not versions or versions[-1].sha256 != about["sha256"]:
            received[name] = [*versions, Version(date=today, **about)]
    content = {name: [version.model_dump() for version in received[name]] for name in sorted(received)}
    text = "# Written by intake: every version of every file that it saw, oldest first. Do not edit.\n"
    text += yaml.safe_dump(content, allow_unicode=True, sort_keys=False)
    try:
        _keep(where.deliveries / RECEIVED, text)
    except OSError as error:
        if error.errno not in CLOSED:
            raise
        _keep(where.outputs / RECEIVED, text)
        return received, where.outputs
    (where.outputs / RECEIVED).unlink(missing_ok=True)
    return received, where.deliveries


def _keep(path: Path, text: str) -> None:
    if not path.is_file() or path.read_text(encoding="utf-8") != text:
        write_text(path, text)


def _joined(first: Received, second: Received) -> Received:
    """Versions of two log books, of which one went on where the other ended."""
    joined = {name: list(versions) for name, versions in first.items()}
    for name, versions in second.items():
        mine = joined.setdefault(name, [])
        mine += [each for each in versions if each not in mine]
        mine.sort(key=lambda each: each.date)
    return joined


def _linked(path: Path, deliveries: Path) -> bool:
    """Whether a link stands between the folder of deliveries and a file, or is the file."""
    steps = path.relative_to(deliveries).parts
    return any(deliveries.joinpath(*steps[: end + 1]).is_symlink() for end in range(len(steps)))


def _is_text(path: Path) -> bool:
    """Whether a name can be written down: one in another encoding than the system's cannot."""
    try:
        str(path).encode()
    except UnicodeEncodeError:
        return False
    return True


def named(path: Path, where: paths.EditionPaths) -> str:
    """The name of a delivery for a message; bytes that are no text are written out, as ``\\xeb``."""
    return os.fsencode(path.relative_to(where.deliveries)).decode("utf-8", "backslashreplace")


def links(where: paths.EditionPaths) -> list[str]:
    """Names of links among the deliveries: what they point at is never read."""
    return [named(path, where) for path in sorted(where.deliveries.rglob("*")) if path.is_symlink()]


def specials(where: paths.EditionPaths) -> list[str]:
    """Names of pipes, sockets and devices among the deliveries, which are never read."""
    return [
        named(path, where)
        for path in sorted(where.deliveries.rglob("*"))
        if not (path.is_symlink() or path.is_file() or path.is_dir())
    ]


def unwritten(where: paths.EditionPaths) -> list[str]:
    """Names of deliveries that are no text, written out."""
    return [named(path, where) for path in sorted(where.deliveries.rglob("*")) if not _is_text(path)]


def braced(path: Path, where: paths.EditionPaths) -> bool:
    """Whether the name of a delivery holds braces, in which Snakemake sees the name of a wildcard."""
    return "{" in named(path, where)


def unexpected(where: paths.EditionPaths, sources: list[Source]) -> list[str]:
    """Names of files among the deliveries that belong to no source."""
    known = {path for source in sources for path in source.files(where)}
    return [
        str(path.relative_to(where.deliveries))
        for path in sorted(where.deliveries.rglob("*"))
        if path.is_file()
        and not _linked(path, where.deliveries)
        and _is_text(path)
        and path not in known
        and path.name not in NOT_DELIVERIES
        and path.suffix != SIDECAR
        and not any(part.startswith(".") for part in path.relative_to(where.deliveries).parts)
    ]
