"""Word documents and workbooks as the archives that they are: expected members, and in each expected marks only."""

from __future__ import annotations

import struct
import zipfile
from collections.abc import Iterator
from pathlib import Path

from lxml import etree

from helpers.audit import drawings, markup
from helpers.audit.bundle import PARSER, Bundle
from helpers.audit.declared import Finding, among, expected, short
from helpers.audit.said import Said

DIRECTORY_END, LOCAL = b"PK\x05\x06", b"PK\x03\x04"
LOCAL_LENGTH, END_LENGTH = 30, 22


def check(bundle: Bundle, said: Said) -> Iterator[Finding]:
    """What is not expected in the Word document and the workbook of a report."""
    yield from _archive(bundle, said, "report.docx", "word", bundle.word)
    yield from _archive(bundle, said, "data/gegevens.xlsx", "workbook", bundle.workbook)


def _archive(bundle: Bundle, said: Said, name: str, kind: str, members: dict[str, bytes]) -> Iterator[Finding]:
    path = bundle.files.get(name)
    if path is None:
        return
    if not members:
        yield Finding(bundle.unit, name, "", "no archive that can be opened", "a document as the renderer makes it")
        return
    rules = expected(kind)["parts"]
    for what in outside(path):
        yield Finding(bundle.unit, name, "archive", what, "members, and nothing beside them")
    for member, content in members.items():
        rule = among(rules, member)
        if rule is None:
            found = f"a part {short(member)}"
            yield Finding(bundle.unit, name, member, found, "parts that expected/" + kind + ".yml names")
        elif member.endswith(".png"):
            for what in drawings.png(content):
                yield Finding(bundle.unit, name, member, what, drawings.CHUNKS_TOLD)
        else:
            try:
                root = etree.fromstring(content, PARSER)
            except etree.XMLSyntaxError as error:
                yield Finding(bundle.unit, name, member, f"no well-formed XML ({error})", "well-formed XML")
                continue
            for place, what, allowed in markup.check(root, rules[rule] or {}, said):
                yield Finding(bundle.unit, name, f"{member} {place}".strip(), what, allowed)
            if b"<!" in content:
                yield Finding(bundle.unit, name, member, "a declaration or comment", "none")


def outside(path: Path) -> Iterator[str]:
    """What an archive holds beside its members: a comment, extra fields, bytes before, between or after."""
    content = path.read_bytes()
    with zipfile.ZipFile(path) as archive:
        if archive.comment:
            yield f"a comment of the archive {short(archive.comment.decode(errors='replace'))}"
        members = sorted(archive.infolist(), key=lambda one: one.header_offset)
        twice = {one.filename for one in members if [each.filename for each in members].count(one.filename) > 1}
        if twice:
            yield f"a member twice: {', '.join(sorted(twice))}"
        place = 0
        for member in members:
            if member.comment or member.extra:
                yield f"{member.filename}: a comment or extra field"
            if member.header_offset != place:
                yield f"{abs(member.header_offset - place)} bytes before {member.filename}"
            names = struct.unpack("<HH", content[member.header_offset + 26 : member.header_offset + LOCAL_LENGTH])
            place = member.header_offset + LOCAL_LENGTH + sum(names) + member.compress_size
            if member.flag_bits & 8:
                place = content.find(LOCAL if member is not members[-1] else b"PK\x01\x02", place)
        if archive.start_dir != place:
            yield f"{abs(archive.start_dir - place)} bytes before the directory"
    if content.rfind(DIRECTORY_END) + END_LENGTH != len(content):
        yield "bytes after the archive"
