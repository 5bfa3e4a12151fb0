"""The files of a bundle: expected ones only; and those that describe the others say what these are."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from functools import cache

from helpers import paths
from helpers.audit.bundle import Bundle
from helpers.audit.declared import Finding, among, declared, expected, short
from helpers.audit.normal import tight
from helpers.audit.said import Said

RECORD, PACKAGE, README = "report.json", "data/datapackage.json", "data/LEESMIJ.txt"
AGAIN = "Take it out, or render the report again"


def digests(bundle: Bundle) -> dict[str, str]:
    """SHA-256 of every file of a bundle, by its name in it."""
    return {name: hashlib.sha256(path.read_bytes()).hexdigest() for name, path in bundle.files.items()}


def check(bundle: Bundle, said: Said) -> Iterator[Finding]:
    """What is not expected among the files of a report, and in those that describe it."""
    yield from _names(bundle)
    yield from _record(bundle, said)
    yield from _readme(bundle)
    yield from _package(bundle, said)


def _names(bundle: Bundle) -> Iterator[Finding]:
    kind = "sector" if bundle.unit == "sector" else "institution"
    renderer = str(bundle.about.get("renderer", "")).split(" ")[0]
    known = expected("bundle")["renderers"]
    if renderer not in known:
        yield Finding(bundle.unit, RECORD, "renderer", short(renderer), " or ".join(known), AGAIN)
    rules = _flat(known.get(renderer, known["preview"])[kind])
    for name, path in bundle.files.items():
        if path.is_symlink() or among(rules, name) is None:
            yield Finding(bundle.unit, name, "", "a file that no bundle has", "the files of expected/bundle.yml", AGAIN)
    for path in sorted(each for each in bundle.folder.rglob("*") if each.is_dir()):
        if path.is_symlink() or not any(path.iterdir()):
            place, what = path.relative_to(bundle.folder).as_posix(), "a folder that is a link, or empty"
            yield Finding(bundle.unit, place, "", what, "folders with the bundle's own files", AGAIN)


def _flat(rules: list) -> list[str]:
    return [one for rule in rules for one in (rule if isinstance(rule, list) else [rule])]


def _read(bundle: Bundle, name: str) -> dict | None:
    path = bundle.files.get(name)
    try:
        content = json.loads(path.read_text(encoding="utf-8"), object_pairs_hook=_once) if path else {}
    except ValueError:
        return None
    return content if isinstance(content, dict) else None


def _once(pairs: list[tuple[str, object]]) -> dict:
    if len({key for key, _ in pairs}) != len(pairs):
        raise ValueError("a key twice")
    return dict(pairs)


def _record(bundle: Bundle, said: Said) -> Iterator[Finding]:
    """``report.json`` has the keys it should, and names the files that are there as they are."""
    content = _read(bundle, RECORD)
    if not content:
        yield Finding(bundle.unit, RECORD, "", "no record that can be read", "report.json", AGAIN)
        return
    yield from _keys(bundle.unit, RECORD, "", content, expected("bundle")["report"], said)
    yield from _as_written(bundle, RECORD, json.dumps(content, indent=1))
    told = content.get("files")
    told = told if isinstance(told, dict) else {}
    found = {
        name: {"bytes": bundle.files[name].stat().st_size, "sha256": digest}
        for name, digest in digests(bundle).items()
        if name != RECORD
    }
    for name in sorted({*told, *found}):
        if told.get(name) != found.get(name):
            yield Finding(bundle.unit, RECORD, name, "not as it is recorded", "the files as they were rendered", AGAIN)


def _as_written(bundle: Bundle, name: str, text: str) -> Iterator[Finding]:
    """A JSON file has no spaces, order or letters of its own."""
    if bundle.files[name].read_bytes() != f"{text}\n".encode():
        yield Finding(bundle.unit, name, "", "spaces, or a way of writing, of its own", "JSON as it is rendered", AGAIN)


def _keys(unit: str, file: str, place: str, content: dict, rules: dict[str, str], said: Said) -> Iterator[Finding]:
    for key, value in content.items():
        if key not in rules:
            yield Finding(unit, file, f"{place}{key}", f"a key '{key}': {short(value)}", ", ".join(rules), AGAIN)
        elif not said.fits(rules[key], str(value)):
            yield Finding(unit, file, f"{place}{key}", short(value), said.explain(rules[key]), AGAIN)
    missing = [key for key in rules if key not in content and key not in expected("bundle")["optional"]]
    if missing or [key for key in content if key in rules] != [key for key in rules if key in content]:
        yield Finding(unit, file, place, f"keys {', '.join(content)}", f"in this order: {', '.join(rules)}", AGAIN)


def _readme(bundle: Bundle) -> Iterator[Finding]:
    path = bundle.files.get(README)
    lines = path.read_text(encoding="utf-8", errors="replace").splitlines() if path else []
    for number, line in enumerate(lines, start=1):
        if among(expected("bundle")["readme"], line) is None:
            yield Finding(bundle.unit, README, f"line {number}", short(line), "the lines of expected/bundle.yml", AGAIN)


def _package(bundle: Bundle, said: Said) -> Iterator[Finding]:
    """``datapackage.json`` describes the CSV files as they are, in words of pages and of ``reports/columns.yml``."""
    rules, content = expected("bundle"), _read(bundle, PACKAGE)
    if PACKAGE not in bundle.files:
        return
    if content is None:
        yield Finding(bundle.unit, PACKAGE, "", "no description that can be read", "a data package", AGAIN)
        return
    yield from _as_written(bundle, PACKAGE, json.dumps(content, ensure_ascii=False, indent=1))
    lists = {"licenses": "licence", "contributors": "contributor"}
    yield from _keys(bundle.unit, PACKAGE, "", content, rules["package"], said)
    for name, rule in lists.items():
        for each in content.get(name, []):
            yield from _keys(bundle.unit, PACKAGE, f"{name}: ", dict(each), rules[rule], said)
    told = [dict(each) for each in content.get("resources", [])]
    for name in sorted({str(each.get("name")) for each in told} ^ set(bundle.data)):
        yield Finding(bundle.unit, PACKAGE, name, "a file and no description, or the other way round", "both", AGAIN)
    for resource in told:
        yield from _resource(bundle, resource, said)


def _resource(bundle: Bundle, resource: dict, said: Said) -> Iterator[Finding]:
    rules, name = expected("bundle"), str(resource.get("name"))
    place = f"{name}: "
    yield from _keys(bundle.unit, PACKAGE, place, resource, rules["resource"], said)
    yield from _keys(bundle.unit, PACKAGE, f"{place}dialect ", resource.get("dialect", {}), rules["dialect"], said)
    path = bundle.files.get(f"data/{name}.csv")
    content = path.read_bytes() if path else b""
    facts = {
        "path": f"{name}.csv",
        "bytes": len(content),
        "hash": f"sha256:{hashlib.sha256(content).hexdigest()}",
    }
    for key, value in facts.items():
        if path and resource.get(key) != value:
            yield Finding(bundle.unit, PACKAGE, f"{place}{key}", short(resource.get(key)), str(value), AGAIN)
    title = str(resource.get("title", ""))
    if tight(title) != tight(said.captions.get(name, "Codeboek. Wat de gegevens betekenen")):
        yield Finding(bundle.unit, PACKAGE, f"{place}title", short(title), "the caption on the page", AGAIN)
    schema = resource.get("schema", {})
    yield from _keys(bundle.unit, PACKAGE, f"{place}schema ", schema, rules["schema"], said)
    fields = [dict(each) for each in schema.get("fields", [])]
    if name in bundle.data and [each.get("name") for each in fields] != bundle.data[name].heads:
        yield Finding(bundle.unit, PACKAGE, f"{place}fields", "other columns than the file has", "its columns", AGAIN)
    for each in fields:
        where = f"{place}{each.get('name')} "
        yield from _keys(bundle.unit, PACKAGE, where, each, rules["field"], said)
        for key, text in zip(("title", "description"), meaning(name, str(each.get("name"))), strict=True):
            if str(each.get(key)) != text:
                yield Finding(bundle.unit, PACKAGE, f"{where}{key}", short(each.get(key)), "reports/columns.yml", AGAIN)


def meaning(file: str, column: str) -> tuple[str, str]:
    """Title and description of a column of a file; that of a column named for a group is its name."""
    about = _columns().get("files", {}).get(file, {}).get(column) or _columns()["columns"].get(column)
    return (about["title"], about["about"]) if about else (column, column)


@cache
def _columns() -> dict:
    return declared(paths.REPORT_PARTS / "columns.yml")
