"""Conditions over facts: Python's syntax in a strict allow-list. The answers are true, false and unknown.

``built.share >= 0.8 and held('kong', 'built') and effort.by['infrastructure'] > 3``

A condition is read and typed once, against the kinds of facts that a manifest has; it raises ValueError with words.
"""

import ast
import re
import warnings
from collections.abc import Callable
from typing import NoReturn, TypeAlias

import msgspec

from sprintbot.claim.evaluation import Answer, Evaluation
from sprintbot.claim.fact import Fact, FactKind, Ref

MAX_LENGTH = 500
MAX_DEPTH = 40

CALLS = ("status", "held", "active")

_PASS = re.compile(r"""('[^']*'|"[^"]*")|(?<=\.)pass\b""")
_PASS_AS_A_NAME = chr(0xFF50) + "ass"  # with the full-width letter p


class FactType(msgspec.Struct, frozen=True):
    """What is known of a fact when a manifest is read: its kind, and for texts the values that it can have."""

    kind: FactKind
    choices: tuple[str, ...] = ()


TypeOf: TypeAlias = Callable[[Ref], FactType]
"""Gives the type of a fact by its name; raises ValueError, naming the nearest one, where there is no such fact."""

ValueOf: TypeAlias = Callable[[Ref], Fact]
"""Gives a fact by its name."""


class Condition(msgspec.Struct, frozen=True):
    """A condition as written, read and found sound."""

    text: str

    def answer(self, value_of: ValueOf) -> Answer:
        """True, false or unknown, with the facts that it rests on."""
        return Evaluation(value_of, read_ref).answer(parse(self.text))


def read_condition(text: object, type_of: TypeOf) -> Condition:
    """A condition whose names, keys and types hold; raises ValueError with words and the nearest fact."""
    if isinstance(text, bool):
        text = "True" if text else "False"
    if not isinstance(text, str) or not text.strip():
        raise ValueError('a condition is a text such as "progress == 1"')
    kind = _Typing(type_of).of(parse(text))
    if kind != "flag":
        raise ValueError(f"{text!r} gives a {kind}, where true or false is needed; compare it with something")
    return Condition(text)


def parse(text: str) -> ast.expr:
    """The syntax tree of a condition; raises ValueError when it is none, too long or too deep."""
    if len(text) > MAX_LENGTH:
        raise ValueError(f"a condition has at most {MAX_LENGTH} characters; this one has {len(text)}")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # what Python thinks of the style is of no use to a manifest's author
            tree = ast.parse(_without_keyword(text.strip()), mode="eval").body
    except (SyntaxError, ValueError, RecursionError, MemoryError) as exc:
        raise ValueError(f"{text!r} is no condition: {_syntax_hint(text, exc)}") from exc
    if _depth(tree) > MAX_DEPTH:
        raise ValueError(f"a condition is nested at most {MAX_DEPTH} deep")
    return tree


def read_ref(node: ast.expr) -> Ref | None:
    """The fact that a node of the tree names; None when it names none."""
    written = ast.unparse(node)
    if isinstance(node, ast.Call):
        return _read_call(node, written)
    parts: list[str] = []
    while not isinstance(node, ast.Name):
        if isinstance(node, ast.Attribute):
            parts.append(node.attr)
        elif isinstance(node, ast.Subscript) and _is_text(node.slice):
            parts.append(node.slice.value)  # type: ignore[attr-defined]
        else:
            return None
        node = node.value
    return Ref((node.id, *reversed(parts)), written=written)


