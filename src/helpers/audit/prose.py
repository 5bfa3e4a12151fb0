"""The prose of pages: every text is one that the project's templates can say, and its numbers are told by tables.

A heading, paragraph, caption or alternative text that is no path through :mod:`helpers.audit.sentences` fails, whatever
it says: who wrote it is not known, nor what it gives away. A number in it stands in a table or figure of its section
(or of one that it names), or in a place where ``expected/prose.yml`` says that a number is computed from these.
"""

from __future__ import annotations

import hashlib
import re
import secrets
from collections.abc import Iterator
from copy import deepcopy
from dataclasses import dataclass, field
from functools import cache

from lxml import html

from helpers import paths
from helpers.audit.bundle import Bundle, page_text
from helpers.audit.declared import Finding, declared, expected, pattern, short
from helpers.audit.normal import visible
from helpers.audit.said import Said
from helpers.audit.sentences import JOINTS, NUMBER, STOPS, graph, literals, tokens, values

PAGER = "//*[contains(@class, 'miv-pager')]"
"""Links to the pages before and after, which are compared elsewhere."""
MEND = "Say it in a cell of a notebook or in reports/, with released values"
NUMBERED = re.compile(r"^(?:(?:Figuur|Tabel) \d{1,3}\.|\d{1,2}(?:\.\d{1,2}){0,2}\.?) ")
"""The number of a heading, a caption or an item."""
POINTER, FIGURE = re.compile(r"\b(?:Figuur|Tabel) \d{1,3}\b"), re.compile(r"\d+(?:\.\d{3})*(?:,\d+)?")
QUOTE = re.compile(r"“(.+)” \((?:student|medewerker)\)")
TITLE, INSTITUTION = "ditrapport", "dezeinstelling"
"""What a report's title and the name of its institution are, while it is read."""


NONE = frozenset(("",))
"""Labels where no table or figure is near."""
FIRST, SUMMARY = "index.html", 2
"""The page on which a report begins; there the title and the summary, which is about the whole report, come first."""


@dataclass(frozen=True)
class Passage:
    """A text of a page, and the tables and figures of its section, else of its chapter (nothing: the whole report)."""

    text: str
    labels: frozenset[str]


def check(bundle: Bundle, said: Said) -> Iterator[Finding]:
    """Texts that no template says, and numbers that no table tells."""
    told = Told(bundle, said)
    seen: set[Passage] = set()
    for name, root in bundle.pages.items():
        for passage in passages(name, root):
            if passage in seen or any(said.fits(rule, passage.text) for rule in expected("html")["furniture"]):
                continue
            seen.add(passage)
            quote = QUOTE.fullmatch(passage.text)
            if quote and quote[1] not in decided() and checksum(quote[1]) not in decided():
                yield Finding(bundle.unit, name, "quote", short(passage.text), "a quote that was decided on", MEND)
            if quote:
                continue
            if beyond := unread(passage.text, said):
                yield Finding(bundle.unit, name, "text", f"{short(passage.text)}, from {short(beyond)}",
                              "what the project's templates say", MEND)  # fmt: skip
            for number in told.unknown(passage):
                yield Finding(bundle.unit, name, "text", f"{number} in {short(passage.text)}",
                              "a number of a table or figure of its section", MEND)  # fmt: skip


def unread(text: str, said: Said) -> str:
    """What of a text no template can say, from where that begins; nothing where one can say all of it."""
    title, subtitle = said.first
    ways = [text]
    for name, instead in ((title, TITLE), (subtitle, TITLE), (subtitle.partition(": ")[2], INSTITUTION)):
        ways.append(ways[-1].replace(name, instead) if name else ways[-1])
    ways += [NUMBERED.sub("", way) for way in ways]
    best, rest = -1, ""
    for way in dict.fromkeys(ways):
        words = tuple(one.casefold() for one in tokens(way))
        place = read(words)
        if place == len(words):
            return ""
        if place > best:
            best, rest = place, " ".join(words[place : place + 12]).replace(NUMBER, "…")
    return rest


@dataclass
class Section:
    """Texts below a heading, and labels of the tables and figures among them."""

    blocks: list[str] = field(default_factory=list)
    labels: set[str] = field(default_factory=set)


class Told:
    """Numbers that the tables and figures of a report tell, by label."""

    def __init__(self, bundle: Bundle, said: Said) -> None:
        self.numbers = {
            label: {form for row in sheet.rows for cell in row if cell for form in forms(cell)}
            for label, sheet in bundle.data.items()
        }
        for table in (table for text in bundle.web.values() for table in text.tables):
            if table.label not in self.numbers:
                cells = [cell for row in table.rows for cell in row]
                self.numbers[table.label] = {_bare(one) for cell in cells for one in FIGURE.findall(cell)}
        self.all = set().union(*self.numbers.values())
        captions = {POINTER.match(words): label for label, words in said.captions.items()}
        self.pointed = {found[0]: label for found, label in captions.items() if found}
        self.names = [name for name in (*said.first, said.first[1].partition(": ")[2]) if name]

    def unknown(self, passage: Passage) -> list[str]:
        """Numbers of a text that stand nowhere they could have come from."""
        text = NUMBERED.sub("", passage.text)
        for name in self.names:
            text = text.replace(name, " ")
        pointed = {self.pointed[one] for one in POINTER.findall(text) if one in self.pointed}
        known = self.all
        if passage.labels:
            known = set().union(*(self.numbers.get(label, set()) for label in _both(passage.labels | pointed)))
        text = _derived().sub(" ", POINTER.sub(" ", text))
        return [one for one in FIGURE.findall(text) if _bare(one) not in known and _bare(one) not in _literals()]


