"""Suites of which source tells a lower bound only."""

from collections.abc import Callable, Mapping
from typing import Any

import pytest

from sprintbot.testcount.python import count_tests

SUITES = {
    "conditional": (
        2,
        {
            "test_it.py": """
            if sys.maxsize > 3:
                def test_maybe(): pass
            try:
                import nothing_of_this_name
            except ImportError:
                def test_fallback(): pass
            for each in range(3):
                def test_looped(): pass
            @pytest.mark.parametrize("x", [1, 2])
            def test_sure(x): pass
        """,
        },
    ),
    "computed": (
        6,
        {
            "test_it.py": """
            def cases(): return [1, 2, 3]
            @pytest.mark.parametrize("x", cases())
            def test_call(x): pass
            @pytest.mark.parametrize("x", [1, 2, *cases()])
            def test_part(x): pass
            @pytest.fixture(params=cases())
            def many(request): pass
            def test_many(many): pass
            @pytest.mark.parametrize("x", [n for n in range(5) if cases()])
            def test_filtered(x): pass
            LATE = []
            def register(function):
                LATE.append(function)
                return function
            @register
            def one(): pass
            @register
            def two(): pass
            @pytest.mark.parametrize("x", LATE)
            def test_late(x): pass
        """,
        },
    ),
    "generated": (
        1,
        {
            "test_it.py": """
            for name in ("one", "two"):
                globals()[f"test_{name}"] = lambda: None
            def make():
                class TestMade:
                    def test_in(self): pass
                return TestMade
            TestMade = make()
            def test_written(): pass
        """,
        },
    ),
    "hook": (
        2,
        {
            "test_it.py": """
            def pytest_generate_tests(metafunc):
                if "number" in metafunc.fixturenames:
                    metafunc.parametrize("number", range(4))
            def test_numbers(number): pass
            def test_else(): pass
        """,
        },
    ),
    "conftest_hook": (
        1,
        {
            "test_it.py": "def test_numbers(number): pass",
            "conftest.py": """
            def pytest_generate_tests(metafunc):
                metafunc.parametrize("number", range(4))
        """,
        },
    ),
    "skip_if": (
        0,
        {
            "test_it.py": """
            if sys.maxsize:
                pytest.skip("never here", allow_module_level=True)
            def test_never(): pass
        """,
        },
    ),
    "importorskip": (
        0,
        {
            "test_it.py": """
            thing = pytest.importorskip("nothing_of_this_name")
            def test_never(): pass
        """,
        },
    ),
    "maybe_ignored": (
        1,
        {
            "test_it.py": "def test_a(): pass",
            "conftest.py": """
            collect_ignore = []
            if sys.maxsize:
                collect_ignore.append("test_no.py")
        """,
            "test_no.py": "def test_no(): pass",
        },
    ),
    "outside_base": (
        2,
        {
            "test_it.py": """
            from json import JSONDecoder
            from unittest.case import TestCase as Case
            from collections import UserDict as Outside
            from http.server import HTTPServer as Unknown
            class TestOutside(Outside):
                def never(self): pass
            class Fine(Case):
                def test_a(self): pass
            class TestMixed(object):
                def test_b(self): pass
            class SomeTests(Unknown):
                def test_not(self): pass
        """,
        },
    ),
    "decorated": (
        1,
        {
            "test_it.py": """
            from decorated.shared import several
            @several
            def test_a(x): pass
        """,
            "shared.py": """
            def several(function):
                return pytest.mark.parametrize("x", [1, 2, 3])(function)
        """,
        },
    ),
    "bound_in_some_runs": (
        3,
        {
            "test_it.py": """
            from os.path import *
            def test_a(): pass
            def test_gone(): pass
            if sys.maxsize > 3:
                del test_gone
            match sys.platform:
                case "linux":
                    def test_linux(): pass
                case _:
                    def test_elsewhere(): pass
            class TestMade:
                def test_own(self): pass
                vars()["test_more"] = lambda self: None
            FLAGS = {}
            FLAGS["a"] = [1, 2]
            @pytest.mark.parametrize("x", FLAGS["a"])
            def test_flags(x): pass
        """,
        },
    ),
    "refused": (
        0,
        {
            "test_it.py": """
            def test_a(): pass
            def test_yields(): yield 1
        """,
        },
    ),
    "raises": (
        0,
        {
            "test_it.py": """
            def test_a(): pass
            if not hasattr(sys, "nothing_of_this_name"):
                raise unittest.SkipTest("not here")
        """,
        },
    ),
    "generator": (
        2,
        {
            "test_it.py": """
            def test_a(): pass
            @pytest.fixture
            def test_fixture(): yield
            def test_unpacked(given): pass
            @pytest.fixture
            def given(): yield 1
            from decimal import getcontext as test_context
        """,
        },
    ),
    "ignores_unreadable": (
        0,
        {
            "test_it.py": "def test_a(): pass",
            "conftest.py": "collect_ignore_glob = [sys.platform + '*.py']",
        },
    ),
}


@pytest.fixture(scope="module")
def suites(write_suites: Callable[[Mapping[str, Mapping[str, str]]], Any]) -> Any:
    return write_suites({name: files for name, (_, files) in SUITES.items()})


@pytest.mark.parametrize("name", SUITES)
def test_flags_what_it_cannot_know_and_never_counts_above_what_pytest_collects(suites, name):
    counted = count_tests(suites.below(name), [name])
    assert counted.floor
    assert counted.number == SUITES[name][0]
    assert counted.number <= suites.collected[name]
