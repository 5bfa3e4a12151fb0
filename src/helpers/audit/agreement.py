"""Whether all forms of a report say the same: what one says and the others do not may come from anywhere.

The page is the measure: paragraphs, tables and alternative texts of the Word document are those of the page, the PDF
says what the Word document says in the same order, the workbook has the cells of the CSV files, a table on a page has
numbers of its CSV file, and the search finds what pages say.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from helpers.audit import searched, workbooks
from helpers.audit.bundle import Bundle, Table
from helpers.audit.declared import Finding, expected, fits, short
from helpers.audit.normal import tight, visible
from helpers.audit.said import NUMBERED, Said

MEND = "Render the report again; every form of it says the same"
POINTER = re.compile(r"\s*\((?:Figuur|Tabel) \d{1,3}\)$")
NUMBER = re.compile(r"(?<![\d,.])[−-]?\d[\d.]*(?:,\d+)?")
WINDOW, SURE = 600, 12
"""Characters that may stand between two blocks of a PDF, and those of a block that is found for sure."""
CONTENTS = re.compile(r"^(.*?)\s*(?:\.\s?){3,}\s*\d{1,3}\s*$")


def check(bundle: Bundle, said: Said) -> Iterator[Finding]:
    """What one form of a report says and another does not."""
    yield from _word(bundle, said)
    yield from _pdf(bundle, said)
    yield from workbooks.check(bundle, said)
    yield from _pages_and_data(bundle)
    yield from searched.check(bundle)


def _furniture(name: str, block: str, said: Said) -> bool:
    return any(said.fits(rule, block) for rule in expected(name)["furniture"])


def _word(bundle: Bundle, said: Said) -> Iterator[Finding]:
    """Blocks, tables and alternative texts of the Word document and of the pages, both ways."""
    document = bundle.document
    if "report.docx" not in bundle.files:
        return
    there = {tight(block) for block in document.blocks} | {tight(POINTER.sub("", block)) for block in document.blocks}
    there |= {NUMBERED.sub("", block) for block in there}
    for block in dict.fromkeys([*document.contents, *document.blocks]):
        known = {tight(block), tight(POINTER.sub("", block))} & said.blocks
        if not known and not _furniture("word", block, said):
            yield Finding(bundle.unit, "report.docx", "text", short(block), "what a page of the report says", MEND)
    for name, text in bundle.web.items():
        for block in dict.fromkeys(text.blocks):
            if tight(block) not in there and not _web_only(block, there, said):
                yield Finding(bundle.unit, name, "text", short(block), "what the Word document says", MEND)
        for alt in set(text.alts) - set(document.alts):
            yield Finding(bundle.unit, name, "alternative text", short(alt), "what the Word document says", MEND)
    yield from _tables(bundle)


def _web_only(block: str, there: set[str], said: Said) -> bool:
    """Whether a block belongs to the page alone: its furniture, and links to what comes before and after."""
    if _furniture("html", block, said):
        return True
    names = {name for name in there if len(name) < 100}
    rest = tight(block)
    if "←" not in rest and "→" not in rest:
        return False
    pieces = [piece for piece in re.split("[←→]", rest) if piece]
    return all(_joined(piece, names) for piece in pieces)


def _joined(piece: str, names: set[str]) -> bool:
    """Whether words are one heading, or two written together."""
    return piece in names or any(piece[:cut] in names and piece[cut:] in names for cut in range(1, len(piece)))


def _tables(bundle: Bundle) -> Iterator[Finding]:
    """Tables of the Word document are those of the pages, in their order."""
    ours = {}
    for name, text in bundle.web.items():
        for table in text.tables:
            ours[_form(table)] = name
    theirs = {_form(table) for table in bundle.document.tables}
    for table in bundle.document.tables:
        if _form(table) not in ours:
            what = f"a table that no page has: {_difference(table, bundle)}"
            yield Finding(bundle.unit, "report.docx", short(table.label), what, "the table of the page", MEND)
    for form, name in ours.items():
        if form not in theirs:
            what = f"a table that the Word document has not, with heads {', '.join(form[0])}"
            yield Finding(bundle.unit, name, "table", short(what), "the table of the Word document", MEND)


def _form(table: Table) -> tuple[tuple[str, ...], ...]:
    return tuple(tuple(tight(cell) for cell in row) for row in (table.heads, *table.rows))


def _difference(table: Table, bundle: Bundle) -> str:
    """The first cell that differs from the table of the same heads that is most alike."""
    mine = _form(table)
    alike = [_form(one) for text in bundle.web.values() for one in text.tables if _form(one)[0] == mine[0]]
    if not alike:
        return f"heads {', '.join(table.heads)}"
    nearest = max(alike, key=lambda other: len(set(other) & set(mine)))
    return next((f"row {short('; '.join(row))}" for row in mine if row not in nearest), "other rows")


def _pdf(bundle: Bundle, said: Said) -> Iterator[Finding]:
    """The PDF's words are those of the Word document, one block after another."""
    if "report.pdf" not in bundle.files:
        return
    words, starts = _reading(bundle, said)
    heads = {_bare("".join(tight(cell) for cell in table.heads)) for table in bundle.document.tables}
    place = 0
    for block in bundle.document.blocks:
        piece = _bare(tight(block))
        if not words.startswith(piece, place):
            place += max((len(head) for head in heads if words.startswith(head, place)), default=0)
        if words.startswith(piece, place):
            place += len(piece)
        elif not _furniture("word", block, said):
            found = words.find(piece, place, place + len(piece) + WINDOW) if len(piece) >= SURE else -1
            if found < 0 and len(piece) >= SURE:
                yield Finding(
                    bundle.unit, "report.pdf", "text", f"lacks {short(block)}", "what the document says", MEND
                )
            elif found >= 0:
                yield from _extra(bundle, words[place:found], sum(start <= place for start in starts))
                place = found + len(piece)
    yield from _extra(bundle, words[place:], len(starts))


