"""Checks are looked at, and findings come out. Concurrency, deadlines and catching live here and nowhere else."""

import traceback
from collections.abc import Callable, Coroutine, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple, cast

import msgspec

from sprintbot.checks.interface import Retry, SharedLook
from sprintbot.checks.site import Ground, Site
from sprintbot.claim.comparison import AnyOf, Between, Comparison, Contains, Equal, Matches, Order
from sprintbot.claim.evidence import Blocked, Claim, Evidence, Finding, Outcome, Refuted
from sprintbot.claim.judgement import judge
from sprintbot.claim.quantity import show_seconds
from sprintbot.errors import SprintbotError, UsageError
from sprintbot.findings import CheckResult, findings_as
from sprintbot.interruption import TookTooLong, termination_interrupts, time_limit
from sprintbot.manifest.model import Planned
from sprintbot.redaction import without_secrets, without_secrets_in
from sprintbot.repository.tree import Tree, Wants

if TYPE_CHECKING:
    from sprintbot.places import Places

SEARCHING = 2.0
"""Seconds that the search for a claim's patterns may take."""


class Job(NamedTuple):
    """A check to look at, and the ground it stands on. ``key`` is where its result goes.

    ``skip`` says why it is not to be looked at; empty when it is.
    """

    key: str
    planned: Planned
    ground: Ground
    skip: str = ""


class Run(msgspec.Struct):
    """Results by job key; ``interrupted`` when Ctrl-C or SIGTERM ended the run early."""

    results: dict[str, CheckResult]
    interrupted: bool = False


def run_checks(
    jobs: Sequence[Job],
    *,
    deadline: float | None = None,
    progress: Callable[[int, int], None] = lambda done, total: None,
) -> Run:
    """Look at everything, together where looking means waiting.

    ``deadline`` is in seconds and holds the whole run. ``progress`` is told how many of how many are done. Raises
    SprintbotError where the tree cannot be read at all; what goes wrong with one check is that check's finding.
    """
    return _Running(jobs, deadline, progress).run()


