"""The front door: ``python -m helpers.run <command>``, which is what ``make`` calls.

Commands: ``report`` (deliveries to reports), ``intake`` (read and check the deliveries only), ``prepare`` (deliveries
to analysis tables, without reports), ``crosswalk`` (draft one for a file), ``chapter`` (make a new one),
``notebooks`` (refresh stored outputs),
``open`` (look at the result), ``record`` (of what is hidden) and ``sign`` (a reviewer signs off the reports).
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
import time
import webbrowser
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from pathlib import Path

import pandas as pd

from helpers import execute, ingest, paths, render, settings, streams, synthetic, workflow
from helpers.errors import Failure, MonitorError, Problem, Problems, explain
from helpers.execute import scaffold
from helpers.files import close, display
from helpers.ingest import draft
from helpers.ingest.problems import Refused
from helpers.release import makers, signoff, versions
from helpers.render import disclosure, portal

FAILED, INTERRUPTED = 1, 130


def known_institutions(edition: str) -> list[str]:
    """Codes of the ingested register, in order; empty before the register has been ingested."""
    register = paths.EditionPaths(edition).data / "register.parquet"
    if not register.is_file():
        return []
    return sorted(pd.read_parquet(register, columns=["institution_id"])["institution_id"])


def renderer() -> str:
    """Name and version of the renderer that reports are made with; a change makes them again."""
    return render.renderer_name()


def _deliveries(about: settings.Edition) -> None:
    """Make sure that there are deliveries; raises :class:`MonitorError`."""
    _keep_to_owner(about)
    if about.synthetic is not None:
        _generate(about)
    elif not about.paths.deliveries.is_dir():
        raise MonitorError(
            f"There are no deliveries for edition '{about.edition}': "
            f"put the received files in {about.paths.deliveries}."
        )


def _keep_to_owner(about: settings.Edition) -> None:
    """Close what was received and made to other users of the machine; raises :class:`Problems` where that cannot be.

    What the project makes is closed from the start; what a person puts among the deliveries may not be.
    """
    left = [path for folder in (about.paths.deliveries, about.paths.outputs) for path in close(folder)]
    if left and about.synthetic is None:
        remedy = "Let its owner do `chmod -R go= <folder>`, or keep it on a disk of which modes count (MIV_DELIVERIES)."
        problems = [Problem(display(path), "", "other users can open it", "its owner only", remedy) for path in left]
        raise Problems(f"Edition '{about.edition}' is real, and not kept from others:", problems[:20])


def _read_deliveries(about: settings.Edition, cores: int) -> None:
    """Read what arrived and look at it: canonical tables, verdict and intake page."""
    _deliveries(about)
    ingest.check_left_out(about)
    ingest.forget_changed(about.edition)
    _refuse_unless_clean("ingest", workflow.run_stage("ingest", about.edition, cores=cores), about.paths)


def intake(edition: str, cores: int) -> int:
    """Read and check the deliveries, without anything else; prints the verdict. Returns the exit code."""
    about = settings.load_edition(edition)
    with workflow.only_one(edition), workflow.warm():
        _read_deliveries(about, cores)
    try:
        summary = ingest.require(edition)
    except Refused as refused:
        print(refused, file=sys.stderr)
        summary = ingest.load_intake(edition)
    print(f"{ingest.verdict(summary)}; {display(about.paths.outputs / 'intake' / 'index.html')}")
    return FAILED if summary["verdict"] == "refused" else 0


def prepare(edition: str, cores: int) -> None:
    """Deliveries to canonical tables, then to analysis tables; raises :class:`MonitorError`."""
    about = settings.load_edition(edition)
    _read_deliveries(about, cores)
    ingest.require(edition)
    _refuse_unless_clean("analyse", workflow.run_stage("analyse", edition, cores=cores), about.paths)


def _generate(about: settings.Edition) -> None:
    made = about.synthetic
    if synthetic.is_current(made.world, made.seed, about.paths.deliveries):
        return
    print(f"  synthetic deliveries for '{about.edition}': writing to {display(about.paths.deliveries)}", flush=True)
    synthetic.generate(made.world, made.seed, about.paths.deliveries)


def _refuse_unless_clean(stage: str, failures: list[Failure], where: paths.EditionPaths) -> None:
    if not failures:
        return
    words = "\n".join(failure.error for failure in failures)
    raise MonitorError(
        f"{words}\nThe {stage} stage stopped here; reports made earlier in {display(where.outputs / 'reports')} "
        "are untouched and do not hold these deliveries."
    )


def choose_units(about: settings.Edition, *, only: str | None, everything: bool) -> list[str]:
    """Units to report on. Raises :class:`MonitorError` for a unit that does not exist."""
    known = known_institutions(about.edition)
    skip = settings.load_unit_kind("institution").skip
    asked = {"skip in parameters/institution.yml": list(skip)}
    asked[f"first_units in parameters/editions/{about.edition}.yml"] = about.first_units
    if only not in (None, settings.SECTOR):
        asked["ID"] = [only]
    wrong = [
        f"  - {where}: there is no institution '{unit}' in the register of edition '{about.edition}'"
        for where, units in asked.items()
        for unit in units
        if unit not in known and not (where.startswith("skip"))
    ]
    if wrong:
        raise MonitorError("\n".join([*wrong, f"The register has: {', '.join(known)}."]))
    if only is not None:
        return [only]
    chosen = known if everything or not about.first_units else about.first_units
    return [settings.SECTOR, *(unit for unit in chosen if unit not in skip)]


def report(edition: str, *, only: str | None, everything: bool, cores: int) -> int:
    """Deliveries to reports; prints progress, what was made and what failed. Returns the exit code."""
    execute.check_parameters(edition)
    about = settings.load_edition(edition)
    started = time.monotonic()
    print(f"Edition '{edition}': from deliveries to reports", flush=True)
    with workflow.only_one(edition), workflow.warm():
        makers.note(edition)
        prepare(edition, cores)
        units = choose_units(about, only=only, everything=everything)
        _drop_orphans(about.paths)
        _drop_outdated(about.paths, units)
        failures = workflow.run_stage("reports", edition, cores=cores, units=units)
    return _finish(about, units, failures, started)


def _finish(about: settings.Edition, units: list[str], failures: list[Failure], started: float) -> int:
    """What stands after every making of reports: the record, the page of all reports, and what to tell."""
    disclosure.render(about.edition)
    for warning in versions.warnings(about.edition):
        print(f"warning: {warning}", file=sys.stderr)
    _overview(about.paths, units, failures)
    _tell(about.paths, units, failures, time.monotonic() - started)
    return FAILED if failures else 0


def write_record(edition: str) -> int:
    """The disclosure record of what has been made, for the reviewer, and what of it is released on all pages."""
    disclosure.render(edition)
    portal.write(edition)
    return 0


def sign(edition: str, person: str, maker: str) -> int:
    """A second person signs off the reports of an edition, as they are without the mark of a concept."""
    about = settings.load_edition(edition)
    started = time.monotonic()
    with workflow.only_one(edition):
        signature = signoff.sign(edition, person, maker, partial(_make_final, edition), partial(_attack, edition))
    print(f"Signed by {signature.person}: {len(signature.reports)} reports, in {display(signoff.path_of(edition))}")
    return _finish(about, list(signature.reports), [], started)


def _make_final(edition: str, folder: Path, units: Sequence[str]) -> None:
    """Make reports in a folder without the mark of a concept; raises :class:`MonitorError` with all that failed."""
    print(f"  making {len(units)} reports without the mark of a concept, beside the concepts", flush=True)
    with ProcessPoolExecutor() as pool:
        told = [text for text in pool.map(partial(_make_one, edition, folder), units) if text]
    if told:
        raise MonitorError("\n".join(["Nothing is signed; these reports could not be made:", *told]))


def _make_one(edition: str, folder: Path, unit: str) -> str:
    """What went wrong ('' if nothing did)."""
    try:
        render.make(edition, unit, folder / unit, concept=False)
    except Exception as error:
        return f"  - {unit}: {explain(error)}"
    return ""


def _attack(edition: str, outputs: Path, earlier: Sequence[str]) -> bool:
    """Audit the reports below a folder of outputs; what it found is printed."""
    command = [sys.executable, "-m", "helpers.audit", edition, *earlier]
    sys.stdout.flush()
    return subprocess.run(command, env={**os.environ, "MIV_OUTPUTS": str(outputs)}, check=False).returncode == 0


def _overview(where: paths.EditionPaths, units: list[str], failures: list[Failure]) -> None:
    """Keep what failed, and make the page of all reports; what is wrong with that page spoils no report."""
    portal.remember(where, units, failures)
    try:
        portal.write(where.edition)
    except MonitorError as error:
        print(f"The overview of all reports could not be made: {error}", file=sys.stderr)


def _drop_orphans(where: paths.EditionPaths) -> None:
    """Take away what was made for units that the register no longer has."""
    units = {settings.SECTOR, *known_institutions(where.edition)}
    for folder in (where.outputs / "units", where.outputs / "reports"):
        for path in folder.glob("*") if folder.is_dir() else ():
            if path.name not in units:
                shutil.rmtree(path, ignore_errors=True)


def _drop_outdated(where: paths.EditionPaths, units: list[str]) -> None:
    """Take away reports that must be made again because of a sign-off, and what an interrupted one left."""
    signoff.clear(where.edition)
    for unit in signoff.outdated(where.edition, units):
        shutil.rmtree(where.report(unit), ignore_errors=True)


def _tell(where: paths.EditionPaths, units: list[str], failures: list[Failure], seconds: float) -> None:
    made = [unit for unit in units if (where.report(unit) / "report.json").is_file()]
    institutions = len([unit for unit in made if unit != settings.SECTOR])
    parts = ["the sector report"] if settings.SECTOR in made else []
    if institutions:
        parts.append(f"{institutions} institution report{'s' if institutions != 1 else ''}")
    print(f"Ready in {seconds:.0f} s: {' and '.join(parts) or 'no report'} in {display(where.outputs / 'reports')}")
    print(f"  all reports: {display(where.outputs / 'index.html')} (make open)")
    if settings.SECTOR in made:
        print(f"  sector: {display(where.report(settings.SECTOR) / 'index.html')} (make open ID=sector)")
    if failures:
        print(_failure_table(failures), file=sys.stderr)


def _failure_table(failures: list[Failure]) -> str:
    lines = [f"{len(failures)} job(s) failed; the reports of these units were not made:"]
    for failure in failures:
        place = ", ".join(
            part
            for part in (
                f"unit {failure.unit}" if failure.unit else f"rule {failure.rule}",
                f"chapter {failure.chapter}" if failure.chapter else "",
                f"cell [{failure.cell}]" if failure.cell else "",
            )
            if part
        )
        lines.append(f"  - {place}: {failure.error}")
        lines.append(f"    open: {display(Path(failure.open))}")
    return "\n".join(lines)


def refresh_notebooks() -> int:
    """Run every chapter as it is and store its outputs; says which changed."""
    for chapter in execute.notebooks():
        changed = execute.refresh(chapter)
        print(f"  {chapter}.ipynb: {'outputs renewed' if changed else 'unchanged'}", flush=True)
    names = [display(execute.notebook_path(chapter)) for chapter in execute.notebooks()]
    guard = [sys.executable, str(paths.ROOT / "scripts" / "guard.py"), "--store", *names]
    return subprocess.run(guard, check=False).returncode


def new_chapter(name: str, title: str) -> int:
    """Make a chapter's notebook and its line, and say what is left to do."""
    path = scaffold.new_chapter(name, title)
    print(f"{display(path)} is there; its line in {display(paths.CHAPTERS)} says where it stands in which reports.")
    print("Write it (make lab), look at it in the reports (make small), and store its outputs (make notebooks).")
    return 0


