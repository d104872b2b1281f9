"""What a run of tests, or a report that something else wrote of one, is evidence of."""

import datetime
import re
import shlex
import stat
from pathlib import Path
from tempfile import TemporaryDirectory

import msgspec

from sprintbot.checks.command import Argv
from sprintbot.checks.programs import difference, last_words, run_program
from sprintbot.checks.site import Site
from sprintbot.claim.comparison import MISSING
from sprintbot.claim.evidence import Blocked, Reading, Refuted, Strength, Unmeasured
from sprintbot.claim.quantity import show_seconds
from sprintbot.repository.tree import show_path
from sprintbot.testcount.counted import Counted
from sprintbot.testcount.junit import MAX_BYTES, JUnitReport, read_junit
from sprintbot.testcount.matching import Ran, match_cases

_NO_MODULE = re.compile(r"No module named '?([\w.]+)'?\s*$")
_FIELDS = ("passed", "failed", "skipped")


class Report(msgspec.Struct, frozen=True, kw_only=True):
    """A run's outcome, or ``obstacle``: why there is none, which is a ``failure`` of the run or something in the way.

    ``doubt`` says why a report is no more than somebody's word.
    """

    counted: Counted
    ran: Ran | None = None
    doubt: str = ""
    obstacle: str = ""
    failure: bool = False
    notes: tuple[str, ...] = ()

    def readings(self, count: Reading | Unmeasured, *, wants_all: bool) -> dict[str, Reading | Unmeasured]:
        """The readings of all fields; ``count`` is that of the source, kept where the run tells nothing better."""
        if self.ran is None:
            told = Unmeasured(self.obstacle)
            failed = Reading(value=MISSING, strength=Strength.EXECUTED, reason=self.obstacle)
            return {"count": count, **dict.fromkeys(_FIELDS, failed if self.failure else told)}
        values = {"passed": self.ran.passed, "failed": self.ran.failed, "skipped": self.ran.skipped}
        strength = Strength.STATED if self.doubt else Strength.EXECUTED
        found: dict[str, Reading | Unmeasured] = {
            field: Reading(value=value, strength=strength, reason=self.doubt) for field, value in values.items()
        }
        if wants_all:
            short = self._why_not_all(self.ran)
            value = f"{self.ran.passed} of {self.ran.tests}" if short else "all"
            found["passed"] = Reading(value=value, strength=strength, reason=self.doubt or short)
        better = not self.doubt and self.ran.tests and self.ran.tests >= self.counted.number
        ran = Reading(value=self.ran.tests, strength=Strength.EXECUTED)
        return {"count": ran if better else count, **found}

    def _why_not_all(self, ran: Ran) -> str:
        if ran.failed:
            return f"{ran.failed} of {ran.tests} failed"
        if not ran.passed:
            return "no test passed" if ran.tests else "no test ran"
        return ran.shortage(self.counted)


async def run_tests(run: Argv, limit: float, site: Site, counted: Counted) -> Report:
    """Run the command in the work tree, at the manifest's root, and read the report that it writes.

    A run that takes longer than ``limit`` seconds has failed; what was counted from source stays.
    """
    import asyncio

    notes = difference(site)
    with TemporaryDirectory(prefix="sprintbot-") as fresh:
        file = Path(fresh) / "junit.xml"
        try:
            async with asyncio.timeout(limit):
                done = await run_program([word.replace("{junit}", str(file)) for word in run.words], site)
        except TimeoutError:
            told = f"the run did not end within its time limit of {show_seconds(limit)}"
            return Report(counted=counted, obstacle=told, failure=True, notes=notes)
        except (Blocked, Refuted) as stopped:
            return Report(counted=counted, obstacle=stopped.reason, failure=isinstance(stopped, Refuted))
        content = _content(file)
    if content is None:
        failure, told = _no_report(run, done.exit, done.stderr or done.stdout)
        return Report(counted=counted, obstacle=told, failure=failure, notes=notes)
    try:
        report = read_junit(content)
    except ValueError as exc:
        return Report(counted=counted, obstacle=f"the report of the run cannot be read: {exc}", notes=notes)
    ran = match_cases(report, counted, site.tree.paths(), keep_foreign=True)
    if done.exit and not ran.failed:
        notes += (f"the command ended with exit {done.exit}",)
    return Report(counted=counted, ran=ran, notes=(*notes, *_remarks(report, ran, counted)))