def _bare(text: str) -> str:
    """Without bullets, quotes, and hyphens: where a line ends, a PDF does not say which hyphens belong to a word."""
    return re.sub("[•‘’“”'\"-]", "", text)


def _extra(bundle: Bundle, extra: str, page: int) -> Iterator[Finding]:
    """Words between two blocks of the document, other than a table's heads that are repeated on its next page."""
    if extra:
        yield Finding(
            bundle.unit, "report.pdf", f"page {page}", short(extra), "what the Word document says there", MEND
        )


def _reading(bundle: Bundle, said: Said) -> tuple[str, list[int]]:
    """The PDF's words without spaces and without what every page has above and below; where each page begins."""
    rules = expected("pdf")
    words, starts, length = [], [], 0
    for number, page in enumerate(bundle.printed, start=1):
        starts.append(length)
        below = rules["below"].replace("{number}", str(number))
        for line in map(visible, re.sub(rf"(?:{below})\s*\Z", "", page).splitlines()):
            contents = CONTENTS.match(line)
            if not line or (contents and tight(contents[1]) in said.blocks):
                continue
            if any(said.fits(rule, line) for rule in rules["furniture"]):
                continue
            words.append(_bare(tight(line)))
            length += len(words[-1])
    return "".join(words), starts


def _pages_and_data(bundle: Bundle) -> Iterator[Finding]:
    """A number in a row of a table on a page is one of its row in the CSV file, to the decimals that are told."""
    for name, text in bundle.web.items():
        for table in text.tables:
            data = bundle.data.get(table.label)
            if data is None:
                continue
            if len(data.rows) != len(table.rows):
                what = f"{len(table.rows)} rows"
                yield Finding(bundle.unit, name, table.label, what, f"the {len(data.rows)} rows of the CSV file", MEND)
            for number, (row, line) in enumerate(zip(table.rows, data.rows, strict=False), start=1):
                yield from _explained(bundle.unit, name, f"{table.label}, row {number}", row, line)


def _explained(unit: str, name: str, place: str, row: list[str], line: list[str]) -> Iterator[Finding]:
    values = [float(one.replace(",", ".")) for one in line if fits("{n}", one.replace(",", "."))]
    words = [visible(one) for one in line]
    for cell in row:
        if cell in words:
            continue
        if cell == "< 0,001" and any(abs(value) < 0.001 for value in values):
            continue
        for written in NUMBER.findall(cell):
            if not _one_of(written, values) and not any(written in one for one in words):
                yield Finding(unit, name, place, short(cell), "numbers of this row in the CSV file", MEND)


def _one_of(written: str, values: list[float]) -> bool:
    whole, _, decimals = written.replace("−", "-").replace(".", "").partition(",")
    told, step = float(f"{whole}.{decimals or 0}"), 0.5 * 10 ** -len(decimals) + 1e-6
    return any(min(abs(abs(told) - abs(value)), abs(abs(told) - abs(value) * 100)) <= step for value in values)
