"""How `make lab` saves notebooks: without what scratch cells (tag `kladblok`) show."""

from helpers.story.cells import saved

c = get_config()  # noqa: F821  (Jupyter gives it)
c.ContentsManager.pre_save_hook = saved
