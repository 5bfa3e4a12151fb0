# Table of contents of the workflow. `make report` runs its three stages one after the other:
# ingest, analyse, reports. A later stage starts when the one before has settled, so that an output
# that was made again but came out equal to the byte leaves what stands on it alone.
from snakemake.utils import min_version

min_version("9.0")

include: "rules/common.smk"
include: "rules/ingest.smk"
include: "rules/analyse.smk"
include: "rules/chapters.smk"
include: "rules/reports.smk"


rule ingest:
    input:
        PATHS.data / "intake.json",
        PATHS.outputs / "intake/index.html",


rule analyse:
    input:
        analysis_files(),
        slice_files(),


rule reports:
    input:
        [PATHS.report(unit) / "report.json" for unit in UNITS],
