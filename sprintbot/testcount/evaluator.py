"""Reading expressions as far as the source tells what they are. Bounded in steps; nothing is run."""

import ast
import operator
import string
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from sprintbot.testcount.calls import call_function, call_method
from sprintbot.testcount.modules import Found, Library, Place
from sprintbot.testcount.scope import Class, Scope, Value
from sprintbot.testcount.sequences import (
    MAX_ITEMS,
    NOTHING_KNOWN,
    OPAQUE,
    Known,
    Sized,
    distinct,
    items_of,
    joined,
    size_of,
)

MAX_STEPS = 1_000_000
_MAX_NUMBER = 10**15
_ENUMS = frozenset({"enum.Enum", "enum.IntEnum", "enum.StrEnum"})
_OPERATORS: dict[type[ast.AST], Callable[[Any, Any], Any]] = {
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.FloorDiv: operator.floordiv,
    ast.Div: operator.truediv,
    ast.Mod: operator.mod,
    ast.Eq: operator.eq,
    ast.NotEq: operator.ne,
    ast.Lt: operator.lt,
    ast.LtE: operator.le,
    ast.Gt: operator.gt,
    ast.GtE: operator.ge,
    ast.In: lambda left, right: left in right,
    ast.NotIn: lambda left, right: left not in right,
}
_CONSTANTS: dict[str, Known] = {
    "pickle.HIGHEST_PROTOCOL": 5,
    "string.ascii_letters": string.ascii_letters,
    "string.ascii_lowercase": string.ascii_lowercase,
    "string.ascii_uppercase": string.ascii_uppercase,
    "string.digits": string.digits,
    "string.hexdigits": string.hexdigits,
}
_CONSTANT = int | float | str | bytes | bool


