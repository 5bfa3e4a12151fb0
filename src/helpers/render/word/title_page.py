"""The title page: for whom the document is, and what a reader must know before the first figure."""

from __future__ import annotations

from helpers.render.word.parts import paragraph, run
from helpers.render.word.reference import CONCEPT, KADER, KICKER, SYNTHETIC

ABOUT_CONCEPT = " Cijfers en teksten kunnen nog veranderen. Geef dit document niet door."
ABOUT_SYNTHETIC = " Instellingen en respondenten zijn verzonnen; geen enkel cijfer gaat over een bestaande instelling."


def complete(document, meta: dict) -> None:
    """Add for whom it is above the title, and warnings below the date."""
    opening = [each for each in document.paragraphs if each.style.name in ("Title", "Subtitle", "Date")]
    first, last = opening[0]._p, opening[-1]._p
    first.addprevious(paragraph(KICKER, run("Vertrouwelijk" if meta["confidential"] else "Openbaar")))
    warnings = []
    if meta.get("concept", False):
        warnings.append(paragraph(KADER, run(f"{CONCEPT}.", bold=True), run(ABOUT_CONCEPT)))
    if meta["synthetic"]:
        warnings.append(paragraph(KADER, run(SYNTHETIC.split(":")[0] + ".", bold=True), run(ABOUT_SYNTHETIC)))
    for warning in reversed(warnings):
        last.addnext(warning)
