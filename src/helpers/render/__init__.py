"""Render: one interface, two renderers. Quarto where it is found, else the pandoc preview."""

from __future__ import annotations

import json
import os
import shutil
from pathlib import Path

from helpers import paths, settings
from helpers.errors import MonitorError
from helpers.files import close, write_bytes
from helpers.release import signed, signoff
from helpers.render import annex, preview, quarto
from helpers.render.stitch import stitch

CHOICE = "MIV_RENDERER"
"""Environment variable that overrides the choice: ``quarto`` or ``preview``."""


def chosen() -> str:
    """``quarto`` or ``preview``; raises :class:`MonitorError` for another value of ``MIV_RENDERER``."""
    asked = os.environ.get(CHOICE, "")
    if asked not in ("", "quarto", "preview"):
        raise MonitorError(f"{CHOICE} is '{asked}'; allowed: quarto, preview, or leave it out.")
    if asked == "quarto" and quarto.find() is None:
        raise MonitorError(f"{CHOICE} asks for quarto, which is not found. Run `make quarto`, or leave {CHOICE} out.")
    return asked or ("quarto" if quarto.find() else "preview")


def renderer_name() -> str:
    """Name and version of the renderer that will be used."""
    return (quarto if chosen() == "quarto" else preview).version()


def render(edition: str, unit: str) -> Path:
    """Stitch and render one unit; its report folder appears whole, in place of the old one.

    It is a concept, unless it says what was signed and comes out to the byte as it was signed.
    Raises :class:`MonitorError`; then there is no report of this unit, also no old one.
    """
    final = paths.EditionPaths(edition).report(unit)
    shutil.rmtree(final, ignore_errors=True)
    files = signoff.asked(edition, unit)
    if files is None or not make(edition, unit, final, concept=False, files=files):
        make(edition, unit, final, concept=True)
    signoff.note(edition, unit)
    return final


def make(edition: str, unit: str, final: Path, *, concept: bool, files: dict[str, str] | None = None) -> bool:
    """Stitch and render one unit into a folder, which appears whole; it must not be there.

    ``concept``: with the mark that it is not released. ``files``: SHA-256 by path; the folder appears only if what was
    made is just these files. Returns whether it appeared; raises :class:`MonitorError`.
    """
    temporary = final.with_name(f".{unit}.{os.getpid()}")
    shutil.rmtree(temporary, ignore_errors=True)
    temporary.mkdir(parents=True)
    try:
        source = stitch(edition, unit, concept=concept)
        name = chosen()
        (quarto if name == "quarto" else preview).render(source, temporary)
        annex.write(settings.load_edition(edition), unit, source, temporary / "data")
        _write_index(temporary, edition, unit, concept)
        if files is not None and signed.bundle(temporary) != files:
            return False
        close(temporary)
        os.replace(temporary, final)
    finally:
        shutil.rmtree(temporary, ignore_errors=True)
    return True


def _write_index(folder: Path, edition: str, unit: str, concept: bool) -> None:
    """``report.json``: what was made, with which renderer, whether as a concept, and checksums of all files."""
    content = {
        "edition": edition,
        "unit": unit,
        "renderer": renderer_name(),
        "concept": concept,
        "contents": signed.contents(edition, unit),
        "files": signed.listing(folder, signed.bundle(folder)),
    }
    write_bytes(folder / "report.json", (json.dumps(content, indent=1) + "\n").encode("utf-8"))
