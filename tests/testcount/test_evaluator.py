"""What source says of an expression, held against what Python itself makes of it."""

import itertools
import re
from collections.abc import Iterable

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from sprintbot.testcount.counted import Counted
from sprintbot.testcount.python import count_tests

SHAPES = [
    *(f"{name}(A)" for name in ("list", "tuple", "set", "sorted", "reversed", "enumerate", "dict.fromkeys")),
    *("itertools.pairwise(A)", "itertools.permutations(A, N)", "itertools.combinations(A, N)"),
    *("itertools.combinations_with_replacement(A, N)", "itertools.product(A, B, repeat=N)", "itertools.repeat(A, N)"),
    *("itertools.chain(A, B)", "itertools.chain.from_iterable([A, B])", "zip(A, B)", "range(len(list(A)), N)"),
    *("[A, B, N]", "(A, N)", "{A, N}", "{N: A, 'ab': B}", "[*A, *B, N]", "{**dict.fromkeys(A), **dict.fromkeys(B)}"),
    *(
        "[x for x in A]",
        "[x for x in A if x]",
        "{x for x in A}",
        "{x: N for x in A}",
        "(x for x in A if x not in (N,))",
    ),
    *("[(x, y) for x in A for y in B if x != y]", "[x for x in [A, B] if x]", "dict(enumerate(A)).items()"),
    *("list(A)[N:]", "list(A)[:N]", "list(A) * N", "list(A) + list(B)", "[A, B][N]", "(A if N else B)", "A and B"),
]
LEAVES = st.sampled_from(["[]", "()", "''", "'ab'", "'b c'.split()", "[1, 2]", "[None, True, 1]", "range(3)"])


def shaped(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    """Bigger expressions, of a shape with others in the places of A and B and a number in that of N."""
    parts = st.fixed_dictionaries({"A": inner, "B": inner, "N": st.integers(-2, 4).map(str)})
    return st.tuples(st.sampled_from(SHAPES), parts).map(
        lambda pair: re.sub(r"\b[ABN]\b", lambda place: pair[1][place[0]], pair[0])
    )


EXPRESSIONS = st.recursive(LEAVES, shaped, max_leaves=6)


def counted(expression: str) -> Counted:
    lines = (
        "import itertools, pytest",
        f"VALUES = {expression}",
        "@pytest.mark.parametrize('x', VALUES)",
        "def test_a(x): 0",
    )
    return count_tests({"test_a.py": "\n".join(lines).encode()})


def length(expression: str) -> int | None:
    """How many sets of values there are; None where Python raises."""
    try:
        value = eval(expression, {"itertools": itertools})
        return sum(1 for _ in itertools.islice(value, 10_000)) if isinstance(value, Iterable) else None
    except Exception:
        return None


@example("[x for x in [list([]) * 0, 'ab'] if x]")
@given(EXPRESSIONS)
def test_a_number_that_is_called_exact_is_the_number_of_values(expression):
    found, true = counted(expression), length(expression)
    if true is not None and true < 10_000:
        assert found.floor or found.number == max(true, 1), (expression, found)
        assert found.number <= max(true, 1), (expression, found)


@pytest.mark.parametrize(
    "expression",
    [
        "enumerate('abc', 3)",
        "{'a': 1, 'b': 2}.items()",
        "{'a': 1}.keys()",
        "{'a': 1, 'b': 2}.values()",
        "{'a': 1, 'b': 2}.copy()",
        "dict(a=1, b=2)",
        "dict({'a': 1}, b=2)",
        "'a b c'.split()",
        "'a\\nb'.splitlines()",
        "range(3, 9, 2)",
        "range(len('abcd'))",
        "sorted({3, 1, 2}, reverse=True)",
        "sorted('cab', key=str.lower)",
        "itertools.combinations('abcd', r=2)",
        "itertools.combinations_with_replacement('abc', 2)",
        "itertools.permutations('abc')",
        "itertools.chain.from_iterable(['ab', 'c'])",
        "itertools.repeat('a', times=4)",
        "itertools.pairwise('abcd')",
        "itertools.product('ab', repeat=3)",
        "itertools.starmap(max, [(1, 2), (3, 4)])",
        "map(str, range(3))",
        "zip('abc', range(9))",
        "[x for x in range(9) if x % 3 == 1]",
        "[(x, y) for x in 'ab' for y in 'cde']",
        "{x % 2 for x in range(5)}",
        "{x: x for x in 'aab'}",
        "'abc'[::2]",
        "[1, 2, 3][1:]",
        "{'k': [1, 2, 3]}['k']",
        "[1] if True else [2]",
        "('a', 'b') * 3",
        "3 * [0]",
        "[not 1, -2, +3]",
    ],
)
def test_what_source_tells_is_counted_exactly(expression):
    found = counted(expression)
    assert (found.number, found.flags) == (max(length(expression), 1), ())
