"""The compendium's code: rooms in layers (``docs/architecture.md``), each importing only from those below."""
