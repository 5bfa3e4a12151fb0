"""Reading what the reports say, as a reader meets it: blocks of text, sentences, words, syllables, spelling."""

from __future__ import annotations

import ast
import json
import re
import shutil
import subprocess
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from html.parser import HTMLParser
from pathlib import Path

BLOCKS = {"p", "li", "h1", "h2", "h3", "h4", "caption", "figcaption", "th", "td", "title", "summary", "dt", "dd"}
ASIDE = {"script", "style", "svg", "code", "pre", "nav", "blockquote"}
"""Not our prose: code, what focus groups said, and navigation, which repeats headings."""

NAMES = {"Kolom", "Waarden", "Bij de afzender", "Bestand", "Herkend als", "Controlesom", "Instelling", "Eigenaar"}
"""Columns that hold codes, file names and senders' own words."""


@dataclass(frozen=True)
class Block:
    """A paragraph, heading, caption, cell or alternative text, with the chapter and column in which it stands."""

    kind: str
    text: str
    chapter: str = ""
    column: str = ""


class _Reader(HTMLParser):
    def __init__(self, chapters: Collection[str]) -> None:
        super().__init__()
        self.chapters = chapters
        self.blocks: list[Block] = []
        self.chapter, self.level, self.aside = "", "", 0
        self.open: list[tuple[str, list[str]]] = []
        self.heads: list[str] = []
        self.place = 0
        self.named = False

    def handle_starttag(self, tag, attrs):
        about = dict(attrs)
        if tag == "img" and about.get("alt"):
            self._keep("alt", about["alt"])
        if tag in ASIDE:
            self.aside += 1
        if tag == "table":
            self.heads = []
        if tag == "tr":
            self.place = 0
        if tag in BLOCKS:
            self.named = tag == "th" and about.get("scope") == "row"
            self.open.append((tag, []))

    def handle_data(self, data):
        if self.open and not self.aside:
            self.open[-1][1].append(data)

    def handle_endtag(self, tag):
        if tag in ASIDE:
            self.aside -= 1
        if not self.open or self.open[-1][0] != tag:
            return
        text = "".join(self.open.pop()[1])
        cell = tag == "td" or (tag == "th" and self.named)  # the first cell of a row may be its head
        if tag == "th" and not cell:
            self.heads.append(" ".join(text.split()))
        column = self.heads[self.place] if cell and self.place < len(self.heads) else ""
        self.place += cell
        heading = re.sub(r"^[\d.\s]+", "", " ".join(text.split()))
        if tag in ("h1", "h2") and heading in self.chapters and self.level in ("", tag):
            self.chapter, self.level = heading, tag  # the summary has headings of the same words, one level lower
        self._keep(tag, text, column)

    def _keep(self, kind: str, text: str, column: str = "") -> None:
        told = " ".join(text.split())
        if told:
            self.blocks.append(Block(kind, told, self.chapter, column))


def blocks(path: Path, chapters: Collection[str] = ()) -> list[Block]:
    """All blocks of a page, in reading order, with the chapter they are in; code, quotes and names are left out."""
    reader = _Reader(chapters)
    reader.feed(path.read_text(encoding="utf-8"))
    return [block for block in reader.blocks if block.column not in NAMES]


def sentences(text: str) -> list[str]:
    """The sentences of a text; a number with a dot at its start belongs to its first sentence."""
    parts = re.split(r"(?<=[.!?])[”’)]?\s+(?=[A-ZÀ-Ý0-9‘“(])", re.sub(r"^\d+\.\s+", "", text))
    return [part for part in parts if words(part)]


WORD = re.compile(r"[^\W\d_]+(?:['-][^\W\d_]+)*")


def words(text: str) -> list[str]:
    """Words of letters, hyphens and apostrophes; figures, codes and what is joined to figures are no words."""
    plain = re.sub(r"`[^`]*`|\{[.#][^}]*\}|\{\w+\}|\{[\w-]+=[^}]*\}", " ", text).replace("’", "'").replace("\u00ad", "")
    found = (each.strip("'-.") for each in re.findall(r"[\w'@/\\.-]*\w[\w'+-]*", plain))
    return [word for word in found if WORD.fullmatch(word)]


