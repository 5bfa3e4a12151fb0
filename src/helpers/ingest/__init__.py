"""Ingest: deliveries -> canonical tables, refusing loudly and all at once.

:func:`ingest_source` handles one source and writes down what it found; :func:`gate` looks at all of them together
and gives the verdict; :func:`require` stops whoever goes on with a refused edition. The folder's modules, in the
order in which data pass them: ``readers`` (formats), ``crosswalks`` and ``mapping`` (meaning), ``validate`` and
``privacy`` (checks on one file), ``incidents`` (registrations), ``arrived`` and ``across`` (checks at the gate).
"""

from __future__ import annotations

import datetime
import hashlib
import json
import re
from dataclasses import dataclass, field, replace
from pathlib import Path

import pandas as pd

from helpers import paths, schema, settings
from helpers.errors import MonitorError, Problem, Problems
from helpers.files import write_bytes, write_parquet
from helpers.ingest import (
    account,
    across,
    arrived,
    crosswalks,
    derived,
    incidents,
    mapping,
    meanings,
    privacy,
    readers,
    rules,
    validate,
)
from helpers.ingest.account import Parts, Rest
from helpers.ingest.crosswalks import Crosswalk, IncidentCrosswalk
from helpers.ingest.problems import Defect, Refused, Unreadable, judge
from helpers.ingest.readers import Delivered, isolated, statistical
from helpers.ingest.readers.delivered import count_rows
from helpers.ingest.words import told
from helpers.sources import SIDECAR, Source, load_sources, named, update_received

NOTE = ".problems.json"

CLEAR = 0.5
"""A crosswalk of which fewer columns are there is not the one that was meant."""


@dataclass
class Intake:
    """What became of one source: its table, and what there is to tell about it."""

    frame: pd.DataFrame | None = None
    defects: list[Defect] = field(default_factory=list)
    rows: dict[str, int] = field(default_factory=dict)
    facts: list[str] = field(default_factory=list)
    accounts: list[dict] = field(default_factory=list)
    parts: dict[str, tuple[Parts, ...]] = field(default_factory=dict)
    crosswalk: str = ""
    left_out: str = ""
    layouts: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class _Job:
    """What the reading of one source needs to know."""

    source: Source
    sources: dict[str, Source]
    where: paths.EditionPaths
    without: dict[str, str]
    limits: rules.Limits
    gone: frozenset[str] = frozenset()


def ingest_source(edition: str, key: str) -> list[Defect]:
    """Read one source, map it, check it, and write its canonical table if nothing is refused.

    ``outputs/<edition>/data/<source>.problems.json`` is always written: what was received, what became of every
    value, and every problem. Raises :class:`MonitorError` where registry, crosswalk or settings are wrong.
    """
    about = settings.load_edition(edition)
    intake_rules = rules.load()
    sources = {each.source: each for each in load_sources()}
    source = sources[key]
    job = _Job(source, sources, about.paths, about.institutions_left_out(key), intake_rules.limits, _gone(about))
    files = {str(path.relative_to(job.where.deliveries)): path for path in source.files(job.where)}
    left_out = about.left_out(key)
    if left_out is not None:
        return _keep(job, files, Intake(frame=_empty(source), left_out=left_out), intake_rules)
    if not files:
        intake = Intake(frame=_empty(source), defects=[_absent(job)] if source.required else [])
        return _keep(job, files, intake, intake_rules)
    risky = [name for name, path in files.items() if path.suffix.lower() in statistical.NAMES]
    if not risky:
        return _take_in(job, files, intake_rules)
    try:
        # a damaged file can bring a C library down; a child that also writes the table need not send it back
        return isolated.call(_take_in, job, files, intake_rules, seconds=2 * isolated.patience(*files.values()))
    except isolated.Crashed as error:
        intake = Intake(defects=list(readers.damaged(risky[0], files[risky[0]].suffix.lower(), error).problems))
        return _keep(job, files, intake, intake_rules)


def _take_in(job: _Job, files: dict[str, Path], intake_rules: rules.IntakeSettings) -> list[Defect]:
    """Read the files and keep what came of it."""
    return _keep(job, files, _read(job, files), intake_rules)


