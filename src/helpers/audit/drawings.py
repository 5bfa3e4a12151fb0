"""Pictures: of a PNG the chunks it may have, of an SVG its elements: no words, as letters are drawn."""

from __future__ import annotations

import re
import struct
from collections.abc import Iterator

from lxml import etree

from helpers.audit import markup
from helpers.audit.bundle import PARSER
from helpers.audit.declared import expected, short
from helpers.audit.said import Said

SIGNATURE = b"\x89PNG\r\n\x1a\n"
CHUNKS_TOLD = "the chunks that expected/pictures.yml names"
PROLOGUE = re.compile(rb"\s*(?:<\?xml[^>]*\?>\s*)?(?:<!DOCTYPE svg PUBLIC [^>\[]*>\s*)?(?=<svg)")


def png(content: bytes) -> Iterator[str]:
    """What a PNG holds that is not expected."""
    if not content.startswith(SIGNATURE):
        yield "no PNG"
        return
    allowed = expected("pictures")["png"]
    place = len(SIGNATURE)
    kind = ""
    while place + 12 <= len(content) and kind != "IEND":
        length, name = struct.unpack(">I4s", content[place : place + 8])
        kind = name.decode("latin-1")
        if kind not in allowed:
            yield f"a chunk {short(kind)} that says {short(content[place + 8 : place + 8 + length].decode('latin-1'))}"
        elif allowed[kind] is not None and length > allowed[kind]:
            yield f"a chunk {kind} of {length} bytes"
        place += 12 + length
    if place != len(content) or kind != "IEND":
        yield f"{abs(len(content) - place)} bytes after the picture"


def svg(content: bytes, said: Said) -> Iterator[markup.Problem]:
    """What an SVG holds that is not expected."""
    start = PROLOGUE.match(content)
    if start is None or b"<!" in content[start.end() :] or b"<?" in content[start.end() :]:
        yield "", "a comment, a declaration or something before the drawing", "a drawing only"
    try:
        root = etree.fromstring(content, PARSER)
    except etree.XMLSyntaxError as error:
        yield "", f"no well-formed SVG ({error})", "a drawing"
        return
    yield from markup.check(root, expected("pictures")["svg"], said)
    if content.rstrip()[-6:] != b"</svg>":
        yield "", "something after the drawing", "a drawing only"
