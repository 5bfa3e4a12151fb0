"""What a file is, by its first bytes; a name that says otherwise is an error."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from helpers.ingest.problems import Unreadable
from helpers.ingest.words import visible

OLE = bytes.fromhex("d0cf11e0a1b11ae1")
"""First bytes of an OLE container: an old Excel file, or a modern one with a password."""

WORDS = {
    ".sav": "een SPSS-bestand (.sav)",
    ".zsav": "een gecomprimeerd SPSS-bestand (.zsav)",
    ".por": "een SPSS Portable-bestand (.por)",
    ".dta": "een Stata-bestand (.dta)",
    ".sas7bdat": "een SAS-bestand (.sas7bdat)",
    ".xpt": "een SAS-transportbestand (.xpt)",
    ".csv": "een tekstbestand (.csv)",
    ".txt": "een tekstbestand (.txt)",
    ".tsv": "een tekstbestand (.tsv)",
    ".xlsx": "een Excel-werkmap (.xlsx)",
    ".ods": "een OpenDocument-werkmap (.ods)",
    ".parquet": "een Parquet-bestand (.parquet)",
    ".qdpx": "een REFI-QDA-project (.qdpx)",
    ".qdc": "een REFI-QDA-codeboek (.qdc)",
}
"""Formats that intake reads, by suffix."""

UNPACKED = 1 << 30
"""A zip archive that unpacks to more bytes than this is not a delivery."""

WORKBOOKS = (".xlsx", ".ods")
TEXT = (".csv", ".txt", ".tsv")
HEAD = 512


@contextmanager
def guard(path: Path, name: str) -> Iterator[str]:
    """Around every reading of a file: gives its suffix if its content agrees with it.

    Raises :class:`Unreadable` whatever fails inside, naming the file.
    """
    suffix = path.suffix.lower()
    try:
        yield check_container(path, name)
    except Unreadable:
        raise
    except Exception as error:
        raise damaged(name, suffix, error) from error


def damaged(name: str, suffix: str, error: BaseException) -> Unreadable:
    """What to tell of a file on which a reader failed."""
    words = visible(" ".join(str(error).split()), 120) or type(error).__name__
    return Unreadable(
        name,
        f"een beschadigd {suffix}-bestand ({words})",
        f"een heel {suffix}-bestand",
        "Het kan bij het versturen zijn afgekapt: vraag de afzender het opnieuw te sturen.",
    )


def check_container(path: Path, name: str) -> str:
    """The suffix, if the file's content agrees with it; raises :class:`Unreadable` otherwise."""
    suffix = path.suffix.lower()
    if suffix not in WORDS:
        remedy = "Open het in Excel en sla het op als .xlsx." if suffix in (".xls", ".xlsb", ".xlsm", ".fods") else ""
        remedy = remedy or "Vraag de afzender om een van deze formaten."
        raise Unreadable(name, f"een bestand van het type '{suffix}'", ", ".join(WORDS), remedy)
    with path.open("rb") as file:
        head = file.read(HEAD)
    if not head:
        raise Unreadable(name, "een leeg bestand (0 bytes)", WORDS[suffix], "Vraag de afzender het opnieuw te sturen.")
    if not _agrees(suffix, head, path):
        found, allowed, remedy = _what_it_is(path, head, suffix)
        raise Unreadable(name, found, allowed, remedy)
    if head.startswith(b"PK"):
        check_zip(path, name, suffix)
        _check_kind(path, name, suffix)
    return suffix


def _check_kind(path: Path, name: str, suffix: str) -> None:
    """Raise :class:`Unreadable` for a workbook that is another kind of document than its name says."""
    kind, words, remedy = _kind_of_zip(path)
    if suffix in WORKBOOKS and kind != suffix:
        raise Unreadable(name, f"iets anders: {words}", WORDS[suffix], remedy)
    if suffix == ".ods" and kind == suffix:
        with zipfile.ZipFile(path) as archive:
            manifest = "META-INF/manifest.xml"
            if manifest in archive.namelist() and b"encryption-data" in archive.read(manifest):
                remedy = "Vraag de afzender het wachtwoord eraf te halen."
                raise Unreadable(name, "een werkmap met een wachtwoord", f"{WORDS[suffix]} zonder wachtwoord", remedy)


