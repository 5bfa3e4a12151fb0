"""``gegevens.xlsx``: one sheet a table or figure, with real numbers, and a sheet that says what is where."""

from __future__ import annotations

import io
import math
import re
from collections.abc import Sequence
from dataclasses import dataclass

from openpyxl import Workbook
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.table import Table, TableStyleInfo
from openpyxl.worksheet.worksheet import Worksheet

from helpers import brand, publish
from helpers.errors import MonitorError
from helpers.render import timeless
from helpers.render.annex.columns import Data, Value

COVER, MEANINGS = "Over dit bestand", "Kolommen"
FORMATS = {"share": "0.0%", "points": "0.0%", "number": "0.000", "count": "#,##0", "year": "0"}
AMOUNTS = ("share", "points", "number", "count")
HEAD = 4
"""Row of the column titles; above them stand the caption, its source and, for synthetic data, the warning."""
LONGEST_SHEET_NAME = 31
WIDEST = 60
BRAND = brand.load()
FONT, ACCENT = BRAND.office, BRAND.plain("primary")
CAPTION, SOFT = Font(FONT, 12, bold=True, color=ACCENT), Font(FONT, 10, color=BRAND.plain("print-soft"))
WARNING = Font(FONT, 11, bold=True, color=BRAND.plain("print-warn"))
HEADING = Font(FONT, 11, bold=True, color=BRAND.plain("on-accent"))
TITLE, LINK = Font(FONT, 16, bold=True, color=ACCENT), Font(FONT, 11, color=ACCENT, underline="single")
LINE = 15
"""Height of a line of text, in points."""
GREY = PatternFill("solid", fgColor=BRAND.plain("cell-hidden"))
UNWANTED = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f]")
COVER_WIDTHS = [13, 44, 60, 26, 40, 8, 11, 70]
WRAPPED = (3, 5, 8)
HOW = (
    "Aandelen staan als percentage; de waarde in de cel loopt van 0 tot 1. Aantallen respondenten zijn ongewogen, en "
    "over meer instellingen samen afgerond.",
    "Een grijze lege cel is verborgen: zie de kolom ‘Verborgen’ en de methode. Een witte lege cel betekent dat er geen "
    "cijfer is. Hoe wij verbergen, staat in het rapport onder Methode, ‘Geheimhouding’.",
    "Dezelfde gegevens staan los in CSV-bestanden; datapackage.json beschrijft die voor programma's.",
)


@dataclass(frozen=True)
class Sheet:
    """One sheet: its name, the label of its table or figure, caption, chapter, sources, and the data."""

    name: str
    label: str
    caption: str
    chapter: str
    sources: str
    data: Data


def make(title: str, about: Sequence[str], sheets: Sequence[Sheet], *, synthetic: bool, author: str) -> bytes:
    """The workbook, the same bytes for the same contents.

    ``title`` and the lines of ``about`` stand on top of the first sheet. Raises :class:`MonitorError` for sheets that
    are named alike or too long.
    """
    _check_names(sheets)
    book = Workbook()
    book.properties.title, book.properties.creator = title, author
    book.properties.language = "nl-NL"
    book.properties.created = timeless.FIXED.replace(tzinfo=None)
    warning = publish.SYNTHETIC_LINE if synthetic else ""
    _cover(book.active, title, [line for line in (warning, *about) if line], sheets)
    _meanings(book.create_sheet(MEANINGS), sheets)
    for number, sheet in enumerate(sheets, start=1):
        _sheet(book.create_sheet(sheet.name), sheet, number, warning)
    buffer = io.BytesIO()
    book.save(buffer)
    return timeless.archive(buffer.getvalue())


def _check_names(sheets: Sequence[Sheet]) -> None:
    names = [COVER, MEANINGS, *(sheet.name for sheet in sheets)]
    wrong = [name for name in names if len(name) > LONGEST_SHEET_NAME or names.count(name) > 1]
    if wrong:
        raise MonitorError(f"These names of sheets are too long or used twice: {', '.join(sorted(set(wrong)))}.")


def _put(page: Worksheet, row: int, column: int, value: Value, font: Font | None = None):
    """A cell; text stays text, whatever it begins with."""
    cell = page.cell(row, column)
    if isinstance(value, str):
        value = UNWANTED.sub("", value)
        cell.value, cell.data_type = value, "s"
        cell.quotePrefix = value.lstrip()[:1] in ("=", "+", "-", "@")
    else:
        cell.value = value
    if font is not None:
        cell.font = font
    return cell


def _link(page: Worksheet, row: int, column: int, text: str, sheet: str) -> None:
    cell = _put(page, row, column, text, LINK)
    cell.hyperlink = f"#'{sheet}'!A1"
    cell.font = LINK