def _keep(job: _Job, files: dict[str, Path], intake: Intake, intake_rules: rules.IntakeSettings) -> list[Defect]:
    """Judge, write the table unless something is refused, and write the note; returns the defects."""
    key, source = job.source.source, job.source
    defects = judge((defect.of(key) for defect in intake.defects), intake_rules.rules)
    target = job.where.data / f"{key}.parquet"
    if intake.frame is None or any(defect.level == "refuse" for defect in defects):
        target.unlink(missing_ok=True)
    else:
        frame = intake.frame
        if any(defect.level == "drop" for defect in defects):
            frame = validate.without_identifiers(frame, source.table)
        write_parquet(target, frame[list(schema.TABLES[source.table])].reset_index(drop=True))
    _write_note(job.where.data / f"{key}{NOTE}", intake, defects, files, job)
    return defects


def _gone(about: settings.Edition) -> frozenset[str]:
    """Institutions that the edition does without altogether."""
    return frozenset(each.institution for each in about.without if each.institution and each.source is None)


def check_left_out(about: settings.Edition) -> None:
    """Raise :class:`Problems` if the edition leaves out a source that does not exist, or a code that is none."""
    name = f"parameters/editions/{about.edition}.yml"
    known = [source.source for source in load_sources()]
    wave_of = {source.source: source.wave for source in load_sources() if source.table == "students"}
    needed = [source.source for source in load_sources() if source.table == "institutions"]
    problems = []
    for number, each in enumerate(about.without):
        key = f"without.{number}"
        if each.source is not None and each.source not in known:
            problems.append(Problem(name, key, f"source '{each.source}'", ", ".join(known), "Correct the name."))
        if each.institution is None and wave_of.get(each.source) in about.waves:
            wave = wave_of[each.source]
            found = f"source '{each.source}', of which `waves` has the wave {wave}"
            problems.append(Problem(name, key, found, f"waves without {wave}", f"Take {wave} out of `waves`."))
        if each.source in needed and each.institution is None:
            problems.append(
                Problem(name, key, f"source '{each.source}'", "any other source", "Nothing works without it.")
            )
        if each.institution is not None and not re.fullmatch(schema.INSTITUTION_PATTERN, each.institution):
            problems.append(Problem(name, key, f"institution '{each.institution}'", "a BRIN code", "Correct the code."))
        if privacy.in_text(each.reason) or privacy.names_in_text(each.reason):
            found, allowed = "what looks like an identifier of a person", "a reason that may be published"
            problems.append(Problem(name, f"{key}.reason", found, allowed, "Say it without: reports tell this reason."))
    if problems:
        raise Problems("The parameters cannot be used:", problems)


def _absent(job: _Job) -> Defect:
    there = sorted(named(path, job.where) for path in job.where.deliveries.glob("*") if path.name[0] != ".")
    found = f"geen bestand dat past bij ‘{job.source.pattern}’"
    remedy = f"Zet het bestand in {job.where.deliveries} (daar staan nu: {', '.join(there) or 'geen bestanden'})."
    allowed = f"de levering van bron ‘{job.source.source}’"
    return Defect(job.source.pattern, "", found, allowed, remedy, rule="delivery_missing")


def _read(job: _Job, files: dict[str, Path]) -> Intake:
    damaged = [defect for name, path in files.items() if (defect := _checksum(name, path)) is not None]
    first = crosswalks.load(job.source.crosswalk[0])
    if isinstance(first, IncidentCrosswalk):
        return _incidents(job, files, first, damaged)
    if len(files) > 1:
        found = f"{len(files)} bestanden: {', '.join(files)}"
        remedy = "Haal de overbodige weg."
        return Intake(
            defects=[Defect(job.source.pattern, "", found, "één bestand", remedy, rule="delivery_double"), *damaged]
        )
    name, path = next(iter(files.items()))
    intake = _one_file(job, name, path)
    intake.defects = [*damaged, *intake.defects]
    return intake


def _checksum(name: str, path: Path) -> Defect | None:
    """What the sender's own checksum says of the file, where he sent one (``<file>.sha256``)."""
    sidecar = path.with_name(path.name + SIDECAR)
    if not sidecar.is_file():
        return None
    promised = re.search(r"\b[0-9a-fA-F]{64}\b", sidecar.read_text(encoding="utf-8", errors="replace"))
    if promised and promised[0].lower() == sha256(path):
        return None
    found = "een andere inhoud dan de controlesom van de afzender" if promised else "geen controlesom"
    remedy = "Het is onderweg veranderd: vraag de afzender het opnieuw te sturen."
    return Defect(name, "", found, f"de inhoud die in {sidecar.name} staat", remedy, rule="checksum")


