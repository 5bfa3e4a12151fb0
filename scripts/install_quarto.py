"""Try to install Quarto into the environment in use; it comes from another place than the package registries."""

import subprocess
import sys

VERSION = "1.7.34"


def main() -> int:
    """Install it with pip; says plainly where that cannot be done."""
    command = [sys.executable, "-m", "pip", "--disable-pip-version-check", "install", f"quarto-cli=={VERSION}"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode == 0:
        print(f"Quarto {VERSION} is there. Run `make report` again: reports are then made with it.")
        return 0
    print(
        f"Quarto {VERSION} could not be installed from here (it is downloaded from outside the package registries). "
        "Use conda (environment.yml has it) or Quarto's own installer; without it, reports are made with the preview.",
        file=sys.stderr,
    )
    return 1


if __name__ == "__main__":
    sys.exit(main())
