"""What the pages of a report say: the measure of what its other files may say."""

from __future__ import annotations

import re
from functools import cached_property

from helpers import paths
from helpers.audit.bundle import Bundle, page_captions
from helpers.audit.declared import fits, pattern
from helpers.audit.normal import squeezed, tight, visible

EXPLAINED = {
    "@said": "words that a page of the report says",
    "@block": "a heading, caption or paragraph of a page of the report",
    "@heading": "a heading or paragraph of a page of the report",
    "@alt": "the alternative text of a figure on a page of the report",
    "@place": "a label of a place on a page of the report",
    "@title": "the title of the report, as its first page has it",
    "@subtitle": "the subtitle of the report, as its first page has it",
    "@link": "a heading of the report with its page",
    "@pages": "the number of pages",
    "@identifier": "one of the two checksums of the PDF",
    "@any": "anything (it is compared elsewhere)",
}
LONG_ANCHOR = re.compile(r"X[0-9a-f]{39}|_Toc\d{9}")
LINK_WORDS = re.compile(r"“|”? ?,? ?\bpagina \d{1,3}$")
"""What a link of the contents of a PDF says around the words of a heading."""
NUMBERED = re.compile(r"^(?:(?:Figuur|Tabel)\d{1,3}\.|[\d.]+)")
"""The number before a heading or a caption, in words without spaces."""
IDENTIFIER, END = re.compile(rb"\(([A-Za-z0-9+/]{22}==)\)"), 300
"""A checksum among the last bytes of a PDF."""
OR = " | "
"""Between rules of which one must fit."""
OF_PANDOC = {"figuur_": "fig-", "tabel_": "tbl-"}
"""How labels of figures and tables begin in a Word document, and on a page."""


def _unquoted(text: str) -> str:
    return re.sub("[‘’“”'\"]", "", text)


