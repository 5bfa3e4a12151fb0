"""REFI-QDA projects (.qdpx) and codebooks (.qdc), as ATLAS.ti, MAXQDA and NVivo export them.

Standard: REFI-QDA 1.5 (https://www.qdasoftware.org). The XML is bound to pyrefiqda's models; of a project only
text sources are read, and only what was coded: one row a coded selection. A code that stands under another belongs
to the group of its topmost parent, and each group is a column; codes without a parent stand in the column ``Code``.
"""

from __future__ import annotations

import io
import itertools
import zipfile
from collections import defaultdict
from pathlib import Path, PurePosixPath

import pandas as pd
from lxml import etree

from helpers.ingest.crosswalks import Crosswalk
from helpers.ingest.problems import Unreadable
from helpers.ingest.readers.delivered import Delivered

DOCUMENT, SELECTION = "Document", "Fragment"
LOOSE = "Code"
"""Column of codes that belong to no group."""


def read_project(path: Path, name: str, crosswalk: Crosswalk | None) -> Delivered:
    """One row a coded selection: Document, Fragment, a column per code group, a column per document variable."""
    from pyrefiqda.models import Project

    with zipfile.ZipFile(path) as archive:
        entries = archive.namelist()
        inside = [entry for entry in entries if entry.lower().endswith(".qde")]
        if len(inside) != 1:
            raise Unreadable(
                name,
                f"{len(inside)} projectbestanden (.qde) in het archief",
                "één projectbestand",
                "Exporteer het project opnieuw als REFI-QDA-project.",
            )
        project = _parse(archive.read(inside[0]), Project, name)
        texts = {PurePosixPath(entry).name: archive.read(entry) for entry in entries if entry.lower().endswith(".txt")}
    return _Reading(project, texts, name).table()


def read_codebook(path: Path, name: str, crosswalk: Crosswalk | None) -> Delivered:
    """One row a code: Code, Groep, Omschrijving, Selecteerbaar."""
    from pyrefiqda.models import CodeBook

    book = _parse(path.read_bytes(), CodeBook, name)
    rows: list[tuple[str, str, str, bool]] = []
    for code in _codes(book):
        rows += [(each.name, group, each.description or "", bool(each.is_codable)) for each, group in _under(code)]
    frame = pd.DataFrame(rows, columns=["Code", "Groep", "Omschrijving", "Selecteerbaar"], dtype=object)
    return Delivered(frame=frame, facts=(f"REFI-QDA-codeboek, {len(rows)} codes",))


def _parse(content: bytes, model: type, name: str):
    from xsdata.formats.dataclass.parsers.config import ParserConfig
    from xsdata_pydantic.bindings import XmlParser

    # strictly first: the binding's own parser goes on after a tag that does not close
    document = etree.fromstring(content, etree.XMLParser(resolve_entities=False, no_network=True, recover=False))
    if document.getroottree().docinfo.doctype:
        raise Unreadable(name, "een documenttype in de XML", "gewone XML", "Exporteer het opnieuw.")
    parser = XmlParser(config=ParserConfig(fail_on_unknown_properties=True, fail_on_unknown_attributes=False))
    return parser.parse(io.BytesIO(content), model)


def _codes(project) -> list:
    book = getattr(project, "code_book", project)
    codes = getattr(getattr(book, "codes", None), "code", None)
    return list(codes or [])


def _under(code, group: str | None = None):
    """A code and those below it, with the name of the topmost one (empty for a code that stands alone)."""
    children = list(code.code or [])
    top = group if group is not None else (code.name if children else "")
    yield code, top
    for child in children:
        yield from _under(child, top or code.name)


