"""Workbooks: title rows above the names, names over two rows with merged cells, several sheets."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

import pandas as pd

from helpers import schema
from helpers.ingest.account import Parts, Rest
from helpers.ingest.crosswalks import Crosswalk
from helpers.ingest.problems import Defect, Unreadable
from helpers.ingest.readers import ods, ooxml
from helpers.ingest.readers.containers import WORKBOOKS, guard
from helpers.ingest.readers.delivered import Delivered
from helpers.ingest.readers.sheets import Amount, Rows, Sheet, is_filled, is_number, letters, rows_named, shown
from helpers.ingest.words import same, tidy

SEARCHED = 20
"""Names of columns stand within so many rows, or are not found."""

ALSO = 0.5
"""A sheet with this share of the expected names is a second table of the same kind, which is a question."""

JOINT = " | "
"""Between the two parts of a name that stands in two rows: ``2022 | aantal``."""

AREA, SPARSE = 2_000_000, 20
"""A sheet of more cells than this, of which fewer than one in twenty is filled, is no table."""

SHORT_TEXT = 40
"""Longer texts are answers in somebody's own words."""

YEARS = range(1900, 2100)
"""Numbers that merged cells repeat, as they repeat words: any other number would be counted twice."""


def read_sheets(path: Path, name: str) -> list[Sheet]:
    """Every sheet of a workbook, also hidden and empty ones. Raises :class:`Unreadable`."""
    if path.suffix.lower() not in WORKBOOKS:
        remedy = "Vraag de afzender om een werkmap, of open het in Excel en sla het op als .xlsx."
        raise Unreadable(name, f"een bestand van het type '{path.suffix}'", ", ".join(WORKBOOKS), remedy)
    with guard(path, name):
        return _sheets(path, name)


def _sheets(path: Path, name: str) -> list[Sheet]:
    sheets = (ods if path.suffix.lower() == ".ods" else ooxml).read(path.read_bytes())
    titles = [same(sheet.title) for sheet in sheets]
    if len(set(titles)) < len(titles):
        raise ValueError("twee bladen met dezelfde naam")
    for sheet in sheets:
        _check_size(sheet, name)
    return sheets


def _check_size(sheet: Sheet, name: str) -> None:
    """Raise :class:`Unreadable` for a sheet that is nearly all empty: some cell stands far from the table."""
    width = max(map(len, sheet.rows), default=0)
    area = len(sheet.rows) * width
    if area > AREA and area > SPARSE * sum(cell is not None for row in sheet.rows for cell in row):
        widest = max(sheet.rows, key=len)
        where = f"blad ‘{sheet.title}’"
        found = f"{len(sheet.rows)} rijen tot en met kolom {letters(len(widest) - 1)}, die bijna alle leeg zijn"
        remedy = "Haal wat ver buiten de tabel staat weg, en stuur het opnieuw."
        raise Unreadable(name, found, "een tabel", remedy, where=where)


def read(path: Path, name: str, crosswalk: Crosswalk | None) -> Delivered:
    """One sheet as a table. Raises :class:`Unreadable`."""
    sheets = _sheets(path, name)
    expected = list(crosswalk.expected()) if crosswalk is not None else []
    sheet, place, header, others = _choose(sheets, expected, crosswalk, name)
    check_computed(sheet, name)
    plain = names(sheet.rows[place])
    upper = 1 if header != plain and place else 0
    renamed = _as_expected(header, [*expected, *(crosswalk.ignore if crosswalk is not None else [])])
    frame, merged = _table(sheet, place, renamed)
    if crosswalk is not None:
        _show_amounts(frame, crosswalk)
    facts = [f"blad ‘{sheet.title}’, kolomnamen in rij {place + 1}"]
    facts += [f"‘{old}’ gelezen als ‘{new}’" for old, new in zip(header, renamed, strict=True) if old != new]
    parts = (
        Parts("bladen", len(sheets), 1, tuple(others)),
        _rows(sheet, place, upper, len(frame)),
        _columns(sheet, place, renamed, frame),
        *comments(sheets),
    )
    doubts = [*hidden(sheet, place, name), *_second(sheet, place, renamed, expected, name), *_merged_told(merged, name)]
    facts += [f"niet gelezen: {', '.join(rest.where for rest in others)}"] if others else []
    return Delivered(
        frame=frame, first_row=place + 2, sheet=sheet.title, facts=tuple(facts), doubts=tuple(doubts), parts=parts
    )


