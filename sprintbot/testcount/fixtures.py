"""The fixtures that a test gets, and how many times their parameters make it run.

As pytest's FixtureManager: a fixture nearer to the test overrides one of the same name; a test runs once for each
parameter of each fixture that it needs, itself or through others, unless it parametrizes that name itself.
"""

import ast
import re
from collections.abc import Iterable, Sequence

import msgspec

from sprintbot.testcount.marks import MarkReader, Parametrize
from sprintbot.testcount.modules import Found, Library, Module, Place
from sprintbot.testcount.scope import Binding, Def, Function, Import, Scope, Value
from sprintbot.testcount.sequences import Sized

_PLAIN = frozenset(
    re.findall(
        r"\w+",
        """
        request tmp_path tmp_path_factory tmpdir tmpdir_factory monkeypatch capsys capfd capsysbinary capfdbinary
        capteesys caplog recwarn record_property record_xml_attribute record_testsuite_property doctest_namespace
        cache pytestconfig pytester testdir subtests mocker class_mocker module_mocker package_mocker
        session_mocker benchmark event_loop event_loop_policy unused_tcp_port unused_tcp_port_factory
        requests_mock responses respx_mock httpx_mock freezer faker client db transactional_db settings rf
        admin_client live_server django_user_model worker_id testrun_uid httpbin httpbin_secure httpbin_both
        httpserver snapshot aiohttp_client aioresponses fs virtualenv
        """,
    )
)
"""Fixtures of pytest and of well-known plugins; none has parameters."""


class Fixture(msgspec.Struct, frozen=True):
    """A fixture: the names it asks for, its number of parameters (None: no ``params``), and where it is."""

    name: str
    asks: tuple[str, ...]
    size: Sized | None
    autouse: bool
    path: str
    line: int


class Layer(msgspec.Struct, frozen=True):
    """The fixtures of one conftest, module or class."""

    fixtures: dict[str, Fixture]
    autouse: tuple[str, ...]


class Need(msgspec.Struct, frozen=True):
    """How often fixtures make a test run, and why that may be more."""

    times: int
    doubts: tuple[str, ...]


def asked_names(node: Def, *, method: bool) -> list[str]:
    """The arguments that a function wants filled: those without a default, without ``self``."""
    positional = [*node.args.posonlyargs, *node.args.args]
    wanted = positional[: len(positional) - len(node.args.defaults)]
    static = any(isinstance(each, ast.Name) and each.id == "staticmethod" for each in node.decorator_list)
    names = [each.arg for each in wanted][1 if method and not static else 0 :]
    keyword = zip(node.args.kwonlyargs, node.args.kw_defaults, strict=True)
    return names + [each.arg for each, default in keyword if default is None]


class FixtureReader:
    """Reads the fixtures of modules and classes."""

    def __init__(self, marks: MarkReader) -> None:
        self.marks = marks
        self.library: Library = marks.library
        self._layers: dict[str, Layer] = {}

    def of_module(self, module: Module) -> Layer:
        """The fixtures that a module or a conftest defines or imports, from ``pytest_plugins`` too."""
        if module.path not in self._layers:
            self._layers[module.path] = Layer({}, ())
            found: dict[str, Fixture] = {}
            for shared in (*self._plugins(module), *self.library.stars(module.scope, module)):
                if isinstance(shared, Module):
                    found |= self.of_module(shared).fixtures
            self._add(module.scope.names(), Place(module), found, method=False)
            self._layers[module.path] = _layer(found)
        return self._layers[module.path]

    def of_class(self, bodies: Iterable[tuple[Scope, Place]]) -> Layer:
        """The fixtures of a class, given its bases' bodies in the order of look-up."""
        found: dict[str, Fixture] = {}
        for scope, place in bodies:
            inherited: dict[str, Fixture] = {}
            self._add(scope.names(), Place(place.module, (*place.bodies, scope)), inherited, method=True)
            found = {**inherited, **found}
        return _layer(found)

    def _plugins(self, module: Module) -> list[Module]:
        binding = module.scope.last("pytest_plugins")
        if not isinstance(binding, Value) or binding.node is None:
            return []
        named = self.marks.evaluator.value(binding.node, Place(module))
        names = (named,) if isinstance(named, str) else named if isinstance(named, tuple) else ()
        found = [self.library.find(name, module.folder) for name in names if isinstance(name, str)]
        return [each for each in found if each is not None]

    def _add(
        self, names: Iterable[tuple[str, Binding]], place: Place, found: dict[str, Fixture], *, method: bool
    ) -> None:
        for name, binding in names:
            if not isinstance(binding, Function | Import) or (
                isinstance(binding, Function) and not binding.node.decorator_list
            ):
                continue
            meaning = self.library.follow(binding, place)
            if isinstance(meaning, Found) and isinstance(meaning.binding, Function):
                fixture = self._fixture(name, meaning.binding, meaning.place, method=method)
                if fixture is not None:
                    found[fixture.name] = fixture

    def _fixture(self, name: str, function: Function, place: Place, *, method: bool) -> Fixture | None:
        node = function.node
        mark = self.marks.read(node.decorator_list, Place(place.module, place.bodies, node.lineno)).fixture
        if mark is None:
            return None
        size = mark.size if function.sure or mark.size is None else Sized(0, False)
        asks = tuple(asked_names(node, method=method))
        return Fixture(mark.name or name, asks, size, mark.autouse, place.module.path, node.lineno)


def need(asked: Sequence[str], parametrized: Sequence[Parametrize], layers: Sequence[Layer]) -> Need:
    """What fixtures add to a test that asks for these names; ``layers`` go from the outermost to the test's own."""
    named = {name for each in parametrized for name in each.names}
    indirect = {name for each in parametrized for name in each.indirect}
    times, doubts = 1, []
    for name in _closure(asked, named - indirect, layers):
        if name in named:
            continue
        visible = _visible(name, layers)
        fixture = next((each for each in visible if each.size is not None or name not in each.asks), None)
        if fixture is not None and fixture.size is not None:
            times *= max(fixture.size.length, 1)
            if not fixture.size.exact:
                doubts.append(f"the params of the fixture {name} are not literal")
        elif not visible and name not in _PLAIN:
            doubts.append(f"the fixture {name} is defined outside of these files")
    return Need(times, tuple(doubts))


def _closure(asked: Sequence[str], direct: set[str], layers: Sequence[Layer]) -> list[str]:
    names = list(dict.fromkeys([*(name for layer in layers for name in layer.autouse), *asked]))
    for name in names:
        if name in direct:
            continue
        for fixture in _visible(name, layers):
            names += [each for each in fixture.asks if each not in names]
            if name not in fixture.asks:
                break
    return names


def _visible(name: str, layers: Sequence[Layer]) -> list[Fixture]:
    return [layer.fixtures[name] for layer in reversed(layers) if name in layer.fixtures]


def _layer(found: dict[str, Fixture]) -> Layer:
    return Layer(found, tuple(fixture.name for fixture in found.values() if fixture.autouse))
