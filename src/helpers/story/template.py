"""Templates of the story: sentences with released values, in the cells of notebooks and in ``reports/sentences``.

A template is Jinja2 in a sandbox. It prints released values (:mod:`helpers.values`) and its own words, and nothing
else; a name that is not there is an error that names the nearest one; figures typed by hand are refused.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

import jinja2
from jinja2 import meta, nodes
from jinja2.sandbox import SandboxedEnvironment
from markupsafe import Markup

from helpers import paths
from helpers.configuration import nearest
from helpers.errors import MonitorError
from helpers.story import facts, words
from helpers.values import Hidden, Label, Nothing, Part, Value

CARD = "\N{INVISIBLE SEPARATOR}"
"""Stands behind the number of a card while a sentence is rendered; it never leaves this module."""

NUMBERED = re.compile(r"^\s*(?:\*\*)?\d+\.\s", re.MULTILINE)
"""The number of an item in a list, which may be typed."""
ALONE = re.compile(r"^[ \t]*((?:\{%(?:(?!%\}).)*%\}[ \t]*)+)\n", re.MULTILINE)
LABEL = re.compile(r"@(?:fig|tbl)-[\w-]+")


@dataclass
class Told:
    """A rendered template: its text, the number of a card (if it marked one) with the words behind it, and facts."""

    text: str
    card: dict[str, str] | None = None
    nothing: dict[str, str] | None = None


@dataclass
class _Trace:
    nothings: list[Nothing] = field(default_factory=list)


class Unknown(jinja2.StrictUndefined):
    """A name that is not there."""


class Environment(SandboxedEnvironment):
    """The sandbox: attributes of released values and views only."""

    trace: _Trace
    known: dict[str, jinja2.Template]
    trees: dict[str, nodes.Template]

    def __init__(self) -> None:
        super().__init__(undefined=Unknown, autoescape=True)
        self.finalize = self._printed
        self.known, self.trees = {}, {}
        self.filters = {**words.FILTERS, "card": _card}
        self.globals = {"namespace": self.globals["namespace"]}

    def preprocess(self, source: str, name: str | None = None, filename: str | None = None) -> str:
        """Lines that hold nothing but ``{% … %}`` leave no line behind."""
        return ALONE.sub(r"\1{#\n#}", source)

    def getattr(self, obj: object, attribute: str) -> object:
        """An attribute of a value or view; raises :class:`MonitorError` for one that is not there."""
        if isinstance(obj, jinja2.Undefined):
            return super().getattr(obj, attribute)
        if isinstance(obj, dict | list | tuple | jinja2.runtime.LoopContext | jinja2.utils.Namespace):
            return super().getattr(obj, attribute)
        try:
            if attribute.startswith("_") or not (isinstance(obj, Value | Part) or getattr(obj, "in_templates", False)):
                raise AttributeError(attribute)
            found = getattr(obj, attribute)
        except AttributeError:
            names = [name for name in dir(obj) if not name.startswith("_")]
            raise MonitorError(_unknown(attribute, names, f"of {_describe(obj)}")) from None
        return _allowed(found, attribute)

    def getitem(self, obj: object, argument: object) -> object:
        """An item of a list, or of values by name."""
        if isinstance(obj, dict) and argument not in obj:
            raise MonitorError(_unknown(str(argument), map(str, obj), "here"))
        found = super().getitem(obj, argument)
        return found if isinstance(found, jinja2.Undefined) else _allowed(found, str(argument))

    def is_safe_attribute(self, obj: object, attr: str, value: object) -> bool:
        """Names with an underscore in front are not for templates."""
        return not attr.startswith("_")

    def _printed(self, value: object) -> object:
        """What a template prints: a released value, words of its own, or what a macro said."""
        if isinstance(value, Nothing):
            self.trace.nothings.append(value)
            return Markup(words.squeeze(str(self.globals["no_difference"](Label(value.by), Label(value.people)))))
        if isinstance(value, Value):
            return Markup(str(value))
        if isinstance(value, Markup):
            return Markup(words.squeeze(value))
        if isinstance(value, jinja2.Undefined):
            return value
        if isinstance(value, str):
            if has_figure(value):
                raise MonitorError(_typed(value))
            return Markup(value)
        raise MonitorError(_raw(value))


def _allowed(value: object, name: str) -> object:
    """Only what a template may hold: values, views, yes or no, and collections of these."""
    if value is None or isinstance(value, bool | Value | Part) or getattr(value, "in_templates", False):
        return value
    if isinstance(value, list | tuple):
        return [_allowed(each, name) for each in value]
    if isinstance(value, dict):
        return {key: _allowed(each, name) for key, each in value.items()}
    if callable(value) and isinstance(getattr(value, "__self__", None), Value):
        return value
    raise MonitorError(_raw(value, name))


def _card(value: Value) -> Markup:
    """Marks the number with which a card opens: it is bold, and what follows are the card's words."""
    return Markup(f"**{value}**{CARD}")