def _show_amounts(frame: pd.DataFrame, crosswalk: Crosswalk) -> None:
    """Percentages and money are numbers; where a code or a count must stand they are what the cell shows."""
    for place, name in enumerate(frame.columns):
        column = crosswalk.expected().get(name)
        if column is not None and schema.TABLES[crosswalk.table][column].kind != "number":
            values = [shown(cell) if isinstance(cell, Amount) else cell for cell in frame.iloc[:, place]]
            frame.isetitem(place, pd.Series(values, index=frame.index, dtype=object))


def check_computed(sheet: Sheet, name: str) -> None:
    """Raise :class:`Unreadable` for formulas of which the file does not hold the outcome."""
    remedy = "Open het bestand in Excel, sla het op, en stuur het opnieuw."
    if sheet.uncomputed is not None:
        where = f"blad ‘{sheet.title}’, rij {sheet.uncomputed + 1}"
        raise Unreadable(name, "een formule zonder uitkomst", "waarden", remedy, where=where)
    if sheet.guessed:
        where = f"blad ‘{sheet.title}’"
        found = "formules met overal uitkomst 0, die het programma niet zelf uitrekende"
        raise Unreadable(name, found, "waarden", remedy, where=where)


def _choose(
    sheets: list[Sheet], expected: Sequence[str], crosswalk: Crosswalk | None, name: str
) -> tuple[Sheet, int, list[str], list[Rest]]:
    """The sheet that fits, where its names stand, and what the others are."""
    given = crosswalk.header_row if crosswalk is not None else None
    able = [sheet for sheet in sheets if sheet.rows]
    if crosswalk is not None and crosswalk.sheet is not None:
        able = [_named(sheets, crosswalk.sheet, name)]
    if not any(sheet.rows for sheet in able):
        remedy = "Vraag de afzender het opnieuw te sturen."
        raise Unreadable(name, "alleen lege bladen", "een blad met een tabel", remedy)
    places = {sheet.title: find_header(sheet.rows, expected, given) for sheet in able}
    # a sheet that is not the one of the crosswalk can hold answers all the same
    beside = [sheet for sheet in sheets if sheet.rows and sheet.title not in places]
    places |= {sheet.title: find_header(sheet.rows, expected) for sheet in beside}
    seen = [sheet for sheet in able if sheet.visible] or able
    best = max(places[sheet.title][2] for sheet in able)
    fitting = [sheet for sheet in seen if places[sheet.title][2] == best] or [
        sheet for sheet in able if places[sheet.title][2] == best
    ]
    if len(fitting) > 1 and expected:
        found = f"{len(fitting)} bladen die alle passen: {', '.join(sheet.title for sheet in fitting)}"
        raise Unreadable(name, found, "één blad met deze kolommen", "Noem `sheet` in de crosswalk.")
    sheet = fitting[0]
    place, header, _ = places[sheet.title]
    return sheet, place, header, [_other(each, places, expected) for each in sheets if each is not sheet]


def _named(sheets: list[Sheet], wanted: str, name: str) -> Sheet:
    """The sheet of that name; raises :class:`Unreadable` naming those there are."""
    for sheet in sheets:
        if same(sheet.title) == same(wanted):
            return sheet
    found = f"de bladen {', '.join(sheet.title for sheet in sheets)}"
    remedy = "Hernoem het blad, of verander `sheet` in de crosswalk."
    raise Unreadable(name, found, f"een blad ‘{wanted}’", remedy)


def _other(sheet: Sheet, places: dict[str, tuple], expected: Sequence[str]) -> Rest:
    """Why a sheet is not read; a doubt if it looks like one that should be."""
    score = places.get(sheet.title, (0, [], 0))[2]
    reason, doubt = why_not(sheet), False
    if sheet.rows and expected and score >= ALSO * len(expected):
        reason, doubt = f"{reason}; {score} van de {len(expected)} verwachte kolommen staan er ook", True
    return Rest(f"blad ‘{sheet.title}’", 1, reason, doubt)


def why_not(sheet: Sheet) -> str:
    """What to tell of a sheet that is not read."""
    if not sheet.is_table:
        return "een blad met alleen een grafiek"
    if not sheet.rows:
        return "een leeg blad"
    hidden = "" if sheet.visible else "verborgen, "
    return f"{hidden}{rows_left(sheet)}: een ander blad past beter"


