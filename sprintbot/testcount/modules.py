"""Modules of the given sources, parsed when first asked for, and what names mean across them."""

import ast
import posixpath
import warnings
from collections.abc import Iterator, Mapping
from typing import TypeAlias

import msgspec

from sprintbot.testcount.bodies import read_scope
from sprintbot.testcount.scope import Binding, Import, Scope, Value

MAX_SOURCE = 5_000_000
_MAX_ALIASES = 20


class Module:
    """One module's names. ``problem`` says why there are none, with its line."""

    def __init__(self, path: str, source: bytes) -> None:
        self.path = path
        self.folder = posixpath.dirname(path)
        self.scope = Scope()
        self.problem: tuple[int, str] | None = None
        self.yields = b"yield" in source
        try:
            self.scope = read_scope(_parse(source).body)
        except SyntaxError as exc:
            self.problem = (exc.lineno or 0, f"not Python: {exc.msg}")
        except ValueError as exc:  # some releases of Python tell NUL bytes so
            self.problem = (0, f"not Python: {exc}")
        except (RecursionError, MemoryError) as exc:
            self.problem = (0, f"cannot be parsed: {str(exc) or type(exc).__name__}")


class Place(msgspec.Struct, frozen=True):
    """Where a name is used: its module, the bodies around it without the module's own, and the line; 0 for the end."""

    module: Module
    bodies: tuple[Scope, ...] = ()
    line: int = 0


class Found(msgspec.Struct, frozen=True):
    """What a name is, and where that was bound."""

    binding: Binding
    place: Place


Meaning: TypeAlias = Found | Module | str
"""A binding or a module of the sources, or the dotted name of what is outside of them: ``pytest.mark.skip``."""


class Library:
    """The sources by path, and the imports between them."""

    def __init__(self, sources: Mapping[str, bytes]) -> None:
        self.sources = sources
        self._modules: dict[str, Module] = {}
        self._paths: dict[tuple[str, str], str | None] = {}

    def module(self, path: str) -> Module:
        """The module at a path of the sources."""
        if path not in self._modules:
            self._modules[path] = Module(path, self.sources[path])
        return self._modules[path]

    def find(self, dotted: str, folder: str, level: int = 0) -> Module | None:
        """The module that ``import dotted`` in ``folder`` means, when the sources have it."""
        key = (dotted, folder if not level else posixpath.join(folder, "." * level))
        if key not in self._paths:
            self._paths[key] = next((path for path in _candidates(dotted, folder, level) if path in self.sources), None)
        path = self._paths[key]
        return None if path is None else self.module(path)

    def resolve(self, node: ast.expr, place: Place, depth: int = 0) -> Meaning | None:
        """What a dotted name means, through imports and plain aliases; None for any other expression."""
        if depth > _MAX_ALIASES:
            return None
        if isinstance(node, ast.Name):
            return self._resolve_name(node.id, place, depth)
        if not isinstance(node, ast.Attribute):
            return None
        owner = self.resolve(node.value, place, depth + 1)
        return None if owner is None else self._resolve_attribute(owner, node.attr, depth)

    def follow(self, binding: Binding, place: Place, depth: int = 0) -> Meaning:
        """What a binding stands for, through imports and plain aliases."""
        if isinstance(binding, Import):
            return self._resolve_import(binding, place, depth)
        if isinstance(binding, Value) and isinstance(binding.node, ast.Name | ast.Attribute):
            before = Place(place.module, place.bodies, binding.line)
            return self.resolve(binding.node, before, depth + 1) or Found(binding, place)
        return Found(binding, place)

    def stars(self, scope: Scope, module: Module) -> Iterator[Module | Import]:
        """The modules whose names a scope imports by ``*``; the import itself where it is outside of the sources."""
        for star in scope.stars:
            yield self.find(star.module, module.folder, star.level) or star

    def _resolve_name(self, name: str, place: Place, depth: int) -> Meaning:
        for body in reversed(place.bodies[-1:]):
            if (binding := body.before(name, place.line) if place.line else body.last(name)) is not None:
                return self.follow(binding, place, depth)
        outside = Place(place.module, (), place.line)
        scope = place.module.scope
        if (binding := scope.before(name, place.line) if place.line else scope.last(name)) is not None:
            return self.follow(binding, outside, depth)
        for starred in self.stars(scope, place.module):
            if isinstance(starred, Module) and starred is not place.module and name in starred.scope.history:
                return self._resolve_name(name, Place(starred), depth + 1)
        return name

    def _resolve_import(self, binding: Import, place: Place, depth: int) -> Meaning:
        folder = place.module.folder
        module = self.find(binding.module, folder, binding.level)
        outside = f"{'.' * binding.level}{binding.module}"
        if not binding.name:
            return module or outside
        if module is None:
            below = ".".join(part for part in (binding.module, binding.name) if part)
            return self.find(below, folder, binding.level) or f"{outside}.{binding.name}"
        return self._resolve_attribute(module, binding.name, depth)

    def _resolve_attribute(self, owner: Meaning, name: str, depth: int) -> Meaning:
        if isinstance(owner, str):
            return f"{owner}.{name}"
        if isinstance(owner, Module):
            if depth < _MAX_ALIASES and name in owner.scope.history:
                return self._resolve_name(name, Place(owner), depth + 1)
            own = posixpath.basename(owner.path) == "__init__.py"
            return (self.find(name, owner.folder, 1) if own else None) or f"{owner.path}:{name}"
        scope: Scope | None = getattr(owner.binding, "scope", None)
        if scope is not None and (binding := scope.last(name)) is not None and depth < _MAX_ALIASES:
            inside = Place(owner.place.module, (*owner.place.bodies, scope))
            return self.follow(binding, inside, depth + 1)
        return f"{owner.place.module.path}:?.{name}"


def _parse(source: bytes) -> ast.Module:
    if len(source) > MAX_SOURCE:
        raise ValueError(f"more than {MAX_SOURCE} bytes")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return ast.parse(source)


def _candidates(dotted: str, folder: str, level: int) -> Iterator[str]:
    relative = dotted.replace(".", "/")
    for _ in range(level - 1):
        folder = posixpath.dirname(folder)
    while True:
        base = posixpath.join(folder, relative) if relative else folder
        yield f"{base}.py"
        yield posixpath.join(base, "__init__.py")
        if level or not folder:
            return
        folder = posixpath.dirname(folder)
