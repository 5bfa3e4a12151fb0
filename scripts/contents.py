"""What the bytes of a file are, whatever its name says: text, a picture, letters, or nothing that git may hold.

An allow-list: what is none of :data:`KNOWN` is refused, and so is a text with rows of respondents or something encoded.
"""

import base64
import binascii
import hashlib
import pickletools
import re
from itertools import groupby
from pathlib import Path

import drawings
from respondents import ROWS, records

__all__ = ["KNOWN", "LETTERS", "PICTURES", "ROWS", "admitted", "encoded", "ending", "objection", "records"]
ADMITTED = Path(__file__).with_name("admitted.txt")
"""Checksums of files that a person looked at: letters, of which nobody else can say what is in them."""
LONGEST_WORD = 400
"""A longer word without a space is something encoded."""

PICTURES = {".png": drawings.png, ".jpg": drawings.jpeg, ".jpeg": drawings.jpeg}
LETTERS = {".ttf": b"\0\1\0\0", ".otf": b"OTTO", ".woff": b"wOFF", ".woff2": b"wOF2"}
KNOWN = f"text in UTF-8, a picture ({', '.join(PICTURES)}) or letters ({', '.join(LETTERS)})"

SIGNS = {
    "Parquet": rb"PAR1",
    "Arrow or Feather": rb"ARROW1|FEA1",
    "SPSS": rb"\$FL[23]|.{0,40}ASCII SPSS PORT|.{200,464}SPSSPORT",
    "Stata": rb"<stata_dta>|[\x69-\x73][\x01\x02]\x01\x00",
    "SAS": rb"HEADER RECORD\*{7}|\x00{12}\xc2\xea\x81\x60",
    "R": rb"(RD[AX]\d\n)?[ABX]\n\d{1,6}\n|RD[AX]\d\n",
    "a zip archive (Excel, REFI, Word and others are)": rb"PK(\x03\x04|\x05\x06|\x07\x08)",
    "an old Office file": rb"\xd0\xcf\x11\xe0",
    "a compressed file": rb"\x1f\x8b|\xfd7zXZ|7z\xbc\xaf|BZh\d|\x28\xb5\x2f\xfd|\x04\x22\x4d\x18|Rar!|\x5d\0\0.{0,3}\0",
    "a pickle": rb"\x80[\x02-\x05]",
    "a database": rb"SQLite format 3",
    "HDF5 or NumPy": rb"\x89HDF|\x93NUMPY",
    "a PDF": rb"%PDF",
    "a file in uuencode": rb"(.{0,2000}\n)?begin \d{3,4} \S",
    "REFI": rb"(\xef\xbb\xbf)?\s*<.{0,2000}urn:QDA-XML",
}
WORD = re.compile(rf"\S{{{LONGEST_WORD + 1},}}")
CHOICE = re.compile(r"(?:\|[A-Za-z]{1,40}\d{0,3}(?=[|'\s]))+")
"""Names with a bar between them, as patterns have them: no code, which has digits all over."""
DATA_ADDRESS = re.compile(r"data:(?:image|font)/[\w.+-]+;base64,([A-Za-z0-9+/=]+)")
MIXED = re.compile(r"(?<![\w.-])[A-Za-z0-9+/=-]{12,}(?![\w.])")
"""A word that may be a code."""
MIXED_MOST = 500
"""So many characters of hexadecimal words, and of words in which capitals, small letters and digits are mixed, may
stand in a text beside its checksums."""
ESCAPES = re.compile(r"(?:\\+x[0-9a-fA-F]{2}|\\+u[0-9a-fA-F]{4}|&#x?[0-9a-fA-F]+;|%[0-9a-fA-F]{2}|=[0-9A-F]{2}){24,}")
DUMP = re.compile(r"(?:(?<!\w)(?:0x)?[0-9a-fA-F]{2,8}+\W{1,4}+){60,}+")
BITS = re.compile(r"(?:[01]\W{0,3}+){400,}+|(?:[.-]{1,6}+[ /]{1,3}+){200,}+")
UNSEEN = re.compile("[\u00ad\u200b-\u200f\u2060-\u2069\ufeff\ufe00-\ufe0f\U000e0000-\U000e01ef]")
UNSEEN_MOST = 10
ENDS = re.compile(r"[ \t]+$", re.MULTILINE)
ENCODED_LINE = re.compile(r"[ \t>#*/'\"]*(?:[!-~]{40,}|(?=\S*\d)(?=\S*[A-Z])[A-Za-z0-9+/=]{20,})[\\n'\",]*\s*")
KNOWN_SUM = re.compile(
    r"sha256:[0-9a-f]{64}\b|\"[0-9a-f]{64}\"|\b[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}\b"
)
"""Checksums and identifiers as pins and registers have them."""
HASH = re.compile(r"(--hash=)?sha\d+:[0-9a-f]+|[\w.-]+==\S+")


