"""How much of what identifies the finders of quotes touch, and how much more: as written, and in small letters.

    python benchmarks/bench_quotes.py [FILE …]

Without files the sentences of ``tests/sentences.py`` are measured. A file has a sentence a line, what identifies
between braces behind a kind (``Ik zat naast {name|Fatima}.``); one without marks gives finds in ordinary text.
"""

import sys
from collections import Counter
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))

import sentences

from helpers.quotes.finders import Register, find

REGISTER = Register({"99AA": "ROC Proefstad", "99AB": "Vakcollege De Kleine Letter", "99AC": "Groencollege Modelveld"})


def measure(table: str, small: bool) -> str:
    """Recall, and by kind; share of finds that touch a mark; finds for every hundred sentences."""
    wanted, touched = Counter(), Counter()
    finds = right = 0
    lines = sentences.parse(table)
    for text, marks in lines:
        found = find(text.lower() if small else text, REGISTER)
        finds += len(found)
        right += sum(any(one.start < end and one.end > start for _, start, end in marks) for one in found)
        for kind, start, end in marks:
            wanted[kind] += 1
            touched[kind] += any(one.start < end and one.end > start for one in found)
    told = [f"{len(lines)} sentences", f"{100 * finds / len(lines):.1f} finds for every hundred"]
    if wanted:
        share, precision = touched.total() / wanted.total(), right / max(finds, 1)
        told += [f"recall {share:.1%} of {wanted.total()}", f"precision {precision:.1%}"]
        told += [f"{kind} {touched[kind]}/{wanted[kind]}" for kind in sorted(wanted)]
    return "; ".join(told)


def main(files: list[str]) -> None:
    tables = {name: Path(name).read_text(encoding="utf-8") for name in files}
    for name, table in (tables or {"TABLE": sentences.TABLE, "UNSEEN": sentences.UNSEEN}).items():
        print(f"{name}: {measure(table, small=False)}")
        print(f"  in small letters: {measure(table, small=True)}")


if __name__ == "__main__":
    main(sys.argv[1:])
