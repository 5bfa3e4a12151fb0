"""From a drawing to bytes: SVG and PNG, each the same at every run."""

from __future__ import annotations

import io
import re
from collections.abc import Callable

import matplotlib.pyplot as plt
import pandas as pd
from matplotlib.axes import Axes

from helpers.figures.theme import STYLE

DPI = 160


def render(
    draw: Callable[[Axes, pd.DataFrame], None], data: pd.DataFrame, *, width: float, height: float, salt: str
) -> tuple[bytes, bytes]:
    """Draw once, save twice; width and height in inches, ``salt`` fixes the SVG's internal names."""
    with plt.rc_context({**STYLE, "svg.hashsalt": salt}):
        figure, axes = plt.subplots(figsize=(width, height))
        try:
            draw(axes, data)
            vector, raster = io.BytesIO(), io.BytesIO()
            figure.savefig(vector, format="svg", metadata={"Date": None, "Creator": None, "Format": None, "Type": None})
            figure.set_layout_engine("none")  # the layout stands; doing it again would cost a third of the time
            figure.savefig(raster, format="png", dpi=DPI, metadata={"Software": None})
        finally:
            plt.close(figure)
    return _lean(vector.getvalue()), raster.getvalue()


def _lean(svg: bytes) -> bytes:
    """The same picture without comments, and without white space between elements: a quarter smaller."""
    return re.sub(rb">\s+<", b"><", re.sub(rb"<!--.*?-->", b"", svg, flags=re.DOTALL))
