# Deliveries -> canonical tables. A refusal does not fail the job of its source: the gate reports the
# problems of all sources at once.
def delivered(wildcards):
    return SOURCES[wildcards.source].files(PATHS)


rule ingest_source:
    input:
        delivered,
        paths.SOURCES,
        lambda wildcards: paths.CROSSWALKS / f"{SOURCES[wildcards.source].crosswalk}.yml",
        code("ingest/*.py", "schema.py"),
    output:
        PATHS.data / "{source}.problems.json",
    log:
        PATHS.logs / "ingest_{source}.log",
    shell:
        "{RUN} helpers.ingest source {EDITION} {wildcards.source} > {log} 2>&1"


rule gate:
    input:
        expand(PATHS.data / "{source}.problems.json", source=SOURCES),
    output:
        PATHS.data / "intake.json",
    log:
        PATHS.logs / "gate.log",
    shell:
        "{RUN} helpers.ingest gate {EDITION} > {log} 2>&1"
