"""Hidden groups of which a figure is told outside a table: in a sentence, an alternative text, a caption.

Texts are read from pages with their attributes, PDF and Word; a drawing may hold none, and the search what pages say.
All are brought to one form first (:func:`helpers.audit.normal.plain`). A group's name means something within one
subject only, so a text is cut where it says ``naar <subject>``; who is meant (*vrouwelijke studenten*) means the same
anywhere.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from lxml import html

from helpers.audit import keys
from helpers.audit.bundle import Bundle, page_captions
from helpers.audit.normal import plain
from helpers.audit.published import OWN, SECTOR, STATE, TOTAL, UNKNOWN, Statement

REACH = 1500
"""Characters after a subject's name that may still be about it."""

SCOPE_WORDS = {OWN: r"(?:eigen instelling|eigen)", SECTOR: r"(?:alle instellingen|alle)"}
TO_THE_STOP = r":[^.]*(?:\.\d[^.]*)*"
OTHERS = {
    OWN: re.compile(r"\b(?:alle|vergelijkbare) instellingen" + TO_THE_STOP),
    SECTOR: re.compile(r"\b(?:eigen instelling|vergelijkbare instellingen)" + TO_THE_STOP),
}
"""What a list says of others: whose it is, a colon, and all up to the full stop."""

NUMBER = r"\d[\d.]*(?:,\d+)?"
PERCENT = r"\s*(?:%|procent\b)"
ELSE = r"(?!sector|alle instellingen|vergelijkbare|register)"
SHARE = rf"(?<![\d,.]){NUMBER}\s*%(?! van de (?:studenten|medewerkers) in het register)"
OF_ALL = re.compile(
    rf"\beigen instelling\b(?:{ELSE}[^.;:%])*?{SHARE}"
    rf"|\b(?:deze instelling|alle (?:studenten|medewerkers))\b(?:(?:{ELSE}[^.;%])*?{SHARE}|:\s*{NUMBER})"
)
"""A percentage told of the institution as a whole, or a number after a colon; *eigen instelling:* begins a list."""

SUBJECT = re.compile(r"\bnaar ([^().,:;]+)")
ELSEWHERE = re.compile(r"\b(?:sector|alle instellingen|landelijk|vergelijkbare|andere instellingen)\b")
WITHIN = r"[^.;%\d]{0,80}?"
"""Words of one sentence between a group and its figure."""


@dataclass(frozen=True)
class Mention:
    """A figure told of a hidden group: in which report and file, about which table and group, and the words."""

    unit: str
    file: str
    table: str
    group: str
    words: str


