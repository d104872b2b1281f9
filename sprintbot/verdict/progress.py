"""How much of what was promised holds, in points."""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from fractions import Fraction

import msgspec

from sprintbot.claim.evidence import Finding, Outcome, Stage, worst
from sprintbot.findings import CheckResult
from sprintbot.manifest.model import Deliverable

Chosen = Callable[[CheckResult, Finding], bool]
"""Whether a finding belongs to the part of the sprint that is looked at: a stage, an environment."""


def of_stage(stage: Stage) -> Chosen:
    """Chooses the claims that prove a stage."""
    return lambda _, finding: finding.claim.stage == stage


def of_env(env: str) -> Chosen:
    """Chooses the claims of checks that look at an environment."""
    return lambda result, _: result.planned.check.env == env


class Progress(msgspec.Struct, frozen=True, kw_only=True):
    """Points held and promised, and how many claims hold.

    ``floor`` says that claims were skipped, so that more may hold than is known; ``points_possible`` are held if all of
    those do. Without a promise the share is None.
    """

    points_held: Fraction
    points_possible: Fraction
    points: Fraction
    held: int
    claims: int
    floor: bool

    @property
    def share(self) -> float | None:
        """Points held of points promised, 0..1, rounded down to four decimals, so that 1 means all."""
        return share(self.points_held, self.points)


def share(part: Fraction, whole: Fraction) -> float | None:
    """A share of 0..1, rounded down to four decimals; None of nothing."""
    return int(part / whole * 10_000) / 10_000 if whole else None


class _Points(Counter[tuple[float, float, tuple[float, ...]]]):
    """How many checks have which part of a deliverable's points: its points, their weight, the weights of all.

    Parts are counted and added once, as exact sums of ten thousand fractions take longer than all the rest.
    """

    @property
    def total_points(self) -> Fraction:
        """The points of all of them."""
        return sum((_worth(*part) * number for part, number in self.items() if number), Fraction(0))


def _worth(points: float, weight: float, weights: tuple[float, ...]) -> Fraction:
    return Fraction(str(points)) * Fraction(str(weight)) / sum(Fraction(str(each)) for each in weights)


def measure_progress(
    deliverables: Iterable[tuple[Deliverable, Sequence[CheckResult]]], chosen: Chosen | None = None
) -> Progress:
    """Progress over the chosen claims; over all of them, with what nothing proves, when no choice is given.

    A deliverable's points are split over its checks by weight; a check counts whole, and only when all of its chosen
    claims pass. A check whose worst claim is waived takes its part of the promise with it.
    """
    held, possible, promised = _Points(), _Points(), _Points()
    findings: list[Finding] = []
    for deliverable, results in deliverables:
        parts = list(_parts(results, chosen))
        points, weights = deliverable.points, tuple([weight for weight, _ in parts])
        if not parts and chosen is None:
            promised[points, 1, (1,)] += 1
        for weight, part in parts:
            findings += part
            outcomes = {finding.outcome for finding in part}
            if worst(list(outcomes)) is Outcome.WAIVED:
                continue
            worth = (points, weight, weights)
            promised[worth] += 1
            held[worth] += outcomes == {Outcome.PASS}
            possible[worth] += outcomes <= {Outcome.PASS, Outcome.SKIPPED}
    return Progress(
        points_held=held.total_points,
        points_possible=possible.total_points,
        points=promised.total_points,
        held=sum(finding.outcome is Outcome.PASS for finding in findings),
        claims=sum(finding.outcome is not Outcome.WAIVED for finding in findings),
        floor=any(finding.outcome is Outcome.SKIPPED for finding in findings),
    )


def _parts(results: Sequence[CheckResult], chosen: Chosen | None) -> Iterable[tuple[float, list[Finding]]]:
    """The weight and the chosen findings of every check that has any."""
    for result in results:
        part = [finding for finding in result.findings if chosen is None or chosen(result, finding)]
        if part:
            yield result.planned.check.weight, part
