"""OpenDocument workbooks (.ods), as LibreOffice and registration systems write them."""

from __future__ import annotations

import datetime
import io
import re
import zipfile

from lxml import etree

from helpers.ingest.readers.sheets import RAISED, Amount, Sheet, trimmed

TABLE = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}"
OFFICE = "{urn:oasis:names:tc:opendocument:xmlns:office:1.0}"
TEXT = "{urn:oasis:names:tc:opendocument:xmlns:text:1.0}"
EXTENDED = "{urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0}"
STYLE = "{urn:oasis:names:tc:opendocument:xmlns:style:1.0}"

ERROR = re.compile(r"#[^\W\d_]+(/[^\W\d_]|/0)?[!?]?|Err:\d+")
"""What a cell shows whose formula failed: ``#DEEL/0!``, ``#NAAM?``, ``#N/B``, ``Err:502``."""

REPEATED = 100_000
"""A filled row or cell repeated more often than this is no delivery."""


def read(content: bytes) -> list[Sheet]:
    """Every sheet of a workbook, in its order."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        parser = etree.XMLParser(resolve_entities=False, no_network=True)
        document = etree.fromstring(archive.read("content.xml"), parser)
    _raise_notes(document)
    hidden = {
        style.get(f"{STYLE}name")
        for style in document.iter(f"{STYLE}style")
        if any(each.get(f"{TABLE}display") == "false" for each in style.iter(f"{STYLE}table-properties"))
    }
    tables = document.iterfind(f"{OFFICE}body/{OFFICE}spreadsheet/{TABLE}table")
    return [_sheet(table, table.get(f"{TABLE}style-name") in hidden) for table in tables]


def _raise_notes(document: etree._Element) -> None:
    """Digits that are shown raised behind a number stay apart from it."""
    raised = {None} | {
        style.get(f"{STYLE}name")
        for style in document.iter(f"{STYLE}style")
        for each in style.iter(f"{STYLE}text-properties")
        if re.match(r"super|[1-9]", each.get(f"{STYLE}text-position") or "")
    }
    for span in document.iter(f"{TEXT}span"):
        before = span.getprevious()
        said = span.getparent().text if before is None else before.tail or "".join(before.itertext())
        if span.get(f"{TEXT}style-name") in raised and (said or "")[-1:].isdigit():
            span.text = (span.text or "").translate(RAISED)


def _sheet(table: etree._Element, hidden: bool) -> Sheet:
    sheet = Sheet(table.get(f"{TABLE}name") or "", state="hidden" if hidden else "visible")
    sheet.hidden_columns = _hidden_columns(table)
    for row in table.iter(f"{TABLE}table-row"):
        times = int(row.get(f"{TABLE}number-rows-repeated") or 1)
        number = len(sheet.rows)
        cells = _cells(sheet, row, number)
        if not cells and times > REPEATED:
            continue  # the empty rest of the sheet
        if times > REPEATED:
            raise ValueError(f"rij {number + 1} staat er {times} keer")
        sheet.rows += [list(cells) for _ in range(times)]
        visibility = row.get(f"{TABLE}visibility")
        if visibility in ("collapse", "filter") and cells:
            sheet.hidden_rows |= set(range(number, number + times))
            sheet.filtered |= visibility == "filter"
    trimmed(sheet.rows)
    width = max(map(len, sheet.rows), default=0)
    sheet.hidden_columns = {column for column in sheet.hidden_columns if column < width}
    sheet.comments = sum(1 for _ in table.iter(f"{OFFICE}annotation"))
    sheet.is_table = bool(sheet.rows) or table.find(f"{TABLE}shapes") is None
    return sheet


def _hidden_columns(table: etree._Element) -> set[int]:
    hidden: set[int] = set()
    place = 0
    for column in table.iter(f"{TABLE}table-column"):
        times = int(column.get(f"{TABLE}number-columns-repeated") or 1)
        if column.get(f"{TABLE}visibility") in ("collapse", "filter"):
            hidden |= set(range(place, place + min(times, REPEATED)))
        place += times
    return hidden


def _cells(sheet: Sheet, row: etree._Element, number: int) -> list[object]:
    cells: list[object] = []
    for cell in row.iterchildren(f"{TABLE}table-cell", f"{TABLE}covered-table-cell"):
        times = int(cell.get(f"{TABLE}number-columns-repeated") or 1)
        covered = cell.tag == f"{TABLE}covered-table-cell"
        value = None if covered else _value(cell)
        if value is not None and times > REPEATED:
            raise ValueError(f"een cel in rij {number + 1} staat er {times} keer")
        down = int(cell.get(f"{TABLE}number-rows-spanned") or 1)
        across = int(cell.get(f"{TABLE}number-columns-spanned") or 1)
        if down > 1 or across > 1:
            sheet.merged.append((number, len(cells), number + down - 1, len(cells) + across - 1))
        if value is None and cell.get(f"{TABLE}formula") and cell.get(f"{OFFICE}value-type") is None:
            sheet.uncomputed = number if sheet.uncomputed is None else sheet.uncomputed
        cells += [value] * min(times, REPEATED)
    while cells and cells[-1] is None:
        cells.pop()
    return cells


def _value(cell: etree._Element) -> object:
    kind = cell.get(f"{OFFICE}value-type")
    failed = cell.get(f"{EXTENDED}value-type") == "error"
    if failed or cell.get(f"{TABLE}formula") and ERROR.fullmatch(_text(cell).strip()):
        return _text(cell).strip() or "#FOUT!"
    if kind is None:
        return _text(cell) or None
    if kind == "boolean":
        return cell.get(f"{OFFICE}boolean-value") == "true"
    if kind == "date":
        return datetime.datetime.fromisoformat(cell.get(f"{OFFICE}date-value"))
    if kind == "time":
        return _duration(cell.get(f"{OFFICE}time-value"))
    if kind == "string":
        given = cell.get(f"{OFFICE}string-value")
        return (_text(cell) if given is None else given) or None
    given = cell.get(f"{OFFICE}value")
    value = int(given) if re.fullmatch(r"-?\d+", given) else float(given)
    return Amount(value, {"percentage": "%", "currency": "€"}[kind]) if kind in ("percentage", "currency") else value


def _duration(given: str) -> datetime.timedelta:
    hours, minutes, seconds = re.fullmatch(r"-?PT(\d+)H(\d+)M([\d.]+)S", given).groups()
    return datetime.timedelta(hours=int(hours), minutes=int(minutes), seconds=float(seconds))


def _text(cell: etree._Element) -> str:
    """The paragraphs of a cell; comments are not its text."""
    return "\n".join(_paragraph(paragraph) for paragraph in cell.iterchildren(f"{TEXT}p"))


def _paragraph(element: etree._Element) -> str:
    said = element.text or ""
    for child in element:
        if child.tag == f"{TEXT}s":
            said += " " * int(child.get(f"{TEXT}c") or 1)
        elif child.tag in (f"{TEXT}tab", f"{TEXT}line-break"):
            said += " "
        elif child.tag != f"{OFFICE}annotation":
            said += _paragraph(child)
        said += child.tail or ""
    return said
