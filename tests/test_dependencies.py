"""What a chapter depends on is found: its code from imports, its files while it runs."""

import ast
import json
import subprocess
import sys

import pytest

from helpers import brand, closure, execute, paths, reads

ALONE = """
import importlib, importlib.abc, importlib.machinery, pathlib, sys

source, modules = pathlib.Path(sys.argv[1]), set(sys.argv[2:])


class Empty(importlib.abc.Loader):
    def exec_module(self, module):
        pass


class Only(importlib.abc.MetaPathFinder):
    def find_spec(self, name, path, target=None):
        if name.split(".")[0] != "helpers" or name in {*modules, "helpers"}:
            return None
        folder = source / name.replace(".", "/")
        if not folder.is_dir():
            raise ImportError(f"{name} is not among the modules found")
        spec = importlib.machinery.ModuleSpec(name, Empty(), is_package=True)
        spec.submodule_search_locations = [str(folder)]
        return spec


opened = []
project = source.parent
sys.meta_path.insert(0, Only())
sys.addaudithook(lambda event, given: opened.append(str(given[0])) if event == "open" else None)
for name in sorted(modules):
    importlib.import_module(name)
ours = [pathlib.Path(name) for name in opened if name.startswith(f"{project}/")]
print(sorted({str(path) for path in ours if path.suffix not in (".py", ".pyc") and ".venv" not in path.parts}))
"""
"""Imports the modules found for a chapter where no other is: packages that are not among them are empty."""


def found(chapter):
    return closure.of("helpers.execute.__main__", *closure.notebook_imports(execute.notebook_path(chapter)))


