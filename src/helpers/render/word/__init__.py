"""Word documents: the look that both renderers start from, and what is done to their documents afterwards."""

from __future__ import annotations

import io
from pathlib import Path

from helpers.render import timeless
from helpers.render.word import captions, contents, grids, properties, title_page
from helpers.render.word.reference import write_reference

__all__ = ["finish", "write_reference"]


def finish(path: Path, meta: dict) -> None:
    """Complete a document that pandoc or Quarto wrote: title page, contents, captions, tables, properties.

    ``meta``: what the title page says (:func:`helpers.render.stitch.metadata`). Raises :class:`MonitorError` for a
    picture without alternative text.
    """
    import docx

    document = docx.Document(str(path))
    captions.number(document)
    grids.lay_out(document)
    title_page.complete(document, meta)
    contents.insert(document)
    properties.set_all(document, meta)
    buffer = io.BytesIO()
    document.save(buffer)
    path.write_bytes(timeless.archive(buffer.getvalue()))