def _cover(page: Worksheet, title: str, about: Sequence[str], sheets: Sequence[Sheet]) -> None:
    page.title = COVER
    _put(page, 1, 1, title, TITLE)
    row = 2
    for line in [*about, *HOW]:
        page.merge_cells(start_row=row, start_column=1, end_row=row, end_column=8)
        cell = _put(page, row, 1, line, WARNING if line == publish.SYNTHETIC_LINE else None)
        cell.alignment = Alignment(wrap_text=True, vertical="top")
        page.row_dimensions[row].height = LINE * (1 + len(line) // 190)
        row += 1
    row += 1
    heads = ["Blad", "Label", "Bijschrift", "Hoofdstuk", "Bronnen van het hoofdstuk", "Rijen", "Verborgen", "Kolommen"]
    for place, head in enumerate(heads, start=1):
        _put(page, row, place, head)
    first = row
    for sheet in sheets:
        row += 1
        data = sheet.data
        titles = ", ".join(column.title for column in data.columns)
        line = [sheet.label, sheet.caption, sheet.chapter, sheet.sources, len(data.rows), data.hidden, titles]
        _link(page, row, 1, sheet.name, sheet.name)
        for place, value in enumerate(line, start=2):
            _put(page, row, place, value).alignment = Alignment(wrap_text=place in WRAPPED, vertical="top")
        page.cell(row, 1).alignment = Alignment(vertical="top")
        page.row_dimensions[row].height = LINE * max(
            _lines(str(line[place - 2]), COVER_WIDTHS[place - 1]) for place in WRAPPED
        )
    _widths(page, COVER_WIDTHS)
    _as_table(page, "over", first, row, len(heads))
    _print(page, first)


def _lines(text: str, width: float) -> int:
    """Lines that a text takes in a column, with room for words that break early."""
    return max(1, math.ceil(1.1 * len(text) / width))


def _meanings(page: Worksheet, sheets: Sequence[Sheet]) -> None:
    rows: dict[tuple[str, ...], list[str]] = {}
    for sheet in sheets:
        for column in sheet.data.columns:
            rows.setdefault((column.title, column.code, column.about), []).append(sheet.name)
    heads = ["Kolom", "In het CSV-bestand", "Betekenis", "Bladen"]
    for place, head in enumerate(heads, start=1):
        _put(page, 1, place, head)
    for row, (column, names) in enumerate(rows.items(), start=2):
        where = "alle" if len(names) == len(sheets) else str(len(names)) if len(names) > 4 else ", ".join(names)
        for place, value in enumerate([*column, where], start=1):
            _put(page, row, place, value).alignment = Alignment(wrap_text=place == 3, vertical="top")
    _widths(page, [30, 22, 80, 34])
    _as_table(page, "kolommen", 1, len(rows) + 1, len(heads))
    _print(page, 1)


def _sheet(page: Worksheet, sheet: Sheet, number: int, warning: str) -> None:
    data = sheet.data
    _put(page, 1, 1, f"{sheet.name}. {sheet.caption}" if sheet.caption else sheet.name, CAPTION)
    _put(page, 2, 1, f"Bronnen van het hoofdstuk: {sheet.sources}" if sheet.sources else sheet.label, SOFT)
    if warning:
        _put(page, 3, 1, warning, WARNING)
    for place, title in enumerate(unique([column.title for column in data.columns]), start=1):
        cell = _put(page, HEAD, place, title)
        right = data.columns[place - 1].kind in AMOUNTS
        cell.alignment = Alignment(wrap_text=True, vertical="top", horizontal="right" if right else "left")
    for row, values in enumerate(data.rows, start=HEAD + 1):
        hidden = _is_hidden(data, values)
        for place, (value, column) in enumerate(zip(values, data.columns, strict=True), start=1):
            cell = _put(page, row, place, value)
            cell.number_format = FORMATS.get(column.kind, "General")
            if hidden and value is None:
                cell.fill = GREY
            elif column.kind not in AMOUNTS:
                cell.alignment = Alignment(horizontal="left")
    widths = [_width(data, place) for place in range(len(data.columns))]
    page.row_dimensions[HEAD].height = LINE * max(
        _lines(column.title, width) for column, width in zip(data.columns, widths, strict=True)
    )
    _widths(page, widths)
    if data.rows:
        _as_table(page, f"gegevens_{number}", HEAD, HEAD + len(data.rows), len(data.columns))
    _print(page, HEAD)
    place = len(data.columns) + 2
    _link(page, 1, place, "Naar het overzicht", COVER)
    page.column_dimensions[get_column_letter(place)].width = 20


def _is_hidden(data: Data, values: Sequence[Value]) -> bool:
    return any(column.code == "hidden" and value for column, value in zip(data.columns, values, strict=True))


def unique(titles: Sequence[str]) -> list[str]:
    """Titles, the second of a kind with a number: a table of Excel has no two columns of one name."""
    found: list[str] = []
    for title in titles:
        times = sum(other.casefold() == title.casefold() for other in titles[: len(found)])
        found.append(f"{title} ({times + 1})" if times else title)
    return found


def _width(data: Data, place: int) -> float:
    column = data.columns[place]
    longest = max((len(row[place]) for row in data.rows if isinstance(row[place], str)), default=6)
    return min(WIDEST, max(longest, max(len(word) for word in column.title.split()) + 3, 9) + 1)


def _widths(page: Worksheet, widths: Sequence[float]) -> None:
    for place, width in enumerate(widths, start=1):
        page.column_dimensions[get_column_letter(place)].width = width


def _as_table(page: Worksheet, name: str, first: int, last: int, columns: int) -> None:
    """Heads that filter and stay in sight, and a name by which a program finds the rows."""
    for place in range(1, columns + 1):
        page.cell(first, place).font = HEADING
        page.cell(first, place).fill = PatternFill("solid", fgColor=ACCENT)
    if last > first:
        table = Table(displayName=name, ref=f"A{first}:{get_column_letter(columns)}{last}")
        table.tableStyleInfo = TableStyleInfo(name="TableStyleLight1", showRowStripes=False)
        page.add_table(table)
    page.freeze_panes = page.cell(first + 1, 1)


def _print(page: Worksheet, head: int) -> None:
    page.page_setup.orientation, page.page_setup.paperSize = "landscape", page.PAPERSIZE_A4
    page.page_setup.fitToWidth, page.page_setup.fitToHeight = 1, 0
    page.sheet_properties.pageSetUpPr.fitToPage = True
    page.print_title_rows = f"{head}:{head}"
    page.oddFooter.left.text, page.oddFooter.right.text = "&A", "&P / &N"