def _raw(value: object, name: str = "") -> str:
    what = f"'{name}' is" if name else "A template prints"
    shown = f"{value!r}, " if isinstance(value, str | int | float) else ""
    return (
        f"{what} {shown}a plain {type(value).__name__}: only released values may be told. Take it from a view "
        "(report.shares(…), report.groups(…)), or release your own rows with report.release(…)."
    )


def _typed(text: str) -> str:
    return (
        f"There is a figure typed by hand in “{' '.join(text.split())[:80]}”. Let a released value write it "
        "({{ own.safe }}); a constant of the survey stands in {{ scale }}, {{ limits }} and their like."
    )


def _unknown(name: str, known, where: str) -> str:
    known = sorted(known)
    told = (f"There is no '{name}' {where}.", nearest(name, known), f"There are: {', '.join(known) or 'none'}.")
    return " ".join(filter(None, told))


def check_names(source: str, names: dict[str, object]) -> None:
    """Look whether every name of a template is there, in the branches that this report does not take too.

    Raises :class:`MonitorError` for one that is not, or whose attribute is not there.
    """
    env = environment()
    lost = sorted(asked(source, env) - set(names))
    if lost:
        own = [name for name in names if name not in ("sector_report", "wave", "minimum")]
        told = own or ["none: give the view that has it, as in report.tell(…, stand)"]
        raise MonitorError(_unknown(lost[0], told, "here"))
    tree = parse(source, env)
    targets = [each for loop in tree.find_all(nodes.For) for each in (loop.target, *loop.target.find_all(nodes.Name))]
    loops = {each.name for each in targets if isinstance(each, nodes.Name)}
    for node in tree.find_all(nodes.Getattr):
        path, first = [], node
        while isinstance(first, nodes.Getattr):
            path.insert(0, first.attr)
            first = first.node
        if isinstance(first, nodes.Name) and first.name in names and first.name not in loops:
            found = names[first.name]
            for attribute in path:
                if not isinstance(found, Value | Part) and not getattr(found, "in_templates", False):
                    break
                found = env.getattr(found, attribute)


def _describe(obj: object) -> str:
    if isinstance(obj, Value):
        return f"a {type(obj).__name__.lower()}"
    return "the values of a view" if isinstance(obj, Part) else f"'{type(obj).__name__}'"


def parse(source: str, environment: Environment, where: str = "The template") -> nodes.Template:
    """The template's tree; raises :class:`MonitorError` for what Jinja cannot read and for figures typed by hand."""
    if source not in environment.trees:
        environment.trees[source] = _checked(source, environment, where)
    return environment.trees[source]


def _checked(source: str, environment: Environment, where: str) -> nodes.Template:
    try:
        tree = environment.parse(source)
    except jinja2.TemplateSyntaxError as error:
        line = source.splitlines()[error.lineno - 1].strip() if source.strip() else ""
        raise MonitorError(f"{where} cannot be read ({error.message}), in “{line[:80]}”.") from error
    for each in tree.find_all(nodes.Filter):
        if each.name not in environment.filters:
            raise MonitorError(_unknown(each.name, environment.filters, "among the filters"))
    for data in tree.find_all(nodes.TemplateData):
        if has_figure(data.data):
            raise MonitorError(_typed(data.data))
        if re.search(r"[{}]", data.data):
            raise MonitorError(
                f"A brace stands alone in “{words.squeeze(data.data)[:80]}”: a value stands in two, {{{{ … }}}}."
            )
    for output in tree.find_all(nodes.Output):
        for piece in output.nodes:
            if not isinstance(piece, nodes.TemplateData) and has_figure(_constant(piece)):
                raise MonitorError(_typed(_constant(piece)))
    for constant in _constants(tree):
        raise MonitorError(_typed(str(constant)))
    for node in tree.find_all(nodes.Output):
        for piece in node.nodes:
            text = piece.data if isinstance(piece, nodes.TemplateData) else ""
            constant = piece.value if isinstance(piece, nodes.Const) else ""
            checked = LABEL.sub("", NUMBERED.sub("", text))
            if any(letter.isdigit() for letter in f"{checked}{constant}"):
                raise MonitorError(_typed(text or str(constant)))
            if isinstance(piece, nodes.Const) and not isinstance(constant, str):
                raise MonitorError(_raw(constant))
    return tree


def has_figure(text: str) -> bool:
    """Whether a text holds a figure that is no number of a list item and no label, in digits of any script."""
    plain = LABEL.sub("", NUMBERED.sub("", html.unescape(text)))
    return any(letter.isnumeric() for letter in plain)