def _plain(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


class _Reading:
    """A project on its way to a table."""

    def __init__(self, project, texts: dict[str, bytes], name: str) -> None:
        self.project, self.texts, self.name = project, texts, name
        self.codes = {
            str(each.guid): (each.name, group or LOOSE) for code in _codes(project) for each, group in _under(code)
        }
        self.variables = {
            str(variable.guid): variable.name
            for variable in getattr(getattr(project, "variables", None), "variable", None) or []
        }
        self.skipped = 0

    def table(self) -> Delivered:
        rows = [row for source in self._sources() for row in self._selections(source)]
        groups = sorted({group for _, group in self.codes.values()})
        columns = [DOCUMENT, SELECTION, *groups, *dict.fromkeys(self.variables.values())]
        frame = pd.DataFrame(rows, columns=list(dict.fromkeys(columns)), dtype=object)
        facts = [f"REFI-QDA-project, {len(list(self._sources()))} tekstbronnen, {len(self.codes)} codes"]
        if self.skipped:
            facts.append(f"{self.skipped} selecties zonder code niet gelezen")
        return Delivered(frame=frame, facts=tuple(facts))

    def _sources(self) -> list:
        return list(getattr(getattr(self.project, "sources", None), "text_source", None) or [])

    def _text(self, source) -> str:
        if source.plain_text_content is not None:
            return source.plain_text_content
        place = PurePosixPath((source.plain_text_path or "").removeprefix("internal://")).name
        if place not in self.texts:
            raise Unreadable(
                self.name,
                f"geen tekst bij bron ‘{source.name}’",
                "de tekst van elke bron in het project",
                "Exporteer het project met de bronnen erin.",
            )
        return self.texts[place].decode("utf-8-sig")

    def _values(self, holder) -> dict[str, object]:
        found = {}
        for value in getattr(holder, "variable_value", None) or []:
            guid = str(value.variable_ref.target_guid)
            kinds = ("text_value", "boolean_value", "integer_value", "float_value", "date_value", "date_time_value")
            given = [getattr(value, kind, None) for kind in kinds]
            found[self.variables.get(guid, guid)] = next((_plain(each) for each in given if each is not None), None)
        return found

    def _of_document(self, source) -> dict[str, object]:
        """Variables of the source itself and of the cases to which it belongs."""
        found = self._values(source)
        for case in getattr(getattr(self.project, "cases", None), "case", None) or []:
            refs = {str(ref.target_guid) for ref in getattr(case, "source_ref", None) or []}
            if str(source.guid) in refs:
                found = {**self._values(case), **found}
        return found

    def _selections(self, source):
        text = None
        about = self._of_document(source)
        for selection in source.plain_text_selection or []:
            guids = [str(coding.code_ref.target_guid) for coding in selection.coding or []]
            if not guids:
                self.skipped += 1
                continue
            text = self._text(source) if text is None else text
            fragment = self._fragment(text, selection, source)
            by_group: dict[str, list[str]] = defaultdict(list)
            for guid in guids:
                if guid not in self.codes:
                    raise Unreadable(
                        self.name,
                        f"een code die niet in het codeboek staat, bij bron ‘{source.name}’",
                        "codes van het codeboek in het project",
                        "Exporteer het project opnieuw.",
                    )
                word, group = self.codes[guid]
                by_group[group].append(word)
            for words in itertools.product(*by_group.values()):
                yield {DOCUMENT: source.name, SELECTION: fragment, **about, **dict(zip(by_group, words, strict=True))}

    def _fragment(self, text: str, selection, source) -> str:
        start, end = int(selection.start_position), int(selection.end_position)
        # positions count code points (REFI-QDA 1.5, 4.4.2); a line end is one of them
        plain = text.replace("\r\n", "\n")
        if not 0 <= start < end <= max(len(plain), len(text)):
            raise Unreadable(
                self.name,
                f"een selectie van teken {start} tot {end} in bron ‘{source.name}’, die {len(plain)} tekens heeft",
                "selecties binnen de tekst",
                "De tekst is veranderd na het coderen: exporteer het project opnieuw.",
            )
        return " ".join(plain[start:end].split())
