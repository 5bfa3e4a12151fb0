"""Colours, letters and the logo of all that is made: ``_brand.yml``, read once and checked as a whole.

The file has Quarto's format. From it come ``color.palette`` and the roles foreground, background and primary;
``typography.base`` and the files of its family; ``logo.medium``; and what Quarto has no key for, under
``defaults.miv``. Other keys of Quarto may stand there and do nothing; unknown ones are refused.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Literal

from pydantic import Field

from helpers import paths
from helpers.configuration import Strict, nearest, read, stamp
from helpers.errors import MonitorError, Problem, Problems
from helpers.files import display

ROLES = ("foreground", "background", "primary")
SCREEN = ("on-accent", "accent-wash", "soft", "wash", "raised", "line", "edge", "warn", "warn-wash", "warn-line")
SCREEN += ("mark", "focus")
"""Colours of pages, light and dark, besides the roles."""
PRINT = ("print-soft", "print-warn", "cell-hidden")
ANSWERS = ("unsafe", "unsafe-light", "neutral", "safe-light", "safe")
"""The five answers, from 1 (unsafe) to 5 (safe)."""
FIGURE_TEXTS = ("figure-ink", "figure-soft", "own", "comparable-text", "sector", "expected-text")
FIGURE_MARKS = ("own", "comparable", "sector", "sector-soft", "expected", "faint")
FIGURES = (*FIGURE_TEXTS, *FIGURE_MARKS, "sector-tint", "grid", *ANSWERS)
WHITE = "white"
"""The ground of all figures."""
TEXTS = {
    "background": ("foreground", "soft", "primary"),
    "wash": ("foreground", "soft", "primary"),
    "raised": ("foreground", "primary"),
    "accent-wash": ("primary",),
    "warn-wash": ("foreground", "warn"),
    "mark": ("foreground",),
    "primary": ("on-accent",),
}
"""Texts by the ground on which pages show them, light and dark."""
LEGIBLE, VISIBLE = 4.5, 3.0
"""Least contrast of text and of marks (WCAG 2.2, 1.4.3 and 1.4.11)."""
APART = 20
"""Least difference in lightness (0 to 100) of answers next to one another, so that a grey print tells them apart."""
LOGO_HEIGHT = 16
"""Of the logo on the title pages of PDF and Word, in mm."""
KINDS = (".svg", ".png")
LARGEST = 200_000
HEX = r"#[0-9a-fA-F]{6}"
NAME = r"[a-z][a-z0-9-]*"


class Color(Strict):
    """Colours; of the roles only the first three are used."""

    palette: dict[str, str | None] = Field(min_length=1)
    foreground: str
    background: str
    primary: str
    secondary: str | None = None
    tertiary: str | None = None
    success: str | None = None
    info: str | None = None
    warning: str | None = None
    danger: str | None = None
    light: str | None = None
    dark: str | None = None
    link: str | None = None


class Font(Strict):
    """A family and its files, beside ``_brand.yml`` or among those that matplotlib brings."""

    family: str = Field(pattern=r"^[\w .-]+$")
    source: Literal["file"]
    files: list[str] = Field(min_length=1)


class Typography(Strict):
    """Letters of PDF and figures."""

    fonts: list[Font] = Field(min_length=1)
    base: str


class Web(Strict):
    """Families of web pages in order of preference, as CSS writes them."""

    base: str = Field(pattern=r"^[\w ,.\"'-]+$")
    monospace: str = Field(pattern=r"^[\w ,.\"'-]+$")


class Office(Strict):
    """Family of Word and Excel."""

    base: str = Field(pattern=r"^[\w .-]+$")


class Own(Strict):
    """What Quarto has no key for."""

    web: Web
    office: Office


class Defaults(Strict):
    """Settings by tool; only ``miv`` is used."""

    miv: Own
    quarto: dict | None = None
    bootstrap: dict | None = None
    shiny: dict | None = None


class Image(Strict):
    """A picture, and the text for who does not see it."""

    path: str
    alt: str = Field(min_length=3)


class Images(Strict):
    """Pictures by name; ``medium`` names the one that reports show."""

    images: dict[str, Image]
    medium: str
    small: str | None = None
    large: str | None = None


class Declared(Strict):
    """The whole file."""

    color: Color
    typography: Typography
    defaults: Defaults
    logo: Images | None = None
    meta: dict | None = None


@dataclass(frozen=True)
class Logo:
    """The logo's file (SVG or PNG), and the text for who does not see it."""

    path: Path
    alt: str


