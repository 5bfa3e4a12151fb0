# One chapter for one unit. It reads the unit's own rows and what was computed for all; when one of
# those changes, it runs again, and only then.
def own_files(wildcards):
    reads = READS[wildcards.chapter]
    if wildcards.unit == settings.SECTOR:
        return data_files(*reads.own)
    return [PATHS.unit(wildcards.unit) / "data" / f"{table}.parquet" for table in reads.own]


def common_files(wildcards):
    reads = READS[wildcards.chapter]
    names = [*reads.analysis, *(reads.sector if wildcards.unit == settings.SECTOR else ())]
    return [*data_files(*reads.shared), *(PATHS.analysis / f"{name}.parquet" for name in names)]


def story_code(wildcards):
    return code(*READS[wildcards.chapter].code)


rule chapter:
    input:
        own_files,
        common_files,
        story_code,
        code("chapters/common.py", "chapters/captions.py", "publish.py", "report.py"),
        code("rulebook.py", "disclosure/*.py", "figures/*.py", "brand.py", "dutch.py"),
        BRAND,
        code("wording.py", "statistics/*.py", "schema.py", "groups.py", "characteristics.py"),
        code("tables.py", "execute/*.py"),
        paths.NOTEBOOKS / "{chapter}.ipynb",
        paths.CHARACTERISTICS,
        paths.PARAMETERS / "settings.yml",
        paths.PARAMETERS / "disclosure.yml",
        paths.PARAMETERS / "editions" / f"{EDITION}.yml",
        lambda wildcards: paths.PARAMETERS
        / ("sector.yml" if wildcards.unit == settings.SECTOR else "institution.yml"),
    output:
        PATHS.outputs / "units/{unit}/{chapter}.ipynb",
    log:
        PATHS.logs / "chapter_{unit}_{chapter}.log",
    shell:
        "{RUN} helpers.execute {EDITION} {wildcards.unit} {wildcards.chapter} > {log} 2>&1"