def read_report(path: str, site: Site, counted: Counted) -> Report:
    """Read a report on disk below the work tree, or else one that is committed."""
    site.tree.check_inside(path)
    name = show_path(path)
    top = site.ground.worktree
    try:
        found = _on_disk(top, path) if top is not None else None
        written = found[1] if found is not None else None
        content = found[0] if found is not None else _committed(site, path)
        if content is None:
            return Report(counted=counted, obstacle=f"there is no report {name}; run the tests that write it")
        report = read_junit(content)
    except ValueError as exc:
        return Report(counted=counted, obstacle=f"the report {name} cannot be read: {exc}")
    ran = match_cases(report, counted, site.tree.paths(), keep_foreign=False)
    doubt = _age(report, written, site) or _strangeness(ran)
    return Report(counted=counted, ran=ran, doubt=doubt, notes=_remarks(report, ran, counted))


def _content(file: Path) -> bytes | None:
    """The bytes of a regular file of bounded length, else None. A pipe or a link to a device is not opened."""
    try:
        known = file.stat()
    except OSError:
        return None
    if not stat.S_ISREG(known.st_mode):
        return None
    with file.open("rb") as opened:
        return opened.read(MAX_BYTES + 1)


def _on_disk(top: Path, path: str) -> tuple[bytes, float] | None:
    file = top / path
    if not file.exists():
        return None
    if not file.resolve().is_relative_to(top.resolve()):
        raise ValueError("a symbolic link leads out of the repository")
    content = _content(file)
    if content is None:
        raise ValueError("it is no regular file")
    return content, file.stat().st_mtime


def _committed(site: Site, path: str) -> bytes | None:
    return site.tree.content(path) if site.tree.entry(path) is not None else None


def _age(report: JUnitReport, written: float | None, site: Site) -> str:
    """Why a report may not be of the measured commit; empty when it was made after it."""
    tree = site.tree
    if tree.source == "commit" and not tree.is_head:
        return "somebody's word: whether the report is of this commit is not known"
    moment = report.timestamp.timestamp() if report.timestamp is not None else written
    if moment is None:
        return "somebody's word: the report does not say when the tests ran"
    if tree.committed_at is not None and moment < tree.committed_at:
        return (
            f"somebody's word: the report is of {_shown(moment)}, older than the commit of {_shown(tree.committed_at)}"
        )
    return ""


def _strangeness(ran: Ran) -> str:
    if ran.foreign:
        more = f" and {len(ran.foreign) - 1} more" if len(ran.foreign) > 1 else ""
        return f"somebody's word: the report has cases that the source has not: {ran.foreign[0][:200]}{more}"
    if not ran.tests and ran.elsewhere:
        return "somebody's word: the report has no case of these tests"
    return ""


def _remarks(report: JUnitReport, ran: Ran, counted: Counted) -> tuple[str, ...]:
    notes = list(report.notes)
    if ran.elsewhere:
        notes.append(f"cases of other tests were left out: {ran.elsewhere}")
    if short := ran.shortage(counted):
        notes.append(short)
    return tuple(notes)


def _no_report(run: Argv, code: int, output: bytes) -> tuple[bool, str]:
    """Whether a run without a report failed, or something stood in its way; and in words."""
    told = last_words(output)
    missing = _NO_MODULE.search(told)
    if missing is not None and missing[1] in run.words:
        return False, f"{missing[1]} is not installed for {run.words[0]}"
    if code == 127:
        return False, f"{shlex.join(run.words)[:200]}: command not found"
    ended = f"ended with exit {code}" if code >= 0 else f"was ended by signal {-code}"
    return True, f"the run {ended} and wrote no report{f': {told}' if told else ''}"


def _shown(moment: float) -> str:
    return datetime.datetime.fromtimestamp(moment, datetime.UTC).strftime("%Y-%m-%d %H:%M UTC")
