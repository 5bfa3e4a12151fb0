"""The story of a chapter: what a notebook writes with.

``report`` is what a notebook opens; ``template`` renders sentences with released values, with the filters of ``words``
and the constants of ``facts``; ``markdown`` looks whether a sentence is whole.
"""

from helpers.story.report import Report

__all__ = ["Report"]
