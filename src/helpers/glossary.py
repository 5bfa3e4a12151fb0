"""The words of the reports (``data/glossary.yml``): each defined once, and the words that no report uses.

The definitions are written by hand; the values of a term that names a column come from the schema, so that the page
"Begrippen" and the codebook cannot disagree.
"""

from __future__ import annotations

import re
import unicodedata
from functools import cached_property
from typing import Literal

import yaml
from pydantic import Field, field_validator, model_validator

from helpers import characteristics, codebook, paths, schema
from helpers.errors import MonitorError
from helpers.files import Strict


class Term(Strict):
    """One term: its definition, other forms of it, the columns that it names and related terms.

    ``family``: a family of :data:`helpers.schema.LABELS` whose words are its kinds.
    """

    term: str = Field(min_length=2)
    means: str = Field(min_length=10)
    forms: tuple[str, ...] = ()
    columns: tuple[str, ...] = ()
    see: tuple[str, ...] = ()
    family: str = ""
    only: Literal["sector", "institution"] | None = None

    @field_validator("means", mode="after")
    @classmethod
    def _whole_sentence(cls, value: str) -> str:
        text = " ".join(value.split())
        if not text.endswith("."):
            raise ValueError("a definition is one or more whole sentences, so it ends with a full stop")
        return text

    @field_validator("columns", mode="after")
    @classmethod
    def _in_the_schema(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        for column in value:
            table, _, name = column.partition(".")
            if name not in schema.TABLES.get(table, {}):
                raise ValueError(f"'{column}' is not a column of the schema; write table.column")
        return value

    @field_validator("family", mode="after")
    @classmethod
    def _a_family(cls, value: str) -> str:
        if value and value not in schema.LABELS:
            raise ValueError(f"'{value}' is not a family of words in the schema; there are {', '.join(schema.LABELS)}")
        return value

    @property
    def anchor(self) -> str:
        """Where a link to the term leads."""
        return anchor(self.term)

    @property
    def values(self) -> list[str]:
        """What it is divided into, by the schema: ``Indeling: bol, bbl.``; of several columns with their labels."""
        known = characteristics.load()
        named = [column.split(".") for column in self.columns]
        divided = [(name, about) for table, name in named if (about := schema.TABLES[table][name]).categories]
        found = [
            f"{'Indeling' if len(divided) == 1 else codebook.label_of(name, about)}: "
            f"{', '.join(known.words(name)[code] for code in about.categories)}."
            for name, about in divided
        ]
        kinds = [f"Soorten: {', '.join(schema.LABELS[self.family].values())}."] if self.family else []
        return list(dict.fromkeys([*found, *kinds]))


class Avoided(Strict):
    """A word that no report uses, and what stands in its place."""

    word: str
    instead: str
    capitals: bool = False

    @cached_property
    def pattern(self) -> re.Pattern:
        """Finds the whole word; only in these capitals where ``capitals`` says so."""
        return re.compile(rf"(?<![\w-]){re.escape(self.word)}(?!\w)", 0 if self.capitals else re.IGNORECASE)


class Glossary(Strict):
    """All terms, and the words to avoid. Every term stands once, every reference leads somewhere."""

    terms: tuple[Term, ...]
    avoid: tuple[Avoided, ...]

    @model_validator(mode="after")
    def _consistent(self) -> Glossary:
        names = [term.term for term in self.terms]
        said = [form.casefold() for term in self.terms for form in (term.term, *term.forms)]
        double = sorted({form for form in said if said.count(form) > 1})
        if double:
            raise ValueError(f"defined twice: {', '.join(double)}")
        for term in self.terms:
            lost = [name for name in term.see if name not in names or name == term.term]
            if lost:
                raise ValueError(f"'{term.term}' refers to {', '.join(lost)}, which is not another term here")
        words = [each.word for each in self.avoid]
        wrong = {word for word in words if words.count(word) > 1} | {
            each.word for each in self.avoid if each.word in said
        }
        if wrong:
            raise ValueError(f"avoided twice, or a term as well: {', '.join(sorted(wrong))}")
        return self

    def rows(self, kind: str, facts: dict[str, object]) -> list[dict[str, object]]:
        """The terms of a report in order of the alphabet: term, anchor, means, columns, see (pairs of term and anchor).

        ``kind`` is ``sector`` or ``institution``; ``facts`` fill the places in definitions, as ``{confidence}``.
        """
        here = sorted((term for term in self.terms if term.only in (None, kind)), key=lambda term: sortable(term.term))
        names = {term.term for term in here}
        return [
            {
                "term": term.term,
                "anchor": term.anchor,
                "means": " ".join([_filled(term, facts), *term.values]),
                "columns": [column.split(".")[1] for column in term.columns],
                "see": [(name, anchor(name)) for name in term.see if name in names],
            }
            for term in here
        ]


def anchor(term: str) -> str:
    """``effect (h)`` -> ``begrip-effect-h``."""
    return "begrip-" + re.sub(r"[^a-z0-9]+", "-", sortable(term)).strip("-")


def sortable(term: str) -> str:
    """Lower case without accents."""
    apart = unicodedata.normalize("NFKD", term.casefold())
    return "".join(letter for letter in apart if not unicodedata.combining(letter))


def load_glossary() -> Glossary:
    """The glossary; raises :class:`MonitorError` if ``data/glossary.yml`` is not as it should be."""
    try:
        return Glossary.model_validate(yaml.safe_load(paths.GLOSSARY.read_text(encoding="utf-8")))
    except (ValueError, yaml.YAMLError) as error:
        raise MonitorError(f"data/glossary.yml cannot be used: {error}") from error


def _filled(term: Term, facts: dict[str, object]) -> str:
    try:
        return term.means.format_map(facts)
    except (KeyError, ValueError, IndexError) as error:
        raise MonitorError(
            f"data/glossary.yml, term '{term.term}': the definition asks for {error}, which the report does not know. "
            f"There are: {', '.join(sorted(key for key in facts if isinstance(key, str)))}."
        ) from error
