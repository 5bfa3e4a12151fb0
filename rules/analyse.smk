# What is the same for every report, computed once; and every institution's own rows.
from helpers import analyse, tables

PART_READS = {
    "students": ("institutions", "students"),
    "staff": ("institutions", "students", "staff"),
    "policy": ("institutions", "coordinators", "incidents"),
    "conversations": ("fragments",),
    "documentation": (),
}
PART_CODE = {
    "students": ("analyse/populations.py", "groups.py", "models.py", "statistics.py"),
    "staff": ("analyse/populations.py", "groups.py", "models.py", "statistics.py"),
    "policy": ("analyse/policy.py", "ingest/comparability.py", "statistics.py"),
    "conversations": ("analyse/conversations.py",),
    "documentation": ("codebook.py", "ingest/crosswalks.py"),
}
# What the codebook tells of: the crosswalks, and how many answers intake found missing.
PART_FILES = {"documentation": [PATHS.data / "intake.json", paths.SOURCES, sorted(paths.CROSSWALKS.glob("*.yml"))]}


def analysis_files():
    return [PATHS.analysis / f"{name}.parquet" for names in analyse.PARTS.values() for name in names]


def slice_files():
    return [tables.slice_path(EDITION, unit, table) for table in tables.OWN_TABLES for unit in INSTITUTIONS]


for part, names in analyse.PARTS.items():

    rule:
        name:
            f"analyse_{part}"
        input:
            data_files(*PART_READS[part]),
            PART_FILES.get(part, []),
            code(*PART_CODE[part], "schema.py", "tables.py"),
            paths.PARAMETERS / "settings.yml",
        output:
            [PATHS.analysis / f"{name}.parquet" for name in names],
        params:
            part=part,
        log:
            PATHS.logs / f"analyse_{part}.log",
        shell:
            "{RUN} helpers.analyse {EDITION} {params.part} > {log} 2>&1"


if INSTITUTIONS:
    for table in tables.OWN_TABLES:

        rule:
            name:
                f"slice_{table}"
            input:
                data_files(table),
                code("tables.py"),
            output:
                [tables.slice_path(EDITION, unit, table) for unit in INSTITUTIONS],
            params:
                table=table,
                units=INSTITUTIONS,
            log:
                PATHS.logs / f"slice_{table}.log",
            shell:
                "{RUN} helpers.analyse {EDITION} slices {params.table} {params.units} > {log} 2>&1"
