"""What the search of the preview's pages looks through: headings with the text below them, figures and tables."""

from __future__ import annotations

import json
from pathlib import Path

from lxml import html

APART = "*[contains(concat(' ', @class, ' '), ' miv-pager ') or contains(@class, 'miv-links') or @class='page-end']"
PIECES = (
    "//main//*[self::h1 or ((self::h2 or self::h3) and @id) or @class='miv-figure' or @class='miv-table'"
    " or ((self::p or self::li) and not(.//p or .//li))]"
    f"[not(ancestor-or-self::{APART})]"
)
BOX = "ancestor-or-self::*[@class='miv-figure' or @class='miv-table']"


def script(pages: list[Path]) -> str:
    """A script that sets ``window.mivSections``: address, title and text of every section of the pages, in order.

    A script, not JSON: a page that was opened from a folder may not read another file.
    """
    found = [section for page in pages for section in sections(page)]
    return f"window.mivSections = {json.dumps(found, ensure_ascii=False, separators=(',', ':'))};\n"


def sections(page: Path) -> list[dict[str, str]]:
    """Sections of one page: ``u`` is the address, ``t`` the title, ``x`` the text."""
    found: list[dict[str, str]] = []
    current: dict[str, str] | None = None
    for piece in html.parse(str(page), html.HTMLParser(encoding="utf-8")).getroot().xpath(PIECES):
        box = next(iter(piece.xpath(BOX)), None)
        if box is piece:
            found.append(_boxed(page.name, box))
        elif piece.tag in ("h1", "h2", "h3"):
            current = {"u": f"{page.name}#{piece.get('id', 'inhoud')}", "t": _text(piece), "x": ""}
            found.append(current)
        elif current is not None and box is None:
            current["x"] = f"{current['x']} {_text(piece)}".strip()
    return found


def _boxed(page: str, box: html.HtmlElement) -> dict[str, str]:
    """A figure with its alternative text, or a table with its cells."""
    caption = " ".join(_text(one) for one in box.xpath(".//figcaption"))
    cells = [_text(one) for one in box.xpath(".//th | .//td")]
    return {"u": f"{page}#{box.get('id')}", "t": caption, "x": " ".join([*box.xpath(".//img/@alt"), *cells])}


def _text(element: html.HtmlElement) -> str:
    return " ".join(element.text_content().split())
