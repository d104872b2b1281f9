"""Whether a sprint is on its way, with the rule that decided."""

import datetime
from collections.abc import Set as AbstractSet
from fractions import Fraction

import msgspec

from sprintbot.claim.evidence import Outcome
from sprintbot.claim.fact import show_share
from sprintbot.claim.status import Health, Status
from sprintbot.verdict.progress import Progress

OFF_TRACK = Fraction(30, 100)
AT_RISK = Fraction(10, 100)


class Diagnosis(msgspec.Struct, frozen=True):
    """A sprint's health and the rule that gave it, with its numbers."""

    health: Health
    rule: str


def days_gone(start: datetime.date, end: datetime.date, today: datetime.date) -> Fraction:
    """The share of a sprint's days that are over, 0..1; its last day is over the day after."""
    whole = (end - start).days + 1
    return Fraction(min(max((today - start).days, 0), whole), whole)


def diagnose(
    progress: Progress,
    unheld: AbstractSet[Outcome | Status],
    start: datetime.date,
    end: datetime.date,
    today: datetime.date,
) -> Diagnosis:
    """The first rule that fits.

    ``unheld`` are the outcomes of the claims that do not hold, and ``unproved`` where a deliverable has none. Where
    claims were skipped, a health is given only if it is the same whether or not they hold.
    """
    if not progress.points:
        return Diagnosis(Health.UNKNOWN, "no claims")
    share, ceiling = progress.points_held / progress.points, progress.points_possible / progress.points
    found = _by_rule(share, unheld, start, end, today)
    if not progress.floor:
        return found
    best = _by_rule(ceiling, unheld - {Outcome.SKIPPED}, start, end, today)
    if best.health is found.health:
        return Diagnosis(found.health, f"{found.rule} (claims were skipped; if they hold it is the same)")
    numbers = f"{_percent(share)} of the points held, {_percent(ceiling)} if what was skipped holds"
    return Diagnosis(Health.UNKNOWN, f"{found.health} or {best.health}: {numbers}")


def _percent(share: Fraction) -> str:
    return show_share(float(share))


def _by_rule(
    share: Fraction,
    unheld: AbstractSet[Outcome | Status],
    start: datetime.date,
    end: datetime.date,
    today: datetime.date,
) -> Diagnosis:
    gone = days_gone(start, end, today)
    held, over = _percent(share), _percent(gone)
    if share == 1:
        return Diagnosis(Health.COMPLETE, "every promised point holds")
    if unheld == {Outcome.BLOCKED}:
        return Diagnosis(Health.BLOCKED, "everything that does not hold is blocked")
    if today < start:
        return Diagnosis(Health.NOT_STARTED, f"the sprint starts on {start}")
    if today > end:
        return Diagnosis(Health.OFF_TRACK, f"the sprint ended on {end} with {held} of the points held")
    numbers = f"{held} of the points held, {over} of the days gone"
    if share < gone - OFF_TRACK:
        return Diagnosis(Health.OFF_TRACK, f"{numbers}: more than {_percent(OFF_TRACK)} behind")
    if share < gone - AT_RISK:
        return Diagnosis(Health.AT_RISK, f"{numbers}: more than {_percent(AT_RISK)} behind")
    return Diagnosis(Health.ON_TRACK, f"{numbers}: at most {_percent(AT_RISK)} behind")
