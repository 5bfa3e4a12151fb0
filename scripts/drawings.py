"""Pictures, part by part: only what draws may be in one, so that nothing else travels with it."""

import re
import struct
import zlib
from collections import Counter

PNG = b"\x89PNG\r\n\x1a\n"
CHUNKS = {b"IHDR", b"PLTE", b"IDAT", b"IEND", b"tRNS", b"gAMA", b"cHRM", b"sRGB", b"sBIT", b"pHYs", b"bKGD"}
"""Parts of a PNG that draw; of the others (tEXt, iTXt, zTXt, eXIf, iCCP, tIME and any private one) none."""
SMALL = {
    b"IHDR": 13,
    b"PLTE": 768,
    b"tRNS": 256,
    b"gAMA": 4,
    b"cHRM": 32,
    b"sRGB": 1,
    b"sBIT": 4,
    b"pHYs": 9,
    b"bKGD": 6,
}
"""How long those are, at most, that are no drawing themselves."""
CHANNELS = {0: 1, 2: 3, 3: 1, 4: 2, 6: 4}
SEGMENTS = {0xC0, 0xC1, 0xC2, 0xC4, 0xDA, 0xDB, 0xDD, 0xE0}
"""Parts of a JPEG that draw, with the head of JFIF; no comment (COM) nor what applications write (EXIF, XMP, ICC)."""
ELEMENTS = {
    *("svg", "g", "defs", "use", "clippath", "lineargradient", "radialgradient", "stop"),
    *("path", "rect", "circle", "ellipse", "line", "polyline", "polygon", "title", "desc", "text", "tspan"),
}
WORDS = 400
"""So many letters may stand in all texts of an SVG together."""
NUMBERS = 2000
"""So many numbers may stand in its drawing."""


def png(content):
    """Why this is no PNG that only draws; ``None`` if it is one."""
    if not content.startswith(PNG):
        return "is no whole .png picture"
    place, parts = len(PNG), []
    while place < len(content):
        head = content[place : place + 8]
        size, kind = struct.unpack(">I4s", head) if len(head) == 8 else (0, b"")
        inner, check = content[place + 8 : place + 8 + size], content[place + 8 + size : place + 12 + size]
        if len(inner) < size or check != struct.pack(">I", zlib.crc32(kind + inner)):
            return "is no whole .png picture"
        if kind not in CHUNKS or size > SMALL.get(kind, size) or (kind == b"IEND" and size):
            return f"is a picture with a part that draws nothing ({kind.decode('latin-1')!r}); save it without metadata"
        parts.append((kind, inner))
        place += 12 + size
        if kind == b"IEND":
            break
    if place != len(content) or not parts or parts[0][0] != b"IHDR" or parts[-1][0] != b"IEND":
        return "is no whole .png picture"
    return _pixels(parts[0][1], b"".join(inner for kind, inner in parts if kind == b"IDAT"))


def _pixels(head, packed):
    """Whether the pixels are all that is packed, and no text in disguise."""
    width, height, depth, colour, _, _, laced = struct.unpack(">IIBBBBB", head)
    if colour not in CHANNELS or not 0 < width * height < 10**8:
        return "is no whole .png picture"
    row = (width * CHANNELS[colour] * depth + 7) // 8
    reader = zlib.decompressobj()
    try:
        pixels = reader.decompress(packed, 8 * (row + 1) * height + 64)
    except zlib.error:
        return "is no whole .png picture"
    if not reader.eof or reader.unused_data or (not laced and len(pixels) != (row + 1) * height):
        return "is a picture with more in it than its pixels"
    plain = b"".join(pixels[at + 1 : at + 1 + row] for at in range(0, len(pixels), row + 1))
    return "is a picture whose pixels are a text" if _is_text(plain) else None


def _is_text(plain):
    """Whether bytes are nearly all letters and lines, of which none is most of it, as the ground of a picture is."""
    counts = Counter(plain)
    letters = sum(counts[code] for code in (*range(32, 127), 9, 10, 13))
    return letters > 0.9 * len(plain) and max(counts.values(), default=0) < 0.4 * len(plain) and counts[10] > 9


def jpeg(content):
    """Why this is no JPEG that only draws; ``None`` if it is one."""
    if not content.startswith(b"\xff\xd8\xff") or not content.endswith(b"\xff\xd9"):
        return "is no whole .jpg picture"
    place = 2
    while content[place : place + 1] == b"\xff" and content[place + 1] != 0xDA:
        kind, size = content[place + 1], int.from_bytes(content[place + 2 : place + 4], "big")
        if kind not in SEGMENTS or (kind == 0xE0 and (size > 16 or content[place + 4 : place + 9] != b"JFIF\0")):
            return f"is a picture with a part that draws nothing (segment {kind:02X}); save it without metadata"
        place += 2 + size
    scans = content[place:-2]
    if not scans or any(mark not in b"\x00\xc4\xda\xdb\xd0\xd1\xd2\xd3\xd4\xd5\xd6\xd7" for mark in _marks(scans)):
        return "is no whole .jpg picture"
    return None


def _marks(scans):
    return [scans[at.end()] for at in re.finditer(b"\xff(?=[^\xff])", scans)]


def svg(text):
    """Why this is no SVG that only draws; ``None`` if it is one."""
    if re.search(r"<!|<\?(?!xml )|data:|&#", text, re.IGNORECASE):
        return "is a drawing with comments, codes or something embedded"
    names = {name.lower() for name in re.findall(r"<\s*([\w:.-]+)", text)}
    if names - ELEMENTS:
        return f"is a drawing with what draws nothing (<{sorted(names - ELEMENTS)[0]}>)"
    told = re.sub(r"<[^>]*>", " ", text)
    held = re.findall(r"(?:aria-label|id|class|title|data-[\w-]+)\s*=\s*[\"']([^\"']*)", text)
    if len(" ".join(told.split())) + sum(map(len, held)) > WORDS:
        return f"is a drawing with more than {WORDS} letters of text"
    if len(re.findall(r"\d+(?:\.\d+)?", text)) > NUMBERS:
        return f"is a drawing of more than {NUMBERS} numbers"
    return None
