"""What is wrong with a manifest, and where."""

from collections.abc import Iterable
from typing import NamedTuple

from sprintbot.errors import UsageError

MAX_NAME = 200
MAX_KNOWN = 2000
MAX_PROBLEMS = 1000


class Problem(NamedTuple):
    """One thing wrong; ``line`` and ``column`` count from 1, 0 where it is about the whole file."""

    line: int
    column: int
    message: str


class TooManyProblems(Exception):  # noqa: N818 - the end of a search, not an error
    """A manifest has MAX_PROBLEMS; looking for more would take long and help nobody."""


class ManifestError(UsageError):
    """A manifest that cannot be used, with everything that is wrong with it, in the file's order."""

    def __init__(self, file: str, problems: Iterable[Problem], hint: str = "") -> None:
        self.file = file
        self.problems = sorted(problems)
        super().__init__("\n".join(map(self._line, self.problems)), hint)

    def _line(self, problem: Problem) -> str:
        place = f"{self.file}:{problem.line}:{problem.column}" if problem.line else self.file
        return f"{place}: {problem.message}"


def did_you_mean(name: str, known: Iterable[str]) -> str:
    """``; did you mean 'x'?`` for the nearest of the known names, or nothing."""
    near = nearest(name, known)
    return f"; did you mean {near!r}?" if near is not None else ""


def nearest(name: str, known: Iterable[str]) -> str | None:
    """The nearest of the known names; None where none is near, or the name is none at all."""
    import difflib

    names = list(map(str, known))
    if len(name) > MAX_NAME or len(names) > MAX_KNOWN:  # the search takes time that grows with both
        return None
    return next(iter(difflib.get_close_matches(name, names, n=1, cutoff=0.6)), None)


def one_of(known: Iterable[str], most: int = 8) -> str:
    """``a, b, c`` of the known names, cut where there are many."""
    names = list(known)
    return ", ".join(names[:most]) + (f" and {len(names) - most} more" if len(names) > most else "")
