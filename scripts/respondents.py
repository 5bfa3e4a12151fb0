"""Whether a text is a table of respondents, however it is laid out."""

import csv
import json
import re
from collections import Counter
from itertools import groupby, islice

import yaml

ROWS = 40
"""So many records that look like respondents make a text a data file."""
CONFIGURATION = ("data/crosswalks/", "data/findings.yml", "parameters/")
"""Where a person writes entries that look alike: there it takes four times as many of them."""
REGISTERS = ("data/", "parameters/", "reports/", "src/helpers/audit/expected/", "notebooks/outputs.json")
"""Where long lists are: what a person declares."""
LISTS = ("README.md", "docs/architecture.md")
"""Pages with a table of everything that there is."""
CODES, REAL = 40, 2
"""So many lines with the code of an institution in one place are rows; so many codes of real ones may be named."""
WINDOW, FEW = 4 * ROWS, 10
"""A stretch of so many words of which only a few differ holds answers."""
LONG = 400
"""A longer line may hold many records."""
DISTINCT = 12
"""A column with at most so many different short values is one of answers."""

NUMBER = re.compile(r"[-+]?[A-Za-z]{0,3}\d+(?:[.,]\d+)*%?|\d\d[A-Z]{2}|\.?nan|NaN|NA|null|None")
SERIES = re.compile(rf"(?:(?:[-+]?\d+(?:\.\d+)?|\.?nan|NA|null|None)\s*,\s*){{{ROWS},}}", re.IGNORECASE)
NUMBERS = re.compile(rf"(?:(?<!\w)[-+]?\d++(?:\.\d++)?[^\w\n]++){{{ROWS},}}+")
ITEM = re.compile(r"^\s*(?:- |[\w'\" -]+:(?:\s|$))", re.MULTILINE)
LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
BRIN = re.compile(r"(?<![A-Za-z0-9])\d\d[A-Z]{2}(?![a-z])")
ENTRY = re.compile(
    r"""(?<![\w"'])["']?([A-Za-z_][\w.-]{0,40})["']?\s*(?::|=>?)\s*("[^"\n]{0,40}"|'[^'\n]{0,40}'|[^"'\n{}\[\](),;]{0,40})"""
    r"""\s*(?=[,;}\])\n]|$)"""
)
ELEMENT = re.compile(r"<([A-Za-z_][\w.-]*)(?:\s[^>]*)?>([^<>]{0,40})</\1>|\s([A-Za-z_][\w.-]*)=\"([^\"]{0,40})\"")


def records(text, name=""):
    """Why a text is a table of respondents; ``None`` if it is not."""
    alike = entries(text) // (4 if name.startswith(CONFIGURATION) else 1)
    series = ROWS if SERIES.search(text) or NUMBERS.search(text) else 0
    laid = laid_out(text)
    size = max(
        delimited(laid, beside=name not in LISTS),
        numbers(text),
        alike,
        structured(text),
        series,
        text.lower().count("<tr"),
        shaped(laid),
    )
    size = max(size, 0 if name.startswith(REGISTERS) else kept(text), 0 if name in LISTS else tabled(text))
    if size >= ROWS:
        return f"holds {size} records that look like respondents (at most {ROWS - 1} may)"
    codes = coded_lines(laid)
    if codes >= CODES:
        return f"holds {codes} lines with the code of an institution in one place (at most {CODES - 1} may)"
    real = sorted({code for code in BRIN.findall(text) if not code.startswith("9")})
    if len(real) > REAL and not name.startswith(CONFIGURATION):
        return f"holds codes of real institutions ({', '.join(real[:3])} …); those of this project begin with a 9"
    return f"repeats few words {WINDOW} times, as answers do" if repeated(text) else None


def laid_out(text):
    """A text in which long lines are cut at the mark that stands in them most often."""
    lines = []
    for line in text.splitlines():
        marks = Counter(mark for mark in line if not mark.isalnum() and not mark.isspace()) if len(line) > LONG else {}
        often = [mark for mark, count in marks.items() if count >= ROWS]
        lines += line.split(min(often, key=marks.get)) if often else [line]
    return "\n".join(lines)


