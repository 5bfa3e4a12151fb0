"""The pandoc that comes with the project."""

from __future__ import annotations

from functools import cache

import pypandoc


@cache
def pandoc_path() -> str:
    """The pandoc binary that the pypandoc_binary package ships."""
    return pypandoc.get_pandoc_path()
