"""Where the words of the reports stand: in notebooks, in files of sentences and templates, or in Python.

``python benchmarks/count_words.py <outputs of an edition>``: every run of three words that the chapters of the sector
and of the institutions publish is looked up in the texts of notebooks, of ``reports/sentences`` and of Python, and
counted where it stands first; values, and labels between words, stand nowhere.
"""

from __future__ import annotations

import ast
import json
import re
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
WORD = re.compile(r"[a-zà-ÿ’-]{2,}", re.IGNORECASE)


def told(outputs: Path) -> set[str]:
    """Sentences, titles, captions and alternative texts that chapters publish, tables aside."""
    found = set()
    for path in outputs.glob("units/*/[0-9]-*.ipynb"):
        for cell in json.loads(path.read_text(encoding="utf-8"))["cells"]:
            if cell["cell_type"] == "markdown":
                found.add("".join(cell["source"]))
            for output in cell.get("outputs", []):
                text = "".join(output.get("data", {}).get("text/markdown", ""))
                found.add("\n".join(line for line in text.splitlines() if not line.startswith("|")))
    return {sentence for text in found for sentence in re.split(r"(?<=[.:;!?])\s+", text) if WORD.search(sentence)}


def runs(text: str, size: int = 3) -> set[tuple[str, ...]]:
    """All runs of so many words."""
    words = [word.casefold() for word in WORD.findall(text)]
    return {tuple(words[i : i + size]) for i in range(len(words) - size + 1)}


def python_texts() -> str:
    """Texts in the package, docstrings and messages to researchers aside."""
    found = []
    for path in (ROOT / "src/helpers").rglob("*.py"):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        docs = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
        for node in ast.walk(tree):
            if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in docs:
                found.append(node.value)
    return " | ".join(found)


def main() -> None:
    """Print the share of words by place."""
    sentences = told(Path(sys.argv[1]))
    books = " | ".join(
        "".join(cell["source"])
        for path in (ROOT / "notebooks").glob("*.ipynb")
        for cell in json.loads(path.read_text(encoding="utf-8"))["cells"]
    )
    files = " | ".join(path.read_text(encoding="utf-8") for path in (ROOT / "reports/sentences").glob("*.md"))
    places = {"notebooks": runs(books), "reports/sentences": runs(files), "src": runs(python_texts())}
    counts = dict.fromkeys([*places, "values and labels between words"], 0)
    for sentence in sentences:
        for run in runs(sentence):
            where = next((name for name, known in places.items() if run in known), "values and labels between words")
            counts[where] += 1
    fixed = sum(counts[name] for name in places)
    for name, count in counts.items():
        part = f"{count / fixed:6.1%} of those that stand somewhere" if name in places else ""
        print(f"{name:32} {count:7,} runs of three words  {part}")


if __name__ == "__main__":
    main()
