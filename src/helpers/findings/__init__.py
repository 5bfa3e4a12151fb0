"""Back-tests: what the published monitor found, computed again from an edition's tables.

``register``: ``data/findings.yml``; ``evidence``: an edition's analysis tables, asked for figures; ``answers``: what an
edition gives for each finding; ``page``: the findings as the sector report's appendix tells them, and whether its
chapters treat them all. A finding is confirmed, partly confirmed, or not. An edition calibrated to the published
monitor confirms all of them at least partly; the next edition may differ, and then that is news.
"""

from helpers.findings.answers import ANSWERS, Agrees, Outcome, answer, compute
from helpers.findings.evidence import Evidence
from helpers.findings.page import AGREES, rows, untreated
from helpers.findings.register import Published, load_register

__all__ = [
    "AGREES",
    "ANSWERS",
    "Agrees",
    "Evidence",
    "Outcome",
    "Published",
    "answer",
    "compute",
    "load_register",
    "rows",
    "untreated",
]
