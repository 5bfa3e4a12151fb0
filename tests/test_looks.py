"""A page with fixed contents looks as it did: compared with stored pictures, in the letters that matplotlib brings."""

from __future__ import annotations

import base64
import io
import os
from pathlib import Path

import matplotlib
import numpy as np
import pytest
from conftest import CHROMIUM
from PIL import Image, ImageChops

from helpers.render import preview

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(CHROMIUM is None, reason="chromium is not found; on Debian `apt-get install chromium`"),
]
SPECIMEN = """# Een bladzijde om naar te kijken

Een alinea met een [verwijzing](#een-kop) en **nadruk**, lang genoeg om op een telefoon over meer regels te lopen.

::::: {.miv-cards}
:::: {.miv-card}
[80,3%]{.miv-number} van de verzonnen studenten voelt zich veilig.

[Naar de figuur](#fig-proef)
::::
:::: {.miv-card}
[4,2%]{.miv-number} van de verzonnen medewerkers voelt zich onveilig.
::::
:::::

## Een kop

![Een figuur](figures/fig-proef.svg){#fig-proef fig-alt="Twee balken."}

| Groep | Respondenten | Veilig (%) | Interval |
| :---- | -----------: | ---------: | -------: |
| een groep met een lange naam | 1.880 | 80,3 | 68,9 – 88,2 |
| een andere | 40 | – | – |

: Een tabel {#tbl-proef}

::: {.callout-note title="Een toelichting"}
Tekst in een kader.
:::

::: {.callout-warning title="Een waarschuwing"}
Tekst in een kader.
:::

::: {.miv-cite}
*Een rapport*. Zo haalt u het aan.
:::
"""
DRAWING = """<svg xmlns="http://www.w3.org/2000/svg" width="518.4pt" height="144pt" viewBox="0 0 518.4 144">
<rect width="518.4" height="144" fill="#fff"/><rect x="40" y="20" width="400" height="40" fill="#0072b2"/>
<rect x="40" y="80" width="260" height="40" fill="#d55e00"/></svg>"""
PICTURES = Path(__file__).parent / "pictures"


@pytest.fixture(scope="module")
def specimen(tmp_path_factory) -> str:
    folder = tmp_path_factory.mktemp("specimen")
    (folder / "work" / "figures").mkdir(parents=True)
    (folder / "work" / "figures" / "fig-proef.svg").write_text(DRAWING, encoding="utf-8")
    meta = {"title": "Proefrapport", "subtitle": "Om naar te kijken", "published": "november 2023"}
    meta |= {"synthetic": True, "confidential": False}
    preview.page(folder / "work", SPECIMEN, meta, folder / "index.html")
    return (folder / "index.html").as_uri()


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


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("width", [360, 1440])
def test_a_page_looks_as_it_did(browser, specimen, tmp_path, theme, width):
    """``MIV_NEW_PICTURES=1`` keeps what the page looks like now, after a person has looked at it."""
    context = browser.new_context(viewport={"width": width, "height": 900}, color_scheme=theme)
    page = context.new_page()
    page.goto(specimen)
    page.add_style_tag(content=same_letters())
    page.evaluate("document.fonts.ready")
    page.wait_for_timeout(200)
    shown = Image.open(io.BytesIO(page.screenshot(full_page=True))).convert("RGB")
    context.close()
    small = shown.resize((round(shown.width / 2), round(shown.height / 2)), Image.Resampling.BOX)
    kept = PICTURES / f"page-{theme}-{width}.png"
    if os.environ.get("MIV_NEW_PICTURES"):
        PICTURES.mkdir(exist_ok=True)
        small.quantize(64, dither=Image.Dither.NONE).save(kept, optimize=True)
    small.save(tmp_path / kept.name)
    before = Image.open(kept).convert("RGB")
    assert abs(before.height - small.height) <= 4, f"look at {tmp_path / kept.name}"
    size = (small.width, min(before.height, small.height))
    difference = np.asarray(ImageChops.difference(before.crop((0, 0, *size)), small.crop((0, 0, *size)))).max(axis=2)
    assert (difference > 64).mean() < 0.01, f"look at {tmp_path / kept.name}, beside {kept}"
