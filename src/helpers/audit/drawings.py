"""Pictures: of a PNG the chunks it may have, of an SVG its elements: no words, as letters are drawn."""

from __future__ import annotations

import re
import struct
import zlib
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
    place, kind, pixels = len(SIGNATURE), "", b""
    while place + 12 <= len(content) and kind != "IEND":
        length, name = struct.unpack(">I4s", content[place : place + 8])
        kind, data = name.decode("latin-1"), content[place + 8 : place + 8 + length]
        if kind not in allowed:
            yield f"a chunk {short(kind)} that says {short(data.decode('latin-1'))}"
        elif re.fullmatch(allowed[kind], data.hex()) is None:
            yield f"a chunk {kind} that says {short(data[:60].hex())}"
        if content[place + 8 + length :][:4] != struct.pack(">I", zlib.crc32(name + data)):
            yield f"a chunk {kind} with a checksum of something else"
        pixels += data if kind == "IDAT" else b""
        place += 12 + length
    if place != len(content) or kind != "IEND":
        yield f"{abs(len(content) - place)} bytes after the picture"
    yield from _pixels(content, pixels)


def _pixels(content: bytes, packed: bytes) -> Iterator[str]:
    """As many bytes as the picture is large, and nothing after them."""
    width, height = struct.unpack(">II", content[16:24])
    engine = zlib.decompressobj()
    try:
        found = len(engine.decompress(packed))
    except zlib.error as error:
        yield f"pixels that cannot be read ({error})"
        return
    if found != height * (1 + 4 * width) or not engine.eof or engine.unused_data:
        yield f"{found} bytes of pixels and {len(engine.unused_data)} after them"


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
