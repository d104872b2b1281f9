"""Suites whose number of tests source tells exactly."""

from collections.abc import Callable, Mapping
from typing import Any

import pytest

from sprintbot.testcount.python import count_tests

SUITES = {
    "functions": {
        "test_it.py": """
            def test_a(): pass
            async def test_b(): pass
            def testc(): pass
            def helper(): pass
            def test_a(): pass
            test_lambda = lambda: None
            test_number = 3
            test_alias = test_a
        """,
    },
    "classes": {
        "test_it.py": """
            class TestA:
                def test_a(self): pass
                def helper(self): pass
                @staticmethod
                def test_s(): pass
                @classmethod
                def test_c(cls): pass
                @property
                def test_p(self): return 1
                class TestInner:
                    def test_in(self): pass
            class TestInit:
                def __init__(self): pass
                def test_never(self): pass
            class Other:
                def test_never(self): pass
        """,
    },
    "inheritance": {
        "test_it.py": """
            class Mixin:
                def test_m(self): pass
                def test_over(self): pass
            class TestBase:
                def test_b(self): pass
                @pytest.mark.parametrize("x", [1, 2])
                def test_over(self, x): pass
            class TestChild(Mixin, TestBase):
                def test_c(self): pass
            class TestGrand(TestChild):
                test_c = None
                test_m = 3
            class TestWithBaseInit(TestBase):
                def __init__(self): pass
        """,
    },
    "unittest_cases": {
        "test_it.py": """
            class Plain(unittest.TestCase):
                def test_a(self): pass
                def testb(self): pass
                def helper(self): pass
                @unittest.skip("no")
                def test_skipped(self): pass
                @mock.patch("os.getcwd")
                def test_mocked(self, getcwd): pass
            class Child(Plain):
                def test_more(self): pass
            class Abstract(unittest.TestCase):
                __test__ = False
                def test_not(self): pass
            class Concrete(Abstract):
                __test__ = True
            class RunsTest(unittest.TestCase):
                def runTest(self): pass
        """,
    },
    "switches": {
        "test_it.py": """
            class TestOff:
                __test__ = False
                def test_a(self): pass
            class TestOffToo(TestOff):
                def test_b(self): pass
            class Named:
                __test__ = True
                def test_c(self): pass
            def test_d(): pass
            test_d.__test__ = False
            def test_e(): pass
        """,
    },
    "parametrize": {
        "test_it.py": """
            VALUES = [1, 2, 3]
            MORE = VALUES + [4]
            GROWN = []
            GROWN.append(1)
            GROWN += [2, 3]
            PAIRS = {"a": 1, "b": 2}
            class Colour(enum.Enum):
                RED = 1
                GREEN = 2
                ALSO_RED = 1
            @pytest.mark.parametrize("x", [1, 2, 3])
            @pytest.mark.parametrize("y", (1, 2))
            def test_stacked(x, y): pass
            @pytest.mark.parametrize("x", VALUES)
            def test_named(x): pass
            @pytest.mark.parametrize("x", [*MORE, *range(3)])
            def test_starred(x): pass
            @pytest.mark.parametrize("x", GROWN)
            def test_grown(x): pass
            @pytest.mark.parametrize("x,y", zip(VALUES, MORE))
            def test_zip(x, y): pass
            @pytest.mark.parametrize(("x", "y"), itertools.product(VALUES, "ab"))
            def test_product(x, y): pass
            @pytest.mark.parametrize("x", itertools.permutations("abc", 2))
            def test_permutations(x): pass
            @pytest.mark.parametrize("x", itertools.combinations("abcd", 2))
            def test_combinations(x): pass
            @pytest.mark.parametrize("x", itertools.chain(VALUES, "xy"))
            def test_chain(x): pass
            @pytest.mark.parametrize("x", [pytest.param(1, id="one"), pytest.param(2, marks=pytest.mark.skip)])
            def test_param(x): pass
            @pytest.mark.parametrize("x", [])
            def test_empty(x): pass
            @pytest.mark.parametrize(argnames="x", argvalues=PAIRS.items(), ids=str)
            def test_keywords(x): pass
            @pytest.mark.parametrize("x", PAIRS)
            def test_keys(x): pass
            @pytest.mark.parametrize("x", list(Colour))
            def test_enum(x): pass
            @pytest.mark.parametrize("x", [n for n in range(10) if n % 2])
            def test_comprehension(x): pass
            @pytest.mark.parametrize("x", [(a, b) for a in VALUES for b in range(a)])
            def test_nested(x, ): pass
            @pytest.mark.parametrize("x", {1, 1, 2})
            def test_set(x): pass
            @pytest.mark.parametrize("x", "a b c".split())
            def test_words(x): pass
            @pytest.mark.parametrize("x", [0] * 4 + MORE[1:3])
            def test_times(x): pass
            @pytest.mark.parametrize("x", [object() for _ in range(50)])
            def test_objects(x): pass
            @pytest.mark.parametrize("x", sorted(set("abca")))
            def test_sorted(x): pass
            @pytest.mark.parametrize("x", enumerate(VALUES, start=1))
            def test_enumerate(x): pass
            @pytest.mark.parametrize("x", itertools.chain.from_iterable(
                [[(a, b) for b in VALUES[i + 1:]] for i, a in enumerate(VALUES)]
                + [[(a, b) for j, b in enumerate(MORE) if i != j] for i, a in enumerate(MORE)]
            ))
            def test_pairs(x): pass
            @pytest.mark.parametrize("x", [1, 2] if sys.maxsize else [3, 4])
            def test_either(x): pass
        """,
    },
    "rebound": {
        "test_it.py": """
            CASES = [1, 2]
            @pytest.mark.parametrize("x", CASES)
            def test_first(x): pass
            CASES = [1, 2, 3]
            @pytest.mark.parametrize("x", CASES)
            def test_second(x): pass
        """,
    },
    "marks": {
        "test_it.py": """
            pytestmark = [pytest.mark.parametrize("m", [1, 2]), pytest.mark.slow]
            both = pytest.mark.parametrize("b", "xy")
            mark = pytest.mark
            def plain(function): return function
            @pytest.mark.parametrize("c", [1, 2, 3])
            class TestA:
                pytestmark = pytest.mark.parametrize("d", [1, 2])
                def test_a(self, m, c, d): pass
                @both
                @plain
                @mark.skip
                def test_b(self, m, b, c, d): pass
            class TestB(TestA):
                def test_c(self, m, c, d): pass
            @pytest.mark.skipif(True, reason="no")
            @pytest.mark.xfail
            def test_skipped(m): pass
        """,
    },
    "fixtures": {
        "test_it.py": """
            @pytest.fixture(params=[1, 2])
            def two(request): return request.param
            @pytest.fixture
            def through(two): return two
            @pytest.fixture(name="called", params="abc")
            def _written(request): pass
            @pytest.fixture()
            def near(near): return near
            @pytest.fixture
            def override(): pass
            def test_two(two): pass
            def test_through(through, two): pass
            def test_called(called): pass
            def test_far(far): pass
            def test_near(near): pass
            def test_override(override): pass
            def test_default(two=None): pass
            @pytest.mark.usefixtures("two")
            def test_uses(): pass
            @pytest.mark.parametrize("two", [1, 2, 3])
            def test_direct(two): pass
            @pytest.mark.parametrize("two", [1, 2, 3], indirect=True)
            def test_indirect(two): pass
            @pytest.mark.parametrize("through", [1], indirect=["through"])
            def test_indirect_needs(through): pass
            @pytest.mark.parametrize("through", [1])
            def test_direct_cuts(through): pass
            @mock.patch("os.getcwd")
            def test_patched(getcwd, two): pass
            class TestScoped:
                @pytest.fixture(params=range(3), autouse=True)
                def three(self, request): pass
                def test_three(self): pass
                class TestInner:
                    def test_inner(self, two): pass
            class TestInherits(TestScoped):
                def test_more(self, two): pass
            @pytest.mark.usefixtures("two")
            class TestUses:
                def test_used(self): pass
            class Cases(unittest.TestCase):
                def test_untouched(self): pass
        """,
        "conftest.py": """
            @pytest.fixture(params=[1, 2, 3, 4])
            def far(request): pass
            @pytest.fixture(params=[1, 2])
            def near(request): pass
            @pytest.fixture(params=[1, 2])
            def override(request): pass
        """,
    },
    "conftests": {
        "test_it.py": "def test_top(): pass",
        "conftest.py": """
            @pytest.fixture(params=[1, 2], autouse=True)
            def everywhere(request): pass
        """,
        "sub/__init__.py": "",
        "sub/conftest.py": """
            @pytest.fixture(params=[1, 2, 3], autouse=True)
            def below(request): pass
        """,
        "sub/test_below.py": """
            def test_below(): pass
        """,
        "other_test.py": "def test_other(): pass",
        "helpers_tests.py": "def test_never(): pass",
    },
    "across": {
        "test_it.py": """
            from across.shared import SharedTests, CASES, twice, Values
            from across import shared as other
            from .fixtures import *
            class TestHere(SharedTests):
                def test_own(self, given): pass
            @pytest.mark.parametrize("x", CASES)
            def test_cases(x): pass
            @pytest.mark.parametrize("x", other.CASES + [1])
            def test_more(x): pass
            @pytest.mark.parametrize("x", Values.FEW)
            def test_few(x): pass
            @twice
            def test_twice(t): pass
        """,
        "shared.py": """
            CASES = [1, 2, 3]
            class Values:
                FEW = [1, 2]
            twice = pytest.mark.parametrize("t", [1, 2])
            class SharedTests:
                def test_shared(self): pass
                @pytest.mark.parametrize("x", CASES)
                def test_params(self, x): pass
        """,
        "fixtures.py": """
            @pytest.fixture(params="ab")
            def given(request): pass
            def test_imported_too(): pass
        """,
    },
    "ignored": {
        "test_it.py": "def test_a(): pass",
        "conftest.py": """
            collect_ignore = ["test_no.py"]
            collect_ignore_glob = ["*_gone.py"]
        """,
        "test_no.py": "def test_no(): pass",
        "test_gone.py": "def test_gone(): pass",
        "build/test_built.py": "def test_built(): pass",
    },
    "bound": {
        "test_it.py": """
            from typing import TYPE_CHECKING
            ONE, (TWO, *_) = [1, 2], ([3, 4, 5], 6)
            EXTENDED = [1]
            EXTENDED.extend([2, 3])
            EXTENDED.extend(ONE)
            @pytest.mark.parametrize("x", ONE)
            def test_one(x): pass
            @pytest.mark.parametrize("x", EXTENDED)
            def test_extended(x): pass
            if not TYPE_CHECKING:
                def test_run(): pass
            if TYPE_CHECKING:
                def test_never(): pass
            else:
                def test_else(): pass
            class TestAbstract(unittest.TestCase, abc.ABC):
                @abc.abstractmethod
                def helper(self): pass
                def test_never(self): pass
            class TestConcrete(TestAbstract):
                def helper(self): pass
            import hypothesis
            from hypothesis import strategies
            @hypothesis.given(strategies.none())
            def test_given(a): pass
            @hypothesis.given(b=strategies.none())
            def test_named(b): pass
        """,
    },
    "skipped_module": {
        "test_it.py": """
            def test_never(): pass
            pytest.skip("not here", allow_module_level=True)
        """,
    },
    "guards": {
        "test_it.py": """
            if __name__ == "__main__":
                def test_main(): pass
            if True:
                def test_true(): pass
            with open(__file__) as here:
                def test_with(): pass
            def test_gone(): pass
            del test_gone
            import dataclasses
            @dataclasses.dataclass
            class TestData:
                x: int = 0
                def test_never(self): pass
        """,
    },
}


@pytest.fixture(scope="module")
def suites(write_suites: Callable[[Mapping[str, Mapping[str, str]]], Any]) -> Any:
    return write_suites(SUITES)


@pytest.mark.parametrize("name", SUITES)
def test_counts_as_many_tests_as_pytest_collects(suites, name):
    counted = count_tests(suites.below(name), [name])
    assert (counted.number, counted.flags) == (suites.collected[name], ())


def test_counts_several_folders_and_files_together(suites):
    counted = count_tests(suites.sources, ["functions", "classes/test_it.py"])
    assert counted.number == suites.collected["functions"] + suites.collected["classes"]
