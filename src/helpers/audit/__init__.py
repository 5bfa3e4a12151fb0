"""The auditor: what someone who holds all published reports of an edition can compute of what they hide.

It reads published files only (``outputs/<edition>/reports``) and the public register, and shares no code with
disclosure control, chapters or publishing: a fault there must not be repeated here. ``published`` reads what reports
state; ``attack`` bounds every hidden count by linear programming; ``bundles`` looks for what may not stand in a bundle.
"""

from helpers.audit.attack import Bound, bounds
from helpers.audit.bundles import Trace, traces
from helpers.audit.published import Statement, read

__all__ = ["Bound", "Statement", "Trace", "bounds", "read", "traces"]
