"""The intake page: what arrived, what is missing, what is wrong and what to do. Rendered with the preview.

A page for the researchers themselves; it names institutions and is not published.
"""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pandas as pd

from helpers import dutch, figures, schema, settings, tables
from helpers.files import write_bytes
from helpers.ingest import account, comparability, crosswalks
from helpers.ingest.problems import RULES, Defect, how_to_go_on
from helpers.ingest.words import told
from helpers.publish import literal
from helpers.render import preview
from helpers.sources import Source, load_sources

Rows = list[list[object]]
DOUBT = (False, True)
SHOWN_RESTS = 60
"""So many lines of what was not used stand on the page; the list beside it has all."""
STATES = {
    "received": "ontvangen",
    "refused": "**geweigerd**",
    "absent": "**ontbreekt**",
    "optional": "niet ontvangen, niet nodig",
    "left_out": "weggelaten",
}


def render(edition: str) -> Path:
    """Write ``outputs/<edition>/intake``: the page, its figure, and CSV files; the folder appears whole."""
    about = settings.load_edition(edition)
    where = about.paths
    summary = json.loads((where.data / "intake.json").read_text(encoding="utf-8"))
    page = _Page(about, summary)
    final = where.outputs / "intake"
    with preview.whole_folder(final) as temporary:
        page.draw(temporary / "work" / "figures")
        preview.page(temporary / "work", page.markdown(), page.meta(), temporary / "index.html")
        for name, rows in page.lists().items():
            text = pd.DataFrame(rows[1:], columns=rows[0]).to_csv(sep=";", index=False, lineterminator="\n")
            write_bytes(temporary / f"{name}.csv", ("\ufeff" + text).encode("utf-8"))
    return final / "index.html"


def table(rows: Rows, caption: str, label: str, right: tuple[int, ...] = ()) -> str:
    """A pipe table with a caption; the first row holds the heads, ``right`` the columns aligned right."""
    head, *body = [[cell if isinstance(cell, Raw) else literal(str(cell)) for cell in row] for row in rows]
    rule = ["---:" if place in right else ":---" for place in range(len(head))]
    lines = [head, rule, *body]
    text = "\n".join("| " + " | ".join(line) + " |" for line in lines)
    return f"{text}\n\n: {literal(caption)} {{#{label}}}"


class Raw(str):
    """Text that is Markdown already."""


