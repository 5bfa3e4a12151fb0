"""Hidden groups of which a figure is told outside a table: in a sentence, an alternative text, a caption, a drawing.

Texts are read from everything in a bundle: pages with their attributes and embedded drawings, PDF, Word. A group's name
means something within one subject only, so a text is cut where it says ``naar <subject>``.
"""

from __future__ import annotations

import base64
import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote_to_bytes

from lxml import html

from helpers.audit import files
from helpers.audit.published import OWN, SECTOR, STATE, TOTAL, UNKNOWN, Statement, captions, pages, text

REACH = 1500
"""Characters after a subject's name that may still be about it."""

SCOPE_WORDS = {OWN: r"(?:eigen instelling|eigen)", SECTOR: r"(?:alle instellingen|alle)"}
TO_THE_STOP = r":[^.]*(?:\.\d[^.]*)*"
OTHERS = {
    OWN: re.compile(r"\b(?:alle|vergelijkbare) instellingen" + TO_THE_STOP, re.IGNORECASE),
    SECTOR: re.compile(r"\b(?:eigen instelling|vergelijkbare instellingen)" + TO_THE_STOP, re.IGNORECASE),
}
"""What a list says of others: whose it is, a colon, and all up to the full stop."""

NUMBER = r"\d[\d.]*(?:,\d+)?"
OF_ALL = re.compile(
    r"\b(?:eigen|deze) instelling\b(?:(?!sector|alle instellingen|vergelijkbare|register)[^.;:%])*?"
    rf"(?<![\d,.]){NUMBER}\s*%"
    r"(?! van de (?:studenten|medewerkers) in het register)",
    re.IGNORECASE,
)
"""A percentage told of the institution as a whole."""

SUBJECT = re.compile(r"\bnaar ([^().,:;]+)", re.IGNORECASE)


@dataclass(frozen=True)
class Mention:
    """A figure told of a hidden group: in which report and file, about which table and group, and the words."""

    unit: str
    file: str
    table: str
    group: str
    words: str


def mentions(folder: Path, statements: list[Statement]) -> list[Mention]:
    """Figures of a report's hidden groups that its texts tell nevertheless."""
    hidden = _hidden(folder.name, statements)
    totals = _totals(folder.name, statements)
    if not hidden and not totals:
        return []
    found_pages = pages(folder)
    said = captions(found_pages)
    subjects = {table: _subject(said, table) for table, _ in hidden}
    every = {_subject(said, label.replace("fig-", "tbl-")) for label in said}
    known = {table: {one.label for one in statements if one.table == table} for table in subjects}
    found = []
    for path, about, words in _texts(folder, dict(found_pages)):
        found += [
            Mention(folder.name, path, table, TOTAL, told[0])
            for table in totals
            for told in OF_ALL.finditer(words)
            if _population(words, told.start(), told.end()) in (table.split("-")[1], "")
        ]
        for (table, scope), labels in hidden.items():
            for part in _parts(words, about, table, subjects[table], every):
                found += [
                    Mention(folder.name, path, table, label, told)
                    for label in labels
                    for told in _told(_without(part, label, known[table]), label, scope)
                ]
    return sorted(set(found), key=lambda one: (one.file, one.table, one.group))


def _hidden(unit: str, statements: list[Statement]) -> dict[tuple[str, str], set[str]]:
    """Labels of hidden groups by table and scope; a group shown in the same table is not hidden."""
    labels = defaultdict(set)
    for one in statements:
        mine = one.scope == OWN or (one.scope == SECTOR and unit == "sector")
        if one.unit == unit and mine and one.hidden and one.label not in (UNKNOWN, TOTAL, ""):
            labels[one.table, one.scope].add(one.label)
    return labels


def _totals(unit: str, statements: list[Statement]) -> set[str]:
    """Tables of a report that hide the institution's own total in their last wave."""
    own = [one for one in statements if one.unit == unit and one.scope == OWN and one.table.endswith(STATE)]
    last = {one.table: max(each.waves for each in own if each.table == one.table) for one in own}
    now = [one for one in own if one.waves == last[one.table]]
    return {one.table for one in now if one.hidden} - {one.table for one in now if not one.hidden}


def _subject(said: dict[str, str], table: str) -> str:
    words = said.get(table, "") + "; " + said.get("fig-" + table.removeprefix("tbl-"), "")
    found = SUBJECT.search(words)
    return found[1].strip().lower() if found else ""