class _Running:
    """One run under way. ``unsettled`` has the last result of each check that is to be looked at again."""

    def __init__(self, jobs: Sequence[Job], deadline: float | None, progress: Callable[[int, int], None]) -> None:
        self.jobs = jobs
        self.deadline = deadline
        self.until = jobs[0].ground.clock() + deadline if jobs and deadline is not None else float("inf")
        self.progress = progress
        self.results: dict[str, CheckResult] = {}
        self.unsettled: dict[str, CheckResult] = {}
        self.bugs: list[str] = []

    def run(self) -> Run:
        interrupted = False
        try:
            with termination_interrupts():
                self._look()
        except KeyboardInterrupt:
            interrupted = True
        if interrupted:
            self._cut_short(Outcome.SKIPPED, "interrupted")
        else:
            self._cut_short(Outcome.BLOCKED, f"the run's deadline of {show_seconds(self.deadline or 0)} passed")
        secrets = frozenset[str]().union(*(ground.secrets for ground in {job.ground for job in self.jobs}))
        for bug in self.bugs:
            _log_bug(without_secrets_in(bug, secrets))
        return Run({key: without_secrets(result, secrets) for key, result in self.results.items()}, interrupted)

    def _look(self) -> None:
        active = [job for job in self.jobs if not self._skip(job)]
        self._load(active)
        waiting = []
        for job in active:
            if job.planned.check.waits:
                waiting.append(job)
            elif job.key not in self.results and job.ground.clock() < self.until:
                self._keep({job.key: self._look_at_once(job)})
        waiting = [job for job in waiting if job.key not in self.results]
        if waiting and waiting[0].ground.clock() < self.until:
            self._wait_for(waiting)

    def _keep(self, results: dict[str, CheckResult]) -> None:
        self.results.update(results)
        self.progress(len(self.results), len(self.jobs))

    def _skip(self, job: Job) -> bool:
        reason = job.skip or (job.ground.not_live if job.planned.check.live else "")
        if reason:
            self.results[job.key] = findings_as(job.planned, Outcome.SKIPPED, reason)
        return bool(reason)

    def _load(self, jobs: Sequence[Job]) -> None:
        """Read the blobs of all checks at once."""
        wants: dict[Tree, list[Wants]] = {}
        for job in jobs:
            tree, site = job.ground.tree, Site(job.ground)
            try:
                wants.setdefault(tree, []).append(job.planned.check.wants(tree, site))
            except Exception as exc:
                self.results[job.key] = self._failed(job, site, exc)
        for tree, several in wants.items():
            tree.load(Wants.of_all(several))

    def _look_at_once(self, job: Job) -> CheckResult:
        """Drive a look that waits for nothing, without an event loop."""
        site = Site(job.ground)
        started = site.clock()
        try:
            return _judged(job, site, _finish(job.planned.check.measure(site)), started)
        except Exception as exc:
            return self._failed(job, site, exc, started)

    def _wait_for(self, jobs: Sequence[Job]) -> None:
        import asyncio

        asyncio.run(self._look_at_all(jobs))

    async def _look_at_all(self, jobs: Sequence[Job]) -> None:
        import asyncio

        from sprintbot.places import Places

        places = Places()
        tasks = [asyncio.create_task(self._look_at_group(group, places)) for group in self._grouped(jobs)]
        remaining = max(0.0, self.until - jobs[0].ground.clock()) if self.deadline is not None else None
        try:
            done, _ = await asyncio.wait(tasks, timeout=remaining) if tasks else (set(), set())
        finally:  # not left to asyncio.run, which hangs where it cancels the start of a process (as of Python 3.11)
            late = [task for task in tasks if not task.done()]
            for task in late:
                task.cancel()
            await asyncio.gather(*late, return_exceptions=True)
        for task in done:
            task.result()

    def _grouped(self, jobs: Sequence[Job]) -> list[list[Job]]:
        """Jobs that one look serves, together."""
        groups: dict[object, list[Job]] = {}
        for job in jobs:
            check = job.planned.check
            try:
                key: object = job.key
                if isinstance(check, SharedLook):
                    key = (check.kind, check.look_key(), check.timeout_seconds, check.retrying)
                groups.setdefault(key, []).append(job)
            except Exception as exc:
                self.results[job.key] = self._failed(job, Site(job.ground), exc)
        return list(groups.values())

    async def _look_at_group(self, group: list[Job], places: "Places") -> None:
        """Look, and where the checks say so again, until every claim holds or the time for it is over.

        The last look counts.
        """
        import asyncio

        retry, clock = group[0].planned.check.retrying, group[0].ground.clock
        found = await self._look_together(group, places)
        until = clock() - found[group[0].key].took + (retry.for_ if retry else 0)
        looks = 1
        while True:
            now = clock()
            again = [job for job in group if retry is not None and _may_change(found[job.key], retry, now, until)]
            self.unsettled |= {job.key: found[job.key] for job in again}
            if settled := {job.key: found[job.key] for job in group if job not in again}:
                self._keep(settled)
            if not again or retry is None:
                return
            await asyncio.sleep(retry.every)
            looks += 1
            group = again
            found = await self._look_together(group, places)
            found = {key: _noted(result, f"looked {looks} times") for key, result in found.items()}

    async def _look_together(self, group: list[Job], places: "Places") -> dict[str, CheckResult]:
        """One look for all of a group. The deadline of a look starts when it has its place."""
        import asyncio

        job = group[0]
        check = job.planned.check
        async with places.place(check):
            site = Site(job.ground)
            started = site.clock()
            try:
                async with asyncio.timeout(check.timeout_seconds):
                    looked = await (check.look(site) if isinstance(check, SharedLook) else check.measure(site))
            except (Exception, asyncio.CancelledError) as exc:
                if _is_called_off():
                    raise asyncio.CancelledError from exc
                return {each.key: self._failed(each, site, exc, started) for each in group}
        return {each.key: self._read(each, looked, site, started) for each in group}

    def _read(self, job: Job, looked: object, site: Site, started: float) -> CheckResult:
        check = job.planned.check
        try:
            evidence = check.read(looked, site) if isinstance(check, SharedLook) else cast("Evidence", looked)
            return _judged(job, site, evidence, started)
        except Exception as exc:
            return self._failed(job, site, exc, started)

    def _failed(self, job: Job, site: Site, error: BaseException, started: float | None = None) -> CheckResult:
        """An exception as the finding of every claim of the check."""
        told = _explained(job, site, error)
        absence, hint = False, ""
        if isinstance(told, Refuted):
            outcome, reason, absence = Outcome.FAIL, told.reason, told.absence
        elif isinstance(told, Blocked):
            outcome, reason, hint = Outcome.BLOCKED, told.reason, told.hint
        elif isinstance(error, SprintbotError):
            outcome, reason, hint = Outcome.ERROR, error.message, error.hint
        else:
            outcome, reason = Outcome.ERROR, _own_error(error)
            self.bugs.append(f"{job.planned.address}: {''.join(traceback.format_exception(error))}")
        result = findings_as(job.planned, outcome, reason, absence=absence, hint=hint)
        took = 0.0 if started is None else site.clock() - started
        evidence = Evidence(source=job.planned.check.target, readings={}, phases=dict(site.phases))
        return msgspec.structs.replace(result, took=took, evidence=evidence)

    def _cut_short(self, outcome: Outcome, why: str) -> None:
        """Results for what the run's end came before; what did not hold yet may do so later, and has not failed."""
        for job in self.jobs:
            if job.key in self.results:
                continue
            last = self.unsettled.get(job.key)
            if last is None:
                self.results[job.key] = findings_as(job.planned, outcome, f"{why} before an answer came")
            else:
                findings = tuple(_undecided(finding, outcome, why) for finding in last.findings)
                self.results[job.key] = msgspec.structs.replace(last, findings=findings)


