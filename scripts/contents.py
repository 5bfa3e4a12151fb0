"""What the bytes of a file are, whatever its name says: text, a picture, letters, or nothing that git may hold.

An allow-list: what is none of :data:`KNOWN` is refused, and so is a text with rows of respondents or something encoded.
"""

import base64
import binascii
import csv
import json
import pickletools
import re
from itertools import groupby

ROWS = 40
"""So many records that look like respondents make a text a data file."""
CONFIGURATION = ("data/crosswalks/", "data/findings.yml", "parameters/")
"""Where a person writes entries that look alike: there it takes four times as many of them."""
DISTINCT = 12
"""A column with at most so many different short values is one of answers."""
LONGEST_WORD = 400
"""A longer word without a space is something encoded."""

PICTURES = {
    ".png": (b"\x89PNG\r\n\x1a\n", b"IEND\xaeB`\x82"),
    ".jpg": (b"\xff\xd8\xff", b"\xff\xd9"),
    ".jpeg": (b"\xff\xd8\xff", b"\xff\xd9"),
}
"""How a picture begins and ends: nothing may hang behind it."""
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
ENCODED_LINE = re.compile(r"[ \t>#*/'\"]*[!-~]{40,}[\\n'\",]*\s*")
HASH = re.compile(r"(--hash=)?sha\d+:[0-9a-f]+|[\w.-]+==\S+")
NUMBER = re.compile(r"[-+]?[A-Za-z]{0,3}\d+(?:[.,]\d+)*%?|\d\d[A-Z]{2}|\.?nan|NaN|NA|null|None")
SERIES = re.compile(rf"(?:(?:[-+]?\d+(?:\.\d+)?|\.?nan|NA|null|None)\s*,\s*){{{ROWS},}}", re.IGNORECASE)
ENTRY = re.compile(
    r"""(?<![\w"'])["']?([A-Za-z_][\w.-]{0,40})["']?\s*(?::|=>?)\s*("[^"\n]{0,40}"|'[^'\n]{0,40}'|[^"'\n{}\[\](),;]{0,40})"""
    r"""\s*(?=[,;}\])\n]|$)"""
)
ELEMENT = re.compile(r"<([A-Za-z_][\w.-]*)(?:\s[^>]*)?>([^<>]{0,40})</\1>|\s([A-Za-z_][\w.-]*)=\"([^\"]{0,40})\"")


def objection(name, content):
    """Why a file may not be in git for what it holds (``None`` if it may); ``name`` is held to it."""
    suffix = ending(name)
    if suffix in PICTURES:
        begin, end = PICTURES[suffix]
        whole = content.startswith(begin) and content.rstrip(b"\n").endswith(end) and content.count(end) == 1
        return None if whole or suffix != ".png" and content.endswith(end) else f"is no whole {suffix} picture"
    if suffix in LETTERS:
        return None if content.startswith(LETTERS[suffix]) else f"is no {suffix} file of letters"
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
    return encoded(text) or records(text, name)


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
        drawing = inner.lstrip()[:5] in (b"<?xml", b"<svg ", b"<svg>") and b"<svg" in inner
        if not drawing and not inner.startswith((*(begin for begin, _ in PICTURES.values()), *LETTERS.values())):
            return "holds a picture that is none"
    rest = CHOICE.sub(" ", DATA_ADDRESS.sub("", text))
    if WORD.search(rest):
        return f"holds something encoded (a word of more than {LONGEST_WORD} characters)"
    lines = (bool(ENCODED_LINE.fullmatch(line)) and not HASH.match(line.strip()) for line in rest.splitlines())
    if any(same and sum(1 for _ in run) >= 10 for same, run in groupby(lines)):
        return "holds something encoded (lines that are one long word)"
    return None


def records(text, name=""):
    """Why a text is a table of respondents; ``None`` if it is not."""
    alike = entries(text) // (4 if name.startswith(CONFIGURATION) else 1)
    series = ROWS if SERIES.search(text) else 0
    size = max(delimited(text), numbers(text), alike, structured(text), series, text.lower().count("<tr"))
    return f"holds {size} records that look like respondents (at most {ROWS - 1} may)" if size >= ROWS else None


def is_coded(cells):
    """Whether a column holds answers: numbers or codes, or few different short values."""
    filled = [cell for cell in (str(cell).strip().strip("\"'") for cell in cells) if cell]
    if len(filled) < len(cells) / 4 or not filled:
        return False
    if sum(bool(NUMBER.fullmatch(cell)) for cell in filled) >= 0.9 * len(filled):
        return True
    return len(set(filled)) <= min(DISTINCT, len(filled) / 4) and max(map(len, filled)) <= 40


def delimited(text):
    """Rows of the longest run of lines with the same number of columns, two of them coded; any usual delimiter."""
    best = 0
    lines = [re.sub(r" {2,}", "\t", line.strip()) for line in text.splitlines() if line.strip()]
    for delimiter in ";\t|,:^~/":
        if sum(delimiter in line for line in lines) < ROWS:
            continue
        parted = list(csv.reader(lines, delimiter=delimiter))
        for width, run in groupby(parted, key=len):
            rows = list(run)
            if width < 2 or len(rows) < max(ROWS, best):
                continue
            coded = sum(is_coded(column) for column in zip(*rows[1:], strict=True))
            if coded >= 2:
                best = len(rows)
    return best


def numbers(text):
    """Lines of the longest run that is mostly numbers: fixed widths, or between blanks or marks of a program."""

    def dense(line):
        words = re.findall(r"[-+]?\d+(?:[.,]\d+)*%?|\w+", line)
        counted = [word for word in words if NUMBER.fullmatch(word)]
        return len(counted) > len(words) / 2 and (len(counted) > 2 or len(words) == 1)

    return max((sum(1 for _ in run) for same, run in groupby(map(dense, text.splitlines())) if same), default=0)


def entries(text):
    """Times that three or more names each have a coded value: as ``name: value``, as elements or as attributes."""
    values = {}
    found = [(one[1], one[2]) for one in ENTRY.finditer(text)]
    found += [(one[1] or one[3], one[2] or one[4]) for one in ELEMENT.finditer(text)]
    for name, value in found:
        values.setdefault(name, []).append(value)
    often = sorted((len(cells) for cells in values.values() if len(cells) >= ROWS and is_coded(cells)), reverse=True)
    return often[2] if len(often) > 2 else 0


def structured(text):
    """Records in JSON: a list of them, or columns that are lists."""
    if not text.lstrip().startswith(("[", "{")):
        return 0
    try:
        content = json.loads(text)
    except ValueError:
        return 0
    best, left = 0, [content]
    while left:
        item = left.pop()
        inner = list(item.values()) if isinstance(item, dict) else item if isinstance(item, list) else []
        left += [one for one in inner if isinstance(one, dict | list)]
        like = [one for one in inner if isinstance(one, dict | list) and len(one) > 1]
        if len(like) >= ROWS:
            best = max(best, len(like))
        columns = [list(one.values()) if isinstance(one, dict) else one for one in like]
        coded = [len(one) for one in columns if len(one) >= ROWS and not isinstance(one[0], dict | list)]
        if len(coded) > 1:
            best = max(best, min(coded))
    return best
