"""Web pages: expected elements, attributes and values; scripts and styles that are templates of the project."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from urllib.parse import unquote_to_bytes

from lxml import html

from helpers import paths
from helpers.audit import drawings, markup
from helpers.audit.bundle import Bundle
from helpers.audit.declared import Finding, among, expected, pattern, short
from helpers.audit.normal import strange
from helpers.audit.said import Said

DECLARED = re.compile(rb"<(?!/?[A-Za-z])[^>]{0,120}")
DOCTYPE = b"<!DOCTYPE html"
SCRIPTS = re.compile(rb"(<(script|style)\b[^>]*>).*?</\2>", re.DOTALL | re.IGNORECASE)
DATA = "data:image/svg+xml,"


class PageSaid(Said):
    """Rules that only pages know: links, identifiers and drawings within a page."""

    def _fits(self, rule: str, value: str) -> bool:
        if rule == "@href":
            return self._link(value)
        if rule == "@id":
            return self._identifier(value)
        if rule == "@drawing":
            return value.startswith(DATA) or value in self.bundle.files
        if rule.endswith(": @block"):
            start, _, words = value.partition(": ")
            return re.fullmatch(rule.removesuffix(": @block"), start) is not None and super()._fits("@block", words)
        return super()._fits(rule, value)

    def explain(self, rule: str) -> str:
        """A rule in words."""
        about = {
            "@href": "a place in this report, one of its files or a declared address",
            "@id": "a label of a table or figure, or a heading or term as pandoc writes it",
            "@drawing": "a drawing of this report",
        }
        return about.get(rule, super().explain(rule))

    def _link(self, value: str) -> bool:
        page, _, anchor = value.removeprefix("./").partition("#")
        if value.startswith("https://"):
            return pattern("{link}").fullmatch(value) is not None
        return (not page or page in self.bundle.files) and (not anchor or anchor in self.anchors or anchor == "top")

    def _identifier(self, value: str) -> bool:
        if value.startswith(("fig-", "tbl-")):
            return bool(pattern("{label}").fullmatch(value)) and self.label(value)
        return among(expected("html")["identifiers"], value) is not None or self.slug(value)

    def label(self, value: str) -> bool:
        """Whether a table or figure is one that the audit knows."""
        known = expected("tables")
        return among(known["about"], value) is not None or any(
            among(one["labels"], value) for one in known["tables"].values()
        )


def check(bundle: Bundle) -> Iterator[Finding]:
    """What is not expected in the pages of a report."""
    said = PageSaid(bundle)
    quarto = str(bundle.about.get("renderer", "")).startswith("quarto")
    rules = expected("html")["quarto" if quarto and bundle.unit == "sector" else "elements"]
    for name, root in bundle.pages.items():
        raw = bundle.files[name].read_bytes()
        problems = [
            *_raw(raw),
            *markup.check(root, {**rules, **_speaking(rules)}, said),
            *_own_code(root, quarto),
            *_drawings(root, said),
            *_characters(bundle, name),
        ]
        yield from (Finding(bundle.unit, name, *problem) for problem in problems)
    for name, path in bundle.files.items():
        if name.endswith(".svg"):
            yield from (Finding(bundle.unit, name, *each) for each in drawings.svg(path.read_bytes(), said))


@cache
def _speaking_names() -> tuple[str, ...]:
    silent = (
        "html",
        "head",
        "meta",
        "link",
        "body",
        "img",
        "input",
        "col",
        "colgroup",
        "table",
        "tbody",
        "thead",
        "tr",
    )
    return tuple(name for name in expected("html")["quarto"] if name not in silent)


def _speaking(rules: dict) -> dict:
    """Words may stand in these elements and after any: they are compared with the other formats, block by block."""
    return {
        name: {**(allowed or {}), markup.TAIL: "", **({markup.TEXT: "@any"} if name in _speaking_names() else {})}
        for name, allowed in rules.items()
    }


def _raw(content: bytes) -> Iterator[markup.Problem]:
    """Comments, instructions and declarations, as a parser may leave them out; text after the page."""
    for found in DECLARED.finditer(SCRIPTS.sub(rb"\1</\2>", content)):
        if not found[0].startswith(DOCTYPE):
            yield "", f"a comment or declaration {short(found[0].decode(errors='replace'))}", "none but the doctype"
    if not content.rstrip().endswith(b"</html>"):
        yield "end", "something after the page", "nothing after </html>"


def _own_code(root: html.HtmlElement, quarto: bool) -> Iterator[markup.Problem]:
    for element in root.iter("script", "style"):
        code = re.sub(r"\s+", "", element.text or "")
        if element.get("src") or not code:
            continue
        if quarto and element.get("id") == "quarto-search-options":
            continue
        rest = code
        for name in expected("html")["scripts"][element.tag]:
            rest = _template(name).sub("", rest, count=1)
        if rest:
            yield f"<{element.tag}>", f"code or words that no template has {short(rest)}", "reports/templates/"


PIECE = re.compile(r"(\{\{.*?\}\}|/\*.*?\*/|\{% if logo %\}|\{% endif %\})", re.DOTALL)


@cache
def _template(name: str) -> re.Pattern[str]:
    """A template as a pattern, without spaces: filled with the brand, with or without a logo and comments of styles."""
    filled = expected("html")["filled"].replace(" ", "")
    marks = {"{% if logo %}": "(?:", "{% endif %}": ")?"}
    written = []
    for piece in PIECE.split((paths.REPORT_PARTS / "templates" / name).read_text(encoding="utf-8")):
        literal = re.escape(re.sub(r"\s+", "", piece))
        if piece.startswith("{{"):
            written.append(filled)
        elif piece.startswith("/*"):
            written.append(f"(?:{literal})?")
        else:
            written.append(marks.get(piece, literal))
    return re.compile("".join(written))


def _drawings(root: html.HtmlElement, said: Said) -> Iterator[markup.Problem]:
    for image in root.iter("img"):
        source = str(image.get("src") or "")
        if source.startswith(DATA):
            box = image.xpath("ancestor::*[@id][1]/@id")
            for place, what, allowed in drawings.svg(unquote_to_bytes(source[len(DATA) :]), said):
                yield f"drawing of {box[0] if box else '?'} {place}".strip(), what, allowed


def _characters(bundle: Bundle, name: str) -> Iterator[markup.Problem]:
    text = bundle.files[name].read_bytes().decode("utf-8", errors="replace")
    odd = strange(text, expected("html")["characters"] + "\n\r\t")
    if odd:
        told = ", ".join(f"U+{ord(one):04X}" for one in odd[:8])
        yield "", f"characters {told}", "Latin letters, digits and the signs of expected/html.yml"
