"""Worlds that tests share: generated once, copied where a test changes something."""

from __future__ import annotations

import fcntl
import os
import shutil
import subprocess
import sys
from functools import partial
from pathlib import Path

import books
import cells
import pytest

from helpers import execute, ingest, paths, render, run, settings, synthetic, tables
from helpers.analyse import PARTS, analyse
from helpers.render import quarto
from helpers.sources import load_sources

SEED = 20231120
ENVIRONMENT = dict(os.environ)
"""As it was before a test started R, which puts libraries of its own on the path of every later process."""
needs_quarto = (
    pytest.mark.quarto,
    pytest.mark.skipif(quarto.find() is None, reason="quarto is not found; `make quarto` tries to install it"),
)
"""Marks of a test, or of one of its parameters."""
CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
"""The browser of the system; tests that need one never download it."""
collect_ignore_glob = ["known-fail/*"]


@pytest.fixture(scope="session")
def small_deliveries(tmp_path_factory) -> Path:
    """Deliveries of the small world; not to be changed."""
    folder = tmp_path_factory.mktemp("deliveries") / "small"
    synthetic.generate("small", SEED, folder)
    return folder


def point_at(patch: pytest.MonkeyPatch, root: Path) -> Path:
    """Make the pipeline read and write under ``root``."""
    patch.setenv("MIV_DELIVERIES", str(root / "deliveries"))
    patch.setenv("MIV_OUTPUTS", str(root / "outputs"))
    patch.delenv(paths.UNIT_FOLDER, raising=False)
    return root


@pytest.fixture(scope="session")
def ingested(tmp_path_factory, small_deliveries) -> Path:
    """A root with the small world's deliveries and canonical tables; not to be changed."""
    root = tmp_path_factory.mktemp("ingested")
    shutil.copytree(small_deliveries, root / "deliveries" / "small")
    with pytest.MonkeyPatch.context() as patch:
        point_at(patch, root)
        for source in load_sources():
            assert ingest.ingest_source("small", source.source) == []
        ingest.gate("small")
    return root


@pytest.fixture(scope="session")
def analysed(tmp_path_factory, ingested) -> Path:
    """A root that is ready for chapters; not to be changed."""
    root = tmp_path_factory.mktemp("analysed") / "root"
    shutil.copytree(ingested, root)
    with pytest.MonkeyPatch.context() as patch:
        point_at(patch, root)
        for part in PARTS:
            analyse("small", part)
        for table in tables.OWN_TABLES:
            tables.write_slices("small", table, run.known_institutions("small"))
    return root


@pytest.fixture
def world(tmp_path, ingested, monkeypatch) -> Path:
    """A copy of the ingested small world that the test may change."""
    shutil.copytree(ingested, tmp_path / "world")
    return point_at(monkeypatch, tmp_path / "world")


@pytest.fixture
def ready(tmp_path, analysed, monkeypatch) -> Path:
    """A copy of the analysed small world that the test may change."""
    shutil.copytree(analysed, tmp_path / "ready")
    return point_at(monkeypatch, tmp_path / "ready")


@pytest.fixture
def cell(ready, monkeypatch, tmp_path):
    """A function that opens a chapter of a unit to run cells in."""
    return lambda unit="99AA": cells.Cell(monkeypatch, tmp_path, unit)


def front_door(root: Path, *words: str, **environment: str) -> subprocess.CompletedProcess:
    """Run ``python -m helpers.run`` in a process of its own, on deliveries and outputs under ``root``."""
    return subprocess.run(
        [sys.executable, "-m", "helpers.run", *words],
        env=front_environment(root, **environment),
        capture_output=True,
        text=True,
        timeout=900,
        check=False,
    )


def front_environment(root: Path, **more: str) -> dict[str, str]:
    """Environment in which the front door works under ``root``."""
    kept = {key: value for key, value in ENVIRONMENT.items() if not key.startswith(("MIV_", "PYTEST_"))}
    return {
        **kept,
        "MIV_DELIVERIES": str(root / "deliveries"),
        "MIV_OUTPUTS": str(root / "outputs"),
        "MIV_RENDERER": "preview",
        **more,
    }


