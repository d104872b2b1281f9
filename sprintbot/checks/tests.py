"""A folder of tests, or files."""

import posixpath
from collections.abc import Iterable
from typing import TYPE_CHECKING, ClassVar, Self

import msgspec

from sprintbot.checks.command import Argv
from sprintbot.checks.fields import Duration, RepoPath
from sprintbot.checks.interface import Check, Implied
from sprintbot.checks.site import Site
from sprintbot.claim.comparison import Json, Order
from sprintbot.claim.evidence import Blocked, Claim, Evidence, Reading, Refuted, Stage, Strength, Unmeasured
from sprintbot.claim.expectation import AllOrAtLeast, AtLeast, AtMost, Schema
from sprintbot.claim.quantity import show_raw
from sprintbot.repository.tree import Tree, Wants, show_path
from sprintbot.testcount.counted import Counted, Flag
from sprintbot.testcount.settings import CONFIG_FILES

if TYPE_CHECKING:
    from sprintbot.checks.junit_reports import Report

PLACEHOLDER = "{junit}"
_MAX_FLAGS = 5
_BESIDE_THE_RUN = 30.0  # seconds for counting from source, and for ending a run that is late
_OTHER_LANGUAGES = (
    ".js",
    ".jsx",
    ".mjs",
    ".cjs",
    ".ts",
    ".tsx",
    ".go",
    ".rs",
    ".java",
    ".kt",
    ".rb",
    ".php",
    ".cs",
    ".swift",
)


class TestPaths(tuple[RepoPath, ...]):
    """A folder of tests or a file, or a list of them."""

    __slots__ = ()
    __test__ = False  # pytest would take it for a class of tests wherever a test imports it

    @classmethod
    def parse(cls, raw: Json) -> Self:
        """Raises ValueError with words for the author of the manifest."""
        paths = raw if isinstance(raw, list) else [raw]
        if not paths:
            raise ValueError("an empty list where paths were expected")
        return cls(RepoPath.parse(each) for each in paths)

    def __str__(self) -> str:
        return ", ".join(self)

    @classmethod
    def schema(cls) -> Schema:
        """The JSON Schema of what ``parse`` takes."""
        one = RepoPath.schema()
        return {"anyOf": [one, {"type": "array", "items": one, "minItems": 1}]}


class RunArgv(Argv, frozen=True):
    """A command that runs tests and writes a JUnit report where ``{junit}`` stands in it."""

    @classmethod
    def parse(cls, raw: Json) -> Self:
        """Raises ValueError with words for the author of the manifest."""
        made = super().parse(raw)
        if not any(PLACEHOLDER in word for word in made.words):
            raise ValueError(
                f"{show_raw(raw)} has no {PLACEHOLDER} in it, where the report of the run is to be written"
            )
        return made