@pytest.mark.parametrize("chapter", execute.notebooks())
def test_the_code_found_for_a_chapter_is_all_it_needs_and_reads_only_the_brand_at_import(chapter):
    done = subprocess.run(
        [sys.executable, "-c", ALONE, str(closure.SOURCE), *found(chapter)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert set(ast.literal_eval(done.stdout)) <= {str(path) for path in brand.load().sources()}


def test_a_chapter_depends_on_what_publishes_it_and_not_on_what_comes_before_or_after():
    shared = {"helpers.report", "helpers.execute", "helpers.disclosure.suppress", "helpers.figures.theme"}
    for chapter in execute.notebooks():
        assert shared <= found(chapter)
        assert not found(chapter) & {"helpers.analyse", "helpers.render", "helpers.run"}


OF_OTHERS = (
    *("matplotlib.use(", "for _file in BRAND.letters():", "for _name in ('MIV_DELIVERIES', "),
    *("sys.excepthook = ", "os.umask(", "streams.settle(", "sys.addaudithook("),
)
"""What modules may set elsewhere: matplotlib, by the module that all drawing imports; folders of the environment, from
where the person is; how Python ends and what it prints to; file modes; that a drawing opens no file."""


def test_modules_only_import_and_define():
    """So that a module that runs, but is not used, changes nothing in others: what :mod:`helpers.closure` stands on."""
    for path in sorted(paths.CODE.rglob("*.py")):
        own = set()
        for node in ast.parse(path.read_text(encoding="utf-8")).body:
            targets = node.targets if isinstance(node, ast.Assign) else [getattr(node, "target", None)]
            if ast.unparse(node).startswith(OF_OTHERS):
                continue
            if isinstance(node, ast.Assign | ast.AnnAssign | ast.AugAssign):
                names = {each.id for target in targets for each in ast.walk(target) if isinstance(each, ast.Name)}
                plain = all(isinstance(target, ast.Name | ast.Tuple) for target in targets)
                allowed = plain and (names <= own or not isinstance(node, ast.AugAssign))
                own |= names
            elif isinstance(node, ast.If):
                allowed = ast.unparse(node.test) in ("TYPE_CHECKING", "__name__ == '__main__'")
            elif isinstance(node, ast.Expr):
                allowed = isinstance(node.value, ast.Constant)
            else:
                allowed = isinstance(node, ast.Import | ast.ImportFrom | ast.FunctionDef | ast.ClassDef)
            assert allowed, f"{path.name}, line {node.lineno}: {ast.unparse(node)}"


@pytest.fixture
def package(tmp_path, monkeypatch):
    """A package of its own that a test fills: returns a function that writes a module."""
    monkeypatch.setattr(closure, "SOURCE", tmp_path)

    def write(**texts):
        for name, text in {"__init__": "", closure.__name__.rpartition(".")[2]: "", **texts}.items():
            path = tmp_path / "helpers" / f"{name.replace('__in__', '/')}.py"
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text)
        closure.modules.cache_clear()

    monkeypatch.setattr(closure, "_load", lambda store, by: {})
    monkeypatch.setattr(closure, "_store", lambda store, content: None)
    yield write
    closure.modules.cache_clear()


def test_imports_of_every_form_are_found(package):
    package(
        a="from helpers import b",
        b="def late():\n    if True:\n        from helpers.box.c import thing as other",
        box__in____init__="from helpers.box import d",
        box__in__c="try:\n    from . import d\nexcept ImportError:\n    pass",
        box__in__d="match 1:\n    case _:\n        from ..e import f",
        e="import helpers.box.g",
        box__in__g="from helpers.nowhere import x",
        h="from helpers import box",
        alone="broken(",
    )
    deep = {"helpers.e", "helpers.box.g", "helpers.box", "helpers"}
    assert closure.of("helpers.a") == {"helpers.a", "helpers.b", "helpers.box.c", "helpers.box.d", *deep}
    assert closure.of("helpers.h") == {"helpers.h", "helpers.box.d", *deep}
    assert closure.of("helpers.alone") == {"helpers.alone"}


def test_the_checksum_follows_what_is_depended_on_and_nothing_else(package):
    package(a="from helpers import b", b="x = 1", c="")
    before = closure.checksum(closure.of("helpers.a"))
    package(a="from helpers import b", b="x = 1", c="y = 2")
    assert closure.checksum(closure.of("helpers.a")) == before
    package(a="from helpers import b", b="x = 2", c="y = 2")
    assert closure.checksum(closure.of("helpers.a")) != before


def test_a_notebook_that_cannot_be_read_depends_on_everything(tmp_path):
    book = tmp_path / "x.ipynb"

    def cell(source):
        book.write_text(json.dumps({"cells": [{"cell_type": "code", "source": source}]}))
        return closure.notebook_imports(book)

    assert cell(["%matplotlib inline\n", "from helpers import dutch"]) == {"helpers.dutch"}
    assert cell(["from helpers import ("]) == set(closure.modules())
    book.write_text("{")
    assert closure.notebook_imports(book) == set(closure.modules())


def test_what_was_parsed_is_kept_and_what_was_kept_is_right(tmp_path):
    modules = closure.modules()
    assert modules["helpers.execute.__main__"].imports == (("helpers", "execute"), ("helpers.errors", "exit_code"))
    store = tmp_path / "kept.json"
    closure._store(store, {"by": "me", "imports": {"x": [["helpers", "paths"]]}})
    assert closure._load(store, "me") == {"x": [["helpers", "paths"]]}
    assert closure._load(store, "a changed parser") == {}
    store.write_text("{")
    assert closure._load(store, "me") == {}


def test_files_that_are_read_are_recorded_and_no_others(tmp_path, monkeypatch):
    monkeypatch.setenv("MIV_OUTPUTS", str(tmp_path / "made"))
    made = tmp_path / "made" / "small"
    for name in ("data/x.parquet", ".hidden", "written.txt", "late.txt"):
        (made / name).parent.mkdir(parents=True, exist_ok=True)
        (made / name).write_text("x")
    record = tmp_path / "record.json"
    with reads.recording(record):
        for path in (made / "data/x.parquet", made / ".hidden", paths.SOURCES, paths.CODE / "dutch.py", record.parent):
            if path.is_file():
                path.read_bytes()
        monkeypatch.chdir(paths.NOTEBOOKS)
        with open("../parameters/settings.yml", encoding="utf-8"), open(made / "written.txt", "w", encoding="utf-8"):
            pass
        with pytest.raises(FileNotFoundError):
            (made / "nothing.txt").read_text(encoding="utf-8")
    (made / "late.txt").read_text(encoding="utf-8")
    names = ["data/sources.yml", "outputs/small/data/x.parquet", "parameters/settings.yml"]
    assert json.loads(record.read_text(encoding="utf-8")) == names
    assert reads.load(record) == {paths.SOURCES, made / "data/x.parquet", paths.PARAMETERS / "settings.yml"}
    assert sorted(path.name for path in tmp_path.iterdir()) == ["made", "record.json"]


def test_a_second_record_holds_what_the_first_held(tmp_path):
    texts = []
    for _ in range(2):
        with reads.recording(tmp_path / "record.json"):
            paths.SOURCES.read_bytes()
        texts.append((tmp_path / "record.json").read_text(encoding="utf-8"))
    assert texts == ['[\n "data/sources.yml"\n]\n'] * 2


def test_nothing_is_recorded_of_what_fails(tmp_path):
    record = tmp_path / "record.json"
    with pytest.raises(ValueError, match="stopped"), reads.recording(record):
        paths.SOURCES.read_bytes()
        raise ValueError("stopped")
    assert not list(tmp_path.iterdir())
    assert reads.load(record) == set()


def test_a_module_beside_the_notebooks_counts_as_a_file_that_is_read(tmp_path):
    compiled = paths.NOTEBOOKS / "__pycache__" / "own.cpython-311.pyc"
    assert reads._name(compiled) == "notebooks/own.py"
    assert reads._name(paths.CODE / "__pycache__" / "dutch.cpython-311.pyc") is None
    assert reads._name(tmp_path / "x") is None
