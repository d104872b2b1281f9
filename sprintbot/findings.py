"""What came of each check of a run."""

import msgspec

from sprintbot.claim.evidence import Evidence, Finding, Outcome, Reading, worst
from sprintbot.manifest.model import Planned

NOT_ASKED = "not asked for (--only, --env)"
"""Why a check is skipped that the user's choice leaves out."""


class CheckResult(msgspec.Struct, frozen=True, kw_only=True):
    """A check, the evidence of its last look and the finding of each of its claims. ``took`` is in seconds."""

    planned: Planned
    findings: tuple[Finding, ...]
    evidence: Evidence | None = None
    took: float = 0.0

    @property
    def outcome(self) -> Outcome | None:
        """The worst claim's outcome; None for a check without claims."""
        return worst([finding.outcome for finding in self.findings])

    @property
    def size_only(self) -> bool:
        """Whether all that the check proves is that something of some size is there."""
        fields = {finding.claim.field for finding in self.findings}
        return bool(fields) and fields <= self.planned.check.size_only

    def reading(self, field: str) -> Reading | None:
        """What was measured for a field, whether it is claimed or not."""
        reading = self.evidence.readings.get(field) if self.evidence else None
        return reading if isinstance(reading, Reading) else None


def findings_as(
    planned: Planned, outcome: Outcome, reason: str, *, absence: bool = False, hint: str = ""
) -> CheckResult:
    """The result of a check all of whose claims come to the same."""
    told = hint or planned.check.hint
    findings = tuple(
        Finding(claim=claim, outcome=outcome, reason=reason, absence=absence, hint=told)
        for claim in planned.check.claims()
    )
    return CheckResult(planned=planned, findings=findings)
