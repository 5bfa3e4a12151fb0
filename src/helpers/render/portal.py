"""The researchers' own page: every report of an edition, its state, and where it is.

``outputs/<edition>/index.html`` names institutions; it lies outside the reports and is handed to nobody. Reasons of
failures are kept in ``failures.json`` beside it, until the unit is made again.
"""

from __future__ import annotations

import json
import tempfile
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path

from helpers import dutch, paths, settings, tables
from helpers.errors import Failure
from helpers.files import write_bytes
from helpers.release import signed, signoff
from helpers.render import preview, templates
from helpers.render.disclosure import STATES
from helpers.render.intake import Raw, Rows, table

PAGE, FAILURES = "index.html", "failures.json"
MADE, OLD, FAILED, ABSENT = "gemaakt", "mislukt, vorig rapport staat er nog", "mislukt", "niet gemaakt"
HEADS = ["Rapport", "Code", "Toestand", "Verborgen (%)", "Vrijgegeven", "Grootte (MB)", "Gemaakt", "Openen"]
FORMS = {"HTML": "index.html", "PDF": "report.pdf", "Word": "report.docx", "gegevens": "data/gegevens.xlsx"}
LONGEST_REASON = 400


@dataclass(frozen=True)
class Row:
    """One report: ``hidden`` is a share of cells, ``size`` in bytes; both ``None`` where there is nothing to tell."""

    unit: str
    name: str
    state: str
    hidden: float | None
    release: signoff.State | None
    size: int | None
    made: datetime | None


def remember(where: paths.EditionPaths, units: Iterable[str], failures: Sequence[Failure]) -> None:
    """Keep what failed, and forget it of units that were tried again."""
    known = {unit: note for unit, note in failed(where).items() if unit not in set(units)}
    known |= {failure.unit: asdict(failure) for failure in failures if failure.unit}
    content = json.dumps(known, ensure_ascii=False, indent=1) + "\n"
    write_bytes(where.outputs / FAILURES, content.encode("utf-8"))


def failed(where: paths.EditionPaths) -> dict[str, dict]:
    """What failed the last time it was tried, by unit."""
    path = where.outputs / FAILURES
    return json.loads(path.read_text(encoding="utf-8")) if path.is_file() else {}


def write(edition: str) -> Path:
    """Make the page; returns its path. Raises :class:`MonitorError` with pandoc's own words."""
    about = settings.load_edition(edition)
    where = about.paths
    with tempfile.TemporaryDirectory(prefix="portal-") as scratch:
        page = Path(scratch) / PAGE
        preview.page(Path(scratch), _markdown(about, rows(about)), _meta(about), page)
        text = page.read_text(encoding="utf-8")
    script = templates.fill("templates/portal.html", {})
    before, _, after = text.rpartition("</body>")
    write_bytes(where.outputs / PAGE, f"{before}{script}</body>{after}".encode())
    return where.outputs / PAGE


def rows(about: settings.Edition) -> list[Row]:
    """One row a report: the sector first, then institutions by name."""
    register = tables.read_table(about.edition, "institutions")
    names = dict(zip(register["institution_id"], register["name"].astype(str), strict=True))
    skip = settings.load_unit_kind("institution").skip
    ordered = sorted((unit for unit in names if unit not in skip), key=lambda unit: names[unit].casefold())
    problems, signature = failed(about.paths), signoff.load(about.edition)
    units = {settings.SECTOR: settings.load_unit_kind(settings.SECTOR).title, **{unit: names[unit] for unit in ordered}}
    return [_row(about.paths, unit, name, unit in problems, signature) for unit, name in units.items()]


def _row(where: paths.EditionPaths, unit: str, name: str, problem: bool, signature: signoff.Signature | None) -> Row:
    folder = where.report(unit)
    record = folder / "report.json"
    if not record.is_file():
        return Row(unit, name, FAILED if problem else ABSENT, None, None, None, None)
    size = sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())
    made = datetime.fromtimestamp(record.stat().st_mtime)
    release = signoff.state(where.edition, unit, signature)
    return Row(unit, name, OLD if problem else MADE, _hidden(where.edition, unit), release, size, made)