@dataclass(frozen=True)
class Brand:
    """A brand that was found in order, and the file it comes from."""

    declared: Declared
    path: Path

    def colour(self, name: str) -> str:
        """``#rrggbb`` of a role or a name of the palette; raises :class:`MonitorError` for another name."""
        found = _resolved(self.declared.color, name)
        if found is None:
            raise MonitorError(f"{display(self.path)}, key color.palette: there is no colour '{name}'.")
        return found

    def dark(self, name: str) -> str:
        """The same on a dark screen."""
        return self.colour(_dark(self.declared.color, name))

    def plain(self, name: str) -> str:
        """``RRGGBB``, as Word and Excel write a colour."""
        return self.colour(name)[1:].upper()

    @property
    def family(self) -> str:
        """Family of the letters in PDF and figures."""
        return self.declared.typography.base

    @property
    def web(self) -> Web:
        """Families of web pages."""
        return self.declared.defaults.miv.web

    @property
    def office(self) -> str:
        """Family of the letters in Word and Excel."""
        return self.declared.defaults.miv.office.base

    @property
    def logo(self) -> Logo | None:
        """The logo, if there is one."""
        declared = self.declared.logo
        if declared is None:
            return None
        image = declared.images[declared.medium]
        return Logo(self.path.parent / image.path, image.alt)

    def letters(self) -> tuple[Path, ...]:
        """Files of the family of PDF and figures; raises :class:`MonitorError`: no other typeface takes its place."""
        import matplotlib
        from matplotlib.ft2font import FT2Font

        names = [name for font in self._own_fonts() for name in font.files]
        folder = Path(matplotlib.get_data_path()) / "fonts" / "ttf"
        files = [own if (own := self.path.parent / name).is_file() else folder / name for name in names]
        lacking = [file.name for file in files if not file.is_file()]
        if lacking:
            raise MonitorError(
                f"{folder} lacks the typeface of the reports ({', '.join(lacking)}), and so does the folder of "
                f"{display(self.path)}. The files of {self.family} that come with matplotlib are there again after "
                "`make distclean` and `make report`; put others beside the brand."
            )
        wrong = {file.name: found for file in files if (found := FT2Font(str(file)).family_name) != self.family}
        if wrong:
            told = ", ".join(f"{name} holds {found}" for name, found in wrong.items())
            raise MonitorError(
                f"{display(self.path)}, key typography.fonts: {told}; allowed: files of {self.family}. Name the family "
                "as its files do."
            )
        return tuple(files)

    def sources(self) -> list[Path]:
        """Files of the project from which the brand is made, for the workflow."""
        fonts = [self.path.parent / name for font in self._own_fonts() for name in font.files]
        return [self.path, *(file for file in fonts if file.is_file()), *([self.logo.path] if self.logo else [])]

    def _own_fonts(self) -> list[Font]:
        return [font for font in self.declared.typography.fonts if font.family == self.family]


def load(path: Path | None = None) -> Brand:
    """The brand; raises :class:`Problems` with everything that is wrong with its file."""
    path = path or paths.brand_file()
    return _load(path, stamp(path))


@cache
def _load(path: Path, _: tuple[int, ...]) -> Brand:
    problems: list[Problem] = []
    declared = read(path, Declared, problems)
    if declared is not None:
        name = display(path)
        faults = itertools.chain(_colours(declared.color), _letters(declared.typography), _logo(declared.logo, path))
        problems += [Problem(name, *fault) for fault in faults]
    if problems:
        raise Problems("The brand cannot be used:", problems)
    return Brand(declared, path)


def channels(colour: str) -> tuple[int, int, int]:
    """The three channels of ``#rrggbb``, 0 to 255."""
    return tuple(int(colour[place : place + 2], 16) for place in (1, 3, 5))


