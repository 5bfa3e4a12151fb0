"""Elements, attributes and texts of a marked-up part, compared with those that are declared for it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from lxml import etree

from helpers.audit.declared import short
from helpers.audit.said import Said

Problem = tuple[str, str, str]
"""Place, what was found, what is allowed."""
TEXT, TAIL = "text", "tail"


def check(root: etree._Element, rules: Mapping[str, Mapping[str, str]], said: Said) -> Iterator[Problem]:
    """Everything in a tree that is not declared.

    ``rules``: by element (without its namespace) its attributes with the values they may have; ``text`` is the
    element's own text, which is none where it is not declared.
    """
    seen: set[tuple[str, str, str]] = set()
    for element in root.iter():
        if not isinstance(element.tag, str):
            yield "", f"a comment or instruction {short(element.text or '')}", "none"
            continue
        name = element.tag.rpartition("}")[2]
        allowed = rules.get(name)
        if allowed is None:
            if (name, "", "") not in seen:
                seen.add((name, "", ""))
                yield (
                    f"<{name}>",
                    f"an element that is not declared {short(''.join(element.itertext()))}",
                    _names(rules),
                )
            continue
        for key, value in element.items():
            one = (name, key, value)
            if one not in seen:
                seen.add(one)
                yield from _attribute(name, key.rpartition("}")[2], value, allowed, said)
        if element.text and element.text.strip() and (name, TEXT, element.text) not in seen:
            seen.add((name, TEXT, element.text))
            yield from _text(name, element.text, allowed.get(TEXT), said)
        if element.tail and element.tail.strip() and TAIL not in rules.get(_parent(element), {}):
            yield f"after <{name}>", f"the text {short(element.tail)}", "no text there"


def _parent(element: etree._Element) -> str:
    above = element.getparent()
    return "" if above is None else above.tag.rpartition("}")[2]


def _names(rules: Mapping) -> str:
    return f"one of {len(rules)} declared elements"


def _attribute(name: str, key: str, value: str, allowed: Mapping[str, str], said: Said) -> Iterator[Problem]:
    rule = allowed.get(key)
    if rule is None:
        yield f"<{name} {key}>", f"an attribute that is not declared {short(value)}", ", ".join(allowed) or "none"
    elif not said.fits(rule, value):
        yield f"<{name} {key}>", short(value), said.explain(rule)


def _text(name: str, value: str, rule: str | None, said: Said) -> Iterator[Problem]:
    if rule is None:
        yield f"<{name}>", f"the text {short(value)}", "no text there"
    elif not said.fits(rule, value.strip()):
        yield f"<{name}>", f"the text {short(value)}", said.explain(rule)
