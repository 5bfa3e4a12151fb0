"""What a project holds, counted in its XML itself and not by what was read."""

from __future__ import annotations

from lxml import etree

from helpers.ingest.readers.refi.parse import local

SOURCES = ("TextSource", "PDFSource", "PictureSource", "AudioSource", "VideoSource")
SELECTIONS = (
    "PlainTextSelection",
    "PDFSelection",
    "PictureSelection",
    "AudioSelection",
    "VideoSelection",
    "TranscriptSelection",
)
CODED = dict.fromkeys((*SOURCES, "Representation", "TextDescription", "Note"), "Coding") | {"Case": "CodeRef"}
"""What can be coded as a whole, and how that is written."""
BESIDES = {"Note": "memo's", "Link": "koppelingen", "Graph": "schema's", "MemberSource": "bronnen in verzamelingen"}


def _number(document: etree._Element, *names: str) -> int:
    return sum(1 for name in names for _ in document.iter(f"{{*}}{name}"))


def sources(document: etree._Element) -> int:
    """How many sources."""
    return _number(document, *SOURCES)


def memos(document: etree._Element) -> int:
    """How many notes of researchers."""
    return _number(document, "Note")


def selections(document: etree._Element) -> int:
    """How many selections of any kind, and things that are coded as a whole."""
    whole = (element for name in CODED for element in document.iter(f"{{*}}{name}"))
    coded = sum(any(local(child) == CODED[local(element)] for child in element) for element in whole)
    return _number(document, *SELECTIONS) + coded


def besides(document: etree._Element) -> list[str]:
    """What is in a project and is never read, as a line for the intake page."""
    there = [f"{number} {words}" for name, words in BESIDES.items() if (number := _number(document, name))]
    return [f"niet gelezen: {', '.join(there)}"] if there else []
