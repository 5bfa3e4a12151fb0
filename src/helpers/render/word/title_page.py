"""The title page: for whom the document is, and what a reader must know before the first figure."""

from __future__ import annotations

import io
import json

from docx.shared import Mm

from helpers import brand
from helpers.render.word.parts import paragraph, run
from helpers.render.word.reference import CONCEPT, KADER, KICKER, SYNTHETIC

ABOUT_CONCEPT = " Cijfers en teksten kunnen nog veranderen. Geef dit document niet door."
ABOUT_SYNTHETIC = " Instellingen en respondenten zijn verzonnen; geen enkel cijfer gaat over een bestaande instelling."


def complete(document, meta: dict) -> None:
    """Add logo and for whom it is above the title, and warnings below the date."""
    opening = [each for each in document.paragraphs if each.style.name in ("Title", "Subtitle", "Date")]
    first, last = opening[0]._p, opening[-1]._p
    logo = brand.load().logo
    if logo is not None:
        first.addprevious(_picture(document, logo))
    first.addprevious(paragraph(KICKER, run("Vertrouwelijk" if meta["confidential"] else "Openbaar")))
    warnings = []
    if meta.get("concept", False):
        warnings.append(paragraph(KADER, run(f"{CONCEPT}.", bold=True), run(ABOUT_CONCEPT)))
    if meta["synthetic"]:
        warnings.append(paragraph(KADER, run(SYNTHETIC.split(":")[0] + ".", bold=True), run(ABOUT_SYNTHETIC)))
    for warning in reversed(warnings):
        last.addnext(warning)


def _picture(document, logo: brand.Logo):
    """A paragraph with the logo and its text."""
    made = document.add_paragraph()
    picture = made.add_run().add_picture(io.BytesIO(_png(logo)), height=Mm(brand.LOGO_HEIGHT))
    picture._inline.docPr.set("descr", logo.alt)
    return made._p


def _png(logo: brand.Logo) -> bytes:
    """The logo in pixels: Word shows no SVG on older machines."""
    if logo.path.suffix.lower() == ".png":
        return logo.path.read_bytes()
    import typst

    page = "#set page(width: auto, height: auto, margin: 0pt, fill: none)"
    text = f"{page}\n#image({json.dumps(logo.path.name)}, height: {brand.LOGO_HEIGHT}mm)"
    return typst.compile(text.encode(), root=str(logo.path.parent), format="png", ppi=600)
