"""PDF by the pinned Typst, for both renderers: tagged, and refused where it breaks PDF/UA-1."""

from __future__ import annotations

from pathlib import Path

from helpers.errors import MonitorError

STANDARD = "ua-1"
FONTS = tuple(f"DejaVuSans{style}.ttf" for style in ("", "-Bold", "-Oblique", "-BoldOblique"))
"""Files of the typeface of PDFs; matplotlib brings them, and draws figures with the same ones."""


def fonts() -> Path:
    """The folder with the typeface; raises :class:`MonitorError` when a file is lacking: no other takes its place."""
    import matplotlib

    folder = Path(matplotlib.get_data_path()) / "fonts" / "ttf"
    lacking = [name for name in FONTS if not (folder / name).is_file()]
    if lacking:
        raise MonitorError(
            f"The PDF cannot be made: {folder} lacks the typeface of the reports ({', '.join(lacking)}). These "
            "files come with matplotlib: install it again, with `make distclean` and then `make report`."
        )
    return folder


def make(main: Path, target: Path) -> None:
    """Compile a Typst file; raises :class:`MonitorError` with Typst's own words, also where it only warns."""
    import typst

    try:
        _, warnings = typst.compile_with_warnings(
            str(main),
            output=str(target),
            font_paths=[str(fonts())],
            ignore_system_fonts=True,
            pdf_standards=STANDARD,
        )
    except typst.TypstError as error:
        raise MonitorError(f"Typst could not make the PDF: {_words(error)}") from error
    if warnings:
        target.unlink(missing_ok=True)
        raise MonitorError(f"Typst could not make the PDF as it should be: {'; '.join(map(_words, warnings))}")


def _words(said) -> str:
    """What Typst says, with its hints."""
    return " ".join([said.message, *(f"({hint})" for hint in getattr(said, "hints", ()))])
