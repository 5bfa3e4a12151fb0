"""Quotes of focus groups: nothing that a participant said is published before a person has decided about it."""
