"""Words that a person writes around the summary's computed sentences.

``reports/words/<edition>/sector.md`` and ``institutions.md`` (the same for every institution) stand before and after
the generated findings, split by a line ``<!-- bevindingen -->``. Figures are not typed: ``{{ bevinding("S01") }}``
puts a computed sentence, and an amount typed by hand stops the report.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Mapping

import jinja2

from helpers import paths, settings
from helpers.errors import MonitorError

SPLIT = "<!-- bevindingen -->"
AMOUNT = re.compile(r"\d[\d.,]*\s*(?:%|procent\b|procentpunt)", re.IGNORECASE)


def around(edition: str, unit: str, sentences: Mapping[str, str]) -> tuple[str, str]:
    """Markdown before and after the generated findings; empty where there is no file.

    ``sentences``: computed sentences by id of their finding. Raises :class:`MonitorError` for an amount typed by hand
    or a finding that this report does not have.
    """
    name = "sector.md" if unit == settings.SECTOR else "institutions.md"
    path = paths.REPORT_PARTS / "words" / edition / name
    if not path.is_file():
        return "", ""
    text = path.read_text(encoding="utf-8")
    place = f"reports/words/{edition}/{name}"
    for number, line in enumerate(text.splitlines(), start=1):
        typed = AMOUNT.search(line)
        if typed:
            raise MonitorError(
                f"{place}, line {number}: '{typed[0].strip()}' is typed by hand. Figures come from the data: put "
                '{{ bevinding("S01") }}, with the id of the finding, in its place.'
            )

    def finding(id: str) -> str:
        if id in sentences:
            return sentences[id]
        if unit != settings.SECTOR:
            return ""  # an institution may have nothing to tell on it; the same words serve all of them
        near = difflib.get_close_matches(id, sentences, n=1)
        hint = f" Did you mean '{near[0]}'?" if near else ""
        raise MonitorError(
            f"{place}: there is no finding '{id}' in this report.{hint} There are: {', '.join(sentences)}."
        )

    try:
        written = jinja2.Environment(undefined=jinja2.StrictUndefined).from_string(text).render(bevinding=finding)
    except jinja2.TemplateError as error:
        raise MonitorError(f"{place} cannot be read: {error}.") from error
    before, _, after = written.partition(SPLIT)
    return before.strip(), after.strip()
