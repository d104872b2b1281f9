"""Checks are looked at, and findings come out. Concurrency, deadlines and catching live here and nowhere else."""

import logging
import traceback
from collections.abc import Callable, Coroutine, Iterable, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol, cast

import msgspec

from sprintbot.checks.interface import Check
from sprintbot.checks.site import Ground, Site
from sprintbot.claim.comparison import Contains, Equal
from sprintbot.claim.evidence import Blocked, Claim, Evidence, Finding, Outcome, Refuted
from sprintbot.claim.judgement import judge
from sprintbot.claim.quantity import show_seconds
from sprintbot.errors import SprintbotError
from sprintbot.findings import CheckResult, findings_as
from sprintbot.manifest.model import Planned
from sprintbot.redaction import without_secrets
from sprintbot.repository.tree import Wants

if TYPE_CHECKING:
    import asyncio

IN_FLIGHT = 16
"""Looks at once: more would time this process's own queue instead of the peers."""

_log = logging.getLogger(__name__)


class Job(NamedTuple):
    """A check to look at, and the ground it stands on. ``key`` is where its result goes.

    ``skip`` says why it is not to be looked at; empty when it is.
    """

    key: str
    planned: Planned
    ground: Ground
    skip: str = ""


class Shared(Protocol):
    """A kind whose look can serve several checks: those with one ``look_key``."""

    def look_key(self) -> tuple[object, ...]:
        """What decides the look."""

    async def look(self, site: Site) -> object:
        """Look once."""

    def read(self, looked: Any, site: Site) -> Evidence:
        """What the look says of this check."""


class Run(msgspec.Struct):
    """Results by job key; ``interrupted`` when Ctrl-C ended the run early."""

    results: dict[str, CheckResult]
    interrupted: bool = False


def run_checks(
    jobs: Sequence[Job],
    *,
    deadline: float | None = None,
    progress: Callable[[int, int], None] = lambda done, total: None,
) -> Run:
    """Look at everything, together where looking means waiting.

    ``deadline`` is in seconds and holds the whole run. ``progress`` is told how many of how many are done.
    """
    run = Run(results={})
    active = [job for job in jobs if not _skip(job, run.results)]
    _load(active, run.results)
    waiting = []
    for job in active:
        if job.key in run.results:
            continue
        if job.planned.check.waits:
            waiting.append(job)
        else:
            _look_at_once(job, run.results)
        progress(len(run.results), len(jobs))
    if waiting:
        _wait_for(waiting, run, deadline, lambda: progress(len(run.results), len(jobs)))
    return run


def _skip(job: Job, results: dict[str, CheckResult]) -> bool:
    reason = job.skip or (job.ground.not_live if job.planned.check.live else "")
    if not reason:
        return False
    results[job.key] = findings_as(job.planned, Outcome.SKIPPED, reason)
    return True


def _load(jobs: Iterable[Job], results: dict[str, CheckResult]) -> None:
    """Read the blobs of all checks at once."""
    counts: set[str] = set()
    words: set[str] = set()
    content: set[str] = set()
    tree = None
    for job in jobs:
        tree = job.ground.tree
        try:
            wants = job.planned.check.wants(tree, Site(job.ground))
        except Exception as exc:
            results[job.key] = _failed(job, Site(job.ground), exc)
            continue
        counts |= wants.counts
        words |= wants.words
        content |= wants.content
    if tree is not None:
        tree.load(Wants(counts=frozenset(counts), words=frozenset(words), content=frozenset(content)))


def _look_at_once(job: Job, results: dict[str, CheckResult]) -> None:
    """Drive a look that waits for nothing, without an event loop."""
    site = Site(job.ground)
    started = site.clock()
    try:
        evidence = _finish(job.planned.check.measure(site))
    except Exception as exc:
        results[job.key] = _failed(job, site, exc)
        return
    results[job.key] = _judged(job, site, evidence, started)


def _finish(look: Coroutine[Any, Any, Evidence]) -> Evidence:
    try:
        look.send(None)
    except StopIteration as done:
        return cast("Evidence", done.value)
    finally:
        look.close()
    raise RuntimeError("a check that says it does not wait has waited")


def _wait_for(jobs: list[Job], run: Run, deadline: float | None, told: Callable[[], None]) -> None:
    import asyncio

    try:
        asyncio.run(_look_at_all(jobs, run.results, deadline, told))
    except KeyboardInterrupt:
        run.interrupted = True
    for job in jobs:
        if job.key not in run.results:
            reason = "interrupted before it was looked at"
            run.results[job.key] = findings_as(job.planned, Outcome.SKIPPED, reason)


async def _look_at_all(
    jobs: list[Job], results: dict[str, CheckResult], deadline: float | None, told: Callable[[], None]
) -> None:
    import asyncio

    places = asyncio.Semaphore(IN_FLIGHT)
    groups = _grouped(jobs)
    tasks = [asyncio.create_task(_look_at_group(group, results, places, told)) for group in groups]
    _, late = await asyncio.wait(tasks, timeout=deadline)
    for task in late:
        task.cancel()
    for ended in await asyncio.gather(*tasks, return_exceptions=True):
        if isinstance(ended, SprintbotError):
            raise ended
    for job in jobs:
        if job.key not in results:
            reason = f"the run's deadline of {show_seconds(deadline or 0)} passed before an answer came"
            results[job.key] = findings_as(job.planned, Outcome.BLOCKED, reason)


