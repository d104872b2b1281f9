"""What decorators and ``pytestmark`` say of a test, a class, a module or a fixture."""

import ast
from collections.abc import Iterable

import msgspec

from sprintbot.testcount.evaluator import Evaluator
from sprintbot.testcount.modules import Found, Place
from sprintbot.testcount.scope import Function, Value
from sprintbot.testcount.sequences import Sized, items_of, size_of

_MARK = "pytest.mark."
_FIXTURES = frozenset({"pytest.fixture", "pytest.yield_fixture", "pytest_asyncio.fixture", "_pytest.fixtures.fixture"})
_CONSTRUCTING = frozenset(
    {"dataclasses.dataclass", "attr.s", "attr.attrs", "attr.define", "attr.dataclass", "attrs.define", "attrs.frozen"}
)
_HARMLESS = (
    "unittest.",
    "mock.",
    "hypothesis.",
    "typing.",
    "abc.",
    "functools.wraps",
    "responses.",
    "respx.",
    "freezegun.",
    "time_machine.",
    "moto.",
    "vcr.",
    "requests_mock.",
    "django.test.",
    "asyncio.",
    "staticmethod",
    "classmethod",
)
_MAX_DEPTH = 20


class Parametrize(msgspec.Struct, frozen=True):
    """One ``parametrize``: its argument names, how many sets of values, and which names go through fixtures."""

    names: tuple[str, ...]
    size: Sized
    indirect: frozenset[str]


class FixtureMark(msgspec.Struct, frozen=True):
    """What ``@pytest.fixture(...)`` says. ``size`` is None for a fixture without ``params``."""

    name: str
    size: Sized | None
    autouse: bool


class Marks:
    """All that the decorators of one thing say.

    ``doubts`` are those whose effect on the count is not known. ``constructed``: one adds an ``__init__``.
    ``hidden``: what is left is no function. ``patched`` and ``given`` fill arguments that are then no fixtures.
    """

    def __init__(self) -> None:
        self.parametrized: list[Parametrize] = []
        self.uses: list[str] = []
        self.fixture: FixtureMark | None = None
        self.patched = 0
        self.given: set[str] = set()
        self.given_last = 0
        self.constructed = False
        self.hidden = False
        self.doubts: list[tuple[int, str]] = []


