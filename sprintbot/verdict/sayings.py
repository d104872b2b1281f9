"""Texts of a manifest as they may be said: with figures in, ticked or left out by facts, or marked as stated."""

from collections.abc import Iterable

import msgspec

from sprintbot.claim.condition import Condition, FactType, ValueOf
from sprintbot.claim.evaluation import Answer
from sprintbot.claim.fact import Fact, FactKind, Ref
from sprintbot.claim.wording import Wording, read_wording
from sprintbot.manifest.model import Saying


class Said(msgspec.Struct, frozen=True, kw_only=True):
    """A text to print. ``pieces`` are its literal parts and the facts between them.

    ``stated`` marks a text that rests on nothing but somebody's word. ``answer`` is that of its condition, None
    without one.
    """

    pieces: tuple[str | Fact, ...]
    stated: bool
    answer: Answer | None = None
    group: str = ""

    @property
    def text(self) -> str:
        """The text with its figures in."""
        return "".join(piece if isinstance(piece, str) else piece.show() for piece in self.pieces)

    @property
    def holds(self) -> bool | None:
        """Whether its condition holds; None when that is unknown, or there is none."""
        return self.answer.value if self.answer else None


def say(saying: Saying, facts: ValueOf) -> Said:
    """A text with what the facts say of it."""
    wording = read_known_wording(saying.text)
    answer = None if saying.when is None else answer_of(saying.when, facts)
    return Said(
        pieces=tuple(piece if isinstance(piece, str) else facts(piece) for piece in wording.pieces),
        stated=not wording.speaks_of_facts and answer is None,
        answer=answer,
        group=saying.group or "",
    )


def say_all(sayings: Iterable[Saying], facts: ValueOf) -> tuple[Said, ...]:
    """All of them: for actions, steps and criteria, whose conditions tick them."""
    return tuple(say(saying, facts) for saying in sayings)


def say_true(sayings: Iterable[Saying], facts: ValueOf) -> tuple[Said, ...]:
    """Those that may be said: for rationale, benefits and risks, whose conditions must hold."""
    return tuple(said for said in say_all(sayings, facts) if said.answer is None or said.answer.value)


def answer_of(condition: object, facts: ValueOf) -> Answer:
    """The answer of a condition that the loader has found sound."""
    return Condition(str(condition)).answer(facts)


def read_known_wording(text: str) -> Wording:
    """A wording whose placeholders the loader has checked."""
    return read_wording(text, _any_type)


def _any_type(ref: Ref) -> FactType:
    return FactType(FactKind.TEXT)
