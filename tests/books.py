"""Registrations as workbooks, for tests of what intake makes of them."""

import openpyxl
import samples

from helpers import schema
from helpers.ingest import crosswalks, incidents

CROSSWALK = crosswalks.load("incidents")
WORDS = {code: word for word, code in CROSSWALK.categories.items()}
ALL = [WORDS[code] for code in schema.INCIDENT_CATEGORIES]
LIST = ["Schooljaar", "Soort", "Aantal"]
FIRST = schema.INCIDENT_CATEGORIES[0]


def rows(year="2021-2022", count=3, words=ALL):
    return [[year, word, count] for word in words]


def registration(folder, sheets, change=lambda book: None, suffix="xlsx"):
    """Read one institution's workbook: sheets by title, each a list of rows, or a function that writes the file."""
    path = folder / f"incidenten_99AA.{suffix}"
    if callable(sheets):
        sheets(path)
    elif suffix == "ods":
        samples.ods(path, sheets)
    else:
        write(path, sheets, change)
    write(folder / "overzicht.xlsx", {"x": [["BRIN", "Geleverd", "Toelichting"], ["99AA", "ja", None]]})
    found = incidents.read({name: folder / name for name in ("overzicht.xlsx", path.name)}, CROSSWALK)
    for parts in found.parts.values():
        assert [each for each in parts if each.open or each.used < 0] == []
    return found


def write(path, sheets, change=lambda book: None):
    """Write a workbook: sheets by title, each a list of rows."""
    book = openpyxl.Workbook()
    book.remove(book.active)
    for title, content in sheets.items():
        sheet = book.create_sheet(title)
        for row in content:
            sheet.append(row)
    change(book)
    book.save(path)
    return path


def listed(path):
    """A registration as a list, of thirty incidents."""
    return write(path, {"x": [LIST, *rows()]})


def rules(found):
    return sorted({defect.rule for defect in found.defects})


def total(found):
    return int(found.frame["count"].fillna(0).sum())


def reasons(found, kind):
    own = [each for parts in found.parts.values() for each in parts if each.kind == kind]
    return {rest.where: rest.reason for each in own for rest in each.rest}


def hidden_rows(book):
    book.active.row_dimensions[3].hidden = True


def hidden_column(book):
    book.active.column_dimensions["B"].hidden = True
