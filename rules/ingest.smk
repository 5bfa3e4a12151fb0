# Deliveries -> canonical tables. A refusal does not fail the job of its source: the gate looks at all sources
# together and gives the verdict, and the front door stops there.
def delivered(wildcards):
    source = SOURCES[wildcards.source]
    also = [] if source.table != "institutions" else [each for each in SOURCES.values() if each.table == "enrolment"]
    return [file for each in (source, *also) for file in each.files(PATHS)]


def crosswalks_of(wildcards):
    return [paths.CROSSWALKS / f"{name}.yml" for name in SOURCES[wildcards.source].crosswalk]


def left_out(wildcards):
    return [ABOUT.left_out(wildcards.source), ABOUT.institutions_left_out(wildcards.source)]


rule ingest_source:
    input:
        delivered,
        crosswalks_of,
        paths.SOURCES,
        paths.PARAMETERS / "intake.yml",
    output:
        PATHS.data / "{source}.problems.json",
    params:
        without=left_out,
        code=code("helpers.ingest"),
    log:
        PATHS.logs / "ingest_{source}.log",
    shell:
        "{RUN:q} helpers.ingest source {EDITION:q} {wildcards.source:q} > {log:q} 2>&1"


rule gate:
    input:
        expand(PATHS.data / "{source}.problems.json", source=SOURCES),
        paths.PARAMETERS / "intake.yml",
    output:
        PATHS.data / "intake.json",
    params:
        code=code("helpers.ingest"),
        unexpected=unexpected(PATHS, list(SOURCES.values())) if PATHS.deliveries.is_dir() else [],
        links=links(PATHS),
    log:
        PATHS.logs / "gate.log",
    shell:
        "{RUN:q} helpers.ingest gate {EDITION:q} > {log:q} 2>&1"


rule intake_page:
    input:
        PATHS.data / "intake.json",
        BRAND,
        [path for path in sorted(paths.REPORT_PARTS.rglob("*")) if path.is_file()],
    output:
        PATHS.outputs / "intake/index.html",
    params:
        code=code("helpers.render.intake"),
    log:
        PATHS.logs / "intake_page.log",
    shell:
        "{RUN:q} helpers.render {EDITION:q} intake > {log:q} 2>&1"
