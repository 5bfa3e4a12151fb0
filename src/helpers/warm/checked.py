"""A plugin of pytest: the kernels in which nbval runs notebooks are those of chapters."""

from helpers.warm import kernel


def pytest_configure() -> None:
    """Before the first notebook."""
    kernel.private()
