"""Pages with fixed contents look as they did: compared with stored pictures, in the letters that matplotlib brings.

``MIV_NEW_PICTURES=1`` keeps what the pages look like now, after a person has looked at them.
"""

from __future__ import annotations

import base64
import io
import os
from pathlib import Path

import matplotlib
import numpy as np
import pypdfium2
import pytest
from conftest import CHROMIUM, needs_quarto
from PIL import Image, ImageChops

from helpers.render import preview, quarto
from helpers.render.stitch import Part, write_source

HOME = """# Samenvatting {.unnumbered}

Een alinea met een [verwijzing](#fig-proef) en **nadruk**, lang genoeg om op een telefoon over meer regels te lopen.

## Onderzoeksvraag 1: wat is de stand van zaken? {.unnumbered .unlisted}

::::: {.miv-cards}
:::: {.miv-card}
[80,3%]{.miv-number} van de verzonnen studenten voelt zich veilig.

[Naar de figuur](#fig-proef)
::::
:::: {.miv-card}
[4,2%]{.miv-number} van de verzonnen medewerkers voelt zich onveilig.
::::
:::::

- Een bevinding van een zin, die zegt wat er is gevonden. (@fig-proef)
- Een andere, die naar een tabel verwijst. (@tbl-proef)

::: {.callout-note title="Een toelichting"}
Tekst in een kader.
:::

::: {.miv-cite}
*Een rapport*. Zo haalt u het aan.
:::
"""
CHAPTER = """# Een hoofdstuk

Wat dit hoofdstuk vertelt. Zie @fig-proef en @tbl-proef.

## Een kop

![**Een titel die zegt wat te zien is.** Wat en van wie.](figures/fig-proef.svg){#fig-proef fig-alt="Balken."}

| Groep | Respondenten | Veilig (%) | Interval |
| :---- | -----------: | ---------: | -------: |
| een groep met een lange naam | 1.880 | 80,3 | 68,9 tot 88,2 |
| een andere | 40 | – | – |

: Een tabel {#tbl-proef}

## Nog een kop

> “Iemand zei dit.” (student)

::: {.callout-warning title="Een waarschuwing"}
Tekst in een kader.
:::
"""
PARTS = [
    Part("index", HOME),
    Part("1-hoofdstuk", CHAPTER),
    Part("colofon", "# Colofon\n\nWie dit maakte.\n"),
]
META = {
    "title": "Proefrapport",
    "subtitle": "Om naar te kijken",
    "institution": "",
    "unit": "sector",
    "edition": "proef",
    "published": "november 2023",
    "synthetic": True,
    "confidential": False,
    "concept": False,
    "data": ["fig-proef"],
}
OF_ONE = {"subtitle": "Instellingsrapport: een instelling", "unit": "99ZZ", "confidential": True, "concept": True}
DRAWING = """<svg xmlns="http://www.w3.org/2000/svg" width="360pt" height="108pt" viewBox="0 0 360 108">
<rect width="360" height="108" fill="#fff"/><rect x="30" y="14" width="280" height="28" fill="#0072b2"/>
<rect x="30" y="60" width="180" height="28" fill="#d55e00"/></svg>"""
PICTURES = Path(__file__).parent / "pictures"
in_browser = [
    pytest.mark.browser,
    pytest.mark.skipif(CHROMIUM is None, reason="chromium is not found; on Debian `apt-get install chromium`"),
]


def report(folder: Path, renderer, several: bool) -> Path:
    """The fixed report: several pages for the sector, one for an institution."""
    figures = folder / "unit" / "figures"
    figures.mkdir(parents=True)
    (figures / "fig-proef.svg").write_text(DRAWING, encoding="utf-8")
    Image.new("RGB", (480, 144), "#0072b2").save(figures / "fig-proef.png")
    meta = META if several else {**META, **OF_ONE}
    write_source(folder / "source", PARTS, meta, folder / "unit", several=several)
    (folder / "made").mkdir()
    renderer.render(folder / "source", folder / "made")
    return folder / "made"


@pytest.fixture(scope="module")
def sector(tmp_path_factory) -> Path:
    return report(tmp_path_factory.mktemp("sector"), preview, several=True)


@pytest.fixture(scope="module")
def institution(tmp_path_factory) -> Path:
    return report(tmp_path_factory.mktemp("institution"), preview, several=False)


