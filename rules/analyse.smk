# What is the same for every report, computed once; and every institution's own rows.
from helpers import analyse, tables
from helpers.quotes import decisions

PART_READS = {
    "students": ("institutions", "students"),
    "staff": ("institutions", "students", "staff"),
    "models_students": ("institutions", "students"),
    "models_staff": ("institutions", "staff"),
    "policy": ("institutions", "coordinators", "incidents"),
    "conversations": ("fragments", "institutions"),
    "documentation": (),
    "findings": ("students_msv", "staff_msv"),
}
_POPULATIONS = (
    *("analyse/populations.py", "groups.py", "characteristics.py", "statistics/*.py", "codebook.py"),
    *("rulebook.py", "disclosure/*.py"),
)
PART_CODE = {
    "students": _POPULATIONS,
    "staff": _POPULATIONS,
    "models_students": ("analyse/multilevel.py", "models/*.py", *_POPULATIONS),
    "models_staff": ("analyse/multilevel.py", "models/*.py", *_POPULATIONS),
    "policy": ("analyse/policy.py", "ingest/comparability.py", "statistics/*.py"),
    "conversations": ("analyse/conversations.py", "quotes/**/*.py", "ingest/privacy.py"),
    "documentation": ("codebook.py", "characteristics.py", "ingest/crosswalks.py", "sources.py"),
    "findings": ("findings/*.py", "characteristics.py", "statistics/*.py", "dutch.py"),
}
# Quotes stand on what a person decided, if anyone did, and on the lists of what identifies.
# What the codebook tells of: the crosswalks, and how many answers intake found missing.
# The findings are read from the tables of the other parts.
PART_FILES = {
    **dict.fromkeys(("students", "staff", "models_students", "models_staff"), [paths.CHARACTERISTICS]),
    "conversations": [
        sorted(paths.QUOTE_LISTS.glob("*.txt")),
        [decisions.path_of(EDITION)] if decisions.path_of(EDITION).is_file() else [],
    ],
    "documentation": [
        PATHS.data / "intake.json",
        paths.SOURCES,
        paths.CHARACTERISTICS,
        sorted(paths.CROSSWALKS.glob("*.yml")),
    ],
    "findings": [
        paths.FINDINGS,
        paths.CHARACTERISTICS,
        [
            PATHS.analysis / f"{name}.parquet"
            for part, names in analyse.PARTS.items()
            for name in names
            if part not in ("findings", "documentation")
        ],
    ],
}


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
            paths.PARAMETERS / "disclosure.yml",
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
