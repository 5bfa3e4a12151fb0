"""The disclosure page: what a reviewer reads before signing. Rendered with the preview; it is not published."""

from __future__ import annotations

import json
import os
import shutil
from collections import Counter
from datetime import date

from babel.dates import format_date

from helpers import dutch, paths, settings
from helpers.publish import literal
from helpers.release import record
from helpers.release.signoff import State
from helpers.render import preview
from helpers.render.intake import table

STATES = {State.RELEASED: "ja", State.CONCEPT: "concept", State.CHANGED: "nee: gewijzigd"}
CHANGES = {"gone": "verdwenen", "added": "niet ondertekend", "other": "andere inhoud"}
READERS = "de onderzoekers en wie de vrijgave beoordeelt"

RULES = {
    "minimum_respondents": "Minste aantal respondenten",
    "minimum_benchmark_institutions": "Minste aantal instellingen achter een cijfer of een verschil van cijfers",
    "colluding_institutions": "Instellingen die hun eigen cijfers ervan aftrekken",
    "benchmark_rounding": "Afronding van aantallen over meer instellingen",
    "fitting_choices": "Keuzen van instellingen die bij een afgeronde som van openbare aantallen passen",
    "protection_width": "Breedte waarbinnen een verborgen aantal onbekend blijft",
    "extreme_shares_hidden_below": "0 en 100 procent verborgen onder dit aantal",
    "dominance_one": "Grootste deel van één instelling in een aantal",
    "dominance_two": "Grootste deel van twee instellingen in een aantal",
    "percent_rounding": "Afronding van percentages bij weinig respondenten",
    "quote_groups": "Minste aantal groepen achter een citaat",
}


def render(edition: str) -> None:
    """Write ``outputs/<edition>/disclosure/record.json`` and ``index.html``."""
    path = record.write(edition)
    said = json.loads(path.read_text(encoding="utf-8"))
    about = settings.load_edition(edition)
    meta = preview.internal(
        about,
        f"Geheimhouding {about.title} {about.year}",
        f"Wat er in editie {edition} verborgen is, en waarom",
        READERS,
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
    state = _state(said)
    if audit is None:
        attack = f"Er is nog geen aanval op de rapporten gedaan (`make audit EDITION={said['edition']}`)."
    else:
        found = (
            "vond er geen" if audit["passed"] is True else f"vond iets: `make audit EDITION={said['edition']}` zegt wat"
        )
        attack = (
            f"De aanval op {dutch.number(audit['reports'])} rapporten ({dutch.number(audit['statements'])} uitspraken) "
            f"probeerde {dutch.number(audit['hidden'])} verborgen aantallen en antwoorden te achterhalen en {found}."
        )
        if not audit["of_these"]:
            attack += " Sindsdien zijn er rapporten veranderd: val opnieuw aan."
    return f"# Oordeel\n\n{state}\n\n{attack}"


def _state(said: dict) -> str:
    """Which reports are released and by whom, what is to be done for the others, and who made them."""
    count = Counter(each["state"] for each in said["units"].values())
    released, changed = count[State.RELEASED], count[State.CHANGED]
    lines = []
    if released:
        when = format_date(date.fromisoformat(said["date"]), "d MMMM yyyy", locale=dutch.LOCALE)
        which = "Alle" if said["signed"] else f"{dutch.number(released)} van de {dutch.number(len(said['units']))}"
        lines.append(f"{which} rapporten zijn vrijgegeven door {literal(said['person'])} op {when}.")
    if changed:
        lines.append(
            f"Niet uitgeven: {dutch.plural(changed, 'rapport is', 'rapporten zijn')} niet meer wat is ondertekend, "
            "of zonder handtekening van het merk *concept* ontdaan (zie hieronder). `make report` maakt ze opnieuw."
        )
    if count[State.CONCEPT]:
        lines.append(
            f"Nog niet vrijgegeven: {dutch.plural(count[State.CONCEPT], 'rapport draagt', 'rapporten dragen')} het "
            f'merk *concept*. Wie ze heeft beoordeeld, tekent met `make sign EDITION={said["edition"]} NAME="…"`.'
        )
    by = dutch.enumerate_words(literal(name) for name in said["makers"] if name) or "iemand die niet bekend is"
    lines.append(f"Gemaakt door {by}; een ander tekent.")
    return " ".join(lines)


def _value(value: object) -> str:
    if isinstance(value, list):
        told = [f"onder {dutch.number(step['below'])}: {dutch.number(step['points'], 1)} punt" for step in value]
        return "; ".join(told) or "niet"
    return dutch.number(value, 2 if isinstance(value, float) else 0)


def _rules(said: dict) -> str:
    rows = [["Regel", "Waarde", "Reden"]]
    rows += [[RULES.get(name, name), _value(rule["value"]), rule["reason"]] for name, rule in said["rules"].items()]
    text = "# Regels\n\n" + table(rows, "Regels van deze editie, met hun reden", "tbl-regels", (1,))
    if said["versions"]:
        rows = [["Versie", "Besloten door", "Reden"]]
        rows += [[str(each["version"]), each["approved_by"], each["reason"]] for each in said["versions"]]
        head = "Versies die met een eerdere samen iets over te weinig instellingen vertellen, en toch mogen"
        text += "\n\n" + table(rows, head, "tbl-versies", (0,))
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
        [reason, dutch.number(times), dutch.percent(times / said["cells"], decimals=0, sign=False)]
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
    rows = [["Rapport", "Rijen", "Verborgen", "Verborgen (%)", "Vrijgegeven", "Inhoud (sha256)"]]
    rows += [
        [
            "sector" if unit == settings.SECTOR else unit,
            dutch.number(each["cells"]),
            dutch.number(each["hidden"]),
            dutch.percent(each["hidden"] / each["cells"] if each["cells"] else 0, decimals=0, sign=False),
            STATES[each["state"]],
            each["contents"][:12],
        ]
        for unit, each in said["units"].items()
    ]
    files = sum(len(each["files"]) for each in said["units"].values())
    lead = (
        f"Ondertekend wordt elk bestand, tot op de byte. De controlegetallen (sha256) van alle {dutch.number(files)} "
        "bestanden staan in `record.json` naast deze pagina."
    )
    text = f"# Per rapport\n\n{lead}\n\n" + table(rows, "Rapporten van deze editie", "tbl-rapporten", (1, 2, 3))
    rows = [["Rapport", "Bestand", "Wat ermee is"]]
    rows += [
        [unit, path, CHANGES[how]] for unit, each in said["units"].items() for path, how in each["changed"].items()
    ]
    if len(rows) == 1:
        return text
    return f"{text}\n\n" + table(rows, "Bestanden die niet zijn zoals ondertekend", "tbl-gewijzigd")


def path_of(edition: str):
    """Where the page is."""
    return paths.EditionPaths(edition).outputs / "disclosure" / "index.html"
