"""The verdict as text for a terminal or a pipe: short, what does not hold first in the eye."""

from collections import Counter
from collections.abc import Iterator
from typing import NamedTuple

from sprintbot.claim.evidence import Outcome
from sprintbot.claim.fact import STATED_MARK
from sprintbot.claim.status import BlockerState, Health, Status
from sprintbot.report.escape import terminal
from sprintbot.report.views import BlockerView, CheckView, ClaimView, Context, DeliverableView

SIGNS = {
    Outcome.PASS: "✓",
    Outcome.FAIL: "✗",
    Outcome.BLOCKED: "⊘",
    Outcome.ERROR: "!",
    Outcome.SKIPPED: "-",
    Outcome.WAIVED: "~",
}
_COLOURS = {
    Outcome.PASS: "green",
    Outcome.FAIL: "red",
    Outcome.BLOCKED: "yellow",
    Outcome.ERROR: "bold red",
    Outcome.SKIPPED: "dim",
    Outcome.WAIVED: "dim",
}
_STATUS = {
    Status.DONE: Outcome.PASS,
    Status.PARTIAL: Outcome.FAIL,
    Status.BLOCKED: Outcome.BLOCKED,
    Status.MISSING: Outcome.FAIL,
    Status.FAILED: Outcome.FAIL,
    Status.UNKNOWN: Outcome.ERROR,
    Status.UNPROVED: Outcome.SKIPPED,
    Status.WAIVED: Outcome.WAIVED,
}
_HEALTH = {
    Health.COMPLETE: "bold green",
    Health.ON_TRACK: "bold green",
    Health.AT_RISK: "bold yellow",
    Health.BLOCKED: "bold yellow",
    Health.OFF_TRACK: "bold red",
}


class Span(NamedTuple):
    """A piece of a line; ``style`` is rich's word for it, empty for plain."""

    text: str
    style: str = ""


Line = list[Span]


def render(context: Context, *, verbose: bool = False) -> str:
    """The verdict as plain text."""
    return "".join("".join(span.text for span in line).rstrip() + "\n" for line in lines(context, verbose=verbose))


def lines(context: Context, *, verbose: bool = False) -> Iterator[Line]:
    """The verdict line by line. ``verbose`` shows every claim, not only those that do not hold."""
    yield from _head(context)
    yield []
    if context.previous:
        previous = context.previous
        yield [Span(f"before  {terminal(previous.sprint)}: {previous.health}, {previous.progress}", "dim")]
        yield []
    width = max((len(each.id) for each in context.deliverables), default=0)
    for deliverable in context.deliverables:
        yield from _deliverable(deliverable, width, verbose=verbose)
    for blocker in context.blockers:
        yield from _blocker(blocker)
    yield from _recommendation(context)
    yield []
    yield summary(context)
    if any(STATED_MARK in span.text for line in _said(context) for span in line):
        yield [Span(f"{STATED_MARK} stated: somebody's word, not measured", "dim")]


def summary(context: Context) -> Line:
    """``14 claims: 8 pass, 2 fail, 4 blocked``."""
    outcomes = Counter(claim.outcome for each in context.deliverables for claim in each.claims)
    if not outcomes:
        return [Span("no claims: nothing was proved", "bold")]
    counted = ", ".join(f"{outcomes[outcome]} {outcome}" for outcome in SIGNS if outcomes[outcome])
    return [Span(f"{outcomes.total()} claims: {counted}", "bold")]


def _head(context: Context) -> Iterator[Line]:
    provenance = context.provenance
    yield [Span(terminal(context.sprint), "bold"), Span(f"  {terminal(context.title)}")]
    yield [Span(str(context.health), _HEALTH.get(context.health, "bold")), Span(f"  {terminal(context.rule)}")]
    yield [Span(f"{provenance.what}, {provenance.time}", "dim")]
    for note in provenance.notes:
        yield [Span(f"note: {terminal(note)}", "yellow")]
    yield [Span(f"{'progress':<9} {context.progress}")]
    for stage in context.stages:
        bar = "█" * stage.tenths + "░" * (10 - stage.tenths)
        yield [Span(f"{stage.name:<9} {bar} {stage.share}  ({stage.held} of {stage.claims} claims)")]


