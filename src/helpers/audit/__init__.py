"""The auditor: what someone who holds all published reports of an edition can compute of what they hide.

It reads published files only (``outputs/<edition>/reports``) and the public register, and shares no code with
disclosure control, chapters or publishing: a fault there must not be repeated here. What it does not know may not
leave:

- ``inventory``, ``pages``, ``drawings``, ``office``, ``printed`` (on ``markup``): files, parts, elements, attributes
  and metadata that ``expected/`` declares, and nothing else;
- ``tables`` (on ``keys``, ``precise``): every table has a known meaning, every column holds what it should, no finer
  than its respondents allow, a row has a declared name, a hidden row is empty;
- ``prose`` (on ``sentences``): every text is one that the project's templates can say, with numbers of its section;
- ``agreement`` (on ``workbooks``, ``searched``): all forms of a report say the same;
- ``published``, ``attack``: what reports state of respondents, and bounds of what is hidden by linear programming;
- ``texts``: hidden figures in words; ``names``: what may not stand in a bundle at all.
"""

from helpers.audit.attack import Bound, bounds
from helpers.audit.bundle import Bundle
from helpers.audit.declared import Finding
from helpers.audit.names import Trace, traces
from helpers.audit.published import Statement, folders, read, stated
from helpers.audit.texts import Mention, mentions

__all__ = [
    "Bound",
    "Bundle",
    "Finding",
    "Mention",
    "Statement",
    "Trace",
    "bounds",
    "folders",
    "mentions",
    "read",
    "stated",
    "traces",
]
