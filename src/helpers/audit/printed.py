"""PDF: expected names, strings and streams; no attachments, notes, layers, scripts, forms or older versions."""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterator

from lxml import etree

from helpers.audit import markup
from helpers.audit.bundle import PARSER, Bundle
from helpers.audit.declared import Finding, expected, pattern, short
from helpers.audit.said import Said

STRING = rb"\((?:[^()\\]|\\.|\((?:[^()\\]|\\.)*\))*\)"
TEXT = STRING + rb"|<[0-9A-Fa-f\s]*>"
STRINGS = re.compile(TEXT, re.DOTALL)
KEYED = re.compile(rb"/([A-Za-z]+)\s*(" + TEXT + rb")", re.DOTALL)
LISTED = re.compile(rb"/([A-Za-z]+)\s*\[((?:\s|\d+ 0 R\b|" + TEXT + rb")+)\]", re.DOTALL)
NAME, TYPED = re.compile(rb"/([^\s/<>\[\]()%{}]+)"), re.compile(rb"/(Type|Subtype|S)\s*/([^\s/<>\[\]()%{}]+)")
SIGNS = bytes(range(48, 58)) + bytes(range(65, 91)) + bytes(range(97, 123)) + b" \t\r\n/<>[]+-._"
OBJECT, END, STREAM = re.compile(rb"\s*\d+ 0 obj\b"), re.compile(rb"\s*endobj\b"), re.compile(rb"stream\r?\n")
STREAM_END, LENGTH = re.compile(rb"\s*endstream\s*"), re.compile(rb"/Length (\d+)")
HEAD = re.compile(rb"%PDF-1\.\d\s+%[\x80-\xff]{4}\s+")
TAIL = re.compile(rb"\s*xref\s[0-9 nf\r\n]+trailer\s*(<<.*>>)\s*startxref\s+\d+\s+%%EOF\s*", re.DOTALL)
WITHIN = re.compile(rb"/([A-Za-z]+)\s*(" + STRING + rb"|<[0-9A-Fa-f\s]*>)", re.DOTALL)
COMMENT = re.compile(rb"(?:^|\n)%")


def check(bundle: Bundle, said: Said) -> Iterator[Finding]:
    """What is not expected in the PDF of a report."""
    path = bundle.files.get("report.pdf")
    if path is None:
        return
    for place, what, allowed in _problems(path.read_bytes(), said):
        yield Finding(bundle.unit, "report.pdf", place, what, allowed)


def _problems(content: bytes, said: Said) -> Iterator[markup.Problem]:
    marks, streams, rest = _objects(content)
    tail = TAIL.fullmatch(rest)
    if tail is None:
        yield (
            "end",
            f"{len(rest)} bytes that are no table of objects {short(rest[:60].decode('latin-1'))}",
            "one version",
        )
    yield from _told(marks + (tail[1] if tail else b""), said)
    for about, data in streams:
        yield from _stream(about, data, said)


def _objects(content: bytes) -> tuple[bytes, list[tuple[bytes, bytes]], bytes]:
    """What all objects say outside streams, the streams with what is said of each, and what follows the objects."""
    start = HEAD.match(content)
    place = start.end() if start else 0
    marks, streams = [], []
    while found := OBJECT.match(content, place):
        place = found.end()
        stop = content.find(b"endobj", place)
        stream = content.find(b"stream", place, stop)
        if stream >= 0 and STREAM.match(content, stream):
            about = content[place:stream]
            begin = STREAM.match(content, stream).end()
            length = LENGTH.search(about)
            finish = begin + int(length[1]) if length else begin
            streams.append((about, content[begin:finish]))
            marks.append(about)
            after = STREAM_END.match(content, finish)
            if after is None:
                break
            place = after.end()
        else:
            marks.append(content[place:stop])
            place = stop
        closed = END.match(content, place)
        if closed is None:
            break
        place = closed.end()
    return b"\n".join(marks), streams, content[place:]


