# One chapter for one unit. What it reads is found while it runs, and kept in a record; when something of that or of the
# code behind it changes, it runs again, and only then.
def may_read(wildcards):
    """All that a chapter may come to read: of an institution its own rows, of what is no one's own everything."""
    sector = wildcards.unit == settings.SECTOR
    common = [key for key, source in SOURCES.items() if sector or source.table not in tables.OWN_TABLES]
    own = [] if sector else [tables.slice_path(EDITION, wildcards.unit, table) for table in tables.OWN_TABLES]
    notebook = execute.notebook_path(wildcards.chapter)
    return [*own, *(PATHS.data / f"{key}.parquet" for key in common), *analysis_files(), *PROJECT, notebook]


def chapter_reads(wildcards):
    return as_read(PATHS.record(wildcards.unit, wildcards.chapter), may_read(wildcards), BRAND)


def chapter_code(wildcards):
    notebook = execute.notebook_path(wildcards.chapter)
    return code("helpers.execute.__main__", *closure.notebook_imports(notebook))


rule chapter:
    input:
        chapter_reads,
    output:
        PATHS.outputs / "units/{unit}/{chapter}.ipynb",
        PATHS.outputs / "units/{unit}/{chapter}.reads.json",
    params:
        code=chapter_code,
    log:
        PATHS.logs / "chapter_{unit}_{chapter}.log",
    shell:
        "{RUN:q} helpers.execute {EDITION:q} {wildcards.unit:q} {wildcards.chapter:q} > {log:q} 2>&1"