class Evaluator:
    """Gives the value of expressions in one library. One object holds the budget of one count."""

    def __init__(self, library: Library) -> None:
        self.library = library
        self.steps = MAX_STEPS
        self._named: dict[int, Known] = {}

    def value(self, node: ast.expr, place: Place, names: Mapping[str, Known] | None = None) -> Known:
        """What an expression is. ``names`` are those that a comprehension around it binds."""
        self.steps -= 1
        reader = _READERS.get(type(node))
        if reader is None or self.steps < 0:
            return OPAQUE
        try:
            known = reader(self, node, place, names or {})
        except RecursionError:
            return OPAQUE
        if isinstance(known, tuple):
            self.steps -= len(known) // 8
        return known

    def read_constant(self, node: ast.Constant, place: Place, names: Mapping[str, Known]) -> Known:
        return node.value

    def read_sequence(self, node: ast.List | ast.Tuple, place: Place, names: Mapping[str, Known]) -> Known:
        if not any(isinstance(each, ast.Starred) for each in node.elts):
            return tuple([self.value(each, place, names) for each in node.elts])
        return joined(
            self.value(each.value, place, names) if isinstance(each, ast.Starred) else (self.value(each, place, names),)
            for each in node.elts
        )

    def read_set(self, node: ast.Set, place: Place, names: Mapping[str, Known]) -> Known:
        return distinct(self.read_sequence(ast.List(node.elts), place, names))

    def read_dict(self, node: ast.Dict, place: Place, names: Mapping[str, Known]) -> Known:
        made: dict[Any, Known] = {}
        for key, item in zip(node.keys, node.values, strict=True):
            value = self.value(item, place, names)
            known = self.value(key, place, names) if key is not None else value
            if key is None and isinstance(known, dict):
                made |= known
            elif key is not None and isinstance(known, _CONSTANT):
                made[known] = value
            elif key is not None and isinstance(key, ast.Name | ast.Attribute):
                made[ast.unparse(key)] = value
            else:
                return Sized(min(len(made), 1), False)
        return made

    def read_name(self, node: ast.Name, place: Place, names: Mapping[str, Known]) -> Known:
        return names[node.id] if node.id in names else self._meant(node, place)

    def read_attribute(self, node: ast.Attribute, place: Place, names: Mapping[str, Known]) -> Known:
        return self._meant(node, place)

    def _meant(self, node: ast.Name | ast.Attribute, place: Place) -> Known:
        found = self.library.resolve(node, place)
        if not isinstance(found, Found):
            return _CONSTANTS.get(found, OPAQUE) if isinstance(found, str) else OPAQUE
        if isinstance(found.binding, Class):
            return self._members(found.binding, found.place)
        if not isinstance(found.binding, Value) or found.binding.node is None or not found.binding.sure:
            return OPAQUE
        return self._memorised(found.binding, found.binding.node, found.place)

    def _memorised(self, binding: Value, node: ast.expr, place: Place) -> Known:
        if id(node) not in self._named:
            self._named[id(node)] = OPAQUE
            before = Place(place.module, place.bodies, binding.line)
            self._named[id(node)] = self.value(node, before)
        return self._named[id(node)]

    def _members(self, binding: Class, place: Place) -> Known:
        bases = [self.library.resolve(base, place) for base in binding.node.bases]
        if not any(isinstance(base, str) and base in _ENUMS for base in bases):
            return OPAQUE
        values = [self._member(each.node, place, binding.scope) for each in _public(binding.scope)]
        known = [value for value in values if value is not OPAQUE]
        return Sized(len(values) - len(known) + len(set(known)), True)

    def _member(self, node: ast.expr | None, place: Place, scope: Scope) -> Known:
        value = OPAQUE if node is None else self.value(node, Place(place.module, (*place.bodies, scope), node.lineno))
        return value if isinstance(value, _CONSTANT) else OPAQUE

    def read_binary(self, node: ast.BinOp, place: Place, names: Mapping[str, Known]) -> Known:
        left, right = self.value(node.left, place, names), self.value(node.right, place, names)
        if isinstance(node.op, ast.Add):
            return _added(left, right)
        if isinstance(node.op, ast.Mult) and isinstance(left, int) and not isinstance(right, int | float):
            left, right = right, left
        if isinstance(node.op, ast.Mult) and isinstance(right, int) and isinstance(left, tuple | Sized):
            size = size_of(left)
            return Sized(min(size.length * max(right, 0), _MAX_NUMBER), size.exact)
        return _computed(node.op, left, right)

    def read_unary(self, node: ast.UnaryOp, place: Place, names: Mapping[str, Known]) -> Known:
        value = self.value(node.operand, place, names)
        if isinstance(node.op, ast.Not):
            held = _truth(value)
            return OPAQUE if held is None else not held
        return -value if isinstance(node.op, ast.USub) and isinstance(value, int | float) else OPAQUE

    def read_compare(self, node: ast.Compare, place: Place, names: Mapping[str, Known]) -> Known:
        left, right = self.value(node.left, place, names), self.value(node.comparators[0], place, names)
        return _computed(node.ops[0], left, right) if len(node.ops) == 1 else OPAQUE

    def read_either(self, node: ast.IfExp, place: Place, names: Mapping[str, Known]) -> Known:
        sizes = [size_of(self.value(part, place, names)) for part in (node.body, node.orelse)]
        return Sized(min(size.length for size in sizes), sizes[0] == sizes[1] and sizes[0].exact)

    def read_item(self, node: ast.Subscript, place: Place, names: Mapping[str, Known]) -> Known:
        owner = self.value(node.value, place, names)
        if isinstance(node.slice, ast.Slice):
            return self._slice(owner, node.slice, place, names)
        key = self.value(node.slice, place, names)
        try:
            readable = isinstance(owner, dict | tuple | str) and isinstance(key, _CONSTANT)
            return owner[key] if readable else OPAQUE
        except (LookupError, TypeError):
            return OPAQUE

    def _slice(self, owner: Known, part: ast.Slice, place: Place, names: Mapping[str, Known]) -> Known:
        bounds = [
            None if each is None else self.value(each, place, names) for each in (part.lower, part.upper, part.step)
        ]
        if not isinstance(owner, tuple | range | str):
            return NOTHING_KNOWN
        if any(bound is not None and not isinstance(bound, int) for bound in bounds) or bounds[2] == 0:
            return NOTHING_KNOWN
        return owner[slice(*bounds)]

    def read_comprehension(
        self, node: ast.ListComp | ast.GeneratorExp, place: Place, names: Mapping[str, Known]
    ) -> Known:
        first = node.generators[0]
        shape = _shape(node.elt)
        if shape is not None and len(node.generators) == 1 and not first.ifs:
            size = size_of(self.value(first.iter, place, names))
            return (shape,) * size.length if size.exact and size.length <= MAX_ITEMS else size
        made: list[Known] = []
        exact = True
        for bound in self._rounds(node.generators, place, dict(names)):
            if bound is None:
                exact = False
            else:
                made.append(self.value(node.elt, place, bound))
        return tuple(made) if exact else Sized(len(made), False)

    def read_set_comprehension(self, node: ast.SetComp, place: Place, names: Mapping[str, Known]) -> Known:
        return distinct(self.read_comprehension(ast.ListComp(node.elt, node.generators), place, names))

    def read_dict_comprehension(self, node: ast.DictComp, place: Place, names: Mapping[str, Known]) -> Known:
        return distinct(self.read_comprehension(ast.ListComp(node.key, node.generators), place, names))

    def _rounds(
        self, generators: list[ast.comprehension], place: Place, names: dict[str, Known]
    ) -> Iterator[dict[str, Known] | None]:
        """The names of each round; None for rounds that may or may not be."""
        if not generators:
            yield names
            return
        items = items_of(self.value(generators[0].iter, place, names))
        if items is None:
            yield None
            return
        for item in items:
            inner = {**names, **_bound(generators[0].target, item)}
            held = [_truth(self.value(test, place, inner)) for test in generators[0].ifs]
            if self.steps < 0 or None in held:
                yield None
            elif all(held):
                yield from self._rounds(generators[1:], place, inner)

    def read_call(self, node: ast.Call, place: Place, names: Mapping[str, Known]) -> Known:
        name = self.library.resolve(node.func, place)
        if isinstance(name, str) and not name.startswith("pytest.") and _is_plain(name):
            args = self._arguments(node, place, names)
            options = {each.arg: self.value(each.value, place, names) for each in node.keywords if each.arg}
            return OPAQUE if args is None else call_function(name, args, options)
        if isinstance(node.func, ast.Attribute):
            owner = self.value(node.func.value, place, names)
            args = self._arguments(node, place, names) if owner is not OPAQUE else None
            return OPAQUE if args is None else call_method(owner, node.func.attr, args)
        return OPAQUE

    def _arguments(self, node: ast.Call, place: Place, names: Mapping[str, Known]) -> list[Known] | None:
        value = self.read_sequence(ast.List(node.args), place, names)
        return list(value) if isinstance(value, tuple) else None