def _incidents(job: _Job, files: dict[str, Path], crosswalk: IncidentCrosswalk, damaged: list[Defect]) -> Intake:
    found = incidents.read(files, crosswalk, job.without, _names(job))
    return Intake(
        frame=found.frame[~found.frame["institution_id"].isin(job.gone)],
        defects=[*damaged, *found.defects],
        rows=found.rows,
        crosswalk=job.source.crosswalk[0],
        parts=found.parts,
        layouts=found.layouts,
    )


def _names(job: _Job) -> dict[str, str]:
    """What the register calls institutions, by code; empty where it cannot be read, which its own source tells."""
    register = next(source for source in job.sources.values() if source.table == "institutions")
    files = register.files(job.where)
    if len(files) != 1 or files[0].suffix.lower() in statistical.NAMES:
        return {}
    try:
        delivered, crosswalk, _ = _recognised(register, files[0].name, files[0])
        code, name = (delivered.frame[crosswalk.columns[key].source] for key in ("institution_id", "name"))
    except (Unreadable, KeyError):
        return {}
    return {mapping.key_of(each): str(said) for each, said in zip(code, name, strict=True)}


def _one_file(job: _Job, name: str, path: Path) -> Intake:
    """One delivered table: read, recognised, mapped, completed and checked."""
    intake = Intake()
    try:
        delivered, crosswalk, intake.crosswalk = _recognised(job.source, name, path)
    except Unreadable as error:
        intake.defects = list(error.problems)
        return intake
    delivered = _without_empty_rows(delivered)
    intake.rows = {name: len(delivered.frame)}
    intake.facts = list(delivered.facts)
    intake.parts = {name: _columns(delivered, crosswalk)}
    stops = mapping.check_columns(delivered, crosswalk, name)
    if delivered.frame.empty:
        remedy = "Vraag de afzender of de goede selectie is geëxporteerd."
        stops.append(Defect(name, "", "geen rijen", "minstens één rij", remedy, rule="no_rows"))
    intake.defects = [*delivered.doubts, *stops]
    if any(defect.rule in rules.FIXED for defect in stops):
        return intake
    delivered = _without_institutions(delivered, crosswalk, job.without, intake)
    intake.parts = {name: _columns(delivered, crosswalk)}
    mapped = mapping.apply(delivered, crosswalk, name)
    for column, key in crosswalk.derive.items():
        intake.defects += _derive(job, mapped.frame, column, key)
    _complete(mapped.frame, job.source)
    intake.defects += mapped.defects
    intake.defects += meanings.check(delivered, crosswalk, name)
    intake.defects += validate.check(mapped, crosswalk, delivered, name, job.limits, job.source.persons)
    intake.accounts = [each.to_dict() for each in mapped.accounts]
    intake.frame = mapped.frame
    if job.source.table == "institutions":
        intake.frame = mapped.frame.sort_values("institution_id", kind="stable")
    return intake


def _recognised(source: Source, name: str, path: Path) -> tuple[Delivered, Crosswalk, str]:
    """The delivery, read with the crosswalk of the source that fits it best, the first of equals."""
    best: tuple[float, Delivered, Crosswalk, str] | None = None
    first_error: Unreadable | None = None
    for key in source.crosswalk:
        crosswalk = crosswalks.load(key)
        try:
            delivered = readers.read(path, name, crosswalk)
        except Unreadable as error:
            first_error = first_error or error
            continue
        score = crosswalk.fits([str(column) for column in delivered.frame.columns])
        if best is None or score > best[0]:
            best = (score, delivered, crosswalk, key)
        if score == 1:
            break
    if first_error is not None and (best is None or best[0] < CLEAR):
        raise first_error
    return best[1:]


def _without_empty_rows(delivered: Delivered) -> Delivered:
    """Rows without anything are not rows; the others keep their numbers."""
    frame = delivered.frame
    if len(frame) and all(pd.api.types.is_object_dtype(dtype) for dtype in frame.dtypes):
        filled = frame.notna().to_numpy() & (frame.astype(str).to_numpy() != "")
        empty = ~filled.any(axis=1)
        if empty.any():
            where = mapping.rows_words(frame.index.to_numpy()[empty] + delivered.first_row)
            parts = account.leave_out(delivered.parts, "rijen", Rest(where, int(empty.sum()), "lege rijen"))
            return replace(delivered, frame=frame[~empty], parts=parts)
    return delivered