def rows_left(sheet: Sheet) -> str:
    """How many rows with anything in them were not read."""
    count = sheet.filled_rows
    return f"{count} {'rij' if count == 1 else 'rijen'} niet gelezen"


def _as_expected(header: list[str], known: Iterable[str]) -> list[str]:
    """Names that differ from an expected one only in capitals or in what cannot be seen, as that one."""
    by_form: dict[str, list[str]] = {}
    for name in known:
        by_form.setdefault(same(name), []).append(name)
    present = set(header)
    renamed = []
    for name in header:
        meant = by_form.get(same(name), [])
        renamed.append(meant[0] if name and len(meant) == 1 and meant[0] not in present else name)
    return renamed


def _rows(sheet: Sheet, place: int, upper: int, used: int) -> Parts:
    """The account of rows: above the table, the names, the table, and after it."""
    above = place - upper
    after = len(sheet.rows) - place - 1 - used
    rest = [Rest(_run(0, above), above, "boven de tabel"), Rest(_run(above, place + 1), 1 + upper, "kolomnamen")]
    rest.append(Rest(_run(place + 1 + used, len(sheet.rows)), after, "alleen cellen buiten de tabel"))
    return Parts("rijen", len(sheet.rows), used, tuple(each for each in rest if each.count))


def _run(first: int, after: int) -> str:
    return rows_named(set(range(first, after))) if after > first else ""


def _columns(sheet: Sheet, place: int, header: list[str], frame: pd.DataFrame) -> Parts:
    """The account of columns, from the row of the names on."""
    width = max(len(header), *(len(row) for row in sheet.rows[place:]))
    within = len(header) - len(frame.columns)
    rest = [Rest("", within, "zonder naam en leeg")] if within else []
    beyond = range(len(header), width)
    rest += [Rest(f"kolom {letters(column)}", 1, _beyond(sheet, place, column)) for column in beyond]
    return Parts("kolommen", width, len(frame.columns), tuple(rest))


def _beyond(sheet: Sheet, place: int, column: int) -> str:
    filled = any(sheet.at(row, column) is not None for row in range(place, len(sheet.rows)))
    return "naast de tabel, zonder naam" if filled else "leeg"


def comments(sheets: list[Sheet]) -> list[Parts]:
    """The account of comments on cells, which are not read; empty if there are none."""
    rest = [
        Rest(f"blad ‘{sheet.title}’", sheet.comments, "opmerkingen bij cellen worden niet gelezen")
        for sheet in sheets
        if sheet.comments
    ]
    return [Parts("opmerkingen", sum(each.count for each in rest), 0, tuple(rest))] if rest else []


def hidden(sheet: Sheet, place: int, name: str) -> list[Defect]:
    """What a person does not see in Excel, and was read."""
    found = [] if sheet.visible else [("", "een verborgen blad, dat is gelezen")]
    rows = {row for row in sheet.hidden_rows if row > place}
    if rows:
        by = "rijen die een filter verbergt" if sheet.filtered else "verborgen rijen"
        found.append((rows_named(rows), f"{len(rows)} {by}, die zijn gelezen"))
    if sheet.hidden_columns:
        which = ", ".join(letters(column) for column in sorted(sheet.hidden_columns)[:5])
        found.append((f"kolom {which}", f"{len(sheet.hidden_columns)} verborgen kolommen, die zijn gelezen"))
    return [_doubt(name, f"blad ‘{sheet.title}’" + (f", {where}" if where else ""), words) for where, words in found]


def _doubt(name: str, where: str, found: str) -> Defect:
    remedy = "Vraag de afzender of dit erbij hoort."
    return Defect(name, where, found, "alleen wat een lezer ziet", remedy, rule="account_doubt")


def _second(sheet: Sheet, place: int, header: list[str], expected: Sequence[str], name: str) -> list[Defect]:
    """Figures outside of the table on the same sheet, which nobody would see to be missing."""
    beside = [
        row
        for row in range(len(sheet.rows))
        if any(is_number(cell) for cell in sheet.rows[row][len(header) :] if row != place)
    ]
    again = [row for row in range(place + 1, len(sheet.rows)) if _names_again(sheet.rows[row], header, expected)]
    remedy = "Zet elke tabel op een eigen blad, of haal haar weg."
    found = [(beside, "getallen naast de tabel")] if beside else []
    found += [(again, "de kolomnamen nog een keer: een tweede tabel")] if again else []
    return [
        Defect(name, f"blad ‘{sheet.title}’, {rows_named(set(rows))}", words, "één tabel", remedy, rule="table_second")
        for rows, words in found
    ]


