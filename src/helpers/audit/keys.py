"""What may name a row: groups and subjects of declared characteristics, and the words of ``expected/words.yml``.

A name that is none of these fails: what someone typed (an answer, a reason, a person's name) could say anything.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from itertools import product

from helpers import paths
from helpers.audit.declared import declared, expected, fits

REFERENCE = " (ijkgroep)"


@cache
def characteristics() -> dict[str, dict]:
    """Every declared characteristic, as the file has it."""
    return declared(paths.CHARACTERISTICS)["characteristics"]


def _groups(one: dict) -> dict[str, str]:
    """Codes of a characteristic's groups with their labels."""
    return {str(code): str((about or {}).get("label") or code) for code, about in (one.get("categories") or {}).items()}


@cache
def _crossings() -> tuple[tuple[dict, dict], ...]:
    """The groups of every two characteristics that one population has."""
    every = list(characteristics().values())
    return tuple(
        (_groups(a), _groups(b)) for a, b in product(every, every) if a is not b and set(a["of"]) & set(b["of"])
    )


@cache
def words(name: str) -> frozenset[str]:
    """One of the lists that ``@name`` stands for."""
    every = characteristics()
    if name == "label":
        return frozenset(label for one in every.values() for label in _groups(one).values()) | frozenset(
            f"{a}, {b}" for first, second in _crossings() for a in first.values() for b in second.values()
        )
    if name == "code":
        return frozenset(code for one in every.values() for code in _groups(one)) | frozenset(
            f"{a}*{b}" for first, second in _crossings() for a in first for b in second
        )
    if name == "pair":
        return frozenset(f"{a} / {b}" for one in every.values() for a, b in product(_groups(one).values(), repeat=2))
    if name == "reference":
        return frozenset(label + REFERENCE for one in every.values() for label in _groups(one).values())
    if name == "subject":
        return frozenset(_capital(str(one["subject"])) for one in every.values()) | frozenset(
            f"{_capital(str(a['subject']))} en {b['subject']}"
            for a, b in product(every.values(), repeat=2)
            if a is not b
        )
    if name == "term":
        return frozenset(every)
    if name == "people":
        return frozenset(_populations().values())
    listed = expected("words")[name.removesuffix(" code")]
    return frozenset(listed if isinstance(listed, list) or name.endswith(" code") else listed.values())


@cache
def _populations() -> dict[str, str]:
    return declared(paths.CHARACTERISTICS)["populations"]


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


@cache
def may_name(rules: tuple[str, ...], value: str) -> bool:
    """Whether a value is one that these rules allow."""
    return any(value in words(rule[1:]) if rule.startswith("@") else fits(rule, value) for rule in rules)


def listed(columns: Iterable[str], column: str) -> bool:
    """Whether a column is one of those declared: by name, or as a list of names."""
    return column in columns or may_name(tuple(one for one in columns if one.startswith("@")), column)