def objection(name, content):
    """Why a file may not be in git for what it holds (``None`` if it may); ``name`` is held to it."""
    suffix = ending(name)
    if suffix in PICTURES:
        return PICTURES[suffix](content)
    if suffix in LETTERS:
        whole = content.startswith(LETTERS[suffix])
        known = hashlib.sha256(content).hexdigest() in admitted()
        return None if whole and known else f"is no {suffix} file of letters that a person admitted ({ADMITTED.name})"
    found = next((kind for kind, sign in SIGNS.items() if re.match(sign, content, re.DOTALL)), None)
    if found is None and pickled(content):
        found = "a pickle"
    if found:
        return f"looks like {found}"
    try:
        text = content.decode("utf-8")
    except UnicodeDecodeError:
        return f"is not {KNOWN}"
    if re.search(r"[\x00-\x08\x0e-\x1a\x1c-\x1f]", text):
        return f"is not {KNOWN}"
    return (drawings.svg(text) if suffix == ".svg" else None) or encoded(text) or records(text, name)


def admitted():
    """Checksums of what a person admitted: a line each, ``sha256:<checksum>  <which file, from whom>``."""
    lines = ADMITTED.read_text(encoding="utf-8").splitlines() if ADMITTED.is_file() else []
    return {line[7:71] for line in lines if line.startswith("sha256:")}


def ending(name):
    """The suffix of a name in small letters."""
    return re.search(r"(\.[^./]*)?$", name)[0].lower()


def pickled(content):
    """Whether it is a pickle of the old kind, which is text."""
    if not content.rstrip().endswith(b".") or not re.match(rb"[(\]}lcd][\x00-\x7f]", content):
        return False
    try:
        return sum(1 for _ in pickletools.genops(content)) > 3
    except Exception:  # whatever is wrong with it, it is none
        return False


def encoded(text):
    """Why a text is something encoded, such as base64; pictures and letters within a text are looked at."""
    for address in DATA_ADDRESS.finditer(text):
        try:
            inner = base64.b64decode(address[1], validate=True)
        except binascii.Error:
            return "holds a picture that is none"
        if not _draws(inner):
            return "holds a picture with more in it than what draws"
    rest = CHOICE.sub(" ", DATA_ADDRESS.sub("", text))
    if WORD.search(rest):
        return f"holds something encoded (a word of more than {LONGEST_WORD} characters)"
    lines = (bool(ENCODED_LINE.fullmatch(line)) and not HASH.match(line.strip()) for line in rest.splitlines())
    if any(same and sum(1 for _ in run) >= 10 for same, run in groupby(lines)):
        return "holds something encoded (lines that are one long word)"
    return _codes(rest)


def _draws(inner):
    """Whether bytes within a text are a picture that only draws, or letters that a person admitted."""
    if inner.lstrip()[:5] in (b"<?xml", b"<svg ", b"<svg>"):
        return drawings.svg(inner.decode("utf-8", errors="replace")) is None
    if hashlib.sha256(inner).hexdigest() in admitted():
        return True
    return drawings.png(inner) is None or drawings.jpeg(inner) is None


def _codes(text):
    """Why a text holds codes between its words, escapes, or marks that nobody sees."""
    words = [word for word in MIXED.findall(KNOWN_SUM.sub(" ", text)) if _is_code(word)]
    if sum(map(len, words)) > MIXED_MOST:
        return f"holds something encoded (words such as {words[0][:24]!r})"
    if ESCAPES.search(text) or BITS.search(text):
        return "holds something encoded (escapes or bits)"
    dump = DUMP.search(text)
    if dump and re.search(r"[0-9][a-fA-F]|[a-fA-F][0-9]", dump[0]):
        return "holds something encoded (a dump of bytes)"
    if len(UNSEEN.findall(text)) > UNSEEN_MOST or len(ENDS.findall(text)) > 2 * ROWS:
        return "holds marks that nobody sees"
    return None


def _is_code(word):
    """Whether capitals, small letters and digits are mixed as no word has them, or it is hexadecimal."""
    if re.fullmatch(r"[0-9a-f]{16,}|[0-9A-F]{16,}", word):
        return bool(re.search("[0-9]", word) and re.search("[a-fA-F]", word))
    if len(word) >= 20 and re.search("[0-9]", word) and re.search("[A-Z]", word):
        return True
    kinds = ["d" if letter.isdigit() else "u" if letter.isupper() else "l" for letter in word if letter.isalnum()]
    turns = sum(a != b for a, b in zip(kinds, kinds[1:], strict=False))
    return turns >= 0.35 * len(kinds) and len(set(kinds)) > 1