def _constant(piece: nodes.Node) -> str:
    """What an expression without names comes to; nothing where it has names."""
    try:
        return str(piece.as_const())
    except nodes.Impossible:
        return ""


HANDS = (nodes.Filter, nodes.Call, nodes.Test, nodes.Getitem, nodes.Slice, nodes.Compare)
"""A number inside these is handed to something, such as a number of decimals; it is not told."""


def _constants(node: nodes.Node, handed: bool = False) -> Iterator[object]:
    """Constants of a template's expressions that hold a figure."""
    if isinstance(node, nodes.Const) and not isinstance(node.value, bool):
        text = isinstance(node.value, str) and has_figure(f"@{node.value}")
        if text or (isinstance(node.value, int | float) and not handed):
            yield node.value
    for child in node.iter_child_nodes():
        yield from _constants(child, handed or isinstance(node, HANDS))


def asked(source: str, environment: Environment) -> set[str]:
    """Names that a template takes from outside."""
    return meta.find_undeclared_variables(parse(source, environment)) - set(environment.globals)


@cache
def _environment(folder: Path, stamp: tuple, _settings: tuple) -> Environment:
    """The sentences of all files as one template, so that each can use every other."""
    environment = Environment()
    environment.globals.update(facts.constants())
    where: dict[str, str] = {}
    texts = [(folder / name).read_text(encoding="utf-8") for name, _ in stamp]
    for (name, _), text in zip(stamp, texts, strict=True):
        for macro in parse(text, environment, f"reports/sentences/{name}").find_all(nodes.Macro):
            if macro.name in where:
                raise MonitorError(
                    f"The sentence '{macro.name}' stands in {where[macro.name]} and in reports/sentences/{name}. Give "
                    "one of the two another name."
                )
            where[macro.name] = f"reports/sentences/{name}"
    environment.trace = _Trace()
    module = environment.from_string("\n".join(texts)).make_module()
    environment.globals.update({name: getattr(module, name) for name in where})
    return environment


def environment() -> Environment:
    """Templates with all sentences of ``reports/sentences``; an edit of these, or of the settings, is seen at once."""
    files = sorted(paths.SENTENCES.glob("*.md"))
    settings = paths.PARAMETERS / "settings.yml"
    told = (str(settings), settings.stat().st_mtime_ns)
    return _environment(paths.SENTENCES, tuple((path.name, path.stat().st_mtime_ns) for path in files), told)


def render(source: str, names: dict[str, object]) -> Told:
    """The text of a template.

    Raises :class:`Hidden` where it would write a hidden value, and :class:`MonitorError` for a name that is not there.
    """
    env = environment()
    if source not in env.known:
        env.known[source] = _compiled(source, env)
    env.trace = _Trace()
    try:
        text = env.known[source].render(**names)
    except jinja2.UndefinedError as error:
        name = re.search(r"'([^']+)' is undefined", str(error))
        if name is None:
            raise MonitorError(f"The template cannot be filled: {error}") from error
        raise MonitorError(_unknown(name[1], [*names, *env.globals], "here")) from error
    except jinja2.TemplateError as error:
        raise MonitorError(f"The template cannot be filled: {error}") from error
    found = env.trace.nothings
    text = html.unescape(str(text))
    before, mark, after = text.partition(CARD)
    card = {"number": before.strip().strip("*"), "rest": tidy(after)} if mark else None
    plain = tidy(text.replace(CARD, ""))
    alone = len(found) == 1 and plain == words.squeeze(str(env._printed(found[0])))
    return Told(plain, card, found[0].fact() if alone else None)


def _compiled(source: str, env: Environment) -> jinja2.Template:
    parse(source, env)
    try:
        return env.from_string(source)
    except jinja2.TemplateError as error:
        raise MonitorError(f"The template cannot be filled: {error.message}") from error


def no_differences(found: list[dict]) -> str:
    """That the same people do not clearly differ by several characteristics, as one sentence (facts of ``Nothing``)."""
    single = [Label(each["by"]) for each in found if not each["crossing"]]
    crossed = [Label(each["by"]) for each in found if each["crossing"]]
    names = {"single": single, "crossed": crossed, "people": Label(found[0]["people"])}
    return render("{{ no_differences(single, crossed, people) }}", names).text


def tidy(text: str) -> str:
    """One line a paragraph; lists keep their lines."""
    paragraphs = re.split(r"\n\s*\n", text.strip())
    return "\n\n".join(_paragraph(each) for each in paragraphs if each.strip())


def _paragraph(text: str) -> str:
    return re.sub(r" ([.,;:)])", r"\1", words.squeeze(text))


__all__ = ["Hidden", "Told", "asked", "environment", "parse", "render"]
