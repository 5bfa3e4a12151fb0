"""Ingest: deliveries -> canonical tables, refusing loudly and all at once.

:func:`ingest_source` handles one source and writes down what it found; :func:`gate` looks at all of them
together and refuses the edition if anything is wrong.
"""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import pandas as pd

from helpers import paths, schema, tables
from helpers.errors import Problem, Problems
from helpers.ingest import incidents, mapping, readers, registry
from helpers.publish import write_bytes


def ingest_source(edition: str, key: str) -> list[Problem]:
    """Read one source, map it, check it, and write its canonical table if nothing is refused.

    ``outputs/<edition>/data/<source>.problems.json`` is always written: what was received and every
    problem. Raises :class:`MonitorError` where the registry is wrong.
    """
    where = paths.EditionPaths(edition)
    source = {each.source: each for each in registry.load_sources()}[key]
    files = {str(path.relative_to(where.deliveries)): path for path in source.files(where)}
    problems: list[Problem] = []
    rows, frame = 0, None
    if not files and source.required:
        problems.append(_absent(source, where))
    elif files:
        frame, problems, rows = _read(source, files)
    target = where.data / f"{key}.parquet"
    refused = any(problem.level == "refuse" for problem in problems)
    if refused or frame is None:
        target.unlink(missing_ok=True)
    if not refused:
        tables.write(frame if frame is not None else _empty(source), target)
    _write_note(where.data / f"{key}.problems.json", problems, files, rows)
    return problems


def _absent(source: registry.Source, where: paths.EditionPaths) -> Problem:
    there = sorted(path.name for path in where.deliveries.glob("*") if not path.name.startswith("."))
    found = f"no file that matches '{source.pattern}'"
    remedy = f"Put the file in {where.deliveries} (there now: {', '.join(there) or 'nothing'})."
    return Problem(source.pattern, "", found, f"the delivery of source '{source.source}'", remedy)


def _read(source: registry.Source, files: dict[str, Path]) -> tuple[pd.DataFrame | None, list[Problem], int]:
    crosswalk = registry.load_crosswalk(source.crosswalk)
    if isinstance(crosswalk, registry.IncidentCrosswalk):
        return incidents.read(files, crosswalk)
    if len(files) > 1:
        found = ", ".join(files)
        problem = Problem(source.pattern, "", f"{len(files)} files: {found}", "one", "Take the superfluous ones out.")
        return None, [problem], 0
    name, path = next(iter(files.items()))
    try:
        delivered = readers.read(path, name, crosswalk)
    except readers.Unreadable as error:
        return None, error.problems, 0
    return _map(source, crosswalk, delivered, name, path)


def _map(source, crosswalk: registry.Crosswalk, delivered: pd.DataFrame, name: str, path: Path):
    problems = mapping.check_columns(delivered, crosswalk, name)
    if problems:
        return None, problems, len(delivered)
    if delivered.empty:
        remedy = "Ask the sender whether the right selection was exported."
        return None, [Problem(name, "", "no rows", "at least one row", remedy)], 0
    first_row = 1 if path.suffix.lower() == ".sav" else crosswalk.header_row + 1
    frame, problems = mapping.apply(delivered, crosswalk, name, first_row)
    frame = _derived(frame, source)
    if source.table == "institutions":
        problems += _register(frame, name)
        frame = frame.sort_values("institution_id", kind="stable")
    return _in_order(frame, source.table), problems, len(delivered)


def _derived(frame: pd.DataFrame, source: registry.Source) -> pd.DataFrame:
    """Columns that no sender delivers: the wave of a survey, the size class of an institution."""
    if source.wave is not None and "wave" in schema.TABLES[source.table]:
        frame["wave"] = pd.Series(source.wave, index=frame.index, dtype="Int32")
    if source.table == "institutions":
        classes = list(schema.TABLES["institutions"]["size_class"].categories)
        sizes = frame["n_students"].astype("float64")
        frame["size_class"] = pd.cut(sizes, [0, 4999, 15000, 10**9], labels=classes, ordered=True)
    return frame


def _register(frame: pd.DataFrame, name: str) -> list[Problem]:
    double = frame["institution_id"][frame["institution_id"].duplicated()].dropna().unique()
    return [
        Problem(name, code, "the institution twice", "each institution once", "Take one of its rows out.")
        for code in double
    ]


def _in_order(frame: pd.DataFrame, table: str) -> pd.DataFrame:
    return frame[list(schema.TABLES[table])].reset_index(drop=True)


def _empty(source: registry.Source) -> pd.DataFrame:
    """A source that may be absent, and is: the canonical table without rows."""
    columns = schema.TABLES[source.table]
    return pd.DataFrame({name: pd.Series([], dtype=mapping.dtype_of(about)) for name, about in columns.items()})


