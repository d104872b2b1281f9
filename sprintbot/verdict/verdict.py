"""Findings add up to a verdict: statuses, progress, health, facts, recommendation."""

import datetime
from collections.abc import Iterable, Mapping, Sequence

import msgspec

from sprintbot.claim.evidence import Outcome, Stage, Strength
from sprintbot.claim.fact import Fact, FactKind, Unknown
from sprintbot.claim.status import Health, Status
from sprintbot.findings import CheckResult, findings_as
from sprintbot.manifest.model import Deliverable, Manifest, Planned, Waiver
from sprintbot.manifest.sprint import Sprint
from sprintbot.verdict.facts import Facts, share_fact
from sprintbot.verdict.health import Diagnosis, days_gone, diagnose
from sprintbot.verdict.progress import Progress, measure_progress, of_env, of_stage
from sprintbot.verdict.recommendation import Recommendation, recommend
from sprintbot.verdict.sayings import Said, say_all
from sprintbot.verdict.status import (
    Standing,
    apply_blockers,
    apply_waiver,
    stand,
    status_of,
    waivers_in_force,
)


class Judged(msgspec.Struct, frozen=True, kw_only=True):
    """A deliverable, the results of its checks and what they come to."""

    deliverable: Deliverable
    results: tuple[CheckResult, ...]
    status: Status


class Verdict(msgspec.Struct, frozen=True, kw_only=True):
    """All that a run says of one sprint. ``stages`` has those that some claim belongs to."""

    sprint: Sprint
    today: datetime.date
    deliverables: tuple[Judged, ...]
    standings: tuple[Standing, ...]
    progress: Progress
    stages: dict[Stage, Progress]
    diagnosis: Diagnosis
    facts: Facts
    recommendation: Recommendation | None
    criteria: tuple[Said, ...]
    next_steps: dict[str, tuple[Said, ...]]
    expired: tuple[Waiver, ...]
    previous: "Verdict | None"

    @property
    def manifest(self) -> Manifest:
        """What was promised."""
        return self.sprint.manifest

    @property
    def results(self) -> list[CheckResult]:
        """The results of all deliverables' checks, in the manifest's order."""
        return [result for judged in self.deliverables for result in judged.results]

    @property
    def version_compared(self) -> bool | None:
        """Whether a ``{commit}`` claim compared what is deployed with the commit; None where nothing answered."""
        probes = [result for result in self.results if result.planned.check.kind == "http"]
        answered = any(finding.strength is Strength.LIVE for result in probes for finding in result.findings)
        return any(map(_compares_version, probes)) if answered else None

    @property
    def outcomes(self) -> list[Outcome]:
        """What decides the exit code: the outcome of every claim of a deliverable, and errors anywhere else."""
        elsewhere = [result for standing in self.standings for result in standing.results]
        errors = [each for each in _outcomes(elsewhere) if each is Outcome.ERROR]
        errors += [each for each in (self.previous.outcomes if self.previous else []) if each is Outcome.ERROR]
        return _outcomes(self.results) + errors


def _compares_version(result: CheckResult) -> bool:
    """Whether a claim of the check held the deployed version against the measured commit, and got an answer."""
    claims = result.planned.check.claims()
    return any(
        "{commit}" in claim.expected and finding.outcome in {Outcome.PASS, Outcome.FAIL}
        for claim, finding in zip(claims, result.findings, strict=True)
    )


def _outcomes(results: Iterable[CheckResult]) -> list[Outcome]:
    return [finding.outcome for result in results for finding in result.findings]


def reach_verdict(
    sprint: Sprint, measured: Mapping[str, CheckResult], now: datetime.datetime, *, gives_health: bool = True
) -> Verdict:
    """The verdict on a sprint. ``measured`` has results by sprint and address, see ``result_key``.

    ``now`` has a time zone; days are those of the manifest's. ``gives_health`` is false where another commit than HEAD
    was measured, of which the deployment tells nothing.
    """
    manifest = sprint.manifest
    today = _day(now, manifest.timezone)
    force, expired = waivers_in_force(sprint, today)
    standings = tuple(
        stand(
            blocker,
            [apply_waiver(_result(sprint, each, measured), force) for each in sprint.blocker_checks[blocker.id]],
        )
        for blocker in manifest.blockers
    )
    judged = tuple(_judge(sprint, each, measured, standings, force) for each in manifest.deliverables)
    previous = _previous(sprint, measured, now, gives_health=gives_health)
    pairs = [(each.deliverable, each.results) for each in judged]
    progress = measure_progress(pairs)
    stages = {stage: measure_progress(pairs, of_stage(stage)) for stage in Stage}
    facts = _facts(sprint, judged, standings, progress, stages, today, previous)
    return Verdict(
        sprint=sprint,
        today=today,
        deliverables=judged,
        standings=standings,
        progress=progress,
        stages={stage: each for stage, each in stages.items() if each.claims},
        diagnosis=_diagnosis(manifest, judged, progress, today, gives_health=gives_health),
        facts=facts,
        recommendation=recommend(manifest.decision, facts) if manifest.decision else None,
        criteria=say_all(manifest.criteria, facts),
        next_steps={
            "Immediate": say_all(manifest.next.immediate, facts),
            "Short-term": say_all(manifest.next.short_term, facts),
            "Long-term": say_all(manifest.next.long_term, facts),
        },
        expired=expired,
        previous=previous,
    )


