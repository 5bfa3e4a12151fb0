"""Quarto's website made light, and fit to be opened from a folder.

Browsers refuse modules and fetched files where there is no server. Of two thousand icons a page shows ten, and of
the theme's styles it uses a sixth; scripts need not hold up what can be read, nor carry their comments. Quarto numbers
sections, figures and tables on each page anew; who cites "Figuur 12" must find it under that number in the PDF too.
"""

from __future__ import annotations

import json
import logging
import re
from collections.abc import Iterator
from pathlib import Path

import rjsmin
import tinycss2
from fontTools import subset

from helpers.files import write_bytes

MODULES = re.compile(r'\s*<script src="([^"]*)quarto-html/tabsets/tabsets\.js" type="module"></script>')
MODULE = re.compile(r'(<script src="[^"]*quarto-html/quarto\.js") type="module">')
SCRIPT = re.compile(r'(<script src="[^"]*site_libs/[^"]*")>')
IDLE = re.compile(
    r'\s*<(?:script src|link href)="[^"]*/(?:popper\.min|tippy\.umd\.min|tippy)\.(?:js|css)"'
    r"[^>]*>(?:</script>)?"
)
LINKS = re.compile(r"(?:Gegevens \(CSV\)|Link hierheen)(?:\\n|\s)*")
IN_ORDER = re.compile(r'href="\./([^"]+\.html)" class="sidebar-item-text')
LABEL = re.compile(r'<div id="((fig|tbl)-[\w-]+)" class="[^"]*\bquarto-float\b')
NUMBER = re.compile("(Figuur|Tabel)(&nbsp;|\N{NO-BREAK SPACE})(\\d+)")
ELSEWHERE = re.compile(r'(<a href="\./[^"#]+#((?:fig|tbl)-[\w-]+)"[^>]*>)(?:figuur|tabel)</a>')
SECTION = re.compile(r'(class="header-section-number">)(?=\d)')
WORDS = {"fig": "Figuur", "tbl": "Tabel"}
ICON = re.compile(r"\bbi-([a-z0-9-]+)")
EXPORTED = re.compile(r"""--quarto-scss-export-[\w-]+:(?:"[^"]*"|'[^']*'|\([^)]*\)|[^;}"'(])*;?""")
STATES = {"active", "collapse", "collapsed", "collapsing", "disabled", "fade", "show"}
"""Classes that the theme's script gives to the parts that the pages have."""
RULE = re.compile(r'\.bi-([a-z0-9-]+)::before\s*\{\s*content:\s*"\\([0-9a-f]+)";?\s*\}\s*')


def finish(folder: Path) -> None:
    """Change a website that Quarto made, in place."""
    _without_idle_scripts(folder)
    _without_modules(folder)
    _numbers_run_on(folder)
    _search_as_script(folder)
    _few_icons(folder)
    _used_styles(folder)
    _small_scripts(folder)


def _without_idle_scripts(folder: Path) -> None:
    """``_quarto-site.yml`` switches off what these scripts are for: boxes that hover."""
    for page in folder.glob("*.html"):
        write_bytes(page, IDLE.sub("", page.read_text(encoding="utf-8")).encode("utf-8"))
    for name in ("popper.min.js", "tippy.umd.min.js", "tippy.css"):
        (folder / "site_libs" / "quarto-html" / name).unlink(missing_ok=True)


def _without_modules(folder: Path) -> None:
    """Quarto's two modules become one script."""
    scripts = folder / "site_libs" / "quarto-html"
    tabs = (scripts / "tabsets" / "tabsets.js").read_text(encoding="utf-8")
    own = (scripts / "quarto.js").read_text(encoding="utf-8")
    tabs = f"const tabsets = (() => {{\n{tabs.replace('export function', 'function')}\nreturn {{ init }};\n}})();\n"
    own = re.sub(r'^import \* as tabsets from "[^"]+";\s*', "", own)
    write_bytes(scripts / "quarto.js", f"(() => {{\n{tabs}{own}\n}})();\n".encode())
    for page in folder.glob("*.html"):
        text = MODULE.sub(r"\1>", MODULES.sub("", page.read_text(encoding="utf-8")))
        write_bytes(page, SCRIPT.sub(r"\1 defer>", text).encode("utf-8"))


