# Executed chapters -> one report source per unit -> site or page, PDF, Word and data annex.
def chapter_files(wildcards):
    kind = settings.load_unit_kind(wildcards.unit)
    return [PATHS.unit(wildcards.unit) / f"{chapter}.ipynb" for chapter in kind.chapters]


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
        paths.CHARACTERISTICS,
        paths.PARAMETERS / "settings.yml",
        paths.PARAMETERS / "disclosure.yml",
        code("render/**/*.py", "findings/*.py", "release/signoff.py", "reads.py"),
        code("wording.py", "dutch.py", "glossary.py", "brand.py"),
        BRAND,
        [path for path in sorted(paths.REPORT_PARTS.rglob("*")) if path.is_file()],
        sorted(paths.ROOT.glob("_quarto*.yml")),
    output:
        PATHS.outputs / "reports/{unit}/report.json",
    params:
        renderer=run.renderer(),
        signed=lambda wildcards: signoff.mark(EDITION, wildcards.unit),
    log:
        PATHS.logs / "report_{unit}.log",
    shell:
        "{RUN} helpers.render {EDITION} {wildcards.unit} > {log} 2>&1"
