"""Stitch: executed chapters, summary, method and colofon become one report source per unit.

Everything that chapters publish is Markdown, so the source is Markdown too, and the same one for both
renderers. Only released outputs pass; anything else in a notebook stops the unit.
"""

from __future__ import annotations

import json
import os
import re
import shutil
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pandas as pd
import yaml

from helpers import codebook, dutch, findings, glossary, paths, settings, tables, wording
from helpers.disclosure.rounding import to_multiples
from helpers.errors import MonitorError
from helpers.ingest import load_intake
from helpers.publish import literal
from helpers.render import home, templates, word, words
from helpers.sources import Source, load_sources
from helpers.story import cells, template
from helpers.story.markdown import REFERENCE

SUMMARY_LENGTH = 8
"""Findings under one heading that the summary tells; the chapters tell them all."""

QUESTIONS = {
    1: "Onderzoeksvraag 1: wat is de stand van zaken?",
    2: "Onderzoeksvraag 2: zijn er verschillen naar kenmerken van instelling en opleiding?",
    3: "Onderzoeksvraag 3: zijn er verschillen naar kenmerken van studenten en medewerkers?",
}
"""The research questions of the monitor, as headings of the summary."""

SUMMARY = "samenvatting"
"""Label of the summary, which is the first page wherever there are several."""

FIGURE = re.compile(r"\]\((figures/[\w.-]+\.svg)\)")
ANCHOR = re.compile(r"\{#((?:fig|tbl)-[\w-]+)")
ATTRIBUTES = re.compile(r"\s*\{[^{}]*\}\s*$")

SOURCE_NAMES = {
    "students": "JOB-monitor (studenten)",
    "staff": "Medewerkersonderzoek",
    "students_msv": "Monitor Sociale Veiligheid 2017-2018, studenten",
    "staff_msv": "Monitor Sociale Veiligheid 2017-2018, medewerkers",
    "coordinators": "Vragenlijst veiligheidscoördinatoren",
    "fragments": "Focusgroepen (gecodeerde fragmenten)",
}


@dataclass(frozen=True)
class Part:
    """One part of a report: a page of the site, a chapter of the document."""

    name: str
    markdown: str
    figures: dict[str, dict[str, str]] = field(default_factory=dict)

    @property
    def title(self) -> str:
        """The part's heading, as Markdown."""
        return ATTRIBUTES.sub("", self.markdown.splitlines()[0].removeprefix("#")).strip()

    @property
    def body(self) -> str:
        """What stands below the heading."""
        return self.markdown.partition("\n")[2]

    @property
    def chapter(self) -> str:
        """The part as a chapter of one document; its heading has the part's name as its label."""
        numbered = " .unnumbered" if ".unnumbered" in self.markdown.splitlines()[0] else ""
        name = SUMMARY if self.name == "index" else self.name
        return f"# {self.title} {{#{name}{numbered}}}\n{self.body}"


def stitch(edition: str, unit: str, *, concept: bool = True) -> Path:
    """Write ``units/<unit>/source`` anew: ``document/report.qmd``, for the sector ``site/*.qmd`` too.

    ``concept``: the report says that it is not released. Returns the folder. Raises :class:`MonitorError` for output
    that was not released, a figure that is not there, a label used twice or a chapter that was not run.
    """
    about = settings.load_edition(edition)
    folder = about.paths.unit(unit)
    meta = metadata(about, unit, concept=concept)
    parts = all_parts(about, unit, meta)
    _check_labels(parts)
    meta["data"] = _with_data(parts, folder)
    temporary = folder / f".source.{os.getpid()}"
    shutil.rmtree(temporary, ignore_errors=True)
    try:
        write_source(temporary, parts, meta, folder, several=unit == settings.SECTOR)
        target = folder / "source"
        shutil.rmtree(target, ignore_errors=True)
        os.replace(temporary, target)
    finally:
        shutil.rmtree(temporary, ignore_errors=True)
    return target


