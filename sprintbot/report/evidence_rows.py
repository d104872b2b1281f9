"""The rows of the evidence table, the one part of a report that grows long: written here and not by a template."""

from collections.abc import Iterator
from functools import lru_cache

from sprintbot.claim.evidence import Outcome
from sprintbot.report.escape import markdown, markdown_code, markdown_link
from sprintbot.report.figure import NOTHING
from sprintbot.report.views import CheckView, Context
from sprintbot.report.words import outcome_words


def evidence_rows(report: Context) -> str:
    """A row for each claim, deliverables first, then blockers; a statement has a row too."""
    return "".join(row for check in report.checks for row in _rows(check, report.provenance.time))


def _rows(check: CheckView, time: str) -> Iterator[str]:
    address = markdown_code(check.address)
    if not check.claims:
        said, source = markdown(check.target), markdown(check.source) or NOTHING
        yield f"| {address} | {NOTHING} | {NOTHING} | {said} | not counted | stated | {NOTHING} | {source} |\n"
    source = markdown_link(check.source, check.link) if check.source else NOTHING
    notes = "".join(f"; {markdown(note)}" for note in check.notes)
    for claim in check.claims:
        yield (
            f"| {address} | {_code(claim.field)} | {_words(claim.expected)} | {markdown(claim.measured.text)} "
            f"| {_outcome(claim.outcome, claim.reason)} | {claim.strength or NOTHING} "
            f"| {NOTHING if claim.outcome is Outcome.SKIPPED else time} | {source}{notes} |\n"
        )
        notes = ""


def _outcome(outcome: Outcome, reason: str) -> str:
    return f"{outcome_words(outcome)}: {_words(reason)}" if reason else outcome_words(outcome)


_code = lru_cache(markdown_code)
_words = lru_cache(markdown)
