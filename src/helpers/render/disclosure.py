"""The disclosure page: what a reviewer reads before signing. Rendered with the preview; it is not published."""

from __future__ import annotations

import json
import os
import shutil
from datetime import date

from babel.dates import format_date

from helpers import dutch, paths, settings
from helpers.publish import literal
from helpers.release import record
from helpers.render import preview
from helpers.render.intake import table

RULES = {
    "minimum_respondents": "Minste aantal respondenten",
    "minimum_benchmark_institutions": "Minste aantal andere instellingen in een vergelijking",
    "benchmark_rounding": "Afronding van aantallen over meer instellingen",
    "protection_width": "Breedte waarbinnen een verborgen aantal onbekend blijft",
    "extreme_shares_hidden_below": "0 en 100 procent verborgen onder dit aantal",
    "dominance_one": "Grootste deel van één instelling in een aantal",
    "dominance_two": "Grootste deel van twee instellingen in een aantal",
    "percent_rounding": "Afronding van percentages bij weinig respondenten",
    "quote_groups": "Minste aantal groepen achter een citaat",
    "quotes_without_finds": "Citaat waarin niets gevonden is",
}


def render(edition: str) -> None:
    """Write ``outputs/<edition>/disclosure/record.json`` and ``index.html``."""
    path = record.write(edition)
    said = json.loads(path.read_text(encoding="utf-8"))
    about = settings.load_edition(edition)
    meta = preview.internal(
        about, f"Geheimhouding {about.title} {about.year}", f"Wat er in editie {edition} verborgen is, en waarom"
    )
    work = path.with_name(f".page.{os.getpid()}")
    shutil.rmtree(work, ignore_errors=True)
    work.mkdir(parents=True)
    try:
        preview.page(work, page(said), meta, work / "index.html")
        os.replace(work / "index.html", path.with_name("index.html"))
    finally:
        shutil.rmtree(work, ignore_errors=True)


def page(said: dict) -> str:
    """The record in Dutch Markdown."""
    parts = [_verdict(said), _rules(said), _hidden(said), _grounds(said), _quotes(said), _reports(said)]
    return "\n\n".join(parts) + "\n"


def _verdict(said: dict) -> str:
    audit = said["audit"]
    if said["signed"]:
        when = format_date(date.fromisoformat(said["date"]), "d MMMM yyyy", locale=dutch.LOCALE)
        state = f"Alle rapporten zijn vrijgegeven door {literal(said['person'])} op {when}."
    else:
        state = (
            "Nog niet vrijgegeven: de rapporten dragen het merk *concept*. Wie ze heeft beoordeeld, tekent met "
            f'`make sign EDITION={said["edition"]} NAME="…"`.'
        )
    if audit is None:
        attack = f"Er is nog geen aanval op de rapporten gedaan (`make audit EDITION={said['edition']}`)."
    else:
        found = sum(audit.get(name, 0) for name in ("exact", "near", "told", "rows", "marks", "unexpected"))
        attack = (
            f"De aanval op {dutch.number(audit['reports'])} rapporten ({dutch.number(audit['statements'])} uitspraken) "
            f"probeerde {dutch.number(audit['hidden'])} verborgen aantallen en antwoorden te achterhalen en vond er "
            f"{dutch.number(found)}."
        )
    return f"# Oordeel\n\n{state}\n\n{attack}"


def _value(value: object) -> str:
    if isinstance(value, list):
        told = [f"onder {dutch.number(step['below'])}: {dutch.number(step['points'], 1)} punt" for step in value]
        return "; ".join(told) or "niet"
    if isinstance(value, str):
        return {"decide": "een mens beslist", "release": "mag zonder besluit"}.get(value, value)
    return dutch.number(value, 2 if isinstance(value, float) else 0)


