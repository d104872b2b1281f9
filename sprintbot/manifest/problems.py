"""What is wrong with a manifest, and where."""

import difflib
from collections.abc import Iterable
from typing import NamedTuple

from sprintbot.errors import UsageError


class Problem(NamedTuple):
    """One thing wrong; ``line`` and ``column`` count from 1, 0 where it is about the whole file."""

    line: int
    column: int
    message: str


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
    found = difflib.get_close_matches(name, list(known), n=1, cutoff=0.6)
    return f"; did you mean {found[0]!r}?" if found else ""


def one_of(known: Iterable[str], most: int = 8) -> str:
    """``a, b, c`` of the known names, cut where there are many."""
    names = list(known)
    return ", ".join(names[:most]) + (f" and {len(names) - most} more" if len(names) > most else "")
