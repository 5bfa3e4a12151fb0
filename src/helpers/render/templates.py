"""Filters and templates of both renderers as a report needs them: filled with facts, and with the brand."""

from __future__ import annotations

import base64
import json
import shutil
from pathlib import Path

import jinja2

from helpers import brand, dutch, paths
from helpers.files import close
from helpers.publish import literal

OF_BRAND = ("tokens.css", "page.html", "style.typ")
OF_REPORT = ("banner.html", "head.html", "after.html")
"""Templates for Quarto that say what the report is."""
ELSEWHERE = ("portal.html",)
"""Templates of pages that are no report."""
MEDIA = {".svg": "image/svg+xml", ".png": "image/png"}


def fill(name: str, facts: dict) -> str:
    """A file of ``reports/`` with facts, colours, letters and logo in their places."""
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(paths.REPORT_PARTS),
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        comment_start_string="{##",  # the usual {# opens a label in Markdown
    )
    environment.filters["literal"] = literal
    environment.filters["number"] = dutch.number
    environment.filters["agree"] = dutch.agree
    environment.filters["sentence"] = dutch.sentence
    environment.filters["channels"] = lambda colour, between=" ": between.join(map(str, brand.channels(colour)))
    environment.filters["quoted"] = lambda text: json.dumps(text, ensure_ascii=False)
    environment.globals["brand"] = brand.load()
    environment.globals["logo"] = logo()
    return environment.get_template(name).render(**facts).strip() + "\n"


def logo() -> dict | None:
    """The logo as templates need it: file name, text, address for a page that holds it, height on paper."""
    found = brand.load().logo
    if found is None:
        return None
    suffix = found.path.suffix.lower()
    content = base64.b64encode(found.path.read_bytes()).decode("ascii")
    address = f"data:{MEDIA[suffix]};base64,{content}"
    return {"file": f"logo{suffix}", "alt": found.alt, "address": address, "height": brand.LOGO_HEIGHT}


def write(folder: Path, facts: dict | None = None) -> None:
    """Filters and templates in ``folder``; without facts of a report, those that tell them are left out."""
    shutil.copytree(paths.REPORT_PARTS / "filters", folder / "filters")
    filled = (*OF_BRAND, *OF_REPORT, *ELSEWHERE)
    shutil.copytree(paths.REPORT_PARTS / "templates", folder / "templates", ignore=lambda *_: filled)
    for name in (*OF_BRAND, *(OF_REPORT if facts is not None else ())):
        (folder / "templates" / name).write_text(fill(f"templates/{name}", facts or {}), encoding="utf-8")
    picture = brand.load().logo
    if picture is not None:
        shutil.copyfile(picture.path, folder / "templates" / logo()["file"])
    close(folder)  # copies of folders keep their modes