def _parts(words: str, about: str, table: str, subject: str, subjects: set[str]) -> Iterator[str]:
    """The parts of a text that are about a table: all of it where its place says so, else what follows the subject."""
    if about:
        if about.removeprefix("fig-").removeprefix("tbl-") == table.removeprefix("tbl-"):
            yield words
        return
    if not subject:
        return
    starts = [
        (found.start(), each)
        for each in subjects
        if each
        for found in re.finditer(rf"\bnaar (?:het |de )?{re.escape(each)}\b", words, re.IGNORECASE)
    ]
    starts = sorted(dict(sorted(starts, key=lambda found: len(found[1]))).items())
    for i, (start, each) in enumerate(starts):
        end = min(starts[i + 1][0] if i + 1 < len(starts) else len(words), start + REACH)
        if each == subject and _population(words, start, end) in (table.split("-")[1], ""):
            yield words[start:end]


POPULATIONS = {
    "studenten": re.compile(r"(?<!\d )\bstudenten\b|JOB-monitor", re.IGNORECASE),
    "medewerkers": re.compile(r"\bmedewerkers(onderzoek)?\b", re.IGNORECASE),
}
"""How texts name whom they are about; a number of students is an institution's size."""


def _population(words: str, start: int, end: int) -> str:
    """Whom the words around a subject's name are about: who is named nearest to it; nothing if nobody is."""
    first = max(0, start - 100)
    near = [
        (min(abs(found.start() + first - start) for found in places), name)
        for name, pattern in POPULATIONS.items()
        if (places := list(pattern.finditer(words[first:end])))
    ]
    return min(near)[1] if near else ""


def _without(words: str, label: str, others: set[str]) -> str:
    """The words without longer names of other groups that hold this one's: *geen slachtoffer* holds *slachtoffer*."""
    for other in others:
        if label in other and label != other:
            words = words.replace(other, "…")
    return words


def _told(words: str, label: str, scope: str) -> Iterator[str]:
    """Places where a number stands beside a group's name."""
    name, where = rf"(?<![\w-]){re.escape(label)}(?![\w-])", SCOPE_WORDS[scope]
    words = OTHERS[scope].sub(" ", words)
    patterns = (
        rf"{name}\s*(?:\({where}\))?[\s:(]*{NUMBER}\s*(?:%|procent)",
        rf"{name}\s+{where}\s+{NUMBER}",
        rf"{NUMBER}\s*(?:%|procent)?\s*\({name}",
        rf"{NUMBER}\s+(?:respondenten|studenten|medewerkers)\s*\(?{name}",
    )
    for pattern in patterns:
        yield from (found[0] for found in re.finditer(pattern, words))


def _texts(folder: Path, found_pages: dict[Path, html.HtmlElement]) -> Iterator[tuple[str, str, str]]:
    """Every text of a bundle: its file, the label of the figure or table it belongs to (or nothing), its words."""
    for path in sorted(each for each in folder.rglob("*") if each.is_file()):
        name = str(path.relative_to(folder))
        if path.suffix == ".html":
            root = found_pages[path] if path in found_pages else html.parse(str(path)).getroot()
            yield from ((name, about, words) for about, words in _page(root))
        elif path.suffix == ".svg":
            yield name, path.stem, _drawing(path.read_bytes())
        elif path.suffix in (".pdf", ".docx"):
            yield name, "", " ".join(" ".join(files.texts(path)).split())


def _page(root: html.HtmlElement) -> Iterator[tuple[str, str]]:
    for away in root.xpath("//script | //style"):
        away.drop_tree()
    for box in root.xpath("//*[starts-with(@id,'tbl-') or starts-with(@id,'fig-')]"):
        about = str(box.get("id"))
        hidden = [value for each in box.iter() for name, value in _attributes(each) if name in _READ]
        drawings = [_drawing(_decoded(each.get("src"))) for each in box.xpath(".//img") if _decoded(each.get("src"))]
        yield about, " ".join([text(box), *hidden, *drawings])
    for block in root.xpath("//p | //li | //blockquote | //td"):
        yield "", text(block)


_READ = ("alt", "title", "aria-label", "aria-description", "data-caption")


def _attributes(element) -> list[tuple[str, str]]:
    return [(str(name), str(value)) for name, value in element.items()] if isinstance(element.tag, str) else []


def _decoded(source: str | None) -> bytes:
    """The drawing inside a data address."""
    if not source or not source.startswith("data:image/svg+xml"):
        return b""
    head, _, body = source.partition(",")
    return base64.b64decode(body) if head.endswith("base64") else unquote_to_bytes(body)


def _drawing(content: bytes) -> str:
    """All words in a drawing: those drawn as text, titles, descriptions and comments."""
    from lxml import etree

    if not content:
        return ""
    root = etree.fromstring(content, etree.XMLParser(recover=True, huge_tree=True))
    if root is None:
        return ""
    return " ".join(" ".join(str(each.text).split()) for each in root.iter() if each.text and str(each.text).strip())
