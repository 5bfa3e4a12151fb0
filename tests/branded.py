"""A figure, pages, PDF, Word document and workbook in the brand of ``MIV_BRAND``: ``python tests/branded.py <folder>``.

In a process of its own, because figures and documents take the brand when they are imported.
"""

import sys
from pathlib import Path

import pandas as pd
from test_looks import META, OF_ONE, PARTS

from helpers import figures
from helpers.render import preview
from helpers.render.annex import workbook
from helpers.render.stitch import write_source

SHARES = pd.DataFrame({"label": ["een groep", "een andere"], "scope": "alle instellingen", "safe": [0.7, 0.8]})
SHARES[["safe_low", "safe_high"]] = [[0.6, 0.75], [0.75, 0.85]]


def main(folder: Path) -> None:
    drawn = folder / "unit" / "figures"
    drawn.mkdir(parents=True)
    kind = figures.Dots()
    svg, png = figures.render(kind, SHARES, width=figures.WIDTH, height=kind.height(SHARES), salt="fig-proef")
    (drawn / "fig-proef.svg").write_bytes(svg)
    (drawn / "fig-proef.png").write_bytes(png)
    for name, meta in (("sector", META), ("institution", {**META, **OF_ONE})):
        source, made = folder / f"{name}-source", folder / name
        write_source(source, PARTS, meta, folder / "unit", several=name == "sector")
        made.mkdir()
        preview.render(source, made)
    book = workbook.make("Proef", ["Om naar te kijken"], [], synthetic=True, author="proef")
    (folder / "gegevens.xlsx").write_bytes(book)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
