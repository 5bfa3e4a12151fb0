"""The one place that knows where things are.

papermill, nbval, JupyterLab, Snakemake and Quarto each start in a different
working directory, so nothing in this project builds a path from the current one.
Four environment variables move the ends of the pipeline (tests use them): ``MIV_DELIVERIES`` (default
``data/deliveries``), ``MIV_OUTPUTS`` (default ``outputs``), ``MIV_SIGNOFF`` (default ``parameters/signoff``) and
``MIV_BRAND`` (default ``_brand.yml``).
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
NOTEBOOKS = ROOT / "notebooks"
PARAMETERS = ROOT / "parameters"
CROSSWALKS = ROOT / "data" / "crosswalks"
SOURCES = ROOT / "data" / "sources.yml"
FINDINGS = ROOT / "data" / "findings.yml"
GLOSSARY = ROOT / "data" / "glossary.yml"
CHARACTERISTICS = ROOT / "data" / "characteristics.yml"
REPORT_PARTS = ROOT / "reports"
SENTENCES = REPORT_PARTS / "sentences"
QUOTE_LISTS = ROOT / "data" / "quotes"

UNIT_FOLDER = "MIV_UNIT_FOLDER"
"""Environment variable, set by the pipeline, with the folder that a chapter publishes into; a chapter run by
hand publishes into ``outputs/<edition>/drafts/<unit>``."""


def deliveries_root() -> Path:
    """Folder that holds one folder of received files per edition."""
    return Path(os.environ.get("MIV_DELIVERIES", ROOT / "data" / "deliveries")).resolve()


def signoffs_root() -> Path:
    """Folder that holds one sign-off per edition."""
    return Path(os.environ.get("MIV_SIGNOFF", PARAMETERS / "signoff")).resolve()


def brand_file() -> Path:
    """File with colours, letters and logo."""
    return Path(os.environ.get("MIV_BRAND", ROOT / "_brand.yml")).resolve()


def outputs_root() -> Path:
    """Folder that holds one folder of everything made per edition."""
    return Path(os.environ.get("MIV_OUTPUTS", ROOT / "outputs")).resolve()


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

    def report(self, unit: str) -> Path:
        """Finished report of one unit: what may be handed over."""
        return self.outputs / "reports" / unit
