"""The one place that knows where things are.

papermill, nbval, JupyterLab, Snakemake and Quarto each start in a different
working directory, so nothing in this project builds a path from the current one.
Four environment variables move the ends of the pipeline (tests use them), each from where the first process was
started: ``MIV_DELIVERIES`` (default ``data/deliveries``), ``MIV_OUTPUTS`` (default ``outputs``), ``MIV_SIGNOFF``
(default ``parameters/signoff``) and ``MIV_BRAND`` (default ``_brand.yml``).
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
CODE = ROOT / "src" / "helpers"
NOTEBOOKS = ROOT / "notebooks"
CHAPTER_TEMPLATE = NOTEBOOKS / "templates" / "chapter.ipynb"
PARAMETERS = ROOT / "parameters"
CHAPTERS = PARAMETERS / "chapters.yml"
CROSSWALKS = ROOT / "data" / "crosswalks"
SOURCES = ROOT / "data" / "sources.yml"
FINDINGS = ROOT / "data" / "findings.yml"
GLOSSARY = ROOT / "data" / "glossary.yml"
CHARACTERISTICS = ROOT / "data" / "characteristics.yml"
REPORT_PARTS = ROOT / "reports"
SENTENCES = REPORT_PARTS / "sentences"
QUOTE_LISTS = ROOT / "data" / "quotes"

for _name in ("MIV_DELIVERIES", "MIV_OUTPUTS", "MIV_SIGNOFF", "MIV_BRAND"):
    if os.environ.get(_name):  # meant from where the person is; jobs and kernels start elsewhere
        os.environ[_name] = str(Path(os.environ[_name]).absolute())

UNIT_FOLDER = "MIV_UNIT_FOLDER"
"""Environment variable, set by the pipeline, with the folder that a chapter publishes into; a chapter run by
hand publishes into ``outputs/<edition>/drafts/<unit>``."""


def deliveries_root() -> Path:
    """Folder that holds one folder of received files per edition."""
    return Path(os.environ.get("MIV_DELIVERIES") or ROOT / "data" / "deliveries").resolve()


def signoffs_root() -> Path:
    """Folder that holds one sign-off per edition."""
    return Path(os.environ.get("MIV_SIGNOFF") or PARAMETERS / "signoff").resolve()


def brand_file() -> Path:
    """File with colours, letters and logo."""
    return Path(os.environ.get("MIV_BRAND") or ROOT / "_brand.yml").resolve()


def outputs_root() -> Path:
    """Folder that holds one folder of everything made per edition."""
    return Path(os.environ.get("MIV_OUTPUTS") or ROOT / "outputs").resolve()


def name_of(path: Path) -> str | None:
    """What records call a file, wherever deliveries and outputs are; ``None`` for what is not the project's.

    Deliveries are ``data/deliveries/…``, what is made ``outputs/…``, and all else goes from the project's own folder.
    """
    for start, root in (("data/deliveries", deliveries_root()), ("outputs", outputs_root()), (".", ROOT)):
        if path.is_relative_to(root):
            return (Path(start) / path.relative_to(root)).as_posix()
    return None


def located(name: str) -> Path:
    """The file that :func:`name_of` calls so."""
    for start, root in (("data/deliveries", deliveries_root()), ("outputs", outputs_root())):
        if Path(name).is_relative_to(start):
            return root / Path(name).relative_to(start)
    return ROOT / name


@dataclass(frozen=True)
class EditionPaths:
    """Where one edition's files are; every method gives an absolute path."""

    edition: str

    @property
    def deliveries(self) -> Path:
        """What arrived for this edition."""
        return deliveries_root() / self.edition

    @property
    def outputs(self) -> Path:
        """Everything made for this edition."""
        return outputs_root() / self.edition

    @property
    def data(self) -> Path:
        """Canonical tables: ``<table>.parquet`` or ``<table>_<wave>.parquet``."""
        return self.outputs / "data"

    @property
    def analysis(self) -> Path:
        """What is computed once for all reports."""
        return self.outputs / "analysis"

    @property
    def logs(self) -> Path:
        """What each job of the workflow said."""
        return self.outputs / "logs"

    def unit(self, unit: str) -> Path:
        """Work folder of one unit: executed notebooks, ``tables``, ``figures``, ``source``."""
        return self.outputs / "units" / unit

    def record(self, unit: str, chapter: str) -> Path:
        """Which files a chapter read for a unit, the last time."""
        return self.unit(unit) / f"{chapter}.reads.json"

    def report(self, unit: str) -> Path:
        """Finished report of one unit: what may be handed over."""
        return self.outputs / "reports" / unit
