"""Warm processes: what a job needs is imported once, and each job is a fork.

A chapter's own work takes about a second; importing pandas, matplotlib, papermill and a kernel takes several.
:mod:`helpers.warm.server` imports all of it in one process without threads and forks a child per job;
:mod:`helpers.warm.kernel` forks the notebook's kernel in the same way. :mod:`helpers.warm.client` is what the
workflow's rules call; without a server (or outside Linux) it starts an ordinary Python instead, with the same result.
"""

FORKED_JOB = "MIV_WARM_JOB"
"""Environment variable that is set in a forked job: there, a notebook's kernel may be forked too."""
