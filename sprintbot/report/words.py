"""The words and icons that documents have for outcomes and states; an icon never stands without a word near it."""

from enum import StrEnum

from sprintbot.claim.evidence import Outcome

ICONS = {
    "pass": "✅",
    "fail": "❌",
    "blocked": "⛔",
    "error": "⚠️",
    "skipped": "⏭️",
    "waived": "➖",  # noqa: RUF001 - an emoji
    "done": "✅",
    "partial": "🟡",
    "missing": "❌",
    "failed": "❌",
    "unknown": "❔",
    "unproved": "❔",
    "active": "⛔",
    "clear": "✅",
    "complete": "✅",
    "not started": "⏳",
    "off track": "❌",
    "at risk": "🟡",
    "on track": "🟢",
}
"""An icon for every outcome, status of a deliverable, state of a blocker and health: one word has one icon."""

_WORDS = {Outcome.PASS: "holds", Outcome.FAIL: "does not hold"}
_IN_WORDS = {outcome: f"{ICONS[outcome]} {_WORDS.get(outcome, outcome)}" for outcome in Outcome}


def icon(word: StrEnum) -> str:
    """The icon of an outcome, a status, a state or a health."""
    return ICONS[word]


def outcome_words(outcome: Outcome) -> str:
    """An outcome as a table shows it: ``✅ holds``."""
    return _IN_WORDS[outcome]
