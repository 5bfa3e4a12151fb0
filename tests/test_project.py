"""The project itself: pins that agree, no registry hosts, notebooks with their outputs, docs that tell the truth."""

import ast
import json
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
import yaml
from matplotlib.colors import CSS4_COLORS

from helpers import brand, execute, findings, paths, settings
from helpers.story import cells

ROOT = paths.ROOT


def tracked() -> list[Path]:
    listed = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    return [ROOT / name for name in listed.splitlines() if (ROOT / name).is_file()]


def project_pins() -> dict[str, str]:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    pins = [*project["dependencies"], *project["optional-dependencies"]["dev"]]
    return dict(pin.split("==") for pin in pins)


def test_pyproject_requirements_and_environment_pin_the_same_versions():
    locked = dict(re.findall(r"^([a-z0-9._-]+)==(\S+)", (ROOT / "requirements.txt").read_text(encoding="utf-8"), re.M))
    wanted = project_pins()
    assert {name: locked.get(name.lower()) for name in wanted} == wanted
    environment = yaml.safe_load((ROOT / "environment.yml").read_text(encoding="utf-8"))
    pip = next(entry["pip"] for entry in environment["dependencies"] if isinstance(entry, dict))
    assert dict(pin.split("==") for pin in pip if "==" in pin) == wanted
    assert any(str(entry).startswith("python=3.11") for entry in environment["dependencies"])


def test_the_readme_names_every_dependency_with_its_version():
    table = dict(re.findall(r"^\| `([\w-]+)` \| ([\d.]+) \|", (ROOT / "README.md").read_text(encoding="utf-8"), re.M))
    assert table == project_pins()


def test_every_line_of_the_lock_has_hashes_and_no_host():
    text = (ROOT / "requirements.txt").read_text(encoding="utf-8")
    assert "://" not in text
    assert "--index-url" not in text
    packages = re.split(r"\n(?=[a-z0-9])", text)
    assert all("--hash=sha256:" in package for package in packages if "==" in package.splitlines()[0])


def test_no_microdata_and_no_lock_with_hosts_is_tracked():
    names = [path.name for path in tracked()]
    assert "uv.lock" not in names
    assert not [name for name in names if name.endswith((".sav", ".parquet", ".zsav", ".dta", ".qdpx"))]


def test_modules_stay_small():
    large = [path for path in tracked() if path.suffix in (".py", ".smk") and len(path.read_text().splitlines()) > 500]
    assert not large


@pytest.mark.parametrize("path", sorted(paths.NOTEBOOKS.glob("*.ipynb")), ids=lambda path: path.stem)
def test_notebooks_hold_what_a_fresh_run_gives(path):
    assert cells.problems(path) == []
    book = json.loads(path.read_text(encoding="utf-8"))
    code = [cell for cell in book["cells"] if cell["cell_type"] == "code"]
    kept = [cell for cell in code if not cells.is_scratch(cell)]
    counts = [cell["execution_count"] for cell in kept]
    assert None not in counts, f"notebooks/{path.name} has cells without stored outputs: run `make notebooks`"
    assert counts == [number for number, cell in enumerate(code, start=1) if not cells.is_scratch(cell)]
    for cell in code:
        source = "".join(cell["source"])
        quiet = re.match(r"if |from |edition = ", source)
        assert cells.is_scratch(cell) != bool(cell["outputs"]) or quiet, cells.named(cell, 0)
    minor, language = book["nbformat_minor"], book["metadata"]["language_info"]
    assert (minor, language) == (5, {"name": "python"}), f"{path.name} was saved by JupyterLab: run `make notebooks`"


def test_scratch_cells_run_under_nbval_and_are_not_compared(tmp_path):
    """They have neither outputs nor a count in the stored notebook."""
    cell = {"cell_type": "code", "id": "a", "metadata": {}, "outputs": [], "execution_count": None}
    scratch = {**cell, "metadata": {"tags": ["kladblok"]}, "source": ["import time\n", "then = time.time()\n", "then"]}
    after = {**cell, "id": "b", "execution_count": 2, "source": ["assert then"]}
    book = {"nbformat": 4, "nbformat_minor": 5, "metadata": {"kernelspec": execute.KERNEL}, "cells": [scratch, after]}
    path = tmp_path / "scratch.ipynb"
    path.write_text(json.dumps(book), encoding="utf-8")
    command = [sys.executable, "-m", "pytest", "--nbval", "-q", "-p", "no:cacheprovider", str(path)]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert "2 passed" in done.stdout, done.stdout


