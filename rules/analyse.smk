# What is the same for every report, computed once; and every institution's own rows. What a part reads is found.
from helpers import analyse, tables
from helpers.disclosure import versions
from helpers.quotes import decisions

# The findings are read from the tables of the other parts.
PART_MAY_READ = [
    *(PATHS.data / f"{key}.parquet" for key in SOURCES),
    PATHS.data / "intake.json",
    *PROJECT,
    *sorted(paths.QUOTE_LISTS.glob("*.txt")),
    *(path for path in (decisions.path_of(EDITION), versions.path_of(EDITION)) if path.is_file()),
]
OTHER_PARTS = [
    PATHS.analysis / f"{name}.parquet" for part, names in analyse.PARTS.items() for name in names if part != "findings"
]


def analysis_files():
    return [PATHS.analysis / f"{name}.parquet" for names in analyse.PARTS.values() for name in names]


def slice_files():
    return [tables.slice_path(EDITION, unit, table) for table in tables.OWN_TABLES for unit in INSTITUTIONS]


for part, names in analyse.PARTS.items():

    rule:
        name:
            f"analyse_{part}"
        input:
            as_read(analyse.record_path(EDITION, part), [*PART_MAY_READ, *(OTHER_PARTS if part == "findings" else [])]),
        output:
            [PATHS.analysis / f"{name}.parquet" for name in names],
            analyse.record_path(EDITION, part),
        params:
            part=part,
            code=[code("helpers.tables", analyse.module_of(part)), closure.checksum(["helpers.analyse"])],
        log:
            PATHS.logs / f"analyse_{part}.log",
        shell:
            "{RUN:q} helpers.analyse {EDITION:q} {params.part:q} > {log:q} 2>&1"


if INSTITUTIONS:
    for table in tables.OWN_TABLES:

        rule:
            name:
                f"slice_{table}"
            input:
                data_files(table),
            output:
                [tables.slice_path(EDITION, unit, table) for unit in INSTITUTIONS],
            params:
                table=table,
                code=code("helpers.tables"),
                units=INSTITUTIONS,
            log:
                PATHS.logs / f"slice_{table}.log",
            shell:
                "{RUN:q} helpers.analyse {EDITION:q} slices {params.table:q} {params.units:q} > {log:q} 2>&1"