def _deliverable(deliverable: DeliverableView, width: int, *, verbose: bool) -> Iterator[Line]:
    outcome = _STATUS[deliverable.status]
    colour = _COLOURS[outcome]
    yield [
        Span(f"{SIGNS[outcome]} {deliverable.id:<{width}}", colour),
        Span(f"  {deliverable.status:<8}", colour),
        Span(f"  {terminal(deliverable.title)}"),
        Span(f"  {deliverable.held}", "dim"),
    ]
    for check in deliverable.checks:
        yield from _check(check, verbose=verbose)


def _check(check: CheckView, *, verbose: bool) -> Iterator[Line]:
    if check.kind == "stated":
        yield [Span(f"    {terminal(check.target)}{STATED_MARK}", "dim"), Span(f"  {terminal(check.source)}", "dim")]
    shown = list(check.claims) if verbose else check.unheld
    same = _same_reason(shown)
    if same is not None and len(shown) > 1:
        yield _claim(check, same, ", ".join(claim.field for claim in shown), together=True)
    else:
        for claim in shown:
            yield _claim(check, claim, claim.field)
    for claim in shown[:1]:
        if claim.hint:
            yield [Span(f"      → {terminal(claim.hint)}{STATED_MARK}", "dim")]
    if verbose:
        for note in check.notes:
            yield [Span(f"      {terminal(note)}", "dim")]


def _same_reason(claims: list[ClaimView]) -> ClaimView | None:
    """The first of the claims when one reason goes for all of them."""
    told = {(claim.outcome, claim.reason, claim.because) for claim in claims}
    return claims[0] if len(told) == 1 and claims[0].reason else None


def _claim(check: CheckView, claim: ClaimView, fields: str, *, together: bool = False) -> Line:
    behind = f" (behind the blocker {claim.because})" if claim.because else ""
    if claim.outcome is Outcome.PASS:
        told = f"{claim.measured} (expected {claim.expected})"
    elif together:
        told = claim.reason
    else:
        told = f"expected {claim.expected}: {claim.reason}"
    return [
        Span(f"    {SIGNS[claim.outcome]} ", _COLOURS[claim.outcome]),
        Span(f"{terminal(check.target)} ", "bold" if claim.outcome is Outcome.FAIL else ""),
        Span(f"{terminal(fields)}: {terminal(told)}{behind}"),
    ]


def _blocker(blocker: BlockerView) -> Iterator[Line]:
    if blocker.state is BlockerState.CLEAR:
        return
    colour = "yellow" if blocker.state is BlockerState.ACTIVE else "dim"
    yield []
    yield [Span(f"blocker {blocker.id}: {blocker.state}", colour), Span(f"  {terminal(blocker.title)}")]
    yield [Span(f"    {terminal(blocker.reason)}")]
    if blocker.seen:
        yield [Span(f"    seen {blocker.seen}{STATED_MARK}", "dim")]


def _recommendation(context: Context) -> Iterator[Line]:
    if context.decision is None:
        return
    yield []
    chosen = context.decision.recommended
    if chosen is None:
        yield [Span("no recommendation", "bold"), Span("  the facts fulfil no option's condition")]
        return
    yield [Span(f"recommended: {chosen.key}, {terminal(chosen.title)}", "bold")]
    for fact in chosen.because:
        yield [Span(f"    {terminal(fact)}")]


def _said(context: Context) -> Iterator[Line]:
    for deliverable in context.deliverables:
        yield from _deliverable(deliverable, 0, verbose=False)
    for blocker in context.blockers:
        yield from _blocker(blocker)