class _Typing:
    """Walks a condition and gives the type of each part: ``number``, ``text`` or ``flag``."""

    def __init__(self, type_of: TypeOf) -> None:
        self.type_of = type_of

    def of(self, node: ast.expr) -> str:
        match node:
            case ast.BoolOp(values=values):
                for value in values:
                    self._expect(value, "flag")
                return "flag"
            case ast.UnaryOp(op=ast.Not(), operand=operand):
                return self._expect(operand, "flag")
            case ast.UnaryOp(op=ast.USub() | ast.UAdd(), operand=operand):
                return self._expect(operand, "number")
            case ast.BinOp(left=left, op=ast.Add() | ast.Sub() | ast.Mult() | ast.Div(), right=right):
                self._expect(left, "number")
                return self._expect(right, "number")
            case ast.Compare():
                return self._comparison(node)
            case ast.Constant(value=bool()):
                return "flag"
            case ast.Constant(value=int() | float()):
                return "number"
            case ast.Constant(value=str()):
                return "text"
        return self._ref(node)

    def _ref(self, node: ast.expr) -> str:
        fact = self._fact_type(node)
        if fact is None:
            _refuse(node)
        return _type_name(fact.kind)

    def _fact_type(self, node: ast.expr) -> FactType | None:
        ref = read_ref(node)
        return None if ref is None else self.type_of(ref)

    def _expect(self, node: ast.expr, wanted: str) -> str:
        found = self.of(node)
        if found != wanted:
            raise ValueError(f"{ast.unparse(node)} is a {found}, where a {wanted} is needed")
        return wanted

    def _comparison(self, node: ast.Compare) -> str:
        left = node.left
        for operator, right in zip(node.ops, node.comparators, strict=True):
            if isinstance(operator, ast.In | ast.NotIn):
                self._membership(left, right)
            elif isinstance(operator, ast.Eq | ast.NotEq | ast.Lt | ast.LtE | ast.Gt | ast.GtE):
                self._pair(left, right, ordered=not isinstance(operator, ast.Eq | ast.NotEq))
            else:
                _refuse(node)
            left = right
        return "flag"

    def _membership(self, left: ast.expr, right: ast.expr) -> None:
        if not isinstance(right, ast.List | ast.Tuple):
            raise ValueError(f"'in' takes a list such as ['done', 'waived'], not {ast.unparse(right)}")
        for item in right.elts:
            self._pair(left, item, ordered=False)

    def _pair(self, left: ast.expr, right: ast.expr, *, ordered: bool) -> None:
        kinds = (self.of(left), self.of(right))
        if kinds[0] != kinds[1]:
            pair = f"{ast.unparse(left)} is a {kinds[0]} and {ast.unparse(right)} a {kinds[1]}"
            raise ValueError(f"{pair}: they cannot be compared")
        if ordered and kinds[0] != "number":
            raise ValueError(f"{ast.unparse(left)} is a {kinds[0]}, which has no order")
        for fact, literal in ((left, right), (right, left)):
            self._choice(fact, literal)

    def _choice(self, fact: ast.expr, literal: ast.expr) -> None:
        if not _is_text(literal) or _is_text(fact):
            return
        known = self._fact_type(fact)
        value: str = literal.value  # type: ignore[attr-defined]
        if known is not None and known.choices and value not in known.choices:
            options = ", ".join(known.choices)
            raise ValueError(f"{ast.unparse(fact)} is never {value!r}; it is one of {options}")


def _read_call(node: ast.Call, written: str) -> Ref | None:
    if not isinstance(node.func, ast.Name) or node.keywords:
        return None
    if node.func.id not in CALLS:
        raise ValueError(f"{node.func.id}() cannot be called; only {', '.join(f'{name}()' for name in CALLS)} can")
    if not all(_is_text(arg) for arg in node.args):
        raise ValueError(f"{node.func.id}() takes ids in quotes: {node.func.id}('kong')")
    args = [arg.value for arg in node.args]  # type: ignore[attr-defined]
    return Ref((node.func.id, *args), call=True, written=written)


def _is_text(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and isinstance(node.value, str)


def _type_name(kind: FactKind) -> str:
    return "number" if kind.is_number else str(kind)


def _refuse(node: ast.expr) -> NoReturn:
    raise ValueError(
        f"{ast.unparse(node)} is not allowed in a condition; it may have facts, numbers, texts in quotes, "
        "comparisons, and, or, not, in, + - * /, and calls of status, held, active"
    )


def _without_keyword(text: str) -> str:
    """The text in which ``pass`` after a dot, as in ``claims.pass``, is no keyword.

    Python tells keywords by their plain letters, and normalises names (NFKC) only then: the tree has ``pass``.
    """
    return _PASS.sub(lambda found: found[1] or _PASS_AS_A_NAME, text)


def _depth(tree: ast.expr) -> int:
    """How many levels a tree has; found without recursion, which it is to keep from going too deep."""
    depth = 0
    level: list[ast.AST] = [tree]
    while level:
        depth += 1
        level = [child for node in level for child in ast.iter_child_nodes(node)]
    return depth


def _syntax_hint(text: str, error: BaseException) -> str:
    if re.search(r"(?<![=!<>])=(?!=)", text):
        return "write == to compare"
    if re.search(r"&&|\|\||!(?!=)", text):
        return "write and, or, not"
    return getattr(error, "msg", None) or str(error) or "it is too complex"
