"""Reading JUnit XML, the report that test runners write of a run. Pure: bytes in, counts out.

The shape is what pytest, Surefire and others have in common: ``testsuite`` elements, nested or in ``testsuites``, with
``testcase`` elements that hold ``failure``, ``error`` or ``skipped``. Document types and entities are refused.
"""

import datetime
from typing import NamedTuple
from xml.parsers import expat

import msgspec

MAX_BYTES = 50_000_000
MAX_CASES = 1_000_000
MAX_DEPTH = 100
_WORST_FIRST = ("error", "failed", "skipped", "passed")
_OUTCOME_OF = {"failure": "failed", "error": "error", "skipped": "skipped"}
_TOTALS = ("tests", "failures", "errors")


class Case(NamedTuple):
    """One test of a run. ``outcome`` is ``passed``, ``failed``, ``error`` or ``skipped``."""

    classname: str
    name: str
    file: str
    outcome: str


class JUnitReport(msgspec.Struct, frozen=True, kw_only=True):
    """A run, counted from its cases. ``timestamp`` is its start, without a zone where the report names none.

    ``notes`` tell where the totals that the report claims are not those of its cases.
    """

    tests: int
    passed: int
    failed: int
    errors: int
    skipped: int
    cases: tuple[Case, ...]
    timestamp: datetime.datetime | None
    notes: tuple[str, ...] = ()


def read_junit(content: bytes) -> JUnitReport:
    """What a report says. Raises ValueError with line, column and words for what is no JUnit XML."""
    if len(content) > MAX_BYTES:
        raise ValueError(f"longer than {MAX_BYTES // 1_000_000} MB, which is too much to read")
    reader = _Reader()
    try:
        reader.parser.Parse(content, True)
    except expat.ExpatError as exc:
        told = expat.ErrorString(exc.code)
        raise ValueError(f"line {exc.lineno}, column {exc.offset + 1}: not well-formed XML: {told}") from exc
    except LookupError as exc:
        raise ValueError(f"line 1, column 1: {exc}") from exc
    return reader.report()


class _Reader:
    def __init__(self) -> None:
        self.parser = expat.ParserCreate()
        self.parser.StartElementHandler = self.start
        self.parser.EndElementHandler = self.end
        self.parser.StartDoctypeDeclHandler = self.refuse
        self.parser.EntityDeclHandler = self.refuse
        self.open: list[str] = []
        self.cases: list[Case] = []
        self.case: Case | None = None
        self.elements = dict.fromkeys(_WORST_FIRST, 0)
        self.suites: list[dict[str, int]] = []
        self.started: list[datetime.datetime] = []

    def start(self, name: str, given: dict[str, str]) -> None:
        if not self.open and name not in {"testsuites", "testsuite"}:
            raise self.problem(f"<{name[:40]}> where <testsuites> or <testsuite> was expected")
        if len(self.open) >= MAX_DEPTH:
            raise self.problem(f"elements are nested more than {MAX_DEPTH} deep")
        if name in {"testsuite", "testsuites"}:
            self.start_suite(name, given)
        elif name == "testcase":
            self.case = Case(given.get("classname", ""), given.get("name", ""), given.get("file", ""), "passed")
        elif self.case is not None and self.open[-1] == "testcase" and name in _OUTCOME_OF:
            worst = min(self.case.outcome, _OUTCOME_OF[name], key=_WORST_FIRST.index)
            self.case = self.case._replace(outcome=worst)
        self.open.append(name)

    def start_suite(self, name: str, given: dict[str, str]) -> None:
        outermost = "testsuite" not in self.open
        if name == "testsuite" and outermost:
            self.suites.append({total: int(given[total]) for total in _TOTALS if given.get(total, "").isdecimal()})
        try:
            self.started.append(datetime.datetime.fromisoformat(given.get("timestamp", "")))
        except ValueError:
            return

    def end(self, name: str) -> None:
        self.open.pop()
        if name != "testcase" or self.case is None:
            return
        if len(self.cases) >= MAX_CASES:
            raise self.problem(f"more than {MAX_CASES:,} test cases")
        self.elements[self.case.outcome] += 1
        if self.cases and _is_told_twice(self.cases[-1], self.case):
            self.cases.pop()
        self.cases.append(self.case)
        self.case = None

    def refuse(self, *_: object) -> None:
        raise self.problem("a document type or an entity, which a report has no need of and which is not read")

    def problem(self, words: str) -> ValueError:
        return ValueError(
            f"line {self.parser.CurrentLineNumber}, column {self.parser.CurrentColumnNumber + 1}: {words}"
        )

    def report(self) -> JUnitReport:
        number = dict.fromkeys(_WORST_FIRST, 0)
        for case in self.cases:
            number[case.outcome] += 1
        return JUnitReport(
            tests=len(self.cases),
            passed=number["passed"],
            failed=number["failed"],
            errors=number["error"],
            skipped=number["skipped"],
            cases=tuple(self.cases),
            timestamp=min(self.started, key=_as_utc, default=None),
            notes=tuple(self.disagreements()),
        )

    def disagreements(self) -> list[str]:
        seen = {"failures": self.elements["failed"], "errors": self.elements["error"]}
        counted = {"tests": sum(self.elements.values()), **seen}
        found = []
        for total in _TOTALS:
            claimed = [suite[total] for suite in self.suites if total in suite]
            if claimed and len(claimed) == len(self.suites) and sum(claimed) != counted[total]:
                found.append(f"the report claims {sum(claimed)} {total}, and its cases are {counted[total]}")
        return found


def _is_told_twice(before: Case, case: Case) -> bool:
    """Whether both are one test: pytest tells a test that fails, and whose clean-up fails too, as two cases."""
    return case.outcome == "error" and before.outcome == "failed" and before[:3] == case[:3]


def _as_utc(moment: datetime.datetime) -> datetime.datetime:
    return moment.replace(tzinfo=datetime.UTC) if moment.tzinfo is None else moment