def _without_institutions(delivered: Delivered, crosswalk, without: dict[str, str], intake: Intake) -> Delivered:
    """The delivery without the rows of institutions that the edition leaves out."""
    column = crosswalk.columns.get("institution_id")
    if not without or column is None:
        return delivered
    gone = delivered.frame[column.source].map(mapping.key_of).isin(list(without))
    if gone.any():
        intake.facts.append(f"{int(gone.sum())} rijen van weggelaten instellingen niet gebruikt")
    left = Rest("", count_rows(delivered.frame.index[gone]), "van instellingen die deze editie weglaat")
    return replace(delivered, frame=delivered.frame[~gone], parts=account.leave_out(delivered.parts, "rijen", left))


def _columns(delivered: Delivered, crosswalk: Crosswalk) -> tuple[Parts, ...]:
    """The reader's account, in which columns that the crosswalk does not use are named."""
    expected = crosswalk.expected()
    left = [str(column) for column in delivered.frame.columns if column not in expected]
    rests = [
        Rest(f"kolom ‘{column}’", 1, "genegeerd volgens de crosswalk" if crosswalk.ignores(column) else "onverwacht")
        for column in left
    ]
    return account.leave_out(delivered.parts, "kolommen", *rests)


def _derive(job: _Job, frame: pd.DataFrame, column: str, key: str) -> list[Defect]:
    """Fill a column of the register from the numbers of students of another source, of its latest year."""
    files = job.sources[key].files(job.where)
    if len(files) != 1:
        found = f"{len(files)} bestanden die passen bij ‘{job.sources[key].pattern}’"
        allowed = f"één bestand, voor {column}"
        remedy = "Voeg de levering met studentaantallen toe; dit register noemt ze zelf niet."
        return [Defect(job.sources[key].pattern, "", found, allowed, remedy, rule="delivery_missing", source=key)]
    name = str(files[0].relative_to(job.where.deliveries))
    other = _one_file(replace(job, source=job.sources[key]), name, files[0])
    if other.frame is None:
        return [defect.of(key) for defect in other.defects]
    values, doubted = derived.of_latest_year(other.frame, column, job.limits)
    values = values.reindex(frame["institution_id"])
    frame[column] = values.to_numpy(float) if column == derived.SHARE else values.round().astype("Int32").array
    return [replace(defect, file=name).of(key) for defect in doubted]


def _complete(frame: pd.DataFrame, source: Source) -> None:
    """Columns that no sender delivers: the wave of a survey, the size class of an institution."""
    if source.wave is not None and "wave" in schema.TABLES[source.table]:
        frame["wave"] = pd.Series(source.wave, index=frame.index, dtype="Int32")
    if source.table == "institutions":
        classes = list(schema.TABLES["institutions"]["size_class"].categories)
        sizes = frame["n_students"].astype("float64")
        frame["size_class"] = pd.cut(sizes, [0, 4999, 15000, 10**9], labels=classes, ordered=True)


def _empty(source: Source) -> pd.DataFrame:
    """A source that may be absent, and is: the canonical table without rows."""
    columns = schema.TABLES[source.table]
    return pd.DataFrame({name: pd.Series([], dtype=mapping.dtype_of(about)) for name, about in columns.items()})


