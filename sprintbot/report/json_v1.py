"""The report as JSON, version 1: a frozen copy of types, apart from those that the program works with.

What is public here stays: a field may be added, none may change or go. The schema is published beside the docs.
"""

from typing import Any, Literal, cast

import msgspec

from sprintbot.claim.evaluation import Answer
from sprintbot.claim.status import Health
from sprintbot.findings import CheckResult
from sprintbot.report.views import Provenance
from sprintbot.verdict.progress import Progress
from sprintbot.verdict.status import Standing
from sprintbot.verdict.verdict import Judged, Verdict

HealthWord = Literal["complete", "blocked", "not started", "off track", "at risk", "on track"]


class _Part(msgspec.Struct, frozen=True, kw_only=True):
    """A mapping of the report."""


class Claim(_Part, frozen=True, kw_only=True):
    """One claim. ``at_least`` marks a measured lower bound; ``because`` names the blocker before it."""

    field: str
    expected: str
    measured: Any
    unit: str
    at_least: bool
    strength: Literal["stated", "counted", "collected", "executed", "live"] | None
    stage: Literal["built", "tested", "deployed"]
    outcome: Literal["pass", "fail", "blocked", "error", "skipped", "waived"]
    reason: str
    because: str | None


class Check(_Part, frozen=True, kw_only=True):
    """One check. ``outcome`` is null for a statement; ``took`` and ``phases`` are seconds, ``line`` the manifest's."""

    address: str
    kind: str
    target: str
    line: int
    env: str | None
    outcome: Literal["pass", "fail", "blocked", "error", "skipped", "waived"] | None
    source: str
    link: str | None
    notes: list[str]
    took: float
    phases: dict[str, float]
    claims: list[Claim]


class Deliverable(_Part, frozen=True, kw_only=True):
    """One thing promised."""

    id: str
    title: str
    owner: str | None
    status: Literal["done", "partial", "blocked", "missing", "failed", "unknown", "unproved", "waived"]
    points: float
    checks: list[Check]


class Blocker(_Part, frozen=True, kw_only=True):
    """One obstacle."""

    id: str
    title: str
    state: Literal["active", "unknown", "clear"]
    reason: str
    blocks: list[str]
    checks: list[Check]


class Stage(_Part, frozen=True, kw_only=True):
    """Progress of one stage. ``at_least`` says that claims were skipped."""

    share: float | None
    held: int
    claims: int
    at_least: bool


class Recommendation(_Part, frozen=True, kw_only=True):
    """The option that the facts recommend, null for none, and those facts."""

    option: str | None
    because: list[str]


class Criterion(_Part, frozen=True, kw_only=True):
    """A criterion. ``holds`` is null when the facts do not say."""

    text: str
    group: str | None
    holds: bool | None
    because: list[str]


class Previous(_Part, frozen=True, kw_only=True):
    """The sprint before, in short; empty when there is none."""

    sprint: str | None = None
    progress: float | None = None
    status: str | None = None


class Report(_Part, frozen=True, kw_only=True):
    """The whole report. ``version_compared`` says whether the deployed version was; null where nothing answered."""

    schema: Literal["sprintbot.report/1"]
    version: str
    sprint: str
    title: str
    start: str
    end: str
    manifest: str
    commit: str | None
    source: Literal["commit", "worktree"]
    now: str
    notes: list[str]
    deliverables: list[Deliverable]
    blockers: list[Blocker]
    stages: dict[str, Stage]
    progress: float | None
    at_least: bool
    version_compared: bool | None
    health: HealthWord | None
    rule: str
    facts: dict[str, float | str | bool | None]
    recommendation: Recommendation | None
    criteria: list[Criterion]
    previous: Previous


def render(verdict: Verdict, provenance: Provenance) -> str:
    """The report as indented JSON with a newline at its end."""
    encoded = msgspec.json.encode(make_report(verdict, provenance), enc_hook=_as_text)
    return msgspec.json.format(encoded, indent=2).decode() + "\n"


def _as_text(value: object) -> str:
    """Ids and paths are texts of types of their own, which msgspec does not encode by itself."""
    if isinstance(value, str):
        return str(value)
    raise TypeError(f"a report has no {type(value).__name__}")


