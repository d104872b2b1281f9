"""The answer of a condition over the facts of a run.

What is not known stays unknown: a fact without a value, or a lower bound that does not decide a comparison, gives
neither true nor false. ``and`` and ``or`` answer all the same where one side decides (Kleene's strong logic).
"""

import ast
import operator
from collections.abc import Callable, Iterable
from functools import partial
from typing import Any, NamedTuple

import msgspec

from sprintbot.claim.fact import Fact, Ref, Unknown


class Answer(msgspec.Struct, frozen=True):
    """``value`` is None when unknown; ``why`` then says why. ``because`` lists the facts: ``blockers.active = 1``."""

    value: bool | None
    because: tuple[str, ...] = ()
    why: str = ""


class _Value(NamedTuple):
    value: Any
    floor: bool = False


class _Unknowable(Exception):  # noqa: N818 - an answer, not an error
    """A part of the condition has no known value."""


_ARITHMETIC: dict[type[ast.operator], Callable[[Any, Any], Any]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
}
_EXACT: dict[type[ast.cmpop], Callable[[Any, Any], bool]] = {
    ast.Eq: operator.eq,
    ast.NotEq: operator.ne,
    ast.Lt: operator.lt,
    ast.LtE: operator.le,
    ast.Gt: operator.gt,
    ast.GtE: operator.ge,
}
_MIRRORED: dict[type[ast.cmpop], type[ast.cmpop]] = {ast.Lt: ast.Gt, ast.LtE: ast.GtE, ast.Gt: ast.Lt, ast.GtE: ast.LtE}


class Evaluation:
    """One evaluation of one condition, over facts by name."""

    def __init__(self, value_of: Callable[[Ref], Fact], read_ref: Callable[[ast.expr], Ref | None]) -> None:
        self.value_of = value_of
        self.read_ref = read_ref
        self.because: dict[str, str] = {}

    def answer(self, tree: ast.expr) -> Answer:
        """The answer, with every fact that was looked at."""
        try:
            value, why = bool(self._value(tree).value), ""
        except _Unknowable as exc:
            return Answer(None, self._facts(), str(exc))
        return Answer(value, self._facts(), why)

    def _facts(self) -> tuple[str, ...]:
        return tuple(f"{name} = {shown}" for name, shown in self.because.items())

    def _value(self, node: ast.expr) -> _Value:
        match node:
            case ast.Constant(value=value):
                return _Value(value)
            case ast.BoolOp(op=op, values=values):
                parts = [partial(self._truth, value) for value in values]
                return _Value(self._joined(parts, deciding=isinstance(op, ast.Or)))
            case ast.UnaryOp(op=ast.Not(), operand=operand):
                return _Value(not self._value(operand).value)
            case ast.UnaryOp(op=ast.USub(), operand=operand):
                return _Value(-self._exact(operand))
            case ast.UnaryOp(operand=operand):
                return self._value(operand)
            case ast.BinOp(left=left, op=op, right=right):
                return self._arithmetic(left, op, right)
            case ast.Compare():
                return _Value(self._compared(node))
        return self._fact(node)

    def _fact(self, node: ast.expr) -> _Value:
        ref = self.read_ref(node)
        if ref is None:
            raise _Unknowable(f"{ast.unparse(node)} is no fact")
        fact = self.value_of(ref)
        self.because[str(ref)] = fact.show()
        if isinstance(fact.value, Unknown):
            raise _Unknowable(f"{ref} is unknown: {fact.value.why}")
        return _Value(fact.value, fact.floor)

    def _exact(self, node: ast.expr) -> Any:
        value = self._value(node)
        if value.floor:
            raise _Unknowable(f"only a lower bound of {ast.unparse(node)} is known")
        return value.value

    def _joined(self, answers: Iterable[Callable[[], bool]], *, deciding: bool) -> bool:
        unknown: _Unknowable | None = None
        for answer in answers:
            try:
                if answer() == deciding:
                    return deciding
            except _Unknowable as exc:
                unknown = unknown or exc
        if unknown is not None:
            raise unknown
        return not deciding

    def _arithmetic(self, left: ast.expr, op: ast.operator, right: ast.expr) -> _Value:
        if isinstance(op, ast.Add):
            first, second = self._value(left), self._value(right)
            return _Value(first.value + second.value, first.floor or second.floor)
        try:
            return _Value(_ARITHMETIC[type(op)](self._exact(left), self._exact(right)))
        except (ZeroDivisionError, OverflowError) as exc:
            why = "a division by zero" if isinstance(exc, ZeroDivisionError) else "the number is too large"
            raise _Unknowable(f"{ast.unparse(left)} and {ast.unparse(right)}: {why}") from exc

    def _truth(self, node: ast.expr) -> bool:
        return bool(self._value(node).value)

    def _compared(self, node: ast.Compare) -> bool:
        links = zip([node.left, *node.comparators], node.ops, node.comparators, strict=False)
        return self._joined([partial(self._pair, *link) for link in links], deciding=False)

    def _pair(self, left: ast.expr, op: ast.cmpop, right: ast.expr) -> bool:
        if isinstance(op, ast.In | ast.NotIn) and isinstance(right, ast.List | ast.Tuple):
            found = self._joined([partial(self._pair, left, ast.Eq(), item) for item in right.elts], deciding=True)
            return found == isinstance(op, ast.In)
        first, second = self._value(left), self._value(right)
        held = _EXACT[type(op)](first.value, second.value)
        if first.floor and second.floor:
            raise _Unknowable(f"only lower bounds of {ast.unparse(left)} and {ast.unparse(right)} are known")
        if first.floor or second.floor:
            kind = type(op) if first.floor else _MIRRORED.get(type(op), type(op))
            bound = second.value if first.floor else first.value
            known = first.value if first.floor else second.value
            if not _decided(kind, known, bound, held=held):
                raise _Unknowable(f"only a lower bound of {ast.unparse(left if first.floor else right)} is known")
        return held


def _decided(kind: type[ast.cmpop], floor: Any, bound: Any, *, held: bool) -> bool:
    """Whether a comparison of a lower bound, as it came out, would come out so for every larger value."""
    if kind in {ast.Gt, ast.GtE}:
        return held
    if kind in {ast.Lt, ast.LtE}:
        return not held
    return bool(floor > bound)
