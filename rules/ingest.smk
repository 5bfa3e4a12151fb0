# Deliveries -> canonical tables. A refusal does not fail the job of its source: the gate looks at all sources
# together and gives the verdict, and the front door stops there.
def files_of(wildcards):
    source = SOURCES[wildcards.source]
    needed = {"institutions": "enrolment", "incidents": "institutions"}.get(source.table)
    also = [each for each in SOURCES.values() if each.table == needed]
    return [file for each in (source, *also) for file in each.files(PATHS)]


def delivered(wildcards):
    return [file for file in files_of(wildcards) if not braced(file, PATHS)]


# Braces in an input are always read as a wildcard: these files count by their size and time.
def with_braces(wildcards):
    files = [file for file in files_of(wildcards) if braced(file, PATHS)]
    return [[named(file, PATHS), file.stat().st_size, file.stat().st_mtime_ns] for file in files]


# What the gate tells of names; a function, because braces in a list are read as a wildcard too.
def names_told(wildcards):
    if not PATHS.deliveries.is_dir():
        return []
    return [unexpected(PATHS, list(SOURCES.values())), links(PATHS), specials(PATHS), unwritten(PATHS)]


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
        braces=with_braces,
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
        names=names_told,
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
