# Executed chapters -> one report source per unit -> site or page, PDF, Word and data annex.
CHAPTERS = settings.load_chapters()


def chapter_files(wildcards):
    where = PATHS.unit(wildcards.unit)
    return [where / f"{name}.{end}" for name in CHAPTERS.of(wildcards.unit) for end in ("ipynb", "reads.json")]


# A new sign-off makes reports again; without one they are concepts.
def signed_off(wildcards):
    path = signoff.path_of(EDITION)
    return [path] if path.is_file() else []


rule report:
    input:
        chapter_files,
        signed_off,
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
        signed=lambda wildcards: signoff.mark(EDITION, wildcards.unit),
    log:
        PATHS.logs / "report_{unit}.log",
    shell:
        "{RUN:q} helpers.render {EDITION:q} {wildcards.unit:q} > {log:q} 2>&1"
