"""The exit code of a verdict: the one place that decides it."""

from collections.abc import Collection

from sprintbot.claim.evidence import Outcome

PASSED, FAILED, WRONG_USE, FAULT, BUG, INTERRUPTED = 0, 1, 2, 3, 4, 130


def exit_code(outcomes: Collection[Outcome], *, interrupted: bool = False) -> int:
    """0 when every measured claim holds and at least one was measured; 1 when not; 3 for sprintbot's own error."""
    if interrupted:
        return INTERRUPTED
    if Outcome.ERROR in outcomes:
        return FAULT
    if Outcome.FAIL in outcomes or Outcome.BLOCKED in outcomes or Outcome.PASS not in outcomes:
        return FAILED
    return PASSED
