"""A REFI-QDA project as a table: one row a coded selection of text, and an account of all else that it holds."""

from __future__ import annotations

import itertools
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pandas as pd

from helpers.ingest.account import Parts, Rest
from helpers.ingest.crosswalks import Crosswalk
from helpers.ingest.problems import Unreadable
from helpers.ingest.readers.delivered import Delivered
from helpers.ingest.readers.refi import counted, positions, told
from helpers.ingest.readers.refi.archive import Archive, NoText
from helpers.ingest.readers.refi.codes import Codes
from helpers.ingest.readers.refi.parse import guid, parse
from helpers.ingest.readers.refi.positions import Found, Marked, Text
from helpers.ingest.readers.refi.told import Told

DOCUMENT, SELECTION = "Document", "Fragment"
KINDS = {
    "text_source": "tekst",
    "pdfsource": "PDF",
    "picture_source": "afbeelding",
    "audio_source": "geluid",
    "video_source": "beeld",
}
"""Sources of a project, and what they are called."""
AREAS = {
    "pdfselection": "een vlak in een PDF zonder tekst",
    "picture_selection": "een vlak in een afbeelding",
    "audio_selection": "een stuk geluid",
    "video_selection": "een stuk beeld",
}
"""Selections that are not of text."""
WHOLE = "een codering van een hele bron"
CASE = "een codering van een casus"
MEMO = "in een memo van de onderzoekers"
NO_CODE = "zonder code"
SAME = "zelfde plaats en codes als een andere selectie: één keer geteld"
UNREAD = "niet te lezen (zie de problemen)"


def read_project(path: Path, name: str, crosswalk: Crosswalk | None) -> Delivered:
    """One row a coded selection: Document, Fragment, a column per code group, a column per document variable."""
    from pyrefiqda.models import Project

    with Archive(path, name) as archive:
        project, document, foreign = parse(archive.read(archive.project), Project, name, "project")
        wanted = set(crosswalk.expected()) if crosswalk is not None else set()
        return _Project(project, document, archive, Codes(project, wanted), foreign).table()


@dataclass(eq=False)
class _Selection:
    """A coded place in a text, or a whole text (``marked`` is none)."""

    source: _Source
    guid: str
    codes: list[tuple[str, list[str]]]
    marked: Marked | None = None
    fragment: str = ""
    found: Found | None = None

    @property
    def place(self) -> tuple:
        """Where it stands: selections of one place are one."""
        if self.marked is None:
            return (self.source.guid, self.guid)
        return (self.source.guid, id(self.marked.text), self.marked.start, self.marked.end)

    @property
    def groups(self) -> set[str]:
        return {group for _, groups in self.codes for group in groups}


@dataclass(eq=False)
class _Source:
    """A source of the project: its own variables, and those of the cases to which it belongs."""

    guid: str
    name: str
    kind: str
    about: dict[str, object] = field(default_factory=dict)
    rows: int = 0