@pytest.fixture(scope="module")
def quarto_sector(tmp_path_factory) -> Path:
    return report(tmp_path_factory.mktemp("quarto"), quarto, several=True)


def same_letters() -> str:
    """Styles with the letters that matplotlib brings: the same on every machine."""
    folder = Path(matplotlib.get_data_path()) / "fonts" / "ttf"
    faces = {"400": "DejaVuSans.ttf", "600 800": "DejaVuSans-Bold.ttf"}
    rules = [
        f"@font-face {{ font-family: Toets; font-weight: {weight};"
        f" src: url(data:font/ttf;base64,{base64.b64encode((folder / file).read_bytes()).decode()}); }}"
        for weight, file in faces.items()
    ]
    return "\n".join([*rules, ":root { --sans: Toets; --mono: Toets; }"])


def seen(browser, file: Path, width: int, theme: str = "light") -> Image.Image:
    """The whole page, at half its size."""
    context = browser.new_context(viewport={"width": width, "height": 900}, color_scheme=theme)
    page = context.new_page()
    page.goto(file.as_uri())
    page.add_style_tag(content=same_letters())
    page.evaluate("document.querySelectorAll('img').forEach(image => { image.loading = 'eager' })")
    page.evaluate("document.fonts.ready")
    page.wait_for_timeout(300)
    shown = Image.open(io.BytesIO(page.screenshot(full_page=True))).convert("RGB")
    context.close()
    return shown.resize((round(shown.width / 2), round(shown.height / 2)), Image.Resampling.BOX)


def pdf_page(file: Path, page: int) -> Image.Image:
    with pypdfium2.PdfDocument(file) as document:
        return document[page].render(scale=0.6).to_pil().convert("RGB")


def compare(now: Image.Image, name: str, folder: Path) -> None:
    """Fails where more than a hundredth of a picture differs from the stored one."""
    kept = PICTURES / f"{name}.png"
    if os.environ.get("MIV_NEW_PICTURES"):
        PICTURES.mkdir(exist_ok=True)
        now.quantize(64, dither=Image.Dither.NONE).save(kept, optimize=True)
    now.save(folder / kept.name)
    before = Image.open(kept).convert("RGB")
    look = f"look at {folder / kept.name}, beside {kept}"
    assert before.width == now.width and abs(before.height - now.height) <= 4, look
    size = (now.width, min(before.height, now.height))
    difference = np.asarray(ImageChops.difference(before.crop((0, 0, *size)), now.crop((0, 0, *size)))).max(axis=2)
    assert (difference > 64).mean() < 0.01, look


class TestPages:
    pytestmark = in_browser

    @pytest.mark.parametrize("theme", ["light", "dark"])
    @pytest.mark.parametrize("width", [360, 1440])
    @pytest.mark.parametrize("name", ["index", "1-hoofdstuk"])
    def test_pages_of_the_sector(self, browser, sector, tmp_path, name, width, theme):
        compare(seen(browser, sector / f"{name}.html", width, theme), f"sector-{name}-{theme}-{width}", tmp_path)

    @pytest.mark.parametrize("width", [360, 1440])
    def test_the_page_of_an_institution(self, browser, institution, tmp_path, width):
        compare(seen(browser, institution / "index.html", width), f"institution-{width}", tmp_path)


class TestQuarto:
    pytestmark = [*in_browser, *needs_quarto]

    @pytest.mark.parametrize("width", [360, 1440])
    @pytest.mark.parametrize("name", ["index", "1-hoofdstuk"])
    def test_pages_of_the_sector(self, browser, quarto_sector, tmp_path, name, width):
        compare(seen(browser, quarto_sector / f"{name}.html", width), f"quarto-{name}-{width}", tmp_path)

    def test_its_pdf_looks_like_the_preview(self, quarto_sector, sector):
        for page in range(4):
            there, here = (pdf_page(folder / "report.pdf", page) for folder in (quarto_sector, sector))
            assert there.size == here.size
            difference = np.asarray(ImageChops.difference(there, here)).max(axis=2)
            assert (difference > 64).mean() < 0.01, f"page {page + 1} differs"


@pytest.mark.parametrize(("page", "name"), [(0, "title"), (1, "contents"), (3, "chapter")])
def test_pages_of_a_pdf(institution, tmp_path, page, name):
    compare(pdf_page(institution / "report.pdf", page), f"pdf-{name}", tmp_path)
