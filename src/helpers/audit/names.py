"""What may not stand in a bundle at all: another institution's name or code, a path or user of the maker's machine.

Every file is opened as its reader would, members of archives, metadata and comments included. Names are found in part,
in any case, with or without what is general in them, and spread over marks or letters set apart.
"""

from __future__ import annotations

import getpass
import html
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from helpers.audit import files
from helpers.audit.bundle import Bundle
from helpers.audit.declared import expected
from helpers.audit.normal import folded

CODE, WORD = re.compile(r"[0-9]{2}[A-Z]{2}"), re.compile(r"[0-9a-z]+")
DRAWING = re.compile(r"data:image/svg\+xml,[^\"]*")
SILENT = ("src", "d", "style", "transform", "points")
"""Attributes that hold no words."""


@dataclass(frozen=True)
class Trace:
    """Something found in a bundle that identifies: where, and what."""

    unit: str
    file: str
    what: str


def traces(bundle: Bundle, register: pd.DataFrame, root: Path) -> list[Trace]:
    """Everything in a bundle that names an institution other than its own, or this machine.

    The bundle is named for its institution, or ``sector``; ``register``: institution_id and name; ``root``: the
    project's folder, whose path may not appear.
    """
    others = register[register["institution_id"] != bundle.unit]
    own = " ".join(register.loc[register["institution_id"] == bundle.unit, "name"].map(str))
    machine = {str(root), str(Path.home()) + "/", f"/{getpass.getuser()}/"} - {"/", "//"}
    codes, exact = set(others["institution_id"]), _one_of({*map(str, others["name"]), *machine})
    pieces = {piece for name in others["name"] for piece in parts(str(name), list(register["name"]), own)}
    inexact = {*pieces, *map(folded, others["institution_id"])}
    joined = {re.sub(r"[\W_]+", "", piece) for piece in pieces}
    joined = {piece for piece in joined if len(piece) >= expected("names")["spaced"]}
    beginning = {word: WORD.search(word)[0] for word in inexact}
    found: set[Trace] = set()
    for place, path in bundle.files.items():
        if place == "report.json":
            continue  # the record for the researchers stays with them
        text = "\n".join((place, *_raw(bundle, place, path)))
        if "&" in text:  # a name with & is written &amp;
            text += html.unescape(DRAWING.sub("", text))
        words = {*exact.findall(text), *codes.intersection(CODE.findall(text))}
        plain = folded("\n".join((place, *_said(bundle, place, path))))
        there = set(WORD.findall(plain))
        words |= {word for word in inexact if beginning[word] in there and _alone(word, plain)}
        close = re.sub(r"[\W_]+", "", plain)
        words |= {word for word in joined if word in close}
        found |= {Trace(bundle.unit, place, word) for word in words}
    return sorted(found, key=lambda one: (one.file, one.what))


def _one_of(words: set[str]) -> re.Pattern[str]:
    """A pattern of any of some words: one look at a text, where most texts have none."""
    return re.compile("|".join(map(re.escape, sorted(words))) or "(?!)")


def _raw(bundle: Bundle, place: str, path: Path) -> Iterator[str]:
    """All characters of a file; of a PDF its words and metadata, of an archive those of its members."""
    if place == "report.pdf":
        yield from (bundle.metadata, *bundle.printed)
    elif members := {"report.docx": bundle.word, "data/gegevens.xlsx": bundle.workbook}.get(place):
        yield from (f"{name}\n{files.characters(name, content)}" for name, content in members.items())
        yield from files.comments(path)
    else:
        yield from files.raw(path)


def _alone(word: str, text: str) -> bool:
    """Whether a text has a word or a name, not within a longer one."""
    return word in text and re.search(rf"(?<![0-9a-z]){re.escape(word)}(?![0-9a-z])", text) is not None


def parts(name: str, names: list[str], own: str) -> set[str]:
    """What of a name names an institution: all of it but what is general, and long words that no other name has.

    Nothing that the report's own institution is called, too.
    """
    rules = expected("names")
    words = _words(name)
    core = [word for word in words if word not in rules["general"]]
    often = Counter(word for each in names for word in set(_words(each)))
    single = {
        word for word in core if len(word) >= rules["alone"] and often[word] == 1 and word not in rules["ordinary"]
    }
    start, end = (words.index(core[0]), len(words) - words[::-1].index(core[-1])) if core else (0, 0)
    whole = " ".join(words[start:end])
    alone = len(core) == 1 and core[0] in rules["ordinary"]
    kept = single | ({whole} if len(whole) >= rules["shortest"] and not alone else set())
    mine = " ".join(_words(own))
    return {piece for piece in kept if piece not in mine}


def _words(name: str) -> list[str]:
    return re.findall(r"[0-9a-z&]+", folded(name))


def _said(bundle: Bundle, place: str, path: Path) -> Iterator[str]:
    """All words of a file in the order in which they are read, without the marks between them."""
    if place in bundle.pages:
        root = bundle.pages[place]
        for element in root.iter():
            if isinstance(element.tag, str):
                yield from (str(value) for key, value in element.items() if key not in SILENT)
        yield "\n".join(bundle.web[place].blocks)
    elif place == "report.pdf":
        for page in bundle.printed:
            yield re.sub("[\ufffe\ufffd\u00ad]\\s*", "", page).replace("-\r\n", "-")
    elif place in bundle.trees:
        yield from bundle.word if place == "report.docx" else bundle.workbook
        for root in bundle.trees[place].values():
            yield ("" if place == "report.docx" else "\n").join(str(text) for text in root.itertext())
            words = {
                str(value) for element in root.iter() for value in (element.attrib.values() if element.tag else ())
            }
            yield "\n".join(sorted(words))
    elif path.suffix not in (".svg", ".woff"):
        yield path.read_bytes().decode("utf-8", errors="replace")