class _Project:
    """A project on its way to a table."""

    def __init__(self, project, document, archive: Archive, codes: Codes, foreign: list[str]) -> None:
        self.project, self.document, self.archive, self.codes = project, document, archive, codes
        self.file = archive.name
        self.facts: list[str] = []
        if foreign:
            self.facts.append(f"niet van de standaard, niet gelezen: {', '.join(foreign)}")
        self.told = Told(self.file)
        self.left: Counter[tuple[str, str]] = Counter()
        self.selections: list[_Selection] = []
        self.variables = self._variables()
        self.cases = list(getattr(getattr(project, "cases", None), "case", None) or [])
        self.of_selection = self._cases_of_selections()

    # what there is ---------------------------------------------------------------------------------------------------

    def _variables(self) -> dict[str, str]:
        """Names of variables; one that is called as a column of ours gets another."""
        taken = {DOCUMENT, SELECTION, *self.codes.groups}
        found = getattr(getattr(self.project, "variables", None), "variable", None) or []
        return {guid(each.guid): f"{each.name} (kenmerk)" if each.name in taken else each.name for each in found}

    def _cases_of_selections(self) -> dict[str, list]:
        found = defaultdict(list)
        for case in self.cases:
            for reference in case.selection_ref or []:
                found[guid(reference.target_guid)].append(case)
        return found

    def _holders(self) -> list[tuple[str, object]]:
        sources = getattr(self.project, "sources", None)
        return [(kind, each) for kind in KINDS for each in getattr(sources, kind, None) or []]

    def table(self) -> Delivered:
        """Everything, in the order in which it stands."""
        holders = self._holders()
        for path in (element.get(key) for element in self.document.iter("{*}*") for key in _PATHS):
            self.archive.refer(path)
        sources = [self._source(kind, holder) for kind, holder in holders]
        self._tell_names(sources)
        for source, (kind, holder) in zip(sources, holders, strict=True):
            self._read(source, kind, holder)
        self._memos()
        self._coded_cases()
        self._place()
        buckets = self._together()
        rows = [row for bucket in buckets for row in self._rows(bucket)]
        kept = [each for bucket in buckets for each in bucket]
        cases = [(each.source.name, each.marked, each.found) for each in kept if each.found is not None]
        doubts = told.doubts(cases, self.told)
        unread = [defect for defect in self.told.defects if defect.rule == "coding_unread"]
        if unread and not rows:
            first = unread[0]
            raise Unreadable(self.file, first.found, first.allowed, first.remedy, where=first.where)
        groups = self.codes.columns({group for each in kept for group in each.groups})
        columns = [DOCUMENT, SELECTION, *groups, *self.variables.values()]
        columns += [column for row in rows for column in row]
        frame = pd.DataFrame(rows, columns=list(dict.fromkeys(columns)), dtype=object)
        self._tell()
        texts = sum(source.rows > 0 for source in sources)
        first = f"REFI-QDA-project, {len(sources)} bronnen, {texts} met gecodeerde tekst, {len(self.codes.of)} codes"
        facts = (first, *self.facts, *self.codes.facts, *self.archive.facts)
        parts = self._parts(sources, len(kept), doubts, *frame.shape)
        return Delivered(frame=frame, facts=facts, doubts=tuple(self.told.defects), parts=parts)

    def _source(self, kind: str, holder) -> _Source:
        key = guid(holder.guid)
        source = _Source(key, holder.name or _base(holder) or key, KINDS[kind])
        names = {key} | {guid(part.guid) for part in _texts_in(holder)}
        mine = self._values(holder)
        of_cases: dict[str, object] = {}
        for case in self.cases:
            if not names & {guid(reference.target_guid) for reference in case.source_ref or []}:
                continue
            for variable, value in self._values(case).items():
                if of_cases.get(variable) is None:
                    of_cases[variable] = value
                elif value is not None and value != of_cases[variable] and mine.get(variable) is None:
                    self.told.two_values(source.name, variable)
        source.about = {**of_cases, **{key: value for key, value in mine.items() if value is not None}}
        return source

    def _values(self, holder) -> dict[str, object]:
        found: dict[str, object] = {}
        for value in getattr(holder, "variable_value", None) or []:
            kinds = ("text_value", "boolean_value", "integer_value", "float_value", "date_value", "date_time_value")
            given = [getattr(value, kind, None) for kind in kinds]
            word = next((_plain(each) for each in given if each is not None), None)
            key = guid(value.variable_ref.target_guid)
            name = self.variables.get(key, key)
            if found.get(name) is not None and word is not None and word != found[name]:
                self.told.two_values(getattr(holder, "name", None) or "", name)
            found[name] = word if found.get(name) is None else found[name]
        return found

    def _tell_names(self, sources: list[_Source]) -> None:
        """Two sources of one name are two documents, with names that differ."""
        seen: Counter[str] = Counter()
        for source in sources:
            seen[source.name] += 1
            if seen[source.name] > 1:
                name = f"{source.name} ({seen[source.name]})"
                self.facts.append(f"twee bronnen heten ‘{source.name}’: de latere is ‘{name}’")
                source.name = name

    # what is selected ------------------------------------------------------------------------------------------------

    def _read(self, source: _Source, kind: str, holder) -> None:
        if holder.coding:
            self.left[source.name, WHOLE] += 1
        if kind == "text_source":
            self._marks(source, holder, holder.plain_text_selection)
        for part in ("representation", "text_description"):
            text = getattr(holder, part, None)
            if text is not None:
                self._whole_part(source, text)
                self._marks(source, text, text.plain_text_selection)
        for transcript in getattr(holder, "transcript", None) or []:
            self._transcript(source, transcript)
        for name, words in AREAS.items():
            for area in getattr(holder, name, None) or []:
                self._area(source, area, words)

    def _whole_part(self, source: _Source, text) -> None:
        if text.coding:
            self.left[source.name, WHOLE] += 1

    def _marks(self, source: _Source, holder, selections) -> None:
        """Selections in a text; without any, the text itself need not be there."""
        text: Text | None = None
        for selection in selections or []:
            codes = self._codes_of(source, selection)
            if not codes:
                continue
            try:
                text = self._text(source, holder) if text is None else text
            except NoText as error:
                self._no_text(source, selection, str(error))
                continue
            marked = Marked(
                text,
                int(selection.start_position),
                int(selection.end_position),
                self._said(source, selection.name),
                selection.description or "",
            )
            self.selections.append(_Selection(source, guid(selection.guid), codes, marked))

    def _said(self, source: _Source, name: str | None) -> str:
        """The name of a selection, if it may be its text: not that of its source or of a code."""
        labels = {source.name, *(word for word, _ in self.codes.of.values())}
        return "" if name is None or name in labels else name

    def _transcript(self, source: _Source, transcript) -> None:
        """Selections between two moments, of which the places in the text are known."""
        moments = {guid(each.guid): each.position for each in transcript.sync_point or []}
        placed = []
        for selection in transcript.transcript_selection or []:
            ends = [moments.get(guid(each)) for each in (selection.from_sync_point, selection.to_sync_point)]
            if selection.coding and None in ends:
                self._no_text(source, selection, "de plaats in de uitgeschreven tekst ontbreekt")
            else:
                start, end = (0, 0) if None in ends else ends
                placed.append(_Placed(selection, start, end))
        self._marks(source, transcript, placed)

    def _area(self, source: _Source, area, words: str) -> None:
        """A selection that is not of text; in a PDF it may carry its own."""
        text = getattr(area, "representation", None)
        if text is not None:
            self._whole_part(source, text)
            self._marks(source, text, text.plain_text_selection)
        if not area.coding:
            self.left[source.name, NO_CODE] += 1
            return
        try:
            whole = self._text(source, text) if text is not None else None
        except NoText:
            whole = None
        if whole is None or not whole.words:
            self.left[source.name, words] += 1
        elif codes := self._codes_of(source, area):
            fragment = " ".join(whole.plain.split())
            self.selections.append(_Selection(source, guid(area.guid), codes, None, fragment))

    def _text(self, source: _Source, holder) -> Text:
        """The text of a source; raises :class:`NoText`."""
        if holder.plain_text_content is not None:
            return Text(holder.plain_text_content)
        given = [path for path in (holder.plain_text_path, holder.rich_text_path) if path]
        if not given:
            raise NoText("het project noemt geen tekst")
        first: NoText | None = None
        for path in given:
            if path is holder.rich_text_path and not path.lower().endswith(".docx"):
                continue
            try:
                return self.archive.text(path, source.name)
            except NoText as error:
                first = first or error
        raise first or NoText("de tekst is er alleen met opmaak, en niet als .docx")

    def _codes_of(self, source: _Source, selection) -> list[tuple[str, list[str]]]:
        """Codes of a selection, each once; without any, that is counted."""
        guids = list(dict.fromkeys(guid(coding.code_ref.target_guid) for coding in selection.coding or []))
        unknown = [key for key in guids if key not in self.codes.of]
        if unknown:
            self._unread(source, selection, "een code die niet in het codeboek staat")
        elif not guids:
            self.left[source.name, NO_CODE] += 1
        return [] if unknown else [self.codes.of[key] for key in guids]

    def _no_text(self, source: _Source, selection, words: str) -> None:
        self._unread(source, selection, words, "Exporteer het project met de bronnen erin, als tekst.")

    def _unread(self, source: _Source, selection, found: str, remedy: str = told.AGAIN) -> None:
        self.left[source.name, UNREAD] += 1
        self.told.unread(source.name, selection.name or selection.guid, found, remedy)

    def _memos(self) -> None:
        for note in getattr(getattr(self.project, "notes", None), "note", None) or []:
            coded = len(note.plain_text_selection or []) + bool(note.coding)
            if coded:
                self.left[note.name or "memo", MEMO] += coded

    def _coded_cases(self) -> None:
        for case in self.cases:
            if case.code_ref:
                self.left[case.name or "casus", CASE] += 1

    # what it says ----------------------------------------------------------------------------------------------------

    def _place(self) -> None:
        """The fragment of every selection, by the way of counting that fits them all."""
        placed = [each for each in self.selections if each.marked is not None]
        reading = positions.Reading([each.marked for each in placed])
        for selection, found in zip(placed, reading.found(), strict=True):
            selection.found, selection.fragment = found, found.fragment
            if not found.fragment:
                self.left[selection.source.name, UNREAD] += 1
                self.told.outside(selection.source.name, selection.marked)
        self.selections = [each for each in self.selections if each.fragment]
        self.facts += told.counted_as(reading)

    def _together(self) -> list[list[_Selection]]:
        """Selections of one place that complete each other are one; those that only repeat one are left out."""
        places: dict[tuple, list[list[_Selection]]] = defaultdict(list)
        for selection in self.selections:
            buckets = places[selection.place]
            codes = {(word, *groups) for word, groups in selection.codes}
            for bucket in buckets:
                known = {(word, *groups) for each in bucket for word, groups in each.codes}
                if codes <= known:
                    self.left[selection.source.name, SAME] += 1
                    break
                if not selection.groups & {group for each in bucket for group in each.groups}:
                    bucket.append(selection)
                    break
            else:
                buckets.append([selection])
        return [bucket for of_place in places.values() for bucket in of_place]

    def _rows(self, bucket: list[_Selection]) -> Iterator[dict[str, object]]:
        """A row for each combination of words, one of each group."""
        source = bucket[0].source
        source.rows += 1
        by_group: dict[str, list[str]] = defaultdict(list)
        for word, groups in (code for each in bucket for code in each.codes):
            for group in groups:
                by_group[group] += [word] * (word not in by_group[group])
        about = dict(source.about)
        for case in (case for each in bucket for case in self.of_selection.get(each.guid, [])):
            about.update({key: value for key, value in self._values(case).items() if value is not None})
        for words in itertools.product(*by_group.values()):
            named = dict(zip(by_group, words, strict=True))
            yield {DOCUMENT: source.name, SELECTION: bucket[0].fragment, **about, **named}

    # what is told ----------------------------------------------------------------------------------------------------

    def _tell(self) -> None:
        """What was coded and is no text, and what a project holds besides."""
        without = sum(count for (_, what), count in self.left.items() if what == NO_CODE)
        self.facts += [f"{without} selecties {NO_CODE} niet gelezen"] if without else []
        for words in (*AREAS.values(), WHOLE, CASE, MEMO):
            places = Counter({name: count for (name, what), count in self.left.items() if what == words})
            if places:
                self.told.not_text(words, places)
        self.facts += counted.besides(self.document)

    def _parts(self, sources: list[_Source], kept: int, doubts: list[Rest], rows: int, columns: int) -> tuple:
        """The account: totals are counted in the XML itself, not by what was read."""
        left = [Rest(f"bron ‘{name}’", count, reason) for (name, reason), count in self.left.items() if count]
        rest = [
            Rest(f"bron ‘{each.name}’ ({each.kind})", 1, "zonder gecodeerde tekst") for each in sources if not each.rows
        ]
        memos = counted.memos(self.document)
        rest += [Rest("memo's", memos, "van de onderzoekers, geen bron")] if memos else []
        used = sum(each.rows > 0 for each in sources)
        return (
            Parts("bronnen", counted.sources(self.document) + memos, used, tuple(rest)),
            Parts(
                "selecties",
                counted.selections(self.document),
                kept - sum(each.count for each in doubts),
                (*left, *doubts),
            ),
            Parts("rijen", rows, rows),
            Parts("kolommen", columns, columns),
            self.archive.account(),
        )


@dataclass(frozen=True)
class _Placed:
    """A selection of a transcript, with places instead of moments."""

    selection: object
    start_position: int
    end_position: int

    def __getattr__(self, name: str):
        return getattr(self.selection, name)


_PATHS = ("plainTextPath", "richTextPath", "path", "currentPath")


def _texts_in(holder) -> list:
    """Texts that stand in a source that is not text."""
    parts = [getattr(holder, name, None) for name in ("representation", "text_description")]
    return [part for part in parts if part is not None] + list(getattr(holder, "transcript", None) or [])


def _base(holder) -> str:
    path = getattr(holder, "plain_text_path", None) or getattr(holder, "path", None) or ""
    return path.replace("\\", "/").rpartition("/")[2]


def _plain(value: object) -> str | None:
    word = str(value).lower() if isinstance(value, bool) else str(value)
    return word or None
