"""Documents that are not read."""

MAX_DEPTH = 200
"""Levels of nesting that are read."""


class Unreadable(Exception):  # noqa: N818 - nothing is wrong with the document, it is just not read
    """A document that may well be right, but is not read: too deep, too large once expanded, with a DTD."""
