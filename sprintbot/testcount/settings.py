"""How a project configures what pytest collects.

Files, sections and their order as in pytest's reference, "Initialization: determining rootdir and configfile".
"""

import configparser
import itertools
import posixpath
import shlex
import tomllib
from collections.abc import Mapping
from fnmatch import fnmatchcase

import msgspec

CONFIG_FILES = ("pytest.toml", ".pytest.toml", "pytest.ini", ".pytest.ini", "pyproject.toml", "tox.ini", "setup.cfg")
_SECTIONS = {"tox.ini": "pytest", "setup.cfg": "tool:pytest"}
_NO_RECURSE = ("*.egg", ".*", "_darcs", "build", "CVS", "dist", "node_modules", "venv", "{arch}")


class Settings(msgspec.Struct, frozen=True, kw_only=True):
    """The settings that decide which tests there are; the defaults are pytest's.

    ``folder`` is where the configuration file is, ``deselects`` the ``-m``, ``-k`` and ``--deselect`` of ``addopts``,
    ``ignored`` the paths of its ``--ignore``, from ``folder``. ``problems`` says what could not be read.
    """

    folder: str = ""
    python_files: tuple[str, ...] = ("test_*.py", "*_test.py")
    python_classes: tuple[str, ...] = ("Test",)
    python_functions: tuple[str, ...] = ("test",)
    norecursedirs: tuple[str, ...] = _NO_RECURSE
    testpaths: tuple[str, ...] = ()
    usefixtures: tuple[str, ...] = ()
    deselects: str = ""
    ignored: tuple[str, ...] = ()
    doctests: bool = False
    unique_names: bool = True
    imported: bool = True
    problems: tuple[str, ...] = ()

    def is_function(self, name: str) -> bool:
        """Whether a function of this name is a test."""
        return any(_named(name, pattern) for pattern in self.python_functions)

    def is_class(self, name: str) -> bool:
        """Whether a class of this name holds tests."""
        return any(_named(name, pattern) for pattern in self.python_classes)

    def is_module(self, path: str) -> bool:
        """Whether a file at this path is a test module."""
        name = posixpath.basename(path)
        return name.endswith(".py") and any(
            fnmatchcase(f"/{path}", f"*/{pattern}") if "/" in pattern else fnmatchcase(name, pattern)
            for pattern in self.python_files
        )

    def enters(self, folder: str) -> bool:
        """Whether collection goes into a folder that nobody named."""
        return not any(fnmatchcase(posixpath.basename(folder), pattern) for pattern in self.norecursedirs)


def find_settings(folder: str, sources: Mapping[str, bytes]) -> Settings:
    """The settings that hold for tests in ``folder``: those of the nearest configuration file at or above it."""
    while True:
        for name in CONFIG_FILES:
            content = sources.get(posixpath.join(folder, name))
            if content is not None and (found := _read(name, content, folder)) is not None:
                return found
        if not folder:
            return Settings()
        folder = posixpath.dirname(folder)


def _read(name: str, content: bytes, folder: str) -> Settings | None:
    try:
        text = content.decode("utf-8-sig")
        options = _toml_options(name, text) if name.endswith(".toml") else _ini_options(name, text)
    except (ValueError, configparser.Error) as exc:
        problem = f"{posixpath.join(folder, name)} cannot be read: {str(exc).splitlines()[0]}"
        return Settings(folder=folder, problems=(problem,))
    return None if options is None else _settings(options, folder)


def _toml_options(name: str, text: str) -> dict[str, object] | None:
    document = tomllib.loads(text)
    if name != "pyproject.toml":
        table = document.get("pytest", {})
    else:
        tool = document.get("tool")
        table = tool.get("pytest") if isinstance(tool, dict) else None
        table = table.get("ini_options", table or None) if isinstance(table, dict) else None
    return table if isinstance(table, dict) else None


def _ini_options(name: str, text: str) -> dict[str, object] | None:
    parser = configparser.RawConfigParser(strict=False, allow_no_value=True, inline_comment_prefixes=(" #", " ;"))
    parser.read_string(text)
    section = _SECTIONS.get(name, "pytest")
    if parser.has_section(section):
        return dict(parser.items(section))
    return {} if name in {"pytest.ini", ".pytest.ini"} else None


def _settings(options: dict[str, object], folder: str) -> Settings:
    addopts = _words(options, "addopts")
    given: dict[str, tuple[str, ...]] = {
        name: _words(options, name)
        for name in ("python_files", "python_classes", "python_functions", "norecursedirs", "testpaths", "usefixtures")
        if name in options
    }
    mode = _option(addopts, "--import-mode")
    return msgspec.structs.replace(
        Settings(
            folder=folder,
            deselects=" ".join(
                f"{flag} {value!r}" for flag in ("-m", "-k", "--deselect") for value in _option(addopts, flag)
            ),
            ignored=_option(addopts, "--ignore"),
            doctests="--doctest-modules" in addopts or bool(_option(addopts, "--doctest-glob")),
            unique_names="importlib" not in mode,
            imported=str(options.get("collect_imported_tests", True)).lower() not in {"false", "0", "no", "off"},
            problems=_unread(addopts),
        ),
        **given,
    )


def _unread(addopts: tuple[str, ...]) -> tuple[str, ...]:
    left_out = [flag for flag in addopts if flag.startswith(("--ignore-glob", "-p", "--pyargs", "-c", "--rootdir"))]
    return tuple(f"addopts has {flag}, which may change what is collected" for flag in left_out if flag != "-p")


def _option(words: tuple[str, ...], flag: str) -> tuple[str, ...]:
    found = [after for before, after in itertools.pairwise(words) if before == flag]
    joined = f"{flag}=" if flag.startswith("--") else flag
    found += [word[len(joined) :] for word in words if word.startswith(joined) and word != flag]
    return tuple(value for value in found if value)


def _words(options: dict[str, object], name: str) -> tuple[str, ...]:
    value = options.get(name)
    if isinstance(value, list):
        return tuple(str(word) for word in value)
    try:
        return tuple(shlex.split(str(value or ""), comments=True))
    except ValueError:
        return tuple(str(value).split())


def _named(name: str, pattern: str) -> bool:
    if name.startswith(pattern):
        return True
    return any(sign in pattern for sign in "*?[") and fnmatchcase(name, pattern)
