"""The tests of one module."""

import ast
from collections.abc import Iterable

import msgspec

from sprintbot.testcount.classes import Lineage, Lineages
from sprintbot.testcount.counted import Flag, dotted_path
from sprintbot.testcount.fixtures import FixtureReader, Layer, asked_names, need
from sprintbot.testcount.hooks import generates
from sprintbot.testcount.marks import Marks, Parametrize
from sprintbot.testcount.modules import Found, Module, Place
from sprintbot.testcount.scope import Binding, Class, Def, Function, Import, Scope, Value
from sprintbot.testcount.settings import Settings

MAX_NUMBER = 10**12
_MAX_NESTING = 20
_NO_TESTS = frozenset({"TestClient", "AsyncTestClient", "TestResponse", "TestServer", "TestApp", "TestRunner"})


class Tally(msgspec.Struct):
    """What one module adds to a count."""

    path: str = ""
    number: int = 0
    cases: set[str] = msgspec.field(default_factory=set)
    flags: set[Flag] = msgspec.field(default_factory=set)


class Context(msgspec.Struct, frozen=True):
    """What holds for all tests of a module or class: their dotted prefix, marks and fixtures, outermost first.

    ``sure`` is false where only some runs define them.
    """

    prefix: str
    parametrized: tuple[Parametrize, ...]
    uses: tuple[str, ...]
    layers: tuple[Layer, ...]
    sure: bool = True


