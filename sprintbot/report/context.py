"""A verdict to what formats see of it."""

import re
from collections.abc import Iterable, Sequence
from fractions import Fraction

from sprintbot.claim.evidence import Finding, Stage
from sprintbot.claim.fact import Fact, FactKind
from sprintbot.claim.quantity import show_number, show_seconds
from sprintbot.findings import CheckResult
from sprintbot.manifest.model import Effort
from sprintbot.report.figure import Figure, figure_of, measured_figure, share_figure, stated, with_unit
from sprintbot.report.views import (
    STATED,
    BlockerView,
    CheckView,
    ClaimView,
    Context,
    DecisionView,
    DeliverableView,
    EffortView,
    GroupView,
    OptionView,
    Provenance,
    RowView,
    SayingView,
    StageView,
)
from sprintbot.verdict.facts import bound, total
from sprintbot.verdict.recommendation import Choice
from sprintbot.verdict.sayings import Said
from sprintbot.verdict.status import Standing
from sprintbot.verdict.verdict import Judged, Verdict

_COMMIT = re.compile(r"^([0-9a-f]{10})[0-9a-f]{30,54}(?=:)")


_SIZES = ("lines", "words", "count", "size")
"""The fields that say how large an artefact is; the first that is claimed stands in the list of deliverables."""


def make_context(verdict: Verdict, provenance: Provenance) -> Context:
    """The context of a verdict."""
    manifest = verdict.manifest
    facts = verdict.facts
    return Context(
        sprint=manifest.sprint,
        title=manifest.title,
        goal=stated(manifest.goal),
        summary=stated(manifest.summary),
        start=manifest.start,
        end=manifest.end,
        provenance=provenance,
        health=verdict.diagnosis.health,
        rule=verdict.diagnosis.rule,
        progress=share_figure(verdict.progress),
        stages=tuple(_stage(stage, verdict) for stage in verdict.stages),
        deliverables=tuple(map(_deliverable, verdict.deliverables)),
        blockers=tuple(map(_blocker, verdict.standings)),
        effort=_effort(verdict, ("effort",), _notes(manifest.effort)),
        effort_hours=figure_of(facts.plain["effort", "hours"]),
        overall_effort=_effort(verdict, ("overall", "effort"), _notes(manifest.effort)),
        overall_hours=figure_of(facts.plain["overall", "effort", "hours"]),
        decision=_decision(verdict),
        groups=_groups(verdict),
        lines_claimed=figure_of(facts.plain["lines", "claimed"]),
        lines_measured=figure_of(facts.plain["lines", "measured"]),
        next_steps={name: _sayings(steps) for name, steps in verdict.next_steps.items() if steps},
        criteria=_grouped(verdict.criteria),
        expired=tuple(
            stated(f"{each.check}: {each.reason} (by {each.by}, until {each.until})") for each in verdict.expired
        ),
        previous=make_context(verdict.previous, provenance) if verdict.previous else None,
    )


def _stage(stage: Stage, verdict: Verdict) -> StageView:
    progress = verdict.stages[stage]
    share = progress.share or 0.0
    unsure = stage is Stage.DEPLOYED and verdict.version_compared is False
    return StageView(
        name=str(stage),
        share=share_figure(progress),
        held=progress.held,
        claims=progress.claims,
        tenths=int(Fraction(str(share)) * 10),
        note="deployed version not compared" if unsure else "",
    )


def _deliverable(judged: Judged) -> DeliverableView:
    deliverable = judged.deliverable
    return DeliverableView(
        id=deliverable.id,
        title=deliverable.title,
        owner=deliverable.owner,
        points=show_number(deliverable.points),
        status=judged.status,
        checks=tuple(_check(result, deliverable.group) for result in judged.results),
    )


def _check(result: CheckResult, group: str | None = None) -> CheckView:
    planned, evidence = result.planned, result.evidence
    check = planned.check
    return CheckView(
        address=planned.address,
        kind=check.kind,
        target=stated(check.target) if check.kind == STATED else check.target,
        line=planned.line,
        outcome=result.outcome,
        claims=tuple(_claim(finding, check.hint) for finding in result.findings),
        source=_short_source(evidence.source) if evidence else "",
        link=evidence.link if evidence else "",
        notes=evidence.notes if evidence else (),
        size_only=result.size_only,
        group=check.group or group or "",
        env=check.env or "",
    )


def _short_source(source: str) -> str:
    """A source with its commit as people name it; the full one is in the heading and in JSON."""
    return _COMMIT.sub(lambda found: found[1], source)


def _claim(finding: Finding, manifest_hint: str) -> ClaimView:
    """``manifest_hint`` is somebody's word; other hints are sprintbot's own."""
    return ClaimView(
        field=finding.claim.field,
        stage=finding.claim.stage,
        outcome=finding.outcome,
        expected=finding.claim.expected,
        measured=measured_figure(finding),
        strength=finding.strength.word if finding.strength is not None else "",
        reason=finding.reason,
        hint=stated(finding.hint) if finding.hint == manifest_hint else finding.hint,
        because=finding.because,
    )


