"""Drawings of a researcher's own: a function that draws the released rows that it is given, and nothing else."""

from __future__ import annotations

import contextvars
import dis
import os
import re
import sys
import types
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import matplotlib
import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.text import Text

from helpers.errors import MonitorError

DRAWS_WITH = ("matplotlib", "seaborn", "numpy", "math", "helpers.figures", "helpers.dutch")
"""Packages that a drawing of one's own may use."""

REACHES = frozenset(
    ("compile", "eval", "exec", "get_ipython", "globals", "input", "locals", "open", "savefig", "vars", "__import__")
)
LOOKS = re.compile(r"#[0-9a-fA-F]{3,8}|C\d|tab\d*:?\w*|[^\s\d]*\{[^}]*\}[^\s\d]*|\.\d[f%]")
"""Texts with digits that a drawing may hold: colours and forms of numbers."""
NUMBER = re.compile(r"\d+(?:[.,]\d+)?")
FONTS = (".ttf", ".otf", ".afm", ".pfb", ".ttc")

_drawing: contextvars.ContextVar[str] = contextvars.ContextVar("drawing", default="")
"""Name of the function that is drawing now; while it does, it opens no file."""


@dataclass(frozen=True)
class Drawing:
    """A figure kind that a researcher's function draws."""

    draw: Callable[[Axes, pd.DataFrame], None]
    inches: float

    def height(self, data: pd.DataFrame) -> float:
        """Height in inches."""
        return self.inches

    def __call__(self, axes: Axes, data: pd.DataFrame) -> None:
        """Draw.

        Raises :class:`MonitorError` where the function opens a file, or writes a figure that is not in its rows.
        """
        check_drawing(self.draw)  # what it uses may have changed since
        token = _drawing.set(self.draw.__name__)
        try:
            self.draw(axes, data.copy())
        finally:
            _drawing.reset(token)
        _check_texts(self.draw.__name__, axes, data)


def check_drawing(draw: object, seen: frozenset[int] = frozenset()) -> None:
    """Refuse a function that reaches beyond the released rows, or tells a figure itself.

    Raises :class:`MonitorError`.
    """
    if not isinstance(draw, types.FunctionType):
        raise MonitorError("A figure is drawn by a function: def draw(axes, data): …, which draws the rows in `data`.")
    name = draw.__name__
    only = "It may draw the rows that it is given, and nothing else."
    if draw.__closure__ or draw.__defaults__ or draw.__kwdefaults__:
        raise MonitorError(f"The drawing {name} carries values with it. {only}")
    for code in _codes(draw.__code__):
        if any(step.opname == "IMPORT_NAME" for step in dis.get_instructions(code)):
            raise MonitorError(f"The drawing {name} imports something. {only} Import at the top of the notebook.")
        typed = [text for text in code.co_consts if isinstance(text, str) and _has_figure(text)]
        if typed:
            raise MonitorError(f"The drawing {name} holds a figure typed by hand (“{typed[0]}”). Let `data` give it.")
        for each in code.co_names:
            if each in REACHES or each.startswith(("read_", "load")):
                raise MonitorError(f"The drawing {name} reaches for '{each}'. {only}")
            if each in draw.__globals__:
                _check_global(name, each, draw.__globals__[each], seen | {id(draw)})


def _check_global(name: str, each: str, found: object, seen: frozenset[int]) -> None:
    kinds = (types.ModuleType, type, types.FunctionType, types.BuiltinFunctionType)
    module = found.__name__ if isinstance(found, types.ModuleType) else getattr(found, "__module__", None) or ""
    if isinstance(found, kinds) and module.startswith(DRAWS_WITH):
        return
    if isinstance(found, types.FunctionType):
        if id(found) not in seen:
            check_drawing(found, seen)
        return
    raise MonitorError(
        f"The drawing {name} uses '{each}', which is not among the rows that it is given. Draw from `data` only; "
        f"it may use {', '.join(DRAWS_WITH)}."
    )


def _codes(code: types.CodeType) -> list[types.CodeType]:
    inner = [each for each in code.co_consts if isinstance(each, types.CodeType)]
    return [code, *(one for each in inner for one in _codes(each))]


def _has_figure(text: str) -> bool:
    return any(letter.isnumeric() for letter in text) and not LOOKS.fullmatch(text)


def _watch(event: str, arguments: tuple) -> None:
    """While a function draws, no file is opened but those of Python's packages and fonts."""
    name = _drawing.get()
    if name and event == "open" and not _of_python(arguments[0]):
        raise MonitorError(f"The drawing {name} opens a file ({arguments[0]}). Draw from `data` only.")


def _of_python(path: object) -> bool:
    if not isinstance(path, str | bytes):
        return False
    place = Path(os.fsdecode(path)).resolve()
    roots = (sys.prefix, sys.base_prefix, matplotlib.get_cachedir(), *map(os.path.dirname, matplotlib.__path__))
    return place.suffix.lower() in FONTS or any(place.is_relative_to(root) for root in roots)


sys.addaudithook(_watch)


def _check_texts(name: str, axes: Axes, data: pd.DataFrame) -> None:
    """Every figure in a text of the drawing is one of its rows, as told; those along an axis are its scale."""
    scale = {id(text) for axis in (axes.xaxis, axes.yaxis) for text in axis.findobj(Text) if text is not axis.label}
    words = {text for column in data for text in [column, *data[column]] if isinstance(text, str)}
    whole = re.compile("|".join(rf"(?<!\w){re.escape(word)}(?!\w)" for word in sorted(words, key=len, reverse=True)))
    numbers = [pd.to_numeric(data[column], errors="coerce").to_numpy(float, na_value=np.nan) for column in data]
    known = np.concatenate([*numbers, *(100 * each for each in numbers), [float(len(data))]])
    for text in axes.findobj(Text):
        told = "" if id(text) in scale else whole.sub(" ", text.get_text())
        for found in NUMBER.findall(told):
            half = 0.5 * 10.0 ** -len(found.replace(",", ".").partition(".")[2])
            if not (np.abs(np.abs(known) - float(found.replace(",", "."))) <= half + 1e-9).any():
                raise MonitorError(
                    f"The drawing {name} writes {found} (“{text.get_text()}”), which is in none of its rows. Let "
                    "`data` give it."
                )