@pytest.fixture(scope="session")
def small_run(tmp_path_factory) -> tuple[Path, subprocess.CompletedProcess]:
    """The whole workflow on the small world, from nothing to reports, through the front door."""
    root = tmp_path_factory.mktemp("small-run")
    done = front_door(root, "report", "--edition", "small")
    if done.returncode == 0:  # the tests of the workflow change what was delivered
        shutil.copytree(root / "outputs/small/units", first_told(root), ignore=shutil.ignore_patterns("source"))
    return root, done


def first_told(root: Path) -> Path:
    """Units of the small world as the first run of ``small_run`` told of them, which no test changes."""
    return root.with_name(f"{root.name}-told")


@pytest.fixture(scope="session")
def browser():
    """The system's Chromium, driven by Playwright."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        found = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"])
        yield found
        found.close()


@pytest.fixture(scope="session")
def quarto_run(tmp_path_factory, small_run) -> Path:
    """A copy of the small world whose sector report and one institution's were made by Quarto; not to be changed."""
    root = tmp_path_factory.mktemp("quarto-run") / "root"
    shutil.copytree(small_run[0], root)
    with pytest.MonkeyPatch.context() as patch:
        point_at(patch, root)
        patch.setenv("MIV_RENDERER", "quarto")
        for unit in ("sector", "99AB"):
            render.render("small", unit)
    return root


@pytest.fixture(scope="session")
def quarto_reports(quarto_run) -> dict[str, Path]:
    """Both kinds of report, rendered by Quarto; not to be changed."""
    return {unit: quarto_run / "outputs/small/reports" / unit for unit in ("sector", "99AB")}


@pytest.fixture(scope="session")
def nation() -> str:
    """The national edition, prepared in the project's own outputs (shared by workers, made once)."""
    outputs = paths.EditionPaths("nation").outputs
    outputs.mkdir(parents=True, exist_ok=True)
    with open(outputs / ".test-lock", "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        execute.check_parameters("nation")
        if not fresh(outputs):
            done = subprocess.run(
                [sys.executable, "-m", "helpers.run", "prepare", "--edition", "nation"],
                env=ENVIRONMENT,
                capture_output=True,
                text=True,
                check=False,
            )
            assert done.returncode == 0, done.stderr
    return "nation"


def fresh(outputs: Path) -> bool:
    """Whether the edition's tables are younger than the code they come from, so that nothing need run."""
    code = [*(paths.ROOT / "src/helpers").rglob("*.py"), *paths.CROSSWALKS.glob("*.yml"), paths.SOURCES]
    code += [*paths.QUOTE_LISTS.glob("*.txt"), paths.PARAMETERS / "quotes" / "nation.yml"]
    made = [outputs / "analysis" / f"{name}.parquet" for names in PARTS.values() for name in names]
    made.append(outputs / "data" / "intake.json")
    return all(path.is_file() for path in made) and min(path.stat().st_mtime for path in made) > max(
        path.stat().st_mtime for path in code
    )


@pytest.fixture
def edition_file(tmp_path, monkeypatch):
    """Write a parameter folder of one's own: returns a function that makes an edition from keys."""
    import yaml

    folder = tmp_path / "parameters"
    shutil.copytree(paths.PARAMETERS, folder)
    monkeypatch.setattr(paths, "PARAMETERS", folder)

    def make(name: str, **keys) -> Path:
        base = yaml.safe_load((folder / "editions" / "small.yml").read_text(encoding="utf-8"))
        content = {**base, "edition": name, **keys}
        content = {key: value for key, value in content.items() if value is not None}
        path = folder / "editions" / f"{name}.yml"
        path.write_text(yaml.safe_dump(content, allow_unicode=True), encoding="utf-8")
        settings.load_edition(name)
        return path

    return make


@pytest.fixture
def registration(tmp_path):
    """Read one institution's registration of incidents: :func:`books.registration` in a folder of its own."""
    return partial(books.registration, tmp_path)