def _day(now: datetime.datetime, zone: str) -> datetime.date:
    if zone == "UTC":  # which needs no tz database
        return now.astimezone(datetime.UTC).date()
    import zoneinfo

    return now.astimezone(zoneinfo.ZoneInfo(zone)).date()


def result_key(sprint: Sprint, planned: Planned) -> str:
    """Where a check's result is in what a run measured."""
    return f"{sprint.manifest.sprint} {planned.address}"


def _result(sprint: Sprint, planned: Planned, measured: Mapping[str, CheckResult]) -> CheckResult:
    found = measured.get(result_key(sprint, planned))
    return found or findings_as(planned, Outcome.SKIPPED, "it was not looked at in this run")


def _judge(
    sprint: Sprint,
    deliverable: Deliverable,
    measured: Mapping[str, CheckResult],
    standings: Sequence[Standing],
    force: Mapping[str, Waiver],
) -> Judged:
    results = []
    for planned in deliverable.checks:
        result = apply_blockers(_result(sprint, planned, measured), deliverable.id, standings)
        results.append(apply_waiver(result, force))
    return Judged(deliverable=deliverable, results=tuple(results), status=status_of(results))


def _previous(
    sprint: Sprint, measured: Mapping[str, CheckResult], now: datetime.datetime, *, gives_health: bool
) -> Verdict | None:
    if sprint.previous is None:
        return None
    return reach_verdict(sprint.previous, measured, now, gives_health=gives_health)


def _diagnosis(
    manifest: Manifest, judged: Sequence[Judged], progress: Progress, today: datetime.date, *, gives_health: bool
) -> Diagnosis:
    if not gives_health:
        return Diagnosis(Health.UNKNOWN, "another commit than HEAD was measured")
    unheld: set[Outcome | Status] = {outcome for each in judged for outcome in _outcomes(each.results)}
    unheld -= {Outcome.PASS, Outcome.WAIVED}
    if any(each.status is Status.UNPROVED for each in judged):
        unheld.add(Status.UNPROVED)
    return diagnose(progress, unheld, manifest.start, manifest.end, today)


def _facts(
    sprint: Sprint,
    judged: Sequence[Judged],
    standings: Sequence[Standing],
    progress: Progress,
    stages: Mapping[Stage, Progress],
    today: datetime.date,
    previous: Verdict | None,
) -> Facts:
    manifest = sprint.manifest
    facts = Facts(
        {each.deliverable.id: each.results for each in judged}, {each.deliverable.id: each.status for each in judged}
    )
    facts.plain["progress",] = share_fact(progress)
    for stage, measured in stages.items():
        facts.add_share((stage,), measured)
    pairs = [(each.deliverable, each.results) for each in judged]
    for env in sorted(
        {planned.check.env for each in manifest.deliverables for planned in each.checks if planned.check.env}
    ):
        facts.add_share(("env", env), measure_progress(pairs, of_env(env)))
    facts.add_counts()
    facts.add_sizes()
    facts.add_standings(standings)
    chain = [each.manifest for each in sprint.chain]
    facts.add_effort((), manifest.effort, [effort.work for effort in manifest.effort])
    everything = [effort for each in chain for effort in each.effort]
    facts.add_effort(("overall",), everything, [effort.work for effort in everything])
    facts.plain["time", "share"] = Fact(FactKind.SHARE, float(days_gone(manifest.start, manifest.end, today)))
    if previous is not None:
        health = previous.diagnosis
        facts.plain["previous", "progress"] = share_fact(previous.progress)
        known = health.health is not Health.UNKNOWN
        facts.plain["previous", "status"] = Fact(FactKind.TEXT, str(health.health) if known else Unknown(health.rule))
        facts.plain["previous", "hours"] = previous.facts.plain["effort", "hours"]
    return facts
