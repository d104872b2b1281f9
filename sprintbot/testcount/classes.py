"""Test classes: their bases in the order of look-up, and what kind of tests they hold."""

import ast
from collections.abc import Iterator

import msgspec

from sprintbot.testcount.modules import Found, Library, Place
from sprintbot.testcount.scope import Binding, Class, Function, Scope, Value

MAX_BASES = 100
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


class Lineages:
    """The lineages of the classes of one library, each worked out once."""

    def __init__(self, library: Library) -> None:
        self.library = library
        self._known: dict[int, Lineage] = {}

    def of(self, found: Found, depth: int = 0) -> Lineage:
        """The bases of a class, as far as the sources have them."""
        key = id(found.binding)
        if key not in self._known:
            self._known[key] = Lineage((found,), ())
            self._known[key] = self._linearise(found, depth)
        return self._known[key]

    def _linearise(self, found: Found, depth: int) -> Lineage:
        parents, outside = self._bases(found)
        if depth > MAX_BASES:
            return Lineage((found,), ("more bases than are read",))
        kin = [self.of(parent, depth + 1) for parent in parents]
        outside += [name for each in kin for name in each.outside]
        order = [found, *_merge([*(list(each.classes) for each in kin), parents])]
        if len(order) > MAX_BASES:
            outside.append("more bases than are read")
        return Lineage(tuple(order[:MAX_BASES]), tuple(dict.fromkeys(outside)))

    def _bases(self, found: Found) -> tuple[list[Found], list[str]]:
        parents: list[Found] = []
        outside: list[str] = []
        if isinstance(found.binding, Class):
            before = Place(found.place.module, found.place.bodies, found.binding.line)
            for base in found.binding.node.bases:
                target = base.value if isinstance(base, ast.Subscript) else base
                meaning = self.library.resolve(target, before)
                if isinstance(meaning, Found) and isinstance(meaning.binding, Class):
                    parents.append(meaning)
                else:
                    outside.append(meaning if isinstance(meaning, str) else ast.unparse(target)[:80])
        return parents, outside


def _merge(orders: list[list[Found]]) -> list[Found]:
    if len(orders) == 2:
        return orders[0]
    merged: list[Found] = []
    while orders := [order for order in orders if order]:
        tails = {id(each.binding) for order in orders for each in order[1:]}
        head = next((order[0] for order in orders if id(order[0].binding) not in tails), orders[0][0])
        merged.append(head)
        orders = [[each for each in order if each.binding is not head.binding] for order in orders]
    return merged
