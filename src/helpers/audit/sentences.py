"""The sentences that reports may say: a graph of words, from the templates that the project keeps.

Templates are read as text (``reports/``, cells of notebooks), not run. What a template says itself stands in the graph
word for word; where it prints something stands a value, which is a number or words that are declared. A text that is no
path through the graph is said by no template.
"""

from __future__ import annotations

import ast
import json
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import cache

import jinja2
from jinja2 import nodes

from helpers import paths
from helpers.audit import keys
from helpers.audit.declared import declared, expected
from helpers.audit.normal import visible

VALUE, NUMBER, BREAK = "\0value", "\0number", "\0break"
FIGURE = re.compile(r"\d+(?:\.\d{3})*(?:,\d+)?")
TOKEN = re.compile(r"−?\d+(?:\.\d{3})*(?:,\d+)?|[^\W\d_]+|[^\w\s]")
MARKS = frozenset("*_`[]{}#|@‘’“”'\"<>\\")
"""Signs of Markdown, and quotes, which formats write otherwise."""
STOPS = frozenset(".?!:;)")
JOINTS = frozenset((",", "en"))
COMMENT, LINK = re.compile(r"\{#(?!\w).*?#\}", re.DOTALL), re.compile(r"\]\([^()]*\)")
ATTRIBUTES = re.compile(r"\{[.#:](?:[^{}]|\{\{[^{}]*\}\})*\}")
FENCE = re.compile(r"^:{3,}.*$", re.MULTILINE)
TITLE, REFERENCE = re.compile(r'title="([^"{]+)"'), re.compile(r"@(?:fig|tbl)-[\w-]+")
PARAGRAPH = re.compile(r"\n\s*\n|^\s*(?:[-#:]+|(?:\*\*)?\d+\.)\s+|\|", re.MULTILINE)
RULE = re.compile(r"^\|[-:| ]+\|$", re.MULTILINE)


TEMPLATES = jinja2.Environment(autoescape=True, comment_start_string="{##", comment_end_string="##}")


def tokens(text: str) -> list[str]:
    """Words, numbers and signs of a text in one form: lower case, no quotes or marks, any space is none."""
    found = TOKEN.findall(visible(text).replace("­", ""))
    return [NUMBER if one[-1].isdigit() else one for one in found if one not in MARKS]


@dataclass
class Piece:
    """A part of the graph: where it begins and ends, and whether it may say nothing."""

    first: frozenset[int] = frozenset()
    last: frozenset[int] = frozenset()
    empty: bool = True


@dataclass
class Graph:
    """Positions with their words, and which may follow which; where a text may begin, and where it may end."""

    words: list[str] = field(default_factory=list)
    after: list[set[int]] = field(default_factory=list)
    starts: set[int] = field(default_factory=set)
    ends: set[int] = field(default_factory=set)
    capitals: set[int] = field(default_factory=set)
    places: dict[str, set[int]] = field(default_factory=lambda: defaultdict(set))
    values: set[int] = field(default_factory=set)

    def word(self, token: str) -> Piece:
        """A piece of one word or value."""
        if token[:1].isupper():
            self.capitals.add(len(self.words))
        self.words.append(token.casefold())
        self.after.append(set())
        place = frozenset((len(self.words) - 1,))
        return Piece(place, place, False)

    def text(self, text: str) -> Piece:
        """A piece that says a text; what refers to a figure or table is a value."""
        said: list[Piece] = []
        for count, paragraph in enumerate(PARAGRAPH.split(text)):
            said += [self.word(BREAK)] if count else []
            for number, part in enumerate(re.split(f"({REFERENCE.pattern})", paragraph)):
                said += [self.word(VALUE)] if number % 2 else [self.word(one) for one in tokens(part)]
        return self.sequence(said)

    def sequence(self, pieces: Iterable[Piece]) -> Piece:
        """One piece after another."""
        whole = Piece()
        for one in pieces:
            for place in whole.last:
                self.after[place] |= one.first
            whole = Piece(
                whole.first | one.first if whole.empty else whole.first,
                whole.last | one.last if one.empty else one.last,
                whole.empty and one.empty,
            )
        return whole

    @staticmethod
    def either(pieces: Iterable[Piece]) -> Piece:
        """One of some pieces."""
        listed = list(pieces)
        return Piece(
            frozenset().union(*(one.first for one in listed)),
            frozenset().union(*(one.last for one in listed)),
            any(one.empty for one in listed),
        )

    def repeated(self, one: Piece) -> Piece:
        """A piece any number of times."""
        for place in one.last:
            self.after[place] |= one.first
        return Piece(one.first, one.last, True)

    def told(self, one: Piece) -> None:
        """A piece that may stand by itself."""
        self.starts |= one.first
        self.ends |= one.last

    def parted(self) -> Graph:
        """The same where texts stand by themselves: one ends before a break, another begins after it.

        A sentence after a value begins a text too: the value may be a sentence of its own.
        """
        for place, word in enumerate(self.words):
            self.places[word].add(place)
            if word == BREAK:
                self.starts |= self.after[place]
            elif word == VALUE:
                self.values.add(place)
                self.starts |= self.after[place] & self.capitals
            if any(self.words[after] == BREAK for after in self.after[place]):
                self.ends.add(place)
        return self


