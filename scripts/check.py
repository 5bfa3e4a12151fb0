"""All checks, in the order in which they find faults soonest; pytest's closing line comes last.

Style and the layers of the package, then the deliveries and tables that tests and notebooks stand on, then pytest:
unit tests, back-tests of every published finding, the whole workflow on the small world, and every notebook compared
with its stored outputs by nbval.
"""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
STEPS = (
    ("style", ["-m", "ruff", "check", "."]),
    ("format", ["-m", "ruff", "format", "--check", "."]),
    ("layers", ["-c", "from importlinter.cli import lint_imports_command as lint; lint()", "--no-cache"]),
    ("nothing confidential in git", ["scripts/guard.py"]),
    ("small world", ["-m", "helpers.run", "prepare", "--edition", "small"]),
    ("national edition", ["-m", "helpers.run", "prepare", "--edition", "nation"]),
    ("tests", ["-m", "pytest", "-n", "2", "--dist", "loadfile", "--nbval", "tests", "notebooks"]),
)


def main() -> int:
    """Run all steps; the first that fails ends it, except that style and layers never hide the tests. The exit code."""
    failed = 0
    for name, words in STEPS:
        print(f"== {name}", flush=True)
        code = subprocess.run([sys.executable, *words], cwd=ROOT, check=False).returncode
        failed = failed or code
        if code and name not in ("style", "format", "layers"):
            break
    return failed


if __name__ == "__main__":
    sys.exit(main())