def draft_crosswalk(file: Path, like: str | None) -> int:
    """Write a draft crosswalk for a delivered file, and say what is left to decide."""
    target, left = draft.write(file, like)
    print(f"{display(target)}: {left}")
    return 0


def open_report(edition: str, unit: str | None) -> int:
    """Open the overview of an edition's reports, or one report, in the browser, and say where it is."""
    where = paths.EditionPaths(edition)
    page = (where.report(unit) if unit else where.outputs) / "index.html"
    if not page.is_file():
        what = f"report of '{unit}'" if unit else "overview of reports"
        raise MonitorError(f"There is no {what} in edition '{edition}' yet: run `make report` first.")
    print(page)
    webbrowser.open(page.as_uri())
    return 0


def parse(arguments: list[str]) -> argparse.Namespace:
    """Command line of the front door."""
    parser = argparse.ArgumentParser(prog="python -m helpers.run", description=__doc__.splitlines()[0])
    commands = parser.add_subparsers(dest="command", required=True)
    for name in ("report", "intake", "prepare", "open", "record"):
        command = commands.add_parser(name)
        command.add_argument("--edition", required=True)
        command.add_argument("--only", metavar="UNIT", help="'sector' or an institution's code")
        command.add_argument("--all", action="store_true", help="all institutions, not the first ones only")
        command.add_argument("--cores", type=int, default=os.cpu_count() or 1)
    commands.add_parser("notebooks")
    signing = commands.add_parser("sign")
    signing.add_argument("--edition", required=True)
    signing.add_argument("--name", default="", help="who takes responsibility")
    signing.add_argument("--maker", default="", help="who made the reports, where that is not known")
    chapter = commands.add_parser("chapter")
    chapter.add_argument("name", help="a number and words, such as 5-incidenten")
    chapter.add_argument("--title", default="", help="the chapter's heading")
    draft = commands.add_parser("crosswalk")
    draft.add_argument("file", type=Path, help="a delivered file")
    draft.add_argument("--like", help="crosswalk of the wave before; else the one that fits best")
    return parser.parse_args(arguments)