def _rules(said: dict) -> str:
    rows = [["Regel", "Waarde", "Reden"]]
    rows += [[RULES.get(name, name), _value(rule["value"]), rule["reason"]] for name, rule in said["rules"].items()]
    text = "# Regels\n\n" + table(rows, "Regels van deze editie, met hun reden", "tbl-regels", (1,))
    if not said["exceptions"]:
        return text
    rows = [["Bron", "Regel", "Waarde", "Algemeen", "Soepeler", "Besloten door", "Reden"]]
    rows += [
        [
            each["source"],
            RULES.get(each["rule"], each["rule"]),
            _value(each["value"]),
            _value(each["general"]),
            "ja" if each["looser"] else "nee",
            each["approved_by"] or dutch.HIDDEN,
            each["reason"],
        ]
        for each in said["exceptions"]
    ]
    return f"{text}\n\n" + table(rows, "Bronnen met eigen regels", "tbl-uitzonderingen", (2, 3))


def _hidden(said: dict) -> str:
    total = sum(said["hidden"].values())
    rows = [["Reden", "Rijen", "Van alle rijen (%)"]]
    rows += [
        [reason, dutch.number(times), dutch.percent(times / said["cells"], sign=False)]
        for reason, times in sorted(said["hidden"].items(), key=lambda one: -one[1])
    ]
    lead = (
        f"Van {dutch.number(said['cells'])} rijen in tabellen en figuren zijn er {dutch.number(total)} verborgen. Een "
        "tabel en de figuur ernaast tellen allebei. In de rapporten staat bij een verborgen rij niet waarom: wie weet "
        "welke van twee groepen de kleine is, weet te veel."
    )
    return f"# Wat verborgen is\n\n{lead}\n\n" + table(rows, "Verborgen rijen naar reden", "tbl-verborgen", (1, 2))


def _grounds(said: dict) -> str:
    rows = [["Grond", "Tabellen en figuren", "Reden"]]
    rows += [[each["ground"], dutch.number(each["items"]), each["reason"]] for each in said["grounds"]]
    text = "# Wat zonder ondergrens mag\n\n" + table(
        rows, "Cijfers die geen uitspraak over respondenten zijn", "tbl-gronden", (1,)
    )
    if said["left_out"]:
        text += "\n\nDeze editie doet het zonder:\n\n" + "\n".join(
            f"- {literal(str(each['source'] or 'alle bronnen'))} {literal(str(each['institution'] or ''))}: "
            f"{literal(each['reason'])}"
            for each in said["left_out"]
        )
    return text


def _quotes(said: dict) -> str:
    rows = [["Uitkomst", "Besloten door", "Datum", "Fragmenten", "Met vondsten", "Vondsten geaccepteerd"]]
    rows += [
        [each["label"], each["by"] or dutch.HIDDEN, each["date"] or dutch.HIDDEN]
        + [dutch.number(each[name]) for name in ("fragments", "with_finds", "accepted")]
        for each in said["quotes"]
    ]
    lead = "Een citaat verlaat de focusgroepen alleen met toestemming en nadat een mens ernaar keek."
    return f"# Citaten\n\n{lead}\n\n" + table(rows, "Wat er met de fragmenten gebeurde", "tbl-citaten", (3, 4, 5))


def _reports(said: dict) -> str:
    rows = [["Rapport", "Rijen", "Verborgen", "Respondenten verborgen (%)", "Vrijgegeven", "Inhoud (sha256)"]]
    rows += [
        [
            "sector" if unit == settings.SECTOR else unit,
            dutch.number(each["cells"]),
            dutch.number(sum(each["hidden"].values())),
            dutch.percent(each["lost"], sign=False),
            "ja" if each["signed"] else "nee",
            each["contents"][:12],
        ]
        for unit, each in said["units"].items()
    ]
    files = sum(len(each["files"]) for each in said["units"].values())
    lead = (
        f"De controlegetallen (sha256) van alle {dutch.number(files)} bestanden staan in `record.json` naast deze "
        "pagina. Dat van de inhoud is wat wordt ondertekend."
    )
    return f"# Per rapport\n\n{lead}\n\n" + table(rows, "Rapporten van deze editie", "tbl-rapporten", (1, 2, 3))


def path_of(edition: str):
    """Where the page is."""
    return paths.EditionPaths(edition).outputs / "disclosure" / "index.html"