def _numbers_run_on(folder: Path) -> None:
    """Numbers as in the PDF: figures and tables through the whole site, sections by chapter; links tell them too."""
    pages = {name: (folder / name).read_text(encoding="utf-8") for name in _pages_in_order(folder)}
    before: dict[str, dict[str, int]] = {}
    numbers: dict[str, str] = {}
    count = dict.fromkeys(WORDS.values(), 0)
    for name, text in pages.items():
        before[name] = dict(count)
        for label, kind in LABEL.findall(text):
            count[WORDS[kind]] += 1
            numbers[label] = f"{WORDS[kind]}&nbsp;{count[WORDS[kind]]}"

    chapters = {name: f"{number}." for number, name in enumerate(pages)}

    def run_on(text: str, page: str) -> str:
        return NUMBER.sub(lambda found: f"{found[1]}{found[2]}{int(found[3]) + before[page][found[1]]}", text)

    for name, text in pages.items():
        text = ELSEWHERE.sub(lambda found: f"{found[1]}{numbers[found[2]]}</a>", run_on(text, name))
        text = SECTION.sub(rf"\g<1>{chapters[name]}", text)
        write_bytes(folder / name, text.encode("utf-8"))
    index = folder / "search.json"
    entries = json.loads(index.read_text(encoding="utf-8"))
    for entry in entries:
        page = entry["href"].partition("#")[0]
        entry["text"] = run_on(entry["text"], page)
        entry["section"] = re.sub(r"^(?=\d)", chapters[page], entry["section"])
    write_bytes(index, json.dumps(entries, ensure_ascii=False, indent=1).encode("utf-8"))


def _pages_in_order(folder: Path) -> list[str]:
    return list(dict.fromkeys(IN_ORDER.findall((folder / "index.html").read_text(encoding="utf-8"))))


def _search_as_script(folder: Path) -> None:
    """``search.js`` holds what ``search.json`` holds (see ``reports/templates/folder.js``); Quarto need not warn."""
    index = LINKS.sub("", (folder / "search.json").read_text(encoding="utf-8"))
    write_bytes(folder / "search.json", index.encode("utf-8"))
    write_bytes(folder / "search.js", f"window.quartoSearch = {index};\n".encode())
    program = folder / "site_libs" / "quarto-search" / "quarto-search.js"
    text = program.read_text(encoding="utf-8").replace('window.location.protocol === "file:"', "false")
    write_bytes(program, text.encode("utf-8"))


def _users(folder: Path) -> str:
    """All that can name a style: pages, and scripts but the theme's own, which has those of parts that no page has."""
    scripts = [path for path in (folder / "site_libs").rglob("*.js") if path.name != "bootstrap.min.js"]
    return "\n".join(path.read_text(encoding="utf-8") for path in [*folder.glob("*.html"), *scripts])


def _few_icons(folder: Path) -> None:
    """Keep the icons that pages and scripts name."""
    styles, font = (folder / "site_libs" / "bootstrap" / f"bootstrap-icons.{kind}" for kind in ("css", "woff"))
    used = set(ICON.findall(_users(folder)))
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


def _used_styles(folder: Path) -> None:
    """Keep the theme's rules whose classes occur as a word in pages or scripts, without variables that none reads."""
    words = STATES | set(re.findall(r"[\w-]+", _users(folder)))
    for path in (folder / "site_libs" / "bootstrap").glob("bootstrap-*.min.css"):
        rules = tinycss2.parse_stylesheet(path.read_text(encoding="utf-8"), skip_comments=True, skip_whitespace=True)
        write_bytes(path, EXPORTED.sub("", "".join(_kept(rules, words))).encode("utf-8"))


def _small_scripts(folder: Path) -> None:
    """Quarto's own scripts come with their comments."""
    for path in (folder / "site_libs").rglob("*.js"):
        write_bytes(path, rjsmin.jsmin(path.read_text(encoding="utf-8"), keep_bang_comments=True).encode("utf-8"))


def _kept(rules: list, words: set[str]) -> Iterator[str]:
    """Rules as text, without what no class of the site can match."""
    for rule in rules:
        if rule.type == "qualified-rule":
            selectors = [one for one in _selectors(rule.prelude) if _classes(one) <= words]
            if selectors:
                written = ",".join(tinycss2.serialize(one) for one in selectors)
                yield f"{written}{{{tinycss2.serialize(rule.content)}}}"
        elif rule.type == "at-rule" and rule.at_keyword in ("media", "supports"):
            inner = tinycss2.parse_rule_list(rule.content, skip_comments=True, skip_whitespace=True)
            kept = "".join(_kept(inner, words))
            if kept:
                yield f"@{rule.at_keyword}{tinycss2.serialize(rule.prelude)}{{{kept}}}"
        else:
            yield rule.serialize()


def _selectors(prelude: list) -> Iterator[list]:
    """The selectors of a rule, parted at commas."""
    start = 0
    for place, token in enumerate([*prelude, None]):
        if token is None or token == ",":
            yield prelude[start:place]
            start = place + 1


def _classes(selector: list) -> set[str]:
    """Classes that an element must have to match; those within ``:not(…)`` and the like do not count."""
    pairs = zip(selector, selector[1:], strict=False)
    return {word.value for dot, word in pairs if dot == "." and word.type == "ident"}