def _told(marks: bytes, said: Said) -> Iterator[markup.Problem]:
    """Names and strings: each name is declared, each string is what its key may say."""
    rules = expected("pdf")
    keyed = KEYED.findall(marks)
    listed = [(key, one) for key, content in LISTED.findall(marks) for one in STRINGS.findall(content)]
    bare = STRINGS.sub(b" ", marks)
    if odd := bare.translate(None, SIGNS):
        yield "objects", f"something that is no object {short(odd[:60].decode('latin-1'))}", "names, numbers, strings"
    if len(STRINGS.findall(marks)) != len(keyed) + len(listed):
        yield "objects", "a string that no key has", "strings of the keys in expected/pdf.yml"
    allowed = pattern(rules["names"])
    for name in sorted({one.decode("latin-1") for one in NAME.findall(bare)}):
        if not allowed.fullmatch(name):
            yield f"/{name}", "a name that is not declared", "the names of expected/pdf.yml"
    for key, name in sorted(set(TYPED.findall(bare))):
        if not pattern(rules["types"][key.decode()]).fullmatch(name.decode("latin-1")):
            yield f"/{key.decode()}", f"/{name.decode('latin-1')}", rules["types"][key.decode()]
    for key, string in sorted({*keyed, *listed}):
        yield from _string(key.decode(), decoded(string), rules["strings"], said)


def _string(key: str, text: str, rules: dict[str, str], said: Said) -> Iterator[markup.Problem]:
    if key not in rules:
        yield f"/{key}", f"a string {short(text)}", "no string there"
    elif not said.fits(rules[key], text):
        yield f"/{key}", short(text), said.explain(rules[key])


def decoded(string: bytes) -> str:
    """The characters of a string of a PDF."""
    if string.startswith(b"<"):
        content = bytes.fromhex(re.sub(rb"\s", b"", string[1:-1]).decode())
    else:
        escapes = {b"n": b"\n", b"r": b"\r", b"t": b"\t"}
        content = re.sub(rb"\\(\d{3}|.)", lambda found: _unescaped(found[1], escapes), string[1:-1], flags=re.DOTALL)
    if content.startswith(b"\xfe\xff"):
        return content[2:].decode("utf-16-be", "replace")
    try:
        return content.decode("utf-8")  # as Typst names places
    except UnicodeDecodeError:
        return content.decode("latin-1")


def _unescaped(code: bytes, escapes: dict[bytes, bytes]) -> bytes:
    return bytes([int(code, 8) & 255]) if code.isdigit() and len(code) == 3 else escapes.get(code, code)


def _stream(about: bytes, data: bytes, said: Said) -> Iterator[markup.Problem]:
    if b"/Metadata" in about:
        yield from _metadata(data, said)
        return
    if b"/FlateDecode" not in about:
        yield "stream", f"a stream as it is {short(about.decode('latin-1'))}", "compressed streams"
        return
    engine = zlib.decompressobj()
    content = engine.decompress(data)
    if engine.unused_data.strip():
        yield "stream", f"{len(engine.unused_data)} bytes after a stream", "none"
    rules = expected("pdf")
    for key, string in sorted(set(WITHIN.findall(content))):
        yield from _string(key.decode(), decoded(string), rules["within"], said)
    if b"BT" in content and COMMENT.search(content):
        yield "page", "a comment in what draws a page", "none"


def _metadata(data: bytes, said: Said) -> Iterator[markup.Problem]:
    try:
        root = etree.fromstring(re.sub(rb"<\?xpacket[^>]*\?>", b"", data).strip(), PARSER)
    except etree.XMLSyntaxError as error:
        yield "XMP", f"no well-formed XML ({error})", "the keys of expected/pdf.yml"
        return
    for place, what, allowed in markup.check(root, expected("pdf")["xmp"], said):
        yield f"XMP {place}", what, allowed