def _both(labels: frozenset[str]) -> set[str]:
    """Labels with those of the table beside a figure, and the other way round."""
    bare = {label.partition("-")[2] for label in labels}
    return {f"{kind}-{label}" for label in bare for kind in ("fig", "tbl")}


@cache
def _derived() -> re.Pattern[str]:
    """Places in which a number is computed from what tables tell."""
    return re.compile("|".join(pattern(rule).pattern for rule in expected("prose")["derived"]))


@cache
def forms(cell: str) -> frozenset[str]:
    """A number of the data as texts write it: a share also in percents, each with fewer decimals too."""
    try:
        value = float(cell.replace(",", "."))
    except ValueError:
        return frozenset(map(_bare, FIGURE.findall(cell)))
    decimals = len(cell.partition(",")[2])
    scales = (1, 100) if decimals and abs(value) <= 1 else (1,)
    return frozenset(
        _written(abs(value) * scale, places, half)
        for scale in scales
        for places in range(decimals + 1)
        for half in (0.5 - 1e-6, 0.5 + 1e-6)  # a half goes up or down
    )


def _written(value: float, decimals: int, half: float) -> str:
    value = int(value * 10**decimals + half) / 10**decimals
    return _bare(f"{value:,.{decimals}f}".translate(str.maketrans(",.", ".,")))


def _bare(number: str) -> str:
    """A number without noughts at the end of its decimals."""
    return number.rstrip("0").rstrip(",") if "," in number else number


@cache
def _literals() -> frozenset[str]:
    return frozenset(map(_bare, literals()))


@cache
def decided() -> frozenset[str]:
    """Quotes that may be published: their text, or what a decision calls them where they are as they were said."""
    found: set[str] = set()
    for path in sorted((paths.PARAMETERS / "quotes").glob("*.yml")):
        for one in declared(path).get("decisions") or []:
            found |= {one["fragment"]} if one["decision"] == "release" else {visible(one.get("text", ""))}
    return frozenset(found - {""})


def checksum(text: str) -> str:
    """What a decision calls a fragment: twelve signs of the checksum of its text."""
    return hashlib.sha256(text.encode("utf-8")).hexdigest()[:12]


def passages(name: str, root: html.HtmlElement) -> Iterator[Passage]:
    """What a page says outside tables, with the labels of its section; alternative texts with those of their box."""
    mark = secrets.token_hex(8)  # that no text can hold
    copy = deepcopy(root)
    for element in [*copy.iter("table"), *copy.xpath(PAGER)]:
        element.drop_tree()
    for box in copy.xpath("//*[starts-with(@id, 'tbl-') or starts-with(@id, 'fig-')]"):
        box.insert(0, _marker(f"{mark} {box.get('id')}"))
    for heading in copy.xpath("//h1 | //h2"):
        heading.addprevious(_marker(f"{mark} {heading.tag}"))
    chapters: list[list[Section]] = [[Section()]]
    for block in page_text(copy).blocks:
        about = block.partition(" ")[2] if block.startswith(mark) else ""
        if about == "h1":
            chapters.append([Section()])
        elif about == "h2":
            chapters[-1].append(Section())
        elif about:
            chapters[-1][-1].labels.add(about)
        else:
            chapters[-1][-1].blocks.append(block)
    for number, sections in enumerate(chapters):
        every = frozenset().union(*(section.labels for section in sections)) or NONE
        for section in sections:
            labels = frozenset(section.labels) or (frozenset() if name == FIRST and number <= SUMMARY else every)
            yield from (Passage(block, labels) for block in section.blocks)
    for image in root.iter("img"):
        box = image.xpath("ancestor::*[starts-with(@id, 'fig-')][1]/@id")
        if image.get("alt"):
            yield Passage(visible(str(image.get("alt"))), frozenset(map(str, box)))


def _marker(text: str) -> html.HtmlElement:
    element = html.Element("p")
    element.text = text
    return element


@cache
def read(words: tuple[str, ...]) -> int:
    """How many words of a text can be read in the graph of sentences: all of them, if templates can say it."""
    known = graph()
    reading = Reading(set(), {}, fresh=True)
    for place, word in enumerate(words):
        reading = reading.after(word)
        if not (reading.said or reading.inside or reading.fresh):
            return place
    return len(words) if not words or reading.fresh or reading.done & known.ends else len(words) - 1


class Reading:
    """Where in the graph a text may have come: at words, inside values, or (``fresh``) between two texts.

    ``inside``: by identity a place in the tree of what values may say, with the values that may be saying it.
    """

    def __init__(self, said: set[int], inside: dict[int, tuple[dict, set[int]]], *, fresh: bool) -> None:
        self.said, self.inside, self.fresh = said, inside, fresh
        self.done = said.union(*(positions for node, positions in inside.values() if None in node))

    def after(self, word: str) -> Reading:
        """Where a text may come with one more word."""
        known, phrases = graph(), values()
        ended = bool(self.done & known.ends)
        out = set().union(*(known.after[position] for position in self.done))
        if self.fresh or ended:
            out |= known.starts
        inside: dict[int, tuple[dict, set[int]]] = {}
        for node, positions in ((phrases, out & known.values), *self.inside.values()):
            if word in node and positions:
                inside.setdefault(id(node[word]), (node[word], set()))[1].update(positions)
            if None in node and word in JOINTS:
                inside.setdefault(id(phrases), (phrases, set()))[1].update(positions)
        said = out & known.places.get(word, set())
        return Reading(said, inside, fresh=(word in STOPS and bool(said or inside)) or (word == "." and ended))
