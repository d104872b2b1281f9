"""A claim and its reading make a finding. The only place where the two meet."""

from sprintbot.claim.comparison import MISSING, Incomparable
from sprintbot.claim.evidence import Claim, Evidence, Finding, Outcome, Reading, Strength, Unmeasured


def judge(claim: Claim, evidence: Evidence, hint: str = "") -> Finding:
    """What the evidence of one look says of one claim of its check."""
    reading = evidence.readings.get(claim.field)
    if reading is None:
        return Finding(claim=claim, outcome=Outcome.ERROR, reason=f"the check gave no reading for {claim.field}")
    if isinstance(reading, Unmeasured):
        outcome = Outcome.SKIPPED if reading.skipped else Outcome.BLOCKED
        return Finding(claim=claim, outcome=outcome, reason=reading.reason, hint=hint)
    outcome, reason = _compare(claim, reading)
    measured = None if reading.value is MISSING else claim.comparison.extract(reading.value)
    return Finding(
        claim=claim,
        outcome=outcome,
        reason=reason,
        measured=measured,
        strength=reading.strength,
        floor=reading.floor,
        absence=reading.absence and outcome is Outcome.FAIL,
        hint="" if outcome is Outcome.PASS else hint,
    )


def _compare(claim: Claim, reading: Reading) -> tuple[Outcome, str]:
    if reading.void:
        return Outcome.FAIL, reading.reason
    try:
        held = claim.comparison.holds_from(reading.value) if reading.floor else claim.comparison.holds(reading.value)
        if held is False:
            told = reading.reason or claim.comparison.why_not(reading.value)
    except Incomparable as exc:
        held, told = False, reading.reason or str(exc)
    if reading.strength is Strength.STATED:
        return Outcome.BLOCKED, reading.reason or "somebody's word; nothing was measured"
    if held is None:
        shown = claim.comparison.show(reading.value)
        return Outcome.BLOCKED, reading.reason or f"at least {shown} is known, which does not decide it"
    return (Outcome.PASS, "") if held else (Outcome.FAIL, told)