def _names_again(row: list[object], header: list[str], expected: Sequence[str]) -> bool:
    forms = {same(cell) for cell in row if isinstance(cell, str)}
    wanted = {same(word) for word in (expected or header) if word in header and word}
    return len(wanted) > 1 and wanted <= forms


def find_header(rows: Rows, expected: Sequence[str], given: int | None = None) -> tuple[int, list[str], int]:
    """Row of the names (from 0), the names, and how many of the expected ones stand there.

    Without expectations: the first row that has names in at least half of the widest row's columns.
    """
    candidates = [given - 1] if given is not None else list(range(min(SEARCHED, len(rows))))
    best: tuple[int, list[str], int] = (candidates[0] if candidates else 0, [], -1)
    for number in candidates:
        if number >= len(rows):
            continue
        for header in _readings(rows, number):
            forms = {same(name) for name in header}
            score = sum(same(name) in forms for name in expected)
            if score > best[2]:
                best = (number, header, score)
    if not expected and given is None:
        width = max(sum(cell is not None for cell in row) for row in rows)
        for number in candidates:
            header = names(rows[number])
            if sum(bool(name) for name in header) * 2 >= width and all(isinstance(c, str) for c in rows[number] if c):
                return number, header, 0
    return best


def _readings(rows: Rows, number: int) -> list[list[str]]:
    """The names of one row, and those of two rows in which the upper has merged cells."""
    plain = names(rows[number])
    if number == 0:
        return [plain]
    above, last = [], ""
    upper_row = names(rows[number - 1], len(plain))
    for place in range(len(plain)):
        last = (upper_row[place] if place < len(upper_row) else "") or last
        above.append(last)
    joined = [
        f"{upper}{JOINT}{lower}" if upper and lower else upper or lower
        for upper, lower in zip(above, plain, strict=True)
    ]
    # a name merged down stands in the upper row only
    merged = [lower or upper for upper, lower in zip([*upper_row, *[""] * len(plain)], plain, strict=False)]
    return [plain, joined, merged]


def names(row: Sequence[object], width: int = 0) -> list[str]:
    """Cells as names, without empty ones at the end."""
    header = ["" if cell is None else tidy(cell) for cell in row]
    while len(header) > width and header and header[-1] == "":
        header.pop()
    return header


def _table(sheet: Sheet, place: int, header: list[str]) -> tuple[pd.DataFrame, list[tuple[int, int, bool]]]:
    """The rows under the names, and merged cells: first and last row, and whether the value was repeated in them."""
    width = len(header)
    body = [[*map(_bare, row[:width]), *([None] * (width - len(row)))] for row in sheet.rows[place + 1 :]]
    merged = []
    for first, left, last, _ in sheet.merged:
        value = sheet.at(first, left)
        if not place < first < last or left >= width or value is None:
            continue
        last = min(last, len(sheet.rows) - 1)
        repeated = isinstance(value, str) or value in YEARS
        merged.append((first, last, repeated))
        for row in range(first, last + 1) if repeated else ():
            body[row - place - 1][left] = value
    # rows without anything keep their number, so that messages name the row that the sender sees
    while body and not is_filled(body[-1]):
        body.pop()
    frame = pd.DataFrame(body, columns=header, dtype=object)
    unnamed = [i for i, name in enumerate(header) if not name and frame.iloc[:, i].isna().all()]
    return frame.iloc[:, [i for i in range(width) if i not in unnamed]], merged


def _bare(cell: object) -> object:
    """A code or a short answer without what cannot be seen; running text stays as it was written."""
    return tidy(cell) if isinstance(cell, str) and len(cell) <= SHORT_TEXT and not cell.isascii() else cell


def _merged_told(merged: list[tuple[int, int, bool]], name: str) -> list[Defect]:
    """In which rows the value of merged cells was taken to hold."""
    defects = []
    for again, found in ((True, "de waarde is in elke rij gezet"), (False, "het getal staat alleen in de eerste rij")):
        rows = {row for first, last, repeated in merged if repeated is again for row in range(first, last + 1)}
        if rows:
            remedy = "Kijk of dat klopt; vraag het anders de afzender."
            words, allowed = f"samengevoegde cellen: {found}", "een waarde in elke rij"
            defects.append(Defect(name, rows_named(rows), words, allowed, remedy, rule="account_doubt"))
    return defects
