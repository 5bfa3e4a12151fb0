"""Text tables: encoding, delimiter and header are recognised and told; in doubt, nothing is guessed.

Rows have the numbers that Excel gives them: a value over several lines is one row, an empty line is one too, and the
line ``sep=;`` is none. Where an editor shows another number, that is told beside it.
"""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from itertools import islice
from pathlib import Path

import pandas as pd

from helpers.ingest.account import Parts, Rest
from helpers.ingest.crosswalks import Crosswalk, Csv
from helpers.ingest.problems import Defect, Unreadable
from helpers.ingest.readers import encodings
from helpers.ingest.readers.delivered import LISTED, Delivered, rows_words
from helpers.ingest.readers.encodings import Decoded
from helpers.ingest.words import same, visible

DELIMITERS = {";": "puntkomma", ",": "komma", "\t": "tab", "|": "staande streep"}
LOOKED_AT = 200
"""Rows on which a delimiter is tried."""
SEARCHED = 30
"""The names stand within so many rows."""

SEPARATOR = re.compile(r'\ufeff?"?sep=(.)"?[ \t]*(?:\r\n|\r|\n)', re.IGNORECASE)
LINE_ENDS = re.compile(r"\r\n|\r|\n")


@dataclass(slots=True)
class Record:
    """One row of the file: its number in Excel, the line on which it begins, its cells and how many lines it takes."""

    row: int
    line: int
    cells: list[str]
    lines: int = 1

    @property
    def blank(self) -> bool:
        """Whether no cell holds anything."""
        return not any(map(str.strip, self.cells))

    @property
    def filled(self) -> list[str]:
        """Cells that hold something."""
        return [cell for cell in self.cells if cell.strip()]


def read(path: Path, name: str, crosswalk: Crosswalk | None) -> Delivered:
    """All cells as text. Raises :class:`Unreadable`: unclear characters, an unclear dialect, uneven rows."""
    given = crosswalk.csv if crosswalk is not None else Csv()
    decoded = _decode(path.read_bytes(), name, given.encoding)
    said = SEPARATOR.match(decoded.text)
    body = decoded.text[said.end() :] if said else decoded.text
    scores = _scorer(crosswalk)
    delimiter, place = _dialect(body, given.delimiter or (said[1] if said else None), scores, name)
    records = list(_records(body, delimiter, name, before=1 if said else 0))
    table = _Table(records, _header(records, place, scores, name), delimiter, name)
    table.check_swallowed(body, 1 if said else 0)
    facts = [f"tekst: {decoded.encoding}, kolommen gescheiden door {DELIMITERS.get(delimiter, visible(delimiter))}"]
    facts += [f"de regel sep={visible(delimiter)} als scheidingsteken gelezen"] if said else []
    lines = len(LINE_ENDS.findall(decoded.text)) + (not decoded.text.endswith(("\r", "\n")))
    delivered = table.delivered(lines, bool(said), facts)
    doubts = [*_encoding_doubts(decoded, delivered, name), *([] if _ended(decoded.text) else [table.unfinished()])]
    return replace(delivered, doubts=(*delivered.doubts, *doubts))


def _ended(text: str) -> bool:
    """Whether the text ends as its other lines do."""
    return text.endswith("\n" if "\r\n" in text else ("\r", "\n"))


def _decode(content: bytes, name: str, given: str | None) -> Decoded:
    remedy = "Sla het bestand op als UTF-8, of noem `csv.encoding` in de crosswalk."
    if given is None:
        try:
            return encodings.decode(content)
        except encodings.Unclear as error:
            raise Unreadable(name, str(error), "tekst in één codering, het liefst UTF-8", remedy) from error
    try:
        return encodings.mended(content.decode(given).lstrip("\ufeff"), given, repair=False)
    except (UnicodeDecodeError, LookupError) as error:
        where = f"byte {error.start}" if isinstance(error, UnicodeDecodeError) else ""
        raise Unreadable(
            name,
            "een teken dat daarin niet bestaat",
            f"tekst in {given}",
            "Sla het bestand zo op, of verander `csv.encoding` in de crosswalk.",
            where=where,
        ) from error


