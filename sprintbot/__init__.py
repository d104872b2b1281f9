"""Sprint status from evidence."""

__version__ = "0.1.0"
