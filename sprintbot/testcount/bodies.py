"""Reading the body of a module or a class: which names running it would bind. Nothing is run."""

import ast
from collections.abc import Callable

from sprintbot.testcount.scope import Class, Def, Function, Import, Remark, Scope, Value

_GROWING = frozenset({"append", "extend", "insert", "add", "update", "remove", "pop", "clear", "discard", "setdefault"})
_GENERATING = frozenset({"exec", "setattr", "globals", "vars", "locals"})


def read_scope(body: list[ast.stmt]) -> Scope:
    """The names that a body binds."""
    scope = Scope()
    _Reader(scope).read(body)
    return scope


class _Reader:
    """Walks a body. ``sure`` says whether every run comes by."""

    def __init__(self, scope: Scope) -> None:
        self.scope = scope
        self.sure = True

    def read(self, body: list[ast.stmt], *, sure: bool = True) -> None:
        before, self.sure = self.sure, self.sure and sure
        for statement in body:
            handler = _HANDLERS.get(type(statement))
            if handler is not None:
                handler(self, statement)
        self.sure = before

    def function(self, node: Def) -> None:
        self.scope.bind(node.name, Function(node.lineno, self.sure, node))

    def class_(self, node: ast.ClassDef) -> None:
        self.scope.bind(node.name, Class(node.lineno, self.sure, node, read_scope(node.body)))

    def import_(self, node: ast.Import) -> None:
        for alias in node.names:
            top = alias.name.partition(".")[0]
            module = alias.name if alias.asname else top
            self.scope.bind(alias.asname or top, Import(node.lineno, self.sure, module, 0, ""))

    def import_from(self, node: ast.ImportFrom) -> None:
        for alias in node.names:
            bound = Import(node.lineno, self.sure, node.module or "", node.level, alias.name)
            if alias.name == "*":
                self.scope.stars.append(bound)
            else:
                self.scope.bind(alias.asname or alias.name, bound)

    def assign(self, node: ast.Assign) -> None:
        self._watch(node.value, node.lineno)
        for target in node.targets:
            self._bind_target(target, node.value)

    def annotated(self, node: ast.AnnAssign) -> None:
        if node.value is not None:
            self._watch(node.value, node.lineno)
            self._bind_target(node.target, node.value)

    def augmented(self, node: ast.AugAssign) -> None:
        if isinstance(node.target, ast.Name):
            self._grow(node.target.id, node.value if isinstance(node.op, ast.Add) else None, node.lineno)

    def expression(self, node: ast.Expr) -> None:
        self._watch(node.value, node.lineno)
        match node.value:
            case ast.Call(func=ast.Attribute(value=ast.Name(id=name), attr=method)) as call if method in _GROWING:
                self._grow(name, _added(call), node.lineno)

    def if_(self, node: ast.If) -> None:
        known = _truth(node.test)
        if known is not False:
            self.read(node.body, sure=known is True)
        if known is not True:
            self.read(node.orelse, sure=known is False)

    def try_(self, node: ast.Try) -> None:
        self.read(node.body, sure=False)
        for handler in node.handlers:
            self.read(handler.body, sure=False)
        self.read(node.orelse, sure=False)
        self.read(node.finalbody)

    def with_(self, node: ast.With) -> None:
        self.read(node.body)

    def loop(self, node: ast.For | ast.While) -> None:
        if isinstance(node, ast.For):
            self._bind_target(node.target, None)
        self.read(node.body, sure=False)
        self.read(node.orelse, sure=False)

    def match(self, node: ast.Match) -> None:
        for case in node.cases:
            self.read(case.body, sure=False)

    def delete(self, node: ast.Delete) -> None:
        for target in node.targets:
            if isinstance(target, ast.Name) and self.sure:
                self.scope.history.pop(target.id, None)
            elif isinstance(target, ast.Name):
                self.scope.bind(target.id, Value(node.lineno, False, None))

    def raise_(self, node: ast.Raise) -> None:
        name = ast.unparse(node.exc)[:60] if node.exc is not None else "an error"
        if self.sure or "skip" in name.lower():
            self.scope.remarks.append(Remark(node.lineno, f"raises {name}", skips=True, sure=self.sure))

    def _bind_target(self, target: ast.expr, value: ast.expr | None) -> None:
        match target:
            case ast.Name(id=name):
                self.scope.bind(name, Value(target.lineno, self.sure, value))
            case ast.Tuple(elts=targets) | ast.List(elts=targets):
                for each, part in zip(targets, _unpacked(value, len(targets)), strict=True):
                    self._bind_target(each, part)
            case ast.Starred(value=inner):
                self._bind_target(inner, None)
            case ast.Attribute(value=ast.Name(id=name), attr="__test__") if isinstance(value, ast.Constant):
                self.scope.tested[name] = bool(value.value)
            case ast.Subscript(value=inner):
                self._bind_part(inner, target.lineno)

    def _bind_part(self, whole: ast.expr, line: int) -> None:
        if isinstance(whole, ast.Name):
            self.scope.bind(whole.id, Value(line, False, None))
        elif _called(whole) in _GENERATING:
            self.scope.remarks.append(Remark(line, f"names are bound through {_called(whole)}()"))

    def _grow(self, name: str, added: ast.expr | None, line: int) -> None:
        old = self.scope.last(name)
        node: ast.expr | None = None
        if added is not None and isinstance(old, Value) and old.node is not None:
            node = ast.copy_location(ast.BinOp(old.node, ast.Add(), added), added)
        self.scope.bind(name, Value(line, self.sure and isinstance(old, Value) and old.sure, node))

    def _watch(self, node: ast.expr, line: int) -> None:
        name = _called(node)
        if name.rpartition(".")[2] in {"importorskip", "skip"}:
            certain = self.sure and not name.endswith("importorskip")
            self.scope.remarks.append(Remark(line, f"{name}() may skip the module", skips=True, sure=certain))
            return
        maker = name or _called(_receiver(node))
        if maker in _GENERATING:
            self.scope.remarks.append(Remark(line, f"names may be bound through {maker}()"))