class Said:
    """What may be repeated: blocks, alternative texts, anchors, title."""

    def __init__(self, bundle: Bundle) -> None:
        self.bundle = bundle
        self._known: dict[tuple[str, str], bool] = {}

    @cached_property
    def blocks(self) -> set[str]:
        """Every block of words of every page, without spaces."""
        return {tight(block) for text in self.bundle.web.values() for block in text.blocks}

    @cached_property
    def stream(self) -> str:
        """The blocks one after another, one a line."""
        return "\n".join(tight(block) for text in self.bundle.web.values() for block in text.blocks)

    @cached_property
    def alts(self) -> set[str]:
        """Alternative texts of figures, without spaces."""
        return {tight(alt) for text in self.bundle.web.values() for alt in text.alts}

    @cached_property
    def identifiers(self) -> set[str]:
        """The two checksums by which a PDF names itself: what its last lines and its XMP have in common."""
        path = self.bundle.files.get("report.pdf")
        content = path.read_bytes() if path else b""
        last = {one.decode() for one in IDENTIFIER.findall(content[-END:])}
        return last if len(last) == 2 and all(content.count(one.encode()) == 2 for one in last) else set()

    @cached_property
    def captions(self) -> dict[str, str]:
        """Captions of tables and figures, by label."""
        return page_captions(self.bundle.pages)

    @cached_property
    def anchors(self) -> set[str]:
        """Labels of places on the pages."""
        return {str(one) for root in self.bundle.pages.values() for one in root.xpath("//@id")}

    @cached_property
    def first(self) -> tuple[str, str]:
        """Title and subtitle on the first page."""
        root = self.bundle.pages.get("index.html")
        if root is None:
            return "", ""
        title = root.xpath("//*[@class='title']/h1 | //h1[contains(@class, 'title')]")
        under = root.xpath("//*[@class='subtitle'] | //p[contains(@class, 'subtitle')]")
        return tuple(" ".join(found[0].text_content().split()) if found else "" for found in (title, under))

    @cached_property
    def _names(self) -> dict[str, str]:
        """What the report is called: its title and subtitle, edition and unit; also as they stand in an identifier."""
        unit = self.bundle.unit
        return {"@title": self.first[0], "@subtitle": self.first[1], "@edition": self._edition, "@unit": unit,
                "@slug": unit.lower()}  # fmt: skip

    @cached_property
    def _edition(self) -> str:
        """The edition that the report says it is of, if there is one of that name."""
        said = str(self.bundle.about.get("edition", ""))
        known = {path.stem for path in (paths.PARAMETERS / "editions").glob("*.yml")}
        return said if said in known | {self.bundle.folder.absolute().parent.parent.name} else ""

    def fits(self, rule: str, value: str) -> bool:
        """Whether a value is what a rule allows: a pattern, or words that a page says."""
        key = (rule, value)
        if key not in self._known:
            self._known[key] = self._fits(rule, value)
        return self._known[key]

    def _fits(self, rule: str, value: str) -> bool:
        if rule == "@any":
            return True
        if OR in rule:
            return any(self.fits(one, value) for one in rule.split(OR))
        if rule == "@said":
            return tight(value) in self.stream
        if rule == "@block":
            return tight(value) in self.blocks
        if rule == "@heading":
            return (
                _unquoted(tight(value)) in self.headings or _unquoted(NUMBERED.sub("", tight(value))) in self.headings
            )
        if rule == "@alt":
            return tight(value) in self.alts
        if rule == "@link":
            return LINK_WORDS.sub("", value) == "" or self._fits("@heading", LINK_WORDS.sub("", value))
        if rule == "@head":
            return self._head(value)
        if rule == "@place":
            return self._place(value)
        if rule == "@cell":
            return re.fullmatch(r"U\d+x\d+y\d+", value) is not None
        if rule == "@pages":
            return value == str(len(self.bundle.printed))
        if rule == "@identifier":
            return value in self.identifiers
        if any(name in rule for name in self._names):
            for name, text in self._names.items():
                rule = rule.replace(name, re.escape(text) if text else "(?!)")
            return pattern(rule).fullmatch(value) is not None
        return fits(rule, value)

    def _place(self, value: str) -> bool:
        start, line, rest = value.partition("_")
        value = OF_PANDOC.get(start + line, start + line) + rest if line else value
        return value in self.anchors or LONG_ANCHOR.fullmatch(value) is not None

    def _head(self, value: str) -> bool:
        """What stands above a page of the PDF: title, as much of the subtitle as fits, marks."""
        title, subtitle = (visible(one) for one in self.first)
        rest = value.removeprefix(f"{title} · ")
        rest = re.sub(r" ?(?:Vertrouwelijk)?(?: · )?(?:Concept: nog niet vrijgegeven)?$", "", rest)
        return bool(title) and rest != value and subtitle.startswith(rest.removesuffix("...").rstrip())

    @cached_property
    def bare(self) -> set[str]:
        """Blocks without the number of a heading, figure or table before them."""
        return {NUMBERED.sub("", block) for block in self.blocks} | self.blocks

    @cached_property
    def headings(self) -> set[str]:
        """The same without quotes, which a PDF may turn."""
        return {_unquoted(block) for block in self.bare}

    def explain(self, rule: str) -> str:
        """A rule in words."""
        return EXPLAINED.get(rule, rule if len(rule) < 120 else rule[:119] + "…")

    def slug(self, value: str) -> bool:
        """Whether an identifier is made of a heading or a term of the page."""
        bare = re.sub(r"^(?:toc-|begrip-)+", "", value)
        return any(squeezed(one) in self.squeezed_blocks for one in (bare, re.sub(r"-\d+$", "", bare)))

    @cached_property
    def squeezed_blocks(self) -> set[str]:
        """Letters and digits of each block; and of each without the number before it."""
        found = {squeezed(block) for text in self.bundle.web.values() for block in text.blocks}
        return found | {one.lstrip("0123456789") for one in found}
