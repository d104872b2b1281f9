"""Counting Python tests from source, as pytest's defaults collect them. Pure: nothing is imported or run."""

import gc
import posixpath
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager

from sprintbot.testcount import hooks
from sprintbot.testcount.counted import Counted, Flag, dotted_path
from sprintbot.testcount.evaluator import Evaluator
from sprintbot.testcount.fixtures import FixtureReader
from sprintbot.testcount.marks import MarkReader
from sprintbot.testcount.module_tests import ModuleCounter, Tally
from sprintbot.testcount.modules import Library, Module
from sprintbot.testcount.settings import Settings, find_settings


def count_tests(
    sources: Mapping[str, bytes], targets: Sequence[str] = ("",), settings: Settings | None = None
) -> Counted:
    """The tests in the target folders and files.

    ``sources`` are paths and contents of Python files and configuration files; helper modules among them make imported
    bases, values and fixtures known. Never raises for what a source holds: what cannot be read is flagged.
    """
    found = settings or find_settings(_common(targets), sources)
    with _without_collector():
        return _Count(sources, found).count(targets)


def test_modules(paths: Iterable[str], targets: Sequence[str], settings: Settings) -> list[str]:
    """Those of the paths that pytest would collect as test modules, given these arguments."""
    if list(targets) == [settings.folder] and settings.testpaths:
        targets = [posixpath.normpath(posixpath.join(settings.folder, each)) for each in settings.testpaths]
        targets = ["" if each == "." else each for each in targets]
    ignored = [posixpath.normpath(posixpath.join(settings.folder, each)) for each in settings.ignored]
    chosen = [path for path in paths if any(_reaches(target, path, settings) for target in targets)]
    return sorted(path for path in chosen if not any(path == each or path.startswith(f"{each}/") for each in ignored))


@contextmanager
def _without_collector() -> Iterator[None]:
    # Syntax trees are many objects that live until the end: looking for cycles in them costs a sixth of the time.
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


class _Count:
    def __init__(self, sources: Mapping[str, bytes], settings: Settings) -> None:
        self.settings = settings
        self.library = Library({path: each for path, each in sources.items() if path.endswith(".py")})
        self.evaluator = Evaluator(self.library)
        self.fixtures = FixtureReader(MarkReader(self.evaluator))
        self.flags: set[Flag] = set()

    def count(self, targets: Sequence[str]) -> Counted:
        modules = test_modules(self.library.sources, targets, self.settings)
        conftests = self._conftests(modules)
        tallies = [tally for path in modules if (tally := self._module(path, conftests)) is not None]
        self._flag_settings()
        if self.settings.unique_names:
            self._drop_twins(tallies)
        number = sum(tally.number for tally in tallies) if self._keeps_all(conftests) else 0
        deselects = self.settings.deselects or self._deselecting(conftests)
        return Counted(
            number=number,
            floor=bool(self.flags),
            flags=tuple(sorted(self.flags)),
            cases=frozenset[str]().union(*(tally.cases for tally in tallies)),
            modules=tuple(modules),
            deselects=deselects,
        )

    def _module(self, path: str, conftests: list[Module]) -> Tally | None:
        above = [each for each in conftests if _is_above(each.folder, path)]
        left_out = [each for conftest in above for each in hooks.ignored(conftest, self.evaluator) if each.covers(path)]
        if any(each.sure for each in left_out):
            return None
        tally = self._tally(path, above)
        self.flags |= tally.flags
        for conftest in above:
            self._apply(conftest, tally)
        for each in left_out:
            self.flags.add(Flag(path, 0, f"a conftest ignores it in some runs (line {each.line})"))
            tally.number = 0
        return tally

    def _tally(self, path: str, above: list[Module]) -> Tally:
        try:
            layers = [self.fixtures.of_module(each) for each in above]
            return ModuleCounter(self.library.module(path), layers, self.fixtures, self.settings).count()
        except (RecursionError, MemoryError):
            return Tally(path=path, flags={Flag(path, 0, "nested too deeply to be read")})

    def _apply(self, conftest: Module, tally: Tally) -> None:
        if (line := hooks.generates(conftest.scope)) and tally.number:
            self.flags.add(Flag(conftest.path, line, "a hook of this conftest may make more tests"))
        if conftest.problem is not None:
            self.flags.add(Flag(conftest.path, *conftest.problem))
        if (dropped := hooks.drops(conftest.scope)) is not None:
            self.flags.add(Flag(conftest.path, *dropped))
            tally.number = 0

    def _conftests(self, modules: list[str]) -> list[Module]:
        folders = {folder for path in modules for folder in _folders(path)}
        paths = sorted(posixpath.join(folder, "conftest.py") for folder in folders)
        return [self.library.module(path) for path in paths if path in self.library.sources]

    def _keeps_all(self, conftests: list[Module]) -> bool:
        kept = True
        for conftest in conftests:
            removed = hooks.removes(conftest.scope)
            if removed is not None and not hooks.deselects(conftest.scope):
                self.flags.add(Flag(conftest.path, *removed))
                kept = False
        return kept

    def _deselecting(self, conftests: list[Module]) -> str:
        return next((f"a hook of {each.path}" for each in conftests if hooks.deselects(each.scope)), "")

    def _flag_settings(self) -> None:
        where = self.settings.folder or "."
        if self.settings.deselects:
            self.flags.add(Flag(where, 0, f"addopts leaves tests out of a run: {self.settings.deselects}"))
        if self.settings.doctests:
            self.flags.add(Flag(where, 0, "addopts collects doctests, which are not counted"))
        if self.settings.usefixtures:
            self.flags.add(Flag(where, 0, "usefixtures of the configuration is not followed"))
        self.flags |= {Flag(where, 0, problem) for problem in self.settings.problems}

    def _drop_twins(self, tallies: list[Tally]) -> None:
        """Of modules that would be imported under one name, pytest collects one."""
        kept: dict[str, Tally] = {}
        for tally in tallies:
            name = self._import_name(tally.path)
            twin = kept.setdefault(name, tally)
            if twin is not tally:
                self.flags.add(
                    Flag(tally.path, 0, f"it has the module name of {twin.path}, and pytest takes one of them")
                )
                larger, kept[name] = sorted((tally, twin), key=lambda each: -each.number)
                larger.number = 0

    def _import_name(self, path: str) -> str:
        folder, name = posixpath.split(path)
        while folder and posixpath.join(folder, "__init__.py") in self.library.sources:
            folder, package = posixpath.split(folder)
            name = f"{package}/{name}"
        return dotted_path(name)


def _reaches(target: str, path: str, settings: Settings) -> bool:
    if path == target:
        return True
    if target and not path.startswith(f"{target}/"):
        return False
    if not settings.is_module(path):
        return False
    below = [
        folder for folder in _folders(path) if folder.startswith(f"{target}/" if target else "") and folder != target
    ]
    return all(settings.enters(folder) for folder in below if folder)


def _folders(path: str) -> list[str]:
    folders = []
    while path:
        path = posixpath.dirname(path)
        folders.append(path)
    return folders


def _is_above(folder: str, path: str) -> bool:
    return not folder or path.startswith(f"{folder}/")


def _common(targets: Sequence[str]) -> str:
    folders = [posixpath.dirname(target) if target.endswith(".py") else target for target in targets]
    return posixpath.commonpath(folders) if folders and all(folders) else ""
