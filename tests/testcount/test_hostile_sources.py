import resource
import time

import pytest

from sprintbot.testcount.python import count_tests

GOOD = {"test_good.py": b"def test_a(): pass\n"}
DEEP = 3_000


@pytest.mark.parametrize(
    ("source", "word"),
    [
        (b"def test_a(:\n", "not Python"),
        (b"def test_a(): pass\n\0", "null"),
        (b"\xff\xfed\0e\0f\0", "not Python"),
        (b"# -*- coding: no-such-code -*-\n", "not Python"),
        (b"x = '\xff'\n", "not Python"),
        (b"x = " + b"(" * 100_000, "not Python"),
        (b"x = " + b"-" * 100_000 + b"1\n", "parsed"),
        (b"x = " + b"1+" * 100_000 + b"1\n", "parsed"),
        (b"x = a" + b".b" * 100_000 + b"\n", "parsed"),
        (b"#" * 5_000_001, "more than 5000000 bytes"),
        (b"x = " + b"9" * 5_000 + b"\n", "not Python"),
    ],
)
def test_flags_a_module_that_cannot_be_parsed_and_counts_the_others(source, word):
    counted = count_tests({**GOOD, "test_bad.py": source})
    assert (counted.number, counted.floor) == (1, True)
    assert [flag.path for flag in counted.flags] == ["test_bad.py"]
    assert word in counted.flags[0].why


@pytest.mark.parametrize(
    "value",
    [
        "range(10 ** 18)",
        "[0] * 10 ** 18",
        "list(range(10 ** 9)) * 10 ** 9",
        "itertools.product(range(10 ** 6), repeat=50)",
        "itertools.permutations(range(900))",
        "[x for x in range(9000) for y in range(9000) for z in range(9000) if y]",
        "[[0 for y in range(9999)] for x in range(9999)]",
        "[list(range(9999))[x:] for x in range(9999)]",
        "'a' * 10 ** 12",
        "2 ** 2 ** 2 ** 2 ** 2 ** 2",
        "itertools.repeat(1)",
        "range(1, 2, 0)",
        "[1, 2][5]",
        "{}[[]]",
        "zip()",
        "dict(1)",
        "len()",
        "SELF",
    ],
)
def test_is_done_soon_whatever_a_parametrize_asks_for(value):
    source = (
        f"import itertools, pytest\nSELF = SELF + [1]\n@pytest.mark.parametrize('x', {value})\ndef test_a(x): pass\n"
    )
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    started = time.monotonic()
    assert count_tests({**GOOD, "test_big.py": source.encode()}).number >= 1
    assert time.monotonic() - started < 20
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 300_000


@pytest.mark.parametrize(
    "source",
    [
        "".join(f"{' ' * level}class TestA:\n" for level in range(90)) + " " * 90 + "def test_a(self): pass\n",
        "class TestA(TestB): pass\nclass TestB(TestA): pass\nclass TestA(TestB):\n    def test_a(self): pass\n",
        "from test_odd import *\nfrom test_odd import test_a\nfrom . import test_odd\n",
        "a = b\nb = a\n@a\ndef test_a(b): pass\n",
        "import pytest\n@pytest.fixture\ndef a(b): pass\n@pytest.fixture\ndef b(a): pass\ndef test_a(a, b): pass\n",
        "pytest_plugins = ['test_odd']\n",
        "pytestmark = pytestmark\n",
        "from pytest import mark\n@mark.parametrize\n@mark.parametrize()\n@mark.parametrize(*x)\ndef test_a(): pass\n",
        "\n".join(f"class Test{n}(Test{n - 1}): pass" for n in range(DEEP)) + "\n",
        "\n".join(f"x{n} = x{n - 1}" for n in range(DEEP)) + f"\n@x{DEEP - 1}\ndef test_a(): pass\n",
        "x = []\n" + "x.append(1)\n" * DEEP + "import pytest\n@pytest.mark.parametrize('y', x)\ndef test_a(y): pass\n",
    ],
)
def test_circles_and_depths_end(source):
    assert count_tests({**GOOD, "test_odd.py": source.encode(), "__init__.py": b""}).number >= 1


def test_a_conftest_that_cannot_be_parsed_is_flagged():
    counted = count_tests({**GOOD, "conftest.py": b"def :"})
    assert (counted.number, [flag.path for flag in counted.flags]) == (1, ["conftest.py"])


def test_deep_values_of_a_conftest_are_no_error():
    deep = "collect_ignore = []\n" + "collect_ignore += ['x']\n" * DEEP
    assert count_tests({**GOOD, "conftest.py": deep.encode()}).number == 1


@pytest.mark.parametrize(
    "body",
    ["items[:] = [item for item in items if item]", "items.remove(items[0])", "del items[0]", "items.clear()"],
)
def test_a_hook_that_takes_tests_out_in_silence_leaves_no_lower_bound(body):
    hook = f"def pytest_collection_modifyitems(items):\n    {body}\n"
    counted = count_tests({**GOOD, "conftest.py": hook.encode()})
    assert (counted.number, counted.floor) == (0, True)


@pytest.mark.parametrize("body", ["items.sort()", "items[:] = sorted(items)", "items[0].add_marker('slow')"])
def test_a_hook_that_only_sorts_or_marks_changes_nothing(body):
    hook = f"def pytest_collection_modifyitems(items):\n    {body}\n"
    counted = count_tests({**GOOD, "conftest.py": hook.encode()})
    assert (counted.number, counted.floor) == (1, False)


def test_a_hook_that_deselects_keeps_the_count_and_is_told():
    hook = b"def pytest_collection_modifyitems(items, config):\n    config.hook.pytest_deselected(items=items)\n"
    counted = count_tests({**GOOD, "conftest.py": hook})
    assert (counted.number, counted.deselects) == (1, "a hook of conftest.py")


def test_of_two_modules_of_one_name_one_counts():
    twins = {"a/test_x.py": b"def test_a(): pass\n", "b/test_x.py": b"def test_a(): pass\ndef test_b(): pass\n"}
    counted = count_tests(twins)
    assert (counted.number, counted.floor) == (1, True)
    assert count_tests({**twins, "a/__init__.py": b"", "b/__init__.py": b""}).number == 3
