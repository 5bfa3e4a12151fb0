"""Opening a published file as its reader would: members of archives, metadata and comments included."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator
from pathlib import Path


def texts(path: Path) -> Iterator[str]:
    """All text of a file: pages and metadata of a PDF, words of a Word document, characters of anything else."""
    if path.suffix == ".pdf":
        yield from _pdf(path)
    elif path.suffix == ".docx":
        yield from _word(path)
    else:
        yield characters(path.name, path.read_bytes())


def raw(path: Path) -> Iterator[str]:
    """The same, but archives as they are packed: every member's name, comment and characters."""
    if not zipfile.is_zipfile(path):
        yield from texts(path)
        return
    with zipfile.ZipFile(path) as archive:
        for member in archive.infolist():
            yield member.filename + member.comment.decode(errors="replace")
            yield characters(member.filename, archive.read(member))


def comments(path: Path) -> Iterator[str]:
    """What an archive says beside its members."""
    with zipfile.ZipFile(path) as archive:
        yield archive.comment.decode(errors="replace")
        yield from (member.comment.decode(errors="replace") for member in archive.infolist() if member.comment)


def characters(name: str, content: bytes) -> str:
    """The characters of a file; of a raster picture what it says of itself, as its pixels are no text."""
    if not name.lower().endswith((".png", ".jpg", ".jpeg")):
        return content.decode("utf-8", errors="replace")
    from PIL import Image

    with Image.open(io.BytesIO(content)) as picture:
        return str(picture.info)


def _pdf(path: Path) -> Iterator[str]:
    import pypdfium2

    document = pypdfium2.PdfDocument(path)
    yield str(document.get_metadata_dict())
    for page in document:
        yield page.get_textpage().get_text_range()
    document.close()


def _word(path: Path) -> Iterator[str]:
    """Paragraphs, tables and the alternative texts of pictures, in order."""
    from docx import Document
    from docx.oxml.ns import qn

    for block in Document(str(path)).element.body.iter(qn("w:p")):
        for drawing in block.iter(qn("wp:docPr")):
            yield f"{drawing.get('title') or ''} {drawing.get('descr') or ''}"
        words = "".join(each.text or "" for each in block.iter(qn("w:t")))
        if words.strip():
            yield words