def sha256(path: Path) -> str:
    """Checksum of a file."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _write_note(path: Path, intake: Intake, defects: list[Defect], files: dict[str, Path], job: _Job) -> None:
    received = [
        {"file": name, "sha256": sha256(file), "bytes": file.stat().st_size, "rows": intake.rows.get(name, 0)}
        for name, file in files.items()
    ]
    note = {
        "rows": sum(intake.rows.values()),
        "received": received,
        "crosswalk": intake.crosswalk,
        "facts": [told(fact) for fact in intake.facts],
        "left_out": intake.left_out,
        "left_out_institutions": job.without,
        "layouts": {name: told(layout) for name, layout in intake.layouts.items()},
        "accounts": intake.accounts,
        "parts": {name: [each.told().to_dict() for each in parts] for name, parts in intake.parts.items()},
        "problems": [defect.to_dict() for defect in defects],
    }
    _write_json(path, note)


def _write_json(path: Path, content: object) -> None:
    write_bytes(path, (json.dumps(content, ensure_ascii=False, indent=1, default=str) + "\n").encode("utf-8"))


def load_notes(edition: str) -> dict[str, dict]:
    """What was noted of each source, by key. Raises :class:`MonitorError` if intake did not run."""
    where = paths.EditionPaths(edition)
    notes = {}
    for source in load_sources():
        path = where.data / f"{source.source}{NOTE}"
        if not path.is_file():
            raise MonitorError(f"Source '{source.source}' was not read yet: run `make intake EDITION={edition}` first.")
        notes[source.source] = json.loads(path.read_text(encoding="utf-8"))
    return notes


def forget_changed(edition: str) -> None:
    """Drop what was noted of sources of which files have come or gone since, so that they are read again.

    Snakemake sees that a file is newer; that one is no longer there it cannot see in outputs that were moved.
    """
    where = paths.EditionPaths(edition)
    for source in load_sources():
        note = where.data / f"{source.source}{NOTE}"
        if note.is_file():
            received = {entry["file"] for entry in json.loads(note.read_text(encoding="utf-8"))["received"]}
            if received != {str(path.relative_to(where.deliveries)) for path in source.files(where)}:
                note.unlink()


def gate(edition: str, today: datetime.date | None = None) -> dict:
    """Look at all sources together, write ``intake.json`` with the verdict, and return it.

    Also writes the log book ``received.yml`` among the deliveries: every version of every file that intake saw.
    """
    where = paths.EditionPaths(edition)
    sources, notes, intake_rules = load_sources(), load_notes(edition), rules.load()
    deliveries = across.Deliveries(where, sources, notes, intake_rules.limits)
    seen = {
        entry["file"]: {key: entry[key] for key in ("sha256", "bytes", "rows")}
        for note in notes.values()
        for entry in note["received"]
    }
    received, folder = update_received(where, seen, today or datetime.date.today())
    found = [*across.check(deliveries), *arrived.check(where, sources, notes, received)]
    found += arrived.log_book(where, folder)
    defects = [Defect(**problem) for note in notes.values() for problem in note["problems"]]
    defects += judge(found, intake_rules.rules)
    refused = any(defect.level == "refuse" for defect in defects)
    covered = across.coverage(deliveries)
    summary = {
        "edition": edition,
        "verdict": "refused" if refused else "accepted",
        "sources": {key: {k: v for k, v in note.items() if k != "problems"} for key, note in notes.items()},
        "received": {name: [version.model_dump(mode="json") for version in received[name]] for name in seen},
        "problems": [defect.to_dict() for defect in defects],
        "coverage": {
            column: {code: int(rows) for code, rows in covered[column].dropna().items()} for column in covered
        },
        "institutions": list(covered.index),
    }
    _write_json(where.data / "intake.json", summary)
    return summary


def load_intake(edition: str) -> dict:
    """What the gate wrote; raises :class:`MonitorError` if intake did not run."""
    path = paths.EditionPaths(edition).data / "intake.json"
    if not path.is_file():
        raise MonitorError(f"The deliveries of edition '{edition}' were not read yet: run `make intake` first.")
    return json.loads(path.read_text(encoding="utf-8"))


def require(edition: str) -> dict:
    """The intake of an edition; raises :class:`Refused` if its deliveries cannot be used as they are."""
    where = paths.EditionPaths(edition)
    summary = load_intake(edition)
    refusals = [Defect(**problem) for problem in summary["problems"] if problem["level"] == "refuse"]
    if refusals:
        raise Refused(edition, refusals, str(where.outputs / "intake" / "index.html"))
    return summary


def verdict(summary: dict) -> str:
    """One line for scripts and people: accepted or refused, with counts."""
    levels = [problem["level"] for problem in summary["problems"]]
    refused, warned = levels.count("refuse"), len(levels) - levels.count("refuse")
    files = sum(len(source["received"]) for source in summary["sources"].values())
    words = "geweigerd" if refused else "geaccepteerd"
    refusals = f"{refused} weigering" + ("" if refused == 1 else "en")
    warnings = f"{warned} waarschuwing" + ("" if warned == 1 else "en")
    return (
        f"Intake '{summary['edition']}': {words} — {len(summary['sources'])} bronnen, {files} bestanden, "
        f"{refusals}, {warnings}"
    )