class ModuleCounter:
    """Counts one module, under the fixtures of the conftest files above it; a ``refused`` one has no test."""

    def __init__(self, module: Module, layers: list[Layer], fixtures: FixtureReader, settings: Settings) -> None:
        self.module = module
        self.layers = layers
        self.fixtures = fixtures
        self.marks = fixtures.marks
        self.library = fixtures.library
        self.lineages = Lineages(self.library)
        self.settings = settings
        self.tally = Tally(path=module.path)
        self.refused = False

    def count(self) -> Tally:
        """The tests of the module; lower where they are not certain, with flags that say so."""
        if self.module.problem is not None:
            self._flag(*self.module.problem)
            return self.tally
        context = self._module_context()
        for name, binding, place in self._module_names():
            self._count_name(name, binding, place, context, 0)
        self._remark(self.module.scope)
        if line := generates(self.module.scope):
            self._flag(line, "pytest_generate_tests may make more tests")
        if self.refused:
            self.tally.number = 0
        return self.tally

    def _module_context(self) -> Context:
        place = Place(self.module)
        marks = self._pytestmark(self.module.scope, place)
        layers = (*self.layers, self.fixtures.of_module(self.module))
        return Context(dotted_path(self.module.path), tuple(marks.parametrized), tuple(marks.uses), layers)

    def _module_names(self) -> Iterable[tuple[str, Binding, Place]]:
        own = self.module.scope.history
        for starred in self.library.stars(self.module.scope, self.module):
            if isinstance(starred, Import):
                self._flag(starred.line, f"imports all of {starred.module or '.'}, which may hold tests")
            elif starred is not self.module:
                for name, binding in starred.scope.names():
                    if name not in own and not name.startswith("_") and self.settings.imported:
                        yield name, binding, Place(starred)
        for name, binding in self.module.scope.names():
            yield name, binding, Place(self.module)

    def _remark(self, scope: Scope) -> None:
        for remark in scope.remarks:
            if not (remark.skips and remark.sure):
                self._flag(remark.line, remark.why)
            if remark.skips:
                self.tally.number = 0

    def _count_name(self, name: str, binding: Binding, place: Place, context: Context, depth: int) -> None:
        if isinstance(binding, Import) and not self.settings.imported and not place.bodies:
            return
        meaning = self.library.follow(binding, place)
        if not isinstance(meaning, Found):
            if isinstance(meaning, str) and isinstance(binding, Import):
                self._doubt_import(name, binding, meaning)
            return
        sure = binding.sure and meaning.binding.sure
        inner = context if sure else msgspec.structs.replace(context, sure=False)
        match meaning.binding:
            case Function() as function if self._is_test(name, meaning):
                self._count_function(name, function.node, meaning.place, inner)
            case Class():
                self._count_class(name, meaning, inner, depth)
            case Value() as value:
                self._count_value(name, value, inner)

    def _is_test(self, name: str, meaning: Found) -> bool:
        bodies = meaning.place.bodies
        said = (bodies[-1] if bodies else meaning.place.module.scope).tested.get(name)
        return self.settings.is_function(name) if said is None else said

    def _count_function(self, name: str, node: Def, place: Place, context: Context) -> None:
        marks = self.marks.read(node.decorator_list, Place(place.module, place.bodies, node.lineno))
        if marks.fixture is not None or marks.hidden:
            return
        if place.module.yields and _yields(node):
            self._flag(node.lineno, f"{name} is a generator, for which pytest refuses its module or class")
            self.refused = True
            return
        for line, why in marks.doubts:
            self._flag(line, why, place)
        parametrized = (*context.parametrized, *marks.parametrized)
        times = 1
        for each in parametrized:
            times = min(times * max(each.size.length, 1), MAX_NUMBER)
        asked = [*context.uses, *marks.uses, *_asked(node, marks, method=bool(place.bodies))]
        needed = need(asked, parametrized, context.layers)
        for why in needed.doubts:
            self._flag(node.lineno, why, place)
        self._add(name, times * needed.times, node.lineno, context)

    def _count_class(self, name: str, found: Found, context: Context, depth: int) -> None:
        kin = self.lineages.of(found)
        said = kin.switch()
        if depth > _MAX_NESTING or said is False:
            return
        if kin.is_unittest:
            self._count_unittest(kin, self._class_context(name, kin, context))
        elif said or self.settings.is_class(name):
            inner = self._class_context(name, kin, context)
            if inner is not None and not kin.constructs():
                self._doubt_bases(kin, found)
                for member, binding, place in kin.members():
                    self._count_name(member, binding, place, inner, depth + 1)
        elif kin.unknown and "test" in name.lower():
            self._flag(found.binding.line, f"whether {name} holds tests is for {kin.unknown[0]} to say", found.place)

    def _class_context(self, name: str, kin: Lineage, context: Context) -> Context | None:
        """The context of a class's tests; None when a decorator gives it a constructor."""
        parametrized, uses = list(context.parametrized), list(context.uses)
        for marks in self._class_marks(kin):
            if marks.constructed:
                return None
            parametrized += marks.parametrized
            uses += marks.uses
        layers = (*context.layers, self.fixtures.of_class(kin.bodies()))
        return Context(f"{context.prefix}.{name}", tuple(parametrized), tuple(uses), layers, context.sure)

    def _class_marks(self, kin: Lineage) -> Iterable[Marks]:
        for found in kin.classes:
            if isinstance(found.binding, Class):
                node, scope = found.binding.node, found.binding.scope
                marks = self.marks.read(node.decorator_list, Place(found.place.module, found.place.bodies, node.lineno))
                for line, why in marks.doubts:
                    self._flag(line, why, found.place)
                yield marks
                yield self._pytestmark(scope, Place(found.place.module, (*found.place.bodies, scope)))
                if line := generates(scope):
                    self._flag(line, "pytest_generate_tests may make more tests", found.place)
                for remark in scope.remarks:
                    self._flag(remark.line, remark.why, found.place)

    def _count_unittest(self, kin: Lineage, context: Context | None) -> None:
        if context is None:
            return
        tests = []
        for name, binding, place in kin.members():
            meaning = self.library.follow(binding, place)
            if isinstance(meaning, Found) and isinstance(meaning.binding, Function):
                tests.append((name, meaning, binding.sure))
        if _is_abstract(kin, tests):
            return
        named = [each for each in tests if each[0].startswith("test")]
        for name, meaning, sure in named or [each for each in tests if each[0] == "runTest"]:
            self._count_method(name, meaning, msgspec.structs.replace(context, sure=context.sure and sure))
        for name in kin.unknown:
            self._flag(
                kin.classes[0].binding.line,
                f"inherits from {name}, which is outside of these files",
                kin.classes[0].place,
            )

    def _count_method(self, name: str, meaning: Found, context: Context) -> None:
        place = meaning.place
        if not isinstance(meaning.binding, Function) or (place.bodies and place.bodies[-1].tested.get(name) is False):
            return
        node = meaning.binding.node
        marks = self.marks.read(node.decorator_list, Place(place.module, place.bodies, node.lineno))
        for line, why in marks.doubts:
            self._flag(line, why, place)
        if not marks.hidden:
            self._add(name, 1, node.lineno, context)

    def _count_value(self, name: str, value: Value, context: Context) -> None:
        if isinstance(value.node, ast.Lambda) and self.settings.is_function(name):
            self._add(name, 1, value.line, context)
        elif isinstance(value.node, ast.Call | None) and (self.settings.is_function(name) or _like_a_class(name)):
            self._flag(value.line, f"{name} may be a test: what it is bound to is made in the run")

    def _add(self, name: str, times: int, line: int, context: Context) -> None:
        self.tally.cases.add(f"{context.prefix}.{name}")
        if context.sure:
            self.tally.number = min(self.tally.number + times, MAX_NUMBER)
        else:
            self._flag(line, f"{name} is there in some runs only")

    def _pytestmark(self, scope: Scope, place: Place) -> Marks:
        binding = scope.last("pytestmark")
        marks = self.marks.read_pytestmark(binding, place) if isinstance(binding, Value) else Marks()
        for line, why in marks.doubts:
            self._flag(line, why, place)
        return marks

    def _doubt_import(self, name: str, binding: Import, meaning: str) -> None:
        foreign = ":" not in meaning and name not in _NO_TESTS and not meaning.startswith(("unittest.", "pytest."))
        if foreign and binding.name and (self.settings.is_function(name) or self.settings.is_class(name)):
            self._flag(binding.line, f"{name} is imported from outside of these files, and may be a test")

    def _doubt_bases(self, kin: Lineage, found: Found) -> None:
        for name in kin.unknown:
            self._flag(found.binding.line, f"inherits from {name}, which is outside of these files", found.place)

    def _flag(self, line: int, why: str, place: Place | None = None) -> None:
        self.tally.flags.add(Flag(place.module.path if place else self.module.path, line, why))


def _asked(node: Def, marks: Marks, *, method: bool) -> list[str]:
    names = asked_names(node, method=method)[marks.patched :]
    if marks.given_last:
        names = names[: -marks.given_last]
    return [name for name in names if name not in marks.given]


def _like_a_class(name: str) -> bool:
    return name[:1].isupper() and not name.isupper() and "test" in name.lower()


def _is_abstract(kin: Lineage, tests: list[tuple[str, Found, bool]]) -> bool:
    if not any(name in {"abc.ABC", "abc.ABCMeta"} for name in kin.outside):
        return False
    return any(
        isinstance(found.binding, Function)
        and any(ast.unparse(each).endswith("abstractmethod") for each in found.binding.node.decorator_list)
        for _, found, _ in tests
    )


def _yields(node: Def) -> bool:
    waiting: list[ast.AST] = list(node.body)
    while waiting:
        part = waiting.pop()
        if isinstance(part, ast.Yield | ast.YieldFrom):
            return True
        if not isinstance(part, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda | ast.ClassDef):
            waiting += ast.iter_child_nodes(part)
    return False
