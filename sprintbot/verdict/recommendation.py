"""Which option the facts recommend."""

from collections.abc import Callable

import msgspec

from sprintbot.claim.evaluation import Answer
from sprintbot.claim.fact import Fact, Ref
from sprintbot.manifest.model import Decision, Option
from sprintbot.verdict.sayings import Said, answer_of, say_all, say_true


class Choice(msgspec.Struct, frozen=True, kw_only=True):
    """An option with what may be said for and against it. ``answer`` is that of its ``recommend``, None without one."""

    key: str
    option: Option
    answer: Answer | None
    rationale: tuple[Said, ...]
    actions: tuple[Said, ...]
    benefits: tuple[Said, ...]
    risks: tuple[Said, ...]


class Recommendation(msgspec.Struct, frozen=True, kw_only=True):
    """All options, and the key of the recommended one; empty when the facts recommend none."""

    decision: Decision
    choices: tuple[Choice, ...]
    recommended: str

    @property
    def choice(self) -> Choice | None:
        """The recommended option."""
        return next((choice for choice in self.choices if choice.key == self.recommended), None)


def recommend(decision: Decision, facts: Callable[[Ref], Fact]) -> Recommendation:
    """The first option, as written, whose ``recommend`` is true."""
    choices = tuple(_choice(key, option, facts) for key, option in decision.options.items())
    first = next((choice.key for choice in choices if choice.answer and choice.answer.value), "")
    return Recommendation(decision=decision, choices=choices, recommended=first)


def _choice(key: str, option: Option, facts: Callable[[Ref], Fact]) -> Choice:
    return Choice(
        key=key,
        option=option,
        answer=None if option.recommend is None else answer_of(option.recommend, facts),
        rationale=say_true(option.rationale, facts),
        actions=say_all(option.actions, facts),
        benefits=say_true(option.benefits, facts),
        risks=say_true(option.risks, facts),
    )
