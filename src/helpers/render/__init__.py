"""Render: one interface, two renderers. Quarto where it is found, else the pandoc preview."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
from pathlib import Path

from helpers import paths, settings
from helpers.errors import MonitorError
from helpers.files import close, write_bytes
from helpers.release import signoff
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

    Raises :class:`MonitorError`; then there is no report of this unit, also no old one.
    """
    where = paths.EditionPaths(edition)
    final = where.report(unit)
    shutil.rmtree(final, ignore_errors=True)
    temporary = final.with_name(f".{unit}.{os.getpid()}")
    shutil.rmtree(temporary, ignore_errors=True)
    temporary.mkdir(parents=True)
    try:
        source = stitch(edition, unit)
        name = chosen()
        (quarto if name == "quarto" else preview).render(source, temporary)
        annex.write(settings.load_edition(edition), unit, source, temporary / "data")
        _write_index(temporary, edition, unit, renderer_name())
        close(temporary)
        os.replace(temporary, final)
    finally:
        shutil.rmtree(temporary, ignore_errors=True)
    return final


def _write_index(folder: Path, edition: str, unit: str, renderer: str) -> None:
    """``report.json``: what was made, with which renderer, and checksums of all files."""
    files = {
        str(path.relative_to(folder)): {
            "bytes": path.stat().st_size,
            "sha256": hashlib.sha256(path.read_bytes()).hexdigest(),
        }
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }
    content = {"edition": edition, "unit": unit, "renderer": renderer, "contents": signoff.contents(edition, unit)}
    content["files"] = files
    write_bytes(folder / "report.json", (json.dumps(content, indent=1) + "\n").encode("utf-8"))