def _encoding_doubts(decoded: Decoded, delivered: Delivered, name: str) -> list[Defect]:
    """What is in doubt about the characters, with the first rows that it is about."""
    rows = []
    if decoded.words and len(delivered.frame):
        joined = delivered.frame.apply(lambda row: "\t".join(map(str, row)), axis=1)
        rows = joined.index[joined.str.contains("|".join(map(re.escape, decoded.words[:LISTED])), regex=True)]
    where = rows_words(rows + delivered.first_row, delivered.lines) if len(rows) else ""
    remedy = "Kijk of namen en woorden goed zijn gelezen; noem anders `csv.encoding`, of vraag het bestand in UTF-8."
    return [
        Defect(name, where, doubt, "tekst in UTF-8 of Windows-1252", remedy, rule="text_encoding")
        for doubt in decoded.doubts
    ]


def _scorer(crosswalk: Crosswalk | None) -> Callable[[Sequence[str]], int]:
    """How many of the expected names stand in a row; always 0 where the names are not known beforehand."""
    expected: set[str] = set()
    if crosswalk is not None and crosswalk.format not in ("limesurvey", "refi"):
        names = [*crosswalk.expected(), *crosswalk.ignore, crosswalk.key or ""]
        expected = {same(name) for name in [*names, *(name.split("[")[0] for name in names)]} - {""}

    def score(row: Sequence[str]) -> int:
        found = len({same(cell) for cell in row} & expected)
        return found if found > 1 or len(expected) == 1 else 0

    return score