def luminance(colour: str) -> float:
    """Of ``#rrggbb``, 0 (black) to 1 (white)."""
    parts = [value / 255 for value in channels(colour)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return sum(weight * part for weight, part in zip((0.2126, 0.7152, 0.0722), linear, strict=True))


def contrast(one: str, other: str) -> float:
    """Contrast of two colours ``#rrggbb``, 1 to 21 (WCAG)."""
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def lightness(colour: str) -> float:
    """0 (black) to 100 (white), as the eye sees it."""
    return 116 * luminance(colour) ** (1 / 3) - 16


Fault = tuple[str, str, str, str]
"""Where in the file, what was found, what is allowed, what to do."""


def _resolved(color: Color, name: str) -> str | None:
    """The colour of a role or a name, through the names that stand for it; ``None`` if there is none."""
    if name == WHITE:
        return "#ffffff"
    value, seen = getattr(color, name) if name in ROLES else color.palette.get(name), set()
    while value in color.palette and value not in seen:
        seen.add(value)
        value = color.palette[value]
    return value if value and re.fullmatch(HEX, value) else None


def _dark(color: Color, name: str) -> str:
    return f"{getattr(color, name) if name in ROLES else name}-dark"


def _key(name: str) -> str:
    return f"key color.{name}" if name in ROLES else f"key color.palette.{name}"


def _colours(color: Color) -> Iterator[Fault]:
    for name, value in color.palette.items():
        if not re.fullmatch(NAME, name):
            yield _key(name), "this name", "small letters, figures and hyphens", "Rename it."
        if value is None:
            yield _key(name), "nothing", "a colour in quotes", "Without quotes, # begins a comment."
        elif _resolved(color, name) is None:
            remedy = nearest(value, color.palette) or "Correct it."
            yield _key(name), repr(value), 'a colour as "#rrggbb", or the name of another in color.palette', remedy
    roles = {role: getattr(color, role) for role in ROLES}
    for role, value in roles.items():
        if value not in color.palette:
            remedy = "Give the colour a name there, and its <name>-dark."
            yield _key(role), repr(value), f"a name in color.palette: {', '.join(color.palette)}", remedy
    lit = (*(value for value in roles.values() if value in color.palette), *SCREEN)
    for name in dict.fromkeys((*SCREEN, *(f"{name}-dark" for name in lit), *PRINT, *FIGURES)):
        if name not in color.palette:
            yield _key(name), "nothing", "a colour", "Add it."
    yield from _contrasts(color)


def _contrasts(color: Color) -> Iterator[Fault]:
    """Texts and marks that do not stand out; colours that are lacking or unreadable are told elsewhere."""
    pairs = [(text, ground, LEGIBLE) for ground, texts in TEXTS.items() for text in texts]
    pairs += [(name, "background", VISIBLE) for name in ("focus", "edge")]
    pairs += [(_dark(color, one), _dark(color, other), least) for one, other, least in pairs]
    pairs += [(name, "background", LEGIBLE) for name in ("print-soft", "print-warn")]
    pairs += [(name, WHITE, LEGIBLE) for name in FIGURE_TEXTS]
    pairs += [(name, WHITE, VISIBLE) for name in (*FIGURE_MARKS, *ANSWERS) if name != "neutral"]
    for name, ground, least in pairs:
        one, other = _resolved(color, name), _resolved(color, ground)
        if one and other and contrast(one, other) < least:
            found = f"{one}, which stands out {contrast(one, other):.1f}:1 from {ground} ({other})"
            yield _key(name), found, f"{least}:1 or more", "Make one of the two lighter or darker."
    for name, beside in itertools.pairwise(ANSWERS):
        one, other = _resolved(color, name), _resolved(color, beside)
        if one and other and abs(lightness(one) - lightness(other)) < APART:
            found = f"{one}, {abs(lightness(one) - lightness(other)):.0f} steps of lightness from {beside} ({other})"
            yield _key(name), found, f"{APART} steps or more", "They stand side by side: make one lighter or darker."


def _letters(typography: Typography) -> Iterator[Fault]:
    families = [font.family for font in typography.fonts]
    if typography.base not in families:
        yield "key typography.base", repr(typography.base), ", ".join(families), "Add the family to typography.fonts."


def _logo(logo: Images | None, path: Path) -> Iterator[Fault]:
    if logo is None:
        return
    if logo.medium not in logo.images:
        yield "key logo.medium", repr(logo.medium), ", ".join(logo.images), "Name a picture of logo.images."
    for name, image in logo.images.items():
        file, where = path.parent / image.path, f"key logo.images.{name}.path"
        if file.suffix.lower() not in KINDS or not file.is_file():
            yield where, repr(image.path), "an SVG or PNG file that is there", f"It is looked for as {display(file)}."
        elif file.stat().st_size > LARGEST:
            found = f"{file.stat().st_size / 1000:.0f} kB"
            yield where, found, f"{LARGEST / 1000:.0f} kB", "Every page holds the logo: make its file smaller."
