"""A chapter's view of its unit: what it may read, and where what it publishes goes."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

import pandas as pd
from IPython.display import display

from helpers import disclosure, dutch, figures, paths, publish, reads, settings, tables
from helpers.errors import MonitorError
from helpers.files import write_bytes
from helpers.sources import load_sources


@dataclass
class Report:
    """One chapter for one unit.

    Parameters
    ----------
    edition, unit, wave
        The notebook's parameters: edition, ``"sector"`` or a BRIN code, year of measurement.
    chapter
        The notebook's name without suffix.
    """

    edition: str
    unit: str
    wave: int
    chapter: str
    _record: dict[str, dict] = field(default_factory=dict)
    _findings: dict[str, dict] = field(default_factory=dict)
    _shown: set[str] = field(default_factory=set)
    _tables: dict[str, pd.DataFrame] = field(default_factory=dict)
    _views: list[object] = field(default_factory=list)
    _made: list[publish.Table | publish.Figure] = field(default_factory=list)
    _absent: set[tuple[int, str]] = field(default_factory=set)

    def __post_init__(self) -> None:
        reads.watch()
        folder = os.environ.get(paths.UNIT_FOLDER)
        if folder and Path(folder).name != self.unit and Path(folder).parent.name == "units":
            raise MonitorError(
                f"Chapter {self.chapter} opens the report of '{self.unit}' while it runs for '{Path(folder).name}'. "
                "Use the notebook's parameter: Report(…, unit=unit)."
            )
        if self.wave not in self.about.waves:
            raise MonitorError(
                f"Chapter {self.chapter}: wave {self.wave} is not in edition '{self.edition}', "
                f"which has {dutch.enumerate_words(map(str, self.about.waves))}."
            )
        if not self.is_sector and self.unit not in set(self.institutions["institution_id"]):
            raise MonitorError(
                f"Chapter {self.chapter}: there is no institution '{self.unit}' in the register of "
                f"edition '{self.edition}'. Check the code in the register, or the parameter `unit`."
            )

    @property
    def is_sector(self) -> bool:
        """Whether this is the sector report."""
        return self.unit == settings.SECTOR

    @cached_property
    def about(self) -> settings.Edition:
        """The edition's settings."""
        return settings.load_edition(self.edition)

    @cached_property
    def settings(self) -> settings.Settings:
        """The settings that all editions share."""
        return settings.load_settings()

    @cached_property
    def institutions(self) -> pd.DataFrame:
        """The whole register."""
        return tables.read_table(self.edition, "institutions")

    @cached_property
    def institution(self) -> pd.Series:
        """The unit's own row of the register (institution reports only)."""
        rows = self.institutions
        return rows[rows["institution_id"] == self.unit].iloc[0]

    @property
    def folder(self) -> Path:
        """Where the chapter's files go."""
        given = os.environ.get(paths.UNIT_FOLDER)
        return Path(given) if given else self.about.paths.outputs / "drafts" / self.unit

    def left_out(self, table: str) -> str | None:
        """A Dutch sentence if the edition goes without every source of a table, with the reasons; else ``None``."""
        sources = [source for source in load_sources() if source.table == table]
        reasons = {source.title: self.about.left_out(source.source) for source in sources}
        if None in reasons.values():
            return None
        told = "; ".join(f"{title}: {publish.literal(str(reason))}" for title, reason in reasons.items())
        return f"Deze bron is in deze editie niet gebruikt ({told.rstrip('.')})."

    def rows(self, table: str) -> pd.DataFrame:
        """The unit's own respondents (for the sector: all)."""
        return self._once(f"rows of {table}", lambda: tables.read_table(self.edition, table, unit=self.unit))

    def sector_rows(self, table: str) -> pd.DataFrame:
        """A table without institutions, whole: the older survey, the same for every unit."""
        return tables.read_table(self.edition, table)

    def analysis(self, name: str) -> pd.DataFrame:
        """A table of the analyse stage."""
        return self._once(name, lambda: tables.read_analysis(self.edition, name))

    def _once(self, name: str, read: Callable[[], pd.DataFrame]) -> pd.DataFrame:
        """A table that is read at its first use; sections share it and change copies only."""
        if name not in self._tables:
            self._tables[name] = read()
        return self._tables[name]

    def publish(self, *items: publish.Item | list[publish.Item]) -> None:
        """Pass items through disclosure control, write their files, and show them in the notebook."""
        flat = [one for item in items for one in (item if isinstance(item, list) else [item])]
        made = [self._outputs(item) for item in flat]
        self._shown |= {output.metadata["id"] for outputs in made for output in outputs if "id" in output.metadata}
        for item, outputs in zip(flat, made, strict=True):
            if isinstance(item, publish.Prose):
                outputs[0].markdown += see([label for label in item.see if label in self._shown])
            self._display(outputs)
        self._write_notes()

    def _display(self, outputs: Sequence[publish.Output]) -> None:
        for output in outputs:
            bundle = {"text/markdown": output.markdown}
            if output.html is not None:
                bundle["text/html"] = output.html
            display(bundle, raw=True, metadata={"miv": {"released": True, **output.metadata}})

    def _outputs(self, item: publish.Item) -> list[publish.Output]:
        if isinstance(item, publish.Prose) and item.cells is None:
            return [publish.Output(publish.text_of(item.text, pd.DataFrame()))]
        released = item.cells.release(self.settings.rulebook)
        if isinstance(item, publish.Prose):
            self._note(f"prose-{len(self._record) + 1}", item.cells, released)
            return [publish.Output(publish.text_of(item.text, released.data))]
        self._note(item.id, item.cells, released)
        if isinstance(item, publish.Finding):
            text = publish.text_of(item.sentence, released.data)
            self._findings[item.id] = {
                "id": item.id,
                "sentence": text,
                "short": publish.text_of(item.short, released.data),
                "weight": item.weight,
                "treats": list(item.treats),
                "question": item.question,
                "at": item.at,
            }
            return []
        if isinstance(item, publish.Table):
            return self._table(item, released)
        return self._figure(item, released)

    def _table(self, item: publish.Table, released: disclosure.Released) -> list[publish.Output]:
        data = released.data
        caption = publish.text_of(item.caption, data)
        if data.empty:
            return [publish.Output(f"*{publish.literal(caption)}: er zijn geen gegevens om te tonen.*")]
        if data[list(item.cells.hide)].isna().all(axis=None):
            return [publish.Output(f"*{publish.literal(caption)}: er zijn geen cijfers die getoond mogen worden.*")]
        self._annex(item, data)
        markdown = f"{publish.pipe_table(item.fields, data)}\n\n: {publish.literal(caption)} {{#{item.id}}}"
        outputs = [publish.Output(markdown, publish.html_table(item.fields, data, caption), {"id": item.id})]
        if released.hidden:
            outputs.append(publish.Output(self._why_hidden()))
        return outputs

    def _figure(self, item: publish.Figure, released: disclosure.Released) -> list[publish.Output]:
        shown = released.data[released.data[disclosure.REASON] == ""].reset_index(drop=True)
        title, caption, alt = item.texts(released.data)
        if shown.empty:
            return [publish.Output(f"*{publish.literal(caption)} Er zijn geen cijfers die getoond mogen worden.*")]
        self._annex(item, released.data)
        height = item.draw.height(shown)
        svg, png = figures.render(item.draw, shown, width=figures.WIDTH, height=height, salt=item.id)
        write_bytes(self.folder / "figures" / f"{item.id}.svg", svg)
        write_bytes(self.folder / "figures" / f"{item.id}.png", png)
        facts = publish.figure_facts(item.id, title, caption, alt)
        shown = publish.html_figure(svg, alt, title, caption)
        return [publish.Output(publish.figure_markdown(facts), shown, {"id": item.id, "figure": facts})]

    def _annex(self, item: publish.Table | publish.Figure, data: pd.DataFrame) -> None:
        """Figures about respondents are told no more precisely than the report shows them: in tenths of a percent."""
        path = self.folder / "tables" / f"{item.id}.csv"
        shown = data.drop(columns="n_effective", errors="ignore")
        decimals = 4 if item.cells.open else 3
        publish.write_csv(path, shown, synthetic=self.about.synthetic is not None, decimals=decimals)

    def _why_hidden(self) -> str:
        return f"*{dutch.HIDDEN}: niet getoond; de methode zegt onder ‘Geheimhouding’ waarom.*"

    def _note(self, name: str, cells: publish.Cells, released: disclosure.Released) -> None:
        """What the record says of an item: its cells and dimensions, what every check said, what was hidden and why."""
        self._record[name] = {
            "id": name,
            "cells": len(released.data),
            "dimensions": list(cells.keys),
            "source": cells.source,
            "open": cells.open,
            "status": released.status.name,
            "checks": released.checks,
            "hidden": released.hidden,
            "respondents": released.respondents,
            "lost": released.lost,
        }

    def _write_notes(self) -> None:
        """Findings, each with the figure or table where it stands if that is shown by now, and the record."""
        found = [{**one, "at": one["at"] if one["at"] in self._shown else ""} for one in self._findings.values()]
        for kind, content in (("findings", found), ("disclosure", list(self._record.values()))):
            text = json.dumps(content, ensure_ascii=False, indent=1) + "\n"
            write_bytes(self.folder / f"{self.chapter}.{kind}.json", text.encode("utf-8"))


def see(labels: list[str]) -> str:
    """`` Zie @fig-a en @tbl-b.``, or nothing."""
    return f" Zie {dutch.enumerate_words([f'@{label}' for label in labels])}." if labels else ""