def _grouped(jobs: list[Job]) -> list[list[Job]]:
    """Jobs that one look serves, together; one that looks again and again is alone."""
    groups: dict[object, list[Job]] = {}
    for job in jobs:
        check = job.planned.check
        shares = hasattr(check, "look_key") and check.retrying is None
        key = (check.kind, cast("Shared", check).look_key()) if shares else job.key
        groups.setdefault(key, []).append(job)
    return list(groups.values())


async def _look_at_group(
    group: list[Job], results: dict[str, CheckResult], places: "asyncio.Semaphore", told: Callable[[], None]
) -> None:
    found = await _look_again(group[0], places) if group[0].planned.check.retrying else await _look(group, places)
    results.update(found)
    told()


async def _look_again(job: Job, places: "asyncio.Semaphore") -> dict[str, CheckResult]:
    """Look until every claim holds or the time for it is over; the last look counts."""
    import asyncio

    retry = job.planned.check.retrying
    clock = job.ground.clock
    until = clock() + (retry.for_ if retry else 0)
    looks = 0
    while True:
        found = await _look([job], places)
        looks += 1
        result = found[job.key]
        pause = retry.every if retry else 0
        if result.outcome is Outcome.PASS or clock() + pause >= until:
            return {job.key: _noted(result, f"looked {looks} times" if looks > 1 else "")}
        await asyncio.sleep(pause)


async def _look(group: list[Job], places: "asyncio.Semaphore") -> dict[str, CheckResult]:
    """One look for all of a group. The deadline of a look starts when it has its place."""
    import asyncio

    job = group[0]
    check = job.planned.check
    async with places:
        site = Site(job.ground)
        started = site.clock()
        try:
            async with asyncio.timeout(check.timeout_seconds):
                looked = await (cast("Shared", check).look(site) if _shares(check) else check.measure(site))
        except Exception as exc:
            return {each.key: _failed(each, site, exc, started) for each in group}
    return {each.key: _read(each, looked, site, started) for each in group}


def _shares(check: Check) -> bool:
    return hasattr(check, "look_key")


def _read(job: Job, looked: object, site: Site, started: float) -> CheckResult:
    check = job.planned.check
    try:
        evidence = cast("Shared", check).read(looked, site) if _shares(check) else cast("Evidence", looked)
    except Exception as exc:
        return _failed(job, site, exc, started)
    return _judged(job, site, evidence, started)


def _judged(job: Job, site: Site, evidence: Evidence, started: float) -> CheckResult:
    check = job.planned.check
    commit = job.ground.tree.commit
    findings = tuple(judge(_bound(claim, commit), evidence, check.hint) for claim in check.claims())
    slim = _slim(evidence, findings)
    result = CheckResult(planned=job.planned, findings=findings, evidence=slim, took=site.clock() - started)
    return without_secrets(result, job.ground.secrets)


def _failed(job: Job, site: Site, error: Exception, started: float | None = None) -> CheckResult:
    """An exception as the finding of every claim of the check."""
    if isinstance(error, SprintbotError):
        raise error
    told = _explained(job, site, error)
    took = 0.0 if started is None else site.clock() - started
    if told is None:
        where = traceback.extract_tb(error.__traceback__)[-1]
        _log.error("%s: %s", job.planned.address, "".join(traceback.format_exception(error)))
        reason = f"sprintbot's own error: {type(error).__name__}: {error} ({where.name}, line {where.lineno})"
        outcome, absence, hint = Outcome.ERROR, False, ""
    elif isinstance(told, Refuted):
        reason, outcome, absence, hint = told.reason, Outcome.FAIL, told.absence, ""
    else:
        reason, outcome, absence, hint = told.reason, Outcome.BLOCKED, False, told.hint
    result = findings_as(job.planned, outcome, reason, absence=absence, hint=hint)
    evidence = Evidence(source=job.planned.check.target, readings={}, phases=site.phases)
    return without_secrets(msgspec.structs.replace(result, took=took, evidence=evidence), job.ground.secrets)


def _explained(job: Job, site: Site, error: Exception) -> Blocked | Refuted | None:
    if isinstance(error, Blocked | Refuted):
        return error
    if not job.planned.check.waits:
        return None
    from sprintbot.probe.obstacles import explain

    check = job.planned.check
    return explain(error, site.current_phase, check.target, check.timeout_seconds)


def _bound(claim: Claim, commit: str) -> Claim:
    """The claim with ``{commit}`` replaced by the commit that is measured."""
    comparison = claim.comparison
    if isinstance(comparison, Equal) and isinstance(comparison.value, str) and "{commit}" in comparison.value:
        value = comparison.value.replace("{commit}", commit)
        return msgspec.structs.replace(claim, comparison=msgspec.structs.replace(comparison, value=value))
    return claim


def _slim(evidence: Evidence, findings: tuple[Finding, ...]) -> Evidence:
    """The evidence without the long texts that were searched; what was found in them is in the findings."""
    searched = {finding.claim.field for finding in findings if isinstance(finding.claim.comparison, Contains)}
    readings = {field: reading for field, reading in evidence.readings.items() if field not in searched}
    return msgspec.structs.replace(evidence, readings=readings)


def _noted(result: CheckResult, note: str) -> CheckResult:
    if not note or result.evidence is None:
        return result
    evidence = msgspec.structs.replace(result.evidence, notes=(*result.evidence.notes, note))
    return msgspec.structs.replace(result, evidence=evidence)
