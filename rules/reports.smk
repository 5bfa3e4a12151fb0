# Executed chapters -> one report source per unit -> site or page, PDF, Word and data annex.
CHAPTERS = settings.load_chapters()


def chapter_files(wildcards):
    where = PATHS.unit(wildcards.unit)
    return [where / f"{name}.{end}" for name in CHAPTERS.of(wildcards.unit) for end in ("ipynb", "reads.json")]


rule report:
    input:
        chapter_files,
        PATHS.data / "intake.json",
        PATHS.analysis / "codebook.parquet",
        PATHS.analysis / "findings.parquet",
        paths.FINDINGS,
        paths.GLOSSARY,
        BRAND,
        paths.CHARACTERISTICS,
        paths.PARAMETERS / "settings.yml",
        paths.PARAMETERS / "disclosure.yml",
        [path for path in sorted(paths.REPORT_PARTS.rglob("*")) if path.is_file()],
        sorted(paths.ROOT.glob("_quarto*.yml")),
    output:
        PATHS.outputs / "reports/{unit}/report.json",
    params:
        code=code("helpers.render"),
        chapters=lambda wildcards: CHAPTERS.of(wildcards.unit),
        renderer=run.renderer(),
    log:
        PATHS.logs / "report_{unit}.log",
    shell:
        "{RUN:q} helpers.render {EDITION:q} {wildcards.unit:q} > {log:q} 2>&1"
