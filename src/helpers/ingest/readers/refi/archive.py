"""The archive of a REFI-QDA project: its project file, and the texts of its sources, found by their paths."""

from __future__ import annotations

import io
import re
import stat
import unicodedata
import zipfile
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path, PurePosixPath
from urllib.parse import unquote

from helpers.ingest.account import Parts, Rest
from helpers.ingest.problems import Unreadable
from helpers.ingest.readers.containers import UNPACKED
from helpers.ingest.readers.refi.positions import Text
from helpers.ingest.words import visible

JUNK = re.compile(r"(^|/)(__MACOSX/.*|\._[^/]*|\.DS_Store|Thumbs\.db|desktop\.ini)$", re.IGNORECASE)
"""What macOS and Windows add when a folder is packed."""
OUTSIDE = re.compile(r"^(/|[A-Za-z]:)|(^|/)\.\.(/|$)|\x00")
"""A name that points outside the archive."""
PATH = re.compile(r"(?:(internal|relative|absolute)://)?/?(.*)", re.DOTALL | re.IGNORECASE)
SOURCES = re.compile(r"^sources/", re.IGNORECASE)


class NoText(Exception):
    """A text that is not there, or cannot be read; the message says which, in Dutch."""


def _form(name: str) -> str:
    """A name as it is compared: slashes, composed letters, no ``./``."""
    return unicodedata.normalize("NFC", re.sub(r"(^|/)(\./)+", r"\1", name.replace("\\", "/")))


def _name_of(entry: zipfile.ZipInfo) -> str:
    """The name of an entry; Finder writes UTF-8 without saying so."""
    name = entry.filename
    if not entry.flag_bits & 0x800:
        try:
            name = name.encode("cp437").decode("utf-8")
        except UnicodeError:
            name = entry.filename
    return _form(name)


class Archive:
    """A .qdpx file, open; raises :class:`Unreadable` where it is no archive of one project."""

    def __init__(self, path: Path, name: str) -> None:
        self.zip = zipfile.ZipFile(path)
        self.name = name
        self.entries = {_name_of(entry): entry for entry in self.zip.infolist() if not entry.is_dir()}
        self._check([_name_of(entry) for entry in self.zip.infolist() if not entry.is_dir()])
        self.files = [entry for entry in self.entries if not JUNK.search(entry)]
        projects = [entry for entry in self.files if entry.lower().endswith(".qde")]
        if len(projects) != 1:
            which = f": {', '.join(projects[:5])}" if projects else ""
            raise Unreadable(
                name,
                f"{len(projects)} projectbestanden (.qde) in het archief{which}",
                "één projectbestand",
                "Exporteer het project opnieuw als REFI-QDA-project.",
            )
        self.project = projects[0]
        self.used, self.claimed, self.referred = {self.project}, set(), set()
        base = self.project.rpartition("/")[0]
        self._inner = {entry: entry.removeprefix(f"{base}/") if base else entry for entry in self.files}
        self._texts: dict[str, Text] = {}
        self.facts: list[str] = []

    def __enter__(self) -> Archive:
        return self

    def __exit__(self, *_) -> None:
        self.zip.close()

    def _check(self, names: list[str]) -> None:
        links = {name for name, entry in self.entries.items() if stat.S_ISLNK(entry.external_attr >> 16)}
        outside = sorted({name for name in names if OUTSIDE.search(name)} | links)
        if outside:
            raise Unreadable(
                self.name,
                f"een bestand in het archief dat naar buiten wijst (‘{visible(outside[0])}’)",
                "bestanden binnen het archief",
                "Vraag de afzender hoe dit archief is gemaakt, en exporteer het project opnieuw.",
            )
        double = [name for name, count in Counter(names).items() if count > 1]
        if double:
            raise Unreadable(
                self.name,
                f"‘{visible(double[0])}’ twee keer in het archief",
                "elk bestand één keer",
                "Exporteer het project opnieuw.",
            )

    def read(self, entry: str) -> bytes:
        """Content of a file of the archive."""
        return self.zip.read(self.entries[entry])

    def refer(self, path: str | None) -> None:
        """Note that a source has this file, whether it is read or not; before any text is looked for."""
        if path and (entry := self._exact(path)) is not None:
            self.claimed.add(entry)
            self.referred.add(entry)

    def text(self, path: str, source: str) -> Text:
        """The text at a path of the project; raises :class:`NoText`."""
        entry = self._exact(path) or self._by_name(path, source)
        if entry is None:
            raise NoText(f"het bestand ‘{path}’ zit niet in het archief")
        if entry not in self._texts:
            self._texts[entry] = _document(self.read(entry)) if _is_docx(entry) else _decoded(self.read(entry))
        self.used.add(entry)
        return self._texts[entry]

    def _exact(self, path: str) -> str | None:
        """The file at a path: in ``sources`` if it is internal, beside the project otherwise; then in any case."""
        kind, inside = PATH.fullmatch(path).groups()
        inside = _form(inside)
        if (kind or "").lower() == "absolute":
            return None
        for same in (str, str.casefold):
            for wanted in dict.fromkeys((inside, _form(unquote(inside)))):
                for place in self._places(kind):
                    found = [entry for entry in self.files if same(place(entry)) == same(wanted)]
                    if len(found) == 1:
                        return found[0]
        return None

    def _places(self, kind: str | None) -> Iterator[Callable[[str], str]]:
        """How a file may be called from within: in the folder of sources, or beside the project; and unescaped."""

        def in_sources(entry: str) -> str:
            inner = self._inner[entry]
            return SOURCES.sub("", inner) if SOURCES.match(inner) else "\x00"

        first, second = (in_sources, self._inner.__getitem__)
        if (kind or "").lower() == "relative":
            first, second = second, first
        yield from (first, second)
        yield from (lambda entry: _form(unquote(first(entry))), lambda entry: _form(unquote(second(entry))))

    def _by_name(self, path: str, source: str) -> str | None:
        """The one file with the end of a path, that no other source has; it is told."""
        parts = PurePosixPath(_form(unquote(PATH.fullmatch(path)[2]))).parts
        for length in range(len(parts), 0, -1):
            end = "/".join(parts[-length:]).casefold()
            found = [
                entry
                for entry in self.files
                if entry not in self.claimed and f"/{unquote(entry)}".casefold().endswith(f"/{end}")
            ]
            if len(found) == 1:
                self.claimed.add(found[0])
                self.facts.append(f"tekst van bron ‘{source}’ gevonden als ‘{found[0]}’ (het project noemt ‘{path}’)")
                return found[0]
            if found:
                return None
        return None

    def account(self) -> Parts:
        """What became of every file in the archive."""
        junk = [entry for entry in self.entries if entry not in self.files]
        media = [entry for entry in self.files if entry not in self.used and entry in self.referred]
        rest = [entry for entry in self.files if entry not in self.used and entry not in self.referred]
        told = (
            (junk, "toegevoegd door het besturingssysteem"),
            (media, "opmaak, beeld, geluid of tekst zonder codering: niet gelezen"),
            (rest, "hoort bij geen bron van het project"),
        )
        return Parts(
            "bestanden",
            len([entry for entry in self.zip.infolist() if not entry.is_dir()]),
            len(self.used),
            tuple(Rest(_some(entries), len(entries), reason) for entries, reason in told if entries),
        )


