"""Excel workbooks (.xlsx), transitional and strict: cells with the type and the number format that the file gives them.

Read from the XML itself: the libraries that read these files drop number formats or hidden rows, stop at damaged
properties of the document, or do not read the strict variety.
"""

from __future__ import annotations

import datetime
import io
import posixpath
import re
import zipfile

from lxml import etree
from openpyxl.styles.numbers import BUILTIN_FORMATS, is_date_format, is_timedelta_format
from openpyxl.utils.cell import column_index_from_string, coordinate_from_string, range_boundaries
from openpyxl.utils.datetime import CALENDAR_MAC_1904, CALENDAR_WINDOWS_1900, from_excel

from helpers.ingest.readers.sheets import RAISED, Amount, Sheet, trimmed

PLAIN, DATE, SPAN = "", "date", "span"
"""Kinds of number format, beside the units of :class:`Amount`."""

READ = ("{*}row", "{*}col", "{*}mergeCell", "{*}filterColumn")
ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")


def read(content: bytes) -> list[Sheet]:
    """Every sheet of a workbook, in its order."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return _Book(archive).sheets()


def _parse(content: bytes) -> etree._Element:
    return etree.fromstring(content, etree.XMLParser(resolve_entities=False, no_network=True))


def _named(element: etree._Element, name: str) -> str | None:
    """An attribute by its local name, in whichever namespace."""
    return next((value for key, value in element.attrib.items() if etree.QName(key).localname == name), None)


class _Book:
    """The parts of a workbook that its sheets share."""

    def __init__(self, archive: zipfile.ZipFile) -> None:
        self.archive = archive
        self.names = {name.lower(): name for name in archive.namelist()}
        self.main = next(target for target, kind in self._related("").values() if kind == "officeDocument")
        self.book = _parse(self._part(self.main))
        self.related = self._related(self.main)
        by_kind = {kind: target for target, kind in self.related.values()}
        self.strings = self._strings(by_kind.get("sharedStrings"))
        self.formats = self._formats(by_kind.get("styles"))
        about = self.book.find("{*}workbookPr")
        since_1904 = about is not None and about.get("date1904") in ("1", "true", "on")
        self.epoch = CALENDAR_MAC_1904 if since_1904 else CALENDAR_WINDOWS_1900
        computing = self.book.find("{*}calcPr")
        self.asks_computing = computing is not None and computing.get("fullCalcOnLoad") in ("1", "true")

    def _part(self, name: str) -> bytes:
        return self.archive.read(self.names[name.lower()])

    def _related(self, part: str) -> dict[str, tuple[str, str]]:
        """What a part refers to, by id: the other part and the kind of relation."""
        folder, file = posixpath.split(part)
        name = posixpath.join(folder, "_rels", f"{file}.rels")
        if name.lower() not in self.names:
            return {}
        found = {}
        for each in _parse(self._part(name)).iterfind("{*}Relationship"):
            if each.get("TargetMode") != "External":
                target = posixpath.normpath(posixpath.join("/", folder, each.get("Target"))).lstrip("/")
                found[each.get("Id")] = (target, each.get("Type").rpartition("/")[2])
        return found

    def _strings(self, part: str | None) -> list[str]:
        if part is None:
            return []
        return [_text(item) for item in _parse(self._part(part)).iterfind("{*}si")]

    def _formats(self, part: str | None) -> list[str]:
        """Kind of number format by style of a cell."""
        if part is None:
            return []
        styles = _parse(self._part(part))
        own = {int(each.get("numFmtId")): each.get("formatCode") for each in styles.iterfind("{*}numFmts/{*}numFmt")}
        numbers = [int(each.get("numFmtId") or 0) for each in styles.iterfind("{*}cellXfs/{*}xf")]
        return [_kind(own.get(number) or BUILTIN_FORMATS.get(number, "General")) for number in numbers]

    def sheets(self) -> list[Sheet]:
        found = []
        for each in self.book.iterfind("{*}sheets/{*}sheet"):
            target, kind = self.related[_named(each, "id")]
            sheet = Sheet(each.get("name"), state=each.get("state") or "visible", is_table=kind == "worksheet")
            sheet.since_1904 = self.epoch == CALENDAR_MAC_1904
            if sheet.is_table:
                self._fill(sheet, target)
            found.append(sheet)
        return found

    def _fill(self, sheet: Sheet, part: str) -> None:
        outcomes: list[object] = []
        number = -1
        for _, element in etree.iterparse(io.BytesIO(self._part(part)), tag=READ, resolve_entities=False):
            kind = etree.QName(element).localname
            if kind == "row":
                number = int(element.get("r")) - 1 if element.get("r") else number + 1
                self._row(sheet, number, element, outcomes)
                element.clear()
            elif kind == "col" and (element.get("hidden") in ("1", "true") or element.get("width") == "0"):
                sheet.hidden_columns |= set(range(int(element.get("min")) - 1, int(element.get("max"))))
            elif kind == "mergeCell":
                left, first, right, last = range_boundaries(element.get("ref"))
                sheet.merged.append((first - 1, left - 1, last - 1, right - 1))
            elif kind == "filterColumn":
                sheet.filtered = True
        trimmed(sheet.rows)
        width = max(map(len, sheet.rows), default=0)
        sheet.hidden_columns = {column for column in sheet.hidden_columns if column < width}
        sheet.hidden_rows = {row for row in sheet.hidden_rows if row < len(sheet.rows) and sheet.rows[row]}
        sheet.guessed = self.asks_computing and bool(outcomes) and not any(outcomes)
        for target, kind in self._related(part).values():
            if kind == "comments":
                sheet.comments += len(_parse(self._part(target)).findall("{*}commentList/{*}comment"))

    def _row(self, sheet: Sheet, number: int, row: etree._Element, outcomes: list[object]) -> None:
        if number < len(sheet.rows):
            raise ValueError(f"rij {number + 1} staat er twee keer")
        sheet.rows.extend([] for _ in range(number + 1 - len(sheet.rows)))
        if row.get("hidden") in ("1", "true") or row.get("ht") == "0":
            sheet.hidden_rows.add(number)
        cells, space = sheet.rows[number], row.tag[: -len("row")]
        for cell in row.iterchildren(f"{space}c"):
            place = cell.get("r")
            column = column_index_from_string(coordinate_from_string(place)[0]) - 1 if place else len(cells)
            if column < len(cells):
                raise ValueError(f"cel {place} staat er twee keer")
            cells.extend([None] * (column - len(cells)))
            value = self._value(cell, space)
            cells.append(value)
            if cell.find(f"{space}f") is not None:
                outcomes += [] if value is None else [value]
                if value is None and cell.get("t") != "str" and sheet.uncomputed is None:
                    sheet.uncomputed = number

    def _value(self, cell: etree._Element, space: str) -> object:
        kind = cell.get("t") or "n"
        if kind == "inlineStr":
            inline = cell.find(f"{space}is")
            return (_text(inline) or None) if inline is not None else None
        given = cell.findtext(f"{space}v")
        if given is None or given == "":
            return None
        if kind == "s":
            return self.strings[int(given)] or None
        if kind == "b":
            return given.strip() in ("1", "true")
        if kind == "d":
            return datetime.datetime.fromisoformat(given.strip())
        if kind in ("str", "e"):
            return _unescaped(given)
        return self._number(given, int(cell.get("s") or 0))

    def _number(self, given: str, style: int) -> object:
        value = int(given) if re.fullmatch(r"-?\d+", given) else float(given)
        kind = self.formats[style] if style < len(self.formats) else PLAIN
        if kind in (DATE, SPAN):
            try:
                return from_excel(value, self.epoch, timedelta=kind == SPAN)
            except (OverflowError, ValueError):
                return value
        return Amount(value, kind) if kind else value


def _text(item: etree._Element) -> str:
    """Text of a string with or without markup, without how it is pronounced; raised digits stay apart from others."""
    said = ""
    for part in item.iter("{*}t"):
        run = part.getparent()
        if etree.QName(run).localname == "rPh":
            continue
        form = run.find("{*}rPr/{*}vertAlign")
        raised = form is not None and form.get("val") == "superscript" and said[-1:].isdigit()
        said += (part.text or "").translate(RAISED) if raised else part.text or ""
    return _unescaped(said)


def _unescaped(text: str) -> str:
    return ESCAPED.sub(lambda match: chr(int(match[1], 16)), text) if "_x" in text else text


def _kind(code: str) -> str:
    bare = re.sub(r'"[^"]*"|\\.', "", code)
    if "%" in bare:
        return "%"
    if re.search(r"[€$£]", re.sub(r"\[\$-[^\]]*\]", "", code)):
        return "€"
    if is_timedelta_format(code):
        return SPAN
    return DATE if is_date_format(code) else PLAIN
