"""Characteristics by which figures are given: each declared once, in ``data/characteristics.yml``.

What analyses, chapters, disclosure control, codebook and glossary know of a characteristic, they ask here: where it
comes from, whose it is, its categories in order, its Dutch words, its weight in the summary.
"""

from __future__ import annotations

import functools
import string
from collections.abc import Iterator
from itertools import pairwise, product
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field

from helpers import paths, schema
from helpers.configuration import Strict, content_of, nearest, stamp, validated
from helpers.errors import MonitorError, Problem, Problems
from helpers.files import display

INSTITUTIONS = "institutions"
TOTAL = "total"
"""Grouping of everyone together."""

MISSING, UNKNOWN = "missing", "niet ingevuld"
"""Category of respondents whose characteristic is not known, and its label; they are told, not compared."""

PLAIN_WEIGHT = 65
"""Weight in the summary of a characteristic that states none."""

RESERVED = (TOTAL, MISSING, "wave", "scope", "label", "category", "weight", "feels_safe", "institution_id")
TITLE = "The declared characteristics cannot be used:"

Respondents = Literal["students", "staff", "students_msv", "staff_msv"]
Population = Literal["students", "staff", "students_msv", "staff_msv", "institutions"]


def _texts(value: object) -> object:
    """Codes as texts: YAML reads 1 as a number and True as a truth."""
    return {str(key): one for key, one in value.items()} if isinstance(value, dict) else value


def _several(value: object) -> object:
    return tuple(value) if isinstance(value, list) else (value,) if isinstance(value, str) else value


def _numbers(value: object) -> object:
    return tuple(float(each) if type(each) is int else each for each in value) if isinstance(value, list) else value


Names = Annotated[tuple[str, ...], BeforeValidator(_several)]


class Category(Strict):
    """A category: its label (its code where there is none), and who is meant by it, in the plural."""

    label: str = ""
    who: str = Field(min_length=3)


class Characteristic(Strict):
    """A characteristic, or a crossing of two (``a*b``).

    ``columns``: those that it comes from; ``bins``: limits of classes of their mean, the upper one included; ``times``:
    it stays a number, in steps of which ``step`` says what one is. ``categories`` by code, in order. ``units``: whose
    reports have figures by it; ``models``: nobody's.
    """

    name: str = Field(pattern=r"^[a-z][a-z0-9_]*(\*[a-z][a-z0-9_]*)?$")
    of: Annotated[tuple[Population, ...], BeforeValidator(_several)] = Field(min_length=1)
    subject: str = Field(min_length=3)
    article: Literal["de", "het"] | None = None
    columns: Names = Field(default=(), alias="from")
    bins: Annotated[tuple[float, ...], BeforeValidator(_numbers)] = ()
    times: float | None = None
    step: str = ""
    categories: Annotated[dict[str, Category], BeforeValidator(_texts)] = Field(default_factory=dict)
    weight: int = Field(default=PLAIN_WEIGHT, ge=1)
    units: Literal["all", "sector", "models"] | None = None

    @property
    def parts(self) -> list[str]:
        """Names of the columns that make its groups: its own, or those of a crossing."""
        return self.name.split("*")

    @property
    def sources(self) -> tuple[str, ...]:
        """The canonical columns that it comes from."""
        return self.columns or (self.name,)

    @property
    def derived(self) -> bool:
        """Whether it is computed, and not simply the column of its name."""
        return bool(self.columns)

    @property
    def reach(self) -> str:
        """Whose reports have figures by it: ``all``, ``sector`` or ``models``."""
        return self.units or ("sector" if INSTITUTIONS in self.of or len(self.parts) > 1 else "all")

    def category(self, code: object) -> Category:
        """One of its categories; raises :class:`MonitorError` for a code that is not declared."""
        if str(code) not in self.categories:
            raise MonitorError(
                f"{display(paths.CHARACTERISTICS)}: {self.name} has no category '{code}'; "
                f"there are {', '.join(self.categories)}."
            )
        return self.categories[str(code)]


class _Crossing(Strict):
    """What the file says of a crossing; the rest follows from its parts."""

    of: Annotated[tuple[Respondents, ...], BeforeValidator(_several)] = Field(min_length=1)
    subject: str = Field(min_length=3)
    article: Literal["de", "het"] | None = None
    weight: int = Field(default=PLAIN_WEIGHT, ge=1)
    units: Literal["sector"] = "sector"


class _File(Strict):
    populations: dict[Respondents, str]
    characteristics: dict[str, Any]
    crossings: dict[str, Any] = Field(default_factory=dict)


