# What all stages share: the edition, its units, and the names of files.
import sys

from helpers import brand, paths, run, settings
from helpers.reads import READS
from helpers.release import signoff
from helpers.sources import load_sources, unexpected

EDITION = config["edition"]
PATHS = paths.EditionPaths(EDITION)
ABOUT = settings.load_edition(EDITION)
# Runs a module of the package, in a fork of the warm server where there is one.
RUN = f"{sys.executable} -I -S {paths.ROOT / 'src/helpers/warm/client.py'}"
# Colours, letters and logo: of figures, pages, PDF and Word.
BRAND = brand.load().sources()
SOURCES = {source.source: source for source in load_sources()}
# Institutions are known once the register has been ingested; the stages after that see them.
INSTITUTIONS = run.known_institutions(EDITION)
UNITS = (config.get("units") or "").split() or [settings.SECTOR]


wildcard_constraints:
    source="|".join(SOURCES),
    unit="|".join([settings.SECTOR, *INSTITUTIONS]),
    chapter="|".join(READS),


def code(*patterns):
    """Python files on which a rule's results depend."""
    found = [file for pattern in patterns for file in sorted((paths.ROOT / "src/helpers").glob(pattern))]
    if not found:
        raise ValueError(f"no code matches {patterns}")
    return found


def sources_of(table):
    """Registry keys of the sources that feed a canonical table."""
    return [key for key, source in SOURCES.items() if source.table == table]


def data_files(*tables):
    """Canonical Parquet files of some tables, over all waves."""
    return [PATHS.data / f"{key}.parquet" for table in tables for key in sources_of(table)]
