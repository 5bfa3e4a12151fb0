"""PDF by the pinned Typst, for both renderers: tagged, and refused where it breaks PDF/UA-1."""

from __future__ import annotations

from pathlib import Path

from helpers import brand
from helpers.errors import MonitorError
from helpers.render import timeless

STANDARD = "ua-1"


def make(main: Path, target: Path) -> None:
    """Compile a Typst file; raises :class:`MonitorError` with Typst's own words, also where it only warns."""
    import typst

    folders = dict.fromkeys(file.parent for file in brand.load().letters())
    try:
        _, warnings = typst.compile_with_warnings(
            str(main),
            output=str(target),
            font_paths=[str(folder) for folder in folders],
            ignore_system_fonts=True,
            pdf_standards=STANDARD,
            timestamp=timeless.FIXED,
        )
    except typst.TypstError as error:
        raise MonitorError(f"Typst could not make the PDF: {_words(error)}") from error
    if warnings:
        target.unlink(missing_ok=True)
        raise MonitorError(f"Typst could not make the PDF as it should be: {'; '.join(map(_words, warnings))}")


def _words(said) -> str:
    """What Typst says, with its hints."""
    return " ".join([said.message, *(f"({hint})" for hint in getattr(said, "hints", ()))])