class _Page:
    """The intake of one edition on its way to a page."""

    def __init__(self, about: settings.Edition, summary: dict) -> None:
        self.about, self.summary = about, summary
        self.sources = load_sources()
        self.defects = [Defect(**problem) for problem in summary["problems"]]
        self.refusals = [defect for defect in self.defects if defect.level == "refuse"]
        self.warnings = [defect for defect in self.defects if defect.level != "refuse"]
        self.titles = {source.source: source.title for source in self.sources}

    def meta(self) -> dict:
        """What the page's template says."""
        return preview.internal(
            self.about,
            f"Intake {self.about.title} {self.about.year}",
            f"Wat er is aangeleverd voor editie {self.about.edition}",
            "de onderzoekers en wie gegevens aanleverden",
        )

    def markdown(self) -> str:
        """The whole page."""
        parts = [
            self._verdict(),
            self._sources(),
            self._problems("Weigeringen", self.refusals, "Deze moeten weg voordat er rapporten komen."),
            self._problems("Waarschuwingen", self.warnings, "Deze houden niets tegen; lees ze wel."),
            self._coverage(),
            self._incidents(),
            self._breaks(),
            self._files(),
            self._parts(),
            self._accounts(),
        ]
        return "\n\n".join(part for part in parts if part) + "\n"

    def _verdict(self) -> str:
        if not self.refusals:
            count = dutch.plural(len(self.warnings), "waarschuwing", "waarschuwingen")
            warned = f" Wel {'is er' if len(self.warnings) == 1 else 'zijn er'} {count}." if self.warnings else ""
            text = f"De leveringen zijn **geaccepteerd**.{warned}"
            return f'# Oordeel\n\n::: {{.callout-note title="Geaccepteerd"}}\n{text}\n:::'
        count = dutch.plural(len(self.refusals), "probleem", "problemen")
        text = f"De leveringen zijn **geweigerd**: {count}. Er komen geen rapporten zolang die er zijn."
        steps = how_to_go_on(self.about.edition, self.refusals)
        go_on = f"\n\n{literal(steps[0])}\n\n```yaml\n" + "\n".join(steps[1:]) + "\n```" if steps else ""
        return f'# Oordeel\n\n::: {{.callout-important title="Geweigerd"}}\n{text}\n:::{go_on}'

    def _state(self, source: Source) -> str:
        note = self.summary["sources"][source.source]
        if note["left_out"]:
            return "left_out"
        if not note["received"]:
            return "absent" if source.required else "optional"
        refused = any(defect.source == source.source for defect in self.refusals)
        return "refused" if refused else "received"

    def _sources(self) -> str:
        rows: Rows = [["Bron", "Eigenaar", "Grondslag", "Periode", "Bestanden", "Rijen", "Toestand"]]
        for source in self.sources:
            note = self.summary["sources"][source.source]
            state = Raw(STATES[self._state(source)])
            if note["left_out"]:
                state = Raw(f"{state}: {literal(note['left_out'])}")
            first, last = dutch.month(source.period.first), dutch.month(source.period.last)
            period = first if first == last else f"{first} – {last}"
            rows.append(
                [
                    source.title,
                    source.owner,
                    source.basis,
                    period,
                    len(note["received"]),
                    dutch.number(note["rows"]),
                    state,
                ]
            )
        text = table(rows, "Bronnen van deze editie, en wat ervan is ontvangen", "tbl-intake-bronnen", (4, 5))
        left = self._left_out()
        return f"# Wat er is\n\n{text}" + (f"\n\n{left}" if left else "")

    def _left_out(self) -> str:
        lines = [
            f"- {literal(each.institution)}"
            + (f", in {literal(self.titles.get(each.source, each.source))}" if each.source else ", in alle bronnen")
            + f": {literal(each.reason)}"
            for each in self.about.without
            if each.institution
        ]
        return "Weggelaten instellingen:\n\n" + "\n".join(lines) if lines else ""

    def _problems(self, title: str, defects: list[Defect], lead: str) -> str:
        if not defects:
            return f"# {title}\n\nGeen."
        parts = [f"# {title}", lead]
        for source in dict.fromkeys(defect.source for defect in defects):
            own = [defect for defect in defects if defect.source == source]
            parts.append(f"## {literal(self.titles.get(source, 'Tussen de bestanden'))}")
            for rule in dict.fromkeys(defect.rule for defect in own):
                parts.append(self._rule(rule, [defect for defect in own if defect.rule == rule]))
        return "\n\n".join(parts)

    def _rule(self, rule: str, defects: list[Defect]) -> str:
        rows: Rows = [["Bestand", "Plaats", "Gevonden", "Toegestaan", "Wat te doen"]]
        shown = defects[:30]
        rows += [[each.file, each.where, each.found, each.allowed, each.remedy] for each in shown]
        first = f"tbl-{rule.replace('_', '-')}-{defects[0].source or 'samen'}-{defects[0].level}".replace("_", "-")
        more = f"\n\nEn nog {len(defects) - 30}; alle staan in problems.csv." if len(defects) > 30 else ""
        return table(rows, RULES[rule][0], first) + more

    def _grid(self) -> pd.DataFrame:
        """Rows by institution (down) and source with institutions (across)."""
        frame = pd.DataFrame(index=self.summary["institutions"])
        for source, counts in self.summary["coverage"].items():
            frame[source] = pd.Series(counts, dtype="float64").reindex(frame.index)
        return frame

    def draw(self, folder: Path) -> None:
        """The picture of coverage."""
        grid = self._grid()
        if grid.empty or not len(grid.columns):
            return
        data = grid.T.rename(index=self.titles)
        svg, png = figures.render(
            figures.coverage, data, width=9.6, height=1.6 + 0.34 * len(data), salt="intake-dekking"
        )
        (folder / "fig-intake-dekking.svg").write_bytes(svg)
        (folder / "fig-intake-dekking.png").write_bytes(png)

    def _coverage(self) -> str:
        grid = self._grid()
        if grid.empty or not len(grid.columns):
            return "# Dekking\n\nHet register is er niet; van dekking is niets te zeggen."
        sentences = []
        for source in grid.columns:
            there = int((grid[source].fillna(0) > 0).sum())
            sentences.append(f"{literal(self.titles[source])}: {there} van {len(grid)}")
        alt = "Raster van bronnen en instellingen. Instellingen met rijen: " + "; ".join(sentences) + "."
        alt = alt.replace('"', "”").replace("\\", "")
        lines = "\n".join(f"- {sentence} instellingen" for sentence in sentences)
        file = "figures/fig-intake-dekking.svg"
        picture = f"![Dekking: welke instelling in welke bron staat]({file})"
        picture += f'{{#fig-intake-dekking fig-alt="{alt}"}}'
        text = "In @fig-intake-dekking staat welke instelling in welke bron rijen heeft."
        return f"# Dekking\n\n{text}\n\n{picture}\n\n{lines}"

    def _comparability(self) -> pd.DataFrame | None:
        source = next(source for source in self.sources if source.table == "incidents")
        path = self.about.paths.data / f"{source.source}.parquet"
        if not path.is_file() or not self.summary["institutions"]:
            return None
        return comparability.comparability(
            tables.read_table(self.about.edition, "incidents"), self.summary["institutions"]
        )

    def _incidents(self) -> str:
        found = self._comparability()
        if found is None:
            return ""
        against = comparability.reference(tables.read_table(self.about.edition, "incidents"))
        if against is None:
            return "# Incidenten vergelijken\n\nNiemand leverde incidenten aan."
        rows: Rows = [["Instelling", "Geleverd", "Periodes", "Te vergelijken", "Waarom niet"]]
        for _, row in found.iterrows():
            comparable = comparability.WORDS[row["comparable"]]
            rows.append(
                [row["institution_id"], "ja" if row["delivered"] else "nee", row["periods"], comparable, row["reason"]]
            )
        kind = schema.LABELS["period_kind"][against[0]]
        lead = (
            f"Cijfers zijn te vergelijken met die van andere instellingen als zij over {kind} {against[1]} gaan en het "
            "aantal bekend is. Alleen daar rekenen wij aantallen per 1.000 studenten uit."
        )
        return f"# Incidenten vergelijken\n\n{lead}\n\n" + table(
            rows, "Wiens incidentcijfers te vergelijken zijn", "tbl-intake-vergelijkbaar"
        )

    def _breaks(self) -> str:
        rows: Rows = [["Bron", "Kolom", "Soort", "Wat er veranderde"]]
        kinds = {"wording": "vraag", "scale": "schaal", "population": "wie is gevraagd", "mode": "manier van vragen"}
        for source in self.sources:
            note = self.summary["sources"][source.source]
            crosswalk = crosswalks.load(note["crosswalk"] or source.crosswalk[0])
            for column, each in getattr(crosswalk, "breaks", {}).items():
                rows.append([source.title, column, kinds[each.kind], each.note])
        if len(rows) == 1:
            return "# Trendbreuken\n\nGeen vastgelegd."
        return "# Trendbreuken\n\n" + table(rows, "Vastgelegde veranderingen tussen metingen", "tbl-intake-breuken")

    def _files(self) -> str:
        rows: Rows = [["Bestand", "Ontvangen op", "Bytes", "Rijen", "Controlesom", "Herkend als"]]
        for source in self.sources:
            note = self.summary["sources"][source.source]
            for entry in note["received"]:
                versions = self.summary["received"].get(entry["file"], [])
                date = dutch.day(pd.Timestamp(versions[-1]["date"]).date()) if versions else ""
                known = note["layouts"].get(entry["file"]) or "; ".join([note["crosswalk"], *note["facts"]])
                rows.append(
                    [
                        told(entry["file"]),
                        date,
                        dutch.number(entry["bytes"]),
                        dutch.number(entry["rows"]),
                        entry["sha256"][:12],
                        known,
                    ]
                )
        return "# Bestanden\n\n" + table(
            rows, "Ontvangen bestanden (begin van de SHA-256)", "tbl-intake-bestanden", (2, 3)
        )

    def _parts(self) -> str:
        """What became of everything in the files: sums by source, and a line for all that was not simply used."""
        sums: Rows = [["Bron", "Soort", "In de bestanden", "Gebruikt", "Niet gebruikt", "In twijfel"]]
        lines: Rows = [["Bestand", "Plaats", "Soort", "Aantal", "Waarom"]]
        for source in self.sources:
            files = {name: account.load(found) for name, found in self._noted_parts(source).items()}
            for kind in account.KINDS:
                own = [each for parts in files.values() for each in parts if each.kind == kind]
                counts = [sum(each.total for each in own), sum(each.used for each in own)]
                counts += [
                    sum(rest.count for each in own for rest in each.rest if rest.doubt is doubt) for doubt in DOUBT
                ]
                if own:
                    sums.append([source.title, kind, *map(dutch.number, counts)])
            lines += [
                [told(name), rest.where, each.kind, dutch.number(rest.count), rest.reason]
                for name, parts in files.items()
                for each in parts
                for rest in each.rest
            ]
        if len(sums) == 1:
            return ""
        text = table(sums, "Wat in de bestanden staat, en wat ervan is gebruikt", "tbl-intake-delen", (2, 3, 4, 5))
        shown = lines[: 1 + SHOWN_RESTS]
        left = table(shown, "Wat niet is gebruikt, of in twijfel", "tbl-intake-rest", (3,)) if len(lines) > 1 else ""
        more = f"En nog {len(lines) - len(shown)}; alle staan in parts.csv." if len(lines) > len(shown) else ""
        lead = "Alles in een bestand is gebruikt, met een reden weggelaten, of in twijfel; samen is het alles."
        parts = ["# Verantwoording van bestanden", lead, text, left, more]
        return "\n\n".join(part for part in parts if part)

    def _noted_parts(self, source: Source) -> dict[str, list[dict]]:
        return self.summary["sources"][source.source]["parts"]

    def _accounts(self) -> str:
        parts = [
            "# Verantwoording van waarden",
            "Elke waarde is vertaald, ontbrekend, leeg of onbekend; samen zijn het alle rijen.",
        ]
        for source in self.sources:
            accounts = self.summary["sources"][source.source]["accounts"]
            if accounts:
                rows: Rows = [["Kolom", "Bij de afzender", "Rijen", "Vertaald", "Ontbrekend", "Leeg", "Onbekend"]]
                keys = ("rows", "mapped", "missing", "empty", "unknown")
                rows += [
                    [each["column"], each["source"], *(dutch.number(each[key]) for key in keys)] for each in accounts
                ]
                label = f"tbl-waarden-{source.source.replace('_', '-')}"
                parts.append(
                    f"## {literal(source.title)}\n\n"
                    + table(rows, f"Waarden van {source.title}", label, (2, 3, 4, 5, 6))
                )
        return "\n\n".join(parts)

    def lists(self) -> dict[str, Rows]:
        """Lists beside the page, by file name."""
        problems: Rows = [
            ["niveau", "regel", "bron", "instelling", "bestand", "plaats", "gevonden", "toegestaan", "wat te doen"]
        ]
        problems += [
            [
                each.level,
                each.rule,
                each.source,
                each.institution,
                each.file,
                each.where,
                each.found,
                each.allowed,
                each.remedy,
            ]
            for each in self.defects
        ]
        grid = self._grid()
        covered: Rows = [["instelling", *grid.columns]]
        covered += [
            [code, *("" if np.isnan(value) else int(value) for value in row)]
            for code, row in zip(grid.index, grid.to_numpy(float), strict=True)
        ]
        accounts: Rows = [["bron", "kolom", "bij de afzender", "rijen", "vertaald", "ontbrekend", "leeg", "onbekend"]]
        for source in self.sources:
            for each in self.summary["sources"][source.source]["accounts"]:
                keys = ("column", "source", "rows", "mapped", "missing", "empty", "unknown")
                accounts.append([source.source, *(each[key] for key in keys)])
        parts: Rows = [["bron", "bestand", "soort", "totaal", "gebruikt", "plaats", "aantal", "waarom", "twijfel"]]
        for source in self.sources:
            for name, found in self._noted_parts(source).items():
                for each in account.load(found):
                    head = [source.source, told(name), each.kind, each.total, each.used]
                    rests = [[rest.where, rest.count, rest.reason, "ja" if rest.doubt else ""] for rest in each.rest]
                    parts += [[*head, *rest] for rest in rests or [["", "", "", ""]]]
        return {"problems": problems, "coverage": covered, "accounts": accounts, "parts": parts}
