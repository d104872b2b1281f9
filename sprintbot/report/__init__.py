"""Verdicts as documents: one module a format, each ``render(context) -> str``."""