def _kind_of_zip(path: Path) -> tuple[str, str, str]:
    """Suffix that a zip archive should have, what it is, and what to do if it is called otherwise."""
    with zipfile.ZipFile(path) as archive:
        names = [name.replace("\\", "/").lower() for name in archive.namelist()]
        declared = archive.read("mimetype").decode("latin-1").strip() if "mimetype" in archive.namelist() else ""
    ask = "Vraag de afzender om de werkmap zelf."
    if declared.startswith("application/vnd.oasis.opendocument."):
        if declared.startswith("application/vnd.oasis.opendocument.spreadsheet"):
            return ".ods", WORDS[".ods"], "Geef het bestand het achtervoegsel .ods."
        return ".odf", "een OpenDocument dat geen werkmap is", ask
    if "xl/workbook.bin" in names:
        return ".xlsb", "een binaire Excel-werkmap (.xlsb)", "Open het in Excel en sla het op als .xlsx."
    if any(name.startswith("word/") for name in names):
        return ".docx", "een Word-document (.docx)", ask
    if any(name.startswith("ppt/") for name in names):
        return ".pptx", "een presentatie (.pptx)", ask
    if "[content_types].xml" in names:
        return ".xlsx", WORDS[".xlsx"], "Geef het bestand het achtervoegsel .xlsx."
    return ".zip", "een zip-archief", "Pak het uit, en zet de bestanden zelf in de map."


def _agrees(suffix: str, head: bytes, path: Path) -> bool:
    if suffix in TEXT:
        binary = head[:4] in (b"$FL2", b"$FL3", b"PAR1", b"PK\x03\x04") or head.startswith((OLE, b"<stata_dta>"))
        return not binary
    if suffix in (".sav", ".zsav"):
        return head[:4] in (b"$FL2", b"$FL3")
    if suffix == ".por":
        return b"SPSSPORT" in head.replace(b"\r\n", b"").replace(b"\n", b"") or b"SPSS PORT" in head
    if suffix == ".dta":
        return head.startswith(b"<stata_dta>") or 0x66 <= head[0] <= 0x73 and head[1] in (1, 2)
    if suffix == ".sas7bdat":
        return head[12:16] == bytes.fromhex("c2ea8160")
    if suffix == ".xpt":
        return head.startswith(b"HEADER RECORD*******LIB")
    if suffix == ".parquet":
        return head.startswith(b"PAR1")
    if suffix == ".qdc":
        return b"<" in head[:4] or head.startswith(b"\xef\xbb\xbf<") or head.startswith((b"\xff\xfe", b"\xfe\xff"))
    return head.startswith(b"PK\x03\x04")


def _what_it_is(path: Path, head: bytes, suffix: str) -> tuple[str, str, str]:
    if head.startswith(OLE):
        if "EncryptedPackage".encode("utf-16-le") in path.read_bytes():
            return (
                "een werkmap met een wachtwoord",
                "een werkmap zonder wachtwoord",
                "Vraag de afzender het wachtwoord eraf te halen.",
            )
        return (
            "een oud Excel-bestand (.xls) met een verkeerd achtervoegsel",
            WORDS[suffix],
            "Open het in Excel en sla het op als .xlsx.",
        )
    kinds = {
        b"PK": "een zip-archief of Excel-werkmap",
        b"$FL": "een SPSS-bestand",
        b"PAR1": "een Parquet-bestand",
        b"<stata": "een Stata-bestand",
        b"HEADER RECORD": "een SAS-transportbestand",
        b"%PDF": "een PDF-document",
        b"{\\rtf": "een tekstdocument (.rtf)",
    }
    kind = next((words for first, words in kinds.items() if head.startswith(first)), "tekst of iets onbekends")
    return (
        f"iets anders: de eerste bytes zijn die van {kind}",
        WORDS[suffix],
        "Kijk wat de afzender exporteerde: achtervoegsel en inhoud spreken elkaar tegen.",
    )


def check_zip(path: Path, name: str, suffix: str) -> None:
    """Raise :class:`Unreadable` for an archive that is cut off, damaged, or absurdly large unpacked."""
    try:
        with zipfile.ZipFile(path) as archive:
            entries = archive.infolist()
            unpacked = sum(entry.file_size for entry in entries)
            encrypted = any(entry.flag_bits & 1 for entry in entries)
            # the archive's own checksums: a byte that changed in transfer is found, whatever it says
            endless = unpacked > UNPACKED + path.stat().st_size  # recordings are stored as they are: nothing unpacks
            broken = None if endless or encrypted else archive.testzip()
    except Exception as error:
        raise Unreadable(
            name,
            f"een beschadigd bestand ({type(error).__name__})",
            WORDS[suffix],
            "Het kan bij het versturen zijn afgekapt: vraag de afzender het opnieuw te sturen.",
        ) from error
    if encrypted:
        raise Unreadable(
            name,
            "een archief met een wachtwoord",
            WORDS[suffix] + " zonder wachtwoord",
            "Vraag de afzender het wachtwoord eraf te halen.",
        )
    if endless:
        raise Unreadable(
            name,
            f"een archief dat uitgepakt {unpacked >> 20} MB is",
            "hoogstens 1024 MB meer dan ingepakt",
            "Vraag na wat dit is.",
        )
    if broken:
        raise Unreadable(
            name,
            f"een beschadigd bestand (controlesom van {Path(broken).name} klopt niet)",
            WORDS[suffix],
            "Het is bij het versturen beschadigd: vraag de afzender het opnieuw te sturen.",
        )