class Characteristics:
    """All of them. Groupings are named by their key; a crossing as ``a*b``."""

    def __init__(self, populations: dict[str, str], every: list[Characteristic]) -> None:
        self._people = populations
        self._all = {one.name: one for one in every}

    def __iter__(self) -> Iterator[Characteristic]:
        return iter(self._all.values())

    def _named(self, population: str, reach: str, *, crossed: bool = False) -> tuple[str, ...]:
        return tuple(
            one.name for one in self if population in one.of and one.reach == reach and (len(one.parts) > 1) == crossed
        )

    def of(self, population: str) -> tuple[str, ...]:
        """Characteristics of a population's respondents by which every report has figures."""
        self.people(population)
        return self._named(population, "all")

    def apart(self, population: str) -> tuple[str, ...]:
        """Those by which an institution's report has figures: one that is told together with another is not told apart.

        The plan that protects small groups looks at one characteristic at a time; beside niveau and leerweg together,
        niveau alone would tell what that hides.
        """
        names = self.of(population)
        together = {source for name in names for source in self._all[name].sources if len(self._all[name].sources) > 1}
        return tuple(name for name in names if name not in together)

    def crossings(self, population: str) -> tuple[str, ...]:
        """Crossings of them, by which the sector report has figures."""
        self.people(population)
        return self._named(population, "sector", crossed=True)

    def institution(self) -> tuple[str, ...]:
        """Characteristics of institutions by which the sector report has figures."""
        return self._named(INSTITUTIONS, "sector")

    def groupings(self, population: str) -> tuple[str, ...]:
        """Everything by which the sector report has figures on a population."""
        only = self._named(population, "sector")
        return (*self.of(population), *only, *self.crossings(population), *self.institution())

    def of_respondents(self, population: str) -> tuple[str, ...]:
        """The same without characteristics of institutions."""
        return tuple(by for by in self.groupings(population) if by not in self.institution())

    def get(self, by: str) -> Characteristic:
        """A characteristic; raises :class:`MonitorError` with the lines to add where it is not declared."""
        if by not in self._all:
            raise MonitorError(_undeclared(by, tuple(self._all)))
        return self._all[by]

    def subject(self, by: str) -> str:
        """What it is called in captions and tables: ``cijfer voor de opleiding``."""
        return self.get(by).subject

    def in_sentence(self, by: str) -> str:
        """What it is called in a sentence, with its article: ``het cijfer voor de opleiding``."""
        one = self.get(by)
        return f"{one.article or ''} {one.subject}".strip()

    def label(self, by: str, code: object) -> str:
        """Dutch word for a category, of everyone (``total``) and of those of whom it is not known too.

        Of a number, whose code is empty, it says what one step is.
        """
        if by == TOTAL:
            return "totaal"
        one = self.get(by)
        if str(code) == MISSING:
            return UNKNOWN
        if one.times is not None and str(code) == "":
            return one.step
        return one.category(code).label or str(code)

    def who(self, by: str, code: object, people: str) -> str:
        """The people of one category, in the plural: ``vrouwelijke ondersteunende medewerkers``."""
        one = self.get(by)
        return f"{people} ({UNKNOWN})" if str(code) == MISSING else one.category(code).who.format(people=people)

    def weight(self, by: str) -> int:
        """Place of its differences in the summary; lower is earlier."""
        return self.get(by).weight

    def people(self, population: str) -> str:
        """What a population is called: ``studenten``, ``medewerkers``."""
        if population not in self._people:
            known = ", ".join(self._people)
            raise MonitorError(f"There is no population '{population}' in {display(paths.CHARACTERISTICS)}: {known}.")
        return self._people[population]

    def words(self, column: str) -> dict[str, str]:
        """Dutch words by category code of a canonical column, or of a family of columns; empty where it has none."""
        one = self._all.get(column)
        if one is None or one.derived:
            return schema.LABELS.get(column, {})
        return {code: category.label or code for code, category in one.categories.items()}


def load() -> Characteristics:
    """The declared characteristics, read again when the file changed; raises :class:`Problems`."""
    return _load(paths.CHARACTERISTICS, stamp(paths.CHARACTERISTICS))


