"""Quarto's website made light, and fit to be opened from a folder.

Browsers refuse modules and fetched files where there is no server; and of two thousand icons a page shows ten.
"""

from __future__ import annotations

import logging
import re
from pathlib import Path

from fontTools import subset

from helpers.publish import write_bytes

MODULES = re.compile(r'\s*<script src="([^"]*)quarto-html/tabsets/tabsets\.js" type="module"></script>')
MODULE = re.compile(r'(<script src="[^"]*quarto-html/quarto\.js") type="module">')
ICON = re.compile(r"\bbi-([a-z0-9-]+)")
RULE = re.compile(r'\.bi-([a-z0-9-]+)::before\s*\{\s*content:\s*"\\([0-9a-f]+)";?\s*\}\s*')


def finish(folder: Path) -> None:
    """Change a website that Quarto made, in place."""
    _without_modules(folder)
    _search_as_script(folder)
    _few_icons(folder)


def _without_modules(folder: Path) -> None:
    """Quarto's two modules become one script."""
    scripts = folder / "site_libs" / "quarto-html"
    tabs = (scripts / "tabsets" / "tabsets.js").read_text(encoding="utf-8")
    own = (scripts / "quarto.js").read_text(encoding="utf-8")
    tabs = f"const tabsets = (() => {{\n{tabs.replace('export function', 'function')}\nreturn {{ init }};\n}})();\n"
    own = re.sub(r'^import \* as tabsets from "[^"]+";\s*', "", own)
    write_bytes(scripts / "quarto.js", f"(() => {{\n{tabs}{own}\n}})();\n".encode())
    for page in folder.glob("*.html"):
        text = MODULE.sub(r"\1 defer>", MODULES.sub("", page.read_text(encoding="utf-8")))
        write_bytes(page, text.encode("utf-8"))


def _search_as_script(folder: Path) -> None:
    """``search.js`` holds what ``search.json`` holds (see ``reports/templates/folder.js``)."""
    index = (folder / "search.json").read_text(encoding="utf-8")
    write_bytes(folder / "search.js", f"window.quartoSearch = {index};\n".encode())


def _few_icons(folder: Path) -> None:
    """Keep the icons that pages and scripts name."""
    styles, font = (folder / "site_libs" / "bootstrap" / f"bootstrap-icons.{kind}" for kind in ("css", "woff"))
    users = [*folder.glob("*.html"), *(folder / "site_libs").rglob("*.js")]
    used = {name for path in users for name in ICON.findall(path.read_text(encoding="utf-8"))}
    css = styles.read_text(encoding="utf-8")
    codes = [int(found[2], 16) for found in RULE.finditer(css) if found[1] in used]
    write_bytes(styles, RULE.sub(lambda found: found[0] if found[1] in used else "", css).encode("utf-8"))
    logging.getLogger("fontTools").setLevel(logging.ERROR)  # it complains about the font as Quarto brings it
    options = subset.Options(flavor="woff", notdef_outline=True, layout_features=[])
    letters = subset.load_font(str(font), options)
    cutter = subset.Subsetter(options)
    cutter.populate(unicodes=codes)
    cutter.subset(letters)
    subset.save_font(letters, str(font), options)