class MarkReader:
    """Reads decorators and marks in one library."""

    def __init__(self, evaluator: Evaluator) -> None:
        self.evaluator = evaluator
        self.library = evaluator.library

    def read(self, nodes: Iterable[ast.expr], place: Place) -> Marks:
        """What decorators say; ``place`` is where they are written."""
        marks = Marks()
        for node in nodes:
            self._read_one(node, place, marks, 0)
        return marks

    def read_pytestmark(self, binding: Value, place: Place) -> Marks:
        """What the value of ``pytestmark`` says: one mark, or a list of them."""
        before = Place(place.module, place.bodies, binding.line)
        nodes = self._listed(binding.node, before, 0)
        marks = self.read(nodes or (), before)
        if nodes is None or not binding.sure:
            marks.doubts.append((binding.line, "pytestmark cannot be read from source"))
        return marks

    def _listed(self, node: ast.expr | None, place: Place, depth: int) -> list[ast.expr] | None:
        match node:
            case ast.List(elts=elements) | ast.Tuple(elts=elements):
                return list(elements)
            case ast.BinOp(left=left, op=ast.Add(), right=right) if depth < _MAX_DEPTH:
                parts = [self._listed(each, place, depth + 1) for each in (left, right)]
                return None if None in parts else [each for part in parts for each in part or ()]
        return None if node is None else [node]

    def _read_one(self, node: ast.expr, place: Place, marks: Marks, depth: int) -> None:
        call = node if isinstance(node, ast.Call) else None
        meaning = self.library.resolve(call.func if call else node, place)
        if isinstance(meaning, str):
            self._read_named(meaning, call, node, place, marks)
        elif isinstance(meaning, Found) and isinstance(meaning.binding, Value) and depth < _MAX_DEPTH:
            self._read_alias(meaning, meaning.binding, node, marks, depth)
        elif not (isinstance(meaning, Found) and self._is_plain(meaning)):
            marks.doubts.append((node.lineno, f"what @{_shown(node)} does is not known"))

    def _read_alias(self, meaning: Found, binding: Value, node: ast.expr, marks: Marks, depth: int) -> None:
        if isinstance(node, ast.Call) or binding.node is None or not binding.sure:
            if not self._is_skip(binding):
                marks.doubts.append((node.lineno, f"what @{_shown(node)} is depends on the run"))
            return
        before = Place(meaning.place.module, meaning.place.bodies, binding.line)
        for each in self._listed(binding.node, before, 0) or ():
            self._read_one(each, before, marks, depth + 1)

    def _is_skip(self, binding: Value) -> bool:
        return binding.node is not None and ast.unparse(binding.node).startswith(("pytest.mark.skip", "unittest.skip"))

    def _is_plain(self, meaning: Found) -> bool:
        """Whether a decorator of the sources is one that leaves the number of tests as it is."""
        if not isinstance(meaning.binding, Function) or not meaning.binding.sure:
            return False
        return not any(
            isinstance(part, ast.Attribute) and part.attr in {"parametrize", "fixture", "expand", "__test__"}
            for part in ast.walk(meaning.binding.node)
        )

    def _read_named(self, name: str, call: ast.Call | None, node: ast.expr, place: Place, marks: Marks) -> None:
        if name.startswith(_MARK):
            self._read_mark(name.removeprefix(_MARK), call, node, place, marks)
        elif name in _FIXTURES:
            marks.fixture = self._fixture(call, place)
        elif name in _CONSTRUCTING:
            marks.constructed = True
        elif name.endswith(("mock.patch", "mock.patch.object")) and call is not None:
            limit = 3 if name.endswith("object") else 2
            given = len(call.args) >= limit or any(each.arg in {"new", None} for each in call.keywords)
            marks.patched += not given
        elif name == "hypothesis.given" and call is not None:
            marks.given |= {each.arg for each in call.keywords if each.arg}
            marks.given_last += len(call.args)
        elif name in {"property", "functools.cached_property", "functools.lru_cache", "functools.cache"}:
            marks.hidden = True
        elif not name.startswith(_HARMLESS):
            marks.doubts.append((node.lineno, f"what @{_shown(node)} does is not known"))

    def _read_mark(self, name: str, call: ast.Call | None, node: ast.expr, place: Place, marks: Marks) -> None:
        if name == "parametrize":
            made = self._parametrize(call, place) if call else None
            if made is None or not made.size.exact:
                marks.doubts.append((node.lineno, "the values of a parametrize are not literal"))
            marks.parametrized += [made] if made else []
        elif name == "usefixtures" and call is not None:
            marks.uses += [
                arg.value for arg in call.args if isinstance(arg, ast.Constant) and isinstance(arg.value, str)
            ]
        elif name in {"anyio", "repeat", "repeat_each", "flaky_repeat"}:
            marks.doubts.append((node.lineno, f"@pytest.mark.{name} may run a test several times"))

    def _parametrize(self, call: ast.Call, place: Place) -> Parametrize | None:
        given = dict(zip(("argnames", "argvalues", "indirect"), call.args, strict=False))
        given |= {each.arg: each.value for each in call.keywords if each.arg}
        starred = any(isinstance(arg, ast.Starred) for arg in call.args) or any(
            each.arg is None for each in call.keywords
        )
        if starred or "argnames" not in given or "argvalues" not in given:
            return None
        names = self._names(given["argnames"], place)
        indirect = given.get("indirect")
        through = names if isinstance(indirect, ast.Constant) and indirect.value else ()
        if indirect is not None and not isinstance(indirect, ast.Constant):
            through = self._names(indirect, place)
        return Parametrize(names, self._size(given["argvalues"], place), frozenset(through))

    def _size(self, node: ast.expr, place: Place) -> Sized:
        size = size_of(self.evaluator.value(node, place))
        filled_later = not size.length and not isinstance(node, ast.List | ast.Tuple)
        return Sized(size.length, size.exact and not filled_later)

    def _names(self, node: ast.expr, place: Place) -> tuple[str, ...]:
        value = self.evaluator.value(node, place)
        if isinstance(value, str):
            return tuple(part.strip() for part in value.split(",") if part.strip())
        return tuple(item for item in items_of(value) or () if isinstance(item, str))

    def _fixture(self, call: ast.Call | None, place: Place) -> FixtureMark:
        given = {each.arg: each.value for each in call.keywords if each.arg} if call else {}
        name, autouse, params = given.get("name"), given.get("autouse"), given.get("params")
        written = name.value if isinstance(name, ast.Constant) else ""
        none = params is None or (isinstance(params, ast.Constant) and params.value is None)
        return FixtureMark(
            name=written if isinstance(written, str) else "",
            size=None if params is None or none else self._size(params, place),
            autouse=isinstance(autouse, ast.Constant) and bool(autouse.value),
        )


def _shown(node: ast.expr) -> str:
    target = node.func if isinstance(node, ast.Call) else node
    return ast.unparse(target)[:60]
