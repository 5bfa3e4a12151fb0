"""Word documents and workbooks as the archives that they are: expected members, and in each expected marks only."""

from __future__ import annotations

import hashlib
import struct
import zipfile
import zlib
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from helpers.audit import drawings, markup
from helpers.audit.bundle import Bundle
from helpers.audit.declared import Finding, among, expected, short
from helpers.audit.said import Said

DIRECTORY_END = b"PK\x05\x06"
LOCAL_LENGTH, END_LENGTH = 30, 22


def check(bundle: Bundle, said: Said) -> Iterator[Finding]:
    """What is not expected in the Word document and the workbook of a report."""
    yield from _archive(bundle, said, "report.docx", "word", bundle.word)
    yield from _archive(bundle, said, "data/gegevens.xlsx", "workbook", bundle.workbook)


def fixed(bundle: Bundle) -> dict[tuple[str, str], str]:
    """Checksums of the parts that are the same in all reports, by file and part."""
    members = {"report.docx": bundle.word, "data/gegevens.xlsx": bundle.workbook}
    return {
        (file, part): hashlib.sha256(members[file][part]).hexdigest()
        for file, names in expected("office")["same"].items()
        for part in names
        if part in members[file]
    }


def compared(every: dict[str, dict[tuple[str, str], str]]) -> Iterator[Finding]:
    """Parts of a report that differ from those of the others; ``every``: what :func:`fixed` gives, by report."""
    for place in sorted({place for parts in every.values() for place in parts}):
        said = {unit: parts[place] for unit, parts in every.items() if place in parts}
        usual = Counter(said.values()).most_common(1)[0][0]
        for unit in sorted(unit for unit, digest in said.items() if digest != usual):
            yield Finding(unit, place[0], place[1], "a part that differs from that of other reports", "the same part")


def _archive(bundle: Bundle, said: Said, name: str, kind: str, members: dict[str, bytes]) -> Iterator[Finding]:
    path = bundle.files.get(name)
    if path is None:
        return
    if not members:
        yield Finding(bundle.unit, name, "", "no archive that can be opened", "a document as the renderer makes it")
        return
    rules = expected(kind)["parts"]
    for what in outside(path):
        yield Finding(bundle.unit, name, "archive", what, "members in order, each as every report has it")
    for member, content in members.items():
        rule = among(rules, member)
        if rule is None:
            found = f"a part {short(member)}"
            yield Finding(bundle.unit, name, member, found, "parts that expected/" + kind + ".yml names")
        elif member.endswith(".png"):
            for what in drawings.png(content):
                yield Finding(bundle.unit, name, member, what, drawings.CHUNKS_TOLD)
        else:
            root = bundle.trees[name].get(member)
            if root is None:
                yield Finding(bundle.unit, name, member, "no well-formed XML", "well-formed XML")
                continue
            for place, what, allowed in markup.check(root, rules[rule] or {}, said):
                yield Finding(bundle.unit, name, f"{member} {place}".strip(), what, allowed)
            if b"<!" in content:
                yield Finding(bundle.unit, name, member, "a declaration or comment", "none")


def outside(path: Path) -> Iterator[str]:
    """What an archive says beside its members: an order, a time, a comment, extra fields, bytes in between or after."""
    content = path.read_bytes()
    with zipfile.ZipFile(path) as archive:
        if archive.comment:
            yield f"a comment of the archive {short(archive.comment.decode(errors='replace'))}"
        names = archive.namelist()
        if len(set(names)) < len(names):
            yield f"a member twice: {', '.join(sorted({one for one in names if names.count(one) > 1}))}"
        if names != sorted(names):
            yield "members in an order of their own"
        place = 0
        for member in archive.infolist():
            if member.header_offset != place:
                yield f"{abs(member.header_offset - place)} bytes before {member.filename}"
            start = member.header_offset + LOCAL_LENGTH
            start += sum(struct.unpack("<HH", content[start - 4 : start]))
            place = start + member.compress_size
            yield from (f"{member.filename}: {what}" for what in _member(member, content[:start], content[start:place]))
        if archive.start_dir != place:
            yield f"{abs(archive.start_dir - place)} bytes before the directory"
    if content.rfind(DIRECTORY_END) + END_LENGTH != len(content):
        yield "bytes after the archive"


def _member(member: zipfile.ZipInfo, before: bytes, packed: bytes) -> Iterator[str]:
    """What a member says beside its name and size: in the directory, in its head, and after what is packed."""
    for name, value in expected("office")["member"].items():
        found = getattr(member, name)
        if (list(found) if isinstance(found, tuple) else found) != value:
            yield f"{name} {found}"
            return
    if member.comment or member.extra:
        yield "a comment or extra field"
    if before[member.header_offset :] != member.FileHeader(zip64=False):
        yield "a head that differs from that in the directory"
    engine = zlib.decompressobj(-zlib.MAX_WBITS)
    engine.decompress(packed)
    if not engine.eof or engine.unused_data:
        yield "bytes after what is packed"