class _Reader:
    """Templates as pieces of a graph; macros are shared by all that call them."""

    def __init__(self, graph: Graph, sources: Iterable[str]) -> None:
        self.graph = graph
        self.trees = [TEMPLATES.parse(_bare(source)) for source in sources]
        self.macros = {one.name: one for tree in self.trees for one in tree.find_all(nodes.Macro)}
        self.made: dict[str, Piece] = {}
        self.given: dict[tuple[str, str], list[nodes.Node]] = defaultdict(list)
        self.called: set[str] = set()
        for call in (call for tree in self.trees for call in tree.find_all(nodes.Call)):
            self._handed(call)
        for tree in self.trees:
            self.called |= {name.name for name in tree.find_all(nodes.Name) if name.name in self.macros}
        for tree in self.trees:
            graph.told(self.body(tree.body, {}))
        for name in self.macros:
            if name not in self.called or name.endswith(tuple(expected("prose")["told"])):
                graph.told(self.macro(name))

    def _handed(self, call: nodes.Call) -> None:
        """What a call hands to the names of a macro."""
        macro = self.macros.get(call.node.name) if isinstance(call.node, nodes.Name) else None
        if macro is not None:
            names = [one.name for one in macro.args]
            for name, given in [*zip(names, call.args, strict=False), *((one.key, one.value) for one in call.kwargs)]:
                if not isinstance(given, nodes.Name | nodes.Getattr):
                    self.given[macro.name, name].append(given)

    def macro(self, name: str) -> Piece:
        """What a macro says."""
        if name not in self.made:
            self.made[name] = Piece()  # one that called itself would say nothing more
            macro = self.macros[name]
            self.made[name] = self.body(macro.body, {one.name: self.given[name, one.name] for one in macro.args})
        return self.made[name]

    def body(self, body: Iterable[nodes.Node], names: dict[str, list[nodes.Node]]) -> Piece:
        """What a part of a template says; ``names``: what its names may stand for beside a value."""
        names = dict(names)
        said = []
        for one in body:
            if isinstance(one, nodes.Output):
                said += [self.printed(each, names) for each in one.nodes]
            elif isinstance(one, nodes.If):
                ways = [one.body, *(way.body for way in one.elif_), one.else_]
                said.append(self.graph.either(self.body(way, names) for way in ways))
            elif isinstance(one, nodes.For):
                said.append(self.graph.repeated(self.body(one.body, names)))
            elif isinstance(one, nodes.Assign) and isinstance(one.target, nodes.Name):
                names[one.target.name] = [one.node]
        return self.graph.sequence(said)

    def printed(self, one: nodes.Node, names: dict[str, list[nodes.Node]]) -> Piece:
        """What an expression may say."""
        if isinstance(one, nodes.TemplateData):
            return self.graph.text(one.data)
        if isinstance(one, nodes.Const):
            return self.graph.text(str(one.value))
        if isinstance(one, nodes.CondExpr):
            return self.graph.either(self.printed(way, names) for way in (one.expr1, one.expr2) if way is not None)
        if isinstance(one, nodes.Call) and isinstance(one.node, nodes.Name) and one.node.name in self.macros:
            return self.macro(one.node.name)
        if isinstance(one, nodes.Filter) and one.name in ("plural", "agree"):
            words = self.graph.either([self.graph.text(str(each.value)) for each in one.args if hasattr(each, "value")])
            return self.graph.sequence([self.graph.word(VALUE), words] if one.name == "plural" else [words])
        ways = [self.macro(each.name) for each in one.find_all(nodes.Name) if each.name in self.macros]
        if isinstance(one, nodes.Name):
            ways += [self.printed(given, {}) for given in names.get(one.name, [])]
        if isinstance(one, nodes.Getattr) and one.attr in expected("prose")["silent"]:
            return self.graph.either([self.graph.word(VALUE), Piece()])
        if not ways:
            return self.graph.word(VALUE)
        item = self.graph.either(ways)
        more = self.graph.sequence([self.graph.either(self.graph.word(joint) for joint in (",", "en", ";")), item])
        return self.graph.sequence([self.graph.either([item, self.graph.word(VALUE)]), self.graph.repeated(more)])