def _hidden(edition: str, unit: str) -> float | None:
    """Share of the cells of tables and figures that disclosure control hid."""
    shown = signed.items(edition, unit)
    cells = sum(note["cells"] for note in shown)
    return sum(sum(note["hidden"].values()) for note in shown) / cells if cells else None


def _meta(about: settings.Edition) -> dict:
    return preview.internal(
        about,
        f"Rapporten {about.title} {about.year}",
        f"Alle rapporten van editie {about.edition}, voor de onderzoekers",
    )


def _markdown(about: settings.Edition, found: list[Row]) -> str:
    body: Rows = [HEADS, *[_cells(row) for row in found]]
    text = table(body, "Alle rapporten van deze editie", "tbl-rapporten", right=(3, 5))
    parts = ["# Rapporten", _summary(found), text, _failures(about.paths, found), "# Meer", _more(about.paths)]
    return "\n\n".join(part for part in parts if part) + "\n"


def _summary(found: list[Row]) -> str:
    count = {state: sum(row.state == state for row in found) for state in (MADE, OLD, FAILED, ABSENT)}
    released = sum(row.release == signoff.State.RELEASED for row in found)
    failures = count[OLD] + count[FAILED]
    lines = [f"Van de {dutch.plural(len(found), 'rapport', 'rapporten')} {_is(count[MADE])} gemaakt"]
    lines += [f"{_is(failures)} mislukt"] if failures else []
    lines += [f"{_is(count[ABSENT])} niet gemaakt"] if count[ABSENT] else []
    told = f"{dutch.enumerate_words(lines)}. Vrijgegeven: {dutch.number(released)}."
    if any(row.release == signoff.State.CHANGED for row in found):
        told += " Geef niet uit wat gewijzigd is: `make report` maakt het opnieuw."
    return f"{told} Dit overzicht noemt instellingen: geef het niet door."


def _is(count: int) -> str:
    return f"{'is' if count == 1 else 'zijn'} er {dutch.number(count)}"


def _cells(row: Row) -> list[object]:
    code = "" if row.unit == settings.SECTOR else row.unit
    if row.made is None:
        state = Raw(f"[{row.state}](#mislukt)") if row.state == FAILED else row.state
        return [row.name, code, state, "", "", "", "", ""]
    state = Raw(f"[{row.state}](#mislukt)") if row.state == OLD else row.state
    links = " ".join(f"[{name}](reports/{row.unit}/{file})" for name, file in FORMS.items())
    size, made = dutch.number(row.size / 1_000_000, 1), f"{row.made:%Y-%m-%d %H:%M}"
    hidden = dutch.percent(row.hidden, sign=False)
    return [row.name, code, state, hidden, STATES[row.release], size, made, Raw(links)]


def _failures(where: paths.EditionPaths, found: list[Row]) -> str:
    """Why reports failed; those of units that are no longer there are left out."""
    names = {row.unit: row.name for row in found}
    notes = [(names[unit], note) for unit, note in failed(where).items() if unit in names]
    if not notes:
        return ""
    body: Rows = [["Rapport", "Waar het misging", "Reden", "Bekijk"]]
    for name, note in notes:
        place = note["chapter"] or note["rule"]
        cell = f", cel {note['cell']}" if note["cell"] else ""
        body.append([name, f"{place}{cell}", note["error"][:LONGEST_REASON], _shorter(note["open"], where)])
    return f"# Mislukt {{#mislukt}}\n\n{table(body, 'Waarom rapporten niet gemaakt zijn', 'tbl-mislukt')}"


def _shorter(path: str, where: paths.EditionPaths) -> str:
    place = Path(path)
    return str(place.relative_to(where.outputs)) if place.is_relative_to(where.outputs) else path


def _more(where: paths.EditionPaths) -> str:
    pages = {
        "intake/index.html": "Intake: wat er is aangeleverd",
        "quotes/index.html": "Citaten: wat te beslissen is, en wat is besloten",
        "disclosure/index.html": "Geheimhouding: wat verborgen is, en de vrijgave",
    }
    lines = [f"- [{text}]({file})" for file, text in pages.items() if (where.outputs / file).is_file()]
    lines.append(f"- Alle rapporten staan in de map `{where.outputs.name}/reports`, een map per rapport.")
    return "\n".join(lines)
