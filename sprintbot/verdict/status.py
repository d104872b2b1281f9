"""The state of a deliverable and of a blocker, and which findings the blockers and waivers change."""

import datetime
from collections.abc import Iterable, Mapping

import msgspec

from sprintbot.checks.interface import Check, LiveCheck
from sprintbot.claim.evidence import Finding, Outcome, Stage
from sprintbot.claim.status import BlockerState, Status
from sprintbot.findings import CheckResult
from sprintbot.manifest.model import Blocker, Waiver
from sprintbot.manifest.sprint import Sprint


class Standing(msgspec.Struct, frozen=True, kw_only=True):
    """A blocker's state, and the finding that decided it, in words."""

    blocker: Blocker
    state: BlockerState
    reason: str
    results: tuple[CheckResult, ...]


def status_of(results: Iterable[CheckResult]) -> Status:
    """A deliverable's status, over its claims without waived and stated ones; the first rule that fits."""
    findings = [finding for result in results for finding in result.findings]
    judged = [finding for finding in findings if finding.outcome is not Outcome.WAIVED]
    outcomes = {finding.outcome for finding in judged}
    if not findings:
        return Status.UNPROVED
    if not judged:
        return Status.WAIVED
    if outcomes == {Outcome.PASS}:
        return Status.DONE
    if Outcome.ERROR in outcomes:
        return Status.UNKNOWN
    if Outcome.FAIL in outcomes:
        return _failing(judged, outcomes)
    return Status.BLOCKED if Outcome.BLOCKED in outcomes else Status.UNKNOWN


def _failing(judged: list[Finding], outcomes: set[Outcome]) -> Status:
    if Outcome.PASS in outcomes:
        return Status.PARTIAL
    absent = all(finding.absence for finding in judged if finding.outcome is Outcome.FAIL)
    return Status.MISSING if absent else Status.FAILED


def stand(blocker: Blocker, results: Iterable[CheckResult]) -> Standing:
    """Whether a blocker stands in the way: active when a check of it fails, unknown when one could not be looked at."""
    results = tuple(results)
    deciding: dict[BlockerState, list[str]] = {BlockerState.ACTIVE: [], BlockerState.UNKNOWN: []}
    for result in results:
        for finding in result.findings:
            if finding.outcome is Outcome.FAIL:
                deciding[BlockerState.ACTIVE].append(finding.reason)
            elif finding.outcome not in {Outcome.PASS, Outcome.WAIVED}:
                deciding[BlockerState.UNKNOWN].append(finding.reason)
    for state, reasons in deciding.items():
        if reasons:
            return Standing(blocker=blocker, state=state, reason=_several(reasons), results=results)
    if not any(result.findings for result in results):
        reason = "nothing says when the road is free: it has neither checks nor ports"
        return Standing(blocker=blocker, state=BlockerState.UNKNOWN, reason=reason, results=results)
    return Standing(blocker=blocker, state=BlockerState.CLEAR, reason="every check of it holds", results=results)


def _several(reasons: list[str], most: int = 3) -> str:
    unique = list(dict.fromkeys(reasons))
    more = f"; and {len(unique) - most} more" if len(unique) > most else ""
    return "; ".join(unique[:most]) + more


def apply_blockers(result: CheckResult, deliverable: str, standings: Iterable[Standing]) -> CheckResult:
    """A live claim that does not pass while an active blocker names its deliverable is blocked, because of it.

    Claims of commands are live where they prove the stage ``deployed``: a script that is wrong is wrong all the same.
    """
    active = [each for each in standings if each.state is BlockerState.ACTIVE and deliverable in each.blocker.blocks]
    if not active:
        return result
    first = active[0].blocker

    def changed(finding: Finding) -> Finding:
        if finding.outcome not in {Outcome.FAIL, Outcome.BLOCKED} or not _is_live(result.planned.check, finding):
            return finding
        return msgspec.structs.replace(finding, outcome=Outcome.BLOCKED, because=first.id, absence=False)

    return msgspec.structs.replace(result, findings=tuple(map(changed, result.findings)))


def _is_live(check: Check, finding: Finding) -> bool:
    return isinstance(check, LiveCheck) or (check.live and finding.claim.stage is Stage.DEPLOYED)


def apply_waiver(result: CheckResult, waivers: Mapping[str, Waiver]) -> CheckResult:
    """What a waiver in force covers and does not hold is waived; a pass stays a pass, and an error is never waived.

    What was skipped stays skipped, and so stays promised: progress never rises by not looking.
    """
    waiver = waivers.get(result.planned.address)
    if waiver is None:
        return result

    def changed(finding: Finding) -> Finding:
        if finding.outcome not in {Outcome.FAIL, Outcome.BLOCKED}:
            return finding
        reason = f"waived by {waiver.by} until {waiver.until}: {waiver.reason} ({finding.reason})"
        return msgspec.structs.replace(finding, outcome=Outcome.WAIVED, reason=reason)

    return msgspec.structs.replace(result, findings=tuple(map(changed, result.findings)))


def waivers_in_force(sprint: Sprint, today: datetime.date) -> tuple[dict[str, Waiver], tuple[Waiver, ...]]:
    """The waivers in force by the address of their check, and those that have expired. The last day counts."""
    force: dict[str, Waiver] = {}
    expired: list[Waiver] = []
    for waiver in sprint.manifest.waivers:
        planned = sprint.addresses.find(waiver.check)
        if waiver.until < today:
            expired.append(waiver)
        elif planned is not None:
            force[planned.address] = waiver
    return force, tuple(expired)