def mentions(bundle: Bundle, statements: list[Statement]) -> list[Mention]:
    """Figures of a report's hidden groups that its texts tell nevertheless."""
    hidden = _hidden(bundle.unit, statements)
    totals = _totals(bundle.unit, statements)
    if not hidden and not totals:
        return []
    said = page_captions(bundle.pages)
    subjects = {table: _subject(said, table) for table, _ in hidden}
    every = {_subject(said, label.replace("fig-", "tbl-")) for label in said}
    known = {table: {plain(one.label) for one in statements if one.table == table} for table in subjects}
    found = []
    for path, about, raw in _texts(bundle):
        words = plain(raw)
        found += [
            Mention(bundle.unit, path, table, TOTAL, told[0])
            for table in totals
            for told in OF_ALL.finditer(words)
            if _population(words, told.start(), told.end()) in (table.split("-")[1], "")
        ]
        starts = [] if about else _starts(words, every)
        for (table, scope), labels in hidden.items():
            for part in _parts(words, about, starts, table, subjects[table]):
                found += [
                    Mention(bundle.unit, path, table, label, told)
                    for label in labels
                    for told in _told(_without(part, plain(label), known[table]), plain(label), scope)
                ]
    found += [
        Mention(bundle.unit, path, table, label, told)
        for path, words in _whole(bundle)
        for (table, scope), labels in hidden.items()
        for label in labels
        for told in _of_whom(words, label, table, subjects[table], scope)
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
    words = plain(said.get(table, "") + "; " + said.get("fig-" + table.removeprefix("tbl-"), ""))
    found = SUBJECT.search(words)
    return found[1].strip() if found else ""


def _starts(words: str, subjects: set[str]) -> list[tuple[int, str]]:
    """Where a text says ``naar`` and a subject."""
    starts = [
        (found.start(), each)
        for each in subjects
        if each and each in words
        for found in re.finditer(rf"\bnaar (?:het |de )?{re.escape(each)}\b", words)
    ]
    return sorted(dict(sorted(starts, key=lambda found: len(found[1]))).items())


def _parts(words: str, about: str, starts: list[tuple[int, str]], table: str, subject: str) -> Iterator[str]:
    """The parts of a text that are about a table: all of it where its place says so, else what follows the subject."""
    if about:
        if about.removeprefix("fig-").removeprefix("tbl-") == table.removeprefix("tbl-"):
            yield words
        return
    for i, (start, each) in enumerate(starts):
        end = min(starts[i + 1][0] if i + 1 < len(starts) else len(words), start + REACH)
        if each == subject and _population(words, start, end) in (table.split("-")[1], ""):
            yield words[start:end]


POPULATIONS = {
    "studenten": re.compile(r"(?<!\d )\bstudenten\b|job-monitor"),
    "medewerkers": re.compile(r"\bmedewerkers(onderzoek)?\b"),
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
    """Places where a number stands beside a group's name, before or after it."""
    if label not in words:
        return
    name, where = rf"(?<![\w-]){re.escape(label)}(?:en|s)?(?![\w-])", SCOPE_WORDS[scope]
    words = OTHERS[scope].sub(" ", words)
    patterns = (
        rf"{name}\s*(?:\({where}\))?[\s:(]*{NUMBER}{PERCENT}",
        rf"{name}\s+{where}\s+{NUMBER}",
        rf"{NUMBER}(?:{PERCENT})?\s*\({name}",
        rf"{NUMBER}\s+(?:respondenten|studenten|medewerkers)\s*\(?{name}",
        rf"{NUMBER}{PERCENT}\s+(?:van|bij|onder)\s+(?:de\s+|het\s+)?(?:groep\s+)?{name}",
        rf"\b(?:van|bij|onder)\s+(?:de\s+)?{name}{WITHIN}(?<![\d,.]){NUMBER}{PERCENT}",
    )
    for pattern in patterns:
        yield from (found[0] for found in re.finditer(pattern, words) if not ELSEWHERE.search(found[0]))


@cache
def _who() -> dict[tuple[str, str], tuple[str, ...]]:
    """By subject of a characteristic and label of a group: how sentences say who is meant, with a place for whom."""
    found: dict[tuple[str, str], tuple[str, ...]] = {}
    for one in keys.characteristics().values():
        for code, about in (one.get("categories") or {}).items():
            if about and "who" in about:
                found[str(one["subject"]), str(about.get("label") or code)] = (str(about["who"]),)
    return found


@cache
def _plain_names(names: tuple[str, ...], people: str) -> list[str]:
    return [plain(name.format(people=people)) for name in names]


def _of_whom(words: str, label: str, table: str, subject: str, scope: str) -> Iterator[str]:
    """Places where a figure stands beside who is meant by a group: *vrouwelijke studenten … 57%*."""
    people = table.split("-")[1]
    if people not in POPULATIONS:
        return
    for (about, known), names in _who().items():
        for name in _plain_names(names, people) if known == label and subject.endswith(plain(about)) else ():
            if name not in words:
                continue
            whole = rf"(?<![\w-]){re.escape(name)}(?![\w-])"
            for pattern in (
                rf"{whole}{WITHIN}\(?(?<![\d,.]){NUMBER}{PERCENT}",
                rf"{NUMBER}{PERCENT}\s+(?:van|bij|onder)\s+(?:de\s+)?{whole}",
                rf"(?<![\d,.]){NUMBER}\s+{whole}",
            ):
                for found in re.finditer(pattern, words):
                    around = words[max(0, found.start() - 120) : found.end()].rpartition(". ")[2]
                    if scope == SECTOR or not ELSEWHERE.search(around):
                        yield found[0]


def _whole(bundle: Bundle) -> Iterator[tuple[str, str]]:
    """All words of a page, the PDF or the Word document at once, block after block."""
    for name, text in bundle.web.items():
        yield name, plain(" . ".join([*text.blocks, *text.alts]))
    yield "report.docx", plain(" . ".join([*bundle.document.blocks, *bundle.document.alts]))
    yield "report.pdf", plain(_unbroken(bundle))


def _unbroken(bundle: Bundle) -> str:
    """The PDF's words, with those that a line breaks off whole."""
    return re.sub("[\ufffe\ufffd\u00ad]\\s*", "", " ".join(bundle.printed))


def _texts(bundle: Bundle) -> Iterator[tuple[str, str, str]]:
    """Every text of a bundle: its file, the label of the figure or table it belongs to (or nothing), its words."""
    for name in bundle.files:
        if name in bundle.pages:
            yield from ((name, about, words) for about, words in _page(bundle.pages[name]))
        elif name == "report.pdf":
            yield name, "", _unbroken(bundle)
        elif name == "report.docx":
            yield name, "", " ".join([*bundle.document.blocks, *bundle.document.alts])


def _page(root: html.HtmlElement) -> Iterator[tuple[str, str]]:
    for box in root.xpath("//*[starts-with(@id,'tbl-') or starts-with(@id,'fig-')]"):
        about = str(box.get("id"))
        hidden = [value for each in box.iter() for name, value in _attributes(each) if name in _READ]
        yield about, " ".join([box.text_content(), *hidden])
    for block in root.xpath("//p | //li | //blockquote | //td | //figcaption"):
        yield "", block.text_content()


_READ = ("alt", "title", "aria-label", "aria-description", "data-caption")


def _attributes(element) -> list[tuple[str, str]]:
    return [(str(name), str(value)) for name, value in element.items()] if isinstance(element.tag, str) else []