VOWELS = re.compile(r"aai|ooi|oei|eeu|ieu|aa|ee|oo|uu|ie|oe|eu|ui|ij|ei|au|ou|[aeiouyàáâäèéêëìíîïòóôöùúûü]")


def syllables(word: str) -> int:
    """Syllables of a Dutch word: its vowels, those that sound as one counted once."""
    return max(1, len(VOWELS.findall(word.lower())))


def flesch_douma(texts: Iterable[str], explained: Iterable[str] = ()) -> float:
    """Reading ease after Douma (1960): 206.84 - 0.93 words a sentence - 77 syllables a word; higher is easier.

    Figures do not count. Words that are ``explained`` (lower case) count for the length of sentences only.
    """
    told = [words(sentence) for text in texts for sentence in sentences(text)]
    total = sum(map(len, told))
    counted = [word for sentence in told for word in sentence if word.casefold() not in set(explained)]
    return 206.84 - 0.93 * total / len(told) - 77 * sum(map(syllables, counted)) / len(counted)


def literals(path: Path) -> Iterator[str]:
    """Texts of two words or more in a module, docstrings, errors and codes aside; places to be filled read as 0."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    skipped: set[int] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
            skipped.add(id(node.value))
        if isinstance(node, ast.Dict):
            skipped |= {id(key) for key in node.keys}
        if isinstance(node, ast.Raise | ast.JoinedStr | ast.Subscript | ast.Compare):
            inner = [each for each in ast.walk(node) if each is not node]
            skipped |= {id(each) for each in inner if isinstance(each, ast.Constant | ast.JoinedStr)}
    for node in ast.walk(tree):
        text = _literal(node)
        if id(node) not in skipped and re.search(r"[^\W\d]{2,} [^\W\d]{2,}", text):
            yield text


def told_in(path: Path) -> Iterator[str]:
    """What a notebook tells: its text cells, and the templates in its code, with places to be filled as 0."""
    for cell in json.loads(path.read_text(encoding="utf-8"))["cells"]:
        source = "".join(cell["source"])
        if cell["cell_type"] == "markdown":
            yield source
            continue
        for node in ast.walk(ast.parse(source)):
            if isinstance(node, ast.Constant) and isinstance(node.value, str) and " " in node.value.strip():
                yield without_values(node.value)


def without_values(template: str) -> str:
    """A template's own words, with places to be filled as 0."""
    text = re.sub(r"\{%.*?%\}", " ", template, flags=re.DOTALL)
    return re.sub(r"\{\{.*?\}\}", "0", text, flags=re.DOTALL)


def _literal(node: ast.AST) -> str:
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return node.value
    if isinstance(node, ast.JoinedStr):
        return "".join(part.value if isinstance(part, ast.Constant) else "0" for part in node.values)
    return ""


@cache
def why_no_hunspell() -> str:
    """Empty if Dutch can be checked, else what to install."""
    if shutil.which("hunspell") is None:
        return "hunspell is not found: apt install hunspell hunspell-nl"
    done = subprocess.run(["hunspell", "-d", "nl_NL", "-l"], input="de\n", capture_output=True, text=True, check=False)
    return "" if done.returncode == 0 and not done.stderr.strip() else "apt install hunspell-nl: no Dutch dictionary"


def unknown(found: Iterable[str]) -> set[str]:
    """The words that hunspell does not know in Dutch; a word with hyphens is known if all its parts are."""
    every = sorted(set(found))
    doubtful = _not_in_dictionary(every)
    parts = {part for word in doubtful if "-" in word for part in word.split("-") if part}
    strange = _not_in_dictionary(sorted(parts))
    return {word for word in doubtful if "-" not in word or set(word.split("-")) & strange}


def _not_in_dictionary(found: list[str]) -> set[str]:
    command = ["hunspell", "-d", "nl_NL", "-i", "utf-8", "-l"]
    done = subprocess.run(command, input="\n".join(found) + "\n", capture_output=True, encoding="utf-8", check=True)
    return set(done.stdout.split("\n")) - {""}
