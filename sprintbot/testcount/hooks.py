"""What the hooks and settings of conftest files do to the collection."""

import ast
import posixpath
from collections.abc import Iterable
from fnmatch import fnmatchcase

import msgspec

from sprintbot.testcount.evaluator import Evaluator
from sprintbot.testcount.modules import Module, Place
from sprintbot.testcount.scope import Function, Scope, Value

_DROPPING = (
    "pytest_ignore_collect",
    "pytest_pycollect_makemodule",
    "pytest_pycollect_makeitem",
    "pytest_collect_directory",
)


class Ignored(msgspec.Struct, frozen=True):
    """Paths that a conftest keeps out of the collection; not ``sure`` where only some runs do."""

    patterns: tuple[str, ...]
    sure: bool
    line: int

    def covers(self, path: str) -> bool:
        """Whether a path is one of them, or below one."""
        return any(path == each or path.startswith(f"{each}/") or fnmatchcase(path, each) for each in self.patterns)


def generates(scope: Scope) -> int:
    """The line of a hook that makes tests; 0 for none."""
    for name in ("pytest_generate_tests", "pytest_collect_file"):
        if (hook := scope.last(name)) is not None:
            return hook.line
    return 0


def drops(scope: Scope) -> tuple[int, str] | None:
    """The hook that may keep tests below a conftest out of the collection: line and words."""
    for name in _DROPPING:
        if (hook := scope.last(name)) is not None:
            return hook.line, f"{name} may leave tests out"
    return None


def removes(scope: Scope) -> tuple[int, str] | None:
    """The hook that may take collected tests out again without saying so: line and words."""
    hook = scope.last("pytest_collection_modifyitems")
    if not isinstance(hook, Function) or not any(map(_removes, ast.walk(hook.node))):
        return None
    return hook.line, "pytest_collection_modifyitems may leave tests out"


def deselects(scope: Scope) -> bool:
    """Whether a conftest leaves tests out of a run and says so, as ``-m`` does."""
    hook = scope.last("pytest_collection_modifyitems")
    return isinstance(hook, Function) and any(
        isinstance(part, ast.Attribute) and part.attr == "pytest_deselected" for part in ast.walk(hook.node)
    )


def ignored(conftest: Module, evaluator: Evaluator) -> Iterable[Ignored]:
    """What ``collect_ignore`` and ``collect_ignore_glob`` of a conftest name, as paths of the sources."""
    for name in ("collect_ignore", "collect_ignore_glob"):
        for binding in conftest.scope.history.get(name, [])[-1:]:
            node = binding.node if isinstance(binding, Value) else None
            value = evaluator.value(node, Place(conftest)) if node is not None and binding.sure else None
            known = isinstance(value, tuple) and all(isinstance(item, str) for item in value)
            names = value if known and isinstance(value, tuple) else _texts(node)
            paths = tuple(posixpath.join(conftest.folder, each).rstrip("/") for each in names) or ("*",)
            if not known or value:
                yield Ignored(paths, known, binding.line)


def _texts(node: ast.expr | None) -> list[str]:
    parts = ast.walk(node) if node is not None else ()
    return [part.value for part in parts if isinstance(part, ast.Constant) and isinstance(part.value, str)]


def _removes(part: ast.AST) -> bool:
    match part:
        case ast.Call(func=ast.Attribute(attr="remove" | "pop" | "clear")):
            return True
        case ast.Delete():
            return True
        case ast.Assign(targets=[ast.Subscript(slice=ast.Slice())], value=value):
            return not (isinstance(value, ast.Call) and ast.unparse(value.func) in {"sorted", "list", "reversed"})
    return False
