"""What each chapter reads: tables, results and code. The workflow re-runs it when one of these changes, only then."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Reads:
    """What a chapter reads.

    ``own``: canonical tables of which a unit sees its own rows (the sector: all rows);
    ``shared``: canonical tables that every unit reads whole; ``analysis``: results computed once; ``sector``:
    such results that only the sector report reads;
    ``code``: the files of the package ``helpers`` that hold the chapter's story.
    """

    code: tuple[str, ...]
    own: tuple[str, ...] = ()
    shared: tuple[str, ...] = ("institutions",)
    analysis: tuple[str, ...] = ()
    sector: tuple[str, ...] = ()


_PLACES = tuple(f"chapters/{name}.py" for name in ("differences", "modelled", "phrases", "places", "older_survey"))
_POPULATION = ("analyse/populations.py", "models/specification.py", "codebook.py")


def _of(population: str, *names: str) -> tuple[str, ...]:
    """Names of a population's analysis tables."""
    return tuple(f"{name}_{population}" for name in names)


READS: dict[str, Reads] = {
    "0-picture": Reads(
        code=("chapters/picture.py", "chapters/students.py", "chapters/trends.py", *_PLACES, *_POPULATION),
        own=("students", "staff"),
        analysis=(
            *_of("students", "benchmarks", "expected", "institutions"),
            *_of("staff", "benchmarks", "expected", "institutions"),
            "comparable",
            "breaks",
        ),
    ),
    "1-student-safety": Reads(
        code=("chapters/students.py", "chapters/trends.py", *_PLACES, *_POPULATION),
        own=("students",),
        shared=("institutions", "students_msv"),
        analysis=(*_of("students", "benchmarks", "institutions", "expected", "protection"), "comparable", "breaks"),
        sector=_of("students", "contrasts", "tests", "trend", "models", "terms", "linear"),
    ),
    "2-staff-safety": Reads(
        code=("chapters/staff.py", *_PLACES, *_POPULATION),
        own=("staff",),
        shared=("institutions", "staff_msv"),
        analysis=(*_of("staff", "benchmarks", "institutions", "expected", "protection"), "comparable"),
        sector=(
            *_of("staff", "contrasts", "tests", "models", "terms", "linear"),
            "least_safe",
            "institutions_students",
        ),
    ),
    "3-institutions-role": Reads(
        code=(
            *(f"chapters/{name}.py" for name in ("institutions", "modelled", "phrases", "questions")),
            *("ingest/comparability.py", "analyse/policy.py", "models/specification.py"),
        ),
        own=("coordinators", "incidents"),
        analysis=(
            "coordinators",
            "agreement",
            "maturity",
            "registration",
            "incident_reference",
            "models_students",
            "models_staff",
        ),
        sector=("comparability", "incident_rates"),
    ),
    "4-focus-groups": Reads(
        code=("chapters/focus_groups.py", "quotes/pool.py"), analysis=("fragments", "fragment_codes", "quotes")
    ),
}