def _write_note(path: Path, problems: list[Problem], files: dict[str, Path], rows: int) -> None:
    received = [
        {"file": name, "sha256": hashlib.sha256(file.read_bytes()).hexdigest(), "bytes": file.stat().st_size}
        for name, file in files.items()
    ]
    note = {"rows": rows, "received": received, "problems": [problem.to_dict() for problem in problems]}
    write_bytes(path, (json.dumps(note, ensure_ascii=False, indent=1) + "\n").encode("utf-8"))


def forget_changed(edition: str) -> None:
    """Drop what was noted of sources of which files have come or gone since, so that they are read again.

    Snakemake sees that a file is newer; that one is no longer there it cannot see in outputs that were moved.
    """
    where = paths.EditionPaths(edition)
    for source in registry.load_sources():
        note = where.data / f"{source.source}.problems.json"
        if note.is_file():
            received = {entry["file"] for entry in json.loads(note.read_text(encoding="utf-8"))["received"]}
            if received != {str(path.relative_to(where.deliveries)) for path in source.files(where)}:
                note.unlink()


def gate(edition: str) -> None:
    """Refuse the edition if any source has refusals; else write ``intake.json``.

    Raises :class:`Problems` with the refusals of all sources and across them, at once.
    """
    where = paths.EditionPaths(edition)
    sources = registry.load_sources()
    notes = {
        source.source: json.loads((where.data / f"{source.source}.problems.json").read_text(encoding="utf-8"))
        for source in sources
    }
    problems = [Problem(**problem) for note in notes.values() for problem in note["problems"]]
    problems += _twice(notes)
    problems += _unknown_institutions(where, sources)
    problems += _beyond_enrolment(where, sources)
    refusals = [problem for problem in problems if problem.level == "refuse"]
    if refusals:
        count = f"{len(refusals)} problem{'s' if len(refusals) > 1 else ''}"
        raise Problems(f"The deliveries of edition '{edition}' are refused ({count}):", refusals)
    summary = {
        "edition": edition,
        "sources": {key: {"rows": note["rows"], "received": note["received"]} for key, note in notes.items()},
        "warnings": [problem.to_dict() for problem in problems],
    }
    write_bytes(where.data / "intake.json", (json.dumps(summary, ensure_ascii=False, indent=1) + "\n").encode("utf-8"))


def _twice(notes: dict[str, dict]) -> list[Problem]:
    """The same content delivered under two names."""
    first: dict[str, str] = {}
    problems = []
    for note in notes.values():
        for received in note["received"]:
            other = first.setdefault(received["sha256"], received["file"])
            if other != received["file"]:
                remedy = "One of the two is not what its name says: ask for the right file."
                problems.append(
                    Problem(received["file"], "", f"the same content as {other}", "different files", remedy)
                )
    return problems


def _read_ids(where: paths.EditionPaths, source: registry.Source) -> pd.Series | None:
    path = where.data / f"{source.source}.parquet"
    if not path.is_file() or "institution_id" not in schema.TABLES[source.table]:
        return None
    return pd.read_parquet(path, columns=["institution_id"])["institution_id"].dropna()


def _unknown_institutions(where: paths.EditionPaths, sources: list[registry.Source]) -> list[Problem]:
    register = next(source for source in sources if source.table == "institutions")
    known = _read_ids(where, register)
    if known is None:
        return []
    problems = []
    for source in sources:
        ids = _read_ids(where, source)
        counts = ids[~ids.isin(set(known))].value_counts().sort_index() if ids is not None else pd.Series(dtype=int)
        for code, rows in counts.items():
            remedy = "Add the institution to the register, or correct the code."
            found = f"institution {code}, {rows} rows, which the register lacks"
            problems.append(Problem(source.pattern, code, found, f"an institution of {register.pattern}", remedy))
    return problems


def _beyond_enrolment(where: paths.EditionPaths, sources: list[registry.Source]) -> list[Problem]:
    """More respondents than students: a warning, because enrolment is of one date."""
    register = next(source for source in sources if source.table == "institutions")
    path = where.data / f"{register.source}.parquet"
    if not path.is_file():
        return []
    enrolled = pd.read_parquet(path).set_index("institution_id")["n_students"]
    problems = []
    for source in (source for source in sources if source.table == "students"):
        ids = _read_ids(where, source)
        counts = ids.value_counts() if ids is not None else pd.Series(dtype=int)
        for code, rows in counts.sort_index().items():
            if code in enrolled.index and rows > enrolled[code]:
                remedy = "Check the code and the register's figure."
                found = f"{rows} respondents"
                problems.append(
                    Problem(source.pattern, code, found, f"at most {enrolled[code]} students", remedy, "warn")
                )
    return problems