def coded_lines(text):
    """Lines with a BRIN code in the same place, the most."""
    places = Counter(at for line in text.splitlines() for at in {one.start() for one in BRIN.finditer(line.strip())})
    return max(places.values(), default=0)


def repeated(text):
    """Whether a stretch of words holds only a few different ones."""
    words = re.findall(r"\w[\w-]*", "\n".join(line for line, _ in groupby(text.splitlines())))
    last = {}
    for place, word in enumerate(words):
        last.pop(word, None)
        last[word] = place  # in the order in which they were met last
        oldest = next((met for met in islice(reversed(last.values()), FEW, None)), -1)
        if place >= WINDOW - 1 and oldest <= place - WINDOW:
            return True
    return False


def shaped(text):
    """Lines of the longest run of one shape, with digits in it: fields of fixed widths."""
    best = 0
    lines = (re.sub(r"[A-Za-z]", "a", re.sub(r"\d", "9", line.strip(" \t#*/>|\"',"))) for line in text.splitlines())
    for shape, run in groupby(line for line in lines if line):
        if shape.count("9") >= 3 and shape.count("9") + shape.count("a") >= 5:
            best = max(best, sum(1 for _ in run))
    return best


def tabled(text):
    """Rows of the longest table of Markdown."""
    lines = (line.strip().startswith("|") and line.count("|") > 2 for line in text.splitlines())
    return max((sum(1 for _ in run) for same, run in groupby(lines) if same), default=0)


def kept(text):
    """Records or sentences in YAML: the most of one list, or of one name."""
    whole = text.lstrip().startswith(("[", "{"))
    if not whole and len(ITEM.findall(text)) < ROWS:
        return 0
    try:
        content = json.loads(text) if whole else yaml.load(text, Loader=LOADER)
    except (yaml.YAMLError, ValueError, RecursionError):
        return 0
    if not isinstance(content, dict | list):
        return 0
    return max(structured(json.dumps(content, default=str)), said(content))


def said(content):
    """Sentences in the longest list of them, or under names that come back."""
    best, left = 0, [content]
    while left:
        item = left.pop()
        inner = list(item.values()) if isinstance(item, dict) else item
        left += [one for one in inner if isinstance(one, dict | list)]
        best = max(best, sum(isinstance(one, str) and one.count(" ") > 3 for one in inner))
    return best


def is_coded(cells):
    """Whether a column holds answers: numbers or codes, or few different short values."""
    filled = [cell for cell in (str(cell).strip().strip("\"'") for cell in cells) if cell]
    if len(filled) < len(cells) / 4 or not filled:
        return False
    if sum(bool(NUMBER.fullmatch(cell)) for cell in filled) >= 0.9 * len(filled):
        return True
    return len(set(filled)) <= min(DISTINCT, len(filled) / 4) and max(map(len, filled)) <= 40


def delimited(text, *, beside=True):
    """Rows of the longest run of lines with the same number of columns, two of them coded, or one ``beside`` a text.

    Any mark that stands in so many lines may be what parts them.
    """
    best = 0
    lines = [re.sub(r" {2,}", "\t", line.strip()) for line in text.splitlines() if line.strip()]
    marks = Counter(mark for line in lines for mark in set(line) if not mark.isalnum() and mark not in "\"'")
    for mark in (mark for mark, count in marks.items() if count >= ROWS):
        parted = (
            list(csv.reader(lines, delimiter=mark)) if mark in ";\t|,:^~/" else [line.split(mark) for line in lines]
        )
        for width, run in groupby(parted, key=len):
            rows = list(run)
            if width < 2 or len(rows) < max(ROWS, best):
                continue
            columns = list(zip(*rows[1:], strict=True))
            coded = sum(is_coded(column) for column in columns)
            if coded >= 2 or (beside and coded and mark in ";\t|,^~" and any(is_said(column) for column in columns)):
                best = len(rows)
    return best


def is_said(cells):
    """Whether a column holds sentences."""
    words = [str(cell).count(" ") for cell in cells]
    return sum(words) > 3 * len(words) and len(set(cells)) > len(cells) / 2


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
