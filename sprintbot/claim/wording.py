"""Texts of a manifest: plain, with ``{fact}`` placeholders, and perhaps a condition for being said at all."""

import re
from collections.abc import Callable

import msgspec

from sprintbot.claim.condition import TypeOf, parse, read_ref
from sprintbot.claim.fact import Fact, Ref

_PIECES = re.compile(r"\{\{|\}\}|\{([^{}]*)\}|[{}]")


class Wording(msgspec.Struct, frozen=True):
    """A text taken apart: literal pieces and the facts between them. ``{{`` and ``}}`` are braces."""

    pieces: tuple[str | Ref, ...]

    @property
    def speaks_of_facts(self) -> bool:
        """Whether it has a placeholder; without one it is somebody's word."""
        return any(isinstance(piece, Ref) for piece in self.pieces)

    def say(self, value_of: Callable[[Ref], Fact]) -> str:
        """The text with each fact as a reader likes it."""
        return "".join(piece if isinstance(piece, str) else value_of(piece).show() for piece in self.pieces)


def read_wording(text: str, type_of: TypeOf) -> Wording:
    """The text with its placeholders checked; raises ValueError with the nearest fact."""
    pieces: list[str | Ref] = []
    end = 0
    for found in _PIECES.finditer(text):
        pieces.append(text[end : found.start()])
        end = found.end()
        if found[0] in {"{{", "}}"}:
            pieces.append(found[0][0])
        elif found[1] is None:
            raise ValueError(f"a single {found[0]!r} in {text!r}: write it twice for the character itself")
        else:
            pieces.append(_read_placeholder(found[1], type_of))
    pieces.append(text[end:])
    return Wording(tuple(piece for piece in pieces if piece != ""))


def _read_placeholder(inside: str, type_of: TypeOf) -> Ref:
    try:
        ref = read_ref(parse(inside))
    except ValueError as exc:
        raise ValueError(f"{{{inside}}} is no fact: {exc}; write {{{{ for a brace") from exc
    if ref is None:
        raise ValueError(f"{{{inside}}} is no fact; write one such as {{progress}}, or {{{{ for a brace")
    type_of(ref)
    return ref