def _shape(element: ast.expr) -> Known | None:
    """What is known of each item of a comprehension without looking at the names in it; None where they matter."""
    if isinstance(element, ast.Tuple | ast.List) and not any(isinstance(each, ast.Starred) for each in element.elts):
        return Sized(len(element.elts), True)
    return OPAQUE if isinstance(element, ast.Call | ast.Constant | ast.JoinedStr) else None


def _is_plain(name: str) -> bool:
    return ":" not in name and (name.startswith("itertools.") or "." not in name)


def _truth(value: Known) -> bool | None:
    """Whether a value counts as true; None where that is not told: what is empty may be an iterator, which does."""
    if isinstance(value, tuple | Sized):
        return True if size_of(value).length else None
    return None if value is OPAQUE else bool(value)


def _public(scope: Scope) -> Iterator[Value]:
    for name, binding in scope.names():
        if isinstance(binding, Value) and not name.startswith("_"):
            yield binding


def _added(left: Known, right: Known) -> Known:
    if isinstance(left, int | float) and isinstance(right, int | float):
        return left + right
    if isinstance(left, str) and isinstance(right, str):
        return left + right
    return joined([left, right])


def _computed(sign: ast.AST, left: Known, right: Known) -> Known:
    apply = _OPERATORS.get(type(sign))
    if apply is None or not isinstance(left, _CONSTANT) or not isinstance(right, int | float | str | tuple | dict):
        return OPAQUE
    if isinstance(right, tuple) and any(each is OPAQUE for each in right):
        return OPAQUE
    if isinstance(sign, ast.Mult | ast.Mod) and not (_is_small(left) and _is_small(right)):
        return OPAQUE
    try:
        return apply(left, right)
    except (ArithmeticError, TypeError, ValueError):
        return OPAQUE


def _is_small(value: Known) -> bool:
    return isinstance(value, int | float) and abs(value) <= _MAX_NUMBER


def _bound(target: ast.expr, item: Known) -> dict[str, Known]:
    if isinstance(target, ast.Name):
        return {target.id: item}
    parts = items_of(item) if isinstance(item, tuple) else None
    if isinstance(target, ast.Tuple | ast.List):
        if parts is None or len(parts) != len(target.elts):
            parts = (OPAQUE,) * len(target.elts)
        return {
            name: value
            for each, part in zip(target.elts, parts, strict=True)
            for name, value in _bound(each, part).items()
        }
    return {}


_READERS: dict[type[ast.expr], Callable[..., Known]] = {
    ast.Constant: Evaluator.read_constant,
    ast.List: Evaluator.read_sequence,
    ast.Tuple: Evaluator.read_sequence,
    ast.Set: Evaluator.read_set,
    ast.Dict: Evaluator.read_dict,
    ast.Name: Evaluator.read_name,
    ast.Attribute: Evaluator.read_attribute,
    ast.BinOp: Evaluator.read_binary,
    ast.UnaryOp: Evaluator.read_unary,
    ast.Compare: Evaluator.read_compare,
    ast.IfExp: Evaluator.read_either,
    ast.Subscript: Evaluator.read_item,
    ast.ListComp: Evaluator.read_comprehension,
    ast.GeneratorExp: Evaluator.read_comprehension,
    ast.SetComp: Evaluator.read_set_comprehension,
    ast.DictComp: Evaluator.read_dict_comprehension,
    ast.Call: Evaluator.read_call,
}