def _parsed(text: str, delimiter: str) -> Iterator[tuple[int, list[str]]]:
    """Rows with the line on which each ends."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    for cells in reader:
        yield reader.line_num, cells


def _dialect(text: str, given: str | None, scores: Callable, name: str) -> tuple[str, int | None]:
    """The delimiter, and the place of the names among the rows where they are known."""
    heads: dict[str, list[list[str]]] = {}
    for delimiter in [given] if given else DELIMITERS:
        rows = heads[delimiter] = []
        with suppress(csv.Error):  # told, with its line, by whoever reads all rows
            rows.extend(cells for _, cells in islice(_parsed(text, delimiter), LOOKED_AT))
    named = {
        delimiter: max(((scores(row), -place) for place, row in enumerate(rows[:SEARCHED])), default=(0, 0))
        for delimiter, rows in heads.items()
    }
    best = max(named.values(), default=(0, 0))
    knowing = [delimiter for delimiter, found in named.items() if found[0] and found == best]
    if len(knowing) == 1:
        return knowing[0], -best[1]
    if given:
        return given, None
    places = {delimiter: _first_full(rows) for delimiter, rows in heads.items() if _even(rows)}
    fitting = [delimiter for delimiter, place in places.items() if place == min(places.values())]
    if len(fitting) > 1:
        words = " en ".join(DELIMITERS[delimiter] for delimiter in fitting)
        found = f"{words} passen alle als scheidingsteken"
        raise Unreadable(name, found, "één scheidingsteken", "Noem `csv.delimiter` in de crosswalk.")
    if fitting:
        return fitting[0], None
    widths = {delimiter: len(rows[0]) if rows else 0 for delimiter, rows in heads.items()}
    likely = max(widths, key=widths.get, default=";")
    if widths.get(likely, 0) > 1:
        return likely, None  # uneven rows: told, with their numbers, by whoever reads them
    first = next(iter(text.splitlines()), "")[:40]
    raise Unreadable(
        name,
        f"een eerste regel zonder scheidingsteken ({len(first)} tekens gezien)",
        "kolommen gescheiden door puntkomma, komma, tab of staande streep",
        "Kijk hoe het bestand is geëxporteerd.",
        where="rij 1",
    )


def _first_full(rows: list[list[str]]) -> int:
    """Place of the first row that is as wide as most, and filled for half or more: titles come before it."""
    sizes = Counter(len(row) for row in rows if len(row) > 1)
    usual = max(sizes, key=lambda size: (sizes[size], size), default=0)
    full = [sum(bool(cell.strip()) for cell in row) * 2 >= len(row) >= usual > 0 for row in rows[:SEARCHED]]
    return full.index(True) if True in full else 0


def _even(rows: list[list[str]]) -> bool:
    """Whether every row from the names on is as wide as they are, lines of a title before and notes after excepted."""
    place = _first_full(rows) if rows else 0
    if place and sum(cell.strip()[:1].isdigit() for cell in rows[place]) * 2 >= len(rows[place]):
        return False  # what stands below the title are no names
    rows = rows[place:]
    width = len(rows[0]) if rows else 0
    rows = [row for row in rows if any(cell.strip() for cell in row)]
    while len(rows) > 1 and _is_note(rows[-1], width):
        rows.pop()
    return width > 1 and all(len(row) == width for row in rows)


def _is_note(cells: list[str], width: int) -> bool:
    """Whether a row is a line of words under the table: one cell with words, of a table of more columns."""
    filled = [cell.strip() for cell in cells if cell.strip()]
    alone = len(filled) == 1 and bool(cells[0].strip()) and (len(cells) == 1 or width > 2)
    return alone and re.search(r"[A-Za-z].*\s|^\*", filled[0]) is not None


def _records(text: str, delimiter: str, name: str, before: int) -> Iterator[Record]:
    """All rows; ``before``: lines above that Excel does not show."""
    last = 0
    try:
        for row, (end, cells) in enumerate(_parsed(text, delimiter), start=1):
            yield Record(row, last + 1 + before, cells, end - last)
            last = end
    except csv.Error as error:
        raise Unreadable(
            name,
            f"een cel die niet te lezen is ({error})",
            "aanhalingstekens die sluiten",
            "Herstel de rij, of vraag het bestand opnieuw.",
            where=f"regel {last + 1 + before}",
        ) from error


def _header(records: list[Record], place: int | None, scores: Callable, name: str) -> int:
    """Place of the names among the records."""
    if all(record.blank for record in records):
        raise Unreadable(name, "geen enkele rij", "kolomnamen en rijen", "Vraag de afzender het opnieuw te sturen.")
    if place is not None:
        return place
    return _first_full([record.cells for record in records[:LOOKED_AT]])


@dataclass
class _Table:
    """Rows in their places: titles, names, data, notes; and what is left out, with the reason."""

    records: list[Record]
    place: int
    delimiter: str
    name: str
    rest: dict[str, list[Record]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.header = [cell.strip() for cell in self.records[self.place].cells]
        self.titles = [record for record in self.records[: self.place] if not record.blank]
        self._leave("lege rijen", [record for record in self.records if record.blank])
        self._leave("titel boven de kolomnamen", self.titles)
        below = [record for record in self.records[self.place + 1 :] if not record.blank]
        first = self.records[self.place].cells
        again = [record for record in below if record.cells == first]
        self._leave("kolomnamen die nogmaals voorkomen", again)
        below = [record for record in below if record not in again] if again else below
        self.notes: list[Record] = []
        while below and self._notes(below):
            self.notes.insert(0, below.pop())
        self._leave("noot onder de tabel", self.notes)
        self.width = self._width(below)
        self.body = below
        self._refuse_uneven()

    def _leave(self, reason: str, records: list[Record]) -> None:
        if records:
            self.rest.setdefault(reason, []).extend(records)

    def _notes(self, below: list[Record]) -> bool:
        """Whether the last row is a note: words alone, or fewer cells than names in a block apart."""
        last = below[-1]
        if _is_note(last.cells, len(self.header)):
            return True
        if len(last.cells) >= len(self.header):
            return False
        block = [record for record in below if record.row > self._last_blank(last.row)]
        apart = len(block) < len(below) and all(len(record.cells) < len(self.header) for record in block)
        return apart and re.search(r"[A-Za-z]{2,}\W", last.cells[0]) is not None

    def _last_blank(self, row: int) -> int:
        return max((record.row for record in self.rest.get("lege rijen", ()) if record.row < row), default=0)

    def _width(self, below: list[Record]) -> int:
        """Columns that have a name or a value; empty ones at the end, that trailing delimiters make, have neither."""
        width = len(self.header)
        while width and not self.header[width - 1] and not any(_filled(record.cells, width - 1) for record in below):
            width -= 1
        return width

    def _refuse_uneven(self) -> None:
        uneven = [
            (record.row, len(record.cells))
            for record in self.body
            if len(record.cells) < self.width or any(cell.strip() for cell in record.cells[len(self.header) :])
        ]
        if uneven:
            told = ", ".join(f"rij {row}: {size}" for row, size in uneven[:LISTED])
            more = f" en {len(uneven) - LISTED} andere" if len(uneven) > LISTED else ""
            raise Unreadable(
                self.name,
                f"rijen met een ander aantal cellen dan de kop ({told}{more})",
                f"{self.width} cellen in elke rij",
                "Herstel deze rijen; staat er een scheidingsteken in een cel, dan horen er aanhalingstekens omheen.",
            )

    def check_swallowed(self, text: str, before: int) -> None:
        """Raise where a quote that closes too late made one value of several rows."""
        several = [record for record in self.body if record.lines > 1]
        lines = LINE_ENDS.split(text) if several else []
        for record in several:
            start = record.line - 1 - before
            own = lines[start : start + record.lines]
            if all(line.count(self.delimiter) == len(record.cells) - 1 for line in own):
                raise Unreadable(
                    self.name,
                    f"een aanhalingsteken dat pas {record.lines - 1} regels verder sluit, over hele rijen heen",
                    "aanhalingstekens om één cel",
                    "Herstel de rij, of vraag het bestand opnieuw.",
                    where=rows_words([record.row], {record.row: record.line} if record.row != record.line else None),
                )

    def delivered(self, lines: int, said: bool, facts: list[str]) -> Delivered:
        """The table with its account; ``lines``: how many the file has."""
        first_row = self.records[self.place].row + 1
        index = pd.Index([record.row - first_row for record in self.body], dtype="int64")
        frame = pd.DataFrame(
            [record.cells[: self.width] for record in self.body],
            columns=self.header[: self.width],
            index=index,
            dtype=object,
        )
        empty = [
            place
            for place, column in enumerate(frame.columns)
            if not column and not frame.iloc[:, place].str.strip().any()
        ]
        for reason, records in self.rest.items():
            if reason != "lege rijen":
                what = f": ‘{visible(' '.join(records[0].filled), 50)}’" if reason[0] != "k" else ""
                facts.append(f"{_count(len(records), reason)} ({rows_words(record.row for record in records)}{what})")
        return Delivered(
            frame=frame.iloc[:, [place for place in range(self.width) if place not in empty]],
            first_row=first_row,
            facts=tuple(facts),
            lines={record.row: record.line for record in self.body if record.row != record.line},
            parts=(self._rows(lines, said), self._columns(len(empty))),
        )

    def _rows(self, lines: int, said: bool) -> Parts:
        """The account of the lines of the file."""
        several = [record for record in self.records if record.lines > 1]
        breaks = sum(len(LINE_ENDS.findall(cell)) for record in several for cell in record.cells)
        rest = [Rest(f"rij {self.records[self.place].row}", 1, "kolomnamen")]
        rest += [Rest("regel 1", 1, "het scheidingsteken")] if said else []
        rest += [
            Rest(
                rows_words(record.row for record in records),
                len(records),
                reason,
                reason.startswith("noot") and not self._sure(records),
            )
            for reason, records in self.rest.items()
        ]
        rest += [Rest("", breaks, "vervolgregels van waarden over meer regels")] if breaks else []
        return Parts("rijen", lines, len(self.body), tuple(rest))

    def _sure(self, notes: list[Record]) -> bool:
        """Whether notes stand apart from the table, and each in one cell."""
        return self._last_blank(notes[0].row) == notes[0].row - 1 and all(len(note.filled) == 1 for note in notes)

    def _columns(self, empty: int) -> Parts:
        total = max(len(record.cells) for record in [self.records[self.place], *self.body])
        nameless = total - self.width + empty
        rest = (Rest("", nameless, "kolom zonder naam en zonder waarden"),) if nameless else ()
        return Parts("kolommen", total, self.width - empty, rest)

    def unfinished(self) -> Defect:
        """A table that was cut off in transfer may end like this; so may a whole one, made by hand."""
        return Defect(
            self.name,
            f"rij {self.records[-1].row}",
            "een laatste regel zonder regeleinde",
            "een regeleinde na elke rij",
            "Is het bestand heel? Tel de rijen na bij de afzender.",
            rule="file_unfinished",
        )


def _filled(cells: list[str], place: int) -> bool:
    return place < len(cells) and bool(cells[place].strip())


def _count(count: int, reason: str) -> str:
    return reason if count == 1 else f"{count} keer {reason}"
