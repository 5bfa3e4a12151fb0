"""Examples in the docstrings of what a notebook writes with: each gives what it says, in the report that it is for."""

from __future__ import annotations

import doctest
import importlib

import pandas as pd
import pytest

from helpers import paths, values
from helpers.story import Report, publishing, words

FOLDERS = ("chapters", "story")
MODULES = [
    f"helpers.{folder}.{path.stem}"
    for folder in FOLDERS
    for path in sorted((paths.ROOT / "src/helpers" / folder).glob("*.py"))
    if path.stem != "__init__"
]


def examples() -> dict[str, doctest.DocTest]:
    """Every docstring with examples, by the name of what it belongs to."""
    finder = doctest.DocTestFinder(exclude_empty=True)
    found = [test for name in MODULES for test in finder.find(importlib.import_module(name), name)]
    return {test.name: test for test in found if test.examples}


EXAMPLES = examples()


@pytest.mark.parametrize("name", EXAMPLES)
def test_every_example_works_for_a_report(ready, monkeypatch, tmp_path, name):
    monkeypatch.setattr(publishing, "display", lambda bundle, raw, metadata: None)
    monkeypatch.setenv(paths.UNIT_FOLDER, str(tmp_path / "unit"))
    failures = []
    for unit in ("sector", "99AA"):
        report = Report(edition="small", unit=unit, wave=2022, chapter="1-student-safety")
        test = EXAMPLES[name]
        globs = {"report": report, "pd": pd, "wave": 2022}
        run = doctest.DocTest(test.examples, globs, test.name, test.filename, test.lineno, test.docstring)
        told: list[str] = []
        runner = doctest.DocTestRunner(verbose=False, optionflags=doctest.ELLIPSIS)
        failures.append(told if runner.run(run, out=told.append).failed else [])
    assert not all(failures), "\n".join(failures[0])


def test_examples_of_values_give_what_they_say():
    for module in (values, words):
        assert doctest.testmod(module).failed == 0
    assert doctest.testmod(values).attempted > 5


def test_everything_that_a_notebook_calls_has_a_docstring():
    for name in dir(Report):
        if not name.startswith("_"):
            assert (getattr(Report, name).__doc__ or "").strip(), name