class TestsCheck(Check, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Tests: how many there are, and what became of them in a run.

    Readings: ``count`` (strength ``counted`` from Python source, ``executed`` from a run or a report); ``passed``,
    ``failed`` (errors too) and ``skipped``, which need a run or a report. Where the manifest says ``passed: all``, that
    reading is ``"all"`` when none failed, at least one passed, and no fewer ran than source has. A report that is older
    than the commit, or has cases that no source has, is ``stated``.
    """

    __test__: ClassVar[bool] = False  # as above
    kind: ClassVar[str] = "tests"
    implied: ClassVar[tuple[Implied, ...]] = (Implied("count", Order(">=", 1)),)
    stage_of: ClassVar[dict[str, Stage]] = dict.fromkeys(("passed", "failed", "skipped"), Stage.TESTED)
    units: ClassVar[dict[str, str]] = dict.fromkeys(("count", "passed", "failed", "skipped"), "tests")

    tests: TestPaths
    count: AtLeast | None = None
    passed: AllOrAtLeast | None = None
    failed: AtMost | None = None
    skipped: AtMost | None = None
    run: RunArgv | None = None
    junit: RepoPath | None = None
    timeout: Duration = Duration(600)

    def __post_init__(self) -> None:
        if self.run is not None and self.junit is not None:
            raise ValueError("give run or junit, not both: one makes a report, the other reads one")

    @property
    def waits(self) -> bool:
        return self.run is not None

    @property
    def timeout_seconds(self) -> float | None:
        return float(self.timeout) + _BESIDE_THE_RUN if self.run is not None else None

    def claims(self) -> list[Claim]:
        plain = super().claims()
        if self.passed is None or not self.passed.is_all:
            return plain
        return [msgspec.structs.replace(each, words="all") if each.field == "passed" else each for each in plain]

    def wants(self, tree: Tree, site: Site) -> Wants:
        content = {path for target in self._targets(site) for path in _sources(tree, target)}
        if self.junit is not None and tree.entry(site.path(self.junit)) is not None:
            content.add(site.path(self.junit))
        return Wants(content=frozenset(content), paths=frozenset(self._targets(site)))

    async def measure(self, site: Site) -> Evidence:
        targets = self._targets(site)
        for target in targets:
            _find(site.tree, target)
        counted = _count(site.tree, targets)
        report = await self._report(site, counted)
        readings: dict[str, Reading | Unmeasured] = {"count": _count_reading(site.tree, targets, counted)}
        notes = _remarks(counted)
        if report is not None:
            readings = report.readings(readings["count"], wants_all=self.passed is not None and self.passed.is_all)
            notes += report.notes
        else:
            readings |= dict.fromkeys(("passed", "failed", "skipped"), self._not_run(site))
        where = ", ".join(site.tree.where(target or ".") for target in targets)
        return Evidence(
            source=f"{where}, command: {self.run}" if report is not None and self.run is not None else where,
            readings=readings,
            notes=notes,
            phases=site.phases,
            link=site.link(targets[0]) if len(targets) == 1 and targets[0] else "",
        )

    async def _report(self, site: Site, counted: Counted) -> "Report | None":
        if self.run is None and self.junit is None:
            return None
        if self.run is not None and site.ground.not_live:
            return None
        from sprintbot.checks import junit_reports

        if self.run is not None:
            return await junit_reports.run_tests(self.run, float(self.timeout), site, counted)
        return junit_reports.read_report(site.path(self.junit or ""), site, counted)

    def _not_run(self, site: Site) -> Unmeasured:
        if self.run is not None:
            return Unmeasured(site.ground.not_live, skipped=True)
        return Unmeasured("needs a run: give `run:` or `junit:`")

    def _targets(self, site: Site) -> list[str]:
        return [site.path(path) for path in self.tests]


def _find(tree: Tree, target: str) -> None:
    """Raises Refuted for what is not in the tree, Blocked for what is no folder and no file."""
    tree.check_inside(target)
    if tree.is_folder(target) or not target:
        return
    if tree.entry(target) is None:
        tree.check_direct(target)
        raise Refuted(tree.absence(target), absence=True)
    if what := tree.what(target):
        raise Blocked(f"{show_path(target)} is {what}")


def _sources(tree: Tree, target: str) -> Iterable[str]:
    """The files that decide which tests are there: Python below the target, and configuration at and above it."""
    folder = target if tree.is_folder(target) else posixpath.dirname(target)
    yield from (path for path in tree.under(folder) if path.endswith(".py"))
    if target and tree.entry(target) is not None:
        yield target
    above = [folder]
    while above[-1]:
        above.append(posixpath.dirname(above[-1]))
    for each in above:
        names = (*CONFIG_FILES, "conftest.py", "__init__.py")
        yield from (path for name in names if tree.entry(path := posixpath.join(each, name)) is not None)


def _count(tree: Tree, targets: list[str]) -> Counted:
    from sprintbot.testcount.python import count_tests

    sources: dict[str, bytes] = {}
    unread: list[Flag] = []
    for path in sorted({path for target in targets for path in _sources(tree, target)}):
        try:
            sources[path] = tree.content(path)
        except Blocked as exc:
            unread.append(Flag(path, 0, f"cannot be read: {exc.reason}"))
    counted = count_tests(sources, targets)
    return msgspec.structs.replace(counted, floor=counted.floor or bool(unread), flags=(*unread, *counted.flags))


def _count_reading(tree: Tree, targets: list[str], counted: Counted) -> Reading | Unmeasured:
    if not counted.modules and any(path.endswith(_OTHER_LANGUAGES) for each in targets for path in _files(tree, each)):
        return Unmeasured(
            "no Python tests in it; those of other languages are counted from a report: give `run:` or `junit:`"
        )
    reason = "" if counted.number or counted.floor else "no tests in it"
    return Reading(value=counted.number, strength=Strength.COUNTED, floor=counted.floor, reason=reason)


def _files(tree: Tree, target: str) -> list[str]:
    return tree.under(target) if tree.is_folder(target) else [target]


def _remarks(counted: Counted) -> tuple[str, ...]:
    told = [f"{flag.path}{f':{flag.line}' if flag.line else ''}: {flag.why}" for flag in counted.flags[:_MAX_FLAGS]]
    more = len(counted.flags) - len(told)
    return tuple(f"at least, because of {each}" for each in told) + ((f"and {more} more such places",) if more else ())
