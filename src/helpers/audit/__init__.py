"""The auditor: what someone who holds all published reports of an edition can compute of what they hide.

It reads published files only (``outputs/<edition>/reports``) and the public register, and shares no code with
disclosure control, chapters or publishing: a fault there must not be repeated here. ``published`` reads what reports
state; ``attack`` bounds what is hidden by linear programming; ``texts`` looks for hidden figures in sentences,
alternative texts and drawings; ``heads`` fails on columns that it does not know; ``bundles`` looks for what may not
stand in a bundle at all.
"""

from helpers.audit.attack import Bound, bounds
from helpers.audit.bundles import Trace, traces
from helpers.audit.heads import Column, columns
from helpers.audit.published import Statement, folders, read
from helpers.audit.texts import Mention, mentions

__all__ = [
    "Bound",
    "Column",
    "Mention",
    "Statement",
    "Trace",
    "bounds",
    "columns",
    "folders",
    "mentions",
    "read",
    "traces",
]
