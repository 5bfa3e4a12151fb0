"""Whether all forms of a report say the same: what one says and the others do not may come from anywhere.

The page is the measure: paragraphs, tables and alternative texts of the Word document are those of the page, the PDF
says what the Word document says in the same order, the workbook has the cells of the CSV files, a table on a page has
numbers of its CSV file, and the search finds what pages say.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator

from helpers.audit.bundle import Bundle, Sheet, Table, Text
from helpers.audit.declared import Finding, expected, fits, short
from helpers.audit.normal import tight, visible
from helpers.audit.published import sheet_labels
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
    yield from _workbook(bundle, said)
    yield from _pages_and_data(bundle)
    yield from _search(bundle, said)


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


def _workbook(bundle: Bundle, said: Said) -> Iterator[Finding]:
    """Every sheet but the first two has the cells of its CSV file; these two say what the annex describes."""
    if "data/gegevens.xlsx" not in bundle.files:
        return
    file, labels = "data/gegevens.xlsx", sheet_labels(bundle)
    for label in sorted(set(bundle.data) - set(labels.values())):
        yield Finding(bundle.unit, file, "", f"no sheet of {label}", "a sheet for every CSV file", MEND)
    captions = {name: bundle.sheets[name][0][0] for name in labels if bundle.sheets.get(name)}
    texts = _annex_texts(bundle)
    for number, (name, rows) in enumerate(bundle.sheets.items()):
        if number < 2:
            for row in rows:
                for cell in row:
                    if cell and not _known(cell, texts, labels, said):
                        yield Finding(bundle.unit, file, name, short(cell), "what the annex describes", MEND)
        elif name not in labels or labels[name] not in bundle.data:
            yield Finding(bundle.unit, file, name, "a sheet of no CSV file", "a sheet for every CSV file", MEND)
        else:
            yield from _sheet(bundle, name, rows, bundle.data[labels[name]], texts, said)
    for name, caption in captions.items():
        if not said.fits("@block", caption) and name != "Codeboek":
            yield Finding(bundle.unit, file, name, short(caption), "the caption on the page", MEND)


def _annex_texts(bundle: Bundle) -> set[str]:
    """Texts of ``datapackage.json``, whose own form is checked apart; captions also without their number."""
    texts = {tight(text) for text in _strings(_json(bundle, "data/datapackage.json"))}
    sources = {text.removeprefix("Bronnenvanhethoofdstuk:") for text in texts}
    return texts | sources | {NUMBERED.sub("", text) for text in texts}


def _strings(content: object) -> Iterator[str]:
    if isinstance(content, dict):
        for value in content.values():
            yield from _strings(value)
    elif isinstance(content, list):
        for value in content:
            yield from _strings(value)
    elif isinstance(content, str):
        yield content


def _json(bundle: Bundle, name: str) -> object:
    path = bundle.files.get(name)
    try:
        return json.loads(path.read_text(encoding="utf-8")) if path else {}
    except ValueError:
        return {}


def _known(cell: str, texts: set[str], labels: dict[str, str], said: Said) -> bool:
    rules = expected("workbook")["words"]
    if tight(cell) in texts or tight(cell) in said.bare or cell in labels or cell in labels.values():
        return True
    if any(said.fits(rule, cell) for rule in rules):
        return True
    listed = [tight(one) for one in cell.split(", ")]
    return len(listed) > 1 and all(one in texts or one in map(tight, labels) for one in listed)


def _sheet(
    bundle: Bundle, name: str, rows: list[list[str]], data: Sheet, texts: set[str], said: Said
) -> Iterator[Finding]:
    file = "data/gegevens.xlsx"
    above, below = rows[:3], rows[4:]
    for row in above:
        for cell in row:
            if cell and not _known(cell, texts, {}, said):
                yield Finding(bundle.unit, file, name, short(cell), "caption, sources and warning", MEND)
    heads = [re.sub(r" \(\d\)$", "", cell) for cell in (rows[3] if len(rows) > 3 else [])]
    wrong = [head for head in heads if tight(head) not in texts]
    if len(heads) != len(data.heads) or wrong:
        yield Finding(bundle.unit, file, f"{name}, row 4", short("; ".join(heads)), "the columns of the CSV file", MEND)
    if len(below) != len(data.rows):
        yield Finding(bundle.unit, file, name, f"{len(below)} rows", f"the {len(data.rows)} rows of the CSV file", MEND)
    for number, (row, line) in enumerate(zip(below, data.rows, strict=False), start=5):
        cells = [*row, *[""] * (len(line) - len(row))]
        for place, (cell, value) in enumerate(zip(cells, line, strict=False)):
            if not _same(cell, value):
                where = f"{name}, row {number}, column {place + 1}"
                yield Finding(bundle.unit, file, where, short(cell), f"{short(value)}, as in the CSV file", MEND)
        if len(cells) > len(line) and any(cells[len(line) :]):
            yield Finding(
                bundle.unit, file, f"{name}, row {number}", short("; ".join(cells[len(line) :])), "no cell", MEND
            )


def _same(cell: str, value: str) -> bool:
    if cell == value or cell == value.removeprefix("'"):
        return True
    try:
        return abs(float(cell) - float(value.replace(",", "."))) < 1e-9
    except ValueError:
        return False


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


def _search(bundle: Bundle, said: Said) -> Iterator[Finding]:
    """What the search finds is what pages say."""
    path = bundle.files.get("zoeken.js")
    if path is None:
        return
    found = re.fullmatch(r"window\.mivSections = (\[.*\]);\n", path.read_text(encoding="utf-8"), re.DOTALL)
    try:
        entries = json.loads(found[1]) if found else None
    except ValueError:
        entries = None
    if entries is None:
        yield Finding(bundle.unit, "zoeken.js", "", "no index of the search", "window.mivSections = […];", MEND)
        return
    for number, entry in enumerate(entries, start=1):
        place = f"entry {number}"
        odd = sorted(set(entry) - {"u", "t", "x"})
        if odd:
            yield Finding(bundle.unit, "zoeken.js", place, f"keys {', '.join(odd)}", "u, t, x", MEND)
        page, _, anchor = str(entry.get("u", "")).partition("#")
        if page not in bundle.files or anchor not in said.anchors:
            yield Finding(bundle.unit, "zoeken.js", place, short(entry.get("u", "")), "a place in this report", MEND)
        for text in (str(entry.get("t", "")), str(entry.get("x", ""))):
            if not _consists(tight(text), said, bundle.web.get(page)):
                yield Finding(bundle.unit, "zoeken.js", place, short(text), "what its page says", MEND)


def _consists(text: str, said: Said, page: Text | None) -> bool:
    """Whether a text is one alternative text, or the cells of a table, or blocks of pages one after another."""
    if not text or text in said.alts:
        return True
    if page is not None and any("".join("".join(row) for row in _form(table)) == text for table in page.tables):
        return True
    place = 0
    while place < len(text):
        step = max(
            (len(one) for one in said.starting(text[place : place + 3]) if text.startswith(one, place)), default=0
        )
        if not step:
            return False
        place += step
    return True