def test_a_notebook_saved_by_jupyterlab_is_put_in_order_again():
    """JupyterLab writes its own version, widgets and language details; none of these stays."""
    path = sorted(paths.NOTEBOOKS.glob("*.ipynb"))[0]
    book = json.loads(path.read_text(encoding="utf-8"))
    saved = json.loads(json.dumps(book))
    saved["metadata"]["language_info"] = {"name": "python", "version": "3.12.1", "file_extension": ".py"}
    saved["metadata"]["widgets"] = {}
    for cell in saved["cells"]:
        cell["metadata"]["execution"] = {"iopub.status.busy": "2026-01-01T00:00:00Z"}
        cell["metadata"]["collapsed"] = False
    assert execute.clean(json.dumps(saved), path.name) == path.read_bytes()


def test_a_notebook_whose_stored_output_is_wrong_fails():
    done = subprocess.run(
        [
            sys.executable,
            "-m",
            "pytest",
            "--nbval",
            "-q",
            "-p",
            "no:cacheprovider",
            "tests/known-fail/wrong-output.ipynb",
        ],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1, done.stdout
    assert "1 failed, 1 passed" in done.stdout


def test_every_notebook_stands_in_the_list_of_chapters():
    assert sorted(settings.load_chapters().chapters) == execute.notebooks()


def test_the_readme_tree_has_a_line_for_every_folder():
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    folders = {path.relative_to(ROOT).parts[0] for path in tracked() if len(path.relative_to(ROOT).parts) > 1}
    for folder in folders - {".ci"}:
        assert f"{folder}/" in text, folder


def test_docs_and_code_refer_only_to_files_that_are_there():
    for path in [ROOT / "README.md", *(ROOT / "docs").rglob("*.md")]:
        for target in re.findall(r"\]\(([^)#:]+)\)", path.read_text(encoding="utf-8")):
            assert (path.parent / target).exists(), f"{path.name}: {target}"


def test_every_make_target_of_the_readme_exists():
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.M))
    named = set(re.findall(r"(?:`|^    )make ([a-z]+)", (ROOT / "README.md").read_text(encoding="utf-8"), re.M))
    assert named <= targets


def test_the_register_of_findings_is_complete():
    ids = [finding.id for finding in findings.load_register()]
    assert len(ids) == len(set(ids)) == 50


def test_the_architecture_page_names_every_module():
    text = (ROOT / "docs/architecture.md").read_text(encoding="utf-8")
    modules = {path.stem if path.is_file() else path.name for path in (ROOT / "src/helpers").iterdir()}
    for module in modules - {"__init__", "__pycache__"}:
        assert f"`helpers.{module}`" in text, module


def test_the_architecture_page_shows_the_layers_of_the_contract():
    text = (ROOT / "docs/architecture.md").read_text(encoding="utf-8")
    picture = re.search(r"^## Layers\n.*?\n\n((?:    \S[^\n]*\n)+)", text, re.M | re.S)[1]
    linter = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["importlinter"]
    layers = next(contract["layers"] for contract in linter["contracts"] if contract["type"] == "layers")
    assert [line.split() for line in picture.splitlines()] == [layer.split(" | ") for layer in layers]


def imports_of_ours(tree: ast.AST) -> list[int]:
    """Lines within functions that import from the package."""
    functions = [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)]
    inner = {node for function in functions for node in ast.walk(function)}
    named = {node: [alias.name for alias in node.names] for node in inner if isinstance(node, ast.Import)}
    named |= {node: ["." * node.level + (node.module or "")] for node in inner if isinstance(node, ast.ImportFrom)}
    return [node.lineno for node, names in named.items() if any(re.match(r"helpers\b|\.", name) for name in names)]


