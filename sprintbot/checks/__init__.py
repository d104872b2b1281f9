"""The kinds of checks. A kind is one module here and one line of this table."""

from importlib import import_module

from sprintbot.checks.interface import Check

_TABLE = (
    ("file", "sprintbot.checks.file:FileCheck"),
    ("files", "sprintbot.checks.files:FilesCheck"),
    ("tests", "sprintbot.checks.tests:TestsCheck"),
    ("http", "sprintbot.checks.http:HttpCheck"),
    ("tcp", "sprintbot.checks.tcp:TcpCheck"),
    ("port", "sprintbot.checks.port:PortCheck"),
    ("command", "sprintbot.checks.command:CommandCheck"),
    ("stated", "sprintbot.checks.stated:StatedCheck"),
)


def _by_name(table: tuple[tuple[str, str], ...]) -> dict[str, str]:
    kinds = dict(table)
    if len(kinds) != len(table):
        raise ValueError("two kinds of checks have one name")
    return kinds


KINDS = _by_name(_TABLE)
"""Where each kind's class is, by the kind's name: a module is imported only when a manifest uses its kind."""


def load_kind(name: str) -> type[Check]:
    """The class of a kind; KeyError for a name that is not in the table."""
    module, _, attribute = KINDS[name].partition(":")
    kind: type[Check] = getattr(import_module(module), attribute)
    return kind
