"""The one way out of a chapter: figures and tables of released data, their files, and the record of what was told."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from types import CodeType

from IPython.display import display

from helpers import disclosure, figures, publish, report
from helpers.chapters.view import View
from helpers.files import write_bytes
from helpers.story import template
from helpers.values import Label


@dataclass
class Publishing(report.Report):
    """A chapter's view of its unit that writes files and shows them in the notebook."""

    _record: dict[str, dict] = field(default_factory=dict)
    _findings: dict[str, dict] = field(default_factory=dict)
    _shown: dict[str, tuple[str, int]] = field(default_factory=dict)
    _views: list[View] = field(default_factory=list)
    _made: list[publish.Table | publish.Figure] = field(default_factory=list)
    _absent: set[tuple[CodeType | None, str]] = field(default_factory=set)

    def _display(self, outputs: Sequence[publish.Output]) -> None:
        for output in outputs:
            bundle = {"text/markdown": output.markdown}
            if output.html is not None:
                bundle["text/html"] = output.html
            display(bundle, raw=True, metadata={"miv": {"released": True, **output.metadata}})

    def _outputs(self, item: publish.Table | publish.Figure) -> list[publish.Output]:
        released = item.cells.release(self.settings.rulebook)
        self._note(item.id, item.cells, released)
        return self._table(item, released) if isinstance(item, publish.Table) else self._figure(item, released)

    def _table(self, item: publish.Table, released: disclosure.Released) -> list[publish.Output]:
        data = released.data
        caption = publish.text_of(item.caption, data)
        if data.empty:
            return [publish.Output(said("no_data(caption)", caption=caption))]
        if item.cells.hide and data[list(item.cells.hide)].isna().all(axis=None):
            return [publish.Output(said("empty_table(caption)", caption=caption))]
        self._annex(item, released)
        markdown = f"{publish.pipe_table(item.fields, data)}\n\n: {publish.literal(caption)} {{#{item.id}}}"
        outputs = [publish.Output(markdown, publish.html_table(item.fields, data, caption), {"id": item.id})]
        if released.hidden:
            outputs.append(publish.Output(said("why_hidden()")))
        return outputs

    def _figure(self, item: publish.Figure, released: disclosure.Released) -> list[publish.Output]:
        shown = released.data[released.data[disclosure.REASON] == ""].reset_index(drop=True)
        title, caption, alt = item.texts(released.data)
        if shown.empty:
            return [publish.Output(said("empty_figure(caption)", caption=caption))]
        self._annex(item, released)
        height = item.draw.height(shown)
        svg, png = figures.render(item.draw, shown, width=figures.WIDTH, height=height, salt=item.id)
        write_bytes(self.folder / "figures" / f"{item.id}.svg", svg)
        write_bytes(self.folder / "figures" / f"{item.id}.png", png)
        facts = publish.figure_facts(item.id, title, caption, alt)
        html = publish.html_figure(svg, alt, title, caption)
        return [publish.Output(publish.figure_markdown(facts), html, {"id": item.id, "figure": facts})]

    def _annex(self, item: publish.Table | publish.Figure, released: disclosure.Released) -> None:
        """The released rows, which hold no more than may be told."""
        path = self.folder / "tables" / f"{item.id}.csv"
        shown = released.data.drop(columns=["n_effective", disclosure.DECIMALS], errors="ignore")
        publish.write_csv(path, shown, synthetic=self.about.synthetic is not None)

    def _note(self, name: str, cells: publish.Cells, released: disclosure.Released) -> None:
        """What the record says of an item: its cells and dimensions, what every check said, what was hidden and why."""
        self._record[name] = {
            "id": name,
            "cells": len(released.data),
            "dimensions": list(cells.keys),
            "kind": cells.kind,
            "source": cells.source,
            "open": cells.open,
            "status": released.status.name,
            "checks": released.checks,
            "hidden": released.hidden,
        }

    def _write_notes(self) -> None:
        """Findings, each with the figure or table where it stands if that is shown by now, and the record."""
        found = [{**one, "at": one["at"] if one["at"] in self._shown else ""} for one in self._findings.values()]
        for kind, content in (("findings", found), ("disclosure", list(self._record.values()))):
            text = json.dumps(content, ensure_ascii=False, indent=1) + "\n"
            write_bytes(self.folder / f"{self.chapter}.{kind}.json", text.encode("utf-8"))


def said(sentence: str, **labels: str) -> str:
    """A sentence of ``reports/sentences`` about texts at hand: ``said("no_data(caption)", caption="…")``."""
    return template.render(f"{{{{ {sentence} }}}}", {name: Label(text) for name, text in labels.items()}).text
