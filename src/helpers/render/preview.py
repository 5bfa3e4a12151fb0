"""The preview renderer: pandoc and Typst, wherever Quarto is not found.

It reads the same source as Quarto and makes the same kinds of file: for the sector several HTML pages, for an
institution one that holds all it needs, a PDF and a Word document. ``reports/filters/report.lua`` numbers figures and
tables and resolves references to them; ``web.lua`` adds what only web pages have.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from helpers import settings
from helpers.errors import MonitorError
from helpers.files import write_bytes
from helpers.publish import literal
from helpers.render import embedded, pdf, search, templates, word
from helpers.render.pandoc import pandoc_path

READER = "markdown-raw_html-raw_tex-tex_math_dollars-raw_attribute-yaml_metadata_block"
HOW_TO_GET_QUARTO = (
    "Rendered with the preview (pandoc and Typst). Quarto gives the full site: `make quarto` tries to install it."
)
SECONDS = 180
TITLE = re.compile(r'<div class="title">.*?</div>', re.DOTALL)
HEADING = re.compile(r"<h1(.*?)</h1>", re.DOTALL)
BACK = re.compile(r'<a [^>]*rel="prev">.*?</a>\n')


def version() -> str:
    """``preview (pandoc 3.9, typst 0.15.2)``."""
    from importlib.metadata import version as of

    first = subprocess.run([pandoc_path(), "--version"], capture_output=True, text=True, check=True).stdout.split()
    return f"preview ({first[0]} {first[1]}, typst {of('typst')})"


def render(source: Path, target: Path) -> None:
    """Make web pages, ``report.pdf`` and ``report.docx`` in ``target`` from a stitched source.

    Raises :class:`MonitorError` with pandoc's or Typst's own words.
    """
    document = source / "document"
    meta = json.loads((source / "meta.json").read_text(encoding="utf-8"))
    body = document / "body.md"
    body.write_text((document / "report.qmd").read_text(encoding="utf-8").split("---\n", 2)[2], encoding="utf-8")
    options = document / "meta.yml"
    about = {**_metadata(meta), "report": True, "miv-data": meta["data"], "several": (source / "site").is_dir()}
    options.write_text(json.dumps(about, ensure_ascii=False), encoding="utf-8")
    if (source / "site").is_dir():
        _pages(document, target)
    else:
        _html(document, target / "index.html")
    _docx(document, target / "report.docx", meta)
    _pdf(document, target / "report.pdf")


def internal(about: settings.Edition, title: str, subtitle: str, readers: str = "de onderzoekers") -> dict:
    """What the template says of a page for the researchers and others whom it names; it is never published."""
    return {
        "title": title,
        "subtitle": subtitle,
        "published": about.published,
        "synthetic": about.synthetic is not None,
        "confidential": True,
        "readers": readers,
    }


@contextmanager
def whole_folder(final: Path) -> Iterator[Path]:
    """A folder for a page and what belongs to it, which takes the place of ``final`` when all of it is there.

    ``work`` within it is for :func:`page`; it is taken away.
    """
    temporary = final.with_name(f".{final.name}.{os.getpid()}")
    shutil.rmtree(temporary, ignore_errors=True)
    try:
        (temporary / "work" / "figures").mkdir(parents=True)
        yield temporary
        shutil.rmtree(temporary / "work")
        shutil.rmtree(final, ignore_errors=True)
        os.replace(temporary, final)
    finally:
        shutil.rmtree(temporary, ignore_errors=True)


def page(folder: Path, markdown: str, meta: dict, target: Path) -> None:
    """One HTML page of its own, from Markdown whose figures stand in ``folder/figures``.

    ``folder`` is a work folder; ``meta`` has title, subtitle, published, synthetic and confidential. Raises
    :class:`MonitorError` with pandoc's own words.
    """
    templates.write(folder)
    (folder / "body.md").write_text(markdown, encoding="utf-8")
    (folder / "meta.yml").write_text(json.dumps(_metadata(meta), ensure_ascii=False), encoding="utf-8")
    _html(folder, target)


def _metadata(meta: dict) -> dict:
    """Pandoc metadata: texts are Markdown there, so they are written literally."""
    written = {key: literal(meta[key]) for key in ("title", "subtitle")}
    return {
        **written,
        "title-plain": written["title"],
        "subtitle-plain": written["subtitle"],
        "pagetitle": f"{written['title']} – {written['subtitle']}",
        "date": literal(meta["published"]),
        "lang": "nl",
        "synthetic": meta["synthetic"],
        "confidential": meta["confidential"],
        **({"readers": meta.get("readers", "de instelling zelf")} if meta["confidential"] else {}),
        "concept": meta.get("concept", False),
    }


def _pandoc(document: Path, *arguments: str) -> str:
    command = [
        *(pandoc_path(), "body.md", "--from", READER, "--metadata-file", "meta.yml"),
        *("--lua-filter", "filters/report.lua", "--number-sections", "--columns", "500"),
        *arguments,
    ]
    try:
        done = subprocess.run(command, cwd=document, capture_output=True, text=True, timeout=SECONDS, check=False)
    except subprocess.TimeoutExpired as error:
        raise MonitorError(f"pandoc did not finish within {SECONDS} s.") from error
    warnings = [line for line in done.stderr.splitlines() if "[WARNING]" in line]
    if done.returncode or warnings:
        words = done.stderr.split("stack traceback:")[0].strip()
        raise MonitorError(f"pandoc could not make the report:\n{words}")
    return done.stdout


WEB = (
    "--lua-filter",
    "filters/heads.lua",
    "--lua-filter",
    "filters/web.lua",
    "--standalone",
    "--template",
    "templates/page.html",
    "--toc",
    "--toc-depth",
    "2",
)


def _html(document: Path, target: Path) -> None:
    _pandoc(document, *WEB, "--to", "html5", "--embed-resources", "--section-divs=false", "--output", str(target))
    embedded.as_text(target)


def _pages(document: Path, target: Path) -> None:
    """A page a chapter, named for it; ``zoeken.js`` is what the search looks through."""
    made = document / "pages"
    shutil.rmtree(made, ignore_errors=True)
    cut = ("--to", "chunkedhtml", "--split-level", "1", "--chunk-template", "%i.html")
    _pandoc(document, *WEB, *cut, "--output", str(made))
    tree = json.loads((made / "sitemap.json").read_text(encoding="utf-8"))["subsections"]
    names = [one["section"]["path"].partition("#")[0] for one in tree]
    (made / "sitemap.json").unlink()
    _summary_first(made, *names)
    index = search.script([made / "index.html", *(made / name for name in names[1:])])
    write_bytes(made / "zoeken.js", index.encode("utf-8"))
    shutil.copytree(made, target, dirs_exist_ok=True)


def _summary_first(folder: Path, summary: str, *others: str) -> None:
    """Pandoc's first page has only the title; the summary's page takes its place, with that title."""
    title = TITLE.search((folder / "index.html").read_text(encoding="utf-8"))[0]
    text = BACK.sub("", (folder / summary).read_text(encoding="utf-8"))
    text = HEADING.sub(lambda found: f"{title}\n<h2{found[1]}</h2>", text, count=1)
    (folder / summary).write_text(text, encoding="utf-8")
    os.replace(folder / summary, folder / "index.html")
    for page in (folder / name for name in ("index.html", *others)):
        text = page.read_text(encoding="utf-8")
        page.write_text(text.replace(f'href="{summary}', 'href="index.html'), encoding="utf-8")


def _docx(document: Path, target: Path, meta: dict) -> None:
    _pandoc(
        document,
        *("--to", "docx", "--reference-doc", "reference.docx", "--output", str(target)),
    )
    word.finish(target, meta)


def _pdf(document: Path, target: Path) -> None:
    text = _pandoc(
        document,
        *("--to", "typst", "--standalone", "--template", "templates/report.typ"),
        *("--lua-filter", "filters/tables.lua"),
    )
    main = document / "report.typ"
    main.write_text(text, encoding="utf-8")
    pdf.make(main, target)
