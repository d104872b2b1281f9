"""Secrets stay out of everything that is printed or kept: their values become ``***``."""

from collections.abc import Collection
from typing import Any
from urllib.parse import quote

import msgspec

from sprintbot.claim.comparison import MISSING
from sprintbot.claim.evidence import Evidence, Finding, Reading, Unmeasured
from sprintbot.findings import CheckResult

MASK = "***"


def without_secrets(result: CheckResult, secrets: Collection[str]) -> CheckResult:
    """A result none of whose texts has a secret in it, plain or as a URL would quote it."""
    if not secrets:
        return result
    mask = _Mask(secrets)
    return msgspec.structs.replace(
        result,
        findings=tuple(map(mask.finding, result.findings)),
        evidence=mask.evidence(result.evidence) if result.evidence else None,
    )


class _Mask:
    def __init__(self, secrets: Collection[str]) -> None:
        forms = {form for secret in secrets for form in (secret, quote(secret, safe=""), repr(secret)[1:-1])}
        self.forms = sorted(forms, key=len, reverse=True)

    def text(self, text: str) -> str:
        for form in self.forms:
            text = text.replace(form, MASK)
        return text

    def json(self, value: Any) -> Any:
        if value is MISSING:
            return value
        if isinstance(value, str):
            return self.text(value)
        if isinstance(value, list):
            return [self.json(item) for item in value]
        if isinstance(value, dict):
            return {self.text(str(key)): self.json(item) for key, item in value.items()}
        return value

    def finding(self, finding: Finding) -> Finding:
        reason, measured = self.text(finding.reason), self.json(finding.measured)
        return msgspec.structs.replace(finding, reason=reason, measured=measured)

    def evidence(self, evidence: Evidence) -> Evidence:
        return msgspec.structs.replace(
            evidence,
            source=self.text(evidence.source),
            notes=tuple(map(self.text, evidence.notes)),
            readings={field: self.reading(reading) for field, reading in evidence.readings.items()},
        )

    def reading(self, reading: Reading | Unmeasured) -> Reading | Unmeasured:
        if isinstance(reading, Unmeasured):
            return Unmeasured(self.text(reading.reason), reading.skipped)
        return msgspec.structs.replace(reading, value=self.json(reading.value), reason=self.text(reading.reason))