def dispatch(options: argparse.Namespace) -> int:
    """Run the command that was asked for."""
    if options.command == "notebooks":
        return refresh_notebooks()
    if options.command == "crosswalk":
        return draft_crosswalk(options.file, options.like)
    if options.command == "chapter":
        return new_chapter(options.name, options.title)
    if options.command == "record":
        return write_record(options.edition)
    if options.command == "sign":
        return sign(options.edition, options.name, options.maker)
    if options.command == "intake":
        return intake(options.edition, options.cores)
    if options.command == "open":
        return open_report(options.edition, options.only)
    if options.command == "prepare":
        execute.check_parameters(options.edition)
        with workflow.only_one(options.edition), workflow.warm():
            makers.note(options.edition)
            prepare(options.edition, options.cores)
        return 0
    return report(options.edition, only=options.only, everything=options.all, cores=options.cores)


def main(arguments: list[str] | None = None) -> int:
    """Entry point: no traceback reaches a researcher unless ``MIV_TRACEBACK`` asks for it."""
    options = parse(sys.argv[1:] if arguments is None else arguments)
    try:
        return dispatch(options)
    except KeyboardInterrupt:
        print("\nInterrupted. What was ready is kept; run the same command to go on.", file=sys.stderr)
        return INTERRUPTED
    except Exception as error:
        if os.environ.get("MIV_TRACEBACK"):
            raise
        print(explain(error), file=sys.stderr)
        return FAILED


if __name__ == "__main__":
    streams.with_names_in_utf8()
    sys.exit(main())
