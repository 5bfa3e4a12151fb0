# What all stages share: the edition, its units, and the names of files.
import functools
import sys

from helpers import brand, closure, execute, paths, reads, run, settings
from helpers.sources import braced, links, load_sources, named, specials, unexpected, unwritten

EDITION = config["edition"]
PATHS = paths.EditionPaths(EDITION)
ABOUT = settings.load_edition(EDITION)
# Runs a module of the package, in a fork of the warm server where there is one.
RUN = [sys.executable, "-X", "utf8", "-I", "-S", str(paths.CODE / "warm" / "client.py")]
SOURCES = {source.source: source for source in load_sources()}
# Institutions are known once the register has been ingested; the stages after that see them.
INSTITUTIONS = run.known_institutions(EDITION)
UNITS = (config.get("units") or "").split() or [settings.SECTOR]


wildcard_constraints:
    source="|".join(SOURCES),
    unit="|".join([settings.SECTOR, *INSTITUTIONS]),
    chapter="|".join(execute.notebooks()),


@functools.cache
def code(*modules):
    """Checksum of the code on which a rule's results depend: some modules and all that these import."""
    return closure.checksum(closure.of(*modules))


def sources_of(table):
    """Registry keys of the sources that feed a canonical table."""
    return [key for key, source in SOURCES.items() if source.table == table]


def data_files(*tables):
    """Canonical Parquet files of some tables, over all waves."""
    return [PATHS.data / f"{key}.parquet" for table in tables for key in sources_of(table)]


# Files of the project itself that chapters and analyses may read.
PROJECT = [
    *sorted(paths.PARAMETERS.glob("*.yml")),
    paths.PARAMETERS / "editions" / f"{EDITION}.yml",
    *sorted((paths.ROOT / "data").glob("*.yml")),
    *sorted({paths.CROSSWALKS / f"{name}.yml" for source in SOURCES.values() for name in source.crosswalk}),
    *sorted(path for path in (paths.REPORT_PARTS / "sentences").glob("*") if path.is_file()),
]


# Read while modules are imported, before a job's record begins (a test sees to it that nothing else is).
BRAND = brand.load().sources()


def as_read(record, every, always=()):
    """All files that a job may read; those that it did not read the last time count as old, whatever becomes of them.

    The set stays the same, so that Snakemake does not run the job again because its record is new. What it read outside
    of the set is added; without a record everything counts. ``always``: files that count whatever the record says.
    """
    known = reads.load(record)
    more = sorted(path for path in known.difference(every, always) if path.is_file())
    return [*(path if not known or path in known else ancient(path) for path in every), *always, *more]