def _is_called_off() -> bool:
    """Whether somebody outside has asked the running task to end; a deadline within it has not."""
    import asyncio

    task = asyncio.current_task()
    return task is not None and task.cancelling() > 0


def _finish(look: Coroutine[Any, Any, Evidence]) -> Evidence:
    try:
        look.send(None)
    except StopIteration as done:
        return cast("Evidence", done.value)
    finally:
        look.close()
    raise RuntimeError("a check that says it does not wait has waited")


def _may_change(result: CheckResult, retry: Retry, now: float, until: float) -> bool:
    if result.outcome in {Outcome.PASS, None} or now + retry.every >= until:
        return False
    looked_at_nothing = result.evidence is None or not result.evidence.phases
    return result.outcome is not Outcome.ERROR and not (result.outcome is Outcome.BLOCKED and looked_at_nothing)


def _judged(job: Job, site: Site, evidence: Evidence, started: float) -> CheckResult:
    findings = tuple(_finding(claim, evidence, job) for claim in job.planned.check.claims())
    took = site.clock() - started
    return CheckResult(planned=job.planned, findings=findings, evidence=_slim(evidence, findings), took=took)


def _log_bug(told: str) -> None:
    import logging

    logging.getLogger(__name__).error(told)


def _own_error(error: BaseException) -> str:
    where = traceback.extract_tb(error.__traceback__)[-1]
    return f"sprintbot's own error: {type(error).__name__}: {error} ({where.name}, line {where.lineno})"


def _explained(job: Job, site: Site, error: BaseException) -> Blocked | Refuted | None:
    """What an exception means; None for sprintbot's own mistake."""
    if isinstance(error, Blocked | Refuted):
        return error
    if isinstance(error, UsageError):
        return Blocked(error.message, error.hint)
    check = job.planned.check
    if isinstance(error, SprintbotError) or not (check.waits or isinstance(error, OSError)):
        return None
    from sprintbot.probe.obstacles import explain

    return explain(error, site.current_phase, check.target, check.timeout_seconds)


def _undecided(finding: Finding, outcome: Outcome, why: str) -> Finding:
    if finding.outcome is not Outcome.FAIL:
        return finding
    reason = f"{why} before the time for looking again was over; by then: {finding.reason}"
    return msgspec.structs.replace(finding, outcome=outcome, reason=reason, absence=False)


def _finding(claim: Claim, evidence: Evidence, job: Job) -> Finding:
    """What the evidence says of a claim, in which ``{commit}`` stands for the commit that is measured."""
    hint, commit = job.planned.check.hint, job.ground.tree.commit
    comparison = _with_commit(claim.comparison, commit)
    if comparison is claim.comparison:
        return _judge(claim, evidence, hint)
    if not commit:
        reason = "nothing is committed yet, so that there is no {commit} to compare with"
        return Finding(claim=claim, outcome=Outcome.BLOCKED, reason=reason, hint=hint)
    return _judge(msgspec.structs.replace(claim, comparison=comparison), evidence, hint)


def _judge(claim: Claim, evidence: Evidence, hint: str) -> Finding:
    """The finding; a pattern that backtracks without end costs this one, not the run."""
    if isinstance(claim.comparison, Order | Equal | Between):
        return judge(claim, evidence, hint)
    try:
        with time_limit(SEARCHING):
            return judge(claim, evidence, hint)
    except TookTooLong:
        reason = f"the search took more than {show_seconds(SEARCHING)}; write a simpler pattern"
        return Finding(claim=claim, outcome=Outcome.BLOCKED, reason=reason, hint=hint)


def _with_commit(comparison: Comparison, commit: str) -> Comparison:
    match comparison:
        case Equal(value=str() as text) if "{commit}" in text:
            return msgspec.structs.replace(comparison, value=text.replace("{commit}", commit))
        case Matches(pattern=pattern) if "{commit}" in pattern:
            return Matches(pattern.replace("{commit}", commit))
        case AnyOf(options=options):
            bound = tuple(_with_commit(option, commit) for option in options)
            return comparison if bound == options else AnyOf(bound)
    return comparison


def _slim(evidence: Evidence, findings: tuple[Finding, ...]) -> Evidence:
    """The evidence without the long texts that were searched; what was found in them is in the findings."""
    searched = {finding.claim.field for finding in findings if isinstance(finding.claim.comparison, Contains)}
    if not searched:
        return evidence
    readings = {field: reading for field, reading in evidence.readings.items() if field not in searched}
    return msgspec.structs.replace(evidence, readings=readings)


def _noted(result: CheckResult, note: str) -> CheckResult:
    if result.evidence is None:
        return result
    evidence = msgspec.structs.replace(result.evidence, notes=(*result.evidence.notes, note))
    return msgspec.structs.replace(result, evidence=evidence)