@functools.lru_cache(maxsize=4)
def _load(path, _changed: tuple[int, ...]) -> Characteristics:
    problems: list[Problem] = []
    name = display(path)
    content = content_of(path, problems)
    file = None if problems else validated(content, _File, name, problems)
    if file is None:
        raise Problems(TITLE, problems)
    plain = []
    for key, entry in file.characteristics.items():
        one = _entry(key, entry, Characteristic, "characteristics", name, problems)
        if one is not None:
            wrong = list(_wrong(one))
            problems += [Problem(name, f"key characteristics.{key}{where}", *told) for where, *told in wrong]
            plain.append(one)
    crossed = []
    for key, entry in file.crossings.items():
        about = _entry(key, entry, _Crossing, "crossings", name, problems)
        parts = [one for part in key.split("*") for one in plain if one.name == part]
        if about is not None:
            wrong = list(_wrong_crossing(key, about, parts, [one.name for one in plain]))
            problems += [Problem(name, f"key crossings.{key}", *told) for told in wrong]
            crossed += [] if wrong else [_crossing(key, about, parts)]
    if problems:
        raise Problems(TITLE, problems)
    return Characteristics(file.populations, [*plain, *crossed])


def _entry(key: str, entry: object, model: type[Strict], under: str, name: str, problems: list[Problem]) -> Any:
    where = f"{under}.{key}"
    if not isinstance(entry, dict):
        problems.append(Problem(name, f"key {where}", repr(entry), "keys and values", "See the entries above it."))
        return None
    if "name" in entry:
        allowed = "the entry's own key, which is its name"
        problems.append(Problem(name, f"key {where}.name", "an unknown key", allowed, "Remove it."))
        return None
    own = {**entry, "name": key} if model is Characteristic else entry
    return validated(own, model, name, problems, where)


def _crossing(key: str, about: _Crossing, parts: list[Characteristic]) -> Characteristic:
    """Of its people the first part is said of those of the second."""
    first, second = parts
    label, who = (
        {
            f"{a}*{b}": text(one, other, a, b)
            for (a, one), (b, other) in product(first.categories.items(), second.categories.items())
        }
        for text in (
            lambda one, other, a, b: f"{one.label or a}, {other.label or b}",
            lambda one, other, a, b: one.who.format(people=other.who),
        )
    )
    categories = {code: Category(label=label[code], who=who[code]) for code in label}
    return Characteristic(name=key, categories=categories, **about.model_dump())


# what may be wrong with an entry: place within it, what was found, what is allowed, what to do


def _wrong(one: Characteristic) -> Iterator[tuple[str, str, str, str]]:
    yield from _wrong_words(one)
    if INSTITUTIONS in one.of and (len(one.of) > 1 or one.units == "all"):
        allowed = "of: [institutions] alone, with units: sector or models"
        yield "", "a characteristic of institutions and of respondents", allowed, "Declare two, or correct units."
    if one.name in RESERVED or (one.derived and any(one.name in schema.TABLES[table] for table in one.of)):
        remedy = "Give the grouping a name of its own." if one.derived else "Choose another."
        yield "", f"the name '{one.name}', which is a column already", "a name of its own", remedy
        return
    lacking = [(table, name) for table in one.of for name in one.sources if name not in schema.TABLES[table]]
    for table, name in lacking:
        allowed = ", ".join(schema.TABLES[table])
        remedy = nearest(name, schema.TABLES[table]) or "Say under `from` which columns it comes from."
        yield ".from", f"column '{name}', which {table} does not have", allowed, remedy
    if not lacking:
        yield from _wrong_values(one)


def _wrong_words(one: Characteristic) -> Iterator[tuple[str, str, str, str]]:
    labels = [category.label or code for code, category in one.categories.items()]
    for label in sorted({label for label in labels if labels.count(label) > 1}):
        yield ".categories", f"the label '{label}' twice", "a label of its own for each", "Change one of them."
    for code, category in one.categories.items():
        try:
            asked = {field for _, field, _, _ in string.Formatter().parse(category.who) if field is not None}
        except ValueError:
            asked = {category.who}
        if asked - {"people"}:
            yield f".categories.{code}.who", f"'{category.who}'", "no braces but {people}", "Correct the braces."
        if code == MISSING or "*" in code:
            allowed = f"codes without *, other than {MISSING}"
            yield f".categories.{code}", f"the code '{code}'", allowed, "Choose another code."