def _some(names: list[str]) -> str:
    return ", ".join(names[:3]) + (" …" if len(names) > 3 else "")


def _is_docx(entry: str) -> bool:
    return entry.lower().endswith(".docx")


def _decoded(content: bytes) -> Text:
    """Text in UTF-8, as the standard has it, or in UTF-16 that says so; raises :class:`NoText`."""
    if content.startswith((b"PK\x03\x04", b"%PDF", b"{\\rtf", bytes.fromhex("d0cf11e0a1b11ae1"))):
        raise NoText("het tekstbestand is een document met opmaak")
    wide = content.startswith((b"\xff\xfe", b"\xfe\xff"))
    try:
        text = content.decode("utf-16" if wide else "utf-8")
    except UnicodeDecodeError as error:
        raise NoText(f"het tekstbestand is geen UTF-8 (plaats {error.start})") from error
    if "\x00" in text:
        raise NoText("het tekstbestand heeft nulbytes")
    bom = wide or text.startswith("\ufeff")
    return Text(text.lstrip("\ufeff"), bom)


def _document(content: bytes) -> Text:
    """Paragraphs and cells of a Word document, each on its line; raises :class:`NoText`."""
    from docx import Document

    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            if sum(entry.file_size for entry in archive.infolist()) > UNPACKED:
                raise NoText("het Word-document is uitgepakt te groot")
        lines = list(_lines(Document(io.BytesIO(content))))
    except NoText:
        raise
    except Exception as error:
        raise NoText(f"het Word-document is niet te lezen ({type(error).__name__})") from error
    return Text("\r\n".join(lines), derived=True)


def _lines(holder) -> Iterator[str]:
    for block in holder.iter_inner_content():
        if hasattr(block, "rows"):
            for row in block.rows:
                seen: list = []
                for cell in row.cells:
                    if not any(cell._tc is each for each in seen):  # a merged cell comes once for each of its columns
                        seen.append(cell._tc)
                        yield from _lines(cell)
        else:
            yield from block.text.replace("\r\n", "\n").split("\n")