def _bare(source: str) -> str:
    """A template without what is no words: links, attributes, fences, the rules of tables."""
    titles = "\n\n".join(TITLE.findall(source))
    for pattern, instead in ((COMMENT, ""), (RULE, ""), (FENCE, ""), (ATTRIBUTES, ""), (LINK, "]")):
        source = pattern.sub(instead, source)
    return f"{source}\n\n{titles}"


def _notebooks() -> Iterator[str]:
    """Cells of notebooks: words, and every text in the code."""
    for path in sorted(paths.NOTEBOOKS.glob("*.ipynb")):
        for cell in json.loads(path.read_text(encoding="utf-8"))["cells"]:
            source = "".join(cell["source"])
            if cell["cell_type"] == "markdown":
                yield source
            else:
                tree = ast.parse(re.sub(r"^[%!].*$", "", source, flags=re.MULTILINE))
                yield from (one.value for one in ast.walk(tree) if isinstance(one, ast.Constant)
                            and isinstance(one.value, str) and " " in one.value)  # fmt: skip


def _texts(content: object) -> Iterator[str]:
    """Every text in what a YAML file holds."""
    if isinstance(content, dict):
        for key, value in content.items():
            yield from (str(key), *_texts(value))
    elif isinstance(content, list):
        for value in content:
            yield from _texts(value)
    elif isinstance(content, str):
        yield content


def _declared() -> Iterator[str]:
    """Texts of the registers that reports print: glossary, findings, crosswalks, sources, the audit's own list."""
    for path in [paths.ROOT / "data" / f"{name}.yml" for name in ("glossary", "findings", "sources")] + sorted(
        (paths.ROOT / "data" / "crosswalks").glob("*.yml")
    ):
        yield from _texts(declared(path))


def _phrases() -> Iterator[str]:
    """What a value may say: words of differences, groups and whom they are of, subjects, items; texts of cells."""
    for phrase in expected("prose")["values"]:
        listed = {"{month}": expected("patterns")["month"].split("|"), "{incident}": sorted(keys.words("incidents"))}
        name = next((name for name in listed if name in phrase), "")
        yield from (phrase.replace(name, one) for one in listed[name]) if name else (phrase,)
    for name in ("label", "subject", "people", "items", "answers", "incidents", "themes", "models", "questions"):
        yield from keys.words(name)
    yield from keys.words("reasons")
    for one in keys.characteristics().values():
        subject = str(one["subject"])
        article = f"{one['article']} {subject}" if "article" in one else subject
        yield from (article, f"de combinatie van {article}", subject, f"de combinatie van {subject}")
        for about in (one.get("categories") or {}).values():
            who = (about or {}).get("who")
            for people in sorted(keys.words("people")) if who else ():
                yield from (who.format(people=people), f"{who.format(people=people)},")
    yield from (one for one in _notebooks() if "{" not in one)


@cache
def sources() -> tuple[str, ...]:
    """All templates: sentences, parts of reports, words of a person around the summary, cells, what the audit adds."""
    files = [path for where in ("sentences/*.md", "*.md", "words/*/*.md") for path in paths.REPORT_PARTS.glob(where)]
    written = [path.read_text(encoding="utf-8") for path in sorted(files)]
    return (*written, *_notebooks(), *expected("prose")["sentences"])


@cache
def literals() -> frozenset[str]:
    """Numbers that templates, registers and settings say themselves."""
    settings = [(paths.PARAMETERS / name).read_text(encoding="utf-8") for name in expected("prose")["settings"]]
    texts = (*sources(), *_declared(), *_phrases(), *settings)
    return frozenset(one for text in texts for one in FIGURE.findall(text))


@cache
def graph() -> Graph:
    """The graph of all that templates may say."""
    made = Graph()
    _Reader(made, sources())
    for text in _declared():
        made.told(made.text(text))
    return made.parted()


@cache
def values() -> dict:
    """The phrases of values as a tree of words; ``None`` marks an end."""
    tree: dict = {}
    for phrase in _phrases():
        node = tree
        for token in _split(phrase):
            node = node.setdefault(token.casefold(), {})
        node[None] = True
    return tree


def _split(phrase: str) -> list[str]:
    """Words of a phrase, in which ``{n}`` is a number."""
    return [one for part in re.split(r"(\{n\})", phrase) for one in ([NUMBER] if part == "{n}" else tokens(part))]
