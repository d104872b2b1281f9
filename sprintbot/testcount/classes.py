"""Test classes: their bases in the order of look-up, and what kind of tests they hold."""

import ast
from collections.abc import Iterator

import msgspec

from sprintbot.testcount.modules import Found, Library, Place
from sprintbot.testcount.scope import Binding, Class, Function, Scope, Value

_MAX_BASES = 100
_WITHOUT_TESTS = frozenset(
    {"object", "abc.ABC", "typing.Generic", "typing.Protocol", "Exception", "ValueError", "dict"}
)


class Lineage(msgspec.Struct, frozen=True):
    """A class and its bases, nearest first (C3); ``outside`` are the bases that the sources do not have."""

    classes: tuple[Found, ...]
    outside: tuple[str, ...]

    @property
    def is_unittest(self) -> bool:
        """Whether it is a ``unittest.TestCase``; an outside base is one when its name ends so."""
        return any(name.endswith("TestCase") for name in self.outside)

    @property
    def unknown(self) -> list[str]:
        """The outside bases that may bring tests of their own."""
        plain = ("unittest.", "enum.", "typing.", "collections.")
        return [name for name in self.outside if name not in _WITHOUT_TESTS and not name.startswith(plain)]

    def bodies(self) -> Iterator[tuple[Scope, Place]]:
        """The names of each class with the place of that class."""
        for found in self.classes:
            if isinstance(found.binding, Class):
                yield found.binding.scope, found.place

    def names(self) -> list[str]:
        """The names under which the classes are defined."""
        return [found.binding.node.name for found in self.classes if isinstance(found.binding, Class)]

    def members(self) -> Iterator[tuple[str, Binding, Place]]:
        """Each name as the class has it, with the place of the body that binds it."""
        seen: set[str] = set()
        for scope, place in self.bodies():
            inside = Place(place.module, (*place.bodies, scope))
            for name, binding in scope.names():
                if name not in seen:
                    seen.add(name)
                    yield name, binding, inside

    def constructs(self) -> bool:
        """Whether it has a constructor of its own, which keeps pytest from collecting it."""
        return any(
            isinstance(scope.last(name), Function) for scope, _ in self.bodies() for name in ("__init__", "__new__")
        )

    def switch(self) -> bool | None:
        """What ``__test__`` says, its own or inherited; None where nothing does."""
        for name, (scope, place) in zip(self.names(), self.bodies(), strict=True):
            said = scope.last("__test__")
            if isinstance(said, Value) and isinstance(said.node, ast.Constant):
                return bool(said.node.value)
            around = place.bodies[-1] if place.bodies else place.module.scope
            if name in around.tested:
                return around.tested[name]
        return None


def lineage(library: Library, found: Found) -> Lineage:
    """The bases of a class, as far as the sources have them."""
    outside: dict[str, None] = {}
    order = _linearise(library, found, outside, 0)
    return Lineage(tuple(order), tuple(outside))


def _linearise(library: Library, found: Found, outside: dict[str, None], depth: int) -> list[Found]:
    if not isinstance(found.binding, Class) or depth > _MAX_BASES:
        return [found]
    before = Place(found.place.module, found.place.bodies, found.binding.line)
    parents: list[Found] = []
    for base in found.binding.node.bases:
        target = base.value if isinstance(base, ast.Subscript) else base
        meaning = library.resolve(target, before)
        if isinstance(meaning, Found) and isinstance(meaning.binding, Class) and meaning.binding is not found.binding:
            parents.append(meaning)
        else:
            outside[meaning if isinstance(meaning, str) else ast.unparse(target)[:80]] = None
    orders = [_linearise(library, parent, outside, depth + 1) for parent in parents]
    return [found, *_merge([*orders, parents])]


def _merge(orders: list[list[Found]]) -> list[Found]:
    merged: list[Found] = []
    while orders := [order for order in orders if order]:
        tails = {id(each.binding) for order in orders for each in order[1:]}
        head = next((order[0] for order in orders if id(order[0].binding) not in tails), orders[0][0])
        merged.append(head)
        orders = [[each for each in order if each.binding is not head.binding] for order in orders]
    return merged