def _receiver(node: ast.expr) -> ast.expr:
    is_method = isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)
    return node.func.value if is_method else node  # type: ignore[attr-defined]


def _called(node: ast.expr) -> str:
    """The dotted name that a call calls, as written; "" for what is no such call."""
    return _written(node.func) if isinstance(node, ast.Call) else ""


def _written(node: ast.expr) -> str:
    parts: list[str] = []
    while isinstance(node, ast.Attribute):
        parts.append(node.attr)
        node = node.value
    return ".".join([node.id, *reversed(parts)]) if isinstance(node, ast.Name) else ""


def _added(call: ast.Call) -> ast.expr | None:
    if len(call.args) != 1 or not isinstance(call.func, ast.Attribute):
        return None
    if call.func.attr == "append":
        return ast.copy_location(ast.List([call.args[0]], ast.Load()), call)
    return call.args[0] if call.func.attr == "extend" else None


def _unpacked(value: ast.expr | None, count: int) -> list[ast.expr | None]:
    if isinstance(value, ast.Tuple | ast.List) and len(value.elts) == count:
        return list(value.elts)
    return [None] * count


def _truth(test: ast.expr) -> bool | None:
    match test:
        case ast.Constant(value=value):
            return bool(value)
        case ast.Name(id="TYPE_CHECKING") | ast.Attribute(attr="TYPE_CHECKING"):
            return False
        case ast.Compare(left=ast.Name(id="__name__"), ops=[ast.Eq()], comparators=[ast.Constant(value="__main__")]):
            return False
        case ast.UnaryOp(op=ast.Not(), operand=operand):
            inner = _truth(operand)
            return None if inner is None else not inner
    return None


_HANDLERS: dict[type[ast.stmt], Callable[..., None]] = {
    ast.FunctionDef: _Reader.function,
    ast.AsyncFunctionDef: _Reader.function,
    ast.ClassDef: _Reader.class_,
    ast.Import: _Reader.import_,
    ast.ImportFrom: _Reader.import_from,
    ast.Assign: _Reader.assign,
    ast.AnnAssign: _Reader.annotated,
    ast.AugAssign: _Reader.augmented,
    ast.Expr: _Reader.expression,
    ast.If: _Reader.if_,
    ast.Try: _Reader.try_,
    ast.TryStar: _Reader.try_,
    ast.With: _Reader.with_,
    ast.For: _Reader.loop,
    ast.While: _Reader.loop,
    ast.Match: _Reader.match,
    ast.Delete: _Reader.delete,
    ast.Raise: _Reader.raise_,
}
