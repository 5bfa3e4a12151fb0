"""Numbers from vector drawings: coordinates of marks, through the ticks of the axes."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import pairwise

import numpy as np
from lxml import etree
from matplotlib import font_manager
from matplotlib.ft2font import FT2Font

LINK = "{http://www.w3.org/1999/xlink}href"
NUMBER = re.compile(r"[+−-]?\d+(?:[.\s]\d{3})*(?:,\d+)?")
POINT = re.compile(r"[ML]\s*(-?[\d.]+)[ ,]+(-?[\d.]+)")
OFF = 1e-3
"""A tick label lies off the line through the others by less than this part of the axis."""


@dataclass(frozen=True)
class Axis:
    """From a coordinate to a number: ``slope * coordinate + start``, on a scale that may be logarithmic."""

    slope: float
    start: float
    logarithmic: bool = False

    def value(self, coordinate) -> np.ndarray:
        """The number at a coordinate."""
        line = self.slope * np.asarray(coordinate, float) + self.start
        return 10**line if self.logarithmic else line


@dataclass(frozen=True)
class Drawing:
    """Axes (``None`` without numbers), marks in coordinates (points, ends of lines), and parts of whole bars."""

    x: Axis | None
    y: Axis | None
    points: np.ndarray
    ends: np.ndarray
    parts: np.ndarray

    def values(self) -> np.ndarray:
        """All numbers that are drawn: of marks on axes with numbers, and parts of bars."""
        both = np.vstack([self.points.reshape(-1, 2), self.ends.reshape(-1, 2)])
        found = [axis.value(both[:, place]) for place, axis in enumerate((self.x, self.y)) if axis is not None]
        return np.concatenate([*found, self.parts])


def read(svg: bytes) -> list[Drawing]:
    """What the axes of a drawing tell; nothing for a picture without axes."""
    root = etree.fromstring(svg, etree.XMLParser(recover=True, huge_tree=True))
    groups = [] if root is None else root.xpath("//*[starts-with(@id,'axes_')]")
    return _sharing([_read(axes) for axes in groups], [_ground(axes) for axes in groups])


def _ground(axes: etree._Element) -> np.ndarray:
    """Where axes lie: left, top, right, bottom."""
    corners = np.array([point for path in axes.xpath("./*[@id][1]/*[local-name()='path']") for point in _points(path)])
    return np.concatenate([corners.min(axis=0), corners.max(axis=0)]) if len(corners) else np.full(4, np.nan)


def _sharing(found: list[Drawing], grounds: list[np.ndarray]) -> list[Drawing]:
    """Axes without numbers of their own, below or beside axes as wide or high with numbers, have these."""
    shared = []
    for one, ground in zip(found, grounds, strict=True):
        lent = {}
        for name, sides in (("x", (0, 2)), ("y", (1, 3))):
            if getattr(one, name) is None:
                alike = (getattr(other, name) for other, at in zip(found, grounds, strict=True)
                         if np.allclose(at[list(sides)], ground[list(sides)], atol=1e-3))  # fmt: skip
                lent[name] = next((axis for axis in alike if axis is not None), None)
        shared.append(replace(one, **lent))
    return shared


def _read(axes: etree._Element) -> Drawing:
    points, ends, bars = [], [], []
    for group in axes.xpath(".//*[@id]"):
        name = group.get("id")
        if group.xpath("ancestor-or-self::*[contains(@id,'tick_')]"):
            continue
        if name.startswith("line2d_") or "Collection" in name:
            uses = group.xpath(".//*[local-name()='use']")
            points += [(float(use.get("x")), float(use.get("y"))) for use in uses if use.get("x") and use.get("y")]
            for path in group.xpath(".//*[local-name()='path'][not(ancestor::*[local-name()='defs'])]"):
                ends += _points(path)
        elif name.startswith("patch_"):
            for path in group.xpath("./*[local-name()='path']"):
                corners = _points(path)
                ends += corners
                bars += [_box(corners)] if len(corners) == 4 else []
    arrays = [np.array(found, float).reshape(-1, 2) for found in (points, ends)]
    return Drawing(_axis(axes, "xtick_", 0), _axis(axes, "ytick_", 1), *arrays, _stacked(bars))


def _box(corners: list[tuple[float, float]]) -> tuple[float, float, float]:
    """Of a rectangle its top, left and right."""
    across, down = zip(*corners, strict=True)
    return min(down), min(across), max(across)


def _stacked(bars: list[tuple[float, float, float]]) -> np.ndarray:
    """Parts of bars that touch each other, as shares of the whole bar: no axis is needed for these."""
    rows: dict[float, list[tuple[float, float]]] = {}
    for top, left, right in bars:
        rows.setdefault(top, []).append((left, right))
    found = []
    for row in rows.values():
        ends = sorted(row)
        if len(ends) > 1 and all(abs(one[1] - other[0]) < 0.01 for one, other in pairwise(ends)):
            found += [(right - left) / (ends[-1][1] - ends[0][0]) for left, right in ends]
    return np.array(found, float)


def _points(path: etree._Element) -> list[tuple[float, float]]:
    return [(float(x), float(y)) for x, y in POINT.findall(path.get("d", ""))]


def _axis(axes: etree._Element, tick: str, place: int) -> Axis | None:
    groups = axes.xpath(f".//*[starts-with(@id,'{tick}')]")
    for letters in (_glyphs, _codes):
        labels = [(_place(group, place), _words(group, letters)) for group in groups]
        shares = any(words[:1] == "+" or "%" in words for _, words in labels)
        found = [(at, _number(words, shares)) for at, words in labels if at is not None and NUMBER.search(words)]
        line = _line(found)
        if line is not None:
            return line
    return None


def _place(group: etree._Element, place: int) -> float | None:
    for path in group.xpath(".//*[local-name()='path'][not(ancestor::*[local-name()='defs'])]"):
        points = _points(path)
        if points:
            return points[0][place]
    for use in group.xpath(".//*[local-name()='use']"):
        if use.get("x") and use.get("y"):
            return float(use.get("xy"[place]))
    return None


def _words(group: etree._Element, letters) -> str:
    """What a tick says."""
    plain = "".join(group.xpath(".//*[local-name()='text']//text()")).strip()
    names = [use.get(LINK, "").lstrip("#") for use in group.xpath(".//*[local-name()='use']") if not use.get("x")]
    return plain or "".join(letters(name) for name in names)


def _number(words: str, shares: bool) -> float:
    """The number in a label; percentages and percentage points as shares."""
    number = NUMBER.search(words)[0]
    return float(re.sub(r"[.\s+]", "", number).replace(",", ".").replace("−", "-")) / (100 if shares else 1)


def _codes(name: str) -> str:
    """A letter that is named by its code."""
    return chr(int(name.rpartition("-")[2], 16)) if re.fullmatch(r".+-[0-9a-f]+", name) else "?"


def _glyphs(name: str) -> str:
    """A letter that is named by its place in the font."""
    family, _, place = name.rpartition("-")
    return _font(family).get(int(place, 16), "?") if re.fullmatch(r"[0-9a-f]+", place) else "?"


@lru_cache
def _font(family: str) -> dict[int, str]:
    files = [entry.fname for entry in font_manager.fontManager.ttflist
             if FT2Font(entry.fname).postscript_name == family]  # fmt: skip
    return {index: chr(code) for code, index in FT2Font(files[0]).get_charmap().items()} if files else {}


def _line(found: list[tuple[float, float]]) -> Axis | None:
    """The straight line through ticks, on the scale on which they lie on one."""
    if len({value for _, value in found}) < 2:
        return None
    at, values = np.array(found, float).T
    scales = [(values, False), *([(np.log10(values), True)] if (values > 1).all() else [])]
    for scale, logarithmic in scales:
        slope, start = np.polyfit(at, scale, 1)
        if np.abs(slope * at + start - scale).max() < OFF * np.ptp(scale):
            return Axis(float(slope), float(start), logarithmic)
    return None
