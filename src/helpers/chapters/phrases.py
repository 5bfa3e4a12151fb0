"""Who is meant by a category (``who`` in ``data/characteristics.yml``), as a part of a sentence."""

from __future__ import annotations


def comma(whom: str) -> str:
    """The comma that closes a relative clause, where there is one."""
    return "," if " die " in whom else ""