def test_no_function_imports_from_the_package():
    caught = ast.parse(
        "import helpers\ndef f():\n import numpy, helpers.run\n from helpers import run\n from . import a"
    )
    assert sorted(imports_of_ours(caught)) == [3, 4, 5]
    code = [path for path in tracked() if path.suffix == ".py" and path.is_relative_to(ROOT / "src")]
    late = {str(path): imports_of_ours(ast.parse(path.read_text(encoding="utf-8"))) for path in code}
    assert not {name: lines for name, lines in late.items() if lines}


PLAIN = re.compile(r"#fff|#ffffff|#000|#000000|rgb\(0 0 0 / \d+%|white|black", re.IGNORECASE)
"""What stands for no brand: paper, ink and shadow."""
COLOUR = re.compile(
    r"#[0-9a-f]{3,8}\b|\b(?:rgba?|hsla?|hwb|lab|lch|oklab|oklch|cmyk|luma|color)\(\s*['\"]?[\d.#][^)]*"
    rf"|(?<=[:,(=]) ?\b(?:{'|'.join(CSS4_COLORS)})\b(?!-)",
    re.IGNORECASE,
)
FAMILIES = {"Arial", "Calibri", "Cambria", "Times New Roman", "Georgia", "Helvetica", "Verdana", "Roboto", "Aptos"}
"""Usual ones; those of the brand itself are added."""
FACE = re.compile(r"(?:font(?:-family)?|--sans|--mono): *([^;}\n]*)")
NO_FACE = re.compile(r"inherit|.*var\(--(?:sans|mono)\)|\W?BRAND\b.*")


def looks_of(path: Path, text: str) -> list[str]:
    """Colours and families that a file names itself, instead of asking the brand for them."""
    if path.suffix == ".py":
        texts = [node.value for node in ast.walk(ast.parse(text)) if isinstance(node, ast.Constant)]
        texts = [one for one in texts if isinstance(one, str)]
        found = [one for one in texts if re.fullmatch(r"[0-9A-Fa-f]{6}|(?:tab|xkcd):.*|C\d", one)]
        found += [one for one in texts if one.casefold() in CSS4_COLORS]
    else:
        texts, found = [re.sub(r"\{\{ brand\.[^}]*\}\}", "BRAND", text)], []
    for one in texts:
        found += [match[0].strip() for match in COLOUR.finditer(one)]
        found += [match[1] for match in FACE.finditer(one) if not NO_FACE.fullmatch(match[1].strip())]
    declared = brand.load()
    families = {declared.family, declared.office, *re.findall(r"[\w -]*[A-Z][\w -]*", declared.web.base), *FAMILIES}
    families |= {file.stem for file in declared.letters()}
    found += [name for name in families for one in texts if re.search(rf"\b{re.escape(name.strip())}\b", one)]
    return [one for one in found if not PLAIN.fullmatch(one)]


def test_colours_and_letters_stand_in_the_brand_only():
    here = r"src/helpers/(?!audit/expected/)|reports/|_quarto"  # the audit states for itself what documents may hold
    places = [path for path in tracked() if re.match(here, str(path.relative_to(ROOT)))]
    assert len(places) > 150
    found = {str(path.relative_to(ROOT)): looks_of(path, path.read_text(encoding="utf-8")) for path in places}
    assert {path: looks for path, looks in found.items() if looks} == {}


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("x.py", 'INK = "#1d2a35"'),
        ("x.py", 'fill = "D9E0E5"'),
        ("x.py", 'axes.bar(x, y, color="steelblue")'),
        ("x.py", 'FONT = "Calibri"'),
        ("x.css", "a { color: #0b4; }"),
        ("x.css", "a { background: rgb(29 42 53 / 8%); }"),
        ("x.css", "a { border: 1px solid, teal; }"),
        ("x.css", "a { font-family: Rubik, serif; }"),
        ("x.css", ":root { --sans: system-ui; }"),
        ("x.typ", '#let accent = rgb("#0b4f7d")'),
        ("x.typ", '#set text(font: "Rubik")'),
        ("x.html", "<style>p { font: 12px Rubik; }</style>"),
    ],
)
def test_a_colour_or_letter_elsewhere_is_found(name, text):
    assert looks_of(Path(name), text)
