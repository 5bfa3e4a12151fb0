"""Reading a YAML file that a person keeps: all that is wrong with it at once, with key and remedy."""

from __future__ import annotations

import difflib
from pathlib import Path
from typing import Any

import yaml
from pydantic import BaseModel, ConfigDict, ValidationError

from helpers.errors import Problem
from helpers.files import display


class Strict(BaseModel):
    """A part of such a file, in which an unknown key is an error."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


class _Once(yaml.SafeLoader):
    """YAML in which a key stands once; of two the last would silently win."""

    def construct_mapping(self, node, deep=False):
        keys = [self.construct_object(key, deep=True) for key, _ in node.value]
        for place, key in enumerate(keys):
            if key in keys[:place]:
                twice = f"the key '{key}' twice"
                raise yaml.constructor.ConstructorError(None, None, twice, node.value[place][0].start_mark)
        return super().construct_mapping(node, deep)


def content_of(path: Path, problems: list[Problem]) -> Any:
    """Content of a YAML file; ``None``, and a problem, where it is not there or not YAML."""
    name = display(path)
    if not path.is_file():
        problems.append(Problem(name, "", "no such file", "a parameter file", "Restore it or check the name."))
        return None
    try:
        return yaml.load(path.read_text(encoding="utf-8"), Loader=_Once)
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        mark = getattr(error, "problem_mark", None)
        where = f"line {mark.line + 1}" if mark else ""
        if isinstance(error, yaml.constructor.ConstructorError):
            problems.append(Problem(name, where, str(error.problem), "each key once", "Rename or remove one of them."))
        else:
            found = "text that is not YAML"
            problems.append(Problem(name, where, found, "YAML", "Check indentation and quotes there."))
        return None


def validated(content: Any, model: type[BaseModel], name: str, problems: list[Problem], under: str = "") -> Any:
    """``content``, which stands ``under`` a key, as its model; ``None``, and all problems, where it is not."""
    try:
        return model.model_validate(content)
    except ValidationError as error:
        problems.extend(_explain(name, model, item, under) for item in error.errors())
        return None


def read(path: Path, model: type[BaseModel], problems: list[Problem]) -> Any:
    """A file as its model; ``None``, and all that is wrong with it among ``problems``, where it is not."""
    before = len(problems)
    content = content_of(path, problems)
    return validated(content, model, display(path), problems) if len(problems) == before else None


def stamp(path: Path) -> tuple[int, ...]:
    """What changes when a file does; empty where it is not there."""
    try:
        about = path.stat()
    except OSError:
        return ()
    return about.st_mtime_ns, about.st_size, about.st_ino


def nearest(word: str, words) -> str:
    """``Did you mean 'x'?``, or nothing."""
    near = difflib.get_close_matches(word, list(words), n=1)
    return f"Did you mean '{near[0]}'?" if near else ""


def _explain(name: str, model: type[BaseModel], item: dict, under: str) -> Problem:
    parts = [*([under] if under else []), *map(str, item["loc"])]
    where = "key " + ".".join(parts) if parts else ""
    found = repr(item.get("input"))
    if item["type"] == "extra_forbidden":
        allowed = sorted(_keys(model))
        remedy = nearest(str(item["loc"][-1]), allowed) or "Remove it."
        return Problem(name, where, "an unknown key", ", ".join(allowed), remedy)
    if item["type"] == "missing":
        return Problem(name, where, "nothing", "a value", "Add the key.")
    return Problem(name, where, found, item["msg"], "Correct the value.")


def _keys(model: type[BaseModel]) -> set[str]:
    """Keys of a model and of those of the models inside it, as the file writes them."""
    keys = {field.alias or name for name, field in model.model_fields.items()}
    for field in model.model_fields.values():
        for kind in (field.annotation, *getattr(field.annotation, "__args__", ())):
            if isinstance(kind, type) and issubclass(kind, BaseModel):
                keys |= _keys(kind)
    return keys