def _wrong_values(one: Characteristic) -> Iterator[tuple[str, str, str, str]]:
    abouts = [schema.TABLES[table][name] for table in one.of for name in one.sources]
    numbers = all(about.kind in ("integer", "number") for about in abouts)
    if one.bins:
        yield from _wrong_bins(one, abouts, numbers)
    elif one.times is not None:
        if not numbers or one.of != (INSTITUTIONS,) or one.reach != "models" or one.categories or not one.step:
            allowed = "a number of institutions, with units: models and a step, without categories"
            yield ".times", "a number by which no figures can be given", allowed, "Give bins instead of times."
    elif not all(about.kind in ("category", "boolean") for about in abouts):
        kinds = ", ".join(dict.fromkeys(about.kind for about in abouts))
        yield ".from", f"columns of kind {kinds} without bins", "categories, or numbers with bins", "Add bins."
    elif len(one.sources) > 1:
        codes = [" ".join(codes) for codes in product(*(codes_of(about) for about in abouts[: len(one.sources)]))]
        yield from _other_codes(one, codes, one.of[0])
    else:
        for table, about in zip(one.of, abouts, strict=True):
            known = [code for code in one.categories if code in codes_of(about)]
            if known != list(codes_of(about)):
                found = f"of the codes of {table}: {', '.join(known) or 'none'}"
                allowed = f"{', '.join(codes_of(about))}, in this order"
                yield ".categories", found, allowed, "Follow the schema (src/helpers/schema.py)."
        yield from _other_codes(one, [code for about in abouts for code in codes_of(about)], one.of[0], lacking=False)


def _wrong_bins(one: Characteristic, abouts: list, numbers: bool) -> Iterator[tuple[str, str, str, str]]:
    if one.times is not None or not numbers:
        yield ".bins", "bins with times, or of columns that are no numbers", "bins of numbers", "Remove bins."
        return
    if len(one.bins) != len(one.categories) + 1 or any(low >= high for low, high in pairwise(one.bins)):
        found = f"{len(one.bins)} limits for {len(one.categories)} categories"
        yield ".bins", found, "limits that rise, one more than there are categories", "Correct bins or categories."
        return
    lows, highs = ([getattr(about, end) for about in abouts] for end in ("low", "high"))
    low = min((value for value in lows if value is not None), default=None)
    high = max((value for value in highs if value is not None), default=None)
    if (low is not None and one.bins[0] >= low) or (high is not None and one.bins[-1] < high):
        allowed = "limits around all values of the column" + ("" if high is None else f", {low:g} to {high:g}")
        found = f"{one.bins[0]:g} to {one.bins[-1]:g}"
        yield ".bins", found, allowed, "The first limit lies below the lowest value, the last is the highest or more."


def _other_codes(
    one: Characteristic, codes: list[str], table: str, *, lacking: bool = True
) -> Iterator[tuple[str, str, str, str]]:
    other = [code for code in one.categories if code not in codes]
    absent = [code for code in codes if code not in one.categories] if lacking else []
    for code in other:
        yield f".categories.{code}", "a code that the schema does not have", ", ".join(codes), "Correct or remove it."
    if absent:
        yield ".categories", f"no category {', '.join(absent)}", ", ".join(codes), f"Add them, as {table} has them."


def _wrong_crossing(
    key: str, about: _Crossing, parts: list[Characteristic], known: list[str]
) -> Iterator[tuple[str, str, str]]:
    names = key.split("*")
    if len(names) != 2 or len(parts) != 2:
        unknown = [name for name in names if name not in known]
        remedy = " ".join(nearest(name, known) for name in unknown).strip() or "Write it as first*second."
        yield f"'{key}'", f"two of {', '.join(known)}, joined by an asterisk", remedy
        return
    for one in parts:
        if not set(about.of) <= set(one.of) or one.times is not None:
            yield f"{one.name}, which {', '.join(about.of)} do not all have", ", ".join(one.of), "Correct of."


def codes_of(about: schema.Column) -> tuple[str, ...]:
    """Category codes of a canonical column, as texts."""
    return ("True", "False") if about.kind == "boolean" else about.categories


def _undeclared(by: str, known: tuple[str, ...]) -> str:
    """What to tell of a grouping that is not declared: near ones, and the lines that declare it."""
    file = display(paths.CHARACTERISTICS)
    lead = f"There is no characteristic '{by}' in {file}. {nearest(by, known)}".strip()
    return f"{lead} If it is new, add to that file:\n\n{_lines(by)}"


def _lines(by: str) -> str:
    if "*" in by:
        return f"crossings:\n  {by}: {{of: [students], subject: …}}\n"
    tables = [table for table in ("students", "staff", INSTITUTIONS) if by in schema.TABLES[table]]
    about = schema.TABLES[tables[0]][by] if tables else None
    codes = codes_of(about) if about is not None else ()
    number = about is not None and not codes
    name, column = (f"{by}_group", by) if number else (by, "…")
    lines = ["characteristics:", f"  {name}:", f"    of: [{', '.join(tables) or 'students'}]", "    subject: …"]
    lines += [] if codes else [f"    from: {column}", "    bins: […]"]
    lines.append("    categories:")
    lines += [f'      "{code}": {{label: …, who: "{{people}} …"}}' for code in codes or ("…",)]
    return "\n".join(lines) + "\n"