def write_source(target: Path, parts: list[Part], meta: dict, unit: Path, *, several: bool) -> None:
    """A report's source in ``target``, with the figures of ``unit``; ``several``: for pages of their own too."""
    _write_document(target / "document", parts, meta, unit)
    if several:
        _write_site(target / "site", parts, meta, unit)
    (target / "meta.json").write_text(json.dumps(meta, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


def _with_data(parts: list[Part], folder: Path) -> list[str]:
    """Labels of figures and tables that have a file with their data."""
    labels = [label for part in parts for label in ANCHOR.findall(part.markdown)]
    return [label for label in labels if (folder / "tables" / f"{label}.csv").is_file()]


def metadata(about: settings.Edition, unit: str, *, concept: bool = True) -> dict:
    """What the title page says; texts are plain, not Markdown."""
    kind = settings.load_unit_kind(unit)
    name = ""
    if unit != settings.SECTOR:
        register = tables.read_table(about.edition, "institutions")
        name = str(register.loc[register["institution_id"] == unit, "name"].iloc[0])
    return {
        "title": f"{about.title} {about.year}",
        "subtitle": f"{kind.title}: {name}" if name else kind.title,
        "institution": name,
        "unit": unit,
        "edition": about.edition,
        "published": about.published,
        "synthetic": about.synthetic is not None,
        "confidential": unit != settings.SECTOR,
        "concept": concept,
    }


def all_parts(about: settings.Edition, unit: str, meta: dict) -> list[Part]:
    """Summary, chapters, findings (sector), method, glossary and colofon, in reading order."""
    folder = about.paths.unit(unit)
    books = {chapter: folder / f"{chapter}.ipynb" for chapter in settings.load_chapters().of(unit)}
    chapters = [Part(chapter, chapter_markdown(path), figures(path)) for chapter, path in books.items()]
    told = {chapter.name: _told(folder, chapter.name) for chapter in chapters}
    facts = _facts(about, meta)
    appendix = [_findings_page(about, chapters, told, facts)] if unit == settings.SECTOR else []
    return [
        Part("index", _summary(about, unit, chapters, told, facts)),
        *chapters,
        *appendix,
        Part("methode", templates.fill("method.md", facts)),
        Part("begrippen", templates.fill("glossary.md", {**facts, "glossary": _glossary(unit, facts)})),
        Part("colofon", templates.fill("colofon.md", facts)),
    ]


def _told(folder: Path, chapter: str) -> list[dict]:
    """What a chapter wrote down as its findings."""
    path = folder / f"{chapter}.findings.json"
    return json.loads(path.read_text(encoding="utf-8")) if path.is_file() else []


def chapter_markdown(path: Path) -> str:
    """Markdown of an executed notebook: its story, and what it released.

    A text that is said again right behind itself is said once: that a source was left out, by cells under one heading.
    """
    if not path.is_file():
        raise MonitorError(f"{path.name} was not run for unit {path.parent.name}; run `make report` again.")
    book = json.loads(path.read_text(encoding="utf-8"))
    pieces = []
    for number, cell in enumerate(book["cells"], start=1):
        if cells.is_scratch(cell):
            continue
        if cell["cell_type"] == "markdown":
            pieces.append("".join(cell["source"]))
        elif cell["cell_type"] == "code":
            pieces += [_released(output, path.name, cells.named(cell, number)) for output in cell["outputs"]]
    texts = [piece.strip() for piece in pieces if piece.strip()]
    told = [text for text, before in zip(texts, ["", *texts], strict=False) if text != before or ANCHOR.search(text)]
    return "\n\n".join(told) + "\n"


def figures(path: Path) -> dict[str, dict[str, str]]:
    """Caption, file and alternative text of every figure that an executed notebook published, by label."""
    book = json.loads(path.read_text(encoding="utf-8"))
    outputs = [output for cell in book["cells"] for output in cell.get("outputs", [])]
    notes = [output.get("metadata", {}).get("miv", {}).get("figure") for output in outputs]
    return {note["id"]: note for note in notes if note}


def _released(output: dict, notebook: str, cell: str) -> str:
    """The Markdown of a released output. There is no other way out."""
    released = output.get("metadata", {}).get("miv", {}).get("released") is True
    if output["output_type"] == "display_data" and released:
        return "".join(output["data"]["text/markdown"])
    kind = output["output_type"]
    found = output.get("name") or ", ".join(sorted(output.get("data", {}))) or output.get("ename", "")
    raise MonitorError(
        f"{notebook}, {cell}, shows something that did not pass disclosure control ({kind}: {found}). Tell and show "
        f"with report.tell(…) and report.show(…); take prints and bare values out, or tag it `{cells.SCRATCH}`."
    )


def _check_labels(parts: list[Part]) -> None:
    labels = [label for part in parts for label in ANCHOR.findall(part.markdown)]
    double = sorted({label for label in labels if labels.count(label) > 1})
    if double:
        raise MonitorError(f"These labels are used twice in one report: {', '.join(double)}. Give each its own id.")
    lost = [f"@{label} (in {part.name})" for part in parts for label in REFERENCE.findall(part.markdown)]
    lost = sorted({each for each in lost if each.split()[0][1:] not in labels})
    if lost:
        raise MonitorError(
            f"The report refers to figures or tables that it does not show: {', '.join(lost)}. Show them "
            "(report.show(…)), or take the reference out; `show=[…]` of report.tell refers by itself to what is shown."
        )


def _summary(about: settings.Edition, unit: str, chapters: list[Part], told: dict[str, list[dict]], facts: dict) -> str:
    """Key findings by research question, then those of the other chapters, in order of weight; words around them."""
    headings: dict[str, list[dict]] = {heading: [] for heading in QUESTIONS.values()}
    for chapter in chapters:
        for finding in told[chapter.name]:
            heading = QUESTIONS.get(finding.get("question"), chapter.title)
            if finding["sentence"]:
                headings.setdefault(heading, []).append(finding)
    shown = {id: note for part in chapters for id, note in part.figures.items()} if unit == settings.SECTOR else {}
    groups = [
        home.group(heading, _briefly(_first(found)), shown if heading in QUESTIONS.values() else {})
        for heading, found in headings.items()
        if found
    ]
    sentences = {each["id"]: each["sentence"] for found in told.values() for each in found if each["sentence"]}
    before, after = words.around(about.edition, unit, sentences)
    return templates.fill("summary.md", {**facts, "groups": groups, "before": before, "after": after})


def _briefly(found: list[dict]) -> list[dict]:
    """The findings in their short words; those without a difference as one, which stands at no single place."""
    briefly = [{**each, "sentence": each.get("short") or each["sentence"]} for each in found]
    by_people: dict[str, list[dict]] = {}
    for each in briefly:
        if each.get("nothing"):
            by_people.setdefault(each["nothing"]["people"], []).append(each)
    for same in by_people.values():
        if len(same) > 1:
            same[0] |= {"sentence": template.no_differences([each["nothing"] for each in same]), "at": ""}
            briefly = [each for each in briefly if not any(each is other for other in same[1:])]
    return list({each["sentence"]: each for each in reversed(briefly)}.values())[::-1]


def _first(findings: list[dict]) -> list[dict]:
    """The weightiest findings, each sentence once."""
    once = {each["sentence"]: each for each in reversed(findings)}
    return sorted((each for each in findings if once[each["sentence"]] is each), key=lambda each: each["weight"])[
        :SUMMARY_LENGTH
    ]


def _findings_page(about: settings.Edition, chapters: list[Part], told: dict[str, list[dict]], facts: dict) -> Part:
    """Appendix of the sector report: all published findings and what this edition gives.

    Raises :class:`MonitorError` for a finding that no chapter treats.
    """
    treated: dict[str, list[tuple[str, str]]] = {}
    for chapter in chapters:
        for finding in told[chapter.name]:
            for id in finding.get("treats", ()):
                treated.setdefault(id, []).append((chapter.title, finding.get("at", "")))
    lacking = findings.untreated(about, treated)
    if lacking:
        lines = "\n".join(f"  - {one.id}: {one.what}" for one in lacking)
        raise MonitorError(
            f"No chapter of the sector report treats these findings of data/findings.yml:\n{lines}\n"
            "Name each in `treats=[…]` of the report.tell(…) that tells it, or take it out of the register."
        )
    computed = tables.read_analysis(about.edition, "findings")
    rows = findings.rows(computed, treated, about.compare_with_published)
    for row in rows:
        row["where"] = _places(row["places"])
    compare = about.compare_with_published
    counted = {name: sum(row["agrees"] == word for row in rows) for name, word in findings.AGREES.items()}
    return Part(
        "bevindingen",
        templates.fill("findings.md", {**facts, "rows": rows, "compare": compare, **counted}),
    )


def _places(places: list[tuple[str, str]]) -> str:
    """References to figures and tables, or the names of chapters where there are none, as Markdown."""
    labels = list(dict.fromkeys(label for _, label in places if label))
    if labels:
        return ", ".join(f"@{label}" for label in labels)
    return ", ".join(dict.fromkeys(literal(chapter) for chapter, _ in places))


def _facts(about: settings.Edition, meta: dict) -> dict:
    """Figures that method and colofon state, all computed."""
    intake, rules = load_intake(about.edition)["sources"], settings.load_settings()
    base = rules.disclosure.benchmark_rounding
    sources = [
        {"name": SOURCE_NAMES[source.table], "wave": source.wave or "", "rows": _rows(source, intake, base)}
        for source in load_sources()
        if source.table in SOURCE_NAMES
    ]
    return {
        **meta,
        "citation": f"*{literal(meta['title'])}*. {literal(meta['subtitle'])}, {meta['published']}.",
        "left_out": _left_out(about),
        "codebook": _codebook(about.edition) if meta["unit"] == settings.SECTOR else [],
        "sources": sources,
        "waves": dutch.enumerate_words(map(str, about.waves)),
        "institutions": len(tables.read_table(about.edition, "institutions")),
        "minimum": rules.disclosure.minimum_respondents,
        "least": rules.disclosure.least_institutions,
        "rounding": dutch.number(rules.disclosure.benchmark_rounding),
        "extreme": rules.disclosure.extreme_shares_hidden_below,
        "percent_steps": [step.model_dump() for step in rules.disclosure.percent_rounding],
        "confidence": dutch.confidence(rules.confidence, sign=False),
        "slight": wording.margin_told(),
        "wording": {"columns": list(wording.COLUMNS), "rule": wording.rule(), "strengths": wording.strengths()},
    }


def _rows(source: Source, intake: dict, base: int) -> int:
    """Rows that were received; of the populations that are told by institution in multiples, as all their numbers."""
    rows = int(intake[source.source]["rows"])
    return int(to_multiples(np.array([rows]), base)[0]) if source.table in ("students", "staff") else rows


def _left_out(about: settings.Edition) -> list[str]:
    """What the edition goes without, in words; institutions are counted, not named."""
    titles = {source.source: source.title for source in load_sources()}
    lines = [f"{titles[each.source]}: {each.reason}" for each in about.without if each.source and not each.institution]
    places: dict[str | None, set[str]] = {}
    for each in about.without:
        if each.institution:
            places.setdefault(each.source, set()).add(each.institution)
    for source, codes in places.items():
        where = f"in {titles[source]}" if source else "in alle bronnen"
        lines.append(f"{dutch.plural(len(codes), 'instelling', 'instellingen')} {where}")
    return lines


def _glossary(unit: str, facts: dict) -> list[dict]:
    kind = "sector" if unit == settings.SECTOR else "institution"
    return glossary.load_glossary().rows(kind, {key: facts[key] for key in ("confidence", "slight", "minimum")})


def _codebook(edition: str) -> list[dict]:
    """The codebook by canonical table: a title, and rows of column, label, values and origin."""
    book = tables.read_analysis(edition, "codebook")
    found = []
    for table, rows in book.groupby("table", sort=False):
        entries = [_entry(column, own) for column, own in rows.groupby("column", sort=False)]
        found.append({"name": str(table).replace("_", "-"), "title": codebook.TITLES[str(table)], "entries": entries})
    return found


def _entry(column: str, own: pd.DataFrame) -> dict:
    first = own.iloc[0]
    origins = []
    for _, row in own[own["original"] != ""].iterrows():
        lead = f"{int(row['wave'])}: " if pd.notna(row["wave"]) and len(own) > 1 else ""
        asked = f" (‘{row['question']}’)" if row["question"] else ""
        gone = f", {dutch.percent(row['missing'])} ontbreekt" if pd.notna(row["missing"]) and row["missing"] > 0 else ""
        origins.append(f"{lead}{row['original']}{asked}{gone}")
    values = first["values"] or first["type"]
    return {"column": column, "label": first["label"], "values": values, "origin": "; ".join(origins) or "afgeleid"}


def _write_document(folder: Path, parts: list[Part], meta: dict, unit: Path) -> None:
    text = "\n\n".join(part.chapter for part in parts)
    _write(folder, {"report.qmd": _front_matter(meta) + text}, parts, meta, unit)
    word.write_reference(folder / "reference.docx", meta)
    for name in ("_quarto.yml", "_quarto-institution.yml", "_quarto-sector.yml"):
        shutil.copyfile(paths.ROOT / name, folder / name)


def _write_site(folder: Path, parts: list[Part], meta: dict, unit: Path) -> None:
    pages = {}
    for number, part in enumerate(parts):
        if part.name == "index":
            pages["index.qmd"] = _front_matter(meta) + part.body
        else:
            about = {"title": f"{number} {part.title}", **_web(meta)}
            pages[f"{part.name}.qmd"] = _yaml(about) + part.body
    _write(folder, {name: _site_links(text, parts) for name, text in pages.items()}, parts, meta, unit)
    shutil.copyfile(paths.ROOT / "_quarto.yml", folder / "_quarto.yml")
    site = yaml.safe_load((paths.ROOT / "_quarto-site.yml").read_text(encoding="utf-8"))
    site["website"]["sidebar"]["contents"] = [
        {"href": f"{part.name}.qmd", "text": f"{number} {part.title}" if number else "Samenvatting"}
        for number, part in enumerate(parts)
    ]
    logo = templates.logo()
    if logo:
        site["website"]["navbar"] |= {"logo": f"templates/{logo['file']}", "logo-alt": logo["alt"]}
    (folder / "_quarto-site.yml").write_text(yaml.safe_dump(site, allow_unicode=True), encoding="utf-8")


def _site_links(text: str, parts: list[Part]) -> str:
    """References to figures on other pages become links: a website numbers each page by itself."""
    own = set(ANCHOR.findall(text))
    page = {label: part.name for part in parts for label in ANCHOR.findall(part.markdown)}

    def link(found: re.Match) -> str:
        label = found[1]
        if label in own or label not in page:
            return found[0]
        word = "figuur" if label.startswith("fig-") else "tabel"
        return f"[{word}]({page[label]}.qmd#{label})"

    def moved(found: re.Match) -> str:
        label = found[1]
        return found[0] if label in own or label not in page else f"]({page[label]}.qmd#{label})"

    text = re.sub(r"@((?:fig|tbl)-[\w-]+)", link, text)
    return re.sub(r"\]\(#((?:fig|tbl)-[\w-]+)\)", moved, text)


def _write(folder: Path, files: dict[str, str], parts: list[Part], meta: dict, unit: Path) -> None:
    (folder / "figures").mkdir(parents=True)
    for name, text in files.items():
        (folder / name).write_text(text, encoding="utf-8")
    for part in parts:
        for figure in FIGURE.findall(part.markdown):
            for path in (unit / figure, (unit / figure).with_suffix(".png")):
                if not path.is_file():
                    raise MonitorError(
                        f"Chapter {part.name} shows {path.name}, which is not there; run the chapter again."
                    )
                shutil.copyfile(path, folder / "figures" / path.name)
    templates.write(folder, {**meta, **_web(meta)})


def _front_matter(meta: dict) -> str:
    return _yaml(
        {
            "title": literal(meta["title"]),
            "subtitle": literal(meta["subtitle"]),
            "date": meta["published"],
            "lang": "nl",
            "synthetic": meta["synthetic"],
            "confidential": meta["confidential"],
            **_web(meta),
        }
    )


def _web(meta: dict) -> dict:
    """What a page's template and filters must know."""
    return {"concept": meta.get("concept", False), "report": True, "miv-data": meta["data"]}


def _yaml(content: dict) -> str:
    return "---\n" + yaml.safe_dump(content, allow_unicode=True, sort_keys=False, width=10_000) + "---\n\n"
