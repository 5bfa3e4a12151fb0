"""The search of a report's pages: its index is made again here from what the pages say, and compared."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator

from lxml import html

from helpers.audit.bundle import Bundle
from helpers.audit.declared import Finding, short
from helpers.audit.normal import tight

FILE, KEYS = "zoeken.js", ("u", "t", "x")
MEND = "Render the report again; the search finds what pages say"
INDEX = re.compile(r"window\.mivSections = (\[.*\]);\n", re.DOTALL)
HEADINGS, WORDS = ("h1", "h2", "h3"), ("p", "li")
BOXES, APART = {"miv-figure", "miv-table"}, {"miv-pager", "miv-links", "page-end"}
Entry = tuple[str, str, str]
"""Address, title and text, the last two without spaces."""


def check(bundle: Bundle) -> Iterator[Finding]:
    """Entries of the index that are not what the pages say, in their order."""
    path = bundle.files.get(FILE)
    if path is None:
        return
    content = path.read_text(encoding="utf-8")
    found = INDEX.fullmatch(content)
    try:
        entries = json.loads(found[1]) if found else []
    except ValueError:
        entries = []
    if (
        not found
        or content != f"window.mivSections = {json.dumps(entries, ensure_ascii=False, separators=(',', ':'))};\n"
    ):
        yield Finding(bundle.unit, FILE, "", "no index of the search", "window.mivSections = […];", MEND)
        return
    wanted: dict[Entry, int] = {}
    for page, root in bundle.pages.items():
        for entry in entries_of(page, root):
            wanted[entry] = wanted.get(entry, 0) + 1
    for number, entry in enumerate(entries, start=1):
        if list(entry) != list(KEYS) or not all(isinstance(value, str) for value in entry.values()):
            yield Finding(bundle.unit, FILE, f"entry {number}", f"keys {', '.join(entry)}", ", ".join(KEYS), MEND)
            continue
        said = (entry["u"], tight(entry["t"]), tight(entry["x"]))
        if wanted.get(said, 0) == 0:
            what = short(" ".join(entry.values()))
            yield Finding(bundle.unit, FILE, f"entry {number}", what, "what its page says there", MEND)
        else:
            wanted[said] -= 1


def entries_of(page: str, root: html.HtmlElement) -> Iterator[Entry]:
    """What the search should find on a page: headings with the paragraphs below them, figures and tables with words."""
    section: list[str] | None = None
    for element in next(root.iter("main"), root).iter():
        if not isinstance(element.tag, str) or _within(element, APART):
            continue
        if set(_classes(element)) & BOXES:
            caption = " ".join(one.text_content() for one in element.iter("figcaption"))
            alts = [str(one.get("alt", "")) for one in element.iter("img")]
            cells = [one.text_content() for one in element.iter("th", "td")]
            yield f"{page}#{element.get('id')}", tight(caption), tight("".join([*alts, *cells]))
        elif element.tag == "h1" or (element.tag in HEADINGS and element.get("id")):
            if section is not None:
                yield section[0], section[1], tight("".join(section[2:]))
            section = [f"{page}#{element.get('id', 'inhoud')}", tight(element.text_content())]
        elif section is not None and _is_words(element):
            section.append(element.text_content())
    if section is not None:
        yield section[0], section[1], tight("".join(section[2:]))


def _is_words(element: html.HtmlElement) -> bool:
    """Whether an element is a paragraph or an item that holds no others, and stands in no figure or table."""
    if element.tag not in WORDS or _within(element, BOXES):
        return False
    return next(element.iterdescendants(*WORDS), None) is None


def _classes(element: html.HtmlElement) -> list[str]:
    return str(element.get("class") or "").split()


def _within(element: html.HtmlElement, names: set[str]) -> bool:
    """Whether an element, or one that it stands in, is of one of these classes."""
    return any(names & set(_classes(one)) for one in (element, *element.iterancestors()))
