"""REFI-QDA projects (.qdpx) and codebooks (.qdc), as ATLAS.ti, MAXQDA and NVivo export them.

Standard: REFI-QDA 1.5 (https://www.qdasoftware.org). The XML is bound to pyrefiqda's models (``parse``), files are
found in the ``archive``, ``positions`` says how a project counts, ``codes`` to which group a code belongs, and
``project`` puts it together: one row a coded selection of text. What is not text is counted and told.
"""

from helpers.ingest.readers.refi.codes import read_codebook
from helpers.ingest.readers.refi.project import DOCUMENT, SELECTION, read_project

__all__ = ["DOCUMENT", "SELECTION", "read_codebook", "read_project"]
