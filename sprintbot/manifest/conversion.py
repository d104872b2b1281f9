"""One document on its way to the model: where the reading is, and what was found wrong."""

from typing import Any, Final

from sprintbot.manifest.events import Document, Mapping, Sequence, Trail, place
from sprintbot.manifest.problems import MAX_PROBLEMS, Problem, TooManyProblems

INVALID: Final[Any] = object()
"""Stands for a value that could not be read; its problem has been noted."""


class Conversion:
    """One document being read; what is wrong collects in ``problems``.

    ``path`` is the trail of the value that is being read. ``kept`` has, by trail, which items of a list were read, if
    others were not. ``damage`` has the trails below which something could not be read.
    """

    def __init__(self, document: Document) -> None:
        self.root = document.root
        self.problems: list[Problem] = list(document.problems)
        self.damage: set[Trail] = set(document.damage)
        self.path: list[str | int] = []
        self.kept: dict[Trail, list[int]] = {}

    def unread(self, *trail: str | int) -> bool:
        """Whether something at, below or around the trail could not be read, so that names may be missing."""
        return any(trail[: len(each)] == each[: len(trail)] for each in self.damage)

    def refuse(self, message: str, *, at_key: bool = False) -> Any:
        """Note a problem with the value that is being read, or with its key; gives INVALID."""
        trail = tuple(self.path)
        self.damage.add(trail)
        self.note(trail, message if at_key else f"{_key(trail)}{message}", at_key=at_key)
        return INVALID

    def refuse_part(self, key: str, message: str) -> None:
        """Note a problem with the value that is being read: it lacks a key."""
        trail = tuple(self.path)
        self.damage.add((*trail, key))
        self.note(trail, f"{_key(trail)}{message}")

    def note(self, trail: Trail, message: str, *, at_key: bool = False) -> None:
        """Note a problem with the value at the trail's end, or with its key."""
        self.problems.append(Problem(*self.locate(trail, at_key=at_key), message))
        if len(self.problems) >= MAX_PROBLEMS:
            raise TooManyProblems

    def in_document(self, trail: Trail) -> Trail:
        """The document's trail of a part of the model, which has no items that could not be read."""
        steps: Trail = ()
        for step in trail:
            found = self.kept[steps][step] if isinstance(step, int) and steps in self.kept else step
            steps = (*steps, found)
        return steps

    def locate(self, trail: Trail, *, at_key: bool = False) -> tuple[int, int]:
        """Line and column of the value at the trail's end, or of its key; of the last value there is on the way."""
        value = self.root
        at = value.start if isinstance(value, Mapping | Sequence) else 0
        for step in trail:
            if isinstance(value, Mapping) and step in value:
                index = list(value).index(str(step))
                at = (value.keys_at if at_key else value.values_at)[index]
            elif isinstance(value, Sequence) and isinstance(step, int) and step < len(value):
                at = value.values_at[step]
            else:
                break
            value = value[step]
        return place(at)


def _key(trail: Trail) -> str:
    """The nearest key, to say what the value is of: ``lines: ``."""
    key = next((step for step in reversed(trail) if isinstance(step, str)), "")
    return f"{key}: " if key else ""