def make_report(verdict: Verdict, provenance: Provenance) -> Report:
    """The report's public types, filled."""
    manifest = verdict.manifest
    health = verdict.diagnosis.health
    return Report(
        schema="sprintbot.report/1",
        version=provenance.version,
        sprint=manifest.sprint,
        title=manifest.title,
        start=manifest.start.isoformat(),
        end=manifest.end.isoformat(),
        manifest=f"{provenance.manifest_file} ({provenance.manifest_state})",
        commit=provenance.commit or None,
        source="worktree" if provenance.source == "worktree" else "commit",
        now=provenance.now.isoformat(),
        notes=list(provenance.notes),
        deliverables=[_deliverable(each) for each in verdict.deliverables],
        blockers=[_blocker(each) for each in verdict.standings],
        stages={str(stage): _stage(each) for stage, each in verdict.stages.items()},
        progress=verdict.progress.share,
        at_least=verdict.progress.floor,
        version_compared=verdict.version_compared,
        health=None if health is Health.UNKNOWN else cast("HealthWord", health.value),
        rule=verdict.diagnosis.rule,
        facts=verdict.facts.shown(),
        recommendation=_recommendation(verdict),
        criteria=[
            Criterion(text=said.text, group=said.group or None, holds=said.holds, because=_because(said.answer))
            for said in verdict.criteria
        ],
        previous=_previous(verdict.previous),
    )


def _deliverable(judged: Judged) -> Deliverable:
    deliverable = judged.deliverable
    return Deliverable(
        id=deliverable.id,
        title=deliverable.title,
        owner=deliverable.owner or None,
        status=judged.status.value,
        points=deliverable.points,
        checks=[_check(result) for result in judged.results],
    )


def _check(result: CheckResult) -> Check:
    planned, evidence = result.planned, result.evidence
    return Check(
        address=planned.address,
        kind=planned.check.kind,
        target=planned.check.target,
        line=planned.line,
        env=planned.check.env,
        outcome=result.outcome.value if result.outcome else None,
        source=evidence.source if evidence else "",
        link=(evidence.link or None) if evidence else None,
        notes=list(evidence.notes) if evidence else [],
        took=round(result.took, 6),
        phases={name: round(seconds, 6) for name, seconds in evidence.phases.items()} if evidence else {},
        claims=[
            Claim(
                field=finding.claim.field,
                expected=finding.claim.expected,
                measured=finding.measured,
                unit=finding.claim.unit,
                at_least=finding.floor,
                strength=finding.strength.word if finding.strength is not None else None,  # type: ignore[arg-type]
                stage=finding.claim.stage.value,
                outcome=finding.outcome.value,
                reason=finding.reason,
                because=finding.because or None,
            )
            for finding in result.findings
        ],
    )


def _blocker(standing: Standing) -> Blocker:
    return Blocker(
        id=standing.blocker.id,
        title=standing.blocker.title,
        state=standing.state.value,
        reason=standing.reason,
        blocks=list(standing.blocker.blocks),
        checks=[_check(result) for result in standing.results],
    )


def _stage(progress: Progress) -> Stage:
    return Stage(share=progress.share, held=progress.held, claims=progress.claims, at_least=progress.floor)


def _recommendation(verdict: Verdict) -> Recommendation | None:
    if verdict.recommendation is None:
        return None
    choice = verdict.recommendation.choice
    because = list(choice.answer.because) if choice and choice.answer else []
    return Recommendation(option=choice.key if choice else None, because=because)


def _because(answer: Answer | None) -> list[str]:
    return list(answer.because) if answer else []


def _previous(verdict: Verdict | None) -> Previous:
    if verdict is None:
        return Previous()
    known = verdict.diagnosis.health
    return Previous(
        sprint=verdict.manifest.sprint,
        progress=verdict.progress.share,
        status=None if known is Health.UNKNOWN else str(known),
    )


def report_schema() -> dict[str, Any]:
    """The JSON Schema of the report."""
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **msgspec.json.schema(Report)}
