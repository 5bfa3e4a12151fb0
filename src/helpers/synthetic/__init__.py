"""Synthetic deliveries: fictional institutions and respondents, in the formats in which real ones arrive.

The generator writes deliveries, never canonical tables, so that every step of the pipeline has real work
to do. The same world, seed and version give the same bytes.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
from pathlib import Path

import numpy as np
import pandas as pd

from helpers.synthetic import files, focus, layouts, policy, respondents
from helpers.synthetic.worlds import WORLDS, World

VERSION = 4
"""Raised when the same seed gives other bytes than before; older deliveries are then made again."""

MANIFEST = "manifest.json"


def generate(world: str, seed: int, folder: Path) -> None:
    """Write the deliveries of a world into ``folder``, which appears only when all are there.

    Parameters
    ----------
    world
        ``"small"`` or ``"nation"``.
    seed
        Any whole number; equal seeds give equal bytes.
    folder
        Replaced if it exists.

    Raises
    ------
    ValueError
        For a world that does not exist.
    """
    if world not in WORLDS:
        raise ValueError(f"there is no world '{world}'; there are: {', '.join(WORLDS)}")
    folder.parent.mkdir(parents=True, exist_ok=True)
    temporary = folder.with_name(f".{folder.name}.{os.getpid()}")
    shutil.rmtree(temporary, ignore_errors=True)
    temporary.mkdir()
    try:
        _write_all(WORLDS[world](np.random.default_rng([seed, 0])), seed, temporary)
        _write_manifest(world, seed, temporary)
        shutil.rmtree(folder, ignore_errors=True)
        os.replace(temporary, folder)
    finally:
        shutil.rmtree(temporary, ignore_errors=True)


def is_current(world: str, seed: int, folder: Path) -> bool:
    """True if ``folder`` was generated for this world and seed by this version.

    Files may have been added, changed or taken away since: late deliveries are kept.
    """
    manifest = folder / MANIFEST
    if not manifest.is_file():
        return False
    made = json.loads(manifest.read_text(encoding="utf-8"))
    return (made.get("world"), made.get("seed"), made.get("version")) == (world, seed, VERSION)


def _write_all(world: World, seed: int, folder: Path) -> None:
    files.write_register(folder / "register.csv", world.institutions)
    for wave, layout in layouts.STUDENTS.items():
        rng = np.random.default_rng([seed, wave])
        rows = respondents.students(world, wave, rng)
        extra = _extra(len(rows), wave, rng)
        files.write_sav(folder / f"studenten_{wave}.sav", rows, layout, extra, layouts.EXTRA[wave])
    rng = np.random.default_rng([seed, 1])
    rows = respondents.staff(world, rng)
    files.write_sav(folder / "medewerkers_2022.sav", rows, layouts.STAFF, _numbers(len(rows)), {"nr": "Volgnummer"})
    for population, name, size in (
        ("students", "studenten", world.msv_students),
        ("staff", "medewerkers", world.msv_staff),
    ):
        rows = respondents.msv(population, size, rng)
        target = folder / f"msv_{name}_2018.sav"
        files.write_sav(target, rows, layouts.MSV, _numbers(len(rows)), {"nr": "Volgnummer"})
    policy.write_coordinators(folder / "coordinatoren_2023.xlsx", world, np.random.default_rng([seed, 2]))
    policy.write_incidents(folder / "incidenten", world, np.random.default_rng([seed, 3]))
    focus.write_fragments(folder / "focusgroepen_2023.xlsx", world, np.random.default_rng([seed, 4]))


def _extra(size: int, wave: int, rng: np.random.Generator) -> pd.DataFrame:
    number, other = layouts.EXTRA[wave]
    return pd.DataFrame({number: np.arange(1, size + 1), other: rng.integers(1, 6, size)}).astype(float)


def _numbers(size: int) -> pd.DataFrame:
    return pd.DataFrame({"nr": np.arange(1.0, size + 1)})


def _write_manifest(world: str, seed: int, folder: Path) -> None:
    sums = {
        str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }
    content = {"synthetic": True, "world": world, "seed": seed, "version": VERSION, "files": sums}
    (folder / MANIFEST).write_text(json.dumps(content, indent=1) + "\n", encoding="utf-8")
