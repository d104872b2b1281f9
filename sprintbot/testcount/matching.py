"""Which cases of a run are the tests that are asked for. Pure.

Reports name a case by class and name, ``tests.test_a.TestIt`` and ``test_one[x]``, from a folder that they do not
tell. So two names are taken as one when one of them is the end of the other.
"""

import re
from collections.abc import Iterable

import msgspec

from sprintbot.testcount.counted import Counted, dotted_path
from sprintbot.testcount.junit import Case, JUnitReport

_PLAIN_NAME = re.compile(r"[^\[( ]*")


class Ran(msgspec.Struct, frozen=True, kw_only=True):
    """The part of a run that is of the tests asked for.

    ``failed`` includes errors. ``elsewhere`` counts cases of other modules of the repository, left out; ``foreign``
    names those that no source has.
    """

    tests: int
    passed: int
    failed: int
    skipped: int
    elsewhere: int
    foreign: tuple[str, ...]

    def shortage(self, counted: Counted) -> str:
        """In words, that fewer tests ran than source has; empty where that is not so or not known."""
        if counted.deselects or self.tests >= counted.number:
            return ""
        return f"{self.tests} of {'at least ' if counted.floor else ''}{counted.number} ran"


def match_cases(report: JUnitReport, counted: Counted, paths: Iterable[str], *, keep_foreign: bool) -> Ran:
    """The cases that belong to the counted tests; ``paths`` are those of the whole tree.

    With ``keep_foreign`` the cases that no source has are of the tests too: generated ones of a run that was just made.
    """
    matcher = _Matcher(counted, paths)
    outcomes: list[str] = []
    foreign: list[str] = []
    elsewhere = 0
    for case in report.cases:
        where = matcher.where(case)
        elsewhere += where == "elsewhere"
        if where == "foreign":
            foreign.append(_dotted(case))
        if where == "inside" or (where == "foreign" and keep_foreign):
            outcomes.append(case.outcome)
    return Ran(
        tests=len(outcomes),
        passed=outcomes.count("passed"),
        failed=outcomes.count("failed") + outcomes.count("error"),
        skipped=outcomes.count("skipped"),
        elsewhere=elsewhere,
        foreign=tuple(foreign),
    )


class _Matcher:
    def __init__(self, counted: Counted, paths: Iterable[str]) -> None:
        self.cases = _by_last_part(counted.cases)
        self.modules = _by_last_part(map(dotted_path, counted.modules))
        self.others = _by_last_part(dotted_path(path) for path in paths if path.endswith(".py"))
        flagged = {flag.path for flag in counted.flags}
        shared = any(path not in counted.modules for path in flagged)
        self.open = {dotted_path(path) for path in counted.modules if shared or path in flagged}
        self._known: dict[tuple[str, str, str], str] = {}

    def where(self, case: Case) -> str:
        """``inside`` the counted tests, ``elsewhere`` in the repository, or ``foreign`` to it."""
        key = (case.classname, _PLAIN_NAME.match(case.name)[0], case.file)  # type: ignore[index]
        if key not in self._known:
            self._known[key] = self._place(_dotted(case))
        return self._known[key]

    def _place(self, name: str) -> str:
        if _same(name, self.cases):
            return "inside"
        parts = name.split(".")
        prefixes = [".".join(parts[:end]) for end in range(len(parts), 0, -1)]
        module = next((found for each in prefixes if (found := _same(each, self.modules))), "")
        if module:
            return "inside" if module in self.open or _same(name, self.modules) else "foreign"
        return "elsewhere" if any(_same(each, self.others) for each in prefixes) else "foreign"


def _dotted(case: Case) -> str:
    name = _PLAIN_NAME.match(case.name)
    owner = case.classname or dotted_path(case.file)
    return ".".join(part for part in (owner, name[0] if name else "") if part)


def _by_last_part(names: Iterable[str]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for name in names:
        found.setdefault(name.rpartition(".")[2], []).append(name)
    return found


def _same(name: str, known: dict[str, list[str]]) -> str:
    """The known name that means the same; empty for none."""
    for other in known.get(name.rpartition(".")[2], ()):
        if name == other or name.endswith(f".{other}") or other.endswith(f".{name}"):
            return other
    return ""
