"""What a count of tests says: a number, whether it is a lower bound, and where it could not be known."""

import msgspec


class Flag(msgspec.Struct, frozen=True, order=True):
    """A place in the source that leaves the count open, and why."""

    path: str
    line: int
    why: str


class Counted(msgspec.Struct, frozen=True, kw_only=True):
    """The tests that pytest would collect, before ``-m`` and ``-k`` deselect any.

    ``number`` is exact when ``floor`` is false, else the true number is this or more. ``cases`` are the dotted names of
    the test functions, without parameters, those of doubtful places too: ``pkg.test_a.TestIt.test_one``. ``modules``
    are the paths of the test modules. ``deselects`` is what leaves some of the tests out of a run, or nothing.
    """

    number: int
    floor: bool
    flags: tuple[Flag, ...] = ()
    cases: frozenset[str] = frozenset()
    modules: tuple[str, ...] = ()
    deselects: str = ""


def dotted_path(path: str) -> str:
    """The name that a module's path gives it: ``a/b/test_c.py`` is ``a.b.test_c``."""
    return path.removesuffix(".py").removesuffix("/__init__").replace("/", ".")