def _blocker(standing: Standing) -> BlockerView:
    blocker = standing.blocker
    seen = (
        f"{blocker.seen.times.comparison.words()} times since {blocker.seen.since}, by {blocker.seen.by}"
        if blocker.seen
        else ""
    )
    return BlockerView(
        id=blocker.id,
        title=blocker.title,
        state=standing.state,
        reason=standing.reason,
        blocks=tuple(blocker.blocks),
        seen=stated(seen),
        causes=tuple(
            (cause.title, stated(cause.detail)) if cause.detail else (stated(cause.title), "")
            for cause in blocker.causes
        ),
        checks=tuple(map(_check, standing.results)),
    )


def _effort(verdict: Verdict, prefix: tuple[str, ...], notes: dict[str, str]) -> tuple[EffortView, ...]:
    facts = verdict.facts.plain
    works = [name[-1] for name in facts if name[:-1] == (*prefix, "by")]
    order = [effort.work for each in verdict.sprint.chain for effort in each.manifest.effort]
    return tuple(
        EffortView(
            work=work,
            hours=figure_of(facts[*prefix, "by", work]),
            share=figure_of(facts[*prefix, "share", work]),
            note=stated(notes.get(work, "")),
        )
        for work in sorted(works, key=order.index)
    )


def _notes(effort: Iterable[Effort]) -> dict[str, str]:
    """The notes on each kind of work."""
    notes: dict[str, list[str]] = {}
    for each in effort:
        notes.setdefault(each.work, []).append(each.note)
    return {work: "; ".join(filter(None, several)) for work, several in notes.items()}


def _decision(verdict: Verdict) -> DecisionView | None:
    if verdict.recommendation is None:
        return None
    decision = verdict.recommendation.decision
    deadline = decision.deadline
    shown = ""
    if deadline is not None:
        shown = deadline.at.isoformat() if deadline.at else f"{show_seconds(deadline.after or 0)} after its opening"
    return DecisionView(
        id=decision.id,
        question=decision.question,
        options=tuple(_option(choice, verdict.recommendation.recommended) for choice in verdict.recommendation.choices),
        quorum=decision.quorum,
        voters=tuple(decision.voters),
        deadline=shown,
    )


def _option(choice: Choice, recommended: str) -> OptionView:
    option, answer = choice.option, choice.answer
    return OptionView(
        key=choice.key,
        title=option.title,
        summary=stated(option.summary),
        effort=stated(option.effort.comparison.words().removeprefix("exactly ")) if option.effort else "",
        recommended=choice.key == recommended,
        conditional=answer is not None,
        holds=answer.value if answer else None,
        because=answer.because if answer else (),
        why=answer.why if answer else "",
        rationale=_sayings(choice.rationale),
        actions=_sayings(choice.actions),
        benefits=_sayings(choice.benefits),
        risks=_sayings(choice.risks),
    )


def _sayings(said: Iterable[Said]) -> tuple[SayingView, ...]:
    return tuple(map(_saying, said))


def _saying(said: Said) -> SayingView:
    answer = said.answer
    return SayingView(
        text=stated(said.text) if said.stated else said.text,
        conditional=answer is not None,
        holds=said.holds,
        because=answer.because if answer else (),
        why=answer.why if answer else "",
    )


def _groups(verdict: Verdict) -> tuple[GroupView, ...]:
    """Artefacts of the tree by group, in the order of the manifest's groups; those without one last."""
    titles = dict(verdict.manifest.groups)
    members: dict[str, list[CheckResult]] = {group: [] for group in titles}
    for judged in verdict.deliverables:
        for result in judged.results:
            if result.planned.check.kind in {"file", "files"}:
                group = result.planned.check.group or judged.deliverable.group or ""
                members.setdefault(group, []).append(result)
    return tuple(
        _group(titles.get(group, group or "Other files"), results) for group, results in members.items() if results
    )


def _group(title: str, results: Sequence[CheckResult]) -> GroupView:
    lines = [finding for result in results for finding in result.findings if finding.claim.field == "lines"]
    claimed = sum(bound(finding.claim.comparison) or 0 for finding in lines)
    measured, floor = total(lines)
    return GroupView(
        title=title,
        rows=tuple(map(_row, results)),
        claimed=figure_of(Fact(FactKind.COUNT, claimed, stated=True)) if lines else Figure.none(),
        measured=figure_of(Fact(FactKind.COUNT, measured, floor=floor)) if lines else Figure.none(),
    )


def _row(result: CheckResult) -> RowView:
    found = {finding.claim.field: finding for finding in result.findings}
    size = next((found[field] for field in _SIZES if field in found), None)
    return RowView(
        target=result.planned.check.target,
        link=result.evidence.link if result.evidence else "",
        claimed=with_unit(size.claim.expected, size.claim.unit) if size else "",
        measured=measured_figure(size) if size else Figure.none(),
        outcome=result.outcome,
        size_only=result.size_only,
    )


def _grouped(said: Iterable[Said]) -> dict[str, tuple[SayingView, ...]]:
    groups: dict[str, list[SayingView]] = {}
    for each in said:
        groups.setdefault(each.group, []).append(_saying(each))
    return {group: tuple(items) for group, items in groups.items()}
