"""Secrets stay out of everything that is printed or kept: their values become ``***``."""

import re
from collections.abc import Collection, Iterator
from functools import lru_cache
from typing import Any
from urllib.parse import quote, quote_plus

import msgspec

from sprintbot.claim.comparison import MISSING
from sprintbot.claim.evidence import Evidence, Finding, Reading, Unmeasured
from sprintbot.findings import CheckResult

MASK = "***"
LONG = 6
"""Characters from which on a value is masked wherever it stands. A shorter one only as a word: not ``1`` in ``112``."""
_CUT = "..."
_LEAST_OF_CUT = 4
"""Characters of a long value that tell something of it, where a text was cut within it."""

_MOST_DIGITS = 300
_QUOTERS = ((quote, ""), (quote, "/"), (quote_plus, ""))


def without_secrets(result: CheckResult, secrets: Collection[str]) -> CheckResult:
    """A result none of whose texts has a secret in it, plain or as a URL, Python or JSON would quote it."""
    if not secrets:
        return result
    mask = _mask_of(frozenset(secrets))
    return msgspec.structs.replace(
        result,
        findings=tuple(map(mask.finding, result.findings)),
        evidence=mask.evidence(result.evidence) if result.evidence else None,
    )


def without_secrets_in(text: str, secrets: Collection[str]) -> str:
    """A text without them."""
    return _mask_of(frozenset(secrets)).text(text) if secrets else text


@lru_cache(maxsize=8)
def _mask_of(secrets: frozenset[str]) -> "_Mask":
    return _Mask(secrets)


class _Mask:
    def __init__(self, secrets: frozenset[str]) -> None:
        forms = {form for secret in secrets for form in _forms(secret)}
        self.long = sorted((form for form in forms if len(form) >= LONG), key=len, reverse=True)
        short = sorted((form for form in forms if len(form) < LONG), key=len, reverse=True)
        patterns = [*map(re.escape, self.long), *(rf"(?<!\w){re.escape(form)}(?!\w)" for form in short)]
        self.pattern = re.compile("|".join(patterns), re.IGNORECASE)

    def text(self, text: str) -> str:
        masked = self.pattern.sub(MASK, text)
        return self._without_rests(masked) if _CUT in masked else masked

    def _without_rests(self, text: str) -> str:
        """The text without the parts of long values that stand before or after a cut."""
        head, *pieces = text.split(_CUT)
        whole = self._without_start(head) if pieces else head
        for index, piece in enumerate(pieces):
            rest = self._without_end(piece)
            whole += _CUT + (self._without_start(rest) if index < len(pieces) - 1 else rest)
        return whole

    def _without_start(self, text: str) -> str:
        for form in self.long:
            for length in range(len(form) - 1, _LEAST_OF_CUT - 1, -1):
                if text.endswith(form[:length]):
                    return text[:-length] + MASK
        return text

    def _without_end(self, text: str) -> str:
        for form in self.long:
            for length in range(len(form) - 1, _LEAST_OF_CUT - 1, -1):
                if text.startswith(form[-length:]):
                    return MASK + text[length:]
        return text

    def json(self, value: Any) -> Any:
        if value is MISSING or isinstance(value, bool):
            return value
        if isinstance(value, str):
            return self.text(value)
        if isinstance(value, int | float):
            return MASK if str(value) in self.long else value
        if isinstance(value, list):
            return [self.json(item) for item in value]
        if isinstance(value, dict):
            return {self.text(str(key)): self.json(item) for key, item in value.items()}
        return value

    def finding(self, finding: Finding) -> Finding:
        return msgspec.structs.replace(
            finding,
            reason=self.text(finding.reason),
            measured=self.json(finding.measured),
            hint=self.text(finding.hint),
        )

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


def _forms(secret: str) -> Iterator[str]:
    """How a value may be written: as it is, quoted, and of a number with its digits grouped."""
    import json

    for plain in {secret, secret.strip()} - {""}:
        yield plain
        yield from (quoted(plain, safe, errors="surrogateescape") for quoted, safe in _QUOTERS)
        yield from (repr(plain)[1:-1], json.dumps(plain)[1:-1], json.dumps(plain, ensure_ascii=False)[1:-1])
        if plain.isdecimal() and plain.isascii() and len(plain) <= _MOST_DIGITS:
            yield f"{int(plain):,}"
