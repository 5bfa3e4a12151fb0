"""The Quarto renderer, through subprocess, wherever ``quarto`` is found.

Quarto exits with 0 on an unresolved reference, so its output is read: a line that warns or reports an
error fails the unit with Quarto's own words.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import tempfile
from pathlib import Path

from helpers.errors import MonitorError
from helpers.render import embedded, pdf, word
from helpers.render import site as website

SECONDS = 600
ALARM = re.compile(
    r"^\s*(\[?WARN(ING)?\b|\[?ERROR\b|WARN:|ERROR:)|Unable to resolve crossref|\?@(fig|tbl)-", re.IGNORECASE
)
COLOUR = re.compile(r"\x1b\[[0-9;]*m")


def find() -> str | None:
    """Path of the quarto program, or None."""
    return shutil.which("quarto")


def version() -> str:
    """``quarto 1.7.34``."""
    done = subprocess.run([find(), "--version"], capture_output=True, text=True, check=True, timeout=120)
    found = re.search(r"\d+\.\d+\.\d+", COLOUR.sub("", done.stdout))
    return f"quarto {found[0] if found else 'of an unknown version'}"


def render(source: Path, target: Path) -> None:
    """Make a website (sector) or one self-contained page, a PDF and a Word document in ``target``.

    Every call has a project folder of its own: parallel renders in one folder overwrite each other.
    """
    document, site = source / "document", source / "site"
    profile = "sector" if site.is_dir() else "institution"
    with tempfile.TemporaryDirectory(prefix="quarto-") as scratch:
        for output in ("typst", "docx"):
            _run(document, ["render", "report.qmd", "--to", output, "--profile", profile], Path(scratch))
        pdf.make(document / "report.typ", target / "report.pdf")
        os.replace(document / "report.docx", target / "report.docx")
        word.finish(target / "report.docx", json.loads((source / "meta.json").read_text(encoding="utf-8")))
        if site.is_dir():
            _run(site, ["render", "--profile", "site"], Path(scratch))
            website.finish(site / "_site")
            for path in (site / "_site").iterdir():
                shutil.move(str(path), target / path.name)
        else:
            _run(document, ["render", "report.qmd", "--to", "html", "--profile", profile], Path(scratch))
            embedded.as_text(document / "report.html")
            os.replace(document / "report.html", target / "index.html")


def _run(folder: Path, arguments: list[str], scratch: Path) -> None:
    environment = {**os.environ, "XDG_CACHE_HOME": str(scratch), "NO_COLOR": "1"}
    try:
        done = subprocess.run(
            [find(), *arguments],
            cwd=folder,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        raise MonitorError(f"quarto {' '.join(arguments)} did not finish within {SECONDS} s.") from error
    lines = [COLOUR.sub("", line) for line in done.stdout.splitlines()]
    alarms = [line.strip() for line in lines if ALARM.search(line)]
    if done.returncode or alarms:
        words = "\n".join(alarms or lines[-15:])
        raise MonitorError(f"quarto {' '.join(arguments)} could not make the report:\n{words}")
