"""The verdict as text for a terminal or a pipe: short, what does not hold first in the eye."""

from collections import Counter
from collections.abc import Iterator
from typing import NamedTuple

from sprintbot.claim.evidence import Outcome
from sprintbot.claim.fact import STATED_MARK
from sprintbot.claim.status import BlockerState, Health, Status
from sprintbot.findings import NOT_ASKED
from sprintbot.report.escape import terminal
from sprintbot.report.views import BlockerView, CheckView, Context, DeliverableView, MissView, show_claims

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
    stated = False
    for line in _lines(context, verbose=verbose):
        stated = stated or any(STATED_MARK in span.text for span in line)
        yield line
    if stated:
        yield [Span(f"{STATED_MARK} stated: somebody's word, not measured", "dim")]


def summary(context: Context) -> Line:
    """``14 claims: 8 pass, 2 fail, 4 blocked``."""
    outcomes = Counter(claim.outcome for each in context.deliverables for claim in each.claims)
    if not outcomes:
        return [Span("no claims: nothing was proved", "bold")]
    counted = ", ".join(f"{outcomes[outcome]:,} {outcome}" for outcome in SIGNS if outcomes[outcome])
    return [Span(f"{show_claims(outcomes.total())}: {counted}", "bold")]


def _lines(context: Context, *, verbose: bool) -> Iterator[Line]:
    yield from _head(context)
    if context.deliverables:
        yield []
    asked = [each for each in context.deliverables if each.asked]
    name = max((len(each.id) for each in asked), default=0)
    tally = max((len(each.held) for each in asked), default=0)
    for deliverable in asked:
        yield from _deliverable(deliverable, name, tally, verbose=verbose)
    if left := len(context.deliverables) - len(asked):
        yield [Span(f"- {left:,} deliverable{'s' * (left != 1)} not asked for", "dim")]
    for waiver in context.expired:
        yield [Span(f"~ expired waiver  {terminal(waiver)}", "dim")]
    for blocker in context.blockers:
        yield from _blocker(blocker)
    yield from _recommendation(context)
    yield []
    yield summary(context)


def _head(context: Context) -> Iterator[Line]:
    provenance = context.provenance
    yield [Span(terminal(context.sprint), "bold"), Span(f"  {terminal(context.title)}".rstrip())]
    yield [Span(str(context.health), _HEALTH.get(context.health, "bold")), Span(f"  {terminal(context.rule)}")]
    yield [Span(f"{provenance.what}, {provenance.time}", "dim")]
    for note in provenance.notes:
        yield [Span(f"note: {terminal(note)}", "yellow")]
    yield []
    if context.previous:
        previous = context.previous
        yield [Span(f"{'previous':<9} {previous.progress}, {previous.health} ({terminal(previous.sprint)})", "dim")]
    yield [Span(f"{'progress':<9} {context.progress}")]
    width = max((len(stage.share.text) for stage in context.stages), default=0)
    for stage in context.stages:
        bar = "█" * stage.tenths + "░" * (10 - stage.tenths)
        yield [Span(f"{stage.name:<9} {bar}  {stage.share.text:<{width}}  {stage.tally}")]


def _deliverable(deliverable: DeliverableView, name: int, tally: int, *, verbose: bool) -> Iterator[Line]:
    outcome = _STATUS[deliverable.status]
    yield [
        Span(f"{SIGNS[outcome]} {deliverable.id:<{name}}  {deliverable.status:<8}", _COLOURS[outcome]),
        Span(f"  {deliverable.held:<{tally}}", "dim"),
        Span(f"  {terminal(deliverable.title)}"),
    ]
    for check in deliverable.stated:
        yield [Span(f"    {terminal(check.target)}", "dim"), Span(f"  {terminal(check.source)}", "dim")]
    if verbose:
        for check in deliverable.checks:
            yield from _every_claim(check)
        return
    for miss in deliverable.misses:
        if miss.reason != NOT_ASKED:
            yield from _miss(miss)


def _miss(miss: MissView) -> Iterator[Line]:
    fields = f" {', '.join(miss.fields)}" if miss.fields else ""
    expected = f"expected {miss.expected}; " if miss.expected else ""
    yield [
        Span(f"    {SIGNS[miss.outcome]} ", _COLOURS[miss.outcome]),
        Span(terminal(miss.target), "bold" if miss.outcome is Outcome.FAIL else ""),
        Span(f"{terminal(fields)}: {terminal(expected + miss.reason)}{_behind(miss.because)}"),
    ]
    if miss.hint:
        yield [Span(f"      → {terminal(miss.hint)}", "dim")]


def _every_claim(check: CheckView) -> Iterator[Line]:
    if not check.claims:
        return
    mark = "  size only" if check.size_only else ""
    yield [Span(f"    {terminal(check.address)}", "bold"), Span(f"  {terminal(check.source)}{mark}", "dim")]
    for claim in check.claims:
        measured = f"{claim.measured}, " if claim.measured.known else ""
        told = f"{measured}expected {claim.expected}"
        yield [
            Span(f"      {SIGNS[claim.outcome]} ", _COLOURS[claim.outcome]),
            Span(f"{terminal(claim.field)}: {terminal(told)}"),
            Span(f"{'; ' if claim.reason else ''}{terminal(claim.reason)}{_behind(claim.because)}"),
        ]
    for note in check.notes:
        yield [Span(f"      {terminal(note)}", "dim")]


def _behind(blocker: str) -> str:
    return f" (behind the blocker {blocker})" if blocker else ""


def _blocker(blocker: BlockerView) -> Iterator[Line]:
    if blocker.state is BlockerState.CLEAR or blocker.reason == NOT_ASKED:
        return
    colour = "yellow" if blocker.state is BlockerState.ACTIVE else "dim"
    yield []
    yield [Span(f"blocker {blocker.id}: {blocker.state}", colour), Span(f"  {terminal(blocker.title)}")]
    yield [Span(f"    {terminal(blocker.reason)}")]
    if blocker.seen:
        yield [Span(f"    seen {terminal(blocker.seen)}", "dim")]


def _recommendation(context: Context) -> Iterator[Line]:
    decision = context.decision
    if decision is None:
        return
    yield []
    chosen = decision.recommended
    if chosen is not None:
        yield [Span(f"recommended: {terminal(chosen.key)}, {terminal(chosen.title)}", "bold")]
        for fact in chosen.because:
            yield [Span(f"    {terminal(fact)}")]
    elif not decision.undecided:
        yield [Span("no recommendation", "bold"), Span("  the facts fulfil no option's condition")]
    for option in decision.undecided:
        yield [
            Span(f"not known whether {terminal(option.key)} is recommended", "bold"),
            Span(f"  {terminal(option.why)}"),
        ]
