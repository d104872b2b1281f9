"""The names of a module or a class body, as running it would bind them. Pure: nothing is imported or run."""

import ast
from collections.abc import Iterable
from typing import TypeAlias

import msgspec

Def: TypeAlias = ast.FunctionDef | ast.AsyncFunctionDef


class Binding(msgspec.Struct, frozen=True):
    """What a name stands for from ``line`` on. ``sure`` is false where only some runs bind it."""

    line: int
    sure: bool


class Function(Binding, frozen=True):
    """A function, with its decorators."""

    node: Def


class Class(Binding, frozen=True):
    """A class, with the names of its body."""

    node: ast.ClassDef
    scope: "Scope"


class Import(Binding, frozen=True):
    """A module, or a name of it. ``level`` counts the dots before a relative one; ``name`` is empty for the module."""

    module: str
    level: int
    name: str


class Value(Binding, frozen=True):
    """Anything else; ``node`` is None where what it is cannot be told."""

    node: ast.expr | None


class Remark(msgspec.Struct, frozen=True):
    """Something in a body that decides about all its tests.

    ``skips`` says that the rest of the module may not be collected, ``sure`` that it never is.
    """

    line: int
    why: str
    skips: bool = False
    sure: bool = False


class Scope:
    """Names and their bindings in the order of the source. ``tested`` holds what ``x.__test__ = ...`` said."""

    def __init__(self) -> None:
        self.history: dict[str, list[Binding]] = {}
        self.stars: list[Import] = []
        self.remarks: list[Remark] = []
        self.tested: dict[str, bool] = {}

    def bind(self, name: str, binding: Binding) -> None:
        """Add what a name stands for from here on."""
        self.history.setdefault(name, []).append(binding)

    def last(self, name: str) -> Binding | None:
        """What a name stands for after the whole body."""
        found = self.history.get(name)
        return found[-1] if found else None

    def before(self, name: str, line: int) -> Binding | None:
        """What a name stands for at a line of the body, else after the whole of it."""
        found = self.history.get(name)
        if not found:
            return None
        return next((each for each in reversed(found) if each.line < line), found[-1])

    def names(self) -> Iterable[tuple[str, Binding]]:
        """Each name with its last binding."""
        return [(name, found[-1]) for name, found in self.history.items() if found]
