"""Figures as reports print them: each carries how it is known, so that none can pass for measured that is not."""

import msgspec

from sprintbot.claim.comparison import Json
from sprintbot.claim.evidence import Finding, Strength
from sprintbot.claim.fact import STATED_MARK, Fact, show_share
from sprintbot.verdict.progress import Progress

NOTHING = "–"  # noqa: RUF001 - a dash in an empty cell

_LONGEST = 80


class Figure(msgspec.Struct, frozen=True):
    """A figure in print. Its text is complete: the words for a lower bound and the mark of a stated one are in it."""

    text: str
    known: bool = True

    def __str__(self) -> str:
        return self.text

    @classmethod
    def none(cls) -> "Figure":
        """Stands where there is nothing to show."""
        return cls(NOTHING, known=False)


def stated(text: str) -> str:
    """Somebody's word, with its mark; nothing for nothing."""
    return f"{text}{STATED_MARK}" if text else ""


def figure_of(fact: Fact) -> Figure:
    """A fact in print."""
    return Figure(fact.show())


def share_figure(progress: Progress) -> Figure:
    """A share in whole percents, rounded down; ``at least`` where claims were skipped."""
    if progress.share is None:
        return Figure("no claims", known=False)
    shown = show_share(progress.share)
    return Figure(f"at least {shown}" if progress.floor else shown)


def measured_figure(finding: Finding) -> Figure:
    """What was measured for a claim, with its unit; a dash where nothing was."""
    if finding.strength is None or (finding.measured is None and finding.absence):
        return Figure.none()
    shown = _shown(finding, finding.measured)
    if finding.floor:
        shown = f"at least {shown}"
    return Figure(shown + (STATED_MARK if finding.strength is Strength.STATED else ""))


def with_unit(number: str, unit: str) -> str:
    """A number in words with its unit: ``at least 70 lines``, ``1 line``."""
    one = number == "1" or number.endswith(" 1")
    return f"{number} {unit.removesuffix('s') if one else unit}".rstrip()


def _shown(finding: Finding, measured: Json) -> str:
    if measured is None:
        return "no such value"
    if isinstance(measured, bool):
        return "yes" if measured else "no"
    if isinstance(measured, str):
        return measured if len(measured) <= _LONGEST else f"{measured[: _LONGEST - 3]}..."
    return with_unit(finding.claim.comparison.show(measured), finding.claim.unit)
