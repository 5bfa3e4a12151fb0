"""How `make lab` saves notebooks: without what scratch cells (tag `kladblok`) show. And its kernels are private."""

from helpers.story.cells import saved
from helpers.warm import kernel

kernel.private()
c = get_config()  # noqa: F821  (Jupyter gives it)
c.ContentsManager.pre_save_hook = saved
